//! From the sums of a menu to its figures: the same code in f64 whichever engine made the sums.

use crate::merit::{Figure, MenuFigure, Quantity};
use crate::plan::menu::{AcceptedSums, Configurations};
use crate::plan::{Acceptance, MenuPoints};
use std::collections::VecDeque;
use std::rc::Rc;

/// Which sums the figures of a plan need, and what is made of them.
#[derive(Debug)]
pub struct MenuFigures<'p> {
    points: &'p MenuPoints,
    /// Figures, in the order of the plan; true: the standard error is asked for.
    wanted: Vec<(MenuFigure, bool)>,
}

/// Figures of some configurations.
#[derive(Debug, Clone, Default)]
pub struct MenuColumns {
    /// Those of the plan that are of the menu, in its order: `[figure][configuration]`.
    pub figures: Vec<Vec<f64>>,
    pub acceptances: Vec<Acceptance>,
}

/// What a path does in a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Off,
    /// It keeps its share q.
    Own,
    /// It rejects the square of what it rejects: it keeps 2 q - q^2.
    Squared,
}

/// A quantity is accepted by the paths `of` and by none of `less`, which are among them.
struct Selection {
    of: Vec<bool>,
    less: Option<Vec<bool>>,
}

/// What a quantity accepts, `[configuration][class]`.
struct Accepted {
    /// sum w a
    sums: Vec<u128>,
    /// sum w a^2
    squares: Vec<u128>,
}

impl<'p> MenuFigures<'p> {
    pub fn new(points: &'p MenuPoints, figures: &[Figure]) -> Self {
        let of_menu = |figure: &Figure| match figure {
            Figure::Menu(figure) => Some((*figure, false)),
            Figure::MenuSigma(figure) => Some((*figure, true)),
            _ => None,
        };
        Self {
            points,
            wanted: figures.iter().filter_map(of_menu).collect(),
        }
    }

    /// Sums that the figures of one configuration take, at least: prescales double them.
    pub fn sums(&self) -> usize {
        let mut count = 1;
        let mut last = Quantity::Total;
        for &(figure, _) in &self.wanted {
            if let MenuFigure::RateKhz(quantity) = figure
                && quantity != Quantity::Total
                && quantity != last
            {
                count += 1 + usize::from(self.selection(quantity).less.is_some());
                last = quantity;
            }
        }
        count
    }

    /// The figures of configurations; `totals` gives their sums by class, configuration after
    /// configuration.
    ///
    /// # Errors
    /// Those of `totals`.
    pub fn evaluate<E>(
        &self,
        configurations: &Configurations,
        totals: impl FnMut(&Configurations) -> Result<Vec<u128>, E>,
    ) -> Result<MenuColumns, E> {
        let events = &self.points.events;
        let classes = events.rows.classes.len();
        let count = configurations.len();
        let mut sums = RoleSums {
            configurations,
            totals,
            known: VecDeque::new(),
        };
        let mut selected = |selection: &Selection| self.accepted(selection, &mut sums);
        let all = selected(&self.selection(Quantity::Total))?;
        let mut columns = Vec::with_capacity(self.wanted.len());
        // A standard error stands behind its figure: both are made of the same sums.
        let mut last: Option<(Quantity, Accepted)> = None;
        for &(figure, is_sigma) in &self.wanted {
            let accepted = match figure {
                MenuFigure::RateKhz(Quantity::Total) => &all,
                MenuFigure::RateKhz(quantity) => {
                    if last.as_ref().is_none_or(|(known, _)| *known != quantity) {
                        last = Some((quantity, selected(&self.selection(quantity))?));
                    }
                    last.as_ref().map_or(&all, |(_, accepted)| accepted)
                }
                _ => &all,
            };
            let value = |i: usize| {
                let own = AcceptedSums {
                    sums: &accepted.sums[i * classes..(i + 1) * classes],
                    squares: &accepted.squares[i * classes..(i + 1) * classes],
                };
                self.figure(figure, is_sigma, own)
            };
            columns.push((0..count).map(value).collect());
        }
        let acceptance = |i: usize| {
            let own = events
                .rows
                .weights(&all.sums[i * classes..(i + 1) * classes]);
            Acceptance {
                background_khz: events.rate_khz(&own).unwrap_or(f64::NAN),
                efficiency: events.mean_efficiency(&own).unwrap_or(f64::NAN),
            }
        };
        Ok(MenuColumns {
            figures: columns,
            acceptances: (0..count).map(acceptance).collect(),
        })
    }

    fn figure(&self, figure: MenuFigure, is_sigma: bool, own: AcceptedSums<'_>) -> f64 {
        let events = &self.points.events;
        if !is_sigma {
            return events.figure(figure, &events.rows.weights(own.sums));
        }
        match figure {
            MenuFigure::RateKhz(_) => events.rate_sigma_khz(own),
            MenuFigure::BandwidthGbPerS(bytes) => 1e-6 * bytes as f64 * events.rate_sigma_khz(own),
            MenuFigure::Acceptance => events.acceptance_sigma(own),
            MenuFigure::ReductionFactor => {
                let accepted = events.acceptance(&events.rows.weights(own.sums));
                accepted.map_or(f64::NAN, |a| events.acceptance_sigma(own) / (a * a))
            }
            MenuFigure::Efficiency(sample) => events.efficiency_sigma(sample, own),
            MenuFigure::EfficiencyWhere(sample) => events.efficiency_where_sigma(sample, own),
            MenuFigure::MeanEfficiency => events.mean_efficiency_sigma(own),
            MenuFigure::MinEfficiency => {
                let least = events.min_efficiency(&events.rows.weights(own.sums));
                least.map_or(f64::NAN, |(sample, _)| events.efficiency_sigma(sample, own))
            }
            MenuFigure::Purity => events.purity_sigma(own),
        }
    }

