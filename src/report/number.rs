//! Numbers as people read them: SI prefixes, powers of ten, ticks of one precision.

/// `10⁻⁴` as plain text.
pub fn power_of_ten(exponent: i32) -> String {
    let superscript: String = exponent
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4' => '⁴',
            '5' => '⁵',
            '6' => '⁶',
            '7' => '⁷',
            '8' => '⁸',
            '9' => '⁹',
            _ => '⁰',
        })
        .collect();
    format!("10{superscript}")
}

/// `x` with so many significant digits: `0.840`, `2.44×10⁻⁴`; a dash where `x` is not finite.
pub fn significant(x: f64, digits: usize) -> String {
    if !x.is_finite() {
        return "–".into();
    }
    let text = format!("{x:.*e}", digits.max(1) - 1);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if x == 0.0 || (-3..5).contains(&exponent) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        minus(&format!("{x:.decimals$}"))
    } else {
        minus(&format!("{mantissa}×{}", power_of_ten(exponent)))
    }
}

/// `value ± sigma`, both to the second digit of sigma: `25.03 ± 0.41`, `(1.20 ± 0.35)×10⁻⁷`.
pub fn with_sigma(value: f64, sigma: f64) -> String {
    let usable = sigma > 0.0 && sigma.is_finite() && value.is_finite();
    if !usable {
        return significant(value, 4);
    }
    let sigma_exponent = (sigma.log10() + 1e-9).floor() as i32;
    let largest = (value.abs().max(sigma).log10() + 1e-9).floor() as i32;
    if largest - sigma_exponent > 6 {
        return format!("{} ± {}", significant(value, 4), significant(sigma, 2));
    }
    let common = if (-3..5).contains(&largest) {
        0
    } else {
        largest
    };
    let unit = 10f64.powi(common);
    let decimals = (common - sigma_exponent + 1).max(0) as usize;
    let number = |x: f64| minus(&format!("{:.decimals$}", x / unit));
    if common == 0 {
        format!("{} ± {}", number(value), number(sigma))
    } else {
        let power = power_of_ten(common);
        format!("({} ± {})×{power}", number(value), number(sigma))
    }
}

/// A value somebody typed: at most six significant digits, without trailing zeros.
pub fn plain(x: f64) -> String {
    let text = significant(x, 6);
    let (number, power) = match text.split_once('×') {
        Some((number, power)) => (number, Some(power)),
        None => (text.as_str(), None),
    };
    let number = if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    };
    match power {
        Some(power) => format!("{number}×{power}"),
        None => number.to_owned(),
    }
}

/// Labels of equally spaced ticks: as many decimals as `step` needs, one power of ten for all.
pub fn ticks(values: &[f64], step: f64) -> Vec<String> {
    let largest = values.iter().fold(0.0f64, |a, v| a.max(v.abs()));
    if largest == 0.0 || !(step > 0.0 && step.is_finite()) {
        return values.iter().map(|v| plain(*v)).collect();
    }
    // The nudge keeps 0.2 / 10^-1 = 1.9999… from losing a digit.
    let exponent = (largest.log10() + 1e-9).floor() as i32;
    let common = if (-3..5).contains(&exponent) {
        0
    } else {
        exponent
    };
    let decimals = (common as f64 - (step.log10() + 1e-9).floor()).max(0.0) as usize;
    let unit = 10f64.powi(common);
    values
        .iter()
        .map(|v| {
            if v.abs() < step * 1e-6 {
                return "0".into();
            }
            let number = format!("{:.decimals$}", v / unit);
            minus(&if common == 0 {
                number
            } else {
                format!("{number}×{}", power_of_ten(common))
            })
        })
        .collect()
}

fn minus(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(rest) => format!("−{rest}"),
        None => text.to_owned(),
    }
}

/// A unit with its prefix: value in `unit` = value in the base unit * `factor`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaled {
    pub factor: f64,
    pub unit: String,
}

