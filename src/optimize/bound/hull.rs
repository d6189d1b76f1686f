//! The mixtures of each path's options: of each ladder, a kept share that never falls with the critical
//! level.
//!
//! An option with threshold level t and kept share q keeps q of the events with critical level above t.
//! Mixtures of options are all u with 0 <= u(1) <= ... <= u(m) within the shares that the path may have; the
//! ladders of a path have one u(m). Critical levels between the same allowed levels are one column.

use super::PathOptions;
use super::isotonic::{Pool, isotonic};
use super::options::{Options, ends, tightest_best};
use crate::plan::menu::MenuRows;
use std::ops::Range;

/// Columns of all paths, ladder after ladder, loosest last.
#[derive(Debug)]
pub struct Hull {
    /// By ladder and critical level; none where no option lets it pass.
    columns: Vec<Vec<Option<u32>>>,
    /// By ladder.
    ranges: Vec<Range<usize>>,
    /// The level of the option that begins at a column.
    levels: Vec<u8>,
    paths: Vec<Mixture>,
    count: usize,
    options: Options,
}

#[derive(Debug)]
struct Mixture {
    ladders: Range<usize>,
    least: f64,
    most: f64,
}

impl Hull {
    pub fn new(rows: &MenuRows, paths: &[PathOptions]) -> Self {
        let mut hull = Self {
            columns: Vec::new(),
            ranges: Vec::new(),
            levels: Vec::new(),
            paths: Vec::new(),
            count: 0,
            options: Options::default(),
        };
        for (path, options) in paths.iter().enumerate() {
            let ladders = rows.ladders_of(path);
            let on = options.is_on();
            for (ladder, levels) in ladders.clone().zip(&options.levels) {
                let first = hull.count;
                let column = |critical: usize| {
                    let passed = levels.partition_point(|t| usize::from(*t) < critical);
                    (on && passed > 0).then(|| (first + passed - 1) as u32)
                };
                let all = 0..=usize::from(rows.levels[ladder]);
                hull.columns.push(all.map(column).collect());
                if on {
                    hull.count += levels.len();
                    hull.levels.extend(levels);
                }
                hull.ranges.push(first..hull.count);
            }
            let (least, most) = ends(options);
            hull.paths.push(Mixture {
                ladders,
                least,
                most,
            });
        }
        hull.options = hull.some(paths);
        hull
    }

    /// The number of columns.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The column of a critical level of a ladder.
    pub fn column(&self, ladder: usize, critical: u8) -> Option<u32> {
        self.columns[ladder][usize::from(critical)]
    }

    /// The column that every option of a path passes.
    pub fn top(&self, path: usize) -> u32 {
        self.ranges[self.paths[path].ladders.start]
            .end
            .saturating_sub(1) as u32
    }

    /// Whether every option of a path keeps all that reach these columns, one a ladder.
    pub fn is_certain(&self, path: usize, columns: &[u32]) -> bool {
        let path = &self.paths[path];
        let mut tops = self.ranges[path.ladders.clone()].iter().zip(columns);
        path.least == 1.0 && tops.all(|(range, column)| *column as usize + 1 == range.end)
    }

    /// All options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Those of some parts of the paths' options.
    pub fn some(&self, paths: &[PathOptions]) -> Options {
        let mut begins = vec![false; self.count];
        for (path, own) in self.paths.iter().zip(paths) {
            for (range, levels) in self.ranges[path.ladders.clone()].iter().zip(&own.levels) {
                for column in range.clone() {
                    begins[column] = levels.binary_search(&self.levels[column]).is_ok();
                }
            }
        }
        Options {
            begins,
            shares: paths.iter().map(ends).collect(),
        }
    }

    /// The best of some options of every path, by what each column earns: the sum, and of each path its
    /// columns (the loosest passed column of each ladder) and its share through `chosen`.
    pub fn best(
        &self,
        options: &Options,
        earned: &[f64],
        mut chosen: impl FnMut(Range<usize>, f64),
    ) -> f64 {
        let mut all = 0.0;
        let best = |range: &Range<usize>| {
            tightest_best(&earned[range.clone()], &options.begins[range.clone()])
        };
        for (path, (least, most)) in self.paths.iter().zip(&options.shares) {
            let ranges = &self.ranges[path.ladders.clone()];
            let sum: f64 = ranges.iter().map(|range| best(range).1).sum();
            let share = if sum > 0.0 { *most } else { *least };
            all += sum * share;
            for range in ranges {
                chosen(range.start + best(range).0..range.end, share);
            }
        }
        all
    }

