//! A sample, opened as its study says, and read in chunks within a memory bound.

use super::{
    Chain, Column, Content, Description, Process, Source, Synthetic, SyntheticSettings, Values,
    expand, open, ranges,
};
use crate::error::{Error, Fault, Place, Result};
use crate::study::{
    EventsSettings, Located, ObjectSettings, Origin, SampleSettings, SyntheticOrigin,
};
use std::path::PathBuf;

/// An open sample.
#[derive(Debug)]
pub struct Sample {
    pub settings: SampleSettings,
    files: Vec<PathBuf>,
    chain: Chain,
    entries: u64,
}

/// What a study's cuts need of the events, in the study's names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Objects with their fields, at least one each.
    pub objects: Vec<(String, Vec<String>)>,
    /// Scalars and bits.
    pub scalars: Vec<String>,
}

/// Consecutive events of a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    /// Index of the first event in the sample.
    pub first: u64,
    pub weights: Vec<f64>,
    /// The stratum of each event, where the sample has strata.
    pub strata: Option<Vec<i64>>,
    /// In the order of the request.
    pub objects: Vec<Objects>,
    /// In the order of the request.
    pub scalars: Vec<Values>,
}

/// The objects of one kind: event i has `offsets[i]..offsets[i + 1]` of each field.
#[derive(Debug, Clone, PartialEq)]
pub struct Objects {
    pub offsets: Vec<u32>,
    /// In the order of the request.
    pub fields: Vec<Values>,
}

impl Chunk {
    pub fn events(&self) -> usize {
        self.weights.len()
    }
}

impl Sample {
    /// Opens a sample's files, or sets up its generator; `seed` is the study's.
    ///
    /// # Errors
    /// A [`Fault`]: no file, an unreadable one, no event at all.
    pub fn open(settings: &SampleSettings, seed: u64) -> Result<Self> {
        let mut read = Vec::new();
        let chain = match &settings.origin {
            Origin::Files { patterns, tree } => {
                let files = expand(patterns)?;
                let sources = open(&files, tree.as_deref())?;
                let origin = match &files[..] {
                    [file] => file.clone(),
                    [first, ..] => {
                        PathBuf::from(format!("{} and {} more", first.display(), files.len() - 1))
                    }
                    [] => PathBuf::new(),
                };
                read = files;
                Chain::new(origin, sources)
            }
            Origin::Synthetic(origin) => {
                let source = generator(origin, seed)?;
                Chain::new(source.description().origin.clone(), vec![Box::new(source)])
            }
        };
        let mut settings = settings.clone();
        if enriched(&chain) {
            // The generator's events mean nothing without its weights, nor do files of them.
            let own = |column: &str| {
                Some(Located {
                    value: column.to_owned(),
                    place: settings.name.place.clone(),
                })
            };
            settings.weight = settings.weight.or_else(|| own("weight"));
            settings.stratum = settings.stratum.or_else(|| own("stratum"));
        }
        Self::of_chain(settings, read, chain)
    }

    fn of_chain(settings: SampleSettings, files: Vec<PathBuf>, chain: Chain) -> Result<Self> {
        let all = chain.description().entries;
        let entries = settings.max_events.map_or(all, |most| most.min(all));
        if entries == 0 {
            let message = format!(
                "the sample `{}` is empty: {} has no event",
                settings.name.value,
                chain.description().origin.display()
            );
            return Err(Fault::new(settings.name.place.clone(), message).into());
        }
        Ok(Self {
            settings,
            files,
            chain,
            entries,
        })
    }

    /// Events that are read: all, or `max_events`.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The files that it is read from; none where it is generated.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    pub fn source(&self) -> &Chain {
        &self.chain
    }

    /// The events, chunk by chunk. Only the columns of the request are read, and the weights and strata.
    ///
    /// Where the chunks end depends on the memory bound; no result may depend on it.
    ///
    /// # Errors
    /// A [`Fault`]: a column that is missing or has another shape than its use. Then, from the iterator:
    /// lists of one object that differ in length, a weight that is no number, damaged data.
    pub fn chunks<'s>(
        &'s self,
        events: &EventsSettings,
        request: &Request,
    ) -> Result<impl Iterator<Item = Result<Chunk>> + use<'s>> {
        let columns = Columns::of(self, events, request)?;
        let names: Vec<&str> = columns.names.iter().map(String::as_str).collect();
        let ranges = ranges(&self.chain, &names, self.entries)?;
        Ok(ranges.map(move |range| {
            let names: Vec<&str> = columns.names.iter().map(String::as_str).collect();
            let read = self.chain.read(&names, range.clone())?;
            let (first, end) = (range.start, range.end);
            columns.chunk(self, first, (end - first) as usize, read)
        }))
    }
}

