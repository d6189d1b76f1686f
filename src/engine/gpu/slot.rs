//! The buffers of one batch in flight, kept from batch to batch.

use super::device::GpuDevice;
use wgpu::{Buffer, BufferDescriptor, BufferUsages};

/// A buffer that grows.
#[derive(Debug)]
pub(super) struct Pooled {
    buffer: Buffer,
    usage: BufferUsages,
}

/// What one batch needs, besides the events.
#[derive(Debug)]
pub(super) struct Slot {
    pub steps: Pooled,
    pub levels: Pooled,
    pub numbers: Pooled,
    pub rejects: Pooled,
    pub sums: Pooled,
    /// Where the host reads the sums.
    pub back: Pooled,
}

impl Slot {
    pub fn new(gpu: &GpuDevice) -> Self {
        let given = BufferUsages::STORAGE | BufferUsages::COPY_DST;
        Self {
            steps: Pooled::new(gpu, BufferUsages::UNIFORM | BufferUsages::COPY_DST),
            levels: Pooled::new(gpu, given),
            numbers: Pooled::new(gpu, given),
            rejects: Pooled::new(gpu, given),
            sums: Pooled::new(gpu, given | BufferUsages::COPY_SRC),
            back: Pooled::new(gpu, BufferUsages::MAP_READ | BufferUsages::COPY_DST),
        }
    }
}

impl Pooled {
    const SMALLEST: u64 = 256;

    fn new(gpu: &GpuDevice, usage: BufferUsages) -> Self {
        Self {
            buffer: buffer(gpu, Self::SMALLEST, usage),
            usage,
        }
    }

    /// The buffer, of at least so many bytes; what it held is lost where it grows.
    pub fn at_least(&mut self, gpu: &GpuDevice, bytes: u64) -> &Buffer {
        if self.buffer.size() < bytes {
            let room = bytes.next_power_of_two().min(gpu.limits.bytes() & !3);
            self.buffer = buffer(gpu, room.max(bytes), self.usage);
        }
        &self.buffer
    }

    /// The same, filled with words from its start.
    pub fn filled(&mut self, gpu: &GpuDevice, words: &[u32]) -> &Buffer {
        let bytes: &[u8] = bytemuck::cast_slice(words);
        self.at_least(gpu, bytes.len() as u64);
        gpu.queue.write_buffer(&self.buffer, 0, bytes);
        &self.buffer
    }

    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }
}

pub(super) fn buffer(gpu: &GpuDevice, bytes: u64, usage: BufferUsages) -> Buffer {
    gpu.device.create_buffer(&BufferDescriptor {
        label: None,
        size: bytes,
        usage,
        mapped_at_creation: false,
    })
}
