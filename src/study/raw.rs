//! A study as written: every key that TOML may hold, unchecked, with the place it stands at.

use super::optimize_settings::RawOptimize;
use super::raw_diagnostics::{RawScan, RawTargets, RawTurnOn};
use super::raw_events::RawEvents;
use super::raw_menu::RawMenu;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Addresses and names in the order of the file: sort by the span of the key.
pub type OpenTable<T> = BTreeMap<Spanned<String>, T>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawStudy {
    pub name: Spanned<String>,
    pub seed: Option<Spanned<i64>>,
    pub column: Option<Spanned<String>>,
    pub system: Option<Spanned<RawSystem>>,
    pub bridge: Option<RawBridge>,
    pub events: Option<RawEvents>,
    pub menu: Option<RawMenu>,
    #[serde(default)]
    pub set: OpenTable<Spanned<toml::Value>>,
    #[serde(default)]
    pub space: OpenTable<Spanned<RawAxis>>,
    #[serde(default)]
    pub explore: RawExplore,
    #[serde(default)]
    pub optimize: RawOptimize,
    #[serde(default)]
    pub mark: Vec<Spanned<RawMark>>,
    #[serde(default)]
    pub scenario: Vec<Spanned<RawScenario>>,
    #[serde(default)]
    pub scan: Vec<Spanned<RawScan>>,
    #[serde(default)]
    pub turn_on: Vec<Spanned<RawTurnOn>>,
    pub targets: Option<Spanned<RawTargets>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSystem {
    pub workbook: Spanned<String>,
    #[serde(default)]
    pub complexity: OpenTable<Spanned<RawComplexity>>,
    pub link_bytes: Option<Spanned<String>>,
    #[serde(default)]
    pub l1t: RawL1t,
    #[serde(default)]
    pub hlt: RawHlt,
    pub interpolate: Option<Spanned<RawInterpolate>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawComplexity {
    pub per_bytes: Option<Spanned<f64>>,
    pub fit: Option<Spanned<String>>,
    pub column: Option<Spanned<String>>,
    pub cubic: Option<Spanned<[f64; 3]>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawL1t {
    pub edge: Option<Spanned<String>>,
    pub rate: Option<Spanned<String>>,
    pub samples: Option<Spanned<i64>>,
    pub curves: Option<Spanned<String>>,
    pub mix: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawHlt {
    pub positive: Option<Spanned<String>>,
    pub curves: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawInterpolate {
    pub workbook: Spanned<String>,
    pub knob: Spanned<String>,
    pub from: Spanned<f64>,
    pub to: Spanned<f64>,
    pub at: Option<Spanned<f64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBridge {
    pub stage: Spanned<String>,
    pub positives_share: Option<Spanned<f64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAxis {
    #[serde(alias = "levels")]
    pub values: Option<Spanned<Vec<f64>>>,
    pub from: Option<Spanned<f64>>,
    pub to: Option<Spanned<f64>>,
    pub step: Option<Spanned<f64>>,
    pub points: Option<Spanned<i64>>,
    pub spacing: Option<Spanned<String>>,
    pub equals: Option<Spanned<String>>,
    pub tie: Option<Spanned<bool>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawExplore {
    pub design: Option<Spanned<String>>,
    pub figures: Option<Spanned<Vec<Spanned<String>>>>,
    pub keep: Option<Spanned<toml::Value>>,
    pub precision: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawMark {
    pub name: Spanned<String>,
    pub study: Option<Spanned<String>>,
    #[serde(default)]
    pub set: OpenTable<Spanned<toml::Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawScenario {
    pub name: Spanned<String>,
    #[serde(default)]
    pub set: OpenTable<Spanned<toml::Value>>,
}
