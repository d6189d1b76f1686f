//! `trigscape events inspect`: a file's format, objects, columns and, of chosen columns, statistics.

use super::super::machine::ThreadArguments;
use super::super::number::{grouped, readable};
use super::super::table::{TextTable, print};
use super::convert::patterns;
use super::{chosen, samples};
use crate::error::{Error, Fault, Result};
use crate::events::{
    Branch, Chain, Content, Description, Source, Statistics, collections, expand, open, ranges,
    scalars,
};
use clap::Args;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct InspectArguments {
    /// Files of events, or one study (.toml), whose samples are shown
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The tree in ROOT files [default: Events, or the only one]
    #[arg(long, value_name = "NAME")]
    tree: Option<String>,
    /// Count, smallest, largest and mean of these columns; patterns such as 'Jet_*' allowed, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// Print one JSON object and nothing else
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    threads: ThreadArguments,
}

pub fn run(arguments: &InspectArguments) -> Result<()> {
    arguments.threads.set_up()?;
    if let [study] = &arguments.files[..]
        && study
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("toml"))
    {
        if arguments.tree.is_some() || !arguments.columns.is_empty() {
            return Err(Fault::in_option(
                "--tree, --columns",
                "these are for files, not for a study",
            )
            .into());
        }
        return samples::run(study, arguments.json);
    }
    let files = expand(&patterns(&arguments.files))?;
    let sources = open(&files, arguments.tree.as_deref())?;
    let many = sources.len() > 1;
    let chain = Chain::new(files[0].clone(), sources);
    let description = chain.description();
    let names = chosen(description, &arguments.columns)?;
    let statistics = statistics(&chain, &names)?;
    if arguments.json {
        let value = as_json(&chain, &names, &statistics);
        let text =
            serde_json::to_string_pretty(&value).map_err(|e| Error::failed("writing JSON", e))?;
        return print(&(text + "\n"));
    }
    let mut text = String::new();
    for source in chain.sources() {
        text += &headline(source.description());
    }
    if many {
        text += &format!("together: {} events\n", grouped(description.entries));
    }
    text.push('\n');
    text += &if names.is_empty() {
        objects(description) + &columns(description)
    } else {
        statistics_text(description, &names, &statistics)
    };
    print(&text)
}

fn statistics(chain: &Chain, names: &[&str]) -> Result<Vec<Statistics>> {
    let mut statistics = vec![Statistics::default(); names.len()];
    if names.is_empty() {
        return Ok(statistics);
    }
    let description = chain.description();
    for range in ranges(chain, names, description.entries)? {
        let columns = chain.read(names, range)?;
        statistics
            .par_iter_mut()
            .zip(columns)
            .for_each(|(statistics, column)| statistics.add(&column));
    }
    Ok(statistics)
}

fn headline(source: &Description) -> String {
    let bytes = std::fs::metadata(&source.origin).map_or(0, |m| m.len());
    let mut codecs: Vec<&str> = source
        .branches
        .iter()
        .filter_map(|b| b.codec.as_deref())
        .collect();
    codecs.sort_unstable();
    codecs.dedup();
    let codec = match &codecs[..] {
        [] => String::new(),
        codecs => format!(", codec {}", codecs.join(" and ")),
    };
    format!(
        "{}: {}{codec}, {} events, {} columns, {} bytes\n",
        source.origin.display(),
        source.format,
        grouped(source.entries),
        source.branches.len(),
        grouped(bytes)
    )
}

