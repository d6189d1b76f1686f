//! Marked points: other studies' own values, placed on this study's landscape.

use super::point::{evaluate, figures_json, own_figures, own_sigmas};
use crate::engine::Engine;
use crate::error::{Fault, Result};
use crate::plan::{Compiled, compile_beside};
use crate::results::summary::{Mark, PointFigures};
use crate::space::Axis;
use crate::study::{MarkSpec, Study, quoted};
use crate::system::{Field, System};
use std::collections::BTreeMap;

/// The studies that marks stand for, compiled.
///
/// # Errors
/// A fault where one is wrong, or has no value for an axis of this study.
pub fn compile_marks(study: &Study, compiled: &Compiled) -> Result<Vec<(MarkSpec, Compiled)>> {
    study
        .marks
        .iter()
        .map(|spec| {
            let mut marked = match &spec.study {
                None => study.clone(),
                Some(path) if !path.is_file() => {
                    let message = format!("the marked study {} does not exist", path.display());
                    return Err(Fault::new(spec.place.clone(), message)
                        .hint("paths in a study are relative to the study's own folder")
                        .into());
                }
                Some(path) => Study::load(path, &[])?,
            };
            // A mark is one point: the axes and marks of its study do not matter.
            marked.axes.clear();
            marked.marks.clear();
            marked.figures = None;
            marked.set.extend(spec.set.iter().cloned());
            let marked = compile_beside(&marked, compiled)?;
            // Told before the work, not after it.
            coordinates(spec, &marked, compiled)?;
            Ok((spec.clone(), marked))
        })
        .collect()
}

/// Places a mark on the landscape of `compiled`.
pub fn place(
    spec: &MarkSpec,
    marked: &Compiled,
    compiled: &Compiled,
    engine: &dyn Engine,
) -> Result<Mark> {
    let axes = &compiled.plan.space.axes;
    let mut coordinates = coordinates(spec, marked, compiled)?;
    let point: BTreeMap<String, f64> = axes
        .iter()
        .map(|a| a.name.clone())
        .zip(coordinates.iter().copied())
        .collect();
    compiled.plan.space.follow_links(&mut coordinates);
    let plan = compiled.with_space(compiled.plan.space.clone());
    let surface = evaluate(engine, plan, vec![coordinates])?;
    let surface: Vec<f64> = surface.into_iter().map(|column| column[0]).collect();
    Ok(Mark {
        name: spec.name.clone(),
        base: marked.system.base.clone(),
        own: PointFigures {
            point: point.clone(),
            figures: figures_json(
                &marked.catalogue,
                &own_figures(marked, engine)?,
                own_sigmas(marked, engine)?.as_deref(),
            ),
        },
        surface: PointFigures {
            point,
            figures: figures_json(&compiled.catalogue, &surface, None),
        },
    })
}

/// The values that a marked system has for the axes of `compiled`.
fn coordinates(spec: &MarkSpec, marked: &Compiled, compiled: &Compiled) -> Result<Vec<f64>> {
    let axes = compiled.plan.space.axes.iter();
    axes.map(|axis| {
        value_in(axis, &compiled.system, &marked.system).ok_or_else(|| {
            Fault::new(
                spec.place.clone(),
                format!(
                    "the marked study has no `{}`, an axis of this one",
                    axis.name
                ),
            )
            .into()
        })
    })
    .collect()
}

/// The value that `marked` has for the knob of an axis of `system`.
fn value_in(axis: &Axis, system: &System, marked: &System) -> Option<f64> {
    if let Some(own) = &system.interpolation
        && axis.name == format!("system.{}", quoted(&own.knob))
    {
        return marked
            .interpolation
            .as_ref()
            .filter(|i| i.knob == own.knob)
            .map(|i| i.at);
    }
    let slot = axis.bindings.first()?.slot;
    if slot == system.year_slot() {
        return Some(marked.year);
    }
    let node = marked.node_index(&system.nodes[slot / Field::COUNT].name)?;
    Some(marked.nodes[node].values[slot % Field::COUNT])
}
