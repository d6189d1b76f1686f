//! A menu's figures beside what the trigger is designed for (MODEL.md section 3, targets).

use crate::results::menu_record::{Measured, MenuRecord, TargetRecord};
use crate::study::TargetSettings;

/// Every target that a figure of the menu can be compared with.
pub fn compared(targets: &TargetSettings, record: &MenuRecord) -> Vec<TargetRecord> {
    let mut all = Vec::new();
    if let (Some(most), Some(background)) = (targets.rate_khz, &record.background) {
        all.push(target("rate", "kHz", background.total_khz, most, true));
    }
    if let Some(least) = targets.efficiency {
        for signal in &record.signals {
            let name = format!("efficiency of {}", signal.name);
            all.push(target(&name, "1", signal.efficiency, least, false));
        }
        if let Some(mean) = record.mean_efficiency {
            all.push(target("mean efficiency", "1", mean, least, false));
        }
    }
    if let (Some(least), Some(purity)) = (targets.purity, record.purity) {
        all.push(target("purity", "1", purity, least, false));
    }
    all
}

fn target(name: &str, unit: &str, value: Measured, target: f64, at_most: bool) -> TargetRecord {
    // Where no event passes, a rate is known to be below its limit.
    let high = value.upper_limit.unwrap_or(value.high);
    let open = value.low < high && value.low <= target && target <= high;
    let kept = if at_most {
        value.value <= target
    } else {
        value.value >= target
    };
    TargetRecord {
        name: name.to_owned(),
        unit: unit.to_owned(),
        value,
        at_most,
        target,
        met: (!open).then_some(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::super::measured::normal;
    use super::*;

    #[test]
    fn what_is_not_known_well_enough_is_left_open() {
        let met = |value: Measured, most: f64, at_most: bool| {
            target("rate", "kHz", value, most, at_most).met
        };
        assert_eq!(met(normal(90.0, 2.0, None), 100.0, true), Some(true));
        assert_eq!(met(normal(99.0, 2.0, None), 100.0, true), None);
        assert_eq!(met(normal(103.0, 2.0, None), 100.0, true), Some(false));
        assert_eq!(met(normal(103.0, 2.0, None), 100.0, false), Some(true));
        assert_eq!(met(normal(100.0, 0.0, None), 100.0, true), Some(true));
        assert_eq!(met(normal(0.0, 0.0, Some(120.0)), 100.0, true), None);
        assert_eq!(met(normal(0.0, 0.0, Some(20.0)), 100.0, true), Some(true));
    }
}
