//! What people see: help, devices, no colours in pipes, no panic when a pipe closes.

use crate::bench::{Bench, flat};
use std::process::Stdio;

#[test]
fn every_subcommand_has_help() {
    let bench = Bench::new();
    for command in [
        &[][..],
        &["run"],
        &["explore"],
        &["evaluate"],
        &["report"],
        &["devices"],
    ] {
        let text = bench.succeed(&[command, &["--help"]].concat());
        assert!(text.contains("Usage: trigscape"), "{command:?}: {text}");
        bench.succeed(&[command, &["-h"]].concat());
    }
    assert!(bench.succeed(&["--help"]).contains("Exit codes"));
    assert!(bench.succeed(&["--version"]).starts_with("trigscape "));
    // Help that nobody asked for is an error.
    assert_eq!(bench.output(&[]).status.code(), Some(2));
}

#[test]
fn devices_lists_the_engines() {
    let text = Bench::new().succeed(&["devices"]);
    assert!(
        text.starts_with("engine") && text.contains("\ncpu"),
        "{text}"
    );
}

#[test]
fn pipes_hold_no_escape_codes() {
    let bench = Bench::new();
    for no_color in [false, true] {
        for arguments in [
            &["run", "study.toml", "-o", "out"][..],
            &["evaluate", "study.toml"],
            &["evaluate", "study.toml", "--sensitivity", "f1"],
            &["explore", "study.toml", "--set", "system.Level1.skil=1"],
            &["explore", "study.toml", "--engine", "nonsense"],
            &["devices"],
            &["--help"],
        ] {
            let mut command = bench.command(arguments);
            if no_color {
                command.env("NO_COLOR", "1");
            }
            let output = command.output().unwrap();
            for stream in [&output.stdout, &output.stderr] {
                let text = String::from_utf8_lossy(stream);
                assert!(
                    !text.contains('\x1b') && !text.contains('\r'),
                    "{arguments:?}: {text}"
                );
            }
        }
    }
}

#[test]
fn a_reader_that_stops_early_is_no_failure() {
    let bench = Bench::new();
    for arguments in [
        &["evaluate", "study.toml"][..],
        &["evaluate", "study.toml", "--json"],
        &["evaluate", "study.toml", "--sensitivity", "f1"],
        &["run", "study.toml", "-o", "out"],
        &["report", "out", "-o", "figures"],
        &["devices"],
    ] {
        let mut command = bench.command(arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let message = flat(&output.stderr);
        assert!(!message.contains("panicked"), "{arguments:?}: {message}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
    }
}
