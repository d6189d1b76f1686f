//! `[[scan]]`, `[[turn_on]]` and `[targets]` as written.

use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawScan {
    pub knob: Spanned<String>,
    pub from: Option<Spanned<f64>>,
    pub to: Option<Spanned<f64>>,
    pub step: Option<Spanned<f64>>,
    pub values: Option<Spanned<Vec<f64>>>,
    pub rate_khz: Option<Spanned<f64>>,
    pub of: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTurnOn {
    pub path: Spanned<String>,
    pub sample: Spanned<String>,
    pub reference: Spanned<String>,
    #[serde(rename = "where")]
    pub condition: Option<Spanned<String>>,
    pub match_delta_r: Option<Spanned<f64>>,
    pub from: Option<Spanned<f64>>,
    pub to: Option<Spanned<f64>>,
    pub step: Option<Spanned<f64>>,
    pub edges: Option<Spanned<Vec<f64>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTargets {
    pub preset: Option<Spanned<String>>,
    pub rate_khz: Option<Spanned<f64>>,
    pub latency_us: Option<Spanned<f64>>,
    pub hlt_rate_khz: Option<Spanned<f64>>,
    pub hlt_latency_ms: Option<Spanned<f64>>,
    pub efficiency: Option<Spanned<f64>>,
    pub purity: Option<Spanned<f64>>,
}
