//! How a figure answers to each knob: derivatives and elasticities (MODEL.md section 2).

use super::point::evaluate;
use crate::engine::Engine;
use crate::error::{Fault, Result};
use crate::merit::Named;
use crate::plan::Compiled;
use crate::space::{Axis, Binding, Space, Values};
use crate::system::{ClassifierKind, Field, Knob, System};

/// Size of the finite differences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepSize {
    /// Relative to the knob's value; absolute where that is 0, and for the year, whose zero means
    /// nothing.
    pub relative: f64,
}

impl Default for StepSize {
    /// Far above the rounding of the figures, far below the scale on which they bend.
    fn default() -> Self {
        Self { relative: 1e-3 }
    }
}

/// What one knob does to the figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    pub knob: String,
    pub unit: &'static str,
    pub value: f64,
    pub step: f64,
    /// d figure / d knob.
    pub derivative: f64,
    /// Numerical error of the derivative: its change when the step is halved.
    pub error: f64,
    /// d ln figure / d ln knob; none where the figure or the knob is 0, and for the year.
    pub elasticity: Option<f64>,
}

/// One knob, or several that can only move together.
struct Moved {
    name: String,
    knobs: Vec<Knob>,
}

/// Derivatives of `figure` with respect to the knobs at `addresses` (all that matter, if none is
/// given) of the plan's `system` at the study's own values, as `(value of the figure, one entry a knob)`.
///
/// Central differences; one-sided of second order at a bound.
pub fn sensitivities(
    compiled: &Compiled,
    system: &System,
    engine: &dyn Engine,
    figure: &Named,
    addresses: &[String],
    step: StepSize,
) -> Result<(f64, Vec<Sensitivity>)> {
    let moved = if addresses.is_empty() {
        every_knob(system)
    } else {
        named_knobs(system, addresses)?
    };
    let space = Space {
        axes: moved.iter().map(|m| axis_of(system, m)).collect(),
        ..Space::default()
    };
    let own: Vec<f64> = moved.iter().map(|m| system.value(m.knobs[0])).collect();
    let stencils: Vec<Stencil> = moved
        .iter()
        .zip(&own)
        .map(|(m, &x)| Stencil::choose(system, m, x, step.relative))
        .collect();
    let mut points = vec![own.clone()];
    for (k, stencil) in stencils.iter().enumerate() {
        for offset in stencil.offsets() {
            let mut point = own.clone();
            point[k] += offset;
            points.push(point);
        }
    }
    let plan = compiled.with_space(space);
    let column = plan.figures.iter().position(|f| *f == figure.figure);
    let rows = evaluate(engine, plan, points)?;
    let values = column.map_or(&[][..], |c| rows[c].as_slice());
    let base = values[0];
    let mut result = Vec::with_capacity(moved.len());
    for (k, (m, stencil)) in moved.iter().zip(&stencils).enumerate() {
        let f = &values[1 + 4 * k..5 + 4 * k];
        let (coarse, fine) = stencil.derivatives(base, f);
        let meaningful = own[k] != 0.0 && base != 0.0 && m.knobs[0] != Knob::Year;
        result.push(Sensitivity {
            knob: m.name.clone(),
            unit: system.unit(m.knobs[0]),
            value: own[k],
            step: stencil.h,
            derivative: fine,
            error: (fine - coarse).abs(),
            elasticity: meaningful.then_some(fine * own[k] / base),
        });
    }
    Ok((base, result))
}

/// Where a figure is evaluated around a knob's value.
struct Stencil {
    h: f64,
    /// 0 for central differences, else the only side that is allowed.
    side: f64,
}

impl Stencil {
    fn choose(system: &System, moved: &Moved, x: f64, relative: f64) -> Self {
        let h = if x == 0.0 || moved.knobs[0] == Knob::Year {
            relative
        } else {
            relative * x.abs()
        };
        let allowed = |x: f64| {
            moved
                .knobs
                .iter()
                .all(|&k| system.check_value(k, x).is_ok())
        };
        let side = if !allowed(x - h) {
            1.0
        } else if !allowed(x + h) {
            -1.0
        } else {
            0.0
        };
        Self { h, side }
    }

