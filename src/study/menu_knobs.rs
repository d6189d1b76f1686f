//! Knobs of a menu: `menu.SingleMu22.pt`, `menu.DoubleEG.leg2.pt`, `menu.MET120.met`,
//! `menu.DoubleEG.scale`, `menu.*.prescale`.

use super::menu_settings::{LegSettings, MenuSettings, PathSettings, check_prescale};
use super::{Part, Setting, SettingValue};
use crate::error::{Fault, Result};

impl MenuSettings {
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
