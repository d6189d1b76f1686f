//! The points of a space as configurations of its menu, and their figures, whichever engine sums.

use super::Points;
use super::menu_figures::{MenuColumns, MenuFigures};
use crate::plan::menu::Configurations;
use crate::plan::{Acceptance, Configuration, MenuPoints, Plan};
use std::collections::HashMap;

/// Sums that are held at a time: a bound on memory.
const SUMS: usize = 1 << 20;

/// The menu's figures at points, many of which may have one configuration.
#[derive(Debug, Default)]
pub struct PointColumns {
    columns: MenuColumns,
    /// The configuration of each point.
    of_point: Vec<usize>,
}

impl PointColumns {
    /// Evaluates the menu of a plan at points. `totals` sums at most `most` configurations at a time.
    ///
    /// # Errors
    /// Those of `totals`.
    pub fn evaluate<E>(
        plan: &Plan,
        menu: &MenuPoints,
        points: &Points,
        most: usize,
        mut totals: impl FnMut(&Configurations) -> Result<Vec<u128>, E>,
    ) -> Result<Self, E> {
        let (configurations, of_point) = configurations(plan, menu, points);
        let figures = MenuFigures::new(menu, &plan.figures);
        let rows = &menu.events.rows;
        let pass = (SUMS / rows.classes.len().max(1)).clamp(1, most);
        let mut columns = MenuColumns::default();
        for start in (0..configurations.len()).step_by(pass) {
            let mut some = menu.configurations();
            for i in start..configurations.len().min(start + pass) {
                some.push(configurations.levels_of(i), configurations.shares_of(i));
            }
            let own = figures.evaluate(&some, &mut totals)?;
            columns.figures.resize(own.figures.len(), Vec::new());
            for (column, own) in columns.figures.iter_mut().zip(own.figures) {
                column.extend(own);
            }
            columns.acceptances.extend(own.acceptances);
        }
        Ok(Self { columns, of_point })
    }

    /// The figure of a point, counted among those of the menu.
    pub fn figure(&self, figure: usize, point: usize) -> f64 {
        self.columns.figures[figure][self.of_point[point]]
    }

    pub fn acceptance(&self, point: usize) -> Acceptance {
        self.columns.acceptances[self.of_point[point]]
    }
}

/// The different configurations of points, and that of each point.
pub fn configurations(
    plan: &Plan,
    menu: &MenuPoints,
    points: &Points,
) -> (Configurations, Vec<usize>) {
    let mut different = menu.configurations();
    let mut known: HashMap<(Vec<u8>, Vec<u64>), usize> = HashMap::new();
    let mut of_point = Vec::with_capacity(points.len());
    let mut coordinates = vec![0.0; plan.space.axes.len()];
    let mut own = Configuration::default();
    for i in 0..points.len() {
        points.coordinates(&plan.space, i, &mut coordinates);
        menu.configure(&plan.space, &coordinates, &mut own);
        let shares = own.kept_shares.iter().map(|q| q.to_bits()).collect();
        let next = different.len();
        let place = *known.entry((own.levels.clone(), shares)).or_insert(next);
        if place == next {
            different.push(&own.levels, &own.kept_shares);
        }
        of_point.push(place);
    }
    (different, of_point)
}
