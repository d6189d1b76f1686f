//! Evaluates a system point by point, recomputing only what the last step has changed.

use super::threshold::{Split, split_gaussian, split_table};
use crate::merit::{Contingency, Figure, productivity_per_j, technology_scale};
use crate::plan::{Acceptance, Bridge, Plan, ScoreLaw, Stage, SystemPlan};
use crate::system::complexity::operations;
use crate::system::field::Field;

/// Which parts of the model a number feeds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Parts {
    messages: bool,
    latency: bool,
    pipeline: bool,
    technology: bool,
}

impl Parts {
    const ALL: Self = Self {
        messages: true,
        latency: true,
        pipeline: true,
        technology: true,
    };

    fn of_slot(slot: usize, year_slot: usize) -> Self {
        let mut parts = Self::default();
        if slot == year_slot {
            parts.technology = true;
            return parts;
        }
        match Field::ALL[slot % Field::COUNT] {
            Field::DataBytes | Field::Compression | Field::LinkEfficiency | Field::OpEfficiency => {
                parts.messages = true;
            }
            Field::RoutingLatencyS | Field::OpLatencyS | Field::Steps => parts.latency = true,
            Field::SampleRateHz | Field::ReductionRatio | Field::Skill | Field::Scale => {
                parts.pipeline = true;
            }
        }
        parts
    }

    fn add(&mut self, other: Self) {
        self.messages |= other.messages;
        self.latency |= other.latency;
        self.pipeline |= other.pipeline;
        self.technology |= other.technology;
    }
}

/// What a stage does at the current point.
pub type StageOutcome = Split;

/// The state of a system at one point.
#[derive(Debug)]
pub struct Walker<'p> {
    plan: &'p Plan,
    system: &'p SystemPlan,
    slots: Vec<f64>,
    at: Vec<f64>,
    acceptance: Option<Acceptance>,
    fresh: bool,
    feeds: Vec<Parts>,
    wants_latency: bool,
    message_bytes: Vec<f64>,
    ops: Vec<f64>,
    latency_s: Vec<f64>,
    /// Energy per event of all nodes that see the rate after k stages.
    op_energy_j: Vec<f64>,
    link_energy_j: Vec<f64>,
    scale: f64,
    stages: Vec<StageOutcome>,
    /// Rate after k stages.
    rates_hz: Vec<f64>,
    /// Reduction ratios of the stages.
    ratios: Vec<f64>,
    total: Contingency,
    op_power_w: f64,
    link_power_w: f64,
    scaled_power_w: f64,
    productivity_per_j: f64,
}

impl<'p> Walker<'p> {
    /// At no point yet; `system` is that of the plan.
    pub fn new(plan: &'p Plan, system: &'p SystemPlan) -> Self {
        let (nodes, stages) = (system.nodes.len(), system.stages.len());
        let year_slot = system.slots.len() - 1;
        let feeds = plan
            .space
            .axes
            .iter()
            .map(|axis| {
                axis.bindings
                    .iter()
                    .fold(Parts::default(), |mut parts, binding| {
                        parts.add(Parts::of_slot(binding.slot, year_slot));
                        parts
                    })
            })
            .collect();
        Self {
            plan,
            system,
            slots: system.slots.clone(),
            at: vec![f64::NAN; plan.space.axes.len()],
            acceptance: None,
            fresh: true,
            feeds,
            wants_latency: plan
                .figures
                .iter()
                .any(|f| matches!(f, Figure::LatencyS(_))),
            message_bytes: vec![0.0; nodes],
            ops: vec![0.0; nodes],
            latency_s: vec![0.0; nodes],
            op_energy_j: vec![0.0; stages + 1],
            link_energy_j: vec![0.0; stages + 1],
            scale: 1.0,
            stages: vec![Split::pass(0.0, 0.0); stages],
            rates_hz: vec![0.0; stages + 1],
            ratios: Vec::with_capacity(stages),
            total: Contingency::default(),
            op_power_w: 0.0,
            link_power_w: 0.0,
            scaled_power_w: 0.0,
            productivity_per_j: 0.0,
        }
    }

