//! Optima as searches leave them, for tests: of small menus, one of 47 paths with long names, odd ones.

use crate::results::optimum::*;
use crate::results::summary::PointFigures;
use serde_json::{Map, Value, json};

const TOTAL: &str = "rate_khz.total";
const MEAN: &str = "efficiency.mean";
const STUDY_KHZ: f64 = 100.0;
const PRESCALES: [f64; 8] = [1.0, 1.0, 2.0, 5.0, 10.0, 50.0, 100.0, 0.0];

/// Between 0 and 1, different for each `k`.
fn wobble(k: usize) -> f64 {
    0.5 + 0.5 * (k as f64 * 2.399_963).sin()
}

fn efficiency(limit: f64) -> f64 {
    0.97 * (1.0 - (-limit / 45.0).exp())
}

fn figures(efficiency: f64, khz: f64) -> Map<String, Value> {
    let entry =
        |value: f64, unit: &str, sigma: f64| json!({"value": value, "unit": unit, "sigma": sigma});
    [
        (TOTAL.to_owned(), entry(khz, "kHz", 0.012 * khz)),
        (MEAN.to_owned(), entry(efficiency, "1", 0.0021)),
        (
            "efficiency.hh4b".to_owned(),
            entry(0.7 * efficiency, "1", 0.004),
        ),
    ]
    .into_iter()
    .collect()
}

fn point(efficiency: f64, khz: f64) -> PointFigures {
    PointFigures {
        point: [("menu.SingleMu22.pt".to_owned(), 22.0)].into(),
        figures: figures(efficiency, khz),
    }
}

fn path_name(k: usize, n: usize) -> String {
    const SHORT: [&str; 5] = ["SingleMu22", "DoubleEG", "HTT360", "MET120", "DoubleTau36"];
    match SHORT.get(k) {
        Some(name) if n <= SHORT.len() => (*name).to_owned(),
        _ => format!(
            "HLT_IsoMu{k}_eta2p1_LooseDeepTauPFTauHPS{}_eta2p1_CrossL1_v{k}",
            3 * k
        ),
    }
}

fn knob(k: usize, paths: usize) -> KnobRecord {
    let path = path_name(k / 2 % paths, paths);
    let (name, unit, ends, before) = if k.is_multiple_of(2) {
        (format!("menu.{path}.pt"), "GeV", (5.0, 60.0), 22.0)
    } else {
        (format!("menu.{path}.prescale"), "1", (0.0, 100.0), 1.0)
    };
    KnobRecord {
        name,
        column: None,
        unit: unit.to_owned(),
        smallest: ends.0,
        largest: ends.1,
        before: (k % 7 != 6).then_some(before),
        after: Some(value(k, STUDY_KHZ)),
    }
}

/// The value of knob `k` at the optimum of a limit.
fn value(k: usize, limit: f64) -> f64 {
    let tight = ((140.0 - limit) / 80.0).clamp(0.0, 1.0);
    if k.is_multiple_of(2) {
        let pt = 15.0 + 20.0 * wobble(k) * tight + 4.0 * wobble(k + 3);
        (2.0 * pt).round() / 2.0
    } else {
        let place = tight * 8.0 * wobble(k + 1);
        PRESCALES[(place as usize).min(PRESCALES.len() - 1)]
    }
}

fn worth(k: usize, n: usize) -> PathWorth {
    let after = 60.0 * (-(k as f64) / 6.0).exp() * (0.4 + wobble(k));
    let rates = |khz: f64| PathRates {
        rate_khz: 1.3 * khz,
        pure_khz: khz * (0.2 + 0.6 * wobble(k + 2)),
        proportional_khz: khz,
    };
    PathWorth {
        path: path_name(k, n),
        group: (!k.is_multiple_of(3)).then(|| format!("group {}", k % 3)),
        before: rates(after * (0.5 + 1.3 * wobble(k + 4))),
        after: rates(if k % 9 == 8 { 0.0 } else { after }),
        loss_if_dropped: 0.08 * (-(k as f64) / 4.0).exp() * wobble(k + 1),
        gain_per_khz: (k % 5 != 3).then(|| 0.0023 * (-(k as f64) / 8.0).exp()),
        cost_per_khz: (k % 6 != 4).then(|| 0.0026 * (1.0 + 3.0 * wobble(k))),
    }
}

fn scan(knobs: usize) -> BudgetScan {
    let point = |k: usize| {
        let limit = 60.0 + 5.0 * k as f64;
        ScanPoint {
            limit,
            objective: Some(efficiency(limit)),
            sigma: Some(0.0021),
            value: Some(limit - 0.1 * wobble(k)),
            bound: Some(efficiency(limit) + 0.004 * wobble(k)),
            knobs: Some((0..knobs).map(|n| value(n, limit)).collect()),
        }
    };
    BudgetScan {
        figure: TOTAL.to_owned(),
        unit: "kHz".to_owned(),
        smooth: None,
        is_monotone: true,
        points: (0..17).map(point).collect(),
        knee: Some(85.0),
    }
}

