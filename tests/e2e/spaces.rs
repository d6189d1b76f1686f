//! Axes that move more than one number: links, wildcards, ties, workbooks in between.

use crate::bench::{Bench, HEAD};
use std::path::Path;

#[test]
fn a_link_keeps_a_product_constant() {
    let bench = Bench::with_study(
        "[space]
\"system.Level1.reduction_ratio\" = { from = 20, to = 100, points = 9, spacing = \"log\" }
\"system.Farm.reduction_ratio\" = { equals = \"500 / system.Level1.reduction_ratio\" }
",
    );
    bench.succeed(&["run", "study.toml", "-o", "out"]);
    let table = bench.table("out");
    assert_eq!(table.rows(), 9);
    let [first, second] = [0, 1].map(|c| &table.columns[c]);
    assert_eq!(table.names[1], "system.Farm.reduction_ratio");
    assert_eq!((first[0], first[8]), (20.0, 100.0));
    for i in 0..9 {
        assert!((first[i] * second[i] - 500.0).abs() < 1e-10);
        let output = table.column("output_hz.Farm").unwrap()[i];
        assert!((output - 2000.0).abs() < 1e-9 * 2000.0, "{output}");
    }
    let axis = &bench.json("out/manifest.json")["axes"][1];
    assert_eq!(axis["equals"], "500 / system.Level1.reduction_ratio");
}

#[test]
fn a_wildcard_gives_an_axis_a_match_or_one_for_all() {
    let free = Bench::with_study("[space]\n\"system.*.reduction_ratio\" = { values = [10, 20] }\n");
    free.succeed(&["explore", "study.toml", "-o", "out"]);
    let table = free.table("out");
    // Only nodes whose classifier reads it.
    assert_eq!(
        table.names[..2],
        [
            "system.Level1.reduction_ratio",
            "system.Farm.reduction_ratio"
        ]
    );
    assert_eq!(table.columns[0], [10.0, 10.0, 20.0, 20.0]);
    assert_eq!(table.columns[1], [10.0, 20.0, 10.0, 20.0]);

    let axis = "[space]\n\"system.*.link_efficiency\" = { values = [1e-9, 2e-9], tie = true }\n";
    let tied = Bench::with_study(axis);
    tied.succeed(&["run", "study.toml", "-o", "out"]);
    let table = tied.table("out");
    assert_eq!(
        (table.names[0].as_str(), table.rows()),
        ("system.*.link_efficiency", 2)
    );
    let power = table.column("link_power_w").unwrap();
    assert!((power[1] / power[0] - 2.0).abs() < 1e-12);
}

#[test]
fn between_two_workbooks_the_ends_are_their_own() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/systems");
    let book = |pileup: u32| {
        data.join(format!("cms_pu{pileup}.xlsx"))
            .display()
            .to_string()
    };
    let low = HEAD.replace("system.xlsx", &book(60));
    let between = format!(
        "[system.interpolate]\nworkbook = \"{}\"\nknob = \"pileup\"\nfrom = 60\nto = 200\nat = 200\n",
        book(200)
    );
    let space = "[space]\n\"system.pileup\" = { values = [60, 130, 200] }\n";
    let figures = "[explore]\nfigures = [\"*\"]\n";
    let bench = Bench::new();
    bench.write("study.toml", format!("{low}{between}{space}{figures}"));
    bench.write("60.toml", &low);
    bench.write("200.toml", HEAD.replace("system.xlsx", &book(200)));
    bench.succeed(&["explore", "study.toml", "-o", "out"]);
    let table = bench.table("out");
    assert_eq!(table.columns[0], [60.0, 130.0, 200.0]);
    let ends = [
        bench.evaluate("60.toml", &[]),
        bench.evaluate("200.toml", &[]),
    ];
    let at = bench.evaluate("study.toml", &[]);
    for (name, column) in table.names.iter().zip(&table.columns).skip(1) {
        let own = |e: usize| {
            ends[e]["figures"][name]["value"]
                .as_f64()
                .unwrap_or(f64::NAN)
        };
        let same = |a: f64, b: f64| (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * b.abs();
        assert!(
            same(column[0], own(0)),
            "{name}: {} against {}",
            column[0],
            own(0)
        );
        assert!(
            same(column[2], own(1)),
            "{name}: {} against {}",
            column[2],
            own(1)
        );
        let value = at["figures"][name]["value"].as_f64().unwrap_or(f64::NAN);
        assert!(same(column[2], value), "{name} at 200: {value}");
        if name.starts_with("message_bytes") {
            assert!(same(column[1], (own(0) + own(1)) / 2.0), "{name}");
        }
    }
    bench.refuse(
        &["evaluate", "study.toml", "--set", "system.pileup=300"],
        &["`pileup` must lie between 60 and 200, found 300"],
    );
    bench.refuse(
        &["evaluate", "study.toml", "--set", "system.pielup=100"],
        &["unknown knob `system.pielup`", "did you mean `pileup`?"],
    );
}
