//! The optimum in sentences and tables of the page.

use super::knob;
use super::quantity::joined;
use crate::report::menu::Sheet;
use crate::report::names;
use crate::report::number;
use crate::results::Optimum;
use crate::results::optimum::{BudgetRecord, KnobRecord};
use crate::results::summary::PointFigures;
use serde_json::{Map, Value};

/// What was found, plainly.
pub fn sentences(optimum: &Optimum) -> Vec<String> {
    let objective = names::inner(&names::label(&optimum.objective.name));
    let aim = if optimum.objective.larger {
        "largest"
    } else {
        "smallest"
    };
    let mut sentences = Vec::new();
    match &optimum.best {
        Some(best) => {
            let value = joined(
                &number::significant(best.objective, 5),
                &optimum.objective.unit,
            );
            sentences.push(format!(
                "The point with the {aim} {objective} that meets every limit: {value}."
            ));
            if !optimum.columns.is_empty() {
                let shares = optimum.columns.iter();
                let shares =
                    shares.map(|c| format!("{} {}", c.name, number::significant(c.share, 3)));
                let shares: Vec<String> = shares.collect();
                sentences.push(format!(
                    "It is the mean over prescale columns, which share thresholds; shares: {}.",
                    shares.join(", ")
                ));
            }
        }
        None => {
            sentences.push(format!(
                "No feasible point: none of those that were evaluated meets every limit, so there is no \
                 {aim} {objective} to report."
            ));
            if let Some(nearest) = &optimum.nearest {
                let violations: Vec<String> = nearest
                    .violations
                    .iter()
                    .map(|v| {
                        let sign = if v.value > v.limit { "above" } else { "below" };
                        let value = joined(&number::significant(v.value, 5), &v.unit);
                        let limit = joined(&number::plain(v.limit), &v.unit);
                        let label = names::label(&v.figure);
                        format!("{label} {value} is {sign} {limit}")
                    })
                    .collect();
                if !violations.is_empty() {
                    sentences.push(format!(
                        "At the point that comes nearest: {}.",
                        violations.join("; ")
                    ));
                }
            }
        }
    }
    if optimum.search.timed_out {
        let text = "A time limit ended the search: another run may end elsewhere.";
        sentences.push(text.to_owned());
    }
    sentences
}

/// The tables that the record has data for; those of each column behind them.
pub fn sheets(optimum: &Optimum) -> Vec<Sheet> {
    let mut sheets = vec![
        values(optimum),
        violations(optimum),
        quality(optimum),
        looks(optimum),
        knobs(optimum),
    ];
    for column in &optimum.columns {
        let own = [values, violations, looks].map(|sheet| sheet(&column.own));
        sheets.extend(own.into_iter().map(|mut sheet| {
            sheet.title += &format!(", column {}", column.name);
            sheet
        }));
    }
    sheets.retain(|s| !s.rows.is_empty());
    sheets
}

fn sheet(title: &str, note: &str, header: Vec<&str>, numbers_from: usize) -> Sheet {
    Sheet {
        title: title.to_owned(),
        note: note.to_owned(),
        header: header.into_iter().map(str::to_owned).collect(),
        numbers_from,
        rows: Vec::new(),
    }
}

const NONE: &str = "–";

/// The objective and what is limited, before and after.
fn values(optimum: &Optimum) -> Sheet {
    let best = optimum.best.as_ref();
    let after = best.map(|b| &b.all);
    let after = after.or(optimum.nearest.as_ref().map(|n| &n.all));
    let parts: Vec<(&str, &Map<String, Value>)> = [
        ("Search events", best.and_then(|b| b.search.as_ref())),
        ("Held-out events", best.and_then(|b| b.validation.as_ref())),
    ]
    .into_iter()
    .filter_map(|(name, part)| Some((name, part?)))
    .collect();
    let with_price = optimum.budgets.iter().any(|b| b.price.is_some());
    let place = if best.is_some() { "Best" } else { "Nearest" };
    let mut header = vec!["Figure", "Before", place];
    header.extend(parts.iter().map(|p| p.0));
    header.push("Limit");
    if with_price {
        header.push("Price");
    }
    let mut sheet = sheet(
        "Objective and limits",
        "Before: the study's own values. ± is one standard error.",
        header,
        1,
    );
    if with_price {
        sheet.note += " Price: what the objective gains for each unit that the limit is moved.";
    }
    let label = |name: &str, unit: &str| number::with_unit(&names::label(name), unit);
    let objective = &optimum.objective;
    let name = objective.name.as_str();
    let own = after.and_then(|a| figure(&a.figures, name));
    let mut row = vec![
        label(name, &objective.unit),
        of_point(Some(&optimum.before), name),
        own.or_else(|| Some(number::significant(best?.objective, 5)))
            .unwrap_or(NONE.into()),
    ];
    let in_part = |part: &Map<String, Value>, name| figure(part, name).unwrap_or(NONE.into());
    row.extend(parts.iter().map(|(_, part)| in_part(part, name)));
    row.push(NONE.into());
    if with_price {
        row.push(NONE.into());
    }
    sheet.rows.push(row);
    // Budgets of columns stand in their own tables.
    let own = optimum
        .budgets
        .iter()
        .filter(|_| optimum.columns.is_empty());
    for budget in own {
        let value = budget.value.map(|v| measured(v, budget.sigma));
        let mut row = vec![
            label(&budget.figure, &budget.unit),
            of_point(Some(&optimum.before), &budget.figure),
            value.unwrap_or_else(|| of_point(after, &budget.figure)),
        ];
        row.extend(parts.iter().map(|(_, part)| in_part(part, &budget.figure)));
        row.push(limit(budget));
        if with_price {
            let price = budget.price.map(|p| number::significant(p, 3));
            row.push(price.unwrap_or(NONE.into()));
        }
        sheet.rows.push(row);
    }
    sheet
}

