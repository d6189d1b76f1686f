//! `[[optimize.budget]]`: limits of figures, which decide what is feasible.

use super::{Located, Source};
use crate::error::Result;
use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOptimize {
    #[serde(default)]
    pub budget: Vec<Spanned<RawBudget>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBudget {
    pub figure: Spanned<String>,
    pub min: Option<Spanned<f64>>,
    pub max: Option<Spanned<f64>>,
}

/// A figure and its limits, both inclusive.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetSettings {
    pub figure: Located<String>,
    pub min: Option<f64>,
    pub max: Option<f64>,
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
        Ok(Self {
            figure: Located::of(source, &own.figure, own.figure.get_ref().clone()),
            min: value(min),
            max: value(max),
        })
    }
}
