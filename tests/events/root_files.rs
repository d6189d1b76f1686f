//! ROOT files are read value for value, and damaged ones refused.

use crate::formula::{below, fault, flat, jagged, length, made, public};
use std::path::Path;
use trigscape::error::Result;
use trigscape::events::{Column, Content, Kind, RootFile, Source, Values};
use trigscape::random::Stream;

fn open(file: &str, tree: Option<&str>) -> RootFile {
    RootFile::open(&made(&format!("root/{file}")), tree).unwrap()
}

fn all(file: &RootFile) -> Result<Vec<Column>> {
    let about = file.description();
    let names: Vec<&str> = about
        .branches
        .iter()
        .filter(|branch| branch.content.kind().is_some())
        .map(|branch| branch.name.as_str())
        .collect();
    file.read(&names, 0..about.entries)
}

fn holds_all_kinds(file: &RootFile) {
    assert_eq!(file.description().entries, 100);
    assert_eq!(file.description().cuts, [0, 40, 41]);
    for (start, end) in [
        (0, 100),
        (0, 40),
        (39, 42),
        (40, 41),
        (7, 8),
        (41, 99),
        (50, 50),
    ] {
        let events = start as u64..end as u64;
        for kind in Kind::ALL {
            let names = [format!("list_{kind}"), format!("flat_{kind}")];
            let columns = file.read(&[&names[0], &names[1]], events.clone()).unwrap();
            assert_eq!(
                columns[0],
                jagged(kind, start..end),
                "{} {events:?}",
                names[0]
            );
            assert_eq!(
                columns[1],
                flat(kind, start..end),
                "{} {events:?}",
                names[1]
            );
        }
        let columns = file.read(&["three", "nlist_f32"], events.clone()).unwrap();
        let three = (start..end).flat_map(|event| (0..3).map(move |j| (100 * event + j) as f32));
        let offsets = (0..=(end - start) as u32).map(|event| 3 * event);
        let three = Column::jagged(offsets.collect(), Values::F32(three.collect()));
        assert_eq!(columns[0], three, "three {events:?}");
        let counts = (start..end).map(|event| length(event) as i32).collect();
        assert_eq!(columns[1], Column::flat(Values::I32(counts)));
    }
}

#[test]
fn every_kind_is_read_from_every_range() {
    let file = open("events.root", None);
    holds_all_kinds(&file);
    let about = file.description();
    assert_eq!(about.format, "ROOT TTree `Events`");
    let (_, branch) = about.branch("list_i16").unwrap();
    assert_eq!(branch.content, Content::Jagged(Kind::I16));
    assert_eq!(branch.codec.as_deref(), Some("none"));
    let (_, branch) = about.branch("flat_bool").unwrap();
    assert_eq!(branch.content, Content::Flat(Kind::Bool));
    assert!(branch.stored_bytes >= 100 && branch.plain_bytes >= 100);
}

#[test]
fn every_codec_is_read() {
    for codec in ["zlib", "lzma", "lz4", "zstd"] {
        let file = open("codecs.root", Some(codec));
        holds_all_kinds(&file);
        let (_, branch) = file.description().branch("flat_i64").unwrap();
        assert_eq!(branch.codec.as_deref(), Some(codec));
        assert!(branch.stored_bytes < branch.plain_bytes, "{codec}");
    }
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let file = open("codecs.root", Some("zlib"));
    let read = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| all(&file).unwrap())
    };
    assert_eq!(read(1), read(3));
}

#[test]
fn trees_are_found_by_name_in_directories_or_alone() {
    let column = |file: &RootFile, name: &str| {
        let entries = file.description().entries;
        file.read(&[name], 0..entries).unwrap().remove(0)
    };
    let counted = |n: i32| Column::flat(Values::I32((0..n).collect()));
    let only = open("only.root", None);
    assert_eq!(only.description().format, "ROOT TTree `folder/tree`");
    assert_eq!(column(&only, "x"), counted(4));
    let two = open("trees.root", Some("above/below/two"));
    assert_eq!(column(&two, "x"), counted(2));
    assert_eq!(column(&open("trees.root", Some("/one")), "x"), counted(1));
    let unicode = open("trees.root", Some("Événements"));
    assert_eq!(column(&unicode, "größe_π_μ"), counted(5));
}

#[test]
fn of_two_cycles_the_higher_is_read() {
    let file = open("trees.root", Some("again"));
    assert_eq!(file.description().entries, 4);
}

