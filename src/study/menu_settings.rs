//! `[menu]`: paths, their legs and prescales. Cuts are still text: the menu parses them.

use super::prescale_table::{AppliedPrescales, apply};
use super::raw_menu::{RawLeg, RawMenu, RawPath, RawScaling};
use super::{Located, Source, in_order, is_name};
use crate::error::{Fault, Place, Result};
use toml::Spanned;

/// Legs of a path, at most.
pub const MAX_LEGS: usize = 5;

/// `[menu]`, checked.
#[derive(Debug, Clone)]
pub struct MenuSettings {
    /// In the order of the file, which is the order of sequential rates.
    pub paths: Vec<PathSettings>,
    pub nan: NanRule,
    /// The column of a table that prescales come from.
    pub prescales: Option<AppliedPrescales>,
}

/// What a NaN in a column that a path reads does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NanRule {
    /// It ends the evaluation with an error that names the column.
    #[default]
    Error,
    /// The cut or threshold that reads it fails.
    FailCut,
}

/// `[[menu.path]]`, checked.
#[derive(Debug, Clone)]
pub struct PathSettings {
    pub name: Located<String>,
    pub group: Option<String>,
    /// Keeps 1 event in so many: 1 or more, or 0 for a path that is off.
    pub prescale: f64,
    /// One to [`MAX_LEGS`].
    pub legs: Vec<LegSettings>,
    /// A condition on the objects that take the legs, as written.
    pub cross: Option<Located<String>>,
}

/// One leg of a path.
#[derive(Debug, Clone)]
pub enum LegSettings {
    Object {
        object: Located<String>,
        /// Online threshold [GeV].
        pt: f64,
        /// The offline threshold [GeV] that it was scaled from, where the study gives that.
        offline_pt: Option<f64>,
        /// A cut on the object, as written.
        condition: Option<Located<String>>,
    },
    Scalar {
        scalar: Located<String>,
        min: f64,
    },
}

/// From online to offline thresholds: offline = offset + slope x online [GeV].
#[derive(Debug, Clone)]
struct Scaling {
    object: String,
    offset: f64,
    slope: f64,
}

impl PathSettings {
    /// The share of its events that a path keeps: 1 / prescale, 0 where it is off.
    pub fn kept_share(&self) -> f64 {
        if self.prescale == 0.0 {
            0.0
        } else {
            1.0 / self.prescale
        }
    }
}

impl LegSettings {
    /// The kind of object that takes the leg; none for a scalar.
    pub fn object(&self) -> Option<&str> {
        match self {
            Self::Object { object, .. } => Some(&object.value),
            Self::Scalar { .. } => None,
        }
    }

    /// Whether its threshold is in GeV: an object's, or that of the usual scalars.
    pub fn is_energy(&self) -> bool {
        match self {
            Self::Object { .. } => true,
            Self::Scalar { scalar, .. } => ["met", "ht", "mht"].contains(&scalar.value.as_str()),
        }
    }
}

impl MenuSettings {
    pub(super) fn check(source: &Source, raw: &RawMenu) -> Result<Self> {
        let nan = match &raw.nan {
            None => NanRule::Error,
            Some(rule) => match rule.get_ref().as_str() {
                "error" => NanRule::Error,
                "fail-cut" => NanRule::FailCut,
                other => {
                    return Err(source
                        .fault(rule.span(), format!("unknown rule `{other}`"))
                        .hint("nan = \"error\" or nan = \"fail-cut\"")
                        .into());
                }
            },
        };
        let mut scalings = Vec::new();
        for (object, scaling) in in_order(&raw.scaling) {
            scalings.push(check_scaling(source, object, scaling)?);
        }
        let mut paths: Vec<PathSettings> = Vec::with_capacity(raw.path.len());
        let mut names = std::collections::HashSet::new();
        for path in &raw.path {
            let path = check_path(source, path.get_ref(), &scalings)?;
            if !names.insert(path.name.value.clone()) {
                let message = format!("two paths are named `{}`", path.name.value);
                return Err(Fault::new(path.name.place, message).into());
            }
            paths.push(path);
        }
        if paths.is_empty() {
            return Err(Fault::in_file(&source.path, "[menu] has no path")
                .hint("[[menu.path]] has a name and legs = [{ object = \"muon\", pt = 22.0 }]")
                .into());
        }
        let prescales = raw
            .prescales
            .as_ref()
            .map(|prescales| {
                let own = raw.path.iter().map(|p| p.get_ref().prescale.is_some());
                apply(source, prescales, paths.iter_mut().zip(own))
            })
            .transpose()?;
        Ok(Self {
            paths,
            nan,
            prescales,
        })
    }

