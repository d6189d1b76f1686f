//! `[optimize]`: what is to be made large or small, by whom, and on which events.

use super::budget_settings::RawBudget;
use super::keep_settings::GoalSettings;
use super::pattern::matches_pattern;
use super::{Located, Source};
use crate::error::{Fault, Result};
use serde::{Deserialize, Serialize};
use toml::Spanned;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOptimize {
    pub maximize: Option<Spanned<String>>,
    pub minimize: Option<Spanned<String>>,
    pub pareto: Option<Spanned<Vec<Spanned<String>>>>,
    pub solver: Option<Spanned<String>>,
    pub evaluations: Option<Spanned<i64>>,
    pub starts: Option<Spanned<i64>>,
    pub time_limit_s: Option<Spanned<f64>>,
    pub validation: Option<Spanned<f64>>,
    pub gap: Option<Spanned<f64>>,
    pub monotone: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    pub budget: Vec<Spanned<RawBudget>>,
}

/// How the best point is looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct OptimizeSettings {
    pub objective: ObjectiveSettings,
    pub solver: SolverKind,
    /// Configurations at most; a sweep counts its moves.
    pub evaluations: u64,
    /// Starts of a descent.
    pub starts: u32,
    pub time_limit_s: Option<f64>,
    /// Share of the events that the search does not see.
    pub validation: f64,
    /// How near to the best point a bound is to come, as a share of it, before it is left at that.
    pub gap: f64,
    /// Patterns of paths whose prescale is never larger than in the column before.
    pub monotone: Vec<Located<String>>,
}

/// What is to be made large.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectiveSettings {
    Figure(GoalSettings),
    /// Sum of importance (1 - efficiency / most)^2, small: `most` is what a signal reaches when it has the
    /// whole budget alone.
    Shortfall(Located<()>),
    /// Several figures: all points that none surpasses.
    Pareto(Vec<GoalSettings>),
}

/// Who searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SolverKind {
    /// Exhaustive where the space is small, else descent, checked by a swarm.
    Auto,
    Descent,
    Swarm,
    Annealing,
    Exhaustive,
}

impl SolverKind {
    const ALL: [(&str, Self); 5] = [
        ("auto", Self::Auto),
        ("descent", Self::Descent),
        ("swarm", Self::Swarm),
        ("annealing", Self::Annealing),
        ("exhaustive", Self::Exhaustive),
    ];

    /// As a study names it.
    pub fn name(self) -> &'static str {
        let named = Self::ALL.iter().find(|(_, kind)| *kind == self);
        named.map_or("", |(name, _)| name)
    }
}

const EVALUATIONS: u64 = 20_000_000;
const STARTS: u32 = 4;
const GAP: f64 = 1e-3;
const EXAMPLE: &str = "maximize = \"efficiency.mean\"";

impl OptimizeSettings {
    /// None where nothing is asked for but budgets.
    pub(super) fn check(source: &Source, raw: &RawOptimize) -> Result<Option<Self>> {
        let Some(objective) = objective(source, raw)? else {
            let others = [
                raw.solver.as_ref().map(Spanned::span),
                raw.evaluations.as_ref().map(Spanned::span),
                raw.starts.as_ref().map(Spanned::span),
                raw.time_limit_s.as_ref().map(Spanned::span),
                raw.validation.as_ref().map(Spanned::span),
                raw.gap.as_ref().map(Spanned::span),
                raw.monotone.as_ref().map(Spanned::span),
            ];
            return match others.into_iter().flatten().next() {
                None => Ok(None),
                Some(span) => Err(source
                    .fault(span, "[optimize] does not say what is to be optimised")
                    .hint(EXAMPLE)
                    .into()),
            };
        };
        let solver = match &raw.solver {
            None => SolverKind::Auto,
            Some(word) => {
                let known = SolverKind::ALL
                    .iter()
                    .find(|(name, _)| name == word.get_ref());
                let names = SolverKind::ALL.map(|(name, _)| name);
                known.map(|(_, kind)| *kind).ok_or_else(|| {
                    source
                        .fault(word.span(), format!("unknown solver `{}`", word.get_ref()))
                        .hint(format!("solvers are {}", names.join(", ")))
                        .nearest(word.get_ref(), names)
                })?
            }
        };
        let validation = match &raw.validation {
            None => 0.0,
            Some(share) if (0.0..=0.9).contains(share.get_ref()) => *share.get_ref(),
            Some(share) => {
                return Err(source
                    .fault(
                        share.span(),
                        "`validation` is the share of the events kept from the search, 0 to 0.9",
                    )
                    .into());
            }
        };
        let gap = match &raw.gap {
            None => GAP,
            Some(gap) if (0.0..1.0).contains(gap.get_ref()) => *gap.get_ref(),
            Some(gap) => {
                return Err(source
                    .fault(gap.span(), "a gap is a share, from 0 to below 1")
                    .into());
            }
        };
        let time_limit_s = match &raw.time_limit_s {
            Some(limit) if !(*limit.get_ref() > 0.0 && limit.get_ref().is_finite()) => {
                return Err(source
                    .fault(limit.span(), "a time limit is more than 0 s")
                    .into());
            }
            limit => limit.as_ref().map(|limit| *limit.get_ref()),
        };
        Ok(Some(Self {
            objective,
            solver,
            evaluations: count(source, raw.evaluations.as_ref(), EVALUATIONS, i64::MAX)?,
            starts: count(source, raw.starts.as_ref(), u64::from(STARTS), 1_000_000)? as u32,
            time_limit_s,
            validation,
            gap,
            monotone: raw.monotone.as_ref().map_or(Vec::new(), |patterns| {
                let patterns = patterns.get_ref().iter();
                patterns
                    .map(|p| Located::of(source, p, p.get_ref().clone()))
                    .collect()
            }),
        }))
    }