fn limit(budget: &BudgetRecord) -> String {
    let mut parts = Vec::new();
    parts.extend(budget.min.map(|v| format!("≥ {}", number::plain(v))));
    parts.extend(budget.max.map(|v| format!("≤ {}", number::plain(v))));
    let mut text = parts.join(", ");
    if let Some(confidence) = budget.confidence {
        text += &format!(" at {} %", number::plain(100.0 * confidence));
    }
    text
}

fn of_point(point: Option<&PointFigures>, name: &str) -> String {
    point
        .and_then(|p| figure(&p.figures, name))
        .unwrap_or(NONE.into())
}

/// A figure with its standard error.
fn figure(figures: &Map<String, Value>, name: &str) -> Option<String> {
    let entry = figures.get(name)?;
    let value = entry.get("value")?.as_f64()?;
    let sigma = entry.get("sigma").and_then(Value::as_f64);
    Some(measured(value, sigma))
}

fn measured(value: f64, sigma: Option<f64>) -> String {
    match sigma {
        Some(sigma) => number::with_sigma(value, sigma),
        None => number::significant(value, 5),
    }
}

fn violations(optimum: &Optimum) -> Sheet {
    let mut sheet = sheet(
        "Violations",
        "At the point that comes nearest.",
        vec!["Figure", "Value", "Limit", "Beyond it by"],
        1,
    );
    let nearest = optimum.nearest.iter().filter(|_| optimum.best.is_none());
    for v in nearest.flat_map(|n| &n.violations) {
        sheet.rows.push(vec![
            number::with_unit(&names::label(&v.figure), &v.unit),
            number::significant(v.value, 5),
            number::plain(v.limit),
            number::significant((v.value - v.limit).abs(), 3),
        ]);
    }
    sheet
}

/// Bound, gap, solver: how the point was found and how good it is.
fn quality(optimum: &Optimum) -> Sheet {
    let mut sheet = sheet("How good, and how found", "", vec!["", ""], 2);
    let mut row = |what: &str, text: String| sheet.rows.push(vec![what.to_owned(), text]);
    let bound = &optimum.bound;
    let unit = &optimum.objective.unit;
    let text = match bound.value {
        Some(value) => {
            let value = joined(&number::significant(value, 6), unit);
            format!("{value}: no feasible point surpasses it ({})", bound.kind)
        }
        None => "none".to_owned(),
    };
    let note = bound.note.iter().map(|note| format!("; {note}"));
    row("Bound", text + &note.collect::<String>());
    let gap = match bound.gap {
        Some(0.0) => "0: no point is better".to_owned(),
        Some(gap) => format!("{} % of the bound", number::significant(100.0 * gap, 2)),
        None => "not known".to_owned(),
    };
    if optimum.best.is_some() {
        row("Gap", gap);
    }
    let search = &optimum.search;
    let points = match search.points {
        Some(points) => format!("{points}"),
        None => "more than 2⁶⁴".to_owned(),
    };
    row("Solver", format!("{}, seed {}", search.solver, search.seed));
    let evaluations = search.evaluations;
    row("Evaluations", format!("{evaluations} of {points} points"));
    if search.validation > 0.0 {
        let share = number::plain(100.0 * search.validation);
        row(
            "Held-out events",
            format!("{share} %, not seen by the search"),
        );
    }
    let best = optimum.best.as_ref();
    if let Some(optimism) = best.and_then(|b| b.optimism) {
        let text = joined(&number::significant(optimism, 2), unit);
        let text =
            format!("{text}: the objective on the search's events less that on the held-out ones");
        row("Optimism", text);
    }
    sheet
}

fn looks(optimum: &Optimum) -> Sheet {
    let mut sheet = sheet(
        "Looks at held-out events",
        "Each look allows the search less, until the upper limit on the events that it did not see is within \
         the budget.",
        vec![
            "Figure",
            "Passed",
            "Allowed",
            "Search events",
            "Held-out events",
            "Upper limit",
            "Confidence",
        ],
        2,
    );
    for look in &optimum.looks {
        let unit = optimum.budgets.iter().find(|b| b.figure == look.figure);
        let unit = unit.map_or("", |b| b.unit.as_str());
        let mut row = vec![
            number::with_unit(&names::label(&look.figure), unit),
            if look.passed { "yes" } else { "no" }.to_owned(),
        ];
        row.push(number::plain(look.budget));
        let numbers = [look.search, look.validation, look.upper_limit];
        row.extend(numbers.map(|v| number::significant(v, 5)));
        row.push(match look.confidence {
            Some(level) => format!("{} %", number::plain(100.0 * level)),
            None => "all events".to_owned(),
        });
        sheet.rows.push(row);
    }
    sheet
}

fn knobs(optimum: &Optimum) -> Sheet {
    let after = if optimum.best.is_some() {
        "Best"
    } else {
        "Nearest"
    };
    let mut sheet = sheet(
        "Knobs",
        "",
        vec!["Knob", "Before", after, "Smallest", "Largest"],
        1,
    );
    for k in &optimum.knobs {
        let text = |v: Option<f64>| v.map_or(NONE.to_owned(), |v| knob::text(k, v));
        let numbers = [k.before, k.after, Some(k.smallest), Some(k.largest)];
        sheet
            .rows
            .push([title(k)].into_iter().chain(numbers.map(text)).collect());
    }
    sheet
}

fn title(k: &KnobRecord) -> String {
    match &k.column {
        Some(column) => format!("{}, column {column}", knob::title(k)),
        None => knob::title(k),
    }
}
