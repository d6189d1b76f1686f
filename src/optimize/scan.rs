//! The optimum at other budgets.

use super::bounding::bound_once;
use super::evaluator::Evaluator;
use super::knobs::Choice;
use super::run::Optimization;
use super::score::{Limit, Score, Scorer, Side};
use super::session::{JudgedOn, Session};
use super::sweep::{Sweep, Which};
use crate::error::{Fault, Result};
use crate::study::{Study, rounded_level};

/// Limits of a figure, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanRequest {
    pub figure: String,
    pub limits: Vec<f64>,
    /// Among menus that are as good within this share, one near that of the limit before is taken.
    pub smooth: Option<f64>,
}

/// The optimum at one limit; none: nothing is feasible.
#[derive(Debug, Clone, PartialEq)]
pub struct Scanned {
    pub limit: f64,
    pub best: Option<(Choice, Score)>,
    /// A worth that no feasible point surpasses, where one is known.
    pub bound: Option<f64>,
}

/// Limits of a scan at most.
const MOST: f64 = 1000.0;

impl ScanRequest {
    /// `FIGURE=FROM:TO:STEP`.
    ///
    /// # Errors
    /// A [`Fault`] that says what is wrong with it.
    pub fn parse(text: &str, smooth: Option<f64>) -> Result<Self> {
        let fault = |message: &str| {
            Fault::in_option(format!("--scan {text}"), message)
                .hint("for example --scan rate_khz.total=60:140:5")
        };
        let (figure, range) = text
            .split_once('=')
            .ok_or_else(|| fault("expected FIGURE=FROM:TO:STEP"))?;
        let numbers = range.split(':').map(|x| x.trim().parse::<f64>().ok());
        let numbers: Option<Vec<f64>> = numbers.collect();
        let Some([from, to, step]) = numbers.as_deref() else {
            return Err(fault("expected three numbers, FROM:TO:STEP").into());
        };
        if smooth.is_some_and(|share| !(0.0..1.0).contains(&share)) {
            return Err(Fault::in_option(
                "--smooth",
                "the share of the optimum that may be given up is from 0 to below 1",
            )
            .hint("--smooth 0.001")
            .into());
        }
        let count = ((to - from) / step + 1e-9).floor();
        if !(*step > 0.0 && count >= 0.0 && to.is_finite() && from.is_finite()) {
            return Err(fault("a scan ascends: FROM is below TO, STEP above 0").into());
        }
        if count >= MOST {
            return Err(fault("more than 1000 limits").into());
        }
        Ok(Self {
            figure: figure.trim().to_owned(),
            limits: (0..=count as u64)
                .map(|i| rounded_level(from + i as f64 * step))
                .collect(),
            smooth,
        })
    }

    /// # Errors
    /// A [`Fault`]: no budget limits the figure from above, or a menu near the one before would not have been
    /// looked at.
    pub fn refuse(&self, study: &Study) -> Result<()> {
        let confident = study.budgets.iter().find(|b| b.confidence.is_some());
        if let (Some(_), Some(budget)) = (self.smooth, confident) {
            let message = format!(
                "menus near the one before are not looked at on held-out events, and `{}` has a confidence",
                budget.figure.value
            );
            return Err(Fault::in_option("--smooth", message)
                .hint("leave out --smooth, or `confidence`")
                .into());
        }
        let limited = study.budgets.iter().filter(|b| b.max.is_some());
        let names: Vec<&str> = limited.map(|b| b.figure.value.as_str()).collect();
        if names.contains(&self.figure.as_str()) {
            return Ok(());
        }
        Err(self.unlimited(&names).into())
    }

    fn unlimited(&self, names: &[&str]) -> Fault {
        Fault::in_option(
            format!("--scan {}", self.figure),
            "no budget of the study limits this figure from above",
        )
        .hint("[[optimize.budget]] figure = \"rate_khz.total\", max = 100.0")
        .nearest(&self.figure, names.iter().copied())
    }
}

/// Searches at every limit, the tightest first; each starts from the one before.
///
/// # Errors
/// A [`Fault`]: no budget limits the figure; those of the searches.
pub fn scan(
    optimization: &Optimization<'_>,
    session: &mut Session<'_>,
    scorer: &Scorer,
    request: &ScanRequest,
) -> Result<Vec<Scanned>> {
    let of_figure = |l: &Limit| l.name == request.figure && l.side == Side::AtMost;
    let Some(limit) = scorer.limits.iter().position(of_figure) else {
        return Err(request.unlimited(&[]).into());
    };
    let mut all: Vec<Scanned> = Vec::new();
    for &bound in &request.limits {
        let mut own = scorer.clone();
        own.limits[limit].bound = bound;
        // With a confidence each limit stands for itself: what passed a look depends on the held-out events.
        let before = all.last().filter(|_| !optimization.is_confident());
        let before = before.and_then(|s| s.best.as_ref());
        let before = before.map(|(choice, _)| choice.clone());
        let start = before.clone().or(session.settings.own.clone());
        let (found, _) = optimization.search(session, &own, start)?;
        // A bound is of the search's events, what is shown of all.
        let shown = found.as_ref().filter(|_| !session.has_held_out);
        let bounded = shown.and_then(|f| bound_once(session, &own, f).worth);
        let mut best = found.and_then(|found| found.decision.best);
        // What was within a tighter limit is within this one.
        if let Some(before) = &before {
            let score = session.score(&own, JudgedOn::All, before)?;
            let known = best.as_ref();
            if score.is_feasible() && known.is_none_or(|(_, known)| score.is_better(known)) {
                best = Some((before.clone(), score));
            }
        }
        if let (Some(smooth), Some(before), Some((choice, score))) =
            (request.smooth, &before, &best)
        {
            let near = nearer(session, &own, choice, score, before, smooth)?;
            let score = session.score(&own, JudgedOn::All, &near)?;
            let score = session.confirmed(&own, &near, score)?;
            if score.is_feasible() {
                best = Some((near, score));
            }
        }
        all.push(Scanned {
            limit: bound,
            best,
            bound: bounded,
        });
    }
    Ok(all)
}

/// From a menu towards another one, as far as it stays as good within a share.
fn nearer(
    session: &Session<'_>,
    scorer: &Scorer,
    from: &Choice,
    score: &Score,
    towards: &Choice,
    smooth: f64,
) -> Result<Choice> {
    let engine = session.engine;
    let (plans, knobs) = (&session.plans, &session.knobs);
    let mut evaluator = Evaluator::new(plans, knobs, scorer.clone(), engine, u64::MAX)?;
    let floor = score.worth - smooth * score.worth.abs();
    let mut at = from.clone();
    for _ in 0..4 * from.len() {
        let sweep = evaluator.sweep(&at, Which::Single)?;
        let Some(next) = step_towards(&sweep, &at, towards, floor) else {
            break;
        };
        at = next;
    }
    Ok(at)
}

/// The move that comes nearest, of those that keep the limits and the floor.
fn step_towards(sweep: &Sweep, at: &Choice, towards: &Choice, floor: f64) -> Option<Choice> {
    let distance = |choice: &Choice| -> u64 {
        let of = |(a, b): (&u32, &u32)| u64::from(a.abs_diff(*b));
        choice.iter().zip(towards).map(of).sum()
    };
    let mut least = distance(at);
    let mut found = None;
    for (number, made) in sweep.moves.iter().enumerate() {
        let next = made.apply(at);
        let own = distance(&next);
        if own < least {
            let score = sweep.score(number);
            if score.is_feasible() && score.worth >= floor {
                least = own;
                found = Some(next);
            }
        }
    }
    found
}
