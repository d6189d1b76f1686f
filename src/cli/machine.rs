//! The engine and the threads to use: options, environment, machine.

use crate::engine::Engine;
use crate::engine::cpu::CpuEngine;
use crate::error::{Error, Fault, Result};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct MachineArguments {
    /// Which engine evaluates points
    #[arg(long, value_enum, default_value = "auto", env = "TRIGSCAPE_ENGINE")]
    engine: EngineChoice,
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
enum EngineChoice {
    /// The best that this machine has
    Auto,
    /// The cores of this machine
    Cpu,
    /// A GPU; an error where there is none
    Gpu,
}

impl MachineArguments {
    /// Sets up the threads and opens the engine.
    pub fn engine(&self) -> Result<Box<dyn Engine>> {
        if self.engine == EngineChoice::Gpu {
            return Err(Fault::in_option(
                "--engine gpu (or TRIGSCAPE_ENGINE)",
                "this version has no GPU engine",
            )
            .hint("use --engine cpu, or leave the choice to auto")
            .into());
        }
        self.threads.set_up()?;
        Ok(Box::new(CpuEngine))
    }
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
