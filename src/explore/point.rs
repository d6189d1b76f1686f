//! Figures of single points.

use crate::engine::{Ask, Engine, Outcome, Point, Points};
use crate::error::Result;
use crate::merit::Named;
use crate::plan::{Compiled, Plan};
use crate::space::Space;
use crate::study::Study;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every figure of the catalogue at the study's own values.
pub fn own_figures(compiled: &Compiled, engine: &dyn Engine) -> Result<Vec<f64>> {
    let plan = compiled.with_space(Space::default());
    let rows = evaluate(engine, plan, vec![Vec::new()])?;
    Ok(rows.into_iter().map(|column| column[0]).collect())
}

/// The figure columns of listed points, without their axis columns.
pub fn evaluate(engine: &dyn Engine, plan: Arc<Plan>, points: Vec<Point>) -> Result<Vec<Vec<f64>>> {
    let axes = plan.space.axes.len();
    let Outcome::Figures(mut columns) = engine
        .load(plan)?
        .run(&Points::Listed(points), Ask::Figures)?;
    Ok(columns.split_off(axes))
}

/// `{name: {"value", "unit", "sigma"}}` in catalogue order; what is not finite is null.
///
/// Figures of a system follow from formulas, not from samples: sigma is null.
pub fn figures_json(figures: &[Named], values: &[f64]) -> Map<String, Value> {
    figures
        .iter()
        .zip(values)
        .map(|(figure, &value)| {
            let value = if value.is_finite() {
                json!(value)
            } else {
                Value::Null
            };
            (
                figure.name.clone(),
                json!({ "value": value, "unit": figure.unit, "sigma": null }),
            )
        })
        .collect()
}

/// The knobs that the study names, with the values they have when no axis is applied.
pub fn own_point(study: &Study, compiled: &Compiled) -> BTreeMap<String, f64> {
    let system = &compiled.system;
    let addresses = study
        .set
        .iter()
        .map(|s| (&s.address, &s.place))
        .chain(study.axes.iter().map(|a| (&a.address, &a.place)));
    addresses
        .filter_map(|(address, place)| system.knobs(address, place).ok())
        .flatten()
        .map(|knob| (system.address(knob), system.value(knob)))
        .collect()
}
