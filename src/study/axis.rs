//! The values of an axis, checked.

use super::address::{Address, Part};
use super::expression::Expression;
use super::level::rounded_level;
use super::raw::RawAxis;
use super::source::Source;
use crate::error::{Fault, Place, Result};
use std::ops::Range;
use toml::Spanned;

/// Knobs that vary together, and the values they take.
#[derive(Debug, Clone)]
pub struct AxisSpec {
    pub address: Address,
    pub values: AxisValues,
    /// Whether one axis moves every knob that a wildcard matches.
    pub tie: bool,
    /// Where the axis is written.
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq)]
pub enum AxisValues {
    /// In the order in which a grid runs through them; at least one, all finite.
    Listed(Vec<f64>),
    /// A function of other axes, and its text.
    Linked { formula: Expression, text: String },
}

/// Most values that one axis may have: they are held in memory.
const MAX_VALUES: f64 = 1e7;

impl AxisSpec {
    pub fn check(source: &Source, key: &Spanned<String>, raw: &Spanned<RawAxis>) -> Result<Self> {
        let address = Address::parse(key.get_ref()).map_err(|m| source.fault(key.span(), m))?;
        let axis = raw.get_ref();
        let whole = key.span().start..raw.span().end;
        let fault = |message: &str| source.fault(whole.clone(), message);
        let listed = axis.values.is_some();
        let ranged = axis.from.is_some()
            || axis.to.is_some()
            || axis.step.is_some()
            || axis.points.is_some();
        let values = match (listed, ranged, &axis.equals) {
            (true, false, None) => AxisValues::Listed(list(source, axis, &fault)?),
            (false, true, None) => {
                AxisValues::Listed(range(source, axis, default_step(&address), &fault)?)
            }
            (false, false, Some(formula)) => AxisValues::Linked {
                formula: parse_formula(source, formula)?,
                text: formula.get_ref().clone(),
            },
            _ => {
                return Err(fault("an axis has either `values`, or `from` and `to` with `step` or `points`, or `equals`")
                    .hint("for example { from = 450, to = 40, points = 101 }")
                    .into());
            }
        };
        if let (Some(spacing), true) = (&axis.spacing, !ranged) {
            return Err(source
                .fault(
                    spacing.span(),
                    "`spacing` belongs to `from`, `to` and `points`",
                )
                .into());
        }
        Ok(Self {
            address,
            values,
            tie: axis.tie.as_ref().is_some_and(|t| *t.get_ref()),
            place: source.place(whole),
        })
    }
}

fn list(source: &Source, axis: &RawAxis, fault: &impl Fn(&str) -> Fault) -> Result<Vec<f64>> {
    let Some(values) = &axis.values else {
        return Ok(Vec::new());
    };
    if values.get_ref().is_empty() {
        return Err(source
            .fault(
                values.span(),
                "the axis is empty: expected at least one value",
            )
            .hint("remove the axis, or give it values")
            .into());
    }
    if !values.get_ref().iter().all(|v| v.is_finite()) {
        return Err(source
            .fault(values.span(), "an axis takes finite numbers")
            .into());
    }
    let mut sorted = values.get_ref().clone();
    sorted.sort_by(f64::total_cmp);
    if sorted.windows(2).any(|w| w[0] == w[1]) {
        return Err(fault("the axis has a value twice").into());
    }
    Ok(values.get_ref().clone())
}

/// Thresholds have steps unless the study gives others: 0.5 GeV, 0.05 for factors.
fn default_step(address: &Address) -> Option<f64> {
    let name = |part: &Part| match part {
        Part::Name(name) => Some(name.clone()),
        Part::Any => None,
    };
    let first = address.parts.first().and_then(name);
    let last = address.parts.last().and_then(name);
    match (first.as_deref(), last.as_deref()) {
        (Some("menu"), Some("prescale")) => None,
        (Some("menu"), Some("scale")) => Some(0.05),
        (Some("menu"), _) => Some(0.5),
        _ => None,
    }
}

