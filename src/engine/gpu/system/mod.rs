//! Systems on the device, in f32: a sieve that discards points, and rows where a study asks for no more.

mod figures;
mod flight;
mod laid;
mod look;
mod programs;
mod question;
mod refine;
mod sieve;

pub use figures::SingleFigures;
pub(super) use programs::SystemPrograms;

use super::device::GpuDevice;
use super::slot::buffer;
use super::unsupported;
use crate::engine::{EngineError, Points};
use crate::plan::Plan;
use flight::{Flights, Head};
use laid::{MOST_AXES, MOST_NODES, MOST_STAGES};
use look::Lookup;
use std::sync::Arc;
use wgpu::{Buffer, BufferUsages};

/// Values of axes that are tabled at most: 64 MB.
const MOST_TABLED: usize = 1 << 24;
/// Points of a batch whose values come with it.
const MOST_GIVEN: usize = 1 << 16;

/// A system on a device.
#[derive(Debug)]
pub struct SystemKernel {
    gpu: GpuDevice,
    laid: Laid,
    flights: Flights,
    programs: Arc<SystemPrograms>,
    /// Points of selections that the host evaluated.
    decided: u64,
}

/// The system's own buffers.
#[derive(Debug)]
struct Laid {
    numbers: Buffer,
    /// For the points of the grid; none where its values are too many for tables.
    tabled: Option<Looked>,
    given: Looked,
    /// Words of a buffer at most.
    words: usize,
}

/// How the numbers of a point are found.
#[derive(Debug)]
struct Looked {
    lookup: Lookup,
    shape: Buffer,
    /// Where they are tabled.
    values: Option<Buffer>,
    head: Head,
}

impl SystemKernel {
    pub(super) fn new(
        gpu: GpuDevice,
        plan: &Plan,
        programs: Arc<SystemPrograms>,
        fails_after: Option<u32>,
    ) -> Result<Self, EngineError> {
        let system = plan.system.as_ref();
        let system = system.ok_or_else(|| unsupported("the plan has no system"))?;
        if plan.bridge.is_some() {
            return Err(unsupported("a menu takes the place of a stage"));
        }
        if system.nodes.len() > MOST_NODES || system.stages.len() > MOST_STAGES {
            return Err(unsupported("the system has too many nodes or stages"));
        }
        let numbers = laid::numbers(plan, system);
        if 4 * numbers.len() as u64 > gpu.limits.bytes() {
            return Err(unsupported(
                "the score distributions do not fit into a buffer",
            ));
        }
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST;
        let filled = |bytes: &[u8]| {
            let own = buffer(&gpu, (bytes.len() as u64).max(4), usage);
            gpu.queue.write_buffer(&own, 0, bytes);
            own
        };
        let looked = |lookup: Lookup| Looked {
            shape: filled(bytemuck::cast_slice(&laid::shape(system, &lookup))),
            values: match lookup.room {
                Some(_) => None,
                None => Some(filled(bytemuck::cast_slice(&lookup.values))),
            },
            head: Head {
                nodes: system.nodes.len() as u32,
                stages: system.stages.len() as u32,
                slots: system.slots.len() as u32,
                free: lookup.lengths.len() as u32,
                looks: lookup.looks.len() as u32,
                sends_compressed: u32::from(system.link_sends_compressed),
                ..Head::default()
            },
            lookup,
        };
        let words = gpu.limits.bytes() as usize / 4;
        let tabled = match plan.space.axes.len() {
            0..=MOST_AXES => Lookup::tabled(plan, MOST_TABLED.min(words)),
            _ => None,
        };
        let bindings = plan.space.axes.iter().map(|a| a.bindings.len());
        let room = (words / bindings.sum::<usize>().max(1)).min(gpu.limits.points);
        let room = room.min(MOST_GIVEN);
        let (tabled, given) = (tabled.map(looked), looked(Lookup::given(plan, room)));
        let laid = Laid {
            numbers: filled(bytemuck::cast_slice(&numbers)),
            tabled,
            given,
            words,
        };
        gpu.check()?;
        Ok(Self {
            flights: Flights::new(gpu.clone(), fails_after),
            gpu,
            laid,
            programs,
            decided: 0,
        })
    }

    /// Points of selections so far that were evaluated in f64.
    pub fn decided(&self) -> u64 {
        self.decided
    }
}

impl Laid {
    /// How the numbers of these points are found.
    fn looked(&self, points: &Points) -> &Looked {
        match (points, &self.tabled) {
            (Points::Range { .. }, Some(tabled)) => tabled,
            _ => &self.given,
        }
    }

    /// The digits of a point by which they are looked up.
    fn digits(&self, points: &Points, start: usize) -> Vec<u32> {
        let index = match points {
            Points::Range { first, .. } => first + start as u64,
            Points::Listed(_) => 0,
        };
        self.looked(points).lookup.digits(index)
    }

    /// Points of a batch that so many words of each leave room for.
    fn room(&self, points: &Points, words: usize) -> usize {
        let given = self.looked(points).lookup.room;
        given.unwrap_or(usize::MAX).min(self.words / words)
    }
}
