//! Figures of single points.

use crate::engine::{Ask, Engine, Outcome, Point, Points};
use crate::error::Result;
use crate::merit::Named;
use crate::plan::{Compiled, Plan, SystemPlan};
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

/// Parts of the sampled events whose scatter gives the uncertainty.
const BATCHES: u64 = 20;

/// Standard errors of [`own_figures`] where scores are sampled, by the scatter of as many parts of
/// the sample; none where they are exact: figures then follow from formulas.
pub fn own_sigmas(compiled: &Compiled, engine: &dyn Engine) -> Result<Option<Vec<f64>>> {
    let mut batches = Vec::new();
    for part in 0..BATCHES {
        let mut system = compiled.system.clone();
        match system.scores.batch(part, BATCHES) {
            None => return Ok(None),
            Some(scores) => system.scores = scores,
        }
        let plan = Plan {
            space: Space::default(),
            system: SystemPlan::of(&system),
            figures: compiled.catalogue.iter().map(|f| f.figure).collect(),
        };
        let rows = evaluate(engine, Arc::new(plan), vec![Vec::new()])?;
        batches.push(
            rows.into_iter()
                .map(|column| column[0])
                .collect::<Vec<f64>>(),
        );
    }
    let n = BATCHES as f64;
    let sigma = |f: usize| {
        let mean = batches.iter().map(|b| b[f]).sum::<f64>() / n;
        let squares: f64 = batches.iter().map(|b| (b[f] - mean).powi(2)).sum();
        // The standard error of the batches' mean.
        (squares / (n - 1.0) / n).sqrt()
    };
    Ok(Some((0..compiled.catalogue.len()).map(sigma).collect()))
}

/// `{name: {"value", "unit", "sigma"}}` in catalogue order; what is not finite is null, and so is
/// the standard error of what is not estimated.
pub fn figures_json(
    figures: &[Named],
    values: &[f64],
    sigmas: Option<&[f64]>,
) -> Map<String, Value> {
    let finite = |x: f64| if x.is_finite() { json!(x) } else { Value::Null };
    figures
        .iter()
        .zip(values)
        .enumerate()
        .map(|(i, (figure, &value))| {
            let sigma = sigmas.map_or(Value::Null, |s| finite(s[i]));
            let entry = json!({ "value": finite(value), "unit": figure.unit, "sigma": sigma });
            (figure.name.clone(), entry)
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
