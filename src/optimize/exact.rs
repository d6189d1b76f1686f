//! Figures of a point in f64 from raw weights: what decides whether it is feasible.

use super::problem::Problem;
use super::session::{Judge, JudgedOn};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::explore::{QuotedFigure, QuotedMenu, figures_at, with_bridge};
use crate::plan::menu::{MenuEvents, Part};
use crate::plan::{Compiled, Configuration, MenuPoints};
use crate::study::Study;
use std::sync::Arc;

/// Quotes points of a study's space.
pub struct Exact<'a> {
    pub study: &'a Study,
    pub compiled: &'a Compiled,
    pub problem: &'a Problem,
    pub engine: &'a dyn Engine,
    /// Of a menu.
    pub menu: Option<MenuAt<'a>>,
}

impl Judge for Exact<'_> {
    fn row_at(&self, on: JudgedOn, point: &[f64]) -> Result<Option<Vec<f64>>> {
        let part = match on {
            JudgedOn::All => Part::All,
            JudgedOn::Search => Part::Search,
        };
        match self.figures(part, point) {
            Ok(figures) => Ok(Some(self.row(&figures))),
            Err(Error::Input(_)) => Ok(None),
            Err(e) => Err(e),
        }
    }
}

/// A menu's events, and how points set it.
pub struct MenuAt<'a> {
    pub events: &'a MenuEvents,
    pub points: Arc<MenuPoints>,
}

impl Exact<'_> {
    /// The configuration of the menu at a point.
    pub fn configuration(&self, point: &[f64]) -> Option<Configuration> {
        let menu = self.menu.as_ref()?;
        let mut at = Configuration::default();
        menu.points
            .configure(&self.compiled.plan.space, point, &mut at);
        Some(at)
    }

    /// The menu at a point, on a part of the events.
    ///
    /// # Errors
    /// Those of [`MenuEvents::quote`].
    pub fn menu(&self, part: Part, point: &[f64]) -> Result<Option<QuotedMenu>> {
        let at = self.configuration(point);
        match (&self.menu, at) {
            (Some(menu), Some(at)) => {
                let quoted = menu.events.quote(part, &at.levels, &at.kept_shares)?;
                Ok(Some(quoted))
            }
            _ => Ok(None),
        }
    }

    /// Every figure at a point, in catalogue order.
    ///
    /// # Errors
    /// Those of quoting; a bridged menu that keeps nothing.
    pub fn figures(&self, part: Part, point: &[f64]) -> Result<Vec<QuotedFigure>> {
        let menu = self.menu(part, point)?;
        let mut figures = Vec::new();
        if self.compiled.system.is_some() {
            let compiled = with_bridge(self.study, self.compiled, menu.as_ref())?;
            figures = figures_at(&compiled, self.engine, point)?;
        }
        figures.extend(menu.iter().flat_map(QuotedMenu::figures));
        Ok(figures)
    }

    /// The problem's columns among figures.
    pub fn row(&self, figures: &[QuotedFigure]) -> Vec<f64> {
        let value = |name: &str| {
            let own = figures.iter().find(|f| f.name == name);
            own.map_or(f64::NAN, |f| f.value)
        };
        self.problem
            .figures
            .iter()
            .map(|f| value(&f.name))
            .collect()
    }
}
