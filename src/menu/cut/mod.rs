//! Cuts: a typed grammar over the fields of objects and the scalars of an event.
//!
//! Numbers, names, `+ - * /`, comparisons, `&& || !` (or `and or not`), parentheses, `abs`, `min`,
//! `max`. In a leg's cut a name is a field of the leg's object, unless `[events.scalars]` names it (or
//! it is `met` or `ht`). In a cross condition `field(i)` belongs to the object of leg i, counted from
//! 1, a bare name is a scalar, and `delta_eta(i, j)`, `delta_phi(i, j)`, `delta_r(i, j)` and
//! `mass(i, j)` are known. A name that stands where a condition is expected is a bit: a column of
//! booleans. Where a number is expected, a bit counts 0 or 1.
//!
//! All arithmetic is in f64 (MODEL.md section 3).

mod check;
mod evaluate;
mod parse;
mod tokens;

#[cfg(test)]
mod tests;

pub use check::{LegObject, Scope, Source, Variable};
pub use evaluate::{Condition, Number, delta_phi};

use crate::error::{Fault, Place};
use crate::study::Located;
use std::ops::Range;

/// A cut that types.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    pub condition: Condition,
    /// What the condition reads, each once.
    pub variables: Vec<Variable>,
}

/// What is wrong with a cut, and the bytes that show it.
#[derive(Debug, Clone, PartialEq)]
pub struct CutError {
    pub span: Range<usize>,
    pub message: String,
    pub hint: Option<String>,
}

impl Cut {
    /// Reads a cut.
    ///
    /// # Errors
    /// What is wrong with it: syntax, types, a leg that does not exist. Whether a sample has the
    /// fields is not known yet.
    ///
    /// ```
    /// use trigscape::menu::cut::{Cut, Scope};
    /// let scope = Scope::Leg { object: "muon", leg: 0, scalars: &["met"] };
    /// let cut = Cut::parse("abs(eta) < 2.4 && quality >= 12", scope).unwrap();
    /// assert!(cut.condition.holds(&|variable| [-2.1, 12.0][variable]));
    /// // The sum of two conditions has no meaning; the error points at the first.
    /// assert_eq!(Cut::parse("(eta < 1) + 1 > 2", scope).unwrap_err().span, 0..9);
    /// ```
    pub fn parse(text: &str, scope: Scope<'_>) -> Result<Self, CutError> {
        check::check(&parse::parse(text)?, scope)
    }
}

impl CutError {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            hint: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The error as a fault of the study that holds the cut.
    pub fn in_study(self, cut: &Located<String>) -> Fault {
        let mut fault = fault_inside(cut, self.span, self.message);
        fault.hint = self.hint;
        fault
    }
}

/// A fault at some bytes of a cut: there in the study's text where the cut stands in it letter by
/// letter, else at the whole cut, with the character in the message.
pub fn fault_inside(cut: &Located<String>, span: Range<usize>, message: String) -> Fault {
    if let Place::Text {
        path,
        text,
        span: whole,
    } = &cut.place
        && let Some(offset) = text.get(whole.clone()).and_then(|raw| raw.find(&cut.value))
    {
        let start = whole.start + offset;
        let place = Place::Text {
            path: path.clone(),
            text: text.clone(),
            span: start + span.start..start + span.end,
        };
        return Fault::new(place, message);
    }
    let character = cut
        .value
        .get(..span.start)
        .map_or(0, |before| before.chars().count())
        + 1;
    let message = format!("{message} (at character {character} of `{}`)", cut.value);
    Fault::new(cut.place.clone(), message)
}
