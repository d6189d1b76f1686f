//! `trigscape report`: figures and a page from results on disk.

use super::table::print;
use crate::error::Result;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct ReportArguments {
    /// A directory that `run` or `explore` wrote
    #[arg(value_name = "DIR")]
    results: PathBuf,
    /// Where the figures go [default: DIR/figures]
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub fn run(arguments: &ReportArguments) -> Result<()> {
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| arguments.results.join("figures"));
    draw(&arguments.results, &out)?;
    print(&format!("{}\n", out.display()))
}

/// Draws the figures of `results` into `out`.
pub fn draw(results: &Path, out: &Path) -> Result<()> {
    let files = crate::report::write(results, out)?;
    eprintln!("{} files in {}", files.len(), out.display());
    Ok(())
}
