//! `trigscape optimize`: held-out events, scans, fronts, and searches that are stopped or asked for more.

use crate::optima::{BUDGET, LARGE, MEAN, OPTIMIZE, SMALL, best, menu, number, optimize};
use serde_json::Value;

#[test]
fn events_kept_from_the_search_say_how_optimistic_it_was() {
    let bench = menu(&format!("{SMALL}{MEAN}validation = 0.3\n{BUDGET}"));
    let optimum = optimize(&bench, &[]);
    let own = &optimum["best"];
    let on = |part: &str| number(&own[part]["efficiency.mean"]["value"]);
    assert_eq!(number(&own["optimism"]), on("search") - on("validation"));
    let all = best(&optimum, "efficiency.mean");
    assert!(on("search").min(on("validation")) < all && all < on("search").max(on("validation")));
    assert_eq!(own["objective"], all);
    assert!(best(&optimum, "rate_khz.total") <= 100.0);
    assert_eq!(optimum["looks"], Value::Array(Vec::new()));
    assert_eq!(optimum["search"]["validation"], 0.3);
    // The bound is of the events that the search saw, and so is what it is compared with.
    let gap =
        (number(&optimum["bound"]["value"]) - on("search")) / number(&optimum["bound"]["value"]);
    assert!((number(&optimum["bound"]["gap"]) - gap.max(0.0)).abs() < 1e-12);
}

#[test]
fn a_confident_budget_holds_with_its_upper_limit() {
    let budget = format!("{BUDGET}confidence = 0.95\n");
    let bench = menu(&format!("{SMALL}{MEAN}validation = 0.5\n{budget}"));
    let optimum = optimize(&bench, &[]);
    let looks = optimum["looks"].as_array().expect("looks");
    let (last, before) = looks.split_last().expect("a look");
    assert_eq!(last["passed"], true);
    assert!(before.iter().all(|look| look["passed"] == false));
    for look in looks {
        assert_eq!(look["figure"], "rate_khz.total");
        assert_eq!(look["confidence"], 0.9875);
        assert!(number(&look["search"]) <= number(&look["budget"]));
        assert!(number(&look["validation"]) < number(&look["upper_limit"]));
        assert_eq!(look["passed"], number(&look["upper_limit"]) <= 100.0);
    }
    let validation = &optimum["best"]["validation"]["rate_khz.total"]["value"];
    assert_eq!(&last["validation"], validation);
    assert_eq!(optimum["search"]["searches"], looks.len() as u64 + 1);
    // What is drawn of the search fits together.
    let trace = optimum["search"]["trace"].as_array().expect("a trace");
    let runs = optimum["search"]["runs"].as_array().expect("runs");
    let ends = [trace.last(), runs.last()].map(|end| end.expect("an end"));
    assert_eq!(ends[0]["objective"], ends[1]["objective"]);
    assert!(number(&ends[0]["evaluations"]) <= number(&ends[1]["evaluations"]));
}

#[test]
fn a_scan_keeps_its_limits_with_the_confidence_of_the_budget() {
    let rest = |budget: &str| format!("{SMALL}{MEAN}validation = 0.5\n{budget}");
    let bench = menu(&rest(BUDGET));
    let scan = ["--scan", "rate_khz.total=80:120:20"];
    let plain = optimize(&bench, &scan)["scan"].clone();
    let confident = format!("{BUDGET}confidence = 0.95\n");
    let bench = menu(&rest(&confident));
    let optimum = optimize(&bench, &scan);
    let own = &optimum["scan"];
    for point in 0..3 {
        let (limit, value) = (
            &own["points"][point]["limit"],
            &own["points"][point]["value"],
        );
        // 10 000 events of 1000 kHz: at a tenth of them some 3 % are one error.
        assert!(number(value) < 0.97 * number(limit), "{value} at {limit}");
        let gives_up = number(&plain["points"][point]["objective"])
            - number(&own["points"][point]["objective"]);
        assert!(gives_up >= 0.0, "{gives_up}");
    }
    // The study's own budget is one of the limits.
    assert_eq!(own["points"][1]["objective"], optimum["best"]["objective"]);
    let refused = [&OPTIMIZE[..], &["--force"], &scan, &["--smooth", "0.01"]].concat();
    bench.refuse(
        &refused,
        &["not looked at on held-out events", "leave out --smooth"],
    );
}

