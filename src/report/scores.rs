//! Score distributions of a classifier, both sides, with its threshold.

use super::colour::{BLACK, BLUE, Colour, VERMILION, tint};
use super::figure::{Data, Figure};
use super::frame::{Axis, BELOW, Frame};
use super::legend::{Key, Legend};
use super::number;
use super::scene::{Anchor, Scene, Text, text_width};
use super::surface::range;
use crate::results::summary::ScoreRecord;

/// Decades shown below the largest bin: what is rarer does not matter to any rate.
const DECADES: f64 = 8.0;
const LABEL_SIZE: f64 = 20.0;

/// The histogram of one classifier; `None` where it has no bin with content.
pub fn scores(record: &ScoreRecord) -> Option<Figure> {
    let bins = record.edges.len().checked_sub(1)?;
    if bins == 0 || record.negative.len() != bins || record.positive.len() != bins {
        return None;
    }
    let both = || record.negative.iter().chain(&record.positive).copied();
    let (least, most) = range(both().filter(|v| *v > 0.0))?;
    let (left, right) = range(record.edges.iter().copied())?;
    let top = most.log10() + 0.15 * (most / least).log10().clamp(1.0, DECADES);
    let floor = least.log10().floor().max(most.log10().ceil() - DECADES);
    let x = Axis::linear("Score", left, right, 8);
    let y = Axis::logarithmic(
        "Share of events per bin",
        10f64.powf(floor),
        10f64.powf(top),
    );
    let sides = [
        ("Negative (not relevant)", &record.negative, BLUE),
        ("Positive (relevant)", &record.positive, VERMILION),
    ];
    let line = |colour| Key::Line {
        colour,
        width: 3.5,
        dashed: false,
    };
    let threshold = format!("threshold {}", number::significant(record.threshold, 4));
    let mut notes = vec![format!(
        "{} classifier, reduction ratio {}, skill {}; each side sums to 1.",
        record.classifier,
        number::plain(record.reduction_ratio),
        number::plain(record.skill)
    )];
    if !x.holds(record.threshold) {
        notes.push(format!("The {threshold} lies outside of the axis."));
    }
    if 10f64.powf(floor) > least {
        notes.push(format!(
            "Bins below {} are not shown.",
            number::power_of_ten(floor as i32)
        ));
    }
    let legend = Legend {
        title: format!("Classifier scores, {}", record.stage),
        entries: sides
            .iter()
            .map(|(text, _, colour)| (line(*colour), (*text).to_owned()))
            .collect(),
        notes,
    };
    let (frame_top, frame_bottom) = legend.room(BELOW);
    let frame = Frame::new(x, y, frame_top, frame_bottom, 40.0);
    let mut scene = Scene::default();
    fill(&mut scene, &frame, record);
    for (_, values, colour) in &sides {
        scene.line(outline(&frame, &record.edges, values), 3.0, *colour);
    }
    if frame.x.holds(record.threshold) {
        let x = frame.at(record.threshold, frame.y.low).0;
        let (t, b) = (frame.top, frame.bottom);
        scene.dashed(&[(x, b), (x, t)], 2.5, BLACK, (12.0, 7.0));
        let width = text_width(&threshold, LABEL_SIZE);
        let (at, anchor) = if x + 12.0 + width + 20.0 < frame.right {
            (x + 12.0, Anchor::Start)
        } else {
            (x - 12.0, Anchor::End)
        };
        scene.text(Text::new(threshold, (at, t + 38.0), LABEL_SIZE, anchor));
    }
    frame.draw(&mut scene, false);
    legend.draw(&mut scene, frame.bottom + BELOW);
    let mut data = Data::new(["low", "high", "negative", "positive"]);
    data.rows = (0..bins)
        .map(|k| {
            vec![
                record.edges[k].into(),
                record.edges[k + 1].into(),
                record.negative[k].into(),
                record.positive[k].into(),
            ]
        })
        .collect();
    let name = format!("scores-{}", record.stage);
    Some(Figure::new(name, &legend, scene, data))
}

/// Fills every bin with the tint of the side that reaches higher, and both sides' where both are.
fn fill(scene: &mut Scene, frame: &Frame, record: &ScoreRecord) {
    let sides = record.negative.iter().zip(&record.positive);
    for (edges, (negative, positive)) in record.edges.windows(2).zip(sides) {
        let higher = if negative > positive { BLUE } else { VERMILION };
        let rects = [
            (negative.max(*positive), tint(higher, 0.22)),
            (negative.min(*positive), tint(Colour(110, 80, 100), 0.32)),
        ];
        for (v, colour) in rects {
            if v > frame.y.low {
                let (from, to) = (frame.at(edges[0], v), frame.at(edges[1], frame.y.low));
                // Half a pixel under the next bin, so that no hair line remains between them.
                scene.rect(from, (to.0 + 0.5, to.1), colour);
            }
        }
    }
}

/// The histogram's upper edge; empty bins go down to the floor.
fn outline(frame: &Frame, edges: &[f64], values: &[f64]) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for (e, v) in edges.windows(2).zip(values) {
        let v = if *v > frame.y.low { *v } else { frame.y.low };
        points.extend([frame.at(e[0], v), frame.at(e[1], v)]);
    }
    if let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) {
        points.insert(0, (first.0, frame.bottom));
        points.push((last.0, frame.bottom));
    }
    points
}
