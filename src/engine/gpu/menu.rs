//! Accepted weights of a menu on the device: events stay there, configurations come in batches.

use super::adapter::AdapterKind;
use super::batch::{Batch, most, resolve};
use super::device::{GpuDevice, failed};
use super::programs::MenuPrograms;
use super::slot::{Pooled, Slot, buffer};
use super::steps::{Step, cut};
use super::tables::{Tables, chunks};
use crate::engine::EngineError;
use crate::engine::cpu::menu::check;
use crate::plan::menu::{Configurations, MenuRows};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;
use wgpu::{
    BindGroup, BindGroupDescriptor, BindGroupEntry, BindingResource, Buffer, BufferAsyncError,
    BufferBinding, BufferSize, BufferUsages, CommandEncoderDescriptor, ComputePassDescriptor,
    MapMode, SubmissionIndex,
};

/// Batches of which one is computed while the host fills or reads the other.
const IN_FLIGHT: usize = 2;
/// Groups of threads in the first dispatches; later ones are as long as measured ones allow.
const FIRST_GROUPS: u64 = 4096;
/// Seconds of a dispatch at most: drivers reset a device that is busy for some two seconds.
const DISPATCH_S: f64 = 0.25;

/// A menu's events on a device.
#[derive(Debug)]
pub struct MenuKernel {
    gpu: GpuDevice,
    programs: MenuPrograms,
    chunks: Vec<Chunk>,
    slots: Vec<Slot>,
    /// The slot of the next batch.
    next: usize,
    /// Groups of threads of one dispatch at most.
    groups: u64,
    landed: Instant,
    /// Batches until a failure is made up; for tests.
    fails_after: Option<u32>,
}

/// Some blocks of events.
#[derive(Debug)]
struct Chunk {
    blocks: u32,
    words: Buffer,
    tables: Buffer,
}

/// A batch that was submitted.
struct Flying {
    slot: usize,
    which: Vec<usize>,
    submission: SubmissionIndex,
    mapped: Receiver<Result<(), BufferAsyncError>>,
    since: Instant,
    groups: u64,
}

impl MenuKernel {
    pub(super) fn new(
        gpu: GpuDevice,
        rows: &MenuRows,
        programs: MenuPrograms,
        fails_after: Option<u32>,
    ) -> Result<Self, EngineError> {
        let too_small = |what: &str| EngineError::Unsupported {
            engine: "gpu".into(),
            why: format!(
                "{what} does not fit into a buffer of `{}`",
                gpu.adapter.name
            ),
        };
        let ranges = chunks(rows, gpu.limits.bytes());
        let ranges = ranges.ok_or_else(|| too_small("a block of events"))?;
        if most(rows, gpu.limits, rows.paths().div_ceil(8)) == 0 {
            return Err(too_small("a configuration"));
        }
        let chunk = |range: std::ops::Range<usize>| {
            let tables = Tables::of(rows, range);
            let filled = |words: &[u32]| {
                let bytes: &[u8] = bytemuck::cast_slice(words);
                let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST;
                let own = buffer(&gpu, bytes.len() as u64, usage);
                gpu.queue.write_buffer(&own, 0, bytes);
                own
            };
            let chunk = Chunk {
                blocks: tables.blocks,
                words: filled(&tables.words),
                tables: filled(&tables.tables),
            };
            // What waits to be sent is sent: the host holds one chunk at a time.
            gpu.wait(gpu.queue.submit([]))?;
            Ok(chunk)
        };
        let chunks = ranges.into_iter().map(chunk);
        let chunks = chunks.collect::<Result<Vec<_>, EngineError>>()?;
        let slots = (0..IN_FLIGHT).map(|_| Slot::new(&gpu)).collect();
        gpu.check()?;
        Ok(Self {
            gpu,
            programs,
            chunks,
            slots,
            next: 0,
            groups: FIRST_GROUPS,
            landed: Instant::now(),
            fails_after,
        })
    }

    /// Buffers that the events are cut into.
    pub fn chunks(&self) -> usize {
        self.chunks.len()
    }

    /// As [`totals`](crate::engine::cpu::menu::totals) of the CPU, bit for bit.
    ///
    /// # Errors
    /// The device failed.
    ///
    /// # Panics
    /// As there.
    pub fn totals(
        &mut self,
        rows: &MenuRows,
        configurations: &Configurations,
    ) -> Result<Vec<u128>, EngineError> {
        check(rows, configurations);
        let (count, classes) = (configurations.len(), rows.classes.len());
        let mut totals = vec![0; count * classes];
        if self.chunks.is_empty() {
            return Ok(totals);
        }
        let mut flying = VecDeque::with_capacity(IN_FLIGHT);
        let summed = self.sum(rows, configurations, &mut flying, &mut totals);
        // What still flies lands even then: its buffers are used again.
        let mut landed = Ok(());
        while let Some(batch) = flying.pop_front() {
            landed = landed.and(self.land(batch, classes, &mut totals));
        }
        summed.and(landed).map(|()| totals)
    }

