//! Random menus on random events as critical levels, and their sums event by event.

use trigscape::menu::FurtherCorner;
use trigscape::plan::menu::{Configurations, MenuRows, SampleLevels};
use trigscape::random::Stream;

pub struct Dice(Stream);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(Stream::new(seed, 0, 0))
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.0.uniform() * n as f64) as usize
    }

    pub fn uniform(&mut self) -> f64 {
        self.0.uniform()
    }
}

/// Events of one sample on the ladders of a menu.
pub struct Sample {
    pub weights: Vec<f64>,
    critical: Vec<u8>,
    further: Vec<FurtherCorner>,
}

pub struct Case {
    pub levels: Vec<u8>,
    /// The path of each ladder.
    ladder_paths: Vec<usize>,
    pub paths: usize,
    pub samples: Vec<Sample>,
}

impl Case {
    /// Up to `paths` paths, some with two or three ladders, on up to `events` events in two samples.
    pub fn new(seed: u64, paths: usize, events: usize) -> Self {
        let mut dice = Dice::new(seed);
        let mut levels = Vec::new();
        let mut ladder_paths = Vec::new();
        for path in 0..paths {
            let legs = [1, 1, 1, 2, 3][dice.below(5)];
            for _ in 0..legs {
                // 255 levels are the most that there can be.
                let most = if dice.below(20) == 0 { 255 } else { 12 };
                levels.push(1 + dice.below(most) as u8);
                ladder_paths.push(path);
            }
        }
        let mut case = Self {
            levels,
            ladder_paths,
            paths,
            samples: Vec::new(),
        };
        for _ in 0..2 {
            let kind = dice.below(7);
            let count = dice.below(events / 2 + 1);
            let sample = case.sample(&mut dice, count, kind);
            case.samples.push(sample);
        }
        case
    }

    fn sample(&self, dice: &mut Dice, events: usize, kind: usize) -> Sample {
        let widest = 5 + dice.below(16);
        let mut weight = || match kind {
            0 => 1.0,
            1 => dice.below(9) as f64 - 3.0,
            2 => 0.25 * (1 + dice.below(1000)) as f64,
            3 => [0.1, 0.7, -13.3][dice.below(3)],
            // Bands of 20 bits, of both signs.
            4 => (dice.uniform() * 20.0 - 10.0).exp() * (dice.uniform() - 0.3).signum(),
            // Of every width up to a widest, of both signs.
            5 => {
                let width = 1 + dice.below(widest);
                let sign = [1.0, -1.0][dice.below(2)];
                sign * 0.5 * (1 + dice.below((1 << width) - 1)) as f64
            }
            // 20 bits of one unit.
            _ => (1 + dice.below((1 << 20) - 1)) as f64,
        };
        let weights = (0..events).map(|_| weight()).collect();
        let mut critical = Vec::new();
        let mut further = Vec::new();
        for event in 0..events {
            let mut ladder = 0;
            while ladder < self.levels.len() {
                let path = self.ladder_paths[ladder];
                let legs = self.legs(path);
                let own = &self.levels[legs.clone()];
                // Two thirds of the events pass nothing of a path.
                let passes = dice.below(3) == 0;
                let mut corner = || {
                    let mut corner = [0; 5];
                    for (level, n) in corner.iter_mut().zip(own) {
                        *level = 1 + dice.below(usize::from(*n)) as u8;
                    }
                    corner
                };
                let mut first = [0; 5];
                if passes {
                    first = corner();
                }
                let others = legs.len() > 1 && passes;
                let more = if others { event % 4 } else { 0 };
                for _ in 0..more {
                    further.push(FurtherCorner {
                        event: event as u32,
                        path: path as u16,
                        corner: corner(),
                    });
                }
                critical.extend_from_slice(&first[..own.len()]);
                ladder = legs.end;
            }
        }
        Sample {
            weights,
            critical,
            further,
        }
    }

    fn legs(&self, path: usize) -> std::ops::Range<usize> {
        let first = self.ladder_paths.partition_point(|p| *p < path);
        first..self.ladder_paths.partition_point(|p| *p <= path)
    }

    pub fn rows(&self) -> MenuRows {
        let samples: Vec<_> = self
            .samples
            .iter()
            .map(|s| SampleLevels {
                weights: &s.weights,
                selected: &[],
                strata: &[],
                critical: &s.critical,
                further: &s.further,
            })
            .collect();
        MenuRows::new(&self.levels, &self.ladder_paths, &samples)
    }

    /// Random configurations: some ladders off, and of a third none, of the others up to `prescaled`
    /// paths that keep a share.
    pub fn configurations(&self, seed: u64, count: usize, prescaled: usize) -> Configurations {
        let mut dice = Dice::new(seed);
        let mut all = Configurations::new(self.levels.len(), self.paths);
        for _ in 0..count {
            let levels: Vec<u8> = self
                .levels
                .iter()
                .map(|n| match dice.below(8) {
                    0 => *n,
                    _ => dice.below(usize::from(*n)) as u8,
                })
                .collect();
            let mut shares = vec![1.0; self.paths];
            let some = if dice.below(3) == 0 { 0 } else { prescaled };
            let mut rest: Vec<usize> = (0..self.paths).collect();
            for _ in 0..dice.below(some.min(self.paths) + 1) {
                let q = dice.uniform();
                shares[rest.swap_remove(dice.below(rest.len()))] =
                    [q, 0.5, 0.0, 1.0 / 64_000.0, 1e-11][dice.below(5)];
            }
            all.push(&levels, &shares);
        }
        all
    }

    /// Accepted weight of a sample, event by event in f64, and the absolute weight that passes anything.
    pub fn naive(&self, sample: usize, levels: &[u8], shares: &[f64]) -> (f64, f64) {
        let sample = &self.samples[sample];
        let width = self.levels.len();
        let (mut kept, mut passing) = (0.0, 0.0);
        for (event, weight) in sample.weights.iter().enumerate() {
            let mut reject = 1.0;
            let mut passes = false;
            for (path, share) in shares.iter().enumerate() {
                let legs = self.legs(path);
                let first = &sample.critical[event * width..][legs.clone()];
                let own =
                    |f: &&FurtherCorner| f.event as usize == event && usize::from(f.path) == path;
                let further = sample.further.iter().filter(own).map(|f| &f.corner[..]);
                let own = &levels[legs];
                let open = |corner: &[u8]| corner.iter().zip(own).all(|(c, level)| c > level);
                if std::iter::once(first).chain(further).any(open) {
                    reject *= 1.0 - share;
                    passes = true;
                }
            }
            kept += weight * (1.0 - reject);
            passing += if passes { weight.abs() } else { 0.0 };
        }
        (kept, passing)
    }
}
