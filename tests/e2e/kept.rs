//! `[explore] keep`: what is left of a design, and what is refused.

use crate::bench::{Bench, EXPLORE, HEAD, SPACE};
use trigscape::results::Table;

fn study(rest: &str) -> Bench {
    Bench::with_study(&format!("{SPACE}{rest}"))
}

/// Explores the same space with all points and with `rest`; gives both tables.
fn both(rest: &str) -> (Bench, Table, Table) {
    let bench = study("");
    bench.succeed(&["explore", "study.toml", "-o", "all"]);
    bench.write("study.toml", format!("{HEAD}{SPACE}{rest}"));
    bench.succeed(&EXPLORE);
    let (all, kept) = (bench.table("all"), bench.table("out"));
    assert_eq!(kept.names, all.names);
    for (i, &index) in kept.index.as_ref().expect("indices").iter().enumerate() {
        for (column, whole) in kept.columns.iter().zip(&all.columns) {
            assert_eq!(column[i], whole[index as usize]);
        }
    }
    let (a, b) = (
        bench.json("all/summary.json"),
        bench.json("out/summary.json"),
    );
    for same in ["points", "base"] {
        assert_eq!(a[same], b[same], "{same}");
    }
    // Extremes are those of the points kept.
    for extremes in b["extremes"].as_array().expect("extremes") {
        let column = kept.column(extremes["figure"].as_str().expect("a name"));
        let column = column.expect("a column");
        let ends = [
            ("min", column.iter().copied().fold(f64::INFINITY, f64::min)),
            (
                "max",
                column.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            ),
        ];
        for (end, value) in ends {
            assert_eq!(extremes[end]["value"], value, "{extremes}");
        }
    }
    (bench, all, kept)
}

#[test]
fn the_best_come_first() {
    let rest = "[explore]\nkeep = { best = 4, by = \"f1\" }\n";
    let (bench, all, kept) = both(rest);
    let f1 = all.column("f1").expect("f1");
    let mut order: Vec<u64> = (0..25).collect();
    order.sort_by(|&a, &b| f1[b as usize].total_cmp(&f1[a as usize]).then(a.cmp(&b)));
    assert_eq!(kept.index.as_deref(), Some(&order[..4]));
    let manifest = bench.json("out/manifest.json");
    assert_eq!(manifest["keep"]["what"], "best");
    assert_eq!(manifest["keep"]["count"], 4);
    assert_eq!(manifest["keep"]["by"][0], "f1");
    assert_eq!(bench.json("all/manifest.json")["keep"]["what"], "all");
    assert_eq!(bench.json("out/summary.json")["kept"], 4);
    // The table of the terminal has the best first.
    let text = bench.succeed(&EXPLORE);
    let line = text
        .lines()
        .position(|l| l.starts_with("best by f1"))
        .expect("a table");
    let row = text.lines().nth(line + 1).expect("a row");
    assert!(row.starts_with(&order[0].to_string()), "{row}");
}

#[test]
fn the_smallest_are_best_where_that_is_asked() {
    let rest = "[explore]\nkeep = { best = 1, by = \"scaled_power_w\", order = \"min\" }\n";
    let (_, all, kept) = both(rest);
    let power = all.column("scaled_power_w").expect("power");
    let least = power.iter().copied().fold(f64::MAX, f64::min);
    assert_eq!(kept.column("scaled_power_w"), Some(&[least][..]));
}

#[test]
fn budgets_decide_what_is_feasible() {
    let budget = "[[optimize.budget]]\nfigure = \"output_hz.Level1\"\nmax = 20000\nmin = 10000\n";
    let feasible = |all: &Table| -> Vec<u64> {
        let rate = all.column("output_hz.Level1").expect("a rate");
        let within = |i: &u64| (1e4..=2e4).contains(&rate[*i as usize]);
        (0..25).filter(within).collect()
    };
    let (bench, all, kept) = both(&format!("[explore]\nkeep = \"feasible\"\n{budget}"));
    let expected = feasible(&all);
    assert!((1..25).contains(&expected.len()));
    assert_eq!(kept.index, Some(expected.clone()));
    assert_eq!(bench.json("out/summary.json")["feasible"], expected.len());

    // The best are among them; with all points kept they are only counted.
    let (_, all, kept) = both(&format!(
        "[explore]\nkeep = {{ best = 3, by = \"f1\" }}\n{budget}"
    ));
    let f1 = all.column("f1").expect("f1");
    let mut order = feasible(&all);
    order.sort_by(|&a, &b| f1[b as usize].total_cmp(&f1[a as usize]).then(a.cmp(&b)));
    assert_eq!(kept.index.as_deref(), Some(&order[..3]));
    let bench = study(budget);
    bench.succeed(&EXPLORE);
    assert_eq!(bench.table("out").rows(), 25);
    let summary = bench.json("out/summary.json");
    assert_eq!(summary["feasible"], expected.len());
    assert!(summary.get("kept").is_none());
}

