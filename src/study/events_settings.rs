//! `[events]`: samples, where they come from, and what their columns are called.

use super::ascending::positive;
use super::cross_section::CrossSection;
use super::pileup_weights::PileupWeights;
use super::raw_events::{RawEvents, RawSample, RawSynthetic};
use super::{Located, Source, in_order, is_name};
use crate::error::{Fault, Place, Result};
use std::path::PathBuf;
use toml::Spanned;

/// Turns of a proton a second in the LHC [Hz].
pub const REVOLUTION_HZ: f64 = 11_245.5;

/// Colliding bunches of a usual LHC fill.
pub const BUNCHES: f64 = 2760.0;

/// `[events]`, checked. Paths are relative to the current folder.
#[derive(Debug, Clone)]
pub struct EventsSettings {
    pub normalisation: Normalisation,
    /// Size of an event that is kept, for the bandwidth.
    pub event_bytes: Option<u64>,
    pub samples: Vec<SampleSettings>,
    pub objects: Vec<ObjectSettings>,
    /// Names the study gives to columns of one value an event.
    pub scalars: Vec<ScalarSettings>,
}

/// What a fraction of the background is multiplied with to be a rate (MODEL.md section 3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Normalisation {
    /// Live fraction x colliding bunches x revolutions a second.
    Bunches {
        live_fraction: f64,
        bunches: f64,
        revolution_hz: f64,
    },
    /// A rate that the study gives.
    InputRate { hz: f64 },
}

impl Normalisation {
    /// Events a second before the trigger [Hz].
    ///
    /// ```
    /// use trigscape::study::Normalisation;
    /// let lhc = Normalisation::Bunches { live_fraction: 1.0, bunches: 2760.0, revolution_hz: 11_246.0 };
    /// assert_eq!(lhc.rate_hz(), 31_038_960.0);
    /// ```
    pub fn rate_hz(&self) -> f64 {
        match *self {
            Self::Bunches {
                live_fraction,
                bunches,
                revolution_hz,
            } => live_fraction * bunches * revolution_hz,
            Self::InputRate { hz } => hz,
        }
    }

    /// The factors of the rate, spelled out.
    ///
    /// ```
    /// use trigscape::study::Normalisation;
    /// let given = Normalisation::InputRate { hz: 40e6 };
    /// assert_eq!(given.factors(), "input rate 40000000 Hz, as the study says");
    /// ```
    pub fn factors(&self) -> String {
        match self {
            Self::Bunches {
                live_fraction,
                bunches,
                revolution_hz,
            } => format!(
                "live fraction {live_fraction} x {bunches} colliding bunches x {revolution_hz} Hz"
            ),
            Self::InputRate { hz } => format!("input rate {hz} Hz, as the study says"),
        }
    }
}

/// What a sample stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleKind {
    /// What the accelerator delivers all the time: rates come from here.
    Background,
    /// What is looked for: efficiencies come from here.
    Signal,
}

/// `[[events.sample]]`, checked.
#[derive(Debug, Clone)]
pub struct SampleSettings {
    pub name: Located<String>,
    /// Among all of the study: also where a column has only some.
    pub number: usize,
    pub kind: SampleKind,
    pub origin: Origin,
    /// A column of weights; none: every event counts 1.
    pub weight: Option<Located<String>>,
    /// Factors of the weights by an event's pileup.
    pub pileup_weights: Option<PileupWeights>,
    /// A column that tells the strata apart in which the sample was generated.
    pub stratum: Option<Located<String>>,
    /// Only the first so many events.
    pub max_events: Option<u64>,
    /// The selection that efficiencies are also given for, as written.
    pub condition: Option<Located<String>>,
    /// Rate at which a signal is produced [Hz].
    pub rate_hz: Option<f64>,
    /// What the rate is made of, where the study gives a cross section.
    pub cross_section: Option<CrossSection>,
    /// Weight of a signal in mean efficiencies.
    pub importance: f64,
}

