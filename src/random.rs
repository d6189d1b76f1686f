//! Counter-based random numbers: Philox 4x32-10 (Salmon et al., SC'11, "Parallel random numbers: as
//! easy as 1, 2, 3"). Number n of stream s is a pure function of the seed, s and n, so that results
//! depend on no order and no thread.

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const KEY_STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Ten rounds of Philox 4x32.
pub fn philox4x32(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let a = u64::from(MULTIPLIERS[0]) * u64::from(counter[0]);
        let b = u64::from(MULTIPLIERS[1]) * u64::from(counter[2]);
        counter = [
            (b >> 32) as u32 ^ counter[1] ^ key[0],
            b as u32,
            (a >> 32) as u32 ^ counter[3] ^ key[1],
            a as u32,
        ];
        key = [
            key[0].wrapping_add(KEY_STEPS[0]),
            key[1].wrapping_add(KEY_STEPS[1]),
        ];
    }
    counter
}

/// The uniform numbers that belong to one item (an event, a point).
#[derive(Debug, Clone)]
pub struct Stream {
    key: [u32; 2],
    item: u64,
    kind: u32,
    block: u32,
    words: [u32; 4],
    used: usize,
}

impl Stream {
    /// The numbers of `item`; `kind` separates uses of one seed.
    pub fn new(seed: u64, kind: u64, item: u64) -> Self {
        Self {
            key: [seed as u32, (seed >> 32) as u32],
            item,
            kind: kind as u32,
            block: 0,
            words: [0; 4],
            used: 4,
        }
    }

    /// A uniform number in [0, 1) with 53 random bits.
    pub fn uniform(&mut self) -> f64 {
        let bits = (u64::from(self.word()) << 32 | u64::from(self.word())) >> 11;
        bits as f64 * (1.0 / (1u64 << 53) as f64)
    }

    fn word(&mut self) -> u32 {
        if self.used == 4 {
            let counter = [
                self.block,
                self.kind,
                self.item as u32,
                (self.item >> 32) as u32,
            ];
            self.words = philox4x32(counter, self.key);
            self.block += 1;
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_gives_the_known_answers_of_random123() {
        let cases = [
            (
                [0; 4],
                [0; 2],
                [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
            ),
            (
                [u32::MAX; 4],
                [u32::MAX; 2],
                [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
            ),
            (
                [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
                [0xa4093822, 0x299f31d0],
                [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox4x32(counter, key), expected);
        }
    }

    #[test]
    fn uniform_numbers_have_the_mean_and_variance_of_the_unit_interval() {
        let n = 100_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for item in 0..n {
            let u = Stream::new(7, 0, item).uniform();
            sum += u;
            squares += u * u;
        }
        let mean = sum / n as f64;
        let variance = squares / n as f64 - mean * mean;
        // Standard errors: sqrt(1/12/n) = 0.0009 and sqrt(1/180/n) = 0.00024.
        assert!((mean - 0.5).abs() < 0.004 && (variance - 1.0 / 12.0).abs() < 0.001);
    }
}
