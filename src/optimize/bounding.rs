//! How good the best point can be: by exhaustion, or by a relaxation of the menu.

use super::run::Optimization;
use super::score::Scorer;
use super::session::{Found, Session};
use crate::error::Result;

/// A worth that no feasible point surpasses, on the events that the search saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounded {
    pub worth: Option<f64>,
    pub kind: String,
    /// Why there is none, or what it leaves out.
    pub note: Option<String>,
    /// What the objective gains when a limit is moved by one unit, limit by limit.
    pub prices: Vec<Option<f64>>,
}

impl Bounded {
    pub fn none(why: &str) -> Self {
        Self {
            worth: None,
            kind: "none".into(),
            note: Some(why.to_owned()),
            prices: Vec::new(),
        }
    }
}

/// # Errors
/// Those of quoting.
pub fn bound(
    _optimization: &Optimization<'_>,
    _session: &Session<'_>,
    _scorer: &Scorer,
    found: &Found,
) -> Result<Bounded> {
    Ok(match found.proven {
        Some(worth) => Bounded {
            // Whatever may be better by the sums was judged exactly.
            worth: match &found.decision.best {
                Some((_, best)) if found.decision.is_final => Some(best.worth),
                _ => Some(worth),
            },
            kind: "exhaustive".into(),
            note: None,
            prices: Vec::new(),
        },
        None => Bounded::none("not yet"),
    })
}