/// Where a sample's events come from.
#[derive(Debug, Clone)]
pub enum Origin {
    Files {
        patterns: Vec<FilePattern>,
        /// The tree in ROOT files; none: the only one, or `Events`.
        tree: Option<String>,
    },
    Synthetic(SyntheticOrigin),
}

/// A path, a pattern with `*`, `?` or `[...]`, or a list of paths (`*.txt`).
#[derive(Debug, Clone, PartialEq)]
pub struct FilePattern {
    /// Where the pattern starts from, unless it is absolute; not a pattern itself.
    pub folder: PathBuf,
    pub pattern: String,
    pub place: Place,
}

/// `synthetic = { ... }`: what the generator is to make.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntheticOrigin {
    /// The process; none: the background's, or a signal of the sample's name.
    pub process: Located<String>,
    pub events: u64,
    /// None: the study's.
    pub seed: Option<u64>,
    /// Mean interactions a crossing; none: the generator's own.
    pub pileup: Option<f64>,
}

/// The columns of one kind of object.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectSettings {
    pub object: String,
    /// Columns are `<prefix>_<field>`.
    pub prefix: String,
    /// Fields that are called otherwise there: (field, name behind the prefix).
    pub renamed: Vec<(String, String)>,
    pub place: Place,
}

/// A column of one value an event, and what the study calls it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScalarSettings {
    pub scalar: String,
    pub column: String,
    pub place: Place,
}

impl ObjectSettings {
    /// The column of a field.
    pub fn column(&self, field: &str) -> String {
        let renamed = self.renamed.iter().find(|(f, _)| f == field);
        format!(
            "{}_{}",
            self.prefix,
            renamed.map_or(field, |(_, name)| name)
        )
    }
}

impl EventsSettings {
    pub(super) fn check(source: &Source, raw: &RawEvents) -> Result<Self> {
        let luminosity = raw.luminosity_cm2s.as_ref();
        let luminosity_cm2s = luminosity.map(|x| positive(source, x)).transpose()?;
        let mut samples: Vec<SampleSettings> = Vec::new();
        for sample in &raw.sample {
            let sample = check_sample(source, sample.get_ref(), samples.len(), luminosity_cm2s)?;
            if samples.iter().any(|s| s.name.value == sample.name.value) {
                let message = format!("two samples are named `{}`", sample.name.value);
                return Err(Fault::new(sample.name.place, message).into());
            }
            samples.push(sample);
        }
        if samples.is_empty() {
            return Err(Fault::in_file(&source.path, "[events] has no sample")
                .hint("[[events.sample]] has a name, a kind, and files = [\"...\"] or synthetic = { events = 1_000_000 }")
                .into());
        }
        let mut objects = Vec::new();
        for (name, value) in in_order(&raw.objects) {
            objects.push(check_object(source, name, value)?);
        }
        let mut scalars = Vec::new();
        for (name, column) in in_order(&raw.scalars) {
            scalars.push(ScalarSettings {
                scalar: identifier(source, name)?,
                column: column_name(source, column)?.value,
                place: source.place(column.span()),
            });
        }
        Ok(Self {
            normalisation: check_normalisation(source, raw)?,
            event_bytes: check_event_bytes(source, raw)?,
            samples,
            objects,
            scalars,
        })
    }
}

fn check_event_bytes(source: &Source, raw: &RawEvents) -> Result<Option<u64>> {
    match &raw.event_bytes {
        None => Ok(None),
        Some(bytes) if (1.0..1e15).contains(bytes.get_ref()) => {
            Ok(Some(bytes.get_ref().round() as u64))
        }
        Some(bytes) => Err(source
            .fault(bytes.span(), "an event has at least one byte")
            .hint("event_bytes = 1.0e6")
            .into()),
    }
}

