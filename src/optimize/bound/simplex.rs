//! The nearest point of a simplex.

/// Moves non-negative numbers to the nearest with sum 1, or sum at most 1 where less is allowed.
pub fn project(values: &mut [f64], less: bool) {
    if let [a, b] = values
        && !less
    {
        let first = (0.5 * (1.0 + *a - *b)).clamp(0.0, 1.0);
        (*a, *b) = (first, 1.0 - first);
        return;
    }
    if less && values.iter().map(|x| x.max(0.0)).sum::<f64>() <= 1.0 {
        values.iter_mut().for_each(|x| *x = x.max(0.0));
        return;
    }
    // The shift that leaves sum 1: those below it drop out, until none does (Michelot 1986).
    let mut shift = f64::NEG_INFINITY;
    loop {
        let (mut sum, mut count) = (0.0, 0.0);
        for x in values.iter().filter(|x| **x > shift) {
            sum += x;
            count += 1.0;
        }
        let next = (sum - 1.0) / count;
        if next <= shift || count == 0.0 {
            break;
        }
        shift = next;
    }
    values.iter_mut().for_each(|x| *x = (*x - shift).max(0.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_point_has_no_nearer_one_beside_it() {
        for case in 0..200u32 {
            let n = 1 + case as usize % 5;
            let from: Vec<f64> = (0..n)
                .map(|i| (f64::from(case) * 1.7 + 2.3 * i as f64).sin() * 2.0)
                .collect();
            for less in [false, true] {
                let mut to = from.clone();
                project(&mut to, less);
                let sum: f64 = to.iter().sum();
                assert!(to.iter().all(|x| *x >= 0.0));
                assert!(sum <= 1.0 + 1e-12 && (less || sum >= 1.0 - 1e-12));
                // (from - to) . (other - to) <= 0 for every corner of the simplex.
                let product = |other: &dyn Fn(usize) -> f64| -> f64 {
                    let along = |i: usize| (from[i] - to[i]) * (other(i) - to[i]);
                    (0..n).map(along).sum()
                };
                for corner in 0..n {
                    assert!(product(&|i| f64::from(u8::from(i == corner))) <= 1e-12);
                }
                assert!(!less || product(&|_| 0.0) <= 1e-12);
            }
        }
    }
}
