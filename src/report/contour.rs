//! Iso-lines of a surface by marching squares.

use ndarray::ArrayView2;
use std::collections::BTreeMap;

/// A polyline in index coordinates: (position along axis 0, position along axis 1).
pub type Line = Vec<(f64, f64)>;

/// An edge between two grid points, named by its lower point and its direction (0: along axis 0).
type Edge = (usize, usize, u8);

/// The lines on which the bilinear surface through `z` crosses `level`, joined end to end, each
/// either closed (first = last point) or from border to border. Points at `level` count as above.
///
/// In a saddle cell the mean of the corners decides which pair of corners is connected. Cells with
/// a corner that is not finite have no line.
pub fn lines(z: ArrayView2<f64>, level: f64) -> Vec<Line> {
    let (nx, ny) = z.dim();
    // Every crossed edge and the one or two edges it is connected to.
    let mut links: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
    for i in 0..nx.saturating_sub(1) {
        for j in 0..ny.saturating_sub(1) {
            let corners = [z[[i, j]], z[[i + 1, j]], z[[i + 1, j + 1]], z[[i, j + 1]]];
            for (a, b) in cell(corners, level) {
                let edge = |side| match side {
                    0 => (i, j, 0),
                    1 => (i + 1, j, 1),
                    2 => (i, j + 1, 0),
                    _ => (i, j, 1),
                };
                links.entry(edge(a)).or_default().push(edge(b));
                links.entry(edge(b)).or_default().push(edge(a));
            }
        }
    }
    let point = |(i, j, along): Edge| {
        let a = z[[i, j]];
        let (x, y) = (i as f64, j as f64);
        if along == 0 {
            (x + fraction(a, z[[i + 1, j]], level), y)
        } else {
            (x, y + fraction(a, z[[i, j + 1]], level))
        }
    };
    let mut lines = Vec::new();
    // Open lines first, from their ends; what then remains is closed.
    let ends: Vec<Edge> = links
        .iter()
        .filter(|(_, to)| to.len() == 1)
        .map(|(edge, _)| *edge)
        .collect();
    let rest: Vec<Edge> = links.keys().copied().collect();
    for start in ends.into_iter().chain(rest) {
        let mut line = Vec::new();
        let mut at = start;
        while let Some(next) = links.get_mut(&at).and_then(Vec::pop) {
            if line.is_empty() {
                line.push(point(at));
            }
            line.push(point(next));
            if let Some(back) = links.get_mut(&next)
                && let Some(k) = back.iter().position(|edge| *edge == at)
            {
                back.remove(k);
            }
            at = next;
        }
        if line.len() > 1 {
            lines.push(line);
        }
    }
    lines
}

/// Pairs of sides of one cell that a line connects. Corners go round the cell; side k joins corner
/// k to corner k + 1.
fn cell(corners: [f64; 4], level: f64) -> Vec<(u8, u8)> {
    if corners.iter().any(|c| !c.is_finite()) {
        return Vec::new();
    }
    let above = corners.map(|c| c >= level);
    let crossed: Vec<u8> = (0..4u8)
        .filter(|k| above[*k as usize] != above[(*k as usize + 1) % 4])
        .collect();
    match crossed[..] {
        [a, b] => vec![(a, b)],
        [_, _, _, _] => {
            let centre_above = corners.iter().sum::<f64>() / 4.0 >= level;
            // Where corner 0 and the centre are on the same side, corners 1 and 3 are cut off.
            if centre_above == above[0] {
                vec![(0, 1), (2, 3)]
            } else {
                vec![(3, 0), (1, 2)]
            }
        }
        _ => Vec::new(),
    }
}

fn fraction(a: f64, b: f64, level: f64) -> f64 {
    ((level - a) / (b - a)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn a_plane_gives_one_straight_line() {
        let z = Array2::from_shape_fn((5, 4), |(i, _)| i as f64);
        let lines = lines(z.view(), 2.5);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].len(), 4);
        assert!(lines[0].iter().all(|p| p.0 == 2.5));
    }

    #[test]
    fn a_hill_gives_a_closed_line_on_its_circle() {
        let z = Array2::from_shape_fn((41, 41), |(i, j)| {
            -((i as f64 - 20.0).powi(2) + (j as f64 - 20.0).powi(2))
        });
        let lines = lines(z.view(), -100.0);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].first(), lines[0].last());
        for (x, y) in &lines[0] {
            let r = ((x - 20.0).powi(2) + (y - 20.0).powi(2)).sqrt();
            assert!((r - 10.0).abs() < 0.05, "{r}");
        }
    }

    #[test]
    fn saddles_follow_the_centre() {
        // High corners (0, 0) and (1, 1); the centre is 0.5.
        let z = array![[1.0, 0.0], [0.0, 1.0]];
        // Below the centre's height the high corners are connected: the low ones are cut off.
        let low = lines(z.view(), 0.4);
        assert_eq!(low.len(), 2);
        for line in &low {
            let (x, y) = ((line[0].0 + line[1].0) / 2.0, (line[0].1 + line[1].1) / 2.0);
            assert!((x - y).abs() > 0.5, "cuts off a low corner: {line:?}");
        }
        // Above it each high corner is cut off on its own.
        let high = lines(z.view(), 0.6);
        assert_eq!(high.len(), 2);
        for line in &high {
            let (x, y) = ((line[0].0 + line[1].0) / 2.0, (line[0].1 + line[1].1) / 2.0);
            assert!((x - y).abs() < 0.5, "cuts off a high corner: {line:?}");
        }
    }

    #[test]
    fn neighbouring_saddles_join_into_lines_that_use_each_crossing_once() {
        let z = Array2::from_shape_fn((6, 6), |(i, j)| ((i + j) % 2) as f64);
        let lines = lines(z.view(), 0.4);
        let segments: usize = lines.iter().map(|l| l.len() - 1).sum();
        assert_eq!(segments, 2 * 25);
    }

    #[test]
    fn gaps_and_levels_outside_have_no_lines() {
        let mut z = Array2::from_shape_fn((3, 3), |(i, _)| i as f64);
        assert!(lines(z.view(), 9.0).is_empty());
        z[[1, 1]] = f64::NAN;
        assert!(lines(z.view(), 0.5).is_empty());
        assert!(lines(Array2::zeros((1, 5)).view(), 0.0).is_empty());
    }
}
