//! A run that is stopped keeps its finished blocks and goes on from them.
#![cfg(unix)]

use crate::bench::{Bench, flat};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// 12 blocks of 65 536 points, the last one short.
const LONG: &str = "[space]
\"system.Level1.reduction_ratio\" = { from = 100, to = 20, points = 1000 }
\"system.Level1.skill\" = { from = 0, to = 2, points = 750 }
";

/// Points that cost much, fewer than a block of them: 6 prescaled paths on 20 000 events.
fn costly() -> String {
    let mut text = "name = \"costly\"
[events]
input_rate_hz = 1e6
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 20000, seed = 1 }
"
    .to_owned();
    let legs = ["muon\", pt = 3", "egamma\", pt = 5"].map(str::to_owned);
    let jets = [20, 25, 30, 35].map(|pt| format!("jet\", pt = {pt}"));
    for (number, leg) in legs.iter().chain(&jets).enumerate() {
        text += &format!(
            "[[menu.path]]\nname = \"P{number}\"\nlegs = [{{ object = \"{leg} }}]\nprescale = {}\n",
            number + 2
        );
    }
    // Some seconds on one thread.
    let values = if cfg!(debug_assertions) { 10 } else { 600 };
    text += &format!(
        "[space]\n\"menu.P0.prescale\" = {{ from = 1, to = 50, step = 1 }}
\"menu.P1.prescale\" = {{ from = 1, to = {values}, step = 1 }}
[[optimize.budget]]\nfigure = \"rate_khz.total\"\nmax = 330\n"
    );
    text
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(status.expect("kill runs").success());
}

/// Starts an exploration into `out` with one thread and stops it `after` something is true of the folder that
/// it writes aside, which is empty at first.
fn stopped(
    bench: &Bench,
    name: &str,
    due: impl Fn(&str) -> bool,
    after: Duration,
) -> (Option<i32>, String) {
    let mut command = bench.command(&["explore", "study.toml", "-o", "out", "-j", "1"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    while child.try_wait().expect("a child").is_none() && !due(&staging(bench, "out")) {
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(after);
    signal(&child, name);
    let output = child.wait_with_output().expect("the program ends");
    assert!(output.stdout.is_empty());
    (output.status.code(), flat(&output.stderr))
}

/// What a stopped run left becomes the results of `whole`, byte for byte.
fn resume(bench: &Bench, what: &str) {
    bench.succeed(&["explore", "study.toml", "-o", "out", "--resume"]);
    assert_eq!(staging(bench, "out"), "");
    let names = bench.names("whole");
    assert_eq!(bench.names("out"), names);
    for file in names.iter().filter(|f| *f != "manifest.json") {
        let same = bench.read(&format!("out/{file}")) == bench.read(&format!("whole/{file}"));
        assert!(same, "{what}: {file}");
    }
    std::fs::remove_dir_all(bench.path("out")).expect("a folder is removed");
}

/// The folder that a run into `out` writes aside; empty where there is none.
fn staging(bench: &Bench, out: &str) -> String {
    let start = format!(".{out}.partial-");
    let names = bench.names(".").into_iter();
    names.filter(|n| n.starts_with(&start)).collect()
}

fn blocks(bench: &Bench, folder: &str) -> usize {
    if folder.is_empty() {
        return 0;
    }
    let names = bench.names(folder).into_iter();
    names.filter(|n| n.starts_with("points-")).count()
}

#[test]
fn a_stopped_run_is_resumed_to_the_same_bytes() {
    let bench = Bench::with_study(LONG);
    bench.succeed(&["explore", "study.toml", "-o", "whole"]);
    assert_eq!(blocks(&bench, "whole"), 12);
    for (name, code) in [("-TERM", 143), ("-INT", 130)] {
        let (status, message) = stopped(&bench, name, |f| blocks(&bench, f) > 0, Duration::ZERO);
        assert_eq!(status, Some(code), "{message}");
        assert!(message.contains("--resume"), "{message}");
        assert!(!bench.path("out").exists());
        let partial = staging(&bench, "out");
        let kept = blocks(&bench, &partial);
        assert!((1..12).contains(&kept), "{kept} blocks");
        // A block that was damaged in the meantime is computed again.
        bench.write(&format!("{partial}/points-000000000000.parquet"), "PAR1");
        resume(&bench, name);
    }
}

#[test]
fn a_stopped_run_that_keeps_some_points_is_resumed_to_the_same_bytes() {
    let budget = "[[optimize.budget]]\nfigure = \"f1\"\nmin = 0.5\n";
    for keep in ["\"feasible\"", "{ best = 300, by = \"f1\" }"] {
        let bench = Bench::with_study(&format!("{LONG}[explore]\nkeep = {keep}\n{budget}"));
        bench.succeed(&["explore", "study.toml", "-o", "whole"]);
        let first_batches = Duration::from_millis(20);
        let (status, message) = stopped(&bench, "-INT", |f| !f.is_empty(), first_batches);
        assert_eq!(status, Some(130), "{message}");
        assert!(message.contains("--resume"), "{message}");
        let partial = staging(&bench, "out");
        assert!(bench.names(&partial).iter().any(|n| n == ".progress.json"));
        // A block that was damaged in the meantime is computed again.
        let damaged = bench
            .names(&partial)
            .into_iter()
            .find(|n| n.starts_with("points-"));
        if let Some(block) = damaged {
            bench.write(&format!("{partial}/{block}"), "PAR1");
        }
        resume(&bench, keep);
    }
}

/// Less than a block is evaluated all in all: a run that looked only after blocks would end with 0.
#[test]
fn a_run_of_costly_points_stops_in_the_middle_of_a_block() {
    for keep in [
        "\"all\"",
        "\"feasible\"",
        "{ best = 300, by = \"rate_khz.total\", order = \"min\" }",
    ] {
        let bench = Bench::with_study("");
        bench.write(
            "study.toml",
            format!("{}[explore]\nkeep = {keep}\n", costly()),
        );
        bench.succeed(&["explore", "study.toml", "-o", "whole"]);
        let some_batches = Duration::from_millis(700);
        let (status, message) = stopped(&bench, "-TERM", |f| !f.is_empty(), some_batches);
        assert_eq!(status, Some(143), "{keep}: {message}");
        assert!(message.contains("--resume"), "{message}");
        let partial = staging(&bench, "out");
        assert_eq!(blocks(&bench, &partial), 0);
        if keep != "\"all\"" {
            let done = bench.json(&format!("{partial}/.progress.json"))["done"].as_u64();
            assert!(done.is_some_and(|done| done > 0), "{keep}: {done:?}");
        }
        resume(&bench, keep);
    }
}

#[test]
fn a_fresh_run_sweeps_what_a_stopped_one_left() {
    let bench = Bench::with_study(LONG);
    stopped(&bench, "-KILL", |f| blocks(&bench, f) > 0, Duration::ZERO);
    assert_ne!(staging(&bench, "out"), "");
    bench.succeed(&["explore", "study.toml", "-o", "out"]);
    assert_eq!(bench.names("."), ["out", "study.toml", "system.xlsx"]);
    assert_eq!(blocks(&bench, "out"), 12);
}
