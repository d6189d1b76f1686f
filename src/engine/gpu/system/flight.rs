//! Batches of points on the device, two at a time: one is computed while the host reads or fills the other.

use super::laid::GROUP;
use crate::engine::EngineError;
use crate::engine::gpu::device::{GpuDevice, failed};
use crate::engine::gpu::slot::Pooled;
use bytemuck::{Pod, Zeroable};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;
use wgpu::{
    BindGroup, BindGroupDescriptor, BindGroupEntry, BindGroupLayout, Buffer, BufferAsyncError,
    BufferUsages, CommandEncoderDescriptor, ComputePassDescriptor, ComputePipeline, MapMode,
    SubmissionIndex,
};

pub(super) const IN_FLIGHT: usize = 2;
/// Points of the first batch; later ones are as long as measured ones allow.
const FIRST_POINTS: usize = 1 << 14;
/// Seconds of a batch: drivers reset a device that is busy for some two seconds.
const BATCH_S: f64 = 0.25;

/// The shader's `Head`.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
pub(super) struct Head {
    pub points: u32,
    pub row: u32,
    pub nodes: u32,
    pub stages: u32,
    pub slots: u32,
    pub free: u32,
    pub looks: u32,
    pub sends_compressed: u32,
}

/// The buffers of one batch.
#[derive(Debug)]
struct Slot {
    head: Pooled,
    moved: Pooled,
    question: Pooled,
    /// What only the device reads again.
    worths: Pooled,
    out: Pooled,
    back: Pooled,
}

impl Slot {
    fn new(gpu: &GpuDevice) -> Self {
        let given = BufferUsages::STORAGE | BufferUsages::COPY_DST;
        Self {
            head: Pooled::new(gpu, BufferUsages::UNIFORM | BufferUsages::COPY_DST),
            moved: Pooled::new(gpu, given),
            question: Pooled::new(gpu, given),
            worths: Pooled::new(gpu, BufferUsages::STORAGE),
            out: Pooled::new(gpu, given | BufferUsages::COPY_SRC),
            back: Pooled::new(gpu, BufferUsages::MAP_READ | BufferUsages::COPY_DST),
        }
    }
}

/// What a batch is asked, and how.
pub(super) struct Order<'a> {
    pub layout: &'a BindGroupLayout,
    pub passes: &'a [Pass<'a>],
    pub head: Head,
    /// The system's own buffers.
    pub shape: &'a Buffer,
    pub numbers: &'a Buffer,
    /// Values that were tabled, or those of this batch.
    pub tabled: Option<&'a Buffer>,
    pub given: &'a [f32],
    pub question: &'a [u32],
    /// Words that one pass leaves to another; 0 where there is no such buffer.
    pub worths: usize,
    /// Words of the answer, and of those that the host reads.
    pub out: usize,
    pub read: usize,
    /// Words of the answer that are 0 before.
    pub cleared: &'a [(usize, usize)],
}

/// One dispatch.
pub(super) struct Pass<'a> {
    pub pipeline: &'a ComputePipeline,
    /// Whether one group does it, and not one for so many points.
    pub is_single: bool,
}

/// A batch that was submitted.
pub(super) struct Flying {
    slot: usize,
    pub start: usize,
    pub count: usize,
    read: usize,
    submission: SubmissionIndex,
    mapped: Receiver<Result<(), BufferAsyncError>>,
    since: Instant,
}

/// Buffers and pace of one system's batches.
#[derive(Debug)]
pub(super) struct Flights {
    gpu: GpuDevice,
    slots: Vec<Slot>,
    next: usize,
    points: usize,
    landed: Instant,
    fails_after: Option<u32>,
}

impl Flights {
    pub fn new(gpu: GpuDevice, fails_after: Option<u32>) -> Self {
        Self {
            slots: (0..IN_FLIGHT).map(|_| Slot::new(&gpu)).collect(),
            next: 0,
            points: FIRST_POINTS,
            landed: Instant::now(),
            fails_after,
            gpu,
        }
    }

    /// Points of the next batch, of `left`, where buffers have room for `room`.
    pub fn count(&self, left: usize, room: usize) -> usize {
        let groups = self.gpu.limits.groups as usize;
        let most = (GROUP as usize).saturating_mul(groups.saturating_mul(groups));
        left.min(room.min(self.gpu.limits.points).min(most).max(1))
            .min(self.points)
    }

