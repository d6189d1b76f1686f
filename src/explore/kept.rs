//! A design of which some points are kept: evaluated in batches, reduced as they come.

use super::bins::{edges, record};
use super::grid::{Filled, Run};
use super::pace::Pace;
use super::progress::Progress;
use super::row_writer::{RowWriter, Written};
use crate::engine::{
    Ask, Columns, Engine, Loaded, Outcome, Points, Rows, Selected, Selection, Span,
};
use crate::error::{Error, Fault, Result};
use crate::plan::{Compiled, Keep, Rank};
use crate::results::Staging;
use crate::results::manifest::BLOCK_POINTS;
use crate::study::Study;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Blocks of a batch whose rows are written: a bound on memory.
const WRITTEN_BLOCKS: u64 = 8;
const LARGEST_BATCH: u64 = 1 << 26;
/// A front may hold all points of a batch.
const LARGEST_FRONT_BATCH: u64 = 1 << 22;
/// Points of a front, which are held in memory.
const MOST_HELD: usize = 1_000_000;
/// Time between two notes of progress.
const NOTED: Duration = Duration::from_secs(5);
const LEFT: &str = "what is done is kept, continue with --resume";

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
        filling.resume(run)?;
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
        let mut pace = Pace::new(match self.selection.rank().keep {
            Keep::Feasible => WRITTEN_BLOCKS * BLOCK_POINTS,
            Keep::Pareto(_) => LARGEST_FRONT_BATCH,
            _ => LARGEST_BATCH,
        });
        let mut noted = Instant::now();
        while self.done < points {
            if let Err(stopped) = run.go_on(LEFT) {
                self.note()?;
                return Err(stopped);
            }
            let started = Instant::now();
            let end = self.end_of_batch(pace.points(), points);
            let count = end - self.done;
            if let Err(e) = self.batch(end, points) {
                if !matches!(e, Error::Input(_)) {
                    // The first error is the one to tell.
                    let _ = self.note();
                }
                return Err(e);
            }
            (run.progress)(count);
            pace.note(count, started.elapsed());
            if noted.elapsed() > NOTED {
                self.note()?;
                noted = Instant::now();
            }
        }
        Ok(())
    }

    /// Where rows are written, long batches end with a block, and none begins in one and ends in another.
    fn end_of_batch(&self, batch: u64, points: u64) -> u64 {
        let end = self.done + batch.min(points - self.done);
        let whole = end / BLOCK_POINTS * BLOCK_POINTS;
        match self.writes && whole > self.done {
            true => whole,
            false => end,
        }
    }

    /// Evaluates the points before `end`.
    fn batch(&mut self, end: u64, points: u64) -> Result<()> {
        let part = self.select(self.done, end - self.done)?;
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
        // Rows of a block that is not complete are held, and known by their indices if the run stops.
        if self.writes && (end == points || end.is_multiple_of(BLOCK_POINTS)) {
            let rows = self.selection.hand_out();
            note(&mut self.spans, &rows);
            self.written.extend(self.tables.write_blocks(&rows)?);
        }
        self.done = end;
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
            _ => Err(another_question()),
        }
    }

    fn note(&mut self) -> Result<()> {
        let selected = self.selection.settled();
        Progress::of(self.done, selected, &self.spans, &self.written).write(self.staging)
    }

    /// Goes on where an interrupted run stopped, if it left anything.
    fn resume(&mut self, run: &Run) -> Result<()> {
        let Some(progress) = Progress::read(self.staging) else {
            return Ok(());
        };
        let rows = Rows {
            columns: self.evaluate(&progress.held, run)?,
            index: progress.held,
        };
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

    /// The rows of points that were held.
    fn evaluate(&mut self, held: &[u64], run: &Run) -> Result<Columns> {
        let space = &self.compiled.plan.space;
        let mut columns = vec![Vec::new(); space.axes.len() + self.spans.len()];
        let mut pace = Pace::new(LARGEST_FRONT_BATCH);
        let mut done = 0;
        while done < held.len() {
            // What the other run noted stays as it is.
            run.go_on(LEFT)?;
            let started = Instant::now();
            let end = held.len().min(done + pace.points() as usize);
            let point = |&index: &u64| {
                let mut point = vec![0.0; space.axes.len()];
                space.coordinates(index, &mut point);
                point
            };
            let points = Points::Listed(held[done..end].iter().map(point).collect());
            let Outcome::Figures(part) = self.loaded.run(&points, Ask::Figures)? else {
                return Err(another_question());
            };
            for (column, mut more) in columns.iter_mut().zip(part) {
                column.append(&mut more);
            }
            pace.note((end - done) as u64, started.elapsed());
            done = end;
        }
        Ok(columns)
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

fn another_question() -> Error {
    Error::failed("evaluating points", "the engine answered another question")
}

/// Takes the extremes of further rows.
fn note(spans: &mut [Option<Span>], rows: &Rows) {
    let figures = rows.columns.len() - spans.len();
    Span::note_all(spans, &rows.index, &rows.columns[figures..]);
}
