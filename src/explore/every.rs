//! A design of which every point is kept: blocks, computed while a second thread writes them.

use super::grid::{Filled, Run};
use super::pace::Pace;
use super::writer::Writer;
use crate::engine::{Ask, Columns, Engine, Loaded, Outcome, Points};
use crate::error::{Error, Result};
use crate::plan::Compiled;
use crate::results::Staging;
use crate::results::manifest::BLOCK_POINTS;
use crate::study::{Precision, Study};
use std::sync::mpsc::sync_channel;
use std::time::Instant;

/// Evaluates every point and writes its row.
///
/// # Errors
/// Those of the engine and of the disk; an interruption.
pub fn fill_every(
    staging: &Staging,
    study: &Study,
    compiled: &Compiled,
    engine: &dyn Engine,
    run: &Run,
    points: u64,
) -> Result<Filled> {
    let plan = &compiled.plan;
    let axes = plan.space.axes.iter().map(|a| &a.name);
    let figures = compiled.figures.iter().map(|f| &f.name);
    let names = axes.chain(figures).cloned().collect();
    let mut writer = Writer::new(
        staging.folder(),
        names,
        plan.space.axes.len(),
        compiled.bounds(study),
    )
    .with_precision(study.precision);
    let mut evaluation = Evaluation {
        loaded: engine.load(plan.clone())?,
        wanted: study.precision,
        pace: Pace::new(BLOCK_POINTS),
        run,
    };
    let count = |first: u64| BLOCK_POINTS.min(points - first);
    let mut missing = Vec::new();
    for first in (0..points).step_by(BLOCK_POINTS as usize) {
        if run.resume && writer.resume(first, count(first) as usize) {
            (run.progress)(count(first));
        } else {
            missing.push(first);
        }
    }
    // Two finished blocks may wait: enough to overlap, and a bound on memory.
    let (send, receive) = sync_channel::<(u64, Columns, Precision)>(2);
    std::thread::scope(|scope| {
        let writing = scope.spawn(move || -> Result<Writer> {
            for (first, columns, precision) in receive {
                writer.write(first, columns, precision)?;
            }
            Ok(writer)
        });
        let mut outcome = Ok(());
        for first in missing {
            match evaluation.block(first, count(first)) {
                Ok((columns, precision)) => {
                    // A writer that is gone has an error to tell.
                    if send.send((first, columns, precision)).is_err() {
                        break;
                    }
                }
                Err(e) => {
                    outcome = Err(e);
                    break;
                }
            }
        }
        drop(send);
        let written = writing
            .join()
            .map_err(|_| Error::failed("writing results", "the writer stopped"))?;
        outcome?;
        let writer = written?;
        Ok(Filled {
            spans: writer.spans,
            precision: writer.precision,
            feasible: (!study.budgets.is_empty()).then_some(writer.feasible),
            ..Filled::default()
        })
    })
}

struct Evaluation<'a> {
    loaded: Box<dyn Loaded>,
    wanted: Precision,
    pace: Pace,
    run: &'a Run<'a>,
}

impl Evaluation<'_> {
    /// The rows of a block, in batches, and how exact they are: f32 as soon as some are.
    fn block(&mut self, first: u64, count: u64) -> Result<(Columns, Precision)> {
        let mut columns = Columns::new();
        let mut precision = Precision::F64;
        let mut done = 0;
        while done < count {
            self.run
                .go_on("the finished blocks are kept, continue with --resume")?;
            let started = Instant::now();
            let batch = self.pace.points().min(count - done);
            let range = Points::Range {
                first: first + done,
                count: batch as u32,
            };
            let (part, of_part) = self.rows(&range)?;
            if of_part == Precision::F32 {
                precision = of_part;
            }
            if columns.is_empty() {
                columns = part;
            } else {
                for (column, mut more) in columns.iter_mut().zip(part) {
                    column.append(&mut more);
                }
            }
            self.pace.note(batch, started.elapsed());
            (self.run.progress)(batch);
            done += batch;
        }
        Ok((columns, precision))
    }

    /// In f64 where the engine knows no other.
    fn rows(&mut self, points: &Points) -> Result<(Columns, Precision)> {
        let ask = match self.wanted {
            Precision::F64 => Ask::Figures,
            Precision::F32 => Ask::FiguresInF32,
        };
        match self.loaded.run(points, ask)? {
            Outcome::Figures(columns) => Ok((columns, Precision::F64)),
            Outcome::FiguresInF32(columns) => Ok((columns, Precision::F32)),
            _ => Err(Error::failed(
                "evaluating points",
                "the engine answered another question",
            )),
        }
    }
}
