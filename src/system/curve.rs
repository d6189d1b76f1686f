//! Efficiency curves: piecewise polynomials of momentum, and their inverse.

use crate::study::Edge;
use std::sync::Arc;

/// An efficiency curve over momentum 0..infinity in GeV.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    pieces: Arc<[Piece]>,
    clip: bool,
}

/// c0 + c1 d + c2 d^2 + c3 d^3 with d = E - origin, for start <= E < end.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece {
    start: f64,
    end: f64,
    origin: f64,
    c: [f64; 4],
}

impl Piece {
    fn constant(start: f64, end: f64, value: f64) -> Self {
        Self {
            start,
            end,
            origin: start,
            c: [value, 0.0, 0.0, 0.0],
        }
    }

    fn at(&self, e: f64) -> f64 {
        let d = e - self.origin;
        self.c[0] + d * (self.c[1] + d * (self.c[2] + d * self.c[3]))
    }

    fn slope(&self, e: f64) -> f64 {
        let d = e - self.origin;
        self.c[1] + d * (2.0 * self.c[2] + d * 3.0 * self.c[3])
    }

    /// Momenta inside the piece at which the slope is zero, ascending.
    fn turning_points(&self) -> Vec<f64> {
        let (a, b, c) = (3.0 * self.c[3], 2.0 * self.c[2], self.c[1]);
        let mut roots = Vec::with_capacity(2);
        if a == 0.0 {
            if b != 0.0 {
                roots.push(-c / b);
            }
        } else {
            let discriminant = b * b - 4.0 * a * c;
            if discriminant > 0.0 {
                // The form without cancellation.
                let q = -0.5 * (b + discriminant.sqrt().copysign(b));
                roots.push(q / a);
                if q != 0.0 {
                    roots.push(c / q);
                }
            }
        }
        let mut inside: Vec<f64> = roots
            .into_iter()
            .map(|d| self.origin + d)
            .filter(|&e| e > self.start && e < self.end)
            .collect();
        inside.sort_by(f64::total_cmp);
        inside
    }
}

impl Curve {
    /// Monotone cubic interpolation (Fritsch and Carlson 1980, Fritsch and Butland 1984: the
    /// derivatives of SciPy's `PchipInterpolator`), clipped to [0, 1].
    ///
    /// `x` in GeV, strictly ascending, at least two; `y` of the same length.
    ///
    /// ```
    /// use trigscape::study::Edge;
    /// use trigscape::system::curve::Curve;
    /// let curve = Curve::pchip(&[0.0, 1.0, 3.0], &[0.0, 0.5, 0.5], Edge::Hold);
    /// // The inner slope is 0 beside the flat interval. The end slope is the three-point formula
    /// // ((2*1 + 2)*0.5 - 1*0) / 3 = 2/3, so at 0.5 the Hermite cubic is 0.5*0.5 + (2/3)*0.125 = 1/3.
    /// assert!((curve.at(0.5) - 1.0 / 3.0).abs() < 1e-15);
    /// assert_eq!(curve.at(7.0), 0.5);
    /// ```
    pub fn pchip(x: &[f64], y: &[f64], edge: Edge) -> Self {
        let slopes = pchip_slopes(x, y);
        let mut pieces: Vec<Piece> = (0..x.len() - 1)
            .map(|i| {
                let h = x[i + 1] - x[i];
                let secant = (y[i + 1] - y[i]) / h;
                let (d0, d1) = (slopes[i], slopes[i + 1]);
                Piece {
                    start: x[i],
                    end: x[i + 1],
                    origin: x[i],
                    c: [
                        y[i],
                        d0,
                        (3.0 * secant - 2.0 * d0 - d1) / h,
                        (d0 + d1 - 2.0 * secant) / (h * h),
                    ],
                }
            })
            .collect();
        let (first, last) = (x[0], x[x.len() - 1]);
        match edge {
            Edge::Extrapolate => {
                let n = pieces.len();
                pieces[0].start = pieces[0].start.min(0.0);
                pieces[n - 1].end = f64::INFINITY;
            }
            Edge::Hold => {
                if first > 0.0 {
                    pieces.insert(0, Piece::constant(0.0, first, y[0]));
                }
                pieces.push(Piece::constant(last, f64::INFINITY, y[y.len() - 1]));
            }
        }
        Self {
            pieces: pieces.into(),
            clip: true,
        }
    }

    /// Linear interpolation, 0 below the table and 1 above it; table values are not clipped.
    ///
    /// `x` in GeV, strictly ascending; `y` of the same length.
    pub fn linear(x: &[f64], y: &[f64]) -> Self {
        let mut pieces = Vec::with_capacity(x.len() + 1);
        if x[0] > 0.0 {
            pieces.push(Piece::constant(0.0, x[0], 0.0));
        }
        for i in 0..x.len() - 1 {
            let secant = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
            pieces.push(Piece {
                start: x[i],
                end: x[i + 1],
                origin: x[i],
                c: [y[i], secant, 0.0, 0.0],
            });
        }
        pieces.push(Piece::constant(x[x.len() - 1], f64::INFINITY, 1.0));
        Self {
            pieces: pieces.into(),
            clip: false,
        }
    }

