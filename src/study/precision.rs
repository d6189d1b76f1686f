//! `[explore] precision`: how exactly the points of a design are evaluated.

use super::Source;
use crate::error::{Fault, Result};
use toml::Spanned;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Precision {
    /// The same numbers from every engine.
    #[default]
    F64,
    /// Single precision will do for the rows of a whole design: within 1e-4, where a GPU evaluates it.
    F32,
}

impl Precision {
    pub(super) fn check(source: &Source, raw: &Spanned<String>, of_menu: bool) -> Result<Self> {
        let fault = |message: String| -> Fault { source.fault(raw.span(), message) };
        match raw.get_ref().as_str() {
            "f64" => Ok(Self::F64),
            "f32" if of_menu => Err(fault(
                "`precision = \"f32\"` is of a system without a menu".to_owned(),
            )
            .hint("figures of a menu are made of integer sums on any engine: leave it out")
            .into()),
            "f32" => Ok(Self::F32),
            other => {
                let message = format!("unknown `precision = \"{other}\"`");
                let hint = "precision = \"f64\" (the default) or \"f32\"";
                Err(fault(message).hint(hint).into())
            }
        }
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::F64 => "f64",
            Self::F32 => "f32",
        }
    }
}
