//! Files that are damaged, too large, or no workbooks at all.

use std::io::{Cursor, Write};

use super::*;

#[test]
fn a_far_cell_costs_nothing_and_too_many_rows_are_refused() {
    let write_far = |sheet: usize, row: u32, column: u16| {
        let mut writer = Writer::new();
        for (index, (name, rows)) in plan().iter().enumerate() {
            let page = writer.add_worksheet().set_name(*name).unwrap();
            for (row, cells) in rows.iter().enumerate() {
                for (column, value) in cells.iter().enumerate() {
                    write_cell(page, row as u32, column as u16, value);
                }
            }
            if index == sheet {
                page.write(row, column, "far").unwrap();
            }
        }
        Workbook::parse(Path::new("s.xlsx"), &writer.save_to_buffer().unwrap())
    };
    assert!(write_far(0, MAX_ROWS - 1, 16_383).is_ok());
    let (place, message, _) = refusal(write_far(1, MAX_ROWS, 0));
    assert_eq!(place, "s.xlsx, sheet Triggers");
    assert_eq!(message, "the sheet has more than 100000 rows");
}

#[test]
fn what_is_not_a_workbook_is_refused_in_one_sentence() {
    let long = vec![0; (64 << 20) + 1];
    let zip = |name: &str, text: &[u8]| {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text).unwrap();
        writer.finish().unwrap().into_inner()
    };
    for (bytes, message) in [
        (&b""[..], "the file is empty; expected a workbook"),
        (
            b"\x89PNG\r\n\x1a\n....",
            "the file is not a workbook (.xlsx, .xls or .ods)",
        ),
        (
            b"Name,Output\n",
            "the file is not a workbook (.xlsx, .xls or .ods)",
        ),
        (&long, "the workbook has more than 64 MiB"),
        (
            &zip("a.txt", b"a"),
            "the file is a zip archive, but not a workbook (.xlsx, .ods)",
        ),
        (
            &zip("xl/workbook.bin", b"a"),
            "a binary workbook (.xlsb) is not read; save it as .xlsx",
        ),
        (
            &zip("xl/workbook.xml", b"<workbook><sheets>"),
            "its part `xl/workbook.xml` is damaged: the XML never closes `sheets`",
        ),
        (
            &zip("mimetype", b"application/vnd.oasis.opendocument.text"),
            "the file is a zip archive, but not a workbook (.xlsx, .ods)",
        ),
        (
            &[compound::MAGIC, &[0; 1000]].concat(),
            "the file is damaged or incomplete",
        ),
    ] {
        let (place, found, _) = refusal(Workbook::parse(Path::new("f"), bytes));
        assert_eq!((place.as_str(), found.as_str()), ("f", message));
    }
    let whole = write(&plan());
    let cut = refusal(Workbook::parse(Path::new("f"), &whole[..whole.len() / 2]));
    assert!(
        cut.1.starts_with("the file is damaged or incomplete"),
        "{}",
        cut.1
    );
}

#[test]
fn a_workbook_that_unpacks_beyond_the_limit_is_refused() {
    let bytes = write(&plan());
    assert_eq!(archive::inspect(&bytes, 1 << 20), Ok(archive::Kind::Xlsx));
    assert_eq!(
        archive::inspect(&bytes, 1 << 10),
        Err("the workbook unpacks to more than 1024 bytes".to_owned())
    );
}

/// A generator of its own, so that the same damage is done on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

/// Cuts and flips; whatever comes out, it is a workbook or a fault, and never a panic.
fn damage(whole: &[u8], times: usize) {
    let mut dice = Dice(20_240_613);
    for _ in 0..times {
        let mut bytes = whole.to_vec();
        match dice.below(3) {
            0 => bytes.truncate(dice.below(whole.len())),
            _ => {
                for _ in 0..=dice.below(4) {
                    let at = dice.below(bytes.len());
                    bytes[at] ^= 1 << dice.below(8);
                }
            }
        }
        match Workbook::parse(Path::new("damaged"), &bytes) {
            Ok(_) | Err(Error::Input(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_damaged_xlsx_is_a_fault_and_never_a_panic() {
    damage(&write(&plan()), 300);
}

#[test]
fn a_damaged_ods_or_xls_is_a_fault_and_never_a_panic() {
    damage(&made("small.ods"), 300);
    damage(&made("small.xls"), 3000);
}
