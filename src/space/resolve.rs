//! From the axes of a study to the numbers of its system that they move.

use super::{Axis, Binding, MAX_LINK_INPUTS, Space, Values};
use crate::error::{Fault, Place, Result};
use crate::study::{AxisSpec, AxisValues, Expression, Part};
use crate::system::{ClassifierKind, Field, Knob, System, graph};
use std::collections::HashMap;

/// Combinations of a link's inputs that are checked one by one.
const MAX_LINK_COMBINATIONS: usize = 10_000_000;

impl Space {
    /// Binds axes to the system's knobs.
    ///
    /// # Errors
    /// An unknown knob, a knob with two axes, a value that a knob cannot take at some point.
    pub fn resolve(specs: &[AxisSpec], system: &System) -> Result<Self> {
        let mut builder = Builder {
            system,
            axes: Vec::new(),
            places: Vec::new(),
            owners: HashMap::new(),
        };
        for spec in specs {
            let knobs = builder.knobs(spec)?;
            if spec.tie || knobs.len() == 1 {
                builder.add(spec, &knobs)?;
            } else {
                for knob in knobs {
                    builder.add(spec, &[knob])?;
                }
            }
        }
        builder.bind_interpolation();
        builder.link()?;
        builder.check_rules()?;
        Ok(Self {
            axes: builder.axes.into_iter().map(|(axis, _)| axis).collect(),
        })
    }
}

struct Builder<'s> {
    system: &'s System,
    axes: Vec<(Axis, Vec<Knob>)>,
    places: Vec<Place>,
    /// Which axis moves a slot.
    owners: HashMap<usize, usize>,
}

