//! Studies with one thing wrong: the message names line and column.

use crate::bench::{Bench, HEAD, SPACE, check_all};
use crate::book::Book;

const EXPLORE: [&str; 4] = ["explore", "study.toml", "-o", "out"];

/// Runs studies that go on like this after their head, which has three lines.
fn refuse_all(cases: &[(&str, &[&str])]) {
    check_all(cases.iter().map(|(rest, told)| {
        let outcome = Bench::with_study(rest).refusal(&EXPLORE, told);
        (rest.to_string(), outcome)
    }));
}

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
    for deep in ["[", "{a=", "a."] {
        bench.write("study.toml", format!("{HEAD}x = {}", deep.repeat(10_000)));
        bench.refuse(&EXPLORE, &["study.toml:4:"]);
    }
    bench.write("study.toml", format!("{HEAD}[{}a]", "a.".repeat(10_000)));
    bench.refuse(&EXPLORE, &["study.toml:4:"]);
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
            "study.toml: cannot read the study: it has 18000052 bytes",
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

#[test]
fn axes_that_cannot_be() {
    let ratio = "\"system.Level1.reduction_ratio\"";
    let cases: [(&str, &[&str]); 22] = [
        (
            "values = []",
            &[
                "5:44: ",
                "the axis is empty: expected at least one value",
                "hint: ",
            ],
        ),
        (
            "from = 100, to = 20, step = 0",
            &["the step is zero", "hint: "],
        ),
        (
            "from = 100, to = 20, step = 5",
            &["leads away from 20", "hint: use -5"],
        ),
        (
            "from = 100, to = 20, step = nan",
            &["expected a finite number"],
        ),
        (
            "from = 1, to = 1e9, step = 1e-9",
            &["values; at most 10000000 are possible"],
        ),
        (
            "from = 1, to = 1e308, step = 1e-300",
            &["at most 10000000 are possible"],
        ),
        ("from = 1, to = 2, points = 0", &["the axis is empty"]),
        ("from = 1, to = 2, points = -3", &["the axis is empty"]),
        (
            "from = 1, to = 2, points = 1",
            &["one point cannot be both", "hint: "],
        ),
        (
            "from = 2, to = 2, points = 3",
            &["`from` and `to` are the same"],
        ),
        (
            "from = 2, to = 4, points = 3, step = 1",
            &["either `step` or `points`"],
        ),
        (
            "from = 2, points = 3",
            &["a range needs both `from` and `to`"],
        ),
        (
            "values = [2], from = 1, to = 2",
            &["an axis has either `values`", "hint: "],
        ),
        ("tie = true", &["an axis has either `values`", "hint: "]),
        ("values = [2, nan]", &["an axis takes finite numbers"]),
        (
            "from = 2, to = inf, points = 3",
            &["expected a finite number"],
        ),
        ("values = [2, 3, 2.0]", &["the axis has a value twice"]),
        (
            "values = [2, 0.5]",
            &["`reduction_ratio` must be 1 or more", "found 0.5"],
        ),
        ("values = [2], spacing = \"log\"", &["`spacing` belongs to"]),
        (
            "from = 2, to = 9, points = 3, spacing = \"cubic\"",
            &["unknown spacing `cubic`", "`linear` or `log`"],
        ),
        (
            "from = 0, to = 9, points = 3, spacing = \"log\"",
            &["logarithmic spacing needs"],
        ),
        (
            "value = [2]",
            &["unknown field `value`", "did you mean `values`?"],
        ),
    ];
    check_all(cases.into_iter().map(|(axis, told)| {
        let bench = Bench::with_study(&format!("[space]\n{ratio} = {{ {axis} }}\n"));
        let told = [&["study.toml:5:"], told].concat();
        (axis.to_owned(), bench.refusal(&EXPLORE, &told))
    }));
    refuse_all(&[
        (
            "[space]\n\"system.Front.compression\" = { values = [0.1, 2] }",
            &["study.toml:5:1: ", "between 0 and 1, found 2"],
        ),
        (
            "[space]\n\"system.Front.data_bytes\" = { values = [-1] }",
            &["study.toml:5:1: ", "0 or more, found -1"],
        ),
        (
            "[space]\n\"system.year\" = { values = [1e9] }",
            &["study.toml:5:1: ", "between 1900 and 2200"],
        ),
        (
            "[space]\n\"system.Level1.scale\" = { values = [0] }",
            &["study.toml:5:1: ", "`scale` must be above 0"],
        ),
        (
            "[space]\n\"system.Muon.sample_rate_hz\" = { values = [1e6] }",
            &["study.toml:5:1: ", "unequal sample rate", "tie = true"],
        ),
        (
            "[space]\n\"system.Level1.skill\" = { values = [1] }\n\"system.*.skill\" = { values = [2] }",
            &[
                "study.toml:6:1: ",
                "`system.Level1.skill` is moved by two axes",
            ],
        ),
        (
            "[space]\n\"system.*.skill\" = { values = [2], tie = true }\n\"system.Farm.skill\" = { values = [1] }",
            &[
                "study.toml:6:1: ",
                "`system.Farm.skill` is moved by two axes",
            ],
        ),
        (
            "[space]\n\"system.Level1.skill\" = { values = [1] }\n\"system.Level1.\\\"skill\\\"\" = { values = [2] }",
            &["study.toml:6:1: ", "moved by two axes"],
        ),
    ]);
}

