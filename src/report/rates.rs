//! Rates of paths beside the rates that others published.

use super::colour::{BLACK, BLUE, PALE_BLUE, VERMILION};
use super::figure::{Data, Figure};
use super::frame::{Axis, Frame};
use super::legend::{Key, Legend, wrap};
use super::number;
use super::scene::{Anchor, Scene, Text, text_width};
use crate::error::Result;
use std::path::Path;

const LABEL_SIZE: f64 = 17.5;
const LINE: f64 = 22.0;
const VALUE_SIZE: f64 = 17.5;

/// One bar of a chart of rates.
#[derive(Debug, Clone, PartialEq)]
pub struct RateBar {
    pub label: String,
    pub rate_khz: f64,
    /// Standard error.
    pub sigma_khz: f64,
    /// A published rate to compare with.
    pub published_khz: Option<f64>,
    /// Whether the rate was tuned to the published one; the others are drawn paler.
    pub anchored: bool,
}

/// Draws bars with error bars, published rates as lines across them, into a PNG file.
///
/// # Errors
/// The file cannot be written.
pub fn rate_chart(title: &str, notes: &[String], bars: &[RateBar], png: &Path) -> Result<()> {
    chart(title, notes, bars).scene.png(png)
}

fn chart(title: &str, notes: &[String], bars: &[RateBar]) -> Figure {
    let top_khz = |b: &RateBar| {
        (b.rate_khz + b.sigma_khz)
            .max(b.published_khz.unwrap_or(0.0))
            .max(0.0)
    };
    let most = bars.iter().map(top_khz).fold(0.0, f64::max);
    let y = Axis::linear("Rate [kHz]", 0.0, most.max(f64::MIN_POSITIVE) * 1.12, 7);
    let line = |colour, width| Key::Line {
        colour,
        width,
        dashed: false,
    };
    let legend = Legend {
        title: title.to_owned(),
        entries: vec![
            (line(BLUE, 12.0), "Tuned to the published share".to_owned()),
            (line(PALE_BLUE, 12.0), "Not tuned".to_owned()),
            (line(VERMILION, 4.0), "Published share".to_owned()),
        ],
        notes: notes.to_vec(),
    };
    let frame = Frame::new(Axis::places(bars.len()), y, 66.0, 0.0, 40.0);
    let slot = (frame.right - frame.left) / bars.len().max(1) as f64;
    let labels: Vec<Vec<String>> = bars
        .iter()
        .map(|b| wrap(&b.label, LABEL_SIZE, 0.94 * slot))
        .collect();
    // The labels take the place of tick labels and title.
    let lines = labels.iter().map(Vec::len).max().unwrap_or(0);
    let below = 18.0 + LINE * lines as f64 + 8.0;
    let (top, bottom) = legend.room(below);
    let frame = Frame {
        top,
        bottom,
        ..frame
    };
    let mut scene = Scene::default();
    for (k, (bar, label)) in bars.iter().zip(&labels).enumerate() {
        let x = frame.left + (k as f64 + 0.5) * slot;
        let half = (0.3 * slot).min(60.0);
        let height = |khz: f64| frame.at(0.0, khz).1;
        let end = height(bar.rate_khz);
        let colour = if bar.anchored { BLUE } else { PALE_BLUE };
        scene.rect((x - half, frame.bottom), (x + half, end), colour);
        if let Some(published) = bar.published_khz {
            let y = height(published);
            let reach = half + 0.12 * slot;
            scene.line(vec![(x - reach, y), (x + reach, y)], 4.0, VERMILION);
        }
        let (low, high) = (
            height(bar.rate_khz - bar.sigma_khz),
            height(bar.rate_khz + bar.sigma_khz),
        );
        scene.line(vec![(x, low), (x, high)], 2.0, BLACK);
        for y in [low, high] {
            scene.line(vec![(x - 8.0, y), (x + 8.0, y)], 2.0, BLACK);
        }
        let value = number::significant(bar.rate_khz, 3);
        let size = VALUE_SIZE * (0.96 * slot / text_width(&value, VALUE_SIZE)).min(1.0);
        // Right above its bar, so that it is not taken for the published rate's value.
        let under = bar.published_khz.is_some_and(|p| high - height(p) > 25.0);
        let y = if under { high } else { height(top_khz(bar)) };
        let at = (x, y - 8.0);
        scene.text(Text::new(value, at, size, Anchor::Middle));
        for (n, text) in label.iter().enumerate() {
            let at = (x, frame.bottom + 32.0 + n as f64 * LINE);
            scene.text(Text::new(text.clone(), at, LABEL_SIZE, Anchor::Middle).colour(BLACK));
        }
    }
    frame.draw(&mut scene, false);
    legend.draw(&mut scene, frame.bottom + below);
    let mut data = Data::new(["path", "rate [kHz]", "sigma [kHz]", "published [kHz]"]);
    data.rows = bars
        .iter()
        .map(|b| {
            vec![
                b.label.as_str().into(),
                b.rate_khz.into(),
                b.sigma_khz.into(),
                b.published_khz.into(),
            ]
        })
        .collect();
    Figure::new("rates", &legend, scene, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bar_has_its_label_and_value() {
        let bars =
            [("one", Some(24.8)), ("two words", None)].map(|(label, published_khz)| RateBar {
                label: label.to_owned(),
                rate_khz: 25.0,
                sigma_khz: 0.4,
                published_khz,
                anchored: published_khz.is_some(),
            });
        let figure = chart("Rates", &["A note.".to_owned()], &bars);
        let svg = figure.scene.svg("Rates").unwrap();
        for text in ["one", "two words", "25.0", "Rate [kHz]", "A note."] {
            assert!(svg.contains(text), "{text}");
        }
        assert_eq!(figure.data.rows.len(), 2);
    }
}