impl Builder<'_> {
    fn knobs(&self, spec: &AxisSpec) -> Result<Vec<Knob>> {
        let mut knobs = self.system.knobs(&spec.address, &spec.place)?;
        let has_effect = |knob: &Knob| match knob {
            Knob::Field {
                node,
                field: Field::Skill | Field::ReductionRatio,
            } => self.system.nodes[*node].classifier != ClassifierKind::Dummy,
            Knob::Field {
                node,
                field: Field::Scale,
            } => self.system.nodes[*node].classifier == ClassifierKind::Gaussian,
            _ => true,
        };
        // A wildcard means the nodes on which the number matters.
        if spec.address.parts.contains(&Part::Any) {
            knobs.retain(has_effect);
        }
        if knobs.is_empty() || !knobs.iter().all(has_effect) {
            let message = format!(
                "`{}` has no effect: no classifier there reads it",
                spec.address
            );
            return Err(Fault::new(spec.place.clone(), message).into());
        }
        Ok(knobs)
    }

    fn add(&mut self, spec: &AxisSpec, knobs: &[Knob]) -> Result<()> {
        let index = self.axes.len();
        let mut bindings = Vec::new();
        for &knob in knobs {
            let slot = match knob {
                Knob::Field { node, field } => System::slot(node, field),
                Knob::Year => self.system.year_slot(),
                // Its slots are known when every other axis is.
                Knob::Interpolation => usize::MAX,
            };
            if self.owners.insert(slot, index).is_some() {
                let message = format!("`{}` is moved by two axes", self.system.address(knob));
                return Err(Fault::new(spec.place.clone(), message).into());
            }
            if slot != usize::MAX {
                bindings.push(Binding::direct(slot));
            }
        }
        let name = match knobs {
            [one] => self.system.address(*one),
            _ => spec.address.to_string(),
        };
        let unit = self.system.unit(knobs[0]);
        let values = match &spec.values {
            AxisValues::Listed(values) => {
                for &value in values {
                    self.check_value(knobs, value)
                        .map_err(|message| Fault::new(spec.place.clone(), message))?;
                }
                Values::Free(values.clone())
            }
            AxisValues::Linked { formula, text } => Values::Linked {
                formula: formula.clone(),
                text: text.clone(),
                inputs: Vec::new(),
            },
        };
        self.axes.push((
            Axis {
                name,
                unit,
                values,
                bindings,
            },
            knobs.to_vec(),
        ));
        self.places.push(spec.place.clone());
        Ok(())
    }

    fn check_value(&self, knobs: &[Knob], value: f64) -> Result<(), String> {
        for &knob in knobs {
            self.system.check_value(knob, value)?;
            if value == 0.0
                && matches!(
                    knob,
                    Knob::Field {
                        field: Field::Scale,
                        ..
                    }
                )
            {
                return Err("on an axis, `scale` must be above 0".to_owned());
            }
        }
        Ok(())
    }

    /// The interpolation moves every slot that nothing else sets.
    fn bind_interpolation(&mut self) {
        let Some(&owner) = self.owners.get(&usize::MAX) else {
            return;
        };
        let Some(interpolation) = &self.system.interpolation else {
            return;
        };
        for &(slot, low, high) in &interpolation.ends {
            if !self.owners.contains_key(&slot) {
                let (offset, slope) = interpolation.line(low, high);
                self.axes[owner].0.bindings.push(Binding {
                    slot,
                    offset,
                    slope,
                });
                self.owners.insert(slot, owner);
            }
        }
    }

    /// Connects formulas to the free axes they read, and checks every value they can give.
    fn link(&mut self) -> Result<()> {
        for i in 0..self.axes.len() {
            let Values::Linked { formula, .. } = &self.axes[i].0.values else {
                continue;
            };
            let found = self.link_inputs(formula, &self.places[i])?;
            self.check_link(i, &formula.clone(), &found)?;
            if let Values::Linked { inputs, .. } = &mut self.axes[i].0.values {
                *inputs = found;
            }
        }
        Ok(())
    }

    fn link_inputs(&self, formula: &Expression, place: &Place) -> Result<Vec<usize>> {
        let fault = |message: String| Fault::new(place.clone(), message);
        if formula.inputs.is_empty() {
            return Err(fault("the formula reads no axis".into())
                .hint("a fixed value belongs into [set]")
                .into());
        }
        if formula.inputs.len() > MAX_LINK_INPUTS {
            return Err(fault(format!("a formula reads at most {MAX_LINK_INPUTS} axes")).into());
        }
        let free: Vec<&str> = self
            .axes
            .iter()
            .filter(|(axis, _)| matches!(axis.values, Values::Free(_)))
            .map(|(axis, _)| axis.name.as_str())
            .collect();
        formula
            .inputs
            .iter()
            .map(|address| {
                let name = address.to_string();
                let found = self
                    .axes
                    .iter()
                    .position(|(a, _)| a.name == name && matches!(a.values, Values::Free(_)));
                found.ok_or_else(|| {
                    fault(format!(
                        "the formula reads `{name}`, which is no free axis of this space"
                    ))
                    .hint(format!("free axes are {}", free.join(", ")))
                    .nearest(&name, free.iter().copied())
                    .into()
                })
            })
            .collect()
    }

    fn check_link(&self, axis: usize, formula: &Expression, inputs: &[usize]) -> Result<()> {
        let place = &self.places[axis];
        let lists: Vec<&[f64]> = inputs
            .iter()
            .map(|&i| match &self.axes[i].0.values {
                Values::Free(values) => values.as_slice(),
                Values::Linked { .. } => &[],
            })
            .collect();
        let combinations = lists
            .iter()
            .try_fold(1usize, |n, list| n.checked_mul(list.len()));
        let Some(combinations) = combinations.filter(|&n| n <= MAX_LINK_COMBINATIONS) else {
            let message = "the formula's axes have too many combinations to check its values";
            return Err(Fault::new(place.clone(), message)
                .hint(format!("at most {MAX_LINK_COMBINATIONS} are possible"))
                .into());
        };
        let mut arguments = vec![0.0; lists.len()];
        for mut rest in 0..combinations {
            for (argument, list) in arguments.iter_mut().zip(&lists) {
                *argument = list[rest % list.len()];
                rest /= list.len();
            }
            let value = formula.evaluate(&arguments);
            let fault = |message| {
                Fault::new(
                    place.clone(),
                    format!("at {arguments:?} of the axes it reads: {message}"),
                )
            };
            self.check_value(&self.axes[axis].1, value).map_err(fault)?;
        }
        Ok(())
    }

    /// Rules that must hold at every point, not only at the study's own values.
    fn check_rules(&self) -> Result<()> {
        let trunk = graph::on_trunk(&self.system.nodes);
        for (n, node) in self.system.nodes.iter().enumerate() {
            let ratio_slot = System::slot(n, Field::ReductionRatio);
            let scale_slot = System::slot(n, Field::Scale);
            let Some(&owner) = self
                .owners
                .get(&ratio_slot)
                .or(self.owners.get(&scale_slot))
            else {
                continue;
            };
            let moved = self.owners.contains_key(&ratio_slot);
            if !moved && node.value(Field::ReductionRatio) == 1.0 {
                continue;
            }
            let mut tested = node.clone();
            tested.reduction_place = self.places[owner].clone();
            tested.classifier_place = self.places[owner].clone();
            if self.owners.contains_key(&scale_slot) {
                // Every value of the axis was found to be above 0.
                tested.values[Field::Scale as usize] = 1.0;
            }
            graph::check_active(&tested, trunk[n])?;
        }
        self.check_sample_rates()
    }

    fn check_sample_rates(&self) -> Result<()> {
        let detectors = (0..self.system.nodes.len()).filter(|&n| self.system.nodes[n].detector);
        let owners: Vec<Option<&usize>> = detectors
            .map(|n| self.owners.get(&System::slot(n, Field::SampleRateHz)))
            .collect();
        let Some(owner) = owners.iter().flatten().next() else {
            return Ok(());
        };
        if owners.iter().all(|o| o == &Some(*owner)) {
            return Ok(());
        }
        Err(Fault::new(
            self.places[**owner].clone(),
            "detectors of unequal sample rate: the axis moves only some of them",
        )
        .hint("\"system.*.sample_rate_hz\" = { ..., tie = true } moves all of them together")
        .into())
    }
}
