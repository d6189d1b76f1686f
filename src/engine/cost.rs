//! What work would cost on either engine, so that *auto* opens a GPU only where it pays.
//!
//! Of menus both engines read, for one configuration, one row of every active path and the planes of every
//! block. Of systems both evaluate every point, and the CPU those again that the GPU lists.

use crate::plan::menu::{BLOCK_WORDS, MenuRows};
use crate::plan::{Keep, Rank};

/// Bytes of rows that one thread of the CPU reads and ORs in a second. Measured: `cargo bench --bench menu`,
/// 184 kB a configuration in 4.65 us on one thread with AVX-512.
const CPU_BYTES_PER_S: f64 = 40e9;
/// The same on a GPU. Not measured: no adapter was available. Half of what the goal of 1e13 events x paths in
/// a second would take.
const GPU_BYTES_PER_S: f64 = 600e9;
/// Seconds until a device is open and its programs are compiled. Not measured on a GPU; 0.3 s on llvmpipe.
const OPEN_S: f64 = 0.5;
/// Bytes of tables sent to a GPU in a second: a PCIe slot of the third generation, half used.
const SENT_BYTES_PER_S: f64 = 6e9;
/// Seconds of one batch, however small.
const BATCH_S: f64 = 1e-3;
/// Configurations of a batch.
const BATCH: f64 = 16_384.0;
/// Points of a system that one thread of the CPU evaluates in a second. Measured: `cargo bench --bench system`.
const CPU_POINTS_PER_S: f64 = 1e6;
/// The same on a GPU. Not measured: half of the goal for a data centre's.
const GPU_POINTS_PER_S: f64 = 5e7;
/// Points of a system in a batch.
const POINTS: f64 = 1_048_576.0;
/// A GPU has to win by so much: the constants are rough.
const MARGIN: f64 = 1.5;

/// Sums of a menu that are going to be asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MenuWork {
    /// That one configuration reads.
    pub bytes: f64,
    /// Of all rows and planes.
    pub table_bytes: f64,
    /// Once for each sum that is asked for of it.
    pub configurations: f64,
}

impl MenuWork {
    pub fn of(rows: &MenuRows, configurations: u64) -> Self {
        let read = rows.blocks.iter().map(|block| {
            let legs: usize = block.alternatives.iter().map(|a| a.first_word.len()).sum();
            BLOCK_WORDS * (block.active.len() + legs) + block.planes.len()
        });
        let all = rows.blocks.iter().map(|b| b.rows.len() + b.planes.len());
        Self {
            bytes: 8.0 * read.sum::<usize>() as f64,
            table_bytes: 8.0 * all.sum::<usize>() as f64,
            configurations: configurations as f64,
        }
    }

    /// Seconds on so many threads.
    pub fn cpu_s(&self, threads: usize) -> f64 {
        self.bytes * self.configurations / (CPU_BYTES_PER_S * threads as f64)
    }

    /// Seconds on a GPU that is not open yet.
    pub fn gpu_s(&self) -> f64 {
        OPEN_S
            + self.table_bytes / SENT_BYTES_PER_S
            + BATCH_S * (self.configurations / BATCH).ceil()
            + self.bytes * self.configurations / GPU_BYTES_PER_S
    }

    /// Whether to look for a GPU.
    pub fn pays_on_gpu(&self, threads: usize) -> bool {
        MARGIN * self.gpu_s() < self.cpu_s(threads)
    }
}

/// Points of a system that are going to be asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SystemWork {
    pub points: f64,
    /// Of which the CPU evaluates this share after all.
    pub listed: f64,
}

impl SystemWork {
    /// The best or the like of so many points. The shares are rough: few where points are ranked, more where
    /// many are near the edge of a bin, unknown where all feasible ones are kept.
    pub fn selecting(rank: &Rank, points: u64) -> Self {
        let listed = match &rank.keep {
            Keep::Feasible => 0.25,
            Keep::Best { count, .. } => 0.01 + *count as f64 / points.max(1) as f64,
            Keep::Pareto(_) => 0.02,
            Keep::Histograms(all) => {
                // Twice the guard band of 2e-4, on either side of every edge.
                let edges: usize = all.iter().map(|bins| bins.edges.len()).sum();
                4e-4 * edges as f64
            }
        };
        Self {
            points: points as f64,
            listed: listed.min(1.0),
        }
    }