#[test]
fn nothing_feasible_is_said_and_is_no_failure() {
    let budget = "[[optimize.budget]]\nfigure = \"f1\"\nmin = 2\n";
    for keep in [
        "\"feasible\"",
        "{ best = 5, by = \"f1\" }",
        "\"pareto\"",
        "{ histogram = [\"f1\"] }",
    ] {
        let bench = study(&format!("[explore]\nkeep = {keep}\n{budget}"));
        let text = bench.succeed(&["run", "study.toml", "-o", "out"]);
        assert!(
            text.contains("no point is feasible: none of 25 has f1 >= 2"),
            "{text}"
        );
        if !keep.contains("histogram") {
            let table = bench.table("out");
            assert_eq!((table.rows(), table.names.len()), (0, 11));
        }
    }
}

/// As links cost more energy, their power rises and productivity falls: no point surpasses another.
#[test]
fn a_front_too_long_to_hold_is_refused() {
    let space = |points: usize| {
        format!(
            "[space]\n\"system.*.link_efficiency\" = {{ from = 1e-12, to = 1e-11, points = {points}, tie = true }}\n\
             [explore]\nkeep = {{ pareto = [\"productivity_per_j\", \"link_power_w\"] }}\n"
        )
    };
    let bench = Bench::with_study(&space(1_000_001));
    let told = [
        "study.toml",
        "the front has more than 1000000 points",
        "a budget",
    ];
    bench.refuse(&EXPLORE, &told);
    bench.write("study.toml", format!("{HEAD}{}", space(500)));
    bench.succeed(&EXPLORE);
    assert_eq!(bench.table("out").rows(), 500);
}

#[test]
fn a_front_has_no_point_that_another_surpasses() {
    let (bench, all, kept) = both("[explore]\nkeep = \"pareto\"\n");
    let column = |name: &str| all.column(name).expect("a figure").to_vec();
    let (f1, power) = (column("f1"), column("scaled_power_w"));
    let surpasses = |a: usize, b: usize| {
        let as_good = f1[a] >= f1[b] && power[a] <= power[b];
        as_good && (f1[a] > f1[b] || power[a] < power[b] || a < b)
    };
    let on_front = |b: &u64| !(0..25).any(|a| a != *b as usize && surpasses(a, *b as usize));
    let expected: Vec<u64> = (0..25).filter(on_front).collect();
    assert_eq!(kept.index, Some(expected));
    bench.succeed(&["report", "out"]);
    let figures = bench.names("out/figures");
    assert!(figures.iter().any(|f| f == "pareto.svg"), "{figures:?}");
    assert!(
        !figures.iter().any(|f| f.starts_with("landscape")),
        "{figures:?}"
    );
    let page = String::from_utf8(bench.read("out/figures/report.html")).expect("text");
    assert!(page.contains("Pareto front of"), "{page}");
}

#[test]
fn histograms_count_every_point_once() {
    let keep = "{ histogram = [\"f1\", { figure = \"scaled_power_w\", bins = 7, log = true }, \
                { figure = \"output_hz.Level1\", bins = 4, from = 20000, to = 40000 }] }";
    let bench = study(&format!("[explore]\nkeep = {keep}\n"));
    let text = bench.succeed(&["run", "study.toml", "-o", "out"]);
    assert!(text.contains("f1: 100 bins"), "{text}");
    let whole = bench.json("out/histograms.json");
    assert_eq!(whole["points"], 25);
    for histogram in whole["histograms"].as_array().expect("histograms") {
        let counts = histogram["counts"].as_array().expect("counts");
        let edges = histogram["edges"].as_array().expect("edges");
        assert_eq!(edges.len(), counts.len() + 1);
        let inside: u64 = counts.iter().map(|n| n.as_u64().expect("a count")).sum();
        let outside = ["below", "above", "undefined"].map(|k| histogram[k].as_u64().expect(k));
        assert_eq!(inside + outside.iter().sum::<u64>(), 25);
        // Ranges that the study leaves open hold every point of a small grid.
        let is_open = histogram["figure"] != "output_hz.Level1";
        assert_eq!(inside == 25, is_open, "{histogram}");
    }
    let names = bench.names("out");
    assert!(!names.iter().any(|n| n.starts_with("points-")), "{names:?}");
    let figures = bench.names("out/figures");
    assert!(
        figures.iter().any(|f| f == "histogram-f1.csv"),
        "{figures:?}"
    );
    // The same again replaces them.
    bench.succeed(&EXPLORE);
}

#[test]
fn figures_that_decide_are_columns() {
    let rest = "[explore]\nfigures = [\"recall\"]\nkeep = { best = 2, by = \"f1\" }\n\
                [[optimize.budget]]\nfigure = \"latency_s.Farm\"\nmin = 0\n";
    let bench = study(rest);
    bench.succeed(&EXPLORE);
    let names = bench.table("out").names[2..].to_vec();
    assert_eq!(names, ["f1", "recall", "latency_s.Farm"]);
}

