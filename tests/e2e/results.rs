//! What a run leaves on disk, and that it is the same however it is computed.

use crate::bench::{Bench, HEAD, SPACE};
use trigscape::study::hex_sha256;

#[test]
fn a_run_leaves_exactly_its_results() {
    let bench = Bench::new();
    let run = [
        "run",
        "study.toml",
        "-o",
        "out",
        "--seed",
        "7",
        "--set",
        "system.Farm.skill=3.5",
    ];
    let stdout = bench.succeed(&run);
    assert_eq!(stdout.lines().last(), Some("out"));
    let expected = [
        "figures",
        "manifest.json",
        "points-000000000000.parquet",
        "study.toml",
        "summary.json",
    ];
    assert_eq!(bench.names("out"), expected);
    assert_eq!(bench.names("."), ["out", "study.toml", "system.xlsx"]);
    let figures = bench.names("out/figures");
    for kind in [".svg", ".png", ".csv", ".html"] {
        assert!(
            figures.iter().any(|name| name.ends_with(kind)),
            "{kind}: {figures:?}"
        );
    }

    let manifest = bench.json("out/manifest.json");
    let hash = manifest["study_hash"].as_str().unwrap();
    assert!(
        hash.len() == 64 && hash.chars().all(|c| c.is_ascii_hexdigit()),
        "{hash}"
    );
    assert_eq!(manifest["study"], "small");
    assert_eq!(manifest["seed"], 7);
    assert_eq!(manifest["points"], 25);
    assert_eq!(manifest["design"], "grid");
    assert_eq!(manifest["engine"]["name"], "cpu");
    assert!(
        manifest["program"]
            .as_str()
            .unwrap()
            .starts_with("trigscape ")
    );
    let book = bench.read("system.xlsx");
    let inputs = manifest["inputs"].as_array().unwrap();
    let input = inputs
        .iter()
        .find(|i| i["path"].as_str().unwrap().ends_with("system.xlsx"))
        .unwrap();
    assert_eq!(input["bytes"], book.len());
    assert_eq!(input["sha256"], hex_sha256(&book));
    for key in ["prepare", "explore"] {
        assert!(manifest["timings_s"][key].as_f64().is_some());
    }

    let as_run = String::from_utf8(bench.read("out/study.toml")).unwrap();
    assert!(
        as_run
            .starts_with("# As run from study.toml: paths start at its folder.\nname = \"small\""),
        "{as_run}"
    );
    assert!(
        as_run.contains("\"system.Farm.skill\" = 3.5") && as_run.contains("seed = 7"),
        "{as_run}"
    );

    // A figures folder of its own kind is drawn again in place, and elsewhere on request.
    assert_eq!(bench.succeed(&["report", "out"]), "out/figures\n");
    assert_eq!(bench.names("out/figures"), figures);
    assert_eq!(bench.succeed(&["report", "out", "-o", "again"]), "again\n");
    assert_eq!(bench.names("again"), figures);
}

#[test]
fn axis_columns_come_before_figures_and_the_last_axis_runs_fastest() {
    let bench = Bench::with_study(&format!(
        "{SPACE}[explore]\nfigures = [\"threshold.*\", \"f1\"]\n"
    ));
    bench.succeed(&["explore", "study.toml", "-o", "out"]);
    let table = bench.table("out");
    // Figures stand in catalogue order, whatever the order in which they were asked for.
    assert_eq!(
        table.names,
        [
            "system.Level1.reduction_ratio",
            "system.Level1.skill",
            "f1",
            "threshold.Level1",
            "threshold.Farm"
        ]
    );
    assert_eq!(table.rows(), 25);
    assert_eq!(
        table.columns[0][..6],
        [100.0, 100.0, 100.0, 100.0, 100.0, 80.0]
    );
    assert_eq!(table.columns[1][..6], [0.0, 0.5, 1.0, 1.5, 2.0, 0.0]);
    // A row is what `evaluate` says at its point.
    for row in [0, 7, 24] {
        let set = |c: usize| format!("--set={}={}", table.names[c], table.columns[c][row]);
        let own = bench.evaluate("study.toml", &[&set(0), &set(1)]);
        for c in 2..5 {
            let value = own["figures"][&table.names[c]]["value"].as_f64();
            assert_eq!(
                value,
                Some(table.columns[c][row]),
                "{} in row {row}",
                table.names[c]
            );
        }
    }
}

