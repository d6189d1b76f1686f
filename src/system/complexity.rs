//! Operations an event costs at a node, as a cubic of its message size.

use super::csv_table::CsvTable;
use crate::error::Result;

/// `[k3, k2, k1]` of ops(m) = k3 m^3 + k2 m^2 + k1 m, m in bytes.
pub type Cubic = [f64; 3];

/// The default: one operation a byte.
pub const IDENTITY: Cubic = [0.0, 0.0, 1.0];

/// Operations for a message of `m` bytes.
#[inline]
pub fn operations(cubic: &Cubic, m: f64) -> f64 {
    m * (cubic[2] + m * (cubic[1] + m * cubic[0]))
}

/// A table of relative wall times by event size, with a cubic fitted to each of its columns.
#[derive(Debug, Clone)]
pub struct WallTimes {
    /// The table's file, as the study names it.
    pub source: String,
    pub event_bytes: Vec<f64>,
    pub columns: Vec<FittedColumn>,
    /// The column that the study uses.
    pub used: usize,
}

#[derive(Debug, Clone)]
pub struct FittedColumn {
    pub name: String,
    pub values: Vec<f64>,
    pub cubic: Cubic,
}

impl WallTimes {
    /// Fits every `wall_time*` column and `column` of a table with a column `event_bytes`.
    pub fn fit(source: &str, table: &CsvTable, column: &str) -> Result<Self> {
        let event_bytes = table.column("event_bytes")?.to_vec();
        table.column(column)?;
        let largest = event_bytes.iter().fold(0.0f64, |a, x| a.max(x.abs()));
        let mut distinct = event_bytes.clone();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        if distinct.iter().filter(|m| **m != 0.0).count() < 3 || largest == 0.0 {
            return Err(table
                .fault("a cubic without constant term needs three different event sizes")
                .into());
        }
        let mut columns = Vec::new();
        for name in table.names() {
            if name == column || name.starts_with("wall_time") {
                let values = table.column(name)?.to_vec();
                let cubic = fit_cubic(&event_bytes, &values);
                columns.push(FittedColumn {
                    name: name.clone(),
                    values,
                    cubic,
                });
            }
        }
        let used = columns.iter().position(|c| c.name == column).unwrap_or(0);
        Ok(Self {
            source: source.to_owned(),
            event_bytes,
            columns,
            used,
        })
    }

    pub fn cubic(&self) -> Cubic {
        self.columns[self.used].cubic
    }
}

/// Least squares over the powers 3, 2 and 1, by modified Gram-Schmidt on sizes scaled to 1: the
/// powers are so alike that normal equations would lose half of the digits.
fn fit_cubic(m: &[f64], y: &[f64]) -> Cubic {
    let scale = m.iter().fold(0.0f64, |a, x| a.max(x.abs()));
    let mut columns: [Vec<f64>; 3] =
        [3, 2, 1].map(|power| m.iter().map(|x| (x / scale).powi(power)).collect());
    let mut residual = y.to_vec();
    let mut r = [[0.0; 3]; 3];
    let mut projection = [0.0; 3];
    for j in 0..3 {
        let norm = dot(&columns[j], &columns[j]).sqrt();
        r[j][j] = norm;
        columns[j].iter_mut().for_each(|x| *x /= norm);
        let (head, tail) = columns.split_at_mut(j + 1);
        for (k, other) in tail.iter_mut().enumerate() {
            let overlap = dot(&head[j], other);
            r[j][j + 1 + k] = overlap;
            other
                .iter_mut()
                .zip(&head[j])
                .for_each(|(x, q)| *x -= overlap * q);
        }
        projection[j] = dot(&head[j], &residual);
        residual
            .iter_mut()
            .zip(&head[j])
            .for_each(|(x, q)| *x -= projection[j] * q);
    }
    let mut cubic = [0.0; 3];
    for j in (0..3).rev() {
        let known: f64 = (j + 1..3).map(|k| r[j][k] * cubic[k]).sum();
        cubic[j] = (projection[j] - known) / r[j][j];
    }
    [
        cubic[0] / scale.powi(3),
        cubic[1] / scale.powi(2),
        cubic[2] / scale,
    ]
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_cubic_is_recovered_from_its_own_values() {
        let m: Vec<f64> = (1..=10).map(|i| 7e5 * f64::from(i)).collect();
        let truth = [2e-20, 1.9e-13, 1.4e-7];
        let y: Vec<f64> = m.iter().map(|&m| operations(&truth, m)).collect();
        for (k, t) in fit_cubic(&m, &y).iter().zip(truth) {
            assert!((k / t - 1.0).abs() < 1e-9, "{k} {t}");
        }
    }

    #[test]
    fn the_published_wall_times_give_the_published_cubics() {
        let text = include_str!("../../data/hlt_wall_time.csv");
        let table = CsvTable::parse(Path::new("hlt_wall_time.csv"), text, 3).unwrap();
        // MODEL.md's golden values, relative tolerance 1e-5.
        for (column, golden) in [
            (
                "wall_time_cpu_rel",
                [2.22745248e-20, 1.88330577e-13, 1.41174471e-07],
            ),
            (
                "wall_time_gpu_rel",
                [1.11372321e-20, 9.41651825e-14, 7.05877311e-08],
            ),
        ] {
            let fit = WallTimes::fit("t", &table, column).unwrap().cubic();
            for (k, g) in fit.iter().zip(golden) {
                assert!((k / g - 1.0).abs() < 1e-5, "{column}: {k} against {g}");
            }
        }
    }

    #[test]
    fn three_sizes_are_needed() {
        let table = CsvTable::parse(Path::new("t"), "event_bytes,w\n1,1\n2,2\n2,2\n", 1).unwrap();
        assert!(WallTimes::fit("t", &table, "w").is_err());
    }
}
