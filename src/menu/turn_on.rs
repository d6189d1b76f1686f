//! Turn-ons: reference quantities of a sample's events beside what a path makes of them.

use super::cut::{Scope, delta_phi};
use super::exact::Passes;
use super::path::{Compiler, Leg, Mention, Menu, Path, Wanted};
use super::selection::Selection;
use crate::error::Result;
use crate::events::{Chunk, Request};
use crate::study::{EventsSettings, Located, ReferenceSettings, TurnOnSettings};

/// A turn-on on the columns of a request.
#[derive(Debug)]
pub struct TurnOn {
    /// Index of the path in the menu.
    pub path: usize,
    reference: Reference,
    /// What makes an event or an object an entry.
    selections: Vec<Selection>,
}

#[derive(Debug)]
enum Reference {
    Scalar(usize),
    Leading {
        object: usize,
        field: usize,
    },
    /// Every object, which passes with an object of a leg within the distance.
    Matched {
        object: usize,
        field: usize,
        direction: Direction,
        /// Legs of objects, with the directions of theirs.
        legs: Vec<(usize, Direction)>,
        delta_r: f64,
    },
}

/// Columns of eta and phi.
#[derive(Debug, Clone, Copy)]
struct Direction {
    object: usize,
    eta: usize,
    phi: usize,
}

/// An event or object in the denominator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// Of the reference quantity.
    pub value: f64,
    pub weight: f64,
    /// The path accepts it, before its prescale.
    pub passes: bool,
}

impl TurnOn {
    /// Compiles a turn-on; the request grows by what it reads.
    ///
    /// # Errors
    /// A [`Fault`](crate::Fault): an unknown path or object, or a cut that does not parse or type.
    pub(super) fn compile(
        settings: &TurnOnSettings,
        menu: &Menu,
        events: &EventsSettings,
        request: &mut Request,
    ) -> Result<(Self, Vec<Mention>)> {
        let named = |p: &Path| p.name == settings.path.value;
        let Some(path) = menu.paths.iter().position(named) else {
            let message = format!("the menu has no path `{}`", settings.path.value);
            return Err(crate::Fault::new(settings.path.place.clone(), message).into());
        };
        let mut compiler = Compiler::new(events, std::mem::take(request));
        let (reference, selections) = match &settings.reference {
            ReferenceSettings::Scalar(scalar) => {
                compiler.mention(Wanted::Scalar(scalar.value.clone()), scalar, None, false);
                let index = compiler.scalar(&scalar.value);
                let selections = match &settings.condition {
                    None => Vec::new(),
                    Some(text) => {
                        let (cut, slots) = compiler.cut(text, Scope::Event, &[])?;
                        Selection::conjuncts(cut, &slots)
                    }
                };
                (Reference::Scalar(index), selections)
            }
            ReferenceSettings::Field { object, field } => {
                compiler.known(object)?;
                let (kind, index) = compiler.named_field(&object.value, field, object);
                let selections = match &settings.condition {
                    None => Vec::new(),
                    Some(text) => {
                        let scalars = compiler.scalars.clone();
                        let scope = Scope::Leg {
                            object: &object.value,
                            leg: 0,
                            scalars: &scalars,
                        };
                        let (cut, slots) = compiler.cut(text, scope, &[Some(&object.value)])?;
                        Selection::conjuncts(cut, &slots)
                    }
                };
                let reference = match settings.match_delta_r {
                    None => Reference::Leading {
                        object: kind,
                        field: index,
                    },
                    Some(delta_r) => {
                        let direction = compiler.direction(&object.value, object);
                        let mut legs = Vec::new();
                        for (leg, own) in menu.paths[path].legs.iter().enumerate() {
                            if let Leg::Object { object, .. } = own {
                                let (kind, _) = &menu.request.objects[*object];
                                legs.push((leg, compiler.direction(kind, &settings.path)));
                            }
                        }
                        Reference::Matched {
                            object: kind,
                            field: index,
                            direction,
                            legs,
                            delta_r,
                        }
                    }
                };
                (reference, selections)
            }
        };
        *request = compiler.request;
        let turn_on = Self {
            path,
            reference,
            selections,
        };
        Ok((turn_on, compiler.mentions))
    }

