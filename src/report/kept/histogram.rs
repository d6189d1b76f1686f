//! How many points have which value of a figure.

use crate::report::colour::{BLUE, PALE_BLUE};
use crate::report::figure::{Data, Figure};
use crate::report::frame::{Axis, BELOW, Frame};
use crate::report::input::Input;
use crate::report::landscape::{about, with_unit};
use crate::report::legend::Legend;
use crate::report::scene::Scene;
use crate::report::surface::range;
use crate::report::{names, number};
use crate::results::histograms::Histogram;

/// Contents whose largest is more than so many times the smallest have a logarithmic axis.
const LOG_FROM: f64 = 1000.0;

/// `None` where no point was counted in a bin.
pub fn histogram(input: &Input, own: &Histogram) -> Option<Figure> {
    let counted: u64 = own.counts.iter().sum::<u64>() + own.below + own.above + own.undefined;
    if own.edges.len() != own.counts.len() + 1 {
        return None;
    }
    let shares: Vec<f64> = own
        .counts
        .iter()
        .map(|&n| n as f64 / counted as f64)
        .collect();
    let (least, most) = range(shares.iter().copied().filter(|v| *v > 0.0))?;
    let (left, right) = range(own.edges.iter().copied())?;
    let scale = number::si(left.abs().max(right.abs()), &own.unit);
    let label = names::label(&own.figure);
    let title = number::with_unit(&label, &scale.unit);
    let (left, right) = (left * scale.factor, right * scale.factor);
    let x = match own.log {
        true => Axis::decades(title, left, right),
        false => Axis::linear(title, left, right, 7),
    };
    let y_title = "Share of points per bin";
    let y = match most > LOG_FROM * least {
        true => Axis::logarithmic(y_title, 0.7 * least, 1.5 * most),
        false => Axis::linear(y_title, 0.0, 1.06 * most, 6),
    };
    let mut notes = vec![match input.manifest.keep.budgets.is_empty() {
        true => format!("{counted} points."),
        false => format!("{counted} feasible points."),
    }];
    let outside = [
        (own.below, "below"),
        (own.above, "above"),
        (own.undefined, "without a value"),
    ];
    let outside: Vec<String> = outside
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, place)| format!("{n} {place}"))
        .collect();
    if !outside.is_empty() {
        notes.push(format!("Not shown: {}.", outside.join(", ")));
    }
    notes.extend(about(input, &[&own.figure], &[]));
    let legend = Legend {
        title: format!("{label} over the design"),
        entries: Vec::new(),
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let frame = Frame::new(x, y, top, bottom, 40.0);
    let mut scene = Scene::default();
    let mut outline = Vec::new();
    for (edges, share) in own.edges.windows(2).zip(&shares) {
        let share = share.max(frame.y.low);
        let from = frame.at(edges[0] * scale.factor, share);
        let to = frame.at(edges[1] * scale.factor, frame.y.low);
        // Half a pixel under the next bin, so that no hair line remains between them.
        scene.rect(from, (to.0 + 0.5, to.1), PALE_BLUE);
        outline.extend([from, (to.0, from.1)]);
    }
    scene.line(outline, 2.5, BLUE);
    frame.draw(&mut scene, false);
    legend.draw(&mut scene, frame.bottom + BELOW);
    let end = |end: &str| with_unit(&format!("{} {end}", own.figure), &own.unit);
    let mut data = Data::new([end("from"), end("to"), "points".to_owned()]);
    let bins = own.edges.windows(2).zip(&own.counts);
    data.rows = bins
        .map(|(edges, n)| {
            let count = n.to_string();
            vec![edges[0].into(), edges[1].into(), count.as_str().into()]
        })
        .collect();
    let name = format!("histogram-{}", own.figure);
    Some(Figure::new(name, &legend, scene, data))
}