fn range(
    source: &Source,
    axis: &RawAxis,
    default_step: Option<f64>,
    fault: &impl Fn(&str) -> Fault,
) -> Result<Vec<f64>> {
    let (Some(from), Some(to)) = (&axis.from, &axis.to) else {
        return Err(fault("a range needs both `from` and `to`").into());
    };
    let finite = |x: &Spanned<f64>| -> Result<f64> {
        if x.get_ref().is_finite() {
            Ok(*x.get_ref())
        } else {
            Err(source.fault(x.span(), "expected a finite number").into())
        }
    };
    let (start, end) = (finite(from)?, finite(to)?);
    let log = match axis
        .spacing
        .as_ref()
        .map(|s| (s.get_ref().as_str(), s.span()))
    {
        None | Some(("linear", _)) => false,
        Some(("log", span)) if start <= 0.0 || end <= 0.0 || axis.step.is_some() => {
            return Err(source
                .fault(
                    span,
                    "logarithmic spacing needs `points` and both ends above 0",
                )
                .into());
        }
        Some(("log", _)) => true,
        Some((other, span)) => {
            return Err(source
                .fault(span, format!("unknown spacing `{other}`"))
                .hint("`linear` or `log`")
                .into());
        }
    };
    match (&axis.step, &axis.points) {
        (None, None) if default_step.is_some() => {
            let size = default_step.unwrap_or(1.0).copysign(end - start);
            stepped(source, to.span(), start, end, size)
        }
        (Some(step), None) => {
            let size = finite(step)?;
            if size == 0.0 {
                return Err(source
                    .fault(step.span(), "the step is zero: the axis would never end")
                    .hint("give a step that leads from `from` to `to`")
                    .into());
            }
            if (end - start) * size < 0.0 {
                return Err(source
                    .fault(
                        step.span(),
                        format!("a step of {size} leads away from {end}"),
                    )
                    .hint(format!("use {}", -size))
                    .into());
            }
            stepped(source, step.span(), start, end, size)
        }
        (None, Some(points)) => {
            let count = *points.get_ref();
            check_count(source, points.span(), count as f64)?;
            if count == 1 && start != end {
                return Err(source
                    .fault(points.span(), "one point cannot be both `from` and `to`")
                    .hint("use values = [..] for a single value")
                    .into());
            }
            if count > 1 && start == end {
                return Err(
                    fault("`from` and `to` are the same: the axis has a value twice").into(),
                );
            }
            let last = (count - 1).max(1) as f64;
            Ok((0..count)
                .map(|i| {
                    let share = i as f64 / last;
                    if i == 0 {
                        start
                    } else if i == count - 1 {
                        end
                    } else if log {
                        (start.ln() + (end / start).ln() * share).exp()
                    } else {
                        start + (end - start) * share
                    }
                })
                .collect())
        }
        _ => Err(fault("a range has either `step` or `points`").into()),
    }
}

fn stepped(
    source: &Source,
    span: Range<usize>,
    start: f64,
    end: f64,
    size: f64,
) -> Result<Vec<f64>> {
    // A hair over, so that 0..1 by 0.1 ends at 1.
    let steps = ((end - start) / size + 1e-9).floor();
    check_count(source, span, steps + 1.0)?;
    // Multiples of a decimal step carry a rounding tail that nobody wrote; ends with more than nine
    // decimals are taken as they are.
    let tidy = rounded_level;
    let decimal = tidy(start) == start && tidy(size) == size;
    Ok((0..=steps as u64)
        .map(|i| start + i as f64 * size)
        .map(|x| if decimal { tidy(x) } else { x })
        .collect())
}

fn check_count(source: &Source, span: Range<usize>, count: f64) -> Result<()> {
    if count < 1.0 {
        return Err(source
            .fault(span, "the axis is empty: expected at least one point")
            .into());
    }
    if count > MAX_VALUES {
        return Err(source
            .fault(
                span,
                format!(
                    "the axis would have {count:.0} values; at most {MAX_VALUES:.0} are possible"
                ),
            )
            .into());
    }
    Ok(())
}

fn parse_formula(source: &Source, formula: &Spanned<String>) -> Result<Expression> {
    Expression::parse(formula.get_ref()).map_err(|e| {
        // One byte for the opening quote; a multi-line string only shifts the mark.
        let at = (formula.span().start + 1 + e.at).min(formula.span().end);
        source
            .fault(at..at, format!("the formula `{}`: {}", formula.get_ref(), e.message))
            .hint("numbers, addresses of axes, + - * / ^ and parentheses; quote node names as in system.\\\"Inner Tracker\\\".data_bytes")
            .into()
    })
}
