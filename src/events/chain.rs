//! Several sources one after another, as one.

use super::{Branch, Column, Content, Description, Kind, Source};
use crate::error::Result;
use rayon::prelude::*;
use std::ops::Range;
use std::path::PathBuf;

/// The files of a sample.
///
/// Branches are those of the first file. One that another file lacks, or has in another shape, cannot be
/// read; where kinds differ (a counter that is u32 in old files and i32 in new ones) the wider holds all.
#[derive(Debug)]
pub struct Chain {
    description: Description,
    sources: Vec<Box<dyn Source>>,
    /// First event of each source, and the end of the last.
    starts: Vec<u64>,
}

impl Chain {
    /// Joins sources; `origin` names them all together.
    ///
    /// # Panics
    /// Without any source.
    pub fn new(origin: PathBuf, sources: Vec<Box<dyn Source>>) -> Self {
        let mut starts = vec![0];
        let mut cuts = Vec::new();
        for source in &sources {
            let start = starts[starts.len() - 1];
            let d = source.description();
            if d.entries > 0 {
                cuts.push(start);
                cuts.extend(d.cuts.iter().filter(|c| **c > 0).map(|c| start + c));
            }
            starts.push(start + d.entries);
        }
        // A source without events has nothing to say about their columns.
        let mut full = sources.iter().filter(|s| s.description().entries > 0);
        let first = full.next().unwrap_or(&sources[0]).description();
        let mut branches = first.branches.clone();
        let mut formats = vec![first.format.as_str()];
        for other in full.map(|s| s.description()) {
            merge(&mut branches, other);
            if !formats.contains(&other.format.as_str()) {
                formats.push(&other.format);
            }
        }
        Self {
            description: Description {
                origin,
                format: formats.join(" and "),
                entries: starts[starts.len() - 1],
                branches,
                cuts,
            },
            sources,
            starts,
        }
    }

    /// The sources that hold these events, each with its own range of them.
    fn parts(&self, events: Range<u64>) -> Vec<(&dyn Source, Range<u64>)> {
        self.sources
            .iter()
            .zip(self.starts.windows(2))
            .map(|(s, w)| (s, events.start.max(w[0])..events.end.min(w[1]), w[0]))
            .filter(|(_, part, _)| part.start < part.end)
            .map(|(s, part, start)| (s.as_ref(), part.start - start..part.end - start))
            .collect()
    }

    /// The sources, in order.
    pub fn sources(&self) -> impl Iterator<Item = &dyn Source> {
        self.sources.iter().map(|s| s.as_ref())
    }
}

impl Source for Chain {
    fn description(&self) -> &Description {
        &self.description
    }

    fn read(&self, names: &[&str], events: Range<u64>) -> Result<Vec<Column>> {
        let branches = names
            .iter()
            .map(|name| Ok(self.description.branch(name)?.1))
            .collect::<Result<Vec<_>>>()?;
        let read = self
            .parts(events)
            .into_par_iter()
            .map(|(source, part)| {
                let columns = source.read(names, part)?;
                let converted = columns.into_iter().zip(&branches).map(|(column, branch)| {
                    let kind = branch
                        .content
                        .kind()
                        .unwrap_or_else(|| column.values.kind());
                    column.into_kind(kind)
                });
                Ok(converted.collect::<Vec<_>>())
            })
            .collect::<Result<Vec<_>>>()?;
        let mut whole: Vec<Column> = branches
            .iter()
            .filter_map(|branch| Column::empty(&branch.content))
            .collect();
        for part in read {
            for ((column, more), name) in whole.iter_mut().zip(part).zip(names) {
                let joined = column.append(more);
                joined.map_err(|e| e.fault(&self.description.origin, name))?;
            }
        }
        Ok(whole)
    }

    fn bytes(&self, names: &[&str], events: Range<u64>) -> u64 {
        let parts = self.parts(events).into_iter();
        let bytes = parts.map(|(source, part)| source.bytes(names, part));
        bytes.fold(0, u64::saturating_add)
    }
}

