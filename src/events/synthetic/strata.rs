//! Strata of hardness: which stratum event i is of, and what it weighs.

use std::ops::Range;

/// Strata of a background sample, softest first.
pub const COUNT: usize = 12;
/// Events of each stratum among [`PERIOD`] consecutive ones: about in proportion to the spread of
/// a 100 kHz menu's acceptance within the stratum times its probability (Neyman's allocation).
const SHARES: [u32; COUNT] = [13, 8, 14, 16, 15, 11, 8, 5, 4, 3, 2, 2];
/// A prime, so that taking every k-th event keeps the mixture for any smaller k.
const PERIOD: u32 = 101;
/// Coprime with the period, and near its golden section: neighbours are of far strata.
const STRIDE: u32 = 62;

/// How a sample is divided.
///
/// Stratum h holds the crossings whose hardness is exceeded with a probability between 2^-(h+1)
/// and 2^-h (the last: below 2^-h); a sample smaller than the mixing period is one stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct Strata {
    /// By event number modulo the period; empty: one stratum.
    pattern: Vec<u8>,
    /// Events in each stratum, of all the sample.
    pub sizes: Vec<u64>,
    /// Weight of each event of a stratum: events per event of a zero-bias sample as large.
    pub weights: Vec<f64>,
}

impl Strata {
    /// One stratum of unit weights.
    pub fn single(events: u64) -> Self {
        Self {
            pattern: Vec::new(),
            sizes: vec![events],
            weights: vec![1.0],
        }
    }

    /// The background's strata.
    pub fn of_hardness(events: u64) -> Self {
        if events < u64::from(PERIOD) {
            return Self::single(events);
        }
        let mut owners = Vec::with_capacity(PERIOD as usize);
        for (stratum, share) in SHARES.into_iter().enumerate() {
            owners.extend((0..share).map(|_| stratum as u8));
        }
        let pattern: Vec<u8> = (0..PERIOD)
            .map(|slot| owners[(slot * STRIDE % PERIOD) as usize])
            .collect();
        let whole = events / u64::from(PERIOD);
        let rest = (events % u64::from(PERIOD)) as usize;
        let mut sizes: Vec<u64> = SHARES.iter().map(|s| u64::from(*s) * whole).collect();
        for stratum in &pattern[..rest] {
            sizes[usize::from(*stratum)] += 1;
        }
        let weights = (0..COUNT)
            .map(|h| {
                let tail = Self::tail(h, COUNT);
                (tail.end - tail.start) * events as f64 / sizes[h] as f64
            })
            .collect();
        Self {
            pattern,
            sizes,
            weights,
        }
    }

    #[inline]
    pub fn of_event(&self, event: u64) -> usize {
        if self.pattern.is_empty() {
            0
        } else {
            usize::from(self.pattern[(event % u64::from(PERIOD)) as usize])
        }
    }

    /// The probabilities of a harder crossing that stratum `h` covers.
    #[inline]
    pub fn tail_of(&self, h: usize) -> Range<f64> {
        Self::tail(h, self.sizes.len())
    }

    fn tail(h: usize, count: usize) -> Range<f64> {
        let end = 1.0 / (1u64 << h) as f64;
        let start = if h + 1 == count { 0.0 } else { 0.5 * end };
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_cover_everything_once_and_weigh_their_probability() {
        assert_eq!(SHARES.iter().sum::<u32>(), PERIOD);
        for events in [101, 102, 5000, 1_000_000] {
            let strata = Strata::of_hardness(events);
            let mut counts = vec![0; COUNT];
            for event in 0..events {
                counts[strata.of_event(event)] += 1;
            }
            assert_eq!(counts, strata.sizes);
            let sum: f64 = (0..COUNT)
                .map(|h| strata.sizes[h] as f64 * strata.weights[h])
                .sum();
            assert!((sum / events as f64 - 1.0).abs() < 1e-12);
            let mut end = 1.0;
            for h in 0..COUNT {
                assert_eq!(strata.tail_of(h).end, end);
                end = strata.tail_of(h).start;
            }
            assert_eq!(end, 0.0);
        }
    }

    #[test]
    fn a_handful_of_events_is_one_stratum() {
        let strata = Strata::of_hardness(100);
        assert_eq!((strata.sizes.len(), strata.weights[0]), (1, 1.0));
        assert_eq!(strata.tail_of(0), 0.0..1.0);
    }
}