#[test]
fn totals_are_the_default_figures() {
    let bench = Bench::new();
    bench.succeed(&["explore", "study.toml", "-o", "out"]);
    let totals = [
        "f1",
        "precision",
        "recall",
        "op_power_w",
        "link_power_w",
        "scaled_power_w",
        "productivity_per_j",
        "output_hz.Level1",
        "output_hz.Farm",
    ];
    assert_eq!(bench.table("out").names[2..], totals);
    let summary = bench.json("out/summary.json");
    for (extremes, name) in summary["extremes"].as_array().unwrap().iter().zip(totals) {
        let table = bench.table("out");
        let column = table.column(name).unwrap();
        let largest = column.iter().copied().fold(f64::MIN, f64::max);
        assert_eq!(extremes["figure"], name);
        assert_eq!(extremes["max"]["value"].as_f64(), Some(largest));
        let index = extremes["max"]["index"].as_u64().unwrap() as usize;
        assert_eq!(column[index], largest);
    }
}

#[test]
fn the_default_folder_is_named_after_the_study() {
    let bench = Bench::with_study("");
    let stdout = bench.succeed(&["explore", "study.toml"]);
    assert_eq!(stdout.lines().last(), Some("results/small"));
    // No axis: one point, the study's own.
    let table = bench.table("results/small");
    assert_eq!((table.rows(), table.names[0].as_str()), (1, "f1"));
}

#[test]
fn the_same_study_replaces_its_results() {
    let bench = Bench::new();
    bench.succeed(&["run", "study.toml", "-o", "out"]);
    let points = bench.read("out/points-000000000000.parquet");
    bench.write(
        "study.toml",
        format!("# The same, with a comment.\n{HEAD}{SPACE}"),
    );
    bench.succeed(&["explore", "study.toml", "-o", "out"]);
    // The figures of the old results went with them.
    assert_eq!(bench.names("out").len(), 4);
    assert_eq!(bench.read("out/points-000000000000.parquet"), points);
    assert_eq!(bench.names("."), ["out", "study.toml", "system.xlsx"]);
    std::fs::create_dir(bench.path("empty")).unwrap();
    bench.succeed(&["explore", "study.toml", "-o", "empty"]);
}

#[test]
fn the_bytes_do_not_depend_on_threads() {
    let axes = SPACE
        .replace("points = 5", "points = 300")
        .replace("step = 0.5", "points = 300");
    let bench = Bench::with_study(&axes);
    let blocks = ["points-000000000000.parquet", "points-000000065536.parquet"];
    let bytes = |out: &str| blocks.map(|block| bench.read(&format!("{out}/{block}")));
    for threads in ["1", "2", "7"] {
        bench.succeed(&["explore", "study.toml", "-o", threads, "-j", threads]);
        let expected = [blocks[0], blocks[1], "study.toml", "summary.json"];
        let names = bench.names(threads);
        assert!(
            expected.iter().all(|e| names.iter().any(|n| n == e)) && names.len() == 5,
            "{names:?}"
        );
        assert!(bytes(threads) == bytes("1"), "-j {threads}");
        assert_eq!(
            bench.read(&format!("{threads}/summary.json")),
            bench.read("1/summary.json")
        );
    }
}

#[test]
fn the_study_as_run_gives_the_same_point_again() {
    // Later settings win over earlier ones, and the command line's over all of them: the study as
    // run must keep that order.
    let set = "[set]\n\"system.Farm.skill\" = 1 # as published\n\"system.*.skill\" = 2\n";
    let bench = Bench::with_study(set);
    let options = ["--set", "system.Farm.skill=3"];
    bench.succeed(&[&["explore", "study.toml", "-o", "out"][..], &options].concat());
    let as_run = bench.read("out/study.toml");
    bench.write("again.toml", &as_run);
    let (first, again) = (
        bench.evaluate("study.toml", &options),
        bench.evaluate("again.toml", &[]),
    );
    assert_eq!(first, again, "{}", String::from_utf8_lossy(&as_run));
    assert!(String::from_utf8_lossy(&as_run).contains("# as published"));
}

#[test]
fn marks_lie_on_the_surface_of_their_own_base() {
    let mark = "[[mark]]\nname = \"Here\"\nset = { \"system.Level1.skill\" = 1.5 }\n[[mark]]\nname = \"There\"\nstudy = \"other.toml\"\n";
    let bench = Bench::with_study(&format!("{SPACE}{mark}"));
    bench.write(
        "other.toml",
        format!("{HEAD}[set]\n\"system.Tracker.data_bytes\" = 500\n"),
    );
    bench.succeed(&["run", "study.toml", "-o", "out"]);
    let marks = bench.json("out/summary.json")["marks"].clone();
    let power = |mark: usize, whose: &str| {
        marks[mark][whose]["figures"]["op_power_w"]["value"]
            .as_f64()
            .unwrap()
    };
    assert_eq!(marks[0]["name"], "Here");
    assert_eq!(marks[0]["own"]["point"]["system.Level1.skill"], 1.5);
    assert_eq!(power(0, "own"), power(0, "surface"));
    assert!(power(1, "own") < power(1, "surface"));
}
