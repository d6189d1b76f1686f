//! Axes, links and grids with one thing wrong.

use crate::bench::{Bench, EXPLORE, check_all, refuse_all};

#[test]
fn axes_that_cannot_be() {
    let ratio = "\"system.Level1.reduction_ratio\"";
    let cases: [(&str, &[&str]); 22] = [
        (
            "values = []",
            &[
                "5:46: ",
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