fn merge(branches: &mut [Branch], other: &Description) {
    for branch in branches {
        let Some(theirs) = other.branches.iter().find(|b| b.name == branch.name) else {
            branch.content = Content::Unreadable(format!("{} lacks it", other.origin.display()));
            continue;
        };
        branch.stored_bytes = branch.stored_bytes.saturating_add(theirs.stored_bytes);
        branch.plain_bytes = branch.plain_bytes.saturating_add(theirs.plain_bytes);
        if theirs.codec != branch.codec {
            branch.codec = Some("mixed".to_owned());
        }
        branch.content = match (&branch.content, &theirs.content) {
            (Content::Flat(a), Content::Flat(b)) => Content::Flat(wider(*a, *b)),
            (Content::Jagged(a), Content::Jagged(b)) => Content::Jagged(wider(*a, *b)),
            (Content::Unreadable(what), _) => Content::Unreadable(what.clone()),
            (ours, theirs) => Content::Unreadable(format!(
                "{ours} in some files, but in {} {theirs}",
                other.origin.display()
            )),
        };
    }
}

/// The kind that holds the numbers of both.
fn wider(a: Kind, b: Kind) -> Kind {
    let float = |k| matches!(k, Kind::F32 | Kind::F64);
    match (a, b) {
        (a, b) if a == b => a,
        (Kind::U64, _) | (_, Kind::U64) => Kind::F64,
        (a, b) if float(a) || float(b) => Kind::F64,
        _ => Kind::I64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Values;

    #[derive(Debug)]
    struct Given(Description, Vec<Column>);

    impl Source for Given {
        fn description(&self) -> &Description {
            &self.0
        }
        fn read(&self, names: &[&str], events: Range<u64>) -> Result<Vec<Column>> {
            let column = |name: &&str| {
                let (i, _) = self.0.branch(name)?;
                Ok(self.1[i].slice(events.start as usize..events.end as usize))
            };
            names.iter().map(column).collect()
        }
    }

    fn given(columns: &[(&str, Column)]) -> Box<dyn Source> {
        let branches = columns.iter().map(|(name, column)| Branch {
            name: (*name).to_owned(),
            content: match column.offsets {
                Some(_) => Content::Jagged(column.values.kind()),
                None => Content::Flat(column.values.kind()),
            },
            codec: None,
            stored_bytes: 0,
            plain_bytes: 0,
        });
        let description = Description {
            origin: "given".into(),
            format: "given".into(),
            entries: columns[0].1.events() as u64,
            branches: branches.collect(),
            cuts: vec![],
        };
        Box::new(Given(
            description,
            columns.iter().map(|c| c.1.clone()).collect(),
        ))
    }

    #[test]
    fn files_join_in_order_and_differing_kinds_become_the_wider() {
        let old = given(&[
            ("nJet", Column::flat(Values::U32(vec![1, 2, 3]))),
            (
                "pt",
                Column::jagged(vec![0, 1, 1, 2], Values::F32(vec![1.5, 2.5])),
            ),
            ("old", Column::flat(Values::Bool(vec![true; 3]))),
        ]);
        let new = given(&[
            (
                "pt",
                Column::jagged(vec![0, 2], Values::F32(vec![3.5, 4.5])),
            ),
            ("nJet", Column::flat(Values::I32(vec![-4]))),
        ]);
        let chain = Chain::new("both".into(), vec![old, new]);
        let columns = chain.read(&["nJet", "pt"], 1..4).unwrap();
        assert_eq!(columns[0], Column::flat(Values::I64(vec![2, 3, -4])));
        let pt = Column::jagged(vec![0, 0, 1, 3], Values::F32(vec![2.5, 3.5, 4.5]));
        assert_eq!(columns[1], pt);
        assert_eq!(chain.description.cuts, [0, 3]);
        assert!(chain.read(&["old"], 0..1).is_err());
    }
}