    /// The paths that a quantity is made of, by the definitions of MODEL.md section 3.
    fn selection(&self, quantity: Quantity) -> Selection {
        let groups = &self.points.groups;
        let select = |takes: &dyn Fn(usize) -> bool| (0..groups.len()).map(takes).collect();
        let all = |_: usize| true;
        let (of, less): (Vec<bool>, Option<Vec<bool>>) = match quantity {
            Quantity::Path(i) => (select(&|j| j == i), None),
            Quantity::Pure(i) => (select(&all), Some(select(&|j| j != i))),
            Quantity::Sequential(i) => (select(&|j| j <= i), Some(select(&|j| j < i))),
            Quantity::Group(g) => (select(&|j| groups[j] == Some(g)), None),
            Quantity::GroupPure(g) => (select(&all), Some(select(&|j| groups[j] != Some(g)))),
            // Of shares and overlaps no figure is tabled.
            Quantity::Total
            | Quantity::Proportional(_)
            | Quantity::GroupProportional(_)
            | Quantity::Overlap(..) => (select(&all), None),
        };
        Selection { of, less }
    }

    /// With d the acceptance by `of` less that by `less`, and D the paths of one but not of the other:
    /// d = a(D) times what `less` rejects, and so d^2 = (2 a(D) - a'(D)) times the square of that, a' being
    /// the acceptance of paths that keep 2 q - q^2. Each term is a difference of two totals.
    fn accepted<E>(
        &self,
        selection: &Selection,
        sums: &mut RoleSums<'_, impl FnMut(&Configurations) -> Result<Vec<u128>, E>>,
    ) -> Result<Accepted, E> {
        let Selection { of, less } = selection;
        let configurations = sums.configurations;
        let mut sums_of = |role: &dyn Fn(usize) -> Role| sums.get(role);
        let is_less = |path: usize| less.as_ref().is_some_and(|less| less[path]);
        let own = sums_of(&|p| if of[p] { Role::Own } else { Role::Off })?;
        let sums = match less {
            None => own.to_vec(),
            Some(less) => {
                let below = sums_of(&|p| if less[p] { Role::Own } else { Role::Off })?;
                differences(&own, &below)
            }
        };
        let prescaled = |q: &f64| *q > 0.0 && *q < 1.0;
        let wants_errors = self.wanted.iter().any(|(_, is_sigma)| *is_sigma);
        if !wants_errors || !configurations.kept_shares.iter().any(prescaled) {
            // Every event is accepted or not; or nothing is made of the squares.
            let squares = sums.clone();
            return Ok(Accepted { sums, squares });
        }
        let squared = sums_of(&|p| if of[p] { Role::Squared } else { Role::Off })?;
        let (mixed, below) = match less {
            None => (own, Rc::new(vec![0; squared.len()])),
            Some(_) => {
                let mixed = sums_of(&|p| match (is_less(p), of[p]) {
                    (true, _) => Role::Squared,
                    (false, true) => Role::Own,
                    (false, false) => Role::Off,
                })?;
                let below = sums_of(&|p| if is_less(p) { Role::Squared } else { Role::Off })?;
                (mixed, below)
            }
        };
        let twice: Vec<u128> = differences(&mixed, &below).iter().map(|x| 2 * x).collect();
        let squares = differences(&twice, &differences(&squared, &below));
        Ok(Accepted { sums, squares })
    }
}

/// Totals of configurations by the roles of their paths, of which the last few are remembered:
/// neighbouring figures share them.
struct RoleSums<'c, F> {
    configurations: &'c Configurations,
    totals: F,
    /// The one that was used last stands last.
    known: VecDeque<(Vec<Role>, Rc<Vec<u128>>)>,
}

/// Totals that are remembered: those of all paths, and what one figure needs besides.
const REMEMBERED: usize = 6;

impl<F> RoleSums<'_, F> {
    fn get<E>(&mut self, role: &dyn Fn(usize) -> Role) -> Result<Rc<Vec<u128>>, E>
    where
        F: FnMut(&Configurations) -> Result<Vec<u128>, E>,
    {
        let roles: Vec<Role> = (0..self.configurations.paths()).map(role).collect();
        let place = self.known.iter().position(|(known, _)| *known == roles);
        let sums = match place.and_then(|place| self.known.remove(place)) {
            Some((_, sums)) => sums,
            None => Rc::new((self.totals)(&with_roles(self.configurations, &roles))?),
        };
        if self.known.len() == REMEMBERED {
            self.known.pop_front();
        }
        self.known.push_back((roles, sums.clone()));
        Ok(sums)
    }
}

fn with_roles(configurations: &Configurations, roles: &[Role]) -> Configurations {
    let mut some = configurations.clone();
    for shares in some.kept_shares.chunks_exact_mut(roles.len().max(1)) {
        for (q, role) in shares.iter_mut().zip(roles) {
            *q = match role {
                Role::Off => 0.0,
                Role::Own => *q,
                Role::Squared => 2.0 * *q - *q * *q,
            };
        }
    }
    some
}

/// a - b; rounding of prescales may leave b above a by a few parts in 2^32.
fn differences(a: &[u128], b: &[u128]) -> Vec<u128> {
    let pairs = a.iter().zip(b);
    pairs.map(|(a, b)| a.saturating_sub(*b)).collect()
}
