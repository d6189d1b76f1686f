//! Random menus with budgets, and every figure of them by loops over events in f64.

use std::sync::Arc;
use trigscape::engine::cpu::CpuEngine;
use trigscape::menu::{Moved, PathAxis};
use trigscape::merit::{Figure, MenuFigure, Quantity};
use trigscape::optimize::knobs::Knobs;
use trigscape::optimize::score::{Limit, Objective, Scorer, Side};
use trigscape::optimize::search::SearchSettings;
use trigscape::optimize::session::{Done, Judge, JudgedOn, Session};
use trigscape::plan::menu::{MenuPlan, MenuRows, SampleLevels};
use trigscape::plan::{MenuPoints, Plan};
use trigscape::random::Stream;
use trigscape::space::{Axis, MenuBinding, Space, Values};
use trigscape::study::{Located, Normalisation, Origin, SampleKind, SampleSettings, SolverKind};
use trigscape::{Place, Result};

/// Mean and smallest efficiency, total rate, rates of two groups and of the first path, efficiencies.
const FIGURES: [MenuFigure; 8] = [
    MenuFigure::MeanEfficiency,
    MenuFigure::MinEfficiency,
    MenuFigure::RateKhz(Quantity::Total),
    MenuFigure::RateKhz(Quantity::Group(0)),
    MenuFigure::RateKhz(Quantity::Group(1)),
    MenuFigure::RateKhz(Quantity::Path(0)),
    MenuFigure::Efficiency(1),
    MenuFigure::Efficiency(2),
];
/// Of every background event that there could be.
const INPUT_KHZ: f64 = 1000.0;

pub struct Dice(Stream);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(Stream::new(seed, 77, 0))
    }

    pub fn uniform(&mut self) -> f64 {
        self.0.uniform()
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }

    fn chance(&mut self, share: f64) -> bool {
        self.uniform() < share
    }
}

/// Weights and one critical level a path of each event.
struct Sample {
    weights: Vec<f64>,
    critical: Vec<u8>,
}

pub struct Problem {
    pub plan: Arc<Plan>,
    pub scorer: Scorer,
    samples: Vec<Sample>,
    groups: Vec<Option<usize>>,
    /// Which of [`FIGURES`] rows hold.
    read: Vec<usize>,
    /// What each axis moves: the threshold of a path, or its prescale.
    axes: Vec<(usize, bool)>,
}

/// How large a problem may be.
#[derive(Clone, Copy)]
pub struct Size {
    pub paths: (usize, usize),
    pub levels: usize,
    pub events: usize,
    /// Budgets of groups, floors and prescales besides the total rate.
    pub varied: bool,
}

impl Problem {
    pub fn random(seed: u64, size: Size) -> Self {
        Self::column(seed, size, 0)
    }

    /// The same menu in another column: on other events, within other limits.
    pub fn column(seed: u64, size: Size, column: u64) -> Self {
        let mut dice = Dice::new(seed);
        let paths = size.paths.0 + dice.below(size.paths.1 - size.paths.0 + 1);
        let levels: Vec<u8> = (0..paths)
            .map(|_| (2 + dice.below(size.levels - 1)) as u8)
            .collect();
        let groups: Vec<Option<usize>> = (0..paths)
            .map(|_| [None, Some(0), Some(1)][dice.below(3)])
            .collect();
        let kind = dice.below(3);
        let mut axes: Vec<(usize, bool)> = (0..paths).map(|path| (path, false)).collect();
        if size.varied {
            axes.extend(
                (0..paths)
                    .filter(|_| dice.chance(0.4))
                    .map(|path| (path, true)),
            );
        }
        let objective = Objective::Figure {
            figure: dice.below(2),
            larger: true,
        };
        let mut dice = Dice(Stream::new(seed, 78, column));
        let samples: Vec<Sample> = (0..3)
            .map(|sample| {
                let events = size.events / if sample == 0 { 2 } else { 4 };
                let hard: Vec<f64> = (0..paths).map(|_| dice.uniform()).collect();
                let mut own = Sample {
                    weights: Vec::new(),
                    critical: Vec::new(),
                };
                for _ in 0..events {
                    own.weights.push(match kind {
                        0 => 1.0,
                        1 => (1 + dice.below(40)) as f64 * 0.125,
                        // Weights that no unit divides.
                        _ => (4.0 * dice.uniform()).exp(),
                    });
                    for (path, n) in levels.iter().enumerate() {
                        let passes = dice.chance(if sample == 0 {
                            0.25
                        } else {
                            0.2 + 0.4 * hard[path]
                        });
                        let scale = if sample == 0 {
                            0.2
                        } else {
                            0.2 + 0.6 * hard[path]
                        };
                        let level = -(1.0 - dice.uniform()).ln() * scale * f64::from(*n);
                        own.critical.push(if passes {
                            (1.0 + level).min(f64::from(*n)) as u8
                        } else {
                            0
                        });
                    }
                }
                own
            })
            .collect();
        let plan = plan(&samples, &levels, &groups, &axes);
        let mut problem = Self {
            plan,
            scorer: Scorer {
                objective,
                limits: Vec::new(),
            },
            samples,
            groups,
            read: (0..FIGURES.len()).collect(),
            axes,
        };
        problem.add_limits(&mut dice, size.varied);
        problem.keep_what_is_read();
        problem
    }

