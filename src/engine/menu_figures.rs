//! From the sums of a menu to its figures: the same code in f64 whichever engine made the sums.

use crate::merit::{Figure, MenuFigure, Quantity};
use crate::plan::menu::Configurations;
use crate::plan::{Acceptance, MenuPoints};

/// Which sums the figures of a plan need, and what is made of them.
#[derive(Debug)]
pub struct MenuFigures<'p> {
    points: &'p MenuPoints,
    wanted: Vec<Wanted>,
    /// Selections of paths, each with the others off; the first has all.
    selections: Vec<Vec<bool>>,
}

/// A figure, and the selections that it is made of by their places.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    /// The rate of a selection, less that of another.
    RateKhz(usize, Option<usize>),
    Efficiency(usize),
    EfficiencyWhere(usize),
    MeanEfficiency,
    Purity,
    /// Not of the menu.
    Other,
}

/// Figures of some configurations.
#[derive(Debug, Clone, Default)]
pub struct MenuColumns {
    /// Those of the plan that are of the menu, in its order: `[figure][configuration]`.
    pub figures: Vec<Vec<f64>>,
    pub acceptances: Vec<Acceptance>,
}

impl<'p> MenuFigures<'p> {
    pub fn new(points: &'p MenuPoints, figures: &[Figure]) -> Self {
        let mut own = Self {
            points,
            wanted: Vec::new(),
            selections: vec![vec![true; points.paths()]],
        };
        for figure in figures {
            let wanted = match figure {
                Figure::Menu(figure) => own.want(*figure),
                _ => Wanted::Other,
            };
            if !matches!(wanted, Wanted::Other) {
                own.wanted.push(wanted);
            }
        }
        own
    }

    fn want(&mut self, figure: MenuFigure) -> Wanted {
        let groups = &self.points.groups;
        let all = |i: usize| i < groups.len();
        let quantity = match figure {
            MenuFigure::Efficiency(sample) => return Wanted::Efficiency(sample),
            MenuFigure::EfficiencyWhere(sample) => return Wanted::EfficiencyWhere(sample),
            MenuFigure::MeanEfficiency => return Wanted::MeanEfficiency,
            MenuFigure::Purity => return Wanted::Purity,
            MenuFigure::RateKhz(quantity) => quantity,
        };
        // The definitions of MODEL.md section 3.
        let (of, less): (Vec<bool>, Option<Vec<bool>>) = match quantity {
            Quantity::Total => (self.select(all), None),
            Quantity::Path(i) => (self.select(|j| j == i), None),
            Quantity::Pure(i) => (self.select(all), Some(self.select(|j| j != i))),
            Quantity::Sequential(i) => (self.select(|j| j <= i), Some(self.select(|j| j < i))),
            Quantity::Group(g) => (self.select(|j| groups[j] == Some(g)), None),
            Quantity::GroupPure(g) => (
                self.select(all),
                Some(self.select(|j| groups[j] != Some(g))),
            ),
            // Not tabled: choosing a plan's figures leaves them out.
            Quantity::Proportional(_) | Quantity::GroupProportional(_) | Quantity::Overlap(..) => {
                return Wanted::Other;
            }
        };
        let of = self.place(of);
        Wanted::RateKhz(of, less.map(|less| self.place(less)))
    }

    fn select(&self, takes: impl Fn(usize) -> bool) -> Vec<bool> {
        (0..self.points.paths()).map(takes).collect()
    }

    fn place(&mut self, selection: Vec<bool>) -> usize {
        match self.selections.iter().position(|s| *s == selection) {
            Some(place) => place,
            None => {
                self.selections.push(selection);
                self.selections.len() - 1
            }
        }
    }

    /// The figures of configurations; `totals` gives their sums by class, configuration after
    /// configuration.
    ///
    /// # Errors
    /// Those of `totals`.
    pub fn evaluate<E>(
        &self,
        configurations: &Configurations,
        mut totals: impl FnMut(&Configurations) -> Result<Vec<u128>, E>,
    ) -> Result<MenuColumns, E> {
        let events = &self.points.events;
        let classes = events.rows.classes.len();
        let count = configurations.len();
        let mut rates = Vec::with_capacity(self.selections.len());
        let mut all = Vec::new();
        for (place, selection) in self.selections.iter().enumerate() {
            let mut selected = configurations.clone();
            for shares in selected.kept_shares.chunks_exact_mut(selection.len()) {
                for (share, taken) in shares.iter_mut().zip(selection) {
                    *share *= f64::from(u8::from(*taken));
                }
            }
            let sums = totals(&selected)?;
            let rate = |i: usize| events.rate_khz(&sums[i * classes..(i + 1) * classes]);
            let own: Vec<f64> = (0..count).map(|i| rate(i).unwrap_or(f64::NAN)).collect();
            rates.push(own);
            if place == 0 {
                all = sums;
            }
        }
        let own = |i: usize| &all[i * classes..(i + 1) * classes];
        let column = |wanted: &Wanted| -> Vec<f64> {
            let value = |i: usize| match *wanted {
                Wanted::RateKhz(of, less) => rates[of][i] - less.map_or(0.0, |l| rates[l][i]),
                Wanted::Efficiency(sample) => events.efficiency(sample, own(i)),
                Wanted::EfficiencyWhere(sample) => {
                    events.efficiency_where(sample, own(i)).unwrap_or(f64::NAN)
                }
                Wanted::MeanEfficiency => events.mean_efficiency(own(i)).unwrap_or(f64::NAN),
                Wanted::Purity => events.purity(own(i)).unwrap_or(f64::NAN),
                Wanted::Other => f64::NAN,
            };
            (0..count).map(value).collect()
        };
        let acceptance = |i: usize| Acceptance {
            background_khz: rates[0][i],
            efficiency: events.mean_efficiency(own(i)).unwrap_or(f64::NAN),
        };
        Ok(MenuColumns {
            figures: self.wanted.iter().map(column).collect(),
            acceptances: (0..count).map(acceptance).collect(),
        })
    }
}