    /// Whether a path's prescale is never larger than in the column before.
    pub fn is_monotone(&self, path: &str) -> bool {
        self.monotone
            .iter()
            .any(|p| matches_pattern(&p.value, path))
    }

    /// # Errors
    /// A [`Fault`] at a pattern of monotone prescales that is of no path, or where there are no columns.
    pub(super) fn refuse_monotone(&self, paths: &[&str], has_columns: bool) -> Result<()> {
        for pattern in &self.monotone {
            if !has_columns {
                return Err(Fault::new(
                    pattern.place.clone(),
                    "prescales are monotone from column to column, and the menu has none",
                )
                .hint("[[menu.column]] name = \"2e34\", budget_khz = 100.0")
                .into());
            }
            if !paths
                .iter()
                .any(|path| matches_pattern(&pattern.value, path))
            {
                return Err(Fault::new(
                    pattern.place.clone(),
                    format!("no path is named `{}`", pattern.value),
                )
                .hint("monotone = [\"*\"] is of all paths")
                .nearest(&pattern.value, paths.iter().copied())
                .into());
            }
        }
        Ok(())
    }

    /// Every figure that is named.
    pub fn figures(&self) -> Vec<&Located<String>> {
        match &self.objective {
            ObjectiveSettings::Figure(goal) => vec![&goal.figure],
            ObjectiveSettings::Shortfall(_) => Vec::new(),
            ObjectiveSettings::Pareto(goals) => goals.iter().map(|g| &g.figure).collect(),
        }
    }
}

fn objective(source: &Source, raw: &RawOptimize) -> Result<Option<ObjectiveSettings>> {
    let goal = |name: &Spanned<String>, larger| GoalSettings {
        figure: Located::of(source, name, name.get_ref().clone()),
        larger,
    };
    let two = "[optimize] has one of `maximize`, `minimize` and `pareto`";
    match (&raw.maximize, &raw.minimize, &raw.pareto) {
        (None, None, None) => Ok(None),
        (Some(name), None, None) if name.get_ref() == "shortfall" => Err(source
            .fault(name.span(), "a shortfall is to be made small")
            .hint("minimize = \"shortfall\"")
            .into()),
        (Some(name), None, None) => Ok(Some(ObjectiveSettings::Figure(goal(name, true)))),
        (None, Some(name), None) if name.get_ref() == "shortfall" => Ok(Some(
            ObjectiveSettings::Shortfall(Located::of(source, name, ())),
        )),
        (None, Some(name), None) => Ok(Some(ObjectiveSettings::Figure(goal(name, false)))),
        (None, None, Some(list)) => {
            if !(2..=3).contains(&list.get_ref().len()) {
                return Err(source
                    .fault(list.span(), "a front is of two or three figures")
                    .hint("pareto = [\"efficiency.mean\", \"-rate_khz.total\"]; a minus: the smaller the better")
                    .into());
            }
            let goals = list.get_ref().iter().map(|name| {
                let bare = name.get_ref().strip_prefix('-');
                GoalSettings {
                    figure: Located::of(source, name, bare.unwrap_or(name.get_ref()).to_owned()),
                    larger: bare.is_none(),
                }
            });
            Ok(Some(ObjectiveSettings::Pareto(goals.collect())))
        }
        (_, Some(second), _) => Err(source.fault(second.span(), two).into()),
        (_, _, Some(second)) => Err(source.fault(second.span(), two).into()),
    }
}

fn count(
    source: &Source,
    raw: Option<&Spanned<i64>>,
    default: u64,
    most: i64,
) -> Result<u64, Box<Fault>> {
    match raw {
        None => Ok(default),
        Some(n) if (1..=most).contains(n.get_ref()) => Ok(*n.get_ref() as u64),
        Some(n) => Err(Box::new(source.fault(
            n.span(),
            if most == i64::MAX {
                "expected a number of at least 1".to_owned()
            } else {
                format!("expected a number from 1 to {most}")
            },
        ))),
    }
}
