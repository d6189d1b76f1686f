//! What a menu's work would cost on either engine, so that *auto* opens a GPU only where it pays.
//!
//! Both engines read, for one configuration, one row of every active path and the planes of every block.

use crate::plan::menu::{BLOCK_WORDS, MenuRows};

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
/// A GPU has to win by so much: the constants are rough.
const MARGIN: f64 = 1.5;

/// Sums of a menu that are going to be asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MenuWork {
    /// That one configuration reads.
    pub bytes: f64,
    /// Of all rows and planes.
    pub table_bytes: f64,
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

#[cfg(test)]
mod tests {
    use super::*;

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
