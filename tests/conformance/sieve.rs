//! What the GPU keeps of a system's points: the CPU's selection, bit for bit, however batches are cut.

use crate::doubts::at_jumps;
use crate::menu_case::Dice;
use crate::ranks::{any_rank, bits, in_pieces, select};
use crate::{adapter, run};
use std::sync::Arc;
use trigscape::engine::choose::{ChosenEngine, EngineChoice};
use trigscape::engine::cpu::CpuEngine;
use trigscape::engine::gpu::{GpuEngine, GpuLimits, GpuOptions, Mapping};
use trigscape::engine::{Engine, Points};
use trigscape::merit::Figure;
use trigscape::plan::{Bins, Goal, Keep, Plan, Rank, compile};
use trigscape::random::Stream;
use trigscape::study::Study;

const WHAT: &str = "the sieve of systems on the GPU";

/// The published systems, and one between two workbooks.
const SYSTEMS: [&str; 5] = [
    "cms_pu60.xlsx",
    "cms_pu140.xlsx",
    "cms_pu200.xlsx",
    "cms_pu200_smart_pixels.xlsx",
    "cms_pu200_smart_pixels_uled.xlsx",
];

fn plan_of(space: &str, system: &str, head: &str) -> Arc<Plan> {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = format!(
        "name = \"sieve\"\n[system]\nworkbook = \"{root}/data/systems/{system}\"\n{head}
[system.complexity]
Intermediate = {{ per_bytes = 2.0e6 }}
Global = {{ fit = \"{root}/data/hlt_wall_time.csv\", column = \"wall_time_gpu_rel\" }}
[space]\n{space}
[explore]
figures = [\"f1\", \"op_power_w\", \"scaled_power_w\", \"productivity_per_j\", \"output_hz.*\",
    \"message_bytes.Global\", \"ops.Global\", \"latency_s.Disk\"]\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.toml");
    std::fs::write(&path, text).unwrap();
    let study = Study::load(&path, &[]).unwrap_or_else(|e| panic!("{e}"));
    compile(&study).unwrap_or_else(|e| panic!("{e}")).plan
}

/// Some hundred to some thousand points over random axes, linked ones among them.
fn any_plan(dice: &mut Dice) -> Arc<Plan> {
    let range = |low: f64, high: f64, points: usize| {
        format!("{{ from = {low:.3}, to = {high:.3}, points = {points} }}")
    };
    let mut axis = |low: f64, high: f64, points: usize| {
        let (a, b) = (dice.uniform(), dice.uniform());
        let at = |x: f64| low + (high - low) * x;
        range(at(a), at(b) + 1e-2, points)
    };
    let ratio = axis(1.5, 900.0, 23);
    let skill = axis(0.0, 2.0, 29);
    let farm = axis(20.0, 300.0, 3);
    let mut space = format!(
        "\"system.Intermediate.reduction_ratio\" = {ratio}\n\"system.Intermediate.skill\" = {skill}\n"
    );
    space += &match dice.below(4) {
        0 => "\"system.Global.reduction_ratio\" = { equals = \"1 + 5330 / system.Intermediate.reduction_ratio\" }
\"system.year\" = { equals = \"2022 + 4 * system.Intermediate.skill\" }\n".to_owned(),
        1 => format!("\"system.Global.reduction_ratio\" = {farm}\n\"system.year\" = {{ values = [2032, 2022] }}\n"),
        2 => "\"system.*.compression\" = { values = [0.1, 0.3, 0.9999], tie = true }\n".to_owned(),
        _ => "\"system.pileup\" = { from = 60, to = 200, points = 7 }\n".to_owned(),
    };
    let root = env!("CARGO_MANIFEST_DIR");
    if space.contains("pileup") {
        let head = format!(
            "[system.interpolate]\nworkbook = \"{root}/data/systems/cms_pu200.xlsx\"\nknob = \"pileup\"\nfrom = 60\nto = 200"
        );
        return plan_of(&space, "cms_pu60.xlsx", &head);
    }
    plan_of(&space, SYSTEMS[dice.below(SYSTEMS.len())], "")
}

fn whole(plan: &Plan) -> Points {
    let count = plan.space.points().unwrap() as u32;
    Points::Range { first: 0, count }
}

/// Random questions about random grids, against the CPU.
fn compare(engine: &dyn Engine, seed: u64, plans: usize, ranks: usize) {
    let (mut dice, mut random) = (Dice::new(seed), Stream::new(seed, 1, 0));
    for _ in 0..plans {
        let plan = any_plan(&mut dice);
        let axes = plan.space.axes.len();
        let all = whole(&plan);
        let columns = run(&CpuEngine, plan.clone(), all.clone());
        for case in 0..ranks {
            let rank = any_rank(&columns, axes, &mut random);
            let own = select(engine, &plan, &all, &rank);
            let expected = select(&CpuEngine, &plan, &all, &rank);
            assert_eq!(bits(&own), bits(&expected), "case {case}: {rank:?}");
            if case % 8 == 0 {
                let count = plan.space.points().unwrap();
                let pieces = in_pieces(engine, &plan, count, &rank, &mut random);
                assert_eq!(
                    bits(&pieces),
                    bits(&expected),
                    "case {case}, in pieces: {rank:?}"
                );
            }
        }
    }
}

#[test]
fn the_sieve_keeps_what_the_cpu_keeps() {
    if let Some(engine) = adapter::open(None, Mapping::Word, WHAT) {
        compare(&engine, 1, 6, 16);
    }
}

#[test]
fn the_sieve_may_be_cut_anywhere() {
    // Many batches of few points in rows of few groups; and so small that records overflow.
    for (points, listed, groups) in [(200, 200, 2), (1000, 20, 65_535), (64, 1, 1)] {
        let limits = GpuLimits {
            points,
            listed,
            groups,
            configurations: 1,
            ..GpuLimits::SMALLEST
        };
        let limits = GpuLimits {
            buffer_bytes: 4 << 20,
            binding_bytes: 4 << 20,
            ..limits
        };
        if let Some(engine) = adapter::open(Some(limits), Mapping::Word, WHAT) {
            compare(&engine, points as u64, 2, 8);
        }
    }
}

#[test]
fn values_too_many_for_tables_come_with_the_points() {
    let space = "\"system.Intermediate.reduction_ratio\" = { from = 30, to = 900, points = 30000 }
\"system.Intermediate.skill\" = { from = 0, to = 1, points = 7 }\n";
    let plan = plan_of(space, "cms_pu200.xlsx", "");
    let limits = GpuLimits {
        // Room for the distributions, not for 30 000 values and the rest of a batch.
        buffer_bytes: 100_000,
        binding_bytes: 100_000,
        points: 1 << 14,
        listed: 3000,
        groups: 65_535,
        configurations: 1,
    };
    let Some(engine) = adapter::open(Some(limits), Mapping::Word, WHAT) else {
        return;
    };
    let mut plan = Plan::clone(&plan);
    for stage in &mut plan.system.as_mut().unwrap().stages {
        stage.law = trigscape::plan::ScoreLaw::Gaussian;
    }
    let plan = Arc::new(plan);
    let rank = Rank {
        bounds: Vec::new(),
        keep: Keep::Histograms(vec![Bins {
            figure: 0,
            edges: (0..20).map(|i| 0.05 * f64::from(i)).collect(),
        }]),
    };
    let points = Points::Range {
        first: 7 * 29_000,
        count: 5000,
    };
    let own = select(&engine, &plan, &points, &rank);
    assert_eq!(bits(&own), bits(&select(&CpuEngine, &plan, &points, &rank)));
}

#[test]
fn listed_points_are_sifted_too() {
    let Some(engine) = adapter::open(None, Mapping::Word, WHAT) else {
        return;
    };
    let space = "\"system.Intermediate.reduction_ratio\" = { values = [40, 50] }
\"system.Intermediate.skill\" = { values = [0, 1] }\n";
    let plan = plan_of(space, "cms_pu200.xlsx", "");
    let mut dice = Dice::new(9);
    let list = (0..3000).map(|_| vec![1.5 + 500.0 * dice.uniform(), 2.0 * dice.uniform()]);
    let points = Points::Listed(list.collect());
    let columns = run(&CpuEngine, plan.clone(), points.clone());
    let mut random = Stream::new(2, 0, 0);
    for _ in 0..12 {
        let rank = any_rank(&columns, 2, &mut random);
        let own = select(&engine, &plan, &points, &rank);
        assert_eq!(bits(&own), bits(&select(&CpuEngine, &plan, &points, &rank)));
    }
}

#[test]
fn the_sieve_is_not_misled_by_jumps_of_scores() {
    let Some(engine) = adapter::open(None, Mapping::Word, WHAT) else {
        return;
    };
    let mut random = Stream::new(4, 0, 0);
    for (mut plan, points) in at_jumps() {
        plan.figures = vec![Figure::F1, Figure::ScaledPowerW, Figure::ProductivityPerJ];
        let plan = Arc::new(plan);
        let columns = run(&CpuEngine, plan.clone(), points.clone());
        for _ in 0..16 {
            let rank = any_rank(&columns, 2, &mut random);
            let own = select(&engine, &plan, &points, &rank);
            assert_eq!(bits(&own), bits(&select(&CpuEngine, &plan, &points, &rank)));
        }
    }
}

#[test]
fn the_sieve_discards() {
    let Some(engine) = adapter::open(None, Mapping::Word, WHAT) else {
        return;
    };
    let space = "\"system.Intermediate.reduction_ratio\" = { from = 30, to = 900, points = 100 }
\"system.Intermediate.skill\" = { from = 0, to = 0.8, points = 200 }\n";
    let plan = plan_of(space, "cms_pu200.xlsx", "");
    let goal = |figure, larger| Goal { figure, larger };
    let best = Keep::Best {
        goal: goal(0, true),
        count: 50,
        floor: None,
    };
    let front = Keep::Pareto(vec![goal(0, true), goal(2, false)]);
    let bins = Keep::Histograms(vec![Bins {
        figure: 0,
        edges: (0..=50).map(|i| 0.02 * f64::from(i)).collect(),
    }]);
    for (keep, most) in [(best, 0.02), (front, 0.2), (bins, 0.1)] {
        let rank = Rank {
            bounds: Vec::new(),
            keep,
        };
        let mut kernel = engine.system(&plan).unwrap();
        kernel.select(&plan, &whole(&plan), &rank).unwrap();
        let share = kernel.decided() as f64 / 20_000.0;
        eprintln!("{:?}: {share} decided in f64", rank.keep);
        assert!(share < most, "{share} of {:?}", rank.keep);
    }
}

#[test]
fn a_failing_sieve_loses_nothing() {
    if adapter::open(None, Mapping::Word, WHAT).is_none() {
        return;
    }
    let space = "\"system.Intermediate.reduction_ratio\" = { from = 30, to = 900, points = 20 }
\"system.Intermediate.skill\" = { from = 0, to = 2, points = 60 }\n";
    let plan = plan_of(space, "cms_pu200.xlsx", "");
    let rank = Rank {
        bounds: Vec::new(),
        keep: Keep::Feasible,
    };
    let open = || -> trigscape::Result<Box<dyn Engine>> {
        let options = |adapter: Option<&str>| GpuOptions {
            adapter: adapter.map(str::to_owned),
            limits: Some(GpuLimits {
                buffer_bytes: 4 << 20,
                binding_bytes: 4 << 20,
                points: 100,
                ..GpuLimits::SMALLEST
            }),
            fails_after: Some(5),
            ..GpuOptions::default()
        };
        let opened = GpuEngine::open(options(None));
        let opened = opened.or_else(|_| GpuEngine::open(options(Some("llvmpipe"))));
        Ok(Box::new(opened.unwrap()))
    };
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let own = told.clone();
    let tell = move |line: &str| own.lock().unwrap().push(line.to_owned());
    let engine = ChosenEngine::new(EngineChoice::Gpu, Box::new(open), Box::new(tell)).unwrap();
    let expected = select(&CpuEngine, &plan, &whole(&plan), &rank);
    assert_eq!(
        bits(&select(&engine, &plan, &whole(&plan), &rank)),
        bits(&expected)
    );
    let told = told.lock().unwrap();
    assert!(told.iter().any(|l| l.contains("asked to fail")), "{told:?}");
    assert!(engine.info().detail.contains("the rest on the CPU"));
}
