//! Axes that follow others, where a menu has prescale columns.

use super::column::Column;
use crate::error::{Fault, Result};
use crate::space::{Axis, MenuBinding, Values};

/// Refuses links that columns cannot keep: thresholds are the same in all of them, and monotone prescales
/// are those of axes.
///
/// # Errors
/// A [`Fault`] at the axis.
pub fn refuse_links(column: &Column<'_>) -> Result<()> {
    let axes = &column.compiled.plan.space.axes;
    let mut varies: Vec<bool> = axes.iter().map(is_free_prescale).collect();
    // A link may follow one that is written behind it.
    for _ in 0..axes.len() {
        for (number, axis) in axes.iter().enumerate() {
            if let Values::Linked { inputs, .. } = &axis.values {
                varies[number] |= inputs.iter().any(|input| varies[*input]);
            }
        }
    }
    let linked = axes.iter().zip(varies);
    for (axis, varies) in linked.filter(|(axis, _)| is_linked(axis)) {
        let is_monotone = axis.menu.iter().any(|b| column.is_monotone(*b));
        let message = if is_monotone {
            format!(
                "`{}` follows another axis, and is to be monotone from column to column",
                axis.name
            )
        } else if varies && !axis.menu.iter().all(is_prescale) {
            format!(
                "`{}` is the same in every column, but follows a prescale, which is not",
                axis.name
            )
        } else {
            continue;
        };
        let place = column.study.axes[axis.spec].place.clone();
        return Err(Fault::new(place, message)
            .hint("give the axis values of its own")
            .into());
    }
    Ok(())
}

fn is_prescale(binding: &MenuBinding) -> bool {
    matches!(binding, MenuBinding::Prescale(_))
}

fn is_linked(axis: &Axis) -> bool {
    matches!(axis.values, Values::Linked { .. })
}

fn is_free_prescale(axis: &Axis) -> bool {
    !is_linked(axis) && axis.menu.iter().any(is_prescale)
}