#[test]
fn a_tree_that_is_not_there_is_an_error_with_the_ones_that_are() {
    let several = fault(RootFile::open(&made("root/trees.root"), None));
    assert!(several.message.contains("more than one"));
    let hint = several.hint.unwrap();
    assert!(
        hint.contains("`one`") && hint.contains("`above/below/two`"),
        "{hint}"
    );
    let none = fault(RootFile::open(&made("root/trees.root"), Some("two")));
    assert_eq!(none.message, "there is no tree `two`");
    let folder = fault(RootFile::open(&made("root/trees.root"), Some("above")));
    assert_eq!(folder.message, "`above` is no tree but a TDirectory");
}

#[test]
fn an_rntuple_is_refused_with_the_way_to_convert_it() {
    for name in [None, Some("Events")] {
        let refused = fault(RootFile::open(&made("root/ntuple.root"), name));
        assert!(refused.message.contains("`Events` is an RNTuple"));
        assert!(refused.hint.unwrap().contains("awkward.to_parquet"));
    }
}

#[test]
fn what_is_no_root_file_is_refused() {
    let this = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    assert!(
        fault(RootFile::open(&this, None))
            .message
            .contains("no ROOT file")
    );
    assert!(
        fault(RootFile::open(&made("root/absent.root"), None))
            .message
            .contains("cannot be read")
    );
}

#[test]
fn empty_trees_and_empty_lists_are_read() {
    let empty = open("trees.root", Some("empty"));
    assert_eq!(empty.description().entries, 0);
    let columns = empty.read(&["x", "y"], 0..0).unwrap();
    assert_eq!(columns[0], Column::flat(Values::F32(vec![])));
    assert_eq!(columns[1], Column::jagged(vec![0], Values::F32(vec![])));
    let hollow = open("trees.root", Some("hollow"));
    let columns = hollow.read(&["y"], 3..12).unwrap();
    assert_eq!(columns[0], Column::jagged(vec![0; 10], Values::F32(vec![])));
}

#[test]
fn lists_without_places_are_read_by_their_counter() {
    let file = open("trees.root", Some("counted"));
    for (start, end) in [(0, 50), (3, 17), (19, 21), (20, 50), (49, 50)] {
        let columns = file.read(&["y"], start as u64..end as u64).unwrap();
        assert_eq!(columns[0], jagged(Kind::F64, start..end), "{start}..{end}");
    }
}

#[test]
fn text_is_listed_and_refused_and_unknown_names_are_hinted_at() {
    let file = open("trees.root", Some("hollow"));
    let refused = fault(file.read(&["y", "text"], 0..14));
    assert_eq!(
        refused.message,
        "column `text` cannot be read: text (TLeafC)"
    );
    let file = open("events.root", None);
    let unknown = fault(file.read(&["list_f23"], 0..1));
    assert_eq!(unknown.message, "there is no column `list_f23`");
    assert!(unknown.hint.unwrap().contains("did you mean"));
}

