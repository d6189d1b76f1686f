//! Types: numbers and conditions, decided from the place where each part stands.

use super::evaluate::{Condition, Number};
use super::parse::{Arithmetic, Node, NodeKind};
use super::{Cut, CutError};
use crate::error::nearest_name;
use std::ops::Range;

/// Where a cut stands, which decides what its names mean.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// On the object of one leg (counted from 0).
    Leg {
        object: &'a str,
        leg: usize,
        /// Names that are scalars and no fields.
        scalars: &'a [&'a str],
    },
    /// On the objects of all legs.
    Cross { legs: &'a [Option<LegObject<'a>>] },
    /// On the event alone.
    Event,
}

/// The object of a leg, as cross conditions see it.
#[derive(Debug, Clone, Copy)]
pub struct LegObject<'a> {
    pub object: &'a str,
    /// Whether the study names a column for its mass.
    pub has_mass: bool,
}

/// Something that a cut reads of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    pub source: Source,
    /// It stands where a condition is expected.
    pub bit: bool,
    /// Where the cut names it first.
    pub span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A field of the object that takes a leg (counted from 0).
    Field {
        leg: usize,
        field: String,
    },
    Scalar(String),
}

/// Functions of numbers, in every cut.
const PLAIN: [&str; 3] = ["abs", "min", "max"];

/// Functions of two legs.
const PAIRS: [&str; 4] = ["delta_r", "delta_eta", "delta_phi", "mass"];

pub fn check(node: &Node, scope: Scope<'_>) -> Result<Cut, CutError> {
    let mut checker = Checker {
        scope,
        variables: Vec::new(),
    };
    let condition = checker.condition(node)?;
    Ok(Cut {
        condition,
        variables: checker.variables,
    })
}

struct Checker<'a> {
    scope: Scope<'a>,
    variables: Vec<Variable>,
}

