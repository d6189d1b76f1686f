//! Studies with one thing wrong: the message names line and column.

use crate::bench::{Bench, EXPLORE, HEAD, check_all, refuse_all};

#[test]
fn files_that_are_no_study() {
    let bench = Bench::new();
    let told = [
        "nowhere.toml: cannot read the study",
        "hint: give the path of a study",
    ];
    bench.refuse(&["explore", "nowhere.toml", "-o", "out"], &told);
    std::fs::create_dir(bench.path("folder")).unwrap();
    let told = ["folder: cannot read the study: it is a directory", "hint: "];
    bench.refuse(&["explore", "folder", "-o", "out"], &told);
    let cases: [(&[u8], &[&str]); 6] = [
        (b"", &["study.toml:1:1: ", "missing field `name`"]),
        (
            b"name = \"a\"\n",
            &[
                "study.toml: the study has no [system]",
                "hint: [system] names the workbook",
            ],
        ),
        (
            b"name = \"\xff\"\n",
            &["study.toml: cannot read the study: it is not UTF-8 text"],
        ),
        (b"PK\x03\x04\x9c\x00", &["study.toml"]),
        (
            b"name = \"a\"\nname = \"b\"\n",
            &["study.toml:2:1: ", "duplicate key"],
        ),
        (b"name = 3\n", &["study.toml:1:8: ", "expected a string"]),
    ];
    check_all(cases.into_iter().map(|(text, told)| {
        bench.write("study.toml", text);
        (format!("{text:?}"), bench.refusal(&EXPLORE, told))
    }));
}

#[test]
fn names_that_no_folder_may_have() {
    for name in ["../x", "a/b", "", "  ", ".", "a.b", "caf\u{e9}", "x\\\\y"] {
        let bench = Bench::new();
        let text = format!("name = \"{name}\"\n[system]\nworkbook = \"system.xlsx\"\n");
        bench.write("study.toml", text);
        let told = [
            "study.toml:1:8: ",
            "cannot be a study's name",
            "hint: names hold letters",
        ];
        bench.refuse(&["explore", "study.toml"], &told);
    }
}

#[test]
fn huge_and_deep_files_end_in_a_message() {
    let bench = Bench::new();
    for (text, place) in [
        (format!("x = {}", "[".repeat(10_000)), "study.toml:4:85: "),
        (format!("x = {}", "{a=".repeat(10_000)), "study.toml:4:"),
        (format!("{}x = 1", "a.".repeat(10_000)), "study.toml: "),
        (format!("[{}x]", "a.".repeat(10_000)), "study.toml: "),
    ] {
        bench.write("study.toml", format!("{HEAD}{text}"));
        bench.refuse(&EXPLORE, &[place, "nested too deeply", "hint: "]);
        // The line is named, not drawn.
        assert!(bench.output(&EXPLORE).stderr.len() < 1000);
    }
    let formula = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    bench.write(
        "study.toml",
        format!("{HEAD}[space]\n\"system.year\" = {{ equals = \"{formula}\" }}"),
    );
    bench.refuse(&EXPLORE, &["study.toml:5:", "deep"]);
    bench.write(
        "study.toml",
        format!("{HEAD}{}", "# filler\n".repeat(2_000_000)),
    );
    bench.refuse(
        &EXPLORE,
        &[
            "study.toml: cannot read the study: it has 18000049 bytes",
            "at most",
        ],
    );
    // Long, but a study.
    bench.write(
        "study.toml",
        format!("{HEAD}{}", "# filler\n".repeat(100_000)),
    );
    bench.evaluate("study.toml", &[]);
}

