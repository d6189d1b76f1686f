//! `trigscape events`: what a sample holds, synthetic ones, and everything as Parquet.

mod convert;
mod generate;
mod inspect;
mod samples;
mod write;

use crate::error::{Fault, Result};
use crate::events::{Content, Description};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum EventsAction {
    /// Show what files of events hold, or the samples of a study
    #[command(after_help = MEMORY)]
    Inspect(inspect::InspectArguments),
    /// Generate a synthetic sample as Parquet
    Generate(generate::GenerateArguments),
    /// Write the columns of ROOT, CSV or Parquet files as one Parquet file (ZSTD)
    #[command(after_help = MEMORY)]
    Convert(convert::ConvertArguments),
}

const MEMORY: &str = "TRIGSCAPE_MEMORY_GB bounds the columns held at a time [default: 2].";

pub fn run(action: &EventsAction) -> Result<()> {
    match action {
        EventsAction::Inspect(arguments) => inspect::run(arguments),
        EventsAction::Generate(arguments) => generate::run(arguments),
        EventsAction::Convert(arguments) => convert::run(arguments),
    }
}

/// The readable columns that patterns name, in the order of the source; no pattern names none.
fn chosen<'d>(source: &'d Description, patterns: &[String]) -> Result<Vec<&'d str>> {
    let mut wanted = vec![false; source.branches.len()];
    for text in patterns {
        let option = || format!("--columns {text}");
        if !text.contains(['*', '?', '[']) {
            wanted[source.branch(text)?.0] = true;
            continue;
        }
        let pattern = glob::Pattern::new(text)
            .map_err(|e| Fault::in_option(option(), format!("no pattern: {e}")))?;
        let mut any = false;
        for (branch, wanted) in source.branches.iter().zip(&mut wanted) {
            if pattern.matches(&branch.name) && !matches!(branch.content, Content::Unreadable(_)) {
                *wanted = true;
                any = true;
            }
        }
        if !any {
            let message = format!("no column of {} matches", source.origin.display());
            return Err(Fault::in_option(option(), message).into());
        }
    }
    let names = source.branches.iter().zip(wanted).filter(|(_, w)| *w);
    Ok(names.map(|(b, _)| b.name.as_str()).collect())
}
