//! `[[turn_on]]`: the efficiency of a path against a reference quantity.

use super::ascending::{
    ascending, finite, positive, refuse_backwards, round_step, step_count, steps,
};
use super::raw_diagnostics::RawTurnOn;
use super::{EventsSettings, Located, MenuSettings, Source};
use crate::error::Result;
use toml::Spanned;

/// Bins of a turn-on, at most.
const MAX_BINS: usize = 1000;

/// `[[turn_on]]`, checked; which columns a sample has is not known yet.
#[derive(Debug, Clone)]
pub struct TurnOnSettings {
    pub path: Located<String>,
    pub sample: Located<String>,
    pub reference: ReferenceSettings,
    /// A cut on the reference object, or on scalars, as written.
    pub condition: Option<Located<String>>,
    /// Reference objects are matched to those of the path's legs within this distance.
    pub match_delta_r: Option<f64>,
    /// Ascending; one more than bins.
    pub edges: Vec<f64>,
}

/// What the efficiency is a function of.
#[derive(Debug, Clone)]
pub enum ReferenceSettings {
    Scalar(Located<String>),
    /// A field of a kind of objects.
    Field {
        object: Located<String>,
        field: String,
    },
}

impl TurnOnSettings {
    pub(super) fn check(
        source: &Source,
        raw: &Spanned<RawTurnOn>,
        menu: &MenuSettings,
        events: &EventsSettings,
    ) -> Result<Self> {
        let given = raw.get_ref();
        let name = given.path.get_ref();
        let paths = || menu.paths.iter();
        let Some(path) = paths().find(|p| p.name.value == *name) else {
            return Err(source
                .fault(given.path.span(), format!("the menu has no path `{name}`"))
                .nearest(name, paths().map(|p| p.name.value.as_str()))
                .into());
        };
        let name = given.sample.get_ref();
        if !events.samples.iter().any(|s| s.name.value == *name) {
            let known = events.samples.iter().map(|s| s.name.value.as_str());
            return Err(source
                .fault(given.sample.span(), format!("there is no sample `{name}`"))
                .nearest(name, known)
                .into());
        }
        let reference = reference(source, &given.reference)?;
        let match_delta_r = match &given.match_delta_r {
            None => None,
            Some(distance) => {
                let refused = |message: &str, hint: &str| {
                    Err(source.fault(distance.span(), message).hint(hint).into())
                };
                if let ReferenceSettings::Scalar(_) = reference {
                    return refused(
                        "a scalar has no direction in which to be matched",
                        "leave match_delta_r out, or give reference = \"object.field\"",
                    );
                }
                if path.legs.iter().all(|leg| leg.object().is_none()) {
                    return refused(
                        &format!(
                            "the path `{}` has no leg of objects to match with",
                            path.name.value
                        ),
                        "leave match_delta_r out: the leading reference object then stands for the event",
                    );
                }
                Some(positive(source, distance)?)
            }
        };
        Ok(Self {
            path: Located::of(source, &given.path, given.path.get_ref().clone()),
            sample: Located::of(source, &given.sample, given.sample.get_ref().clone()),
            reference,
            condition: given
                .condition
                .as_ref()
                .map(|c| Located::of(source, c, c.get_ref().clone())),
            match_delta_r,
            edges: edges(source, given)?,
        })
    }
}

impl ReferenceSettings {
    /// As the study has it.
    pub fn name(&self) -> String {
        match self {
            Self::Scalar(scalar) => scalar.value.clone(),
            Self::Field { object, field } => format!("{}.{field}", object.value),
        }
    }
}

fn reference(source: &Source, raw: &Spanned<String>) -> Result<ReferenceSettings> {
    let text = raw.get_ref().trim();
    let is_identifier = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let parts: Vec<&str> = text.split('.').collect();
    match parts[..] {
        [scalar] if is_identifier(scalar) => Ok(ReferenceSettings::Scalar(Located::of(
            source,
            raw,
            scalar.to_owned(),
        ))),
        [object, field] if is_identifier(object) && is_identifier(field) => {
            Ok(ReferenceSettings::Field {
                object: Located::of(source, raw, object.to_owned()),
                field: field.to_owned(),
            })
        }
        _ => Err(source
            .fault(raw.span(), format!("`{text}` names no reference"))
            .hint("a scalar, reference = \"met\", or a field of objects, reference = \"muon.pt\"; [events.scalars] and [events.objects] name columns")
            .into()),
    }
}

fn edges(source: &Source, given: &RawTurnOn) -> Result<Vec<f64>> {
    let range = [&given.from, &given.to, &given.step];
    if let Some(edges) = &given.edges {
        if let Some(other) = range.into_iter().flatten().next() {
            return Err(source
                .fault(other.span(), "the bins are given already, by `edges`")
                .hint("give edges = [..] alone, or from, to and step")
                .into());
        }
        let listed = ascending(source, edges, "edges")?;
        if !(2..=MAX_BINS + 1).contains(&listed.len()) {
            let message = format!(
                "{} edges make no bins: 2 to {} do",
                listed.len(),
                MAX_BINS + 1
            );
            return Err(source.fault(edges.span(), message).into());
        }
        return Ok(listed);
    }
    let [Some(from), Some(to), Some(step)] = range else {
        return Err(source
            .fault(given.reference.span(), "the turn-on has no bins")
            .hint("from = 0, to = 60, step = 2, or edges = [0, 10, 20, 25, 30, 60]")
            .into());
    };
    let (start, end) = (finite(source, from)?, finite(source, to)?);
    let size = positive(source, step)?;
    refuse_backwards(start, end, |message| source.fault(to.span(), message))?;
    let count = step_count(start, end, size);
    if count > (MAX_BINS + 1) as f64 {
        let message = format!("{} bins; at most {MAX_BINS} are possible", count - 1.0);
        return Err(source
            .fault(step.span(), message)
            .hint(format!(
                "use step = {}",
                round_step(start, end, MAX_BINS + 1)
            ))
            .into());
    }
    if count < 2.0 {
        let message = format!("a step of {size} leads beyond {end} at once");
        return Err(source.fault(step.span(), message).into());
    }
    Ok(steps(start, end, size))
}