    /// The names of the groups, in the order in which paths mention them.
    pub fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = Vec::new();
        for group in self.paths.iter().filter_map(|p| p.group.as_deref()) {
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }
}

/// A prescale, or why it cannot be one. -1 is how CMS tables write a path that is off.
pub fn check_prescale(prescale: f64) -> Result<f64, String> {
    if prescale == 0.0 || prescale == -1.0 {
        Ok(0.0)
    } else if prescale >= 1.0 && prescale.is_finite() {
        Ok(prescale)
    } else {
        Err(format!(
            "a prescale is 1 or more, or 0 (or -1) for off; {prescale} is neither"
        ))
    }
}

fn check_scaling(
    source: &Source,
    object: &Spanned<String>,
    raw: &Spanned<RawScaling>,
) -> Result<Scaling> {
    let given = raw.get_ref();
    let offset = match &given.offset {
        Some(x) => finite(source, x)?,
        None => 0.0,
    };
    let slope = match &given.slope {
        Some(x) => finite(source, x)?,
        None => 1.0,
    };
    if slope <= 0.0 {
        let span = given.slope.as_ref().map_or(raw.span(), Spanned::span);
        return Err(source
            .fault(span, "a slope is above 0")
            .hint("online threshold = (offline - offset) / slope")
            .into());
    }
    Ok(Scaling {
        object: object.get_ref().clone(),
        offset,
        slope,
    })
}

fn check_path(source: &Source, raw: &RawPath, scalings: &[Scaling]) -> Result<PathSettings> {
    let name = checked_name(source, &raw.name, "path")?;
    let group = raw
        .group
        .as_ref()
        .map(|g| checked_name(source, g, "group"))
        .transpose()?;
    let prescale = match &raw.prescale {
        None => 1.0,
        Some(p) => check_prescale(*p.get_ref()).map_err(|m| source.fault(p.span(), m))?,
    };
    let no_legs = |place: Place| {
        Fault::new(place, format!("the path `{name}` has no legs"))
            .hint("legs = [{ object = \"muon\", pt = 22.0 }], or { scalar = \"met\", min = 120.0 }")
    };
    let Some(written) = &raw.legs else {
        return Err(no_legs(source.place(raw.name.span())).into());
    };
    let count = written.get_ref().len();
    if count == 0 {
        return Err(no_legs(source.place(written.span())).into());
    }
    if count > MAX_LEGS {
        let message = format!("the path `{name}` has {count} legs; at most {MAX_LEGS} are allowed");
        return Err(source.fault(written.span(), message).into());
    }
    let legs = written
        .get_ref()
        .iter()
        .map(|leg| check_leg(source, leg, scalings))
        .collect::<Result<_>>()?;
    Ok(PathSettings {
        name: Located::of(source, &raw.name, name),
        group,
        prescale,
        legs,
        cross: raw
            .cross
            .as_ref()
            .map(|c| Located::of(source, c, c.get_ref().clone())),
    })
}

