//! A design of which some points are kept: evaluated in batches, reduced as they come.

use super::bins::{edges, record};
use super::grid::{Filled, Run};
use super::point::evaluate_points;
use super::progress::Progress;
use super::row_writer::{RowWriter, Written};
use crate::engine::{
    Ask, Engine, EngineError, Loaded, Outcome, Points, Rows, Selected, Selection, Span,
};
use crate::error::{Error, Fault, Result};
use crate::plan::{Compiled, Keep, Rank};
use crate::results::Staging;
use crate::results::manifest::BLOCK_POINTS;
use crate::study::Study;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Blocks of a batch whose rows are written: a bound on memory.
const WRITTEN_BLOCKS: u64 = 8;
/// Points of the first batch; batches grow while they are short.
const FIRST_BATCH: u64 = 1 << 18;
const LARGEST_BATCH: u64 = 1 << 26;
/// A front may hold all points of a batch.
const LARGEST_FRONT_BATCH: u64 = 1 << 22;
/// Points of a front, which are held in memory.
const MOST_HELD: usize = 1_000_000;
const SHORT: Duration = Duration::from_millis(300);
/// Time between two notes of progress.
const NOTED: Duration = Duration::from_secs(5);

/// Evaluates every point and writes what the study keeps.
///
/// # Errors
/// Those of the engine and of the disk; an interruption, after progress is noted.
pub fn fill_kept(
    staging: &Staging,
    study: &Study,
    compiled: &Compiled,
    engine: &dyn Engine,
    run: &Run,
    points: u64,
) -> Result<Filled> {
    let edges = edges(study, compiled, engine)?;
    let Some(rank) = compiled.rank(study, edges) else {
        return Ok(Filled::default());
    };
    let axes = compiled.plan.space.axes.len();
    let mut filling = Filling {
        study_path: &study.source.path,
        staging,
        compiled,
        writes: rank.keep == Keep::Feasible,
        loaded: engine.load(compiled.plan.clone())?,
        selection: Selection::new(axes, compiled.figures.len(), rank),
        spans: vec![None; compiled.figures.len()],
        written: Vec::new(),
        tables: RowWriter::new(staging.folder(), compiled),
        done: 0,
    };
    if run.resume {
        filling.resume(engine)?;
        (run.progress)(filling.done);
    }
    filling.run(run, points)?;
    filling.finish(study)
}

struct Filling<'a> {
    study_path: &'a Path,
    staging: &'a Staging,
    compiled: &'a Compiled,
    /// Whether rows are written as they come.
    writes: bool,
    loaded: Box<dyn Loaded>,
    selection: Selection,
    /// Of the points written.
    spans: Vec<Option<Span>>,
    /// First point and rows of each block written.
    written: Vec<Written>,
    tables: RowWriter,
    /// Points before this one are done.
    done: u64,
}

