//! The shader's own `erfc` and `exponential`, from its shipped text, beside those in f64.

use crate::adapter;
use crate::menu_case::Dice;
use std::sync::mpsc::channel;
use trigscape::engine::gpu::Mapping;
use wgpu::{
    Backends, BindGroupDescriptor, BindGroupEntry, Buffer, BufferDescriptor, BufferUsages,
    CommandEncoderDescriptor, ComputePassDescriptor, ComputePipelineDescriptor, Device,
    DeviceDescriptor, Instance, InstanceDescriptor, InstanceFlags, MapMode,
    PipelineCompilationOptions, PollType, Queue, ShaderModuleDescriptor, ShaderSource,
};

const SHADER: &str = concat!(
    include_str!("../../shaders/system_model.wgsl"),
    include_str!("../../shaders/system_figures.wgsl")
);
/// Bindings that the shader has no use for.
const PROBE: &str = "
@group(0) @binding(100) var<storage, read> probed: array<f32>;
@group(0) @binding(101) var<storage, read_write> found: array<f32>;

@compute @workgroup_size(64)
fn probe(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let i = group.x * 64u + thread;
    if (i < arrayLength(&probed)) {
        found[i] = FUNCTION(probed[i]);
    }
}
";
/// Values of one dispatch.
const PART: usize = 1 << 20;
const TOLERANCE: f64 = 1e-6;

/// The adapter of the suite, opened without the engine.
struct Probe {
    device: Device,
    queue: Queue,
}

impl Probe {
    fn open(what: &str) -> Option<Self> {
        let wanted = adapter::open(None, Mapping::Word, what)?;
        let instance = Instance::new(InstanceDescriptor {
            backends: Backends::VULKAN | Backends::METAL | Backends::DX12,
            flags: InstanceFlags::empty(),
            ..InstanceDescriptor::new_without_display_handle()
        });
        let adapters = pollster::block_on(instance.enumerate_adapters(Backends::all()));
        let mut named = adapters.into_iter();
        let own = named.find(|a| a.get_info().name == wanted.adapter().name)?;
        let opened = own.request_device(&DeviceDescriptor::default());
        let (device, queue) = pollster::block_on(opened).unwrap();
        Some(Self { device, queue })
    }

    fn buffer(&self, bytes: u64, usage: BufferUsages) -> Buffer {
        self.device.create_buffer(&BufferDescriptor {
            label: None,
            size: bytes,
            usage,
            mapped_at_creation: false,
        })
    }

    /// A function of the shader at many numbers.
    fn values(&self, function: &str, numbers: &[f32]) -> Vec<f32> {
        let text = format!("{SHADER}{}", PROBE.replace("FUNCTION", function));
        let module = self.device.create_shader_module(ShaderModuleDescriptor {
            label: Some("probe"),
            source: ShaderSource::Wgsl(text.into()),
        });
        let descriptor = ComputePipelineDescriptor {
            label: Some("probe"),
            layout: None,
            module: &module,
            entry_point: Some("probe"),
            compilation_options: PipelineCompilationOptions::default(),
            cache: None,
        };
        let pipeline = self.device.create_compute_pipeline(&descriptor);
        let mut all = Vec::with_capacity(numbers.len());
        for part in numbers.chunks(PART) {
            let bytes = 4 * part.len() as u64;
            let probed = self.buffer(bytes, BufferUsages::STORAGE | BufferUsages::COPY_DST);
            let found = self.buffer(bytes, BufferUsages::STORAGE | BufferUsages::COPY_SRC);
            let back = self.buffer(bytes, BufferUsages::MAP_READ | BufferUsages::COPY_DST);
            self.queue
                .write_buffer(&probed, 0, bytemuck::cast_slice(part));
            let entry = |binding: u32, buffer| BindGroupEntry {
                binding,
                resource: Buffer::as_entire_binding(buffer),
            };
            let bindings = self.device.create_bind_group(&BindGroupDescriptor {
                label: None,
                layout: &pipeline.get_bind_group_layout(0),
                entries: &[entry(100, &probed), entry(101, &found)],
            });
            let descriptor = CommandEncoderDescriptor::default();
            let mut encoder = self.device.create_command_encoder(&descriptor);
            let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
            pass.set_pipeline(&pipeline);
            pass.set_bind_group(0, &bindings, &[]);
            pass.dispatch_workgroups((part.len() as u32).div_ceil(64), 1, 1);
            drop(pass);
            encoder.copy_buffer_to_buffer(&found, 0, &back, 0, Some(bytes));
            let submission = self.queue.submit([encoder.finish()]);
            let (send, mapped) = channel();
            back.map_async(MapMode::Read, .., move |result| {
                let _ = send.send(result);
            });
            let waited = self.device.poll(PollType::Wait {
                submission_index: Some(submission),
                timeout: None,
            });
            waited.unwrap();
            mapped.recv().unwrap().unwrap();
            let view = back.get_mapped_range(..).unwrap();
            let (words, _) = view.as_chunks::<4>();
            all.extend(words.iter().map(|w| f32::from_le_bytes(*w)));
        }
        all
    }
}

