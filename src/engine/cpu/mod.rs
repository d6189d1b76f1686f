//! The CPU engine: f64 throughout, points in parallel by rayon.
//!
//! Points are cut into tiles of a fixed size and each tile is walked from scratch, so that no result
//! depends on the number of threads.

pub mod menu;
pub mod threshold;
mod walker;

pub use walker::{StageOutcome, Walker};

use super::{Ask, Columns, Engine, EngineError, EngineInfo, Loaded, Outcome, Points};
use crate::plan::Plan;
use rayon::prelude::*;
use std::sync::Arc;

/// Points that one thread takes at a time.
const TILE: usize = 2048;

/// Evaluates plans on the cores of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct CpuEngine;

impl Engine for CpuEngine {
    fn info(&self) -> EngineInfo {
        EngineInfo {
            name: "cpu".into(),
            detail: instruction_set().into(),
            threads: rayon::current_num_threads(),
        }
    }

    fn load(&self, plan: Arc<Plan>) -> Result<Box<dyn Loaded>, EngineError> {
        Ok(Box::new(LoadedCpu { plan }))
    }
}

/// The widest instruction set of this processor among those that matter here.
pub fn instruction_set() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            return "x86-64 with AVX-512";
        }
        if is_x86_feature_detected!("avx2") {
            return "x86-64 with AVX2";
        }
        "x86-64 with SSE2"
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        std::env::consts::ARCH
    }
}

struct LoadedCpu {
    plan: Arc<Plan>,
}

impl Loaded for LoadedCpu {
    fn run(&mut self, points: &Points, ask: Ask) -> Result<Outcome, EngineError> {
        let Ask::Figures = ask;
        let count = points.len();
        let tiles: Vec<Columns> = (0..count.div_ceil(TILE))
            .into_par_iter()
            .map(|tile| {
                let start = tile * TILE;
                self.tile(points, start, TILE.min(count - start))
            })
            .collect();
        let width = self.plan.space.axes.len() + self.plan.figures.len();
        let columns = (0..width)
            .into_par_iter()
            .map(|c| {
                let mut column = Vec::with_capacity(count);
                tiles
                    .iter()
                    .for_each(|tile| column.extend_from_slice(&tile[c]));
                column
            })
            .collect();
        Ok(Outcome::Figures(columns))
    }
}

impl LoadedCpu {
    fn tile(&self, points: &Points, start: usize, count: usize) -> Columns {
        let axes = self.plan.space.axes.len();
        let mut walker = Walker::new(&self.plan);
        let mut coordinates = vec![0.0; axes];
        let mut columns: Columns = (0..axes + self.plan.figures.len())
            .map(|_| Vec::with_capacity(count))
            .collect();
        for i in start..start + count {
            match points {
                Points::Range { first, .. } => {
                    self.plan
                        .space
                        .coordinates(first + i as u64, &mut coordinates);
                }
                Points::Listed(list) => coordinates.copy_from_slice(&list[i]),
            }
            walker.move_to(&coordinates);
            let (knobs, figures) = columns.split_at_mut(axes);
            for (column, &x) in knobs.iter_mut().zip(&coordinates) {
                column.push(x);
            }
            for (column, &figure) in figures.iter_mut().zip(&self.plan.figures) {
                column.push(walker.figure(figure));
            }
        }
        columns
    }
}
