//! A column's problem as a linear relaxation of its menu.

use super::{Bounded, Column, ITERATIONS};
use crate::merit::{Figure, MenuFigure, Quantity};
use crate::optimize::bound::{
    BRANCHED, Cap, KIND, Linear, PathOptions, Relaxation, Start, Stop, branched,
};
use crate::optimize::score::{Limit, Objective, Side};
use crate::plan::menu::MenuPlan;
use crate::plan::{Configuration, MenuPoints, Setting};
use crate::space::{MenuBinding, Space, Values};
use crate::study::SampleKind;

/// A problem as a relaxation of its menu.
pub(super) struct Relaxed<'a> {
    relaxation: Relaxation<'a>,
    /// The limit of each cap.
    limit_of_cap: Vec<usize>,
    /// Figures whose limits are left out.
    dropped: Vec<String>,
}

impl<'a> Relaxed<'a> {
    pub fn of(
        column: &Column<'_>,
        menu: &'a MenuPoints,
        limits: &[(usize, Limit)],
    ) -> Option<Self> {
        let figures = &column.plan.figures;
        let events = &menu.events;
        let own = |figure: usize| match figures[figure] {
            Figure::Menu(figure) => Some(figure),
            _ => None,
        };
        let objective = match column.objective {
            Objective::Figure {
                figure,
                larger: true,
            } => match own(*figure)? {
                MenuFigure::MinEfficiency => signals(events)
                    .map(|sample| efficiency(events, MenuFigure::Efficiency(sample)))
                    .collect::<Option<Vec<_>>>()?,
                figure => vec![efficiency(events, figure)?],
            },
            // A concave objective lies below its tangents; where a signal has its most the tangent is flat.
            Objective::Shortfall(terms) => {
                let row = column.row?;
                let mut tangent = Linear::new(&events.rows, 0.0, |_| 0.0);
                for term in terms {
                    let at = row[term.figure].min(term.most);
                    let slope = 2.0 * term.importance * (1.0 - at / term.most) / term.most;
                    let value = -term.importance * (1.0 - at / term.most).powi(2);
                    let own = efficiency(events, own(term.figure)?)?;
                    tangent.constant += value - slope * at;
                    for (sum, gain) in tangent.gains.iter_mut().zip(own.gains) {
                        *sum += slope * gain;
                    }
                }
                vec![tangent]
            }
            Objective::Figure { .. } | Objective::Mean(_) => return None,
        };
        let mut relaxed = Self {
            relaxation: Relaxation {
                rows: &events.rows,
                objective,
                caps: Vec::new(),
                floors: Vec::new(),
                paths: path_options(&column.plan.space, menu),
            },
            limit_of_cap: Vec::new(),
            dropped: Vec::new(),
        };
        for (number, limit) in limits {
            relaxed.add(menu, *number, limit, own(limit.figure));
        }
        Some(relaxed)
    }

    /// What cannot be expressed is left out, which only raises the bound.
    fn add(&mut self, menu: &MenuPoints, number: usize, limit: &Limit, figure: Option<MenuFigure>) {
        let events = &menu.events;
        let is_cap = limit.side == Side::AtMost;
        match figure {
            Some(MenuFigure::RateKhz(quantity)) if is_cap => {
                let of = |takes: &dyn Fn(usize) -> bool| (0..menu.paths()).map(takes).collect();
                let paths = match quantity {
                    Quantity::Total => of(&|_| true),
                    Quantity::Path(i) => of(&|j| i == j),
                    Quantity::Group(g) => of(&|j| menu.groups[j] == Some(g)),
                    _ => return self.dropped.push(limit.name.clone()),
                };
                self.relaxation.caps.push(Cap {
                    paths,
                    costs: rate_khz(events).gains,
                    most: limit.bound,
                });
                self.limit_of_cap.push(number);
            }
            Some(MenuFigure::BandwidthGbPerS(bytes)) if is_cap => {
                let gb = 1e-6 * bytes as f64;
                let costs = rate_khz(events).gains.into_iter().map(|khz| gb * khz);
                self.relaxation.caps.push(Cap {
                    paths: vec![true; menu.paths()],
                    costs: costs.collect(),
                    most: limit.bound,
                });
                self.limit_of_cap.push(number);
            }
            Some(figure) if !is_cap => match efficiency(events, figure) {
                Some(mut floor) => {
                    floor.constant -= limit.bound;
                    self.relaxation.floors.push(floor);
                }
                None => self.dropped.push(limit.name.clone()),
            },
            _ => self.dropped.push(limit.name.clone()),
        }
    }