    /// Limits that bite: shares of what the loosest menu has.
    fn add_limits(&mut self, dice: &mut Dice, varied: bool) {
        let knobs = Knobs::new(&self.plan.space);
        let loosest = self.row(&knobs.point(&knobs.at_share(0.0), 0));
        let limit = |figure: usize, share: f64, side| Limit {
            figure,
            name: format!("figure {figure}"),
            bound: share * loosest[figure],
            side,
        };
        let mut limits = vec![limit(2, 0.1 + 0.7 * dice.uniform(), Side::AtMost)];
        if varied {
            for figure in 3..FIGURES.len() {
                // Two groups and a path from above, two efficiencies from below.
                let is_rate = figure < 6;
                if dice.chance(0.3) {
                    let share = if is_rate {
                        0.2 + 0.8 * dice.uniform()
                    } else {
                        0.7 * dice.uniform()
                    };
                    limits.push(limit(
                        figure,
                        share,
                        if is_rate { Side::AtMost } else { Side::AtLeast },
                    ));
                }
            }
        }
        self.scorer.limits = limits;
    }

    /// Only what the objective and the limits read: other sums cost time.
    fn keep_what_is_read(&mut self) {
        let Objective::Figure { figure, .. } = &mut self.scorer.objective else {
            return;
        };
        let limits = self.scorer.limits.iter_mut().map(|limit| &mut limit.figure);
        self.read = Vec::new();
        for own in std::iter::once(figure).chain(limits) {
            let known = self.read.iter().position(|read| read == own);
            let next = self.read.len();
            if known.is_none() {
                self.read.push(*own);
            }
            *own = known.unwrap_or(next);
        }
        let mut plan = Plan::clone(&self.plan);
        plan.figures = self
            .read
            .iter()
            .map(|f| Figure::Menu(FIGURES[*f]))
            .collect();
        self.plan = Arc::new(plan);
    }

    /// The figures of a row.
    pub fn row(&self, point: &[f64]) -> Vec<f64> {
        let paths = self.groups.len();
        let (mut levels, mut shares) = (vec![0u8; paths], vec![1.0; paths]);
        for (&(path, is_prescale), &value) in self.axes.iter().zip(point) {
            match is_prescale {
                true => shares[path] = if value > 0.0 { 1.0 / value } else { 0.0 },
                false => levels[path] = value as u8,
            }
        }
        let accepted = |sample: &Sample, takes: &dyn Fn(usize) -> bool| {
            let (mut kept, mut all) = (0.0, 0.0);
            for (weight, critical) in sample.weights.iter().zip(sample.critical.chunks(paths)) {
                let mut rejected = 1.0;
                for path in (0..paths).filter(|p| takes(*p) && critical[*p] > levels[*p]) {
                    rejected *= 1.0 - shares[path];
                }
                kept += weight * (1.0 - rejected);
                all += weight;
            }
            kept / all
        };
        let all = |_: usize| true;
        let signal = |sample: usize| accepted(&self.samples[sample], &all);
        let rate = |takes: &dyn Fn(usize) -> bool| INPUT_KHZ * accepted(&self.samples[0], takes);
        let figure = |own: &usize| match own {
            0 => 0.5 * (signal(1) + signal(2)),
            1 => signal(1).min(signal(2)),
            2 => rate(&all),
            3 => rate(&|p| self.groups[p] == Some(0)),
            4 => rate(&|p| self.groups[p] == Some(1)),
            5 => rate(&|p| p == 0),
            6 => signal(1),
            _ => signal(2),
        };
        self.read.iter().map(figure).collect()
    }