    /// The efficiency at momentum `e` >= 0 GeV.
    pub fn at(&self, e: f64) -> f64 {
        let i = self.pieces.partition_point(|p| p.end <= e);
        let value = self.pieces[i.min(self.pieces.len() - 1)].at(e);
        if self.clip {
            value.clamp(0.0, 1.0)
        } else {
            value
        }
    }

    /// The curve cut into stretches on which it is constant or strictly monotone.
    pub fn segments(&self) -> Vec<Segment> {
        let mut segments = Vec::new();
        for piece in self.pieces.iter() {
            let mut cuts = vec![piece.start];
            cuts.extend(piece.turning_points());
            cuts.push(piece.end);
            for pair in cuts.windows(2) {
                self.cut_at_clips(piece, pair[0], pair[1], &mut segments);
            }
        }
        segments
    }

    /// Splits a monotone stretch where it crosses 0 and 1, and makes what is beyond constant.
    fn cut_at_clips(&self, piece: &Piece, start: f64, end: f64, out: &mut Vec<Segment>) {
        let mut push = |start: f64, end: f64| {
            let (a, b) = (
                piece.at(start),
                if end.is_finite() {
                    piece.at(end)
                } else {
                    piece.at(start)
                },
            );
            let (a, b) = if self.clip {
                (a.clamp(0.0, 1.0), b.clamp(0.0, 1.0))
            } else {
                (a, b)
            };
            out.push(Segment {
                start,
                end,
                from: a,
                to: b,
                piece: *piece,
            });
        };
        if !self.clip || piece.c[1..] == [0.0; 3] {
            return push(start, end);
        }
        // A polynomial that is not constant leaves [0, 1] somewhere on the way to infinity.
        let mut far = end;
        if end.is_infinite() {
            far = start.max(1.0);
            while (0.0..=1.0).contains(&piece.at(far)) {
                far *= 2.0;
            }
        }
        let mut cuts = vec![start];
        let (a, b) = (piece.at(start), piece.at(far));
        let mut crossings: Vec<f64> = [0.0, 1.0]
            .into_iter()
            .filter(|level| (a - level) * (b - level) < 0.0)
            .map(|level| invert(piece, start, far, level))
            .filter(|e| *e > start && *e < far)
            .collect();
        crossings.sort_by(f64::total_cmp);
        cuts.extend(crossings);
        if far > cuts[cuts.len() - 1] {
            cuts.push(far);
        }
        if end > far {
            cuts.push(end);
        }
        for pair in cuts.windows(2) {
            push(pair[0], pair[1]);
        }
    }
}

/// A stretch of momentum on which the (clipped) curve is constant or strictly monotone.
#[derive(Debug, Clone, Copy)]
pub struct Segment {
    pub start: f64,
    pub end: f64,
    /// Efficiency at `start` and `end`; equal where the stretch is constant.
    pub from: f64,
    pub to: f64,
    piece: Piece,
}

impl Segment {
    /// The momentum at which a monotone segment takes `value`, strictly between `from` and `to`;
    /// searched in `lo..hi`, a part of the segment known to hold it.
    pub fn momentum_at(&self, value: f64, lo: f64, hi: f64) -> f64 {
        invert(&self.piece, lo, hi, value)
    }
}

/// Solves piece(E) = value on a monotone stretch: Newton's method inside a shrinking bracket.
fn invert(piece: &Piece, mut lo: f64, mut hi: f64, value: f64) -> f64 {
    let rising = piece.at(lo) < piece.at(hi);
    let mut e = 0.5 * (lo + hi);
    for _ in 0..200 {
        let miss = piece.at(e) - value;
        if miss == 0.0 {
            return e;
        }
        if (miss < 0.0) == rising {
            lo = e;
        } else {
            hi = e;
        }
        let newton = e - miss / piece.slope(e);
        let next = if newton > lo && newton < hi {
            newton
        } else {
            0.5 * (lo + hi)
        };
        if (next - e).abs() <= 4.0 * f64::EPSILON * e.abs() {
            return next;
        }
        e = next;
    }
    e
}

