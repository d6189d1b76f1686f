//! Power, technology scaling and productivity (MODEL.md section 1).

/// Growth of efficiency with the year, per year, and the year it counts from.
const GROWTH_PER_YEAR: f64 = 0.187_173_61;
const REFERENCE_YEAR: f64 = 2022.0;

/// By how much the technology of `year` needs less power than that of 2022.
///
/// ```
/// // exp(0.18717361 * 10) = 6.4999...
/// assert!((trigscape::merit::technology_scale(2032.0) - 6.4996).abs() < 1e-3);
/// assert_eq!(trigscape::merit::technology_scale(2022.0), 1.0);
/// ```
pub fn technology_scale(year: f64) -> f64 {
    (GROWTH_PER_YEAR * (year - REFERENCE_YEAR)).exp()
}

/// Relevant events per joule: F1 times the output rate over the scaled power; 0 where no power flows.
pub fn productivity_per_j(f1: f64, output_hz: f64, scaled_power_w: f64) -> f64 {
    if scaled_power_w == 0.0 {
        0.0
    } else {
        f1 * output_hz / scaled_power_w
    }
}
