//! Where f32 cannot give the figures of systems to 1e-4, and the device says so.

use crate::menu_case::Dice;
use crate::system_figures::{Compared, compare};
use crate::systems::plan;
use crate::{compiled, run, sampled_study};
use std::sync::Arc;
use trigscape::engine::Points;
use trigscape::engine::cpu::CpuEngine;
use trigscape::merit::Figure;
use trigscape::plan::{Plan, ScoreLaw};
use trigscape::system::Field;
use trigscape::system::scores::ScoreTable;

#[test]
fn gpu_figures_are_doubted_where_terms_cancel() {
    let study = compiled("cms_pileup", &[]);
    let mut own = plan(&study);
    let count = 141;
    let points = Points::Range { first: 0, count };
    let all = run(&CpuEngine, Arc::new(own.clone()), points.clone());
    let system = own.system.as_mut().unwrap();
    let node = system.stages[1].node;
    let bytes = own
        .figures
        .iter()
        .position(|f| *f == Figure::MessageBytes(node));
    // Operations that are 0 at the message of one of the points, and few around it.
    let message = all[1 + bytes.unwrap()][70];
    system.nodes[node].complexity = [0.0, -1.0 / message, 1.0];
    system.slots[node * Field::COUNT + Field::Compression as usize] = 1.0 - 1e-9;
    if let Some(compared) = compare(&own, &points) {
        compared.tell("terms that cancel");
        assert!((1..count as usize / 2).contains(&compared.doubted));
        assert!(compared.rightly > 0);
    }
}

/// Systems whose first stage has steep scores, at points where jumps of both sides meet or nearly do: those
/// of the HLT's scores are where many tie, those of few samples are steep all over.
pub fn at_jumps() -> Vec<(Plan, Points)> {
    let exact = compiled("cms_phase2", &[]);
    let sampled = sampled_study("cms_phase2", 300, 3);
    let tables = [
        exact.system.as_ref().unwrap().scores.hlt(),
        sampled.system.as_ref().unwrap().scores.l1t(),
    ];
    let of_table = |table: Arc<ScoreTable>| {
        let mut own = plan(&exact);
        own.system.as_mut().unwrap().stages[0].law = ScoreLaw::Table(table.clone());
        let jumps = |knots: &[(f64, f64)]| -> Vec<f64> {
            let drop = |w: &[(f64, f64)]| w[1].0 - w[0].0 < 1e-3 && w[0].1 - w[1].1 > 2e-3;
            let steep = knots.windows(2).filter(|w| drop(w));
            steep.map(|w| w[0].0).collect()
        };
        let (negative, positive) = (jumps(table.negative.knots()), jumps(table.positive.knots()));
        let mut dice = Dice::new(6);
        let list = (0..4000).map(|_| {
            let t = negative[dice.below(negative.len())];
            let shift = t - positive[dice.below(positive.len())];
            let near = [0.0, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4][dice.below(6)];
            let ratio = 1.01 * (1e3f64 / 1.01).powf(dice.uniform());
            vec![ratio, shift + near * (dice.uniform() - 0.5)]
        });
        let points = Points::Listed(list.collect());
        (own, points)
    };
    tables.map(of_table).into()
}

#[test]
fn gpu_figures_are_doubted_where_jumps_of_both_sides_meet() {
    let mut all = Compared::default();
    for (plan, points) in at_jumps() {
        let Some(compared) = compare(&plan, &points) else {
            return;
        };
        compared.tell("jumps of both sides");
        all.add(compared);
    }
    assert!(all.rightly > 0);
}