fn check_leg(source: &Source, raw: &Spanned<RawLeg>, scalings: &[Scaling]) -> Result<LegSettings> {
    let leg = raw.get_ref();
    match (&leg.object, &leg.scalar) {
        (Some(object), None) => {
            if let Some(min) = &leg.min {
                return Err(source
                    .fault(min.span(), "`min` belongs to legs of scalars")
                    .hint("an object's threshold is `pt`")
                    .into());
            }
            let (pt, offline_pt) = threshold(source, raw, object.get_ref(), scalings)?;
            Ok(LegSettings::Object {
                object: Located::of(source, object, object.get_ref().clone()),
                pt,
                offline_pt,
                condition: leg
                    .condition
                    .as_ref()
                    .map(|c| Located::of(source, c, c.get_ref().clone())),
            })
        }
        (None, Some(scalar)) => {
            let of_objects = [
                leg.pt.as_ref().map(|x| ("pt", x.span())),
                leg.offline_pt.as_ref().map(|x| ("offline_pt", x.span())),
                leg.condition.as_ref().map(|x| ("where", x.span())),
            ];
            if let Some((key, span)) = of_objects.into_iter().flatten().next() {
                return Err(source
                    .fault(span, format!("`{key}` belongs to legs of objects"))
                    .hint("a scalar's threshold is `min`; conditions on scalars also stand in `cross`")
                    .into());
            }
            let Some(min) = &leg.min else {
                return Err(source
                    .fault(raw.span(), "the leg has no threshold")
                    .hint("for example { scalar = \"met\", min = 120.0 }; a bit has min = 1")
                    .into());
            };
            Ok(LegSettings::Scalar {
                min: finite(source, min)?,
                scalar: Located::of(source, scalar, scalar.get_ref().clone()),
            })
        }
        (Some(_), Some(scalar)) => Err(source
            .fault(scalar.span(), "the leg has an object already")
            .hint("a leg is an object with `pt`, or a scalar with `min`")
            .into()),
        (None, None) => Err(source
            .fault(raw.span(), "the leg has neither an object nor a scalar")
            .hint("a leg is { object = \"muon\", pt = 22.0 } or { scalar = \"met\", min = 120.0 }")
            .into()),
    }
}

/// The online threshold, and the offline one that it comes from.
fn threshold(
    source: &Source,
    raw: &Spanned<RawLeg>,
    object: &str,
    scalings: &[Scaling],
) -> Result<(f64, Option<f64>)> {
    match (&raw.get_ref().pt, &raw.get_ref().offline_pt) {
        (Some(pt), None) => Ok((finite(source, pt)?, None)),
        (None, Some(offline)) => {
            let Some(scaling) = scalings.iter().find(|s| s.object == object) else {
                return Err(source
                    .fault(
                        offline.span(),
                        format!("there is no scaling for `{object}`"),
                    )
                    .hint(format!(
                        "[menu.scaling] {object} = {{ offset = 1.0, slope = 1.1 }}: offline = offset + slope x online"
                    ))
                    .nearest(object, scalings.iter().map(|s| s.object.as_str()))
                    .into());
            };
            let offline = finite(source, offline)?;
            Ok(((offline - scaling.offset) / scaling.slope, Some(offline)))
        }
        (Some(_), Some(offline)) => Err(source
            .fault(offline.span(), "the leg has an online threshold already")
            .hint("give pt or offline_pt")
            .into()),
        (None, None) => Err(source
            .fault(raw.span(), "the leg has no threshold")
            .hint("for example { object = \"muon\", pt = 22.0 }; pt = 0 takes every object")
            .into()),
    }
}

fn checked_name(source: &Source, raw: &Spanned<String>, what: &str) -> Result<String> {
    let name = raw.get_ref().trim();
    if is_name(name) {
        Ok(name.to_owned())
    } else {
        Err(source
            .fault(raw.span(), format!("`{name}` cannot be a {what}'s name"))
            .hint("names hold letters, digits, blanks and _ + -")
            .into())
    }
}

fn finite(source: &Source, raw: &Spanned<f64>) -> Result<f64> {
    let x = *raw.get_ref();
    if x.is_finite() {
        Ok(x)
    } else {
        Err(source.fault(raw.span(), "expected a finite number").into())
    }
}
