//! `[events]` as written.

use super::pileup_weights::RawPileupWeights;
use super::raw::OpenTable;
use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawEvents {
    pub revolution_hz: Option<Spanned<f64>>,
    pub bunches: Option<Spanned<f64>>,
    pub live_fraction: Option<Spanned<f64>>,
    pub input_rate_hz: Option<Spanned<f64>>,
    pub luminosity_cm2s: Option<Spanned<f64>>,
    pub event_bytes: Option<Spanned<f64>>,
    #[serde(default)]
    pub sample: Vec<Spanned<RawSample>>,
    /// A prefix, or a table of a prefix and renamed fields.
    #[serde(default)]
    pub objects: OpenTable<Spanned<toml::Value>>,
    #[serde(default)]
    pub scalars: OpenTable<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSample {
    pub name: Spanned<String>,
    pub kind: Spanned<String>,
    pub files: Option<Spanned<Vec<Spanned<String>>>>,
    pub tree: Option<Spanned<String>>,
    pub synthetic: Option<Spanned<RawSynthetic>>,
    pub weight: Option<Spanned<String>>,
    pub pileup_weights: Option<Spanned<RawPileupWeights>>,
    pub stratum: Option<Spanned<String>>,
    pub max_events: Option<Spanned<i64>>,
    #[serde(rename = "where")]
    pub condition: Option<Spanned<String>>,
    pub rate_hz: Option<Spanned<f64>>,
    pub xsec_pb: Option<Spanned<f64>>,
    pub importance: Option<Spanned<f64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSynthetic {
    pub process: Option<Spanned<String>>,
    pub events: Option<Spanned<i64>>,
    pub seed: Option<Spanned<i64>>,
    pub pileup: Option<Spanned<f64>>,
}
