//! Two studies are compared on the same events: their samples and columns are the same.

use crate::error::{Fault, Place, Result};
use crate::events::{Request, expand, object_settings, scalar_column};
use crate::menu::Menu;
use crate::study::{
    EventsSettings, Located, ObjectSettings, Origin, SampleKind, SampleSettings, ScalarSettings,
    Study,
};
use std::path::PathBuf;

/// A study, its events and its menu alone.
pub struct Side<'a> {
    pub study: &'a Study,
    pub events: &'a EventsSettings,
    /// What its menu reads.
    pub request: Request,
}

impl<'a> Side<'a> {
    /// # Errors
    /// No menu, no events, or cuts that are wrong.
    pub fn of(study: &'a Study) -> Result<Self> {
        let events = study.events()?;
        let request = Menu::compile(study.menu()?, events)?.request;
        Ok(Self {
            study,
            events,
            request,
        })
    }

    fn reads_scalar(&self, name: &str) -> bool {
        let conditions = self
            .events
            .samples
            .iter()
            .filter_map(|s| s.condition.as_ref());
        let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut conditions = conditions.flat_map(|c| c.value.split(move |c: char| !of_name(c)));
        self.request.scalars.iter().any(|s| s == name) || conditions.any(|word| word == name)
    }

    fn reads_object(&self, name: &str) -> bool {
        self.request.objects.iter().any(|(own, _)| own == name)
    }
}

/// Refuses studies with different samples, rates or columns; else the events as both name them.
///
/// # Errors
/// A [`Fault`] in the second study, or in the first where the second lacks something.
pub fn same_events(a: &Side<'_>, b: &Side<'_>) -> Result<EventsSettings> {
    let other = |what: &str| {
        let path = a.study.source.path.display();
        format!("{what} in {path}")
    };
    for sample in &b.events.samples {
        let name = &sample.name.value;
        let Some(first) = find(a.events, name) else {
            return Err(differs(
                &sample.name.place,
                other(&format!("there is no sample `{name}`")),
            ));
        };
        if let Some((place, what)) = sample_difference(first, a.study, sample, b.study)? {
            return Err(differs(
                &place,
                other(&format!("the sample `{name}` {what}")),
            ));
        }
    }
    for sample in &a.events.samples {
        let name = &sample.name.value;
        if find(b.events, name).is_none() {
            let path = b.study.source.path.display();
            let message = format!("there is no sample `{name}` in {path}");
            return Err(differs(&sample.name.place, message));
        }
    }
    let in_file = |message: String| differs(&Place::File(b.study.source.path.clone()), message);
    if a.events.normalisation != b.events.normalisation {
        let (first, second) = (a.events.normalisation, b.events.normalisation);
        return Err(in_file(other(&format!(
            "the background's rate is {} Hz here, and {} Hz, of its own factors,",
            second.rate_hz(),
            first.rate_hz()
        ))));
    }
    if a.study.menu()?.nan != b.study.menu()?.nan {
        return Err(in_file(other(
            "[menu] nan, what a NaN does, has another value",
        )));
    }
    merged(a, b, &other)
}

/// The names of columns that both studies use.
fn merged(a: &Side<'_>, b: &Side<'_>, other: &dyn Fn(&str) -> String) -> Result<EventsSettings> {
    let mut events = a.events.clone();
    for object in &b.events.objects {
        let name = &object.object;
        if !a.reads_object(name) {
            events.objects.retain(|o| o.object != *name);
            events.objects.push(object.clone());
        }
    }
    for (name, _) in &b.request.objects {
        if a.reads_object(name) {
            let first = object_settings(a.events, name)?;
            let second = object_settings(b.events, name)?;
            if columns(&first) != columns(&second) {
                let message = format!("[events.objects] `{name}` stands for other columns");
                return Err(differs(&second.place, other(&message)));
            }
        } else if !b.events.objects.iter().any(|o| o.object == *name) {
            // The usual names, whatever the first study calls so.
            events.objects.retain(|o| o.object != *name);
        }
    }
    let named = a.events.scalars.iter().chain(&b.events.scalars);
    for ScalarSettings { scalar, place, .. } in named {
        let columns = [a, b].map(|side| scalar_column(side.events, scalar));
        if columns[0] == columns[1] {
            continue;
        }
        let second = b.events.scalars.iter().find(|s| s.scalar == *scalar);
        match (a.reads_scalar(scalar), b.reads_scalar(scalar)) {
            (true, true) => {
                let message = format!("[events.scalars] `{scalar}` stands for another column");
                let place = second.map_or(place, |s| &s.place);
                return Err(differs(place, other(&message)));
            }
            (false, true) => {
                events.scalars.retain(|s| s.scalar != *scalar);
                events.scalars.extend(second.cloned());
            }
            (true | false, false) => {}
        }
    }
    Ok(events)
}

