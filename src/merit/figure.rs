//! The catalogue of figures of merit: names, units, order.

use super::Quantity;
use crate::menu::Menu;
use crate::study::{SampleKind, SampleSettings, quoted};

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
    Menu(MenuFigure),
    /// The standard error of a figure of a menu.
    MenuSigma(MenuFigure),
}

/// A figure of a menu; samples by their place in the study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MenuFigure {
    /// A rate of the background [kHz].
    RateKhz(Quantity),
    /// The rate of the background times the size of an event [bytes], in GB/s.
    BandwidthGbPerS(u64),
    /// Accepted share of the background.
    Acceptance,
    /// Its inverse: crossings in for one that is kept.
    ReductionFactor,
    /// Accepted share of a signal.
    Efficiency(usize),
    /// The same of the events that its `where` selects.
    EfficiencyWhere(usize),
    MeanEfficiency,
    /// That of the signal with the smallest.
    MinEfficiency,
    Purity,
}

impl MenuFigure {
    /// Whether it follows from what the whole menu accepts of each sample.
    pub fn is_of_total(self) -> bool {
        match self {
            Self::RateKhz(quantity) => quantity == Quantity::Total,
            _ => true,
        }
    }
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

/// The quantity of a path or group, by its number.
type Numbered = fn(usize) -> Quantity;

/// Every figure of a menu on samples, in the order in which they are shown.
pub fn menu_catalogue(menu: &Menu, samples: &[SampleSettings]) -> Vec<Named> {
    let mut all = Vec::new();
    let mut add = |figure, name, unit| {
        all.push(Named {
            figure: Figure::Menu(figure),
            name,
            unit,
        });
    };
    let of_kind = |kind| {
        let own = samples.iter().enumerate();
        own.filter(move |(_, s)| s.kind == kind)
    };
    if of_kind(SampleKind::Background).next().is_some() {
        let mut rate = |name: String, quantity| {
            let name = format!("rate_khz.{name}");
            add(MenuFigure::RateKhz(quantity), name, "kHz");
        };
        rate("total".to_owned(), Quantity::Total);
        let paths: Vec<&str> = menu.paths.iter().map(|p| p.name.as_str()).collect();
        let groups: Vec<&str> = menu.groups.iter().map(String::as_str).collect();
        let families: [(&str, &[&str], Numbered); 7] = [
            ("path", &paths, Quantity::Path),
            ("pure", &paths, Quantity::Pure),
            ("proportional", &paths, Quantity::Proportional),
            ("sequential", &paths, Quantity::Sequential),
            ("group", &groups, Quantity::Group),
            ("group_pure", &groups, Quantity::GroupPure),
            ("group_proportional", &groups, Quantity::GroupProportional),
        ];
        for (family, names, quantity) in families {
            for (i, name) in names.iter().enumerate() {
                rate(format!("{family}.{}", quoted(name)), quantity(i));
            }
        }
        if let Some(bytes) = menu.event_bytes {
            let figure = MenuFigure::BandwidthGbPerS(bytes);
            add(figure, "bandwidth_gb_per_s".to_owned(), "GB/s");
        }
        add(MenuFigure::Acceptance, "acceptance".to_owned(), "1");
        add(
            MenuFigure::ReductionFactor,
            "reduction_factor".to_owned(),
            "1",
        );
    }
    for (s, sample) in of_kind(SampleKind::Signal) {
        let name = format!("efficiency.{}", quoted(&sample.name.value));
        add(MenuFigure::Efficiency(s), name, "1");
    }
    for (s, sample) in of_kind(SampleKind::Signal).filter(|(_, s)| s.condition.is_some()) {
        let name = format!("efficiency_where.{}", quoted(&sample.name.value));
        add(MenuFigure::EfficiencyWhere(s), name, "1");
    }
    if of_kind(SampleKind::Signal).next().is_some() {
        add(
            MenuFigure::MeanEfficiency,
            "efficiency.mean".to_owned(),
            "1",
        );
        add(MenuFigure::MinEfficiency, "efficiency.min".to_owned(), "1");
    }
    add(MenuFigure::Purity, "purity".to_owned(), "1");
    all
}

impl Named {
    /// The column of a figure's standard error: `rate_khz.total.sigma`; none for figures that are not
    /// estimated.
    pub fn sigma(&self) -> Option<Self> {
        match self.figure {
            Figure::Menu(figure) => Some(Self {
                figure: Figure::MenuSigma(figure),
                name: format!("{}{SIGMA}", self.name),
                unit: self.unit,
            }),
            _ => None,
        }
    }
}

/// What the name of a standard error has behind that of its figure.
pub const SIGMA: &str = ".sigma";

impl Figure {
    /// Whether a results table holds it unless the study asks for others.
    pub fn is_total(self) -> bool {
        match self {
            Self::Threshold(_) | Self::MessageBytes(_) | Self::Ops(_) | Self::LatencyS(_) => false,
            Self::Menu(MenuFigure::RateKhz(quantity)) => quantity == Quantity::Total,
            Self::Menu(
                MenuFigure::EfficiencyWhere(_)
                | MenuFigure::MinEfficiency
                | MenuFigure::BandwidthGbPerS(_)
                | MenuFigure::Acceptance
                | MenuFigure::ReductionFactor,
            ) => false,
            _ => true,
        }
    }

    /// Whether the kernels give it for any configuration; shares of kept events need the events
    /// themselves.
    pub fn is_tabled(self) -> bool {
        use Quantity::{GroupProportional, Overlap, Proportional};
        !matches!(
            self,
            Self::Menu(MenuFigure::RateKhz(
                Proportional(_) | GroupProportional(_) | Overlap(..)
            ))
        )
    }
}