    /// Rows in f32.
    pub fn tabling(points: u64) -> Self {
        Self {
            points: points as f64,
            listed: 0.0,
        }
    }

    /// Seconds on so many threads.
    pub fn cpu_s(&self, threads: usize) -> f64 {
        self.points / (CPU_POINTS_PER_S * threads as f64)
    }

    /// Seconds on a GPU that is not open yet, and on the threads beside it.
    pub fn gpu_s(&self, threads: usize) -> f64 {
        OPEN_S
            + BATCH_S * (self.points / POINTS).ceil()
            + self.points / GPU_POINTS_PER_S
            + self.listed * self.cpu_s(threads)
    }

    /// Whether to look for a GPU.
    pub fn pays_on_gpu(&self, threads: usize) -> bool {
        MARGIN * self.gpu_s(threads) < self.cpu_s(threads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Bins, Goal};

    fn rank(keep: Keep) -> Rank {
        Rank {
            bounds: Vec::new(),
            keep,
        }
    }

    #[test]
    fn sweeps_of_systems_go_to_a_gpu_where_they_are_long() {
        let goal = Goal {
            figure: 0,
            larger: true,
        };
        let bins = |n: usize| {
            let edges = vec![0.0; n + 1];
            rank(Keep::Histograms(vec![Bins { figure: 0, edges }]))
        };
        let best = rank(Keep::Best {
            goal,
            count: 1000,
            floor: None,
        });
        let front = rank(Keep::Pareto(vec![goal; 2]));
        for rank in [&best, &front, &bins(100)] {
            let pays =
                |points: u64, threads| SystemWork::selecting(rank, points).pays_on_gpu(threads);
            assert!(!pays(10_000, 2) && !pays(1_000_000, 2), "{rank:?}");
            assert!(pays(100_000_000, 2) && pays(1 << 40, 2), "{rank:?}");
            assert!(!pays(1 << 40, 64), "{rank:?}");
        }
        // What is near an edge everywhere, and what is all kept, the CPU evaluates anyway.
        assert!(!SystemWork::selecting(&bins(10_000), 1 << 40).pays_on_gpu(2));
        let many = rank(Keep::Best {
            goal,
            count: 1_000_000,
            floor: None,
        });
        assert!(!SystemWork::selecting(&many, 1_000_000).pays_on_gpu(2));
        assert!(SystemWork::tabling(100_000_000).pays_on_gpu(2));
        assert!(!SystemWork::tabling(10_201).pays_on_gpu(2));
    }

    /// Of 32 paths, some four active in a block, 12 planes.
    fn work(events: f64, configurations: f64) -> MenuWork {
        let blocks = (events / 2048.0).ceil();
        MenuWork {
            bytes: blocks * 256.0 * (4.0 + 12.0),
            table_bytes: blocks * 256.0 * (4.0 * 64.0 + 12.0),
            configurations,
        }
    }

    #[test]
    fn small_work_stays_on_the_cpu() {
        for (events, configurations) in [
            (0.0, 1e9),
            (300.0, 500.0),
            (1e5, 1e3),
            (1e5, 1e5),
            (1e6, 1e3),
            (1e8, 1.0),
        ] {
            let work = work(events, configurations);
            assert!(!work.pays_on_gpu(2), "{events} x {configurations}");
        }
    }

    #[test]
    fn large_work_goes_to_a_gpu_unless_the_cpu_has_many_threads() {
        for (events, configurations) in [(1e5, 1e7), (1e6, 1e6), (1e7, 1e5)] {
            let work = work(events, configurations);
            assert!(work.pays_on_gpu(2), "{events} x {configurations}");
            assert!(!work.pays_on_gpu(64), "{events} x {configurations}");
        }
    }

    #[test]
    fn more_configurations_never_speak_against_a_gpu() {
        let pays: Vec<bool> = (0..12)
            .map(|power| work(1e6, 10f64.powi(power)).pays_on_gpu(2))
            .collect();
        assert!(pays.is_sorted(), "{pays:?}");
        assert!(!pays[0] && pays[11]);
    }
}
