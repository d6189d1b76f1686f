//! The space a study spans: knobs bound to axes, and the points of its grid.

mod menu_axes;
mod resolve;

use crate::menu::PathAxis;
use crate::study::Expression;

/// The axes of a study, in the order written; the last free one runs fastest.
#[derive(Debug, Clone, Default)]
pub struct Space {
    pub axes: Vec<Axis>,
    /// The ladders of thresholds that axes move, one for each path (and leg) of the menu that varies.
    pub path_axes: Vec<PathAxis>,
}

/// One column of every point.
#[derive(Debug, Clone)]
pub struct Axis {
    /// The address as results name it.
    pub name: String,
    pub unit: &'static str,
    pub values: Values,
    /// What the axis moves of the system.
    pub bindings: Vec<Binding>,
    /// What it moves of the menu.
    pub menu: Vec<MenuBinding>,
    /// Which of the study's axes it comes from; a wildcard gives several.
    pub spec: usize,
}

#[derive(Debug, Clone)]
pub enum Values {
    Free(Vec<f64>),
    /// A formula over other axes, by their index.
    Linked {
        formula: Expression,
        text: String,
        inputs: Vec<usize>,
    },
}

/// What an axis moves of a menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MenuBinding {
    /// The thresholds of one of [`Space::path_axes`].
    Thresholds(usize),
    /// The prescale of a path.
    Prescale(usize),
}

/// System slot = offset + slope * axis value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Binding {
    pub slot: usize,
    pub offset: f64,
    pub slope: f64,
}

impl Binding {
    pub fn direct(slot: usize) -> Self {
        Self {
            slot,
            offset: 0.0,
            slope: 1.0,
        }
    }
}

impl Axis {
    /// An axis of a system alone.
    pub fn of_system(
        name: String,
        unit: &'static str,
        values: Values,
        bindings: Vec<Binding>,
    ) -> Self {
        Self {
            name,
            unit,
            values,
            bindings,
            menu: Vec::new(),
            spec: 0,
        }
    }
}

impl Space {
    /// Points of the grid; `None` if there are more than fit into 64 bits.
    pub fn points(&self) -> Option<u64> {
        self.free().try_fold(1u64, |product, (_, values)| {
            product.checked_mul(values.len() as u64)
        })
    }

    /// Index and values of the free axes.
    pub fn free(&self) -> impl DoubleEndedIterator<Item = (usize, &[f64])> {
        self.axes
            .iter()
            .enumerate()
            .filter_map(|(i, axis)| match &axis.values {
                Values::Free(values) => Some((i, values.as_slice())),
                Values::Linked { .. } => None,
            })
    }

    /// The values of all axes at grid point `index`; the index counts the last free axis first.
    pub fn coordinates(&self, index: u64, out: &mut [f64]) {
        let mut rest = index;
        for (i, values) in self.free().rev() {
            let n = values.len() as u64;
            out[i] = values[(rest % n) as usize];
            rest /= n;
        }
        self.follow_links(out);
    }

    /// Fills the linked axes from the free ones.
    pub fn follow_links(&self, out: &mut [f64]) {
        for (i, axis) in self.axes.iter().enumerate() {
            if let Values::Linked {
                formula, inputs, ..
            } = &axis.values
            {
                let mut arguments = [0.0; MAX_LINK_INPUTS];
                for (argument, &input) in arguments.iter_mut().zip(inputs) {
                    *argument = out[input];
                }
                out[i] = formula.evaluate(&arguments[..inputs.len()]);
            }
        }
    }
}

/// Axes that one formula may read.
pub const MAX_LINK_INPUTS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn free(name: &str, values: &[f64]) -> Axis {
        Axis::of_system(name.into(), "1", Values::Free(values.to_vec()), Vec::new())
    }

    #[test]
    fn the_last_free_axis_runs_fastest_and_links_follow() {
        let linked = Axis {
            values: Values::Linked {
                formula: Expression::parse("12 / system.a.reduction_ratio").unwrap(),
                text: String::new(),
                inputs: vec![0],
            },
            ..free("c", &[])
        };
        let space = Space {
            axes: vec![free("a", &[2.0, 3.0]), linked, free("b", &[0.0, 1.0, 2.0])],
            ..Space::default()
        };
        assert_eq!(space.points(), Some(6));
        let mut out = [0.0; 3];
        // 4 = 1 * 3 + 1: the second value of the first axis, the second of the last.
        space.coordinates(4, &mut out);
        assert_eq!(out, [3.0, 4.0, 1.0]);
    }

    #[test]
    fn a_space_too_large_for_an_index_says_so() {
        let axis = free("a", &vec![0.0; 1 << 16]);
        assert_eq!(
            Space {
                axes: vec![axis.clone(); 4],
                ..Space::default()
            }
            .points(),
            None
        );
        assert_eq!(
            Space {
                axes: vec![axis; 3],
                ..Space::default()
            }
            .points(),
            Some(1 << 48)
        );
    }
}
