//! Figures of systems on the device, in f32: good to 1e-4, never a row of a result.

use super::device::{GpuDevice, failed};
use super::slot::{Pooled, buffer};
use super::unsupported;
use crate::engine::{EngineError, Points};
use crate::merit::Figure;
use crate::plan::{Plan, ScoreLaw, SystemPlan};
use bytemuck::{Pod, Zeroable};
use std::sync::mpsc::channel;
use wgpu::{
    BindGroupDescriptor, BindGroupEntry, Buffer, BufferUsages, CommandEncoderDescriptor,
    ComputePassDescriptor, ComputePipeline, ComputePipelineDescriptor, MapMode,
    PipelineCompilationOptions, ShaderModuleDescriptor, ShaderSource,
};

const SHADER: &str = include_str!("../../../shaders/system_figures.wgsl");
/// As in the shader.
const MOST_NODES: usize = 32;
const MOST_STAGES: usize = 8;
const GROUP: u32 = 64;
const REFERENCE_YEAR: f64 = 2022.0;
/// Points of a dispatch at most: each solves thresholds by bisection.
const POINTS: usize = 1 << 16;

/// The shader's `Head`.
#[repr(C)]
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
struct Head {
    points: u32,
    axes: u32,
    width: u32,
    nodes: u32,
    stages: u32,
    slots: u32,
    row: u32,
    sends_compressed: u32,
}

/// A system on a device.
#[derive(Debug)]
pub struct SystemKernel {
    gpu: GpuDevice,
    pipeline: ComputePipeline,
    shape: Buffer,
    numbers: Buffer,
    head: Head,
}

/// A system as the shader reads it.
struct Laid {
    shape: Vec<u32>,
    numbers: Vec<f32>,
}

impl SystemKernel {
    pub(super) fn new(gpu: GpuDevice, plan: &Plan) -> Result<Self, EngineError> {
        let system = plan.system.as_ref();
        let system = system.ok_or_else(|| unsupported("the plan has no system"))?;
        if plan.bridge.is_some() {
            return Err(unsupported("a menu takes the place of a stage"));
        }
        if system.nodes.len() > MOST_NODES || system.stages.len() > MOST_STAGES {
            return Err(unsupported("the system has too many nodes or stages"));
        }
        let laid = Laid::of(plan, system);
        let module = gpu.device.create_shader_module(ShaderModuleDescriptor {
            label: Some("system figures"),
            source: ShaderSource::Wgsl(SHADER.into()),
        });
        // The one entry point uses every binding: the layout can be derived.
        let pipeline = gpu
            .device
            .create_compute_pipeline(&ComputePipelineDescriptor {
                label: Some("system figures"),
                layout: None,
                module: &module,
                entry_point: Some("evaluate"),
                compilation_options: PipelineCompilationOptions::default(),
                cache: None,
            });
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST;
        let filled = |bytes: &[u8]| {
            let own = buffer(&gpu, bytes.len() as u64, usage);
            gpu.queue.write_buffer(&own, 0, bytes);
            own
        };
        let head = Head {
            points: 0,
            axes: plan.space.axes.len() as u32,
            width: (7 + 2 * system.stages.len()) as u32,
            nodes: system.nodes.len() as u32,
            stages: system.stages.len() as u32,
            slots: system.slots.len() as u32,
            row: 0,
            sends_compressed: u32::from(system.link_sends_compressed),
        };
        let (shape, numbers) = (
            filled(bytemuck::cast_slice(&laid.shape)),
            filled(bytemuck::cast_slice(&laid.numbers)),
        );
        gpu.check()?;
        Ok(Self {
            gpu,
            pipeline,
            shape,
            numbers,
            head,
        })
    }

    /// The plan's figures at points, figure by figure. Message sizes, operations and latencies are not
    /// among what it computes, and thresholds are within 1e-5 rather than relative.
    ///
    /// # Errors
    /// A figure that it does not compute; the device failed.
    pub fn figures(&self, plan: &Plan, points: &Points) -> Result<Vec<Vec<f32>>, EngineError> {
        let places = plan.figures.iter().map(|f| self.place(*f));
        let places = places.collect::<Result<Vec<_>, _>>()?;
        let mut columns = vec![Vec::with_capacity(points.len()); places.len()];
        let mut at = vec![0.0; plan.space.axes.len()];
        let width = self.head.width as usize;
        let room = self.gpu.limits.bytes() as usize / (4 * width.max(at.len()));
        let room = room
            .min(POINTS)
            .min(GROUP as usize * self.gpu.limits.groups as usize);
        for first in (0..points.len()).step_by(room.max(1)) {
            let count = room.max(1).min(points.len() - first);
            let mut coordinates = Vec::with_capacity(count * at.len() + 1);
            for point in first..first + count {
                points.coordinates(&plan.space, point, &mut at);
                coordinates.extend(at.iter().map(|x| *x as f32));
            }
            // A system without axes reads the first of them all the same.
            coordinates.push(0.0);
            let values = self.run(&coordinates, count)?;
            for (column, place) in columns.iter_mut().zip(&places) {
                column.extend(values.iter().skip(*place).step_by(width));
            }
        }
        Ok(columns)
    }

