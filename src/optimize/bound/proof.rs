//! What proves a bound, and what it says of parts of its options under other multipliers.

use super::PathOptions;
use super::certificate::Certificate;
use super::hull::Hull;
use super::options::Options;
use super::tile::SplitSums;

/// The splits of a bound. They hold for any multipliers, and for some of the options alone.
#[derive(Debug)]
pub struct Proof {
    hull: Hull,
    certificate: Certificate,
    sums: SplitSums,
}

impl Proof {
    pub fn new(hull: Hull, certificate: Certificate, sums: SplitSums) -> Self {
        Self {
            hull,
            certificate,
            sums,
        }
    }

    /// Some of the options; all of them have to be among those of the bound.
    pub fn some(&self, paths: &[PathOptions]) -> Options {
        self.hull.some(paths)
    }

    /// No menu of these options reaches more, for what multipliers price.
    pub fn value(&self, options: &Options, multipliers: &[f64]) -> f64 {
        let Self { hull, sums, .. } = self;
        self.certificate.value(hull, options, sums, multipliers)
    }

    /// How that changes with a multiplier, upwards.
    pub fn slope(&self, options: &Options, multipliers: &[f64], term: usize) -> f64 {
        let Self { hull, sums, .. } = self;
        let certificate = &self.certificate;
        certificate.slope(hull, options, sums, multipliers, term)
    }

    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// What the columns earn.
    pub fn earned(&self, multipliers: &[f64]) -> Vec<f64> {
        self.sums.earned(multipliers)
    }

    /// Of a path, by ladder and level: how much less is proven where it is that level than where it is the best.
    pub fn losses(&self, path: usize, options: &Options, earned: &[f64]) -> Vec<Vec<f64>> {
        self.hull.losses(path, options, earned)
    }
}
