//! Prescale columns: shared thresholds, prescales and budgets of each.

use crate::bench::{Bench, check_all, flat};
use crate::optima::{MEAN, OPTIMIZE, menu, number, optimize, study};
use serde_json::Value;
use std::fmt::Write;

/// The column's weights fall with met, which stands for the pileup.
const PILEUP: &str = "pileup,weight\n0,1\n10,0.7\n25,0.4\n60,0.2\n";

/// The second column has a budget of its own, and three quarters of the time.
const COLUMNS: &str = "[[menu.column]]
name = \"2.0e34\"
budget_khz = 90
[[menu.column]]
name = \"1.5e34\"
pileup_weights = { column = \"met\", table = \"pileup.csv\" }
budget_khz = 60
share = 3
";

/// 28 thresholds, and 6 prescales in each column.
const SPACE: &str = "[space]
\"menu.SingleMu.pt\" = { from = 14, to = 26, step = 2 }
\"menu.HT.ht\" = { from = 160, to = 280, step = 40 }
\"menu.DoubleMu.scale\" = { values = [1.5] }
\"menu.SingleMu.prescale\" = { values = [1, 3] }
\"menu.HT.prescale\" = { values = [1, 5, 0] }
";

fn columns(space: &str, rest: &str) -> Bench {
    let bench = menu("");
    bench.write("pileup.csv", PILEUP);
    let text = study(&format!("{COLUMNS}{space}{MEAN}{rest}"));
    bench.write("study.toml", text);
    bench
}

/// Figures of the optimum's study of a column are those in the record, to the last digit.
fn is_reproduced(bench: &Bench, optimum: &Value) {
    for column in optimum["columns"].as_array().expect("columns") {
        let name = column["name"].as_str().expect("a name");
        let own = bench.evaluate(&format!("out/optimum-{name}.toml"), &[]);
        let best = &column["own"]["best"];
        assert_eq!(own["figures"], best["figures"], "{name}");
        // The prescales that are written for all columns, in the study as it was.
        let text = String::from_utf8(bench.read("study.toml")).expect("text");
        let table = format!(
            "[menu.prescales]\ntable = \"out/optimum-prescales.csv\"\ncolumn = \"{name}\"\n[[menu.path]]"
        );
        bench.write("table.toml", text.replacen("[[menu.path]]", &table, 1));
        let point = best["point"].as_object().expect("a point");
        let mut options = vec!["--column".to_owned(), name.to_owned()];
        for (knob, value) in point.iter().filter(|(k, _)| !k.ends_with(".prescale")) {
            options.extend(["--set".to_owned(), format!("{knob}={value}")]);
        }
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let own = bench.evaluate("table.toml", &options);
        assert_eq!(own["figures"], best["figures"], "{name}");
    }
}

/// Rate and mean efficiency of every point of a column's grid, thresholds first.
fn grid(bench: &Bench, column: &str) -> Vec<[f64; 6]> {
    let out = format!("grid-{column}");
    bench.succeed(&["explore", "study.toml", "--column", column, "-o", &out]);
    let table = bench.table(&out);
    let of = |name: &str| table.column(name).expect("a column").to_vec();
    let all = [
        of("menu.SingleMu.pt"),
        of("menu.HT.ht"),
        of("menu.SingleMu.prescale"),
        of("menu.HT.prescale"),
        of("rate_khz.total"),
        of("efficiency.mean"),
    ];
    let rows = 0..all[0].len();
    rows.map(|i| std::array::from_fn(|c| all[c][i])).collect()
}

/// The best mean of all pairs of rows with the same thresholds.
fn best_of_pairs(bench: &Bench, is_allowed: impl Fn(&[f64; 6], &[f64; 6]) -> bool) -> f64 {
    let (a, b) = (grid(bench, "2.0e34"), grid(bench, "1.5e34"));
    let mut best = f64::NEG_INFINITY;
    for a in a.iter().filter(|row| row[4] <= 90.0) {
        for b in b.iter().filter(|row| row[4] <= 60.0 && row[..2] == a[..2]) {
            if is_allowed(a, b) {
                best = best.max(0.25 * a[5] + 0.75 * b[5]);
            }
        }
    }
    best
}

#[test]
fn columns_share_thresholds_and_each_keeps_its_budget() {
    let bench = columns(SPACE, "");
    let optimum = optimize(&bench, &[]);
    assert_eq!(optimum["search"]["points"], 28 * 6 * 6);
    assert_eq!(optimum["bound"]["kind"], "exhaustive");
    let found = number(&optimum["best"]["objective"]);
    let best = best_of_pairs(&bench, |_, _| true);
    assert!((found - best).abs() <= 1e-6, "{found} instead of {best}");
    let own = |column: usize| &optimum["columns"][column]["own"]["best"];
    for (column, budget) in [(0, 90.0), (1, 60.0)] {
        assert!(number(&own(column)["figures"]["rate_khz.total"]["value"]) <= budget);
        for threshold in ["menu.SingleMu.pt", "menu.HT.ht"] {
            assert_eq!(own(column)["point"][threshold], own(0)["point"][threshold]);
        }
    }
    let mean = 0.25 * number(&own(0)["objective"]) + 0.75 * number(&own(1)["objective"]);
    assert!((found - mean).abs() < 1e-12);
    is_reproduced(&bench, &optimum);
    let table = String::from_utf8(bench.read("out/optimum-prescales.csv")).expect("text");
    assert!(
        table.starts_with("Index,Name,2.0e34,1.5e34\n0,SingleMu,"),
        "{table}"
    );
}

#[test]
fn monotone_prescales_never_rise_from_one_column_to_the_next() {
    // In the first column less is asked for, so that its prescales would be smaller.
    let swapped = COLUMNS.replace("budget_khz = 90", "budget_khz = 160");
    let bench = columns(SPACE, "monotone = [\"*\"]\n");
    let text = String::from_utf8(bench.read("study.toml")).expect("text");
    bench.write("study.toml", text.replace(COLUMNS, &swapped));
    let optimum = optimize(&bench, &[]);
    let strictness = |prescale: f64| {
        if prescale == 0.0 {
            f64::INFINITY
        } else {
            prescale
        }
    };
    let is_monotone =
        |a: &[f64; 6], b: &[f64; 6]| (2..4).all(|knob| strictness(b[knob]) <= strictness(a[knob]));
    let (a, b) = (grid(&bench, "2.0e34"), grid(&bench, "1.5e34"));
    let mut best = [f64::NEG_INFINITY; 2];
    for a in a.iter().filter(|row| row[4] <= 160.0) {
        for b in b.iter().filter(|row| row[4] <= 60.0 && row[..2] == a[..2]) {
            let mean = 0.25 * a[5] + 0.75 * b[5];
            best[0] = best[0].max(mean);
            if is_monotone(a, b) {
                best[1] = best[1].max(mean);
            }
        }
    }
    assert!(
        best[1] < best[0],
        "the condition costs nothing here: {best:?}"
    );
    let found = number(&optimum["best"]["objective"]);
    assert!(
        (found - best[1]).abs() <= 1e-6,
        "{found} instead of {}",
        best[1]
    );
    is_reproduced(&bench, &optimum);
}

#[test]
fn a_search_over_columns_is_confident_in_each_and_the_same_for_any_number_of_threads() {
    let space = "[space]
\"menu.SingleMu.pt\" = { from = 10, to = 30, step = 1 }
\"menu.HT.ht\" = { from = 150, to = 300, step = 10 }
\"menu.*.prescale\" = { values = [0, 1, 2, 5] }
";
    let rest =
        "starts = 2\nevaluations = 200000\nvalidation = 0.4\nmonotone = [\"SingleMu\", \"H*\"]\n";
    let bench = columns(space, rest);
    let text = String::from_utf8(bench.read("study.toml")).expect("text");
    let confident = "budget_khz = 90\nconfidence = 0.9";
    bench.write("study.toml", text.replace("budget_khz = 90", confident));
    let optimum = optimize(&bench, &["-j", "1"]);
    let looks = optimum["columns"][0]["own"]["looks"]
        .as_array()
        .expect("looks");
    let passed = looks.last().expect("a look");
    assert_eq!(passed["passed"], true);
    assert!(number(&passed["upper_limit"]) <= 90.0);
    // The other column's budget has no confidence: in the same look it holds on all events.
    let looks = optimum["columns"][1]["own"]["looks"]
        .as_array()
        .expect("looks");
    let passed = looks.last().expect("a look");
    assert!(passed["confidence"].is_null() && passed["passed"] == true);
    let value = &optimum["columns"][1]["own"]["best"]["figures"]["rate_khz.total"]["value"];
    assert_eq!(passed["upper_limit"], *value);
    let gap = number(&optimum["bound"]["gap"]);
    assert!((0.0..0.2).contains(&gap), "{gap}");
    let strictness = |knob: &Value| match number(&knob["after"]) {
        0.0 => f64::INFINITY,
        prescale => prescale,
    };
    for knob in optimum["knobs"].as_array().expect("knobs").windows(2) {
        let name = knob[0]["name"].as_str().expect("a name");
        if name == knob[1]["name"] && (name.contains("SingleMu") || name.contains("HT")) {
            assert!(strictness(&knob[0]) >= strictness(&knob[1]), "{knob:?}");
        }
    }
    is_reproduced(&bench, &optimum);
    assert_eq!(optimize(&bench, &["-j", "7"]), optimum);
}

#[test]
fn run_optimises_all_columns_and_draws_them() {
    let bench = columns(SPACE, "");
    bench.succeed(&["run", "study.toml", "-o", "out"]);
    let figures = bench.names("out/figures");
    for name in [
        "optimum-prescales.svg",
        "optimum-convergence.svg",
        "optimum-path-losses-2.0e34.svg",
        "optimum-path-losses-1.5e34.svg",
    ] {
        assert!(figures.iter().any(|f| f == name), "{name} of {figures:?}");
    }
    // Together the samples of all columns have no rate.
    assert!(!bench.names("out").iter().any(|n| n == "rates.csv"));
}

#[test]
fn pileup_weights_are_factors_of_the_weights() {
    let bench = columns(SPACE, "");
    let text = String::from_utf8(bench.read("minbias.csv")).expect("text");
    let weight = |met: f64| match met {
        met if met < 10.0 => "1",
        met if met < 25.0 => "0.7",
        met if met < 60.0 => "0.4",
        _ => "0.2",
    };
    for name in ["minbias", "muons", "jets"] {
        let text = String::from_utf8(bench.read(&format!("{name}.csv"))).expect("text");
        let mut weighted = String::new();
        for (number, line) in text.lines().enumerate() {
            let met = line.split(',').next().expect("a field");
            let last = match number {
                0 => "w",
                _ => weight(met.parse().expect("a number")),
            };
            let _ = writeln!(weighted, "{line},{last}");
        }
        bench.write(&format!("{name}-w.csv"), weighted);
    }
    let same = study("").replace(".csv\"]", "-w.csv\"]\nweight = \"w\"");
    bench.write("same.toml", same);
    let a = bench.evaluate("study.toml", &["--column", "1.5e34"]);
    let b = bench.evaluate("same.toml", &[]);
    assert_eq!(a["figures"], b["figures"]);
    assert_ne!(
        a["figures"],
        bench.evaluate("study.toml", &["--column", "2.0e34"])["figures"]
    );
    assert!(text.starts_with("met,"));
}

#[test]
fn results_of_columns_are_replaced_and_compared_like_others() {
    let bench = columns(SPACE, "");
    optimize(&bench, &[]);
    let pair = [
        "compare",
        "out/optimum-2.0e34.toml",
        "out/optimum-1.5e34.toml",
    ];
    bench.refuse(&pair, &["has no pileup_weights"]);
    // Another study of the same name, and one of its columns.
    let text = String::from_utf8(bench.read("study.toml")).expect("text");
    bench.write(
        "study.toml",
        text.replace("budget_khz = 60", "budget_khz = 70"),
    );
    bench.refuse(&OPTIMIZE, &["results of another study", "--force"]);
    optimize(&bench, &["--force"]);
    let one = optimize(&bench, &["--force", "--column", "1.5e34"]);
    assert!(one["columns"].as_array().is_some_and(Vec::is_empty));
    let left = bench.names("out");
    assert!(left.iter().any(|name| name == "optimum.toml"), "{left:?}");
    assert!(
        !left.iter().any(|name| name.starts_with("optimum-1")),
        "{left:?}"
    );
}

#[test]
fn a_column_without_a_feasible_menu_is_named() {
    let bench = columns(SPACE, "");
    let least = grid(&bench, "1.5e34")
        .iter()
        .map(|row| row[4])
        .fold(f64::INFINITY, f64::min);
    let text = String::from_utf8(bench.read("study.toml")).expect("text");
    let below = format!("budget_khz = {:.1}", least - 0.2);
    bench.write("study.toml", text.replace("budget_khz = 60", &below));
    let output = bench.output(&OPTIMIZE);
    let message = flat(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{message}");
    for told in ["rate_khz.total [kHz] in 1.5e34 is", "is asked for"] {
        assert!(message.contains(told), "{message}");
    }
    assert!(!message.contains("in 2.0e34"), "{message}");
    assert!(!bench.path("out/optimum-2.0e34.toml").exists());
}

#[test]
fn columns_that_cannot_be() {
    let whole = study(&format!("{COLUMNS}{SPACE}{MEAN}"));
    let with = |a: &str, b: &str| {
        assert!(whole.contains(a), "{a}");
        whole.replacen(a, b, 1)
    };
    let last = "share = 3";
    let cases: Vec<(String, &[&str], Vec<&str>)> = vec![
        (
            whole.clone(),
            &["explore", "study.toml", "-o", "out"],
            vec!["the menu has 2 prescale columns", "--column 2.0e34"],
        ),
        (
            whole.clone(),
            &["evaluate", "study.toml"],
            vec!["the menu has 2 prescale columns: `2.0e34`, `1.5e34`"],
        ),
        (
            whole.clone(),
            &["optimize", "study.toml", "-o", "out", "--column", "1.5e35"],
            vec![
                "--column 1.5e35",
                "no column `1.5e35`",
                "did you mean `1.5e34`?",
            ],
        ),
        (
            whole.clone(),
            &[
                "optimize",
                "study.toml",
                "-o",
                "out",
                "--scan",
                "rate_khz.total=50:60:5",
            ],
            vec![
                "a scan of budgets is of one prescale column",
                "--column 2.0e34",
            ],
        ),
        (
            with(
                "maximize = \"efficiency.mean\"",
                "pareto = [\"efficiency.muons\", \"efficiency.jets\"]",
            ),
            &OPTIMIZE,
            vec!["a front of several objectives is of one prescale column"],
        ),
        (
            with("\"1.5e34\"", "\"2.0e34\""),
            &OPTIMIZE,
            vec!["two columns are named `2.0e34`"],
        ),
        (
            with(last, "background = [\"minbia\"]"),
            &OPTIMIZE,
            vec!["no background sample `minbia`", "did you mean `minbias`?"],
        ),
        (
            with(last, "background = [\"jets\"]"),
            &OPTIMIZE,
            vec!["`jets` is a signal: every column has all of them"],
        ),
        (
            with(last, "bunches = 2000"),
            &OPTIMIZE,
            vec!["[events] gives the input rate, so that bunches have no effect"],
        ),
        (
            with(last, "share = 0"),
            &OPTIMIZE,
            vec!["expected a number above 0"],
        ),
        (
            with("budget_khz = 60", "budget_khz = -1"),
            &OPTIMIZE,
            vec!["a rate budget is above 0 kHz"],
        ),
        (
            with("table = \"pileup.csv\"", "table = \"none.csv\""),
            &OPTIMIZE,
            vec!["cannot read", "none.csv"],
        ),
        (
            with("column = \"met\"", "column = \"nPU\""),
            &OPTIMIZE,
            vec!["nPU"],
        ),
        (
            format!("{whole}monotone = [\"HT\"]\n").replace(
                "{ values = [1, 5, 0] }",
                "{ equals = \"menu.SingleMu.prescale\" }",
            ),
            &OPTIMIZE,
            vec!["`menu.HT.prescale` follows another axis, and is to be monotone"],
        ),
        (
            with(
                "{ from = 160, to = 280, step = 40 }",
                "{ equals = \"100 + 20 * menu.SingleMu.prescale\" }",
            ),
            &OPTIMIZE,
            vec!["`menu.HT.ht` is the same in every column, but follows a prescale"],
        ),
        (
            with("\"1.5e34\"", "\"2.0E34\""),
            &OPTIMIZE,
            vec!["two columns are named `2.0E34`"],
        ),
        (
            whole
                .split("[optimize]")
                .next()
                .expect("a study")
                .to_owned(),
            &["run", "study.toml", "-o", "out"],
            vec!["only optimised together, and the study has no [optimize]"],
        ),
        (
            whole.clone(),
            &["compare", "study.toml"],
            vec![
                "the menu has 2 prescale columns",
                "column = \"2.0e34\" at the top",
            ],
        ),
        (
            format!("{whole}monotone = [\"SingelMu\"]\n"),
            &OPTIMIZE,
            vec!["no path is named `SingelMu`", "did you mean `SingleMu`?"],
        ),
        (
            study(&format!("{SPACE}{MEAN}monotone = [\"*\"]\n")),
            &OPTIMIZE,
            vec!["from column to column, and the menu has none"],
        ),
        (
            format!("column = \"3e34\"\n{whole}"),
            &OPTIMIZE,
            vec!["no column `3e34`", "The columns are `2.0e34`, `1.5e34`"],
        ),
    ];
    let bench = menu("");
    bench.write("pileup.csv", PILEUP);
    check_all(cases.into_iter().map(|(text, command, told)| {
        bench.write("study.toml", &text);
        (told.join(", "), bench.refusal(command, &told))
    }));
}
