//! `trigscape evaluate` of a menu: rates by path and group, efficiencies by signal.

use super::menu_diagnostics;
use super::number::{grouped, readable};
use super::table::TextTable;
use crate::error::{Error, Fault, Result};
use crate::explore::{QuotedMenu, quote_with_record};
use crate::merit::{Estimate, Quantity, WeightedSums};
use crate::results::MenuRecord;
use crate::results::menu_record::Measured;
use crate::study::{Normalisation, Setting, SettingValue, Study, quoted};
use serde_json::{Map, Value, json};

/// Evaluates the study's menu on its samples, with all that the study asks about it.
pub fn evaluate_menu(study: &Study) -> Result<(QuotedMenu, MenuRecord)> {
    refuse_system_knobs(study)?;
    quote_with_record(study, &[])
}

/// Refuses values of a system where the study has none.
pub fn refuse_system_knobs(study: &Study) -> Result<()> {
    match study.set.first() {
        Some(setting) if !study.has_system() => {
            let message = format!("`{}` is no knob of this study", setting.address);
            Err(Fault::new(setting.place.clone(), message)
                .hint("the study has no [system]; knobs of its menu begin with `menu.`")
                .into())
        }
        _ => Ok(()),
    }
}

/// Normalisation, tables of paths, groups and signals, then what the study asks for besides.
pub fn text(quoted: &QuotedMenu, record: &MenuRecord, study: &Study) -> Result<String> {
    let mut text = String::new();
    if let Some(background) = &quoted.background {
        text += &format!("{}: ", study.name);
        text += &header(&quoted.normalisation, background.weights());
        if let Some(taken) = &study.menu()?.prescales {
            let table = taken.table.path.display();
            text += &format!("prescales: column `{}` of {table}\n", taken.column);
        }
        text += &format!("\n{}", paths(quoted, study)?);
        if !quoted.menu.groups.is_empty() {
            text += &format!("\n{}", groups(quoted));
        }
    } else {
        text += &format!("{}: no background sample, so no rates\n", study.name);
    }
    if !quoted.signals.is_empty() {
        text += &format!("\n{}", signals(quoted, record));
    }
    if let Some((purity, sigma)) = quoted.purity() {
        text += &format!("\npurity {} +- {}\n", readable(purity), readable(sigma));
        for signal in &quoted.signals {
            if let Some(rate_hz) = signal.settings.rate_hz {
                let made_of = signal.settings.cross_section.as_ref();
                let made_of = made_of.map_or(String::new(), |c| format!(" = {}", c.factors()));
                let name = &signal.settings.name.value;
                text += &format!("{name} at {} Hz{made_of}\n", readable(rate_hz));
            }
        }
    }
    text += &menu_diagnostics::text(record, study.targets.as_ref());
    Ok(text)
}

/// What rates are made of: the factors of the normalisation, the background's events.
pub fn header(normalisation: &Normalisation, weights: &WeightedSums) -> String {
    let khz = normalisation.rate_hz() / 1e3;
    let mut text = format!(
        "background at {} kHz = {}\n",
        readable(khz),
        normalisation.factors()
    );
    text += &format!(
        "{} events, sum of weights {}, {} effective; one event is up to {} kHz\n",
        grouped(weights.events()),
        readable(weights.sum_of_weights()),
        readable(weights.effective_events()),
        readable(khz * weights.one_event()),
    );
    if weights.negative_events() > 0 {
        text += &format!(
            "{} events of negative weight are subtracted\n",
            grouped(weights.negative_events())
        );
    }
    text
}

fn paths(quoted: &QuotedMenu, study: &Study) -> Result<String> {
    let settings = study.menu()?;
    let mut table = TextTable::default();
    table.row([
        "path",
        "prescale",
        "rate [kHz]",
        "sigma",
        "pure [kHz]",
        "proportional [kHz]",
        "sequential [kHz]",
    ]);
    for (i, path) in settings.paths.iter().enumerate() {
        let value = |quantity| rate(quoted, quantity).map_or(f64::NAN, |e| e.fraction);
        let [own, sigma] = with_sigma(rate(quoted, Quantity::Path(i)));
        let prescale = if path.prescale == 0.0 {
            "off".to_owned()
        } else {
            readable(path.prescale)
        };
        table.row([
            path.name.value.clone(),
            prescale,
            own,
            sigma,
            readable(value(Quantity::Pure(i))),
            readable(value(Quantity::Proportional(i))),
            readable(value(Quantity::Sequential(i))),
        ]);
    }
    let [total, sigma] = with_sigma(rate(quoted, Quantity::Total));
    table.row(["total".to_owned(), String::new(), total, sigma]);
    let mut text = table.text();
    if let Some(background) = &quoted.background {
        let accepted = background.estimate(Quantity::Total).fraction;
        if accepted > 0.0 {
            text += &format!(
                "accepted {} of the crossings: a reduction factor of {}\n",
                readable(accepted),
                readable(1.0 / accepted)
            );
        }
    }
    Ok(text)
}

