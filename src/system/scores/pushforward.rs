//! The distribution of an efficiency, where its momentum follows a truncated exponential.

use crate::system::curve::Segment;
use crate::system::exponential::TruncatedExponential;

/// Distributes each law's probability over score `cells`, by inverting the curve at the cells' edges.
///
/// `edges` ascend; `cells[law]` has one entry fewer and receives the continuous part; flat stretches
/// of the curve are reported as `atom(law, score, probability)`.
pub fn push_forward(
    segments: &[Segment],
    laws: &[TruncatedExponential],
    edges: &[f64],
    cells: &mut [Vec<f64>],
    mut atom: impl FnMut(usize, f64, f64),
) {
    for segment in segments {
        if segment.from == segment.to {
            for (law, spectrum) in laws.iter().enumerate() {
                let mass = spectrum.probability(segment.start, segment.end);
                if mass > 0.0 {
                    atom(law, segment.from, mass);
                }
            }
            continue;
        }
        let rising = segment.from < segment.to;
        let (low, high) = if rising {
            (segment.from, segment.to)
        } else {
            (segment.to, segment.from)
        };
        // Edges strictly inside the segment's range of scores: first..last.
        let first = edges.partition_point(|&e| e <= low);
        let last = edges.partition_point(|&e| e < high);
        let (mut at, end) = (segment.start, segment.end);
        let mut step = |cell: usize, from: f64, to: f64| {
            for (law, spectrum) in laws.iter().enumerate() {
                cells[law][cell] += spectrum.probability(from, to);
            }
        };
        if rising {
            for (inside, &edge) in edges[first..last].iter().enumerate() {
                let next = segment.momentum_at(edge, at, end);
                step(first + inside - 1, at, next);
                at = next;
            }
            step(last - 1, at, end);
        } else {
            for (inside, &edge) in edges[first..last].iter().enumerate().rev() {
                let next = segment.momentum_at(edge, at, end);
                step(first + inside, at, next);
                at = next;
            }
            step(first - 1, at, end);
        }
    }
}
