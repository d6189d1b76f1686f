//! How many points to evaluate before the next look at signals: as many as take a moment.

use std::time::Duration;

/// Points of a first batch: what one costs is not known yet.
const FIRST: u64 = 256;
const MOMENT: Duration = Duration::from_millis(350);
/// How many times as long as the one before it a batch may be.
const GROWTH: u64 = 4;

#[derive(Debug)]
pub struct Pace {
    points: u64,
    most: u64,
}

impl Pace {
    /// At most `most` points at a time.
    pub fn new(most: u64) -> Self {
        Self {
            points: FIRST.min(most),
            most,
        }
    }

    /// Points of the next batch.
    pub fn points(&self) -> u64 {
        self.points
    }

    /// What a batch took.
    pub fn note(&mut self, points: u64, time: Duration) {
        let in_a_moment = points as f64 * (MOMENT.as_secs_f64() / time.as_secs_f64().max(1e-9));
        // A short one, at the end of a block, does not say that longer ones are fast enough.
        let most = self.points.max(points.saturating_mul(GROWTH));
        self.points = (in_a_moment as u64).clamp(1, self.most.min(most));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Batches of points that take so long each.
    fn batches(pace: &mut Pace, count: usize, point: Duration) -> Vec<u64> {
        let batch = |_| {
            let points = pace.points();
            pace.note(points, point * points as u32);
            points
        };
        (0..count).map(batch).collect()
    }

    #[test]
    fn batches_take_a_moment_whatever_a_point_costs() {
        let mut pace = Pace::new(1 << 26);
        let cheap = batches(&mut pace, 20, Duration::from_micros(1));
        assert_eq!(cheap[..4], [256, 1024, 4096, 16_384]);
        assert_eq!(cheap[19], 350_000);
        // Points that suddenly cost more: one long batch.
        let costly = batches(&mut pace, 3, Duration::from_millis(5));
        assert_eq!(costly, [350_000, 70, 70]);
        assert_eq!(batches(&mut pace, 3, Duration::from_secs(2)), [70, 1, 1]);
    }

    #[test]
    fn short_batches_do_not_make_later_ones_longer() {
        let mut pace = Pace::new(1000);
        pace.note(10, Duration::from_micros(10));
        assert_eq!(pace.points(), 256);
        pace.note(10, Duration::from_secs(1));
        assert_eq!(pace.points(), 3);
        assert_eq!(batches(&mut pace, 9, Duration::from_nanos(1))[8], 1000);
    }
}