    /// Visits the entries of a chunk, event by event.
    pub fn entries(
        &self,
        menu: &Menu,
        chunk: &Chunk,
        passes: &Passes,
        visit: &mut impl FnMut(Entry),
    ) {
        for event in 0..chunk.events() {
            let accepted = passes.has(event, self.path);
            let holds = |object: usize| {
                self.selections
                    .iter()
                    .all(|s| s.holds(chunk, event, &[object]))
            };
            let mut entry = |value: f64, passes: bool| {
                visit(Entry {
                    value,
                    weight: chunk.weights[event],
                    passes,
                });
            };
            match &self.reference {
                Reference::Scalar(scalar) => {
                    if holds(0) {
                        entry(chunk.scalars[*scalar].value(event), accepted);
                    }
                }
                Reference::Leading { object, field } => {
                    let values = &chunk.objects[*object].fields[*field];
                    let own = of_event(chunk, *object, event).filter(|i| holds(*i));
                    let leading = own.map(|i| values.value(i)).filter(|x| !x.is_nan());
                    if let Some(value) = leading.reduce(f64::max) {
                        entry(value, accepted);
                    }
                }
                Reference::Matched {
                    object,
                    field,
                    direction,
                    legs,
                    delta_r,
                } => {
                    let path = &menu.paths[self.path];
                    let values = &chunk.objects[*object].fields[*field];
                    for i in of_event(chunk, *object, event).filter(|i| holds(*i)) {
                        let near = |(leg, online): &(usize, Direction)| {
                            of_event(chunk, online.object, event).any(|j| {
                                takes(path, *leg, chunk, event, j)
                                    && distance(chunk, *direction, i, *online, j) < *delta_r
                            })
                        };
                        entry(values.value(i), accepted && legs.iter().any(near));
                    }
                }
            }
        }
    }
}

impl Compiler<'_> {
    fn named_field(&mut self, object: &str, field: &str, text: &Located<String>) -> (usize, usize) {
        let wanted = Wanted::Field {
            object: object.to_owned(),
            field: field.to_owned(),
        };
        self.mention(wanted, text, None, false);
        self.field(object, field)
    }

    fn direction(&mut self, object: &str, text: &Located<String>) -> Direction {
        let (kind, eta) = self.named_field(object, "eta", text);
        let (_, phi) = self.named_field(object, "phi", text);
        Direction {
            object: kind,
            eta,
            phi,
        }
    }
}

fn of_event(chunk: &Chunk, object: usize, event: usize) -> std::ops::Range<usize> {
    let offsets = &chunk.objects[object].offsets;
    offsets[event] as usize..offsets[event + 1] as usize
}

/// Whether an object reaches a leg's threshold and its cuts hold.
fn takes(path: &Path, leg: usize, chunk: &Chunk, event: usize, index: usize) -> bool {
    let Leg::Object {
        object,
        pt,
        threshold,
        selections,
    } = &path.legs[leg]
    else {
        return false;
    };
    let mut chosen = [usize::MAX; crate::study::MAX_LEGS];
    chosen[leg] = index;
    threshold.passes(&chunk.objects[*object].fields[*pt], index)
        && selections.iter().all(|s| s.holds(chunk, event, &chosen))
}

/// Delta R; NaN, which is within nothing, where a direction is.
fn distance(chunk: &Chunk, a: Direction, i: usize, b: Direction, j: usize) -> f64 {
    let of = |d: Direction, field: usize, index: usize| {
        chunk.objects[d.object].fields[field].value(index)
    };
    let eta = of(a, a.eta, i) - of(b, b.eta, j);
    let phi = delta_phi(of(a, a.phi, i), of(b, b.phi, j));
    (eta * eta + phi * phi).sqrt()
}
