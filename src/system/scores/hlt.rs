//! HLT scores: the efficiency of one of six paths, drawn in proportion to its rate.

use super::ScoreTable;
use super::pushforward::push_forward;
use super::survival::Survival;
use crate::study::HltPositive;
use crate::system::curve::Curve;
use crate::system::exponential::TruncatedExponential;

/// Path, rate in Hz, spectrum's rate per GeV, threshold in GeV: parameters of the published preset,
/// in the order b2g, higgs, muon, susy, tracking, tau (MODEL.md section 1).
const PATHS: [(&str, f64, f64, f64); 6] = [
    ("b2g", 96.0, 0.00499566, 376.76),
    ("higgs", 235.0, 0.00181619, 369.707),
    ("muon", 202.0 / 3.0, 0.000291626, 24.7751),
    ("susy", 189.0, 0.00799421, 111.192),
    ("tracking", 202.0 / 3.0, 0.000706611, 2.0),
    ("tau", 202.0 / 3.0, 0.000329409, 28.5051),
];

/// Names of the paths, in the order in which [`hlt_scores`] wants their curves.
pub const HLT_PATHS: [&str; 6] = ["b2g", "higgs", "muon", "susy", "tracking", "tau"];

/// Scores are resolved to 1/8192 between the curves' own vertices, at which the tables are exact.
const CELLS_PER_UNIT: f64 = 8192.0;

/// Exact score distributions of both sides.
pub fn hlt_scores(curves: &[Curve; 6], positive: HltPositive) -> ScoreTable {
    let segments: Vec<_> = curves.iter().map(Curve::segments).collect();
    let mut edges: Vec<f64> = segments
        .iter()
        .flatten()
        .flat_map(|s| [s.from, s.to])
        .collect();
    edges.sort_by(f64::total_cmp);
    let (low, high) = (edges[0], edges[edges.len() - 1]);
    let cells = ((high - low) * CELLS_PER_UNIT).ceil() as usize;
    edges.extend(
        (1..cells)
            .map(|i| low + i as f64 / CELLS_PER_UNIT)
            .filter(|&e| e < high),
    );
    edges.sort_by(f64::total_cmp);
    edges.dedup();

    let mut cells = [vec![0.0; edges.len() - 1], vec![0.0; edges.len() - 1]];
    let mut atoms = [vec![0.0; edges.len()], vec![0.0; edges.len()]];
    let total_hz: f64 = PATHS.iter().map(|p| p.1).sum();
    for (segments, &(_, rate_hz, rate_per_gev, threshold_gev)) in segments.iter().zip(&PATHS) {
        let share = rate_hz / total_hz;
        let above = match positive {
            HltPositive::Published => TruncatedExponential::top(rate_per_gev, threshold_gev),
            HltPositive::Above => TruncatedExponential::above(rate_per_gev, threshold_gev),
        };
        let laws = [
            TruncatedExponential::below(rate_per_gev, threshold_gev),
            above,
        ];
        let mut own = [vec![0.0; edges.len() - 1], vec![0.0; edges.len() - 1]];
        push_forward(segments, &laws, &edges, &mut own, |law, score, mass| {
            let i = edges.partition_point(|&e| e < score);
            atoms[law][i] += share * mass;
        });
        for (sum, own) in cells.iter_mut().zip(&own) {
            sum.iter_mut()
                .zip(own)
                .for_each(|(sum, x)| *sum += share * x);
        }
    }
    let [negative, positive] = [0, 1].map(|law| survival(&edges, &cells[law], &atoms[law]));
    ScoreTable { negative, positive }
}

/// Knots from the top score down, so that the tail keeps its relative precision.
fn survival(edges: &[f64], cells: &[f64], atoms: &[f64]) -> Survival {
    let total: f64 = cells.iter().sum::<f64>() + atoms.iter().sum::<f64>();
    let mut knots = Vec::with_capacity(edges.len() + 64);
    let mut above = 0.0;
    for i in (0..edges.len()).rev() {
        knots.push((edges[i], above / total));
        if atoms[i] > 0.0 {
            above += atoms[i];
            knots.push((edges[i], above / total));
        }
        if i > 0 {
            above += cells[i - 1];
        }
    }
    knots.reverse();
    knots[0].1 = 1.0;
    Survival::new(knots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_one_curve_follow_from_its_inverse() {
        // Every path with the same curve: 0 below 100 GeV, rising to 1 at 300 GeV, 1 above.
        let curve = Curve::linear(&[100.0, 300.0], &[0.0, 1.0]);
        let curves: [Curve; 6] = std::array::from_fn(|_| curve.clone());
        let scores = hlt_scores(&curves, HltPositive::Above);
        // score > 0.5 means E > 200 GeV; sum over paths of share * P(E > 200 | E > threshold).
        let total: f64 = PATHS.iter().map(|p| p.1).sum();
        let expected: f64 = PATHS
            .iter()
            .map(|&(_, hz, rate, threshold)| {
                hz / total * (-rate * (200.0 - threshold).max(0.0)).exp()
            })
            .sum();
        assert!((scores.positive.at(0.5) - expected).abs() < 1e-8);
        // No negative of a path reaches beyond the path's threshold: b2g and higgs alone exceed 300.
        assert!(scores.negative.at(0.999) > 0.0);
        assert_eq!(scores.negative.at(1.0), 0.0);
    }
}
