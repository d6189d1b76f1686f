//! The GPU engine: menus by compute shaders through wgpu, sums equal to the CPU's bit for bit.
//!
//! It sums the accepted weight of menus; figures are made of the sums by the same host code that makes
//! them of the CPU's. Systems without a menu it leaves to the CPU.

mod adapter;
mod batch;
mod device;
mod menu;
mod programs;
mod slot;
mod steps;
mod tables;

pub use adapter::{AdapterDescription, AdapterKind, NoAdapter, adapters, choose};
pub use batch::Mapping;
pub use device::GpuLimits;
pub use menu::MenuKernel;

use super::cpu::{columns, select};
use super::menu_points::{PointColumns, configurations};
use super::{Ask, Engine, EngineError, EngineInfo, Loaded, Outcome, Points};
use crate::plan::menu::MenuRows;
use crate::plan::{MenuPoints, Plan};
use device::GpuDevice;
use programs::MenuPrograms;
use std::sync::Arc;

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

/// Evaluates menus on a GPU.
#[derive(Debug)]
pub struct GpuEngine {
    gpu: GpuDevice,
    programs: MenuPrograms,
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
            fails_after: options.fails_after,
        })
    }

    /// What was opened.
    pub fn adapter(&self) -> &AdapterDescription {
        &self.gpu.adapter
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
                "{}, {}, {} ({}), batches of {} configurations",
                own.name,
                own.kind.name(),
                own.backend,
                own.driver,
                self.gpu.limits.configurations
            ),
            threads: rayon::current_num_threads(),
        }
    }

    fn load(&self, plan: Arc<Plan>) -> Result<Box<dyn Loaded>, EngineError> {
        let Some(menu) = plan.menu.clone() else {
            return Err(unsupported("the plan has no menu"));
        };
        let kernel = self.menu(&menu.events.rows)?;
        Ok(Box::new(LoadedGpu { plan, menu, kernel }))
    }
}

fn unsupported(why: &str) -> EngineError {
    EngineError::Unsupported {
        engine: "gpu".into(),
        why: why.into(),
    }
}

struct LoadedGpu {
    plan: Arc<Plan>,
    menu: Arc<MenuPoints>,
    kernel: MenuKernel,
}

impl Loaded for LoadedGpu {
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
        }
    }
}
