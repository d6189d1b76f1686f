//! Options, output folders and results that others have left there.

use crate::bench::{Bench, HEAD, check_all};
use crate::book::Book;
use std::fs;

#[test]
fn options_that_cannot_be() {
    let bench = Bench::new();
    let cases: [(&[&str], &[&str]); 18] = [
        (
            &["--set", "system.Level1.skill"],
            &[
                "--set system.Level1.skill: expected KNOB=VALUE",
                "hint: for example",
            ],
        ),
        (&["--set", "=3"], &["--set =3: an address is empty"]),
        (
            &["--set", "system.Level1.skil=1"],
            &["--set system.Level1.skil=1: ", "did you mean `skill`?"],
        ),
        (
            &["--set", "system.Levl1.skill=1"],
            &["--set system.Levl1.skill=1: ", "did you mean `Level1`?"],
        ),
        (
            &["--set", "system.Level1.skill=high"],
            &["--set system.Level1.skill=high: ", "takes a number"],
        ),
        (
            &["--set", "system.Level1.skill="],
            &["--set system.Level1.skill=: ", "takes a number"],
        ),
        (
            &["--set", "system.Level1.skill=inf"],
            &["must be finite, found inf"],
        ),
        (
            &["--set", "system.Farm.reduction_ratio=0.5"],
            &["must be 1 or more", "found 0.5"],
        ),
        (
            &["--set", "system.Inner Tracker.skill=1"],
            &["must be letters, digits and `_`, or quoted"],
        ),
        (&["--set", "system.Farm.scale=0"], &["scale 0", "hint: "]),
        (
            &["-j", "0"],
            &["-j 0 (or TRIGSCAPE_THREADS): threads are 1 to 1024"],
        ),
        (
            &["-j", "100000"],
            &["-j 100000 (or TRIGSCAPE_THREADS): threads are 1 to 1024"],
        ),
        (
            &["-j", "many"],
            &["invalid value 'many' for '--threads <N>'"],
        ),
        (
            &["--engine", "gpu"],
            &["--engine gpu (or TRIGSCAPE_ENGINE): ", "use --engine cpu"],
        ),
        (
            &["--engine", "nonsense"],
            &[
                "invalid value 'nonsense' for '--engine <ENGINE>'",
                "auto, cpu, gpu",
            ],
        ),
        (&["--sed", "1"], &["unexpected argument '--sed'", "--seed"]),
        (&["--seed", "-1"], &["-1"]),
        (&["--out"], &["a value is required for '--out <DIR>'"]),
    ];
    check_all(cases.into_iter().map(|(options, told)| {
        let arguments = [&["explore", "study.toml"], options].concat();
        (format!("{options:?}"), bench.refusal(&arguments, told))
    }));
    bench.refuse(&["explore"], &["<STUDY.toml>"]);
    bench.refuse(
        &["explroe", "study.toml"],
        &["unrecognized subcommand 'explroe'", "explore"],
    );
}

#[test]
fn sensitivities_that_cannot_be() {
    let bench = Bench::new();
    let cases: [(&[&str], &[&str]); 7] = [
        (
            &["--sensitivity", "f2"],
            &["--sensitivity f2: unknown figure `f2`", "hint: "],
        ),
        (
            &["--sensitivity", "op_power"],
            &["did you mean `op_power_w`?"],
        ),
        (
            &["--sensitivity", "f1", "--knob", "system.Level1.skil"],
            &["--knob system.Level1.skil: ", "did you mean `skill`?"],
        ),
        (
            &[
                "--sensitivity",
                "f1",
                "--knob",
                "system.Disk.reduction_ratio",
            ],
            &["is 1: an inactive classifier has no derivative"],
        ),
        (
            &["--sensitivity", "f1", "--knob", ""],
            &["--knob : an address is empty"],
        ),
        (
            &["--sensitivity", "f1", "--step", "0"],
            &["--step 0: the step lies between 0 and 0.5"],
        ),
        (
            &["--knob", "system.Level1.skill"],
            &["--sensitivity <FIGURE>"],
        ),
    ];
    check_all(cases.into_iter().map(|(options, told)| {
        let arguments = [&["evaluate", "study.toml"], options].concat();
        (format!("{options:?}"), bench.refusal(&arguments, told))
    }));
}

#[test]
fn the_environment_is_checked_as_options_are() {
    let bench = Bench::new();
    for (name, value, told) in [
        ("TRIGSCAPE_THREADS", "0", "threads are 1 to 1024"),
        ("TRIGSCAPE_THREADS", "x", "invalid value 'x'"),
        (
            "SLURM_CPUS_PER_TASK",
            "x",
            "SLURM_CPUS_PER_TASK=x: expected a number of threads",
        ),
        ("TRIGSCAPE_ENGINE", "tpu", "invalid value 'tpu'"),
    ] {
        let mut command = bench.command(&["evaluate", "study.toml"]);
        let output = command.env(name, value).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}={value}");
        let message = crate::bench::flat(&output.stderr);
        assert!(message.contains(told), "{name}={value}: {message}");
    }
}