impl Checker<'_> {
    fn condition(&mut self, node: &Node) -> Result<Condition, CutError> {
        match &node.kind {
            NodeKind::Compare(comparison, a, b) => Ok(Condition::Compare(
                *comparison,
                self.number(a)?,
                self.number(b)?,
            )),
            NodeKind::And(all) => Ok(Condition::And(self.conditions(all)?)),
            NodeKind::Or(all) => Ok(Condition::Or(self.conditions(all)?)),
            NodeKind::Not(inner) => Ok(Condition::Not(Box::new(self.condition(inner)?))),
            NodeKind::Name(name) => {
                let source = self.bare(name, &node.span)?;
                Ok(Condition::Bit(self.variable(source, true, &node.span)))
            }
            NodeKind::Call { name, arguments }
                if matches!(self.scope, Scope::Cross { .. }) && !is_function(name) =>
            {
                let source = self.field_of_leg(name, arguments, &node.span)?;
                Ok(Condition::Bit(self.variable(source, true, &node.span)))
            }
            _ => Err(
                CutError::new(node.span.clone(), "expected a condition, found a number")
                    .hint("compare it: pt > 20"),
            ),
        }
    }

    fn conditions(&mut self, nodes: &[Node]) -> Result<Vec<Condition>, CutError> {
        nodes.iter().map(|n| self.condition(n)).collect()
    }

    fn number(&mut self, node: &Node) -> Result<Number, CutError> {
        match &node.kind {
            NodeKind::Number(value) => Ok(Number::Constant(*value)),
            NodeKind::Name(name) => {
                let source = self.bare(name, &node.span)?;
                Ok(Number::Variable(self.variable(source, false, &node.span)))
            }
            NodeKind::Negate(inner) => Ok(Number::Negate(Box::new(self.number(inner)?))),
            NodeKind::Arithmetic(op, a, b) => {
                let pair = Box::new((self.number(a)?, self.number(b)?));
                Ok(match op {
                    Arithmetic::Add => Number::Add(pair),
                    Arithmetic::Subtract => Number::Subtract(pair),
                    Arithmetic::Multiply => Number::Multiply(pair),
                    Arithmetic::Divide => Number::Divide(pair),
                })
            }
            NodeKind::Call { name, arguments } => self.call(name, arguments, &node.span),
            NodeKind::Compare(..) | NodeKind::And(_) | NodeKind::Or(_) | NodeKind::Not(_) => Err(
                CutError::new(node.span.clone(), "expected a number, found a condition")
                    .hint("`!` binds to what follows it at once: !(a < b)"),
            ),
        }
    }

    fn call(
        &mut self,
        name: &str,
        arguments: &[Node],
        span: &Range<usize>,
    ) -> Result<Number, CutError> {
        let wrong = |expected: &str| {
            CutError::new(
                span.clone(),
                format!("`{name}` takes {expected}, found {}", arguments.len()),
            )
        };
        match name {
            "abs" => match arguments {
                [x] => Ok(Number::Abs(Box::new(self.number(x)?))),
                _ => Err(wrong("one number")),
            },
            "min" | "max" => {
                if arguments.len() < 2 {
                    return Err(wrong("two numbers or more"));
                }
                let numbers = arguments
                    .iter()
                    .map(|a| self.number(a))
                    .collect::<Result<_, _>>()?;
                Ok(if name == "min" {
                    Number::Min(numbers)
                } else {
                    Number::Max(numbers)
                })
            }
            _ => {
                let Scope::Cross { .. } = self.scope else {
                    return Err(self.unknown_function(name, span));
                };
                if PAIRS.contains(&name) {
                    let [a, b] = arguments else {
                        return Err(wrong("two legs"));
                    };
                    let (a, b) = (self.leg(a)?, self.leg(b)?);
                    if a == b {
                        let message = format!("`{name}` of leg {} with itself", a + 1);
                        return Err(CutError::new(span.clone(), message));
                    }
                    return Ok(self.pair(name, [a, b], span));
                }
                let source = self.field_of_leg(name, arguments, span)?;
                Ok(Number::Variable(self.variable(source, false, span)))
            }
        }
    }

    fn unknown_function(&self, name: &str, span: &Range<usize>) -> CutError {
        let error = CutError::new(span.clone(), format!("there is no function `{name}` here"));
        if PAIRS.contains(&name) {
            return error.hint("it stands in the path's `cross` condition");
        }
        match nearest_name(name, PLAIN) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("functions here are abs, min and max"),
        }
    }

    /// The massless formula is used for an object without a column of masses.
    fn pair(&mut self, name: &str, legs: [usize; 2], span: &Range<usize>) -> Number {
        let mut both = |field: &str| {
            legs.map(|leg| {
                let field = field.to_owned();
                self.variable(Source::Field { leg, field }, false, span)
            })
        };
        match name {
            "delta_eta" => Number::DeltaEta(both("eta")),
            "delta_phi" => Number::DeltaPhi(both("phi")),
            "delta_r" => Number::DeltaR {
                eta: both("eta"),
                phi: both("phi"),
            },
            _ => {
                let (pt, eta, phi) = (both("pt"), both("eta"), both("phi"));
                let mass = legs.map(|leg| {
                    let field = "mass".to_owned();
                    self.has_mass(leg)
                        .then(|| self.variable(Source::Field { leg, field }, false, span))
                });
                Number::Mass { pt, eta, phi, mass }
            }
        }
    }

    fn has_mass(&self, leg: usize) -> bool {
        match self.scope {
            Scope::Cross { legs } => legs[leg].is_some_and(|l| l.has_mass),
            _ => false,
        }
    }

    fn field_of_leg(
        &self,
        name: &str,
        arguments: &[Node],
        span: &Range<usize>,
    ) -> Result<Source, CutError> {
        let [leg] = arguments else {
            let known = PAIRS.iter().chain(&PLAIN).copied();
            let message = format!("`{name}` of {} legs; a field has one", arguments.len());
            let error = CutError::new(span.clone(), message);
            return Err(match nearest_name(name, known) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("for example charge(1) * charge(2) < 0"),
            });
        };
        Ok(Source::Field {
            leg: self.leg(leg)?,
            field: name.to_owned(),
        })
    }

    /// A leg as the cut counts it, from 1; ours count from 0.
    fn leg(&self, node: &Node) -> Result<usize, CutError> {
        let Scope::Cross { legs } = self.scope else {
            return Err(CutError::new(node.span.clone(), "there are no legs here"));
        };
        let error = |message: String| CutError::new(node.span.clone(), message);
        let NodeKind::Number(number) = node.kind else {
            return Err(error("expected the number of a leg".into())
                .hint("legs count from 1: delta_r(1, 2)"));
        };
        let leg = (1..=legs.len()).find(|leg| *leg as f64 == number);
        match leg.map(|leg| (leg, legs[leg - 1])) {
            Some((leg, Some(_))) => Ok(leg - 1),
            Some((leg, None)) => Err(error(format!("leg {leg} is a scalar; it has no fields"))
                .hint("a scalar stands by its name: met > 50")),
            None => Err(error(format!(
                "there is no leg {number}; the path has {}",
                legs.len()
            ))
            .hint("legs count from 1")),
        }
    }

    /// What a name without parentheses means.
    fn bare(&self, name: &str, span: &Range<usize>) -> Result<Source, CutError> {
        if is_function(name) {
            let example = if PAIRS.contains(&name) {
                format!("{name}(1, 2)")
            } else {
                format!("{name}(...)")
            };
            // A jet's own mass is a field in its leg's cut.
            if name != "mass" || matches!(self.scope, Scope::Cross { .. }) {
                let message = format!("`{name}` is a function");
                return Err(CutError::new(span.clone(), message).hint(format!("write {example}")));
            }
        }
        Ok(match self.scope {
            Scope::Leg { leg, scalars, .. } if !scalars.contains(&name) => Source::Field {
                leg,
                field: name.to_owned(),
            },
            _ => Source::Scalar(name.to_owned()),
        })
    }

    fn variable(&mut self, source: Source, bit: bool, span: &Range<usize>) -> usize {
        match self.variables.iter().position(|v| v.source == source) {
            Some(known) => {
                if bit && !self.variables[known].bit {
                    self.variables[known].bit = true;
                    self.variables[known].span = span.clone();
                }
                known
            }
            None => {
                self.variables.push(Variable {
                    source,
                    bit,
                    span: span.clone(),
                });
                self.variables.len() - 1
            }
        }
    }
}

fn is_function(name: &str) -> bool {
    PLAIN.contains(&name) || PAIRS.contains(&name)
}
