//! `trigscape optimize`: what cannot be optimised is refused with its place, and nothing is left behind.

use crate::bench::{Bench, SPACE as SYSTEM, check_all};
use crate::optima::{BUDGET, MEAN, OPTIMIZE, SMALL, menu, study};

#[test]
fn studies_that_cannot_be_optimised() {
    let one = "[space]\n\"menu.SingleMu.pt\" = { values = [20, 24] }\n";
    let confident = format!("{BUDGET}confidence = 0.95\n");
    let replaced = |text: &str, a: &str, b: &str| text.replace(a, b);
    let cases: Vec<(String, Vec<&str>)> = vec![
        (
            format!("{SMALL}{}{BUDGET}", replaced(MEAN, "mean", "men")),
            vec![
                "unknown figure `efficiency.men`",
                "did you mean `efficiency.mean`?",
            ],
        ),
        (
            format!("{SMALL}{MEAN}{}", replaced(BUDGET, "total", "totl")),
            vec![
                "unknown figure `rate_khz.totl`",
                "did you mean `rate_khz.total`?",
            ],
        ),
        (
            format!("{SMALL}{MEAN}solver = \"desent\"\n{BUDGET}"),
            vec!["unknown solver `desent`", "did you mean `descent`?"],
        ),
        (
            format!("{SMALL}{MEAN}{BUDGET}min = 120\n"),
            vec!["the budget's `min` is above its `max`"],
        ),
        (
            format!(
                "{SMALL}{MEAN}{BUDGET}{}",
                replaced(BUDGET, "max = 100", "min = 120")
            ),
            vec!["no `rate_khz.total` meets both of its budgets"],
        ),
        (
            format!("{one}{MEAN}{}", replaced(BUDGET, "100", "30")),
            vec![
                "the paths that no axis moves keep",
                "kHz above this budget",
                "HT 2",
                "DoubleMu",
            ],
        ),
        (
            format!("{}{MEAN}{BUDGET}", replaced(one, "SingleMu", "SingelMu")),
            vec![
                "the menu has no path `SingelMu`",
                "did you mean `SingleMu`?",
            ],
        ),
        (
            format!("{SMALL}{MEAN}{confident}"),
            vec![
                "a confidence needs events that the search does not see",
                "validation = 0.3",
            ],
        ),
        (
            format!(
                "{SMALL}{MEAN}validation = 0.3\n{}",
                replaced(&confident, "0.95", "95")
            ),
            vec!["a confidence is at least 0.5 and below 1"],
        ),
        (
            format!(
                "{SMALL}{MEAN}validation = 0.3\n{}",
                replaced(&confident, "max", "min")
            ),
            vec!["`confidence` is that of a `max`"],
        ),
        (
            format!("{MEAN}{BUDGET}"),
            vec!["there is nothing to optimise", "[space]"],
        ),
        (
            format!("{SMALL}{MEAN}evaluations = 0\n{BUDGET}"),
            vec!["expected a number of at least 1"],
        ),
        (
            format!("{SMALL}{MEAN}starts = 0\n{BUDGET}"),
            vec!["expected a number from 1 to 1000000"],
        ),
        (
            format!("{SMALL}{MEAN}time_limit_s = 0\n{BUDGET}"),
            vec!["a time limit is more than 0 s"],
        ),
        (
            format!("{SMALL}{MEAN}validation = 1\n{BUDGET}"),
            vec!["`validation` is the share of the events kept from the search"],
        ),
        (
            format!("{SMALL}{MEAN}gap = 1\n{BUDGET}"),
            vec!["a gap is a share"],
        ),
        (
            format!("{SMALL}[optimize]\nsolver = \"auto\"\n{BUDGET}"),
            vec![
                "[optimize] does not say what is to be optimised",
                "maximize = ",
            ],
        ),
        (
            format!("{SMALL}{BUDGET}"),
            vec!["the study does not say what is to be optimised"],
        ),
        (
            format!("{SMALL}{MEAN}minimize = \"shortfall\"\n{BUDGET}"),
            vec!["[optimize] has one of `maximize`, `minimize` and `pareto`"],
        ),
        (
            format!("{SMALL}[optimize]\nmaximize = \"shortfall\"\n{BUDGET}"),
            vec!["a shortfall is to be made small"],
        ),
        (
            format!("{SMALL}[optimize]\npareto = [\"efficiency.mean\"]\n{BUDGET}"),
            vec!["a front is of two or three figures"],
        ),
    ];
    let bench = menu("");
    check_all(cases.into_iter().map(|(rest, mut told)| {
        bench.write("study.toml", study(&rest));
        told.push("study.toml");
        let outcome = bench.refusal(&OPTIMIZE, &told);
        (rest.replace(SMALL, ""), outcome)
    }));
}

#[test]
fn scans_that_cannot_be_made() {
    let bench = menu(&format!("{SMALL}{MEAN}{BUDGET}"));
    let cases: [(&[&str], &[&str]); 7] = [
        (
            &["rate_khz.path.HT=10:20:5"],
            &[
                "no budget of the study limits this figure",
                "rate_khz.total",
            ],
        ),
        (&["rate_khz.total"], &["expected FIGURE=FROM:TO:STEP"]),
        (&["rate_khz.total=10:20"], &["expected three numbers"]),
        (&["rate_khz.total=10:x:5"], &["expected three numbers"]),
        (&["rate_khz.total=100:50:5"], &["a scan ascends"]),
        (&["rate_khz.total=1:1e6:0.1"], &["more than 1000 limits"]),
        (
            &["rate_khz.total=60:80:10", "--smooth", "nan"],
            &["--smooth", "from 0 to below 1"],
        ),
    ];
    check_all(cases.map(|(scan, told)| {
        let options = [&OPTIMIZE[..], &["--scan"], scan].concat();
        (scan.join(" "), bench.refusal(&options, told))
    }));
}

#[test]
fn a_menu_without_signals_has_no_efficiency() {
    let whole = study(&format!("{SMALL}{MEAN}{BUDGET}"));
    let place = |text: &str| whole.find(text).unwrap_or_else(|| panic!("{text}"));
    let signals = place("[[events.sample]]\nname = \"muons\"")..place("[events.objects]");
    let bench = menu("");
    let mut silent = whole.clone();
    silent.replace_range(signals, "");
    for (objective, told) in [
        (
            "maximize = \"efficiency.mean\"",
            "`efficiency.mean`: the study has no signal sample",
        ),
        (
            "minimize = \"shortfall\"",
            "the study has no menu with a signal sample",
        ),
    ] {
        bench.write(
            "study.toml",
            silent.replace("maximize = \"efficiency.mean\"", objective),
        );
        let told = [told, "kind = \"signal\"", "study.toml:"];
        bench.refuse(&OPTIMIZE, &told);
    }
}

#[test]
fn figures_of_a_system_need_no_confidence() {
    let budget = "[[optimize.budget]]\nfigure = \"scaled_power_w\"\nmax = 1e9\nconfidence = 0.9\n";
    let optimize = "[optimize]\nmaximize = \"f1\"\nvalidation = 0.3\n";
    let bench = Bench::with_study(&format!("{SYSTEM}{optimize}{budget}"));
    let told = [
        "`scaled_power_w` is not estimated from events",
        "leave out `confidence`",
    ];
    bench.refuse(&OPTIMIZE, &told);
}
