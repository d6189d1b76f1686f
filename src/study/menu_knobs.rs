//! Knobs of a menu: `menu.SingleMu22.pt`, `menu.DoubleEG.leg2.pt`, `menu.MET120.met`,
//! `menu.DoubleEG.scale`, `menu.*.prescale`.

use super::menu_settings::{LegSettings, MenuSettings, PathSettings, check_prescale};
use super::{Address, Located, Part, Setting, SettingValue, quoted};
use crate::error::{Fault, Place, Result};

/// What a knob moves of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MenuKnob {
    /// The threshold of a leg, counted from 0.
    Leg(usize),
    /// All thresholds together: a factor on them.
    Scale,
    Prescale,
}

/// What is wrong with a knob, and how to mend it.
type Refusal = (String, String);

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
        if address.has_wildcard() {
            return Err(fault(format!("`{address}` stands for several thresholds"))
                .hint("one threshold is moved at a time: name the path")
                .into());
        }
        let found = self.knobs(address, &knob.place)?;
        let threshold = found.into_iter().find_map(|(path, knob)| match knob {
            MenuKnob::Leg(leg) => Some((path, knob, Some(leg))),
            MenuKnob::Scale => Some((path, knob, None)),
            MenuKnob::Prescale => None,
        });
        let Some((path, knob, leg)) = threshold else {
            return Err(fault(format!("`{address}` is no threshold"))
                .hint("thresholds are pt, legN.pt, a scalar's name, and scale")
                .into());
        };
        Ok(ThresholdKnob {
            path,
            leg,
            own: self.knob_value(path, knob),
        })
    }

    /// The knobs that an address names, by path; with a wildcard every path that has such a knob.
    ///
    /// # Errors
    /// A [`Fault`] at `place`: no such path or knob.
    pub fn knobs(&self, address: &Address, place: &Place) -> Result<Vec<(usize, MenuKnob)>> {
        let fault = |message: String| Fault::new(place.clone(), message);
        let (path, knob) = match &address.parts[..] {
            [Part::Name(menu), path, knob @ ..] if menu == "menu" && !knob.is_empty() => {
                (path, knob)
            }
            _ => {
                return Err(fault(format!("`{address}` is no knob of a menu"))
                    .hint("for example menu.SingleMu22.pt or menu.SingleMu22.prescale")
                    .into());
            }
        };
        let (mut found, mut knobs, mut refused) = (false, Vec::new(), None);
        for (index, own) in self.paths.iter().enumerate() {
            if path.matches(&own.name.value) {
                found = true;
                match own.knob(knob) {
                    Ok(knob) => knobs.push((index, knob)),
                    Err(why) => refused = Some(why),
                }
            }
        }
        // `*` is every path that has the knob.
        if let Some((message, hint)) = refused.filter(|_| knobs.is_empty()) {
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
        Ok(knobs)
    }

    /// The value that a knob has; 1 for a factor on thresholds.
    pub fn knob_value(&self, path: usize, knob: MenuKnob) -> f64 {
        let path = &self.paths[path];
        match knob {
            MenuKnob::Prescale => path.prescale,
            MenuKnob::Scale => 1.0,
            MenuKnob::Leg(leg) => match &path.legs[leg] {
                LegSettings::Object { pt, .. } => *pt,
                LegSettings::Scalar { min, .. } => *min,
            },
        }
    }

    /// The address by which results name a knob.
    pub fn knob_address(&self, path: usize, knob: MenuKnob) -> String {
        let path = &self.paths[path];
        let name = quoted(&path.name.value);
        match knob {
            MenuKnob::Prescale => format!("menu.{name}.prescale"),
            MenuKnob::Scale => format!("menu.{name}.scale"),
            MenuKnob::Leg(leg) => match &path.legs[leg] {
                LegSettings::Scalar { scalar, .. } => {
                    format!("menu.{name}.{}", quoted(&scalar.value))
                }
                LegSettings::Object { .. } if path.legs.len() == 1 => format!("menu.{name}.pt"),
                LegSettings::Object { .. } => format!("menu.{name}.leg{}.pt", leg + 1),
            },
        }
    }

    /// Whether a knob can have a value; else why not.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn check_knob_value(&self, knob: MenuKnob, value: f64) -> Result<(), String> {
        match knob {
            MenuKnob::Prescale => check_prescale(value).map(|_| ()),
            MenuKnob::Scale if value <= 0.0 => {
                Err(format!("`scale` is a factor above 0, not {value}"))
            }
            MenuKnob::Scale | MenuKnob::Leg(_) if !value.is_finite() => {
                Err(format!("a threshold is a finite number, not {value}"))
            }
            MenuKnob::Scale | MenuKnob::Leg(_) => Ok(()),
        }
    }

    /// Sets a knob of the menu.
    ///
    /// # Errors
    /// A [`Fault`] at the setting: no such path or knob, or a value that it cannot have.
    pub(super) fn set(&mut self, setting: &Setting) -> Result<()> {
        let fault = |message: String| Fault::new(setting.place.clone(), message);
        let knobs = self.knobs(&setting.address, &setting.place)?;
        let SettingValue::Number(value) = setting.value else {
            return Err(fault(format!("`{}` is a number", setting.address)).into());
        };
        if !value.is_finite() {
            return Err(fault(format!("`{}` is a finite number", setting.address)).into());
        }
        for (path, knob) in knobs {
            self.check_knob_value(knob, value).map_err(fault)?;
            self.paths[path].set(knob, value);
        }
        Ok(())
    }
}

