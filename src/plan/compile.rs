//! From a checked study and system to a plan.

use super::{Plan, PlanNode, ScoreLaw, Stage, SystemPlan};
use crate::error::{Fault, Result};
use crate::merit::{Named, catalogue};
use crate::space::Space;
use crate::study::{Inputs, LinkBytes, Located, Study};
use crate::system::{self, ClassifierKind, System, graph};
use std::sync::Arc;

/// A plan, and the names that its numbers have for people.
#[derive(Debug, Clone)]
pub struct Compiled {
    pub plan: Arc<Plan>,
    pub system: System,
    /// Every figure of the system, in catalogue order.
    pub catalogue: Vec<Named>,
    /// The figures of the plan's rows.
    pub figures: Vec<Named>,
    pub inputs: Inputs,
}

/// Loads what the study names and compiles it.
pub fn compile(study: &Study) -> Result<Compiled> {
    let mut inputs = Inputs::default();
    let system = system::load(study, &mut inputs)?;
    if let Some(taken) = study.menu().ok().and_then(|m| m.prescales.as_ref()) {
        inputs.files.push(taken.table.clone());
    }
    from_system(study, system, inputs)
}

/// Compiles a study beside another, whose score distributions it shares where they are the same.
pub fn compile_beside(study: &Study, other: &Compiled) -> Result<Compiled> {
    let mut inputs = Inputs::default();
    let mut system = system::load(study, &mut inputs)?;
    system.scores.share(&other.system.scores);
    from_system(study, system, inputs)
}

fn from_system(study: &Study, system: System, inputs: Inputs) -> Result<Compiled> {
    let space = Space::resolve(&study.axes, &system)?;
    let tables = SystemPlan::of(&system);
    let name_of = |n: usize| system.nodes[n].name.as_str();
    let stages: Vec<&str> = tables.stages.iter().map(|s| name_of(s.node)).collect();
    let nodes: Vec<&str> = (0..system.nodes.len()).map(name_of).collect();
    let catalogue = catalogue(&stages, &nodes);
    let figures = choose(&study.figures, &catalogue)?;
    let plan = Arc::new(Plan {
        space,
        system: tables,
        figures: figures.iter().map(|f| f.figure).collect(),
    });
    Ok(Compiled {
        plan,
        system,
        catalogue,
        figures,
        inputs,
    })
}

impl Compiled {
    /// The same system with other axes and every figure: what questions about single points need.
    pub fn with_space(&self, space: Space) -> Arc<Plan> {
        Arc::new(Plan {
            space,
            system: self.plan.system.clone(),
            figures: self.catalogue.iter().map(|f| f.figure).collect(),
        })
    }
}

impl SystemPlan {
    /// The tables of a checked system.
    pub fn of(system: &System) -> Self {
        let trunk = graph::on_trunk(&system.nodes);
        let is_stage = |n: usize| trunk[n] && system.nodes[n].classifier != ClassifierKind::Dummy;
        // The trunk is a chain in node order, so that stages come out in the order events pass them.
        let stages: Vec<Stage> = (0..system.nodes.len())
            .filter(|&n| is_stage(n))
            .map(|n| {
                let law = match system.nodes[n].classifier {
                    ClassifierKind::L1t => ScoreLaw::Table(system.scores.l1t()),
                    ClassifierKind::Hlt => ScoreLaw::Table(system.scores.hlt()),
                    ClassifierKind::Gaussian | ClassifierKind::Dummy => ScoreLaw::Gaussian,
                };
                Stage { node: n, law }
            })
            .collect();
        let mut nodes: Vec<PlanNode> = Vec::with_capacity(system.nodes.len());
        for (n, node) in system.nodes.iter().enumerate() {
            let before = node
                .inputs
                .iter()
                .map(|&i| nodes[i].stages_after)
                .max()
                .unwrap_or(0);
            nodes.push(PlanNode {
                detector: node.detector,
                inputs: node.inputs.clone(),
                has_output: node.output.is_some(),
                complexity: node.complexity,
                stages_before: before,
                stages_after: before + usize::from(is_stage(n)),
            });
        }
        Self {
            slots: system.slots(),
            nodes,
            stages,
            link_sends_compressed: system.link_bytes == LinkBytes::Sent,
        }
    }
}

/// Figures by name or by pattern (`threshold.*`), in catalogue order.
fn choose(wanted: &Option<Vec<Located<String>>>, catalogue: &[Named]) -> Result<Vec<Named>> {
    let Some(wanted) = wanted else {
        return Ok(catalogue
            .iter()
            .filter(|f| f.figure.is_total())
            .cloned()
            .collect());
    };
    for pattern in wanted {
        if !catalogue.iter().any(|f| matches(&pattern.value, &f.name)) {
            let message = format!("unknown figure `{}`", pattern.value);
            let names = catalogue.iter().map(|f| f.name.as_str());
            return Err(Fault::new(pattern.place.clone(), message)
                .hint("`trigscape evaluate STUDY` lists every figure")
                .nearest(&pattern.value, names)
                .into());
        }
    }
    Ok(catalogue
        .iter()
        .filter(|f| {
            wanted
                .iter()
                .any(|pattern| matches(&pattern.value, &f.name))
        })
        .cloned()
        .collect())
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == pattern,
    }
}
