//! Which engine does what: the CPU can do all, a GPU what is large enough.
//!
//! A GPU is opened when the first plan with a menu runs, or the first selection of a system's points. What it
//! does not do goes to the CPU, and so does everything from a failure on: nothing is lost, and results are the
//! same bytes.

use super::cpu::CpuEngine;
use super::foreseen::pays_on_gpu;
use super::{Ask, Engine, EngineError, EngineInfo, Loaded, Outcome, Points};
use crate::error::Result;
use crate::plan::Plan;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the user asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineChoice {
    /// A GPU where there is one and the work is large enough, else the CPU.
    Auto,
    Cpu,
    /// A GPU for all that it does.
    Gpu,
}

/// Opens a GPU, or says what is missing.
pub type OpenGpu = dyn Fn() -> Result<Box<dyn Engine>> + Send + Sync;
/// Told in a line what was taken, and what went wrong with it.
pub type Tell = dyn Fn(&str) + Send + Sync;

/// An engine that hands every plan to one that can do it.
pub struct ChosenEngine {
    shared: Arc<Shared>,
}

struct Shared {
    choice: EngineChoice,
    cpu: CpuEngine,
    open: Box<OpenGpu>,
    tell: Box<Tell>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    gpu: Gpu,
    introduced: bool,
}

#[derive(Default)]
enum Gpu {
    #[default]
    Closed,
    /// Could not be opened.
    Missing,
    Open(Arc<dyn Engine>),
    /// Has given answers.
    Used(Arc<dyn Engine>),
    /// Failed; the CPU went on.
    Lost(EngineInfo),
}

impl ChosenEngine {
    /// With `Gpu`, opens it at once.
    ///
    /// # Errors
    /// Those of `open`, with `Gpu`.
    pub fn new(choice: EngineChoice, open: Box<OpenGpu>, tell: Box<Tell>) -> Result<Self> {
        let mut state = State::default();
        if choice == EngineChoice::Gpu {
            state.gpu = Gpu::Open(open()?.into());
        }
        Ok(Self {
            shared: Arc::new(Shared {
                choice,
                cpu: CpuEngine,
                open,
                tell,
                state: Mutex::new(state),
            }),
        })
    }

    /// Says which engine evaluates a study's points, unless that is decided when they are known.
    /// `is_for_gpu`: they have a menu, or are to be selected, or f32 will do.
    pub fn introduce(&self, is_for_gpu: bool) {
        let shared = &self.shared;
        match shared.choice {
            EngineChoice::Gpu if is_for_gpu => {
                let opened = match &shared.state().gpu {
                    Gpu::Open(gpu) | Gpu::Used(gpu) => Some(gpu.info()),
                    _ => None,
                };
                shared.introduce(&opened.unwrap_or_else(|| shared.cpu.info()), "");
            }
            EngineChoice::Gpu => shared.introduce(
                &shared.cpu.info(),
                " (all points of a system, in f64, are the CPU's)",
            ),
            EngineChoice::Auto if is_for_gpu => {}
            EngineChoice::Auto | EngineChoice::Cpu => shared.introduce(&shared.cpu.info(), ""),
        }
    }
}

impl Engine for ChosenEngine {
    /// Of the GPU as soon as it has given an answer, of the CPU else.
    fn info(&self) -> EngineInfo {
        let shared = &self.shared;
        match &shared.state().gpu {
            Gpu::Used(gpu) => gpu.info(),
            Gpu::Lost(info) => EngineInfo {
                detail: format!(
                    "{}; it failed, the rest on the CPU: {}",
                    info.detail,
                    shared.cpu.info().detail
                ),
                ..info.clone()
            },
            Gpu::Closed | Gpu::Missing | Gpu::Open(_) => shared.cpu.info(),
        }
    }

