//! `trigscape optimize`: what it finds and what it leaves.

use crate::bench::{Bench, HEAD, SPACE as SYSTEM};
use crate::optima::{
    BUDGET, LARGE, MEAN, OPTIMIZE, SMALL, best, is_best_of_grid, menu, number, optimize, study,
};

#[test]
fn the_best_menu_within_its_budget_is_written_and_reproduced() {
    let bench = menu(&format!("{SMALL}{MEAN}{BUDGET}"));
    let optimum = optimize(&bench, &[]);
    is_best_of_grid(&bench, &optimum, "{ best = 1, by = \"efficiency.mean\" }");
    assert!(best(&optimum, "rate_khz.total") <= 100.0);
    assert_eq!(
        best(&optimum, "efficiency.mean"),
        number(&optimum["best"]["objective"])
    );
    assert_eq!(optimum["bound"]["kind"], "exhaustive");
    assert_eq!(optimum["bound"]["gap"], 0.0);
    assert_eq!(optimum["search"]["points"], 1372);
    assert_eq!(optimum["search"]["evaluations"], 1372);
    assert_eq!(optimum["paths"].as_array().map(Vec::len), Some(4));
    for knob in optimum["knobs"].as_array().expect("knobs") {
        let name = knob["name"].as_str().expect("a name");
        assert_eq!(knob["after"], optimum["best"]["point"][name]);
    }
    let summary = bench.json("out/summary.json");
    for same in ["point", "figures", "search", "validation"] {
        assert_eq!(summary["best"][same], optimum["best"][same], "{same}");
    }
    let table = String::from_utf8(bench.read("out/optimum-prescales.csv")).expect("text");
    assert!(
        table.starts_with("Index,Name,menu\n0,SingleMu,1\n"),
        "{table}"
    );
}

#[test]
fn the_same_bytes_for_any_number_of_threads_and_either_choice_of_engine() {
    let bench = menu(&format!("{LARGE}{MEAN}starts = 2\n{BUDGET}"));
    let optimum = optimize(&bench, &["-j", "1"]);
    assert!(best(&optimum, "rate_khz.total") <= 100.0);
    let gap = number(&optimum["bound"]["gap"]);
    assert!((0.0..0.05).contains(&gap), "{gap}");
    for options in [&["-j", "7"], &["--engine", "cpu"], &["--engine", "auto"]] {
        assert_eq!(optimize(&bench, options), optimum, "{options:?}");
    }
}

#[test]
fn every_solver_keeps_the_budget() {
    for solver in ["auto", "descent", "swarm", "annealing", "exhaustive"] {
        let rest = format!("{SMALL}{MEAN}solver = \"{solver}\"\nevaluations = 4000\n{BUDGET}");
        let optimum = optimize(&menu(&rest), &[]);
        assert_eq!(optimum["search"]["solver"], solver);
        assert!(best(&optimum, "rate_khz.total") <= 100.0);
        let gap = number(&optimum["bound"]["gap"]);
        assert!((0.0..0.1).contains(&gap), "{solver}: {gap}");
    }
}

