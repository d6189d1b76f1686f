//! `[[menu.column]]`: prescale columns, each for a luminosity, which share the menu's thresholds.

use super::ascending::positive;
use super::budget_settings::BudgetSettings;
use super::pileup_weights::{PileupWeights, RawPileupWeights};
use super::{EventsSettings, Located, Normalisation, SampleKind, Source, is_name};
use crate::error::{Fault, Result, nearest_name};
use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawColumn {
    pub name: Spanned<String>,
    pub bunches: Option<Spanned<f64>>,
    pub background: Option<Spanned<Vec<Spanned<String>>>>,
    pub pileup_weights: Option<Spanned<RawPileupWeights>>,
    pub budget_khz: Spanned<f64>,
    pub confidence: Option<Spanned<f64>>,
    pub share: Option<Spanned<f64>>,
    pub luminosity_cm2s: Option<Spanned<f64>>,
}

/// A column: what its rates come from, and what they may be at most.
#[derive(Debug, Clone)]
pub struct ColumnSettings {
    pub name: Located<String>,
    /// Instead of those of `[events]`.
    bunches: Option<Located<f64>>,
    /// The background samples that it has; none: all.
    background: Option<Vec<Located<String>>>,
    pub pileup_weights: Option<PileupWeights>,
    /// Instead of that of `[events]`, for rates of signals from cross sections.
    luminosity_cm2s: Option<f64>,
    /// At most so much of `rate_khz.total`.
    budget: BudgetSettings,
    /// Weight of the column in the objective, for example the time that is spent in it.
    pub share: f64,
}

impl ColumnSettings {
    /// Reads the tables that columns name.
    ///
    /// # Errors
    /// A [`Fault`]: a name that is taken, a sample that is no background of the study's, a number out of
    /// range, an unreadable table.
    pub(super) fn check_all(
        source: &Source,
        raw: &[Spanned<RawColumn>],
        events: Option<&EventsSettings>,
    ) -> Result<Vec<Self>> {
        let mut columns: Vec<Self> = Vec::new();
        for raw in raw {
            let Some(events) = events else {
                return Err(source
                    .fault(
                        raw.get_ref().name.span(),
                        "a column is of a menu on events, and the study has no [events]",
                    )
                    .into());
            };
            let column = Self::check(source, raw.get_ref(), events)?;
            // Files are named after columns.
            let name = &column.name.value;
            if columns
                .iter()
                .any(|c| c.name.value.eq_ignore_ascii_case(name))
            {
                let message = format!("two columns are named `{name}`");
                return Err(Fault::new(column.name.place, message).into());
            }
            columns.push(column);
        }
        Ok(columns)
    }

    fn check(source: &Source, raw: &RawColumn, events: &EventsSettings) -> Result<Self> {
        let name = raw.name.get_ref().trim().to_owned();
        if !is_column_name(&name) {
            return Err(source
                .fault(
                    raw.name.span(),
                    format!("`{name}` cannot be a column's name"),
                )
                .hint("names hold letters, digits, blanks and _ + - .")
                .into());
        }
        let above_0 = |x: &Option<Spanned<f64>>| {
            let number = x.as_ref().map(|x| positive(source, x));
            number.transpose()
        };
        let bunches = above_0(&raw.bunches)?.zip(raw.bunches.as_ref());
        let bunches = bunches.map(|(value, raw)| Located::of(source, raw, value));
        if let (Some(bunches), Normalisation::InputRate { .. }) = (&bunches, &events.normalisation)
        {
            return Err(Fault::new(
                bunches.place.clone(),
                "[events] gives the input rate, so that bunches have no effect",
            )
            .hint("leave out input_rate_hz: rates are bunches x revolution_hz x what is accepted")
            .into());
        }
        let background = raw.background.as_ref().map(|names| {
            let check = |name| check_background(source, name, events);
            names
                .get_ref()
                .iter()
                .map(check)
                .collect::<Result<Vec<_>>>()
        });
        let weights = raw.pileup_weights.as_ref();
        Ok(Self {
            bunches,
            background: background.transpose()?,
            pileup_weights: weights
                .map(|w| PileupWeights::check(source, w))
                .transpose()?,
            budget: BudgetSettings::of_rate(source, &raw.budget_khz, raw.confidence.as_ref())?,
            share: above_0(&raw.share)?.unwrap_or(1.0),
            luminosity_cm2s: above_0(&raw.luminosity_cm2s)?,
            name: Located::of(source, &raw.name, name),
        })
    }

    /// Makes a study's events and budgets those of the column.
    pub(super) fn apply(&self, events: &mut EventsSettings, budgets: &mut Vec<BudgetSettings>) {
        if let (Some(own), Normalisation::Bunches { bunches, .. }) =
            (&self.bunches, &mut events.normalisation)
        {
            *bunches = own.value;
        }
        if let Some(own) = &self.background {
            let is_own = |name: &str| own.iter().any(|b| b.value == name);
            events
                .samples
                .retain(|s| s.kind == SampleKind::Signal || is_own(&s.name.value));
        }
        if let Some(own) = self.luminosity_cm2s {
            for sample in &mut events.samples {
                if let Some(of_process) = &mut sample.cross_section {
                    of_process.luminosity_cm2s = own;
                    sample.rate_hz = Some(of_process.rate_hz());
                }
            }
        }
        if let Some(weights) = &self.pileup_weights {
            for sample in &mut events.samples {
                sample.pileup_weights = Some(weights.clone());
            }
        }
        budgets.push(self.budget.clone());
    }

    /// The place of a column among all.
    ///
    /// # Errors
    /// A [`Fault`] where `asked` stands: there is none of that name.
    pub(super) fn find(all: &[Self], asked: &Located<String>) -> Result<usize> {
        let found = all.iter().position(|c| c.name.value == asked.value);
        found.ok_or_else(|| {
            let names = || all.iter().map(|c| c.name.value.as_str());
            let message = format!("the study has no column `{}`", asked.value);
            let known: Vec<String> = names().map(|name| format!("`{name}`")).collect();
            let hint = match (nearest_name(&asked.value, names()), known.is_empty()) {
                (_, true) => "[[menu.column]] has a name and a budget_khz".to_owned(),
                (Some(near), _) => format!(
                    "did you mean `{near}`? The columns are {}",
                    known.join(", ")
                ),
                (None, _) => format!("the columns are {}", known.join(", ")),
            };
            Fault::new(asked.place.clone(), message).hint(hint).into()
        })
    }
}

/// Luminosities are written with a point: 1.5e34.
fn is_column_name(name: &str) -> bool {
    is_name(&name.replace('.', "_"))
}

fn check_background(
    source: &Source,
    name: &Spanned<String>,
    events: &EventsSettings,
) -> Result<Located<String>> {
    let of_kind = |kind| {
        let samples = events.samples.iter().filter(move |s| s.kind == kind);
        samples.map(|s| s.name.value.as_str())
    };
    let asked = name.get_ref().as_str();
    if of_kind(SampleKind::Background).any(|own| own == asked) {
        return Ok(Located::of(source, name, asked.to_owned()));
    }
    let message = if of_kind(SampleKind::Signal).any(|own| own == asked) {
        format!("`{asked}` is a signal: every column has all of them")
    } else {
        format!("the study has no background sample `{asked}`")
    };
    Err(source
        .fault(name.span(), message)
        .nearest(asked, of_kind(SampleKind::Background))
        .into())
}
