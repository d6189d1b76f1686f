//! Identities of the model that no rounding may break.

use super::{compiled, engines, run};
use trigscape::engine::Points;

#[test]
fn precision_recall_and_f1_are_one_over_the_whole_sweep() {
    let study = compiled("cms_phase2", &[]);
    let axes = study.plan.space.axes.len();
    let column = |name: &str| axes + study.figures.iter().position(|f| f.name == name).unwrap();
    for engine in engines() {
        let points = Points::Range {
            first: 0,
            count: 101 * 101,
        };
        let rows = run(engine.as_ref(), study.plan.clone(), points);
        let [precision, recall, f1] = ["precision", "recall", "f1"].map(|n| &rows[column(n)]);
        for i in 0..rows[0].len() {
            assert!((precision[i] / f1[i] - 1.0).abs() < 1e-9, "point {i}");
            assert!((recall[i] / f1[i] - 1.0).abs() < 1e-9, "point {i}");
        }
    }
}

#[test]
fn a_range_of_points_equals_the_same_points_listed() {
    let study = compiled("cms_phase2", &[]);
    let mut list = Vec::new();
    for index in [0u64, 1, 100, 101, 5000, 10200] {
        let mut point = vec![0.0; 2];
        study.plan.space.coordinates(index, &mut point);
        list.push(point);
    }
    for engine in engines() {
        let listed = run(
            engine.as_ref(),
            study.plan.clone(),
            Points::Listed(list.clone()),
        );
        let all = run(
            engine.as_ref(),
            study.plan.clone(),
            Points::Range {
                first: 0,
                count: 10201,
            },
        );
        for (row, index) in [0usize, 1, 100, 101, 5000, 10200].into_iter().enumerate() {
            for (a, b) in listed.iter().zip(&all) {
                assert_eq!(a[row].to_bits(), b[index].to_bits());
            }
        }
    }
}