fn front(names: &[(&str, &str, bool)], knobs: usize) -> FrontRecord {
    let objective = |(name, unit, larger): &(&str, &str, bool)| ObjectiveRecord {
        name: (*name).to_owned(),
        unit: (*unit).to_owned(),
        larger: *larger,
    };
    let point = |k: usize| {
        let khz = 40.0 + 6.0 * k as f64;
        let all = [
            efficiency(khz),
            khz,
            0.7 * efficiency(khz) - 0.01 * wobble(k),
        ];
        let sigmas = [Some(0.004), Some(0.012 * khz), None];
        FrontPoint {
            objectives: all[..names.len()].to_vec(),
            sigmas: sigmas[..names.len()].to_vec(),
            knobs: (0..knobs).map(|n| value(n, khz)).collect(),
        }
    };
    FrontRecord {
        objectives: names.iter().map(objective).collect(),
        points: (0..20).map(point).collect(),
    }
}

/// Of a menu with `paths` paths of which `knobs` knobs move.
pub fn optimum(paths: usize, knobs: usize) -> Optimum {
    let best = efficiency(STUDY_KHZ);
    let trace = (0..24).map(|k| TracePoint {
        evaluations: (12.0 * 1.7f64.powi(k)) as u64,
        objective: best - 0.4 * 0.7f64.powi(k),
    });
    let run = |solver: &str, evaluations, objective| RunRecord {
        solver: solver.to_owned(),
        evaluations,
        objective,
    };
    Optimum {
        study: "synthetic".to_owned(),
        objective: ObjectiveRecord {
            name: MEAN.to_owned(),
            unit: "1".to_owned(),
            larger: true,
        },
        budgets: vec![
            BudgetRecord {
                figure: TOTAL.to_owned(),
                unit: "kHz".to_owned(),
                min: None,
                max: Some(STUDY_KHZ),
                confidence: Some(0.95),
                value: Some(98.6),
                sigma: Some(0.8),
                price: Some(0.0021),
                column: None,
            },
            BudgetRecord {
                figure: "efficiency.hh4b".to_owned(),
                unit: "1".to_owned(),
                min: Some(0.5),
                max: None,
                confidence: None,
                value: Some(0.612),
                sigma: Some(0.004),
                price: None,
                column: None,
            },
        ],
        search: SearchRecord {
            solver: "auto".to_owned(),
            seed: 1,
            evaluations: 4_200_000,
            searches: 1,
            points: (knobs < 20).then_some(1_000_000_007),
            runs: vec![
                run("descent", 1_900_000, Some(best)),
                run("descent", 2_400_000, Some(best)),
                run("particle swarm", 4_200_000, Some(best - 0.03)),
            ],
            timed_out: false,
            validation: 0.3,
            trace: trace.collect(),
        },
        knobs: (0..knobs).map(|k| knob(k, paths)).collect(),
        before: point(0.82, 131.0),
        best: Some(BestRecord {
            all: point(best - 0.001, 98.6),
            objective: best - 0.001,
            search: Some(figures(best, 98.1)),
            validation: Some(figures(best - 0.0035, 99.4)),
            optimism: Some(0.0035),
        }),
        nearest: None,
        bound: BoundRecord {
            value: Some(best + 0.0011),
            kind: "relaxation".to_owned(),
            gap: Some(0.0012),
            note: None,
        },
        looks: vec![look(100.0, 101.7, false), look(98.3, 99.8, true)],
        paths: (0..paths).map(|k| worth(k, paths)).collect(),
        worth_of: None,
        scan: Some(scan(knobs)),
        front: Some(front(&[(MEAN, "1", true), (TOTAL, "kHz", false)], knobs)),
        columns: Vec::new(),
    }
}

fn look(budget: f64, upper_limit: f64, passed: bool) -> LookRecord {
    LookRecord {
        figure: TOTAL.to_owned(),
        budget,
        search: budget - 0.2,
        validation: upper_limit - 1.4,
        upper_limit,
        confidence: Some(0.975),
        passed,
    }
}

/// Three objectives; neither bound nor scan; ladders that end, one path that brings nothing.
pub fn three_objectives() -> Optimum {
    let mut optimum = optimum(5, 6);
    let objectives = [
        (MEAN, "1", true),
        (TOTAL, "kHz", false),
        ("efficiency.hh4b", "1", true),
    ];
    optimum.front = Some(front(&objectives, 6));
    optimum.scan = None;
    optimum.bound = BoundRecord {
        value: None,
        kind: "none".to_owned(),
        gap: None,
        note: Some("no bound is known for system figures".to_owned()),
    };
    optimum.paths[1].loss_if_dropped = -0.004;
    optimum.paths[2].gain_per_khz = Some(-0.0004);
    optimum
}

