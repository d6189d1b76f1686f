//! What an optimiser moves: the free axes of a space, each a ladder of values by how strict they are.

use crate::engine::Point;
use crate::space::{MenuBinding, Space};

/// A place on the ladder of every free axis.
pub type Choice = Vec<u32>;

/// The free axes of a space; those that are linked follow.
#[derive(Debug, Clone)]
pub struct Knobs {
    space: Space,
    /// Index of each free axis among all.
    axes: Vec<usize>,
    /// Values of each, the loosest first: thresholds ascend, and so do prescales, 0 (off) behind them.
    ladders: Vec<Vec<f64>>,
}

impl Knobs {
    pub fn new(space: &Space) -> Self {
        let (mut axes, mut ladders) = (Vec::new(), Vec::new());
        for (axis, values) in space.free() {
            let prescales = |b: &MenuBinding| matches!(b, MenuBinding::Prescale(_));
            let is_prescale = space.axes[axis].menu.iter().any(prescales);
            let strictness = |x: &f64| {
                if is_prescale && *x == 0.0 {
                    f64::INFINITY
                } else {
                    *x
                }
            };
            let mut ladder = values.to_vec();
            ladder.sort_by(|a, b| strictness(a).total_cmp(&strictness(b)));
            axes.push(axis);
            ladders.push(ladder);
        }
        Self {
            space: space.clone(),
            axes,
            ladders,
        }
    }

    /// The number of free axes.
    pub fn len(&self) -> usize {
        self.axes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.axes.is_empty()
    }

    /// How many values a knob has.
    pub fn size(&self, knob: usize) -> u32 {
        self.ladders[knob].len() as u32
    }

    /// How many values all have together: so many evaluations are a sweep's moves, and `len` of them none.
    pub fn values(&self) -> usize {
        self.ladders.iter().map(Vec::len).sum()
    }

    /// The points of the grid; none: more than fit into 64 bits.
    pub fn points(&self) -> Option<u64> {
        self.space.points()
    }

    pub fn space(&self) -> &Space {
        &self.space
    }

    /// The axis of the space that a knob is.
    pub fn axis(&self, knob: usize) -> usize {
        self.axes[knob]
    }

    /// A knob's value.
    pub fn value(&self, knob: usize, place: u32) -> f64 {
        self.ladders[knob][place as usize]
    }

    /// The value of every axis of the space.
    pub fn point(&self, choice: &Choice) -> Point {
        let mut point = vec![0.0; self.space.axes.len()];
        for (knob, &place) in choice.iter().enumerate() {
            point[self.axes[knob]] = self.value(knob, place);
        }
        self.space.follow_links(&mut point);
        point
    }

    /// The choice whose values are nearest to those of a point, knob by knob.
    pub fn nearest(&self, point: &[f64]) -> Choice {
        let nearest = |(knob, ladder): (usize, &Vec<f64>)| {
            let wanted = point[self.axes[knob]];
            let distance = |place: &u32| (ladder[*place as usize] - wanted).abs();
            let places = 0..ladder.len() as u32;
            places
                .min_by(|a, b| distance(a).total_cmp(&distance(b)))
                .unwrap_or(0)
        };
        self.ladders.iter().enumerate().map(nearest).collect()
    }

    /// Every knob at the same share of its ladder: 0 the loosest, 1 the strictest.
    pub fn at_share(&self, share: f64) -> Choice {
        let place = |ladder: &Vec<f64>| (share * (ladder.len() - 1) as f64).round() as u32;
        self.ladders.iter().map(place).collect()
    }

    /// The grid point of that number, as the space counts them.
    pub fn of_index(&self, index: u64) -> Choice {
        let mut point = vec![0.0; self.space.axes.len()];
        self.space.coordinates(index, &mut point);
        self.nearest(&point)
    }
}
