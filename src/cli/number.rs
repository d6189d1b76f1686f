//! Numbers as people read them.

/// Six significant digits, with an exponent only where it helps.
pub fn readable(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    if !x.is_finite() {
        return "-".to_owned();
    }
    let magnitude = x.abs().log10().floor() as i32;
    if (-4..9).contains(&magnitude) {
        let decimals = (5 - magnitude).max(0) as usize;
        let text = format!("{x:.decimals$}");
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        }
    } else {
        format!("{x:.5e}")
    }
}

/// A value and its standard error, which has two digits: `147.5 +- 1.3`.
pub fn with_error(x: f64, sigma: f64) -> String {
    let magnitude = sigma.log10().floor();
    if x.is_finite() && (-6.0..6.0).contains(&magnitude) {
        let decimals = (1.0 - magnitude).max(0.0) as usize;
        format!("{x:.decimals$} +- {sigma:.decimals$}")
    } else {
        format!("{} +- {}", readable(x), readable(sigma))
    }
}

/// Whole numbers in groups of three digits.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A name with its unit in brackets, alone for pure numbers.
pub fn with_unit(name: &str, unit: &str) -> String {
    if unit == "1" {
        name.to_owned()
    } else {
        format!("{name} [{unit}]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_two_digits() {
        for (x, sigma, text) in [
            (147.473, 1.324, "147.5 +- 1.3"),
            (0.48532, 0.0016, "0.4853 +- 0.0016"),
            (12345.6, 123.4, "12346 +- 123"),
            (0.0, 0.0, "0 +- 0"),
        ] {
            assert_eq!(with_error(x, sigma), text);
        }
    }

    #[test]
    fn whole_numbers_stand_in_groups() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1 000"),
            (1234567, "1 234 567"),
        ] {
            assert_eq!(grouped(n), text);
        }
    }

    #[test]
    fn numbers_are_short_and_keep_six_digits() {
        for (x, text) in [
            (0.0, "0"),
            (100000.0, "100000"),
            (0.260406396, "0.260406"),
            (6959417.72, "6959418"),
            (3.74178425e-5, "3.74178e-5"),
            (1.803e-6, "1.80300e-6"),
            (53.3, "53.3"),
            (f64::NAN, "-"),
        ] {
            assert_eq!(readable(x), text);
        }
    }
}