    /// Submits all, and takes the sums of all but the last batches.
    fn sum(
        &mut self,
        rows: &MenuRows,
        configurations: &Configurations,
        flying: &mut VecDeque<Flying>,
        totals: &mut [u128],
    ) -> Result<(), EngineError> {
        let (count, classes) = (configurations.len(), rows.classes.len());
        let at_a_time = self.gpu.limits.configurations.max(1);
        for first in (0..count).step_by(at_a_time) {
            let resolved = resolve(rows, configurations, first..count.min(first + at_a_time));
            let ladders = rows.levels.len().max(1);
            let plain = resolved.plain.chunks(most(rows, self.gpu.limits, 0));
            for (number, which) in plain.enumerate() {
                let start = number * most(rows, self.gpu.limits, 0);
                let levels = &resolved.plain_levels[start * ladders..][..which.len() * ladders];
                let batch = Batch::plain(rows, which, levels, self.programs.mapping);
                self.submit(batch, classes, flying, totals)?;
            }
            let tables = resolved.prescaled.iter().map(|c| c.tables.len()).max();
            let room = most(rows, self.gpu.limits, tables.unwrap_or(0));
            for which in resolved.prescaled.chunks(room) {
                let batch = Batch::prescaled(rows, which, self.programs.mapping);
                self.submit(batch, classes, flying, totals)?;
            }
        }
        Ok(())
    }

    /// Submits a batch, once there is a slot for it.
    fn submit(
        &mut self,
        batch: Batch,
        classes: usize,
        flying: &mut VecDeque<Flying>,
        totals: &mut [u128],
    ) -> Result<(), EngineError> {
        if flying.len() == IN_FLIGHT
            && let Some(first) = flying.pop_front()
        {
            self.land(first, classes, totals)?;
        }
        match &mut self.fails_after {
            Some(0) => return Err(failed("asked to fail")),
            Some(left) => *left -= 1,
            None => {}
        }
        flying.push_back(self.launch(batch, classes)?);
        Ok(())
    }

    fn launch(&mut self, batch: Batch, classes: usize) -> Result<Flying, EngineError> {
        let most_turns = self.most_turns();
        let gpu = &self.gpu;
        let number = self.next;
        self.next = (number + 1) % IN_FLIGHT;
        let slot = &mut self.slots[number];
        let configurations = batch.which.len() as u32;
        let tiles = self.programs.mapping.tiles(configurations);
        // Behind the sums, the flag.
        let flag = 3 * configurations * classes as u32;
        let bytes = 4 * (u64::from(flag) + 1);
        slot.levels.filled(gpu, &batch.levels.words);
        slot.numbers.filled(gpu, &batch.numbers.words);
        slot.rejects.filled(gpu, &batch.rejects);
        slot.sums.at_least(gpu, bytes);
        slot.back.at_least(gpu, bytes);
        // Every dispatch has its own `Step`, one after the other in one buffer.
        let alignment = gpu.device.limits().min_uniform_buffer_offset_alignment;
        let stride = (size_of::<Step>() as u32).next_multiple_of(alignment);
        let mut steps = Vec::new();
        let mut dispatches = Vec::new();
        let mut groups = 0;
        for (chunk, events) in self.chunks.iter().enumerate() {
            for cut in cut(tiles, events.blocks, gpu.limits.groups, self.groups) {
                let step = Step {
                    configurations,
                    reject_tables: batch.reject_tables,
                    level_stride: batch.levels.configuration_stride,
                    ladder_stride: batch.levels.group_stride,
                    number_stride: batch.numbers.configuration_stride,
                    path_stride: batch.numbers.group_stride,
                    row: cut.groups.0,
                    first_tile: cut.tiles.start,
                    tiles: cut.tiles.len() as u32,
                    first_block: cut.blocks.start,
                    blocks: cut.blocks.len() as u32,
                    most_turns,
                    flag,
                };
                groups += u64::from(step.tiles) * u64::from(step.blocks);
                dispatches.push((chunk, steps.len() as u32 * 4, cut.groups));
                steps.extend_from_slice(bytemuck::cast_slice(&[step]));
                steps.resize(steps.len().next_multiple_of(stride as usize / 4), 0);
            }
        }
        slot.steps.filled(gpu, &steps);
        let slot = &self.slots[number];
        let bindings: Vec<BindGroup> = self.chunks.iter().map(|c| self.bind(slot, c)).collect();
        let pipeline = match batch.reject_tables {
            0 => &self.programs.plain,
            _ => &self.programs.prescaled,
        };
        let mut submission = None;
        let last = dispatches.len().saturating_sub(1);
        for (i, (chunk, offset, (x, y))) in dispatches.into_iter().enumerate() {
            let descriptor = CommandEncoderDescriptor::default();
            let mut encoder = gpu.device.create_command_encoder(&descriptor);
            if i == 0 {
                encoder.clear_buffer(slot.sums.buffer(), 0, Some(bytes));
            }
            let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
            pass.set_pipeline(pipeline);
            pass.set_bind_group(0, &bindings[chunk], &[offset]);
            pass.dispatch_workgroups(x, y, 1);
            drop(pass);
            if i == last {
                encoder.copy_buffer_to_buffer(
                    slot.sums.buffer(),
                    0,
                    slot.back.buffer(),
                    0,
                    Some(bytes),
                );
            }
            submission = Some(gpu.queue.submit([encoder.finish()]));
        }
        let Some(submission) = submission else {
            return Err(failed("nothing was submitted"));
        };
        gpu.check()?;
        let (send, mapped) = channel();
        let told = move |result| {
            // Nobody listens where the batch was given up.
            let _ = send.send(result);
        };
        slot.back.buffer().map_async(MapMode::Read, 0..bytes, told);
        Ok(Flying {
            slot: number,
            which: batch.which,
            submission,
            mapped,
            since: Instant::now(),
            groups,
        })
    }

