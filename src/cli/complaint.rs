//! Errors as people see them: the place, the line, the hint.

use crate::error::{Error, Fault, Place};
use miette::{Diagnostic, LabeledSpan, NamedSource, Report, SourceCode};
use std::fmt;

/// Prints an error to stderr.
pub fn complain(error: &Error) {
    // Lines are left to the terminal: wrapped here, paths would be cut at their slashes.
    let _ = miette::set_hook(Box::new(|_| {
        Box::new(miette::MietteHandlerOpts::new().wrap_lines(false).build())
    }));
    let report = match error {
        Error::Input(fault) => Report::new(Complaint::new(fault)),
        other => miette::miette!("{other}"),
    };
    eprintln!("{report:?}");
    if let Error::Input(fault) = error
        && let Some(hint) = &fault.hint
    {
        eprintln!("hint: {hint}");
    }
}

/// A fault in the shape that miette draws.
#[derive(Debug)]
struct Complaint {
    message: String,
    source: Option<NamedSource<String>>,
    label: Option<LabeledSpan>,
}

impl Complaint {
    fn new(fault: &Fault) -> Self {
        let mut complaint = Self {
            message: format!("{}: {}", fault.place, fault.message),
            source: None,
            label: None,
        };
        if let Place::Text { path, text, span } = &fault.place {
            let end = span.end.min(text.len()).max(span.start.min(text.len()));
            let start = span.start.min(end);
            if line_length(text, start) > LONGEST_LINE {
                return complaint;
            }
            complaint.source = Some(NamedSource::new(
                path.display().to_string(),
                text.to_string(),
            ));
            complaint.label = Some(LabeledSpan::new(Some("here".into()), start, end - start));
        }
        complaint
    }
}

/// A longer line is named, but not drawn: it would fill the terminal.
const LONGEST_LINE: usize = 1000;

/// Bytes of the line around `at`.
fn line_length(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let ends = |b: &&u8| **b != b'\n';
    bytes[..at].iter().rev().take_while(ends).count() + bytes[at..].iter().take_while(ends).count()
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Complaint {}

impl Diagnostic for Complaint {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|s| s as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.label
            .clone()
            .map(|l| Box::new(std::iter::once(l)) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}
