//! Parquet files are read value for value, and damaged ones refused.

use crate::formula::{below, fault, flat, jagged, made, public};
use std::path::Path;
use trigscape::error::Result;
use trigscape::events::{Column, Content, Kind, ParquetFile, RootFile, Source, Statistics, Values};
use trigscape::random::Stream;

fn open(file: &str) -> ParquetFile {
    ParquetFile::open(&made(&format!("parquet/{file}.parquet"))).unwrap()
}

/// Ranges within row groups, across their ends, and of no event.
const RANGES: [(i64, i64); 7] = [
    (0, 100),
    (0, 40),
    (39, 41),
    (40, 80),
    (7, 8),
    (41, 99),
    (50, 50),
];

#[test]
fn every_kind_is_read_from_every_range() {
    let (plain, large) = (open("kinds"), open("kinds_large_v2"));
    assert_eq!(plain.description().cuts, [0, 40, 80]);
    for (start, end) in RANGES {
        let events = start as u64..end as u64;
        for kind in Kind::ALL {
            let names = [format!("flat_{kind}"), format!("jagged_{kind}")];
            let read = plain.read(&[&names[0], &names[1]], events.clone()).unwrap();
            assert_eq!(read[0], flat(kind, start..end), "{kind} {events:?}");
            assert_eq!(read[1], jagged(kind, start..end), "{kind} {events:?}");
            let read = large.read(&[&names[1]], events.clone()).unwrap();
            assert_eq!(read[0], jagged(kind, start..end), "large {kind} {events:?}");
        }
    }
}

#[test]
fn every_codec_is_read_and_brotli_refused_by_name() {
    for codec in ["none", "snappy", "zstd", "lz4", "gzip"] {
        let file = open(&format!("codec_{codec}"));
        assert_eq!(file.description().branches[1].codec.as_deref(), Some(codec));
        let read = file
            .read(&["Jet_pt", "n", "L1_SingleMu22"], 0..100)
            .unwrap();
        assert_eq!(read[0], jagged(Kind::F32, 0..100), "{codec}");
        assert_eq!(read[1], flat(Kind::I32, 0..100), "{codec}");
        assert_eq!(read[2], flat(Kind::Bool, 0..100), "{codec}");
    }
    let told = fault(open("codec_brotli").read(&["n"], 0..1)).message;
    assert!(
        told.contains("column `n` cannot be read: packed with brotli"),
        "{told}"
    );
}

#[test]
fn lists_of_records_are_named_like_lists_side_by_side() {
    let file = open("awkward");
    let read = file.read(&["Jet_pt", "Jet_eta", "nJet"], 0..100).unwrap();
    assert_eq!(read[0], jagged(Kind::F32, 0..100));
    assert_eq!(read[1].offsets, read[0].offsets);
    assert_eq!(read[1].values.to_f64(), read[0].values.to_f64());
    let counts = (0..100).map(|event| event * 7 % 5).collect();
    assert_eq!(read[2], Column::flat(Values::I64(counts)));
}

#[test]
fn empty_files_and_odd_names_are_read() {
    let read = open("empty").read(&["Jet_pt", "n"], 0..0).unwrap();
    assert_eq!(read[0], jagged(Kind::F32, 0..0));
    assert_eq!(read[1], flat(Kind::I32, 0..0));
    let read = open("odd_names")
        .read(&["Überschuß", "μ_pt [GeV]"], 0..100)
        .unwrap();
    assert_eq!(read[0], flat(Kind::F64, 0..100));
    assert_eq!(read[1], jagged(Kind::F32, 0..100));
}

#[test]
fn nulls_are_nan_in_floats_empty_as_lists_and_refused_in_integers() {
    let file = open("nulls");
    let read = file.read(&["pt", "met"], 0..4).unwrap();
    assert_eq!(read[0].offsets.as_deref(), Some(&[0, 2, 2, 2, 3][..]));
    let values = read[0].values.to_f64();
    assert!(values[0] == 1.5 && values[1].is_nan() && values[2] == 2.5);
    let met = read[1].values.to_f64();
    assert!(met[0].is_nan() && met[1..3] == [1.0, 2.0] && met[3].is_nan());
    let told = fault(file.read(&["charge"], 0..4)).message;
    assert!(
        told.contains("`charge`") && told.contains("empty fields"),
        "{told}"
    );
}

#[test]
fn what_is_no_number_is_listed_and_refused() {
    let file = open("unreadable");
    for (name, what) in [
        ("text", "text"),
        ("time", "timestamps"),
        ("lists_of_lists", "lists of lists of f32"),
    ] {
        let told = fault(file.read(&[name], 0..1)).message;
        assert!(
            told.contains(&format!("column `{name}` cannot be read: {what}")),
            "{told}"
        );
    }
    assert_eq!(
        file.read(&["n"], 0..100).unwrap()[0],
        flat(Kind::I32, 0..100)
    );
    let unknown = fault(file.read(&["txt"], 0..1));
    assert_eq!(unknown.hint.as_deref(), Some("did you mean `text`?"));
}