#[test]
fn output_folders_that_cannot_be_written() {
    let bench = Bench::new();
    bench.write("file", "mine");
    for (out, told) in [
        ("file/out", "file/out: "),
        ("file", "file: "),
        ("file/a/b", "file/a/b: "),
        (".", ".: "),
        ("..", "..: "),
        ("/", "/: "),
        ("", ": "),
    ] {
        for force in [&[][..], &["--force"]] {
            let arguments = [&["explore", "study.toml", "-o", out], force].concat();
            bench.refuse(&arguments, &[told]);
        }
    }
}

#[test]
fn what_somebody_else_left_survives() {
    let bench = Bench::new();
    for (folder, file) in [
        ("notes", "todo.txt"),
        ("false", "manifest.json"),
        ("half", "points-000000000000.parquet"),
    ] {
        fs::create_dir(bench.path(folder)).unwrap();
        bench.write(&format!("{folder}/{file}"), "mine");
        for command in ["explore", "run"] {
            for force in [&[][..], &["--force"]] {
                let arguments = [&[command, "study.toml", "-o", folder], force].concat();
                bench.refuse(
                    &arguments,
                    &[folder, "hint: choose another directory with -o"],
                );
            }
        }
    }
    // A user's file among our results.
    bench.succeed(&["explore", "study.toml", "-o", "out"]);
    bench.write("out/notes.txt", "mine");
    bench.refuse(
        &["explore", "study.toml", "-o", "out", "--force"],
        &[
            "out: the output directory holds something else: `notes.txt`",
            "hint: ",
        ],
    );
}

#[test]
fn results_of_another_study_are_replaced_only_by_force() {
    let bench = Bench::new();
    bench.succeed(&["explore", "study.toml", "-o", "out"]);
    let other = [
        "explore",
        "study.toml",
        "-o",
        "out",
        "--set",
        "system.Farm.skill=3",
    ];
    let told = [
        "out: the output directory holds results of another study",
        "-o",
        "--force",
    ];
    bench.refuse(&other, &told);
    bench.succeed(&[&other[..], &["--force"]].concat());
    assert!(String::from_utf8_lossy(&bench.read("out/study.toml")).contains("system.Farm.skill"));
    // The content of the workbook counts, not only the text of the study.
    bench.succeed(&["explore", "study.toml", "-o", "out", "--force"]);
    Book::small()
        .set("Triggers!C4", 101.0)
        .save(&bench.path("system.xlsx"));
    bench.refuse(&["explore", "study.toml", "-o", "out"], &told);
    assert_eq!(bench.names("."), ["out", "study.toml", "system.xlsx"]);
}

#[test]
fn the_order_of_axes_and_settings_makes_another_study() {
    let set = ["\"system.*.skill\" = 2\n", "\"system.Farm.skill\" = 3\n"];
    let space = [
        "\"system.Level1.scale\" = { values = [1, 2] }\n",
        "\"system.year\" = { values = [2022, 2032] }\n",
    ];
    let study = |set: [&str; 2], space: [&str; 2]| {
        format!("{HEAD}[set]\n{}[space]\n{}", set.concat(), space.concat())
    };
    let bench = Bench::new();
    bench.write("study.toml", study(set, space));
    bench.succeed(&["explore", "study.toml", "-o", "out"]);
    for other in [
        study([set[1], set[0]], space),
        study(set, [space[1], space[0]]),
    ] {
        bench.write("study.toml", other);
        bench.refuse(&["explore", "study.toml", "-o", "out"], &["another study"]);
    }
}

#[test]
fn reports_on_damaged_results() {
    let bench = Bench::new();
    fs::create_dir(bench.path("empty")).unwrap();
    bench.write("file", "mine");
    for folder in ["empty", "file", "nowhere"] {
        bench.refuse(
            &["report", folder],
            &[folder, "not a results directory", "hint: "],
        );
    }
    bench.succeed(&["explore", "study.toml", "-o", "out"]);
    let manifest = bench.read("out/manifest.json");
    let summary = bench.read("out/summary.json");
    let block = "out/points-000000000000.parquet";
    let points = bench.read(block);
    let text = String::from_utf8_lossy(&manifest);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("out/manifest.json", manifest[..manifest.len() / 2].to_vec()),
        ("out/manifest.json", b"{}".to_vec()),
        ("out/manifest.json", b"\xff\xfe".to_vec()),
        ("out/manifest.json", Vec::new()),
        (
            "out/manifest.json",
            text.replace("\"format\": 1", "\"format\": 99").into_bytes(),
        ),
        ("out/summary.json", summary[..summary.len() / 2].to_vec()),
        (block, points[..points.len() / 2].to_vec()),
        (block, points[points.len() / 2..].to_vec()),
        (block, Vec::new()),
        (block, b"PAR1PAR1".to_vec()),
    ];
    check_all(cases.into_iter().map(|(name, bytes)| {
        bench.write(name, &bytes);
        let outcome = bench.refusal(&["report", "out"], &["out", "hint: "]);
        for (name, whole) in [
            ("out/manifest.json", &manifest),
            ("out/summary.json", &summary),
            (block, &points),
        ] {
            bench.write(name, whole);
        }
        (format!("{name} of {} bytes", bytes.len()), outcome)
    }));
    bench.succeed(&["report", "out", "-o", "figures"]);
    bench.write("figures/notes.txt", "mine");
    bench.refuse(
        &["report", "out", "-o", "figures"],
        &["figures: ", "hint: choose another folder"],
    );
}
