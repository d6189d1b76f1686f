//! What an optimiser moves: the free axes of a space, each a ladder of values by how strict they are.
//!
//! A menu may have several prescale columns. They share its thresholds; a prescale is then a knob of its own in
//! each column.

use crate::engine::Point;
use crate::space::{Axis, MenuBinding, Space};

/// A place on the ladder of every knob.
pub type Choice = Vec<u32>;

/// The free axes of a space; those that are linked follow.
#[derive(Debug, Clone)]
pub struct Knobs {
    space: Space,
    columns: usize,
    knobs: Vec<Knob>,
}

#[derive(Debug, Clone)]
struct Knob {
    /// Among all axes.
    axis: usize,
    /// The loosest first: thresholds ascend, and so do prescales, 0 (off) behind them.
    ladder: Vec<f64>,
    /// The column in which it moves the axis; none: in all. Knobs of one axis follow each other.
    column: Option<usize>,
    /// Whether it is at most as strict as in the columns before.
    is_monotone: bool,
}

fn is_prescale(axis: &Axis) -> bool {
    let prescales = |b: &MenuBinding| matches!(b, MenuBinding::Prescale(_));
    axis.menu.iter().any(prescales)
}

impl Knobs {
    /// Of a menu without columns, or of a system.
    pub fn new(space: &Space) -> Self {
        Self::of_columns(space, 1, |_| false)
    }

    /// Of so many columns, the strictest first: axes that `is_monotone` says so of never become stricter from
    /// one to the next. A choice that says otherwise counts as one that is as strict as the column before.
    pub fn of_columns(space: &Space, columns: usize, is_monotone: impl Fn(&Axis) -> bool) -> Self {
        let mut knobs = Vec::new();
        for (axis, values) in space.free() {
            let own = &space.axes[axis];
            let is_prescale = is_prescale(own);
            let strictness = |x: &f64| {
                if is_prescale && *x == 0.0 {
                    f64::INFINITY
                } else {
                    *x
                }
            };
            let mut ladder = values.to_vec();
            ladder.sort_by(|a, b| strictness(a).total_cmp(&strictness(b)));
            let knob = |column| Knob {
                axis,
                ladder: ladder.clone(),
                column,
                is_monotone: is_monotone(own),
            };
            if is_prescale && columns > 1 {
                knobs.extend((0..columns).map(|column| knob(Some(column))));
            } else {
                knobs.push(knob(None));
            }
        }
        Self {
            space: space.clone(),
            columns,
            knobs,
        }
    }

    pub fn len(&self) -> usize {
        self.knobs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.knobs.is_empty()
    }

    /// How many columns there are; one where the menu has none.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many values a knob has.
    pub fn size(&self, knob: usize) -> u32 {
        self.knobs[knob].ladder.len() as u32
    }

    /// How many values all have together: so many evaluations are a sweep's moves, and `len` of them none.
    pub fn values(&self) -> usize {
        self.knobs.iter().map(|knob| knob.ladder.len()).sum()
    }

    /// The points of the grid; none: more than fit into 64 bits.
    pub fn points(&self) -> Option<u64> {
        let mut sizes = self.knobs.iter().map(|knob| knob.ladder.len() as u64);
        sizes.try_fold(1, |all: u64, size| all.checked_mul(size))
    }

    pub fn space(&self) -> &Space {
        &self.space
    }

    /// The axis of the space that a knob moves.
    pub fn axis(&self, knob: usize) -> usize {
        self.knobs[knob].axis
    }

    /// The column that a knob is of; none: it moves all.
    pub fn column(&self, knob: usize) -> Option<usize> {
        self.knobs[knob].column
    }

    /// A knob's value.
    pub fn value(&self, knob: usize, place: u32) -> f64 {
        self.knobs[knob].ladder[place as usize]
    }

    /// The value of every axis of the space, in each column.
    pub fn points_of(&self, choice: &[u32]) -> Vec<Point> {
        (0..self.columns).map(|c| self.point(choice, c)).collect()
    }

    /// The value of every axis in a column.
    pub fn point(&self, choice: &[u32], column: usize) -> Point {
        let mut point = vec![0.0; self.space.axes.len()];
        for knob in
            (0..self.len()).filter(|k| self.knobs[*k].column.is_none_or(|own| own == column))
        {
            let place = self.place(choice, knob);
            point[self.axis(knob)] = self.value(knob, place);
        }
        self.space.follow_links(&mut point);
        point
    }

    /// A knob's place, not stricter than in the columns before where it is monotone.
    fn place(&self, choice: &[u32], knob: usize) -> u32 {
        match &self.knobs[knob] {
            Knob {
                column: Some(column),
                is_monotone: true,
                ..
            } => choice[knob - column..=knob].iter().copied().min(),
            _ => Some(choice[knob]),
        }
        .unwrap_or(0)
    }

