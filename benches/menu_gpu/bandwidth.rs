//! What the menu kernel on a GPU is held against: memory copied from one buffer to another.

use std::time::{Duration, Instant};
use wgpu::{
    Adapter, Backends, BindGroupDescriptor, BindGroupEntry, BufferDescriptor, BufferUsages,
    CommandEncoderDescriptor, ComputePassDescriptor, ComputePipelineDescriptor, DeviceDescriptor,
    Instance, InstanceDescriptor, InstanceFlags, Limits, PipelineCompilationOptions, PollType,
    ShaderModuleDescriptor, ShaderSource,
};

const SHADER: &str = "
@group(0) @binding(0) var<storage, read> original: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> duplicate: array<vec4<u32>>;

@compute @workgroup_size(256)
fn duplicate_all(
    @builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
) {
    let i = id.y * groups.x * 256u + id.x;
    duplicate[i] = original[i];
}
";
const GROUP_BYTES: u64 = 16 * 256;
const ROW: u64 = 1024;

/// Gigabytes a second that an adapter reads and writes together: the best of some runs over so many MiB,
/// a multiple of 4. None where the adapter cannot be used.
pub fn bandwidth(name: &str, mib: u64, runs: usize) -> Option<f64> {
    const PASSES: u32 = 8;
    let adapter = find(name)?;
    let own = adapter.limits();
    let descriptor = DeviceDescriptor {
        required_limits: Limits {
            max_buffer_size: own.max_buffer_size,
            max_storage_buffer_binding_size: own.max_storage_buffer_binding_size,
            ..Limits::default().or_worse_values_from(&own)
        },
        ..DeviceDescriptor::default()
    };
    let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).ok()?;
    let bytes = (mib << 20).min(own.max_storage_buffer_binding_size);
    let module = device.create_shader_module(ShaderModuleDescriptor {
        label: None,
        source: ShaderSource::Wgsl(SHADER.into()),
    });
    let pipeline = device.create_compute_pipeline(&ComputePipelineDescriptor {
        label: None,
        layout: None,
        module: &module,
        entry_point: Some("duplicate_all"),
        compilation_options: PipelineCompilationOptions::default(),
        cache: None,
    });
    let buffers = [(); 2].map(|()| {
        device.create_buffer(&BufferDescriptor {
            label: None,
            size: bytes,
            usage: BufferUsages::STORAGE,
            mapped_at_creation: false,
        })
    });
    let entries = [0, 1].map(|binding| BindGroupEntry {
        binding,
        resource: buffers[binding as usize].as_entire_binding(),
    });
    let bindings = device.create_bind_group(&BindGroupDescriptor {
        label: None,
        layout: &pipeline.get_bind_group_layout(0),
        entries: &entries,
    });
    let rows = bytes / GROUP_BYTES / ROW;
    let mut best = Duration::MAX;
    for _ in 0..runs {
        let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor::default());
        for _ in 0..PASSES {
            let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
            pass.set_pipeline(&pipeline);
            pass.set_bind_group(0, &bindings, &[]);
            pass.dispatch_workgroups(ROW as u32, rows as u32, 1);
        }
        let work = encoder.finish();
        let start = Instant::now();
        let submission_index = Some(queue.submit([work]));
        let timeout = None;
        let wait = PollType::Wait {
            submission_index,
            timeout,
        };
        device.poll(wait).ok()?;
        best = best.min(start.elapsed());
    }
    let copied = rows * ROW * GROUP_BYTES * u64::from(PASSES);
    Some(2.0 * copied as f64 / best.as_secs_f64() / 1e9)
}

fn find(name: &str) -> Option<Adapter> {
    let instance = Instance::new(InstanceDescriptor {
        backends: Backends::VULKAN | Backends::METAL | Backends::DX12,
        flags: InstanceFlags::empty(),
        ..InstanceDescriptor::new_without_display_handle()
    });
    let adapters = pollster::block_on(instance.enumerate_adapters(Backends::all()));
    let mut named = adapters.into_iter();
    named.find(|adapter| adapter.get_info().name == name)
}
