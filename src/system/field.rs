//! The numbers of a node: names, units and what values they may take.

/// A number that every node has, or only detectors or processors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Field {
    DataBytes,
    SampleRateHz,
    Compression,
    LinkEfficiency,
    OpEfficiency,
    RoutingLatencyS,
    OpLatencyS,
    Steps,
    ReductionRatio,
    Skill,
    Scale,
}

/// The values a node's fields have, indexed by `Field as usize`.
pub type FieldValues = [f64; Field::COUNT];

impl Field {
    pub const COUNT: usize = 11;
    pub const ALL: [Self; Self::COUNT] = [
        Self::DataBytes,
        Self::SampleRateHz,
        Self::Compression,
        Self::LinkEfficiency,
        Self::OpEfficiency,
        Self::RoutingLatencyS,
        Self::OpLatencyS,
        Self::Steps,
        Self::ReductionRatio,
        Self::Skill,
        Self::Scale,
    ];

    /// The last part of a knob's address.
    pub fn name(self) -> &'static str {
        match self {
            Self::DataBytes => "data_bytes",
            Self::SampleRateHz => "sample_rate_hz",
            Self::Compression => "compression",
            Self::LinkEfficiency => "link_efficiency",
            Self::OpEfficiency => "op_efficiency",
            Self::RoutingLatencyS => "routing_latency_s",
            Self::OpLatencyS => "op_latency_s",
            Self::Steps => "steps",
            Self::ReductionRatio => "reduction_ratio",
            Self::Skill => "skill",
            Self::Scale => "scale",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }

    /// The unit, `1` where the number has none.
    pub fn unit(self) -> &'static str {
        match self {
            Self::DataBytes => "B",
            Self::SampleRateHz => "Hz",
            Self::LinkEfficiency => "J/bit",
            Self::OpEfficiency => "J/op",
            Self::RoutingLatencyS | Self::OpLatencyS => "s",
            Self::Compression | Self::Steps | Self::ReductionRatio | Self::Skill | Self::Scale => {
                "1"
            }
        }
    }

    /// Smallest and largest value allowed.
    pub fn range(self) -> (f64, f64) {
        match self {
            Self::Compression => (0.0, 1.0),
            Self::ReductionRatio => (1.0, f64::INFINITY),
            Self::Skill => (f64::NEG_INFINITY, f64::INFINITY),
            Self::SampleRateHz => (f64::MIN_POSITIVE, f64::INFINITY),
            _ => (0.0, f64::INFINITY),
        }
    }

    /// Whether detectors have it.
    pub fn of_detectors(self) -> bool {
        !matches!(self, Self::ReductionRatio | Self::Skill | Self::Scale)
    }

    /// Whether processors have it.
    pub fn of_processors(self) -> bool {
        self != Self::SampleRateHz
    }

    /// What is wrong with `value`, if anything.
    pub fn check(self, value: f64) -> Result<(), String> {
        let (low, high) = self.range();
        if value.is_finite() && value >= low && value <= high {
            return Ok(());
        }
        let wanted = match self {
            Self::Compression => "between 0 and 1",
            Self::ReductionRatio => "1 or more (it keeps 1 event in `reduction_ratio`)",
            Self::Skill => "finite",
            Self::SampleRateHz => "above 0",
            _ => "0 or more",
        };
        Err(format!("`{}` must be {wanted}, found {value}", self.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_lie_at_their_own_index_and_read_back_their_names() {
        for (i, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, i);
            assert_eq!(Field::from_name(field.name()), Some(field));
            assert!(field.check(f64::NAN).is_err());
        }
    }
}
