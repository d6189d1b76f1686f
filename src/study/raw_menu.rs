//! `[menu]` as written.

use super::column_settings::RawColumn;
use super::raw::OpenTable;
use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawMenu {
    pub nan: Option<Spanned<String>>,
    #[serde(default)]
    pub scaling: OpenTable<Spanned<RawScaling>>,
    pub prescales: Option<RawPrescales>,
    #[serde(default)]
    pub column: Vec<Spanned<RawColumn>>,
    #[serde(default)]
    pub path: Vec<Spanned<RawPath>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPrescales {
    pub table: Spanned<String>,
    pub column: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawScaling {
    pub offset: Option<Spanned<f64>>,
    pub slope: Option<Spanned<f64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPath {
    pub name: Spanned<String>,
    pub group: Option<Spanned<String>>,
    pub prescale: Option<Spanned<f64>>,
    pub legs: Option<Spanned<Vec<Spanned<RawLeg>>>>,
    pub cross: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLeg {
    pub object: Option<Spanned<String>>,
    pub pt: Option<Spanned<f64>>,
    pub offline_pt: Option<Spanned<f64>>,
    #[serde(rename = "where")]
    pub condition: Option<Spanned<String>>,
    pub scalar: Option<Spanned<String>>,
    pub min: Option<Spanned<f64>>,
}