fn pchip_slopes(x: &[f64], y: &[f64]) -> Vec<f64> {
    let n = x.len();
    let h: Vec<f64> = x.windows(2).map(|w| w[1] - w[0]).collect();
    let secant: Vec<f64> = y
        .windows(2)
        .zip(&h)
        .map(|(w, h)| (w[1] - w[0]) / h)
        .collect();
    if n == 2 {
        return vec![secant[0]; 2];
    }
    let mut slopes = vec![0.0; n];
    for i in 1..n - 1 {
        let (before, after) = (secant[i - 1], secant[i]);
        if before * after > 0.0 {
            let (w1, w2) = (2.0 * h[i] + h[i - 1], h[i] + 2.0 * h[i - 1]);
            slopes[i] = (w1 + w2) / (w1 / before + w2 / after);
        }
    }
    slopes[0] = end_slope(h[0], h[1], secant[0], secant[1]);
    slopes[n - 1] = end_slope(h[n - 2], h[n - 3], secant[n - 2], secant[n - 3]);
    slopes
}

/// The one-sided three-point formula, limited so that the curve stays monotone.
fn end_slope(h0: f64, h1: f64, secant0: f64, secant1: f64) -> f64 {
    let slope = ((2.0 * h0 + h1) * secant0 - h0 * secant1) / (h0 + h1);
    if slope * secant0 <= 0.0 {
        0.0
    } else if secant0 * secant1 <= 0.0 && slope.abs() > 3.0 * secant0.abs() {
        3.0 * secant0
    } else {
        slope
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::csv_table::CsvTable;
    use std::path::Path;

    fn built_in(text: &str) -> (Vec<f64>, Vec<f64>) {
        let table = CsvTable::parse(Path::new("curve"), text, 2).unwrap();
        (
            table.column("momentum_gev").unwrap().to_vec(),
            table.column("efficiency").unwrap().to_vec(),
        )
    }

    /// The muon curve: its plateau is not monotone, and its end cubics leave [0, 1].
    fn muon() -> (Vec<f64>, Vec<f64>) {
        built_in(include_str!("../../data/curves/l1t_muon.csv"))
    }

    #[test]
    fn pchip_equals_scipy_inside_and_outside_the_table() {
        let jet = built_in(include_str!("../../data/curves/l1t_jet.csv"));
        let tau = built_in(include_str!("../../data/curves/l1t_tau.csv"));
        // scipy.interpolate.PchipInterpolator(x, y, extrapolate=True), version 1.17.
        for ((x, y), values) in [
            (
                jet,
                [
                    (168.654, 0.001824153442447095),
                    (255.978, 0.18804005570090584),
                    (553.466, 0.9932098402393663),
                ],
            ),
            (
                muon(),
                [
                    (0.356347, 0.010448235515838133),
                    (11.6993, 0.086136119570842),
                    (98.6381, 0.9376400202832714),
                ],
            ),
            (
                tau,
                [
                    (0.0251572, 3.0206046314065363e-06),
                    (37.0, 0.44994520326438237),
                    (101.0, 0.9938119002699337),
                ],
            ),
        ] {
            let curve = Curve::pchip(&x, &y, Edge::Extrapolate);
            for (e, expected) in values {
                let found = curve.at(e);
                assert!(
                    (found - expected).abs() < 1e-12,
                    "{e}: {found} against {expected}"
                );
            }
        }
    }

    #[test]
    fn the_extrapolated_tau_curve_falls_to_zero_and_the_held_one_does_not() {
        let (x, y) = built_in(include_str!("../../data/curves/l1t_tau.csv"));
        // SciPy gives 0.3138 at 270 GeV; the end cubic crosses 0 near 296 GeV.
        let extrapolated = Curve::pchip(&x, &y, Edge::Extrapolate);
        assert!((extrapolated.at(270.0) - 0.31383573599797177).abs() < 1e-12);
        assert_eq!(extrapolated.at(300.0), 0.0);
        assert_eq!(Curve::pchip(&x, &y, Edge::Hold).at(300.0), 0.99382);
    }

    #[test]
    fn linear_curves_are_zero_below_and_one_above() {
        let curve = Curve::linear(&[10.0, 20.0], &[0.2, 0.8]);
        assert_eq!(
            [9.9, 10.0, 15.0, 20.0].map(|e| curve.at(e)),
            [0.0, 0.2, 0.5, 1.0]
        );
    }

    #[test]
    fn segments_tile_all_momenta_and_invert_the_curve() {
        let (x, y) = muon();
        for edge in [Edge::Extrapolate, Edge::Hold] {
            let curve = Curve::pchip(&x, &y, edge);
            let segments = curve.segments();
            assert_eq!(segments[0].start, 0.0);
            assert_eq!(segments[segments.len() - 1].end, f64::INFINITY);
            for pair in segments.windows(2) {
                assert_eq!(pair[0].end, pair[1].start);
            }
            for s in segments.iter().filter(|s| s.from != s.to) {
                let value = s.from + 0.3 * (s.to - s.from);
                let e = s.momentum_at(value, s.start, s.end);
                assert!((curve.at(e) - value).abs() < 1e-12, "{s:?}");
            }
        }
    }
}