    /// The same point, each knob where it counts as being.
    pub fn settled(&self, choice: &[u32]) -> Choice {
        (0..self.len()).map(|k| self.place(choice, k)).collect()
    }

    /// The place of a knob's axis in each column, with the knob at `place`.
    pub fn places_with(&self, choice: &[u32], knob: usize, place: u32, out: &mut Vec<u32>) {
        out.clear();
        let Knob {
            column,
            is_monotone,
            ..
        } = self.knobs[knob];
        let Some(column) = column else {
            out.resize(self.columns, place);
            return;
        };
        let mut least = u32::MAX;
        for (other, &own) in choice[knob - column..][..self.columns].iter().enumerate() {
            let own = if other == column { place } else { own };
            least = if is_monotone { least.min(own) } else { own };
            out.push(least);
        }
    }

    /// The choice whose values are nearest to those of a point in each column, knob by knob.
    pub fn nearest(&self, points: &[Point]) -> Choice {
        let nearest = |knob: &Knob| {
            let wanted = points[knob.column.unwrap_or(0)][knob.axis];
            let distance = |place: &u32| (knob.ladder[*place as usize] - wanted).abs();
            let places = 0..knob.ladder.len() as u32;
            places
                .min_by(|a, b| distance(a).total_cmp(&distance(b)))
                .unwrap_or(0)
        };
        self.knobs.iter().map(nearest).collect()
    }

    /// Every knob at the same share of its ladder: 0 the loosest, 1 the strictest.
    pub fn at_share(&self, share: f64) -> Choice {
        let place = |knob: &Knob| (share * (knob.ladder.len() - 1) as f64).round() as u32;
        self.knobs.iter().map(place).collect()
    }

    /// The grid point of that number: as the space counts them where there are no columns, else the last knob
    /// fastest.
    pub fn of_index(&self, index: u64) -> Choice {
        if self.columns == 1 {
            let mut point = vec![0.0; self.space.axes.len()];
            self.space.coordinates(index, &mut point);
            return self.nearest(&[point]);
        }
        let mut rest = index;
        let mut choice = vec![0; self.len()];
        for (place, knob) in choice.iter_mut().zip(&self.knobs).rev() {
            let size = knob.ladder.len() as u64;
            *place = (rest % size) as u32;
            rest /= size;
        }
        choice
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::Values;

    fn space() -> Space {
        let axis = |name: &str, values: &[f64], binding| Axis {
            name: name.to_owned(),
            unit: "1",
            values: Values::Free(values.to_vec()),
            bindings: Vec::new(),
            menu: vec![binding],
            spec: 0,
        };
        Space {
            axes: vec![
                axis("pt", &[10.0, 20.0, 30.0], MenuBinding::Thresholds(0)),
                axis("prescale", &[0.0, 1.0, 2.0], MenuBinding::Prescale(0)),
            ],
            path_axes: Vec::new(),
        }
    }

    #[test]
    fn columns_share_thresholds_and_have_prescales_of_their_own() {
        let knobs = Knobs::of_columns(&space(), 2, |_| false);
        assert_eq!((knobs.len(), knobs.points()), (3, Some(27)));
        // 20 GeV; off in the first column, 1 in the second.
        let choice = vec![1, 2, 0];
        assert_eq!(knobs.points_of(&choice), [[20.0, 0.0], [20.0, 1.0]]);
        assert_eq!(knobs.nearest(&knobs.points_of(&choice)), choice);
        assert_eq!(knobs.of_index(9 + 2 * 3), choice);
    }

    #[test]
    fn a_monotone_prescale_is_never_stricter_than_in_the_column_before() {
        let knobs = Knobs::of_columns(&space(), 3, |axis| axis.name == "prescale");
        let places = |choice: &[u32], knob, place| {
            let mut out = Vec::new();
            knobs.places_with(choice, knob, place, &mut out);
            out
        };
        let prescales = |choice: &[u32]| {
            knobs
                .points_of(choice)
                .iter()
                .map(|p| p[1])
                .collect::<Vec<_>>()
        };
        assert_eq!(prescales(&[0, 1, 2, 0]), [2.0, 2.0, 1.0]);
        assert_eq!(places(&[0, 1, 2, 0], 1, 0), [0, 0, 0]);
        assert_eq!(places(&[0, 1, 2, 0], 3, 2), [1, 1, 1]);
        assert_eq!(places(&[0, 1, 2, 0], 0, 2), [2, 2, 2]);
    }
}
