//! `[system]`: the workbook and how its numbers are read.

use super::raw::{RawComplexity, RawInterpolate, RawSystem};
use super::{Source, in_order, is_name};
use crate::error::{Place, Result};
use std::path::PathBuf;
use toml::Spanned;

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<T> {
    pub value: T,
    pub place: Place,
}

impl<T> Located<T> {
    pub fn of<R>(source: &Source, raw: &Spanned<R>, value: T) -> Self {
        Self {
            value,
            place: source.place(raw.span()),
        }
    }
}

/// Which message a link carries (MODEL.md section 1, link energy).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkBytes {
    /// Before the source's own compression, as published.
    Own,
    /// After it.
    Sent,
}

/// What a PCHIP curve does outside its table (MODEL.md section 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The end cubics go on, clipped to [0, 1]: as published.
    Extrapolate,
    /// The end values stay: physically sane.
    Hold,
}

/// Which mean efficiency an object's momentum spectrum is fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum L1tRate {
    /// The egamma's for all four objects, as published.
    Egamma,
    /// Each object's own.
    Own,
}

/// Where the momenta of the HLT's positive events lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HltPositive {
    /// p = 1 - u q, as published.
    Published,
    /// p = q + u (1 - q): above the path's threshold.
    Above,
}

/// `[system]`, checked. Paths are relative to the current folder.
#[derive(Debug, Clone)]
pub struct SystemSettings {
    pub workbook: Located<PathBuf>,
    pub complexity: Vec<ComplexitySetting>,
    pub link_bytes: LinkBytes,
    pub edge: Edge,
    pub rate: L1tRate,
    /// Sampled instead of exact L1T scores.
    pub samples: Option<u32>,
    /// A folder with the project's L1T curves replaced; none: the published ones.
    pub l1t_curves: Option<Located<PathBuf>>,
    pub l1t_mix: Option<Located<PathBuf>>,
    pub hlt_positive: HltPositive,
    pub hlt_curves: Option<Located<PathBuf>>,
    pub interpolate: Option<InterpolateSettings>,
}

/// The operations of one processor.
#[derive(Debug, Clone)]
pub struct ComplexitySetting {
    pub node: Located<String>,
    pub kind: ComplexityKind,
    pub place: Place,
}

#[derive(Debug, Clone)]
pub enum ComplexityKind {
    /// Message bytes over this number.
    PerBytes(f64),
    /// A cubic fitted to a column of a wall-time table; the file's name as written, and its path.
    Fit {
        written: String,
        path: PathBuf,
        column: String,
    },
    /// `[k3, k2, k1]`.
    Cubic([f64; 3]),
}

/// A second workbook, and the knob that leads from the first to it.
#[derive(Debug, Clone)]
pub struct InterpolateSettings {
    pub workbook: Located<PathBuf>,
    pub knob: String,
    pub from: f64,
    pub to: f64,
    pub at: f64,
}

impl SystemSettings {
    pub(super) fn check(source: &Source, raw: &Spanned<RawSystem>) -> Result<Self> {
        let raw = raw.get_ref();
        let path = |p: &Spanned<String>| Located::of(source, p, source.folder().join(p.get_ref()));
        let mut complexity = Vec::new();
        for (node, entry) in in_order(&raw.complexity) {
            complexity.push(ComplexitySetting {
                node: Located::of(source, node, node.get_ref().clone()),
                kind: check_complexity(source, entry)?,
                place: source.place(entry.span()),
            });
        }
        let samples = match &raw.l1t.samples {
            None => None,
            Some(n) => match u32::try_from(*n.get_ref()) {
                Ok(count) if (100..=100_000_000).contains(&count) => Some(count),
                _ => {
                    return Err(source
                        .fault(n.span(), "samples are 100 to 100000000 events a side")
                        .into());
                }
            },
        };
        Ok(Self {
            workbook: path(&raw.workbook),
            complexity,
            link_bytes: choice(
                source,
                &raw.link_bytes,
                "link_bytes",
                &[("own", LinkBytes::Own), ("sent", LinkBytes::Sent)],
            )?,
            edge: choice(
                source,
                &raw.l1t.edge,
                "edge",
                &[("extrapolate", Edge::Extrapolate), ("hold", Edge::Hold)],
            )?,
            rate: choice(
                source,
                &raw.l1t.rate,
                "rate",
                &[("egamma", L1tRate::Egamma), ("own", L1tRate::Own)],
            )?,
            samples,
            l1t_curves: raw.l1t.curves.as_ref().map(path),
            l1t_mix: raw.l1t.mix.as_ref().map(path),
            hlt_positive: choice(
                source,
                &raw.hlt.positive,
                "positive",
                &[
                    ("published", HltPositive::Published),
                    ("above", HltPositive::Above),
                ],
            )?,
            hlt_curves: raw.hlt.curves.as_ref().map(path),
            interpolate: raw
                .interpolate
                .as_ref()
                .map(|i| check_interpolate(source, i))
                .transpose()?,
        })
    }
}

