//! `trigscape events generate`.

use super::super::machine::ThreadArguments;
use super::write;
use crate::error::Result;
use crate::events::{Source, Synthetic, SyntheticSettings};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// background, or a signal: z_mumu, h_tautau, ttbar, hh_4b, soft_met
    #[arg(value_name = "PROCESS", default_value = "background")]
    process: String,
    /// The Parquet file to write
    #[arg(short, long, value_name = "F.parquet")]
    out: PathBuf,
    /// Events to generate; the background's have weights
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    events: u64,
    /// Seed of the random numbers
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Mean collisions a crossing
    #[arg(long, value_name = "X", default_value_t = 60.0)]
    pileup: f64,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    threads: ThreadArguments,
}

pub fn run(arguments: &GenerateArguments) -> Result<()> {
    arguments.threads.set_up()?;
    let source = Synthetic::new(SyntheticSettings {
        process: arguments.process.parse()?,
        events: arguments.events,
        seed: arguments.seed,
        pileup: arguments.pileup,
    })?;
    let description = source.description();
    eprintln!("{}", description.format);
    let names: Vec<&str> = description
        .branches
        .iter()
        .map(|b| b.name.as_str())
        .collect();
    write::write(
        &source,
        &names,
        arguments.events,
        &arguments.out,
        arguments.force,
    )
}
