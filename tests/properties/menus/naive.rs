//! Menus, slowly and plainly: every event, every path, every combination of objects.

use std::collections::BTreeMap;
use std::f64::consts::PI;

/// An object or the scalars of an event: values by their names.
pub type Fields = BTreeMap<&'static str, f64>;

#[derive(Debug, Clone)]
pub struct Event {
    pub weight: f64,
    pub stratum: i64,
    pub objects: BTreeMap<&'static str, Vec<Fields>>,
    pub scalars: Fields,
}

#[derive(Debug, Clone)]
pub struct Path {
    pub legs: Vec<Leg>,
    pub cross: Option<Cut>,
    pub prescale: f64,
    pub group: Option<usize>,
}

#[derive(Debug, Clone)]
pub enum Leg {
    Object {
        kind: &'static str,
        pt: f64,
        cut: Option<Cut>,
    },
    Scalar {
        name: &'static str,
        min: f64,
    },
}

#[derive(Debug, Clone)]
pub enum Cut {
    And(Vec<Cut>),
    Or(Vec<Cut>),
    Not(Box<Cut>),
    Compare(Number, &'static str, Number),
    Bit(Name),
}

#[derive(Debug, Clone)]
pub enum Number {
    Constant(f64),
    Value(Name),
    Negate(Box<Number>),
    Abs(Box<Number>),
    Binary(Box<Number>, char, Box<Number>),
    Least(Box<Number>, Box<Number>),
    Most(Box<Number>, Box<Number>),
    /// `delta_r`, `delta_eta`, `delta_phi`, `mass` of two legs, counted from 1.
    Pair(&'static str, usize, usize),
}

#[derive(Debug, Clone)]
pub enum Name {
    /// Of the leg's own object.
    Own(&'static str),
    /// Of a leg's object, counted from 1.
    Of(usize, &'static str),
    Scalar(&'static str),
}

/// What a cut sees: the objects of the legs (those of scalars empty), the leg at hand, the scalars.
struct Sight<'a> {
    legs: &'a [Fields],
    own: usize,
    scalars: &'a Fields,
    /// Kinds whose mass has a column.
    massive: &'a [bool],
}

impl Name {
    fn text(&self) -> String {
        match self {
            Self::Own(field) => (*field).to_owned(),
            Self::Of(leg, field) => format!("{field}({leg})"),
            Self::Scalar(name) => (*name).to_owned(),
        }
    }

    fn value(&self, sight: &Sight<'_>) -> f64 {
        match self {
            Self::Own(field) => sight.legs[sight.own][field],
            Self::Of(leg, field) => sight.legs[leg - 1][field],
            Self::Scalar(name) => sight.scalars[name],
        }
    }
}

impl Number {
    pub fn text(&self) -> String {
        match self {
            Self::Constant(x) => format!("{x:?}"),
            Self::Value(name) => name.text(),
            Self::Negate(x) => format!("-({})", x.text()),
            Self::Abs(x) => format!("abs({})", x.text()),
            Self::Binary(a, op, b) => format!("({} {op} {})", a.text(), b.text()),
            Self::Least(a, b) => format!("min({}, {})", a.text(), b.text()),
            Self::Most(a, b) => format!("max({}, {})", a.text(), b.text()),
            Self::Pair(name, i, j) => format!("{name}({i}, {j})"),
        }
    }

    fn value(&self, sight: &Sight<'_>) -> f64 {
        match self {
            Self::Constant(x) => *x,
            Self::Value(name) => name.value(sight),
            Self::Negate(x) => -x.value(sight),
            Self::Abs(x) => x.value(sight).abs(),
            Self::Binary(a, op, b) => {
                let (a, b) = (a.value(sight), b.value(sight));
                match op {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    _ => a / b,
                }
            }
            Self::Least(a, b) => a.value(sight).min(b.value(sight)),
            Self::Most(a, b) => a.value(sight).max(b.value(sight)),
            Self::Pair(name, i, j) => {
                let (a, b) = (&sight.legs[i - 1], &sight.legs[j - 1]);
                let eta = a["eta"] - b["eta"];
                let phi = folded(a["phi"] - b["phi"]);
                match *name {
                    "delta_eta" => eta,
                    "delta_phi" => phi,
                    "delta_r" => (eta * eta + phi * phi).sqrt(),
                    _ => {
                        let mass = |leg: usize| {
                            if sight.massive[leg - 1] {
                                sight.legs[leg - 1]["mass"]
                            } else {
                                0.0
                            }
                        };
                        invariant_mass(a, mass(*i), b, mass(*j))
                    }
                }
            }
        }
    }

    fn reads_nan(&self, sight: &Sight<'_>) -> bool {
        match self {
            Self::Constant(_) => false,
            Self::Value(name) => name.value(sight).is_nan(),
            Self::Negate(x) | Self::Abs(x) => x.reads_nan(sight),
            Self::Binary(a, _, b) | Self::Least(a, b) | Self::Most(a, b) => {
                a.reads_nan(sight) || b.reads_nan(sight)
            }
            // Not even what the value does not depend on may be NaN.
            Self::Pair(name, i, j) => [i, j].into_iter().any(|leg| {
                let fields: &[&str] = match *name {
                    "delta_eta" => &["eta"],
                    "delta_phi" => &["phi"],
                    "delta_r" => &["eta", "phi"],
                    _ if sight.massive[leg - 1] => &["pt", "eta", "phi", "mass"],
                    _ => &["pt", "eta", "phi"],
                };
                fields.iter().any(|f| sight.legs[leg - 1][f].is_nan())
            }),
        }
    }
}

impl Cut {
    pub fn text(&self) -> String {
        let joined = |cuts: &[Self], by: &str| {
            let texts: Vec<String> = cuts.iter().map(|c| format!("({})", c.text())).collect();
            texts.join(by)
        };
        match self {
            Self::And(cuts) => joined(cuts, " && "),
            Self::Or(cuts) => joined(cuts, " or "),
            Self::Not(cut) => format!("!({})", cut.text()),
            Self::Compare(a, op, b) => format!("{} {op} {}", a.text(), b.text()),
            Self::Bit(name) => name.text(),
        }
    }

    fn holds(&self, sight: &Sight<'_>) -> bool {
        match self {
            Self::And(cuts) => cuts.iter().all(|c| c.holds(sight)),
            Self::Or(cuts) => cuts.iter().any(|c| c.holds(sight)),
            Self::Not(cut) => !cut.holds(sight),
            Self::Compare(a, op, b) => {
                let (a, b) = (a.value(sight), b.value(sight));
                match *op {
                    "<" => a < b,
                    "<=" => a <= b,
                    ">" => a > b,
                    ">=" => a >= b,
                    "==" => a == b,
                    _ => a != b,
                }
            }
            Self::Bit(name) => name.value(sight) == 1.0,
        }
    }

    fn reads_nan(&self, sight: &Sight<'_>) -> bool {
        match self {
            Self::And(cuts) | Self::Or(cuts) => cuts.iter().any(|c| c.reads_nan(sight)),
            Self::Not(cut) => cut.reads_nan(sight),
            Self::Compare(a, _, b) => a.reads_nan(sight) || b.reads_nan(sight),
            Self::Bit(name) => name.value(sight).is_nan(),
        }
    }

    fn passes(&self, sight: &Sight<'_>) -> bool {
        !self.reads_nan(sight) && self.holds(sight)
    }
}

/// An angle in (-pi, pi].
fn folded(mut angle: f64) -> f64 {
    while angle > PI {
        angle -= 2.0 * PI;
    }
    while angle <= -PI {
        angle += 2.0 * PI;
    }
    angle
}

fn invariant_mass(a: &Fields, mass_a: f64, b: &Fields, mass_b: f64) -> f64 {
    let vector = |o: &Fields, m: f64| {
        let (pt, eta, phi) = (o["pt"], o["eta"], o["phi"]);
        let p = [pt * phi.cos(), pt * phi.sin(), pt * eta.sinh()];
        let squared: f64 = p.iter().map(|x| x * x).sum();
        ((m * m + squared).sqrt(), p)
    };
    let ((e1, p1), (e2, p2)) = (vector(a, mass_a), vector(b, mass_b));
    let p: f64 = (0..3).map(|k| (p1[k] + p2[k]).powi(2)).sum();
    ((e1 + e2).powi(2) - p).max(0.0).sqrt()
}

/// Whether a value reaches a threshold: rounded to nine decimals, in f32 where the column is.
fn reaches(value: f64, threshold: f64, single: bool) -> bool {
    let rounded: f64 = format!("{threshold:.9}").parse().unwrap();
    if single {
        value as f32 >= rounded as f32
    } else {
        value >= rounded
    }
}

/// Which columns of `pt` and which scalars are f32.
pub fn is_single(name: &str) -> bool {
    !matches!(name, "tau" | "ht" | "count")
}

/// Only jets have a column of masses.
pub fn has_mass(kind: &str) -> bool {
    kind == "jet"
}

impl Path {
    /// Whether any combination of distinct objects takes the legs.
    pub fn passes(&self, event: &Event) -> bool {
        let mut taken = Vec::new();
        self.any_combination(event, &mut taken)
    }

    fn any_combination(&self, event: &Event, taken: &mut Vec<usize>) -> bool {
        if taken.len() == self.legs.len() {
            return self.is_passed_by(event, taken);
        }
        let choices = match &self.legs[taken.len()] {
            Leg::Object { kind, .. } => event.objects[kind].len(),
            Leg::Scalar { .. } => 1,
        };
        (0..choices).any(|choice| {
            taken.push(choice);
            let passes = self.any_combination(event, taken);
            taken.pop();
            passes
        })
    }

    fn is_passed_by(&self, event: &Event, taken: &[usize]) -> bool {
        let nothing = Fields::new();
        let mut objects = Vec::new();
        let mut massive = Vec::new();
        for (leg, &index) in self.legs.iter().zip(taken) {
            match leg {
                Leg::Object { kind, .. } => {
                    objects.push(event.objects[kind][index].clone());
                    massive.push(has_mass(kind));
                }
                Leg::Scalar { .. } => {
                    objects.push(nothing.clone());
                    massive.push(false);
                }
            }
        }
        let sight = |own: usize| Sight {
            legs: &objects,
            own,
            scalars: &event.scalars,
            massive: &massive,
        };
        for (i, leg) in self.legs.iter().enumerate() {
            match leg {
                Leg::Scalar { name, min } => {
                    if !reaches(event.scalars[name], *min, is_single(name)) {
                        return false;
                    }
                }
                Leg::Object { kind, pt, cut } => {
                    if !reaches(objects[i]["pt"], *pt, is_single(kind))
                        || cut.as_ref().is_some_and(|c| !c.passes(&sight(i)))
                    {
                        return false;
                    }
                    for (j, other) in self.legs.iter().enumerate() {
                        if let Leg::Object { kind: same, .. } = other
                            && j != i
                            && same == kind
                            && taken[i] == taken[j]
                        {
                            return false;
                        }
                    }
                }
            }
        }
        self.cross.as_ref().is_none_or(|c| c.passes(&sight(0)))
    }

    /// 1 / prescale, 0 where the path is off.
    pub fn kept_share(&self) -> f64 {
        if self.prescale < 1.0 {
            0.0
        } else {
            1.0 / self.prescale
        }
    }
}

/// Whether an event is kept by at least one of the chosen paths, in expectation.
pub fn or(paths: &[Path], passes: &[bool], chosen: impl Fn(usize) -> bool) -> f64 {
    let mut lost = 1.0;
    for (i, path) in paths.iter().enumerate() {
        if passes[i] && chosen(i) {
            lost *= 1.0 - path.kept_share();
        }
    }
    1.0 - lost
}

/// The expected share of each path, over everything that the prescales can do.
pub fn proportional(paths: &[Path], passes: &[bool]) -> Vec<f64> {
    let passing: Vec<usize> = (0..paths.len())
        .filter(|i| passes[*i] && paths[*i].kept_share() > 0.0)
        .collect();
    let sure: Vec<usize> = passing
        .iter()
        .copied()
        .filter(|i| paths[*i].prescale == 1.0)
        .collect();
    let chancy: Vec<usize> = passing
        .iter()
        .copied()
        .filter(|i| paths[*i].prescale > 1.0)
        .collect();
    let mut shares = vec![0.0; paths.len()];
    for subset in 0..1usize << chancy.len() {
        let mut probability = 1.0;
        let mut fired = sure.clone();
        for (k, &i) in chancy.iter().enumerate() {
            if subset >> k & 1 == 1 {
                probability *= paths[i].kept_share();
                fired.push(i);
            } else {
                probability *= 1.0 - paths[i].kept_share();
            }
        }
        for &i in &fired {
            shares[i] += probability / fired.len() as f64;
        }
    }
    shares
}

/// sum w a / sum w, and its error from the definition.
pub fn fraction(events: &[Event], a: &[f64], strata: bool) -> (f64, f64) {
    let total: f64 = events.iter().map(|e| e.weight).sum();
    let sum: f64 = events.iter().zip(a).map(|(e, a)| e.weight * a).sum();
    let eps = sum / total;
    let deviation = |i: usize| events[i].weight * (a[i] - eps);
    let all: Vec<usize> = (0..events.len()).collect();
    let variance: f64 = if strata {
        let mut numbers: Vec<i64> = events.iter().map(|e| e.stratum).collect();
        numbers.sort();
        numbers.dedup();
        numbers
            .iter()
            .map(|h| {
                let of: Vec<usize> = all
                    .iter()
                    .copied()
                    .filter(|i| events[*i].stratum == *h)
                    .collect();
                let n = of.len() as f64;
                if of.len() < 2 {
                    return 0.0;
                }
                let mean = of.iter().map(|i| deviation(*i)).sum::<f64>() / n;
                let squares: f64 = of.iter().map(|i| (deviation(*i) - mean).powi(2)).sum();
                n * squares / (n - 1.0)
            })
            .sum()
    } else {
        all.iter().map(|i| deviation(*i).powi(2)).sum()
    };
    (eps, variance.sqrt() / total.abs())
}
