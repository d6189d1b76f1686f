//! What differs between two menus, path by path.

use super::level::rounded_level;
use super::menu_settings::{LegSettings, MenuSettings, PathSettings};

/// From one menu to another; paths are the same where their names are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MenuChanges {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub thresholds: Vec<ThresholdChange>,
    pub prescales: Vec<PrescaleChange>,
    pub cuts: Vec<TextChange>,
    pub groups: Vec<TextChange>,
}

/// A leg's threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdChange {
    pub path: String,
    /// Counted from 1.
    pub leg: usize,
    /// `muon pt`, or the scalar.
    pub of: String,
    pub from: f64,
    pub to: f64,
}

/// A prescale; 0 is off.
#[derive(Debug, Clone, PartialEq)]
pub struct PrescaleChange {
    pub path: String,
    pub from: f64,
    pub to: f64,
}

/// A cut or group as written; none where there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct TextChange {
    pub path: String,
    /// `leg 1 where`, `cross`, `group`; `legs` where their number or kinds differ.
    pub of: String,
    pub from: Option<String>,
    pub to: Option<String>,
}

impl MenuChanges {
    pub fn between(a: &MenuSettings, b: &MenuSettings) -> Self {
        let find =
            |menu: &MenuSettings, name: &str| menu.paths.iter().position(|p| p.name.value == name);
        let absent = |of: &MenuSettings, from: &MenuSettings| -> Vec<String> {
            let names = of.paths.iter().map(|p| p.name.value.clone());
            names.filter(|name| find(from, name).is_none()).collect()
        };
        let mut changes = Self {
            added: absent(b, a),
            removed: absent(a, b),
            ..Self::default()
        };
        for path in &a.paths {
            if let Some(other) = find(b, &path.name.value) {
                changes.of_path(path, &b.paths[other]);
            }
        }
        changes
    }

    /// Whether the menus are the same, but for the order of their paths.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn of_path(&mut self, a: &PathSettings, b: &PathSettings) {
        let path = &a.name.value;
        let text = |of: String, from: Option<&str>, to: Option<&str>| {
            (words(from) != words(to)).then(|| TextChange {
                path: path.clone(),
                of,
                from: from.map(str::to_owned),
                to: to.map(str::to_owned),
            })
        };
        if a.legs.iter().map(of).eq(b.legs.iter().map(of)) {
            for (i, (from, to)) in a.legs.iter().zip(&b.legs).enumerate() {
                if threshold(from) != threshold(to) {
                    self.thresholds.push(ThresholdChange {
                        path: path.clone(),
                        leg: i + 1,
                        of: of(from),
                        from: threshold(from),
                        to: threshold(to),
                    });
                }
                let what = format!("leg {} where", i + 1);
                self.cuts.extend(text(what, condition(from), condition(to)));
            }
        } else {
            let (from, to) = (legs(a), legs(b));
            let change = text("legs".to_owned(), Some(&from), Some(&to));
            self.cuts.extend(change);
        }
        let cross = |p: &'_ PathSettings| p.cross.as_ref().map(|c| c.value.clone());
        let change = text("cross".to_owned(), cross(a).as_deref(), cross(b).as_deref());
        self.cuts.extend(change);
        if a.prescale != b.prescale {
            self.prescales.push(PrescaleChange {
                path: path.clone(),
                from: a.prescale,
                to: b.prescale,
            });
        }
        let change = text("group".to_owned(), a.group.as_deref(), b.group.as_deref());
        self.groups.extend(change);
    }
}

/// Blanks are not what a cut differs in.
fn words(text: Option<&str>) -> Option<Vec<&str>> {
    text.map(|t| t.split_whitespace().collect())
}

/// What a leg's threshold is of.
fn of(leg: &LegSettings) -> String {
    match leg {
        LegSettings::Object { object, .. } => format!("{} pt", object.value),
        LegSettings::Scalar { scalar, .. } => scalar.value.clone(),
    }
}

/// Thresholds are compared as events see them, to 1e-9.
fn threshold(leg: &LegSettings) -> f64 {
    let (LegSettings::Object { pt: level, .. } | LegSettings::Scalar { min: level, .. }) = leg;
    rounded_level(*level)
}

fn condition(leg: &LegSettings) -> Option<&str> {
    match leg {
        LegSettings::Object { condition, .. } => condition.as_ref().map(|c| c.value.as_str()),
        LegSettings::Scalar { .. } => None,
    }
}

fn legs(path: &PathSettings) -> String {
    let leg = |leg: &LegSettings| {
        let cut = condition(leg).map(|c| format!(" where {c}"));
        format!("{} {}{}", of(leg), threshold(leg), cut.unwrap_or_default())
    };
    path.legs.iter().map(leg).collect::<Vec<_>>().join(", ")
}
