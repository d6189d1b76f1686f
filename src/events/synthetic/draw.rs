//! Random numbers of one event, several Philox blocks at a time, and Poisson numbers from tables.

use super::maths;
use crate::random::philox4x32;

/// Blocks of four words computed together: independent, so that the processor overlaps them.
const BLOCKS: usize = 4;

/// The words that belong to one event, a pure function of the seed and the event's number.
#[derive(Debug)]
pub struct Draw {
    key: [u32; 2],
    kind: u32,
    item: u64,
    block: u32,
    words: [u32; 4 * BLOCKS],
    used: usize,
}

impl Draw {
    /// The numbers of event `item`; `kind` separates uses of one seed.
    pub fn new(seed: u64, kind: u32, item: u64) -> Self {
        Self {
            key: [seed as u32, (seed >> 32) as u32],
            kind,
            item,
            block: 0,
            words: [0; 4 * BLOCKS],
            used: 4 * BLOCKS,
        }
    }

    #[inline]
    pub fn word(&mut self) -> u32 {
        if self.used == self.words.len() {
            self.fill();
        }
        self.used += 1;
        self.words[self.used - 1]
    }

    fn fill(&mut self) {
        let [low, high] = [self.item as u32, (self.item >> 32) as u32];
        for (k, four) in self.words.chunks_exact_mut(4).enumerate() {
            let counter = [self.block + k as u32, self.kind, low, high];
            four.copy_from_slice(&philox4x32(counter, self.key));
        }
        self.block += BLOCKS as u32;
        self.used = 0;
    }

    /// Uniform in (0, 1), never 0 or 1, in steps of 2^-32: enough for tails of some 10^9 draws.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (f64::from(self.word()) + 0.5) * (1.0 / 4_294_967_296.0)
    }

    /// Uniform in (0, 1) in steps of 2^-53.
    #[inline]
    pub fn fine_unit(&mut self) -> f64 {
        let bits = (u64::from(self.word()) << 32 | u64::from(self.word())) >> 12;
        (bits as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    }

    /// Mean 0 and standard deviation 1, bell-shaped, within 3.5: the sum of a word's four bytes.
    #[inline]
    pub fn bell(&mut self) -> f64 {
        let sum: u32 = self.word().to_le_bytes().into_iter().map(u32::from).sum();
        // Four uniform bytes: mean 510, variance 4 (256^2 - 1) / 12 = 21 845.
        (f64::from(sum) - 510.0) * (1.0 / 147.800_541)
    }

    /// True with this probability.
    #[inline]
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A Poisson number of a small mean (up to about 10), from one word.
    #[inline]
    pub fn poisson(&mut self, mean: f64) -> u32 {
        let u = self.unit();
        let mut term = maths::exp(-mean);
        let mut sum = term;
        let mut k = 0;
        while u > sum && k < 40 {
            k += 1;
            term *= mean / f64::from(k);
            sum += term;
        }
        k
    }
}

/// Poisson numbers of one fixed mean, by inversion of the cumulative distribution, in one word.
#[derive(Debug)]
pub struct PoissonTable {
    /// 2^32 times the probability of at most k; the last entry is never exceeded.
    cumulative: Vec<u32>,
    /// Where the walk starts, by the word's top eight bits.
    guide: [u32; 256],
}

impl PoissonTable {
    /// A table for a mean of at most some thousands.
    pub fn new(mean: f64) -> Self {
        let last = (mean + 12.0 * mean.sqrt() + 20.0) as u32;
        let mut sum = 0.0;
        let mut cumulative: Vec<u32> = (0..last)
            .map(|k| {
                let k = f64::from(k);
                sum += if mean > 0.0 {
                    libm::exp(k * libm::log(mean) - mean - libm::lgamma(k + 1.0))
                } else {
                    f64::from(u8::from(k == 0.0))
                };
                (sum * 4_294_967_296.0).min(f64::from(u32::MAX)) as u32
            })
            .collect();
        cumulative.push(u32::MAX);
        let mut guide = [0; 256];
        let mut k = 0;
        for (top, start) in guide.iter_mut().enumerate() {
            while cumulative[k] <= (top as u32) << 24 && cumulative[k] != u32::MAX {
                k += 1;
            }
            *start = k as u32;
        }
        Self { cumulative, guide }
    }

    #[inline]
    pub fn draw(&self, word: u32) -> u32 {
        let mut k = self.guide[(word >> 24) as usize];
        while word >= self.cumulative[k as usize] && self.cumulative[k as usize] != u32::MAX {
            k += 1;
        }
        k
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    #[test]
    fn words_are_those_of_the_stream() {
        // `Stream::uniform` joins two words, 53 bits of them.
        let mut draw = Draw::new(9, 4, 77);
        let mut stream = Stream::new(9, 4, 77);
        for _ in 0..20 {
            let joined = (u64::from(draw.word()) << 32 | u64::from(draw.word())) >> 11;
            assert_eq!(joined as f64 / (1u64 << 53) as f64, stream.uniform());
        }
    }

    #[test]
    fn poisson_numbers_have_their_mean_and_variance() {
        let n = 100_000u32;
        for mean in [0.0, 0.4, 3.0, 60.0, 500.0] {
            let table = PoissonTable::new(mean);
            let mut draw = Draw::new(1, 0, 5);
            let (mut sum, mut squares) = (0.0, 0.0);
            for _ in 0..n {
                let k = f64::from(table.draw(draw.word()));
                sum += k;
                squares += k * k;
            }
            let m = sum / f64::from(n);
            let variance = squares / f64::from(n) - m * m;
            // Five standard errors: sqrt(mean / n), and sqrt((2 mean^2 + mean) / n).
            let n = f64::from(n);
            assert!((m - mean).abs() <= 5.0 * (mean / n).sqrt(), "{mean}: {m}");
            let error = ((2.0 * mean * mean + mean) / n).sqrt();
            assert!((variance - mean).abs() <= 5.0 * error, "{mean}: {variance}");
        }
        let mut draw = Draw::new(1, 0, 6);
        let sum: u32 = (0..n).map(|_| draw.poisson(1.7)).sum();
        let error = (1.7 / f64::from(n)).sqrt();
        assert!((f64::from(sum) / f64::from(n) - 1.7).abs() < 5.0 * error);
    }

    #[test]
    fn bells_have_mean_zero_and_unit_variance() {
        let mut draw = Draw::new(3, 0, 0);
        let n = 100_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..n {
            let x = draw.bell();
            sum += x;
            squares += x * x;
        }
        assert!((sum / f64::from(n)).abs() < 0.016);
        assert!((squares / f64::from(n) - 1.0).abs() < 0.02);
    }
}
