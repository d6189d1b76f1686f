//! `[[scan]]`, `[[turn_on]]`, `[targets]` and tables of rates, worked out by hand.

use crate::bench::{Bench, check_all};
use serde_json::{Value, json};

/// Four background events (sum of weights 8, so that 8 kHz are 1 kHz a unit) and four of a signal.
const MINBIAS: &str = "\
w,met,mu1_pt,mu1_eta,mu1_phi
1,130,25,0.5,0
2,20,22,-1.0,0
4,120,10,0,0
1,0,,,
";
const SIGNAL: &str = "\
met,met_gen,mu1_pt,mu1_eta,mu1_phi,true1_pt,true1_eta,true1_phi,true2_pt,true2_eta,true2_phi
200,180,3,0,0,4,0,0,2,0,3
10,20,40,0,1,38,0.05,1,,,
10,30,23,2,2,26,-2,2,,,
10,5,1,0,0,,,,,,
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
name = \"higgs\"
kind = \"signal\"
files = [\"signal.csv\"]
[events.objects]
muon = \"mu\"
genmuon = \"true\"
[events.scalars]
met = \"met\"
[[menu.path]]
name = \"Mu\"
legs = [{ object = \"muon\", pt = 22, where = \"abs(eta) < 2.4\" }]
[[menu.path]]
name = \"MET\"
legs = [{ scalar = \"met\", min = 120 }]
prescale = 2
[targets]
preset = \"run2\"
rate_khz = 6
[[scan]]
knob = \"menu.Mu.pt\"
values = [5, 12, 22, 30]
rate_khz = 2
[[turn_on]]
path = \"Mu\"
sample = \"higgs\"
reference = \"genmuon.pt\"
match_delta_r = 0.2
edges = [0, 10, 30, 60]
[[turn_on]]
path = \"Mu\"
sample = \"higgs\"
reference = \"genmuon.pt\"
where = \"abs(eta) < 2.4 && pt > 3\"
edges = [0, 10, 30, 60]
[[turn_on]]
path = \"MET\"
sample = \"higgs\"
reference = \"met_gen\"
where = \"met_gen > 10\"
from = 0
to = 200
step = 100
";

fn bench(study: &str) -> Bench {
    let bench = Bench::new();
    bench.write("minbias.csv", MINBIAS);
    bench.write("signal.csv", SIGNAL);
    bench.write("menu.toml", study);
    bench
}

fn values(measured: &Value) -> Vec<f64> {
    let all = measured.as_array().expect("a list").iter();
    all.map(|m| m["value"].as_f64().expect("a number"))
        .collect()
}

fn close(got: &Value, expected: f64) {
    let x = got.as_f64().unwrap_or_else(|| panic!("{got}"));
    assert!((x - expected).abs() < 1e-12, "{x} {expected}");
}

#[test]
fn a_scan_moves_one_threshold_and_leaves_the_others() {
    let menu = &bench(STUDY).evaluate("menu.toml", &[])["menu"];
    let scan = &menu["scans"][0];
    assert_eq!(scan["knob"], "menu.Mu.pt");
    assert_eq!((&scan["unit"], &scan["own"]), (&json!("GeV"), &json!(22.0)));
    // The muons have 25, 22 and 10 GeV; half of the MET's events, the first and the third, are kept.
    assert_eq!(values(&scan["rates"]["path_khz"]), [7.0, 3.0, 3.0, 0.0]);
    assert_eq!(values(&scan["rates"]["total_khz"]), [7.0, 5.0, 5.0, 2.5]);
    assert_eq!(values(&scan["rates"]["pure_khz"]), [4.5, 2.5, 2.5, 0.0]);
    assert_eq!(scan["rates"]["path_khz"][3]["upper_limit"], 12.0);
    let signal = &scan["signals"][0];
    assert_eq!(values(&signal["total"]), [0.625, 0.625, 0.625, 0.375]);
    assert_eq!(values(&signal["path"]), [0.5, 0.5, 0.5, 0.25]);
    // (0, 0), (0, 1/4), (3/8, 1/2), (7/8, 1/2), (1, 1/2).
    let roc = &signal["roc"];
    assert_eq!(roc["acceptance"], json!([0.875, 0.375, 0.375, 0.0]));
    close(&roc["auc"], 0.375 * 0.375 + 0.5 * 0.5 + 0.125 * 0.5);
    close(&roc["efficiency_at_budget"]["value"], 0.25);
    // 3 - 2.1 kHz at 12 GeV.
    let target = &scan["target"];
    assert_eq!(
        [&target["level"], &target["low"], &target["high"]],
        [&json!(30.0), &json!(12.0), &json!(30.0)]
    );
    assert_eq!(menu["background"]["overlaps_khz"][0], json!([3.0, 0.5]));
}

#[test]
fn defaults_go_around_the_own_value() {
    let study = STUDY.replace("values = [5, 12, 22, 30]\n", "")
        + "[[scan]]\nknob = \"menu.Mu.scale\"\n[[scan]]\nknob = \"menu.MET.met\"\nstep = 8\n";
    let bench = bench(&study);
    let levels = |options: &[&str], scan: usize| {
        let json = bench.evaluate("menu.toml", options);
        let levels = json["menu"]["scans"][scan]["levels"].clone();
        serde_json::from_value::<Vec<f64>>(levels).expect("levels")
    };
    let own = levels(&[], 0);
    assert_eq!((own.len(), own[0], own[44]), (45, 11.0, 33.0));
    let own = levels(&["--set", "menu.Mu.pt=10"], 0);
    assert_eq!((own.len(), own[0], own[20]), (21, 5.0, 15.0));
    let factors = levels(&[], 1);
    assert_eq!((factors.len(), factors[0], factors[30]), (31, 0.5, 2.0));
    let met = levels(&[], 2);
    // 60 and 180 snapped to the step.
    assert_eq!((met.len(), met[0], met[15]), (16, 64.0, 184.0));
}

#[test]
fn turn_ons_match_or_take_the_leading_object() {
    let menu = &bench(STUDY).evaluate("menu.toml", &[])["menu"];
    let counts = |turn_on: usize| {
        let bins = menu["turn_ons"][turn_on]["bins"].as_array().unwrap().iter();
        bins.map(|b| {
            [
                b["entries"].as_u64().unwrap(),
                b["passed"].as_u64().unwrap(),
            ]
        })
        .collect::<Vec<_>>()
    };
    // The third event passes, but with a muon on the other side.
    assert_eq!(counts(0), [[2, 0], [1, 0], [1, 1]]);
    assert_eq!(counts(1), [[1, 0], [1, 1], [1, 1]]);
    // The prescale is left out.
    assert_eq!(counts(2), [[2, 0], [1, 1]]);
    let of = |turn_on: usize, key: &str| &menu["turn_ons"][turn_on][key];
    assert_eq!(
        of(0, "matching"),
        "every object, matched within delta R 0.2"
    );
    assert_eq!(of(1, "matching"), "leading object");
    assert_eq!(of(2, "matching"), "scalar");
    assert_eq!([of(0, "threshold"), of(2, "threshold")], [22.0, 120.0]);
    assert_eq!([of(0, "unit"), of(2, "unit")], ["GeV", "GeV"]);
    // Wilson's interval of 1 in 1: from 1 / (1 + 1) on.
    let efficiency = &of(0, "bins")[2]["efficiency"];
    assert!((efficiency["low"].as_f64().unwrap() - 0.5).abs() < 1e-9);
    assert_eq!(efficiency["high"], 1.0);
}

#[test]
fn targets_are_met_missed_or_open() {
    let bench = bench(STUDY);
    let menu = &bench.evaluate("menu.toml", &[])["menu"];
    let met: Vec<(&str, &Value)> = menu["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["name"].as_str().unwrap(), &t["met"]))
        .collect();
    // 5 +- 1.2 kHz.
    assert_eq!(
        met,
        [
            ("rate", &Value::Null),
            ("efficiency of higgs", &json!(false)),
            ("mean efficiency", &json!(false)),
        ]
    );
    let text = bench.succeed(&["evaluate", "menu.toml"]);
    for part in [
        "rate [kHz]              <= 6",
        "open: the interval holds the target",
        "not met",
        "latency 4 us, HLT rate 1 kHz, HLT latency 300 ms",
        "kept by both",
        "path rate within 2 kHz: from 30 GeV on, 68 % interval [12, 30]",
        "higgs, Mu alone: AUC 0.453125 +- ",
        "MET on higgs against met_gen [GeV]: scalar, where met_gen > 10; online threshold 120",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn a_cross_section_is_a_rate_at_a_luminosity() {
    let study = STUDY
        .replace("[events]\n", "[events]\nluminosity_cm2s = 2e34\n")
        .replace("[\"signal.csv\"]\n", "[\"signal.csv\"]\nxsec_pb = 2000\n");
    let bench = bench(&study);
    let json = bench.evaluate("menu.toml", &[]);
    // 40 Hz, of which 5/8 pass, above 5 kHz.
    close(&json["figures"]["purity"]["value"], 25.0 / 5025.0);
    let targets = json["menu"]["targets"].as_array().unwrap();
    assert_eq!(targets.last().unwrap()["name"], "purity");
    let text = bench.succeed(&["evaluate", "menu.toml"]);
    assert!(
        text.contains("higgs at 40 Hz = 2000 pb x 2e34 cm^-2 s^-1"),
        "{text}"
    );
}

#[test]
fn rates_are_written_as_tables() {
    let bench = bench(STUDY);
    let ask = ["evaluate", "menu.toml", "--rate-table-cms"];
    bench.succeed(&[&ask[..], &["cms.csv", "--rate-table", "own.csv"]].concat());
    let cms = "seed,npass,efficiency,rate\nMu,2,0.375,3\nMET,2,0.3125,2.5\nTotal,3,0.625,5\n";
    assert_eq!(String::from_utf8(bench.read("cms.csv")).unwrap(), cms);
    let own = String::from_utf8(bench.read("own.csv")).unwrap();
    let head = "path,group,prescale,events_passed,efficiency,rate_khz,rate_sigma_khz,rate_low_khz,";
    assert!(own.starts_with(head), "{own}");
    assert!(own.contains("\nMET,,2,2,0.3125,2.5,"), "{own}");
    let widths: Vec<usize> = own.lines().map(|line| line.split(',').count()).collect();
    assert_eq!(widths, [25; 4]);
    bench.refuse(&[&ask[..], &["cms.csv"]].concat(), &["this exists already"]);
    let twice = ["twice.csv", "--rate-table", "twice.csv"];
    bench.refuse(
        &[&ask[..], &twice].concat(),
        &["another table goes to this file"],
    );
    bench.refuse(
        &[&ask[..], &["no/such.csv"]].concat(),
        &["cannot write here"],
    );
    let signals = STUDY
        .replace("\"background\"", "\"signal\"")
        .replace("rate_khz = 2\n", "");
    bench.write("menu.toml", signals);
    bench.refuse(&[&ask[..], &["x.csv"]].concat(), &["no background sample"]);
}

#[test]
fn wrong_diagnostics_are_refused_at_their_place() {
    let case = |old: &str, new: &str, told: &[&str]| {
        assert!(STUDY.contains(old), "{old}");
        let bench = bench(&STUDY.replacen(old, new, 1));
        let outcome = bench.refusal(&["evaluate", "menu.toml"], told);
        (format!("{old} -> {new}"), outcome)
    };
    check_all([
        case(
            "menu.Mu.pt",
            "menu.Muu.pt",
            &["menu.toml:29:8", "no path `Muu`", "did you mean `Mu`?"],
        ),
        case(
            "menu.Mu.pt",
            "menu.Mu.leg2.pt",
            &["no object as its `leg2`"],
        ),
        case("menu.Mu.pt", "menu.MET.mett", &["no knob `mett`"]),
        case("menu.Mu.pt", "menu.Mu.prescale", &["is no threshold"]),
        case("menu.Mu.pt", "menu.*.pt", &["several thresholds"]),
        case("menu.Mu.pt", "system.Mu.pt", &["no knob of a menu"]),
        case("menu.Mu.pt", "menu..pt", &["must be letters"]),
        case(
            "values = [5, 12, 22, 30]",
            "from = 0\nto = 1000",
            &["2001 levels", "at most 255", "use step = 5"],
        ),
        case(
            "values = [5, 12, 22, 30]",
            "from = 40",
            &["33 does not lie above 40", "own value is 22"],
        ),
        case(
            "[5, 12, 22, 30]",
            "[5, 22, 12]",
            &["menu.toml:30:10", "12 stands behind 22"],
        ),
        case("[5, 12, 22, 30]", "[]", &["1 to 255 levels, not 0"]),
        case("[5, 12, 22, 30]", "[5, 5]", &["5 is there twice"]),
        case(
            "rate_khz = 2\n",
            "rate_khz = 2\nof = \"pure\"\n",
            &["unknown rate `pure`", "of = \"total\""],
        ),
        case(
            "rate_khz = 2\n",
            "of = \"total\"\n",
            &["which is not given"],
        ),
        case("rate_khz = 2\n", "rate_khz = 0\n", &["above 0"]),
        case(
            "rate_khz = 2\n",
            "step = 1\n",
            &["given already, by `values`"],
        ),
        case(
            "\"background\"",
            "\"signal\"",
            &["menu.toml:31:", "no background sample"],
        ),
        case(
            "path = \"Mu\"",
            "path = \"Muu\"",
            &["no path `Muu`", "`Mu`"],
        ),
        case(
            "sample = \"higgs\"",
            "sample = \"higs\"",
            &["no sample `higs`", "`higgs`"],
        ),
        case(
            "reference = \"genmuon.pt\"",
            "reference = \"genmuon.ptt\"",
            &["menu.toml:35:13", "no field `ptt`", "`pt`"],
        ),
        case(
            "reference = \"genmuon.pt\"",
            "reference = \"genmoun.pt\"",
            &["menu.toml:35:13", "unknown object `genmoun`", "`genmuon`"],
        ),
        case(
            "reference = \"genmuon.pt\"",
            "reference = \"a.b.c\"",
            &["names no reference"],
        ),
        case(
            "\"met_gen\"",
            "\"met_gem\"",
            &["no scalar `met_gem`", "`met_gen`"],
        ),
        case(
            "\"met_gen > 10\"",
            "\"met_gem > 10\"",
            &["no scalar `met_gem`"],
        ),
        case("pt > 3", "pt >", &["the cut ends"]),
        case(
            "from = 0\n",
            "match_delta_r = 0.2\nfrom = 0\n",
            &["a scalar has no direction"],
        ),
        case(
            "path = \"Mu\"",
            "path = \"MET\"",
            &["no leg of objects to match with"],
        ),
        case(
            "edges = [0, 10, 30, 60]",
            "edges = [0, 30, 10]",
            &["10 stands behind 30"],
        ),
        case("edges = [0, 10, 30, 60]", "edges = [0]", &["make no bins"]),
        case("edges = [0, 10, 30, 60]", "", &["has no bins"]),
        case("step = 100", "step = 300", &["leads beyond 200"]),
        case(
            "step = 100",
            "step = 0.01",
            &["at most 1000", "use step = 0.2"],
        ),
        case(
            "preset = \"run2\"",
            "preset = \"run4\"",
            &["unknown preset `run4`", "phase2"],
        ),
        case("rate_khz = 6", "efficiency = 95", &["at most 1", "0.95"]),
        case("rate_khz = 6", "rate = 6", &["unknown field", "`rate_khz`"]),
        case(
            "[\"signal.csv\"]\n",
            "[\"signal.csv\"]\nxsec_pb = 1\n",
            &["without a luminosity", "luminosity_cm2s"],
        ),
        case(
            "[\"signal.csv\"]\n",
            "[\"signal.csv\"]\nxsec_pb = 1\nrate_hz = 1\n",
            &["given already, by rate_hz"],
        ),
        case(
            "knob = \"menu.Mu.pt\"",
            "knob = \"menu.Mu.pt\"\n[[scan]]\nknob = \"menu.Mu.pt\"",
            &["two scans move `menu.Mu.pt`"],
        ),
    ]);
}

#[test]
fn neither_threads_nor_memory_show_in_diagnostics() {
    let bench = Bench::new();
    bench.write(
        "menu.toml",
        "name = \"synthetic\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 60_000 }
[[events.sample]]
name = \"z_mumu\"
kind = \"signal\"
synthetic = { events = 20_000 }
[[menu.path]]
name = \"Mu\"
legs = [{ object = \"muon\", pt = 5, where = \"abs(eta) < 2.4\" }]
prescale = 3
[[menu.path]]
name = \"Jets\"
legs = [{ object = \"jet\", pt = 30 }, { object = \"jet\", pt = 20 }]
prescale = 1.5
[[scan]]
knob = \"menu.Jets.scale\"
rate_khz = 3000
[[turn_on]]
path = \"Mu\"
sample = \"z_mumu\"
reference = \"jet.pt\"
match_delta_r = 0.8
from = 0
to = 100
step = 10
",
    );
    let one = bench.succeed(&["evaluate", "menu.toml", "--json", "-j", "1"]);
    let output = bench
        .command(&["evaluate", "menu.toml", "--json", "-j", "3"])
        .env("TRIGSCAPE_MEMORY_GB", "0.01")
        .output()
        .unwrap();
    assert_eq!(one, String::from_utf8(output.stdout).unwrap());
    assert!(one.contains("\"auc\""));
}
