//! Workbooks with one thing wrong: the message names file, sheet and cell.

use crate::bench::{Bench, check_all};
use crate::book::{Book, Cell};

#[test]
fn a_broken_cell_column_or_sheet_is_named() {
    let small = Book::small;
    let d = "system.xlsx, sheet Detectors";
    let t = "system.xlsx, sheet Triggers";
    let at = |sheet: &str, cell: &str| format!("{sheet}, cell {cell}: ");
    let cases: Vec<(Book, String, &[&str])> = vec![
        (
            small().without_sheet("Triggers"),
            "system.xlsx: ".into(),
            &[
                "no sheet `Triggers` or `Processors`",
                "`Detectors`, `Global`",
            ],
        ),
        (
            small().without_sheet("Global"),
            "system.xlsx: ".into(),
            &["no sheet `Global`", "its sheets are"],
        ),
        (
            small().without_column("Detectors", "Data (bytes)"),
            format!("{d}: "),
            &["no column `Data (bytes)`", "hint: "],
        ),
        (
            small().set("Detectors!D1", "Smple Rate (Hz)"),
            format!("{d}: "),
            &[
                "no column `Sample Rate (Hz)`",
                "hint: is it the column `Smple Rate (Hz)`?",
            ],
        ),
        (
            small().without_column("Triggers", "Classifier"),
            format!("{t}: "),
            &[
                "no column `Classifier`",
                "hint: ",
                "Dummy, Gaussian, L1T, HLT",
            ],
        ),
        (
            small().set("Detectors!C2", "many"),
            at(d, "C2"),
            &["expected a number for `Data (bytes)`", "found text `many`"],
        ),
        (
            small().set("Triggers!D4", "50"),
            at(t, "D4"),
            &[
                "expected a number for `Reduction Ratio`",
                "hint: the cell holds text",
            ],
        ),
        (
            small().set("Detectors!C3", f64::NAN),
            at(d, "C3"),
            &["expected a number for `Data (bytes)`"],
        ),
        (
            small().set("Triggers!C4", Cell::Error("#DIV/0!")),
            at(t, "C4"),
            &["expected a number for `Data (bytes)`", "the error #DIV/0!"],
        ),
        (
            small().set("Triggers!C4", Cell::Empty),
            at(t, "C4"),
            &[
                "expected a number for `Data (bytes)`",
                "found an empty cell",
            ],
        ),
        (
            small().set("Detectors!C2", -1.0),
            at(d, "C2"),
            &["expected 0 or more for `Data (bytes)`, found -1"],
        ),
        (
            small().set("Triggers!D4", 0.5),
            at(t, "D4"),
            &["expected 1 or more for `Reduction Ratio`, found 0.5"],
        ),
        (
            small().set("Triggers!J4", 1.5),
            at(t, "J4"),
            &["expected a number from 0 to 1 for `Compression`, found 1.5"],
        ),
        (
            small().set("Triggers!B4", "Fram"),
            at(t, "B4"),
            &["`Level1` leads to `Fram`", "hint: did you mean `Farm`?"],
        ),
        (
            small().set("Detectors!A3", "Tracking"),
            at(d, "A3"),
            &[
                "`Muon` leads to `Tracking`, which is no processor",
                "hint: processors are Front, Side, Level1, Farm, Disk",
            ],
        ),
        (
            small().set("Triggers!B6", "Level1"),
            t.into(),
            &["the outputs run in a cycle: ", "Level1 -> Farm", "hint: "],
        ),
        (
            small().set("Triggers!B4", ""),
            t.into(),
            &[
                "two roots: both `Level1` and `Disk` have no output",
                "hint: ",
            ],
        ),
        (
            small().set("Triggers!E4", "Gausian"),
            at(t, "E4"),
            &[
                "expected one of Dummy, Gaussian, L1T, HLT",
                "did you mean `Gaussian`?",
            ],
        ),
        (
            small().set("Detectors!A3", "Front"),
            at(t, "A3"),
            &["processor `Side` has no input"],
        ),
        (
            small().set("Triggers!D6", 2.0),
            at(t, "D6"),
            &[
                "`Disk` has a reduction ratio other than 1",
                "hint: set the ratio to 1",
            ],
        ),
        (
            small().set("Detectors!D3", 2e6),
            at(d, "B3"),
            &[
                "detectors of unequal sample rate",
                "1000000 Hz",
                "`Muon` has 2000000 Hz",
            ],
        ),
        (
            small()
                .set("Triggers!D2", 5.0)
                .set("Triggers!E2", "Gaussian")
                .set("Triggers!G2", 1.0),
            at(t, "D2"),
            &[
                "`Front` is active on a branch",
                "hint: active classifiers stand on the trunk",
            ],
        ),
        (
            small().set("Triggers!G4", 0.0),
            at(t, "E4"),
            &[
                "Gaussian classifier of `Level1` is active and has scale 0",
                "hint: give a scale",
            ],
        ),
        (
            small().set("Triggers!A3", "Front"),
            at(t, "A3"),
            &["the name `Front` stands twice", "cell A2"],
        ),
    ];
    check_all(cases.into_iter().map(|(book, place, told)| {
        let bench = Bench::new();
        book.save(&bench.path("system.xlsx"));
        let told = [&[place.as_str()], told].concat();
        let outcome = bench.refusal(&["explore", "study.toml", "-o", "out"], &told);
        (place, outcome)
    }));
}

