//! The adapters of this machine, and which one to take.

use super::device::GpuLimits;
use wgpu::{Adapter, Backend, Backends, DeviceType, Instance, InstanceDescriptor, InstanceFlags};

/// An adapter as people choose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdapterDescription {
    pub name: String,
    pub kind: AdapterKind,
    /// `vulkan`, `metal` or `dx12`.
    pub backend: String,
    /// Name and version, as the driver gives them.
    pub driver: String,
    pub limits: GpuLimits,
}

/// What an adapter is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdapterKind {
    /// A GPU with its own memory.
    Discrete,
    /// Part of the processor's chip.
    Integrated,
    /// A GPU as a virtual machine sees it.
    Virtual,
    /// A program that draws on the processor: correct, and slower than the CPU engine.
    Software,
    /// The driver does not say.
    Unknown,
}

/// Why no adapter was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAdapter {
    #[error("no GPU adapter was found on this machine")]
    None,
    /// Only adapters that have to be asked for by name.
    #[error("no GPU was found on this machine, only {}", listed(.names))]
    OnlyByName { names: Vec<String> },
    #[error("no adapter is named `{wanted}`; this machine has {}", listed(.names))]
    Unknown { wanted: String, names: Vec<String> },
    #[error("several adapters are named `{wanted}`: {}", listed(.names))]
    Ambiguous { wanted: String, names: Vec<String> },
    #[error("the adapter `{name}` cannot be used: {why}")]
    Refused { name: String, why: String },
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

impl AdapterKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Discrete => "discrete GPU",
            Self::Integrated => "integrated GPU",
            Self::Virtual => "virtual GPU",
            Self::Software => "software",
            Self::Unknown => "unknown",
        }
    }
}

impl AdapterDescription {
    /// Whether *auto* would take it: software only by its name, and what does not say what it is too.
    pub fn is_automatic(&self) -> bool {
        !matches!(self.kind, AdapterKind::Software | AdapterKind::Unknown)
    }

    fn of(adapter: &Adapter) -> Self {
        let info = adapter.get_info();
        let lower = format!("{} {}", info.name, info.driver).to_lowercase();
        let software = ["llvmpipe", "lavapipe", "swiftshader", "basic render driver"];
        let kind = match info.device_type {
            // Some report another type than they are.
            _ if software.iter().any(|name| lower.contains(name)) => AdapterKind::Software,
            DeviceType::Cpu => AdapterKind::Software,
            DeviceType::DiscreteGpu => AdapterKind::Discrete,
            DeviceType::IntegratedGpu => AdapterKind::Integrated,
            DeviceType::VirtualGpu => AdapterKind::Virtual,
            DeviceType::Other => AdapterKind::Unknown,
        };
        let backend = match info.backend {
            Backend::Vulkan => "vulkan",
            Backend::Metal => "metal",
            Backend::Dx12 => "dx12",
            _ => "other",
        };
        Self {
            name: info.name,
            kind,
            backend: backend.to_owned(),
            driver: format!("{} {}", info.driver, info.driver_info)
                .trim()
                .to_owned(),
            limits: GpuLimits::of(&adapter.limits()),
        }
    }
}

/// Every adapter of this machine that drivers offer.
pub fn adapters() -> Vec<AdapterDescription> {
    found()
        .into_iter()
        .map(|(_, described)| described)
        .collect()
}

pub(super) fn found() -> Vec<(Adapter, AdapterDescription)> {
    let instance = Instance::new(InstanceDescriptor {
        backends: Backends::VULKAN | Backends::METAL | Backends::DX12,
        // The same whether this is a debug build or not: no validation layers.
        flags: InstanceFlags::empty(),
        ..InstanceDescriptor::new_without_display_handle()
    });
    let adapters = pollster::block_on(instance.enumerate_adapters(Backends::all()));
    adapters
        .into_iter()
        .map(|adapter| {
            let described = AdapterDescription::of(&adapter);
            (adapter, described)
        })
        .collect()
}