    /// Waits for a batch and takes its sums.
    fn land(
        &mut self,
        batch: Flying,
        classes: usize,
        totals: &mut [u128],
    ) -> Result<(), EngineError> {
        self.gpu.wait(batch.submission)?;
        batch.mapped.recv().map_err(failed)?.map_err(failed)?;
        let now = Instant::now();
        // What ran before it is not its own time.
        let seconds = now
            .duration_since(batch.since.max(self.landed))
            .as_secs_f64();
        self.landed = now;
        let in_time = batch.groups as f64 * DISPATCH_S / seconds.max(1e-6);
        self.groups = (in_time as u64).clamp(64, 16 * self.groups);
        let count = batch.which.len();
        let back = self.slots[batch.slot].back.buffer();
        let is_whole;
        {
            let flag = 3 * count * classes;
            let bytes = 4 * (flag as u64 + 1);
            let view = back.get_mapped_range(0..bytes).map_err(failed)?;
            let (words, _) = view.as_chunks::<4>();
            is_whole = words[flag] == [0; 4];
            for class in 0..classes {
                for (i, configuration) in batch.which.iter().enumerate() {
                    let at = 3 * (class * count + i);
                    let word = |k: usize| u128::from(u32::from_le_bytes(words[at + k]));
                    totals[configuration * classes + class] =
                        word(0) | word(1) << 32 | word(2) << 64;
                }
            }
        }
        back.unmap();
        self.gpu.check()?;
        match is_whole {
            true => Ok(()),
            false => Err(EngineError::Unsupported {
                engine: "gpu".into(),
                why: format!("`{}` leaves long loops", self.gpu.adapter.name),
            }),
        }
    }

    /// Turns of loops of a thread at most: llvmpipe leaves its loops after 65 535, and says nothing.
    fn most_turns(&self) -> u32 {
        match self.gpu.adapter.kind {
            AdapterKind::Software => 60_000,
            _ => u32::MAX,
        }
    }

    fn bind(&self, slot: &Slot, chunk: &Chunk) -> BindGroup {
        let whole = |pooled: &Pooled| pooled.buffer().clone();
        let storage = [
            chunk.words.clone(),
            chunk.tables.clone(),
            whole(&slot.levels),
            whole(&slot.numbers),
            whole(&slot.rejects),
            whole(&slot.sums),
        ];
        let step = BindingResource::Buffer(BufferBinding {
            buffer: slot.steps.buffer(),
            offset: 0,
            size: BufferSize::new(size_of::<Step>() as u64),
        });
        let first = std::iter::once(BindGroupEntry {
            binding: 0,
            resource: step,
        });
        let others = storage
            .iter()
            .zip(1..)
            .map(|(own, binding)| BindGroupEntry {
                binding,
                resource: own.as_entire_binding(),
            });
        self.gpu.device.create_bind_group(&BindGroupDescriptor {
            label: None,
            layout: &self.programs.layout,
            entries: &first.chain(others).collect::<Vec<_>>(),
        })
    }
}
