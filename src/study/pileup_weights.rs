//! Weights by pileup: what turns events of one luminosity into events of another.

use super::{InputFile, Inputs, Located, Source};
use crate::error::{Fault, Result};
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPileupWeights {
    pub column: Spanned<String>,
    pub table: Spanned<String>,
}

/// A histogram of weights over the pileup of an event.
#[derive(Debug, Clone)]
pub struct PileupWeights {
    /// The sample's column that has the pileup.
    pub column: Located<String>,
    pub table: InputFile,
    /// Lower edge and weight of each bin, edges ascending; the last bin has no end.
    bins: Arc<[(f64, f64)]>,
}

impl PileupWeights {
    pub(super) fn check(source: &Source, raw: &Spanned<RawPileupWeights>) -> Result<Self> {
        let own = raw.get_ref();
        let path = source.folder().join(own.table.get_ref());
        let mut inputs = Inputs::default();
        let text = inputs.read_text(&path, &source.place(own.table.span()))?;
        let Some(table) = inputs.files.pop() else {
            return Err(Fault::in_file(&path, "the table could not be read").into());
        };
        Ok(Self {
            column: Located::of(source, &own.column, own.column.get_ref().clone()),
            table,
            bins: parse(&path, &text)?.into(),
        })
    }

    /// The weight of an event: that of the last bin that begins at its pileup or below; 0 below all bins.
    ///
    /// ```
    /// # use trigscape::study::PileupWeights;
    /// let weights = PileupWeights::of_bins("nPU", vec![(20.0, 0.5), (40.0, 2.0)]);
    /// assert_eq!([19.0, 20.0, 39.9, 40.0, 90.0].map(|n| weights.of(n)), [0.0, 0.5, 0.5, 2.0, 2.0]);
    /// ```
    pub fn of(&self, pileup: f64) -> f64 {
        let above = self.bins.partition_point(|(edge, _)| *edge <= pileup);
        above.checked_sub(1).map_or(0.0, |bin| self.bins[bin].1)
    }

    /// Bins that no file has; edges ascend.
    pub fn of_bins(column: &str, bins: Vec<(f64, f64)>) -> Self {
        Self {
            column: Located {
                value: column.to_owned(),
                place: crate::Place::Option(column.to_owned()),
            },
            table: InputFile {
                path: std::path::PathBuf::new(),
                bytes: 0,
                sha256: String::new(),
            },
            bins: bins.into(),
        }
    }
}

/// `pileup,weight` in the first line, then bins from the lowest.
fn parse(path: &Path, text: &str) -> Result<Vec<(f64, f64)>> {
    let fault = |row: u64, message: String| {
        Fault::in_file(path, format!("line {row}: {message}"))
            .hint("pileup,weight in the first line, then the lower edge and the weight of each bin")
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| fault(1, e.to_string()))?;
    if header.iter().ne(["pileup", "weight"]) {
        let found: Vec<&str> = header.iter().collect();
        let message = format!(
            "expected the columns pileup,weight, found {}",
            found.join(",")
        );
        return Err(fault(1, message).into());
    }
    let mut bins: Vec<(f64, f64)> = Vec::new();
    let mut row = 1;
    for record in reader.records() {
        let at = match &record {
            Ok(record) => record.position(),
            Err(e) => e.position(),
        };
        row = at.map_or(row + 1, |at| line_of(text, at));
        let record = record.map_err(|e| fault(row, e.to_string()))?;
        let number = |i: usize| {
            let text = record.get(i).unwrap_or_default();
            let number = text.parse::<f64>().ok().filter(|x| x.is_finite());
            number.ok_or_else(|| fault(row, format!("expected a number, found `{text}`")))
        };
        let (edge, weight) = (number(0)?, number(1)?);
        if weight < 0.0 {
            return Err(fault(row, format!("the weight {weight} is below 0")).into());
        }
        if bins.last().is_some_and(|(before, _)| *before >= edge) {
            return Err(fault(row, "edges of bins ascend".to_owned()).into());
        }
        bins.push((edge, weight));
    }
    if bins.iter().all(|(_, weight)| *weight == 0.0) {
        return Err(fault(row, "no bin has a weight above 0".to_owned()).into());
    }
    Ok(bins)
}

/// The line of a record: its position may be that of comments and blank lines in front.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let (before, from) = text
        .split_at_checked(at.byte() as usize)
        .unwrap_or((text, ""));
    let is_skipped = |line: &&str| line.trim().is_empty() || line.starts_with('#');
    let skipped = from.lines().take_while(is_skipped).count();
    (1 + before.matches('\n').count() + skipped) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_are_none() {
        let parsed = |text| parse(Path::new("pu.csv"), text);
        let bins = parsed("pileup, weight\n# low\n0, 0.5\n30,2\n").unwrap();
        assert_eq!(bins, [(0.0, 0.5), (30.0, 2.0)]);
        for (text, part) in [
            ("", "columns pileup,weight"),
            ("mu,weight\n0,1\n", "found mu,weight"),
            ("pileup,weight\n", "no bin has a weight"),
            ("pileup,weight\n0,x\n", "found `x`"),
            ("pileup,weight\n0,-1\n", "below 0"),
            ("pileup,weight\n5,1\n5,1\n", "ascend"),
            ("pileup,weight\n# a comment\n5,1,2\n", "line 3"),
        ] {
            let fault = parsed(text).unwrap_err().to_string();
            assert!(fault.contains(part), "{text:?}: {fault}");
        }
    }
}
