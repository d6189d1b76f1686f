//! The value of a cut, in f64.

use super::parse::Comparison;
use std::f64::consts::{PI, TAU};

/// A condition over variables, which are numbers from 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Compare(Comparison, Number, Number),
    /// A variable that is true where it is not 0.
    Bit(usize),
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
}

/// A number over variables.
#[derive(Debug, Clone, PartialEq)]
pub enum Number {
    Constant(f64),
    Variable(usize),
    Negate(Box<Number>),
    Abs(Box<Number>),
    Add(Box<(Number, Number)>),
    Subtract(Box<(Number, Number)>),
    Multiply(Box<(Number, Number)>),
    Divide(Box<(Number, Number)>),
    Min(Vec<Number>),
    Max(Vec<Number>),
    /// First minus second.
    DeltaEta([usize; 2]),
    /// First minus second, in (-pi, pi].
    DeltaPhi([usize; 2]),
    DeltaR {
        eta: [usize; 2],
        phi: [usize; 2],
    },
    /// Invariant mass of two objects [GeV]; one without a mass counts as massless.
    Mass {
        pt: [usize; 2],
        eta: [usize; 2],
        phi: [usize; 2],
        mass: [Option<usize>; 2],
    },
}

impl Condition {
    /// Whether the condition holds, given the value of each variable.
    pub fn holds(&self, value: &impl Fn(usize) -> f64) -> bool {
        match self {
            Self::Compare(comparison, a, b) => {
                let (a, b) = (a.value(value), b.value(value));
                match comparison {
                    Comparison::Less => a < b,
                    Comparison::LessEqual => a <= b,
                    Comparison::Greater => a > b,
                    Comparison::GreaterEqual => a >= b,
                    Comparison::Equal => a == b,
                    Comparison::NotEqual => a != b,
                }
            }
            Self::Bit(variable) => value(*variable) != 0.0,
            Self::And(all) => all.iter().all(|c| c.holds(value)),
            Self::Or(all) => all.iter().any(|c| c.holds(value)),
            Self::Not(inner) => !inner.holds(value),
        }
    }

    /// The parts that must all hold.
    pub fn conjuncts(self) -> Vec<Self> {
        match self {
            Self::And(all) => all.into_iter().flat_map(Self::conjuncts).collect(),
            other => vec![other],
        }
    }

    /// Visits every variable of the condition, some more than once; the visitor may renumber it.
    pub fn each_variable(&mut self, visit: &mut impl FnMut(&mut usize)) {
        match self {
            Self::Compare(_, a, b) => {
                a.each_variable(visit);
                b.each_variable(visit);
            }
            Self::Bit(variable) => visit(variable),
            Self::And(all) | Self::Or(all) => {
                for c in all {
                    c.each_variable(visit);
                }
            }
            Self::Not(inner) => inner.each_variable(visit),
        }
    }
}

impl Number {
    fn value(&self, of: &impl Fn(usize) -> f64) -> f64 {
        let both = |pair: &[usize; 2]| (of(pair[0]), of(pair[1]));
        match self {
            Self::Constant(value) => *value,
            Self::Variable(variable) => of(*variable),
            Self::Negate(x) => -x.value(of),
            Self::Abs(x) => x.value(of).abs(),
            Self::Add(pair) => pair.0.value(of) + pair.1.value(of),
            Self::Subtract(pair) => pair.0.value(of) - pair.1.value(of),
            Self::Multiply(pair) => pair.0.value(of) * pair.1.value(of),
            Self::Divide(pair) => pair.0.value(of) / pair.1.value(of),
            Self::Min(all) => extreme(all, of, |a, b| a < b),
            Self::Max(all) => extreme(all, of, |a, b| a > b),
            Self::DeltaEta(eta) => {
                let (a, b) = both(eta);
                a - b
            }
            Self::DeltaPhi(phi) => {
                let (a, b) = both(phi);
                delta_phi(a, b)
            }
            Self::DeltaR { eta, phi } => {
                let ((eta1, eta2), (phi1, phi2)) = (both(eta), both(phi));
                let (eta, phi) = (eta1 - eta2, delta_phi(phi1, phi2));
                (eta * eta + phi * phi).sqrt()
            }
            Self::Mass { pt, eta, phi, mass } => {
                let ((pt1, pt2), (eta1, eta2), (phi1, phi2)) = (both(pt), both(eta), both(phi));
                let phi = delta_phi(phi1, phi2);
                if mass.iter().all(Option::is_none) {
                    let squared = 2.0 * pt1 * pt2 * ((eta1 - eta2).cosh() - phi.cos());
                    return root(squared);
                }
                let [m1, m2] = mass.map(|m| m.map_or(0.0, of));
                let (z1, z2) = (pt1 * eta1.sinh(), pt2 * eta2.sinh());
                let e1 = (m1 * m1 + pt1 * pt1 + z1 * z1).sqrt();
                let e2 = (m2 * m2 + pt2 * pt2 + z2 * z2).sqrt();
                let product = e1 * e2 - pt1 * pt2 * phi.cos() - z1 * z2;
                root(m1 * m1 + m2 * m2 + 2.0 * product)
            }
        }
    }

    fn each_variable(&mut self, visit: &mut impl FnMut(&mut usize)) {
        match self {
            Self::Constant(_) => {}
            Self::Variable(variable) => visit(variable),
            Self::Negate(x) | Self::Abs(x) => x.each_variable(visit),
            Self::Add(pair) | Self::Subtract(pair) | Self::Multiply(pair) | Self::Divide(pair) => {
                pair.0.each_variable(visit);
                pair.1.each_variable(visit);
            }
            Self::Min(all) | Self::Max(all) => {
                for x in all {
                    x.each_variable(visit);
                }
            }
            Self::DeltaEta(pair) | Self::DeltaPhi(pair) => pair.iter_mut().for_each(visit),
            Self::DeltaR { eta, phi } => eta.iter_mut().chain(phi).for_each(visit),
            Self::Mass { pt, eta, phi, mass } => {
                let masses = mass.iter_mut().flatten();
                pt.iter_mut()
                    .chain(eta)
                    .chain(phi)
                    .chain(masses)
                    .for_each(visit);
            }
        }
    }
}

/// The first value, unless a later one is `better`; NaN as soon as one value is.
fn extreme(all: &[Number], of: &impl Fn(usize) -> f64, better: fn(f64, f64) -> bool) -> f64 {
    let mut best = f64::NAN;
    for (i, x) in all.iter().enumerate() {
        let x = x.value(of);
        if x.is_nan() {
            return x;
        }
        if i == 0 || better(x, best) {
            best = x;
        }
    }
    best
}

/// The square root, 0 for what rounding has left below 0.
fn root(squared: f64) -> f64 {
    if squared < 0.0 { 0.0 } else { squared.sqrt() }
}

/// The angle from `b` to `a` in (-pi, pi].
///
/// ```
/// use trigscape::menu::cut::delta_phi;
/// use std::f64::consts::PI;
/// assert!((delta_phi(3.0, -3.0) - (6.0 - 2.0 * PI)).abs() < 1e-15);
/// assert_eq!(delta_phi(PI, 0.0), PI);
/// assert_eq!(delta_phi(0.0, PI), PI);
/// ```
pub fn delta_phi(a: f64, b: f64) -> f64 {
    let angle = a - b;
    angle - TAU * ((angle - PI) / TAU).ceil()
}
