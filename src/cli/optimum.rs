//! An optimum as text.

use super::number::{grouped, readable, with_error, with_unit};
use super::table::TextTable;
use crate::results::Optimum;
use crate::results::optimum::{BudgetRecord, KnobRecord};

/// Paths that are shown, those worth most first.
const PATHS: usize = 12;

/// What is printed of it.
pub fn optimum(record: &Optimum) -> String {
    let mut text = String::new();
    let own = &record.objective;
    let name = with_unit(&own.name, &own.unit);
    let word = if own.larger { "largest" } else { "smallest" };
    let figures = record.best.as_ref().map(|best| &best.all);
    let before = record.before.value(&own.name);
    match (&record.best, figures) {
        (Some(best), Some(figures)) => {
            let entry = figures.figures.get(&own.name);
            let sigma = entry.and_then(|e| e.get("sigma")?.as_f64());
            let value = sigma.map_or_else(
                || readable(best.objective),
                |s| with_error(best.objective, s),
            );
            text += &format!("{word} {name} within the budgets: {value}");
            if let Some(before) = before {
                text += &format!(", the study's own values: {}", readable(before));
            }
            text += "\n";
            if !record.columns.is_empty() {
                let shares = record.columns.iter();
                let shares = shares.map(|c| format!("{} {}", c.name, readable(c.share)));
                let shares: Vec<String> = shares.collect();
                text += &format!(
                    "the mean over prescale columns, shares {}\n",
                    shares.join(", ")
                );
            }
        }
        _ => text += "no point meets every budget; the nearest one:\n",
    }
    match (record.bound.value, record.bound.gap) {
        (Some(bound), Some(gap)) => {
            text += &format!(
                "no point can have more than {} ({}): at most {:.3} % are missing\n",
                readable(bound),
                record.bound.kind,
                100.0 * gap
            );
        }
        (Some(bound), None) => {
            text += &format!(
                "no point can have more than {} ({})\n",
                readable(bound),
                record.bound.kind
            );
        }
        _ => {
            if let Some(note) = &record.bound.note {
                text += &format!("how far from the best possible: unknown ({note})\n");
            }
        }
    }
    if let Some(best) = &record.best
        && let Some(optimism) = best.optimism
    {
        text += &format!(
            "on the search's events less on those kept from it: {}\n",
            readable(optimism)
        );
    }
    let search = &record.search;
    let solvers: Vec<&str> = search.runs.iter().map(|r| r.solver.as_str()).collect();
    let solvers = solvers.join(", then ");
    text += &match search.searches {
        0 | 1 => format!(
            "{} configurations evaluated ({solvers})\n",
            grouped(search.evaluations)
        ),
        n => format!(
            "{} configurations evaluated in {n} searches (that of the result: {solvers})\n",
            grouped(search.evaluations)
        ),
    };
    if search.timed_out {
        text += "the time limit ended the search: another run may end elsewhere\n";
    }
    text += "\n";
    text += &budgets(&record.budgets);
    text += &knobs(record);
    text += &paths(record);
    for column in &record.columns {
        text += &paths_of(&column.own, &format!("in {}, path", column.name));
    }
    text
}

fn budgets(budgets: &[BudgetRecord]) -> String {
    let mut table = TextTable::default();
    table.row(["budget", "value", "at least", "at most"]);
    for budget in budgets {
        let value = match (budget.value, budget.sigma) {
            (Some(value), Some(sigma)) => with_error(value, sigma),
            (Some(value), None) => readable(value),
            _ => "-".to_owned(),
        };
        let limit = |x: Option<f64>| x.map_or("-".to_owned(), readable);
        let mut name = with_unit(&budget.figure, &budget.unit);
        if let Some(column) = &budget.column {
            name += &format!(" in {column}");
        }
        table.row([name, value, limit(budget.min), limit(budget.max)]);
    }
    if budgets.is_empty() {
        String::new()
    } else {
        table.text() + "\n"
    }
}

/// With prescale columns the values in each.
fn knobs(record: &Optimum) -> String {
    let columns: Vec<&str> = record.columns.iter().map(|c| c.name.as_str()).collect();
    let mut table = TextTable::default();
    let value = |knob: &KnobRecord, x: Option<f64>| match x {
        Some(0.0) if knob.name.ends_with(".prescale") => "off".to_owned(),
        Some(x) => readable(x),
        None => "-".to_owned(),
    };
    match &columns[..] {
        [] => table.row(["knob", "before", "after"]),
        names => {
            let of_column = names.iter().map(|name| format!("in {name}"));
            let head = ["knob", "before"].map(str::to_owned);
            table.row(head.into_iter().chain(of_column));
        }
    }
    let mut rest = &record.knobs[..];
    while let Some(knob) = rest.first() {
        let own = if knob.column.is_some() {
            columns.len()
        } else {
            1
        };
        let (of_axis, behind) = rest.split_at(own.min(rest.len()));
        rest = behind;
        let name = with_unit(&knob.name, &knob.unit);
        let after = (0..columns.len().max(1)).map(|c| {
            let own = of_axis.get(c).unwrap_or(knob);
            value(own, own.after)
        });
        table.row([name, value(knob, knob.before)].into_iter().chain(after));
    }
    table.text() + "\n"
}

/// What paths bring, the dearest first.
fn paths(record: &Optimum) -> String {
    paths_of(record, "path")
}

fn paths_of(record: &Optimum, title: &str) -> String {
    if record.paths.is_empty() {
        return String::new();
    }
    let mut sorted: Vec<_> = record.paths.iter().collect();
    sorted.sort_by(|a, b| b.loss_if_dropped.total_cmp(&a.loss_if_dropped));
    let mut table = TextTable::default();
    table.row([
        title,
        "rate before [kHz]",
        "after [kHz]",
        "lost without it",
        "gained per kHz more",
    ]);
    for path in sorted.into_iter().take(PATHS) {
        table.row([
            path.path.clone(),
            readable(path.before.rate_khz),
            readable(path.after.rate_khz),
            readable(path.loss_if_dropped),
            path.gain_per_khz.map_or("-".to_owned(), readable),
        ]);
    }
    table.text() + "\n"
}
