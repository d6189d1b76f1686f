//! The catalogue of a system's figures of merit: names, units, order.

use crate::study::quoted;

/// A named number of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Figure {
    F1,
    Precision,
    Recall,
    OpPowerW,
    LinkPowerW,
    ScaledPowerW,
    ProductivityPerJ,
    /// Accepted rate of a stage, by its position in the pipeline.
    OutputHz(usize),
    /// Score threshold of a stage; NaN where it is inactive.
    Threshold(usize),
    /// By node.
    MessageBytes(usize),
    Ops(usize),
    LatencyS(usize),
}

/// A figure with its name and unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub figure: Figure,
    pub name: String,
    /// `1` where the number has none.
    pub unit: &'static str,
}

/// Every figure of a system with these stages and nodes, in the order in which they are shown.
pub fn catalogue(stages: &[&str], nodes: &[&str]) -> Vec<Named> {
    let single = [
        (Figure::F1, "f1", "1"),
        (Figure::Precision, "precision", "1"),
        (Figure::Recall, "recall", "1"),
        (Figure::OpPowerW, "op_power_w", "W"),
        (Figure::LinkPowerW, "link_power_w", "W"),
        (Figure::ScaledPowerW, "scaled_power_w", "W"),
        (Figure::ProductivityPerJ, "productivity_per_j", "1/J"),
    ];
    let mut all: Vec<Named> = single
        .into_iter()
        .map(|(figure, name, unit)| Named {
            figure,
            name: name.to_owned(),
            unit,
        })
        .collect();
    let mut family =
        |names: &[&str], prefix: &str, unit: &'static str, figure: fn(usize) -> Figure| {
            all.extend(names.iter().enumerate().map(|(i, name)| Named {
                figure: figure(i),
                name: format!("{prefix}.{}", quoted(name)),
                unit,
            }));
        };
    family(stages, "output_hz", "Hz", Figure::OutputHz);
    family(stages, "threshold", "1", Figure::Threshold);
    family(nodes, "message_bytes", "B", Figure::MessageBytes);
    family(nodes, "ops", "1", Figure::Ops);
    family(nodes, "latency_s", "s", Figure::LatencyS);
    all
}

impl Figure {
    /// Whether a results table holds it unless the study asks for others.
    pub fn is_total(self) -> bool {
        !matches!(
            self,
            Self::Threshold(_) | Self::MessageBytes(_) | Self::Ops(_) | Self::LatencyS(_)
        )
    }
}
