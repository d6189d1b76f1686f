//! The bridge: a menu in place of a stage's classifier (MODEL.md section 3).

use super::SystemPlan;
use crate::error::{Fault, Result};
use crate::space::Space;
use crate::study::{BridgeSettings, quoted};
use crate::system::{Field, System};

/// Which stage the menu replaces.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bridge {
    /// Position in the pipeline.
    pub stage: usize,
    /// Share of the crossings that are relevant; none: as many as the reduction ratios leave room for.
    pub positives_share: Option<f64>,
    /// What the menu accepts at the study's own values, where no points of it are evaluated.
    pub own: Option<Acceptance>,
}

/// What a menu accepts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Acceptance {
    /// The background's rate.
    pub background_khz: f64,
    /// Mean efficiency of the signals.
    pub efficiency: f64,
}

impl Bridge {
    /// Finds the stage.
    ///
    /// # Errors
    /// A [`Fault`] where the study names no stage, one that a stage before it feeds, or moves what the
    /// menu decides.
    pub fn resolve(
        settings: &BridgeSettings,
        system: &System,
        plan: &SystemPlan,
        space: &Space,
    ) -> Result<Self> {
        let name = &settings.stage.value;
        let fault = |message: String| Fault::new(settings.stage.place.clone(), message);
        let name_of = |k: usize| system.nodes[plan.stages[k].node].name.as_str();
        let stages = 0..plan.stages.len();
        let Some(stage) = stages.clone().find(|&k| name_of(k) == name) else {
            let names: Vec<&str> = stages.map(name_of).collect();
            return Err(fault(format!("the system has no stage `{name}`"))
                .hint(format!(
                    "stages are the processors with a classifier: {}",
                    names.join(", ")
                ))
                .nearest(name, names.iter().copied())
                .into());
        };
        let moved = |k: usize, field: Field| {
            let slot = System::slot(plan.stages[k].node, field);
            let moves = |b: &crate::space::Binding| b.slot == slot;
            space.axes.iter().find(|a| a.bindings.iter().any(moves))
        };
        for field in [Field::ReductionRatio, Field::Skill] {
            if let Some(axis) = moved(stage, field) {
                return Err(fault(format!(
                    "`{}` cannot be an axis: the menu decides what `{name}` accepts",
                    axis.name
                ))
                .hint("make thresholds or prescales of the menu the axes")
                .into());
            }
        }
        let active = |k: &usize| {
            let ratio = system.nodes[plan.stages[*k].node].value(Field::ReductionRatio);
            ratio != 1.0 || moved(*k, Field::ReductionRatio).is_some()
        };
        if let Some(before) = (0..stage).find(active) {
            return Err(fault(format!(
                "the stage `{}` comes before `{name}`: the menu's rate is that of all crossings",
                name_of(before)
            ))
            .hint(format!(
                "bridge the first active stage, or set system.{}.reduction_ratio = 1",
                quoted(name_of(before))
            ))
            .into());
        }
        Ok(Self {
            stage,
            positives_share: settings.positives_share.as_ref().map(|p| p.value),
            own: None,
        })
    }
}
