//! Axes of a menu: ladders of thresholds, and prescales.

use super::{Axis, MenuBinding, Values};
use crate::error::{Fault, Place, Result};
use crate::menu::{MAX_LEVELS, Moved, PathAxis, rounded_level};
use crate::study::{MenuKnob, MenuSettings, round_step};

/// A knob of a path.
pub type PathKnob = (usize, MenuKnob);

/// GeV of thresholds; factors and prescales have none, and so have scalars of unknown kind.
pub fn unit(menu: &MenuSettings, (path, knob): PathKnob) -> &'static str {
    match knob {
        MenuKnob::Leg(leg) if menu.paths[path].legs[leg].is_energy() => "GeV",
        MenuKnob::Leg(_) | MenuKnob::Scale | MenuKnob::Prescale => "1",
    }
}

/// The bindings of an axis, and the ladders that it adds behind `ladders`.
///
/// # Errors
/// A [`Fault`]: more levels than a ladder has.
pub fn bind(
    axis: &Axis,
    knobs: &[PathKnob],
    values: &[f64],
    ladders: &mut Vec<PathAxis>,
    place: &Place,
) -> Result<Vec<MenuBinding>> {
    let mut bindings = Vec::new();
    for &(path, knob) in knobs {
        let moved = match knob {
            MenuKnob::Prescale => {
                bindings.push(MenuBinding::Prescale(path));
                continue;
            }
            MenuKnob::Leg(leg) => Moved::Leg(leg),
            MenuKnob::Scale => Moved::Scale,
        };
        let mut levels: Vec<f64> = values.iter().map(|v| rounded_level(*v)).collect();
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        if levels.len() > MAX_LEVELS {
            return Err(too_many(axis, &levels, place).into());
        }
        bindings.push(MenuBinding::Thresholds(ladders.len()));
        ladders.push(PathAxis {
            path,
            moved,
            levels,
        });
    }
    Ok(bindings)
}

/// Refuses values that mean the same: -1 and 0 of a prescale, thresholds that are rounded alike.
///
/// # Errors
/// A [`Fault`] at `place`.
pub fn refuse_twins(knobs: &[PathKnob], values: &[f64], place: &Place) -> Result<()> {
    let of_prescales = knobs.iter().any(|(_, k)| *k == MenuKnob::Prescale);
    let meant = |v: &f64| match of_prescales {
        true => v.max(0.0),
        false => rounded_level(*v),
    };
    let mut meant: Vec<f64> = values.iter().map(meant).collect();
    meant.sort_by(f64::total_cmp);
    match meant.windows(2).find(|w| w[0] == w[1]) {
        None => Ok(()),
        Some(twins) => {
            let message = format!("the axis has two values that mean {}", twins[0]);
            Err(Fault::new(place.clone(), message).into())
        }
    }
}

fn too_many(axis: &Axis, levels: &[f64], place: &Place) -> Fault {
    let message = format!(
        "`{}` has {} levels; a threshold has at most {MAX_LEVELS}",
        axis.name,
        levels.len()
    );
    let fault = Fault::new(place.clone(), message);
    let step = round_step(levels[0], levels[levels.len() - 1], MAX_LEVELS);
    match &axis.values {
        Values::Free(_) => fault.hint(format!("use step = {step}")),
        Values::Linked { .. } => fault,
    }
}
