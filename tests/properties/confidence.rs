//! How often menus that are reported with a confidence are beyond their budget after all, in seeded toys
//! that are searched, validated and compared with a sample 50 times larger.

use rayon::prelude::*;
use std::sync::Arc;
use trigscape::engine::cpu::CpuEngine;
use trigscape::events::Sample;
use trigscape::merit::{Figure, MenuFigure, Quantity};
use trigscape::optimize::descent::Descent;
use trigscape::optimize::evaluator::Evaluator;
use trigscape::optimize::knobs::Knobs;
use trigscape::optimize::score::{Limit, Objective, Scorer, Side};
use trigscape::optimize::validation::{
    Found, JudgedBudget, JudgedColumn, MARGINS, Validation, validate,
};
use trigscape::plan::menu::{MenuEvents, Part, Split};
use trigscape::plan::{Compiled, Configuration, MenuPoints, Plan, compile};
use trigscape::study::Study;

/// Unoptimised, a few toys show that it works.
const TOYS: u64 = if cfg!(debug_assertions) { 4 } else { 500 };
/// How many times larger the sample is that is taken for the truth.
const TRUTH: u64 = if cfg!(debug_assertions) { 5 } else { 50 };
const EVENTS: u64 = 20_000;
const BUDGET_KHZ: f64 = 100.0;
const CONFIDENCE: f64 = 0.95;
const RATE: MenuFigure = MenuFigure::RateKhz(Quantity::Total);

/// Five paths with falling spectra; thresholds are free.
const PATHS: [(&str, &str, &str); 5] = [
    ("Mu", "{ object = \"muon\", pt = 20 }", "pt"),
    ("EG", "{ object = \"egamma\", pt = 28 }", "pt"),
    ("HT", "{ scalar = \"ht\", min = 280 }", "ht"),
    ("MET", "{ scalar = \"met\", min = 90 }", "met"),
    ("Jet", "{ object = \"jet\", pt = 120 }", "pt"),
];
const LEVELS: [&str; 5] = [
    "{ from = 6, to = 30, step = 1 }",
    "{ from = 14, to = 50, step = 1.5 }",
    "{ from = 160, to = 480, step = 10 }",
    "{ from = 50, to = 150, step = 4 }",
    "{ from = 60, to = 240, step = 6 }",
];

