//! Properties over random systems, and the walker against a naive reference.

mod bounds;
mod confidence;
mod coverage;
mod menu_rows;
mod menus;
mod naive;
mod optimum;
mod random_system;

use naive::Naive;
use proptest::prelude::*;
use random_system::{any_system, published_scores};
use std::sync::Arc;
use trigscape::engine::cpu::Walker;
use trigscape::merit::{Contingency, Figure};
use trigscape::plan::{Plan, SystemPlan};
use trigscape::space::{Axis, Binding, Space, Values};
use trigscape::system::{Field, System};

/// A plan of a system with nothing to vary.
fn plan_of(system: &System) -> Arc<Plan> {
    let figures = vec![Figure::LatencyS(0)];
    Arc::new(Plan::of_system(system, Space::default(), figures))
}

fn walked<T>(system: &System, read: impl FnOnce(&Walker) -> T) -> T {
    let plan = plan_of(system);
    let mut walker = Walker::new(&plan, plan.system.as_ref().unwrap());
    walker.move_to(&[], None);
    read(&walker)
}

fn figure(system: &System, figure: Figure) -> f64 {
    walked(system, |w| w.figure(figure))
}

/// Equal within `relative`, or both below what rounding of `whole` leaves.
fn same(a: f64, b: f64, relative: f64, whole: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs()) + 1e-13 * whole
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_engine_agrees_with_a_naive_reference(system in any_system()) {
        let naive = Naive::of(&system);
        walked(&system, |walker| {
            for (n, m) in naive.message_bytes.iter().enumerate() {
                prop_assert!(same(walker.figure(Figure::MessageBytes(n)), *m, 1e-12, 0.0));
                prop_assert!(same(walker.figure(Figure::LatencyS(n)), naive.latency_s[n], 1e-12, 0.0));
            }
            prop_assert!(same(walker.figure(Figure::OpPowerW), naive.op_power_w, 1e-9, 0.0));
            prop_assert!(same(walker.figure(Figure::LinkPowerW), naive.link_power_w, 1e-9, 0.0));
            let (a, b) = (walker.total(), naive.total);
            // A threshold found by bisection is good to 1e-15 of a steep tail's exponent.
            prop_assert!(same(a.accepted_positive_hz, b.accepted_positive_hz, 1e-7, naive.input_hz), "{a:?} {b:?}");
            prop_assert!(same(a.rejected_positive_hz, b.rejected_positive_hz, 1e-7, naive.input_hz), "{a:?} {b:?}");
            prop_assert!(same(a.accepted_negative_hz, b.accepted_negative_hz, 1e-7, naive.input_hz), "{a:?} {b:?}");
            prop_assert!(same(walker.figure(Figure::F1), b.f1(), 1e-6, 1.0));
            Ok(())
        })?;
    }

    #[test]
    fn rejected_and_accepted_make_up_the_input_of_every_classifier(system in any_system()) {
        walked(&system, |walker| {
            let mut input: Option<Contingency> = None;
            let input_hz = system.nodes[0].value(Field::SampleRateHz);
            for stage in walker.stages() {
                let r = stage.rates;
                let (negative, positive) = (
                    r.rejected_negative_hz + r.accepted_negative_hz,
                    r.rejected_positive_hz + r.accepted_positive_hz,
                );
                match input {
                    None => prop_assert!(same(negative + positive, input_hz, 1e-14, 0.0)),
                    Some(before) => {
                        prop_assert!(same(negative, before.accepted_negative_hz, 1e-12, 0.0));
                        prop_assert!(same(positive, before.accepted_positive_hz, 1e-12, 0.0));
                    }
                }
                for cell in [r.rejected_negative_hz, r.rejected_positive_hz, r.accepted_negative_hz, r.accepted_positive_hz] {
                    prop_assert!(cell >= -1e-9 * input_hz, "{r:?}");
                }
                input = Some(r);
            }
            let t = walker.total();
            let sum = t.rejected_negative_hz + t.rejected_positive_hz + t.accepted_hz();
            prop_assert!(same(sum, input_hz, 1e-12, 0.0));
            prop_assert!(same(t.precision(), t.recall(), 1e-8, 0.0));
            Ok(())
        })?;
    }

    #[test]
    fn power_never_falls_with_any_data_size(system in any_system(), node in any::<prop::sample::Index>(), more in 0.0..1e7f64) {
        let before = figure(&system, Figure::ScaledPowerW);
        let mut larger = system.clone();
        let n = node.index(larger.nodes.len());
        larger.nodes[n].values[Field::DataBytes as usize] += more;
        let after = figure(&larger, Figure::ScaledPowerW);
        prop_assert!(after >= before * (1.0 - 1e-13), "{before} {after}");
    }

    #[test]
    fn f1_never_falls_with_skill(system in any_system(), stage in any::<prop::sample::Index>(), more in 0.0..3.0f64) {
        let stages = SystemPlan::of(&system).stages;
        if stages.is_empty() {
            return Ok(());
        }
        let before = figure(&system, Figure::F1);
        let mut better = system.clone();
        better.nodes[stages[stage.index(stages.len())].node].values[Field::Skill as usize] += more;
        let after = figure(&better, Figure::F1);
        prop_assert!(after >= before - 1e-12, "{before} {after}");
    }

    #[test]
    fn walking_gives_the_same_bits_as_starting_anew(ratios in prop::collection::vec(1.0..1e4f64, 2..20)) {
        let mut system = published_scores();
        let l1 = system.node_index("Intermediate").unwrap();
        let bindings = vec![Binding::direct(System::slot(l1, Field::ReductionRatio))];
        let axis = Axis::of_system("x".into(), "1", Values::Free(vec![]), bindings);
        let space = Space { axes: vec![axis], ..Space::default() };
        let plan = Plan::of_system(&system, space, vec![Figure::F1]);
        let mut walker = Walker::new(&plan, plan.system.as_ref().unwrap());
        for ratio in ratios {
            walker.move_to(&[ratio], None);
            system.nodes[l1].values[Field::ReductionRatio as usize] = ratio;
            for f in [Figure::F1, Figure::ScaledPowerW, Figure::Threshold(0), Figure::Threshold(1)] {
                prop_assert_eq!(walker.figure(f).to_bits(), figure(&system, f).to_bits());
            }
        }
    }
}
