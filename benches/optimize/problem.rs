//! The menu kernel's sample as a problem: thresholds, and prescales where asked for.

use std::sync::Arc;
use trigscape::Place;
use trigscape::engine::cpu::CpuEngine;
use trigscape::menu::{Moved, PathAxis};
use trigscape::merit::{Figure, MenuFigure, Quantity};
use trigscape::optimize::evaluator::Evaluator;
use trigscape::optimize::score::{Limit, Objective, Scorer, Side};
use trigscape::plan::menu::{MenuPlan, MenuRows};
use trigscape::plan::{MenuPoints, Plan};
use trigscape::space::{Axis, MenuBinding, Space, Values};
use trigscape::study::{FilePattern, Located, Normalisation, Origin, SampleKind, SampleSettings};

/// Prescales that a path may have.
pub const PRESCALES: [f64; 8] = [0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

fn settings(number: usize) -> SampleSettings {
    SampleSettings {
        name: Located {
            value: format!("sample{number}"),
            place: Place::Option("bench".into()),
        },
        kind: if number == 0 {
            SampleKind::Background
        } else {
            SampleKind::Signal
        },
        origin: Origin::Files {
            patterns: Vec::<FilePattern>::new(),
            tree: None,
        },
        weight: None,
        stratum: None,
        max_events: None,
        condition: None,
        rate_hz: None,
        cross_section: None,
        importance: 1.0,
    }
}

/// A plan over rows whose first sample is background, all others signals of weight 1.
pub fn plan(rows: MenuRows, with_prescales: bool) -> Plan {
    let paths = rows.paths();
    let mut axes = Vec::new();
    let mut path_axes = Vec::new();
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
    if with_prescales {
        for path in 0..paths {
            axes.push((
                format!("menu.p{path}.prescale"),
                PRESCALES.to_vec(),
                MenuBinding::Prescale(path),
            ));
        }
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
    Plan {
        space: Space {
            axes: axes.collect(),
            path_axes,
        },
        system: None,
        menu: Some(Arc::new(MenuPoints::of_rows(
            vec![None; paths],
            (0..paths).collect(),
            events,
        ))),
        bridge: None,
        figures: vec![
            Figure::Menu(MenuFigure::MeanEfficiency),
            Figure::Menu(MenuFigure::RateKhz(Quantity::Total)),
        ],
    }
}

/// The mean efficiency is to be large, the rate at most so many kHz.
pub fn evaluator(plan: Arc<Plan>, rate_khz: f64, evaluations: u64) -> Evaluator {
    let scorer = Scorer {
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
    };
    Evaluator::new(plan, scorer, &CpuEngine, evaluations).expect("the engine takes the plan")
}
