//! `trigscape devices`: the engines and adapters that this machine has.

use super::machine::MachineArguments;
use super::table::{TextTable, print, print_json};
use crate::engine::Engine;
use crate::engine::cpu::CpuEngine;
use crate::error::Result;
use clap::Args;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub struct DevicesArguments {
    #[command(flatten)]
    machine: MachineArguments,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// An adapter, as it is listed.
struct Listed {
    name: String,
    kind: &'static str,
    backend: String,
    driver: String,
    buffer_bytes: u64,
    binding_bytes: u64,
    groups: u32,
    /// Whether *auto* would take it.
    auto: bool,
}

pub fn run(arguments: &DevicesArguments) -> Result<()> {
    // What is asked for and is not there is an error, as in every command.
    arguments.machine.engine()?;
    let cpu = CpuEngine.info();
    let adapters = adapters();
    if arguments.json {
        return print_json(&json!({
            "engines": [{ "name": cpu.name, "threads": cpu.threads, "device": cpu.detail }],
            "adapters": adapters.iter().map(Listed::json).collect::<Vec<_>>(),
        }));
    }
    let mut table = TextTable::with_left(&[2]);
    table.row(["engine", "threads", "device"]);
    table.row([cpu.name, cpu.threads.to_string(), cpu.detail]);
    print(&table.text())?;
    if !adapters.is_empty() {
        let mut table = TextTable::with_left(&[1, 2, 3, 7]);
        table.row([
            "gpu adapter",
            "type",
            "backend",
            "driver",
            "buffer [MiB]",
            "binding [MiB]",
            "groups",
            "auto",
        ]);
        adapters
            .iter()
            .for_each(|adapter| table.row(adapter.cells()));
        print(&format!("\n{}", table.text()))?;
    }
    eprintln!("{}", note(&adapters));
    Ok(())
}

fn note(adapters: &[Listed]) -> String {
    match adapters.iter().find(|adapter| adapter.auto) {
        _ if cfg!(not(feature = "gpu")) => {
            "auto takes the cpu engine: this program was built without the GPU engine".to_owned()
        }
        Some(adapter) => format!(
            "auto takes `{}` for work that is long enough, the cpu engine for all else",
            adapter.name
        ),
        None if adapters.is_empty() => "auto takes the cpu engine: no adapter was found".to_owned(),
        None => "auto takes the cpu engine: adapters in software have to be named with --adapter"
            .to_owned(),
    }
}

#[cfg(feature = "gpu")]
fn adapters() -> Vec<Listed> {
    use crate::engine::gpu;
    let adapters = gpu::adapters();
    let taken = gpu::choose(&adapters, None).ok();
    let listed = adapters.into_iter().enumerate().map(|(i, own)| Listed {
        name: own.name,
        kind: own.kind.name(),
        backend: own.backend,
        driver: own.driver,
        buffer_bytes: own.limits.buffer_bytes,
        binding_bytes: own.limits.binding_bytes,
        groups: own.limits.groups,
        auto: taken == Some(i),
    });
    listed.collect()
}

#[cfg(not(feature = "gpu"))]
fn adapters() -> Vec<Listed> {
    Vec::new()
}

impl Listed {
    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "type": self.kind,
            "backend": self.backend,
            "driver": self.driver,
            "limits": {
                "buffer_bytes": self.buffer_bytes,
                "binding_bytes": self.binding_bytes,
                "groups_per_dimension": self.groups,
            },
            "auto": self.auto,
        })
    }

    fn cells(&self) -> [String; 8] {
        [
            self.name.clone(),
            self.kind.to_owned(),
            self.backend.clone(),
            self.driver.clone(),
            (self.buffer_bytes >> 20).to_string(),
            (self.binding_bytes >> 20).to_string(),
            self.groups.to_string(),
            if self.auto { "yes" } else { "no" }.to_owned(),
        ]
    }
}
