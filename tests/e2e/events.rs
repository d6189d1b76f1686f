//! `trigscape events`: inspect, generate, convert, and studies with samples.

use crate::bench::{Bench, check_all};
use serde_json::Value;

/// Two events: two muons and none.
const CSV: &str =
    "mu1_pt,mu1_eta,mu2_pt,mu2_eta,met,w,bit\n30.5,1,7.25,-1,12.5,2,true\n,,,,3,-1,false\n";

/// A study of one sample, `small.csv`, whose entry goes on with `sample`; then comes `rest`.
fn study(sample: &str, rest: &str) -> String {
    format!(
        "name = \"small\"\n[events]\n[[events.sample]]\nname = \"all\"\nkind = \"background\"\n{sample}\n{rest}\n"
    )
}

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("small.csv", CSV);
    bench
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON object")
}

#[test]
fn inspect_shows_columns_objects_and_statistics() {
    let bench = bench();
    let text = bench.succeed(&["events", "inspect", "small.csv"]);
    for told in ["small.csv: CSV, 2 events, 5 columns", "list of f64", "bool"] {
        assert!(text.contains(told), "{told} in {text}");
    }
    let value = json(&bench.succeed(&[
        "events",
        "inspect",
        "small.csv",
        "--json",
        "--columns",
        "mu_*,met",
    ]));
    assert_eq!(value["events"], 2);
    let pt = &value["statistics"]["mu_pt"];
    // 30.5 and 7.25: their mean is 37.75 / 2.
    assert_eq!(
        (&pt["values"], &pt["min"], &pt["mean"]),
        (&2.into(), &7.25.into(), &18.875.into())
    );
    assert_eq!(value["statistics"]["met"]["sum"], 15.5);
    assert!(value["statistics"].get("w").is_none());
}

#[test]
fn generate_and_convert_write_what_inspect_reads() {
    let bench = bench();
    let generate = [
        "events",
        "generate",
        "ttbar",
        "--events",
        "2000",
        "--seed",
        "5",
        "-o",
        "t.parquet",
    ];
    bench.succeed(&generate);
    let value = json(&bench.succeed(&[
        "events",
        "inspect",
        "t.parquet",
        "--json",
        "--columns",
        "L1Jet_pt,weight",
    ]));
    assert_eq!(value["events"], 2000);
    assert_eq!(value["statistics"]["weight"]["sum"], 2000.0);
    assert_eq!(value["objects"]["L1Jet"]["object"], "jet");
    let format = value["files"][0]["format"].as_str().unwrap();
    assert!(
        format.contains("synthetic ttbar") && format.contains("a toy"),
        "{format}"
    );

    bench.write("again.parquet", bench.read("t.parquet"));
    // Columns chosen, files joined, and the name of what they are kept.
    bench.succeed(&[
        "events",
        "convert",
        "t.parquet",
        "again.parquet",
        "-o",
        "two.parquet",
        "--columns",
        "L1Jet_*,weight",
    ]);
    let two = json(&bench.succeed(&[
        "events",
        "inspect",
        "two.parquet",
        "--json",
        "--columns",
        "L1Jet_pt",
    ]));
    assert_eq!(two["events"], 4000);
    assert_eq!(two["columns"].as_array().unwrap().len(), 4);
    assert_eq!(two["files"][0]["format"], format);
    let (whole, half) = (
        &two["statistics"]["L1Jet_pt"],
        &value["statistics"]["L1Jet_pt"],
    );
    assert_eq!(
        whole["values"].as_u64(),
        half["values"].as_u64().map(|n| 2 * n)
    );
    assert_eq!(whole["max"], half["max"]);
}

