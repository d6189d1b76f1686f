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

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(status.expect("kill runs").success());
}

/// Starts a long exploration into `out` and stops it when its first block is there.
fn stopped(bench: &Bench, out: &str, name: &str) -> (Option<i32>, String) {
    let mut command = bench.command(&["explore", "study.toml", "-o", out, "-j", "1"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    while child.try_wait().expect("a child").is_none() && blocks(bench, &staging(bench, out)) == 0 {
        std::thread::sleep(Duration::from_millis(2));
    }
    signal(&child, name);
    let output = child.wait_with_output().expect("the program ends");
    assert!(output.stdout.is_empty());
    (output.status.code(), flat(&output.stderr))
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
        let (status, message) = stopped(&bench, "out", name);
        assert_eq!(status, Some(code), "{message}");
        assert!(message.contains("--resume"), "{message}");
        assert!(!bench.path("out").exists());
        let partial = staging(&bench, "out");
        let kept = blocks(&bench, &partial);
        assert!((1..12).contains(&kept), "{kept} blocks");
        // A block that was damaged in the meantime is computed again.
        bench.write(&format!("{partial}/points-000000000000.parquet"), "PAR1");
        bench.succeed(&["explore", "study.toml", "-o", "out", "--resume"]);
        assert_eq!(staging(&bench, "out"), "");
        assert_eq!(bench.names("out"), bench.names("whole"));
        for file in bench
            .names("whole")
            .iter()
            .filter(|f| *f != "manifest.json")
        {
            let same = bench.read(&format!("out/{file}")) == bench.read(&format!("whole/{file}"));
            assert!(same, "{file} after {name}");
        }
        std::fs::remove_dir_all(bench.path("out")).expect("a folder is removed");
    }
}

#[test]
fn a_stopped_run_that_keeps_some_points_is_resumed_to_the_same_bytes() {
    let budget = "[[optimize.budget]]\nfigure = \"f1\"\nmin = 0.5\n";
    for keep in ["\"feasible\"", "{ best = 300, by = \"f1\" }"] {
        let bench = Bench::with_study(&format!("{LONG}[explore]\nkeep = {keep}\n{budget}"));
        bench.succeed(&["explore", "study.toml", "-o", "whole"]);
        let mut command = bench.command(&["explore", "study.toml", "-o", "out", "-j", "1"]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        while child.try_wait().expect("a child").is_none() && staging(&bench, "out").is_empty() {
            std::thread::sleep(Duration::from_millis(2));
        }
        // Into the first batch, after which the run stops.
        std::thread::sleep(Duration::from_millis(20));
        signal(&child, "-INT");
        let output = child.wait_with_output().expect("the program ends");
        let message = flat(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{message}");
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
        bench.succeed(&["explore", "study.toml", "-o", "out", "--resume"]);
        assert_eq!(staging(&bench, "out"), "");
        let names = bench.names("whole");
        assert_eq!(bench.names("out"), names);
        for file in names.iter().filter(|f| *f != "manifest.json") {
            let same = bench.read(&format!("out/{file}")) == bench.read(&format!("whole/{file}"));
            assert!(same, "{keep}: {file}");
        }
    }
}

#[test]
fn a_fresh_run_sweeps_what_a_stopped_one_left() {
    let bench = Bench::with_study(LONG);
    stopped(&bench, "out", "-KILL");
    assert_ne!(staging(&bench, "out"), "");
    bench.succeed(&["explore", "study.toml", "-o", "out"]);
    assert_eq!(bench.names("."), ["out", "study.toml", "system.xlsx"]);
    assert_eq!(blocks(&bench, "out"), 12);
}
