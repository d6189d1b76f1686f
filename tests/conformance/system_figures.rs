//! Figures of a system in f32 beside those in f64, and where f32 cannot give the same threshold.

use crate::{adapter, run};
use std::sync::Arc;
use trigscape::engine::Points;
use trigscape::engine::cpu::CpuEngine;
use trigscape::engine::gpu::Mapping;
use trigscape::merit::Figure;
use trigscape::plan::{Plan, ScoreLaw};
use trigscape::system::Field;
use trigscape::system::scores::{ScoreTable, Survival};

const TOLERANCE: f64 = 1e-4;
/// Thresholds pass through 0: to nearer ones the tolerance is 1e-6, some ten times what f32 resolves at 1.
const LEAST_THRESHOLD: f64 = 0.01;
/// Within so much of a jump of the scores a threshold in f32 may lie on its other side.
const NEAR_A_JUMP: f64 = 1e-5;
/// The share of the points that may be left out for that.
const LEFT_OUT: f64 = 1e-3;

/// What a comparison found.
#[derive(Debug, Default, Clone, Copy)]
pub struct Compared {
    points: usize,
    values: usize,
    largest: f64,
    /// Points with a threshold near a jump, whether they agree or not.
    near_jumps: usize,
    /// Those of them that are left out, for some figure differs by more than is allowed.
    left_out: usize,
    /// Thresholds in a gap: no score lies between the two, so that they accept the same.
    gaps: usize,
}

impl Compared {
    pub fn add(&mut self, other: Self) {
        self.points += other.points;
        self.values += other.values;
        self.largest = self.largest.max(other.largest);
        self.near_jumps += other.near_jumps;
        self.left_out += other.left_out;
        self.gaps += other.gaps;
    }

    pub fn check(self, what: &str) {
        let Self {
            points,
            values,
            largest,
            near_jumps,
            left_out,
            gaps,
        } = self;
        adapter::tell(format_args!(
            "{what}: {values} values of {points} points differ by at most {largest:.1e}; {near_jumps} \
             points within {NEAR_A_JUMP:.0e} of a jump, {left_out} left out; {gaps} thresholds in a gap"
        ));
        assert!(
            left_out as f64 <= LEFT_OUT * points as f64,
            "{what}: {self:?}"
        );
        assert!(largest < TOLERANCE, "{what}: {self:?}");
    }
}

/// The GPU's figures beside the CPU's; none where there is no adapter.
pub fn compare(plan: Plan, points: &Points) -> Option<Compared> {
    let engine = adapter::open(None, Mapping::Word, "figures of systems on the GPU")?;
    let plan = Arc::new(plan);
    let mut kernel = engine.system(&plan).unwrap();
    let got = kernel.figures(&plan, points).unwrap().columns;
    let columns = run(&CpuEngine, plan.clone(), points.clone());
    let (axes, expected) = columns.split_at(plan.space.axes.len());
    assert!(got.iter().all(|column| column.len() == points.len()));
    let mut compared = Compared::default();
    for point in 0..points.len() {
        let at: Vec<f64> = axes.iter().map(|column| column[point]).collect();
        let own = |columns: &[Vec<f64>]| -> Vec<f64> { columns.iter().map(|c| c[point]).collect() };
        let got: Vec<f64> = got.iter().map(|column| f64::from(column[point])).collect();
        compared.add(compare_point(&plan, &at, &got, &own(expected)));
    }
    Some(compared)
}

fn compare_point(plan: &Plan, at: &[f64], got: &[f64], expected: &[f64]) -> Compared {
    let mut compared = Compared {
        points: 1,
        ..Compared::default()
    };
    let mut largest = 0.0f64;
    let mut near_a_jump = false;
    for ((a, b), figure) in got.iter().zip(expected).zip(&plan.figures) {
        let mut least = 0.0;
        if let Figure::Threshold(stage) = figure {
            least = LEAST_THRESHOLD;
            if let Some((scores, skill)) = scores(plan, at, *stage) {
                near_a_jump |= is_near_a_jump(scores, skill, *b);
                if (a - b).abs() > NEAR_A_JUMP && are_in_one_gap(scores, skill, *a, *b) {
                    compared.gaps += 1;
                    continue;
                }
            }
        }
        compared.values += 1;
        // Stages that keep everything have no threshold, and some figures are exactly 0.
        if a == b || a.is_nan() && b.is_nan() {
            continue;
        }
        let difference = (a - b).abs() / b.abs().max(least);
        if difference.is_nan() || difference >= TOLERANCE {
            eprintln!("{figure:?} at {at:?}: {a} instead of {b}");
        }
        assert!(!difference.is_nan());
        largest = largest.max(difference);
    }
    compared.near_jumps = usize::from(near_a_jump);
    if near_a_jump && largest >= TOLERANCE {
        compared.left_out = 1;
    } else {
        compared.largest = largest;
    }
    compared
}

/// The scores of a stage that has a table, and its skill at a point.
fn scores<'p>(plan: &'p Plan, at: &[f64], stage: usize) -> Option<(&'p ScoreTable, f64)> {
    let system = plan.system.as_ref()?;
    let ScoreLaw::Table(table) = &system.stages[stage].law else {
        return None;
    };
    let slot = system.stages[stage].node * Field::COUNT + Field::Skill as usize;
    let moved = plan.space.axes.iter().zip(at).find_map(|(axis, x)| {
        let own = axis.bindings.iter().find(|b| b.slot == slot)?;
        Some(own.offset + own.slope * x)
    });
    Some((table, moved.unwrap_or(system.slots[slot])))
}

fn is_near_a_jump(scores: &ScoreTable, skill: f64, t: f64) -> bool {
    let near = |side: &Survival, t: f64| {
        let knots = side.knots();
        let first = knots.partition_point(|k| k.0 < t - NEAR_A_JUMP);
        let last = knots.partition_point(|k| k.0 <= t + NEAR_A_JUMP);
        let own = knots[first..last].windows(2);
        own.into_iter().any(|k| k[0].0 == k[1].0 && k[0].1 > k[1].1)
    };
    near(&scores.negative, t) || near(&scores.positive, t - skill)
}

/// Whether no score lies between two thresholds, but for what lies within 1e-5 of them.
fn are_in_one_gap(scores: &ScoreTable, skill: f64, a: f64, b: f64) -> bool {
    let (low, high) = (a.min(b) + NEAR_A_JUMP, a.max(b) - NEAR_A_JUMP);
    low < high
        && scores.negative.at(low) == scores.negative.at(high)
        && scores.positive.at(low - skill) == scores.positive.at(high - skill)
}
