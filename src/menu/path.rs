//! A menu compiled from its settings: paths over the columns of one request.

use super::cut::{Cut, LegObject, Scope, Source, Variable, fault_inside};
use super::level::Threshold;
use super::selection::{Selection, Slot};
use crate::error::{Error, Result};
use crate::events::{Request, object_settings};
use crate::study::{EventsSettings, LegSettings, Located, MenuSettings, NanRule, PathSettings};

/// A menu, ready for chunks that hold its request.
#[derive(Debug, Clone)]
pub struct Menu {
    pub paths: Vec<Path>,
    /// Names of groups, in the order in which the paths mention them.
    pub groups: Vec<String>,
    /// Size of an event that is kept, where the study gives it.
    pub event_bytes: Option<u64>,
    /// What the paths read.
    pub request: Request,
    pub nan: NanRule,
    /// Where the study names what is read, for errors about columns.
    pub(super) mentions: Vec<Mention>,
}

/// A path (seed, algorithm).
#[derive(Debug, Clone)]
pub struct Path {
    pub name: String,
    /// Index of its group.
    pub group: Option<usize>,
    /// The share of its events that it keeps: 1 / prescale, 0 where it is off.
    pub kept_share: f64,
    pub legs: Vec<Leg>,
    /// Conditions that hold for one and the same combination of objects.
    pub cross: Vec<Selection>,
}

/// One leg; objects and scalars are indices into the request.
#[derive(Debug, Clone)]
pub enum Leg {
    Object {
        object: usize,
        /// The index of the field `pt`.
        pt: usize,
        threshold: Threshold,
        /// What must hold besides.
        selections: Vec<Selection>,
    },
    Scalar {
        scalar: usize,
        threshold: Threshold,
    },
}

/// A column that the study names: in a cut, or as a leg's scalar or object.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    pub wanted: Wanted,
    pub bit: bool,
    pub text: Located<String>,
    /// The bytes of the text that name it; none: all of it.
    pub span: Option<std::ops::Range<usize>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Field { object: String, field: String },
    Scalar(String),
}

impl Menu {
    /// Compiles the paths: parses their cuts and gathers what they read.
    ///
    /// # Errors
    /// A [`Fault`](crate::Fault) in the study: an unknown object, a cut that does not parse or type.
    ///
    /// A cut's error points at the character. Which fields and scalars a sample has is checked by
    /// [`SampleMenu`](super::SampleMenu).
    pub fn compile(settings: &MenuSettings, events: &EventsSettings) -> Result<Self> {
        Self::compile_beside(settings, events, Request::default())
    }

    /// The same for a menu that reads the same chunks as others: its request begins with theirs,
    /// so that a chunk of the last menu's request serves all of them.
    ///
    /// # Errors
    /// Those of [`Menu::compile`].
    pub fn compile_beside(
        settings: &MenuSettings,
        events: &EventsSettings,
        request: Request,
    ) -> Result<Self> {
        let mut compiler = Compiler::new(events, request);
        let groups: Vec<String> = settings.groups().into_iter().map(str::to_owned).collect();
        let mut paths = Vec::with_capacity(settings.paths.len());
        for path in &settings.paths {
            let group = path.group.as_ref();
            let group = group.and_then(|own| groups.iter().position(|g| g == own));
            paths.push(compiler.path(path, group)?);
        }
        Ok(Self {
            paths,
            groups,
            event_bytes: events.event_bytes,
            request: compiler.request,
            nan: settings.nan,
            mentions: compiler.mentions,
        })
    }

    /// The share of an event that is kept, prescales independent: 1 - product of (1 - q) over the
    /// paths that it passes (MODEL.md section 3).
    pub fn acceptance(&self, passing: impl Iterator<Item = usize>) -> f64 {
        1.0 - passing.fold(1.0, |lost, i| lost * (1.0 - self.paths[i].kept_share))
    }

    /// The share that each path keeps of its events.
    pub fn kept_shares(&self) -> Vec<f64> {
        self.paths.iter().map(|p| p.kept_share).collect()
    }
}

/// Names that mean scalars in the cuts of legs.
fn scalar_names(events: &EventsSettings) -> Vec<&str> {
    let named = events.scalars.iter().map(|s| s.scalar.as_str());
    named.chain(["met", "ht"]).collect()
}

/// Turns cuts into selections on the columns of a request, which grows.
pub(super) struct Compiler<'a> {
    events: &'a EventsSettings,
    pub scalars: Vec<&'a str>,
    pub request: Request,
    pub mentions: Vec<Mention>,
}

impl<'a> Compiler<'a> {
    pub fn new(events: &'a EventsSettings, request: Request) -> Self {
        Self {
            events,
            scalars: scalar_names(events),
            request,
            mentions: Vec::new(),
        }
    }
}