#[test]
fn a_scan_of_budgets_is_monotone_and_a_smooth_one_gives_up_little() {
    let bench = menu(&format!("{SMALL}{MEAN}{BUDGET}"));
    let scan = ["--scan", "rate_khz.total=20:140:40"];
    let plain = optimize(&bench, &scan)["scan"].clone();
    let smooth = optimize(&bench, &[&scan[..], &["--smooth", "0.02"]].concat())["scan"].clone();
    assert_eq!(plain["is_monotone"], true);
    for point in plain["points"].as_array().expect("points") {
        let objective = point["objective"].as_f64();
        // Every point was looked at.
        assert_eq!(point["bound"].as_f64(), objective, "{point}");
    }
    assert!(plain["smooth"].is_null());
    assert_eq!(smooth["smooth"], 0.02);
    for scan in [&plain, &smooth] {
        let points = scan["points"].as_array().expect("points");
        let limits: Vec<f64> = points.iter().map(|p| number(&p["limit"])).collect();
        assert_eq!(limits, [20.0, 60.0, 100.0, 140.0]);
        assert!(points[0]["objective"].is_null() && points[0]["knobs"].is_null());
        for point in &points[1..] {
            assert!(number(&point["value"]) <= number(&point["limit"]));
            assert_eq!(point["knobs"].as_array().map(Vec::len), Some(4));
        }
    }
    for number_of in 1..4 {
        let objective = |scan: &Value| number(&scan["points"][number_of]["objective"]);
        let (plain, smooth) = (objective(&plain), objective(&smooth));
        assert!(
            (0.98 * plain..=plain).contains(&smooth),
            "{smooth}, {plain}"
        );
    }
}

#[test]
fn a_front_has_only_feasible_points_that_no_other_surpasses() {
    let pareto = "[optimize]\npareto = [\"efficiency.mean\", \"-rate_khz.total\"]\n";
    let bench = menu(&format!("{SMALL}{pareto}{BUDGET}"));
    let optimum = optimize(&bench, &[]);
    let front = &optimum["front"];
    assert_eq!(front["objectives"][1]["larger"], false);
    let points = front["points"].as_array().expect("points");
    assert!(points.len() > 5, "{}", points.len());
    let figures = |p: &Value| [0, 1].map(|n| number(&p["objectives"][n]));
    for pair in points.windows(2) {
        let ([worse, cheaper], [better, dearer]) = (figures(&pair[0]), figures(&pair[1]));
        assert!(worse < better && cheaper < dearer && dearer <= 100.0);
    }
    let last = points.last().expect("a point");
    assert_eq!(last["objectives"][0], optimum["best"]["objective"]);
    assert!(number(&optimum["search"]["searches"]) > 20.0);
}

#[test]
fn a_finished_search_is_asked_for_more() {
    let bench = menu(&format!("{LARGE}{MEAN}starts = 1\n{BUDGET}"));
    let first = optimize(&bench, &[]);
    assert_eq!(optimize(&bench, &["--resume"]), first);
    let more = optimize(&bench, &["--resume", "--starts", "3"]);
    let evaluations = |o: &Value| number(&o["search"]["evaluations"]);
    assert!(evaluations(&more) > evaluations(&first));
    assert!(number(&more["best"]["objective"]) >= number(&first["best"]["objective"]));

    let bench = menu(&format!("{LARGE}{MEAN}solver = \"swarm\"\n{BUDGET}"));
    let first = optimize(&bench, &["--evaluations", "2000"]);
    assert_eq!(evaluations(&first), 2000.0);
    let more = optimize(&bench, &["--resume", "--evaluations", "5000"]);
    assert_eq!(evaluations(&more), 5000.0);
    let whole = optimize(&bench, &["--evaluations", "5000"]);
    assert_eq!(whole["best"], more["best"]);
}

#[cfg(unix)]
#[test]
fn a_stopped_search_is_resumed_to_the_same_bytes() {
    use std::process::{Command, Stdio};
    for (solver, options) in [
        ("annealing", ["--evaluations", "30000"]),
        ("auto", ["--starts", "10"]),
    ] {
        let bench = menu(&format!("{LARGE}{MEAN}solver = \"{solver}\"\n{BUDGET}"));
        let mut child = bench
            .command(&[&OPTIMIZE[..], &options].concat())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let checkpoint = bench.path("out/search/search-0.cbor");
        while child.try_wait().expect("a child").is_none() && !checkpoint.exists() {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        let id = child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.expect("kill runs").success());
        let output = child.wait_with_output().expect("the program ends");
        let message = crate::bench::flat(&output.stderr);
        assert_eq!(output.status.code(), Some(143), "{message}");
        assert!(message.contains("--resume"), "{message}");
        assert!(!bench.path("out/optimum.json").exists());
        optimize(&bench, &[&options[..], &["--resume"]].concat());
        let resumed = bench.read("out/optimum.json");
        optimize(&bench, &options);
        assert!(resumed == bench.read("out/optimum.json"), "{solver}");
    }
}

#[test]
fn a_time_limit_ends_a_search_and_is_said() {
    // More than any machine evaluates in that time.
    let endless = "starts = 1000000\nevaluations = 2000000000\ntime_limit_s = 0.2\n";
    let bench = menu(&format!("{LARGE}{MEAN}{endless}{BUDGET}"));
    let told = bench.succeed(&OPTIMIZE);
    assert!(told.contains("the time limit ended the search"), "{told}");
    let optimum = bench.json("out/optimum.json");
    assert_eq!(optimum["search"]["timed_out"], true);
    assert!(best(&optimum, "rate_khz.total") <= 100.0);
}
