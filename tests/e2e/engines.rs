//! Engines: the same bytes from each, and what happens where there is no GPU.

use crate::bench::{Bench, EXPLORE, SPACE as SYSTEM};
use crate::menu_spaces::{bench, menu_study};
use std::process::Output;

const NOWHERE: &str = "/nonexistent/icd.json";

/// 2 x 11 x 23 points with prescales, independent legs, and standard errors.
const SPACE: &str = "[space]
\"menu.SingleMu.pt\" = { from = 15, to = 25, step = 1 }
\"menu.DoubleMu.leg1.pt\" = { values = [17, 10] }
\"menu.DoubleMu.leg2.pt\" = { from = 4, to = 15, step = 0.5 }
[explore]
figures = [\"rate_khz.*\", \"efficiency*\", \"purity\"]
";

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs where no driver is found.
fn without_drivers(bench: &Bench, arguments: &[&str]) -> Output {
    let mut command = bench.command(arguments);
    command.env("VK_DRIVER_FILES", NOWHERE);
    command.env("VK_ICD_FILENAMES", NOWHERE);
    command.output().expect("the program starts")
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::*;
    use std::io::Write;

    /// Whether the adapter of tests is there; says so where not.
    fn has_llvmpipe(what: &str) -> bool {
        let listed = Bench::new().succeed(&["devices", "--json"]);
        if listed.contains("llvmpipe") {
            return true;
        }
        let required = std::env::var("TRIGSCAPE_REQUIRE_GPU").is_ok_and(|v| v == "1");
        assert!(
            !required,
            "TRIGSCAPE_REQUIRE_GPU=1, but no llvmpipe: {listed}"
        );
        let hint = "Debian's mesa-vulkan-drivers has llvmpipe";
        let _ = writeln!(std::io::stderr(), "skipped: {what}: no adapter ({hint})");
        false
    }

    const ON_GPU: [&str; 8] = [
        "explore",
        "menu.toml",
        "-o",
        "gpu",
        "--engine",
        "gpu",
        "--adapter",
        "LLVMpipe",
    ];

    #[test]
    fn explore_writes_the_same_bytes_with_either_engine() {
        if !has_llvmpipe("explore on the GPU") {
            return;
        }
        let bench = bench(&menu_study(SPACE));
        bench.succeed(&["explore", "menu.toml", "-o", "cpu", "--engine", "cpu"]);
        let output = bench.output(&ON_GPU);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let engine = stderr(&output);
        let lines: Vec<&str> = engine.lines().filter(|l| l.contains("engine:")).collect();
        assert!(
            lines.len() == 1 && lines[0].starts_with("engine: gpu"),
            "{engine}"
        );
        assert!(lines[0].contains("llvmpipe"), "{engine}");
        assert_eq!(bench.table("cpu").rows(), 506);
        for file in [
            "points-000000000000.parquet",
            "summary.json",
            "menu.json",
            "rates.csv",
            "study.toml",
        ] {
            let read = |folder: &str| bench.read(&format!("{folder}/{file}"));
            assert!(read("cpu") == read("gpu"), "{file}");
        }
        let manifest = bench.json("gpu/manifest.json");
        assert_eq!(manifest["engine"]["name"], "gpu");
        assert!(
            manifest["engine"]["detail"]
                .as_str()
                .unwrap()
                .contains("llvmpipe")
        );
        assert_eq!(bench.json("cpu/manifest.json")["engine"]["name"], "cpu");
    }

    /// Everything in `cpu` and `gpu` but how it was made.
    fn same_files(bench: &Bench) {
        let files = |folder: &str| {
            let mut names = bench.names(folder);
            names.retain(|name| name != "manifest.json");
            names
        };
        assert_eq!(files("cpu"), files("gpu"));
        assert!(files("cpu").iter().any(|name| name.ends_with(".parquet")));
        for file in files("cpu") {
            let read = |folder: &str| bench.read(&format!("{folder}/{file}"));
            assert!(read("cpu") == read("gpu"), "{file}");
        }
    }

    /// The quick-start study, its menu bridged into a system, on fewer events and 25 x 20 points.
    fn quickstart() -> String {
        let root = env!("CARGO_MANIFEST_DIR");
        let path = format!("{root}/configs/quickstart.toml");
        let mut text = std::fs::read_to_string(path).expect("the quick-start study");
        for (own, here) in [
            ("\"../data/", format!("\"{root}/data/")),
            ("events = 400_000", "events = 6_000".into()),
            ("events = 20_000", "events = 1_000".into()),
            (
                "{ from = 10, to = 35, step = 0.5 }",
                "{ from = 10, to = 34, step = 1 }".into(),
            ),
            (
                "{ from = 200, to = 450, step = 5 }",
                "{ from = 210, to = 400, step = 10 }".into(),
            ),
        ] {
            assert!(text.contains(own), "{own}");
            text = text.replace(own, &here);
        }
        text
    }

    #[test]
    fn the_quick_start_study_has_the_same_bytes_with_either_engine() {
        if !has_llvmpipe("the quick-start study on the GPU") {
            return;
        }
        let bench = Bench::new();
        bench.write("menu.toml", quickstart());
        bench.succeed(&["explore", "menu.toml", "-o", "cpu", "--engine", "cpu"]);
        bench.succeed(&ON_GPU);
        assert_eq!(bench.table("cpu").rows(), 500);
        let table = bench.table("cpu");
        assert!(table.column("f1").is_some() && table.column("rate_khz.total").is_some());
        same_files(&bench);
        assert_eq!(bench.json("gpu/manifest.json")["engine"]["name"], "gpu");
    }

    #[test]
    fn engines_keep_the_same_points() {
        if !has_llvmpipe("what is kept on the GPU") {
            return;
        }
        let keep = "keep = { best = 20, by = \"efficiency.mean\" }\n";
        let bench = bench(&menu_study(&format!("{SPACE}{keep}")));
        bench.succeed(&["explore", "menu.toml", "-o", "cpu", "--engine", "cpu"]);
        bench.succeed(&ON_GPU);
        same_files(&bench);
    }

    const ADAPTER: [&str; 4] = ["--engine", "gpu", "--adapter", "llvmpipe"];

    /// A system's study with this, explored into `cpu` and `gpu`.
    fn on_both(rest: &str) -> Bench {
        let bench = Bench::with_study(rest);
        bench.succeed(&["explore", "study.toml", "-o", "cpu", "--engine", "cpu"]);
        let output =
            bench.output(&[&["explore", "study.toml", "-o", "gpu"][..], &ADAPTER].concat());
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{text}");
        assert!(text.contains("engine: gpu"), "{text}");
        assert!(!text.contains("warning"), "{text}");
        bench
    }

    /// 40 x 4 x 150 points.
    const AXES: &str = "[space]
\"system.Level1.reduction_ratio\" = { from = 100, to = 20, points = 40 }
\"system.Farm.reduction_ratio\" = { equals = \"400 / system.Level1.reduction_ratio\" }
\"system.Farm.skill\" = { from = 0, to = 1.5, step = 0.5 }
\"system.Level1.skill\" = { from = 0, to = 2, points = 150 }
[[optimize.budget]]
figure = \"f1\"
min = 0.1
";

    #[test]
    fn engines_keep_the_same_points_of_a_system() {
        if !has_llvmpipe("what is kept of a system on the GPU") {
            return;
        }
        for keep in [
            "\"feasible\"",
            "{ best = 30, by = \"productivity_per_j\" }",
            "\"pareto\"",
            "{ histogram = [\"f1\", { figure = \"scaled_power_w\", log = true }] }",
        ] {
            let bench = on_both(&format!("{AXES}[explore]\nkeep = {keep}\n"));
            assert_eq!(bench.names("cpu"), bench.names("gpu"), "{keep}");
            for name in bench.names("cpu").iter().filter(|n| *n != "manifest.json") {
                let read = |folder: &str| bench.read(&format!("{folder}/{name}"));
                assert!(read("cpu") == read("gpu"), "{keep}: {name}");
            }
            let manifest = bench.json("gpu/manifest.json");
            assert_eq!(manifest["engine"]["name"], "gpu");
            assert_eq!(manifest["precision"], "f64");
            let detail = manifest["engine"]["detail"].as_str().unwrap();
            assert!(detail.contains("points"), "{detail}");
        }
    }

    #[test]
    fn f32_is_enough_where_a_study_says_so() {
        if !has_llvmpipe("sweeps in f32") {
            return;
        }
        let single = "[explore]\nprecision = \"f32\"\nfigures = [\"*\"]\n";
        let bench = on_both(&format!("{AXES}{single}"));
        let precision =
            |out: &str| bench.json(&format!("{out}/manifest.json"))["precision"].clone();
        assert_eq!(precision("cpu"), "f64");
        assert_eq!(precision("gpu"), "f32");
        let (exact, own) = (bench.table("cpu"), bench.table("gpu"));
        assert_eq!((&exact.names, own.rows()), (&own.names, 24_000));
        let mut differ = 0;
        for (name, (a, b)) in exact
            .names
            .iter()
            .zip(exact.columns.iter().zip(&own.columns))
        {
            let is_axis = name.starts_with("system.");
            for (a, b) in a.iter().zip(b) {
                assert!(!is_axis || a == b, "{name}: {a}, {b}");
                differ += usize::from(a != b);
                let scale = match name.starts_with("threshold") {
                    true => 1.0,
                    false => a.abs().max(1e-30),
                };
                assert!((a - b).abs() <= 1e-4 * scale, "{name}: {a}, {b}");
            }
        }
        assert!(differ > 24_000);
        // The same study again, without a GPU.
        let again = ["explore", "study.toml", "-o", "gpu", "--engine", "cpu"];
        bench.succeed(&again);
        assert_eq!(precision("gpu"), "f64");
        // What is kept is kept in f64.
        let keep = "keep = { best = 3, by = \"f1\" }\n";
        let bench = on_both(&format!("{AXES}{single}{keep}"));
        assert_eq!(bench.json("gpu/manifest.json")["precision"], "f64");
        assert!(bench.table("cpu") == bench.table("gpu"));
    }

    #[test]
    fn whole_systems_are_evaluated_on_the_cpu_in_f64() {
        if !has_llvmpipe("a system with --engine gpu") {
            return;
        }
        let bench = Bench::new();
        let output = bench.output(&[&EXPLORE[..], &ADAPTER].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(
            stderr(&output).contains("engine: cpu"),
            "{}",
            stderr(&output)
        );
        assert_eq!(bench.json("out/manifest.json")["engine"]["name"], "cpu");
    }

    #[test]
    fn what_f32_cannot_decide_the_cpu_does() {
        if !has_llvmpipe("thresholds with --engine gpu") {
            return;
        }
        let rest = "[explore]\nkeep = { best = 3, by = \"threshold.Level1\" }\n";
        let bench = Bench::with_study(&format!("{}{rest}", crate::bench::SPACE));
        let output = bench.output(&[&EXPLORE[..], &ADAPTER].concat());
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{text}");
        assert!(text.contains("too uncertain in f32"), "{text}");
        assert_eq!(bench.json("out/manifest.json")["engine"]["name"], "cpu");
    }

    #[test]
    fn adapters_are_listed_and_named() {
        if !has_llvmpipe("adapters by name") {
            return;
        }
        let bench = Bench::new();
        let json: serde_json::Value =
            serde_json::from_str(&bench.succeed(&["devices", "--json"])).unwrap();
        let adapters = json["adapters"].as_array().unwrap();
        let named = |a: &&serde_json::Value| a["name"].as_str().unwrap().contains("llvmpipe");
        let own = adapters.iter().find(named).unwrap();
        assert_eq!(
            (&own["type"], &own["auto"]),
            (&"software".into(), &false.into())
        );
        assert_eq!(own["backend"], "vulkan");
        assert!(own["limits"]["binding_bytes"].as_u64().unwrap() >= 1 << 27);
        assert!(bench.succeed(&["devices"]).contains("llvmpipe"));
        let output = bench.output(&["devices", "--adapter", "voodoo"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("llvmpipe"), "{}", stderr(&output));
    }

    #[test]
    fn without_a_driver_gpu_is_refused_with_a_hint() {
        let bench = bench(&menu_study(SPACE));
        for study in ["study.toml", "menu.toml"] {
            let arguments = ["explore", study, "-o", "out", "--engine", "gpu"];
            let output = without_drivers(&bench, &arguments);
            let text = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{text}");
            assert!(text.contains("mesa-vulkan-drivers"), "{text}");
            assert!(text.contains("no GPU adapter was found"), "{text}");
            assert!(!bench.path("out").exists());
        }
    }
}

#[test]
fn without_a_driver_the_cpu_explores() {
    let bench = bench(&menu_study(SPACE));
    for study in ["study.toml", "menu.toml"] {
        let output = without_drivers(
            &bench,
            &["explore", study, "-o", study.trim_end_matches(".toml")],
        );
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{text}");
        assert_eq!(text.matches("engine: cpu").count(), 1, "{text}");
    }
    let devices = without_drivers(&bench, &["devices", "--json"]);
    assert_eq!(devices.status.code(), Some(0));
}

#[test]
fn the_cpu_engine_has_no_adapter() {
    let arguments = ["devices", "--engine", "cpu", "--adapter", "any"];
    let output = Bench::new().output(&arguments);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
#[cfg(not(feature = "gpu"))]
fn a_program_without_the_gpu_engine_says_so() {
    let output = Bench::new().output(&[&EXPLORE[..], &["--engine", "gpu"]].concat());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("without the GPU engine"));
}

#[test]
fn precisions_that_mean_nothing_are_refused() {
    let with = |precision: &str| format!("{SYSTEM}[explore]\nprecision = \"{precision}\"\n");
    let system = |precision: &str| Bench::with_study(&with(precision));
    system("f16").refuse(&EXPLORE, &["unknown `precision = \"f16\"`", "study.toml:"]);
    let menu = bench(&menu_study(&format!("{SPACE}precision = \"f32\"\n")));
    let arguments = ["explore", "menu.toml", "-o", "out"];
    menu.refuse(&arguments, &["is of a system without a menu", "menu.toml:"]);
}