    pub fn session(&self, solver: SolverKind, evaluations: u64) -> Session<'_> {
        let knobs = Knobs::new(&self.plan.space);
        session(self, vec![self.plan.clone()], knobs, solver, evaluations)
    }
}

/// Searches of a plan in each column.
pub fn session(
    judge: &dyn Judge,
    plans: Vec<Arc<Plan>>,
    knobs: Knobs,
    solver: SolverKind,
    evaluations: u64,
) -> Session<'_> {
    Session {
        judge,
        engine: &CpuEngine,
        plans,
        has_held_out: false,
        knobs,
        settings: SearchSettings {
            solver,
            evaluations,
            exhaustible: 0,
            starts: 4,
            gap: 1e-3,
            own: None,
        },
        seed: 0,
        stop: Arc::default(),
        deadline: None,
        checkpoints: None,
        tell: Arc::new(|_, _| {}),
        done: Done::default(),
    }
}

impl Judge for Problem {
    fn row_at(&self, _: JudgedOn, points: &[Vec<f64>]) -> Result<Option<Vec<f64>>> {
        Ok(Some(self.row(&points[0])))
    }
}

fn settings(number: usize) -> SampleSettings {
    SampleSettings {
        name: Located {
            value: format!("sample{number}"),
            place: Place::Option("test".into()),
        },
        number,
        kind: if number == 0 {
            SampleKind::Background
        } else {
            SampleKind::Signal
        },
        origin: Origin::Files {
            patterns: Vec::new(),
            tree: None,
        },
        weight: None,
        pileup_weights: None,
        stratum: None,
        max_events: None,
        condition: None,
        rate_hz: None,
        cross_section: None,
        importance: 1.0,
    }
}

/// A plan of every figure.
fn plan(
    samples: &[Sample],
    levels: &[u8],
    groups: &[Option<usize>],
    axes: &[(usize, bool)],
) -> Arc<Plan> {
    let paths = levels.len();
    let listed: Vec<SampleLevels> = samples
        .iter()
        .map(|s| SampleLevels {
            weights: &s.weights,
            selected: &[],
            strata: &[],
            critical: &s.critical,
            further: &[],
        })
        .collect();
    let events = MenuPlan {
        rows: MenuRows::new(levels, &(0..paths).collect::<Vec<_>>(), &listed),
        samples: (0..samples.len()).map(settings).collect(),
        normalisation: Normalisation::InputRate {
            hz: 1e3 * INPUT_KHZ,
        },
    };
    let ladder = |path: usize| (0..levels[path]).map(f64::from).collect::<Vec<_>>();
    let path_axes = (0..paths).map(|path| PathAxis {
        path,
        moved: Moved::Leg(0),
        levels: ladder(path),
    });
    let of_axis = |(spec, &(path, is_prescale)): (usize, &(usize, bool))| Axis {
        name: format!("axis {spec}"),
        unit: "1",
        values: Values::Free(if is_prescale {
            vec![1.0, 0.0, 2.0, 7.5]
        } else {
            ladder(path)
        }),
        bindings: Vec::new(),
        menu: vec![if is_prescale {
            MenuBinding::Prescale(path)
        } else {
            MenuBinding::Thresholds(path)
        }],
        spec,
    };
    let plan = Plan {
        space: Space {
            axes: axes.iter().enumerate().map(of_axis).collect(),
            path_axes: path_axes.collect(),
        },
        system: None,
        menu: Some(Arc::new(MenuPoints::of_rows(
            groups.to_vec(),
            (0..paths).collect(),
            events,
        ))),
        bridge: None,
        figures: FIGURES.map(Figure::Menu).to_vec(),
    };
    Arc::new(plan)
}
