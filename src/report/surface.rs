//! Figures over the first two axes of a grid, read block by block.

use super::input::Input;
use super::names;
use crate::error::Result;
use crate::results::manifest::AxisRecord;
use crate::results::table::{Table, file_name};
use ndarray::Array2;
use std::collections::BTreeMap;

/// Points kept along each axis of a surface, and along the one axis of a curve.
const ACROSS: usize = 401;
const ALONG: usize = 4001;

/// One axis of a surface, as far as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub name: String,
    pub label: String,
    pub unit: String,
    /// The kept values, in the order of the design.
    pub values: Vec<f64>,
    /// Every how many values one is kept (the last always is).
    pub stride: usize,
}

/// An axis held at its first value.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub name: String,
    pub label: String,
    pub unit: String,
    pub value: f64,
}

/// A slice through a grid design with each figure on it.
#[derive(Debug, Clone)]
pub struct Surface {
    /// One or two axes with more than one value.
    pub axes: Vec<Axis>,
    pub held: Vec<Held>,
    /// Shape (values of the first axis, values of the second or 1); NaN where a point is absent.
    pub figures: BTreeMap<String, Array2<f64>>,
    /// Points of the slice that no file holds, as in a shard's results.
    pub absent: u64,
}

impl Surface {
    /// Reads `figures` (those the tables have) over the first two axes that have more than one
    /// value. `None` where the design is no grid or has no such axis.
    ///
    /// Holds one block and the slice in memory, and opens only blocks that the slice meets.
    pub fn read(input: &Input, figures: &[&str]) -> Result<Option<Self>> {
        let manifest = &input.manifest;
        let free: Vec<&AxisRecord> = manifest
            .axes
            .iter()
            .filter(|a| a.equals.is_none())
            .collect();
        let size = free
            .iter()
            .try_fold(1u64, |n, a| n.checked_mul(a.values.len() as u64));
        if size != Some(manifest.points) || manifest.points == 0 {
            return Ok(None);
        }
        let mut shown: Vec<usize> = (0..free.len())
            .filter(|k| free[*k].values.len() > 1)
            .collect();
        shown.truncate(2);
        if shown.is_empty() {
            return Ok(None);
        }
        let most = if shown.len() == 1 { ALONG } else { ACROSS };
        let kept: Vec<(Vec<usize>, usize)> = shown
            .iter()
            .map(|k| keep(free[*k].values.len(), most))
            .collect();
        // Distance in the index between neighbours on an axis: the last axis runs fastest.
        let pace = |k: usize| -> u64 {
            free[k + 1..]
                .iter()
                .map(|a| a.values.len() as u64)
                .product()
        };
        let (nx, ny) = (kept[0].0.len(), kept.get(1).map_or(1, |k| k.0.len()));
        let mut wanted = Vec::with_capacity(nx * ny);
        for (i, x) in kept[0].0.iter().enumerate() {
            for j in 0..ny {
                let y = match (kept.get(1), shown.get(1)) {
                    (Some((at, _)), Some(k)) => at[j] as u64 * pace(*k),
                    _ => 0,
                };
                wanted.push((*x as u64 * pace(shown[0]) + y, (i, j)));
            }
        }
        let mut surface = Self {
            axes: shown
                .iter()
                .zip(&kept)
                .map(|(k, (at, stride))| Axis {
                    name: free[*k].name.clone(),
                    label: names::label(&free[*k].name),
                    unit: free[*k].unit.clone(),
                    values: at.iter().map(|i| free[*k].values[*i]).collect(),
                    stride: *stride,
                })
                .collect(),
            held: (0..free.len())
                .filter(|k| !shown.contains(k))
                .map(|k| Held {
                    name: free[k].name.clone(),
                    label: names::label(&free[k].name),
                    unit: free[k].unit.clone(),
                    value: free[k].values[0],
                })
                .collect(),
            figures: figures
                .iter()
                .filter(|f| input.figure(f).is_some())
                .map(|f| ((*f).to_owned(), Array2::from_elem((nx, ny), f64::NAN)))
                .collect(),
            absent: 0,
        };
        wanted.sort_unstable();
        surface.fill(input, &wanted)?;
        Ok(Some(surface))
    }

    /// Takes the points of `wanted` (ascending index, cell) out of the blocks.
    fn fill(&mut self, input: &Input, wanted: &[(u64, (usize, usize))]) -> Result<()> {
        let block = input.manifest.block_points.max(1);
        for points in wanted.chunk_by(|a, b| a.0 / block == b.0 / block) {
            let first = points[0].0 / block * block;
            let path = input.folder.join(file_name(first));
            if !path.exists() {
                self.absent += points.len() as u64;
                continue;
            }
            let table = Table::read(&path)?;
            let rows = table.rows() as u64;
            self.absent += points.iter().filter(|p| p.0 - first >= rows).count() as u64;
            for (figure, array) in &mut self.figures {
                let Some(column) = table.column(figure) else {
                    continue;
                };
                for (index, cell) in points {
                    if let Some(value) = column.get((index - first) as usize) {
                        array[*cell] = *value;
                    }
                }
            }
        }
        Ok(())
    }

    /// What a caption must say about the slice.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for axis in self.axes.iter().filter(|a| a.stride > 1) {
            notes.push(format!(
                "{}: one value in {} is shown.",
                axis.label, axis.stride
            ));
        }
        if self.absent > 0 {
            notes.push(format!(
                "{} points of this slice are not in the results; left white.",
                self.absent
            ));
        }
        notes
    }
}

/// Smallest and largest of the finite values; `None` where there are none.
pub fn range(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .into_iter()
        .filter(|v| v.is_finite())
        .fold(None, |range, v| match range {
            None => Some((v, v)),
            Some((low, high)) => Some((f64::min(low, v), f64::max(high, v))),
        })
}

/// At most about `most` of `n` places: every stride-th and the last.
fn keep(n: usize, most: usize) -> (Vec<usize>, usize) {
    let stride = n.saturating_sub(2) / (most - 1) + 1;
    let mut kept: Vec<usize> = (0..n).step_by(stride).collect();
    if kept.last() != Some(&(n - 1)) {
        kept.push(n - 1);
    }
    (kept, stride)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_all_kept_and_many_are_thinned_with_both_ends() {
        assert_eq!(keep(5, 401), (vec![0, 1, 2, 3, 4], 1));
        assert_eq!(keep(401, 401).1, 1);
        let (kept, stride) = keep(10_000, 401);
        assert!(kept.len() <= 402 && stride == 25, "{} {stride}", kept.len());
        assert_eq!((kept[0], *kept.last().unwrap()), (0, 9_999));
    }

    #[test]
    fn ranges_skip_what_is_not_finite() {
        assert_eq!(
            range([f64::NAN, 2.0, f64::INFINITY, -1.0]),
            Some((-1.0, 2.0))
        );
        assert_eq!(range([f64::NAN]), None);
    }
}