    /// By ladder and level of a path's options, what is lost where it is that level instead of the best.
    pub fn losses(&self, path: usize, options: &Options, earned: &[f64]) -> Vec<Vec<f64>> {
        let (least, most) = options.shares[path];
        let worth = |sum: f64| sum * if sum > 0.0 { most } else { least };
        let ranges = &self.ranges[self.paths[path].ladders.clone()];
        let best = |range: &Range<usize>| {
            tightest_best(&earned[range.clone()], &options.begins[range.clone()]).1
        };
        let sum: f64 = ranges.iter().map(best).sum();
        let of_ladder = |range: &Range<usize>| {
            let others = sum - best(range);
            let mut losses = Vec::new();
            let mut tail = 0.0;
            for column in range.clone().rev() {
                tail += earned[column];
                if options.begins[column] {
                    losses.push(worth(sum) - worth(others + tail));
                }
            }
            losses.reverse();
            losses
        };
        ranges.iter().map(of_ladder).collect()
    }

    /// Moves shares to the nearest mixture, distances squared being weighted.
    pub fn project(&self, kept: &mut [f64], weights: &[f64], pools: &mut Vec<Pool>) {
        for path in &self.paths {
            let ranges = &self.ranges[path.ladders.clone()];
            if let [range] = ranges
                && path.least == 0.0
            {
                isotonic(&mut kept[range.clone()], &weights[range.clone()], pools);
                for share in &mut kept[range.clone()] {
                    *share = share.clamp(0.0, path.most);
                }
                continue;
            }
            if ranges.iter().any(Range::is_empty) {
                continue;
            }
            for range in ranges {
                let below = range.start..range.end - 1;
                isotonic(&mut kept[below.clone()], &weights[below], pools);
            }
            let top = path.common_top(ranges, kept, weights);
            for range in ranges {
                for share in &mut kept[range.start..range.end - 1] {
                    *share = share.clamp(0.0, top);
                }
                kept[range.end - 1] = top;
            }
        }
    }

    /// Columns as kept shares by ladder and critical level.
    pub fn by_level(&self, kept: &[f64]) -> Vec<Vec<f64>> {
        let share = |column: &Option<u32>| column.map_or(0.0, |c| kept[c as usize]);
        let ladders = self.columns.iter();
        ladders
            .map(|levels| levels.iter().map(share).collect())
            .collect()
    }

    /// Columns of kept shares by ladder and critical level, as far as options have them.
    pub fn of_mixture(&self, by_level: &[Vec<f64>]) -> Vec<f64> {
        let mut kept = vec![0.0; self.count];
        for path in &self.paths {
            for ladder in path.ladders.clone() {
                // The tightest critical level of a column is the last.
                for (column, share) in self.columns[ladder].iter().zip(&by_level[ladder]) {
                    if let Some(column) = column {
                        kept[*column as usize] = share.min(path.most);
                    }
                }
                let range = &self.ranges[ladder];
                if let Some(last) = kept[range.clone()].last_mut() {
                    *last = last.max(path.least);
                }
            }
        }
        kept
    }

    /// The shares of one configuration; levels at or beyond "off" are closed.
    pub fn of_menu(&self, levels: &[u8], shares: &[f64]) -> Vec<f64> {
        let mut kept = vec![0.0; self.count];
        for (path, share) in self.paths.iter().zip(shares) {
            let own = path.ladders.clone();
            let off = own
                .clone()
                .any(|l| usize::from(levels[l]) + 1 >= self.columns[l].len());
            if off {
                continue;
            }
            for ladder in own {
                let passing = &self.columns[ladder][usize::from(levels[ladder]) + 1..];
                for column in passing.iter().flatten() {
                    kept[*column as usize] = share.clamp(path.least, path.most);
                }
            }
        }
        kept
    }
}

impl Mixture {
    /// The share of the top columns of all ladders, the others being monotone already.
    fn common_top(&self, ranges: &[Range<usize>], kept: &[f64], weights: &[f64]) -> f64 {
        // Half the slope of the squared distance: it rises with the share.
        let slope = |top: f64| -> f64 {
            let mut slope = 0.0;
            for range in ranges {
                let last = range.end - 1;
                slope += weights[last] * (top - kept[last]);
                for column in (range.start..last).rev() {
                    if kept[column] <= top {
                        break;
                    }
                    slope += weights[column] * (top - kept[column]);
                }
            }
            slope
        };
        let (mut low, mut high) = (self.least, self.most);
        if slope(low) >= 0.0 {
            return low;
        }
        if slope(high) <= 0.0 {
            return high;
        }
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if slope(middle) > 0.0 {
                high = middle;
            } else {
                low = middle;
            }
        }
        0.5 * (low + high)
    }
}
