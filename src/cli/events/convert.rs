//! `trigscape events convert`.

use super::super::machine::ThreadArguments;
use super::{chosen, write};
use crate::error::{Fault, Place, Result};
use crate::events::{Chain, Content, Source, expand, open};
use crate::study::FilePattern;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct ConvertArguments {
    /// Files, patterns (quoted), or lists of files (.txt); joined in this order
    #[arg(value_name = "IN", required = true)]
    files: Vec<PathBuf>,
    /// The Parquet file to write
    #[arg(short, long, value_name = "F.parquet")]
    out: PathBuf,
    /// The tree in ROOT files [default: Events, or the only one]
    #[arg(long, value_name = "NAME")]
    tree: Option<String>,
    /// Only these columns; patterns such as 'Jet_*' allowed, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// Only the first so many events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_events: Option<u64>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    threads: ThreadArguments,
}

pub fn run(arguments: &ConvertArguments) -> Result<()> {
    arguments.threads.set_up()?;
    let files = expand(&patterns(&arguments.files))?;
    if files.iter().any(|file| same_file(file, &arguments.out)) {
        let option = format!("-o {}", arguments.out.display());
        return Err(Fault::in_option(option, "this is one of the files to be read").into());
    }
    let sources = open(&files, arguments.tree.as_deref())?;
    let chain = Chain::new(files[0].clone(), sources);
    let description = chain.description();
    let names = if arguments.columns.is_empty() {
        for branch in &description.branches {
            if let Content::Unreadable(what) = &branch.content {
                eprintln!("left out: {} ({what})", branch.name);
            }
        }
        let readable = description
            .branches
            .iter()
            .filter(|b| b.content.kind().is_some());
        readable.map(|b| b.name.as_str()).collect()
    } else {
        chosen(description, &arguments.columns)?
    };
    if names.is_empty() {
        return Err(Fault::in_file(&files[0], "no column can be read").into());
    }
    let entries = arguments
        .max_events
        .map_or(description.entries, |n| n.min(description.entries));
    write::write(&chain, &names, entries, &arguments.out, arguments.force)
}

/// Files as the command line names them.
pub fn patterns(files: &[PathBuf]) -> Vec<FilePattern> {
    let pattern = |path: &PathBuf| FilePattern {
        folder: PathBuf::new(),
        pattern: path.to_string_lossy().into_owned(),
        place: Place::Option(path.display().to_string()),
    };
    files.iter().map(pattern).collect()
}

fn same_file(a: &std::path::Path, b: &std::path::Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
