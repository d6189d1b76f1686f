//! Values of knobs, from tables of a study and from the command line.

use super::raw::OpenTable;
use super::{Address, Source, in_order};
use crate::error::{Fault, Place, Result};
use toml::Spanned;

/// A knob's value.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    pub address: Address,
    pub value: SettingValue,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq)]
pub enum SettingValue {
    Number(f64),
    Text(String),
}

/// The settings of a table, in the order of the file.
///
/// # Errors
/// A [`Fault`] at a key that is no address, or a value that is neither number nor text.
pub(super) fn check_settings(
    source: &Source,
    table: &OpenTable<Spanned<toml::Value>>,
) -> Result<Vec<Setting>> {
    let mut settings = Vec::new();
    for (key, value) in in_order(table) {
        let place = source.place(key.span().start..value.span().end);
        let fault = |message: String| Fault::new(place.clone(), message);
        let address = Address::parse(key.get_ref()).map_err(&fault)?;
        let value = match value.get_ref() {
            toml::Value::Integer(i) => SettingValue::Number(*i as f64),
            toml::Value::Float(x) => SettingValue::Number(*x),
            toml::Value::String(text) => SettingValue::Text(text.clone()),
            toml::Value::Table(_) => {
                return Err(fault("expected a number or a text, found a table".into())
                    .hint("an address is one quoted key: \"system.Intermediate.skill\" = 0.4")
                    .into());
            }
            other => {
                return Err(fault(format!(
                    "expected a number or a text, found {}",
                    other.type_str()
                ))
                .into());
            }
        };
        settings.push(Setting {
            address,
            value,
            place: place.clone(),
        });
    }
    Ok(settings)
}

/// `KNOB=VALUE`, as `--set` takes it.
pub fn parse_override(text: &str) -> Result<Setting> {
    let option = format!("--set {text}");
    let fault = |message: String| Fault::in_option(option.clone(), message);
    // Names in quotes cannot hold `=`, so the first one ends the address.
    let (address, value) = text.split_once('=').ok_or_else(|| {
        fault("expected KNOB=VALUE".into()).hint("for example --set system.Intermediate.skill=0.4")
    })?;
    let address = Address::parse(address).map_err(&fault)?;
    let value = match value.trim().parse::<f64>() {
        Ok(x) => SettingValue::Number(x),
        Err(_) => SettingValue::Text(value.trim().to_owned()),
    };
    Ok(Setting {
        address,
        value,
        place: Place::Option(option),
    })
}
