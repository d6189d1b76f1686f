//! Knobs: how their values read, and how far a scan moves them.

use crate::report::names;
use crate::report::number;
use crate::results::optimum::KnobRecord;

/// Whether a value counts how many events there are for each that is kept; 0 is off.
pub fn is_prescale(knob: &KnobRecord) -> bool {
    knob.name.rsplit('.').next() == Some("prescale")
}

/// A value without its unit.
pub fn text(knob: &KnobRecord, value: f64) -> String {
    if is_prescale(knob) && value == 0.0 {
        "off".to_owned()
    } else {
        number::plain(value)
    }
}

/// The label with its unit.
pub fn title(knob: &KnobRecord) -> String {
    number::with_unit(&names::label(&knob.name), &knob.unit)
}

/// The title for little room: what its unit or the figure's title tells is left out.
pub fn short_title(knob: &KnobRecord) -> String {
    let label = names::label(&knob.name);
    let known = if is_prescale(knob) {
        " prescale"
    } else {
        " threshold"
    };
    let label = label.strip_suffix(known).unwrap_or(&label);
    number::with_unit(label, &knob.unit)
}

/// Where a value lies between the ends of the knob's ladder: a prescale by the share of events that it
/// keeps, so that off is an end.
pub fn place(knob: &KnobRecord, value: f64) -> f64 {
    if is_prescale(knob) {
        return if value > 0.0 { 1.0 / value } else { 0.0 };
    }
    let length = knob.largest - knob.smallest;
    if length > 0.0 {
        (value - knob.smallest) / length
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prescale_of_0_is_off_and_a_threshold_of_0_is_0() {
        let knob = |name: &str| KnobRecord {
            name: name.to_owned(),
            column: None,
            unit: "1".to_owned(),
            smallest: 0.0,
            largest: 10.0,
            before: None,
            after: None,
        };
        let prescale = knob("menu.\"A path\".prescale");
        assert_eq!(text(&prescale, 0.0), "off");
        assert_eq!(text(&prescale, 5.0), "5");
        assert_eq!(place(&prescale, 0.0), 0.0);
        assert_eq!(place(&prescale, 1.0), 1.0);
        let pt = knob("menu.A.pt");
        assert_eq!(text(&pt, 0.0), "0");
        assert_eq!(
            (title(&pt), short_title(&pt)),
            ("A threshold".into(), "A".into())
        );
        assert_eq!(place(&pt, 5.0), 0.5);
    }
}
