//! An optimisation whose results go to a directory: what `optimize` and `run` do.

use super::number::with_unit;
use super::optimize::SearchArguments;
use super::optimum::optimum;
use super::table::print;
use crate::engine::choose::ChosenEngine;
use crate::error::{Error, Fault, Result};
use crate::explore::{Run, outline, results_hash, study_text};
use crate::optimize::exact::Quoted;
use crate::optimize::front::front;
use crate::optimize::run::{Optimization, OptimizeRun};
use crate::optimize::scan::{ScanRequest, scan};
use crate::optimize::session::Checkpoints;
use crate::optimize::stage::Tell;
use crate::plan::{Compiled, compile};
use crate::results::directory::{add, holds};
use crate::results::{Optimum, Summary, pretty_json};
use crate::study::{MenuSettings, ObjectiveSettings, Study, prescale_csv, relocated};
use indicatif::{ProgressBar, ProgressStyle};
use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI32;

/// An optimisation whose results go to a directory.
pub struct Job<'a> {
    pub study: &'a Study,
    pub compiled: &'a Compiled,
    pub engine: &'a ChosenEngine,
    pub search: &'a SearchArguments,
    pub resume: bool,
    pub force: bool,
    pub out: PathBuf,
    pub stop: Arc<AtomicI32>,
}

