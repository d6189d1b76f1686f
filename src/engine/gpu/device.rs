//! An open adapter: its queue, the limits that work is cut by, and what went wrong.

use super::adapter::{AdapterDescription, NoAdapter, choose, found};
use crate::engine::EngineError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wgpu::{Device, DeviceDescriptor, Limits, PollType, Queue, SubmissionIndex};

/// A batch that takes longer has hung.
const PATIENCE: Duration = Duration::from_secs(300);

/// What an adapter bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GpuLimits {
    /// Of one buffer.
    pub buffer_bytes: u64,
    /// Of one buffer as a shader sees it.
    pub binding_bytes: u64,
    /// Groups of threads in one dimension of a dispatch.
    pub groups: u32,
    /// Configurations of one batch.
    pub configurations: usize,
    /// Points of a system in one batch.
    pub points: usize,
    /// Those of them that the host decides on: where there are more, it does the batch.
    pub listed: usize,
}

impl GpuLimits {
    /// The bounds that every adapter exceeds, for tests.
    pub const SMALLEST: Self = Self {
        buffer_bytes: 1 << 20,
        binding_bytes: 1 << 20,
        groups: 64,
        configurations: 1 << 10,
        points: 1 << 10,
        listed: 1 << 10,
    };
    /// Configurations whose tables the host makes at a time.
    const CONFIGURATIONS: usize = 1 << 14;
    const POINTS: usize = 1 << 20;

    pub(super) fn of(limits: &Limits) -> Self {
        Self {
            buffer_bytes: limits.max_buffer_size,
            binding_bytes: limits.max_storage_buffer_binding_size,
            groups: limits.max_compute_workgroups_per_dimension,
            configurations: Self::CONFIGURATIONS,
            points: Self::POINTS,
            listed: Self::POINTS / 4,
        }
    }

    /// The smaller of both, bound by bound.
    pub fn within(self, other: Self) -> Self {
        Self {
            buffer_bytes: self.buffer_bytes.min(other.buffer_bytes),
            binding_bytes: self.binding_bytes.min(other.binding_bytes),
            groups: self.groups.min(other.groups),
            configurations: self.configurations.min(other.configurations),
            points: self.points.min(other.points),
            listed: self.listed.min(other.listed),
        }
    }

    /// Bytes of a buffer that a shader sees.
    pub fn bytes(self) -> u64 {
        self.buffer_bytes.min(self.binding_bytes)
    }
}

/// An adapter that is open.
#[derive(Debug, Clone)]
pub(super) struct GpuDevice {
    pub device: Device,
    pub queue: Queue,
    pub limits: GpuLimits,
    pub adapter: AdapterDescription,
    /// The first error that the driver told.
    failure: Arc<Mutex<Option<String>>>,
}

impl GpuDevice {
    /// Opens the adapter of a name, or the best GPU.
    pub fn open(wanted: Option<&str>) -> Result<Self, NoAdapter> {
        let mut found = found();
        let described: Vec<_> = found.iter().map(|(_, d)| d.clone()).collect();
        let (adapter, described) = found.swap_remove(choose(&described, wanted)?);
        let own = adapter.limits();
        let refused = |why: String| NoAdapter::Refused {
            name: described.name.clone(),
            why,
        };
        const BUFFERS: u32 = 6;
        if own.max_storage_buffers_per_shader_stage < BUFFERS {
            return Err(refused(format!(
                "its shaders see fewer than {BUFFERS} buffers"
            )));
        }
        let required_limits = Limits {
            max_buffer_size: own.max_buffer_size,
            max_storage_buffer_binding_size: own.max_storage_buffer_binding_size,
            ..Limits::default().or_worse_values_from(&own)
        };
        let descriptor = DeviceDescriptor {
            label: Some("trigscape"),
            required_limits,
            ..DeviceDescriptor::default()
        };
        let opened = pollster::block_on(adapter.request_device(&descriptor));
        let (device, queue) = opened.map_err(|e| refused(e.to_string()))?;
        let failure = Arc::new(Mutex::new(None));
        let (first, lost) = (failure.clone(), failure.clone());
        // Without a handler an error of the driver would end the program.
        device.on_uncaptured_error(Arc::new(move |e: wgpu::Error| note(&first, e.to_string())));
        device.set_device_lost_callback(move |reason, why| {
            if reason != wgpu::DeviceLostReason::Destroyed {
                note(&lost, format!("the device was lost: {why}"));
            }
        });
        Ok(Self {
            limits: GpuLimits::of(&device.limits()),
            device,
            queue,
            adapter: described,
            failure,
        })
    }

    /// Whether all went well so far.
    pub fn check(&self) -> Result<(), EngineError> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        match failure.as_ref() {
            Some(why) => Err(failed(why)),
            None => Ok(()),
        }
    }

    /// Waits until the device has done what was submitted.
    pub fn wait(&self, submission: SubmissionIndex) -> Result<(), EngineError> {
        let polled = self.device.poll(PollType::Wait {
            submission_index: Some(submission),
            timeout: Some(PATIENCE),
        });
        self.check()?;
        polled.map(|_| ()).map_err(failed)
    }
}

fn note(failure: &Mutex<Option<String>>, why: String) {
    let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
    failure.get_or_insert(why);
}

/// A failure of the device.
pub(super) fn failed(why: impl std::fmt::Display) -> EngineError {
    EngineError::Failed {
        engine: "gpu".into(),
        why: why.to_string(),
    }
}
