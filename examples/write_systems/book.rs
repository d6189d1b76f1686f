//! A system as a workbook; the same bytes on every run.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::tables::{DETECTORS, PROCESSORS, SAMPLE_RATE_HZ, System};

const COUNT: &str = "#,##0";
const ENERGY: &str = "0.00E+00";
const SHORT: &str = "0.0##";

/// A column: its title, and the number format below it (none for text).
type Column = (&'static str, Option<&'static str>);

const DETECTOR_COLUMNS: [Column; 7] = [
    ("Category", None),
    ("Detector", None),
    ("Data (bytes)", Some(COUNT)),
    ("Sample Rate (Hz)", Some(COUNT)),
    ("Compression", Some(SHORT)),
    ("Link Efficiency (J/bit)", Some(ENERGY)),
    ("Op Efficiency (J/op)", Some(ENERGY)),
];

const PROCESSOR_COLUMNS: [Column; 10] = [
    ("Name", None),
    ("Output", None),
    ("Data (bytes)", Some(COUNT)),
    ("Reduction Ratio", Some(SHORT)),
    ("Classifier", None),
    ("Skill mean", Some(SHORT)),
    ("Skill variance", Some(SHORT)),
    ("Link Efficiency (J/bit)", Some(ENERGY)),
    ("Op Efficiency (J/op)", Some(ENERGY)),
    ("Compression", Some(SHORT)),
];

enum Value {
    Text(&'static str),
    Number(f64),
}
use Value::{Number, Text};

/// The content of the file `<system.file>.xlsx`.
pub fn write(system: &System) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(
        &DocProperties::new()
            .set_title(system.title)
            .set_creation_datetime(&ExcelDateTime::from_ymd(2024, 1, 1)?),
    );

    let detectors = DETECTORS.iter().map(|d| {
        vec![
            Text(d.category),
            Text(d.name),
            Number(system.bytes(d)),
            Number(SAMPLE_RATE_HZ),
            Number(0.0),
            Number(system.detector_link_joules),
            Number(0.0),
        ]
    });
    table(
        workbook.add_worksheet().set_name("Detectors")?,
        &DETECTOR_COLUMNS,
        detectors,
    )?;

    let processors = PROCESSORS.iter().map(|p| {
        vec![
            Text(p.name),
            Text(p.output),
            Number(p.data_bytes),
            Number(system.reduction(p)),
            Text(p.classifier),
            Number(p.skill),
            Number(p.scale),
            Number(system.link_joules(p)),
            Number(p.op_joules),
            Number(0.0),
        ]
    });
    table(
        workbook.add_worksheet().set_name("Processors")?,
        &PROCESSOR_COLUMNS,
        processors,
    )?;

    let year = [vec![Number(system.year)]];
    table(
        workbook.add_worksheet().set_name("Global")?,
        &[("Year", Some("0"))],
        year,
    )?;
    notes(workbook.add_worksheet().set_name("Notes")?, system)?;
    workbook.save_to_buffer()
}

fn table(
    sheet: &mut Worksheet,
    columns: &[Column],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<(), XlsxError> {
    let header = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border_bottom(FormatBorder::Thin);
    for (column, (title, _)) in (0..).zip(columns) {
        sheet.write_with_format(0, column, *title, &header)?;
        sheet.set_column_width(column, if column < 2 { 19 } else { 14 })?;
    }
    sheet.set_row_height(0, 32)?;
    sheet.set_freeze_panes(1, 0)?;
    for (row, values) in (1..).zip(rows) {
        for ((column, value), (_, format)) in (0..).zip(values).zip(columns) {
            match value {
                Text("") => {}
                Text(text) => {
                    sheet.write(row, column, text)?;
                }
                Number(number) => {
                    let format = Format::new().set_num_format(format.unwrap_or("General"));
                    sheet.write_with_format(row, column, number, &format)?;
                }
            }
        }
    }
    Ok(())
}

fn notes(sheet: &mut Worksheet, system: &System) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 100)?;
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.write_with_format(0, 0, system.title, &wrap.clone().set_bold())?;
    for (row, text) in (1..).zip([
        "Source of the figures: W. Olin-Ammentorp, X. Wu, A. A. Chien, Modeling Performance of Data Collection \
         Systems for High-Energy Physics, APL Machine Learning 2 (2024) 046113, arXiv 2407.00123.",
        "Detectors: one row a detector; Category is the processor that it feeds, Data what it sends for one bunch \
         crossing.",
        "Processors: Output is the next node, empty for storage. A reduction ratio of r keeps one event in r. Data is \
         what the node adds of its own. Only a Gaussian classifier reads the skill columns; Skill variance is used as \
         a standard deviation.",
        "Global: the year whose technology the power is scaled to.",
        "Written by `cargo run --example write_systems`. Columns may be moved and others added; the sheet Notes is not \
         read.",
    ]) {
        sheet.write_with_format(row, 0, text, &wrap)?;
    }
    Ok(())
}
