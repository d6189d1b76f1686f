//! A source written as Parquet, range by range.

use super::super::number::grouped;
use super::super::signals::stop_on_signal;
use crate::error::{Error, Fault, Result};
use crate::events::{ColumnSpec, ParquetWriter, Source, ranges};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::path::Path;
use std::sync::atomic::Ordering;

/// Writes the first `entries` events of these columns to `out`, and says so on stderr.
pub fn write(
    source: &dyn Source,
    names: &[&str],
    entries: u64,
    out: &Path,
    force: bool,
) -> Result<()> {
    let option = format!("-o {}", out.display());
    if out.exists() && !out.is_file() {
        return Err(Fault::in_option(option, "this exists already and is no regular file").into());
    }
    if out.exists() && !force {
        return Err(Fault::in_option(option, "this exists already")
            .hint("give another name, or --force to replace it")
            .into());
    }
    let description = source.description();
    let branches = description.branches.iter();
    let specs: Vec<ColumnSpec> = names
        .iter()
        .filter_map(|name| branches.clone().find(|b| b.name == *name))
        .filter_map(ColumnSpec::of)
        .collect();
    let stop = stop_on_signal()?;
    let mut writer = ParquetWriter::create(out, &specs, &description.format)?;
    let bar = progress_bar(entries);
    for range in ranges(source, names, entries)? {
        let length = range.end - range.start;
        writer.write(source.read(names, range)?)?;
        bar.inc(length);
        let signal = stop.load(Ordering::Relaxed);
        if signal != 0 {
            return Err(Error::Interrupted {
                signal,
                left: "nothing was written",
            });
        }
    }
    writer.finish()?;
    bar.finish_and_clear();
    let bytes = std::fs::metadata(out).map_or(0, |m| m.len());
    eprintln!(
        "{}: {} events, {} columns, {} bytes",
        out.display(),
        grouped(entries),
        specs.len(),
        grouped(bytes)
    );
    Ok(())
}

fn progress_bar(events: u64) -> ProgressBar {
    let bar = ProgressBar::new(events);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) =
        ProgressStyle::with_template("{bar:30} {human_pos} of {human_len} events, {eta}")
    {
        bar.set_style(style);
    }
    bar
}
