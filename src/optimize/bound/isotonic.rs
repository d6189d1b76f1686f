//! Isotonic regression: pooled neighbours.

/// Neighbours that share a value: its weighted mean.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    weight: f64,
    value: f64,
    count: usize,
}

/// Moves values to the nearest that do not fall: neighbours that do are pooled.
pub fn isotonic(values: &mut [f64], weights: &[f64], pools: &mut Vec<Pool>) {
    pools.clear();
    for (value, weight) in values.iter().zip(weights) {
        let mut pool = Pool {
            weight: *weight,
            value: *value,
            count: 1,
        };
        while let Some(before) = pools.pop_if(|before| before.value >= pool.value) {
            let weight = pool.weight + before.weight;
            pool.value = (pool.weight * pool.value + before.weight * before.value) / weight;
            pool.weight = weight;
            pool.count += before.count;
        }
        pools.push(pool);
    }
    let mut values = values.iter_mut();
    for pool in pools {
        for value in values.by_ref().take(pool.count) {
            *value = pool.value;
        }
    }
}
