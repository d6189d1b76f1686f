//! `compare`: two menus and scenarios on the same events, worked out by hand.

use crate::bench::{Bench, check_all};
use serde_json::{Value, json};

/// Four background events (sum of weights 8, so that 8 kHz are 1 kHz a unit) and four of a signal.
const MINBIAS: &str = "\
w,met,mu1_pt,mu1_eta
1,130,25,0.5
2,20,22,-1.0
4,120,10,0
1,0,,
";
const SIGNAL: &str = "\
met,mu1_pt,mu1_eta
200,3,0
10,40,0
10,23,2
10,1,0
";

const EVENTS: &str = "[events]
input_rate_hz = 8000
[[events.sample]]
name = \"minbias\"
kind = \"background\"
files = [\"minbias.csv\"]
weight = \"w\"
[[events.sample]]
name = \"higgs\"
kind = \"signal\"
files = [\"signal.csv\"]
where = \"met < 100\"
[events.objects]
muon = \"mu\"
[events.scalars]
met = \"met\"
";

const MENU_A: &str = "[[menu.path]]
name = \"Mu\"
legs = [{ object = \"muon\", pt = 22, where = \"abs(eta) < 2.4\" }]
group = \"muon\"
[[menu.path]]
name = \"MET\"
legs = [{ scalar = \"met\", min = 120 }]
prescale = 2
[[menu.path]]
name = \"Old\"
legs = [{ scalar = \"met\", min = 500 }]
";

const MENU_B: &str = "[[menu.path]]
name = \"New\"
legs = [{ object = \"muon\", pt = 10 }]
prescale = 4
group = \"muon\"
[[menu.path]]
name = \"Mu\"
legs = [{ object = \"muon\", pt = 24, where = \"abs(eta) < 1.5\" }]
group = \"muon\"
[[menu.path]]
name = \"MET\"
legs = [{ scalar = \"met\", min = 120 }]
";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("minbias.csv", MINBIAS);
    bench.write("signal.csv", SIGNAL);
    bench.write("a.toml", format!("name = \"first\"\n{EVENTS}{MENU_A}"));
    bench.write("b.toml", format!("name = \"second\"\n{EVENTS}{MENU_B}"));
    bench
}

fn compare(bench: &Bench, arguments: &[&str]) -> Value {
    let text = bench.succeed(&[&["compare", "--json"], arguments].concat());
    serde_json::from_str(&text).expect("one JSON object")
}

/// A figure's value in A, in B, the difference and its error.
fn check(figures: &Value, name: &str, [a, b, difference, sigma]: [f64; 4]) {
    let figure = &figures[name];
    for (of, expected) in [
        (&figure["a"]["value"], a),
        (&figure["b"]["value"], b),
        (&figure["difference"]["value"], difference),
        (&figure["difference"]["sigma"], sigma),
    ] {
        let value = of.as_f64().unwrap_or_else(|| panic!("{name}: {figure}"));
        assert!((value - expected).abs() < 1e-12, "{name}: {figure}");
    }
    let significance = &figure["difference"]["significance"];
    match significance.as_f64() {
        Some(s) => assert!((s - difference / sigma).abs() < 1e-9, "{name}: {figure}"),
        None => assert_eq!(sigma, 0.0, "{name}: {figure}"),
    }
}

#[test]
fn differences_and_their_errors_are_those_worked_out_by_hand() {
    let json = compare(&bench(), &["a.toml", "b.toml"]);
    let figures = &json["figures"];
    // The share that is kept of each event, of weights 1, 2, 4, 1:
    //   A: Mu and half a MET 1; Mu 1; half a MET 1/2; 0.    Sum w a = 1 + 2 + 2 = 5.
    //   B: Mu, MET, New 1; New 1/4; MET and New 1; 0.       Sum w b = 1 + 1/2 + 4 = 5.5.
    // d = 0, -3/4, 1/2, 0; its mean is (-1.5 + 2) / 8 = 1/16.
    // Sum w^2 (d - 1/16)^2 = 1/256 + 4 (13/16)^2 + 16 (7/16)^2 + 1/256 = (1 + 676 + 784 + 1) / 256.
    let sigma = (1462.0f64 / 256.0).sqrt();
    check(figures, "rate_khz.total", [5.0, 5.5, 0.5, sigma]);
    assert_eq!(figures["rate_khz.total"]["difference"]["events"], 2);
    // Mu loses the event of weight 2: d = 0, -1, 0, 0 with mean -1/4;
    // 1/16 + 4 x 9/16 + 16 x 1/16 + 1/16 = 54/16.
    let sigma = (54.0f64 / 16.0).sqrt();
    check(figures, "rate_khz.path.Mu", [3.0, 1.0, -2.0, sigma]);
    // MET: d = 1/2, 0, 1/2, 0 with mean 5/16; 9/256 + 4 x 25/256 + 16 x 9/256 + 25/256.
    let sigma = (278.0f64 / 256.0).sqrt();
    check(figures, "rate_khz.path.MET", [2.5, 5.0, 2.5, sigma]);
    // The group muon keeps 1, 1, 0, 0 and 1, 1/4, 1/4, 0: d = 0, -3/4, 1/4, 0 with mean -1/16;
    // 1/256 + 4 (11/16)^2 + 16 (5/16)^2 + 1/256.
    let sigma = ((1.0 + 484.0 + 400.0 + 1.0) / 256.0f64).sqrt();
    check(figures, "rate_khz.group.muon", [3.0, 2.5, -0.5, sigma]);
    // The signal: 1/2, 1, 1, 0 under A; 1, 1, 1/4, 0 under B, as eta = 2 fails and 23 < 24 GeV.
    // d = 1/2, 0, -3/4, 0 with mean -1/16: ((9^2 + 1 + 11^2 + 1) / 256) / 16.
    let sigma = (204.0f64 / 256.0).sqrt() / 4.0;
    let efficiency = [0.625, 0.5625, -0.0625, sigma];
    check(figures, "efficiency.higgs", efficiency);
    check(figures, "efficiency.mean", efficiency);
    // Without the first event: d = 0, -3/4, 0 with mean -1/4: (1/16 + 1/4 + 1/16) / 9.
    let sigma = 0.375f64.sqrt() / 3.0;
    check(
        figures,
        "efficiency_where.higgs",
        [2.0 / 3.0, 1.25 / 3.0, -0.25, sigma],
    );
    // A path of one menu has no difference. New: 1/4 of the weights 1, 2, 4.
    assert_eq!(figures["rate_khz.path.New"]["a"], Value::Null);
    assert_eq!(figures["rate_khz.path.New"]["b"]["value"], 1.75);
    assert_eq!(figures["rate_khz.path.New"]["difference"], Value::Null);
    assert_eq!(figures["rate_khz.path.Old"]["b"], Value::Null);
    assert_eq!(figures["rate_khz.path.Old"]["a"]["upper_limit"], 12.0);
    let names: Vec<&String> = figures.as_object().unwrap().keys().collect();
    let expected = [
        "rate_khz.total",
        "rate_khz.path.Mu",
        "rate_khz.path.MET",
        "rate_khz.path.Old",
        "rate_khz.path.New",
        "rate_khz.group.muon",
        "efficiency.higgs",
        "efficiency_where.higgs",
        "efficiency.mean",
    ];
    assert_eq!(names, expected);
}

#[test]
fn changes_are_listed_path_by_path() {
    let bench = bench();
    let json = compare(&bench, &["a.toml", "b.toml"]);
    assert_eq!(json["a"]["study"], "first");
    assert_eq!(json["b"]["file"], "b.toml");
    let expected = json!({
        "added": ["New"],
        "removed": ["Old"],
        "thresholds": [{ "path": "Mu", "leg": 1, "of": "muon pt", "from": 22.0, "to": 24.0 }],
        "prescales": [{ "path": "MET", "from": 2.0, "to": 1.0 }],
        "cuts": [{ "path": "Mu", "of": "leg 1 where", "from": "abs(eta) < 2.4", "to": "abs(eta) < 1.5" }],
        "groups": [],
    });
    assert_eq!(json["changes"], expected);
    let text = bench.succeed(&["compare", "a.toml", "b.toml"]);
    for part in [
        "A: first (a.toml)\nB: second (b.toml)\n",
        "input rate 8000 Hz",
        "4 events, sum of weights 8",
        "added      New",
        "removed    Old",
        "threshold  Mu   leg 1 muon pt: 22 -> 24",
        "prescale   MET  2 -> 1",
        "cut        Mu   leg 1 where: abs(eta) < 2.4 -> abs(eta) < 1.5",
        "\nrate_khz.total [kHz]",
        "significance",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    // Legs of another kind, other groups, off.
    let other = MENU_A
        .replace(
            "{ scalar = \"met\", min = 500 }",
            "{ object = \"muon\", pt = 3 }, { object = \"muon\", pt = 2.5 }",
        )
        .replace(
            "group = \"muon\"",
            "group = \"lepton\"\nprescale = 0\ncross = \"met > 3\"",
        );
    bench.write("c.toml", format!("name = \"third\"\n{EVENTS}{other}"));
    let json = compare(&bench, &["a.toml", "c.toml"]);
    let expected = json!({
        "added": [],
        "removed": [],
        "thresholds": [],
        "prescales": [{ "path": "Mu", "from": 1.0, "to": 0.0 }],
        "cuts": [
            { "path": "Mu", "of": "cross", "from": null, "to": "met > 3" },
            { "path": "Old", "of": "legs", "from": "met 500", "to": "muon pt 3, muon pt 2.5" },
        ],
        "groups": [{ "path": "Mu", "from": "muon", "to": "lepton" }],
    });
    assert_eq!(json["changes"], expected);
    assert_eq!(json["figures"]["rate_khz.group.muon"]["b"], Value::Null);
    assert_eq!(json["figures"]["rate_khz.group.lepton"]["a"], Value::Null);
}

#[test]
fn a_study_does_not_differ_from_itself() {
    let bench = bench();
    // The same files under another path, and a column that only B names.
    bench.write(
        "deep/same.toml",
        format!("name = \"same\"\n{EVENTS}ht = \"sum\"\n{MENU_A}")
            .replace("files = [\"", "files = [\"../"),
    );
    for other in ["a.toml", "deep/same.toml"] {
        let json = compare(&bench, &["a.toml", other]);
        let figures = json["figures"].as_object().unwrap();
        assert_eq!(figures.len(), 8);
        for (name, figure) in figures {
            let none = json!({ "value": 0.0, "sigma": 0.0, "significance": null, "events": 0 });
            assert_eq!(figure["difference"], none, "{name}");
            assert_eq!(figure["a"], figure["b"], "{name}");
        }
        // The same figures as `evaluate` has.
        let alone = bench.evaluate("a.toml", &[]);
        for (name, figure) in figures {
            for of in ["value", "sigma"] {
                assert_eq!(figure["a"][of], alone["figures"][name][of], "{name}");
            }
        }
    }
    let text = bench.succeed(&["compare", "a.toml", "a.toml"]);
    assert!(text.contains("no path differs"), "{text}");
}

#[test]
fn strata_count_only_the_spread_within_them() {
    let bench = Bench::new();
    let rows = "w,h,met\n1,0,10\n1,0,30\n1,0,30\n5,1,10\n5,1,25\n";
    bench.write("minbias.csv", rows);
    let study = |min: u8| {
        format!(
            "name = \"s\"\n[events]\ninput_rate_hz = 13000\n[[events.sample]]\nname = \"m\"
kind = \"background\"\nfiles = [\"minbias.csv\"]\nweight = \"w\"\nstratum = \"h\"
[events.scalars]\nmet = \"met\"\n[[menu.path]]\nname = \"MET\"
legs = [{{ scalar = \"met\", min = {min} }}]\n"
        )
    };
    bench.write("a.toml", study(20));
    bench.write("b.toml", study(28));
    let json = compare(&bench, &["a.toml", "b.toml"]);
    // d = 0, 0, 0 in the first stratum; 0, -1 in the second, s^2 = 1/2: sqrt(5^2 x 2 x 1/2).
    check(&json["figures"], "rate_khz.total", [7.0, 2.0, -5.0, 5.0]);
}

#[test]
fn knobs_of_the_second_menu_can_be_set() {
    let bench = bench();
    // Mu loses the event of weight 2, which nothing else keeps.
    let json = compare(&bench, &["a.toml", "a.toml", "--set", "menu.Mu.pt=23"]);
    let total = &json["figures"]["rate_khz.total"];
    assert_eq!(total["a"]["value"], 5.0);
    assert_eq!(total["difference"]["value"], -2.0);
    assert_eq!(json["b"]["point"], json!({ "menu.Mu.pt": 23.0 }));
    let one = compare(&bench, &["a.toml", "--set", "menu.Mu.pt=23"]);
    assert_eq!(one["scenarios"][0]["name"], "--set");
    assert_eq!(one["scenarios"][0]["figures"], json["figures"]);
}

#[test]
fn scenarios_are_compared_with_the_baseline() {
    let bench = bench();
    let scenarios = "[[scenario]]
name = \"tighter\"
set = { \"menu.Mu.pt\" = 23 }
[[scenario]]
name = \"all MET\"
set = { \"menu.MET.prescale\" = 1, \"menu.MET.met\" = 100 }
";
    bench.write(
        "s.toml",
        format!("name = \"s\"\n{EVENTS}{MENU_A}{scenarios}"),
    );
    let json = compare(&bench, &["s.toml"]);
    let list = json["scenarios"].as_array().unwrap();
    assert_eq!(list.len(), 2);
    // d = 0, -1, 0, 0, as for the path Mu above.
    let sigma = (54.0f64 / 16.0).sqrt();
    check(
        &list[0]["figures"],
        "rate_khz.total",
        [5.0, 3.0, -2.0, sigma],
    );
    // d = 0, 0, 1/2, 0 with mean 1/4: 1/16 + 4/16 + 16/16 + 1/16; the signal: d = 1/2, 0, 0, 0 with
    // mean 1/8: (9 + 1 + 1 + 1) / 64 / 16.
    let (rate, efficiency) = ((22.0f64 / 16.0).sqrt(), (12.0f64 / 64.0).sqrt() / 4.0);
    let figures = &list[1]["figures"];
    check(figures, "rate_khz.total", [5.0, 7.0, 2.0, rate]);
    check(
        figures,
        "efficiency.higgs",
        [0.625, 0.75, 0.125, efficiency],
    );
    assert_eq!(list[1]["changes"]["thresholds"][0]["to"], 100.0);
    let text = bench.succeed(&["compare", "s.toml"]);
    for part in [
        "\ntighter: changes\n  threshold  Mu",
        "\nbaseline  rate_khz.total [kHz]",
        "\nall MET   efficiency.higgs",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    // A list of scenarios changes nothing of the study itself.
    assert_eq!(
        bench.evaluate("s.toml", &[])["figures"],
        bench.evaluate("a.toml", &[])["figures"]
    );
}

#[test]
fn other_events_are_refused_with_what_differs() {
    let case = |old: &str, new: &str, told: &[&str]| {
        let bench = bench();
        let study = format!("name = \"second\"\n{EVENTS}{MENU_B}");
        assert!(study.contains(old), "{old}");
        bench.write("copy.csv", MINBIAS);
        bench.write("b.toml", study.replacen(old, new, 1));
        let told = [told, &["same events"]].concat();
        let outcome = bench.refusal(&["compare", "a.toml", "b.toml"], &told);
        (new.to_owned(), outcome)
    };
    let synthetic = "synthetic = { process = \"background\", events = 10 }";
    check_all([
        case(
            "\"higgs\"",
            "\"top\"",
            &["b.toml:10:8", "no sample `top` in a.toml"],
        ),
        case(
            "weight = \"w\"",
            "weight = \"met\"",
            &[
                "b.toml:8:10",
                "the sample `minbias` has weight = \"w\" in a.toml",
            ],
        ),
        case("weight = \"w\"\n", "", &["has weight = \"w\" in a.toml"]),
        case(
            "weight = \"w\"",
            "weight = \"w\"\nstratum = \"w\"",
            &["has no stratum"],
        ),
        case("\"background\"", "\"signal\"", &["is background in a.toml"]),
        case(
            "minbias.csv",
            "copy.csv",
            &["b.toml:7:10", "has other files"],
        ),
        case(
            "files = [\"minbias.csv\"]\nweight = \"w\"",
            synthetic,
            &["is read from files"],
        ),
        case(
            "weight = \"w\"",
            "weight = \"w\"\nmax_events = 2",
            &["has no max_events"],
        ),
        case("met < 100", "met < 90", &["has where = \"met < 100\""]),
        case("= 8000", "= 9000", &["9000 Hz here, and 8000 Hz"]),
        case("met = \"met\"", "met = \"w\"", &["[events.scalars] `met`"]),
        case(
            "muon = \"mu\"",
            "muon = { prefix = \"mu\", eta = \"pt\" }",
            &["[events.objects] `muon`"],
        ),
        case(
            "[[menu.path]]",
            "[menu]\nnan = \"fail-cut\"\n[[menu.path]]",
            &["nan"],
        ),
    ]);
    // A sample that only the first study has.
    let bench = bench();
    let (before, rest) = EVENTS
        .split_once("[[events.sample]]\nname = \"higgs\"")
        .unwrap();
    let objects = rest.split_once("[events.objects]").unwrap().1;
    bench.write(
        "b.toml",
        format!("name = \"second\"\n{before}[events.objects]{objects}{MENU_B}"),
    );
    bench.refuse(
        &["compare", "a.toml", "b.toml"],
        &["a.toml:10:8", "no sample `higgs` in b.toml"],
    );
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let bench = bench();
    bench.refuse(
        &["compare", "a.toml"],
        &["a.toml", "nothing to compare with", "[[scenario]]"],
    );
    bench.refuse(
        &["compare", "a.toml", "study.toml"],
        &["study.toml", "no [events]"],
    );
    bench.refuse(
        &["compare", "study.toml", "a.toml"],
        &["study.toml", "no [events]"],
    );
    bench.refuse(
        &[
            "compare",
            "a.toml",
            "b.toml",
            "--set",
            "system.Global.skill=1",
        ],
        &["`system.Global.skill` is no knob of the menu"],
    );
    bench.refuse(
        &["compare", "a.toml", "b.toml", "--set", "menu.Muu.pt=1"],
        &["`Mu`"],
    );
    for (scenario, told) in [
        ("name = \"x\"", "changes nothing"),
        (
            "name = \"x\"\nset = { \"menu.Muu.pt\" = 3 }",
            "did you mean `Mu`?",
        ),
        (
            "name = \"x\"\nset = { \"system.A.skill\" = 3 }",
            "no knob of the menu",
        ),
        (
            "name = \"x/y\"\nset = { \"menu.Mu.pt\" = 3 }",
            "cannot be a scenario's name",
        ),
        (
            "name = \"x\"\nset = { \"menu.Mu.pt\" = 3 }\n[[scenario]]\nname = \"x\"",
            "two scenarios are named `x`",
        ),
    ] {
        bench.write(
            "s.toml",
            format!("name = \"s\"\n{EVENTS}{MENU_A}[[scenario]]\n{scenario}\n"),
        );
        bench.refuse(&["compare", "s.toml"], &["s.toml:3", told]);
    }
}

#[test]
fn neither_threads_nor_memory_show_in_differences() {
    let bench = bench();
    let study = "name = \"synthetic\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 60_000 }
[[menu.path]]
name = \"Mu5\"
legs = [{ object = \"muon\", pt = 5 }]
prescale = 3
[[menu.path]]
name = \"Jets\"
legs = [{ object = \"jet\", pt = 30 }]
[[scenario]]
name = \"taus\"
set = { \"menu.Jets.pt\" = 33 }
";
    bench.write("s.toml", study);
    let tau = study.replace("{ object = \"jet\"", "{ object = \"tau\"");
    bench.write("t.toml", tau);
    for studies in [&["s.toml"][..], &["s.toml", "t.toml"]] {
        let arguments = [&["compare", "--json"], studies].concat();
        let one = bench.succeed(&[&arguments[..], &["-j", "1"]].concat());
        let three = bench
            .command(&[&arguments[..], &["-j", "3"]].concat())
            .env("TRIGSCAPE_MEMORY_GB", "0.01")
            .output()
            .unwrap();
        assert_eq!(one, String::from_utf8(three.stdout).unwrap());
    }
}

#[test]
fn systems_are_compared_number_by_number() {
    let bench = Bench::new();
    let set = "--set=system.Level1.skill=2.5";
    let text = bench.succeed(&["compare", "study.toml", set, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).expect("one JSON object");
    let changes = json["changes"].as_object().expect("changes");
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes["system.Level1.skill"]["b"], 2.5);
    let (a, b) = (
        bench.evaluate("study.toml", &[]),
        bench.evaluate("study.toml", &[set]),
    );
    for (name, figure) in json["figures"].as_object().expect("figures") {
        assert_eq!(figure["a"], a["figures"][name]["value"], "{name}");
        assert_eq!(figure["b"], b["figures"][name]["value"], "{name}");
    }
    let f1 = &json["figures"]["f1"];
    let difference = f1["b"].as_f64().unwrap() - f1["a"].as_f64().unwrap();
    assert_eq!(f1["difference"], difference);
    let told = bench.succeed(&["compare", "study.toml", set]);
    assert!(told.contains("system.Level1.skill") && told.contains("more figures are the same"));
}
