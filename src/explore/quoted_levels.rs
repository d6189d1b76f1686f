//! What is quoted of a menu at any of its levels and prescales, from critical levels: in f64 from raw
//! weights, without reading events again.

use super::quoted::QuotedMenu;
use crate::error::Result;
use crate::menu::{CriticalLevels, Menu};
use crate::merit::{MenuSums, WeightedSums};
use crate::plan::menu::{MenuEvents, Part, too_many_strata};

impl MenuEvents {
    /// The figures of a part's events with a level of every ladder and a kept share of every path; a
    /// ladder's number of levels means that its path is off. Of all events they are those of
    /// [`quote`](super::quote) on the same menu, but for the order in which weights are summed.
    ///
    /// # Errors
    /// A [`Fault`](crate::Fault): background samples with too many strata together.
    ///
    /// # Panics
    /// If there is not one level a ladder and one share a path.
    pub fn quote(&self, part: Part, levels: &[u8], kept_shares: &[f64]) -> Result<QuotedMenu> {
        let menu = self.ladders.menu_at(&self.menu, levels, kept_shares);
        let at = MenuAt::new(&menu, &self.ladders.paths(), levels);
        let mut quoted = QuotedMenu::new(&menu, &self.samples, self.normalisation);
        let samples = self.levels(part).zip(&self.samples);
        for (number, (events, settings)) in samples.enumerate() {
            let mut own = quoted.begin(settings.kind);
            let mut denominator = WeightedSums::new(1);
            let counted = at.count(events, number, &mut own, &mut denominator);
            counted.ok_or_else(|| too_many_strata(settings))?;
            quoted.end(number, settings, own, denominator);
        }
        Ok(quoted)
    }
}

/// A menu at levels of its ladders.
struct MenuAt<'a> {
    menu: &'a Menu,
    levels: &'a [u8],
    /// The paths that keep anything, with their ladders.
    paths: Vec<(usize, std::ops::Range<usize>)>,
}

impl<'a> MenuAt<'a> {
    fn new(menu: &'a Menu, ladder_paths: &[usize], levels: &'a [u8]) -> Self {
        let mut paths = Vec::new();
        for path in (0..menu.paths.len()).filter(|p| menu.paths[*p].kept_share > 0.0) {
            let first = ladder_paths.partition_point(|p| *p < path);
            let end = ladder_paths.partition_point(|p| *p <= path);
            paths.push((path, first..end));
        }
        Self {
            menu,
            levels,
            paths,
        }
    }

    /// Adds a numbered sample's events; none where there are too many strata.
    fn count(
        &self,
        events: &CriticalLevels,
        number: usize,
        own: &mut MenuSums,
        denominator: &mut WeightedSums,
    ) -> Option<()> {
        let mut places = Vec::with_capacity(events.strata.len());
        for stratum in &events.strata {
            let all = own.add_weights(number, stratum.number, &stratum.all)?;
            let selected = match stratum.selected.events {
                0 => None,
                _ => Some(denominator.events_of(number, stratum.number, &stratum.selected)?),
            };
            places.push((all, selected));
        }
        let mut passing = Vec::with_capacity(self.paths.len());
        let mut further = &events.levels.further[..];
        let rows = events.levels.first.chunks_exact(self.levels.len().max(1));
        for (event, (row, &weight)) in rows.zip(&events.weights).enumerate() {
            let corners = further.iter().take_while(|f| f.event as usize <= event);
            let (corners, rest) = further.split_at(corners.count());
            further = rest;
            let is_passed = |(path, ladders): &(usize, std::ops::Range<usize>)| {
                let levels = &self.levels[ladders.clone()];
                let within = |corner: &[u8]| corner.iter().zip(levels).all(|(c, l)| c > l);
                let mut others = corners.iter().filter(|f| usize::from(f.path) == *path);
                within(&row[ladders.clone()]) || others.any(|f| within(&f.corner[..levels.len()]))
            };
            passing.clear();
            passing.extend(self.paths.iter().filter(|p| is_passed(p)).map(|(p, _)| *p));
            if passing.is_empty() {
                continue;
            }
            let (all, selected) = places[usize::from(events.stratum_of[event])];
            own.add_known(weight, all, passing.iter().copied());
            if let Some(place) = selected.filter(|_| events.selected[event]) {
                denominator.known_event(weight, place);
                denominator.keep(0, self.menu.acceptance(passing.iter().copied()));
            }
        }
        Some(())
    }
}
