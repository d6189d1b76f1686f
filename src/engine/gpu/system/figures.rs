//! Figures of points in f32, as the device has them.

use super::SystemKernel;
use super::flight::{Flying, IN_FLIGHT, Order, Pass};
use super::laid::{MOST_AXES, place};
use crate::engine::{EngineError, Points};
use crate::plan::Plan;
use std::collections::VecDeque;

/// Figures of points, figure by figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SingleFigures {
    pub columns: Vec<Vec<f32>>,
    /// Points of which a figure may be off by more than 1e-4, for instance near a jump of tabulated scores.
    pub doubtful: Vec<bool>,
}

impl SystemKernel {
    /// The plan's figures at points.
    ///
    /// # Errors
    /// A figure that is none of a system; the device failed.
    pub fn figures(&mut self, plan: &Plan, points: &Points) -> Result<SingleFigures, EngineError> {
        let places = plan.figures.iter().map(|f| place(*f));
        let places = places.collect::<Result<Vec<_>, _>>()?;
        let mut all = SingleFigures {
            columns: vec![Vec::with_capacity(points.len()); places.len()],
            doubtful: Vec::with_capacity(points.len()),
        };
        let mut flying = VecDeque::with_capacity(IN_FLIGHT);
        let outcome = self.fly(plan, points, &places, &mut flying, &mut all);
        for batch in flying {
            let _ = self.flights.land(batch);
        }
        outcome.map(|()| all)
    }

    fn fly(
        &mut self,
        plan: &Plan,
        points: &Points,
        places: &[u32],
        flying: &mut VecDeque<Flying>,
        all: &mut SingleFigures,
    ) -> Result<(), EngineError> {
        let width = places.len() + 1;
        let mut start = 0;
        loop {
            while flying.len() < IN_FLIGHT && start < points.len() {
                let batch = self.launch_figures(plan, points, places, start)?;
                start += batch.count;
                flying.push_back(batch);
            }
            let Some(batch) = flying.pop_front() else {
                return Ok(());
            };
            let rows = self.flights.land(batch)?;
            for row in rows.chunks_exact(width) {
                for (column, word) in all.columns.iter_mut().zip(row) {
                    column.push(f32::from_bits(*word));
                }
                all.doubtful.push(f32::from_bits(row[width - 1]) != 0.0);
            }
        }
    }

    fn launch_figures(
        &mut self,
        plan: &Plan,
        points: &Points,
        places: &[u32],
        start: usize,
    ) -> Result<Flying, EngineError> {
        let program = self.programs.figures(&self.gpu);
        let width = places.len() + 1;
        let room = self.laid.room(points, width);
        let count = self.flights.count(points.len() - start, room);
        let looked = self.laid.looked(points);
        let mut question = self.laid.digits(points, start);
        question.resize(MOST_AXES, 0);
        question.push(places.len() as u32);
        question.extend(places);
        let given = looked.lookup.values_of(plan, points, start, count);
        let order = Order {
            layout: &program.layout,
            passes: &[Pass {
                pipeline: &program.pipelines[0],
                is_single: false,
            }],
            head: looked.head,
            shape: &looked.shape,
            numbers: &self.laid.numbers,
            tabled: looked.values.as_ref(),
            given: &given,
            question: &question,
            worths: 0,
            out: count * width,
            read: count * width,
            cleared: &[],
        };
        self.flights.launch(&order, start, count)
    }
}
