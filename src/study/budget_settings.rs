//! `[[optimize.budget]]`: limits of figures, which decide what is feasible.

use super::{Located, Source};
use crate::error::{Fault, Result};
use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBudget {
    pub figure: Spanned<String>,
    pub min: Option<Spanned<f64>>,
    pub max: Option<Spanned<f64>>,
    pub confidence: Option<Spanned<f64>>,
}

/// A figure and its limits, both inclusive.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetSettings {
    pub figure: Located<String>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// With it the one-sided upper limit of the figure at this confidence is within `max`, on events that
    /// the search does not see.
    pub confidence: Option<Located<f64>>,
}

impl BudgetSettings {
    pub(super) fn check(source: &Source, raw: &Spanned<RawBudget>) -> Result<Self> {
        let own = raw.get_ref();
        let fault = |span, message: &str| source.fault(span, message);
        for limit in [&own.min, &own.max].into_iter().flatten() {
            if !limit.get_ref().is_finite() {
                return Err(fault(limit.span(), "a budget is a finite number").into());
            }
        }
        let (min, max) = (own.min.as_ref(), own.max.as_ref());
        let value = |limit: Option<&Spanned<f64>>| limit.map(|x| *x.get_ref());
        match (min, max) {
            (None, None) => {
                return Err(fault(own.figure.span(), "a budget needs `max` or `min`")
                    .hint("figure = \"rate_khz.total\", max = 100.0")
                    .into());
            }
            (Some(low), Some(high)) if low.get_ref() > high.get_ref() => {
                return Err(fault(low.span(), "the budget's `min` is above its `max`").into());
            }
            _ => {}
        }
        let confidence = match &own.confidence {
            None => None,
            Some(level) if own.max.is_none() => {
                return Err(fault(level.span(), "`confidence` is that of a `max`").into());
            }
            Some(level) => Some(check_confidence(source, level)?),
        };
        Ok(Self {
            confidence,
            figure: Located::of(source, &own.figure, own.figure.get_ref().clone()),
            min: value(min),
            max: value(max),
        })
    }

    /// A limit of the total rate that is written as a number [kHz].
    pub(super) fn of_rate(
        source: &Source,
        max: &Spanned<f64>,
        confidence: Option<&Spanned<f64>>,
    ) -> Result<Self> {
        if !(*max.get_ref() > 0.0 && max.get_ref().is_finite()) {
            return Err(source
                .fault(max.span(), "a rate budget is above 0 kHz")
                .into());
        }
        let confidence = confidence.map(|level| check_confidence(source, level));
        Ok(Self {
            figure: Located::of(source, max, "rate_khz.total".to_owned()),
            min: None,
            max: Some(*max.get_ref()),
            confidence: confidence.transpose()?,
        })
    }

    /// Two budgets of one figure of which no value meets both.
    pub(super) fn refuse_contradictions(all: &[Self]) -> Result<()> {
        for (i, budget) in all.iter().enumerate() {
            for other in &all[..i] {
                let beyond = |min: Option<f64>, max: Option<f64>| {
                    min.zip(max).is_some_and(|(min, max)| min > max)
                };
                if budget.figure.value == other.figure.value
                    && (beyond(budget.min, other.max) || beyond(other.min, budget.max))
                {
                    let message = format!("no `{}` meets both of its budgets", budget.figure.value);
                    return Err(Fault::new(budget.figure.place.clone(), message).into());
                }
            }
        }
        Ok(())
    }
}

fn check_confidence(source: &Source, level: &Spanned<f64>) -> Result<Located<f64>> {
    if (0.5..1.0).contains(level.get_ref()) {
        Ok(Located::of(source, level, *level.get_ref()))
    } else {
        Err(source
            .fault(level.span(), "a confidence is at least 0.5 and below 1")
            .hint("confidence = 0.95")
            .into())
    }
}