#[test]
fn nanoaod_is_the_same_from_root_and_parquet() {
    for name in ["nano_dy", "nano_dimuon"] {
        let (Some(root), Some(parquet)) = (
            public(&format!("{name}.root")),
            public(&format!("{name}.parquet")),
        ) else {
            return;
        };
        let root = RootFile::open(&root, None).unwrap();
        let parquet = ParquetFile::open(&parquet).unwrap();
        let branches = &root.description().branches;
        let mut compared = 0;
        for branch in branches
            .iter()
            .filter(|b| !matches!(b.content, Content::Unreadable(_)))
        {
            let name: &[&str] = &[&branch.name];
            let (a, b) = (
                root.read(name, 0..40).unwrap(),
                parquet.read(name, 0..40).unwrap(),
            );
            let (mut left, mut right) = (Statistics::default(), Statistics::default());
            left.add(&a[0]);
            right.add(&b[0]);
            assert_eq!(left, right, "{name:?}");
            assert_eq!(a[0].offsets, b[0].offsets, "{name:?}");
            let bits = |c: &Column| {
                c.values
                    .to_f64()
                    .iter()
                    .map(|x| x.to_bits())
                    .collect::<Vec<_>>()
            };
            assert_eq!(bits(&a[0]), bits(&b[0]), "{name:?}");
            compared += 1;
        }
        assert!(compared > 1400, "{name}: {compared} branches");
    }
}

/// True where the whole of a damaged file is read; then every column has as many events as it says.
fn survive(path: &Path) -> Result<()> {
    let file = ParquetFile::open(path)?;
    let about = file.description();
    let readable = about.branches.iter().filter(|b| b.content.kind().is_some());
    let names: Vec<&str> = readable.map(|b| b.name.as_str()).collect();
    for column in file.read(&names, 0..about.entries)? {
        assert_eq!(column.events() as u64, about.entries);
    }
    Ok(())
}

#[test]
fn truncated_files_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("short.parquet");
    let whole = std::fs::read(made("parquet/kinds.parquet")).unwrap();
    let mut random = Stream::new(1, 0, 0);
    for _ in 0..200 {
        let length = below(&mut random, whole.len());
        std::fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(
            fault(survive(&path)).place.to_string(),
            path.display().to_string()
        );
    }
}

#[test]
fn flipped_bytes_are_errors_or_read_without_harm() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flipped.parquet");
    let mut read = 0;
    let files = [
        "codec_none",
        "codec_snappy",
        "codec_zstd",
        "codec_lz4",
        "codec_gzip",
        "awkward",
        "nulls",
        "checksums",
    ];
    for file in files {
        let whole = std::fs::read(made(&format!("parquet/{file}.parquet"))).unwrap();
        for attempt in 0..250 {
            let mut random = Stream::new(2, 0, attempt);
            let mut bytes = whole.clone();
            let at = below(&mut random, bytes.len());
            bytes[at] ^= 1 << below(&mut random, 8);
            std::fs::write(&path, &bytes).unwrap();
            match survive(&path) {
                Ok(()) => read += 1,
                Err(error) => assert_eq!(error.exit_code(), 2, "{error}"),
            }
        }
    }
    assert!((1..2000).contains(&read), "{read}");
}

#[test]
fn a_page_header_that_leads_beyond_the_end_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("astray.parquet");
    let mut bytes = std::fs::read(made("parquet/kinds_large_v2.parquet")).unwrap();
    // This byte of the footer sends the reader into the data of a page, where it finds a list of 2^31
    // elements to be skipped.
    bytes[11_112] = 0x80;
    std::fs::write(&path, &bytes).unwrap();
    fault(survive(&path));
}

#[test]
fn a_dictionary_that_claims_more_than_it_holds_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("claims.parquet");
    // One event of one f64, whose dictionary page claims 5 x 10^8 values in 8 bytes.
    let bytes = "504152311504151015104c158094ebdc0315000000000000000000f03f1500150415042c1514151015061506\
                 000000141502192c480172150200150a2500180178001614191c191c263a1c150a1935001006191801781500\
                 161416581658263a260800001658161400003a00000050415231";
    let digits: Vec<char> = bytes.chars().collect();
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap();
    std::fs::write(&path, digits.chunks(2).map(byte).collect::<Vec<_>>()).unwrap();
    let told = fault(survive(&path)).message;
    assert!(told.contains("claims more values than it holds"), "{told}");
}

#[test]
fn checksums_find_every_flipped_byte_of_the_pages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flipped.parquet");
    let whole = std::fs::read(made("parquet/checksums.parquet")).unwrap();
    let footer = u32::from_le_bytes(whole[whole.len() - 8..whole.len() - 4].try_into().unwrap());
    let pages = whole.len() - 8 - footer as usize;
    let sound = ParquetFile::open(&made("parquet/checksums.parquet")).unwrap();
    let sound = sound
        .read(&["n", "Jet_pt", "L1_SingleMu22"], 0..100)
        .unwrap();
    for at in 4..pages {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&path, &bytes).unwrap();
        let read = ParquetFile::open(&path)
            .and_then(|f| f.read(&["n", "Jet_pt", "L1_SingleMu22"], 0..100));
        // What is read in spite of it is right: some bytes of page headers say nothing that matters.
        if let Ok(read) = read {
            assert_eq!(read, sound, "byte {at}");
        }
    }
}