/// Count, sum, smallest and largest of all values of a branch.
type Summary = (&'static str, usize, f64, f64, f64);

// As uproot 5.7.7 and numpy 2.4.6 give them: the branch's values flattened, as float64, then size,
// sum, min and max.
const DY: [Summary; 8] = [
    ("nJet", 40, 188.0, 1.0, 9.0),
    ("Jet_pt", 188, 5737.7109375, 15.0078125, 159.25),
    ("Jet_eta", 188, 34.376708984375, -4.3017578125, 4.798828125),
    (
        "Muon_pt",
        18,
        538.3693809509277,
        4.360542297363281,
        76.7533187866211,
    ),
    ("Muon_tightId", 18, 14.0, 0.0, 1.0),
    ("L1_SingleMu22", 40, 8.0, 0.0, 1.0),
    ("HLT_IsoMu24", 40, 6.0, 0.0, 1.0),
    (
        "MET_pt",
        40,
        1253.3067207336426,
        4.497442245483398,
        82.0634765625,
    ),
];
const DIMUON: [Summary; 8] = [
    ("nJet", 40, 264.0, 0.0, 13.0),
    ("Jet_pt", 264, 10143.1328125, 15.0078125, 329.5),
    (
        "Jet_eta",
        264,
        -24.461163997650146,
        -4.9541015625,
        4.744140625,
    ),
    (
        "Muon_pt",
        84,
        1306.4948959350586,
        3.177438497543335,
        94.1291275024414,
    ),
    ("Muon_tightId", 84, 64.0, 0.0, 1.0),
    ("L1_SingleMu22", 40, 26.0, 0.0, 1.0),
    ("HLT_IsoMu24", 40, 4.0, 0.0, 1.0),
    (
        "MET_pt",
        40,
        1706.5269165039062,
        3.3515830039978027,
        73.9398422241211,
    ),
];

fn summarised(file: &RootFile, name: &str) -> (usize, f64, f64, f64) {
    let entries = file.description().entries;
    let values = file.read(&[name], 0..entries).unwrap()[0].values.to_f64();
    (
        values.len(),
        values.iter().sum(),
        values.iter().copied().fold(f64::INFINITY, f64::min),
        values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    )
}

#[test]
fn nanoaod_gives_what_uproot_gives() {
    for (file, branches, summaries) in [
        ("nano_dy.root", 1499, DY),
        ("nano_dimuon.root", 1601, DIMUON),
    ] {
        let Some(path) = public(file) else { continue };
        let file = RootFile::open(&path, None).unwrap();
        assert_eq!(file.description().entries, 40);
        assert_eq!(file.description().branches.len(), branches);
        for (name, count, sum, smallest, largest) in summaries {
            let found = summarised(&file, name);
            assert_eq!(
                (found.0, found.2, found.3),
                (count, smallest, largest),
                "{name}"
            );
            // Sums of float32 values: exact in float64, whatever the order.
            assert_eq!(found.1, sum, "{name}");
        }
        let (_, counter) = file.description().branch("nJet").unwrap();
        assert_eq!(counter.content, Content::Flat(Kind::U32));
        assert_eq!(all(&file).unwrap().len(), branches);
    }
}

#[test]
fn baskets_inside_the_tree_are_read() {
    let Some(path) = public("nanoAOD_2015_CMS_Open_Data_ttbar.root") else {
        return;
    };
    let file = RootFile::open(&path, None).unwrap();
    assert_eq!(all(&file).unwrap().len(), 947);
    assert_eq!(summarised(&file, "run"), (200, 200.0, 1.0, 1.0));
    let events = (200, 45_458_334_441.0, 227_291_401.0, 227_291_927.0);
    assert_eq!(summarised(&file, "event"), events);
    assert_eq!(
        summarised(&file, "Jet_pt"),
        (537, 16785.6171875, 15.0078125, 330.25)
    );
}

#[test]
fn a_file_without_one_of_the_usual_branches_gives_what_it_has() {
    let Some(path) = public("missing_luminosityBlock.root") else {
        return;
    };
    let file = RootFile::open(&path, None).unwrap();
    assert_eq!(all(&file).unwrap().len(), 1582);
    assert_eq!(summarised(&file, "Jet_pt").1, 122.7578125);
    let absent = fault(file.read(&["luminosityBlock"], 0..2));
    assert_eq!(absent.message, "there is no column `luminosityBlock`");
}

/// Opens and reads everything; only an error or columns of the right shape may come of it.
fn survive(path: &Path, tree: Option<&str>) -> bool {
    let Ok(file) = RootFile::open(path, tree) else {
        return false;
    };
    // Without this bound, a flipped bit in the number of entries would ask for that many.
    let entries = file.description().entries;
    let Ok(columns) = all(&file) else {
        return false;
    };
    for column in &columns {
        assert_eq!(column.events() as u64, entries);
    }
    true
}

#[test]
fn truncated_files_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("short.root");
    let whole = std::fs::read(made("root/events.root")).unwrap();
    let mut random = Stream::new(1, 0, 0);
    for _ in 0..200 {
        let length = below(&mut random, whole.len());
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(!survive(&path, None), "{length} bytes");
    }
}

#[test]
fn flipped_bytes_are_errors_or_read_without_harm() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flipped.root");
    let mut read = 0;
    for (file, tree, attempts) in [
        ("events.root", "Events", 800),
        ("codecs.root", "zlib", 300),
        ("codecs.root", "lzma", 300),
        ("codecs.root", "lz4", 300),
        ("codecs.root", "zstd", 300),
    ] {
        let whole = std::fs::read(made(&format!("root/{file}"))).unwrap();
        for attempt in 0..attempts {
            let mut random = Stream::new(2, 0, attempt);
            let mut bytes = whole.clone();
            for _ in 0..=below(&mut random, 4) {
                let at = below(&mut random, bytes.len());
                bytes[at] ^= 1 << below(&mut random, 8);
            }
            std::fs::write(&path, &bytes).unwrap();
            read += usize::from(survive(&path, Some(tree)));
        }
    }
    assert!((1..2000).contains(&read));
}
