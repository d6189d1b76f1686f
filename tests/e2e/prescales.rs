//! Tables of prescales, and the realistic menu in `configs/`.

use crate::bench::{Bench, check_all};
use std::path::Path;

const EVENTS: &str = "met\n130\n20\n120\n0\n";

const STUDY: &str = "name = \"small menu\"
[events]
input_rate_hz = 4000
[[events.sample]]
name = \"minbias\"
kind = \"background\"
files = [\"minbias.csv\"]
[events.scalars]
met = \"met\"
[menu]
prescales = { table = \"prescales.csv\", column = \"2e34\" }
[[menu.path]]
name = \"MET120\"
legs = [{ scalar = \"met\", min = 120 }]
[[menu.path]]
name = \"MET 10\"
legs = [{ scalar = \"met\", min = 10 }]
prescale = 100
[[menu.path]]
name = \"ZeroBias\"
legs = [{ scalar = \"met\", min = 0 }]
prescale = 16
";

/// As spreadsheets write it; `ZeroBias` has its prescale in the study.
const TABLE: &str = "\u{feff}Index,Name,1e34,2e34,comment\r
# a comment, and a blank line\r
\r
0,MET120,1,1,\"main, unprescaled\"\r
1,\"MET 10\", 1.5 , 2.5 ,x\r
2,Other,0,-1,x\r
3,Odd,one,7,x\r
";

fn bench(study: &str, table: &str) -> Bench {
    let bench = Bench::new();
    bench.write("minbias.csv", EVENTS);
    bench.write("menu.toml", study);
    bench.write("prescales.csv", table);
    bench
}

fn path_rates(bench: &Bench, study: &str, options: &[&str]) -> Vec<f64> {
    let json = bench.evaluate(study, options);
    ["MET120", "\"MET 10\"", "ZeroBias"]
        .iter()
        .map(|path| {
            let figure = &json["figures"][format!("rate_khz.path.{path}")];
            figure["value"].as_f64().unwrap_or(f64::NAN)
        })
        .collect()
}

#[test]
fn a_column_of_a_table_gives_the_prescales() {
    let bench = bench(STUDY, TABLE);
    let close = |a: Vec<f64>, b: [f64; 3]| {
        let apart = a.iter().zip(b).map(|(a, b)| (a - b).abs());
        assert!(apart.clone().all(|d| d < 1e-12), "{a:?} {b:?}");
    };
    close(
        path_rates(&bench, "menu.toml", &[]),
        [2.0, 3.0 / 2.5, 4.0 / 16.0],
    );
    // The command line comes last.
    close(
        path_rates(&bench, "menu.toml", &["--set", "menu.MET120.prescale=4"]),
        [0.5, 3.0 / 2.5, 4.0 / 16.0],
    );
    let json = bench.evaluate("menu.toml", &[]);
    let taken = &json["normalisation"]["prescales"];
    assert_eq!(taken["column"], "2e34");
    assert_eq!(taken["rows_without_path"][1], "Odd");
    let output = bench.output(&["evaluate", "menu.toml"]);
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(out.contains("column `2e34` of prescales.csv"), "{out}");
    assert!(
        err.contains("no paths of the menu (2): Other, Odd"),
        "{err}"
    );
}

#[test]
fn a_table_comes_back_as_it_was_written() {
    let bench = bench(STUDY, TABLE);
    let options = [
        "--set",
        "menu.ZeroBias.prescale=3.3333333333333335",
        "--set",
        "menu.MET120.prescale=-1",
        "--prescale-table",
        "out.csv",
    ];
    let rates = path_rates(&bench, "menu.toml", &options);
    assert_eq!(
        String::from_utf8_lossy(&bench.read("out.csv")),
        "Index,Name,2e34\n0,MET120,0\n1,MET 10,2.5\n2,ZeroBias,3.3333333333333335\n"
    );
    bench.write("again.toml", STUDY.replace("prescales.csv", "out.csv"));
    let again = ["--prescale-table", "again.csv"];
    assert_eq!(path_rates(&bench, "again.toml", &again), rates);
    assert_eq!(bench.read("again.csv"), bench.read("out.csv"));
    // A menu without a table has the study's name on its column.
    let line = "prescales = { table = \"prescales.csv\", column = \"2e34\" }\n";
    bench.write("own.toml", STUDY.replace(line, ""));
    bench.evaluate("own.toml", &["--prescale-table", "own.csv"]);
    let own = bench.read("own.csv");
    assert!(own.starts_with(b"Index,Name,small menu\n0,MET120,1\n"));
    // What stands there is kept, and a table of a menu that cannot be evaluated is not written.
    let export = ["evaluate", "menu.toml", "--prescale-table", "out.csv"];
    bench.refuse(&export, &["--prescale-table out.csv", "exists already"]);
    let export = ["evaluate", "menu.toml", "--prescale-table", "no/out.csv"];
    bench.refuse(&export, &["--prescale-table no/out.csv", "cannot write"]);
    let export = ["evaluate", "study.toml", "--prescale-table", "new.csv"];
    bench.refuse(&export, &["study.toml", "has no [menu]"]);
}

#[test]
fn wrong_tables_are_refused_at_their_place() {
    let case = |study: (&str, &str), table: (&str, &str), told: &[&str]| {
        assert!(STUDY.contains(study.0) && TABLE.contains(table.0));
        let bench = bench(
            &STUDY.replacen(study.0, study.1, 1),
            &TABLE.replacen(table.0, table.1, 1),
        );
        let outcome = bench.refusal(&["evaluate", "menu.toml"], told);
        (format!("{} {}", study.1, table.1), outcome)
    };
    let in_study = |old, new, told: &[&str]| case((old, new), ("", ""), told);
    let in_table = |old, new, told: &[&str]| case(("", ""), (old, new), told);
    check_all([
        in_study(
            "\"2e34\"",
            "\"2e+34\"",
            &["menu.toml:11:49", "no column `2e+34`", "`2e34`", "`1e34`"],
        ),
        in_study(
            "\"2e34\"",
            "\"1e34\"",
            &["prescales.csv:7:7", "`Odd`", "found `one`"],
        ),
        in_study(
            "\"prescales.csv\"",
            "\"none.csv\"",
            &["menu.toml:11:23", "cannot read none.csv"],
        ),
        in_study(
            "\"prescales.csv\"",
            "\".\"",
            &["menu.toml:11:23", "cannot read"],
        ),
        in_study(
            ", column = \"2e34\"",
            "",
            &["menu.toml:11", "missing field `column`"],
        ),
        in_study(
            "name = \"MET120\"",
            "name = \"MET121\"",
            &["menu.toml:13:8", "`MET121` is not in", "`MET120`"],
        ),
        in_table(" 2.5 ", "0.5", &["prescales.csv:5:18", "0.5 is neither"]),
        in_table(" 2.5 ", "-2", &["prescales.csv:5:18", "-2 is neither"]),
        in_table(" 2.5 ", "nan", &["prescales.csv:5:18", "NaN is neither"]),
        in_table(" 2.5 ", "1e999", &["prescales.csv:5:18", "is neither"]),
        in_table(" 2.5 ", "", &["prescales.csv:5:18", "found ``"]),
        in_table(" 2.5 ,x", "2", &["prescales.csv:5:1", "4 fields", "5"]),
        in_table("Other", "MET120", &["prescales.csv:6:3", "two rows"]),
        in_table("Other", "", &["prescales.csv:6:3", "no name"]),
        in_table("\"MET 10\"", "\"MET 10", &["prescales.csv:5:3", "quote"]),
        in_table("1e34", "2e34", &["menu.toml:11:49", "more than one"]),
        in_table(
            "Index,Name,1e34,2e34,comment",
            "Index,1e34,2e34,comment,Name",
            &["prescales.csv:1:", "no column of prescales"],
        ),
    ]);
    let empty = bench(STUDY, "\n# nothing\n");
    empty.refuse(&["evaluate", "menu.toml"], &["prescales.csv", "is empty"]);
    let binary = Bench::new();
    binary.write("menu.toml", STUDY);
    binary.write("prescales.csv", [0xff, 0xfe, 0x00]);
    binary.refuse(&["evaluate", "menu.toml"], &["prescales.csv", "not UTF-8"]);
}

/// A fifth of its background, so that the unoptimised build takes seconds.
#[test]
fn the_realistic_menu_has_100_khz() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/run3_menu.toml");
    let study = std::fs::read_to_string(path).expect("the study");
    let fewer = study
        .replace("events = 1_000_000", "events = 200_000")
        .replace("events = 50_000", "events = 2_000");
    assert_eq!(study.matches("events = ").count(), 6);
    assert!(!fewer.contains("events = 1_000_000") && !fewer.contains("events = 50_000"));
    let bench = Bench::new();
    bench.write("run3_menu.toml", fewer);
    let json = bench.evaluate("run3_menu.toml", &[]);
    let figures = json["figures"].as_object().expect("figures");
    let total = figures["rate_khz.total"]["value"].as_f64();
    assert!(
        total.is_some_and(|t| (90.0..110.0).contains(&t)),
        "{total:?}"
    );
    let named = |prefix: &str| figures.keys().filter(|k| k.starts_with(prefix)).count();
    assert!(named("rate_khz.path.") >= 30);
    for group in ["muon", "egamma", "tau", "jet", "sums", "cross"] {
        let rate = figures[&format!("rate_khz.group.{group}")]["value"].as_f64();
        assert!(rate.is_some_and(|r| r > 1.0), "{group}: {rate:?}");
    }
    for signal in ["z_mumu", "h_tautau", "ttbar", "hh_4b", "soft_met"] {
        let efficiency = figures[&format!("efficiency.{signal}")]["value"].as_f64();
        assert!(efficiency.is_some_and(|e| e > 0.2 && e < 1.0), "{signal}");
    }
}
