//! What is kept of a system's points: sifted on the device, decided on the host in f64.

use super::SystemKernel;
use super::flight::{Flying, IN_FLIGHT, Order, Pass};
use super::question::{FIRST_RECORD, Question};
use super::refine::refine;
use crate::engine::cpu::{columns, select};
use crate::engine::gpu::unsupported;
use crate::engine::{EngineError, Points, Selected, Selection};
use crate::plan::{Keep, Plan, Rank};
use std::collections::VecDeque;
use std::convert::Infallible;

/// A selection on its way through the points.
struct Sieve<'a> {
    plan: &'a Plan,
    points: &'a Points,
    question: Question,
    capacity: usize,
    selection: Selection,
    /// What points of a front so far are surely worth.
    known: Vec<Vec<f32>>,
    /// Points evaluated in f64.
    decided: u64,
    /// The next point.
    start: usize,
}

impl SystemKernel {
    /// As [`select`] of the CPU, bit for bit: what is listed is evaluated there.
    ///
    /// # Errors
    /// The question is one that f32 cannot answer, or too large for a buffer; the device failed.
    pub fn select(
        &mut self,
        plan: &Plan,
        points: &Points,
        rank: &Rank,
    ) -> Result<Selected, EngineError> {
        let question = Question::new(plan, rank)?;
        let words = self.gpu.limits.bytes() as usize / 4;
        let bins = FIRST_RECORD + question.bins();
        let room = words.saturating_sub(bins) / question.record();
        let capacity = self.gpu.limits.listed.min(room);
        let asked = question.words(&[], 0, 0, None, &[]).len();
        if capacity == 0 || asked > words / 2 {
            return Err(unsupported("its histograms do not fit into a buffer"));
        }
        let (axes, figures) = (plan.space.axes.len(), plan.figures.len());
        let mut sieve = Sieve {
            plan,
            points,
            question,
            capacity,
            selection: Selection::new(axes, figures, rank.clone()),
            known: Vec::new(),
            decided: 0,
            start: 0,
        };
        let mut flying = VecDeque::with_capacity(IN_FLIGHT);
        let sifted = self.sift(&mut sieve, &mut flying);
        // What still flies lands even then: its buffers are used again.
        for batch in flying {
            let _ = self.flights.land(batch);
        }
        self.decided += sieve.decided;
        sifted.map(|()| sieve.selection.finish())
    }

    fn sift(
        &mut self,
        sieve: &mut Sieve,
        flying: &mut VecDeque<Flying>,
    ) -> Result<(), EngineError> {
        loop {
            while flying.len() < IN_FLIGHT && sieve.start < sieve.points.len() {
                flying.push_back(self.launch(sieve)?);
            }
            let Some(batch) = flying.pop_front() else {
                return Ok(());
            };
            let (start, count) = (batch.start, batch.count);
            let answer = self.flights.land(batch)?;
            // The device has work while the host decides.
            if sieve.start < sieve.points.len() {
                flying.push_back(self.launch(sieve)?);
            }
            let part = sieve.decide(start, count, &answer);
            sieve.selection.take(part);
        }
    }

    fn launch(&mut self, sieve: &mut Sieve) -> Result<Flying, EngineError> {
        let program = self.programs.sieve(&self.gpu);
        let question = &sieve.question;
        let room = self.laid.room(sieve.points, question.record());
        let left = sieve.points.len() - sieve.start;
        let count = self.flights.count(left, room);
        let looked = self.laid.looked(sieve.points);
        let floor = match &sieve.selection.rank().keep {
            Keep::Best { floor, .. } => *floor,
            _ => None,
        };
        let digits = self.laid.digits(sieve.points, sieve.start);
        let words = question.words(&digits, count, sieve.capacity, floor, &sieve.known);
        let given = looked
            .lookup
            .values_of(sieve.plan, sieve.points, sieve.start, count);
        let first_bin = FIRST_RECORD + sieve.capacity * question.record();
        let out = first_bin + question.bins();
        let [first, floor, second] = &program.pipelines;
        let pass = |pipeline, is_single| Pass {
            pipeline,
            is_single,
        };
        let mut passes = vec![pass(first, false)];
        if question.is_best() {
            passes.push(pass(floor, true));
        }
        if question.is_ranked() {
            passes.push(pass(second, false));
        }
        let mut cleared = vec![(0, FIRST_RECORD)];
        if out > first_bin {
            cleared.push((first_bin, out - first_bin));
        }
        let order = Order {
            layout: &program.layout,
            passes: &passes,
            head: looked.head,
            shape: &looked.shape,
            numbers: &self.laid.numbers,
            tabled: looked.values.as_ref(),
            given: &given,
            question: &words,
            // One at least: there is a buffer.
            worths: match question.is_ranked() {
                true => count * question.record(),
                false => 1,
            },
            out,
            read: match question.has_histograms() {
                true => out,
                false => first_bin,
            },
            cleared: &cleared,
        };
        let batch = self.flights.launch(&order, sieve.start, count)?;
        sieve.start += count;
        Ok(batch)
    }
}

impl Sieve<'_> {
    /// What is kept of a batch.
    fn decide(&mut self, start: usize, count: usize, answer: &[u32]) -> Selected {
        let rank = self.selection.rank();
        let wanted = match &rank.keep {
            Keep::Best { count, .. } => *count,
            _ => 0,
        };
        let (question, known) = (&self.question, &mut self.known);
        let Some(sifted) = refine(question, answer, self.capacity, wanted, known) else {
            self.decided += count as u64;
            return self.on_cpu(start, count);
        };
        let space = &self.plan.space;
        let point = |place: &u32| {
            let mut at = vec![0.0; space.axes.len()];
            self.points
                .coordinates(space, start + *place as usize, &mut at);
            at
        };
        let listed = Points::Listed(sifted.listed.iter().map(point).collect());
        self.decided += listed.len() as u64;
        let columns = columns(self.plan, &listed, None);
        let first = first_index(self.points) + start as u64;
        let index = |i: usize| first + u64::from(sifted.listed[i]);
        let mut part = Selected::of_points(index, &columns, space.axes.len(), rank);
        part.points = count as u64;
        part.feasible += sifted.sure;
        let first_bin = FIRST_RECORD + self.capacity * question.record();
        if question.has_histograms() {
            question.add_counts(&mut part.counts, &answer[first_bin..]);
        }
        part
    }

    /// A batch of which too many points were listed.
    fn on_cpu(&self, start: usize, count: usize) -> Selected {
        let rank = self.selection.rank();
        let part = match self.points {
            Points::Range { first, .. } => Points::Range {
                first: first + start as u64,
                count: count as u32,
            },
            Points::Listed(list) => Points::Listed(list[start..start + count].to_vec()),
        };
        let mut own = match select(self.plan, &part, rank, |_| Ok::<_, Infallible>(None)) {
            Ok(own) => own,
            Err(never) => match never {},
        };
        if let Points::Listed(_) = part {
            own.rows.index.iter_mut().for_each(|i| *i += start as u64);
        }
        own
    }
}

fn first_index(points: &Points) -> u64 {
    match points {
        Points::Range { first, .. } => *first,
        Points::Listed(_) => 0,
    }
}
