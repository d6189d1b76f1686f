//! The shaders of systems, compiled when they are first wanted.

use crate::engine::gpu::device::GpuDevice;
use std::sync::OnceLock;
use wgpu::{
    BindGroupLayout, BindGroupLayoutDescriptor, BindGroupLayoutEntry, BindingType,
    BufferBindingType, ComputePipeline, ComputePipelineDescriptor, PipelineCompilationOptions,
    PipelineLayoutDescriptor, ShaderModuleDescriptor, ShaderSource, ShaderStages,
};

const FIGURES: &str = concat!(
    include_str!("../../../../shaders/system_model.wgsl"),
    include_str!("../../../../shaders/system_figures.wgsl")
);
const SIEVE: &str = concat!(
    include_str!("../../../../shaders/system_model.wgsl"),
    include_str!("../../../../shaders/system_sieve.wgsl")
);
/// Buffers that the model reads: the others are written.
const READ: u32 = 5;

/// The entry points of one shader, and its buffers.
#[derive(Debug)]
pub(super) struct Program<const ENTRIES: usize> {
    pub layout: BindGroupLayout,
    pub pipelines: [ComputePipeline; ENTRIES],
}

/// Those of an engine: every system has the same.
#[derive(Debug, Default)]
pub(in crate::engine::gpu) struct SystemPrograms {
    figures: OnceLock<Program<1>>,
    sieve: OnceLock<Program<3>>,
}

impl SystemPrograms {
    pub(super) fn figures(&self, gpu: &GpuDevice) -> &Program<1> {
        let build = || program(gpu, "system figures", FIGURES, 1, ["evaluate"]);
        self.figures.get_or_init(build)
    }

    /// The first pass; the floor of the best; the second pass.
    pub(super) fn sieve(&self, gpu: &GpuDevice) -> &Program<3> {
        let entries = ["sift", "raise_floor", "choose"];
        let build = || program(gpu, "system sieve", SIEVE, 2, entries);
        self.sieve.get_or_init(build)
    }
}

fn program<const ENTRIES: usize>(
    gpu: &GpuDevice,
    name: &str,
    source: &str,
    written: u32,
    entries: [&str; ENTRIES],
) -> Program<ENTRIES> {
    let module = gpu.device.create_shader_module(ShaderModuleDescriptor {
        label: Some(name),
        source: ShaderSource::Wgsl(source.into()),
    });
    let entry = |binding: u32| BindGroupLayoutEntry {
        binding,
        visibility: ShaderStages::COMPUTE,
        ty: BindingType::Buffer {
            ty: match binding {
                0 => BufferBindingType::Uniform,
                _ => BufferBindingType::Storage {
                    read_only: binding < READ,
                },
            },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    };
    let all: Vec<_> = (0..READ + written).map(entry).collect();
    let layout = gpu
        .device
        .create_bind_group_layout(&BindGroupLayoutDescriptor {
            label: Some(name),
            entries: &all,
        });
    // Given, not derived: a derived one lacks what an entry point does not use.
    let of_pipelines = gpu
        .device
        .create_pipeline_layout(&PipelineLayoutDescriptor {
            label: Some(name),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
    let pipelines = entries.map(|entry| {
        gpu.device
            .create_compute_pipeline(&ComputePipelineDescriptor {
                label: Some(entry),
                layout: Some(&of_pipelines),
                module: &module,
                entry_point: Some(entry),
                compilation_options: PipelineCompilationOptions::default(),
                cache: None,
            })
    });
    Program { layout, pipelines }
}
