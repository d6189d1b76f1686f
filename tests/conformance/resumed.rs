//! A run whose engine fails half way goes on to what an undisturbed one gives.

use std::path::Path;
use std::sync::atomic::AtomicI32;
use trigscape::engine::mock::MockEngine;
use trigscape::explore::{Run, explore};
use trigscape::plan::compile;
use trigscape::study::Study;

/// 750 x 800 points: several batches.
fn study(folder: &Path, keep: &str) -> Study {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = format!(
        r#"name = "resumed"
[system]
workbook = "{root}/data/systems/cms_pu200.xlsx"
[space]
"system.Intermediate.reduction_ratio" = {{ from = 450, to = 40, points = 750 }}
"system.Intermediate.skill" = {{ from = 0, to = 1, points = 800 }}
[explore]
figures = ["f1", "recall"]
keep = {keep}
[[optimize.budget]]
figure = "f1"
max = 300.0
"#
    );
    let path = folder.join("study.toml");
    std::fs::write(&path, text).unwrap();
    Study::load(&path, &[]).unwrap()
}

fn run<'a>(out: &'a Path, resume: bool, stop: &'a AtomicI32) -> Run<'a> {
    Run {
        out,
        force: false,
        resume,
        progress: &|_| {},
        stop,
        prepared_s: 0.0,
    }
}

fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap());
    let name = |e: &std::fs::DirEntry| e.file_name().to_string_lossy().into_owned();
    let mut files: Vec<_> = entries
        .filter(|e| name(e) != "manifest.json")
        .map(|e| (name(&e), std::fs::read(e.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_failed_run_is_resumed_to_the_same_bytes() {
    let keeps = [
        "\"feasible\"",
        "{ best = 777, by = \"recall\" }",
        "{ best = 400000, by = \"recall\", order = \"min\" }",
        "{ pareto = [\"f1\", \"-recall\"] }",
        "{ histogram = [\"f1\", \"recall\"], bins = 33 }",
    ];
    let stop = AtomicI32::new(0);
    for keep in keeps {
        let folder = tempfile::tempdir().unwrap();
        let study = study(folder.path(), keep);
        let compiled = compile(&study).unwrap();
        let (whole, out) = (folder.path().join("whole"), folder.path().join("out"));
        let good = MockEngine::default();
        explore(&study, &compiled, &good, &run(&whole, false, &stop)).unwrap();
        let failing = MockEngine {
            fails_at: Some(550_000),
        };
        let error = explore(&study, &compiled, &failing, &run(&out, false, &stop)).unwrap_err();
        assert!(error.to_string().contains("--resume"), "{error}");
        // A resumed run does not come to where the engine fails once more, if it goes on there.
        let early = MockEngine { fails_at: Some(1) };
        explore(&study, &compiled, &early, &run(&out, true, &stop)).unwrap();
        assert!(contents(&out) == contents(&whole), "{keep}");
    }
}
