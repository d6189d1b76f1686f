//! Pareto fronts of two or three goals in n log n steps (Kung, Luccio, Preparata, J. ACM 22 (1975) 469).

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Keeps the points that no other one surpasses: as good in every goal and better in one, or equal in all
/// and earlier in `points`. `worth(point, goal)` is the larger the better; points with a NaN go.
///
/// Their order stays.
pub fn keep_front(points: &mut Vec<usize>, goals: usize, worth: impl Fn(usize, usize) -> f64) {
    points.retain(|&i| (0..goals).all(|g| !worth(i, g).is_nan()));
    // Behind whatever surpasses it; of equal ones the earlier stays before the later.
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| {
        let compared = (0..goals).map(|g| {
            let (a, b) = (worth(points[a], g), worth(points[b], g));
            b.partial_cmp(&a).unwrap_or(Ordering::Equal)
        });
        compared.fold(Ordering::Equal, Ordering::then)
    });
    let mut stairs = Stairs::default();
    let mut kept = vec![false; points.len()];
    for place in order {
        let last = if goals > 2 {
            worth(points[place], 2)
        } else {
            0.0
        };
        kept[place] = stairs.climb(worth(points[place], 1), last);
    }
    let mut flags = kept.into_iter();
    points.retain(|_| flags.next().unwrap_or(false));
}

/// The points so far that no other one surpasses in two goals: as the first rises, the second falls.
#[derive(Debug, Default)]
struct Stairs(BTreeMap<i64, f64>);

impl Stairs {
    /// Adds a point unless one of them is as good in both; says whether.
    fn climb(&mut self, first: f64, second: f64) -> bool {
        let key = rising(first);
        // The next one along has the most of the second goal among those with as much of the first.
        if let Some((_, best)) = self.0.range(key..).next()
            && *best >= second
        {
            return false;
        }
        while let Some((&behind, &value)) = self.0.range(..=key).next_back()
            && value <= second
        {
            self.0.remove(&behind);
        }
        self.0.insert(key, second);
        true
    }
}

/// A whole number that rises with a number which is not NaN; both zeros have one.
fn rising(x: f64) -> i64 {
    let bits = (x + 0.0).to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    #[test]
    fn fronts_are_those_of_a_comparison_of_every_pair() {
        let values = [
            f64::NEG_INFINITY,
            -1.5,
            -0.0,
            0.0,
            1.0,
            2.0,
            f64::INFINITY,
            f64::NAN,
        ];
        let mut random = Stream::new(3, 0, 0);
        for case in 0..600 {
            let goals = 2 + case % 2;
            // Few values make ties, many make long fronts.
            let mut value = || match (random.uniform() * 30.0) as usize {
                k if k < 8 => values[k],
                _ if case % 3 == 0 => (random.uniform() * 4.0).floor(),
                _ => random.uniform(),
            };
            let table: Vec<Vec<f64>> = (0..60)
                .map(|_| (0..goals).map(|_| value()).collect())
                .collect();
            let surpasses = |a: usize, b: usize| {
                let pairs = || table[a].iter().zip(&table[b]);
                pairs().all(|(x, y)| x >= y) && (pairs().any(|(x, y)| x > y) || a < b)
            };
            let defined = |i: &usize| table[*i].iter().all(|v| !v.is_nan());
            let ranked: Vec<usize> = (0..60).filter(defined).collect();
            let is_kept = |b: &usize| !ranked.iter().any(|&a| a != *b && surpasses(a, *b));
            let expected: Vec<usize> = ranked.iter().copied().filter(is_kept).collect();
            let mut points: Vec<usize> = (0..60).collect();
            keep_front(&mut points, goals, |i, g| table[i][g]);
            assert_eq!(points, expected, "case {case}: {table:?}");
        }
    }
}
