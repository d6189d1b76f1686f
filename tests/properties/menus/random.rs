//! Random events and menus, with their text as a study has it. Values lie on coarse grids, so that
//! objects often stand exactly at thresholds and cuts.

use super::naive::{Cut, Event, Fields, Leg, Name, Number, Path, has_mass, is_single};
use std::collections::BTreeMap;
use std::fmt::Write;
use trigscape::events::{Chunk, Objects, Request, Values};
use trigscape::random::Stream;

const KINDS: [&str; 3] = ["muon", "jet", "tau"];
const FIELDS: [&str; 4] = ["pt", "eta", "phi", "quality"];
const SCALARS: [&str; 3] = ["met", "ht", "count"];
const COMPARISONS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];

pub struct Dice(Stream);

impl Dice {
    pub fn new(item: u64) -> Self {
        Self(Stream::new(20_260, 7, item))
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.0.uniform() * n as f64) as usize
    }

    fn chance(&mut self, share: f64) -> bool {
        self.0.uniform() < share
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// A multiple of 0.1 below `most`.
    fn tenth(&mut self, most: usize) -> f64 {
        self.below(10 * most) as f64 / 10.0
    }
}

pub fn events(dice: &mut Dice, count: usize, nan: bool, signed: bool) -> Vec<Event> {
    (0..count).map(|_| event(dice, nan, signed)).collect()
}

fn event(dice: &mut Dice, nan: bool, signed: bool) -> Event {
    let mut objects = BTreeMap::new();
    for kind in KINDS {
        let list: Vec<Fields> = (0..dice.below(5))
            .map(|_| {
                let single = is_single(kind);
                let pt = rounded(dice.tenth(20), single);
                let eta = rounded(dice.tenth(5) - 2.5, true);
                let phi = rounded(dice.tenth(6) - 3.0, true);
                let mut fields = Fields::from([
                    (
                        "pt",
                        if nan && dice.chance(0.05) {
                            f64::NAN
                        } else {
                            pt
                        },
                    ),
                    (
                        "eta",
                        if nan && dice.chance(0.05) {
                            f64::NAN
                        } else {
                            eta
                        },
                    ),
                    ("phi", phi),
                    ("quality", dice.below(4) as f64),
                    ("charge", dice.one_of(&[-1.0, 1.0])),
                    ("tight", dice.below(2) as f64),
                ]);
                if has_mass(kind) {
                    fields.insert("mass", rounded(dice.tenth(3), true));
                }
                fields
            })
            .collect();
        objects.insert(kind, list);
    }
    let weight = (1 + dice.below(9)) as f64;
    Event {
        weight: if signed && dice.chance(0.2) {
            -1.0
        } else {
            weight
        },
        stratum: dice.below(3) as i64,
        objects,
        scalars: Fields::from([
            ("met", rounded(dice.tenth(30), true)),
            ("ht", dice.tenth(30)),
            ("count", dice.below(6) as f64),
            ("seed_bit", dice.below(2) as f64),
        ]),
    }
}

fn rounded(x: f64, single: bool) -> f64 {
    if single { f64::from(x as f32) } else { x }
}

pub fn path(dice: &mut Dice, prescaled: bool) -> Path {
    let count = 1 + dice.below(5).min(dice.below(5));
    let same = dice.chance(0.5).then(|| dice.one_of(&KINDS));
    let legs: Vec<Leg> = (0..count)
        .map(|_| {
            if dice.chance(0.12) {
                return Leg::Scalar {
                    name: dice.one_of(&SCALARS),
                    min: dice.tenth(20),
                };
            }
            Leg::Object {
                kind: same.unwrap_or_else(|| dice.one_of(&KINDS)),
                // As a ladder's steps come out, with their rounding.
                pt: 0.1 * dice.below(120) as f64,
                cut: dice.chance(0.4).then(|| cut(dice, None, 2)),
            }
        })
        .collect();
    let of_objects: Vec<usize> = (0..count)
        .filter(|i| matches!(legs[*i], Leg::Object { .. }))
        .map(|i| i + 1)
        .collect();
    let cross = (!of_objects.is_empty() && dice.chance(0.5)).then(|| {
        let parts = 1 + dice.below(3);
        let parts = (0..parts).map(|_| cut(dice, Some(&of_objects), 1));
        Cut::And(parts.collect())
    });
    Path {
        cross,
        prescale: match dice.below(10) {
            0 => 0.0,
            1 => -1.0,
            2..=7 if prescaled => dice.one_of(&[1.5, 2.0, 7.0, 100.0, 64_000.0]),
            _ => 1.0,
        },
        group: dice.chance(0.7).then(|| dice.below(3)),
        legs,
    }
}

/// A cut on a leg's own object, or on those of several legs.
fn cut(dice: &mut Dice, legs: Option<&[usize]>, depth: usize) -> Cut {
    let several = |dice: &mut Dice| (0..2).map(|_| cut(dice, legs, depth - 1)).collect();
    match dice.below(if depth > 0 { 10 } else { 6 }) {
        0 => Cut::Bit(if dice.chance(0.3) {
            Name::Scalar("seed_bit")
        } else {
            name(dice, legs, "tight")
        }),
        6 => Cut::And(several(dice)),
        7 | 8 => Cut::Or(several(dice)),
        9 => Cut::Not(Box::new(cut(dice, legs, depth - 1))),
        _ => {
            let left = number(dice, legs, 1);
            let right = if dice.chance(0.7) {
                Number::Constant(dice.tenth(6))
            } else {
                number(dice, legs, 1)
            };
            // A sum of squares that is compared for equality would test the last bit.
            Cut::Compare(left, dice.one_of(&COMPARISONS), right)
        }
    }
}

