//! A surface as coloured cells: a rectangle, or a grid bent over two figures.

use super::colour::ColourScale;
use super::scene::Scene;
use ndarray::{Array2, ArrayView2};

/// Cells along an axis, finest first.
const FINENESS: [usize; 4] = [300, 150, 75, 40];
/// Runs of one colour that a figure may have: the SVG stays below a megabyte.
const RUNS: usize = 12_500;

/// Grid points in pixels and their values; all three of one shape, at least 2 x 2.
#[derive(Debug, Clone, PartialEq)]
pub struct Mesh {
    pub x: Array2<f64>,
    pub y: Array2<f64>,
    pub z: Array2<f64>,
}

/// Neighbouring cells of one colour.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Run {
    from: usize,
    to: usize,
    step: usize,
}

impl Mesh {
    /// Pixel at a fractional index; `None` where a grid point around it has no place.
    pub fn at(&self, u: f64, v: f64) -> Option<(f64, f64)> {
        let x = bilinear(self.x.view(), u, v);
        let y = bilinear(self.y.view(), u, v);
        (x.is_finite() && y.is_finite()).then_some((x, y))
    }

    /// Fills the cells with the colours of their middles; white where a corner has no value.
    pub fn draw(&self, scene: &mut Scene, scale: &ColourScale) {
        let (nx, ny) = self.z.dim();
        if nx < 2 || ny < 2 {
            return;
        }
        let gaps = self.z.iter().any(|v| !v.is_finite());
        let cells = |n: usize, most: usize| {
            if n > most || !gaps {
                most
            } else {
                // A whole number of parts, so that cells without a value keep their borders.
                (n - 1) * (most / (n - 1)).max(1)
            }
        };
        // The finest cells whose runs are few enough: smooth surfaces have long runs.
        let (mut m, mut n, mut rows) = (0, 0, Vec::new());
        for most in FINENESS {
            (m, n) = (cells(nx, most), cells(ny, most.min(150)));
            let v = |j: usize| (j as f64 + 0.5) * (ny - 1) as f64 / n as f64;
            rows = (0..n).map(|j| self.runs(m, v(j), scale)).collect();
            if rows.iter().map(Vec::len).sum::<usize>() <= RUNS {
                break;
            }
        }
        let u = |k: usize, m: usize, n: usize| k as f64 * (n - 1) as f64 / m as f64;
        // Runs of one colour along axis 0, and the row where each began: a run that the next row
        // repeats grows, as long as the cells are upright.
        let upright = (0..nx).all(|i| (1..ny).all(|j| self.x[[i, j]] == self.x[[i, 0]]));
        let mut open: Vec<(Run, usize)> = Vec::new();
        for j in 0..=n {
            let runs = rows.get(j).cloned().unwrap_or_default();
            let next: Vec<(Run, usize)> = runs
                .into_iter()
                .map(|run| {
                    let began = open.iter().find(|(r, _)| upright && *r == run);
                    (run, began.map_or(j, |(_, began)| *began))
                })
                .collect();
            for (run, began) in open {
                if !next.contains(&(run, began)) {
                    let along = (u(run.from, m, nx), u(run.to, m, nx));
                    self.strip(scene, along, (u(began, n, ny), u(j, n, ny)), run.step);
                }
            }
            open = next;
        }
    }

    /// The runs of one colour among `m` cells at `v` along axis 1.
    fn runs(&self, m: usize, v: f64, scale: &ColourScale) -> Vec<Run> {
        let nx = self.z.dim().0;
        let mut runs: Vec<Run> = Vec::new();
        for i in 0..m {
            let u = (i as f64 + 0.5) * (nx - 1) as f64 / m as f64;
            let value = bilinear(self.z.view(), u, v);
            if !value.is_finite() {
                continue;
            }
            let step = scale.step(value);
            match runs.last_mut() {
                Some(run) if run.to == i && run.step == step => run.to = i + 1,
                _ => runs.push(Run {
                    from: i,
                    to: i + 1,
                    step,
                }),
            }
        }
        runs
    }

    /// Fills the stretch between two indices along axis 0 and two along axis 1.
    fn strip(&self, scene: &mut Scene, u: (f64, f64), v: (f64, f64), step: usize) {
        let corners = [(u.0, v.0), (u.1, v.0), (u.1, v.1), (u.0, v.1)];
        let points: Vec<(f64, f64)> = corners
            .iter()
            .filter_map(|(u, v)| self.at(*u, *v))
            .collect();
        let &[a, b, c, d] = points.as_slice() else {
            return;
        };
        let colour = ColourScale::step_colour(step);
        // Half a pixel over the border: neighbours must not leave hair lines between them.
        let over = 0.5;
        if a.1 == b.1 && c.1 == d.1 && a.0 == d.0 && b.0 == c.0 {
            let grow = |p: f64, q: f64| {
                if p < q {
                    (p - over, q + over)
                } else {
                    (p + over, q - over)
                }
            };
            let ((x0, x1), (y0, y1)) = (grow(a.0, c.0), grow(a.1, c.1));
            scene.rect((x0, y0), (x1, y1), colour);
        } else {
            let middle = ((a.0 + b.0 + c.0 + d.0) / 4.0, (a.1 + b.1 + c.1 + d.1) / 4.0);
            let grow = |p: (f64, f64)| {
                let away = |p: f64, m: f64| if p < m { p - over } else { p + over };
                (away(p.0, middle.0), away(p.1, middle.1))
            };
            scene.polygon(vec![grow(a), grow(b), grow(c), grow(d)], colour);
        }
    }
}

/// The value between the four grid points round (u, v); NaN where one of them has none.
pub fn bilinear(z: ArrayView2<f64>, u: f64, v: f64) -> f64 {
    let (nx, ny) = z.dim();
    let (i, s) = split(u, nx);
    let (j, t) = split(v, ny);
    let (k, l) = ((i + 1).min(nx - 1), (j + 1).min(ny - 1));
    let low = z[[i, j]] + s * (z[[k, j]] - z[[i, j]]);
    let high = z[[i, l]] + s * (z[[k, l]] - z[[i, l]]);
    low + t * (high - low)
}

fn split(u: f64, n: usize) -> (usize, f64) {
    let u = u.clamp(0.0, (n - 1) as f64);
    let i = (u as usize).min(n.saturating_sub(2));
    (i, u - i as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn bilinear_meets_the_corners_and_the_middle() {
        let z = array![[0.0, 1.0], [2.0, 5.0]];
        assert_eq!(bilinear(z.view(), 1.0, 1.0), 5.0);
        assert_eq!(bilinear(z.view(), 0.5, 0.5), 2.0);
        assert_eq!(bilinear(z.view(), 0.0, 1.0), 1.0);
        assert!(bilinear(array![[0.0, f64::NAN], [1.0, 1.0]].view(), 0.5, 0.5).is_nan());
    }
}
