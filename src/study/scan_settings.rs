//! `[[scan]]`: a threshold of the menu that is moved over levels.

use super::address::Address;
use super::ascending::{
    ascending, finite, positive, refuse_backwards, round_step, step_count, steps,
};
use super::level::MAX_LEVELS;
use super::menu_knobs::ThresholdKnob;
use super::raw_diagnostics::RawScan;
use super::{Located, MenuSettings, Source};
use crate::error::{Fault, Place, Result};
use toml::Spanned;

/// `[[scan]]`, checked.
#[derive(Debug, Clone)]
pub struct ScanSettings {
    pub knob: Located<Address>,
    levels: LevelSettings,
    /// The rate for which a threshold is looked for.
    pub target: Option<ScanRate>,
}

/// A rate to be met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScanRate {
    pub khz: f64,
    pub of: RateOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateOf {
    Path,
    Total,
}

#[derive(Debug, Clone)]
enum LevelSettings {
    Listed(Vec<f64>),
    /// What is not given follows from the knob's own value.
    Range {
        from: Option<f64>,
        to: Option<f64>,
        step: Option<f64>,
        place: Place,
    },
}

impl RateOf {
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Total => "total",
        }
    }
}

impl ScanSettings {
    pub(super) fn check(
        source: &Source,
        raw: &Spanned<RawScan>,
        menu: &MenuSettings,
    ) -> Result<Self> {
        let given = raw.get_ref();
        let address =
            Address::parse(given.knob.get_ref()).map_err(|m| source.fault(given.knob.span(), m))?;
        let range = [&given.from, &given.to, &given.step];
        let levels = match &given.values {
            Some(values) => {
                if let Some(other) = range.into_iter().flatten().next() {
                    return Err(source
                        .fault(other.span(), "the levels are given already, by `values`")
                        .hint("give values = [..] alone, or from, to and step")
                        .into());
                }
                let listed = ascending(source, values, "levels")?;
                if listed.is_empty() || listed.len() > MAX_LEVELS {
                    let message =
                        format!("a scan has 1 to {MAX_LEVELS} levels, not {}", listed.len());
                    return Err(source.fault(values.span(), message).into());
                }
                LevelSettings::Listed(listed)
            }
            None => {
                let optional =
                    |x: &Option<Spanned<f64>>| x.as_ref().map(|x| finite(source, x)).transpose();
                let written = range.into_iter().flatten().map(Spanned::span);
                let span = written.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end));
                LevelSettings::Range {
                    from: optional(&given.from)?,
                    to: optional(&given.to)?,
                    step: match &given.step {
                        Some(step) => Some(positive(source, step)?),
                        None => None,
                    },
                    place: source.place(span.unwrap_or_else(|| given.knob.span())),
                }
            }
        };
        let of = match given
            .of
            .as_ref()
            .map(|of| (of.get_ref().as_str(), of.span()))
        {
            None | Some(("path", _)) => RateOf::Path,
            Some(("total", _)) => RateOf::Total,
            Some((other, span)) => {
                return Err(source
                    .fault(span, format!("unknown rate `{other}`"))
                    .hint("of = \"path\" or of = \"total\"")
                    .into());
            }
        };
        let target = match (&given.rate_khz, &given.of) {
            (Some(rate), _) => Some(ScanRate {
                khz: positive(source, rate)?,
                of,
            }),
            (None, Some(of)) => {
                return Err(source
                    .fault(
                        of.span(),
                        "`of` says which rate is meant by `rate_khz`, which is not given",
                    )
                    .hint("for example rate_khz = 12.0")
                    .into());
            }
            (None, None) => None,
        };
        let settings = Self {
            knob: Located::of(source, &given.knob, address),
            levels,
            target,
        };
        settings.levels(&menu.threshold_knob(&settings.knob)?)?;
        Ok(settings)
    }

    /// The levels, ascending: as the study gives them, else around the knob's own value.
    ///
    /// # Errors
    /// A [`Fault`]: too many levels, a range that leads nowhere, factors that are not above 0.
    pub fn levels(&self, knob: &ThresholdKnob) -> Result<Vec<f64>> {
        let levels = match &self.levels {
            LevelSettings::Listed(levels) => levels.clone(),
            LevelSettings::Range {
                from,
                to,
                step,
                place,
            } => range(knob, [*from, *to, *step], place)?,
        };
        if knob.leg.is_none() && levels.first().is_some_and(|factor| *factor <= 0.0) {
            let message = format!("the factor {} is not above 0", levels[0]);
            return Err(Fault::new(self.place().clone(), message)
                .hint("the levels of `scale` multiply the thresholds of all legs")
                .into());
        }
        Ok(levels)
    }

    fn place(&self) -> &Place {
        match &self.levels {
            LevelSettings::Listed(_) => &self.knob.place,
            LevelSettings::Range { place, .. } => place,
        }
    }
}

/// Half to one and a half times the own value in steps of 0.5; factors from 0.5 to 2 in steps of 0.05.
fn range(
    knob: &ThresholdKnob,
    [from, to, step]: [Option<f64>; 3],
    place: &Place,
) -> Result<Vec<f64>> {
    let fault = |message: String| Fault::new(place.clone(), message);
    let (own, scale) = (knob.own, knob.leg.is_none());
    let size = step.unwrap_or(if scale { 0.05 } else { 0.5 });
    let snapped = |x: f64| (x / size).round() * size;
    let (low, high) = if scale {
        (0.5, 2.0)
    } else {
        (
            snapped((0.5 * own).min(1.5 * own)),
            snapped((0.5 * own).max(1.5 * own)),
        )
    };
    let (start, end) = (from.unwrap_or(low), to.unwrap_or(high));
    refuse_backwards(start, end, |message| {
        let error = fault(message);
        if from.is_none() || to.is_none() {
            error.hint(format!(
                "the own value is {own}, from which `from` and `to` follow where they are not given"
            ))
        } else {
            error
        }
    })?;
    let count = step_count(start, end, size);
    if count > MAX_LEVELS as f64 {
        let enough = round_step(start, end, MAX_LEVELS);
        return Err(fault(format!(
            "from {start} to {end} in steps of {size} there are {count} levels; at most {MAX_LEVELS} are possible"
        ))
        .hint(format!("use step = {enough}"))
        .into());
    }
    Ok(steps(start, end, size))
}