#[test]
fn what_cannot_be_kept_is_refused() {
    for (rest, said) in [
        ("[explore]\nkeep = \"bset\"", "unknown `keep = \"bset\"`"),
        ("[explore]\nkeep = \"paretto\"", "did you mean `pareto`?"),
        (
            "[explore]\nkeep = 7",
            "expected a word or a table, found integer",
        ),
        (
            "[explore]\nkeep = \"best\"",
            "`best` needs a number and a figure",
        ),
        (
            "[explore]\nkeep = { best = 0, by = \"f1\" }",
            "`best = 0` keeps nothing",
        ),
        (
            "[explore]\nkeep = { best = -1, by = \"f1\" }",
            "a whole number from 1",
        ),
        ("[explore]\nkeep = { best = 10 }", "`best` needs `by`"),
        (
            "[explore]\nkeep = { best = 10, by = \"f2\" }",
            "unknown figure `f2`",
        ),
        (
            "[explore]\nkeep = { best = 10, by = \"f1\", order = \"up\" }",
            "`order` is \"max\"",
        ),
        (
            "[explore]\nkeep = { best = 10, by = \"f1\", ordre = \"max\" }",
            "did you mean `order`?",
        ),
        (
            "[explore]\nkeep = { best = 10, pareto = [\"f1\"] }",
            "not several",
        ),
        (
            "[explore]\nkeep = { worst = 10 }",
            "neither best, pareto nor histogram",
        ),
        (
            "[explore]\nkeep = { pareto = [\"f1\"] }",
            "a front is of 2 to 3 figures",
        ),
        (
            "[explore]\nkeep = { pareto = [\"f1\", \"-f1\"] }",
            "stands in `pareto` twice",
        ),
        (
            "[explore]\nkeep = { histogram = [\"nothing\"] }",
            "unknown figure `nothing`",
        ),
        (
            "[explore]\nkeep = { histogram = [] }",
            "`histogram` is a list of figures",
        ),
        (
            "[explore]\nkeep = { histogram = [\"f1\"], bins = 0 }",
            "`bins` is a whole number",
        ),
        (
            "[explore]\nkeep = { histogram = [\"f1\"], from = 2, to = 1 }",
            "`from` lies below",
        ),
        (
            "[explore]\nkeep = { histogram = [\"f1\"], from = 0, log = true }",
            "lie above 0",
        ),
        (
            "[explore]\nkeep = \"feasible\"",
            "no budget says what is feasible",
        ),
        (
            "[[optimize.budget]]\nfigure = \"f1\"",
            "a budget needs `max` or `min`",
        ),
        (
            "[[optimize.budget]]\nfigure = \"f1\"\nmin = 2\nmax = 1",
            "`min` is above its `max`",
        ),
        (
            "[[optimize.budget]]\nfigure = \"f1\"\nmax = nan",
            "a budget is a finite number",
        ),
        (
            "[[optimize.budget]]\nfigure = \"f3\"\nmax = 1",
            "unknown figure `f3`",
        ),
        (
            "[[optimize.budget]]\nfigure = \"f1\"\nmax = 1\nconfidence = 0.9",
            "a confidence needs events that the search does not see",
        ),
        ("[optimize]\nmethod = \"anneal\"", "unknown field `method`"),
    ] {
        study(&format!("{rest}\n")).refuse(&EXPLORE, &[said, "study.toml:"]);
    }
}

#[test]
fn only_what_is_written_is_bounded_by_the_disk() {
    let axis = "{ from = 0, to = 1, points = 100000 }";
    let axes =
        format!("[space]\n\"system.Level1.skill\" = {axis}\n\"system.Farm.skill\" = {axis}\n");
    let bench = Bench::with_study(&axes);
    bench.refuse(
        &EXPLORE,
        &["10000000000 points, at most 1000000000", "keep = { best"],
    );
}

#[test]
fn the_bytes_kept_do_not_depend_on_threads() {
    let axes = SPACE
        .replace("points = 5", "points = 300")
        .replace("step = 0.5", "points = 300");
    let budget = "[[optimize.budget]]\nfigure = \"f1\"\nmin = 0.5\n";
    for keep in [
        "\"feasible\"",
        "{ best = 500, by = \"f1\" }",
        "\"pareto\"",
        "{ histogram = [\"f1\"] }",
    ] {
        let bench = Bench::with_study(&format!("{axes}[explore]\nkeep = {keep}\n{budget}"));
        for threads in ["1", "2", "7"] {
            bench.succeed(&["explore", "study.toml", "-o", threads, "-j", threads]);
            let names = bench.names(threads);
            assert_eq!(names, bench.names("1"));
            for name in names.iter().filter(|n| *n != "manifest.json") {
                let own = bench.read(&format!("{threads}/{name}"));
                assert!(
                    own == bench.read(&format!("1/{name}")),
                    "{keep}: {name} with -j {threads}"
                );
            }
        }
        let feasible = bench.json("1/summary.json")["feasible"]
            .as_u64()
            .expect("a number");
        assert!((1..90_000).contains(&feasible), "{feasible}");
    }
}
