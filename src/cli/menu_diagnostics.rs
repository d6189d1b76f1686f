//! What is told of a menu beside its rates: overlaps, targets, scans, turn-ons.

use super::evaluate_menu::interval;
use super::number::{grouped, readable, with_unit};
use super::table::TextTable;
use crate::results::MenuRecord;
use crate::results::menu_record::{
    BackgroundRecord, Measured, PathRecord, ScanRecord, ScanTarget, TargetRecord, TurnOnRecord,
};
use crate::study::TargetSettings;

/// Pairs of paths that are told; all stand in the JSON.
const OVERLAPS: usize = 5;

/// Levels of a scan that are told, roughly.
const LEVELS: usize = 24;

/// A part for each kind of diagnostic that there is, each behind an empty line.
pub fn text(record: &MenuRecord, targets: Option<&TargetSettings>) -> String {
    let mut text = String::new();
    if let Some(background) = &record.background {
        text += &overlaps(background, &record.paths);
    }
    if let Some(settings) = targets {
        text += &compared(&record.targets, settings);
    }
    for known in &record.scans {
        text += &scan(known);
    }
    for known in &record.turn_ons {
        text += &turn_on(known);
    }
    text
}

/// The pairs of paths that keep the most events together.
fn overlaps(background: &BackgroundRecord, paths: &[PathRecord]) -> String {
    let mut pairs = Vec::new();
    for (i, row) in background.overlaps_khz.iter().enumerate() {
        for (j, khz) in row.iter().enumerate().skip(i + 1) {
            if *khz > 0.0 {
                pairs.push((*khz, i, j));
            }
        }
    }
    if pairs.is_empty() {
        return String::new();
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let more = match pairs.len() {
        count if count > OVERLAPS => format!(", the largest of {}", grouped(count as u64)),
        _ => String::new(),
    };
    let mut table = TextTable::with_left(&[1]);
    table.row([
        format!("kept by both{more}"),
        String::new(),
        "rate [kHz]".to_owned(),
    ]);
    for (khz, i, j) in pairs.into_iter().take(OVERLAPS) {
        table.row([paths[i].name.clone(), paths[j].name.clone(), readable(khz)]);
    }
    format!("\n{}", table.text())
}

fn compared(targets: &[TargetRecord], settings: &TargetSettings) -> String {
    let mut table = TextTable::with_left(&[4]);
    table.row(["target", "", "value", "68 % interval", ""]);
    for target in targets {
        let sign = if target.at_most { "<=" } else { ">=" };
        let met = match target.met {
            Some(true) => "met",
            Some(false) => "not met",
            None => "open: the interval holds the target",
        };
        table.row([
            with_unit(&target.name, &target.unit),
            format!("{sign} {}", readable(target.target)),
            readable(target.value.value),
            interval(&target.value),
            met.to_owned(),
        ]);
    }
    let others = [
        ("latency", settings.latency_us, "us"),
        ("HLT rate", settings.hlt_rate_khz, "kHz"),
        ("HLT latency", settings.hlt_latency_ms, "ms"),
    ];
    let others: Vec<String> = others
        .into_iter()
        .filter_map(|(name, value, unit)| Some(format!("{name} {} {unit}", readable(value?))))
        .collect();
    let rest = if others.is_empty() {
        String::new()
    } else {
        format!(
            "stated but not compared, as they are no figures of a menu: {}\n",
            others.join(", ")
        )
    };
    format!("\n{}{rest}", table.text())
}

fn scan(scan: &ScanRecord) -> String {
    let count = scan.levels.len();
    let every = count.div_ceil(LEVELS);
    let is_own = |level: usize| (scan.levels[level] - scan.own).abs() < 1e-9;
    let sought = scan.target.as_ref().and_then(|t| t.level);
    let is_sought = |level: usize| sought == Some(scan.levels[level]);
    let mut head = vec![scan.knob.clone()];
    if scan.unit != "1" {
        head[0] += &format!(" [{}]", scan.unit);
    }
    if scan.rates.is_some() {
        head.extend(
            ["total [kHz]", "sigma", "path [kHz]", "sigma", "pure [kHz]"].map(str::to_owned),
        );
    }
    head.extend(scan.signals.iter().map(|s| s.name.clone()));
    head.push(String::new());
    let last = head.len() - 1;
    let mut table = TextTable::with_left(&[last]);
    table.row(head);
    let told = |level: &usize| {
        level.is_multiple_of(every) || level + 1 == count || is_own(*level) || is_sought(*level)
    };
    for level in (0..count).filter(told) {
        let mut row = vec![readable(scan.levels[level])];
        if let Some(rates) = &scan.rates {
            let (total, path) = (&rates.total_khz[level], &rates.path_khz[level]);
            row.extend(with_sigma(total));
            row.extend(with_sigma(path));
            row.push(readable(rates.pure_khz[level].value));
        }
        row.extend(scan.signals.iter().map(|s| readable(s.total[level].value)));
        let notes = [(is_own(level), "own"), (is_sought(level), "meets the rate")];
        let notes: Vec<&str> = notes.iter().filter(|n| n.0).map(|n| n.1).collect();
        row.push(notes.join(", "));
        table.row(row);
    }
    let mut text = format!("\n{}", table.text());
    if every > 1 {
        text += &format!("shown: 1 in {every} of {count} levels; --json has all\n");
    }
    if let Some(target) = &scan.target {
        text += &(sentence(target, &scan.unit) + "\n");
    }
    for signal in &scan.signals {
        if let Some(roc) = &signal.roc {
            text += &format!(
                "{}, {} alone: AUC {} +- {}",
                signal.name,
                scan.path,
                readable(roc.auc),
                readable(roc.auc_sigma)
            );
            if let Some(budget) = roc.budget_khz {
                text += &match &roc.efficiency_at_budget {
                    Some(e) => format!(
                        ", efficiency {} {} within {} kHz",
                        readable(e.value),
                        interval(e),
                        readable(budget)
                    ),
                    None => format!(", no level is within {} kHz", readable(budget)),
                };
            }
            text.push('\n');
        }
    }
    text
}

fn with_sigma(rate: &Measured) -> [String; 2] {
    match rate.upper_limit {
        Some(limit) => [
            readable(rate.value),
            format!("< {} at 95 %", readable(limit)),
        ],
        None => [readable(rate.value), readable(rate.sigma)],
    }
}

/// The threshold for a rate, with what the rates' errors leave open.
fn sentence(target: &ScanTarget, unit: &str) -> String {
    let unit = if unit == "1" {
        String::new()
    } else {
        format!(" {unit}")
    };
    let or_none = |level: Option<f64>| level.map_or("none".to_owned(), readable);
    let rate = format!(
        "{} rate within {} kHz",
        target.of,
        readable(target.rate_khz)
    );
    match target.level {
        Some(level) => format!(
            "{rate}: from {}{unit} on, 68 % interval [{}, {}]",
            readable(level),
            or_none(target.low),
            or_none(target.high)
        ),
        None => format!("{rate}: at no level"),
    }
}

fn turn_on(turn_on: &TurnOnRecord) -> String {
    let mut text = format!(
        "\n{} on {} against {}: {}",
        turn_on.path,
        turn_on.sample,
        with_unit(&turn_on.reference, &turn_on.unit),
        turn_on.matching
    );
    if let Some(selection) = &turn_on.selection {
        text += &format!(", where {selection}");
    }
    if let Some(threshold) = turn_on.threshold {
        text += &format!("; online threshold {}", readable(threshold));
    }
    text.push('\n');
    let mut table = TextTable::default();
    table.row([
        "from",
        "to",
        "entries",
        "passed",
        "efficiency",
        "68 % interval",
    ]);
    for (bin, edges) in turn_on.bins.iter().zip(turn_on.edges.windows(2)) {
        let [efficiency, known] = match &bin.efficiency {
            Some(e) => [readable(e.value), interval(e)],
            None => ["-".to_owned(), String::new()],
        };
        table.row([
            readable(edges[0]),
            readable(edges[1]),
            grouped(bin.entries),
            grouped(bin.passed),
            efficiency,
            known,
        ]);
    }
    text + &table.text()
}
