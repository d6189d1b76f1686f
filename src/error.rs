//! What can go wrong, told once: where, what was expected, and a hint.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Every fallible call of the library returns this.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error, sorted by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input is wrong: correct it, do not retry (exit code 2).
    #[error(transparent)]
    Input(#[from] Box<Fault>),
    /// The machine refused something in the middle of the work (exit code 1).
    #[error("{doing}: {cause}")]
    Failed { doing: String, cause: String },
    /// The work is done, and no point meets every budget (exit code 3).
    #[error("no feasible point: {0}")]
    Infeasible(String),
    /// A signal stopped the work between two blocks; `left` says what is on disk (exit code 128 + signal).
    #[error("stopped by signal {signal}; {left}")]
    Interrupted { signal: i32, left: &'static str },
}

impl Error {
    /// A failure of the machine while `doing` something.
    pub fn failed(doing: impl Into<String>, cause: impl fmt::Display) -> Self {
        Self::Failed {
            doing: doing.into(),
            cause: cause.to_string(),
        }
    }

    /// The exit code that a batch system can act on.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::Failed { .. } => 1,
            Self::Infeasible(_) => 3,
            Self::Interrupted { signal, .. } => 128 + *signal as u8,
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Input(Box::new(fault))
    }
}

/// One mistake in what the user gave: its place, what is wrong, how to mend it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    pub place: Place,
    pub message: String,
    pub hint: Option<String>,
}

impl Fault {
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
            hint: None,
        }
    }

    pub fn in_file(path: &Path, message: impl Into<String>) -> Self {
        Self::new(Place::File(path.to_owned()), message)
    }

    pub fn in_option(option: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Place::Option(option.into()), message)
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds "did you mean ...?" where one of `names` is close to `wrong`.
    pub fn nearest<'a>(self, wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest_name(wrong, names) {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// Where a mistake stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// A file as a whole.
    File(PathBuf),
    /// A stretch of a text file.
    Text {
        path: PathBuf,
        text: Arc<str>,
        span: Range<usize>,
    },
    /// A cell of a workbook, in the spreadsheet's own notation (`C4`), or a sheet (`cell` empty).
    Cell {
        path: PathBuf,
        sheet: String,
        cell: String,
    },
    /// An option of the command line, as it was written.
    Option(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Text { path, text, span } => {
                let before = text.get(..span.start).unwrap_or(text);
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
                write!(f, "{}:{line}:{column}", path.display())
            }
            Self::Cell { path, sheet, cell } if cell.is_empty() => {
                write!(f, "{}, sheet {sheet}", path.display())
            }
            Self::Cell { path, sheet, cell } => {
                write!(f, "{}, sheet {sheet}, cell {cell}", path.display())
            }
            Self::Option(option) => write!(f, "{option}"),
        }
    }
}

/// The name closest to `wrong`, if any is close enough to have been meant.
pub fn nearest_name<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&wrong, &name.to_lowercase()), name))
        .filter(|(closeness, _)| *closeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_text_counts_lines_and_columns_from_one() {
        let place = Place::Text {
            path: "s.toml".into(),
            text: "a = 1\nbé = x\n".into(),
            span: 12..13,
        };
        // Line 2 starts at byte 6; `é` has two bytes, so byte 12 is the sixth character.
        assert_eq!(place.to_string(), "s.toml:2:6");
    }

    #[test]
    fn the_nearest_name_is_given_only_when_it_is_near() {
        let names = ["reduction_ratio", "skill"];
        assert_eq!(nearest_name("reduction", names), Some("reduction_ratio"));
        assert_eq!(nearest_name("zzz", names), None);
    }
}