/// Whether any of the events are the generator's background, which is enriched in hard crossings.
fn enriched(chain: &Chain) -> bool {
    let name = format!("synthetic {}", Process::Background);
    chain.description().format.contains(&name)
}

/// The generator that a study asks for; its faults stand where the study has the sample.
fn generator(origin: &SyntheticOrigin, seed: u64) -> Result<Synthetic> {
    let default = SyntheticSettings::default();
    let made = || {
        Synthetic::new(SyntheticSettings {
            process: origin.process.value.parse()?,
            events: origin.events,
            seed: origin.seed.unwrap_or(seed),
            pileup: origin.pileup.unwrap_or(default.pileup),
        })
    };
    made().map_err(|error| match error {
        Error::Input(fault) => Fault {
            place: origin.process.place.clone(),
            ..*fault
        }
        .into(),
        other => other,
    })
}

/// The columns that a request comes to, and what each is for.
struct Columns {
    names: Vec<String>,
    /// Fields of each object: its columns are as many, one after another from the first.
    objects: Vec<usize>,
    scalars: usize,
    weight: bool,
    pileup: bool,
    stratum: bool,
}

impl Columns {
    fn of(sample: &Sample, events: &EventsSettings, request: &Request) -> Result<Self> {
        let description = sample.chain.description();
        let mut names = Vec::new();
        for (object, fields) in &request.objects {
            let settings = object_settings(events, object)?;
            for field in fields {
                let column = settings.column(field);
                let branch = at(description.branch(&column), &settings.place)?.1;
                if let Content::Flat(_) = branch.content {
                    return Err(Fault::new(
                        settings.place.clone(),
                        format!("column `{column}` has one value an event; a field of `{object}` is a list"),
                    )
                    .hint("name it in [events.scalars] instead")
                    .into());
                }
                names.push(column);
            }
        }
        for scalar in &request.scalars {
            let named = events.scalars.iter().find(|s| s.scalar == *scalar);
            let place = named.map_or(&sample.settings.name.place, |named| &named.place);
            let column = scalar_column(events, scalar);
            flat(description, column, place)?;
            names.push(column.to_owned());
        }
        let settings = &sample.settings;
        let pileup = settings.pileup_weights.as_ref().map(|w| &w.column);
        let weight = settings.weight.as_ref();
        for column in [weight, pileup, settings.stratum.as_ref()]
            .into_iter()
            .flatten()
        {
            flat(description, &column.value, &column.place)?;
            names.push(column.value.clone());
        }
        Ok(Self {
            names,
            objects: request
                .objects
                .iter()
                .map(|(_, fields)| fields.len())
                .collect(),
            scalars: request.scalars.len(),
            weight: settings.weight.is_some(),
            pileup: pileup.is_some(),
            stratum: settings.stratum.is_some(),
        })
    }

    fn chunk(
        &self,
        sample: &Sample,
        first: u64,
        events: usize,
        read: Vec<Column>,
    ) -> Result<Chunk> {
        let mut read = read.into_iter().zip(&self.names);
        let mut objects = Vec::with_capacity(self.objects.len());
        for fields in &self.objects {
            objects.push(self.object(sample, first, read.by_ref().take(*fields))?);
        }
        let scalars = read
            .by_ref()
            .take(self.scalars)
            .map(|(c, _)| c.values)
            .collect();
        let mut next = |wanted: bool| wanted.then(|| read.next()).flatten();
        let mut weights = match next(self.weight) {
            Some((column, name)) => finite(sample, "weight", name, first, column.values)?,
            None => vec![1.0; events],
        };
        if let (Some((column, name)), Some(own)) =
            (next(self.pileup), &sample.settings.pileup_weights)
        {
            let pileups = finite(sample, "pileup", name, first, column.values)?;
            for (weight, pileup) in weights.iter_mut().zip(pileups) {
                *weight *= own.of(pileup);
            }
        }
        let strata = match next(self.stratum) {
            Some((column, name)) => Some(strata(sample, name, column.values)?),
            None => None,
        };
        Ok(Chunk {
            first,
            weights,
            strata,
            objects,
            scalars,
        })
    }