    /// Steps of the coarse difference, then of the fine one.
    fn offsets(&self) -> [f64; 4] {
        let h = self.h;
        if self.side == 0.0 {
            [h, -h, 0.5 * h, -0.5 * h]
        } else {
            [h, 0.5 * h, 0.5 * h, 0.25 * h].map(|o| self.side * o)
        }
    }

    fn derivatives(&self, base: f64, f: &[f64]) -> (f64, f64) {
        let h = self.h;
        if self.side == 0.0 {
            ((f[0] - f[1]) / (2.0 * h), (f[2] - f[3]) / h)
        } else {
            // (-3 f(0) + 4 f(h/2) - f(h)) / h, exact for parabolas.
            let one_sided =
                |far: f64, near: f64, h: f64| self.side * (4.0 * near - far - 3.0 * base) / h;
            (one_sided(f[0], f[1], h), one_sided(f[2], f[3], 0.5 * h))
        }
    }
}

fn axis_of(system: &System, moved: &Moved) -> Axis {
    let mut bindings = Vec::new();
    for &knob in &moved.knobs {
        match knob {
            Knob::Field { node, field } => {
                bindings.push(Binding::direct(System::slot(node, field)))
            }
            Knob::Year => bindings.push(Binding::direct(system.year_slot())),
            Knob::Interpolation => {
                if let Some(i) = &system.interpolation {
                    bindings.extend(i.ends.iter().map(|&(slot, low, high)| {
                        let (offset, slope) = i.line(low, high);
                        Binding {
                            slot,
                            offset,
                            slope,
                        }
                    }));
                }
            }
        }
    }
    let unit = system.unit(moved.knobs[0]);
    Axis::of_system(moved.name.clone(), unit, Values::Free(Vec::new()), bindings)
}

/// Detectors share one sample rate: their knobs move together.
fn sample_rates(system: &System) -> Moved {
    let knobs = (0..system.nodes.len())
        .filter(|&n| system.nodes[n].detector)
        .map(|node| Knob::Field {
            node,
            field: Field::SampleRateHz,
        })
        .collect();
    Moved {
        name: "system.*.sample_rate_hz".to_owned(),
        knobs,
    }
}

fn every_knob(system: &System) -> Vec<Moved> {
    let mut moved = vec![sample_rates(system)];
    for (node, own) in system.nodes.iter().enumerate() {
        for field in Field::ALL {
            let knob = Knob::Field { node, field };
            let active =
                own.classifier != ClassifierKind::Dummy && own.value(Field::ReductionRatio) != 1.0;
            let matters = match field {
                Field::SampleRateHz => false,
                Field::ReductionRatio | Field::Skill => active,
                Field::Scale => active && own.classifier == ClassifierKind::Gaussian,
                _ => true,
            };
            if matters {
                moved.push(Moved {
                    name: system.address(knob),
                    knobs: vec![knob],
                });
            }
        }
    }
    moved.push(Moved {
        name: system.address(Knob::Year),
        knobs: vec![Knob::Year],
    });
    if system.interpolation.is_some() {
        moved.push(Moved {
            name: system.address(Knob::Interpolation),
            knobs: vec![Knob::Interpolation],
        });
    }
    moved
}

fn named_knobs(system: &System, addresses: &[String]) -> Result<Vec<Moved>> {
    let mut moved: Vec<Moved> = Vec::new();
    for text in addresses {
        let place = crate::Place::Option(format!("--knob {text}"));
        let address =
            crate::study::Address::parse(text).map_err(|m| Fault::new(place.clone(), m))?;
        for knob in system.knobs(&address, &place)? {
            let one = match knob {
                Knob::Field {
                    field: Field::SampleRateHz,
                    ..
                } => sample_rates(system),
                Knob::Field {
                    node,
                    field: Field::ReductionRatio,
                } if system.nodes[node].value(Field::ReductionRatio) == 1.0 => {
                    if address.has_wildcard() {
                        continue;
                    }
                    let message = format!(
                        "`{}` is 1: an inactive classifier has no derivative",
                        system.address(knob)
                    );
                    return Err(Fault::new(place, message).into());
                }
                _ => Moved {
                    name: system.address(knob),
                    knobs: vec![knob],
                },
            };
            if moved.iter().all(|m| m.name != one.name) {
                moved.push(one);
            }
        }
    }
    Ok(moved)
}