/// A study with so many background events of a seed, and a signal.
fn study(folder: &tempfile::TempDir, events: u64, seed: u64) -> Study {
    let mut text = format!(
        "name = \"toy\"\nseed = {seed}
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = {{ events = {events} }}
[[events.sample]]
name = \"tt\"
kind = \"signal\"
synthetic = {{ process = \"ttbar\", events = 1000 }}
"
    );
    for (name, legs, _) in PATHS {
        text += &format!("[[menu.path]]\nname = \"{name}\"\nlegs = [{legs}]\n");
    }
    text += "[space]\n";
    for ((name, _, knob), levels) in PATHS.iter().zip(LEVELS) {
        text += &format!("\"menu.{name}.{knob}\" = {levels}\n");
    }
    let file = folder.path().join(format!("toy{seed}.toml"));
    std::fs::write(&file, text).unwrap();
    Study::load(&file, &[]).unwrap()
}

fn read(study: &Study, compiled: &Compiled, split: Option<Split>) -> MenuEvents {
    let settings = study.events().unwrap();
    let open = |s| Sample::open(s, study.seed).unwrap();
    let samples: Vec<Sample> = settings.samples.iter().map(open).collect();
    let menu = compiled.menu.as_ref().unwrap();
    MenuEvents::read(&menu.menu, &menu.ladders, settings, &samples, split).unwrap()
}

/// Searches a part of a toy's events.
struct Toy<'a> {
    events: &'a MenuEvents,
    plan: Arc<Plan>,
    evaluator: Evaluator,
}

impl<'a> Toy<'a> {
    fn new(events: &'a MenuEvents, compiled: &Compiled) -> Self {
        let points = MenuPoints::new(&events.menu, &events.ladders, events.plan(Part::Search));
        let plan = Arc::new(Plan {
            menu: Some(Arc::new(points)),
            figures: vec![Figure::Menu(MenuFigure::MeanEfficiency), Figure::Menu(RATE)],
            ..Plan::clone(&compiled.plan)
        });
        let scorer = Scorer {
            objective: Objective::Figure {
                figure: 0,
                larger: true,
            },
            limits: vec![Limit {
                figure: 1,
                name: "rate_khz.total".into(),
                bound: BUDGET_KHZ,
                side: Side::AtMost,
            }],
        };
        let plans = [plan.clone()];
        let knobs = Knobs::new(&plan.space);
        let evaluator = Evaluator::new(&plans, &knobs, scorer, &CpuEngine, u64::MAX).unwrap();
        Self {
            events,
            plan,
            evaluator,
        }
    }

    fn search(&mut self, bound: f64) -> Option<Found<()>> {
        let evaluator = &mut self.evaluator;
        evaluator.scorer.limits[0].bound = bound;
        evaluator.progress = Default::default();
        let knobs = evaluator.knobs.clone();
        let mut descent = Descent::new(None, 2, 0);
        while !descent.is_done() {
            descent.step(evaluator).unwrap();
        }
        let best = evaluator.progress.archive.best().iter();
        let mut found = best.map(|(choice, _)| {
            let mut at = Configuration::default();
            let menu = self.plan.menu.as_ref().unwrap();
            menu.configure(&self.plan.space, &knobs.point(choice, 0), &mut at);
            let at = vec![at];
            Found { menu: (), at }
        });
        found.find(|f| rate_khz(self.events, Part::Search, f) <= bound)
    }
}

fn rate_khz(events: &MenuEvents, part: Part, found: &Found<()>) -> f64 {
    let quoted = events.quote(part, &found.at[0].levels, &found.at[0].kept_shares);
    quoted.unwrap().value(RATE).unwrap()
}

fn validated(folder: &tempfile::TempDir, seed: u64) -> Validation<()> {
    let study = study(folder, EVENTS, seed);
    let compiled = compile(&study).unwrap();
    let split = Split { share: 0.3, seed };
    let events = read(&study, &compiled, Some(split));
    let mut toy = Toy::new(&events, &compiled);
    let budget = JudgedBudget {
        figure: RATE,
        bound: BUDGET_KHZ,
        side: Side::AtMost,
        confidence: Some(CONFIDENCE),
    };
    let search = |bounds: &[f64]| Ok(toy.search(bounds[0]));
    let column = JudgedColumn {
        events: &events,
        budgets: &[budget],
    };
    validate(&[column], &MARGINS, search).unwrap()
}

#[test]
fn budgets_with_confidence_hold_on_the_truth() {
    let folder = tempfile::tempdir().unwrap();
    let large = study(&folder, TRUTH * EVENTS, 1_000_000);
    let truth = read(&large, &compile(&large).unwrap(), None);
    let all: Vec<Validation<()>> = (0..TOYS)
        .into_par_iter()
        .map(|seed| validated(&folder, seed))
        .collect();
    let (mut exceeded, mut none, mut plain_exceeded) = (0, 0, 0);
    let mut at_look = [0; MARGINS.len()];
    let (mut rates, mut optimism, mut sigma) = (0.0, 0.0, 0.0);
    for validation in &all {
        let plain = validation.plain.as_ref().unwrap();
        plain_exceeded += u64::from(rate_khz(&truth, Part::All, plain) > BUDGET_KHZ);
        let first = &validation.looks[0].judged[0];
        optimism += first.optimism() / TOYS as f64;
        sigma += first.sigma / TOYS as f64;
        match validation.reported() {
            None => none += 1,
            Some(look) => {
                at_look[validation.looks.len() - 1] += 1;
                let rate = rate_khz(&truth, Part::All, look.found.as_ref().unwrap());
                exceeded += u64::from(rate > BUDGET_KHZ);
                rates += rate;
            }
        }
    }
    let reported = TOYS - none;
    println!(
        "{TOYS} toys: {none} without a result, {exceeded} of {reported} beyond the budget (without \
         confidence {plain_exceeded}); passed at look {at_look:?}; true rate {:.1} kHz; optimism of the \
         first look {optimism:.2} kHz, validation error {sigma:.2} kHz",
        rates / reported as f64
    );
    // Without confidence the search is lucky with its events.
    assert!(2 * plain_exceeded > TOYS);
    assert!(100 * exceeded <= 8 * reported);
    assert!(10 * none < TOYS.max(20));
}