    /// Goes to a point: one value for each axis, and what the menu accepts there where one is bridged.
    pub fn move_to(&mut self, coordinates: &[f64], menu: Option<Acceptance>) {
        let mut changed = if self.fresh {
            Parts::ALL
        } else {
            Parts::default()
        };
        self.fresh = false;
        for (a, axis) in self.plan.space.axes.iter().enumerate() {
            let x = coordinates[a];
            if x.to_bits() != self.at[a].to_bits() {
                self.at[a] = x;
                for binding in &axis.bindings {
                    self.slots[binding.slot] = binding.offset + binding.slope * x;
                }
                changed.add(self.feeds[a]);
            }
        }
        let accepted = menu.or(self.plan.bridge.and_then(|b| b.own));
        if accepted != self.acceptance {
            self.acceptance = accepted;
            changed.pipeline = true;
        }
        if changed.messages {
            self.update_messages();
        }
        if changed.latency && self.wants_latency {
            self.update_latency();
        }
        if changed.pipeline {
            self.update_pipeline();
        }
        if changed.technology {
            self.scale = technology_scale(self.slots[self.slots.len() - 1]);
        }
        self.update_power();
    }

    fn slot(&self, node: usize, field: Field) -> f64 {
        self.slots[node * Field::COUNT + field as usize]
    }

    fn system(&self) -> &'p SystemPlan {
        self.system
    }

    /// Message sizes, operations, and the energies they cost per event.
    fn update_messages(&mut self) {
        self.op_energy_j.fill(0.0);
        self.link_energy_j.fill(0.0);
        for (n, node) in self.system().nodes.iter().enumerate() {
            let own = self.slot(n, Field::DataBytes);
            let received: f64 = node
                .inputs
                .iter()
                .map(|&i| self.message_bytes[i] * (1.0 - self.slot(i, Field::Compression)))
                .sum();
            let m = own + received;
            self.message_bytes[n] = m;
            self.ops[n] = operations(&node.complexity, m);
            self.op_energy_j[node.stages_before] += self.slot(n, Field::OpEfficiency) * self.ops[n];
            if node.has_output {
                let sent = if self.system().link_sends_compressed {
                    m * (1.0 - self.slot(n, Field::Compression))
                } else {
                    m
                };
                self.link_energy_j[node.stages_after] +=
                    self.slot(n, Field::LinkEfficiency) * 8.0 * sent;
            }
        }
    }

    fn update_latency(&mut self) {
        for (n, node) in self.system().nodes.iter().enumerate() {
            let longest = |time: &dyn Fn(usize) -> f64| {
                node.inputs.iter().map(|&i| time(i)).fold(0.0, f64::max)
            };
            let own = self.slot(n, Field::OpLatencyS) * self.slot(n, Field::Steps);
            let routing = longest(&|i| self.slot(i, Field::RoutingLatencyS));
            let waiting = longest(&|i| self.latency_s[i]);
            self.latency_s[n] = own + routing + waiting;
        }
    }

    /// Splits the crossings stage by stage.
    fn update_pipeline(&mut self) {
        let system = self.system();
        // Every detector has the same sample rate; nodes are sorted, so the first is a detector.
        let sample_rate_hz = self.slot(0, Field::SampleRateHz);
        let mut ratios = std::mem::take(&mut self.ratios);
        ratios.clear();
        let own = |s: &Stage| self.slot(s.node, Field::ReductionRatio);
        ratios.extend(system.stages.iter().map(own));
        let bridged = self.plan.bridge.zip(self.acceptance);
        if let Some((bridge, menu)) = bridged {
            ratios[bridge.stage] = bridged_ratio(bridge, menu, sample_rate_hz, &ratios);
        }
        let share = bridged.and_then(|(bridge, _)| bridge.positives_share);
        let mut positive = match share {
            Some(share) => sample_rate_hz * share,
            None => sample_rate_hz / ratios.iter().product::<f64>(),
        };
        let mut negative = sample_rate_hz - positive;
        self.rates_hz[0] = sample_rate_hz;
        let mut total = Contingency::default();
        for (k, stage) in system.stages.iter().enumerate() {
            let ratio = ratios[k];
            let menu = bridged.filter(|(bridge, _)| bridge.stage == k);
            let split = if let Some((_, menu)) = menu {
                split_menu(menu, sample_rate_hz, negative, positive)
            } else if ratio == 1.0 {
                Split::pass(negative, positive)
            } else {
                let (skill, accepted) = (
                    self.slot(stage.node, Field::Skill),
                    self.rates_hz[k] / ratio,
                );
                match &stage.law {
                    ScoreLaw::Gaussian => split_gaussian(
                        negative,
                        positive,
                        accepted,
                        skill,
                        self.slot(stage.node, Field::Scale),
                    ),
                    ScoreLaw::Table(table) => {
                        split_table(table, negative, positive, accepted, skill)
                    }
                }
            };
            self.rates_hz[k + 1] = if ratio == 1.0 {
                self.rates_hz[k]
            } else {
                self.rates_hz[k] / ratio
            };
            total.rejected_negative_hz += split.rates.rejected_negative_hz;
            total.rejected_positive_hz += split.rates.rejected_positive_hz;
            negative = split.rates.accepted_negative_hz;
            positive = split.rates.accepted_positive_hz;
            self.stages[k] = split;
        }
        total.accepted_negative_hz = negative;
        total.accepted_positive_hz = positive;
        self.ratios = ratios;
        self.total = total;
    }

    fn update_power(&mut self) {
        let sum =
            |energies: &[f64], rates: &[f64]| energies.iter().zip(rates).map(|(e, r)| e * r).sum();
        self.op_power_w = sum(&self.op_energy_j, &self.rates_hz);
        self.link_power_w = sum(&self.link_energy_j, &self.rates_hz);
        self.scaled_power_w = (self.op_power_w + self.link_power_w) / self.scale;
        let output_hz = self.rates_hz[self.rates_hz.len() - 1];
        self.productivity_per_j =
            productivity_per_j(self.total.f1(), output_hz, self.scaled_power_w);
    }

    /// A figure of merit at the current point.
    pub fn figure(&self, figure: Figure) -> f64 {
        match figure {
            Figure::F1 => self.total.f1(),
            Figure::Precision => self.total.precision(),
            Figure::Recall => self.total.recall(),
            Figure::OpPowerW => self.op_power_w,
            Figure::LinkPowerW => self.link_power_w,
            Figure::ScaledPowerW => self.scaled_power_w,
            Figure::ProductivityPerJ => self.productivity_per_j,
            Figure::OutputHz(stage) => self.rates_hz[stage + 1],
            Figure::Threshold(stage) => self.stages[stage].threshold,
            Figure::MessageBytes(node) => self.message_bytes[node],
            Figure::Ops(node) => self.ops[node],
            Figure::LatencyS(node) => self.latency_s[node],
            // The menu's own are made of its sums.
            Figure::Menu(_) | Figure::MenuSigma(_) => f64::NAN,
        }
    }

    /// The pipeline's contingency at the current point.
    pub fn total(&self) -> Contingency {
        self.total
    }

    /// The stages at the current point, from the leaves to the root.
    pub fn stages(&self) -> &[StageOutcome] {
        &self.stages
    }
}

