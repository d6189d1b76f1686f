//! The files in `data/` hold what their sources say.

#[path = "../examples/write_systems/book.rs"]
mod book;
#[path = "../examples/write_systems/tables.rs"]
mod tables;

use std::path::{Path, PathBuf};

use tables::{DETECTORS, PROCESSORS, SAMPLE_RATE_HZ, SYSTEMS, System};
use trigscape::system::workbook::Workbook;

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(file)
}

fn committed(system: &System) -> (PathBuf, Vec<u8>) {
    let path = data(&format!("systems/{}.xlsx", system.file));
    let bytes = std::fs::read(&path).unwrap();
    (path, bytes)
}

#[test]
fn the_example_writes_the_committed_workbooks_byte_for_byte() {
    for system in &SYSTEMS {
        let written = book::write(system).unwrap();
        assert!(
            written == committed(system).1,
            "{} differs: run `cargo run --example write_systems`",
            system.file
        );
    }
}

#[test]
fn the_workbooks_read_back_as_the_tables() {
    for system in &SYSTEMS {
        let (path, bytes) = committed(system);
        let workbook = Workbook::parse(&path, &bytes).unwrap();
        assert_eq!(workbook.year, system.year);
        assert_eq!(workbook.detectors.len(), DETECTORS.len());
        for (row, detector) in workbook.detectors.iter().zip(&DETECTORS) {
            assert_eq!(
                (row.name.as_str(), row.category.as_str()),
                (detector.name, detector.category)
            );
            assert_eq!(
                (row.data_bytes, row.sample_rate_hz),
                (system.bytes(detector), SAMPLE_RATE_HZ)
            );
            assert_eq!(row.link_efficiency, system.detector_link_joules);
            assert_eq!((row.compression, row.op_efficiency), (0.0, 0.0));
        }
        assert_eq!(workbook.processors.len(), PROCESSORS.len());
        for (row, processor) in workbook.processors.iter().zip(&PROCESSORS) {
            assert_eq!(row.name, processor.name);
            assert_eq!(row.output.as_deref().unwrap_or(""), processor.output);
            assert_eq!(
                (row.data_bytes, row.reduction_ratio),
                (processor.data_bytes, system.reduction(processor))
            );
            assert_eq!(row.classifier.name(), processor.classifier);
            assert_eq!((row.skill, row.scale), (processor.skill, processor.scale));
            assert_eq!(
                (row.link_efficiency, row.op_efficiency),
                (system.link_joules(processor), processor.op_joules)
            );
            assert_eq!(row.compression, 0.0);
        }
    }
}

#[test]
fn the_detectors_send_the_published_totals() {
    let total = |system: &System| DETECTORS.iter().map(|d| system.bytes(d)).sum::<f64>();
    let totals: Vec<(&str, f64)> = SYSTEMS.iter().map(|s| (s.file, total(s))).collect();
    assert_eq!(
        totals,
        [
            ("cms_pu60", 1_740_669.0),
            ("cms_pu140", 5_833_000.0),
            ("cms_pu200", 8_165_000.0),
            ("cms_pu200_smart_pixels", 7_387_400.0),
            ("cms_pu200_smart_pixels_uled", 7_387_400.0),
        ]
    );
}