impl Job<'_> {
    /// Does it, if the study asks for it.
    ///
    /// # Errors
    /// Whatever is wrong with the study; [`Error::Infeasible`] when everything is written and no point is
    /// feasible.
    pub fn run(&self) -> Result<()> {
        let Some(settings) = &self.study.optimize else {
            return Ok(());
        };
        self.refuse_in_columns()?;
        let request = match &self.search.scan {
            Some(text) => Some(ScanRequest::parse(text, self.search.smooth)?),
            None => None,
        };
        if let Some(request) = &request {
            request.refuse(self.study)?;
        }
        let columns = self.columns()?;
        let studies: Vec<(&Study, &Compiled)> = if columns.is_empty() {
            vec![(self.study, self.compiled)]
        } else {
            columns.iter().map(|(study, own)| (study, own)).collect()
        };
        let optimization = Optimization::new(studies, settings)?;
        let inputs = self.compiled.inputs_with_events(self.study)?;
        let hash = results_hash(self.study, self.compiled, &inputs)?;
        if !holds(&self.out, &hash) {
            let run = Run {
                out: &self.out,
                force: self.force,
                resume: false,
                progress: &|_| {},
                stop: &self.stop,
                prepared_s: 0.0,
            };
            outline(self.study, self.compiled, self.engine, &run)?;
        }
        let bar = progress_bar();
        let told = bar.clone();
        let run = OptimizeRun {
            evaluations: self.search.evaluations,
            starts: self.search.starts,
            checkpoints: Some(self.checkpoints(hash)?),
            stop: self.stop.clone(),
            tell: Arc::new(move |evaluations, best: Option<f64>| {
                told.set_position(evaluations);
                told.set_message(best.map_or(String::new(), |best| format!("best {best:.6}")));
            }) as Tell,
        };
        let exact = optimization.exact(self.engine);
        let mut session = optimization.session(&exact, self.engine, &run);
        let optimized = optimization.optimize(&mut session)?;
        let described = optimization.describe(&exact, &session, &optimized)?;
        let mut record = described.optimum;
        let (first, own) = (&optimization.columns[0], &exact.0[0]);
        if let Some(request) = &request {
            let scorer = &optimized.scorer;
            let scanned = scan(&optimization, &mut session, scorer, request)?;
            let scan = first.scan_record(own, &session, &scorer.objective, request, &scanned)?;
            record.scan = Some(scan);
        }
        if let ObjectiveSettings::Pareto(_) = settings.objective {
            let points = front(&optimization, &mut session)?;
            record.front = first.front_record(own, &session, &points)?;
        }
        record.search.evaluations = session.done.evaluations;
        record.search.searches = session.done.searches;
        bar.finish_and_clear();
        let best = match record.best {
            Some(_) => &described.quoted[..],
            None => &[],
        };
        self.write(best, &record)?;
        print(&optimum(&record))?;
        match record.best {
            Some(_) => Ok(()),
            None => Err(Error::Infeasible(why_infeasible(&record))),
        }
    }

    /// The study in each of its columns; none where it has none, or is in one.
    fn columns(&self) -> Result<Vec<(Study, Compiled)>> {
        if !self.study.has_open_columns() {
            return Ok(Vec::new());
        }
        let columns = self.study.columns.iter().map(|column| {
            let study = self.study.in_column(&column.name)?;
            let compiled = compile(&study)?;
            Ok((study, compiled))
        });
        columns.collect()
    }

    /// What is asked of one column at a time.
    fn refuse_in_columns(&self) -> Result<()> {
        let objective = self.study.optimize.as_ref().map(|o| &o.objective);
        let asked = match (&self.search.scan, objective) {
            _ if !self.study.has_open_columns() => return Ok(()),
            (Some(_), _) => "a scan of budgets",
            (None, Some(ObjectiveSettings::Pareto(_))) => "a front of several objectives",
            _ => return Ok(()),
        };
        let columns = &self.study.columns;
        let message = format!(
            "{asked} is of one prescale column, and the menu has {}",
            columns.len()
        );
        Err(Fault::in_file(&self.study.source.path, message)
            .hint(format!("--column {}", columns[0].name.value))
            .into())
    }

    /// Checkpoints stand in the results, under the same hash.
    fn checkpoints(&self, key: String) -> Result<Checkpoints> {
        let folder = self.out.join("search");
        fs::create_dir_all(&folder)
            .map_err(|e| Error::failed(format!("making {}", folder.display()), e))?;
        Ok(Checkpoints {
            folder,
            key,
            resume: self.resume,
        })
    }

    /// The optimum; its study, or one for each column; and its prescales.
    fn write(&self, best: &[Quoted], record: &Optimum) -> Result<()> {
        let mut summary = Summary::read(&self.out)?;
        let shown = serde_json::to_value(&record.best)
            .map_err(|e| Error::failed("writing summary.json", e))?;
        summary.best = Some(shown);
        // What an earlier search found is no optimum any more.
        let columns = self
            .study
            .columns
            .iter()
            .map(|own| Some(own.name.value.as_str()));
        let earlier = columns.chain([None]).map(Optimum::study_file);
        for name in earlier.chain([Optimum::PRESCALES.to_owned()]) {
            let _ = fs::remove_file(self.out.join(name));
        }
        let folder = self.study.source.path.parent().unwrap_or(Path::new(""));
        let path = self.study.source.path.display();
        let mut prescales: Vec<(&str, &MenuSettings)> = Vec::new();
        for quoted in best {
            let column = match best {
                [_] => None,
                _ => quoted.study.column().map(|own| own.name.value.as_str()),
            };
            let of = column.map_or(String::new(), |own| format!(" in the column {own}"));
            let text = format!(
                "# The optimum of {path}{of}: `trigscape evaluate` gives its figures.\n{}",
                relocated(&quoted.study.as_run()?, folder)?
            );
            add(&self.out, &Optimum::study_file(column), text.as_bytes())?;
            if quoted.study.has_menu() {
                prescales.push((column.unwrap_or(&self.study.name), quoted.study.menu()?));
            }
        }
        if !prescales.is_empty() {
            add(&self.out, Optimum::PRESCALES, &prescale_csv(&prescales)?)?;
        }
        // Limits of the search may have changed since.
        add(&self.out, "study.toml", study_text(self.study)?.as_bytes())?;
        add(&self.out, Optimum::FILE, pretty_json(record)?.as_bytes())?;
        add(&self.out, "summary.json", pretty_json(&summary)?.as_bytes())
    }
}

fn why_infeasible(record: &Optimum) -> String {
    let mut violated = Vec::new();
    let own = |record: &Optimum, of: &str, violated: &mut Vec<String>| {
        for v in record
            .nearest
            .iter()
            .flat_map(|nearest| &nearest.violations)
        {
            let name = with_unit(&v.figure, &v.unit);
            let side = if v.value < v.limit { "least" } else { "most" };
            let (value, limit) = (v.value, v.limit);
            violated.push(format!(
                "{name}{of} is {value}, at {side} {limit} is asked for"
            ));
        }
    };
    own(record, "", &mut violated);
    for column in &record.columns {
        own(&column.own, &format!(" in {}", column.name), &mut violated);
    }
    let has_nearest = |record: &Optimum| record.nearest.is_some();
    if !violated.is_empty() {
        format!("at the nearest one {}", violated.join("; "))
    } else if has_nearest(record) || record.columns.iter().any(|c| has_nearest(&c.own)) {
        "no budget was confirmed on the events kept from the search".to_owned()
    } else {
        "the search found none within the budgets".to_owned()
    }
}

fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} configurations, {msg}") {
        bar.set_style(style);
    }
    bar
}
