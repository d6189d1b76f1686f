//! Every engine's sums of a menu: points, paths and moves tell the same.

use super::engines;
use trigscape::engine::{Ask, EngineError, Outcome, Points};
use trigscape::plan::compile;
use trigscape::study::Study;

const STUDY: &str = "name = \"asks\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 4000, seed = 3 }
[[events.sample]]
name = \"signal\"
kind = \"signal\"
synthetic = { process = \"hh_4b\", events = 2000, seed = 4 }
[[menu.path]]
name = \"Mu\"
legs = [{ object = \"muon\", pt = 5 }]
[[menu.path]]
name = \"Jets\"
legs = [{ object = \"jet\", pt = 40 }, { object = \"jet\", pt = 30 }]
prescale = 3
[[menu.path]]
name = \"HT\"
legs = [{ scalar = \"ht\", min = 100 }]
[space]
\"menu.Mu.pt\" = { values = [3, 5, 8] }
\"menu.Jets.leg1.pt\" = { values = [35, 45, 60] }
\"menu.Jets.leg2.pt\" = { values = [30, 40, 50] }
\"menu.HT.prescale\" = { levels = [0, 1, 2.5] }
";

#[test]
fn points_paths_and_moves_tell_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("asks.toml");
    std::fs::write(&path, STUDY).unwrap();
    let study = Study::load(&path, &[]).unwrap();
    let compiled = compile(&study).unwrap().read_events(&study).unwrap();
    let plan = compiled.plan.clone();
    let menu = plan.menu.as_ref().unwrap();
    let rows = &menu.events.rows;
    let (classes, paths) = (rows.classes.len(), menu.paths());
    let points = plan.space.points().unwrap() as usize;
    let range = Points::Range {
        first: 0,
        count: points as u32,
    };
    for engine in engines() {
        let mut loaded = engine.load(plan.clone()).unwrap();
        let mut ask = |ask| match loaded.run(&range, ask) {
            Err(EngineError::Unsupported { .. }) => None,
            outcome => Some(outcome.unwrap()),
        };
        let Some(Outcome::Sums(totals)) = ask(Ask::Totals) else {
            panic!("every engine sums menus");
        };
        let total = |point: usize| &totals[point * classes..(point + 1) * classes];
        assert!(total(0).iter().any(|sum| *sum > 0));
        if let Some(Outcome::PathSums(sums)) = ask(Ask::PerPath) {
            for point in 0..points {
                // HT is the last axis, and off at every third point: what it adds is the difference.
                let off = point - point % 3;
                for class in 0..classes {
                    let pure = sums.pure[(point * paths + 2) * classes + class];
                    let lost = total(point)[class] - total(off)[class];
                    assert!(pure.abs_diff(lost) <= lost >> 20, "{pure} {lost}");
                    let passing = sums.passing[(point * paths + 2) * classes + class];
                    assert!(passing + 1 >= pure, "{passing} {pure}");
                }
            }
        }
        if let Some(Outcome::Moves(moves)) = ask(Ask::Moves) {
            // Points are numbered ((mu * 3 + leg 1) * 3 + leg 2) * 3 + prescale of HT.
            for (point, around) in moves.iter().enumerate() {
                let own = [point / 27, point / 9 % 3, point / 3 % 3, point % 3];
                for (ladder, stride) in [(0, 27), (1, 9), (2, 3)] {
                    for level in 0..3 {
                        let there = point + level * stride - own[ladder] * stride;
                        let share = [1.0, 1.0 / 3.0, 1.0 / 3.0][ladder];
                        let after = around.after(rows, ladder, level as u8, share);
                        for (a, b) in after.iter().zip(total(there)) {
                            assert!(a.abs_diff(*b) <= (*b >> 20) + 1, "{a} {b}");
                        }
                    }
                }
            }
        }
    }
}
