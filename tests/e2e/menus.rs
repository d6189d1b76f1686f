//! `evaluate` of menus: figures that can be worked out by hand, and what is refused.

use crate::bench::{Bench, check_all};

/// Four background events (sum of weights 8) and two of a signal.
const MINBIAS: &str = "\
w,met,mu1_pt,mu1_eta,mu1_phi,mu1_charge,mu2_pt,mu2_eta,mu2_phi,mu2_charge
1,130,25,0.5,0.1,1,8,0.5,0.15,-1
2,20,22.1,-1.0,3.0,1,7,1.0,-3.0,-1
4,120,10,0,0,1,,,,
1,0,,,,,,,,
";
const SIGNAL: &str = "\
met,mu1_pt,mu1_eta,mu1_phi,mu1_charge
200,3,0,0,1
10,40,0,0,-1
";

const STUDY: &str = "name = \"hand\"
[events]
input_rate_hz = 8000
[[events.sample]]
name = \"minbias\"
kind = \"background\"
files = [\"minbias.csv\"]
weight = \"w\"
[[events.sample]]
name = \"new physics\"
kind = \"signal\"
files = [\"signal.csv\"]
where = \"met < 100\"
[events.objects]
muon = \"mu\"
[events.scalars]
met = \"met\"
[menu.scaling]
muon = { offset = 1.0, slope = 1.5 }
[[menu.path]]
name = \"SingleMu\"
legs = [{ object = \"muon\", pt = 22.1, where = \"abs(eta) < 2.4\" }]
group = \"muon\"
[[menu.path]]
name = \"DoubleMu\"
legs = [{ object = \"muon\", offline_pt = 16 }, { object = \"muon\", pt = 7 }]
cross = \"delta_r(1, 2) > 0.2 && charge(1) * charge(2) < 0\"
group = \"muon\"
[[menu.path]]
name = \"MET 120\"
legs = [{ scalar = \"met\", min = 120 }]
prescale = 2
[[menu.path]]
name = \"Off\"
legs = [{ scalar = \"met\", min = 0 }]
prescale = -1
";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("minbias.csv", MINBIAS);
    bench.write("signal.csv", SIGNAL);
    bench.write("menu.toml", STUDY);
    bench
}

#[test]
fn figures_are_those_worked_out_by_hand() {
    let json = bench().evaluate("menu.toml", &[]);
    // 1 kHz a unit of weight. SingleMu: events 0 and 1 (22.1 is its f32). DoubleMu (10 GeV online): the
    // muons of event 0 are too close; those of event 1 lie 2 in eta and 2 pi - 6 in phi apart.
    // MET: events 0 and 2, half of them. Event 0: SingleMu and half a MET.
    for (name, expected) in [
        ("rate_khz.total", 1.0 + 2.0 + 2.0),
        ("rate_khz.path.SingleMu", 3.0),
        ("rate_khz.path.DoubleMu", 2.0),
        ("rate_khz.path.\"MET 120\"", 0.5 + 2.0),
        ("rate_khz.path.Off", 0.0),
        ("rate_khz.pure.SingleMu", 0.5),
        ("rate_khz.pure.DoubleMu", 0.0),
        ("rate_khz.pure.\"MET 120\"", 2.0),
        // Event 0 is shared 3/4 to 1/4, event 1 evenly.
        ("rate_khz.proportional.SingleMu", 0.75 + 1.0),
        ("rate_khz.proportional.\"MET 120\"", 0.25 + 2.0),
        ("rate_khz.sequential.SingleMu", 3.0),
        ("rate_khz.sequential.DoubleMu", 0.0),
        ("rate_khz.sequential.\"MET 120\"", 2.0),
        ("rate_khz.group.muon", 3.0),
        ("rate_khz.group_pure.muon", 0.5 + 2.0),
        ("rate_khz.group_proportional.muon", 0.75 + 2.0),
        // Of the signal, half the first event and all of the second, which alone has little MET.
        ("efficiency.\"new physics\"", 0.75),
        ("efficiency_where.\"new physics\"", 1.0),
        ("efficiency.mean", 0.75),
    ] {
        let value = json["figures"][name]["value"].as_f64();
        let value = value.unwrap_or_else(|| panic!("{name}: {}", json["figures"]));
        assert!((value - expected).abs() < 1e-12, "{name}: {value}");
    }
    // eps = 5/8: sqrt(1 (3/8)^2 + 4 (3/8)^2 + 16 (1/8)^2 + 1 (5/8)^2) x 1 kHz.
    let sigma = json["figures"]["rate_khz.total"]["sigma"].as_f64().unwrap();
    assert!((sigma - (5.0f64 * 9.0 + 16.0 + 25.0).sqrt() / 8.0).abs() < 1e-12);
    // No event passes: 3 times the heaviest, 4 kHz.
    assert_eq!(json["figures"]["rate_khz.path.Off"]["upper_limit"], 12.0);
    assert!(json["figures"]["purity"]["value"].is_null());
    let names: Vec<&String> = json["figures"].as_object().unwrap().keys().collect();
    assert_eq!(names[..2], ["rate_khz.total", "rate_khz.path.SingleMu"]);
}

#[test]
fn knobs_of_the_menu_can_be_set() {
    let bench = bench();
    let total = |options: &[&str]| {
        let json = bench.evaluate("menu.toml", options);
        json["figures"]["rate_khz.total"]["value"].as_f64().unwrap()
    };
    assert_eq!(total(&["--set", "menu.SingleMu.pt=23"]), 5.0);
    assert_eq!(total(&["--set", "menu.*.prescale=0"]), 0.0);
    assert_eq!(
        total(&[
            "--set",
            "menu.*.prescale=0",
            "--set",
            "menu.Off.prescale=1",
            "--set",
            "menu.Off.met=20"
        ]),
        7.0
    );
    assert_eq!(
        total(&[
            "--set",
            "menu.SingleMu.prescale=0",
            "--set",
            "menu.DoubleMu.leg2.pt=7.5"
        ]),
        2.5
    );
    // 20 / 14 GeV.
    assert_eq!(
        total(&[
            "--set",
            "menu.SingleMu.prescale=0",
            "--set",
            "menu.DoubleMu.scale=2"
        ]),
        2.5
    );
    // `*` is every path that has the knob.
    assert_eq!(total(&["--set", "menu.*.met=125"]), 5.0 - 2.0);
    let json = bench.evaluate("menu.toml", &["--set", "menu.SingleMu.pt=23"]);
    assert_eq!(json["point"]["menu.SingleMu.pt"], 23.0);
    // In the study's own [set] too.
    bench.write(
        "menu.toml",
        format!("{STUDY}[set]\n\"menu.*.prescale\" = 0\n"),
    );
    assert_eq!(total(&[]), 0.0);
}

#[test]
fn people_see_every_factor() {
    let text = bench().succeed(&["evaluate", "menu.toml"]);
    for part in [
        "input rate 8000 Hz",
        "4 events, sum of weights 8",
        "one event is up to 4 kHz",
        "path      prescale  rate [kHz]",
        "Off            off           0  < 12 at 95 %",
        "\ngroup",
        "\nnew physics where met < 100",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn a_study_can_have_a_system_and_a_menu() {
    let bench = bench();
    let rest = STUDY.split_once('\n').unwrap().1;
    bench.write(
        "both.toml",
        format!("name = \"both\"\n[system]\nworkbook = \"system.xlsx\"\n{rest}"),
    );
    let json = bench.evaluate("both.toml", &["--set", "menu.SingleMu.pt=23"]);
    assert!(json["figures"]["f1"]["value"].is_number());
    assert_eq!(json["figures"]["rate_khz.total"]["value"], 5.0);
    assert_eq!(json["point"]["menu.SingleMu.pt"], 23.0);
    assert!(
        bench
            .succeed(&["evaluate", "both.toml"])
            .contains("\nSingleMu")
    );
}

#[test]
fn neither_threads_nor_memory_show_in_figures() {
    let bench = bench();
    bench.write(
        "menu.toml",
        "name = \"synthetic\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 100_000 }
[[menu.path]]
name = \"Mu5\"
legs = [{ object = \"muon\", pt = 5, where = \"abs(eta) < 2.4\" }]
prescale = 3
[[menu.path]]
name = \"Jets\"
legs = [{ object = \"jet\", pt = 30 }, { object = \"jet\", pt = 20 }]
cross = \"abs(delta_eta(1, 2)) > 1\"
prescale = 1.5
",
    );
    let one = bench.succeed(&["evaluate", "menu.toml", "--json", "-j", "1"]);
    let output = bench
        .command(&["evaluate", "menu.toml", "--json", "-j", "3"])
        .env("TRIGSCAPE_MEMORY_GB", "0.01")
        .output()
        .unwrap();
    assert_eq!(one, String::from_utf8(output.stdout).unwrap());
    assert!(one.contains("rate_khz.total"));
}

#[test]
fn wrong_menus_are_refused_at_their_place() {
    let case = |old: &str, new: &str, told: &[&str]| {
        let bench = bench();
        assert!(STUDY.contains(old), "{old}");
        bench.write("menu.toml", STUDY.replacen(old, new, 1));
        let outcome = bench.refusal(&["evaluate", "menu.toml"], told);
        (new.to_owned(), outcome)
    };
    check_all([
        case(
            "abs(eta) < 2.4",
            "abs(etta) < 2.4",
            &["menu.toml:22:52", "no field `etta`", "`eta`"],
        ),
        case(
            "abs(eta) < 2.4",
            "abs(eta) <",
            &["menu.toml:22:58", "the cut ends"],
        ),
        case(
            "abs(eta) < 2.4",
            "pt + 1",
            &["menu.toml:22:48", "expected a condition"],
        ),
        case(
            "abs(eta) < 2.4",
            "charge",
            &["menu.toml:22:48", "no bits", "x != 0"],
        ),
        case(
            "delta_r(1, 2)",
            "delta_r(1, 3)",
            &["menu.toml:27:21", "no leg 3"],
        ),
        case("charge(1)", "charg(1)", &["no field `charg`", "`charge`"]),
        case(
            "{ object = \"muon\", pt = 22.1",
            "{ object = \"moun\", pt = 22.1",
            &["menu.toml:22:20", "unknown object `moun`", "`muon`"],
        ),
        case(
            "scalar = \"met\", min = 120",
            "scalar = \"mett\", min = 120",
            &["no scalar `mett`", "`met`"],
        ),
        case(
            "\"DoubleMu\"",
            "\"SingleMu\"",
            &["menu.toml:25:8", "two paths are named `SingleMu`"],
        ),
        case(
            "legs = [{ scalar = \"met\", min = 120 }]",
            "",
            &["menu.toml:30:8", "has no legs"],
        ),
        case(
            "legs = [{ scalar = \"met\", min = 120 }]",
            "legs = []",
            &["has no legs"],
        ),
        case(
            "[{ scalar = \"met\", min = 120 }]",
            "[{ scalar = \"met\", min = 1 }, { scalar = \"met\", min = 1 }, { scalar = \"met\", min = 1 }, { scalar = \"met\", min = 1 }, { scalar = \"met\", min = 1 }, { scalar = \"met\", min = 1 }]",
            &["has 6 legs"],
        ),
        case(
            "{ scalar = \"met\", min = 120 }",
            "{ scalar = \"met\" }",
            &["no threshold"],
        ),
        case(
            "{ scalar = \"met\", min = 120 }",
            "{ scalar = \"met\", pt = 120 }",
            &["`pt` belongs to legs of objects"],
        ),
        case(
            "{ scalar = \"met\", min = 120 }",
            "{ pt = 120 }",
            &["neither an object nor a scalar"],
        ),
        case("prescale = 2", "prescale = 0.5", &["1 or more, or 0"]),
        case("prescale = 2", "prescale = -2", &["1 or more, or 0"]),
        case(
            "prescale = 2",
            "prescal = 2",
            &["unknown field", "did you mean `prescale`"],
        ),
        case(
            "muon = { offset",
            "jet = { offset",
            &["menu.toml:26:41", "no scaling for `muon`"],
        ),
        case("slope = 1.5", "slope = -1.5", &["a slope is above 0"]),
        case("met < 100", "met <", &["menu.toml:13:", "the cut ends"]),
        case(
            "met < 100",
            "pt(1) < 3",
            &["menu.toml:13:", "no function `pt`"],
        ),
        case(
            "[menu.scaling]",
            "[menu]\nnan = \"ignore\"\n[menu.scaling]",
            &["unknown rule", "fail-cut"],
        ),
    ]);
}

#[test]
fn wrong_knobs_of_a_menu_are_refused() {
    let bench = bench();
    for (set, told) in [
        ("menu.SingelMu.pt=3", "did you mean `SingleMu`?"),
        ("menu.DoubleMu.pt=3", "leg1.pt"),
        ("menu.DoubleMu.leg3.pt=3", "no object as its `leg3`"),
        ("menu.DoubleMu.prescale=0.1", "1 or more, or 0"),
        ("menu.DoubleMu.scale=0", "a factor above 0"),
        ("menu.*.prescale=0.1", "1 or more, or 0"),
        ("menu.*.mett=1", "no knob `mett`"),
        ("menu.SingleMu=3", "no knob of a menu"),
        ("menu.SingleMu.pt=x", "is a number"),
        ("system.A.skill=3", "no knob of this study"),
    ] {
        bench.refuse(&["evaluate", "menu.toml", "--set", set], &[told]);
    }
}

#[test]
fn a_nan_is_an_error_unless_the_menu_says_otherwise() {
    let bench = bench();
    bench.write("minbias.csv", MINBIAS.replacen("4,120,", "4,nan,", 1));
    bench.refuse(
        &["evaluate", "menu.toml"],
        &["the sample `minbias`", "column `met`, event 2", "fail-cut"],
    );
    let patient = STUDY.replace(
        "[menu.scaling]",
        "[menu]\nnan = \"fail-cut\"\n[menu.scaling]",
    );
    bench.write("menu.toml", patient);
    let json = bench.evaluate("menu.toml", &[]);
    assert_eq!(json["figures"]["rate_khz.total"]["value"], 3.0);
}

#[test]
fn a_bandwidth_is_the_rate_times_the_size_of_an_event() {
    let bench = bench();
    let with_size = STUDY.replacen("[events]\n", "[events]\nevent_bytes = 2.5e6\n", 1);
    bench.write("sized.toml", &with_size);
    let json = bench.evaluate("sized.toml", &[]);
    let of = |name: &str, key: &str| json["figures"][name][key].as_f64().unwrap();
    for key in ["value", "sigma"] {
        // 2.5 MB of a thousand events a second.
        let expected = 2.5 * of("rate_khz.total", key);
        assert!((of("bandwidth_gb_per_s", key) - expected).abs() <= 1e-12 * expected);
    }
    bench.write("none.toml", with_size.replace("2.5e6", "0"));
    bench.refuse(
        &["evaluate", "none.toml"],
        &["none.toml:3", "at least one byte"],
    );
}
