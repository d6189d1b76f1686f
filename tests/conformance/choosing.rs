//! Who does what: a GPU for what it can, the CPU for the rest and from a failure on.

use std::path::Path;
use std::sync::{Arc, Mutex};
use trigscape::engine::choose::{ChosenEngine, EngineChoice};
use trigscape::engine::cpu::CpuEngine;
use trigscape::engine::{Ask, Engine, EngineError, EngineInfo, Loaded, Outcome, Points};
use trigscape::plan::{Goal, Keep, Plan, Rank, compile};
use trigscape::study::Study;
use trigscape::{Error, Result};

const STUDY: &str = "name = \"small\"
[events]
input_rate_hz = 1e6
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 3000, seed = 1 }
[[events.sample]]
name = \"z_mumu\"
kind = \"signal\"
synthetic = { process = \"z_mumu\", events = 500, seed = 2 }
[[menu.path]]
name = \"Mu\"
legs = [{ object = \"muon\", pt = 20 }]
[[menu.path]]
name = \"DoubleMu\"
legs = [{ object = \"muon\", pt = 15 }, { object = \"muon\", pt = 7 }]
[[menu.path]]
name = \"HT\"
legs = [{ scalar = \"ht\", min = 280 }]
prescale = 7
[space]
\"menu.Mu.pt\" = { from = 10, to = 35, step = 1 }
\"menu.DoubleMu.leg1.pt\" = { from = 8, to = 20, step = 4 }
\"menu.DoubleMu.leg2.pt\" = { from = 4, to = 12, step = 2 }
\"menu.HT.ht\" = { from = 200, to = 400, step = 50 }
";

/// 26 x 4 x 5 x 5 points.
pub fn plan() -> Arc<Plan> {
    plan_of(STUDY)
}

fn plan_of(text: &str) -> Arc<Plan> {
    let folder = tempfile::tempdir().unwrap();
    let file: &Path = &folder.path().join("study.toml");
    std::fs::write(file, text).unwrap();
    let study = Study::load(file, &[]).unwrap_or_else(|e| panic!("{e}"));
    let compiled = compile(&study).unwrap_or_else(|e| panic!("{e}"));
    compiled.read_events(&study).unwrap().plan
}

/// The CPU under another name, which can be told to fail.
#[derive(Debug, Clone, Copy, Default)]
struct Pretender {
    fails_after: Option<usize>,
    loads_nothing: bool,
}

struct Pretended {
    own: Box<dyn Loaded>,
    left: Option<usize>,
}

impl Engine for Pretender {
    fn info(&self) -> EngineInfo {
        EngineInfo {
            name: "gpu".into(),
            detail: "pretender".into(),
            threads: 1,
        }
    }

    fn load(&self, plan: Arc<Plan>) -> Result<Box<dyn Loaded>, EngineError> {
        if self.loads_nothing {
            return Err(EngineError::Unsupported {
                engine: "gpu".into(),
                why: "too large".into(),
            });
        }
        Ok(Box::new(Pretended {
            own: CpuEngine.load(plan)?,
            left: self.fails_after,
        }))
    }
}

impl Loaded for Pretended {
    fn run(&mut self, points: &Points, ask: Ask) -> Result<Outcome, EngineError> {
        if let Some(left) = &mut self.left {
            if *left == 0 {
                return Err(EngineError::Failed {
                    engine: "gpu".into(),
                    why: "gone".into(),
                });
            }
            *left -= 1;
        }
        match ask {
            Ask::PerPath => Err(EngineError::Unsupported {
                engine: "gpu".into(),
                why: "not this".into(),
            }),
            _ => self.own.run(points, ask),
        }
    }
}

/// What was told.
type Told = Arc<Mutex<Vec<String>>>;

fn chosen(
    choice: EngineChoice,
    open: impl Fn() -> Result<Box<dyn Engine>> + Send + Sync + 'static,
) -> (ChosenEngine, Told) {
    let told = Told::default();
    let own = told.clone();
    let tell = move |line: &str| own.lock().unwrap().push(line.to_owned());
    let engine = ChosenEngine::new(choice, Box::new(open), Box::new(tell)).unwrap();
    (engine, told)
}

fn ranges() -> Vec<Points> {
    (0..4)
        .map(|i| Points::Range {
            first: 600 * i,
            count: 600,
        })
        .collect()
}

fn run_all(loaded: &mut dyn Loaded, ask: &Ask) -> Vec<Outcome> {
    ranges()
        .iter()
        .map(|points| loaded.run(points, ask.clone()).unwrap())
        .collect()
}

#[test]
fn a_gpu_that_fails_loses_nothing_and_is_told_once() {
    let plan = plan();
    let mut cpu = CpuEngine.load(plan.clone()).unwrap();
    for fails_after in [0, 1, 3] {
        let pretender = Pretender {
            fails_after: Some(fails_after),
            ..Default::default()
        };
        let (engine, told) = chosen(EngineChoice::Gpu, move || Ok(Box::new(pretender)));
        let mut loaded = engine.load(plan.clone()).unwrap();
        // NaN (no signal rate) is no figure here: rows can be compared.
        assert_eq!(
            run_all(loaded.as_mut(), &Ask::Figures),
            run_all(cpu.as_mut(), &Ask::Figures)
        );
        assert_eq!(
            run_all(loaded.as_mut(), &Ask::Totals),
            run_all(cpu.as_mut(), &Ask::Totals)
        );
        let all = told.clone();
        let told = all.lock().unwrap().clone();
        let warnings: Vec<_> = told.iter().filter(|l| l.starts_with("warning")).collect();
        assert_eq!(warnings.len(), 1, "{told:?}");
        assert!(warnings[0].contains("gone"), "{told:?}");
        assert_eq!(
            told.iter().filter(|l| l.starts_with("engine: gpu")).count(),
            1,
            "{told:?}"
        );
        let info = engine.info();
        assert!(
            info.name == "gpu" && info.detail.contains("the rest on the CPU"),
            "{info:?}"
        );
        // Plans loaded later do not go back to it.
        let mut again = engine.load(plan.clone()).unwrap();
        again.run(&ranges()[0], Ask::Figures).unwrap();
        assert_eq!(all.lock().unwrap().len(), 2);
    }
}

#[test]
fn what_a_gpu_does_not_do_goes_to_the_cpu() {
    let plan = plan();
    let mut cpu = CpuEngine.load(plan.clone()).unwrap();
    let (engine, told) = chosen(EngineChoice::Gpu, || Ok(Box::new(Pretender::default())));
    let mut loaded = engine.load(plan.clone()).unwrap();
    for ask in &[Ask::PerPath, Ask::Totals, Ask::Figures] {
        assert_eq!(run_all(loaded.as_mut(), ask), run_all(cpu.as_mut(), ask));
    }
    assert_eq!(told.lock().unwrap().len(), 1);
    assert_eq!(engine.info().name, "gpu");
    let pretender = Pretender {
        loads_nothing: true,
        ..Default::default()
    };
    let (engine, told) = chosen(EngineChoice::Gpu, move || Ok(Box::new(pretender)));
    let mut loaded = engine.load(plan).unwrap();
    assert_eq!(
        run_all(loaded.as_mut(), &Ask::Figures),
        run_all(cpu.as_mut(), &Ask::Figures)
    );
    assert!(told.lock().unwrap()[1].contains("too large"));
    assert_eq!(engine.info().name, "cpu");
}

/// What pays depends on the threads.
fn on_two_threads<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2);
    pool.build().unwrap().install(run)
}

#[test]
fn auto_opens_nothing_for_small_work() {
    let (engine, told) = chosen(EngineChoice::Auto, || panic!("opened"));
    engine.introduce(true);
    assert!(
        told.lock().unwrap().is_empty(),
        "that depends on the events"
    );
    let mut loaded = engine.load(plan()).unwrap();
    run_all(loaded.as_mut(), &Ask::Figures);
    let told = told.lock().unwrap();
    assert!(
        told.len() == 1 && told[0].starts_with("engine: cpu"),
        "{told:?}"
    );
}

#[test]
fn auto_opens_a_gpu_for_large_work_and_goes_on_without() {
    let prescales = "\"menu.Mu.prescale\" = { from = 1, to = 5000, step = 1 }
\"menu.DoubleMu.prescale\" = { from = 1, to = 5000, step = 1 }
\"menu.HT.prescale\" = { from = 1, to = 5000, step = 1 }
";
    let plan = plan_of(&format!("{STUDY}{prescales}"));
    let points = Points::Range {
        first: 0,
        count: 20,
    };
    let mut cpu = CpuEngine.load(plan.clone()).unwrap();
    let expected = cpu.run(&points, Ask::Figures).unwrap();
    for has_one in [true, false] {
        let (engine, told) = chosen(EngineChoice::Auto, move || match has_one {
            true => Ok(Box::new(Pretender::default())),
            false => Err(Error::failed("opening", "there is none")),
        });
        let mut loaded = engine.load(plan.clone()).unwrap();
        let own = on_two_threads(|| loaded.run(&points, Ask::Figures).unwrap());
        assert_eq!(own, expected);
        loaded.run(&points, Ask::Figures).unwrap();
        let told = told.lock().unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("engine: gpu") == has_one, "{told:?}");
        assert!(told[0].contains("there is none") != has_one, "{told:?}");
    }
}

/// A system's grid of so many values on either axis.
fn grid_of(values: usize) -> Arc<Plan> {
    let workbook = format!("{}/data/systems/cms_pu200.xlsx", env!("CARGO_MANIFEST_DIR"));
    let axis = format!("{{ from = 0, to = 1, points = {values} }}");
    let text = format!(
        "name = \"grid\"\n[system]\nworkbook = \"{workbook}\"\n[space]
\"system.Intermediate.skill\" = {axis}\n\"system.Global.skill\" = {axis}\n"
    );
    plan_of(&text)
}

#[test]
fn auto_opens_a_gpu_for_long_selections_of_systems_and_never_for_rows() {
    let goal = Goal {
        figure: 0,
        larger: true,
    };
    let best = Rank {
        bounds: Vec::new(),
        keep: Keep::Best {
            goal,
            count: 3,
            floor: None,
        },
    };
    let select = Ask::Select(Arc::new(best));
    let points = Points::Range {
        first: 0,
        count: 50,
    };
    for (values, ask, opens) in [
        (100, select.clone(), false),
        (100, Ask::FiguresInF32, false),
        (100_000, Ask::Figures, false),
        (100_000, select, true),
        (100_000, Ask::FiguresInF32, true),
    ] {
        let plan = grid_of(values);
        let mut cpu = CpuEngine.load(plan.clone()).unwrap();
        let (engine, told) = chosen(EngineChoice::Auto, || Ok(Box::new(Pretender::default())));
        let mut loaded = engine.load(plan).unwrap();
        let own = on_two_threads(|| loaded.run(&points, ask.clone()).unwrap());
        assert_eq!(own, cpu.run(&points, ask.clone()).unwrap());
        let name = if opens { "gpu" } else { "cpu" };
        assert_eq!(engine.info().name, name, "{ask:?} of {values}");
        let told = told.lock().unwrap();
        // Rows in f64 are introduced before.
        let lines = usize::from(ask != Ask::Figures);
        assert_eq!(told.len(), lines, "{told:?}");
        assert!(
            told.iter().all(|l| l.contains(&format!("engine: {name}"))),
            "{told:?}"
        );
    }
}

#[test]
fn gpu_without_an_adapter_is_an_error() {
    let open = || Err(Error::failed("opening", "none"));
    let tell = |_: &str| panic!("told");
    assert!(ChosenEngine::new(EngineChoice::Gpu, Box::new(open), Box::new(tell)).is_err());
    let (engine, told) = chosen(EngineChoice::Gpu, || Ok(Box::new(Pretender::default())));
    engine.introduce(false);
    let told = told.lock().unwrap();
    assert!(
        told[0].starts_with("engine: cpu"),
        "a system alone: {told:?}"
    );
}
