//! MODEL.md section 1 written down as it stands: recursion over the tree, thresholds by bisection,
//! nothing shared with the engine but the score tables.

use trigscape::merit::Contingency;
use trigscape::study::LinkBytes;
use trigscape::system::{ClassifierKind, Field, System};

pub struct Naive {
    pub message_bytes: Vec<f64>,
    pub latency_s: Vec<f64>,
    pub op_power_w: f64,
    pub link_power_w: f64,
    pub input_hz: f64,
    pub total: Contingency,
}

impl Naive {
    pub fn of(system: &System) -> Self {
        let nodes = system.nodes.len();
        let (mut op_power_w, mut link_power_w) = (0.0, 0.0);
        for n in 0..nodes {
            let node = &system.nodes[n];
            let m = message_bytes(system, n);
            let [k3, k2, k1] = node.complexity;
            let ops = k3 * m.powi(3) + k2 * m.powi(2) + k1 * m;
            let (input, output) = (input_vector(system, n), accepted(system, n));
            op_power_w += node.value(Field::OpEfficiency) * ops * (input.0 + input.1);
            if node.output.is_some() {
                let sent = match system.link_bytes {
                    LinkBytes::Own => m,
                    LinkBytes::Sent => m * (1.0 - node.value(Field::Compression)),
                };
                link_power_w +=
                    node.value(Field::LinkEfficiency) * 8.0 * sent * (output.0 + output.1);
            }
        }
        let mut total = Contingency::default();
        for n in 0..nodes {
            if active(system, n) {
                let (input, output) = (input_vector(system, n), accepted(system, n));
                total.rejected_negative_hz += input.0 - output.0;
                total.rejected_positive_hz += input.1 - output.1;
            }
        }
        let root = accepted(system, nodes - 1);
        total.accepted_negative_hz = root.0;
        total.accepted_positive_hz = root.1;
        Self {
            message_bytes: (0..nodes).map(|n| message_bytes(system, n)).collect(),
            latency_s: (0..nodes).map(|n| latency_s(system, n)).collect(),
            op_power_w,
            link_power_w,
            input_hz: system.nodes[0].value(Field::SampleRateHz),
            total,
        }
    }
}

fn message_bytes(system: &System, n: usize) -> f64 {
    let node = &system.nodes[n];
    let mut m = node.value(Field::DataBytes);
    for &i in &node.inputs {
        m += message_bytes(system, i) * (1.0 - system.nodes[i].value(Field::Compression));
    }
    m
}

fn latency_s(system: &System, n: usize) -> f64 {
    let node = &system.nodes[n];
    let own = node.value(Field::OpLatencyS) * node.value(Field::Steps);
    let mut routing: f64 = 0.0;
    let mut waiting: f64 = 0.0;
    for &i in &node.inputs {
        routing = routing.max(system.nodes[i].value(Field::RoutingLatencyS));
        waiting = waiting.max(latency_s(system, i));
    }
    own + routing + waiting
}

fn active(system: &System, n: usize) -> bool {
    let node = &system.nodes[n];
    node.classifier != ClassifierKind::Dummy && node.value(Field::ReductionRatio) != 1.0
}

/// Events that reach a node, (negative, positive): a leaf's crossings, or the mean over its inputs.
fn input_vector(system: &System, n: usize) -> (f64, f64) {
    let node = &system.nodes[n];
    if node.detector {
        let rate = node.value(Field::SampleRateHz);
        let mut reduction = 1.0;
        let mut at = node.output;
        while let Some(next) = at {
            reduction *= system.nodes[next].value(Field::ReductionRatio);
            at = system.nodes[next].output;
        }
        let positives = rate / reduction;
        return (rate - positives, positives);
    }
    let vectors: Vec<(f64, f64)> = node.inputs.iter().map(|&i| accepted(system, i)).collect();
    let count = vectors.len() as f64;
    (
        vectors.iter().map(|v| v.0).sum::<f64>() / count,
        vectors.iter().map(|v| v.1).sum::<f64>() / count,
    )
}

fn accepted(system: &System, n: usize) -> (f64, f64) {
    let (negative, positive) = input_vector(system, n);
    if !active(system, n) {
        return (negative, positive);
    }
    let node = &system.nodes[n];
    let (skill, scale) = (node.value(Field::Skill), node.value(Field::Scale));
    let wanted = (negative + positive) / node.value(Field::ReductionRatio);
    let gaussian = |t: f64| 0.5 * libm::erfc(t / 2f64.sqrt());
    let survival: Box<dyn Fn(f64) -> (f64, f64)> = match node.classifier {
        ClassifierKind::L1t => {
            let table = system.scores.l1t();
            Box::new(move |t| (table.negative.at(t), table.positive.at(t - skill)))
        }
        ClassifierKind::Hlt => {
            let table = system.scores.hlt();
            Box::new(move |t| (table.negative.at(t), table.positive.at(t - skill)))
        }
        _ => Box::new(move |t| (gaussian(t), gaussian((t - skill) / scale))),
    };
    let rate = |t: f64| {
        let (s0, s1) = survival(t);
        negative * s0 + positive * s1
    };
    let (mut lo, mut hi) = (-200.0, 200.0);
    for _ in 0..200 {
        let mid = 0.5 * (lo + hi);
        if rate(mid) > wanted {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    // Between the two neighbouring numbers lies the threshold, or a jump: its ties are shared out.
    let (above, below) = (rate(lo), rate(hi));
    let share = if above > below {
        ((above - wanted) / (above - below)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let ((a0, a1), (b0, b1)) = (survival(lo), survival(hi));
    (
        negative * (a0 + share * (b0 - a0)),
        positive * (a1 + share * (b1 - a1)),
    )
}
