//! The checked system: a tree of nodes, every node after its inputs, the root last.

use super::classifier::ClassifierKind;
use super::complexity::{Cubic, WallTimes};
use super::field::{Field, FieldValues};
use super::presets::ScoreSource;
use crate::error::{Fault, Place, Result};
use crate::study::{Address, LinkBytes, Part, Setting, SettingValue, quoted};

/// A trigger system at the study's own values.
#[derive(Debug, Clone)]
pub struct System {
    /// Every node after its inputs; the root last.
    pub nodes: Vec<Node>,
    pub year: f64,
    pub link_bytes: LinkBytes,
    pub interpolation: Option<Interpolation>,
    /// Wall-time tables, by node.
    pub wall_times: Vec<(usize, WallTimes)>,
    pub scores: ScoreSource,
    /// Workbook and complexities, for captions.
    pub base: String,
}

/// A detector or a processor.
#[derive(Debug, Clone)]
pub struct Node {
    pub name: String,
    pub detector: bool,
    pub classifier: ClassifierKind,
    pub output: Option<usize>,
    pub inputs: Vec<usize>,
    pub values: FieldValues,
    pub complexity: Cubic,
    pub name_place: Place,
    pub classifier_place: Place,
    pub reduction_place: Place,
}

impl Node {
    pub fn value(&self, field: Field) -> f64 {
        self.values[field as usize]
    }

    fn has(&self, field: Field) -> bool {
        if self.detector {
            field.of_detectors()
        } else {
            field.of_processors()
        }
    }
}

/// Values that move linearly between two workbooks along one knob.
#[derive(Debug, Clone)]
pub struct Interpolation {
    pub knob: String,
    pub from: f64,
    pub to: f64,
    pub at: f64,
    /// Slots that differ between the workbooks and are set by nothing else: slot, value at `from`
    /// and at `to`.
    pub ends: Vec<(usize, f64, f64)>,
}

impl Interpolation {
    /// Value = offset + slope * knob.
    pub fn line(&self, low: f64, high: f64) -> (f64, f64) {
        let slope = (high - low) / (self.to - self.from);
        (low - slope * self.from, slope)
    }
}

/// A number that can vary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knob {
    Field { node: usize, field: Field },
    Year,
    Interpolation,
}

impl System {
    /// Slot of the year; the fields of node n are at n * `Field::COUNT`.
    pub fn year_slot(&self) -> usize {
        self.nodes.len() * Field::COUNT
    }

    pub fn slot(node: usize, field: Field) -> usize {
        node * Field::COUNT + field as usize
    }

    /// Every number of the system, by slot.
    pub fn slots(&self) -> Vec<f64> {
        let mut slots: Vec<f64> = self.nodes.iter().flat_map(|n| n.values).collect();
        slots.push(self.year);
        slots
    }

    fn set_slot(&mut self, slot: usize, value: f64) {
        if slot == self.year_slot() {
            self.year = value;
        } else {
            self.nodes[slot / Field::COUNT].values[slot % Field::COUNT] = value;
        }
    }

