//! The engine, the adapter and the threads to use: options, environment, machine.

use crate::engine::Engine;
use crate::engine::choose::{ChosenEngine, EngineChoice, Tell};
use crate::error::{Error, Fault, Result};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct MachineArguments {
    /// Which engine evaluates points
    #[arg(long, value_enum, default_value = "auto", env = "TRIGSCAPE_ENGINE")]
    engine: EngineName,
    /// The adapter of the GPU engine, by its name or a part of it; auto takes the GPU engine then
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,
    #[command(flatten)]
    threads: ThreadArguments,
}

#[derive(Debug, Args)]
pub struct ThreadArguments {
    /// Threads [default: SLURM_CPUS_PER_TASK, else every core]
    #[arg(short = 'j', long, value_name = "N", env = "TRIGSCAPE_THREADS")]
    threads: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EngineName {
    /// A GPU where there is one and the work is large enough, else the cores
    Auto,
    /// The cores of this machine
    Cpu,
    /// A GPU; an error where there is none
    Gpu,
}

impl MachineArguments {
    /// Sets up the threads and opens the engine, which `tell`s what it took and what went wrong.
    ///
    /// # Errors
    /// A [`Fault`]: no adapter where one is asked for, a number of threads that is none.
    pub fn engine_telling(&self, tell: Box<Tell>) -> Result<ChosenEngine> {
        let choice = match (self.engine, &self.adapter) {
            (EngineName::Cpu, Some(name)) => {
                let option = format!("--adapter {name}");
                return Err(Fault::in_option(option, "the CPU engine has no adapter")
                    .hint("leave out --adapter, or use --engine gpu")
                    .into());
            }
            (EngineName::Cpu, None) => EngineChoice::Cpu,
            (EngineName::Auto, None) => EngineChoice::Auto,
            (EngineName::Gpu, _) | (EngineName::Auto, Some(_)) => EngineChoice::Gpu,
        };
        self.threads.set_up()?;
        let adapter = self.adapter.clone();
        ChosenEngine::new(choice, Box::new(move || open_gpu(adapter.as_deref())), tell)
    }

    /// The same, telling on stderr.
    pub fn engine(&self) -> Result<ChosenEngine> {
        self.engine_telling(Box::new(|line| eprintln!("{line}")))
    }
}

#[cfg(feature = "gpu")]
fn open_gpu(adapter: Option<&str>) -> Result<Box<dyn Engine>> {
    use crate::engine::gpu::{GpuEngine, GpuOptions, NoAdapter};
    const DRIVER: &str = "install the driver of the GPU (the vendor's for NVIDIA; for AMD and Intel \
        Debian's mesa-vulkan-drivers, which has a software adapter for tests too)";
    let options = GpuOptions {
        adapter: adapter.map(str::to_owned),
        ..GpuOptions::default()
    };
    let why = match GpuEngine::open(options) {
        Ok(engine) => return Ok(Box::new(engine)),
        Err(why) => why,
    };
    let hint = match &why {
        NoAdapter::None => format!("{DRIVER}, or use --engine cpu"),
        NoAdapter::OnlyByName { .. } => {
            format!("{DRIVER}, name one with --adapter, or use --engine cpu")
        }
        NoAdapter::Unknown { .. } => "`trigscape devices` lists the adapters".to_owned(),
        NoAdapter::Ambiguous { .. } => "give more of the name".to_owned(),
        NoAdapter::Refused { .. } => "name another with --adapter, or use --engine cpu".to_owned(),
    };
    let option = match adapter {
        Some(name) => format!("--adapter {name}"),
        None => "--engine gpu (or TRIGSCAPE_ENGINE)".to_owned(),
    };
    Err(Fault::in_option(option, why.to_string()).hint(hint).into())
}

#[cfg(not(feature = "gpu"))]
fn open_gpu(_adapter: Option<&str>) -> Result<Box<dyn Engine>> {
    let option = "--engine gpu (or TRIGSCAPE_ENGINE, or --adapter)";
    Err(
        Fault::in_option(option, "this program was built without the GPU engine")
            .hint(
                "build it with cargo's feature `gpu`, which is on by default, or use --engine cpu",
            )
            .into(),
    )
}

impl ThreadArguments {
    /// Starts as many threads as are asked for.
    pub fn set_up(&self) -> Result<()> {
        if let Some(threads) = self.thread_count()? {
            rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build_global()
                .map_err(|e| Error::failed("starting threads", e))?;
        }
        Ok(())
    }

    fn thread_count(&self) -> Result<Option<usize>> {
        const MOST: usize = 1024;
        let (count, from) = match (self.threads, std::env::var("SLURM_CPUS_PER_TASK")) {
            (Some(n), _) => (n, format!("-j {n} (or TRIGSCAPE_THREADS)")),
            (None, Ok(text)) => match text.trim().parse() {
                Ok(n) => (n, format!("SLURM_CPUS_PER_TASK={text}")),
                Err(_) => {
                    let option = format!("SLURM_CPUS_PER_TASK={text}");
                    return Err(Fault::in_option(option, "expected a number of threads").into());
                }
            },
            (None, Err(_)) => return Ok(None),
        };
        if !(1..=MOST).contains(&count) {
            return Err(Fault::in_option(from, format!("threads are 1 to {MOST}")).into());
        }
        Ok(Some(count))
    }
}
