mod damage;

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook as Writer, Worksheet};

use super::*;
use crate::Error;

/// What a test puts into a cell.
#[derive(Debug, Clone, PartialEq)]
enum V {
    No,
    T(&'static str),
    N(f64),
    B(bool),
    /// A formula whose saved value is an error.
    Bad,
    Date,
}

fn t(text: &'static str) -> V {
    V::T(text)
}

fn n(value: f64) -> V {
    V::N(value)
}

/// A workbook as a list of sheets, each a list of rows.
type Plan = Vec<(&'static str, Vec<Vec<V>>)>;

fn plan() -> Plan {
    let detectors = vec![
        vec![
            t("Category"),
            t("Detector"),
            t("Data (bytes)"),
            t("Sample Rate (Hz)"),
            t("Compression"),
            t("Link Efficiency (J/bit)"),
            t("Op Efficiency (J/op)"),
        ],
        vec![
            t("Muon"),
            t("Muon DT"),
            n(150_000.0),
            n(4e7),
            n(0.25),
            n(2.2e-11),
            n(0.0),
        ],
        vec![
            t("Muon"),
            t("Muon CSC"),
            n(470_000.0),
            n(4e7),
            n(0.0),
            n(2.2e-11),
            n(1e-12),
        ],
    ];
    let processors = vec![
        vec![
            t("Name"),
            t("Output"),
            t("Data (bytes)"),
            t("Reduction Ratio"),
            t("Classifier"),
            t("Skill mean"),
            t("Skill variance"),
            t("Link Efficiency (J/bit)"),
            t("Op Efficiency (J/op)"),
            t("Compression"),
        ],
        vec![
            t("Muon"),
            t("L1"),
            n(0.0),
            n(1.0),
            t("Dummy"),
            V::No,
            V::No,
            n(2.5e-11),
            n(0.0),
            n(0.0),
        ],
        vec![
            t("L1"),
            t("Global"),
            n(2.6e5),
            n(53.3),
            t("l1t"),
            n(3.0),
            n(0.0),
            n(2.5e-11),
            n(0.003),
            n(0.0),
        ],
        vec![
            t("Global"),
            t("Disk"),
            n(0.0),
            n(100.0),
            t("Gaussian"),
            n(4.0),
            n(1.0),
            n(2.5e-11),
            n(16.0),
            n(0.0),
        ],
        vec![
            t("Disk"),
            V::No,
            n(0.0),
            n(1.0),
            t("Dummy"),
            V::No,
            V::No,
            n(2.5e-11),
            n(0.0),
            n(0.0),
        ],
    ];
    let global = vec![vec![t("Year")], vec![n(2032.0)]];
    vec![
        ("Detectors", detectors),
        ("Triggers", processors),
        ("Global", global),
    ]
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, value: &V) {
    match value {
        V::No => return,
        V::T(text) => sheet.write(row, column, *text),
        V::N(value) => sheet.write(row, column, *value),
        V::B(value) => sheet.write(row, column, *value),
        V::Bad => sheet.write(row, column, Formula::new("1/0").set_result("#DIV/0!")),
        V::Date => sheet.write_with_format(
            row,
            column,
            ExcelDateTime::from_ymd(2032, 1, 1).unwrap(),
            &Format::new().set_num_format("yyyy-mm-dd"),
        ),
    }
    .unwrap();
}

fn write(plan: &Plan) -> Vec<u8> {
    let mut writer = Writer::new();
    for (name, rows) in plan {
        let sheet = writer.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in rows.iter().enumerate() {
            for (column, value) in cells.iter().enumerate() {
                write_cell(sheet, row as u32, column as u16, value);
            }
        }
    }
    writer.save_to_buffer().unwrap()
}

fn parse(plan: &Plan) -> crate::Result<Workbook> {
    Workbook::parse(Path::new("s.xlsx"), &write(plan))
}

/// Place, message and hint of a refusal.
fn refusal(outcome: crate::Result<Workbook>) -> (String, String, String) {
    match outcome {
        Err(Error::Input(fault)) => (
            fault.place.to_string(),
            fault.message,
            fault.hint.unwrap_or_default(),
        ),
        other => panic!("expected a fault, got {other:?}"),
    }
}

/// The plan with one cell replaced.
fn with(sheet: usize, row: usize, column: usize, value: V) -> Plan {
    let mut plan = plan();
    plan[sheet].1[row][column] = value;
    plan
}

/// Puts the places aside: they differ between layouts of the same content.
fn content(mut workbook: Workbook) -> Workbook {
    let nowhere = Place::Option(String::new());
    workbook.path = PathBuf::new();
    for row in &mut workbook.detectors {
        for place in [&mut row.name_place, &mut row.category_place] {
            *place = nowhere.clone();
        }
    }
    for row in &mut workbook.processors {
        for place in [
            &mut row.name_place,
            &mut row.output_place,
            &mut row.reduction_place,
            &mut row.classifier_place,
        ] {
            *place = nowhere.clone();
        }
    }
    workbook
}

#[test]
fn a_workbook_is_read_back_as_written() {
    let workbook = parse(&plan()).unwrap();
    assert_eq!(workbook.year, 2032.0);
    let detector = &workbook.detectors[0];
    assert_eq!(
        (detector.name.as_str(), detector.category.as_str()),
        ("Muon DT", "Muon")
    );
    assert_eq!(
        (detector.data_bytes, detector.sample_rate_hz),
        (150_000.0, 4e7)
    );
    assert_eq!(
        (detector.compression, detector.link_efficiency),
        (0.25, 2.2e-11)
    );
    assert_eq!(
        (detector.routing_latency_s, detector.op_latency_s),
        (900e-9, 1e-9)
    );
    assert_eq!((detector.steps, detector.op_efficiency), (1.0, 0.0));
    assert_eq!(
        detector.name_place.to_string(),
        "s.xlsx, sheet Detectors, cell B2"
    );

    let l1 = &workbook.processors[1];
    assert_eq!(
        (l1.name.as_str(), l1.output.as_deref()),
        ("L1", Some("Global"))
    );
    assert_eq!(
        (l1.classifier, l1.reduction_ratio),
        (ClassifierKind::L1t, 53.3)
    );
    assert_eq!((l1.skill, l1.scale), (3.0, 0.0));
    assert_eq!(
        l1.reduction_place.to_string(),
        "s.xlsx, sheet Triggers, cell D3"
    );
    assert_eq!(
        (workbook.processors[2].skill, workbook.processors[2].scale),
        (4.0, 1.0)
    );
    let disk = &workbook.processors[3];
    assert_eq!((disk.output.as_deref(), disk.skill), (None, 0.0));
    assert_eq!(
        disk.output_place.to_string(),
        "s.xlsx, sheet Triggers, cell B5"
    );
}

#[test]
fn column_order_case_aliases_units_and_blank_rows_do_not_matter() {
    let expected = content(parse(&plan()).unwrap());
    let mut varied = plan();
    for (_, rows) in &mut varied {
        for row in rows.iter_mut() {
            row.reverse();
            // An extra column, and one that is empty.
            row.insert(0, t("ignored"));
            row.insert(1, V::No);
        }
        // A row that says something only in a column that is ignored.
        rows.insert(1, vec![t("a remark")]);
        rows.insert(0, vec![]);
    }
    for (name, other) in [
        ("Category", "  CATEGORY "),
        ("Detector", "Name"),
        ("Data (bytes)", "data"),
        ("Sample Rate (Hz)", "sample_rate ( HZ )"),
        ("Link Efficiency (J/bit)", "Link  Efficiency"),
        ("Reduction Ratio", "Reduction"),
        ("Skill mean", "Skill"),
        ("Skill variance", "skill-scale"),
        ("l1t", " L1T "),
    ] {
        for cell in varied
            .iter_mut()
            .flat_map(|(_, rows)| rows.iter_mut().flatten())
        {
            if *cell == V::T(name) {
                *cell = V::T(other);
            }
        }
    }
    varied[0].0 = "DETECTORS";
    varied[1].0 = "processors";
    varied[2].0 = " global";
    varied.reverse();
    varied.push(("Notes", vec![vec![t("anything")]]));
    assert_eq!(content(parse(&varied).unwrap()), expected);
}

#[test]
fn latencies_and_steps_are_read_where_given() {
    let mut plan = plan();
    for (title, value) in [
        ("Routing Latency (s)", 5e-7),
        ("Op Latency", 2e-9),
        ("Steps", 12.0),
    ] {
        plan[0].1[0].push(V::T(title));
        plan[0].1[1].push(n(value));
        plan[1].1[0].push(V::T(title));
        plan[1].1[3].push(n(value));
    }
    let workbook = parse(&plan).unwrap();
    let given = &workbook.detectors[0];
    assert_eq!(
        (given.routing_latency_s, given.op_latency_s, given.steps),
        (5e-7, 2e-9, 12.0)
    );
    let default = &workbook.detectors[1];
    assert_eq!(
        (
            default.routing_latency_s,
            default.op_latency_s,
            default.steps
        ),
        (9e-7, 1e-9, 1.0)
    );
    let given = &workbook.processors[2];
    assert_eq!(
        (given.routing_latency_s, given.op_latency_s, given.steps),
        (5e-7, 2e-9, 12.0)
    );
}

#[test]
fn a_wrong_cell_is_named_with_what_was_expected() {
    for (cell, value, place, message) in [
        (
            (0, 1, 2),
            t("150000"),
            "Detectors, cell C2",
            "expected a number for `Data (bytes)`, found text `150000`",
        ),
        (
            (0, 2, 3),
            n(0.0),
            "Detectors, cell D3",
            "expected more than 0 for `Sample Rate (Hz)`, found 0",
        ),
        (
            (0, 2, 4),
            n(1.5),
            "Detectors, cell E3",
            "expected a number from 0 to 1 for `Compression`, found 1.5",
        ),
        (
            (0, 2, 5),
            n(-1.0),
            "Detectors, cell F3",
            "expected 0 or more for `Link Efficiency (J/bit)`, found -1",
        ),
        (
            (0, 2, 6),
            V::No,
            "Detectors, cell G3",
            "expected a number for `Op Efficiency (J/op)`, found an empty cell",
        ),
        (
            (0, 2, 2),
            V::B(true),
            "Detectors, cell C3",
            "expected a number for `Data (bytes)`, found the truth value true",
        ),
        (
            (0, 2, 2),
            V::Bad,
            "Detectors, cell C3",
            "expected a number for `Data (bytes)`, found the error #DIV/0!",
        ),
        (
            (0, 2, 2),
            V::Date,
            "Detectors, cell C3",
            "expected a number for `Data (bytes)`, found a date",
        ),
        (
            (0, 2, 0),
            V::No,
            "Detectors, cell A3",
            "expected a name for `Category`, found an empty cell",
        ),
        (
            (0, 2, 1),
            n(7.0),
            "Detectors, cell B3",
            "expected text for `Detector`, found the number 7",
        ),
        (
            (0, 2, 1),
            t("a.b"),
            "Detectors, cell B3",
            "the name `a.b` holds '.'",
        ),
        (
            (0, 2, 1),
            t("Muon DT"),
            "Detectors, cell B3",
            "the name `Muon DT` stands twice",
        ),
        (
            (1, 4, 0),
            t("Muon CSC"),
            "Triggers, cell A5",
            "the name `Muon CSC` stands twice",
        ),
        (
            (1, 1, 3),
            n(0.5),
            "Triggers, cell D2",
            "expected 1 or more for `Reduction Ratio`, found 0.5",
        ),
        (
            (1, 1, 4),
            t("Gausian"),
            "Triggers, cell E2",
            "expected one of Dummy, Gaussian, L1T, HLT for `Classifier`, found `Gausian`",
        ),
        (
            (1, 1, 4),
            V::No,
            "Triggers, cell E2",
            "expected one of Dummy, Gaussian, L1T, HLT for `Classifier`, found an empty cell",
        ),
        (
            (1, 1, 5),
            t("none"),
            "Triggers, cell F2",
            "expected a number for `Skill mean`, found text `none`",
        ),
        (
            (1, 3, 5),
            V::No,
            "Triggers, cell F4",
            "expected a number for `Skill mean`, found an empty cell",
        ),
        (
            (1, 3, 6),
            n(-1.0),
            "Triggers, cell G4",
            "expected 0 or more for `Skill variance`, found -1",
        ),
        (
            (2, 1, 0),
            t("soon"),
            "Global, cell A2",
            "expected a number for `Year`, found text `soon`",
        ),
        (
            (2, 1, 0),
            V::No,
            "Global",
            "expected a year below `Year`, found nothing",
        ),
        (
            (0, 0, 2),
            t("Data (MB)"),
            "Detectors, cell C1",
            "expected the column `Data (bytes)`, found unit `mb`",
        ),
        (
            (0, 0, 6),
            t("data"),
            "Detectors, cell G1",
            "`Data (bytes)` and `data` are the same column",
        ),
        (
            (0, 0, 6),
            t("Efficiency"),
            "Detectors",
            "the sheet has no column `Op Efficiency (J/op)`",
        ),
        (
            (1, 0, 4),
            V::No,
            "Triggers",
            "the sheet has no column `Classifier`",
        ),
        (
            (1, 0, 6),
            V::No,
            "Triggers, cell E4",
            "a Gaussian classifier needs the column `Skill variance`",
        ),
    ] {
        let (sheet, row, column) = cell;
        let (where_, what, _) = refusal(parse(&with(sheet, row, column, value)));
        assert_eq!(
            (where_, what),
            (format!("s.xlsx, sheet {place}"), message.to_owned())
        );
    }
}

#[test]
fn hints_say_how_to_mend_it() {
    let hint = |plan: Plan| refusal(parse(&plan)).2;
    assert_eq!(
        hint(with(1, 0, 4, V::No)),
        "add it, with one of Dummy, Gaussian, L1T, HLT in each row"
    );
    assert_eq!(
        hint(with(1, 1, 4, t("Gausian"))),
        "did you mean `Gaussian`?"
    );
    assert_eq!(
        hint(with(0, 0, 6, t("Op Eficency"))),
        "is it the column `Op Eficency`?"
    );
    assert_eq!(
        hint(with(0, 0, 6, V::No)),
        "row 1 is read as the row of column names"
    );
    assert!(hint(with(0, 1, 2, t("150000"))).starts_with("the cell holds text"));
    assert!(hint(with(1, 4, 0, t("Muon CSC"))).contains("sheet Detectors, cell B3"));
}

#[test]
fn sheets_that_are_missing_empty_or_double_are_refused() {
    let mut missing = plan();
    missing[1].0 = "Trigger list";
    let (place, message, hint) = refusal(parse(&missing));
    assert_eq!(place, "s.xlsx");
    assert_eq!(
        message,
        "the workbook has no sheet `Triggers` or `Processors`"
    );
    assert_eq!(hint, "its sheets are `Detectors`, `Trigger list`, `Global`");

    let mut double = plan();
    double.push(("Processors", vec![]));
    assert!(refusal(parse(&double)).1.contains("stand for the same"));

    let mut empty = plan();
    empty[0].1.clear();
    let (place, message, _) = refusal(parse(&empty));
    assert_eq!(place, "s.xlsx, sheet Detectors");
    assert!(message.starts_with("the sheet is empty"));

    let mut bare = plan();
    bare[1].1.truncate(1);
    assert_eq!(refusal(parse(&bare)).1, "the sheet names no processor");

    let mut years = plan();
    years[2].1.push(vec![n(2033.0)]);
    assert_eq!(refusal(parse(&years)).0, "s.xlsx, sheet Global, cell A3");
}

#[test]
fn without_gaussian_rows_the_skill_columns_may_be_missing() {
    let mut plan = plan();
    plan[1].1[3][4] = t("HLT");
    for row in &mut plan[1].1 {
        row.drain(5..7);
    }
    let workbook = parse(&plan).unwrap();
    assert_eq!(
        (workbook.processors[2].skill, workbook.processors[2].scale),
        (0.0, 0.0)
    );
}

/// A workbook that tests/data/make_workbooks.py wrote; its content is that of [`plan`].
fn made(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data/systems")
            .join(name),
    )
    .unwrap()
}

#[test]
fn xls_and_ods_hold_what_the_xlsx_does_whatever_they_are_called() {
    let expected = content(parse(&plan()).unwrap());
    for name in ["small.xls", "small.ods"] {
        let workbook = Workbook::parse(Path::new("misnamed.xlsx"), &made(name)).unwrap();
        let l1 = &workbook.processors[1];
        assert_eq!(
            l1.reduction_place.to_string(),
            "misnamed.xlsx, sheet Triggers, cell D3",
            "{name}"
        );
        assert_eq!(content(workbook), expected, "{name}");
    }
}
