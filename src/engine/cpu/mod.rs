//! The CPU engine: f64 throughout, points in parallel by rayon.
//!
//! Points are cut into tiles of a fixed size and each tile is walked from scratch, so that no result
//! depends on the number of threads.

pub mod menu;
mod select;
pub mod threshold;
mod walker;

pub(super) use select::select;

pub use walker::{StageOutcome, Walker};

use super::menu_points::{PointColumns, configurations};
use super::{Ask, Columns, Engine, EngineError, EngineInfo, Loaded, Outcome, Points};
use crate::merit::Figure;
use crate::plan::{MenuPoints, Plan};
use menu::menu_sums;
use rayon::prelude::*;
use std::convert::Infallible;
use std::sync::Arc;

/// Points that one thread takes at a time.
const TILE: usize = 2048;
/// Configurations of a menu that a pass over its blocks takes.
const PASS: usize = 4096;

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
        let plan = &self.plan;
        let of_menu = |some: &Points| Ok::<_, EngineError>(menu_columns(plan, some));
        match &ask {
            // What is asked for in f32 may be better.
            Ask::Figures | Ask::FiguresInF32 => {
                let menu = menu_columns(plan, points);
                return Ok(Outcome::Figures(columns(plan, points, menu.as_ref())));
            }
            Ask::Select(rank) => {
                return Ok(Outcome::Selected(select(plan, points, rank, of_menu)?));
            }
            _ => {}
        }
        let Some(menu) = &self.plan.menu else {
            return Err(EngineError::Unsupported {
                engine: "cpu".into(),
                why: "the plan has no menu".into(),
            });
        };
        let (different, of_point) = configurations(&self.plan, menu, points);
        menu_sums(menu, &different, &of_point, &ask).ok_or_else(|| EngineError::Unsupported {
            engine: "cpu".into(),
            why: format!("it has no answer to {ask:?}"),
        })
    }
}

fn menu_columns(plan: &Plan, points: &Points) -> Option<PointColumns> {
    let sum = |menu: &MenuPoints| {
        PointColumns::evaluate(plan, menu, points, PASS, |c| {
            Ok::<_, Infallible>(menu::totals(&menu.events.rows, c))
        })
    };
    plan.menu.as_ref().map(|menu| match sum(menu) {
        Ok(columns) => columns,
        Err(never) => match never {},
    })
}

/// Rows of a plan's figures at points; those of its menu are given.
pub(super) fn columns(plan: &Plan, points: &Points, menu: Option<&PointColumns>) -> Columns {
    let count = points.len();
    let tiles: Vec<Columns> = (0..count.div_ceil(TILE))
        .into_par_iter()
        .map(|number| {
            let start = number * TILE;
            tile(plan, points, menu, start, TILE.min(count - start))
        })
        .collect();
    let width = plan.space.axes.len() + plan.figures.len();
    (0..width)
        .into_par_iter()
        .map(|c| {
            let mut column = Vec::with_capacity(count);
            tiles
                .iter()
                .for_each(|tile| column.extend_from_slice(&tile[c]));
            column
        })
        .collect()
}

fn tile(
    plan: &Plan,
    points: &Points,
    menu: Option<&PointColumns>,
    start: usize,
    count: usize,
) -> Columns {
    let axes = plan.space.axes.len();
    let mut walker = plan.system.as_ref().map(|s| Walker::new(plan, s));
    let mut coordinates = vec![0.0; axes];
    let mut columns: Columns = (0..axes + plan.figures.len())
        .map(|_| Vec::with_capacity(count))
        .collect();
    for i in start..start + count {
        points.coordinates(&plan.space, i, &mut coordinates);
        if let Some(walker) = &mut walker {
            walker.move_to(&coordinates, menu.map(|menu| menu.acceptance(i)));
        }
        let (knobs, figures) = columns.split_at_mut(axes);
        for (column, &x) in knobs.iter_mut().zip(&coordinates) {
            column.push(x);
        }
        let mut of_menu = 0;
        for (column, &figure) in figures.iter_mut().zip(&plan.figures) {
            column.push(match (figure, menu, &walker) {
                (Figure::Menu(_) | Figure::MenuSigma(_), Some(menu), _) => {
                    of_menu += 1;
                    menu.figure(of_menu - 1, i)
                }
                (_, _, Some(walker)) => walker.figure(figure),
                _ => f64::NAN,
            });
        }
    }
    columns
}