    pub fn node_index(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|n| n.name == name)
    }

    /// The knobs at an address; at least one.
    ///
    /// # Errors
    /// A fault at `place`, with the nearest name, where the address matches nothing.
    pub fn knobs(&self, address: &Address, place: &Place) -> Result<Vec<Knob>> {
        let fault = |message: String| Fault::new(place.clone(), message);
        match address.parts.as_slice() {
            [Part::Name(head), ..] if head != "system" => {
                Err(fault(format!("unknown knob `{address}`"))
                    .hint("knobs of this study begin with `system.`")
                    .into())
            }
            [_, Part::Name(own)] if own == "year" => Ok(vec![Knob::Year]),
            [_, Part::Name(own)] if self.interpolation.as_ref().is_some_and(|i| i.knob == *own) => {
                Ok(vec![Knob::Interpolation])
            }
            [_, Part::Name(own)] if own == "workbook" => Err(fault(
                "the workbook cannot be an axis: each needs a plan of its own".into(),
            )
            .hint("write one study per workbook, or [system.interpolate] between two")
            .into()),
            [_, node, Part::Name(field)] => self.field_knobs(address, node, field, place),
            [_, Part::Name(own)] => {
                let between = self.interpolation.as_ref().map(|i| i.knob.as_str());
                let names = ["year"]
                    .into_iter()
                    .chain(between)
                    .chain(self.nodes.iter().map(|n| n.name.as_str()));
                Err(fault(format!("unknown knob `{address}`"))
                    .hint("a knob is system.<node>.<number>, for example system.Intermediate.skill")
                    .nearest(own, names)
                    .into())
            }
            _ => Err(fault(format!("unknown knob `{address}`"))
                .hint("a knob is system.<node>.<number>, for example system.Intermediate.skill")
                .into()),
        }
    }

    fn field_knobs(
        &self,
        address: &Address,
        node: &Part,
        field: &str,
        place: &Place,
    ) -> Result<Vec<Knob>> {
        let fault = |message: String| Fault::new(place.clone(), message);
        let Some(field) = Field::from_name(field) else {
            let known = Field::ALL.map(Field::name);
            return Err(
                fault(format!("unknown knob `{address}`: nodes have no `{field}`"))
                    .hint(format!("nodes have {}", known.join(", ")))
                    .nearest(field, known)
                    .into(),
            );
        };
        let matching: Vec<usize> = (0..self.nodes.len())
            .filter(|&n| node.matches(&self.nodes[n].name))
            .collect();
        if let (Part::Name(name), true) = (node, matching.is_empty()) {
            let names: Vec<&str> = self.nodes.iter().map(|n| n.name.as_str()).collect();
            return Err(fault(format!(
                "unknown knob `{address}`: the system has no node `{name}`"
            ))
            .hint(format!("its nodes are {}", names.join(", ")))
            .nearest(name, names.iter().copied())
            .into());
        }
        let knobs: Vec<Knob> = matching
            .into_iter()
            .filter(|&n| self.nodes[n].has(field))
            .map(|node| Knob::Field { node, field })
            .collect();
        if knobs.is_empty() {
            let kind = if field == Field::SampleRateHz {
                "detectors"
            } else {
                "processors"
            };
            return Err(fault(format!(
                "unknown knob `{address}`: only {kind} have `{}`",
                field.name()
            ))
            .into());
        }
        Ok(knobs)
    }

    /// The canonical address of a knob.
    pub fn address(&self, knob: Knob) -> String {
        match knob {
            Knob::Field { node, field } => {
                Address::of_node(&self.nodes[node].name, field.name()).to_string()
            }
            Knob::Year => "system.year".to_owned(),
            Knob::Interpolation => {
                let knob = self.interpolation.as_ref().map_or("", |i| i.knob.as_str());
                format!("system.{}", quoted(knob))
            }
        }
    }

    pub fn value(&self, knob: Knob) -> f64 {
        match knob {
            Knob::Field { node, field } => self.nodes[node].value(field),
            Knob::Year => self.year,
            Knob::Interpolation => self.interpolation.as_ref().map_or(f64::NAN, |i| i.at),
        }
    }

    pub fn unit(&self, knob: Knob) -> &'static str {
        match knob {
            Knob::Field { field, .. } => field.unit(),
            Knob::Year | Knob::Interpolation => "1",
        }
    }

    /// What is wrong with a value of a knob, if anything.
    pub fn check_value(&self, knob: Knob, value: f64) -> Result<(), String> {
        match knob {
            Knob::Field { field, .. } => field.check(value),
            Knob::Year if (1900.0..=2200.0).contains(&value) => Ok(()),
            Knob::Year => Err(format!(
                "`year` must lie between 1900 and 2200, found {value}"
            )),
            Knob::Interpolation => match &self.interpolation {
                Some(i) if !(i.from.min(i.to)..=i.from.max(i.to)).contains(&value) => Err(format!(
                    "`{}` must lie between {} and {}, found {value}",
                    i.knob, i.from, i.to
                )),
                _ => Ok(()),
            },
        }
    }

    /// Sets knobs as a study's `[set]` or the command line asks.
    pub fn apply(&mut self, setting: &Setting) -> Result<()> {
        let fault = |message: String| Fault::new(setting.place.clone(), message);
        if let [_, node, Part::Name(last)] = setting.address.parts.as_slice()
            && last == "classifier"
        {
            return self.set_classifier(setting, node);
        }
        let knobs = self.knobs(&setting.address, &setting.place)?;
        let SettingValue::Number(value) = setting.value else {
            return Err(fault(format!("`{}` takes a number", setting.address)).into());
        };
        for knob in knobs {
            self.check_value(knob, value).map_err(&fault)?;
            match knob {
                Knob::Field { node, field } => {
                    self.nodes[node].values[field as usize] = value;
                    if field == Field::ReductionRatio {
                        self.nodes[node].reduction_place = setting.place.clone();
                    }
                    self.release(Self::slot(node, field));
                }
                Knob::Year => {
                    self.year = value;
                    self.release(self.year_slot());
                }
                Knob::Interpolation => self.interpolate(value),
            }
        }
        Ok(())
    }

    fn set_classifier(&mut self, setting: &Setting, node: &Part) -> Result<()> {
        let fault = |message: String| Fault::new(setting.place.clone(), message);
        let SettingValue::Text(name) = &setting.value else {
            return Err(fault("a classifier is named by a text".into()).into());
        };
        let Some(kind) = ClassifierKind::from_name(name) else {
            let known = ClassifierKind::ALL.map(ClassifierKind::name);
            return Err(fault(format!("unknown classifier `{name}`"))
                .hint(format!("classifiers are {}", known.join(", ")))
                .nearest(name, known)
                .into());
        };
        let named = Address {
            parts: setting.address.parts[..2]
                .iter()
                .cloned()
                .chain([Part::Name("reduction_ratio".into())])
                .collect(),
        };
        self.knobs(&named, &setting.place)?;
        for n in self
            .nodes
            .iter_mut()
            .filter(|n| !n.detector && node.matches(&n.name))
        {
            n.classifier = kind;
            n.classifier_place = setting.place.clone();
            // A score boost starts at 0; only a Gaussian's mean is a column of the workbook.
            if kind != ClassifierKind::Gaussian {
                n.values[Field::Skill as usize] = 0.0;
            }
        }
        Ok(())
    }

    /// Takes a slot out of the interpolation: something else decides its value.
    pub fn release(&mut self, slot: usize) {
        if let Some(i) = &mut self.interpolation {
            i.ends.retain(|(s, _, _)| *s != slot);
        }
    }

    pub(super) fn interpolate(&mut self, at: f64) {
        let Some(mut i) = self.interpolation.take() else {
            return;
        };
        i.at = at;
        for &(slot, low, high) in &i.ends {
            let (offset, slope) = i.line(low, high);
            self.set_slot(slot, offset + slope * at);
        }
        self.interpolation = Some(i);
    }
}