/// The prefix with which `largest` (in `unit`) lies between 1 and 1000. Dimensionless numbers, and
/// units that are ratios or already have a prefix, stay as they are.
pub fn si(largest: f64, unit: &str) -> Scaled {
    const PREFIXED: [&str; 9] = ["W", "J", "Hz", "s", "B", "eV", "V", "A", "bit"];
    const PREFIXES: [(i32, &str); 9] = [
        (-12, "p"),
        (-9, "n"),
        (-6, "µ"),
        (-3, "m"),
        (0, ""),
        (3, "k"),
        (6, "M"),
        (9, "G"),
        (12, "T"),
    ];
    let symbol = if unit == "bytes" { "B" } else { unit };
    let unscaled = Scaled {
        factor: 1.0,
        unit: unit.to_owned(),
    };
    if !PREFIXED.contains(&symbol) || !largest.is_finite() || largest == 0.0 {
        return unscaled;
    }
    let power = ((largest.abs().log10() + 1e-9) / 3.0).floor() as i32 * 3;
    let (power, prefix) = PREFIXES[((power.clamp(-12, 12) + 12) / 3) as usize];
    Scaled {
        factor: 10f64.powi(-power),
        unit: format!("{prefix}{symbol}"),
    }
}

/// `label [unit]`; only the label where there is no dimension.
pub fn with_unit(label: &str, unit: &str) -> String {
    if unit.is_empty() || unit == "1" {
        label.to_owned()
    } else {
        format!("{label} [{unit}]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_digits_and_powers_of_ten() {
        assert_eq!(significant(0.839593, 3), "0.840");
        assert_eq!(significant(2.4376777e-4, 2), "2.4×10⁻⁴");
        assert_eq!(significant(25847910.9, 3), "2.58×10⁷");
        assert_eq!(significant(-53.3, 3), "−53.3");
        assert_eq!(significant(0.0, 3), "0.00");
        assert_eq!(significant(f64::NAN, 3), "–");
        assert_eq!(plain(400.0), "400");
        assert_eq!(plain(0.4), "0.4");
        assert_eq!(plain(2.0e6), "2×10⁶");
        assert_eq!(power_of_ten(-12), "10⁻¹²");
    }

    #[test]
    fn errors_have_two_digits_and_values_as_many_decimals() {
        assert_eq!(with_sigma(25.0312, 0.4123), "25.03 ± 0.41");
        assert_eq!(with_sigma(1234.6, 95.2), "1235 ± 95");
        assert_eq!(with_sigma(1.2e-7, 3.5e-8), "(1.20 ± 0.35)×10⁻⁷");
        assert_eq!(with_sigma(-0.5, 0.1), "−0.50 ± 0.10");
        assert_eq!(with_sigma(0.95, 0.0), "0.9500");
        assert_eq!(with_sigma(0.5, 1e-12), "0.5000 ± 1.0×10⁻¹²");
    }

    #[test]
    fn ticks_share_decimals_and_power() {
        assert_eq!(ticks(&[0.0, 0.2, 0.4], 0.2), ["0", "0.2", "0.4"]);
        assert_eq!(ticks(&[100.0, 200.0], 100.0), ["100", "200"]);
        assert_eq!(
            ticks(&[0.5e-4, 1e-4, 1.5e-4], 0.5e-4),
            ["0.5×10⁻⁴", "1.0×10⁻⁴", "1.5×10⁻⁴"]
        );
        assert_eq!(ticks(&[-1e6, 0.0, 1e6], 1e6), ["−1×10⁶", "0", "1×10⁶"]);
    }

    #[test]
    fn si_prefixes_keep_numbers_between_1_and_1000() {
        let mega = si(34.4e6, "W");
        assert_eq!((mega.unit.as_str(), mega.factor), ("MW", 1e-6));
        assert_eq!(si(1000.0, "Hz").unit, "kHz");
        assert_eq!(si(999.0, "Hz").unit, "Hz");
        assert_eq!(si(1.8e-6, "s").unit, "µs");
        assert_eq!(si(8.4e6, "bytes").unit, "MB");
        assert_eq!(si(1e-4, "1/J").unit, "1/J");
        assert_eq!(si(5e5, "kHz").unit, "kHz");
        assert_eq!(with_unit("F1 score", "1"), "F1 score");
        assert_eq!(with_unit("Power", "MW"), "Power [MW]");
    }
}
