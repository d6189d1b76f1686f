//! The GPU engine: compute shaders through wgpu, results equal to the CPU's bit for bit.
//!
//! It sums the accepted weight of menus; figures are made of the sums by the same host code that makes
//! them of the CPU's. Of systems without a menu it knows figures in f32: they discard points, and those that
//! are left become rows on the CPU. Rows in f32 it gives only where these are asked for.

mod adapter;
mod batch;
mod device;
mod menu;
mod programs;
mod slot;
mod steps;
mod system;
mod tables;

pub use adapter::{AdapterDescription, AdapterKind, NoAdapter, adapters, choose};
pub use batch::Mapping;
pub use device::GpuLimits;
pub use menu::MenuKernel;
pub use system::{SingleFigures, SystemKernel};

use super::cpu::{columns, select};
use super::menu_points::{PointColumns, configurations};
use super::{Ask, Columns, Engine, EngineError, EngineInfo, Loaded, Outcome, Points};
use crate::plan::menu::MenuRows;
use crate::plan::{MenuPoints, Plan};
use device::GpuDevice;
use programs::MenuPrograms;
use std::sync::Arc;
use system::SystemPrograms;

/// Configurations whose sums are held at a time.
const PASS: usize = 1 << 16;

/// How an adapter is used.
#[derive(Debug, Clone, Default)]
pub struct GpuOptions {
    /// Its name or a part of it; the best GPU without.
    pub adapter: Option<String>,
    /// Tighter limits than its own, so that tests reach every cut.
    pub limits: Option<GpuLimits>,
    pub mapping: Mapping,
    /// Every loaded plan fails after so many batches; for tests of what then takes over.
    pub fails_after: Option<u32>,
}

/// Evaluates menus and systems on a GPU.
#[derive(Debug)]
pub struct GpuEngine {
    gpu: GpuDevice,
    programs: MenuPrograms,
    system_programs: Arc<SystemPrograms>,
    fails_after: Option<u32>,
}

impl GpuEngine {
    /// Opens an adapter.
    ///
    /// # Errors
    /// [`NoAdapter`]: there is none of that name, or it cannot be used.
    pub fn open(options: GpuOptions) -> Result<Self, NoAdapter> {
        let mut gpu = GpuDevice::open(options.adapter.as_deref())?;
        if let Some(limits) = options.limits {
            gpu.limits = gpu.limits.within(limits);
        }
        let programs = MenuPrograms::new(&gpu, options.mapping);
        gpu.check().map_err(|e| NoAdapter::Refused {
            name: gpu.adapter.name.clone(),
            why: e.to_string(),
        })?;
        Ok(Self {
            gpu,
            programs,
            system_programs: Arc::default(),
            fails_after: options.fails_after,
        })
    }

    /// What was opened.
    pub fn adapter(&self) -> &AdapterDescription {
        &self.gpu.adapter
    }

    /// A system on the device.
    ///
    /// # Errors
    /// The plan has no system, a bridged one, or one too large; the device failed.
    pub fn system(&self, plan: &Plan) -> Result<SystemKernel, EngineError> {
        let programs = self.system_programs.clone();
        SystemKernel::new(self.gpu.clone(), plan, programs, self.fails_after)
    }

    /// The events of a menu on the device.
    ///
    /// # Errors
    /// The device has no room for them, or failed.
    pub fn menu(&self, rows: &MenuRows) -> Result<MenuKernel, EngineError> {
        MenuKernel::new(
            self.gpu.clone(),
            rows,
            self.programs.clone(),
            self.fails_after,
        )
    }
}

impl Engine for GpuEngine {
    fn info(&self) -> EngineInfo {
        let own = &self.gpu.adapter;
        EngineInfo {
            name: "gpu".into(),
            detail: format!(
                "{}, {}, {} ({}), batches of {} configurations or {} points",
                own.name,
                own.kind.name(),
                own.backend,
                own.driver,
                self.gpu.limits.configurations,
                self.gpu.limits.points
            ),
            threads: rayon::current_num_threads(),
        }
    }

