//! A study's text with what the command line has changed.

use super::{SettingValue, Study};
use crate::error::Result;

impl Study {
    /// The study's text with the command line's values in its `[set]`: what a run was made from.
    pub fn as_run(&self) -> Result<String> {
        let mut document: toml_edit::DocumentMut = self
            .source
            .text
            .parse()
            .map_err(|e| crate::Error::failed("writing the study as run", e))?;
        for setting in &self.overrides {
            let value = match &setting.value {
                SettingValue::Number(x) => toml_edit::value(*x),
                SettingValue::Text(text) => toml_edit::value(text.as_str()),
            };
            let key = setting.address.to_string();
            if let Some(system) = self.system.as_ref().filter(|_| key == "system.workbook") {
                // Given from the current folder; the study's own paths start elsewhere.
                let workbook = &system.workbook.value;
                let whole = std::path::absolute(workbook).unwrap_or_else(|_| workbook.clone());
                document["system"]["workbook"] = toml_edit::value(whole.display().to_string());
            } else {
                set_last(document["set"].or_insert(toml_edit::table()), &key, value);
            }
        }
        if let Some(column) = self.column() {
            document["column"] = toml_edit::value(column.name.value.as_str());
        }
        if let Some(seed) = self.seed_override {
            document["seed"] = toml_edit::value(i64::from(seed));
        }
        Ok(document.to_string())
    }
}

/// Puts a value behind all others of a table: later settings win. A key that is there already takes
/// its comments along.
fn set_last(table: &mut toml_edit::Item, key: &str, mut value: toml_edit::Item) {
    let Some(table) = table.as_table_like_mut() else {
        return;
    };
    let old = table.get_key_value(key).map(|(k, _)| k.clone());
    if let (Some(old), Some(new)) = (table.remove(key), value.as_value_mut())
        && let Some(old) = old.as_value()
    {
        *new.decor_mut() = old.decor().clone();
    }
    let key = old.unwrap_or_else(|| toml_edit::Key::new(key));
    table.entry_format(&key).or_insert(value);
}
