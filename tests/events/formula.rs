//! What the test files hold: numbers that follow from the event and the place in its list, as
//! tests/data/make_root.py and tests/data/make_parquet.py have them.

use std::path::{Path, PathBuf};
use trigscape::error::{Error, Fault, Result};
use trigscape::events::{Column, Kind, Values};
use trigscape::random::Stream;

pub fn made(file: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    folder.join(file)
}

/// A file of public data beside the repository; none, said aloud, where that folder is absent.
pub fn public(file: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let path = folder.join(file);
    if !path.exists() {
        eprintln!("skipped: no {}", path.display());
    }
    path.exists().then_some(path)
}

pub fn fault(result: Result<impl Sized>) -> Fault {
    match result.err() {
        Some(Error::Input(fault)) => *fault,
        other => panic!("{other:?} instead of a fault"),
    }
}

/// Values number `k` of a kind.
pub fn values(kind: Kind, numbers: &[i64]) -> Values {
    let k = numbers.iter().copied();
    match kind {
        Kind::Bool => Values::Bool(k.map(|k| k % 3 == 0).collect()),
        Kind::I8 => Values::I8(k.map(|k| (k % 200 - 100) as i8).collect()),
        Kind::U8 => Values::U8(k.map(|k| (k % 256) as u8).collect()),
        Kind::I16 => Values::I16(k.map(|k| (30 * k - 30_000) as i16).collect()),
        Kind::U16 => Values::U16(k.map(|k| (60 * k) as u16).collect()),
        Kind::I32 => Values::I32(k.map(|k| (1_000_003 * k - 500_000_000) as i32).collect()),
        Kind::U32 => Values::U32(k.map(|k| (4_000_000 * k) as u32).collect()),
        Kind::I64 => Values::I64(k.map(|k| (k << 40) - (1 << 45)).collect()),
        Kind::U64 => Values::U64(k.map(|k| (k as u64) << 53).collect()),
        Kind::F32 => Values::F32(k.map(|k| k as f32 / 2.0 - 10.0).collect()),
        Kind::F64 => Values::F64(k.map(|k| k as f64 / 4.0 - 10.0).collect()),
    }
}

pub fn flat(kind: Kind, events: std::ops::Range<i64>) -> Column {
    Column::flat(values(kind, &events.collect::<Vec<_>>()))
}

pub fn length(event: i64) -> i64 {
    event * 7 % 5
}

pub fn jagged(kind: Kind, events: std::ops::Range<i64>) -> Column {
    let mut numbers = Vec::new();
    let mut offsets = vec![0];
    for event in events {
        numbers.extend((0..length(event)).map(|j| 10 * event + j));
        offsets.push(numbers.len() as u32);
    }
    Column::jagged(offsets, values(kind, &numbers))
}

/// Every kind, flat and jagged, for ranges within, across and at the edges of the three baskets.
pub fn below(random: &mut Stream, end: usize) -> usize {
    (random.uniform() * end as f64) as usize
}
