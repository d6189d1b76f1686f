//! From the axes of a study to the numbers of its system and the levels of its menu that they move.

use super::menu_axes::{self, PathKnob};
use super::{Axis, Binding, MAX_LINK_INPUTS, Space, Values};
use crate::error::{Fault, Place, Result};
use crate::study::{AxisSpec, AxisValues, Expression, MenuSettings, Part};
use crate::system::{ClassifierKind, Field, Knob, System, graph};
use std::collections::HashMap;

/// Combinations of a link's inputs that are checked one by one.
const MAX_LINK_COMBINATIONS: usize = 10_000_000;

impl Space {
    /// Binds axes to the knobs of the system and of the menu.
    ///
    /// # Errors
    /// An unknown knob, a knob with two axes, a value that a knob cannot take at some point.
    pub fn resolve(
        specs: &[AxisSpec],
        system: Option<&System>,
        menu: Option<&MenuSettings>,
    ) -> Result<Self> {
        let mut builder = Builder {
            system,
            menu,
            spec: 0,
            axes: Vec::new(),
            places: Vec::new(),
            owners: HashMap::new(),
        };
        for (index, spec) in specs.iter().enumerate() {
            builder.spec = index;
            let is_of_menu = spec.address.parts.first() == Some(&Part::Name("menu".to_owned()));
            match (menu, system) {
                (Some(menu), _) if is_of_menu => {
                    let knobs = menu.knobs(&spec.address, &spec.place)?;
                    builder.add_all(spec, &knobs, |b, knobs| b.add_menu(spec, menu, knobs))?;
                }
                (_, Some(system)) => {
                    let knobs = builder.knobs(system, spec)?;
                    builder.add_all(spec, &knobs, |b, knobs| b.add(spec, system, knobs))?;
                }
                (_, None) => {
                    let message = format!("`{}` is no knob of this study", spec.address);
                    let has = if menu.is_some() {
                        "no [system]"
                    } else {
                        "neither [system] nor [menu]"
                    };
                    return Err(Fault::new(spec.place.clone(), message)
                        .hint(format!("the study has {has}"))
                        .into());
                }
            }
        }
        if let Some(system) = system {
            builder.bind_interpolation(system);
        }
        builder.link()?;
        if let Some(system) = system {
            builder.check_rules(system)?;
        }
        builder.finish()
    }
}

/// What an axis moves.
enum Knobs {
    System(Vec<Knob>),
    Menu(Vec<PathKnob>),
}

/// What has at most one axis.
#[derive(PartialEq, Eq, Hash)]
enum Owned {
    Slot(usize),
    Path(PathKnob),
}

struct Builder<'s> {
    system: Option<&'s System>,
    menu: Option<&'s MenuSettings>,
    /// The axis of the study that is being bound.
    spec: usize,
    axes: Vec<(Axis, Knobs)>,
    places: Vec<Place>,
    /// Which axis moves it.
    owners: HashMap<Owned, usize>,
}