/// The reduction ratio r of a stage that a menu replaces: 1/r = a_b / (1 - (a_s - a_b) / r_down), since the
/// relevant events R / (r r_down) contain r; NaN where the menu accepts no background.
fn bridged_ratio(bridge: Bridge, menu: Acceptance, leaf_hz: f64, ratios: &[f64]) -> f64 {
    let background = 1e3 * menu.background_khz / leaf_hz;
    let signal = menu.efficiency;
    let inverse = match bridge.positives_share {
        Some(share) => background + (signal - background) * share,
        None => {
            let down: f64 = ratios[bridge.stage + 1..].iter().product();
            background / (1.0 - (signal - background) / down)
        }
    };
    if inverse > 0.0 && inverse <= 1.0 {
        1.0 / inverse
    } else {
        f64::NAN
    }
}

/// A menu's split of the crossings; it has no threshold of a score.
fn split_menu(menu: Acceptance, leaf_hz: f64, negative: f64, positive: f64) -> Split {
    let background = 1e3 * menu.background_khz / leaf_hz;
    Split {
        threshold: f64::NAN,
        rates: Contingency {
            accepted_negative_hz: negative * background,
            rejected_negative_hz: negative * (1.0 - background),
            accepted_positive_hz: positive * menu.efficiency,
            rejected_positive_hz: positive * (1.0 - menu.efficiency),
        },
    }
}