/// From `low` to `high`: evenly, at random exponents of either sign, and around the places where a
/// function changes its formula.
fn numbers(low: f32, high: f32, places: &[f32]) -> Vec<f32> {
    const EVENLY: i32 = 1 << 20;
    let mut all: Vec<f32> = (0..=EVENLY)
        .map(|i| low + (high - low) * (i as f32 / EVENLY as f32))
        .collect();
    let mut dice = Dice::new(12);
    all.extend((0..1 << 18).map(|_| {
        let x = (200.0 * dice.uniform() - 190.0).exp2().min(300.0) as f32;
        if dice.below(2) == 0 { x } else { -x }
    }));
    for place in places.iter().flat_map(|p| [*p, -*p]) {
        let mut below = place;
        let mut above = place;
        for _ in 0..256 {
            all.extend([below, above]);
            (below, above) = (below.next_down(), above.next_up());
        }
    }
    all.extend([f32::MIN_POSITIVE, -f32::MIN_POSITIVE, 0.0, -0.0]);
    all.retain(|x| (low..=high).contains(x));
    all
}

/// The largest relative difference where the exact value is a normal f32; elsewhere what was found is no
/// larger than the smallest of those.
fn largest_difference(
    numbers: &[f32],
    found: &[f32],
    exact: impl Fn(f64) -> f64,
) -> (f64, f32, usize) {
    let (mut largest, mut worst, mut tiny) = (0.0, 0.0, 0);
    for (x, found) in numbers.iter().zip(found) {
        let expected = exact(f64::from(*x));
        if expected < f64::from(f32::MIN_POSITIVE) {
            tiny += 1;
            assert!((0.0..=f32::MIN_POSITIVE).contains(found), "{x}: {found}");
            continue;
        }
        let difference = (f64::from(*found) - expected).abs() / expected;
        assert!(difference.is_finite(), "{x}: {found}");
        if difference > largest {
            (largest, worst) = (difference, *x);
        }
    }
    (largest, worst, tiny)
}

fn check(function: &str, numbers: &[f32], exact: impl Fn(f64) -> f64) {
    let Some(probe) = Probe::open(&format!("the shader's {function}")) else {
        return;
    };
    let found = probe.values(function, numbers);
    let (largest, worst, tiny) = largest_difference(numbers, &found, exact);
    adapter::tell(format_args!(
        "{function} of the shader at {} numbers: at most {largest:.1e} off, at {worst}; {tiny} values below \
         the normal ones of f32",
        numbers.len()
    ));
    assert!(largest <= TOLERANCE, "{function}({worst}): {largest:e} off");
}

#[test]
fn the_shaders_erfc_is_within_1e_6() {
    let places = [0.25, 0.84375, 1.0, 1.25, 1.0 / 0.35, 9.19, 9.3, 10.0];
    check("erfc", &numbers(-10.0, 10.0, &places), libm::erfc);
}

/// Of what is not positive, for which it is made.
#[test]
fn the_shaders_exponential_is_within_1e_6() {
    let places = [0.5 * std::f32::consts::LN_2, 1.0, 10.0, 20.0, 87.0];
    check("exponential", &numbers(-10.0, 0.0, &places), f64::exp);
    check("exponential", &numbers(-87.0, 0.0, &places), f64::exp);
}