fn groups(quoted: &QuotedMenu) -> String {
    let mut table = TextTable::default();
    table.row([
        "group",
        "rate [kHz]",
        "sigma",
        "pure [kHz]",
        "proportional [kHz]",
    ]);
    for (g, name) in quoted.menu.groups.iter().enumerate() {
        let value = |quantity| rate(quoted, quantity).map_or(f64::NAN, |e| e.fraction);
        let [own, sigma] = with_sigma(rate(quoted, Quantity::Group(g)));
        table.row([
            name.clone(),
            own,
            sigma,
            readable(value(Quantity::GroupPure(g))),
            readable(value(Quantity::GroupProportional(g))),
        ]);
    }
    table.text()
}

fn signals(quoted: &QuotedMenu, record: &MenuRecord) -> String {
    let mut table = TextTable::default();
    table.row(["signal", "events", "efficiency", "sigma", "68 % interval"]);
    let row = |name: String, events: String, m: &Measured| {
        let sigma = match m.upper_limit {
            Some(limit) => format!("< {} at 95 %", readable(limit)),
            None => readable(m.sigma),
        };
        [name, events, readable(m.value), sigma, interval(m)]
    };
    for (signal, known) in quoted.signals.iter().zip(&record.signals) {
        let events = grouped(known.events);
        table.row(row(known.name.clone(), events, &known.efficiency));
        if let (Some(selected), Some(condition)) = (&signal.denominator, &known.selection) {
            let name = format!("{} where {condition}", known.name);
            let events = grouped(selected.events());
            match &known.efficiency_where {
                Some(measured) => table.row(row(name, events, measured)),
                None => table.row([name, events, "-".to_owned(), "-".to_owned()]),
            }
        }
    }
    if let Some(mean) = &record.mean_efficiency {
        table.row(row("mean".to_owned(), String::new(), mean));
    }
    table.text()
}

/// The central 68.27 % interval.
pub fn interval(measured: &Measured) -> String {
    format!("[{}, {}]", readable(measured.low), readable(measured.high))
}

/// The whole record, as in `menu.json`.
pub fn record_json(record: &MenuRecord) -> Result<Value> {
    serde_json::to_value(record).map_err(|e| Error::failed("writing JSON", e))
}

fn rate(quoted: &QuotedMenu, quantity: Quantity) -> Option<Estimate> {
    quoted.rate_khz(quantity)
}

/// A value and its error; where no event passes, the upper limit instead.
pub fn with_sigma(estimate: Option<Estimate>) -> [String; 2] {
    match estimate {
        None => ["-".to_owned(), "-".to_owned()],
        Some(e) => match e.upper_limit {
            Some(limit) => [
                readable(e.fraction),
                format!("< {} at 95 %", readable(limit)),
            ],
            None => [readable(e.fraction), readable(e.sigma)],
        },
    }
}

/// A number as JSON has it.
pub fn finite(x: f64) -> Value {
    if x.is_finite() { json!(x) } else { Value::Null }
}

/// The knobs of the menu that the study or the command line sets.
pub fn point_json(study: &Study) -> Map<String, Value> {
    settings_json(&study.menu_set)
}

/// Knobs and their values.
pub fn settings_json(settings: &[Setting]) -> Map<String, Value> {
    settings
        .iter()
        .map(|setting| {
            let value = match &setting.value {
                SettingValue::Number(x) => json!(x),
                SettingValue::Text(text) => json!(text),
            };
            (setting.address.to_string(), value)
        })
        .collect()
}

/// Each sample's weights and the factors of the normalisation, for `--json`.
pub fn normalisation_json(menu: &QuotedMenu, study: &Study) -> Value {
    let one_event = menu
        .background
        .as_ref()
        .map(|background| menu.normalisation.rate_hz() / 1e3 * background.weights().one_event());
    let prescales: Map<String, Value> = menu
        .menu
        .paths
        .iter()
        .map(|p| (quoted(&p.name), json!(p.kept_share)))
        .collect();
    let taken = study.menu().ok().and_then(|m| m.prescales.as_ref());
    let table = taken.map(|taken| {
        json!({
            "table": taken.table.path.display().to_string(),
            "sha256": taken.table.sha256,
            "column": taken.column,
            "rows_without_path": taken.unknown,
        })
    });
    json!({
        "rate_hz": menu.normalisation.rate_hz(),
        "factors": menu.normalisation.factors(),
        "one_event_khz": one_event,
        "kept_shares": prescales,
        "prescales": table,
    })
}