    pub fn launch(
        &mut self,
        order: &Order,
        start: usize,
        count: usize,
    ) -> Result<Flying, EngineError> {
        match &mut self.fails_after {
            Some(0) => return Err(failed("asked to fail")),
            Some(left) => *left -= 1,
            None => {}
        }
        let gpu = &self.gpu;
        let number = self.next;
        self.next = (number + 1) % IN_FLIGHT;
        let slot = &mut self.slots[number];
        let groups = (count as u32).div_ceil(GROUP);
        let row = groups.min(gpu.limits.groups);
        let head = Head {
            points: count as u32,
            row,
            ..order.head
        };
        slot.head.filled(gpu, bytemuck::cast_slice(&[head]));
        slot.question.filled(gpu, order.question);
        if order.tabled.is_none() {
            slot.moved.filled(gpu, bytemuck::cast_slice(order.given));
        }
        slot.worths.at_least(gpu, 4 * order.worths as u64);
        slot.out.at_least(gpu, 4 * order.out as u64);
        let bytes = 4 * order.read as u64;
        slot.back.at_least(gpu, bytes);
        let bindings = bind(gpu, slot, order);
        let descriptor = CommandEncoderDescriptor::default();
        let mut encoder = gpu.device.create_command_encoder(&descriptor);
        for (first, words) in order.cleared {
            let (first, bytes) = (4 * *first as u64, 4 * *words as u64);
            encoder.clear_buffer(slot.out.buffer(), first, Some(bytes));
        }
        let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
        pass.set_bind_group(0, &bindings, &[]);
        for own in order.passes {
            pass.set_pipeline(own.pipeline);
            match own.is_single {
                true => pass.dispatch_workgroups(1, 1, 1),
                false => pass.dispatch_workgroups(row, groups.div_ceil(row), 1),
            }
        }
        drop(pass);
        encoder.copy_buffer_to_buffer(slot.out.buffer(), 0, slot.back.buffer(), 0, Some(bytes));
        let submission = gpu.queue.submit([encoder.finish()]);
        gpu.check()?;
        let (send, mapped) = channel();
        let told = move |result| {
            // Nobody listens where the batch was given up.
            let _ = send.send(result);
        };
        slot.back.buffer().map_async(MapMode::Read, 0..bytes, told);
        Ok(Flying {
            slot: number,
            start,
            count,
            read: order.read,
            submission,
            mapped,
            since: Instant::now(),
        })
    }

    /// Waits for a batch and takes its answer.
    pub fn land(&mut self, batch: Flying) -> Result<Vec<u32>, EngineError> {
        self.gpu.wait(batch.submission)?;
        batch.mapped.recv().map_err(failed)?.map_err(failed)?;
        let now = Instant::now();
        // What ran before it is not its own time.
        let since = batch.since.max(self.landed);
        let seconds = now.duration_since(since).as_secs_f64();
        self.landed = now;
        let in_time = (batch.count as f64 * BATCH_S / seconds.max(1e-6)) as usize;
        if in_time < self.points || batch.count == self.points {
            let most = (4 * self.points).min(self.gpu.limits.points).max(1);
            self.points = in_time.clamp(most.min(GROUP as usize), most);
        }
        let back = self.slots[batch.slot].back.buffer();
        let words = {
            let view = back
                .get_mapped_range(0..4 * batch.read as u64)
                .map_err(failed)?;
            let (words, _) = view.as_chunks::<4>();
            words.iter().map(|w| u32::from_le_bytes(*w)).collect()
        };
        back.unmap();
        self.gpu.check()?;
        Ok(words)
    }
}

fn bind(gpu: &GpuDevice, slot: &Slot, order: &Order) -> BindGroup {
    let moved = order.tabled.unwrap_or(slot.moved.buffer());
    let mut buffers = vec![
        slot.head.buffer(),
        order.shape,
        order.numbers,
        moved,
        slot.question.buffer(),
    ];
    if order.worths > 0 {
        buffers.push(slot.worths.buffer());
    }
    buffers.push(slot.out.buffer());
    let entries = (0..).zip(buffers).map(|(binding, buffer)| BindGroupEntry {
        binding,
        resource: buffer.as_entire_binding(),
    });
    gpu.device.create_bind_group(&BindGroupDescriptor {
        label: None,
        layout: order.layout,
        entries: &entries.collect::<Vec<_>>(),
    })
}
