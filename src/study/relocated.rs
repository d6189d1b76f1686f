//! A study's text for another folder: its files are named from the root.

use crate::error::{Error, Result};
use std::path::{Path, absolute};
use toml_edit::{DocumentMut, Item, Value};

/// Where a study names files: keys from the outermost in; `*` any key, or every element of a list.
const FILES: [&[&str]; 12] = [
    &["system", "workbook"],
    &["system", "complexity", "*", "fit"],
    &["system", "interpolate", "workbook"],
    &["system", "l1t", "curves"],
    &["system", "l1t", "mix"],
    &["system", "hlt", "curves"],
    &["events", "sample", "*", "files", "*"],
    &["events", "sample", "*", "pileup_weights", "table"],
    &["menu", "prescales", "table"],
    &["menu", "column", "*", "pileup_weights", "table"],
    &["mark", "*", "study"],
    &["set", "system.workbook"],
];

/// A study that says the same in any folder; `folder` is where its text's paths start.
///
/// # Errors
/// The text is no TOML.
pub fn relocated(text: &str, folder: &Path) -> Result<String> {
    let mut document: DocumentMut = text
        .parse()
        .map_err(|e| Error::failed("writing the study", e))?;
    for keys in FILES {
        relocate(document.as_item_mut(), keys, folder);
    }
    Ok(document.to_string())
}

fn relocate(item: &mut Item, keys: &[&str], folder: &Path) {
    if let Item::Value(value) = item {
        relocate_value(value, keys, folder);
        return;
    }
    let Some((key, rest)) = keys.split_first() else {
        return;
    };
    if let Some(tables) = item.as_array_of_tables_mut() {
        for table in tables.iter_mut() {
            if let Some((key, rest)) = rest.split_first()
                && let Some(item) = table.get_mut(key)
            {
                relocate(item, rest, folder);
            }
        }
    } else if let Some(table) = item.as_table_like_mut() {
        for (_, item) in table.iter_mut().filter(|(k, _)| *key == "*" || k == key) {
            relocate(item, rest, folder);
        }
    }
}

fn relocate_value(value: &mut Value, keys: &[&str], folder: &Path) {
    match (keys.split_first(), value) {
        (None, Value::String(text)) => {
            let from = folder.join(text.value());
            let whole = absolute(&from).unwrap_or(from).display().to_string();
            let decor = text.decor().clone();
            *text = toml_edit::Formatted::new(whole);
            *text.decor_mut() = decor;
        }
        (Some((_, rest)), Value::Array(list)) => {
            for value in list.iter_mut() {
                relocate_value(value, rest, folder);
            }
        }
        (Some((key, rest)), Value::InlineTable(table)) => {
            for (_, value) in table.iter_mut().filter(|(k, _)| *key == "*" || k == key) {
                relocate_value(value, rest, folder);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_a_study_is_named_from_the_root() {
        let text = r#"
[system]
workbook = "a.xlsx" # kept
[system.complexity]
Global = { fit = "../b.csv", column = "x" }
[[events.sample]]
name = "c"
files = ["c*.root", "/d.root"]
[menu.prescales]
table = "e.csv"
[[menu.column]]
pileup_weights = { column = "nPU", table = "g.csv" }
[[mark]]
study = "f.toml"
"#;
        let made = relocated(text, Path::new("/studies/one")).unwrap();
        for whole in [
            "workbook = \"/studies/one/a.xlsx\" # kept",
            "fit = \"/studies/one/../b.csv\"",
            "[\"/studies/one/c*.root\", \"/d.root\"]",
            "table = \"/studies/one/e.csv\"",
            "study = \"/studies/one/f.toml\"",
            "{ column = \"nPU\", table = \"/studies/one/g.csv\" }",
        ] {
            assert!(made.contains(whole), "{whole} in {made}");
        }
        assert!(made.contains("name = \"c\"") && made.contains("column = \"x\""));
    }
}
