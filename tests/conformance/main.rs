//! The engine conformance suite: what every engine must agree on.

#[cfg(feature = "gpu")]
mod adapter;
mod choosing;
#[cfg(feature = "gpu")]
mod doubts;
mod golden;
mod identities;
mod menu_asks;
#[cfg(feature = "gpu")]
mod menu_case;
#[cfg(feature = "gpu")]
mod menu_coverage;
#[cfg(feature = "gpu")]
mod menus;
mod ranks;
mod resumed;
mod sampled;
#[cfg(feature = "gpu")]
mod shader_functions;
#[cfg(feature = "gpu")]
mod sieve;
#[cfg(feature = "gpu")]
mod system_figures;
#[cfg(feature = "gpu")]
mod systems;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use trigscape::engine::{Ask, Engine, Outcome, Points, cpu::CpuEngine};
use trigscape::plan::{Compiled, Plan, compile};
use trigscape::study::Study;

fn config(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("configs")
        .join(format!("{name}.toml"))
}

/// A study of `configs/` with settings of its own.
fn compiled(name: &str, set: &[&str]) -> Compiled {
    let set: Vec<String> = set.iter().map(|s| s.to_string()).collect();
    compile(&Study::load(&config(name), &set).unwrap()).unwrap()
}

/// Every engine that must agree.
fn engines() -> Vec<Box<dyn Engine>> {
    vec![Box::new(CpuEngine)]
}

fn run(engine: &dyn Engine, plan: Arc<Plan>, points: Points) -> Vec<Vec<f64>> {
    let Outcome::Figures(columns) = engine
        .load(plan)
        .unwrap()
        .run(&points, Ask::Figures)
        .unwrap()
    else {
        panic!("asked for figures")
    };
    columns
}

/// All figures of a study at its own values, by name.
fn own_figures(engine: &dyn Engine, study: &Compiled) -> std::collections::HashMap<String, f64> {
    let plan = study.with_space(Default::default());
    let columns = run(engine, plan, Points::Listed(vec![vec![]]));
    study
        .catalogue
        .iter()
        .map(|f| f.name.clone())
        .zip(columns.into_iter().map(|c| c[0]))
        .collect()
}

/// A study of `configs/` with sampled L1T scores.
fn sampled_study(name: &str, samples: u32, seed: u64) -> Compiled {
    let mut study = Study::load(&config(name), &[]).unwrap();
    study.system_mut().unwrap().samples = Some(samples);
    study.seed = seed;
    compile(&study).unwrap()
}