/// The collections, and how a study names those that are trigger objects.
fn objects(source: &Description) -> String {
    let collections = collections(source);
    let scalars = scalars(source);
    let mut text = String::new();
    let known = collections.iter().filter(|c| c.object.is_some());
    let mut table = TextTable::with_left(&[1, 2]);
    for collection in known {
        table.row([
            collection.object.unwrap_or_default().to_owned(),
            collection.prefix.clone(),
            summary(&collection.fields),
        ]);
    }
    for (scalar, column) in &scalars {
        table.row([*scalar, column, "one value an event"]);
    }
    let found = table.text();
    if !found.is_empty() {
        text += &format!(
            "Recognised, as a study would name them in [events.objects] and [events.scalars]:\n{found}\n"
        );
    }
    let bits = |prefix: &str| {
        let is_bit = |b: &&Branch| {
            b.name.starts_with(prefix) && b.content == Content::Flat(crate::events::Kind::Bool)
        };
        source.branches.iter().filter(is_bit).count()
    };
    let bits: Vec<String> = [
        ("L1_", "Level-1 seeds"),
        ("HLT_", "HLT paths"),
        ("DST_", "scouting paths"),
    ]
    .into_iter()
    .map(|(prefix, what)| (bits(prefix), what, prefix))
    .filter(|(n, _, _)| *n > 0)
    .map(|(n, what, prefix)| format!("{n} bits {prefix}* ({what})"))
    .collect();
    if !bits.is_empty() {
        text += &format!("{}\n\n", bits.join(", "));
    }
    text
}

fn summary(fields: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<&str> = fields.iter().take(SHOWN).map(String::as_str).collect();
    match fields.len().saturating_sub(SHOWN) {
        0 => shown.join(" "),
        more => format!("{} and {more} more", shown.join(" ")),
    }
}

fn columns(source: &Description) -> String {
    let mut table = TextTable::with_left(&[1, 2]);
    table.row(["column", "type", "codec", "stored [B]", "unpacked [B]"]);
    for branch in &source.branches {
        table.row([
            branch.name.clone(),
            branch.content.to_string(),
            branch.codec.clone().unwrap_or_else(|| "-".to_owned()),
            grouped(branch.stored_bytes),
            grouped(branch.plain_bytes),
        ]);
    }
    table.text()
}

fn statistics_text(source: &Description, names: &[&str], statistics: &[Statistics]) -> String {
    let mut table = TextTable::with_left(&[1]);
    table.row([
        "column", "type", "values", "NaN", "min", "max", "mean", "sum",
    ]);
    for (name, s) in names.iter().zip(statistics) {
        let kind = source.branches.iter().find(|b| b.name == *name);
        table.row([
            (*name).to_owned(),
            kind.map_or_else(String::new, |b| b.content.to_string()),
            grouped(s.values),
            grouped(s.nan),
            readable(s.min),
            readable(s.max),
            s.mean().map_or_else(|| "-".to_owned(), readable),
            readable(s.sum),
        ]);
    }
    table.text()
}

fn as_json(chain: &Chain, names: &[&str], statistics: &[Statistics]) -> Value {
    let source = chain.description();
    let finite = |x: f64| x.is_finite().then_some(x);
    let files: Vec<Value> = chain
        .sources()
        .map(|s| {
            let d = s.description();
            json!({ "file": d.origin, "format": d.format, "events": d.entries })
        })
        .collect();
    let branches: Vec<Value> = source
        .branches
        .iter()
        .map(|b| {
            json!({
                "name": b.name, "type": b.content.to_string(), "codec": b.codec,
                "stored_bytes": b.stored_bytes, "unpacked_bytes": b.plain_bytes,
            })
        })
        .collect();
    let objects: serde_json::Map<String, Value> = collections(source)
        .into_iter()
        .filter_map(|c| Some((c.prefix, json!({ "object": c.object?, "fields": c.fields }))))
        .collect();
    let statistics: serde_json::Map<String, Value> = names
        .iter()
        .zip(statistics)
        .map(|(name, s)| {
            let value = json!({
                "values": s.values, "nan": s.nan, "min": finite(s.min), "max": finite(s.max),
                "mean": s.mean(), "sum": s.sum,
            });
            ((*name).to_owned(), value)
        })
        .collect();
    json!({
        "files": files, "events": source.entries, "columns": branches, "objects": objects,
        "scalars": scalars(source).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "statistics": statistics,
    })
}