/// The generator's background means nothing without its weights, wherever it comes from.
#[test]
fn generated_background_brings_its_weights_and_its_name_along() {
    let bench = bench();
    bench.succeed(&[
        "events",
        "generate",
        "--events",
        "5000",
        "-o",
        "toy.parquet",
    ]);
    bench.write("real.csv", "weight,stratum\n1,0\n1,0\n");
    bench.write("samples.toml", study("files = [\"toy.parquet\"]", ""));
    let value = json(&bench.succeed(&["events", "inspect", "samples.toml", "--json"]));
    let sample = &value["samples"][0];
    assert_eq!(sample["strata"], 12);
    assert!(sample["effective_events"].as_f64().unwrap() < 4000.0);
    // Whichever file comes first.
    let files = "files = [\"real.csv\", \"toy.parquet\"]\nweight = \"weight\"";
    bench.write("samples.toml", study(files, ""));
    let text = bench.succeed(&["events", "inspect", "samples.toml"]);
    assert!(
        text.contains("CSV and Parquet, from synthetic background (a toy)"),
        "{text}"
    );
}

#[test]
fn files_are_the_same_bytes_for_any_threads() {
    let bench = bench();
    for threads in ["1", "2", "7"] {
        let out = format!("{threads}.parquet");
        bench.succeed(&[
            "events", "generate", "--events", "30000", "-o", &out, "-j", threads,
        ]);
    }
    assert!(bench.read("1.parquet") == bench.read("2.parquet"));
    assert!(bench.read("1.parquet") == bench.read("7.parquet"));
}

#[test]
fn a_small_memory_bound_changes_no_number() {
    let bench = bench();
    bench.succeed(&["events", "generate", "--events", "50000", "-o", "b.parquet"]);
    bench.write(
        "samples.toml",
        study(
            "files = [\"b.parquet\"]\nweight = \"weight\"\nstratum = \"stratum\"\nmax_events = 40_000",
            "[events.objects]\njet = \"L1Jet\"\nmuon = { prefix = \"L1Mu\", quality = \"hwQual\" }",
        ),
    );
    let inspect = ["events", "inspect", "samples.toml", "--json"];
    let roomy = json(&bench.succeed(&inspect));
    let output = bench
        .command(&inspect)
        .env("TRIGSCAPE_MEMORY_GB", "0.01")
        .output()
        .unwrap();
    let tight = json(&String::from_utf8(output.stdout).unwrap());
    let sample = &roomy["samples"][0];
    assert_eq!(sample["events"], 40_000);
    assert_eq!(sample["objects"], tight["samples"][0]["objects"]);
    assert_eq!(sample["strata"], 12);
    assert_eq!(
        sample["sum_of_weights"],
        tight["samples"][0]["sum_of_weights"]
    );
}

#[test]
fn a_study_of_samples_prints_its_normalisation() {
    let bench = bench();
    let sample = "files = [\"small*.csv\"]\nweight = \"w\"";
    let rest = "[events.objects]\nmuon = \"mu\"\n[events.scalars]\nmissing = \"met\"";
    bench.write(
        "samples.toml",
        study(sample, rest).replace("[events]\n", "[events]\nbunches = 2000\n"),
    );
    let text = bench.succeed(&["events", "inspect", "samples.toml"]);
    // 2000 x 11 245.5 Hz.
    for told in [
        "22491 kHz",
        "live fraction 1 x 2000 colliding bunches x 11245.5 Hz",
        "1 an event",
    ] {
        assert!(text.contains(told), "{told} in {text}");
    }
    let value = json(&bench.succeed(&["events", "inspect", "samples.toml", "--json"]));
    let sample = &value["samples"][0];
    assert_eq!(
        (&sample["sum_of_weights"], &sample["negative"]),
        (&1.0.into(), &1.into())
    );
    bench.refuse(
        &["explore", "samples.toml"],
        &["samples.toml", "no [system]"],
    );
    bench.refuse(
        &["events", "inspect", "study.toml"],
        &["study.toml", "no [events]"],
    );
}