    /// Fields of one object, which must be equally long in every event.
    fn object<'n>(
        &self,
        sample: &Sample,
        first: u64,
        columns: impl Iterator<Item = (Column, &'n String)>,
    ) -> Result<Objects> {
        let mut objects: Option<(Objects, &String)> = None;
        for (column, name) in columns {
            let offsets = column.offsets.unwrap_or_else(|| vec![0]);
            match &mut objects {
                None => {
                    let fields = vec![column.values];
                    objects = Some((Objects { offsets, fields }, name));
                }
                Some((have, leader)) => {
                    let ends = have.offsets.iter().zip(&offsets);
                    if let Some(event) = ends.skip(1).position(|(a, b)| a != b) {
                        let length = |o: &[u32]| o[event + 1] - o[event];
                        let message = format!(
                            "event {} has {} values of `{leader}`, but {} of `{name}`",
                            first + event as u64,
                            length(&have.offsets),
                            length(&offsets),
                        );
                        let origin = &sample.chain.description().origin;
                        return Err(Fault::in_file(origin, message)
                            .hint("the fields of an object are lists of one length")
                            .into());
                    }
                    have.fields.push(column.values);
                }
            }
        }
        Ok(objects.map_or_else(
            || Objects {
                offsets: Vec::new(),
                fields: Vec::new(),
            },
            |(o, _)| o,
        ))
    }
}

fn finite(sample: &Sample, what: &str, name: &str, first: u64, values: Values) -> Result<Vec<f64>> {
    let values = values.into_f64();
    match values.iter().position(|w| !w.is_finite()) {
        None => Ok(values),
        Some(event) => {
            let origin = &sample.chain.description().origin;
            let message = format!(
                "event {} has the {what} {} in column `{name}`",
                first + event as u64,
                values[event]
            );
            let hint = match what {
                "weight" => "weights are finite numbers; without `weight` every event counts 1",
                _ => "`pileup_weights` reads this column",
            };
            Err(Fault::in_file(origin, message).hint(hint).into())
        }
    }
}

fn strata(sample: &Sample, name: &str, values: Values) -> Result<Vec<i64>> {
    match values.into_i64() {
        Some(strata) => Ok(strata),
        None => {
            let origin = &sample.chain.description().origin;
            let message =
                format!("column `{name}` holds no whole numbers, but is to tell strata apart");
            Err(Fault::in_file(origin, message)
                .hint("strata are numbered: 0, 1, 2, ...")
                .into())
        }
    }
}

/// The columns of an object: as the study says, else as is usual.
///
/// # Errors
/// A [`Fault`] where the study names no such object and there is no usual name either.
pub fn object_settings(events: &EventsSettings, object: &str) -> Result<ObjectSettings> {
    if let Some(settings) = events.objects.iter().find(|o| o.object == object) {
        return Ok(settings.clone());
    }
    let prefix = match object {
        "muon" => "L1Mu",
        "egamma" => "L1EG",
        "jet" => "L1Jet",
        "tau" => "L1Tau",
        _ => {
            let known = events.objects.iter().map(|o| o.object.as_str());
            let option = format!("[events.objects] {object}");
            return Err(
                Fault::in_option(option, format!("unknown object `{object}`"))
                    .hint("[events.objects] names the columns of an object: fatjet = \"FatJet\"")
                    .nearest(object, known.chain(["muon", "egamma", "jet", "tau"]))
                    .into(),
            );
        }
    };
    Ok(ObjectSettings {
        object: object.to_owned(),
        prefix: prefix.to_owned(),
        renamed: Vec::new(),
        place: Place::Option(format!(
            "[events.objects] {object} = \"{prefix}\" (the default)"
        )),
    })
}

/// The column of a scalar: as the study says, else as is usual, else of the same name.
pub fn scalar_column<'a>(events: &'a EventsSettings, scalar: &'a str) -> &'a str {
    match events.scalars.iter().find(|s| s.scalar == scalar) {
        Some(named) => &named.column,
        None => match scalar {
            "met" => "L1MET_pt",
            "ht" => "L1HT_pt",
            column => column,
        },
    }
}

fn flat(description: &Description, column: &str, place: &Place) -> Result<()> {
    match at(description.branch(column), place)?.1.content {
        Content::Jagged(_) => Err(Fault::new(
            place.clone(),
            format!("column `{column}` is a list; one value an event is needed"),
        )
        .into()),
        _ => Ok(()),
    }
}

/// Moves a fault about a file to where the study names the column; the message keeps the file.
fn at<T>(result: Result<T>, place: &Place) -> Result<T> {
    result.map_err(|error| match error {
        Error::Input(fault) => {
            let fault = *fault;
            let message = format!("{} ({})", fault.message, fault.place);
            Fault {
                place: place.clone(),
                message,
                hint: fault.hint,
            }
            .into()
        }
        other => other,
    })
}
