//! `[targets]`: what a trigger is designed for (MODEL.md section 3, targets).

use super::Source;
use super::ascending::positive;
use super::raw_diagnostics::RawTargets;
use crate::error::Result;
use toml::Spanned;

/// `[targets]`, checked; what is not given is not compared.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TargetSettings {
    /// Background rate of the menu, at most [kHz].
    pub rate_khz: Option<f64>,
    /// Latency of the Level-1 trigger, at most [us].
    pub latency_us: Option<f64>,
    /// Output of the high-level trigger, at most [kHz].
    pub hlt_rate_khz: Option<f64>,
    /// Latency of the high-level trigger, at most [ms].
    pub hlt_latency_ms: Option<f64>,
    /// Efficiency of each signal and of their mean, at least.
    pub efficiency: Option<f64>,
    /// At least.
    pub purity: Option<f64>,
}

impl TargetSettings {
    /// CMS in LHC Run 2: CMS TRG-17-001.
    pub const RUN2: Self = Self {
        rate_khz: Some(100.0),
        latency_us: Some(4.0),
        hlt_rate_khz: Some(1.0),
        hlt_latency_ms: Some(300.0),
        efficiency: Some(0.95),
        purity: Some(0.8),
    };

    /// CMS at the High-Luminosity LHC: CMS-TDR-021, CMS-TDR-022.
    pub const PHASE2: Self = Self {
        rate_khz: Some(750.0),
        latency_us: Some(12.5),
        hlt_rate_khz: Some(7.5),
        hlt_latency_ms: None,
        efficiency: Some(0.95),
        purity: Some(0.8),
    };

    pub(super) fn check(source: &Source, raw: &RawTargets) -> Result<Self> {
        let preset = match raw
            .preset
            .as_ref()
            .map(|p| (p.get_ref().as_str(), p.span()))
        {
            None => Self::default(),
            Some(("run2", _)) => Self::RUN2,
            Some(("phase2", _)) => Self::PHASE2,
            Some((other, span)) => {
                return Err(source
                    .fault(span, format!("unknown preset `{other}`"))
                    .hint("preset = \"run2\" or preset = \"phase2\"")
                    .into());
            }
        };
        let or = |raw: &Option<Spanned<f64>>, preset: Option<f64>| match raw {
            Some(x) => positive(source, x).map(Some),
            None => Ok(preset),
        };
        let share = |raw: &Option<Spanned<f64>>, preset: Option<f64>| match raw {
            Some(x) if *x.get_ref() > 1.0 => Err(source
                .fault(x.span(), "a share is at most 1")
                .hint("95 % is 0.95")
                .into()),
            other => or(other, preset),
        };
        Ok(Self {
            rate_khz: or(&raw.rate_khz, preset.rate_khz)?,
            latency_us: or(&raw.latency_us, preset.latency_us)?,
            hlt_rate_khz: or(&raw.hlt_rate_khz, preset.hlt_rate_khz)?,
            hlt_latency_ms: or(&raw.hlt_latency_ms, preset.hlt_latency_ms)?,
            efficiency: share(&raw.efficiency, preset.efficiency)?,
            purity: share(&raw.purity, preset.purity)?,
        })
    }
}
