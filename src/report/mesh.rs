//! A surface as coloured cells: a rectangle, or a grid bent over two figures.

use super::colour::ColourScale;
use super::scene::Scene;
use ndarray::{Array2, ArrayView2};

/// Cells drawn along each axis: enough to look smooth, few enough for a small SVG.
const CELLS: usize = 140;

/// Grid points in pixels and their values; all three of one shape, at least 2 x 2.
#[derive(Debug, Clone, PartialEq)]
pub struct Mesh {
    pub x: Array2<f64>,
    pub y: Array2<f64>,
    pub z: Array2<f64>,
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
        // A whole number of parts a cell, so that cells without a value keep their borders.
        let cells = |n: usize| {
            if n > CELLS {
                CELLS
            } else {
                (n - 1) * (CELLS / (n - 1)).max(1)
            }
        };
        let (m, n) = (cells(nx), cells(ny));
        let u = |k: usize, m: usize, n: usize| k as f64 * (n - 1) as f64 / m as f64;
        for j in 0..n {
            let (v0, v1) = (u(j, n, ny), u(j + 1, n, ny));
            let mut run: Option<(usize, usize)> = None;
            for i in 0..=m {
                let middle = (i as f64 + 0.5) * (nx - 1) as f64 / m as f64;
                let value = if i < m {
                    bilinear(self.z.view(), middle, (v0 + v1) / 2.0)
                } else {
                    f64::NAN
                };
                let step = value.is_finite().then(|| scale.step(value));
                if let Some((start, colour)) = run
                    && step != Some(colour)
                {
                    self.strip(scene, (u(start, m, nx), u(i, m, nx)), (v0, v1), colour);
                    run = None;
                }
                if let (None, Some(step)) = (run, step) {
                    run = Some((i, step));
                }
            }
        }
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
