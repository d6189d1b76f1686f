//! The kinds of classifier a processor can have.

use std::fmt;

/// What decides which events a processor keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClassifierKind {
    /// Keeps everything.
    Dummy,
    /// Scores N(0, 1) for negative events, N(skill, scale) for positive ones.
    Gaussian,
    /// Sum of the four Level-1 object efficiencies.
    L1t,
    /// Efficiency of one of six High-Level Trigger paths.
    Hlt,
}

impl ClassifierKind {
    pub const ALL: [Self; 4] = [Self::Dummy, Self::Gaussian, Self::L1t, Self::Hlt];

    /// The name in workbooks and studies; read back in any case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dummy => "Dummy",
            Self::Gaussian => "Gaussian",
            Self::L1t => "L1T",
            Self::Hlt => "HLT",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name.trim()))
    }
}

impl fmt::Display for ClassifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