impl Compiler<'_> {
    fn path(&mut self, settings: &PathSettings, group: Option<usize>) -> Result<Path> {
        let kinds: Vec<Option<&str>> = settings.legs.iter().map(LegSettings::object).collect();
        let mut legs = Vec::with_capacity(settings.legs.len());
        for (index, leg) in settings.legs.iter().enumerate() {
            legs.push(self.leg(index, leg, &kinds)?);
        }
        let cross = match &settings.cross {
            None => Vec::new(),
            Some(text) => {
                let objects: Vec<Option<LegObject<'_>>> = kinds
                    .iter()
                    .map(|kind| {
                        kind.map(|object| LegObject {
                            object,
                            has_mass: self.has_mass(object),
                        })
                    })
                    .collect();
                let scope = Scope::Cross { legs: &objects };
                let (cut, slots) = self.cut(text, scope, &kinds)?;
                Selection::conjuncts(cut, &slots)
            }
        };
        Ok(Path {
            name: settings.name.value.clone(),
            group,
            kept_share: settings.kept_share(),
            legs,
            cross,
        })
    }

    fn leg(&mut self, index: usize, settings: &LegSettings, kinds: &[Option<&str>]) -> Result<Leg> {
        match settings {
            LegSettings::Scalar { scalar, min } => {
                self.mention(Wanted::Scalar(scalar.value.clone()), scalar, None, false);
                Ok(Leg::Scalar {
                    scalar: self.scalar(&scalar.value),
                    threshold: Threshold::new(*min),
                })
            }
            LegSettings::Object {
                object,
                pt,
                condition,
                ..
            } => {
                self.known(object)?;
                let (kind, field) = self.field(&object.value, "pt");
                let wanted = Wanted::Field {
                    object: object.value.clone(),
                    field: "pt".to_owned(),
                };
                self.mention(wanted, object, None, false);
                let selections = match condition {
                    None => Vec::new(),
                    Some(text) => {
                        let scalars = self.scalars.clone();
                        let scope = Scope::Leg {
                            object: &object.value,
                            leg: index,
                            scalars: &scalars,
                        };
                        let (cut, slots) = self.cut(text, scope, kinds)?;
                        Selection::conjuncts(cut, &slots)
                    }
                };
                Ok(Leg::Object {
                    object: kind,
                    pt: field,
                    threshold: Threshold::new(*pt),
                    selections,
                })
            }
        }
    }

    pub fn cut(
        &mut self,
        text: &Located<String>,
        scope: Scope<'_>,
        kinds: &[Option<&str>],
    ) -> Result<(Cut, Vec<Slot>)> {
        let cut = Cut::parse(&text.value, scope).map_err(|e| e.in_study(text))?;
        let mut slots = Vec::with_capacity(cut.variables.len());
        for Variable { source, bit, span } in &cut.variables {
            let (slot, wanted) = match source {
                Source::Scalar(name) => (
                    Slot::Scalar(self.scalar(name)),
                    Wanted::Scalar(name.clone()),
                ),
                Source::Field { leg, field } => {
                    let object = kinds[*leg].unwrap_or_default();
                    let (kind, index) = self.field(object, field);
                    let slot = Slot::Field {
                        leg: *leg,
                        object: kind,
                        field: index,
                    };
                    let (object, field) = (object.to_owned(), field.clone());
                    (slot, Wanted::Field { object, field })
                }
            };
            self.mention(wanted, text, Some(span.clone()), *bit);
            slots.push(slot);
        }
        Ok((cut, slots))
    }

    pub fn mention(
        &mut self,
        wanted: Wanted,
        text: &Located<String>,
        span: Option<std::ops::Range<usize>>,
        bit: bool,
    ) {
        let known = |m: &Mention| m.wanted == wanted && (m.bit || !bit);
        if !self.mentions.iter().any(known) {
            self.mentions.push(Mention {
                wanted,
                bit,
                text: text.clone(),
                span,
            });
        }
    }

    /// An object that the study names, or a usual one.
    pub fn known(&self, object: &Located<String>) -> Result<()> {
        match object_settings(self.events, &object.value) {
            Ok(_) => Ok(()),
            Err(Error::Input(mut fault)) => {
                fault.place = object.place.clone();
                Err(Error::Input(fault))
            }
            Err(other) => Err(other),
        }
    }

    /// A column of masses is used only where the study names it.
    fn has_mass(&self, object: &str) -> bool {
        let named = |o: &&crate::study::ObjectSettings| o.object == object;
        let settings = self.events.objects.iter().find(named);
        settings.is_some_and(|o| o.renamed.iter().any(|(field, _)| field == "mass"))
    }

    /// The indices of an object and of its field in the request, which grows where it lacks them.
    pub fn field(&mut self, object: &str, field: &str) -> (usize, usize) {
        let objects = &mut self.request.objects;
        let kind = match objects.iter().position(|(name, _)| name == object) {
            Some(kind) => kind,
            None => {
                objects.push((object.to_owned(), Vec::new()));
                objects.len() - 1
            }
        };
        (kind, index_of(&mut objects[kind].1, field))
    }

    pub fn scalar(&mut self, scalar: &str) -> usize {
        index_of(&mut self.request.scalars, scalar)
    }
}

impl Mention {
    /// A fault where the study names the column.
    pub fn fault(&self, message: String) -> crate::Fault {
        match &self.span {
            Some(span) => fault_inside(&self.text, span.clone(), message),
            None => crate::Fault::new(self.text.place.clone(), message),
        }
    }
}

/// The index of a name, which is added where it is new.
pub(super) fn index_of(names: &mut Vec<String>, name: &str) -> usize {
    match names.iter().position(|n| n == name) {
        Some(index) => index,
        None => {
            names.push(name.to_owned());
            names.len() - 1
        }
    }
}
