//! Marked points: other studies' own values, placed on this study's landscape.

use super::point::{evaluate, exact_figures, figures_json, study_figures, with_bridge};
use super::quoted::{QuotedMenu, quote};
use crate::engine::Engine;
use crate::error::{Fault, Result};
use crate::menu::Moved;
use crate::plan::{Compiled, compile_beside};
use crate::results::summary::{Mark, PointFigures};
use crate::space::{Axis, MenuBinding, Space};
use crate::study::{
    Address, KeepSettings, MarkSpec, MenuKnob, MenuSettings, Setting, SettingValue, Study, quoted,
};
use crate::system::{Field, System};
use std::collections::BTreeMap;

/// The study that a mark stands for, compiled.
#[derive(Debug)]
pub struct Marked {
    pub spec: MarkSpec,
    pub study: Study,
    pub compiled: Compiled,
}

/// The studies that marks stand for.
///
/// # Errors
/// A fault where one is wrong, or has no value for an axis of this study.
pub fn compile_marks(study: &Study, compiled: &Compiled) -> Result<Vec<Marked>> {
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
                Some(path) => Study::load(path, &[])?.in_one_column()?,
            };
            // A mark is one point: the axes and marks of its study do not matter.
            marked.axes.clear();
            marked.marks.clear();
            marked.figures = None;
            marked.keep = KeepSettings::All;
            marked.budgets.clear();
            for setting in &spec.set {
                marked.apply(setting.clone())?;
            }
            let marked = Marked {
                spec: spec.clone(),
                compiled: compile_beside(&marked, compiled)?,
                study: marked,
            };
            // Told before the work, not after it.
            coordinates(&marked, study, compiled)?;
            Ok(marked)
        })
        .collect()
}

/// Places a mark on the landscape of `compiled`.
///
/// # Errors
/// A fault of the events of a menu, or of a bridge.
pub fn place(
    marked: &Marked,
    study: &Study,
    compiled: &Compiled,
    engine: &dyn Engine,
) -> Result<Mark> {
    let space = &compiled.plan.space;
    let mut coordinates = coordinates(marked, study, compiled)?;
    let names = space.axes.iter().map(|a| a.name.clone());
    let point: BTreeMap<String, f64> = names.zip(coordinates.iter().copied()).collect();
    space.follow_links(&mut coordinates);
    let own_menu = quoted_menu(&marked.study, &marked.compiled)?;
    let own = study_figures(&marked.study, &marked.compiled, own_menu.as_ref(), engine)?;
    let there = moved_menu(study, space, &coordinates)?;
    let surface_menu = quoted_menu(&there, compiled)?;
    let surface = surface(study, compiled, surface_menu.as_ref(), coordinates, engine)?;
    let base = marked.compiled.system.as_ref().map(|s| s.base.clone());
    Ok(Mark {
        name: marked.spec.name.clone(),
        base: base.unwrap_or_else(|| marked.study.name.clone()),
        own: PointFigures {
            point: point.clone(),
            figures: figures_json(&own),
        },
        surface: PointFigures {
            point,
            figures: surface,
        },
    })
}

fn quoted_menu(study: &Study, compiled: &Compiled) -> Result<Option<QuotedMenu>> {
    compiled.menu.as_ref().map(|_| quote(study)).transpose()
}

/// The figures of this study at a point.
fn surface(
    study: &Study,
    compiled: &Compiled,
    menu: Option<&QuotedMenu>,
    coordinates: Vec<f64>,
    engine: &dyn Engine,
) -> Result<serde_json::Map<String, serde_json::Value>> {
    let mut figures = Vec::new();
    if compiled.system.is_some() {
        let plan = with_bridge(study, compiled, menu)?.with_space(compiled.plan.space.clone());
        let values = evaluate(engine, plan, vec![coordinates])?;
        let values: Vec<f64> = values.into_iter().map(|column| column[0]).collect();
        figures = exact_figures(&compiled.catalogue, &values);
    }
    figures.extend(menu.map(QuotedMenu::figures).unwrap_or_default());
    Ok(figures_json(&figures))
}

/// The study with its menu at a point of the space.
fn moved_menu(study: &Study, space: &Space, coordinates: &[f64]) -> Result<Study> {
    let mut moved = study.clone();
    for (axis, &value) in space.axes.iter().zip(coordinates) {
        let Some(spec) = study.axes.get(axis.spec).filter(|_| !axis.menu.is_empty()) else {
            continue;
        };
        let place = spec.place.clone();
        let address =
            Address::parse(&axis.name).map_err(|message| Fault::new(place.clone(), message))?;
        moved.apply(Setting {
            address,
            value: SettingValue::Number(value),
            place,
        })?;
    }
    Ok(moved)
}

/// The values that a marked study has for the axes of `compiled`.
fn coordinates(marked: &Marked, study: &Study, compiled: &Compiled) -> Result<Vec<f64>> {
    let space = &compiled.plan.space;
    let value = |axis: &Axis| match (axis.menu.first(), &compiled.system, &marked.compiled.system) {
        (Some(first), ..) => {
            let (own, other) = (study.menu().ok()?, marked.study.menu().ok()?);
            let value_of = |binding: &MenuBinding| value_in_menu(*binding, space, own, other);
            let value = value_of(first)?;
            // Tied knobs of other values lie at no place of the axis.
            let same = |b: &MenuBinding| value_of(b).is_some_and(|v| is_same(v, value));
            axis.menu.iter().all(same).then_some(value)
        }
        (None, Some(own), Some(other)) => value_in(axis, own, other),
        _ => None,
    };
    let value_of = |axis: &Axis| {
        value(axis).ok_or_else(|| {
            let message = format!(
                "the marked study has no `{}`, an axis of this one",
                axis.name
            );
            let fault = Fault::new(marked.spec.place.clone(), message);
            let of_menu = !axis.menu.is_empty();
            let fault = match of_menu {
                true => {
                    fault.hint("the paths that the axis moves have to be there, all at one value")
                }
                false => fault,
            };
            fault.into()
        })
    };
    space.axes.iter().map(value_of).collect()
}

/// The value that another menu has for what an axis moves of this one.
fn value_in_menu(
    binding: MenuBinding,
    space: &Space,
    own: &MenuSettings,
    other: &MenuSettings,
) -> Option<f64> {
    let (path, knob) = match binding {
        MenuBinding::Prescale(path) => (path, MenuKnob::Prescale),
        MenuBinding::Thresholds(ladder) => {
            let axis = &space.path_axes[ladder];
            let knob = match axis.moved {
                Moved::Leg(leg) => MenuKnob::Leg(leg),
                Moved::Scale => MenuKnob::Scale,
            };
            (axis.path, knob)
        }
    };
    let name = &own.paths[path].name.value;
    let there = other.paths.iter().position(|p| p.name.value == *name)?;
    if other.paths[there].legs.len() != own.paths[path].legs.len() {
        return None;
    }
    Some(match knob {
        // A factor is on this menu's thresholds, of which one above or below 0 tells it.
        MenuKnob::Scale => {
            let legs = || (0..own.paths[path].legs.len()).map(MenuKnob::Leg);
            let told = |leg: &MenuKnob| own.knob_value(path, *leg) != 0.0;
            let leg = legs().find(told)?;
            let factor = other.knob_value(there, leg) / own.knob_value(path, leg);
            let scaled = |leg| {
                let expected = factor * own.knob_value(path, leg);
                is_same(other.knob_value(there, leg), expected)
            };
            return legs().all(scaled).then_some(factor);
        }
        knob => other.knob_value(there, knob),
    })
}

/// As far as thresholds are told apart.
fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(1.0)
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
