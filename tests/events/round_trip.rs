//! Synthetic samples written as Parquet and read again, by any number of threads.

use trigscape::events::{
    Column, ColumnSpec, ParquetFile, ParquetWriter, Process, Source, Synthetic, SyntheticSettings,
};

fn sample(process: Process, events: u64) -> Synthetic {
    let settings = SyntheticSettings {
        process,
        events,
        seed: 3,
        ..SyntheticSettings::default()
    };
    Synthetic::new(settings).unwrap()
}

fn names(source: &dyn Source) -> Vec<&str> {
    let branches = source.description().branches.iter();
    branches.map(|b| b.name.as_str()).collect()
}

/// The file's bytes when it is written in steps of so many events.
fn written(source: &Synthetic, step: u64) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample.parquet");
    let about = source.description();
    let specs: Vec<_> = about.branches.iter().filter_map(ColumnSpec::of).collect();
    let mut writer = ParquetWriter::create(&path, &specs, &about.format).unwrap();
    let mut first = 0;
    while first < about.entries {
        let end = about.entries.min(first + step);
        writer
            .write(source.read(&names(source), first..end).unwrap())
            .unwrap();
        first = end;
    }
    writer.finish().unwrap();
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing but the file is left");
    std::fs::read(&path).unwrap()
}

fn bits(columns: &[Column]) -> Vec<(Option<Vec<u32>>, Vec<u64>)> {
    let bits = |c: &Column| c.values.to_f64().iter().map(|x| x.to_bits()).collect();
    columns
        .iter()
        .map(|c| (c.offsets.clone(), bits(c)))
        .collect()
}

#[test]
fn what_is_written_reads_back() {
    for process in Process::ALL {
        let source = sample(process, 7000);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sample.parquet");
        std::fs::write(&path, written(&source, 7000)).unwrap();
        let file = ParquetFile::open(&path).unwrap();
        assert_eq!(
            file.description().format,
            format!("Parquet, from synthetic {process} (a toy), seed 3, pileup 60")
        );
        assert_eq!(names(&file), names(&source));
        for range in [0..7000, 1234..1300] {
            let (a, b) = (
                source.read(&names(&source), range.clone()).unwrap(),
                file.read(&names(&source), range).unwrap(),
            );
            assert_eq!(bits(&a), bits(&b), "{process}");
            let kinds = |c: &[Column]| c.iter().map(|c| c.values.kind()).collect::<Vec<_>>();
            assert_eq!(kinds(&a), kinds(&b), "{process}");
        }
    }
}

#[test]
fn the_bytes_depend_on_no_threads_and_no_chunks() {
    // More than one row group.
    let source = sample(Process::Background, 70_000);
    let with = |threads: usize, step: u64| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| written(&source, step))
    };
    let one = with(1, 70_000);
    for (threads, step) in [(2, 70_000), (7, 70_000), (7, 9_999)] {
        assert!(
            with(threads, step) == one,
            "{threads} threads, {step} events at a time"
        );
    }
}

#[test]
fn a_writer_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let source = sample(Process::ZMuMu, 10);
    let specs: Vec<_> = source
        .description()
        .branches
        .iter()
        .filter_map(ColumnSpec::of)
        .collect();
    drop(ParquetWriter::create(&folder.path().join("sample.parquet"), &specs, "").unwrap());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let missing = folder.path().join("none/sample.parquet");
    assert_eq!(
        ParquetWriter::create(&missing, &specs, "")
            .err()
            .unwrap()
            .exit_code(),
        2
    );
}
