//! Labelled iso-lines on a mesh.

use super::bar::ColourBar;
use super::colour::contrast;
use super::contour;
use super::frame::{CAP, Frame};
use super::mesh::Mesh;
use super::number;
use super::scene::{Anchor, Scene, Text, text_width};
use super::ticks;

const LABEL_SIZE: f64 = 19.0;
const LINE_WIDTH: f64 = 1.75;
/// Levels aimed at: more would leave no room for labels where a surface is steep.
const LEVELS: usize = 6;

/// One line in pixels, and the level it shows.
struct Line {
    level: usize,
    points: Vec<(f64, f64)>,
    length: f64,
}

/// Draws the iso-lines of `mesh` at nice levels of the scale of `bar`, a label in a gap of each long line.
/// Labels keep clear of the frame, of `taken` boxes (left, top, right, bottom) and of each other.
pub fn draw(scene: &mut Scene, frame: &Frame, mesh: &Mesh, bar: &ColourBar, taken: &[[f64; 4]]) {
    let scale = &bar.scale;
    let (levels, texts) = if scale.log {
        (bar.axis.ticks.major.clone(), bar.axis.labels.clone())
    } else {
        let ticks = ticks::linear(scale.low, scale.high, LEVELS);
        let texts = number::ticks(&ticks.major, ticks.step);
        (ticks.major, texts)
    };
    let mut lines: Vec<Line> = Vec::new();
    for (level, value) in levels.iter().enumerate() {
        for line in contour::lines(mesh.z.view(), *value) {
            let points: Vec<(f64, f64)> =
                line.iter().filter_map(|(u, v)| mesh.at(*u, *v)).collect();
            let length = points.windows(2).map(|p| distance(p[0], p[1])).sum();
            lines.push(Line {
                level,
                points,
                length,
            });
        }
    }
    // Long lines choose first; the sort is stable, so that the order never depends on chance.
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|a, b| lines[*b].length.total_cmp(&lines[*a].length));
    let mut boxes = taken.to_vec();
    let mut labels: Vec<(usize, [f64; 4])> = Vec::new();
    for k in order {
        let width = text_width(&texts[lines[k].level], LABEL_SIZE);
        if let Some(place) = place(&lines, k, width, frame, &boxes) {
            // A margin keeps neighbouring labels from reading as one number.
            boxes.push([
                place[0] - 20.0,
                place[1] - 8.0,
                place[2] + 20.0,
                place[3] + 8.0,
            ]);
            labels.push((lines[k].level, place));
        }
    }
    for line in &lines {
        let colour = contrast(scale.colour(levels[line.level]));
        for piece in cut(&line.points, labels.iter().map(|(_, b)| b)) {
            scene.line(piece, LINE_WIDTH, colour);
        }
    }
    for (level, [left, _, right, bottom]) in labels {
        let colour = contrast(scale.colour(levels[level]));
        let at = ((left + right) / 2.0, bottom - 4.0);
        scene.text(Text::new(&*texts[level], at, LABEL_SIZE, Anchor::Middle).colour(colour));
    }
}