impl PathSettings {
    fn set(&mut self, knob: MenuKnob, value: f64) {
        let threshold = |leg: &mut LegSettings, change: &dyn Fn(f64) -> f64| {
            let (LegSettings::Object { pt: threshold, .. }
            | LegSettings::Scalar { min: threshold, .. }) = leg;
            *threshold = change(*threshold);
        };
        match knob {
            // -1 is another way to write 0.
            MenuKnob::Prescale => self.prescale = value.max(0.0),
            MenuKnob::Scale => {
                for leg in &mut self.legs {
                    threshold(leg, &|own| own * value);
                }
            }
            MenuKnob::Leg(leg) => threshold(&mut self.legs[leg], &|_| value),
        }
    }

    /// The knob of a name, as in `leg2.pt`.
    fn knob(&self, name: &[Part]) -> Result<MenuKnob, Refusal> {
        let names: Vec<&str> = name
            .iter()
            .map(|part| match part {
                Part::Name(name) => name.as_str(),
                Part::Any => "*",
            })
            .collect();
        let path = &self.name.value;
        match names[..] {
            ["prescale"] => Ok(MenuKnob::Prescale),
            ["scale"] => Ok(MenuKnob::Scale),
            ["pt"] => match &self.legs[..] {
                [LegSettings::Object { .. }] => Ok(MenuKnob::Leg(0)),
                _ => Err((
                    format!("the path `{path}` has no threshold `pt` of its own"),
                    "paths of several legs have leg1.pt, leg2.pt, ... and scale".to_owned(),
                )),
            },
            [leg, "pt"] => {
                let number = leg.strip_prefix("leg").and_then(|n| n.parse().ok());
                let index = number.and_then(|n: usize| n.checked_sub(1));
                let of_object =
                    |i: &usize| matches!(self.legs.get(*i), Some(LegSettings::Object { .. }));
                index.filter(of_object).map(MenuKnob::Leg).ok_or_else(|| {
                    (
                        format!("the path `{path}` has no object as its `{leg}`"),
                        format!("it has {} legs, counted from leg1", self.legs.len()),
                    )
                })
            }
            [wrong] => {
                let named = |leg: &LegSettings| matches!(leg, LegSettings::Scalar { scalar, .. } if scalar.value == wrong);
                let leg = self.legs.iter().position(named);
                leg.map(MenuKnob::Leg)
                    .ok_or_else(|| no_such_knob(path, wrong))
            }
            _ => Err(no_such_knob(path, &names.join("."))),
        }
    }
}

fn no_such_knob(path: &str, knob: &str) -> Refusal {
    (
        format!("the path `{path}` has no knob `{knob}`"),
        "knobs are pt, legN.pt, a scalar's name, prescale, and scale".to_owned(),
    )
}