#[test]
fn bad_samples_are_refused_where_the_study_names_them() {
    let files = "files = [\"small.csv\"]";
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "files = [\"none*.root\"]",
            "",
            &["no file matches", "samples.toml:6:10"],
        ),
        (
            "files = [\"none.root\"]",
            "",
            &["there is no file", "samples.toml:6:10"],
        ),
        (
            "files = [\"sub\"]",
            "",
            &["is a directory", "name its files", "samples.toml:6:10"],
        ),
        ("files = []", "", &["no file is named"]),
        (
            "files = [\"empty.csv\"]",
            "",
            &["the sample `all` is empty"],
        ),
        (
            "files = [\"nothing.root\"]",
            "",
            &["nothing.root", "the file is empty"],
        ),
        (
            "files = [\"noise.bin\"]",
            "",
            &["noise.bin", "ROOT trees, Parquet and CSV"],
        ),
        ("", "", &["has no events", "synthetic ="]),
        (
            "files = [\"small.csv\"]\nweight = \"ww\"",
            "",
            &["no column `ww`", "samples.toml:7:10"],
        ),
        (
            "files = [\"small.csv\"]\nweight = \"mu_pt\"",
            "",
            &["is a list", "samples.toml:7:10"],
        ),
        (
            "files = [\"nan.csv\"]\nweight = \"w\"",
            "",
            &["nan.csv", "event 1 has the weight NaN in column `w`"],
        ),
        (
            "files = [\"small.csv\"]\nstratum = \"met\"",
            "",
            &["no whole numbers", "`met`"],
        ),
        (
            "files = [\"minus.csv\"]\nweight = \"w\"",
            "",
            &["add up to -1"],
        ),
        (
            files,
            "[events.objects]\nmuon = \"muu\"",
            &[
                "no column begins with `muu_`",
                "did you mean `mu`?",
                "samples.toml:8:8",
            ],
        ),
        (
            files,
            "[events.objects]\nmuon = { prefix = \"mu\", iso = \"relIso\" }",
            &["no column `mu_relIso`", "samples.toml:8:8"],
        ),
        (
            files,
            "[events.scalars]\nx = \"mett\"",
            &[
                "no column `mett`",
                "did you mean `met`?",
                "samples.toml:8:5",
            ],
        ),
        (
            files,
            "[events.scalars]\nx = \"mu_pt\"",
            &["`mu_pt` is a list"],
        ),
        (
            files,
            "[events.objects]\nmuon = 3",
            &["expected a prefix of columns"],
        ),
        (
            files,
            "[events.objects]\n\"a b\" = \"mu\"",
            &["cannot be a name in cuts"],
        ),
        (
            "files = [\"mixed.parquet\"]",
            "[events.objects]\njet = \"Jet\"",
            &["event 1 has 1 values of `Jet_pt`, but 2 of `Jet_eta`"],
        ),
        (
            "files = [\"small.csv\"]\nrate_hz = 3",
            "",
            &["belongs to signals"],
        ),
        (
            "files = [\"small.csv\"]\nmax_events = 0",
            "",
            &["at least 1"],
        ),
        (
            "files = [\"small.csv\"]\nsynthetic = { events = 10 }",
            "",
            &["either files or synthetic"],
        ),
        ("synthetic = { events = 0 }", "", &["at least 1"]),
        ("synthetic = { seed = 1 }", "", &["how many events?"]),
        (
            "synthetic = { events = 10, process = \"zmumu\" }",
            "",
            &["did you mean `z_mumu`?", "samples.toml:6"],
        ),
        (
            "synthetic = { events = 10, pileup = -1 }",
            "",
            &["pileup", "samples.toml:6"],
        ),
        (
            "files = [\"small.csv\"]\nweigth = \"w\"",
            "",
            &["unknown field `weigth`", "did you mean `weight`?"],
        ),
    ];
    check_all(cases.iter().map(|(sample, rest, told)| {
        let bench = bench();
        bench.write("samples.toml", study(sample, rest));
        bench.write("empty.csv", "mu1_pt,met\n");
        bench.write("nothing.root", "");
        bench.write("noise.bin", [0u8, 255, 3, 9, 200]);
        bench.write("nan.csv", "met,w\n1,1\n1,\n");
        bench.write("minus.csv", "met,w\n1,1\n1,-2\n");
        bench.write("sub/keep", "");
        bench.write("mixed.parquet", mixed());
        let outcome = bench.refusal(&["events", "inspect", "samples.toml"], told);
        (format!("{sample} / {rest}"), outcome)
    }));
}

