//! Rates of signals from cross sections.

use super::Source;
use super::ascending::positive;
use super::raw_events::RawSample;
use crate::error::Result;

/// A process at an instantaneous luminosity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrossSection {
    pub pb: f64,
    pub luminosity_cm2s: f64,
}

impl CrossSection {
    /// Events a second [Hz]; a picobarn is 1e-36 cm^2.
    ///
    /// ```
    /// use trigscape::study::CrossSection;
    /// let z = CrossSection { pb: 2000.0, luminosity_cm2s: 2e34 };
    /// assert!((z.rate_hz() - 40.0).abs() < 1e-12);
    /// ```
    pub fn rate_hz(&self) -> f64 {
        self.pb * 1e-36 * self.luminosity_cm2s
    }

    /// The factors of the rate, spelled out.
    pub fn factors(&self) -> String {
        format!("{} pb x {:e} cm^-2 s^-1", self.pb, self.luminosity_cm2s)
    }

    pub(super) fn check(
        source: &Source,
        raw: &RawSample,
        luminosity_cm2s: Option<f64>,
    ) -> Result<Option<Self>> {
        let Some(given) = &raw.xsec_pb else {
            return Ok(None);
        };
        if raw.rate_hz.is_some() {
            return Err(source
                .fault(
                    given.span(),
                    "the signal's rate is given already, by rate_hz",
                )
                .hint("give rate_hz, or xsec_pb with [events] luminosity_cm2s")
                .into());
        }
        let pb = positive(source, given)?;
        let Some(luminosity_cm2s) = luminosity_cm2s else {
            return Err(source
                .fault(
                    given.span(),
                    "a cross section is no rate without a luminosity",
                )
                .hint("[events] luminosity_cm2s = 2e34")
                .into());
        };
        Ok(Some(Self {
            pb,
            luminosity_cm2s,
        }))
    }
}