fn find<'e>(events: &'e EventsSettings, name: &str) -> Option<&'e SampleSettings> {
    events.samples.iter().find(|s| s.name.value == name)
}

fn differs(place: &Place, message: String) -> crate::Error {
    Fault::new(place.clone(), message)
        .hint("menus are compared on the same events: both studies need the same [events]")
        .into()
}

/// Prefix and renamed fields, in one order.
fn columns(object: &ObjectSettings) -> (&str, Vec<&(String, String)>) {
    let mut renamed: Vec<_> = object.renamed.iter().collect();
    renamed.sort();
    (&object.prefix, renamed)
}

/// Where and in what a sample differs from the first study's.
fn sample_difference(
    a: &SampleSettings,
    of_a: &Study,
    b: &SampleSettings,
    of_b: &Study,
) -> Result<Option<(Place, String)>> {
    let name = &b.name.place;
    if a.kind != b.kind {
        let kind = match a.kind {
            SampleKind::Background => "background",
            SampleKind::Signal => "a signal",
        };
        return Ok(Some((name.clone(), format!("is {kind}"))));
    }
    if let Some((place, what)) = source_difference(a, of_a, b, of_b)? {
        return Ok(Some((place, what)));
    }
    for (key, first, second) in [
        ("weight", &a.weight, &b.weight),
        ("stratum", &a.stratum, &b.stratum),
        ("where", &a.condition, &b.condition),
    ] {
        let text = |x: &Option<Located<String>>| x.as_ref().map(|x| x.value.clone());
        if text(first) != text(second) {
            let place = second.as_ref().map_or(name, |x| &x.place);
            let what = match first {
                Some(first) => format!("has {key} = \"{}\"", first.value),
                None => format!("has no {key}"),
            };
            return Ok(Some((place.clone(), what)));
        }
    }
    let pileup = |own: &SampleSettings| {
        let weights = own.pileup_weights.as_ref();
        weights.map(|w| (w.column.value.clone(), w.table.sha256.clone()))
    };
    if pileup(a) != pileup(b) {
        let what = match &a.pileup_weights {
            Some(own) => format!("has pileup_weights from {}", own.table.path.display()),
            None => "has no pileup_weights".to_owned(),
        };
        return Ok(Some((name.clone(), what)));
    }
    if a.max_events != b.max_events {
        let what = match a.max_events {
            Some(most) => format!("has max_events = {most}"),
            None => "has no max_events".to_owned(),
        };
        return Ok(Some((name.clone(), what)));
    }
    let what = || format!("has importance = {}", a.importance);
    Ok((a.importance != b.importance).then(|| (name.clone(), what())))
}

fn source_difference(
    a: &SampleSettings,
    of_a: &Study,
    b: &SampleSettings,
    of_b: &Study,
) -> Result<Option<(Place, String)>> {
    let name = &b.name.place;
    match (&a.origin, &b.origin) {
        (
            Origin::Files { patterns, tree },
            Origin::Files {
                patterns: other_patterns,
                tree: other_tree,
            },
        ) => {
            if tree != other_tree {
                return Ok(Some((name.clone(), "is read from another tree".to_owned())));
            }
            let whole = |files: Vec<PathBuf>| -> Vec<PathBuf> {
                let whole = |f: PathBuf| f.canonicalize().unwrap_or(f);
                files.into_iter().map(whole).collect()
            };
            let same = whole(expand(patterns)?) == whole(expand(other_patterns)?);
            let place = other_patterns.first().map_or(name, |p| &p.place);
            Ok((!same).then(|| (place.clone(), "has other files".to_owned())))
        }
        (Origin::Synthetic(first), Origin::Synthetic(second)) => {
            let place = &second.process.place;
            let seeds = [
                first.seed.unwrap_or(of_a.seed),
                second.seed.unwrap_or(of_b.seed),
            ];
            let what = if first.process.value != second.process.value {
                format!("is synthetic `{}`", first.process.value)
            } else if first.events != second.events {
                format!("has {} events", first.events)
            } else if seeds[0] != seeds[1] {
                format!("has the seed {}, here {},", seeds[0], seeds[1])
            } else if first.pileup != second.pileup {
                "has another pileup".to_owned()
            } else {
                return Ok(None);
            };
            Ok(Some((place.clone(), what)))
        }
        (Origin::Files { .. }, Origin::Synthetic(_)) => {
            Ok(Some((name.clone(), "is read from files".to_owned())))
        }
        (Origin::Synthetic(_), Origin::Files { .. }) => {
            Ok(Some((name.clone(), "is synthetic".to_owned())))
        }
    }
}