#[test]
fn an_infeasible_budget_ends_with_what_violates_it_least() {
    let bench = menu(&format!("{SMALL}{MEAN}{}", BUDGET.replace("100", "20")));
    let output = bench.output(&OPTIMIZE);
    let message = crate::bench::flat(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{message}");
    for told in [
        "no feasible point",
        "rate_khz.total [kHz] is",
        "at most 20 is asked for",
    ] {
        assert!(message.contains(told), "{message}");
    }
    assert!(bench.json("out/summary.json")["best"].is_null());
    let optimum = bench.json("out/optimum.json");
    assert!(optimum["best"].is_null());
    let nearest = &optimum["nearest"];
    assert_eq!(nearest["violations"][0]["figure"], "rate_khz.total");
    // Every threshold at its strictest.
    assert_eq!(nearest["point"]["menu.HT.ht"], 280.0);
    assert_eq!(optimum["knobs"][0]["after"], 26.0);
    assert!(
        !bench
            .names("out")
            .iter()
            .any(|n| n.starts_with("optimum-") || n == "optimum.toml")
    );
    // A budget that can be met has an optimum; without it what was written of it is gone.
    bench.write("study.toml", study(&format!("{SMALL}{MEAN}{BUDGET}")));
    bench.succeed(&[&OPTIMIZE[..], &["--force"]].concat());
    assert!(bench.path("out/optimum.toml").exists());
}

#[test]
fn groups_and_floors_are_budgets_too() {
    let rest = format!(
        "{SMALL}{MEAN}{BUDGET}
[[optimize.budget]]
figure = \"rate_khz.group.muon\"
max = 70
[[optimize.budget]]
figure = \"efficiency.muons\"
min = 0.4
"
    );
    let bench = menu(&rest);
    let optimum = optimize(&bench, &[]);
    is_best_of_grid(&bench, &optimum, "{ best = 1, by = \"efficiency.mean\" }");
    assert!(best(&optimum, "rate_khz.group.muon") <= 70.0);
    assert!(best(&optimum, "efficiency.muons") >= 0.4);

    // The worse of the two signals.
    bench.write(
        "study.toml",
        study(&rest.replace("efficiency.mean", "efficiency.min")),
    );
    let optimum = optimize(&bench, &["--force"]);
    let least = best(&optimum, "efficiency.muons").min(best(&optimum, "efficiency.jets"));
    assert_eq!(number(&optimum["best"]["objective"]), least);
}

#[test]
fn a_shortfall_is_from_what_each_signal_reaches_alone() {
    let bench = menu("");
    let mut most = Vec::new();
    for signal in ["muons", "jets"] {
        let objective = MEAN.replace("mean", signal);
        bench.write("study.toml", study(&format!("{SMALL}{objective}{BUDGET}")));
        most.push(number(&optimize(&bench, &["--force"])["best"]["objective"]));
    }
    let objective = "[optimize]\nminimize = \"shortfall\"\n";
    bench.write("study.toml", study(&format!("{SMALL}{objective}{BUDGET}")));
    let optimum = optimize(&bench, &["--force", "--scan", "rate_khz.total=80:100:20"]);
    let term = |figure: &str, most: f64| (1.0 - best(&optimum, figure) / most).powi(2);
    let expected = term("efficiency.muons", most[0]) + 2.0 * term("efficiency.jets", most[1]);
    let found = number(&optimum["best"]["objective"]);
    assert!(
        (found - expected).abs() <= 1e-12,
        "{found} instead of {expected}"
    );
    assert_eq!(optimum["objective"]["larger"], false);
    // The same objective in a scan; what is left with more budget is no more.
    let points = optimum["scan"]["points"].as_array().expect("points");
    assert_eq!(points[1]["objective"], optimum["best"]["objective"]);
    assert!(number(&points[0]["objective"]) >= found);
}

#[test]
fn a_tied_axis_moves_all_prescales_and_a_menu_that_is_off_is_no_optimum() {
    let rest = format!(
        "[space]\n\"menu.*.prescale\" = {{ values = [0, 1, 2, 4], tie = true }}\n\
         \"menu.HT.ht\" = {{ values = [200, 250] }}\n{MEAN}{BUDGET}"
    );
    let bench = menu(&rest);
    let optimum = optimize(&bench, &[]);
    is_best_of_grid(&bench, &optimum, "{ best = 1, by = \"efficiency.mean\" }");
    let table = String::from_utf8(bench.read("out/optimum-prescales.csv")).expect("text");
    let prescales = table.lines().skip(1).map(|l| l.rsplit(',').next());
    let all: Vec<_> = prescales.collect();
    assert!(
        all.iter().all(|p| *p == all[0] && *p != Some("0")),
        "{table}"
    );
}

#[test]
fn a_system_that_a_menu_is_bridged_into() {
    let rest = format!(
        "[system]\nworkbook = \"system.xlsx\"\n[bridge]\nstage = \"Level1\"\n{SMALL}\
         [optimize]\nmaximize = \"productivity_per_j\"\n{BUDGET}"
    );
    let bench = menu(&rest);
    let optimum = optimize(&bench, &[]);
    is_best_of_grid(
        &bench,
        &optimum,
        "{ best = 1, by = \"productivity_per_j\" }",
    );
    assert!(best(&optimum, "rate_khz.total") <= 100.0);
}

#[test]
fn a_system_without_events_and_its_tables_stay() {
    let budget = "[[optimize.budget]]\nfigure = \"output_hz.Level1\"\nmax = 20000\n";
    let rest = format!("{SYSTEM}[optimize]\nmaximize = \"f1\"\n{budget}");
    let bench = Bench::with_study(&rest);
    bench.write("other.toml", HEAD);
    let mark = "[[mark]]\nname = \"other\"\nstudy = \"other.toml\"\n";
    bench.write("study.toml", format!("{HEAD}{rest}{mark}"));
    bench.succeed(&["run", "study.toml", "-o", "out"]);
    let optimum = bench.json("out/optimum.json");
    assert_eq!(bench.table("out").rows(), 25);
    is_best_of_grid(&bench, &optimum, "{ best = 1, by = \"f1\" }");
    assert!(optimum["paths"].as_array().is_some_and(Vec::is_empty));
    // Again on what is there.
    assert_eq!(optimize(&bench, &[]), optimum);
    assert_eq!(bench.table("out").rows(), 25);
}