/// One of a few words; the first is the default.
fn choice<T: Copy>(
    source: &Source,
    raw: &Option<Spanned<String>>,
    key: &str,
    words: &[(&str, T)],
) -> Result<T> {
    let Some(raw) = raw else {
        return Ok(words[0].1);
    };
    match words.iter().find(|(word, _)| word == raw.get_ref()) {
        Some((_, value)) => Ok(*value),
        None => {
            let known: Vec<String> = words.iter().map(|(w, _)| format!("\"{w}\"")).collect();
            Err(source
                .fault(
                    raw.span(),
                    format!("unknown `{key}`: \"{}\"", raw.get_ref()),
                )
                .hint(format!("{key} is {}", known.join(" or ")))
                .into())
        }
    }
}

fn check_complexity(source: &Source, entry: &Spanned<RawComplexity>) -> Result<ComplexityKind> {
    let raw = entry.get_ref();
    match (&raw.per_bytes, &raw.fit, &raw.column, &raw.cubic) {
        (Some(bytes), None, None, None) => {
            if bytes.get_ref().is_finite() && *bytes.get_ref() > 0.0 {
                Ok(ComplexityKind::PerBytes(*bytes.get_ref()))
            } else {
                Err(source.fault(bytes.span(), "`per_bytes` must be above 0").into())
            }
        }
        (None, Some(fit), Some(column), None) => Ok(ComplexityKind::Fit {
            written: fit.get_ref().clone(),
            path: source.folder().join(fit.get_ref()),
            column: column.get_ref().clone(),
        }),
        (None, None, None, Some(cubic)) => {
            if cubic.get_ref().iter().all(|k| k.is_finite()) {
                Ok(ComplexityKind::Cubic(*cubic.get_ref()))
            } else {
                Err(source.fault(cubic.span(), "expected three finite numbers").into())
            }
        }
        _ => Err(source
            .fault(entry.span(), "a complexity is `per_bytes`, `fit` with `column`, or `cubic`")
            .hint("for example { fit = \"../data/hlt_wall_time.csv\", column = \"wall_time_gpu_rel\" }")
            .into()),
    }
}

fn check_interpolate(
    source: &Source,
    raw: &Spanned<RawInterpolate>,
) -> Result<InterpolateSettings> {
    let raw = raw.get_ref();
    let (from, to) = (*raw.from.get_ref(), *raw.to.get_ref());
    for end in [&raw.from, &raw.to] {
        if !end.get_ref().is_finite() {
            return Err(source.fault(end.span(), "expected a finite number").into());
        }
    }
    if from == to {
        return Err(source
            .fault(raw.to.span(), "`from` and `to` are the same")
            .into());
    }
    let knob = raw.knob.get_ref().clone();
    if !is_name(&knob) || matches!(knob.as_str(), "year" | "workbook") {
        return Err(source
            .fault(
                raw.knob.span(),
                format!("`{knob}` cannot be the knob's name"),
            )
            .into());
    }
    let at = match &raw.at {
        None => from,
        Some(at) => {
            let inside = (from.min(to)..=from.max(to)).contains(at.get_ref());
            if !inside {
                return Err(source
                    .fault(
                        at.span(),
                        format!("expected a value between {from} and {to}"),
                    )
                    .into());
            }
            *at.get_ref()
        }
    };
    Ok(InterpolateSettings {
        workbook: Located::of(
            source,
            &raw.workbook,
            source.folder().join(raw.workbook.get_ref()),
        ),
        knob,
        from,
        to,
        at,
    })
}