#[test]
fn an_inactive_gaussian_may_have_scale_0() {
    let bench = Bench::with_study("");
    let inactive = Book::small()
        .set("Triggers!D4", 1.0)
        .set("Triggers!G4", 0.0);
    inactive.save(&bench.path("system.xlsx"));
    let figures = bench.evaluate("study.toml", &[])["figures"].clone();
    assert_eq!(figures["output_hz.Level1"]["value"], 1e6);
    // Nothing is cut there, so there is no threshold.
    assert!(figures["threshold.Level1"]["value"].is_null());
}

#[test]
fn a_file_that_is_no_workbook_is_named() {
    let whole = Book::small().bytes();
    let cut = |share: f64| whole[..(whole.len() as f64 * share) as usize].to_vec();
    let mut flipped = whole.clone();
    flipped[whole.len() / 3] ^= 0x55;
    let cases: [(&str, Vec<u8>, &[&str]); 6] = [
        (
            "empty",
            Vec::new(),
            &["the file is empty; expected a workbook"],
        ),
        ("cut in half", cut(0.5), &[]),
        ("cut at the end", cut(0.98), &[]),
        ("one byte flipped", flipped, &[]),
        (
            "text",
            b"Category,Detector\n".to_vec(),
            &["is not a workbook (.xlsx, .xls or .ods)", "hint: "],
        ),
        ("bare magic", b"PK\x03\x04".to_vec(), &[]),
    ];
    check_all(cases.into_iter().map(|(name, bytes, told)| {
        let bench = Bench::new();
        bench.write("system.xlsx", bytes);
        let told = [&["system.xlsx"], told].concat();
        let outcome = bench.refusal(&["explore", "study.toml", "-o", "out"], &told);
        (name.to_owned(), outcome)
    }));
}

#[test]
fn a_workbook_that_does_not_exist_is_named_where_the_study_names_it() {
    let bench = Bench::new();
    std::fs::remove_file(bench.path("system.xlsx")).unwrap();
    let told = [
        "study.toml:3:12: cannot read",
        "system.xlsx",
        "hint: paths in a study are relative",
    ];
    bench.refuse(&["explore", "study.toml", "-o", "out"], &told);
    let set = "--set=system.workbook=nowhere.xlsx";
    bench.refuse(
        &["evaluate", "study.toml", set],
        &["--set system.workbook=nowhere.xlsx: cannot read nowhere.xlsx"],
    );
    // A long path stays in one piece, to be found and copied.
    let long = format!("{}/nowhere.xlsx", "a-folder/of many/".repeat(12));
    let told = format!("cannot read {long}: ");
    let set = format!("--set=system.workbook={long}");
    bench.refuse(&["evaluate", "study.toml", &set], &[&told]);
}
