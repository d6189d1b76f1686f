//! Figures of single points.

use super::quoted::{QuotedFigure, QuotedMenu};
use crate::engine::{Ask, Columns, Engine, EngineError, Outcome, Point, Points};
use crate::error::{Fault, Result};
use crate::merit::{Figure, Named, Quantity};
use crate::plan::{Acceptance, Compiled, Plan, SystemPlan};
use crate::space::Space;
use crate::study::{SettingValue, Study};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every figure of a study at its own values, in catalogue order: those of its system follow from
/// formulas, and from what the menu accepts where one is bridged; those of its menu are quoted.
///
/// # Errors
/// A [`Fault`] where a bridged menu keeps nothing.
pub fn study_figures(
    study: &Study,
    compiled: &Compiled,
    menu: Option<&QuotedMenu>,
    engine: &dyn Engine,
) -> Result<Vec<QuotedFigure>> {
    let mut figures = Vec::new();
    if compiled.system.is_some() {
        let compiled = with_bridge(study, compiled, menu)?;
        let values = own_figures(&compiled, engine)?;
        let sampled = own_sigmas(&compiled, engine)?;
        let bridged = bridge_sigmas(&compiled, menu, engine)?;
        let sigma = |f: usize| match (&sampled, &bridged) {
            (None, None) => f64::NAN,
            (a, b) => {
                let of = |s: &Option<Vec<f64>>| s.as_ref().map_or(0.0, |s| s[f]);
                of(a).hypot(of(b))
            }
        };
        for (f, (named, value)) in compiled.catalogue.iter().zip(values).enumerate() {
            figures.push(QuotedFigure {
                name: named.name.clone(),
                unit: named.unit,
                value,
                sigma: sigma(f),
                upper_limit: None,
            });
        }
    }
    figures.extend(menu.map(QuotedMenu::figures).unwrap_or_default());
    Ok(figures)
}

/// A bridged study with what its menu accepts.
///
/// # Errors
/// A [`Fault`] where the menu keeps no background: the stage's reduction ratio is not determined then.
pub fn with_bridge(
    study: &Study,
    compiled: &Compiled,
    menu: Option<&QuotedMenu>,
) -> Result<Compiled> {
    let (Some(bridge), Some(menu)) = (&study.bridge, menu) else {
        return Ok(compiled.clone());
    };
    match accepted(menu) {
        Some((own, _)) if own.background_khz > 0.0 => Ok(compiled.bridged(own)),
        _ => {
            let message = format!(
                "the menu keeps no background event: the reduction ratio of `{}` is not determined",
                bridge.stage.value
            );
            Err(Fault::new(bridge.stage.place.clone(), message)
                .hint("loosen the menu's thresholds, or read more background events")
                .into())
        }
    }
}

/// What a menu accepts, and the errors.
fn accepted(menu: &QuotedMenu) -> Option<(Acceptance, Acceptance)> {
    let rate = menu.rate_khz(Quantity::Total)?;
    let (efficiency, sigma) = menu.mean_efficiency()?;
    let value = Acceptance {
        background_khz: rate.fraction,
        efficiency,
    };
    let sigma = Acceptance {
        background_khz: rate.sigma,
        efficiency: sigma,
    };
    Some((value, sigma))
}

/// Standard errors that figures of a system have from the menu: half their change from one standard
/// error below to one above, of background and of signals in quadrature.
fn bridge_sigmas(
    compiled: &Compiled,
    menu: Option<&QuotedMenu>,
    engine: &dyn Engine,
) -> Result<Option<Vec<f64>>> {
    let accepted = compiled.plan.bridge.and(menu).and_then(accepted);
    let Some((own, sigma)) = accepted else {
        return Ok(None);
    };
    let at = |background: f64, signal: f64| {
        let moved = Acceptance {
            // Not below what can be: an error may be larger than its rate.
            background_khz: (own.background_khz + background * sigma.background_khz)
                .max(own.background_khz * 1e-3),
            efficiency: (own.efficiency + signal * sigma.efficiency).clamp(0.0, 1.0),
        };
        own_figures(&compiled.bridged(moved), engine)
    };
    let ends = [at(1.0, 0.0)?, at(-1.0, 0.0)?, at(0.0, 1.0)?, at(0.0, -1.0)?];
    let figure = |f: usize| {
        let half = |k: usize| 0.5 * (ends[k][f] - ends[k + 1][f]);
        half(0).hypot(half(2))
    };
    Ok(Some((0..ends[0].len()).map(figure).collect()))
}

/// Every figure of the system at the study's own values.
///
/// # Errors
/// Those of the engine.
pub fn own_figures(compiled: &Compiled, engine: &dyn Engine) -> Result<Vec<f64>> {
    let plan = compiled.with_space(Space::default());
    let rows = evaluate(engine, plan, vec![Vec::new()])?;
    Ok(rows.into_iter().map(|column| column[0]).collect())
}

