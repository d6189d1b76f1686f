//! Thresholds and prescales as axes, and menus bridged into systems: rows against single evaluations.

use crate::bench::{Bench, check_all};
use serde_json::Value;
use std::fmt::Write;

/// Events of up to three muons, of whole momenta and weights, from a simple congruential sequence.
fn events(seed: u64, count: usize, weighted: bool) -> String {
    let mut state = seed;
    let mut below = |n: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let mut text = String::from("w,part,met,mu1_pt,mu1_eta,mu2_pt,mu2_eta,mu3_pt,mu3_eta\n");
    for _ in 0..count {
        // Strata of one weight each.
        let stratum = if weighted { below(3) } else { 0 };
        let weight = [1, 4, 9][stratum as usize];
        let _ = write!(text, "{weight},{stratum},{}", below(60));
        let muons = below(4);
        for muon in 0..3 {
            if muon < muons {
                let _ = write!(text, ",{},{}", 3 + below(30), below(5) as f64 - 2.0);
            } else {
                text += ",,";
            }
        }
        text += "\n";
    }
    text
}

const EVENTS: &str = "
[events]
input_rate_hz = 1e6
[[events.sample]]
name = \"minbias\"
kind = \"background\"
files = [\"minbias.csv\"]
weight = \"w\"
stratum = \"part\"
[[events.sample]]
name = \"signal\"
kind = \"signal\"
files = [\"signal.csv\"]
where = \"met > 20\"
rate_hz = 500
[[events.sample]]
name = \"other\"
kind = \"signal\"
files = [\"other.csv\"]
importance = 3
[events.objects]
muon = \"mu\"
[events.scalars]
met = \"met\"
[[menu.path]]
name = \"SingleMu\"
legs = [{ object = \"muon\", pt = 22, where = \"abs(eta) < 2\" }]
group = \"muon\"
[[menu.path]]
name = \"DoubleMu\"
legs = [{ object = \"muon\", pt = 15 }, { object = \"muon\", pt = 7 }]
cross = \"abs(eta(1) - eta(2)) < 3\"
group = \"muon\"
[[menu.path]]
name = \"MET 40\"
legs = [{ scalar = \"met\", min = 40 }]
prescale = 3
[[menu.path]]
name = \"Rest\"
legs = [{ object = \"muon\", pt = 5 }]
prescale = 10
";

pub fn bench(study: &str) -> Bench {
    let bench = Bench::new();
    bench.write("minbias.csv", events(1, 400, true));
    bench.write("signal.csv", events(2, 200, false));
    bench.write("other.csv", events(3, 150, false));
    bench.write("menu.toml", study);
    bench
}

pub fn menu_study(rest: &str) -> String {
    format!("name = \"menu\"\n{EVENTS}{rest}")
}

/// The figures of every row are those that `evaluate` gives with the row's knobs set.
fn rows_agree(bench: &Bench, study: &str, knobs: &[&str], tolerance: f64) -> usize {
    bench.succeed(&["explore", study, "-o", "out"]);
    let table = bench.table("out");
    let mut compared = 0;
    for row in 0..table.rows() {
        let value = |name: &str| table.column(name).unwrap_or_else(|| panic!("{name}"))[row];
        let set: Vec<String> = knobs
            .iter()
            .map(|knob| format!("--set={knob}={}", value(knob)))
            .collect();
        let options: Vec<&str> = set.iter().map(String::as_str).collect();
        let json = bench.evaluate(study, &options);
        for name in &table.names[knobs.len()..] {
            let expected = match name.strip_suffix(".sigma") {
                Some(figure) => &json["figures"][figure]["sigma"],
                None => &json["figures"][name]["value"],
            };
            let found = value(name);
            let expected = expected.as_f64().unwrap_or(f64::NAN);
            assert!(
                (found - expected).abs() <= tolerance * expected.abs().max(1.0)
                    || (found.is_nan() && expected.is_nan()),
                "{name} at {set:?}: {found} instead of {expected}"
            );
            compared += 1;
        }
    }
    compared
}

#[test]
fn rows_are_what_evaluate_gives_with_the_knobs_set() {
    let study = menu_study(
        "[space]
\"menu.SingleMu.pt\" = { from = 20, to = 23, step = 1 }
\"menu.DoubleMu.leg1.pt\" = { values = [17, 10] }
\"menu.DoubleMu.leg2.pt\" = { values = [6, 9, 12] }
\"menu.\\\"MET 40\\\".prescale\" = { levels = [0, 1, 2.5] }
[explore]
figures = [\"rate_khz.*\", \"efficiency*\", \"purity\"]
",
    );
    let bench = bench(&study);
    let knobs = [
        "menu.SingleMu.pt",
        "menu.DoubleMu.leg1.pt",
        "menu.DoubleMu.leg2.pt",
        "menu.\"MET 40\".prescale",
    ];
    // Prescaled sums are fixed-point numbers of 32 bits.
    let compared = rows_agree(&bench, "menu.toml", &knobs, 1e-6);
    // Total, 4 x (path, pure, sequential), group and its pure part, 2 efficiencies, one with `where`,
    // mean, smallest and purity, each with its error, at 4 x 2 x 3 x 3 points.
    assert_eq!(compared, 72 * 2 * (1 + 12 + 2 + 3 + 3));
}

#[test]
fn factors_links_and_ties_move_what_they_name() {
    let study = menu_study(
        "[space]
\"menu.DoubleMu.scale\" = { from = 0.8, to = 1.2, step = 0.2 }
\"menu.SingleMu.pt\" = { equals = \"20 * menu.DoubleMu.scale\" }
\"menu.*.prescale\" = { levels = [1, 4], tie = true }
",
    );
    let bench = bench(&study);
    let knobs = ["menu.DoubleMu.scale", "menu.SingleMu.pt", "menu.*.prescale"];
    rows_agree(&bench, "menu.toml", &knobs, 1e-6);
    assert_eq!(bench.table("out").rows(), 6);
}

#[test]
fn a_path_that_is_off_in_the_study_is_switched_on_by_its_axis() {
    let study = menu_study(
        "[set]
\"menu.Rest.prescale\" = 0
[space]
\"menu.Rest.prescale\" = { levels = [0, 1, 5] }
\"menu.Rest.pt\" = { values = [4, 12] }
",
    );
    let knobs = ["menu.Rest.prescale", "menu.Rest.pt"];
    let bench = bench(&study);
    rows_agree(&bench, "menu.toml", &knobs, 1e-6);
    let table = bench.table("out");
    let rates = table.column("rate_khz.total").unwrap();
    assert!(rates[2] > rates[0], "the path adds to the rate");
}

#[test]
fn tables_do_not_depend_on_threads() {
    let study = menu_study(
        "[space]
\"menu.SingleMu.pt\" = { from = 10, to = 30 }
\"menu.Rest.prescale\" = { levels = [0, 7, 10.5] }
",
    );
    let bench = bench(&study);
    for threads in ["1", "2", "7"] {
        bench.succeed(&["explore", "menu.toml", "-o", threads, "-j", threads]);
    }
    let bytes = |out: &str| bench.read(&format!("{out}/points-000000000000.parquet"));
    assert_eq!(bytes("1"), bytes("2"));
    assert_eq!(bytes("1"), bytes("7"));
    // Thresholds have steps of 0.5 GeV unless the study gives others.
    assert_eq!(bench.table("1").rows(), 41 * 3);
}

const BRIDGED: &str = "name = \"bridged\"
[system]
workbook = \"system.xlsx\"
[bridge]
stage = \"Level1\"
";

fn value(json: &Value, figure: &str) -> f64 {
    let value = &json["figures"][figure]["value"];
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{figure}: {value}"))
}

#[test]
fn a_bridged_menu_decides_what_its_stage_accepts() {
    let study = format!("{BRIDGED}{EVENTS}");
    let bench = bench(&study);
    let plain = bench.evaluate("study.toml", &["--set=system.Level1.skill=0"]);
    let json = bench.evaluate("menu.toml", &[]);
    let farm_ratio = value(&plain, "output_hz.Level1") / value(&plain, "output_hz.Farm");
    let bridged_ratio = value(&json, "output_hz.Level1") / value(&json, "output_hz.Farm");
    assert!((farm_ratio / bridged_ratio - 1.0).abs() < 1e-12);
    // The crossings, from what the plain system says of itself.
    let system = bench.succeed(&["evaluate", "study.toml"]);
    let leaf_hz: f64 = system
        .split("relevant events: ")
        .nth(1)
        .and_then(|rest| rest.split(" = ").nth(1)?.split(" Hz").next()?.parse().ok())
        .expect("the rate of crossings");
    let background = 1e3 * value(&json, "rate_khz.total") / leaf_hz;
    let signal = value(&json, "efficiency.mean");
    // Accepted are a_s of the positives R / (r r_down) and a_b of the others: solved by bisection.
    let (mut low, mut high) = (1e-12, 1.0);
    for _ in 0..200 {
        let inverse: f64 = 0.5 * (low + high);
        let positives = inverse / farm_ratio;
        let accepted = signal * positives + background * (1.0 - positives);
        if accepted > inverse {
            low = inverse;
        } else {
            high = inverse;
        }
    }
    let expected = leaf_hz * low;
    let found = value(&json, "output_hz.Level1");
    assert!(
        (found / expected - 1.0).abs() < 1e-9,
        "{found} instead of {expected}"
    );
    let sigma = json["figures"]["f1"]["sigma"].as_f64();
    assert!(sigma.is_some_and(|s| s > 0.0), "F1 has the menu's error");
    let text = bench.succeed(&["evaluate", "menu.toml"]);
    assert!(text.contains("of `Level1` is its menu's"), "{text}");
}

#[test]
fn menu_and_system_share_a_space() {
    let study = format!(
        "{BRIDGED}{EVENTS}[space]
\"menu.SingleMu.pt\" = {{ values = [15, 20, 25] }}
\"system.Farm.skill\" = {{ values = [1, 2] }}
[explore]
figures = [\"f1\", \"op_power_w\", \"productivity_per_j\", \"rate_khz.total\", \"output_hz.*\"]
"
    );
    let bench = bench(&study);
    let knobs = ["menu.SingleMu.pt", "system.Farm.skill"];
    rows_agree(&bench, "menu.toml", &knobs, 1e-6);
}

#[test]
fn marks_stand_where_their_menu_is() {
    let study = menu_study(
        "[space]
\"menu.SingleMu.pt\" = { from = 10, to = 30, step = 1 }
\"menu.DoubleMu.scale\" = { values = [0.5, 1, 2] }
[[mark]]
name = \"tight\"
set = { \"menu.SingleMu.pt\" = 28, \"menu.DoubleMu.scale\" = 2 }
",
    );
    let bench = bench(&study);
    // Twice: what a run leaves is replaced by the next.
    for _ in 0..2 {
        bench.succeed(&["run", "menu.toml", "-o", "out"]);
    }
    let left = bench.names("out");
    for name in ["menu.json", "rates.csv", "rates-cms.csv", "figures"] {
        assert!(left.iter().any(|n| n == name), "{name} among {left:?}");
    }
    let mark = &bench.json("out/summary.json")["marks"][0];
    assert_eq!(mark["own"]["point"]["menu.SingleMu.pt"], 28.0);
    assert_eq!(mark["own"]["point"]["menu.DoubleMu.scale"], 2.0);
    let own = bench.evaluate(
        "menu.toml",
        &["--set=menu.SingleMu.pt=28", "--set=menu.DoubleMu.scale=2"],
    );
    for place in ["own", "surface"] {
        assert_eq!(
            mark[place]["figures"]["rate_khz.total"], own["figures"]["rate_khz.total"],
            "{place}"
        );
    }
}

#[test]
fn a_mark_has_a_factor_on_thresholds_of_which_the_first_is_0() {
    let loose = EVENTS.replace(
        "pt = 15 }, { object = \"muon\", pt = 7",
        "pt = 0 }, { object = \"muon\", pt = 7",
    );
    let study = format!(
        "name = \"menu\"\n{loose}[space]
\"menu.DoubleMu.scale\" = {{ values = [0.5, 1, 2] }}
[[mark]]
name = \"tight\"
set = {{ \"menu.DoubleMu.scale\" = 2 }}
"
    );
    let bench = bench(&study);
    bench.succeed(&["explore", "menu.toml", "-o", "out"]);
    let mark = &bench.json("out/summary.json")["marks"][0];
    assert_eq!(mark["surface"]["point"]["menu.DoubleMu.scale"], 2.0);
    assert_eq!(mark["surface"]["figures"], mark["own"]["figures"]);
}

#[test]
fn wrong_spaces_of_menus_are_refused_at_their_place() {
    let case = |study: String, told: &[&str]| {
        let bench = bench(&study);
        let outcome = bench.refusal(&["explore", "menu.toml", "-o", "out"], told);
        (study, outcome)
    };
    let axis = |axis: &str| menu_study(&format!("[space]\n{axis}\n"));
    check_all([
        case(
            axis("\"menu.SingleMu.pt\" = { from = 0, to = 200 }"),
            &[
                "menu.toml:44:1",
                "401 levels",
                "at most 255",
                "use step = 1",
            ],
        ),
        case(
            axis("\"menu.SingelMu.pt\" = { from = 0, to = 20 }"),
            &["menu.toml:44:1", "no path `SingelMu`", "`SingleMu`"],
        ),
        case(
            axis("\"menu.DoubleMu.pt\" = { from = 0, to = 20 }"),
            &["no threshold `pt` of its own", "leg1.pt"],
        ),
        case(
            axis("\"menu.SingleMu.prescale\" = { levels = [-1, 0, 1] }"),
            &["menu.toml:44:1", "two values that mean 0"],
        ),
        case(
            axis(
                "\"menu.*.prescale\" = { levels = [1, 2], tie = true }\n[[mark]]\nname = \"one\"\nset = { \"menu.SingleMu.prescale\" = 2 }",
            ),
            &[
                "menu.toml:46:",
                "has no `menu.*.prescale`",
                "all at one value",
            ],
        ),
        case(
            axis("\"menu.SingleMu.prescale\" = { levels = [0.5, 1] }"),
            &["menu.toml:44:1", "0.5"],
        ),
        case(
            axis(
                "\"menu.DoubleMu.scale\" = { levels = [1, 2] }\n\"menu.DoubleMu.leg2.pt\" = { levels = [5, 6] }",
            ),
            &["menu.toml:45:1", "DoubleMu"],
        ),
        case(
            axis("\"menu.SingleMu.pt\" = { levels = [1, 2] }\n\"menu.*.pt\" = { levels = [5, 6] }"),
            &["menu.toml:45:1", "moved by two axes"],
        ),
        case(
            axis("\"system.Level1.skill\" = { values = [1, 2] }"),
            &["menu.toml:44:1", "no knob of this study", "no [system]"],
        ),
        case(
            menu_study("[explore]\nfigures = [\"rate_khz.proportional.SingleMu\"]\n"),
            &["menu.toml:44:12", "not tabled", "evaluate"],
        ),
        case(
            menu_study("[explore]\nfigures = [\"rate_khz.total\"]\n").replacen(
                "kind = \"background\"",
                "kind = \"signal\"",
                1,
            ),
            &["no background sample", "kind = \"background\""],
        ),
        case(
            menu_study("[explore]\nfigures = [\"rate_khz.totl\"]\n"),
            &["unknown figure `rate_khz.totl`", "`rate_khz.total`"],
        ),
        case(
            format!("{}{EVENTS}", BRIDGED.replace("\"Level1\"", "\"Levell\"")),
            &["menu.toml:5:9", "no stage `Levell`", "`Level1`"],
        ),
        case(
            format!("{}{EVENTS}", BRIDGED.replace("\"Level1\"", "\"Farm\"")),
            &["menu.toml:5:9", "`Level1` comes before `Farm`"],
        ),
        case(
            format!("{BRIDGED}{EVENTS}[space]\n\"system.Level1.skill\" = {{ values = [1, 2] }}\n"),
            &["`system.Level1.skill` cannot be an axis"],
        ),
        case(
            BRIDGED.to_owned(),
            &["menu.toml:5:9", "needs [system], [events] and [menu]"],
        ),
        case(
            format!("{BRIDGED}positives_share = 2\n{EVENTS}"),
            &["menu.toml:6:19", "between 0 and 1"],
        ),
        case(
            format!(
                "{BRIDGED}{}",
                EVENTS
                    .replace("kind = \"signal\"", "kind = \"background\"")
                    .replace("rate_hz = 500\n", "")
                    .replace("importance = 3\n", "")
            ),
            &["needs a background sample and a signal sample"],
        ),
        case(
            format!(
                "{BRIDGED}{}",
                EVENTS
                    .replace("pt = 22", "pt = 2200")
                    .replace("prescale = 3", "prescale = 0")
                    .replace("prescale = 10", "prescale = 0")
                    .replace("pt = 15", "pt = 1500")
            ),
            &["menu.toml:5:9", "keeps no background event"],
        ),
    ]);
}

#[test]
fn legs_with_too_many_ways_to_pass_are_refused() {
    // Five muons for four legs whose ladders overlap: many combinations, none stricter than another.
    let bench = Bench::new();
    let event = "10,12,14,16,18";
    bench.write(
        "five.csv",
        format!("mu1_pt,mu2_pt,mu3_pt,mu4_pt,mu5_pt\n{event}\n{event}\n1,2,3,4,5\n"),
    );
    bench.write(
        "menu.toml",
        "name = \"five\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
files = [\"five.csv\"]
[events.objects]
muon = \"mu\"
[[menu.path]]
name = \"Quad\"
legs = [{ object = \"muon\", pt = 9 }, { object = \"muon\", pt = 9 }, { object = \"muon\", pt = 9 }, { object = \"muon\", pt = 9 }]
[space]
\"menu.Quad.leg1.pt\" = { from = 9, to = 19, step = 1 }
\"menu.Quad.leg2.pt\" = { from = 9, to = 19, step = 1 }
\"menu.Quad.leg3.pt\" = { from = 9, to = 19, step = 1 }
\"menu.Quad.leg4.pt\" = { from = 9, to = 19, step = 1 }
",
    );
    bench.refuse(
        &["explore", "menu.toml", "-o", "out"],
        &["`Quad`", "2 events", "more than 8 ways", "scale"],
    );
}

#[test]
fn rows_beyond_the_memory_bound_are_refused_with_the_figure() {
    // 60 paths of 255 levels: some 2 kB an event.
    let mut study = String::from(
        "name = \"large\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
files = [\"met.csv\"]
[events.scalars]
met = \"met\"
",
    );
    for path in 0..60 {
        let _ = write!(
            study,
            "[[menu.path]]\nname = \"P{path}\"\nlegs = [{{ scalar = \"met\", min = 9 }}]\n"
        );
    }
    study += "[space]\n\"menu.*.met\" = { from = 0, to = 254, step = 1, tie = true }\n";
    let bench = bench(&study);
    let events: String = (0..8000).map(|i| format!("{}\n", i % 300)).collect();
    bench.write("met.csv", format!("met\n{events}"));
    let output = bench
        .command(&["explore", "menu.toml", "-o", "out"])
        .env("TRIGSCAPE_MEMORY_GB", "0.01")
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let told = crate::bench::flat(&output.stderr);
    assert!(told.contains("10.0 MB allowed"), "{told}");
    assert!(!bench.path("out").exists());
}

#[test]
fn menus_within_a_budget_are_kept_without_the_others() {
    let axes = "[space]
\"menu.SingleMu.pt\" = { from = 10, to = 30, step = 2 }
\"menu.DoubleMu.leg1.pt\" = { from = 10, to = 20, step = 2 }
";
    let budget = "[[optimize.budget]]\nfigure = \"rate_khz.total\"\nmax = 500\n";
    let bench = bench(&menu_study(axes));
    bench.succeed(&["explore", "menu.toml", "-o", "all"]);
    let all = bench.table("all");
    let column = |name: &str| all.column(name).expect("a figure").to_vec();
    let (rate, efficiency) = (column("rate_khz.total"), column("efficiency.mean"));
    let feasible: Vec<usize> = (0..all.rows()).filter(|&i| rate[i] <= 500.0).collect();
    assert!(
        !feasible.is_empty() && feasible.len() < all.rows(),
        "{}",
        feasible.len()
    );
    let surpasses = |a: usize, b: usize| {
        let as_good = efficiency[a] >= efficiency[b] && rate[a] <= rate[b];
        as_good && (efficiency[a] > efficiency[b] || rate[a] < rate[b] || a < b)
    };
    let on_front = |b: &usize| !feasible.iter().any(|&a| a != *b && surpasses(a, *b));
    let front: Vec<usize> = feasible.iter().copied().filter(on_front).collect();
    let mut best = feasible.clone();
    best.sort_by(|&a, &b| efficiency[b].total_cmp(&efficiency[a]).then(a.cmp(&b)));
    best.truncate(20);
    for (keep, expected) in [
        ("\"feasible\"", &feasible),
        ("\"pareto\"", &front),
        ("{ best = 20, by = \"efficiency.mean\" }", &best),
    ] {
        let rest = format!("{axes}[explore]\nkeep = {keep}\n{budget}");
        bench.write("menu.toml", menu_study(&rest));
        bench.succeed(&["explore", "menu.toml", "-o", "out", "--force"]);
        let kept = bench.table("out");
        let index: Vec<u64> = expected.iter().map(|&i| i as u64).collect();
        assert_eq!(kept.index, Some(index), "{keep}");
        assert_eq!(kept.names, all.names);
        for (own, whole) in kept.columns.iter().zip(&all.columns) {
            let own = own.iter().map(|v| v.to_bits());
            assert!(
                own.eq(expected.iter().map(|&i| whole[i].to_bits())),
                "{keep}"
            );
        }
    }
    // The front of a menu that has no signals must be said.
    let whole = menu_study(&format!("{axes}[explore]\nkeep = \"pareto\"\n"));
    let (signals, rest) = (
        whole.find("[[events.sample]]\nname = \"signal\""),
        "[events.objects]",
    );
    let rest = whole.find(rest).expect("objects");
    let silent = format!("{}{}", &whole[..signals.expect("signals")], &whole[rest..]);
    bench.write("menu.toml", silent);
    bench.refuse(
        &["explore", "menu.toml", "-o", "out"],
        &["which figures the front is of"],
    );
}