    fn load(&self, plan: Arc<Plan>) -> Result<Box<dyn Loaded>, EngineError> {
        let Some(menu) = plan.menu.clone() else {
            let kernel = self.system(&plan)?;
            return Ok(Box::new(LoadedSystem { plan, kernel }));
        };
        let kernel = self.menu(&menu.events.rows)?;
        Ok(Box::new(LoadedMenu { plan, menu, kernel }))
    }
}

fn unsupported(why: &str) -> EngineError {
    EngineError::Unsupported {
        engine: "gpu".into(),
        why: why.into(),
    }
}

struct LoadedMenu {
    plan: Arc<Plan>,
    menu: Arc<MenuPoints>,
    kernel: MenuKernel,
}

impl Loaded for LoadedMenu {
    fn run(&mut self, points: &Points, ask: Ask) -> Result<Outcome, EngineError> {
        let (plan, menu, kernel) = (&self.plan, &self.menu, &mut self.kernel);
        let rows = &menu.events.rows;
        let mut of_menu = |points: &Points| {
            PointColumns::evaluate(plan, menu, points, PASS, |c| kernel.totals(rows, c))
        };
        match ask {
            Ask::Figures => {
                let of_menu = of_menu(points)?;
                Ok(Outcome::Figures(columns(plan, points, Some(&of_menu))))
            }
            Ask::Select(rank) => {
                let of_menu = |some: &Points| of_menu(some).map(Some);
                Ok(Outcome::Selected(select(plan, points, &rank, of_menu)?))
            }
            Ask::Totals => {
                let (different, of_point) = configurations(plan, menu, points);
                let sums = kernel.totals(rows, &different)?;
                let classes = rows.classes.len();
                let own = |place: &usize| &sums[place * classes..(place + 1) * classes];
                Ok(Outcome::Sums(
                    of_point.iter().flat_map(own).copied().collect(),
                ))
            }
            Ask::PerPath | Ask::Moves => Err(unsupported("it sums whole menus only")),
            Ask::FiguresInF32 => Err(unsupported("figures of menus are exact")),
        }
    }
}

struct LoadedSystem {
    plan: Arc<Plan>,
    kernel: SystemKernel,
}

impl Loaded for LoadedSystem {
    fn run(&mut self, points: &Points, ask: Ask) -> Result<Outcome, EngineError> {
        match ask {
            Ask::Select(rank) => {
                let kept = self.kernel.select(&self.plan, points, &rank)?;
                Ok(Outcome::Selected(kept))
            }
            Ask::FiguresInF32 => {
                let single = self.kernel.figures(&self.plan, points)?;
                Ok(Outcome::FiguresInF32(widened(&self.plan, points, single)))
            }
            Ask::Figures | Ask::Totals | Ask::PerPath | Ask::Moves => {
                Err(unsupported("rows of a system are evaluated in f64"))
            }
        }
    }
}

/// Rows of figures in f32; where one is doubtful, those of the CPU, rounded.
fn widened(plan: &Plan, points: &Points, single: SingleFigures) -> Columns {
    let axes = plan.space.axes.len();
    let (mut at, mut rows) = (
        vec![0.0; axes],
        vec![Vec::with_capacity(points.len()); axes],
    );
    let mut doubtful = (Vec::new(), Vec::new());
    for i in 0..points.len() {
        points.coordinates(&plan.space, i, &mut at);
        rows.iter_mut().zip(&at).for_each(|(own, x)| own.push(*x));
        if single.doubtful[i] {
            doubtful.0.push(i);
            doubtful.1.push(at.clone());
        }
    }
    let exact = columns(plan, &Points::Listed(doubtful.1), None);
    for (column, exact) in single.columns.iter().zip(&exact[axes..]) {
        let mut own: Vec<f64> = column.iter().map(|x| f64::from(*x)).collect();
        for (i, x) in doubtful.0.iter().zip(exact) {
            own[*i] = f64::from(*x as f32);
        }
        rows.push(own);
    }
    rows
}