    pub fn solve(self, column: &Column<'_>, menu: &MenuPoints, limits: usize) -> Bounded {
        let start = column.at.map(|at| Start {
            levels: &at.levels,
            shares: &at.kept_shares,
            prices: &[],
        });
        let stop = Stop {
            target: column
                .row
                .map_or(f64::NAN, |row| column.objective.worth(row)),
            gap: column.gap,
            iterations: ITERATIONS,
        };
        let Some(made) = branched(&self.relaxation, start, stop, column.parts) else {
            return Bounded::none("the relaxation has no finite bound");
        };
        if made.infeasible {
            return Bounded::none("the relaxation proves that no menu keeps every limit");
        }
        let mut prices = vec![None; limits];
        for (limit, price) in self.limit_of_cap.iter().zip(&made.multipliers.caps) {
            prices[*limit] = Some(*price);
        }
        let kind = if made.kind == BRANCHED {
            BRANCHED
        } else {
            KIND
        };
        let mut notes = Vec::new();
        if !self.dropped.is_empty() {
            notes.push(format!("without the limits of {}", self.dropped.join(", ")));
        }
        let rows = &menu.events.rows;
        if (0..rows.paths()).any(|path| rows.ladders_of(path).len() > 1) {
            notes.push("weak where legs of a path vary independently".to_owned());
        }
        Bounded {
            worth: Some(made.value),
            kind: kind.to_owned(),
            note: (!notes.is_empty()).then(|| notes.join("; ")),
            prices,
        }
    }
}

fn signals(events: &MenuPlan) -> impl Iterator<Item = usize> {
    let samples = events.samples.iter().enumerate();
    samples
        .filter(|(_, s)| s.kind == SampleKind::Signal)
        .map(|(sample, _)| sample)
}

/// A figure that is linear in what signals accept; none: it is not, or is one of the background.
fn efficiency(events: &MenuPlan, figure: MenuFigure) -> Option<Linear> {
    let rows = &events.rows;
    let of = |sample: usize, selected: bool| {
        let sum = match selected {
            true => rows.selected_sums[sample]?,
            false => rows.sums_of_weights[sample],
        };
        Some(Linear::new(rows, 0.0, |class| {
            let is_counted = class.sample == sample && (class.selected || !selected);
            if is_counted { 1.0 / sum } else { 0.0 }
        }))
    };
    match figure {
        MenuFigure::Efficiency(sample) => of(sample, false),
        MenuFigure::EfficiencyWhere(sample) => of(sample, true),
        MenuFigure::MeanEfficiency => {
            let importance = |sample: usize| events.samples[sample].importance;
            let total: f64 = signals(events).map(importance).sum();
            Some(Linear::new(rows, 0.0, |class| {
                let own = signals(events).any(|s| s == class.sample);
                let share = importance(class.sample) / total;
                if own {
                    share / rows.sums_of_weights[class.sample]
                } else {
                    0.0
                }
            }))
        }
        _ => None,
    }
}

/// The background's rate [kHz].
fn rate_khz(events: &MenuPlan) -> Linear {
    let background = |sample: usize| events.samples[sample].kind == SampleKind::Background;
    let sums = events.rows.sums_of_weights.iter().enumerate();
    let all: f64 = sums
        .filter(|(s, _)| background(*s))
        .map(|(_, sum)| sum)
        .sum();
    let khz = events.normalisation.rate_hz() / 1e3 / all;
    Linear::new(&events.rows, 0.0, |class| {
        if background(class.sample) { khz } else { 0.0 }
    })
}

/// Every level and share that axes give a path; what ties paths together is left out.
fn path_options(space: &Space, menu: &MenuPoints) -> Vec<PathOptions> {
    let rows = &menu.events.rows;
    let mut first = vec![0.0; space.axes.len()];
    space.coordinates(0, &mut first);
    let mut own = Configuration::default();
    menu.configure(space, &first, &mut own);
    let mut levels: Vec<Vec<u8>> = own.levels.iter().map(|level| vec![*level]).collect();
    let mut shares: Vec<Vec<f64>> = own.kept_shares.iter().map(|share| vec![*share]).collect();
    for axis in &space.axes {
        for binding in &axis.menu {
            let values = match &axis.values {
                Values::Free(values) => values.clone(),
                // Whatever a formula gives: all levels of the ladder, or any prescale.
                Values::Linked { .. } => match *binding {
                    MenuBinding::Thresholds(i) => space.path_axes[i].levels.clone(),
                    MenuBinding::Prescale(_) => vec![0.0, 1.0],
                },
            };
            for value in values {
                match menu.setting(space, *binding, value) {
                    Setting::Level { ladder, level } => levels[ladder].push(level),
                    Setting::Share { path, share } => shares[path].push(share),
                }
            }
        }
    }
    for levels in &mut levels {
        levels.sort_unstable();
        levels.dedup();
    }
    let options = shares.iter().enumerate().map(|(path, shares)| {
        let on = shares.iter().copied().filter(|share| *share > 0.0);
        let most = on.clone().fold(0.0, f64::max);
        PathOptions {
            levels: rows
                .ladders_of(path)
                .map(|ladder| levels[ladder].clone())
                .collect(),
            least_share: on.fold(most, f64::min),
            most_share: most,
            may_be_off: shares.contains(&0.0),
        }
    });
    options.collect()
}