/// The adapter to take: the one of this name, or of which it is a part, in any case; without a name the
/// best GPU, its own memory first.
///
/// # Errors
/// [`NoAdapter`]: there is none, or not just one.
pub fn choose(adapters: &[AdapterDescription], wanted: Option<&str>) -> Result<usize, NoAdapter> {
    let names = || adapters.iter().map(|a| a.name.clone()).collect::<Vec<_>>();
    let Some(wanted) = wanted else {
        if adapters.is_empty() {
            return Err(NoAdapter::None);
        }
        let automatic = adapters
            .iter()
            .enumerate()
            .filter(|(_, a)| a.is_automatic());
        return automatic
            .min_by_key(|(_, a)| a.kind)
            .map(|(i, _)| i)
            .ok_or_else(|| NoAdapter::OnlyByName { names: names() });
    };
    if adapters.is_empty() {
        return Err(NoAdapter::None);
    }
    let lower = wanted.to_lowercase();
    let matching = |exact: bool| {
        let found = adapters.iter().enumerate().filter(|(_, a)| {
            let name = a.name.to_lowercase();
            if exact {
                name == lower
            } else {
                name.contains(&lower)
            }
        });
        found.map(|(i, _)| i).collect::<Vec<_>>()
    };
    let exact = matching(true);
    let found = if exact.is_empty() {
        matching(false)
    } else {
        exact
    };
    let Some(&first) = found.first() else {
        let wanted = wanted.to_owned();
        return Err(NoAdapter::Unknown {
            wanted,
            names: names(),
        });
    };
    // One device through several backends, or several of one make, are not told apart by a name.
    if found
        .iter()
        .any(|i| adapters[*i].name != adapters[first].name)
    {
        return Err(NoAdapter::Ambiguous {
            wanted: wanted.to_owned(),
            names: found.iter().map(|i| adapters[*i].name.clone()).collect(),
        });
    }
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(name: &str, kind: AdapterKind) -> AdapterDescription {
        AdapterDescription {
            name: name.to_owned(),
            kind,
            backend: "vulkan".to_owned(),
            driver: String::new(),
            limits: GpuLimits::SMALLEST,
        }
    }

    #[test]
    fn auto_takes_the_best_gpu_and_never_software() {
        let software = described("llvmpipe (LLVM 15, 256 bits)", AdapterKind::Software);
        let own = described("UHD 770", AdapterKind::Integrated);
        let card = described("NVIDIA H200", AdapterKind::Discrete);
        let all = [software.clone(), own, card];
        assert_eq!(choose(&all, None), Ok(2));
        assert_eq!(choose(&all[..2], None), Ok(1));
        assert_eq!(choose(&[], None), Err(NoAdapter::None));
        let names = vec![software.name.clone()];
        assert_eq!(
            choose(&all[..1], None),
            Err(NoAdapter::OnlyByName { names })
        );
    }

    #[test]
    fn a_name_is_any_part_that_only_one_adapter_has() {
        let all = ["NVIDIA A100", "NVIDIA A100 80GB", "llvmpipe (LLVM 15)"]
            .map(|name| described(name, AdapterKind::Discrete));
        assert_eq!(choose(&all, Some("LLVMPIPE")), Ok(2));
        assert_eq!(choose(&all, Some("80gb")), Ok(1));
        assert_eq!(choose(&all, Some("nvidia a100")), Ok(0));
        let Err(NoAdapter::Ambiguous { names, .. }) = choose(&all, Some("nvidia")) else {
            panic!("two have this name");
        };
        assert_eq!(names.len(), 2);
        let unknown = choose(&all, Some("radeon")).unwrap_err();
        assert!(unknown.to_string().ends_with("`llvmpipe (LLVM 15)`"));
        let twice = [all[2].clone(), all[2].clone()];
        assert_eq!(choose(&twice, Some("llvmpipe")), Ok(0));
    }
}