/// No feasible point: what is left is the nearest.
pub fn infeasible() -> Optimum {
    let mut optimum = optimum(5, 6);
    let violation = |figure: &str, unit: &str, value, limit| ViolationRecord {
        figure: figure.to_owned(),
        unit: unit.to_owned(),
        value,
        limit,
    };
    optimum.nearest = Some(NearestRecord {
        all: point(0.21, 104.2),
        violations: vec![
            violation(TOTAL, "kHz", 104.2, 100.0),
            violation("efficiency.hh4b", "1", 0.18, 0.5),
        ],
    });
    optimum.best = None;
    optimum.search.trace.clear();
    for run in &mut optimum.search.runs {
        run.objective = None;
    }
    optimum.bound.value = None;
    optimum.bound.gap = None;
    optimum.looks.clear();
    optimum.paths.clear();
    optimum.front = None;
    if let Some(scan) = &mut optimum.scan {
        for point in &mut scan.points {
            (point.objective, point.bound, point.knobs) = (None, None, None);
        }
    }
    optimum
}

/// A shortfall to be made small, below 0; a scan with gaps, not monotone, its knee beyond; one path.
pub fn shortfall() -> Optimum {
    let mut optimum = optimum(1, 1);
    let negative = |v: f64| -1e-4 * v;
    optimum.objective = ObjectiveRecord {
        name: "shortfall".to_owned(),
        unit: "1".to_owned(),
        larger: false,
    };
    optimum.search.timed_out = true;
    for point in &mut optimum.search.trace {
        point.objective = negative(point.objective);
    }
    for run in &mut optimum.search.runs {
        run.objective = run.objective.map(negative);
    }
    optimum.search.runs[2].objective = None;
    optimum.bound.value = optimum.bound.value.map(negative);
    if let Some(best) = &mut optimum.best {
        best.objective = negative(best.objective);
    }
    if let Some(scan) = &mut optimum.scan {
        scan.points.reverse();
        for (k, point) in scan.points.iter_mut().enumerate() {
            point.objective = point.objective.map(negative);
            point.bound = point.bound.map(negative).filter(|_| k % 4 != 1);
            point.sigma = None;
            if k % 8 == 5 || k == 16 {
                (point.objective, point.knobs) = (None, None);
            }
        }
        scan.is_monotone = false;
        scan.smooth = Some(0.001);
        scan.knee = Some(250.0);
    }
    optimum.front = None;
    optimum
}

/// As little as a search may leave.
pub fn least() -> Optimum {
    let mut optimum = optimum(1, 1);
    optimum.budgets.clear();
    optimum.search.trace.truncate(1);
    optimum.search.runs.clear();
    optimum.search.evaluations = 1;
    optimum.search.validation = 0.0;
    optimum.looks.clear();
    optimum.paths.clear();
    optimum.front = None;
    if let Some(scan) = &mut optimum.scan {
        scan.points.truncate(1);
        scan.knee = None;
    }
    if let Some(best) = &mut optimum.best {
        (best.search, best.validation, best.optimism) = (None, None, None);
    }
    optimum
}

/// So many paths and prescale columns, which share thresholds.
pub fn columns(paths: usize, columns: usize) -> Optimum {
    let names: Vec<String> = (0..columns)
        .map(|c| format!("{}.5e34", columns - c))
        .collect();
    let mut whole = optimum(paths, 2 * paths);
    let mut knobs = Vec::new();
    for (k, knob) in whole.knobs.iter().enumerate() {
        if k.is_multiple_of(2) {
            knobs.push(knob.clone());
            continue;
        }
        knobs.extend(names.iter().enumerate().map(|(c, name)| KnobRecord {
            column: Some(name.clone()),
            after: Some(PRESCALES[(k + c) % PRESCALES.len()]),
            ..knob.clone()
        }));
    }
    let column = |name: &String| {
        let mut own = optimum(paths, 2);
        own.budgets[0].column = Some(name.clone());
        (own.scan, own.front, own.knobs) = (None, None, Vec::new());
        ColumnRecord {
            name: name.clone(),
            share: 1.0 / columns as f64,
            input_khz: Some(31_037.6),
            own,
        }
    };
    whole.columns = names.iter().map(column).collect();
    (whole.knobs, whole.paths, whole.looks) = (knobs, Vec::new(), Vec::new());
    (whole.scan, whole.front) = (None, None);
    whole
}