#[test]
fn keys_and_knobs_that_do_not_exist() {
    refuse_all(&[
        (
            "[explore]\ndesing = \"grid\"",
            &[
                "study.toml:5:1: ",
                "unknown field `desing`",
                "did you mean `design`?",
            ],
        ),
        (
            "[spaec]\n",
            &[
                "study.toml:4:2: ",
                "unknown field `spaec`",
                "did you mean `space`?",
            ],
        ),
        (
            "linkbytes = \"own\"",
            &["study.toml:4:1: ", "did you mean `link_bytes`?"],
        ),
        (
            "link_bytes = \"none\"",
            &["study.toml:4:14: ", "\"own\" or \"sent\""],
        ),
        ("[space", &["study.toml:4:", "expected"]),
        ("[explore]\ndesign = grid\n", &["study.toml:5:10: "]),
        (
            "[space]\n\"system.Level1.skil\" = { values = [1] }",
            &[
                "study.toml:5:1: ",
                "nodes have no `skil`",
                "did you mean `skill`?",
            ],
        ),
        (
            "[space]\n\"system.Levle1.skill\" = { values = [1] }",
            &[
                "study.toml:5:1: ",
                "no node `Levle1`",
                "did you mean `Level1`?",
            ],
        ),
        (
            "[space]\n\"system.Muon.skill\" = { values = [1] }",
            &["study.toml:5:1: ", "only processors have `skill`"],
        ),
        (
            "[space]\n\"system.Disk.skill\" = { values = [1] }",
            &["study.toml:5:1: ", "has no effect"],
        ),
        (
            "[space]\n\"system.workbook\" = { values = [1] }",
            &[
                "study.toml:5:1: ",
                "the workbook cannot be an axis",
                "hint: ",
            ],
        ),
        (
            "[space]\n\"menu.A.pt\" = { values = [1] }",
            &["study.toml:5:1: ", "unknown knob `menu.A.pt`"],
        ),
        (
            "[space]\nsystem.Level1.skill = { values = [1] }",
            &["study.toml:5:", "one quoted key: \"system."],
        ),
        (
            "[space]\n\"system.Inner Tracker.skill\" = { values = [1] }",
            &["study.toml:5:1: ", "or quoted"],
        ),
        (
            "[set]\n\"system.Level1.reduction\" = 3",
            &["study.toml:5:1: ", "did you mean `reduction_ratio`?"],
        ),
        (
            "[set]\nsystem.Level1.skill = 3",
            &["study.toml:5:", "hint: an address is one quoted key"],
        ),
        (
            "[set]\n\"system.Level1.skill\" = \"high\"",
            &["study.toml:5:1: ", "takes a number"],
        ),
        (
            "[set]\n\"system.Level1.skill\" = true",
            &["study.toml:5:1: ", "expected a number", "found boolean"],
        ),
        (
            "[set]\n\"system.Level1.skill\" = nan",
            &["study.toml:5:1: ", "`skill` must be finite"],
        ),
        (
            "[set]\n\"system.Level1.classifier\" = \"Gaus\"",
            &["study.toml:5:1: ", "did you mean `Gaussian`?"],
        ),
        (
            "[set]\n\"system.Disk.reduction_ratio\" = 3",
            &["study.toml:5:1: ", "Dummy", "hint: "],
        ),
        (
            "[set]\n\"system.Muon.sample_rate_hz\" = 3",
            &["unequal sample rate", "hint: "],
        ),
        (
            "[system.complexity]\nFram = { per_bytes = 2 }",
            &["study.toml:5:1: ", "no node `Fram`", "did you mean `Farm`?"],
        ),
        (
            "[system.complexity]\nFarm = { per_bytes = 0 }",
            &["study.toml:5:", "`per_bytes` must be above 0"],
        ),
        (
            "[system.complexity]\nFarm = { fit = \"wall.csv\" }",
            &["study.toml:5:8: ", "`fit` with `column`", "hint: "],
        ),
        (
            "[explore]\nfigures = [\"scaled_power\"]",
            &[
                "study.toml:5:12: ",
                "unknown figure `scaled_power`",
                "did you mean `scaled_power_w`?",
            ],
        ),
        (
            "[explore]\nfigures = []",
            &["study.toml:5:11: ", "no figure is asked for"],
        ),
        (
            "[explore]\ndesign = \"sobol\"",
            &["study.toml:5:10: ", "unknown design `sobol`", "hint: "],
        ),
        (
            "[system.interpolate]\nworkbook = \"system.xlsx\"\nknob = \"Level1\"\nfrom = 1\nto = 2",
            &["study.toml:5:12: ", "`Level1` has the name of a node"],
        ),
    ]);
}
