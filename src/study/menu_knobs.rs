//! Knobs of a menu: `menu.SingleMu22.pt`, `menu.DoubleEG.leg2.pt`, `menu.MET120.met`,
//! `menu.DoubleEG.scale`, `menu.*.prescale`.

use super::menu_settings::{LegSettings, MenuSettings, PathSettings, check_prescale};
use super::{Address, Located, Part, Setting, SettingValue};
use crate::error::{Fault, Result};

/// A threshold of the menu that an address names.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdKnob {
    /// Index of the path.
    pub path: usize,
    /// Index of the leg; none: `scale`, a factor on the thresholds of all legs.
    pub leg: Option<usize>,
    /// The menu's own value; 1 for `scale`.
    pub own: f64,
}

impl MenuSettings {
    /// The threshold that an address names.
    ///
    /// # Errors
    /// A [`Fault`] at the address: no knob of the menu, or one that is no threshold of one path.
    pub fn threshold_knob(&self, knob: &Located<Address>) -> Result<ThresholdKnob> {
        let address = &knob.value;
        let fault = |message: String| Fault::new(knob.place.clone(), message);
        let no_threshold = || {
            fault(format!("`{address}` is no threshold of the menu"))
                .hint("for example menu.SingleMu22.pt, menu.DoubleMu.leg2.pt, menu.MET120.met or menu.DoubleMu.scale")
        };
        let [Part::Name(menu), path, rest @ ..] = &address.parts[..] else {
            return Err(no_threshold().into());
        };
        if menu != "menu" || rest.is_empty() {
            return Err(no_threshold().into());
        }
        let Part::Name(name) = path else {
            return Err(fault(format!("`{address}` stands for several thresholds"))
                .hint("one threshold is moved at a time: name the path")
                .into());
        };
        let names = || self.paths.iter().map(|p| p.name.value.as_str());
        let Some(path) = names().position(|own| own == name) else {
            return Err(fault(format!("the menu has no path `{name}`"))
                .nearest(name, names())
                .into());
        };
        let (leg, own) = self.paths[path]
            .threshold(rest)
            .map_err(|(message, hint)| fault(message).hint(hint))?;
        Ok(ThresholdKnob { path, leg, own })
    }

    /// Sets a knob of the menu.
    ///
    /// # Errors
    /// A [`Fault`] at the setting: no such path or knob, or a value that it cannot have.
    pub(super) fn set(&mut self, setting: &Setting) -> Result<()> {
        let fault = |message: String| Fault::new(setting.place.clone(), message);
        let (path, knob) = match &setting.address.parts[..] {
            [_, path, knob @ ..] if !knob.is_empty() => (path, knob),
            _ => {
                return Err(fault(format!("`{}` is no knob of a menu", setting.address))
                    .hint("for example menu.SingleMu22.pt or menu.SingleMu22.prescale")
                    .into());
            }
        };
        let SettingValue::Number(value) = setting.value else {
            return Err(fault(format!("`{}` is a number", setting.address)).into());
        };
        if !value.is_finite() {
            return Err(fault(format!("`{}` is a finite number", setting.address)).into());
        }
        let (mut found, mut set, mut refused) = (false, false, None);
        for own in &mut self.paths {
            if path.matches(&own.name.value) {
                found = true;
                match own.set(knob, value) {
                    Ok(()) => set = true,
                    Err(why) => refused = Some(why),
                }
            }
        }
        // `*` is every path that has the knob.
        if let Some((message, hint)) = refused.filter(|_| !set) {
            return Err(fault(message).hint(hint).into());
        }
        if !found {
            let wrong = match path {
                Part::Name(name) => name,
                Part::Any => "*",
            };
            let names = self.paths.iter().map(|p| p.name.value.as_str());
            return Err(fault(format!("the menu has no path `{wrong}`"))
                .nearest(wrong, names)
                .into());
        }
        Ok(())
    }
}

impl PathSettings {
    /// The leg whose threshold a knob is (none: of all, `scale`) and its value; or what is wrong.
    fn threshold(&self, knob: &[Part]) -> Result<(Option<usize>, f64), (String, String)> {
        if knob == [Part::Name("prescale".to_owned())] {
            return Err((
                format!("the prescale of `{}` is no threshold", self.name.value),
                "thresholds are pt, legN.pt, a scalar's name, and scale".to_owned(),
            ));
        }
        // Where setting the knob changes the thresholds, it is theirs.
        let own = |path: &Self| -> Vec<f64> {
            let threshold = |leg: &LegSettings| match leg {
                LegSettings::Object { pt: threshold, .. }
                | LegSettings::Scalar { min: threshold, .. } => *threshold,
            };
            path.legs.iter().map(threshold).collect()
        };
        if knob == [Part::Name("scale".to_owned())] {
            return Ok((None, 1.0));
        }
        let before = own(self);
        let mut moved = self.clone();
        let beyond = before.iter().fold(1.0, |most: f64, x| most.max(x.abs()));
        moved.set(knob, 4.0 * beyond)?;
        let changed = before.iter().zip(own(&moved)).position(|(a, b)| *a != b);
        let wrong = || no_such_knob(&self.name.value, "?");
        changed
            .map(|leg| (Some(leg), before[leg]))
            .ok_or_else(wrong)
    }

    /// Sets a knob, or says what is wrong with it and how to mend it.
    fn set(&mut self, knob: &[Part], value: f64) -> Result<(), (String, String)> {
        let names: Vec<&str> = knob
            .iter()
            .map(|part| match part {
                Part::Name(name) => name.as_str(),
                Part::Any => "*",
            })
            .collect();
        let path = self.name.value.clone();
        match names[..] {
            ["prescale"] => {
                let hint = || "a fraction of a prescale's events is kept: 1 in p".to_owned();
                self.prescale = check_prescale(value).map_err(|m| (m, hint()))?;
                Ok(())
            }
            ["scale"] if value > 0.0 => {
                for leg in &mut self.legs {
                    let (LegSettings::Object { pt: threshold, .. }
                    | LegSettings::Scalar { min: threshold, .. }) = leg;
                    *threshold *= value;
                }
                Ok(())
            }
            ["pt"] => match &mut self.legs[..] {
                [LegSettings::Object { pt, .. }] => {
                    *pt = value;
                    Ok(())
                }
                _ => Err((
                    format!("the path `{path}` has no threshold `pt` of its own"),
                    "paths of several legs have leg1.pt, leg2.pt, ... and scale".to_owned(),
                )),
            },
            [leg, "pt"] => {
                let number = leg.strip_prefix("leg").and_then(|n| n.parse().ok());
                let index = number.and_then(|n: usize| n.checked_sub(1));
                match index.and_then(|i| self.legs.get_mut(i)) {
                    Some(LegSettings::Object { pt, .. }) => {
                        *pt = value;
                        Ok(())
                    }
                    _ => Err((
                        format!("the path `{path}` has no object as its `{leg}`"),
                        format!("it has {} legs, counted from leg1", self.legs.len()),
                    )),
                }
            }
            [wrong] => {
                for leg in &mut self.legs {
                    if let LegSettings::Scalar { scalar, min } = leg
                        && scalar.value == wrong
                    {
                        *min = value;
                        return Ok(());
                    }
                }
                Err(no_such_knob(&path, wrong))
            }
            _ => Err(no_such_knob(&path, &names.join("."))),
        }
    }
}

fn no_such_knob(path: &str, knob: &str) -> (String, String) {
    (
        format!("the path `{path}` has no knob `{knob}`, or not with this value"),
        "knobs are pt, legN.pt, a scalar's name, prescale, and scale (above 0)".to_owned(),
    )
}