/// The free place for a label nearest to the middle of a line: in a gap of it, else beside it, where
/// no other line passes; else in a gap with the fewest others. `None` where there is none or the line is too short for a label.
fn place(
    lines: &[Line],
    k: usize,
    width: f64,
    frame: &Frame,
    taken: &[[f64; 4]],
) -> Option<[f64; 4]> {
    let line = &lines[k];
    if line.length < 2.0 * width.max(50.0) {
        return None;
    }
    let (half_w, half_h) = (width / 2.0 + 5.0, LABEL_SIZE * CAP / 2.0 + 4.0);
    // Past the ticks.
    let margin = 14.5;
    let mut free: Vec<Place> = Vec::new();
    let mut walked = 0.0;
    for pair in line.points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let steps = (distance(a, b) / 6.0).ceil().max(1.0);
        for s in 0..steps as usize {
            let t = s as f64 / steps;
            let (x, y) = (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
            let off = (walked + t * distance(a, b) - line.length / 2.0).abs();
            // In a gap of the line; else beside it.
            for (dx, dy) in [(0.0, 0.0), (0.0, -1.0), (0.0, 1.0), (1.0, 0.0), (-1.0, 0.0)] {
                let (x, y) = (x + dx * (half_w + 1.0), y + dy * (half_h + 1.0));
                let place = [x - half_w, y - half_h, x + half_w, y + half_h];
                let inside = place[0] > frame.left + margin
                    && place[2] < frame.right - margin
                    && place[1] > frame.top + margin
                    && place[3] < frame.bottom - margin;
                if inside && !taken.iter().any(|b| overlap(b, &place)) {
                    let in_gap = dx == 0.0 && dy == 0.0;
                    free.push(Place { off, in_gap, place });
                }
            }
        }
        walked += distance(a, b);
    }
    free.sort_by(|a, b| b.in_gap.cmp(&a.in_gap).then(a.off.total_cmp(&b.off)));
    let crossed = |place: &[f64; 4], by_own: bool| {
        lines
            .iter()
            .enumerate()
            .filter(|(other, _)| by_own || *other != k)
            .filter(|(_, l)| l.points.windows(2).any(|p| meets(place, p[0], p[1])))
            .count()
    };
    let clear = free.iter().find(|p| crossed(&p.place, !p.in_gap) == 0);
    let least = free
        .iter()
        .filter(|p| p.in_gap)
        .min_by_key(|p| crossed(&p.place, false));
    clear.or(least).map(|p| p.place)
}

/// A place for a label that nothing has taken.
struct Place {
    /// Distance along the line from its middle.
    off: f64,
    in_gap: bool,
    place: [f64; 4],
}

/// The pieces of a line outside all boxes.
fn cut<'a>(
    points: &[(f64, f64)],
    boxes: impl Iterator<Item = &'a [f64; 4]> + Clone,
) -> Vec<Vec<(f64, f64)>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<(f64, f64)> = Vec::new();
    for pair in points.windows(2) {
        // Fine steps, so that the gap ends at the box and not at the next grid line.
        let steps = (distance(pair[0], pair[1]) / 1.5).ceil().max(1.0) as usize;
        for s in 0..=steps {
            let t = s as f64 / steps as f64;
            let p = (
                pair[0].0 + t * (pair[1].0 - pair[0].0),
                pair[0].1 + t * (pair[1].1 - pair[0].1),
            );
            if boxes.clone().any(|b| holds(b, p)) {
                pieces.push(std::mem::take(&mut piece));
            } else if s == 0 || s == steps || piece.is_empty() || near(boxes.clone(), p) {
                piece.push(p);
            }
        }
    }
    pieces.push(piece);
    pieces.retain(|p| p.len() > 1);
    pieces
}

fn near<'a>(mut boxes: impl Iterator<Item = &'a [f64; 4]>, p: (f64, f64)) -> bool {
    boxes.any(|b| holds(&[b[0] - 3.0, b[1] - 3.0, b[2] + 3.0, b[3] + 3.0], p))
}

fn holds(b: &[f64; 4], (x, y): (f64, f64)) -> bool {
    x > b[0] && x < b[2] && y > b[1] && y < b[3]
}

fn overlap(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

fn meets(b: &[f64; 4], from: (f64, f64), to: (f64, f64)) -> bool {
    let steps = (distance(from, to) / 4.0).ceil().max(1.0) as usize;
    (0..=steps).any(|s| {
        let t = s as f64 / steps as f64;
        holds(
            b,
            (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1)),
        )
    })
}

fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_at_the_box() {
        let pieces = cut(
            &[(0.0, 0.0), (100.0, 0.0)],
            [[40.0, -5.0, 60.0, 5.0]].iter(),
        );
        assert_eq!(pieces.len(), 2);
        let end = pieces[0].last().unwrap().0;
        let start = pieces[1][0].0;
        assert!((38.0..=40.0).contains(&end), "{end}");
        assert!((60.0..=62.0).contains(&start), "{start}");
    }
}