/// Two events whose jets have one pt each, but one and two eta.
fn mixed() -> Vec<u8> {
    use trigscape::events::{Column, ColumnSpec, Kind, ParquetWriter, Values};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mixed.parquet");
    let spec = |name: &str| ColumnSpec {
        name: name.to_owned(),
        kind: Kind::F32,
        jagged: true,
    };
    let mut writer =
        ParquetWriter::create(&path, &[spec("Jet_pt"), spec("Jet_eta")], "a test").unwrap();
    let pt = Column::jagged(vec![0, 1, 2], Values::F32(vec![1.0, 2.0]));
    let eta = Column::jagged(vec![0, 1, 3], Values::F32(vec![1.0, 2.0, 3.0]));
    writer.write(vec![pt, eta]).unwrap();
    writer.finish().unwrap();
    std::fs::read(&path).unwrap()
}

#[test]
fn wrong_usage_is_refused_and_leaves_nothing() {
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["events", "inspect", "none.root"],
            &["none.root: there is no file"],
        ),
        (
            &["events", "inspect", "small.csv", "--columns", "mee"],
            &["no column `mee`", "did you mean `met`?"],
        ),
        (
            &["events", "inspect", "small.csv", "--columns", "x*"],
            &["--columns x*", "no column"],
        ),
        (
            &["events", "inspect", "samples.toml", "--columns", "x"],
            &["for files, not for a study"],
        ),
        (
            &[
                "events",
                "convert",
                "small.csv",
                "-o",
                "small.csv",
                "--force",
            ],
            &["one of the files to be read"],
        ),
        (
            &["events", "convert", "small.csv", "-o", "study.toml"],
            &["exists already", "--force"],
        ),
        (
            &["events", "convert", "small.csv", "-o", "none/x.parquet"],
            &["none/x.parquet: cannot write here"],
        ),
        (
            &["events", "convert", "ragged.csv", "-o", "x.parquet"],
            &["ragged.csv: line 3", "expected a number in column `b`"],
        ),
        (
            &["events", "inspect", "small.csv", "small.csv"],
            &["named a second time"],
        ),
        (
            &["events", "inspect", "small.csv", "--tree", "t"],
            &["no ROOT file"],
        ),
        (
            &["events", "convert", "small.csv", "-o", ".", "--force"],
            &["no regular file"],
        ),
        (
            &["events", "generate", "--events", "1000000000000", "-o", "x"],
            &["at most 10000000000 events"],
        ),
        (
            &["events", "generate", "tt", "-o", "x.parquet"],
            &["no synthetic process `tt`", "ttbar"],
        ),
        (
            &["events", "generate", "--events", "0", "-o", "x.parquet"],
            &["at least 1 event"],
        ),
        (
            &["events", "generate", "--pileup", "nan", "-o", "x.parquet"],
            &["pileup"],
        ),
        (
            &["events", "generate", "-o", "x.parquet", "-j", "0"],
            &["threads are 1 to"],
        ),
    ];
    check_all(cases.iter().map(|(arguments, told)| {
        let bench = bench();
        bench.write("samples.toml", study("files = [\"small.csv\"]", ""));
        bench.write("ragged.csv", "a,b\n1,2\n1,x\n");
        (format!("{arguments:?}"), bench.refusal(arguments, told))
    }));
    let output = bench()
        .command(&["events", "inspect", "small.csv"])
        .env("TRIGSCAPE_MEMORY_GB", "much")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}
