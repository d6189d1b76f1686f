//! Random systems: trees of any shape that the model allows.

use proptest::prelude::*;
use std::path::Path;
use std::sync::LazyLock;
use trigscape::plan::compile;
use trigscape::study::{LinkBytes, Study};
use trigscape::system::field::FieldValues;
use trigscape::system::{ClassifierKind, Field, Node, System, graph};
use trigscape::{Error, Place};

/// The published pileup-200 system, whose L1T and HLT scores random systems share.
static PUBLISHED: LazyLock<System> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/cms_gpu.toml");
    let compiled = compile(&Study::load(&path, &[]).unwrap()).unwrap();
    compiled.system.unwrap()
});

pub fn published_scores() -> System {
    PUBLISHED.clone()
}

/// Numbers of one node, before its role is known.
fn numbers() -> impl Strategy<Value = FieldValues> {
    (
        (0.0..5e6f64, 0.0..=1.0f64, 0.0..5e-11f64, 0.0..20.0f64),
        (0.0..2e-6f64, 0.0..1e-8f64, 1.0..50.0f64),
        (0.004..9.2f64, 0.0..5.0f64, 0.3..3.0f64),
    )
        .prop_map(
            |(
                (data, compression, link, op),
                (routing, latency, steps),
                (ln_ratio, skill, scale),
            )| {
                let mut v = [0.0; Field::COUNT];
                v[Field::DataBytes as usize] = data;
                v[Field::Compression as usize] = compression;
                v[Field::LinkEfficiency as usize] = link;
                v[Field::OpEfficiency as usize] = op;
                v[Field::RoutingLatencyS as usize] = routing;
                v[Field::OpLatencyS as usize] = latency;
                v[Field::Steps as usize] = steps;
                // Log-uniform from 1.004 to 1e4.
                v[Field::ReductionRatio as usize] = ln_ratio.exp();
                v[Field::Skill as usize] = skill;
                v[Field::Scale as usize] = scale;
                v
            },
        )
}

fn classifier() -> impl Strategy<Value = ClassifierKind> {
    prop::sample::select(ClassifierKind::ALL.to_vec())
}

/// Detectors on one to three branches, which meet in a trunk of one to four processors.
pub fn any_system() -> impl Strategy<Value = System> {
    let trunk = prop::collection::vec((numbers(), classifier()), 1..5);
    let branches = prop::collection::vec((numbers(), prop::collection::vec(numbers(), 1..4)), 1..4);
    let cubic = (0.0..1e-19f64, 0.0..1e-12f64, 0.0..1e-6f64);
    (
        trunk,
        branches,
        cubic,
        1e3..1e8f64,
        any::<bool>(),
        2000.0..2100.0f64,
    )
        .prop_map(|(trunk, branches, cubic, rate, sent, year)| {
            let mut nodes = Vec::new();
            for (b, (collector, detectors)) in branches.into_iter().enumerate() {
                for (d, mut values) in detectors.into_iter().enumerate() {
                    values[Field::SampleRateHz as usize] = rate;
                    let name = format!("detector {b}-{d}");
                    nodes.push(node(
                        &name,
                        Some(format!("branch {b}")),
                        true,
                        ClassifierKind::Dummy,
                        values,
                    ));
                }
                let name = format!("branch {b}");
                nodes.push(node(
                    &name,
                    Some("trunk 0".into()),
                    false,
                    ClassifierKind::Dummy,
                    collector,
                ));
            }
            let length = trunk.len();
            for (t, (values, kind)) in trunk.into_iter().enumerate() {
                let output = (t + 1 < length).then(|| format!("trunk {}", t + 1));
                nodes.push(node(&format!("trunk {t}"), output, false, kind, values));
            }
            let mut nodes = graph::sort(nodes).unwrap();
            let last = nodes.len() - 1;
            nodes[last].complexity = [cubic.0, cubic.1, cubic.2];
            let system = System {
                nodes,
                year,
                link_bytes: if sent {
                    LinkBytes::Sent
                } else {
                    LinkBytes::Own
                },
                ..published_scores()
            };
            graph::check(&system).unwrap_or_else(|e: Error| panic!("{e}"));
            system
        })
}

fn node(
    name: &str,
    output: Option<String>,
    detector: bool,
    classifier: ClassifierKind,
    mut values: FieldValues,
) -> (Node, Option<(String, Place)>) {
    let place = || Place::Option("random".into());
    if classifier == ClassifierKind::Dummy {
        values[Field::ReductionRatio as usize] = 1.0;
    }
    let node = Node {
        name: name.into(),
        detector,
        classifier,
        output: None,
        inputs: vec![],
        values,
        complexity: [0.0, 0.0, 1.0],
        name_place: place(),
        classifier_place: place(),
        reduction_place: place(),
    };
    (node, output.map(|o| (o, place())))
}
