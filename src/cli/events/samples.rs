//! The samples of a study: opened and read as the study says, with their weights and normalisation.

use super::super::number::{grouped, readable};
use super::super::table::{TextTable, print};
use crate::error::{Error, Fault, Result};
use crate::events::{Content, Request, Sample, Source};
use crate::study::{EventsSettings, SampleKind, Study};
use serde_json::{Value, json};
use std::path::Path;

/// What reading a sample to its end found.
struct Tally {
    sum: f64,
    squares: f64,
    /// The largest weight: what one event can add to a rate.
    largest: f64,
    negative: u64,
    strata: usize,
    /// Objects of each kind, in the order of the request.
    objects: Vec<u64>,
}

pub fn run(path: &Path, as_json: bool) -> Result<()> {
    let study = Study::load(path, &[])?;
    let events = study.events()?;
    let mut samples = Vec::new();
    for settings in &events.samples {
        let sample = Sample::open(settings, study.seed)?;
        let request = request(events, &sample)?;
        let tally = tally(events, &sample, &request)?;
        samples.push((sample, request, tally));
    }
    if as_json {
        let samples: Vec<Value> = samples
            .iter()
            .map(|(s, r, t)| sample_json(s, r, t))
            .collect();
        let value = json!({
            "study": study.name,
            "normalisation": { "rate_hz": events.normalisation.rate_hz(), "factors": events.normalisation.factors() },
            "samples": samples,
        });
        let text =
            serde_json::to_string_pretty(&value).map_err(|e| Error::failed("writing JSON", e))?;
        return print(&(text + "\n"));
    }
    let mut text = format!(
        "{}: background at {} kHz = {}\n\n",
        study.name,
        readable(events.normalisation.rate_hz() / 1e3),
        events.normalisation.factors()
    );
    let mut table = TextTable::with_left(&[1]);
    table.row([
        "sample",
        "kind",
        "events",
        "sum of weights",
        "negative",
        "effective",
        "largest event [kHz]",
    ]);
    for (sample, _, tally) in &samples {
        let background = sample.settings.kind == SampleKind::Background;
        table.row([
            sample.settings.name.value.clone(),
            kind(sample).to_owned(),
            grouped(sample.entries()),
            readable(tally.sum),
            grouped(tally.negative),
            readable(tally.sum * tally.sum / tally.squares),
            if background {
                readable(events.normalisation.rate_hz() / 1e3 * tally.largest / tally.sum)
            } else {
                "-".to_owned()
            },
        ]);
    }
    text += &table.text();
    for (sample, request, tally) in &samples {
        let d = sample.source().description();
        let files = sample.source().sources().count();
        text += &format!(
            "\n{}: {} ({})",
            sample.settings.name.value,
            d.format,
            d.origin.display()
        );
        if files > 1 {
            text += &format!(", {files} files");
        }
        if tally.strata > 0 {
            text += &format!(", {} strata", tally.strata);
        }
        text.push('\n');
        let mut table = TextTable::with_left(&[2]);
        for ((object, fields), count) in request.objects.iter().zip(&tally.objects) {
            let mean = *count as f64 / sample.entries() as f64;
            table.row([
                format!("  {object}"),
                format!("{} an event", readable(mean)),
                fields.join(" "),
            ]);
        }
        text += &table.text();
    }
    print(&text)
}

/// All fields that the sample has of the study's objects, and the study's scalars.
fn request(events: &EventsSettings, sample: &Sample) -> Result<Request> {
    let description = sample.source().description();
    let mut objects = Vec::new();
    for object in &events.objects {
        let prefix = format!("{}_", object.prefix);
        let mut fields: Vec<String> = object
            .renamed
            .iter()
            .map(|(field, _)| field.clone())
            .collect();
        for branch in &description.branches {
            if let Some(field) = branch.name.strip_prefix(&prefix)
                && matches!(branch.content, Content::Jagged(_))
                && !fields.iter().any(|f| f == field)
                && !object.renamed.iter().any(|(_, name)| name == field)
            {
                fields.push(field.to_owned());
            }
        }
        if fields.is_empty() {
            let prefixes: Vec<&str> = description
                .branches
                .iter()
                .filter_map(|b| Some(b.name.split_once('_')?.0))
                .collect();
            return Err(Fault::new(
                object.place.clone(),
                format!(
                    "no column begins with `{prefix}` in {}",
                    description.origin.display()
                ),
            )
            .hint("`trigscape events inspect` lists the columns of a file")
            .nearest(&object.prefix, prefixes)
            .into());
        }
        objects.push((object.object.clone(), fields));
    }
    Ok(Request {
        objects,
        scalars: events.scalars.iter().map(|s| s.scalar.clone()).collect(),
    })
}

fn tally(events: &EventsSettings, sample: &Sample, request: &Request) -> Result<Tally> {
    let mut tally = Tally {
        sum: 0.0,
        squares: 0.0,
        largest: 0.0,
        negative: 0,
        strata: 0,
        objects: vec![0; request.objects.len()],
    };
    let mut strata = std::collections::BTreeSet::new();
    for chunk in sample.chunks(events, request)? {
        let chunk = chunk?;
        for w in &chunk.weights {
            tally.sum += w;
            tally.squares += w * w;
            tally.largest = tally.largest.max(w.abs());
            tally.negative += u64::from(*w < 0.0);
        }
        strata.extend(chunk.strata.iter().flatten().copied());
        for (count, objects) in tally.objects.iter_mut().zip(&chunk.objects) {
            *count += objects.offsets.last().map_or(0, |n| u64::from(*n));
        }
    }
    tally.strata = strata.len();
    if tally.sum <= 0.0 {
        let message = format!(
            "the weights of `{}` add up to {}",
            sample.settings.name.value, tally.sum
        );
        return Err(Fault::new(sample.settings.name.place.clone(), message)
            .hint("rates and efficiencies are shares of this sum: it is above 0")
            .into());
    }
    Ok(tally)
}

fn kind(sample: &Sample) -> &'static str {
    match sample.settings.kind {
        SampleKind::Background => "background",
        SampleKind::Signal => "signal",
    }
}

fn sample_json(sample: &Sample, request: &Request, tally: &Tally) -> Value {
    let d = sample.source().description();
    let objects: serde_json::Map<String, Value> = request
        .objects
        .iter()
        .zip(&tally.objects)
        .map(|((object, fields), count)| {
            (object.clone(), json!({ "count": count, "fields": fields }))
        })
        .collect();
    json!({
        "name": sample.settings.name.value, "kind": kind(sample), "format": d.format,
        "events": sample.entries(), "sum_of_weights": tally.sum, "negative": tally.negative, "largest_weight": tally.largest,
        "effective_events": tally.sum * tally.sum / tally.squares, "strata": tally.strata, "objects": objects,
    })
}
