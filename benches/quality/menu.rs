//! The first 30 paths of configs/run3_menu.toml (single objects, pairs, triples, sums) with the threshold and
//! the prescale of every path free: 60 axes. The samples have seeds of their own, so that a search's seed does
//! not change the events.

use std::error::Error;
use std::fs;
use std::path::Path;
use toml::{Table, Value};
use trigscape::study::Study;

pub const PATHS: usize = 30;
/// Background and all signals together.
pub const EVENTS: i64 = 1_000_000;
const PRESCALES: [i64; 8] = [0, 1, 2, 5, 10, 20, 50, 100];
const BUDGET_KHZ: f64 = 100.0;
/// Thresholds and scales go from half to twice the path's own by a twentieth of it, as scans do.
const PLACES: i64 = 31;

fn malformed() -> Box<dyn Error> {
    "configs/run3_menu.toml is not as expected".into()
}

/// The study's text.
pub fn text(events: i64) -> Result<String, Box<dyn Error>> {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/run3_menu.toml");
    let mut study: Table = toml::from_str(&fs::read_to_string(config)?)?;
    let samples = study
        .get_mut("events")
        .and_then(|events| events.get_mut("sample"))
        .and_then(Value::as_array_mut)
        .ok_or_else(malformed)?;
    for (number, sample) in samples.iter_mut().enumerate() {
        let synthetic = sample.get_mut("synthetic").and_then(Value::as_table_mut);
        // Three quarters are background, five signals share the rest.
        let own = if number == 0 {
            events * 3 / 4
        } else {
            events / 20
        };
        synthetic
            .ok_or_else(malformed)?
            .insert("events".into(), own.into());
    }
    let paths = study
        .get_mut("menu")
        .and_then(|menu| menu.get_mut("path"))
        .and_then(Value::as_array_mut)
        .ok_or_else(malformed)?;
    paths.truncate(PATHS);
    let mut space = Table::new();
    for path in paths.iter() {
        let (knob, from, to) = threshold(path)?;
        let range = [("from", from), ("to", to)].map(|(k, v)| (k.to_owned(), Value::Float(v)));
        let mut axis: Table = range.into_iter().collect();
        axis.insert("points".into(), PLACES.into());
        space.insert(knob, Value::Table(axis));
    }
    for path in paths.iter() {
        let levels = Value::Array(PRESCALES.map(Value::Integer).to_vec());
        let axis: Table = [("levels".to_owned(), levels)].into_iter().collect();
        space.insert(knob(path, "prescale")?, Value::Table(axis));
    }
    study.insert("space".into(), Value::Table(space));
    let optimize = format!(
        "maximize = \"efficiency.mean\"\nbudget = [{{ figure = \"rate_khz.total\", max = {BUDGET_KHZ:?} }}]"
    );
    study.insert("optimize".into(), Value::Table(toml::from_str(&optimize)?));
    study.insert("name".into(), "quality".into());
    Ok(toml::to_string(&study)?)
}

fn knob(path: &Value, what: &str) -> Result<String, Box<dyn Error>> {
    let name = path.get("name").and_then(Value::as_str);
    Ok(format!("menu.{}.{what}", name.ok_or_else(malformed)?))
}

/// A path's threshold knob and its range.
fn threshold(path: &Value) -> Result<(String, f64, f64), Box<dyn Error>> {
    let legs = path.get("legs").and_then(Value::as_array);
    let legs = legs.ok_or_else(malformed)?;
    let cut = |leg: &Value| {
        let value = leg.get("pt").or_else(|| leg.get("min"))?;
        value.as_float().or(value.as_integer().map(|x| x as f64))
    };
    let cuts: Option<Vec<f64>> = legs.iter().map(cut).collect();
    let cuts = cuts.ok_or_else(malformed)?;
    if cuts.iter().all(|cut| *cut == 0.0) {
        // Nothing to scale: the leading leg gets a threshold.
        return Ok((knob(path, "leg1.pt")?, 0.0, 15.0));
    }
    match (&legs[..], &cuts[..]) {
        ([leg], [cut]) => {
            let what = leg.get("scalar").and_then(Value::as_str).unwrap_or("pt");
            Ok((knob(path, what)?, 0.5 * cut, 2.0 * cut))
        }
        _ => Ok((knob(path, "scale")?, 0.5, 2.0)),
    }
}

/// The study, with so many events.
pub fn study(events: i64) -> Result<Study, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("quality.toml");
    fs::write(&file, text(events)?)?;
    Ok(Study::load(&file, &[])?)
}
