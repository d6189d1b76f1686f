//! The tree of nodes: its order, and the rules that a pipeline of classifiers needs.

use super::classifier::ClassifierKind;
use super::field::Field;
use super::node::{Node, System};
use crate::error::{Fault, Place, Result};

/// Connects nodes to the outputs they name, and puts every node after its inputs, the root last.
///
/// # Errors
/// An output that does not exist, a cycle, several roots, a processor without inputs.
pub fn sort(nodes: Vec<(Node, Option<(String, Place)>)>) -> Result<Vec<Node>> {
    let outputs = connect(&nodes)?;
    let roots: Vec<usize> = (0..nodes.len()).filter(|&n| outputs[n].is_none()).collect();
    if let [first, second, ..] = roots[..] {
        let (a, b) = (&nodes[first].0, &nodes[second].0);
        let message = format!(
            "two roots: both `{}` and `{}` have no output",
            a.name, b.name
        );
        return Err(Fault::new(b.name_place.clone(), message)
            .hint("every processor but one, the storage, names its output")
            .into());
    }
    // Distance to the root; a node that never gets there is on a cycle or leads into one.
    let mut depths = Vec::with_capacity(nodes.len());
    for start in 0..nodes.len() {
        let (mut at, mut depth) = (start, 0);
        while let Some(next) = outputs[at] {
            at = next;
            depth += 1;
            if depth > nodes.len() {
                return Err(cycle_fault(&nodes, &outputs, at).into());
            }
        }
        depths.push(depth);
    }
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_key(|&n| std::cmp::Reverse(depths[n]));
    let mut place_of = vec![0; nodes.len()];
    for (new, &old) in order.iter().enumerate() {
        place_of[old] = new;
    }
    let mut slots: Vec<Option<Node>> = nodes.into_iter().map(|(node, _)| Some(node)).collect();
    let mut sorted: Vec<Node> = order.iter().filter_map(|&old| slots[old].take()).collect();
    for (new, &old) in order.iter().enumerate() {
        if let Some(output) = outputs[old].map(|o| place_of[o]) {
            sorted[new].output = Some(output);
            sorted[output].inputs.push(new);
        }
    }
    if let Some(idle) = sorted.iter().find(|n| !n.detector && n.inputs.is_empty()) {
        let message = format!(
            "processor `{}` has no input: no detector or processor feeds it",
            idle.name
        );
        return Err(Fault::new(idle.name_place.clone(), message).into());
    }
    Ok(sorted)
}

fn connect(nodes: &[(Node, Option<(String, Place)>)]) -> Result<Vec<Option<usize>>> {
    nodes
        .iter()
        .map(|(node, output)| {
            let Some((name, place)) = output else {
                return Ok(None);
            };
            let found = nodes
                .iter()
                .position(|(n, _)| !n.detector && n.name == *name);
            found.map(Some).ok_or_else(|| {
                let processors: Vec<&str> = nodes
                    .iter()
                    .filter(|(n, _)| !n.detector)
                    .map(|(n, _)| n.name.as_str())
                    .collect();
                let message = format!("`{}` leads to `{name}`, which is no processor", node.name);
                Fault::new(place.clone(), message)
                    .hint(format!("processors are {}", processors.join(", ")))
                    .nearest(name, processors.iter().copied())
                    .into()
            })
        })
        .collect()
}

fn cycle_fault(
    nodes: &[(Node, Option<(String, Place)>)],
    outputs: &[Option<usize>],
    on_cycle: usize,
) -> Fault {
    let mut names = vec![nodes[on_cycle].0.name.as_str()];
    let mut at = outputs[on_cycle];
    while let Some(n) = at.filter(|&n| n != on_cycle) {
        names.push(&nodes[n].0.name);
        at = outputs[n];
    }
    names.push(names[0]);
    let place = nodes[on_cycle]
        .1
        .as_ref()
        .map_or(&nodes[on_cycle].0.name_place, |(_, place)| place);
    Fault::new(
        place.clone(),
        format!("the outputs run in a cycle: {}", names.join(" -> ")),
    )
    .hint("leave the output of the storage empty: it is the root")
}

/// Whether every leaf's way to the root passes each node.
pub fn on_trunk(nodes: &[Node]) -> Vec<bool> {
    let leaves = nodes.iter().filter(|n| n.detector).count();
    let mut passing = vec![0; nodes.len()];
    for (n, node) in nodes.iter().enumerate() {
        if node.detector {
            passing[n] = 1;
        }
        if let Some(output) = node.output {
            passing[output] += passing[n];
        }
    }
    passing.iter().map(|&p| p == leaves).collect()
}

/// The rules of MODEL.md section 1 that hold at the study's own values.
pub fn check(system: &System) -> Result<()> {
    let trunk = on_trunk(&system.nodes);
    for (n, node) in system.nodes.iter().enumerate() {
        if node.value(Field::ReductionRatio) != 1.0 {
            check_active(node, trunk[n])?;
        }
    }
    check_sample_rates(&system.nodes)
}

/// Every detector sees the same crossings.
pub fn check_sample_rates(nodes: &[Node]) -> Result<()> {
    let mut leaves = nodes.iter().filter(|n| n.detector);
    if let Some(first) = leaves.next() {
        let rate = first.value(Field::SampleRateHz);
        for leaf in leaves {
            if leaf.value(Field::SampleRateHz) != rate {
                let message = format!(
                    "detectors of unequal sample rate: `{}` has {} Hz, `{}` has {} Hz",
                    first.name,
                    rate,
                    leaf.name,
                    leaf.value(Field::SampleRateHz)
                );
                return Err(Fault::new(leaf.name_place.clone(), message)
                    .hint("every detector sees the same crossings")
                    .into());
            }
        }
    }
    Ok(())
}

/// What a node needs to reduce the rate.
pub fn check_active(node: &Node, on_trunk: bool) -> Result<()> {
    let fault = |place: &Place, message: String| Fault::new(place.clone(), message);
    if node.classifier == ClassifierKind::Dummy {
        let message = format!(
            "`{}` has a reduction ratio other than 1, but its Dummy classifier keeps everything",
            node.name
        );
        return Err(fault(&node.reduction_place, message)
            .hint("set the ratio to 1, or choose Gaussian, L1T or HLT")
            .into());
    }
    if !on_trunk {
        let message = format!(
            "the classifier of `{}` is active on a branch that not every detector passes",
            node.name
        );
        return Err(fault(&node.reduction_place, message)
            .hint("active classifiers stand on the trunk, where all branches have met; set its ratio to 1")
            .into());
    }
    if node.classifier == ClassifierKind::Gaussian && node.value(Field::Scale) <= 0.0 {
        let message = format!(
            "the Gaussian classifier of `{}` is active and has scale 0",
            node.name
        );
        return Err(fault(&node.classifier_place, message)
            .hint("give a scale (`Skill variance`, used as the standard deviation) above 0")
            .into());
    }
    Ok(())
}
