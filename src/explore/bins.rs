//! Where histograms begin and end.
//!
//! What the study leaves open follows from a part of the grid: every axis is thinned, its ends stay,
//! until at most 65 536 points are left. Other points may lie beyond; they are counted there.

use super::point::evaluate;
use crate::engine::{Counts, Engine, Point};
use crate::error::{Fault, Result};
use crate::plan::{Bins, Compiled};
use crate::results::Histograms;
use crate::results::histograms::Histogram;
use crate::space::Space;
use crate::study::{BinSettings, KeepSettings, Study};

/// Points that a range is taken from.
const MOST: usize = 65_536;

/// The edges of the study's histograms; none where it keeps something else.
///
/// # Errors
/// A [`Fault`] where logarithmic bins are asked for and no value lies above 0.
pub fn edges(study: &Study, compiled: &Compiled, engine: &dyn Engine) -> Result<Vec<Vec<f64>>> {
    let KeepSettings::Histograms(all) = &study.keep else {
        return Ok(Vec::new());
    };
    let open = all.iter().any(|own| own.from.is_none() || own.to.is_none());
    let mut figures = Vec::new();
    if open {
        let points = thinned(&compiled.plan.space, MOST);
        figures = evaluate(engine, compiled.plan.clone(), points)?;
        keep_feasible(study, compiled, &mut figures);
    }
    let edges_of = |own: &BinSettings| {
        let place = compiled
            .figures
            .iter()
            .position(|f| f.name == own.figure.value);
        let values = place.and_then(|place| figures.get(place));
        let values = values.map_or(&[][..], Vec::as_slice);
        Ok(edges_over(own, range(own, values)?))
    };
    all.iter().map(edges_of).collect()
}

/// What the histograms hold; `points` were counted.
pub fn record(
    study: &Study,
    compiled: &Compiled,
    bins: &[Bins],
    counts: Vec<Counts>,
    points: u64,
) -> Histograms {
    let KeepSettings::Histograms(all) = &study.keep else {
        return Histograms::default();
    };
    let histogram = |((own, bins), counts): ((&BinSettings, &Bins), Counts)| Histogram {
        figure: own.figure.value.clone(),
        unit: compiled.figures[bins.figure].unit.to_owned(),
        log: own.log,
        edges: bins.edges.clone(),
        counts: counts.bins,
        below: counts.below,
        above: counts.above,
        undefined: counts.undefined,
    };
    Histograms {
        points,
        histograms: all.iter().zip(bins).zip(counts).map(histogram).collect(),
    }
}

/// Drops infeasible points, unless nothing else is there.
fn keep_feasible(study: &Study, compiled: &Compiled, figures: &mut [Vec<f64>]) {
    let bounds = compiled.bounds(study);
    let count = figures.first().map_or(0, Vec::len);
    let holds = |i: &usize| bounds.iter().all(|b| b.holds(figures[b.figure][*i]));
    let feasible: Vec<usize> = (0..count).filter(holds).collect();
    if !feasible.is_empty() {
        for column in figures {
            *column = feasible.iter().map(|&i| column[i]).collect();
        }
    }
}

/// The smallest and largest value that the study leaves open; 0 and 1 where there is none.
fn range(own: &BinSettings, values: &[f64]) -> Result<(f64, f64)> {
    let counts = |v: &f64| v.is_finite() && (!own.log || *v > 0.0);
    let mut range: Option<(f64, f64)> = None;
    for &value in values.iter().filter(|v| counts(v)) {
        let (low, high) = range.unwrap_or((value, value));
        range = Some((low.min(value), high.max(value)));
    }
    match range {
        Some(range) => Ok(range),
        None if own.log && !(own.from.is_some() && own.to.is_some()) => {
            let message = format!("no value of `{}` lies above 0", own.figure.value);
            Err(Fault::new(own.figure.place.clone(), message)
                .hint("give `from` and `to`, or leave out `log`")
                .into())
        }
        None => Ok((0.0, 1.0)),
    }
}

fn edges_over(own: &BinSettings, (least, most): (f64, f64)) -> Vec<f64> {
    let (mut low, mut high) = (own.from.unwrap_or(least), own.to.unwrap_or(most));
    if low >= high {
        // One value, or none on the open side: some room about it.
        let room = if own.log {
            2.0
        } else {
            0.05 * low.abs().max(high.abs()).max(1.0)
        };
        let (below, above) = match own.log {
            true => (high / room, low * room),
            false => (high - room, low + room),
        };
        match (own.from, own.to) {
            (Some(_), _) => high = above,
            (None, Some(_)) => low = below,
            (None, None) => (low, high) = (below, above),
        }
    }
    let edge = |i: usize| {
        let t = i as f64 / own.bins as f64;
        match i {
            0 => low,
            i if i == own.bins => high,
            _ if own.log => (libm::log(low) * (1.0 - t) + libm::log(high) * t).exp(),
            _ => low * (1.0 - t) + high * t,
        }
    };
    (0..=own.bins).map(edge).collect()
}

/// Points of the grid whose axes are thinned, the longest first, until there are at most `most`.
fn thinned(space: &Space, most: usize) -> Vec<Point> {
    let free: Vec<(usize, &[f64])> = space.free().collect();
    let mut counts: Vec<usize> = free.iter().map(|(_, values)| values.len()).collect();
    let product = |counts: &[usize]| counts.iter().try_fold(1usize, |n, &c| n.checked_mul(c));
    while product(&counts).is_none_or(|n| n > most)
        && let Some(longest) = counts.iter_mut().max()
    {
        *longest = longest.div_ceil(2);
    }
    let count = product(&counts).unwrap_or(0);
    let mut points = Vec::with_capacity(count);
    for index in 0..count {
        let mut point = vec![0.0; space.axes.len()];
        let mut rest = index;
        for ((axis, values), &n) in free.iter().zip(&counts) {
            let place = match n {
                1 => 0,
                n => (rest % n) * (values.len() - 1) / (n - 1),
            };
            point[*axis] = values[place];
            rest /= n;
        }
        space.follow_links(&mut point);
        points.push(point);
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{Axis, Values};

    #[test]
    fn a_thinned_grid_has_its_corners() {
        let axis = |n: usize| {
            let values = (0..n).map(|i| i as f64).collect();
            Axis::of_system("a".into(), "1", Values::Free(values), Vec::new())
        };
        let space = Space {
            axes: vec![axis(1000), axis(3), axis(70_000)],
            ..Space::default()
        };
        let points = thinned(&space, MOST);
        assert!(points.len() <= MOST && points.len() > MOST / 8);
        for corner in [[0.0, 0.0, 0.0], [999.0, 2.0, 69_999.0], [999.0, 0.0, 0.0]] {
            assert!(points.iter().any(|p| p[..] == corner), "{corner:?}");
        }
    }
}
