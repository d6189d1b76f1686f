//! What the generator can make.

use crate::error::{Error, Fault, Result};
use std::str::FromStr;

/// The process of a synthetic sample. All are toys: shapes to tune menus on, not predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Process {
    /// Crossings as they come, enriched in hard ones by strata with weights.
    #[default]
    Background,
    /// Z to two muons of opposite charge.
    ZMuMu,
    /// A Higgs boson of 125 GeV to two tau leptons, hadronic or leptonic.
    HTauTau,
    /// A pair of top quarks: one electron or muon, two b jets, two light jets, a neutrino.
    TTbar,
    /// Two Higgs bosons of 125 GeV to four b jets.
    Hh4b,
    /// Little missing momentum behind one jet, as of a compressed spectrum; often a soft muon.
    SoftMet,
}

impl Process {
    pub const ALL: [Self; 6] = [
        Self::Background,
        Self::ZMuMu,
        Self::HTauTau,
        Self::TTbar,
        Self::Hh4b,
        Self::SoftMet,
    ];

    /// The name that settings use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Background => "background",
            Self::ZMuMu => "z_mumu",
            Self::HTauTau => "h_tautau",
            Self::TTbar => "ttbar",
            Self::Hh4b => "hh_4b",
            Self::SoftMet => "soft_met",
        }
    }
}

impl FromStr for Process {
    type Err = Error;

    /// The process of this name; a [`Fault`] with the nearest where there is none.
    fn from_str(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|p| p.name() == name);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name);
            Fault::in_option("process", format!("there is no synthetic process `{name}`"))
                .hint(format!("the processes are {}", names.join(", ")))
                .nearest(name, names)
                .into()
        })
    }
}

impl std::fmt::Display for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