fn check_normalisation(source: &Source, raw: &RawEvents) -> Result<Normalisation> {
    if let Some(rate) = &raw.input_rate_hz {
        let others = [&raw.revolution_hz, &raw.bunches, &raw.live_fraction];
        if let Some(other) = others.into_iter().flatten().next() {
            return Err(source
                .fault(
                    other.span(),
                    "the input rate is given already, by input_rate_hz",
                )
                .hint("give input_rate_hz alone, or revolution_hz, bunches and live_fraction")
                .into());
        }
        return Ok(Normalisation::InputRate {
            hz: positive(source, rate)?,
        });
    }
    let or = |raw: &Option<Spanned<f64>>, default: f64| match raw {
        Some(x) => positive(source, x),
        None => Ok(default),
    };
    let live_fraction = or(&raw.live_fraction, 1.0)?;
    if live_fraction > 1.0 {
        let span = raw.live_fraction.as_ref().map_or(0..0, Spanned::span);
        return Err(source.fault(span, "a live fraction is at most 1").into());
    }
    Ok(Normalisation::Bunches {
        live_fraction,
        bunches: or(&raw.bunches, BUNCHES)?,
        revolution_hz: or(&raw.revolution_hz, REVOLUTION_HZ)?,
    })
}

fn check_sample(
    source: &Source,
    raw: &RawSample,
    number: usize,
    luminosity_cm2s: Option<f64>,
) -> Result<SampleSettings> {
    let name = raw.name.get_ref().trim().to_owned();
    if !is_name(&name) {
        return Err(source
            .fault(
                raw.name.span(),
                format!("`{name}` cannot be a sample's name"),
            )
            .hint("names hold letters, digits, blanks and _ + -")
            .into());
    }
    let kind = match raw.kind.get_ref().as_str() {
        "background" => SampleKind::Background,
        "signal" => SampleKind::Signal,
        other => {
            return Err(source
                .fault(raw.kind.span(), format!("unknown kind of sample `{other}`"))
                .hint("a sample is \"background\" or \"signal\"")
                .into());
        }
    };
    let only_signal = [&raw.rate_hz, &raw.xsec_pb, &raw.importance];
    if kind == SampleKind::Background
        && let Some(given) = only_signal.into_iter().flatten().next()
    {
        return Err(source
            .fault(
                given.span(),
                "this belongs to signals; a background's rate follows from [events]",
            )
            .hint("[events] has bunches, revolution_hz and live_fraction, or input_rate_hz")
            .into());
    }
    let max_events = raw
        .max_events
        .as_ref()
        .map(|n| count(source, n))
        .transpose()?;
    let text =
        |raw: &Option<Spanned<String>>| raw.as_ref().map(|c| column_name(source, c)).transpose();
    let positive_or =
        |raw: &Option<Spanned<f64>>| raw.as_ref().map(|x| positive(source, x)).transpose();
    let cross_section = CrossSection::check(source, raw, luminosity_cm2s)?;
    let rate_hz = positive_or(&raw.rate_hz)?;
    Ok(SampleSettings {
        number,
        origin: check_origin(source, raw, kind, &name)?,
        weight: text(&raw.weight)?,
        pileup_weights: raw
            .pileup_weights
            .as_ref()
            .map(|w| PileupWeights::check(source, w))
            .transpose()?,
        stratum: text(&raw.stratum)?,
        max_events,
        condition: raw
            .condition
            .as_ref()
            .map(|c| Located::of(source, c, c.get_ref().clone())),
        rate_hz: rate_hz.or(cross_section.map(|c| c.rate_hz())),
        cross_section,
        importance: positive_or(&raw.importance)?.unwrap_or(1.0),
        name: Located::of(source, &raw.name, name),
        kind,
    })
}

