//! Figures of systems on the GPU, in f32: within 1e-4 of the CPU's f64 on published sweeps and at random points,
//! of which few are doubted.

use crate::menu_case::Dice;
use crate::system_figures::{Compared, compare};
use crate::{compiled, config};
use std::fmt::Write;
use trigscape::engine::Points;
use trigscape::plan::{Compiled, Plan, ScoreLaw, compile};
use trigscape::study::Study;
use trigscape::system::Field;

const PUBLISHED: [&str; 5] = [
    "cms_phase1",
    "cms_l1_tracks",
    "cms_gpu",
    "cms_l1_tracks_gpu",
    "cms_smart_sensing",
];

/// What the last stage of each published system is, and another one whose scores have jumps.
const CLASSIFIERS: [&str; 2] = ["Gaussian", "HLT"];

/// Of the published systems together, for each classifier.
const RANDOM_POINTS: usize = 10_000;

/// The share of points that the device may doubt, on sweeps of the first stage and over all the ranges.
const FEW: f64 = 1e-3;
const SOME: f64 = 0.1;

/// A knob of random points and where it lies; evenly in its logarithm where `true`.
type Range = (&'static str, f64, f64, bool);
const RANGES: [Range; 10] = [
    ("system.Intermediate.reduction_ratio", 1.01, 1e4, true),
    ("system.Intermediate.skill", 0.0, 5.0, false),
    ("system.Global.reduction_ratio", 1.01, 1e4, true),
    ("system.Global.skill", 0.0, 5.0, false),
    ("system.\"Inner Tracker\".data_bytes", 1e4, 1e7, true),
    ("system.HGCAL.compression", 0.0, 0.95, false),
    ("system.*.sample_rate_hz", 1e6, 1e8, true),
    ("system.*.link_efficiency", 1e-13, 1e-10, true),
    ("system.Global.op_efficiency", 1e-3, 1e2, true),
    ("system.year", 2015.0, 2040.0, false),
];
const OF_GAUSSIANS: Range = ("system.Global.scale", 0.3, 3.0, true);

fn ranges(classifier: &str) -> Vec<Range> {
    let mut all = RANGES.to_vec();
    all.extend((classifier == "Gaussian").then_some(OF_GAUSSIANS));
    all
}

/// Every figure of a study.
pub fn plan(study: &Compiled) -> Plan {
    let mut plan = Plan::clone(&study.plan);
    plan.figures = study.catalogue.iter().map(|f| f.figure).collect();
    plan
}

/// The same with Gaussian scores in every stage.
fn gaussian(mut plan: Plan) -> Plan {
    let system = plan.system.as_mut().expect("a system");
    for stage in &mut system.stages {
        stage.law = ScoreLaw::Gaussian;
        system.slots[stage.node * Field::COUNT + Field::Scale as usize] = 0.8;
    }
    plan
}

/// A published system whose axes are knobs with their ranges.
fn with_axes(name: &str, classifier: &str) -> Plan {
    let mut text = std::fs::read_to_string(config(name)).unwrap();
    let data = concat!("\"", env!("CARGO_MANIFEST_DIR"), "/data/");
    text = text.replace("\"../data/", data);
    text += "\n[space]\n";
    for (knob, low, high, _) in ranges(classifier) {
        let tie = if knob.contains('*') {
            ", tie = true"
        } else {
            ""
        };
        let knob = knob.replace('"', "\\\"");
        writeln!(text, "\"{knob}\" = {{ values = [{low:e}, {high:e}]{tie} }}").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("random.toml");
    std::fs::write(&path, text).unwrap();
    let set = format!("system.Global.classifier={classifier}");
    let study = Study::load(&path, &[set]).unwrap();
    plan(&compile(&study).unwrap())
}

fn random_points(seed: u64, count: usize, ranges: &[Range]) -> Points {
    let mut dice = Dice::new(seed);
    let mut value = |&(_, low, high, in_logarithm): &Range| match in_logarithm {
        true => low * (high / low).powf(dice.uniform()),
        false => low + (high - low) * dice.uniform(),
    };
    let mut point = || ranges.iter().map(&mut value).collect();
    Points::Listed((0..count).map(|_| point()).collect())
}

#[test]
fn gpu_figures_of_published_sweeps_are_within_1e_4() {
    for name in ["cms_phase2", "cms_fixed_output", "cms_pileup"] {
        for classifier in CLASSIFIERS {
            let set = format!("system.Global.classifier={classifier}");
            let plan = plan(&compiled(name, &[&set]));
            let count = plan.space.points().unwrap() as u32;
            if name == "cms_phase2" {
                assert_eq!(count, 101 * 101);
            }
            if let Some(compared) = compare(&plan, &Points::Range { first: 0, count }) {
                compared.check(&format!("{name}, {classifier}"), FEW);
            }
        }
    }
}

/// Of the first stage alone, whose knobs are the axes of the published sweep.
#[test]
fn gpu_figures_at_random_points_of_a_stage_are_within_1e_4() {
    for classifier in CLASSIFIERS {
        let set = format!("system.Global.classifier={classifier}");
        let plan = plan(&compiled("cms_phase2", &[&set]));
        if let Some(compared) = compare(&plan, &random_points(4, RANDOM_POINTS, &RANGES[..2])) {
            compared.check(&format!("cms_phase2 at random, {classifier}"), FEW);
        }
    }
}

#[test]
fn gpu_figures_at_random_points_are_within_1e_4() {
    for classifier in CLASSIFIERS {
        let mut all = Compared::default();
        for (seed, name) in (40..).zip(PUBLISHED) {
            let points = random_points(seed, RANDOM_POINTS / PUBLISHED.len(), &ranges(classifier));
            let Some(compared) = compare(&with_axes(name, classifier), &points) else {
                return;
            };
            all.add(compared);
        }
        all.check(
            &format!("the published systems at random, {classifier}"),
            SOME,
        );
    }
}

#[test]
fn gpu_figures_of_gaussian_stages_are_within_1e_4() {
    let plan = gaussian(with_axes("cms_gpu", "Gaussian"));
    if let Some(compared) = compare(&plan, &random_points(5, RANDOM_POINTS, &ranges("Gaussian"))) {
        compared.check("Gaussian stages at random", SOME);
    }
}

#[test]
fn gpu_figures_of_hlt_stages_are_within_1e_4() {
    let study = compiled("cms_phase2", &[]);
    let scores = study.system.as_ref().unwrap().scores.hlt();
    let mut plan = with_axes("cms_gpu", "HLT");
    for stage in &mut plan.system.as_mut().unwrap().stages {
        stage.law = ScoreLaw::Table(scores.clone());
    }
    if let Some(compared) = compare(&plan, &random_points(7, RANDOM_POINTS, &ranges("HLT"))) {
        compared.check("stages of HLT scores at random", SOME);
    }
}