    fn load(&self, plan: Arc<Plan>) -> Result<Box<dyn Loaded>, EngineError> {
        Ok(Box::new(Chosen {
            shared: self.shared.clone(),
            cpu: self.shared.cpu.load(plan.clone())?,
            gpu: None,
            is_decided: false,
            is_told: false,
            configurations: 0,
            plan,
        }))
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Once.
    fn introduce(&self, info: &EngineInfo, why: &str) {
        if !std::mem::replace(&mut self.state().introduced, true) {
            let EngineInfo {
                name,
                detail,
                threads,
            } = info;
            (self.tell)(&format!("engine: {name}, {threads} threads, {detail}{why}"));
        }
    }

    /// The GPU, opened now if it was not; it is introduced, or the CPU where there is none.
    fn gpu(&self) -> Option<Arc<dyn Engine>> {
        let mut missing = String::new();
        let gpu = {
            let mut state = self.state();
            if matches!(state.gpu, Gpu::Closed) {
                state.gpu = match (self.open)() {
                    Ok(gpu) => Gpu::Open(gpu.into()),
                    Err(why) => {
                        missing = format!(" ({why})");
                        Gpu::Missing
                    }
                };
            }
            match &state.gpu {
                Gpu::Open(gpu) | Gpu::Used(gpu) => Some(gpu.clone()),
                _ => None,
            }
        };
        match &gpu {
            Some(gpu) => self.introduce(&gpu.info(), ""),
            None => self.introduce(&self.cpu.info(), &missing),
        }
        gpu
    }

    /// It has given an answer: results are its own.
    fn use_gpu(&self, gpu: &Arc<dyn Engine>) {
        let mut state = self.state();
        if matches!(state.gpu, Gpu::Open(_)) {
            state.gpu = Gpu::Used(gpu.clone());
        }
    }

    /// One warning; from here on the CPU does all.
    fn lose(&self, why: &EngineError) {
        let mut state = self.state();
        if let Gpu::Open(gpu) | Gpu::Used(gpu) = &state.gpu {
            state.gpu = Gpu::Lost(gpu.info());
            drop(state);
            (self.tell)(&format!(
                "warning: {why}; the CPU goes on, no result is lost"
            ));
        }
    }
}

/// A plan on the CPU, and on the GPU where that does it.
struct Chosen {
    shared: Arc<Shared>,
    plan: Arc<Plan>,
    cpu: Box<dyn Loaded>,
    gpu: Option<(Arc<dyn Engine>, Box<dyn Loaded>)>,
    is_decided: bool,
    /// What the GPU does not do.
    is_told: bool,
    /// That were asked for so far.
    configurations: u64,
}

impl Loaded for Chosen {
    fn run(&mut self, points: &Points, ask: Ask) -> Result<Outcome, EngineError> {
        let is_for_gpu = match &ask {
            _ if self.plan.menu.is_some() => true,
            Ask::Select(_) | Ask::FiguresInF32 => true,
            _ => false,
        };
        if is_for_gpu && !self.is_decided {
            self.decide(points, &ask);
        }
        if let Some((engine, gpu)) = self.gpu.as_mut().filter(|_| is_for_gpu) {
            match gpu.run(points, ask.clone()) {
                Ok(outcome) => {
                    self.shared.use_gpu(engine);
                    return Ok(outcome);
                }
                Err(EngineError::Unsupported { why, .. }) => {
                    // Of menus some questions are the CPU's by design.
                    let is_news = self.plan.menu.is_none() && !self.is_told;
                    if is_news {
                        self.is_told = true;
                        (self.shared.tell)(&format!("warning: {why}: the CPU engine does this"));
                    }
                }
                Err(why @ EngineError::Failed { .. }) => {
                    self.gpu = None;
                    self.shared.lose(&why);
                }
            }
        }
        self.cpu.run(points, ask)
    }
}

impl Chosen {
    /// Whether the GPU is to have the plan, when this is asked.
    fn decide(&mut self, points: &Points, ask: &Ask) {
        let shared = &self.shared;
        let is_listed = matches!(points, Points::Listed(_));
        let pays = match shared.choice {
            EngineChoice::Cpu => false,
            EngineChoice::Gpu => true,
            EngineChoice::Auto => {
                self.configurations += points.len() as u64;
                // Of a list what was asked for is all that is known.
                let known = is_listed.then_some(self.configurations);
                pays_on_gpu(&self.plan, points, ask, known)
            }
        };
        self.is_decided = pays || shared.choice != EngineChoice::Auto || !is_listed;
        if !pays {
            shared.introduce(&shared.cpu.info(), "");
            return;
        }
        let Some(gpu) = shared.gpu() else {
            return;
        };
        match gpu.load(self.plan.clone()) {
            Ok(loaded) => self.gpu = Some((gpu, loaded)),
            Err(EngineError::Unsupported { why, .. }) => {
                let what = match self.plan.menu {
                    Some(_) => "menu",
                    None => "system",
                };
                (shared.tell)(&format!("warning: {why}: the CPU engine takes this {what}"));
            }
            Err(why @ EngineError::Failed { .. }) => shared.lose(&why),
        }
    }
}
