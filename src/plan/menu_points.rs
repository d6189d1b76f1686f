//! The points of a space as configurations of a menu.

use super::menu::{Configurations, MenuPlan};
use crate::menu::{Ladders, Menu};
use crate::space::{MenuBinding, Space};

/// A menu on its events, and what the axes of a space move of it.
#[derive(Debug, Clone)]
pub struct MenuPoints {
    pub events: MenuPlan,
    /// The group of each path.
    pub groups: Vec<Option<usize>>,
    /// The share that each path keeps where no axis moves its prescale.
    own_shares: Vec<f64>,
    /// The ladder of each of the space's ladders of thresholds.
    ladders: Vec<usize>,
}

/// A level of every ladder and a kept share of every path.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Configuration {
    pub levels: Vec<u8>,
    pub kept_shares: Vec<f64>,
}

/// What one value sets of a configuration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Setting {
    Level { ladder: usize, level: u8 },
    Share { path: usize, share: f64 },
}

impl MenuPoints {
    pub fn new(menu: &Menu, ladders: &Ladders, events: MenuPlan) -> Self {
        Self {
            events,
            groups: menu.paths.iter().map(|p| p.group).collect(),
            own_shares: menu.kept_shares(),
            ladders: ladders.of_axis().to_vec(),
        }
    }

    /// Of events whose critical levels are known: the group of each path, and the ladder of each of the
    /// space's path axes. Paths whose prescale no axis moves have none.
    pub fn of_rows(groups: Vec<Option<usize>>, ladders: Vec<usize>, events: MenuPlan) -> Self {
        Self {
            own_shares: vec![1.0; groups.len()],
            groups,
            ladders,
            events,
        }
    }

    /// No configuration yet.
    pub fn configurations(&self) -> Configurations {
        Configurations::new(self.events.rows.levels.len(), self.own_shares.len())
    }

    /// The configuration of a point, one value for every axis; a threshold takes the nearest of its
    /// levels.
    pub fn configure(&self, space: &Space, coordinates: &[f64], out: &mut Configuration) {
        out.levels.clear();
        // Ladders that no axis moves have one level.
        out.levels.resize(self.events.rows.levels.len(), 0);
        out.kept_shares.clone_from(&self.own_shares);
        for (axis, &value) in space.axes.iter().zip(coordinates) {
            for binding in &axis.menu {
                match self.setting(space, *binding, value) {
                    Setting::Level { ladder, level } => out.levels[ladder] = level,
                    Setting::Share { path, share } => out.kept_shares[path] = share,
                }
            }
        }
    }

    /// What a value of an axis does to the menu.
    pub fn setting(&self, space: &Space, binding: MenuBinding, value: f64) -> Setting {
        match binding {
            MenuBinding::Thresholds(i) => Setting::Level {
                ladder: self.ladders[i],
                level: nearest(&space.path_axes[i].levels, value),
            },
            MenuBinding::Prescale(path) => Setting::Share {
                path,
                share: if value > 0.0 { 1.0 / value } else { 0.0 },
            },
        }
    }

    /// The number of paths.
    pub fn paths(&self) -> usize {
        self.own_shares.len()
    }
}

/// The place of the value that is nearest; levels ascend, and are at most 255.
fn nearest(levels: &[f64], value: f64) -> u8 {
    let above = levels.partition_point(|level| *level < value);
    let nearer_below = above > 0
        && levels
            .get(above)
            .is_none_or(|next| value - levels[above - 1] < next - value);
    (above - usize::from(nearer_below)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_between_levels_take_the_nearest() {
        let levels = [10.0, 10.5, 12.0];
        let of = |value| nearest(&levels, value);
        assert_eq!([of(10.0), of(10.5), of(12.0)], [0, 1, 2]);
        assert_eq!([of(-3.0), of(10.2), of(11.3), of(99.0)], [0, 0, 2, 2]);
    }
}
