//! Multipliers that all regions have in common.

use super::certificate::lowest;
use super::region::Region;
use rayon::prelude::*;

/// Regions that decide on the multipliers, at most.
const DECIDING: usize = 48;

/// Moves the multipliers of floors and caps, one after the other, to where the largest bound is lowest, by
/// the regions that have the largest ones now. Any multipliers are valid for all regions.
pub fn tune(regions: &[Region], multipliers: &mut [f64]) {
    let Some(first) = regions.first() else {
        return;
    };
    let mut deciding: Vec<&Region> = regions.iter().collect();
    deciding.sort_by(|a, b| b.value.total_cmp(&a.value));
    deciding.truncate(DECIDING);
    let certificate = first.proof.certificate();
    for term in certificate.limits() {
        if certificate.is_idle(term) {
            continue;
        }
        let before = multipliers[term];
        multipliers[term] = lowest(before, |at| {
            multipliers[term] = at;
            let values = deciding.par_iter().map(|region| region.at(multipliers));
            let values: Vec<f64> = values.collect();
            let mut all = deciding.iter().zip(&values);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let largest = all.find(|(_, value)| **value == most);
            largest.is_none_or(|(region, _)| region.slope(multipliers, term) >= 0.0)
        });
    }
}
