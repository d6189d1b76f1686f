//! Figures of a system from the device, in f32, beside the CPU's, in f64: whoever differs by more than 1e-4 is
//! flagged by the device as doubtful.

use crate::{adapter, run};
use std::sync::Arc;
use trigscape::engine::Points;
use trigscape::engine::cpu::CpuEngine;
use trigscape::engine::gpu::{Mapping, SystemKernel};
use trigscape::merit::Figure;
use trigscape::plan::{Plan, ScoreLaw};
use trigscape::system::Field;
use trigscape::system::scores::ScoreTable;

const TOLERANCE: f64 = 1e-4;
/// Within so much of a jump of the scores f32 does not tell on which side a threshold lies.
const NEAR_A_JUMP: f64 = 1e-5;
/// The share of the points at which some figure may differ by more.
const OFF: f64 = 1e-3;

/// What a comparison found.
#[derive(Debug, Default, Clone, Copy)]
pub struct Compared {
    points: usize,
    values: usize,
    /// Of what is not doubted.
    largest: f64,
    /// Points with doubtful figures, thresholds apart.
    pub doubted: usize,
    /// Those of them that do differ by more than is allowed.
    pub rightly: usize,
    /// Points with a doubtful threshold that tells scores apart,
    doubted_thresholds: usize,
    /// and with one in a gap of the scores, where it may lie anywhere.
    gaps: usize,
}

impl Compared {
    pub fn add(&mut self, other: Self) {
        self.points += other.points;
        self.values += other.values;
        self.largest = self.largest.max(other.largest);
        self.doubted += other.doubted;
        self.rightly += other.rightly;
        self.doubted_thresholds += other.doubted_thresholds;
        self.gaps += other.gaps;
    }

    pub fn tell(&self, what: &str) {
        let Self {
            points,
            values,
            largest,
            doubted,
            rightly,
            doubted_thresholds,
            gaps,
        } = self;
        adapter::tell(format_args!(
            "{what}: {values} values of {points} points differ by at most {largest:.1e}; {doubted} points \
             doubted, {rightly} of them beyond {TOLERANCE:.0e}; thresholds of {doubted_thresholds} doubted, \
             of {gaps} in a gap"
        ));
    }

    /// Little is off, and no more than a share of the points is doubted.
    pub fn check(&self, what: &str, doubted: f64) {
        self.tell(what);
        let share = |points: usize| points as f64 / self.points as f64;
        assert!(share(self.rightly) <= OFF, "{what}: {self:?}");
        assert!(share(self.doubted) <= doubted, "{what}: {self:?}");
        let thresholds = share(self.doubted_thresholds);
        assert!(thresholds <= doubted, "{what}: {self:?}");
    }
}

/// The device's figures beside the CPU's; none where there is no adapter.
///
/// # Panics
/// If a figure that the device does not doubt is further off than is allowed.
pub fn compare(plan: &Plan, points: &Points) -> Option<Compared> {
    let engine = adapter::open(None, Mapping::Word, "figures of systems on the GPU")?;
    let plan = Arc::new(plan.clone());
    let mut kernel = engine.system(&plan).unwrap();
    let is_threshold = |f: &Figure| matches!(f, Figure::Threshold(_));
    let (thresholds, others) = plan.figures.iter().partition(|f| is_threshold(f));
    let mut compared = Compared {
        points: points.len(),
        ..Compared::default()
    };
    // Doubts are told by point: a threshold in a gap says nothing of the other figures.
    let of_thresholds = compared.add_figures(&mut kernel, &plan, thresholds, points);
    for found in of_thresholds.into_iter().filter(|f| f.is_doubted) {
        match found.is_in_a_gap {
            true => compared.gaps += 1,
            false => compared.doubted_thresholds += 1,
        }
    }
    let of_others = compared.add_figures(&mut kernel, &plan, others, points);
    for found in of_others.into_iter().filter(|f| f.is_doubted) {
        compared.doubted += 1;
        compared.rightly += usize::from(found.is_off);
    }
    Some(compared)
}

/// What is found at a point.
#[derive(Debug, Default, Clone, Copy)]
struct Found {
    is_doubted: bool,
    is_off: bool,
    is_in_a_gap: bool,
}

impl Compared {
    fn add_figures(
        &mut self,
        kernel: &mut SystemKernel,
        plan: &Plan,
        figures: Vec<Figure>,
        points: &Points,
    ) -> Vec<Found> {
        let plan = Plan {
            figures,
            ..plan.clone()
        };
        let got = kernel.figures(&plan, points).unwrap();
        let plan = Arc::new(plan);
        let columns = run(&CpuEngine, plan.clone(), points.clone());
        let (axes, expected) = columns.split_at(plan.space.axes.len());
        let found = got.doubtful.iter().map(|d| Found {
            is_doubted: *d,
            ..Found::default()
        });
        let mut found: Vec<Found> = found.collect();
        assert_eq!(found.len(), points.len());
        for ((got, expected), figure) in got.columns.iter().zip(expected).zip(&plan.figures) {
            assert_eq!(got.len(), points.len());
            for (i, (a, b)) in got.iter().zip(expected).enumerate() {
                let (a, own) = (f64::from(*a), &mut found[i]);
                self.values += 1;
                // Stages that keep everything have no threshold, and some figures are exactly 0.
                if a == *b || a.is_nan() && b.is_nan() {
                    continue;
                }
                let at = || -> Vec<f64> { axes.iter().map(|column| column[i]).collect() };
                let mut scale = b.abs();
                if let Figure::Threshold(stage) = figure {
                    // They pass through 0: their differences are absolute.
                    scale = 1.0;
                    own.is_in_a_gap |= is_in_a_gap(&plan, &at(), *stage, *b);
                }
                let difference = (a - b).abs() / scale;
                if own.is_doubted {
                    own.is_off |= difference.is_nan() || difference > TOLERANCE;
                    continue;
                }
                assert!(
                    difference <= TOLERANCE,
                    "{figure:?} at {:?}: {a} instead of {b}",
                    at()
                );
                self.largest = self.largest.max(difference);
            }
        }
        found
    }
}

/// Whether thresholds a little further on accept the same, but for what lies within 1e-5 of them.
fn is_in_a_gap(plan: &Plan, at: &[f64], stage: usize, threshold: f64) -> bool {
    let Some((scores, skill)) = scores(plan, at, stage) else {
        return false;
    };
    let accepts_the_same = |low: f64, high: f64| {
        scores.negative.at(low) == scores.negative.at(high)
            && scores.positive.at(low - skill) == scores.positive.at(high - skill)
    };
    let near = |from: f64| threshold + from * NEAR_A_JUMP;
    accepts_the_same(near(1.0), near(10.0)) || accepts_the_same(near(-10.0), near(-1.0))
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