fn name(dice: &mut Dice, legs: Option<&[usize]>, field: &'static str) -> Name {
    match legs {
        None => Name::Own(field),
        Some(legs) => Name::Of(dice.one_of(legs), field),
    }
}

fn number(dice: &mut Dice, legs: Option<&[usize]>, depth: usize) -> Number {
    if let Some([first, .., last]) = legs
        && dice.chance(0.5)
    {
        let pair = dice.one_of(&["delta_r", "delta_eta", "delta_phi", "mass"]);
        let (a, b) = (*first, *last);
        return if dice.chance(0.5) {
            Number::Pair(pair, a, b)
        } else {
            Number::Pair(pair, b, a)
        };
    }
    let deeper = |dice: &mut Dice| Box::new(number(dice, legs, depth - 1));
    match dice.below(if depth > 0 { 8 } else { 4 }) {
        0 => Number::Value(Name::Scalar(dice.one_of(&["met", "ht"]))),
        1 => Number::Constant(dice.tenth(5)),
        4 => Number::Negate(deeper(dice)),
        5 => Number::Abs(deeper(dice)),
        6 => Number::Binary(
            deeper(dice),
            dice.one_of(&['+', '-', '*', '/']),
            deeper(dice),
        ),
        7 if dice.chance(0.5) => Number::Least(deeper(dice), deeper(dice)),
        7 => Number::Most(deeper(dice), deeper(dice)),
        _ => {
            let field = dice.one_of(&FIELDS);
            Number::Value(name(dice, legs, field))
        }
    }
}

/// The study that holds these paths.
pub fn study(paths: &[Path], nan: bool) -> String {
    let mut text = String::from(
        "name = \"random\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
files = [\"minbias.parquet\"]
[events.objects]
jet = { prefix = \"J\", mass = \"m\" }
[events.scalars]
count = \"n\"
seed_bit = \"seed\"
[menu]
",
    );
    if nan {
        text += "nan = \"fail-cut\"\n";
    }
    for (i, path) in paths.iter().enumerate() {
        let legs: Vec<String> = path.legs.iter().map(leg_text).collect();
        write!(
            text,
            "[[menu.path]]\nname = \"P{i}\"\nprescale = {}\nlegs = [{}]\n",
            path.prescale,
            legs.join(", ")
        )
        .unwrap();
        if let Some(group) = path.group {
            writeln!(text, "group = \"G{group}\"").unwrap();
        }
        if let Some(cross) = &path.cross {
            writeln!(text, "cross = \"{}\"", cross.text()).unwrap();
        }
    }
    text
}

fn leg_text(leg: &Leg) -> String {
    match leg {
        Leg::Scalar { name, min } => format!("{{ scalar = \"{name}\", min = {min} }}"),
        Leg::Object { kind, pt, cut } => {
            let condition = cut
                .as_ref()
                .map_or(String::new(), |c| format!(", where = \"{}\"", c.text()));
            format!("{{ object = \"{kind}\", pt = {pt}{condition} }}")
        }
    }
}

/// The events as a sample would give them for a request.
pub fn chunk(events: &[Event], request: &Request, strata: bool) -> Chunk {
    let objects = request.objects.iter().map(|(kind, fields)| {
        let mut offsets = vec![0];
        let mut all = Vec::new();
        for event in events {
            all.extend(&event.objects[kind.as_str()]);
            offsets.push(all.len() as u32);
        }
        let column = |field: &String| {
            let values = all.iter().map(|o| o[field.as_str()]);
            match field.as_str() {
                "tight" => Values::Bool(values.map(|x| x == 1.0).collect()),
                "quality" => Values::U8(values.map(|x| x as u8).collect()),
                "charge" => Values::I32(values.map(|x| x as i32).collect()),
                "pt" if !is_single(kind) => Values::F64(values.collect()),
                _ => Values::F32(values.map(|x| x as f32).collect()),
            }
        };
        Objects {
            offsets,
            fields: fields.iter().map(column).collect(),
        }
    });
    let scalars = request.scalars.iter().map(|scalar| {
        let values = events.iter().map(|e| e.scalars[scalar.as_str()]);
        match scalar.as_str() {
            "seed_bit" => Values::Bool(values.map(|x| x == 1.0).collect()),
            "count" => Values::I64(values.map(|x| x as i64).collect()),
            "ht" => Values::F64(values.collect()),
            _ => Values::F32(values.map(|x| x as f32).collect()),
        }
    });
    Chunk {
        first: 0,
        weights: events.iter().map(|e| e.weight).collect(),
        strata: strata.then(|| events.iter().map(|e| e.stratum).collect()),
        objects: objects.collect(),
        scalars: scalars.collect(),
    }
}
