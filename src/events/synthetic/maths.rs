//! Elementary functions in plain arithmetic: fast, and the same bits on every platform (the
//! standard library's are the platform's own). What needs all bits uses `libm`.

use std::f64::consts::{LN_2, LOG2_E};

/// The logarithm to base 2 of a positive normal number; absolute error below 1e-10.
#[inline]
pub fn log2(x: f64) -> f64 {
    // x = 2^exponent m with m in [0.7, 1.42): where the mantissa passes sqrt(2), a power moves over.
    const SQRT_HALF: u64 = 0x3FE6_A09E_667F_3BCD;
    let bits = x.to_bits();
    let shifted = bits.wrapping_sub(SQRT_HALF);
    let exponent = (shifted as i64) >> 52;
    let m = f64::from_bits(bits.wrapping_sub((exponent as u64) << 52));
    // ln m = 2 artanh((m - 1) / (m + 1)).
    let s = (m - 1.0) / (m + 1.0);
    let q = s * s;
    let series = 1.0
        + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0)))));
    exponent as f64 + 2.0 * LOG2_E * s * series
}

/// The natural logarithm of a positive normal number; absolute error below 1e-10.
#[inline]
pub fn ln(x: f64) -> f64 {
    LN_2 * log2(x)
}

/// 2 to the power of x, for |x| < 1000; relative error below 1e-8.
#[inline]
pub fn exp2(x: f64) -> f64 {
    // Adding and taking away 1.5 x 2^52 rounds to a whole number, which then stands in the low bits.
    const ROUNDER: f64 = 6_755_399_441_055_744.0;
    let x = x.clamp(-1000.0, 1000.0);
    let sum = x + ROUNDER;
    let f = (x - (sum - ROUNDER)) * LN_2;
    let f2 = f * f;
    let low = (1.0 + f) + f2 * (1.0 / 2.0 + f * (1.0 / 6.0));
    let high = (1.0 / 24.0 + f * (1.0 / 120.0)) + f2 * (1.0 / 720.0 + f * (1.0 / 5040.0));
    let power = f64::from_bits((sum.to_bits().wrapping_add(1023)) << 52);
    (low + f2 * f2 * high) * power
}

/// e to the power of x; relative error below 1e-8 for |x| < 10.
#[inline]
pub fn exp(x: f64) -> f64 {
    exp2(x * LOG2_E)
}

/// x to the power of y, for positive normal x; relative error below 2e-8 for results within 1e±6.
#[inline]
pub fn pow(x: f64, y: f64) -> f64 {
    exp2(y * log2(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_and_powers_keep_their_stated_accuracy() {
        let mut x = 1e-12;
        while x < 1e12 {
            assert!((log2(x) - libm::log2(x)).abs() < 1e-10, "log2 {x}");
            assert!((ln(x) - libm::log(x)).abs() < 1e-10, "ln {x}");
            x *= 1.000_7;
        }
        for k in -10_000..=10_000 {
            let x = f64::from(k) * 0.003_17;
            assert!((exp2(x) / libm::exp2(x) - 1.0).abs() < 1e-8, "exp2 {x}");
            let x = f64::from(k) * 0.001;
            assert!((exp(x) / libm::exp(x) - 1.0).abs() < 1e-8, "exp {x}");
        }
        for x in [1e-9, 0.3, 1.0, 17.0] {
            for y in [-0.5, -0.2, 0.4] {
                assert!((pow(x, y) / libm::pow(x, y) - 1.0).abs() < 2e-8);
            }
        }
    }
}