    fn place(&self, figure: Figure) -> Result<usize, EngineError> {
        let stages = self.head.stages as usize;
        Ok(match figure {
            Figure::F1 => 0,
            Figure::Precision => 1,
            Figure::Recall => 2,
            Figure::OpPowerW => 3,
            Figure::LinkPowerW => 4,
            Figure::ScaledPowerW => 5,
            Figure::ProductivityPerJ => 6,
            Figure::OutputHz(stage) => 7 + stage,
            Figure::Threshold(stage) => 7 + stages + stage,
            _ => return Err(unsupported("a figure that only the CPU computes")),
        })
    }

    fn run(&self, coordinates: &[f32], count: usize) -> Result<Vec<f32>, EngineError> {
        let gpu = &self.gpu;
        let groups = (count as u32).div_ceil(GROUP);
        let head = Head {
            points: count as u32,
            row: groups.min(gpu.limits.groups),
            ..self.head
        };
        let bytes = 4 * count as u64 * u64::from(head.width);
        let given = BufferUsages::STORAGE | BufferUsages::COPY_DST;
        let mut uniform = Pooled::new(gpu, BufferUsages::UNIFORM | BufferUsages::COPY_DST);
        let mut own = Pooled::new(gpu, given);
        let figures = buffer(gpu, bytes, BufferUsages::STORAGE | BufferUsages::COPY_SRC);
        let back = buffer(gpu, bytes, BufferUsages::MAP_READ | BufferUsages::COPY_DST);
        uniform.filled(gpu, bytemuck::cast_slice(&[head]));
        own.filled(gpu, bytemuck::cast_slice(coordinates));
        let buffers = [
            uniform.buffer(),
            &self.shape,
            &self.numbers,
            own.buffer(),
            &figures,
        ];
        let entries = (0..).zip(&buffers);
        let entries = entries.map(|(binding, buffer)| BindGroupEntry {
            binding,
            resource: buffer.as_entire_binding(),
        });
        let entries: Vec<_> = entries.collect();
        let bindings = gpu.device.create_bind_group(&BindGroupDescriptor {
            label: None,
            layout: &self.pipeline.get_bind_group_layout(0),
            entries: &entries,
        });
        let descriptor = CommandEncoderDescriptor::default();
        let mut encoder = gpu.device.create_command_encoder(&descriptor);
        let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &bindings, &[]);
        pass.dispatch_workgroups(head.row, groups.div_ceil(head.row), 1);
        drop(pass);
        encoder.copy_buffer_to_buffer(&figures, 0, &back, 0, Some(bytes));
        let submission = gpu.queue.submit([encoder.finish()]);
        let (send, mapped) = channel();
        back.map_async(MapMode::Read, 0..bytes, move |result| {
            let _ = send.send(result);
        });
        gpu.wait(submission)?;
        mapped.recv().map_err(failed)?.map_err(failed)?;
        let view = back.get_mapped_range(0..bytes).map_err(failed)?;
        let (words, _) = view.as_chunks::<4>();
        Ok(words.iter().map(|w| f32::from_le_bytes(*w)).collect())
    }
}

impl Laid {
    fn of(plan: &Plan, system: &SystemPlan) -> Self {
        let slots = system.slots.len();
        let mut shape = vec![0; slots];
        let mut numbers: Vec<f32> = Vec::new();
        // The year is counted from the reference year: f32 has no digits to lose.
        let origin = |slot: usize| {
            if slot + 1 == slots {
                REFERENCE_YEAR
            } else {
                0.0
            }
        };
        for (slot, own) in system.slots.iter().enumerate() {
            numbers.extend([(own - origin(slot)) as f32, 0.0]);
        }
        for (number, axis) in plan.space.axes.iter().enumerate() {
            for binding in &axis.bindings {
                shape[binding.slot] = number as u32;
                numbers[2 * binding.slot] = (binding.offset - origin(binding.slot)) as f32;
                numbers[2 * binding.slot + 1] = binding.slope as f32;
            }
        }
        let mut inputs = Vec::new();
        let first_input = slots + 6 * (system.nodes.len() + system.stages.len());
        for node in &system.nodes {
            shape.extend([
                u32::from(node.has_output),
                node.stages_before as u32,
                node.stages_after as u32,
                (first_input + inputs.len()) as u32,
                node.inputs.len() as u32,
                numbers.len() as u32,
            ]);
            inputs.extend(node.inputs.iter().map(|i| *i as u32));
            numbers.extend(node.complexity.iter().map(|k| *k as f32));
        }
        for stage in &system.stages {
            let mut own = [stage.node as u32, 0, 0, 0, 0, 0];
            if let ScoreLaw::Table(table) = &stage.law {
                own[1] = 1;
                for (i, side) in [&table.negative, &table.positive].into_iter().enumerate() {
                    own[2 + 2 * i] = numbers.len() as u32;
                    own[3 + 2 * i] = side.knots().len() as u32;
                    let knots = side.knots().iter();
                    numbers.extend(knots.flat_map(|(t, s)| [*t as f32, *s as f32]));
                }
            }
            shape.extend(own);
        }
        shape.extend(inputs);
        Self { shape, numbers }
    }
}