#[test]
fn links_that_cannot_be() {
    let first = "\"system.Level1.reduction_ratio\" = { values = [20, 50] }";
    let cases: [(&str, &[&str]); 8] = [
        (
            "500 / (system.Level1.reduction_ratio",
            &["6:", "the formula `500 / (", "hint: "],
        ),
        (
            "500 / system.Level1.reduction_ratio)",
            &["6:", "expected an operator"],
        ),
        ("", &["6:", "the formula"]),
        (
            "500 / system.Level1.reduction_rati",
            &[
                "6:1: ",
                "no free axis",
                "did you mean `system.Level1.reduction_ratio`?",
            ],
        ),
        (
            "500 / system.Farm.reduction_ratio",
            &["6:1: ", "no free axis"],
        ),
        ("7", &["6:1: ", "the formula reads no axis", "hint: "]),
        (
            "30 / system.Level1.reduction_ratio",
            &["6:1: ", "at [50.0]", "must be 1 or more", "found 0.6"],
        ),
        (
            "1 / (system.Level1.reduction_ratio - 20)",
            &["6:1: ", "at [20.0]", "found inf"],
        ),
    ];
    check_all(cases.into_iter().map(|(formula, told)| {
        let link = format!("\"system.Farm.reduction_ratio\" = {{ equals = \"{formula}\" }}");
        let bench = Bench::with_study(&format!("[space]\n{first}\n{link}\n"));
        (formula.to_owned(), bench.refusal(&EXPLORE, told))
    }));
}

#[test]
fn a_grid_too_large_says_its_size() {
    let axis = |n: usize| {
        format!(
            "\"system.{}.skill\" = {{ from = 0, to = 1, points = {n} }}\n",
            if n == 1_000_001 { "Level1" } else { "Farm" }
        )
    };
    let bench = Bench::with_study(&format!("[space]\n{}{}", axis(1_000_001), axis(2_000_000)));
    let told = [
        "study.toml: the grid is too large to explore: 2000002000000 points",
        "at most 1000000000",
        "hint: ",
    ];
    bench.refuse(&EXPLORE, &told);
    // Its own values may still be asked for.
    bench.evaluate("study.toml", &[]);
}

#[test]
fn wall_time_tables() {
    let rest = "[system.complexity]\nFarm = { fit = \"wall.csv\", column = \"gpu\" }\n";
    let bench = Bench::with_study(rest);
    bench.refuse(&EXPLORE, &["study.toml:5:8: cannot read wall.csv"]);
    let cases: [(&str, &[&str]); 9] = [
        (
            "event_bytes,cpu\n1,1\n2,2\n3,3\n",
            &[
                "wall.csv: the table has no column `gpu`",
                "hint: its columns are event_bytes, cpu",
            ],
        ),
        (
            "bytes,gpu\n1,1\n2,2\n3,3\n",
            &["wall.csv: the table has no column `event_bytes`", "hint: "],
        ),
        (
            "event_bytes,gpu\n1,1\n2,2\n",
            &["wall.csv: expected at least 3 rows, found 2"],
        ),
        (
            "event_bytes,gpu\n1,1\n2,2\n2,3\n",
            &["wall.csv: ", "three different event sizes"],
        ),
        (
            "event_bytes,gpu\n1,1\n2,fast\n3,3\n",
            &["wall.csv:3:1: expected a number in column `gpu`, found `fast`"],
        ),
        (
            "event_bytes,gpu\n1,1\n2,\n3,3\n",
            &["wall.csv:3:1: expected a number in column `gpu`"],
        ),
        (
            "event_bytes,gpu\n1,1\n2,inf\n3,3\n",
            &["wall.csv:3:1: expected a number in column `gpu`, found `inf`"],
        ),
        (
            "event_bytes,gpu\n1,1\n2\n3,3\n",
            &["wall.csv:3:1: ", "another number of fields than the header"],
        ),
        ("", &["wall.csv"]),
    ];
    check_all(cases.into_iter().map(|(text, told)| {
        bench.write("wall.csv", text);
        (text.to_owned(), bench.refusal(&EXPLORE, told))
    }));
    bench.write("wall.csv", b"event_bytes,gpu\n1,\xff\n");
    bench.refuse(&EXPLORE, &["wall.csv: expected UTF-8 text"]);
}

#[test]
fn marks_that_cannot_be_placed() {
    let mark = |rest: &str| format!("{SPACE}[[mark]]\nname = \"A\"\n{rest}\n");
    let bench = Bench::with_study(&mark("study = \"nowhere.toml\""));
    bench.refuse(&EXPLORE, &["nowhere.toml: cannot read the study"]);

    let bench = Bench::with_study(&mark("[[mark]]\nname = \"A\""));
    bench.refuse(&EXPLORE, &["study.toml:10:8: two marks are named `A`"]);

    let bench = Bench::with_study(&mark("set = { \"system.Level1.skil\" = 1 }"));
    bench.refuse(&EXPLORE, &["study.toml:9:", "did you mean `skill`?"]);

    let bench = Bench::with_study(&mark("study = \"other.toml\""));
    bench.write("other.toml", HEAD.replace("system.xlsx", "other.xlsx"));
    Book::small()
        .renamed("Level1", "Seeds")
        .save(&bench.path("other.xlsx"));
    let told = ["study.toml:8:8: the marked study has no `system.Level1.reduction_ratio`"];
    bench.refuse(&EXPLORE, &told);
    bench.refuse(&["run", "study.toml", "-o", "out"], &told);
}