fn check_origin(source: &Source, raw: &RawSample, kind: SampleKind, name: &str) -> Result<Origin> {
    match (&raw.files, &raw.synthetic) {
        (Some(files), None) => {
            if files.get_ref().is_empty() {
                return Err(source.fault(files.span(), "no file is named").into());
            }
            let patterns = files.get_ref().iter().map(|file| FilePattern {
                folder: source.folder().to_owned(),
                pattern: file.get_ref().clone(),
                place: source.place(file.span()),
            });
            Ok(Origin::Files {
                patterns: patterns.collect(),
                tree: raw.tree.as_ref().map(|t| t.get_ref().clone()),
            })
        }
        (None, Some(synthetic)) => {
            if let Some(tree) = &raw.tree {
                return Err(source
                    .fault(tree.span(), "synthetic samples have no tree")
                    .into());
            }
            let default = match kind {
                SampleKind::Background => "background",
                SampleKind::Signal => name,
            };
            check_synthetic(source, synthetic, default).map(Origin::Synthetic)
        }
        (Some(_), Some(synthetic)) => Err(source
            .fault(synthetic.span(), "the sample has files already")
            .hint("a sample has either files or synthetic")
            .into()),
        (None, None) => Err(source
            .fault(
                raw.name.span(),
                format!("the sample `{name}` has no events"),
            )
            .hint("give files = [\"sample.root\"], or synthetic = { events = 1_000_000 }")
            .into()),
    }
}

fn check_synthetic(
    source: &Source,
    raw: &Spanned<RawSynthetic>,
    default_process: &str,
) -> Result<SyntheticOrigin> {
    let given = raw.get_ref();
    let Some(events) = &given.events else {
        return Err(source
            .fault(raw.span(), "how many events?")
            .hint("for example synthetic = { events = 1_000_000 }")
            .into());
    };
    let process = match &given.process {
        Some(process) => Located::of(source, process, process.get_ref().clone()),
        None => Located::of(source, raw, default_process.to_owned()),
    };
    let seed = given.seed.as_ref().map(|seed| {
        u64::try_from(*seed.get_ref()).map_err(|_| source.fault(seed.span(), "a seed is 0 or more"))
    });
    Ok(SyntheticOrigin {
        process,
        events: count(source, events)?,
        seed: seed.transpose()?,
        pileup: given.pileup.as_ref().map(|p| *p.get_ref()),
    })
}

fn check_object(
    source: &Source,
    name: &Spanned<String>,
    value: &Spanned<toml::Value>,
) -> Result<ObjectSettings> {
    let expected = || {
        source
            .fault(value.span(), "expected a prefix of columns, or a table with one")
            .hint("for example muon = \"L1Mu\", or muon = { prefix = \"L1Mu\", quality = \"hwQual\" }")
    };
    let mut renamed = Vec::new();
    let prefix = match value.get_ref() {
        toml::Value::String(prefix) => prefix.clone(),
        toml::Value::Table(table) => {
            for (field, column) in table.iter().filter(|(field, _)| *field != "prefix") {
                let toml::Value::String(column) = column else {
                    return Err(expected().into());
                };
                renamed.push((field.clone(), column.clone()));
            }
            let prefix = table.get("prefix").and_then(toml::Value::as_str);
            prefix.ok_or_else(expected)?.to_owned()
        }
        _ => return Err(expected().into()),
    };
    if prefix.is_empty() {
        return Err(source.fault(value.span(), "the prefix is empty").into());
    }
    Ok(ObjectSettings {
        object: identifier(source, name)?,
        prefix,
        renamed,
        place: source.place(value.span()),
    })
}

/// A name that can stand in a cut.
fn identifier(source: &Source, raw: &Spanned<String>) -> Result<String> {
    let name = raw.get_ref();
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !starts || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(source
            .fault(raw.span(), format!("`{name}` cannot be a name in cuts"))
            .hint("such names are a letter, then letters, digits and _")
            .into());
    }
    Ok(name.clone())
}

fn column_name(source: &Source, raw: &Spanned<String>) -> Result<Located<String>> {
    if raw.get_ref().is_empty() {
        return Err(source
            .fault(raw.span(), "the column's name is empty")
            .into());
    }
    Ok(Located::of(source, raw, raw.get_ref().clone()))
}

fn count(source: &Source, raw: &Spanned<i64>) -> Result<u64> {
    match u64::try_from(*raw.get_ref()) {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(source
            .fault(raw.span(), "expected a number of events, at least 1")
            .into()),
    }
}