impl Builder<'_> {
    /// One axis for each knob, or for all together where they are tied.
    fn add_all<K: Copy>(
        &mut self,
        spec: &AxisSpec,
        knobs: &[K],
        mut add: impl FnMut(&mut Self, &[K]) -> Result<()>,
    ) -> Result<()> {
        if spec.tie {
            return add(self, knobs);
        }
        knobs.iter().try_for_each(|knob| add(self, &[*knob]))
    }

    fn knobs(&self, system: &System, spec: &AxisSpec) -> Result<Vec<Knob>> {
        let mut knobs = system.knobs(&spec.address, &spec.place)?;
        let has_effect = |knob: &Knob| match knob {
            Knob::Field {
                node,
                field: Field::Skill | Field::ReductionRatio,
            } => system.nodes[*node].classifier != ClassifierKind::Dummy,
            Knob::Field {
                node,
                field: Field::Scale,
            } => system.nodes[*node].classifier == ClassifierKind::Gaussian,
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

    fn add(&mut self, spec: &AxisSpec, system: &System, knobs: &[Knob]) -> Result<()> {
        let mut bindings = Vec::new();
        for &knob in knobs {
            let slot = match knob {
                Knob::Field { node, field } => System::slot(node, field),
                Knob::Year => system.year_slot(),
                // Its slots are known when every other axis is.
                Knob::Interpolation => usize::MAX,
            };
            self.own(Owned::Slot(slot), spec, &system.address(knob))?;
            if slot != usize::MAX {
                bindings.push(Binding::direct(slot));
            }
        }
        let name = match knobs {
            [one] => system.address(*one),
            _ => spec.address.to_string(),
        };
        let unit = system.unit(knobs[0]);
        self.push(spec, name, unit, bindings, Knobs::System(knobs.to_vec()))
    }

    fn add_menu(&mut self, spec: &AxisSpec, menu: &MenuSettings, knobs: &[PathKnob]) -> Result<()> {
        for &(path, knob) in knobs {
            let address = menu.knob_address(path, knob);
            self.own(Owned::Path((path, knob)), spec, &address)?;
        }
        let name = match knobs {
            [(path, knob)] => menu.knob_address(*path, *knob),
            _ => spec.address.to_string(),
        };
        let unit = menu_axes::unit(menu, knobs[0]);
        self.push(spec, name, unit, Vec::new(), Knobs::Menu(knobs.to_vec()))
    }

    fn own(&mut self, owned: Owned, spec: &AxisSpec, address: &str) -> Result<()> {
        match self.owners.insert(owned, self.axes.len()) {
            None => Ok(()),
            Some(_) => {
                let message = format!("`{address}` is moved by two axes");
                Err(Fault::new(spec.place.clone(), message).into())
            }
        }
    }

    fn push(
        &mut self,
        spec: &AxisSpec,
        name: String,
        unit: &'static str,
        bindings: Vec<Binding>,
        knobs: Knobs,
    ) -> Result<()> {
        let values = match &spec.values {
            AxisValues::Listed(values) => {
                for &value in values {
                    self.check_value(&knobs, value)
                        .map_err(|message| Fault::new(spec.place.clone(), message))?;
                }
                if let Knobs::Menu(knobs) = &knobs {
                    menu_axes::refuse_twins(knobs, values, &spec.place)?;
                }
                Values::Free(values.clone())
            }
            AxisValues::Linked { formula, text } => Values::Linked {
                formula: formula.clone(),
                text: text.clone(),
                inputs: Vec::new(),
            },
        };
        let axis = Axis {
            name,
            unit,
            values,
            bindings,
            menu: Vec::new(),
            spec: self.spec,
        };
        self.axes.push((axis, knobs));
        self.places.push(spec.place.clone());
        Ok(())
    }

    fn check_value(&self, knobs: &Knobs, value: f64) -> Result<(), String> {
        match (knobs, self.system, self.menu) {
            (Knobs::System(knobs), Some(system), _) => {
                for &knob in knobs {
                    system.check_value(knob, value)?;
                    let is_scale = matches!(
                        knob,
                        Knob::Field {
                            field: Field::Scale,
                            ..
                        }
                    );
                    if value == 0.0 && is_scale {
                        return Err("on an axis, `scale` must be above 0".to_owned());
                    }
                }
            }
            (Knobs::Menu(knobs), _, Some(menu)) => {
                for &(_, knob) in knobs {
                    menu.check_knob_value(knob, value)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The interpolation moves every slot that nothing else sets.
    fn bind_interpolation(&mut self, system: &System) {
        let Some(&owner) = self.owners.get(&Owned::Slot(usize::MAX)) else {
            return;
        };
        let Some(interpolation) = &system.interpolation else {
            return;
        };
        for &(slot, low, high) in &interpolation.ends {
            if !self.owners.contains_key(&Owned::Slot(slot)) {
                let (offset, slope) = interpolation.line(low, high);
                self.axes[owner].0.bindings.push(Binding {
                    slot,
                    offset,
                    slope,
                });
                self.owners.insert(Owned::Slot(slot), owner);
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
            self.linked_values(i, &formula.clone(), &found)?;
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

    /// The values that a formula gives, each checked.
    fn linked_values(
        &self,
        axis: usize,
        formula: &Expression,
        inputs: &[usize],
    ) -> Result<Vec<f64>> {
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
        let mut values = Vec::new();
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
            if matches!(self.axes[axis].1, Knobs::Menu(_)) {
                values.push(value);
            }
        }
        Ok(values)
    }

    /// Binds the axes of the menu, whose levels are known when formulas are.
    fn finish(self) -> Result<Space> {
        let mut path_axes = Vec::new();
        let mut axes = Vec::with_capacity(self.axes.len());
        for (i, (axis, knobs)) in self.axes.iter().enumerate() {
            let mut axis = axis.clone();
            if let Knobs::Menu(knobs) = knobs {
                let values = match &axis.values {
                    Values::Free(values) => values.clone(),
                    Values::Linked {
                        formula, inputs, ..
                    } => self.linked_values(i, formula, inputs)?,
                };
                axis.menu =
                    menu_axes::bind(&axis, knobs, &values, &mut path_axes, &self.places[i])?;
            }
            axes.push(axis);
        }
        Ok(Space { axes, path_axes })
    }

    /// Rules that must hold at every point, not only at the study's own values.
    fn check_rules(&self, system: &System) -> Result<()> {
        let trunk = graph::on_trunk(&system.nodes);
        for (n, node) in system.nodes.iter().enumerate() {
            let ratio_slot = Owned::Slot(System::slot(n, Field::ReductionRatio));
            let scale_slot = Owned::Slot(System::slot(n, Field::Scale));
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
        self.check_sample_rates(system)
    }

    fn check_sample_rates(&self, system: &System) -> Result<()> {
        let detectors = (0..system.nodes.len()).filter(|&n| system.nodes[n].detector);
        let owners: Vec<Option<&usize>> = detectors
            .map(|n| {
                self.owners
                    .get(&Owned::Slot(System::slot(n, Field::SampleRateHz)))
            })
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