impl Filling<'_> {
    fn run(&mut self, run: &Run, points: u64) -> Result<()> {
        let mut batch = match self.writes {
            true => WRITTEN_BLOCKS * BLOCK_POINTS,
            false => FIRST_BATCH,
        };
        let largest = match self.selection.rank().keep {
            Keep::Pareto(_) => LARGEST_FRONT_BATCH,
            _ => LARGEST_BATCH,
        };
        let mut noted = Instant::now();
        while self.done < points {
            let signal = run.stop.load(Ordering::Relaxed);
            if signal != 0 {
                self.note()?;
                return Err(Error::Interrupted {
                    signal,
                    left: "what is done is kept, continue with --resume",
                });
            }
            let started = Instant::now();
            let count = batch.min(points - self.done);
            if let Err(e) = self.batch(count) {
                if !matches!(e, Error::Input(_)) {
                    // The first error is the one to tell.
                    let _ = self.note();
                }
                return Err(e);
            }
            (run.progress)(count);
            if !self.writes && started.elapsed() < SHORT {
                batch = (2 * batch).min(largest);
            }
            if noted.elapsed() > NOTED {
                self.note()?;
                noted = Instant::now();
            }
        }
        Ok(())
    }

    fn batch(&mut self, count: u64) -> Result<()> {
        let part = self.select(self.done, count)?;
        self.selection.take(part);
        if matches!(self.selection.rank().keep, Keep::Pareto(_))
            && self.selection.held() > MOST_HELD
            && self.selection.settled().rows.len() > MOST_HELD
        {
            let message = format!("the front has more than {MOST_HELD} points");
            return Err(Fault::in_file(self.study_path, message)
                .hint("a budget, or fewer values on the axes, makes it shorter; or keep = { best = 1000, by = \"f1\" }")
                .into());
        }
        if self.writes {
            let rows = self.selection.hand_out();
            note(&mut self.spans, &rows);
            self.written.extend(self.tables.write_blocks(&rows)?);
        }
        self.done += count;
        Ok(())
    }

    fn select(&mut self, first: u64, count: u64) -> Result<Selected> {
        let range = Points::Range {
            first,
            count: count as u32,
        };
        let rank = Rank::clone(self.selection.rank());
        match self.loaded.run(&range, Ask::Select(Arc::new(rank)))? {
            Outcome::Selected(part) => Ok(part),
            _ => Err(EngineError::Failed {
                engine: "chosen".to_owned(),
                why: "it answered another question".to_owned(),
            }
            .into()),
        }
    }

    fn note(&mut self) -> Result<()> {
        let selected = self.selection.settled();
        Progress::of(self.done, selected, &self.spans, &self.written).write(self.staging)
    }

    /// Goes on where an interrupted run stopped, if it left anything.
    fn resume(&mut self, engine: &dyn Engine) -> Result<()> {
        let Some(progress) = Progress::read(self.staging) else {
            return Ok(());
        };
        let mut rows = Rows {
            columns: vec![Vec::new(); self.compiled.plan.space.axes.len() + progress.spans.len()],
            index: progress.held,
        };
        if !rows.is_empty() {
            let space = &self.compiled.plan.space;
            let point = |&index: &u64| {
                let mut point = vec![0.0; space.axes.len()];
                space.coordinates(index, &mut point);
                point
            };
            let points = rows.index.iter().map(point).collect();
            rows.columns = evaluate_points(engine, self.compiled.plan.clone(), points)?;
        }
        self.selection.take(Selected {
            points: progress.done,
            feasible: progress.feasible,
            rows,
            counts: progress.counts,
        });
        self.spans = progress.spans;
        self.written = progress.written;
        self.done = progress.done;
        // Blocks that were damaged in the meantime are written again; they are counted already.
        for block in self.written.clone() {
            if !self.tables.is_whole(block) {
                let count = BLOCK_POINTS.min(self.done - block.0);
                let part = self.select(block.0, count)?;
                self.tables.write_blocks(&part.rows)?;
            }
        }
        Ok(())
    }

    fn finish(self, study: &Study) -> Result<Filled> {
        let rank = self.selection.rank().clone();
        let selected = self.selection.finish();
        let mut spans = self.spans;
        note(&mut spans, &selected.rows);
        let mut filled = Filled {
            feasible: Some(selected.feasible),
            spans,
            ..Filled::default()
        };
        match &rank.keep {
            Keep::Histograms(bins) => {
                let points = selected.feasible;
                filled.histograms =
                    Some(record(study, self.compiled, bins, selected.counts, points));
            }
            Keep::Feasible => {
                filled.kept = Some(self.written.iter().map(|(_, rows)| rows).sum());
                if self.written.is_empty() {
                    // A table without rows still says what its columns are.
                    self.tables.write_all(selected.rows)?;
                }
            }
            Keep::Best { .. } | Keep::Pareto(_) => {
                filled.kept = Some(selected.rows.len() as u64);
                filled.rows = Some(self.tables.write_all(selected.rows)?);
            }
        }
        Progress::remove(self.staging)?;
        Ok(filled)
    }
}

/// Takes the extremes of further rows.
fn note(spans: &mut [Option<Span>], rows: &Rows) {
    let figures = rows.columns.len() - spans.len();
    Span::note_all(spans, &rows.index, &rows.columns[figures..]);
}
