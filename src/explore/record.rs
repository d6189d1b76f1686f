//! What a run says of itself: manifest, histograms of scores, wall-time tables.

use crate::engine::Engine;
use crate::merit::Figure;
use crate::plan::{Compiled, ScoreLaw};
use crate::results::Manifest;
use crate::results::manifest::{
    AxisRecord, BLOCK_POINTS, BudgetRecord, EngineRecord, FORMAT, FigureRecord, InputRecord,
    KeepRecord, Timings,
};
use crate::results::summary::{ScoreRecord, WallTimeFit, WallTimeRecord};
use crate::space::Values;
use crate::study::{GoalSettings, Inputs, KeepSettings, Precision, Study};
use crate::system::Field;
use crate::system::complexity::WallTimes;

/// How the results are being made, in f64.
pub fn manifest(
    study: &Study,
    compiled: &Compiled,
    engine: &dyn Engine,
    study_hash: String,
    points: u64,
    inputs: &Inputs,
    timings_s: Timings,
) -> Manifest {
    let info = engine.info();
    let axes = compiled.plan.space.axes.iter().map(|axis| {
        let (values, equals) = match &axis.values {
            Values::Free(values) => (values.clone(), None),
            Values::Linked { text, .. } => (Vec::new(), Some(text.clone())),
        };
        AxisRecord {
            name: axis.name.clone(),
            unit: axis.unit.to_owned(),
            values,
            equals,
        }
    });
    let figures = compiled.figures.iter().map(|f| FigureRecord {
        name: f.name.clone(),
        unit: f.unit.to_owned(),
    });
    let inputs = inputs.files.iter().map(|f| InputRecord {
        path: f.path.display().to_string(),
        bytes: f.bytes,
        sha256: f.sha256.clone(),
    });
    Manifest {
        format: FORMAT,
        program: concat!("trigscape ", env!("CARGO_PKG_VERSION")).to_owned(),
        study: study.name.clone(),
        study_hash,
        seed: study.seed,
        base: base(study, compiled),
        design: "grid".to_owned(),
        points,
        block_points: BLOCK_POINTS,
        keep: keep(study),
        precision: Precision::F64.name().to_owned(),
        axes: axes.collect(),
        figures: figures.collect(),
        engine: EngineRecord {
            name: info.name,
            detail: info.detail,
            threads: info.threads,
        },
        inputs: inputs.collect(),
        timings_s,
    }
}

/// Which points the tables hold.
fn keep(study: &Study) -> KeepRecord {
    let goal = |g: &GoalSettings| match g.larger {
        true => g.figure.value.clone(),
        false => format!("-{}", g.figure.value),
    };
    let (count, by) = match &study.keep {
        KeepSettings::All | KeepSettings::Feasible => (None, Vec::new()),
        KeepSettings::Best { count, goal: own } => (Some(*count as u64), vec![goal(own)]),
        KeepSettings::Pareto(goals) => (None, goals.iter().map(goal).collect()),
        KeepSettings::Histograms(all) => {
            let figures = all.iter().map(|b| b.figure.value.clone());
            (None, figures.collect())
        }
    };
    let budgets = study.budgets.iter().map(|b| BudgetRecord {
        figure: b.figure.value.clone(),
        min: b.min,
        max: b.max,
    });
    KeepRecord {
        what: study.keep.name().to_owned(),
        count,
        by,
        budgets: budgets.collect(),
    }
}

/// What belongs to every point: workbook and complexities, or the samples of a menu.
fn base(study: &Study, compiled: &Compiled) -> String {
    let mut parts: Vec<String> = compiled.system.iter().map(|s| s.base.clone()).collect();
    if let (Some(menu), Ok(events)) = (&compiled.menu, study.events()) {
        let samples = events.samples.iter().map(|s| s.name.value.as_str());
        let samples: Vec<&str> = samples.collect();
        parts.push(format!(
            "{} paths on {}",
            menu.menu.paths.len(),
            samples.join(", ")
        ));
    }
    parts.join("; ")
}

/// Histograms of the active stages at the study's own values; `own` holds every figure there.
pub fn score_records(compiled: &Compiled, own: &[f64]) -> Vec<ScoreRecord> {
    const BINS: usize = 100;
    let mut records = Vec::new();
    let (Some(system), Some(plan)) = (&compiled.system, &compiled.plan.system) else {
        return records;
    };
    for (k, stage) in plan.stages.iter().enumerate() {
        let node = &system.nodes[stage.node];
        let (ratio, skill) = (node.value(Field::ReductionRatio), node.value(Field::Skill));
        let bridged = compiled.plan.bridge.is_some_and(|b| b.stage == k);
        if ratio == 1.0 || bridged {
            continue;
        }
        let scale = node.value(Field::Scale);
        let (low, high) = match &stage.law {
            ScoreLaw::Gaussian => (
                (-4.0f64).min(skill - 4.0 * scale),
                4.0f64.max(skill + 4.0 * scale),
            ),
            // Scores begin at 0; the tables' first and last knots lie half a cell outside.
            ScoreLaw::Table(t) => {
                let (first, last) = (t.negative.quantile(1.0), t.positive.quantile(0.0));
                (first.min(first + skill), last.max(last + skill))
            }
        };
        let edges: Vec<f64> = (0..=BINS)
            .map(|i| low + (high - low) * i as f64 / BINS as f64)
            .collect();
        let share = |survival: &dyn Fn(f64) -> f64| -> Vec<f64> {
            edges
                .windows(2)
                .map(|w| (survival(w[0]) - survival(w[1])).max(0.0))
                .collect()
        };
        let (negative, positive) = match &stage.law {
            ScoreLaw::Gaussian => {
                let tail = |z: f64| 0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2);
                (share(&tail), share(&|t| tail((t - skill) / scale)))
            }
            ScoreLaw::Table(t) => (
                share(&|x| t.negative.at(x)),
                share(&|x| t.positive.at(x - skill)),
            ),
        };
        records.push(ScoreRecord {
            stage: node.name.clone(),
            classifier: node.classifier.name().to_owned(),
            reduction_ratio: ratio,
            skill,
            threshold: own_value(compiled, own, Figure::Threshold(k)),
            edges,
            negative,
            positive,
        });
    }
    records
}

/// Wall-time tables of the study's complexities, with every fit.
pub fn wall_time_records(compiled: &Compiled, own: &[f64]) -> Vec<WallTimeRecord> {
    let Some(system) = &compiled.system else {
        return Vec::new();
    };
    let record = |(node, times): &(usize, WallTimes)| WallTimeRecord {
        node: system.nodes[*node].name.clone(),
        source: times.source.clone(),
        message_bytes: own_value(compiled, own, Figure::MessageBytes(*node)),
        event_bytes: times.event_bytes.clone(),
        columns: times
            .columns
            .iter()
            .enumerate()
            .map(|(i, column)| WallTimeFit {
                column: column.name.clone(),
                values: column.values.clone(),
                coefficients: column.cubic,
                used: i == times.used,
            })
            .collect(),
    };
    system.wall_times.iter().map(record).collect()
}

/// A figure among all those of the catalogue.
fn own_value(compiled: &Compiled, own: &[f64], figure: Figure) -> f64 {
    compiled
        .catalogue
        .iter()
        .zip(own)
        .find(|(f, _)| f.figure == figure)
        .map_or(f64::NAN, |(_, &value)| value)
}
