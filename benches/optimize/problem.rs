//! A menu's sample as a problem: thresholds, and prescales where asked for.

use std::sync::Arc;
use trigscape::engine::cpu::CpuEngine;
use trigscape::engine::{Ask, Engine, Outcome, Points};
use trigscape::menu::{Moved, PathAxis};
use trigscape::merit::{Figure, MenuFigure, Quantity};
use trigscape::optimize::knobs::Knobs;
use trigscape::optimize::score::{Limit, Objective, Scorer, Side};
use trigscape::optimize::search::SearchSettings;
use trigscape::optimize::session::{Done, Judge, JudgedOn, Session};
use trigscape::plan::menu::{MenuPlan, MenuRows};
use trigscape::plan::{MenuPoints, Plan};
use trigscape::space::{Axis, MenuBinding, Space, Values};
use trigscape::study::{Located, Normalisation, Origin, SampleKind, SampleSettings, SolverKind};
use trigscape::{Place, Result};

/// Prescales that a path may have.
pub const PRESCALES: [f64; 8] = [0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

fn settings(number: usize) -> SampleSettings {
    SampleSettings {
        name: Located {
            value: format!("sample{number}"),
            place: Place::Option("bench".into()),
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

/// A plan over rows whose first sample is background, all others signals.
pub fn plan(rows: MenuRows, with_prescales: bool) -> Arc<Plan> {
    let paths = rows.paths();
    let (mut axes, mut path_axes) = (Vec::new(), Vec::new());
    for path in 0..paths {
        let levels: Vec<f64> = (0..rows.levels[path]).map(f64::from).collect();
        path_axes.push(PathAxis {
            path,
            moved: Moved::Leg(0),
            levels: levels.clone(),
        });
        axes.push((
            format!("menu.p{path}.pt"),
            levels,
            MenuBinding::Thresholds(path),
        ));
    }
    for path in (0..paths).filter(|_| with_prescales) {
        let name = format!("menu.p{path}.prescale");
        axes.push((name, PRESCALES.to_vec(), MenuBinding::Prescale(path)));
    }
    let axes = axes
        .into_iter()
        .enumerate()
        .map(|(spec, (name, values, binding))| Axis {
            name,
            unit: "1",
            values: Values::Free(values),
            bindings: Vec::new(),
            menu: vec![binding],
            spec,
        });
    let samples = rows.sums_of_weights.len();
    let events = MenuPlan {
        rows,
        samples: (0..samples).map(settings).collect(),
        normalisation: Normalisation::InputRate { hz: 31e6 },
    };
    let menu = MenuPoints::of_rows(vec![None; paths], (0..paths).collect(), events);
    Arc::new(Plan {
        space: Space {
            axes: axes.collect(),
            path_axes,
        },
        system: None,
        menu: Some(Arc::new(menu)),
        bridge: None,
        figures: vec![
            Figure::Menu(MenuFigure::MeanEfficiency),
            Figure::Menu(MenuFigure::RateKhz(Quantity::Total)),
        ],
    })
}

/// The mean efficiency is to be large, the rate at most so many kHz.
pub fn scorer(rate_khz: f64) -> Scorer {
    Scorer {
        objective: Objective::Figure {
            figure: 0,
            larger: true,
        },
        limits: vec![Limit {
            figure: 1,
            name: "rate_khz.total".into(),
            bound: rate_khz,
            side: Side::AtMost,
        }],
    }
}

/// Sums stand for exact weights: the bench's are whole numbers.
pub struct Sums(pub Arc<Plan>);

impl Judge for Sums {
    fn row_at(&self, _: JudgedOn, points: &[Vec<f64>]) -> Result<Option<Vec<f64>>> {
        let points = Points::Listed(points.to_vec());
        let outcome = CpuEngine.load(self.0.clone())?.run(&points, Ask::Figures)?;
        let Outcome::Figures(columns) = outcome else {
            return Ok(None);
        };
        let figures = &columns[self.0.space.axes.len()..];
        Ok(Some(figures.iter().map(|column| column[0]).collect()))
    }
}

/// Searches of a problem.
pub fn session<'a>(
    plan: &Arc<Plan>,
    judge: &'a Sums,
    solver: SolverKind,
    evaluations: u64,
    seed: u64,
) -> Session<'a> {
    Session {
        has_held_out: false,
        judge,
        engine: &CpuEngine,
        plans: vec![plan.clone()],
        knobs: Knobs::new(&plan.space),
        settings: SearchSettings {
            solver,
            evaluations,
            exhaustible: 0,
            starts: 4,
            gap: 5e-4,
            own: None,
        },
        seed,
        stop: Arc::default(),
        deadline: None,
        checkpoints: None,
        tell: Arc::new(|_, _| {}),
        done: Done::default(),
    }
}
