//! The shaders of menus, compiled.

use super::batch::Mapping;
use super::device::GpuDevice;
use wgpu::{
    BindGroupLayout, BindGroupLayoutDescriptor, BindGroupLayoutEntry, BindingType,
    BufferBindingType, ComputePipeline, ComputePipelineDescriptor, PipelineCompilationOptions,
    PipelineLayoutDescriptor, ShaderModuleDescriptor, ShaderSource, ShaderStages,
};

const SHADER: &str = include_str!("../../../shaders/menu_totals.wgsl");

/// What sums menus, for one mapping.
#[derive(Debug, Clone)]
pub(super) struct MenuPrograms {
    pub mapping: Mapping,
    pub layout: BindGroupLayout,
    pub plain: ComputePipeline,
    pub prescaled: ComputePipeline,
}

impl MenuPrograms {
    pub fn new(gpu: &GpuDevice, mapping: Mapping) -> Self {
        let layout = layout(gpu);
        let [plain, prescaled] = pipelines(gpu, &layout, mapping);
        Self {
            mapping,
            layout,
            plain,
            prescaled,
        }
    }
}

fn layout(gpu: &GpuDevice) -> BindGroupLayout {
    let entry = |binding: u32| BindGroupLayoutEntry {
        binding,
        visibility: ShaderStages::COMPUTE,
        ty: BindingType::Buffer {
            ty: match binding {
                0 => BufferBindingType::Uniform,
                6 => BufferBindingType::Storage { read_only: false },
                _ => BufferBindingType::Storage { read_only: true },
            },
            has_dynamic_offset: binding == 0,
            min_binding_size: None,
        },
        count: None,
    };
    let entries: Vec<_> = (0..7).map(entry).collect();
    gpu.device
        .create_bind_group_layout(&BindGroupLayoutDescriptor {
            label: None,
            entries: &entries,
        })
}

/// Without prescales, and with them.
fn pipelines(gpu: &GpuDevice, layout: &BindGroupLayout, mapping: Mapping) -> [ComputePipeline; 2] {
    let module = gpu.device.create_shader_module(ShaderModuleDescriptor {
        label: Some("menu totals"),
        source: ShaderSource::Wgsl(SHADER.into()),
    });
    // Given, not derived: a derived one lacks what an entry point does not use.
    let layout = gpu
        .device
        .create_pipeline_layout(&PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(layout)],
            immediate_size: 0,
        });
    let names = match mapping {
        Mapping::Word => ["plain_by_word", "prescaled_by_word"],
        Mapping::Configuration => ["plain_by_configuration", "prescaled_by_configuration"],
    };
    names.map(|name| {
        gpu.device
            .create_compute_pipeline(&ComputePipelineDescriptor {
                label: Some(name),
                layout: Some(&layout),
                module: &module,
                entry_point: Some(name),
                compilation_options: PipelineCompilationOptions {
                    // Every word is written before it is read.
                    zero_initialize_workgroup_memory: false,
                    ..PipelineCompilationOptions::default()
                },
                cache: None,
            })
    })
}
