//! A small menu to optimise: events from a simple sequence, four paths, two signals.

use crate::bench::Bench;
use serde_json::Value;
use std::fmt::Write;

/// Events of up to two muons, met and ht; momenta fall exponentially with these means.
fn events(seed: u64, count: usize, muon: f64, met: f64, ht: f64) -> String {
    let mut state = seed;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut text = String::from("met,ht,mu1_pt,mu2_pt\n");
    for _ in 0..count {
        let muons = (3.0 * uniform()) as usize;
        let mut falling = |mean: f64| -mean * (1.0 - uniform()).ln();
        let _ = write!(text, "{:.1},{:.0}", falling(met), falling(ht));
        for number in 0..2 {
            text += ",";
            if number < muons {
                let _ = write!(text, "{:.1}", 3.0 + falling(muon));
            }
        }
        text += "\n";
    }
    text
}

/// A rate of 1000 kHz, of which the menu's own values keep some 110 kHz.
const MENU: &str = "name = \"menu\"
[events]
input_rate_hz = 1e6
[[events.sample]]
name = \"minbias\"
kind = \"background\"
files = [\"minbias.csv\"]
[[events.sample]]
name = \"muons\"
kind = \"signal\"
files = [\"muons.csv\"]
[[events.sample]]
name = \"jets\"
kind = \"signal\"
files = [\"jets.csv\"]
importance = 2
[events.objects]
muon = \"mu\"
[events.scalars]
met = \"met\"
ht = \"ht\"
[[menu.path]]
name = \"SingleMu\"
group = \"muon\"
legs = [{ object = \"muon\", pt = 20 }]
[[menu.path]]
name = \"DoubleMu\"
group = \"muon\"
legs = [{ object = \"muon\", pt = 12 }, { object = \"muon\", pt = 6 }]
[[menu.path]]
name = \"MET\"
legs = [{ scalar = \"met\", min = 45 }]
[[menu.path]]
name = \"HT\"
legs = [{ scalar = \"ht\", min = 220 }]
";

/// 1372 points: searched whole.
pub const SMALL: &str = "[space]
\"menu.SingleMu.pt\" = { from = 14, to = 26, step = 2 }
\"menu.DoubleMu.scale\" = { values = [0.75, 1, 1.25, 1.5] }
\"menu.MET.met\" = { from = 30, to = 60, step = 5 }
\"menu.HT.ht\" = { from = 160, to = 280, step = 20 }
";

/// 1.7 million points, with prescales that may be off.
pub const LARGE: &str = "[space]
\"menu.SingleMu.pt\" = { from = 10, to = 30, step = 1 }
\"menu.DoubleMu.scale\" = { from = 0.7, to = 1.6, step = 0.1 }
\"menu.MET.met\" = { from = 25, to = 60, step = 2.5 }
\"menu.HT.ht\" = { from = 150, to = 300, step = 10 }
\"menu.SingleMu.prescale\" = { values = [0, 1, 2] }
\"menu.HT.prescale\" = { values = [1, 2, 5, 0] }
\"menu.DoubleMu.prescale\" = { values = [1, 0, 3] }
";

pub const MEAN: &str = "[optimize]\nmaximize = \"efficiency.mean\"\n";
pub const BUDGET: &str = "[[optimize.budget]]\nfigure = \"rate_khz.total\"\nmax = 100\n";

/// The small system, the events, and a study of the menu that goes on with `rest`.
pub fn menu(rest: &str) -> Bench {
    let bench = Bench::new();
    bench.write("minbias.csv", events(1, 10_000, 6.0, 12.0, 60.0));
    bench.write("muons.csv", events(2, 1500, 18.0, 15.0, 80.0));
    bench.write("jets.csv", events(3, 1500, 6.0, 40.0, 220.0));
    bench.write("study.toml", study(rest));
    bench
}

pub fn study(rest: &str) -> String {
    format!("{MENU}{rest}")
}

pub const OPTIMIZE: [&str; 4] = ["optimize", "study.toml", "-o", "out"];

/// Optimises into `out`, to success, and gives `optimum.json`.
pub fn optimize(bench: &Bench, options: &[&str]) -> Value {
    bench.succeed(&[&OPTIMIZE, options].concat());
    bench.json("out/optimum.json")
}

pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value}"))
}

/// A figure of the best point, which has to be there.
pub fn best(optimum: &Value, figure: &str) -> f64 {
    number(&optimum["best"]["figures"][figure]["value"])
}

/// The best feasible point of the whole grid has the objective that was found; and the best point meets what
/// `evaluate` says of it, to the last digit.
pub fn is_best_of_grid(bench: &Bench, optimum: &Value, keep: &str) {
    let figures = bench.evaluate("out/optimum.toml", &[])["figures"].clone();
    assert_eq!(figures, optimum["best"]["figures"]);
    let text = String::from_utf8(bench.read("study.toml")).expect("text");
    let keep = format!("{text}\n[explore]\nkeep = {keep}\n");
    bench.write("grid.toml", keep);
    bench.succeed(&["explore", "grid.toml", "-o", "grid"]);
    let table = bench.table("grid");
    let name = optimum["objective"]["name"].as_str().expect("a name");
    let largest = table.column(name).expect("the objective")[0];
    let found = number(&optimum["best"]["objective"]);
    assert!(
        (found - largest).abs() <= 1e-6 * largest.abs(),
        "{found} instead of {largest}"
    );
}
