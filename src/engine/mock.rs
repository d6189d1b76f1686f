//! An engine for tests of what lies above engines: figures are a simple function of the point, and a
//! failure can be placed at any point.

use super::{Ask, Engine, EngineError, EngineInfo, Loaded, Outcome, Points, Selected, Selection};
use crate::plan::{Plan, Rank};
use std::sync::Arc;

/// Figure f of a point is the sum of its coordinates plus f.
#[derive(Debug, Clone, Default)]
pub struct MockEngine {
    /// Index of a point at which every run fails.
    pub fails_at: Option<u64>,
}

impl Engine for MockEngine {
    fn info(&self) -> EngineInfo {
        EngineInfo {
            name: "mock".into(),
            detail: "sums of coordinates".into(),
            threads: 1,
        }
    }

    fn load(&self, plan: Arc<Plan>) -> Result<Box<dyn Loaded>, EngineError> {
        Ok(Box::new(Mock {
            plan,
            fails_at: self.fails_at,
        }))
    }
}

struct Mock {
    plan: Arc<Plan>,
    fails_at: Option<u64>,
}

impl Loaded for Mock {
    fn run(&mut self, points: &Points, ask: Ask) -> Result<Outcome, EngineError> {
        if !matches!(ask, Ask::Figures | Ask::Select(_)) {
            return Err(EngineError::Unsupported {
                engine: "mock".into(),
                why: "it knows no events".into(),
            });
        }
        let axes = self.plan.space.axes.len();
        let mut columns = vec![Vec::new(); axes + self.plan.figures.len()];
        let mut coordinates = vec![0.0; axes];
        for i in 0..points.len() {
            match points {
                Points::Range { first, .. } => {
                    let index = first + i as u64;
                    if self.fails_at == Some(index) {
                        let why = format!("asked to fail at point {index}");
                        return Err(EngineError::Failed {
                            engine: "mock".into(),
                            why,
                        });
                    }
                    self.plan.space.coordinates(index, &mut coordinates);
                }
                Points::Listed(list) => coordinates.copy_from_slice(&list[i]),
            }
            let sum: f64 = coordinates.iter().sum();
            for (c, column) in columns.iter_mut().enumerate() {
                column.push(if c < axes {
                    coordinates[c]
                } else {
                    sum + (c - axes) as f64
                });
            }
        }
        Ok(match ask {
            Ask::Select(rank) => {
                let first = match points {
                    Points::Range { first, .. } => *first,
                    Points::Listed(_) => 0,
                };
                let part = Selected::of(first, &columns, axes, &rank);
                let mut selection =
                    Selection::new(axes, self.plan.figures.len(), Rank::clone(&rank));
                selection.take(part);
                Outcome::Selected(selection.finish())
            }
            _ => Outcome::Figures(columns),
        })
    }
}
