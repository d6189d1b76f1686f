//! Estimated numbers as text and as columns of a data file.

use crate::report::figure::Cell;
use crate::report::number;
use crate::results::menu_record::Measured;

/// `25.03 ± 0.41`; `< 0.03` (95 %) where no event passes.
pub fn text(measured: &Measured) -> String {
    match measured.upper_limit {
        Some(limit) if measured.value == 0.0 => format!("< {}", number::significant(limit, 2)),
        None if measured.value == 0.0 && measured.sigma == 0.0 => "0".into(),
        _ => number::with_sigma(measured.value, measured.sigma),
    }
}

/// The five columns of a number.
pub fn header(name: &str, unit: &str) -> [String; 5] {
    ["", " sigma", " low", " high", " upper limit"]
        .map(|what| number::with_unit(&format!("{name}{what}"), unit))
}

/// The cells of the five columns; empty where there is no number.
pub fn cells(measured: Option<&Measured>) -> [Cell; 5] {
    let cell = |of: fn(&Measured) -> f64| Cell::from(measured.map(of));
    [
        cell(|m| m.value),
        cell(|m| m.sigma),
        cell(|m| m.low),
        cell(|m| m.high),
        measured.and_then(|m| m.upper_limit).into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_events_are_a_limit() {
        let none = Measured {
            value: 0.0,
            sigma: 0.0,
            low: 0.0,
            high: 0.01,
            upper_limit: Some(0.0312),
        };
        assert_eq!(text(&none), "< 0.031");
        let off = Measured {
            upper_limit: None,
            ..none
        };
        assert_eq!(text(&off), "0");
        let some = Measured {
            value: 2.0,
            sigma: 0.1,
            upper_limit: None,
            ..none
        };
        assert_eq!(text(&some), "2.00 ± 0.10");
        assert_eq!(header("rate", "kHz")[1], "rate sigma [kHz]");
        assert_eq!(cells(None), [const { Cell::Empty }; 5]);
        assert_eq!(cells(Some(&some))[0], Cell::Number(2.0));
    }
}
