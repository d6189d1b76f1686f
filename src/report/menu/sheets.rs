//! The menu's numbers as tables of the page.

use super::measured;
use crate::report::number;
use crate::results::MenuRecord;
use crate::results::menu_record::{BackgroundRecord, Measured};
use serde::Serialize;

/// One table with its heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sheet {
    pub title: String,
    pub note: String,
    pub header: Vec<String>,
    /// The columns before this one are text, aligned to the left.
    pub numbers_from: usize,
    pub rows: Vec<Vec<String>>,
}

/// The tables that the record has data for.
pub fn sheets(menu: &MenuRecord) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    sheets.push(totals(menu));
    sheets.push(targets(menu));
    sheets.extend(menu.background.as_ref().map(normalisation));
    sheets.push(paths(menu));
    sheets.push(groups(menu));
    sheets.push(signals(menu));
    sheets.retain(|s| !s.rows.is_empty());
    sheets
}

fn sheet(title: &str, note: &str, header: &[&str], numbers_from: usize) -> Sheet {
    Sheet {
        title: title.to_owned(),
        note: note.to_owned(),
        header: header.iter().map(|h| (*h).to_owned()).collect(),
        numbers_from,
        rows: Vec::new(),
    }
}

fn totals(menu: &MenuRecord) -> Sheet {
    let mut sheet = sheet(
        "The menu",
        "At the study's own values; ± is one standard error.",
        &["Figure", "Value", "68 % interval"],
        1,
    );
    let total = menu.background.as_ref().map(|b| b.total_khz);
    let numbers = [
        ("Total rate [kHz]", total),
        ("Mean efficiency", menu.mean_efficiency),
        ("Purity", menu.purity),
    ];
    for (label, m) in numbers {
        let row = |m: Measured| vec![label.to_owned(), measured::text(&m), interval(&m)];
        sheet.rows.extend(m.map(row));
    }
    sheet
}

fn targets(menu: &MenuRecord) -> Sheet {
    let mut sheet = sheet(
        "Targets",
        "Open: the 68 % interval holds the target.",
        &["Figure", "Status", "Value", "Target"],
        2,
    );
    for target in &menu.targets {
        let met = match target.met {
            Some(true) => "met",
            Some(false) => "not met",
            None => "open",
        };
        let sign = if target.at_most { "≤" } else { "≥" };
        sheet.rows.push(vec![
            number::with_unit(&target.name, &target.unit),
            met.to_owned(),
            measured::text(&target.value),
            format!("{sign} {}", number::plain(target.target)),
        ]);
    }
    sheet
}

fn normalisation(background: &BackgroundRecord) -> Sheet {
    let mut sheet = sheet(
        "Normalisation of the rates",
        &format!("Input rate: {}.", background.factors.trim_end_matches('.')),
        &["Quantity", "Value"],
        1,
    );
    let rows = [
        (
            "Input rate [kHz]",
            number::significant(background.input_khz, 7),
        ),
        ("Background events", background.events.to_string()),
        (
            "Events that any path keeps",
            background.events_passed.to_string(),
        ),
        (
            "Sum of weights",
            number::significant(background.sum_of_weights, 7),
        ),
        (
            "Effective number of events",
            number::significant(background.effective_events, 7),
        ),
        (
            "Resolution: rate of one event [kHz]",
            number::significant(background.one_event_khz, 4),
        ),
    ];
    sheet.rows = rows
        .map(|(label, text)| vec![label.to_owned(), text])
        .to_vec();
    sheet
}

fn paths(menu: &MenuRecord) -> Sheet {
    let grouped = menu.paths.iter().any(|p| p.group.is_some());
    let rated = menu.paths.iter().any(|p| p.rates.is_some());
    let mut header = vec!["Path"];
    header.extend(grouped.then_some("Group"));
    let numbers_from = header.len();
    header.push("Prescale");
    if rated {
        header.extend([
            "Events",
            "Rate [kHz]",
            "Pure [kHz]",
            "Proportional [kHz]",
            "Sequential [kHz]",
        ]);
    }
    let note = if rated {
        "Pure: kept by no other path. Proportional: each event is split between the paths that keep \
         it; sums to the total. Sequential: not kept by any path before it, in the order of the \
         study; sums to the total. < is an upper limit at 95 % where no event passes."
    } else {
        "Without a background sample there are no rates."
    };
    let mut sheet = sheet("Paths", note, &header, numbers_from);
    for path in &menu.paths {
        let mut row = vec![path.name.clone()];
        row.extend(grouped.then(|| path.group.clone().unwrap_or_default()));
        row.push(if path.prescale == 0.0 {
            "off".to_owned()
        } else {
            number::plain(path.prescale)
        });
        match &path.rates {
            Some(rates) => {
                row.push(rates.events_passed.to_string());
                row.extend(
                    [
                        &rates.rate_khz,
                        &rates.pure_khz,
                        &rates.proportional_khz,
                        &rates.sequential_khz,
                    ]
                    .map(measured::text),
                );
            }
            None if rated => row.extend(vec!["–".to_owned(); 5]),
            None => {}
        }
        sheet.rows.push(row);
    }
    sheet
}

fn groups(menu: &MenuRecord) -> Sheet {
    let mut sheet = sheet(
        "Groups",
        "Pure: kept by no path outside of the group.",
        &["Group", "Rate [kHz]", "Pure [kHz]", "Proportional [kHz]"],
        1,
    );
    for group in &menu.groups {
        let numbers = [&group.rate_khz, &group.pure_khz, &group.proportional_khz];
        let cells = numbers.map(measured::text);
        sheet
            .rows
            .push([group.name.clone()].into_iter().chain(cells).collect());
    }
    sheet
}

fn signals(menu: &MenuRecord) -> Sheet {
    let selected = menu.signals.iter().any(|s| s.efficiency_where.is_some());
    let mut header = vec!["Signal", "Events", "Efficiency", "68 % interval"];
    if selected {
        header.extend(["Of the selected", "Selection"]);
    }
    let mut sheet = sheet("Signals", "", &header, 1);
    for signal in &menu.signals {
        let mut row = vec![
            signal.name.clone(),
            signal.events.to_string(),
            measured::text(&signal.efficiency),
            interval(&signal.efficiency),
        ];
        if selected {
            row.push(
                signal
                    .efficiency_where
                    .as_ref()
                    .map_or("–".into(), measured::text),
            );
            row.push(signal.selection.clone().unwrap_or_default());
        }
        sheet.rows.push(row);
    }
    sheet
}

fn interval(m: &Measured) -> String {
    format!(
        "{} to {}",
        number::significant(m.low, 4),
        number::significant(m.high, 4)
    )
}