/// Every figure of the system at a point of the study's space, a bridged menu at what it accepts.
///
/// # Errors
/// Those of the engine.
pub fn figures_at(
    compiled: &Compiled,
    engine: &dyn Engine,
    point: &[f64],
) -> Result<Vec<QuotedFigure>> {
    let plan = compiled.with_space(compiled.plan.space.clone());
    let columns = evaluate(engine, plan, vec![point.to_vec()])?;
    let values: Vec<f64> = columns.into_iter().map(|column| column[0]).collect();
    Ok(exact_figures(&compiled.catalogue, &values))
}

/// The figure columns of listed points, without their axis columns.
pub fn evaluate(engine: &dyn Engine, plan: Arc<Plan>, points: Vec<Point>) -> Result<Vec<Vec<f64>>> {
    let axes = plan.space.axes.len();
    Ok(evaluate_points(engine, plan, points)?.split_off(axes))
}

/// The axis and figure columns of listed points.
pub fn evaluate_points(
    engine: &dyn Engine,
    plan: Arc<Plan>,
    points: Vec<Point>,
) -> Result<Columns> {
    match engine
        .load(plan)?
        .run(&Points::Listed(points), Ask::Figures)?
    {
        Outcome::Figures(columns) => Ok(columns),
        _ => Err(EngineError::Failed {
            engine: engine.info().name,
            why: "it answered another question".to_owned(),
        }
        .into()),
    }
}

/// Parts of the sampled events whose scatter gives the uncertainty.
const BATCHES: u64 = 20;

/// Standard errors of [`own_figures`] where scores are sampled, by the scatter of as many parts of
/// the sample; none where they are exact: figures then follow from formulas.
///
/// # Errors
/// Those of the engine.
pub fn own_sigmas(compiled: &Compiled, engine: &dyn Engine) -> Result<Option<Vec<f64>>> {
    let Some(system) = &compiled.system else {
        return Ok(None);
    };
    let mut batches = Vec::new();
    for part in 0..BATCHES {
        let mut system = system.clone();
        match system.scores.batch(part, BATCHES) {
            None => return Ok(None),
            Some(scores) => system.scores = scores,
        }
        let mut plan = Plan::clone(&compiled.with_space(Space::default()));
        plan.system = Some(SystemPlan::of(&system));
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
    let figures = batches.first().map_or(0, Vec::len);
    Ok(Some((0..figures).map(sigma).collect()))
}

/// `{name: {"value", "unit", "sigma"}}` in catalogue order; what is not finite is null, and so is
/// the standard error of what is not estimated. Where no event passes there is an `upper_limit` too.
pub fn figures_json(figures: &[QuotedFigure]) -> Map<String, Value> {
    let entry = |f: &QuotedFigure| {
        let mut entry =
            json!({ "value": finite(f.value), "unit": f.unit, "sigma": finite(f.sigma) });
        if let Some(limit) = f.upper_limit {
            entry["upper_limit"] = finite(limit);
        }
        entry
    };
    figures.iter().map(|f| (f.name.clone(), entry(f))).collect()
}

/// A number as JSON has it.
fn finite(x: f64) -> Value {
    if x.is_finite() { json!(x) } else { Value::Null }
}

/// Figures of a system without errors.
pub fn exact_figures(catalogue: &[Named], values: &[f64]) -> Vec<QuotedFigure> {
    let of_system = catalogue
        .iter()
        .filter(|f| !matches!(f.figure, Figure::Menu(_)));
    let exact = |(named, &value): (&Named, &f64)| QuotedFigure {
        name: named.name.clone(),
        unit: named.unit,
        value,
        sigma: f64::NAN,
        upper_limit: None,
    };
    of_system.zip(values).map(exact).collect()
}

/// The knobs that the study names, with the values they have when no axis is applied.
pub fn own_point(study: &Study, compiled: &Compiled) -> BTreeMap<String, f64> {
    let mut point = BTreeMap::new();
    let axes = study.axes.iter().map(|a| (&a.address, &a.place));
    let set = study.set.iter().map(|s| (&s.address, &s.place));
    for (address, place) in set.chain(axes) {
        if let Some(system) = &compiled.system {
            let knobs = system.knobs(address, place).unwrap_or_default();
            point.extend(
                knobs
                    .into_iter()
                    .map(|k| (system.address(k), system.value(k))),
            );
        }
        if let Ok(menu) = study.menu() {
            let knobs = menu.knobs(address, place).unwrap_or_default();
            let own = |(path, knob)| (menu.knob_address(path, knob), menu.knob_value(path, knob));
            point.extend(knobs.into_iter().map(own));
        }
    }
    // As written: a factor on thresholds is in them already.
    for setting in &study.menu_set {
        if let SettingValue::Number(value) = setting.value {
            point.insert(setting.address.to_string(), value);
        }
    }
    point
}
