//! A system as the shader reads it, and the places of its figures there.

use super::look::{Lookup, told};
use crate::engine::EngineError;
use crate::engine::gpu::unsupported;
use crate::merit::Figure;
use crate::plan::{Plan, ScoreLaw, SystemPlan};

/// As in `system_model.wgsl`.
pub(super) const MOST_NODES: usize = 32;
pub(super) const MOST_STAGES: usize = 8;
pub(super) const MOST_AXES: usize = 32;
pub(super) const GROUP: u32 = 64;
const OUTPUT: usize = 7;
const THRESHOLD: usize = OUTPUT + MOST_STAGES;
const MESSAGE: usize = THRESHOLD + MOST_STAGES;
const OPS: usize = MESSAGE + MOST_NODES;
const LATENCY: usize = OPS + MOST_NODES;

/// The place of a figure in the shader.
///
/// # Errors
/// It is none of a system.
pub(super) fn place(figure: Figure) -> Result<u32, EngineError> {
    let place = match figure {
        Figure::F1 => 0,
        Figure::Precision => 1,
        Figure::Recall => 2,
        Figure::OpPowerW => 3,
        Figure::LinkPowerW => 4,
        Figure::ScaledPowerW => 5,
        Figure::ProductivityPerJ => 6,
        Figure::OutputHz(stage) => OUTPUT + stage,
        Figure::Threshold(stage) => THRESHOLD + stage,
        Figure::MessageBytes(node) => MESSAGE + node,
        Figure::Ops(node) => OPS + node,
        Figure::LatencyS(node) => LATENCY + node,
        Figure::Menu(_) | Figure::MenuSigma(_) => {
            return Err(unsupported("a figure of a menu beside a system"));
        }
    };
    Ok(place as u32)
}

/// The slots at the study's own values, cubics, knots.
pub(super) fn numbers(plan: &Plan, system: &SystemPlan) -> Vec<f32> {
    let slots = system.slots.iter().enumerate();
    let mut numbers: Vec<f32> = slots.map(|(slot, x)| told(plan, slot, *x)).collect();
    for node in &system.nodes {
        numbers.extend(node.complexity.iter().map(|k| *k as f32));
    }
    for stage in &system.stages {
        if let ScoreLaw::Table(table) = &stage.law {
            for side in [&table.negative, &table.positive] {
                let knots = side.knots().iter();
                numbers.extend(knots.flat_map(|(t, s)| [*t as f32, *s as f32]));
            }
        }
    }
    numbers
}

/// The shader's `shape`, whose places in `numbers` are those of [`numbers`].
pub(super) fn shape(system: &SystemPlan, lookup: &Lookup) -> Vec<u32> {
    let slots = system.slots.len();
    let mut shape = vec![0; 2 * slots];
    for (moved, (look, first)) in lookup.moved.iter().zip(&lookup.places) {
        shape[2 * moved.slot] = *look;
        shape[2 * moved.slot + 1] = *first;
    }
    shape.extend(&lookup.lengths);
    shape.extend(lookup.looks.iter().flatten().flat_map(|(a, s)| [*a, *s]));
    let (mut inputs, mut next) = (Vec::new(), slots);
    let first_input = shape.len() + 6 * (system.nodes.len() + system.stages.len());
    for node in &system.nodes {
        shape.extend([
            u32::from(node.has_output),
            node.stages_before as u32,
            node.stages_after as u32,
            (first_input + inputs.len()) as u32,
            node.inputs.len() as u32,
            next as u32,
        ]);
        inputs.extend(node.inputs.iter().map(|i| *i as u32));
        next += node.complexity.len();
    }
    for stage in &system.stages {
        let mut own = [stage.node as u32, 0, 0, 0, 0, 0];
        if let ScoreLaw::Table(table) = &stage.law {
            own[1] = 1;
            for (i, side) in [&table.negative, &table.positive].into_iter().enumerate() {
                own[2 + 2 * i] = next as u32;
                own[3 + 2 * i] = side.knots().len() as u32;
                next += 2 * side.knots().len();
            }
        }
        shape.extend(own);
    }
    shape.extend(inputs);
    shape
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::Field;

    #[test]
    fn constants_are_those_of_the_shader() {
        let shader = include_str!("../../../../shaders/system_model.wgsl");
        let constant = |name: &str| -> usize {
            let start = shader.find(&format!("const {name}: u32 = ")).unwrap();
            let text = shader[start..].split(['=', ';']).nth(1).unwrap();
            text.trim().trim_end_matches('u').parse().unwrap()
        };
        for (name, own) in [
            ("FIELDS", Field::COUNT),
            ("DATA_BYTES", Field::DataBytes as usize),
            ("SAMPLE_RATE_HZ", Field::SampleRateHz as usize),
            ("LEFT", Field::Compression as usize),
            ("LINK_EFFICIENCY", Field::LinkEfficiency as usize),
            ("OP_EFFICIENCY", Field::OpEfficiency as usize),
            ("ROUTING_LATENCY_S", Field::RoutingLatencyS as usize),
            ("OP_LATENCY_S", Field::OpLatencyS as usize),
            ("STEPS", Field::Steps as usize),
            ("REDUCTION_RATIO", Field::ReductionRatio as usize),
            ("SKILL", Field::Skill as usize),
            ("SCALE", Field::Scale as usize),
            ("MOST_NODES", MOST_NODES),
            ("MOST_STAGES", MOST_STAGES),
            ("MOST_AXES", MOST_AXES),
            ("GROUP", GROUP as usize),
        ] {
            assert_eq!(constant(name), own, "{name}");
        }
        for (name, figure) in [
            ("F1", Figure::F1),
            ("PRECISION", Figure::Precision),
            ("RECALL", Figure::Recall),
            ("OP_POWER", Figure::OpPowerW),
            ("LINK_POWER", Figure::LinkPowerW),
            ("SCALED_POWER", Figure::ScaledPowerW),
            ("PRODUCTIVITY", Figure::ProductivityPerJ),
            ("OUTPUT", Figure::OutputHz(0)),
            ("THRESHOLD", Figure::Threshold(0)),
            ("MESSAGE", Figure::MessageBytes(0)),
            ("OPS", Figure::Ops(0)),
            ("LATENCY", Figure::LatencyS(0)),
        ] {
            assert_eq!(constant(name), place(figure).unwrap() as usize, "{name}");
        }
        let places = LATENCY + MOST_NODES;
        assert!(shader.contains(&format!("var<private> figures: array<f32, {places}>;")));
    }
}
