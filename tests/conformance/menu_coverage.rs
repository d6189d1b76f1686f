//! What random menus, events and configurations were among the cases that were compared.

use crate::menu_case::Case;
use std::collections::BTreeSet;
use std::fmt;
use trigscape::plan::menu::{Configurations, MenuRows};

/// (menu, events) pairs, each with many configurations: a case is one of these on one of those.
#[derive(Debug, Default)]
pub struct Coverage {
    pairs: usize,
    cases: usize,
    /// The most in one pair.
    events: usize,
    paths: BTreeSet<usize>,
    /// Prescaled paths of a configuration.
    prescaled: BTreeSet<usize>,
    /// Bits of a class's largest weight; 0 where every event weighs one unit.
    bits: BTreeSet<u32>,
    negative_classes: usize,
    positive_classes: usize,
    /// Pairs with paths whose legs vary independently, and with events that pass these several ways.
    with_alternatives: usize,
}

impl Coverage {
    pub fn note(&mut self, case: &Case, rows: &MenuRows, configurations: &Configurations) {
        self.pairs += 1;
        self.cases += configurations.len();
        let events = case.samples.iter().map(|s| s.weights.len()).sum();
        self.events = self.events.max(events);
        self.paths.insert(case.paths);
        for c in 0..configurations.len() {
            let shares = configurations.shares_of(c).iter();
            // Off is none of them: its ladders are.
            self.prescaled.insert(shares.filter(|s| **s < 1.0).count());
        }
        for class in &rows.classes {
            self.bits.insert(class.bits);
            match class.unit > 0.0 {
                true => self.positive_classes += 1,
                false => self.negative_classes += 1,
            }
        }
        let several = rows.blocks.iter().any(|block| {
            let mut of_path = block.alternatives.chunk_by(|a, b| a.path == b.path);
            of_path.any(|own| own.len() > 1)
        });
        self.with_alternatives += usize::from(several);
    }

    /// That nothing is missing which menus can have.
    pub fn check(&self) {
        assert!(self.pairs >= 100 && self.cases >= 10_000, "{self}");
        assert!(self.events > 250 && self.events <= 300, "{self}");
        let ends = |set: &BTreeSet<usize>| (set.first().copied(), set.last().copied());
        assert_eq!(ends(&self.paths), (Some(0), Some(40)), "{self}");
        assert!(self.paths.len() > 20, "{self}");
        assert!(self.prescaled.iter().copied().eq(0..=12), "{self}");
        // A class of two or three units has 2 bits, and none has 1.
        assert!(
            self.bits.iter().copied().eq((0..=20).filter(|b| *b != 1)),
            "{self}"
        );
        assert!(
            self.negative_classes > 50 && self.positive_classes > 50,
            "{self}"
        );
        assert!(self.with_alternatives > 50, "{self}");
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let span = |set: &BTreeSet<usize>| {
            let end = |x: Option<&usize>| x.copied().unwrap_or(0);
            format!("{} to {}", end(set.first()), end(set.last()))
        };
        write!(
            f,
            "{} cases: {} pairs of menus and at most {} events, {} paths ({} counts), {} of them \
             prescaled, weights of {:?} bits, {} classes of weights above and {} below 0, alternatives in {} pairs",
            self.cases,
            self.pairs,
            self.events,
            span(&self.paths),
            self.paths.len(),
            span(&self.prescaled),
            self.bits,
            self.positive_classes,
            self.negative_classes,
            self.with_alternatives
        )
    }
}
