//! Figures of a point in f64 from raw weights: what decides whether it is feasible.

use super::problem::Problem;
use super::session::{Judge, JudgedOn};
use crate::Place;
use crate::engine::{Engine, Point};
use crate::error::{Error, Result};
use crate::explore::{QuotedFigure, QuotedMenu, figures_at, quote, study_figures, with_bridge};
use crate::plan::menu::{MenuEvents, Part};
use crate::plan::{Compiled, Configuration, MenuPoints, compile_beside};
use crate::space::Space;
use crate::study::{Address, Setting, SettingValue, Study};
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

/// The columns of a menu, or the one study without.
pub struct ExactColumns<'a>(pub Vec<Exact<'a>>);

impl Judge for ExactColumns<'_> {
    fn row_at(&self, on: JudgedOn, points: &[Point]) -> Result<Option<Vec<f64>>> {
        let part = match on {
            JudgedOn::All => Part::All,
            JudgedOn::Search => Part::Search,
        };
        self.rows(points, |exact, point| exact.figures(part, point))
    }

    fn quoted_row_at(&self, points: &[Point]) -> Result<Option<Vec<f64>>> {
        self.rows(points, |exact, point| Ok(exact.quote(point)?.figures))
    }
}

impl ExactColumns<'_> {
    fn rows(
        &self,
        points: &[Point],
        figures: impl Fn(&Exact<'_>, &[f64]) -> Result<Vec<QuotedFigure>>,
    ) -> Result<Option<Vec<f64>>> {
        let mut row = Vec::new();
        for (exact, point) in self.0.iter().zip(points) {
            match figures(exact, point) {
                Ok(figures) => row.extend(exact.row(&figures)),
                Err(Error::Input(_)) => return Ok(None),
                Err(e) => return Err(e),
            }
        }
        Ok(Some(row))
    }
}

/// The study with its knobs at a point of its space, as if they had been given with `--set`.
///
/// # Errors
/// A value that a knob does not take.
pub fn study_at(study: &Study, space: &Space, point: &[f64]) -> Result<Study> {
    let mut made = study.clone();
    for (axis, &value) in space.axes.iter().zip(point) {
        let address = Address::parse(&axis.name)
            .map_err(|e| Error::failed(format!("setting {}", axis.name), e))?;
        let setting = Setting {
            address,
            value: SettingValue::Number(value),
            place: Place::Option(format!("--set {}={value}", axis.name)),
        };
        made.overrides.push(setting.clone());
        made.apply(setting)?;
    }
    Ok(made)
}

/// A study at a point, quoted as `evaluate` does.
pub struct Quoted {
    pub study: Study,
    pub figures: Vec<QuotedFigure>,
    pub menu: Option<QuotedMenu>,
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

    /// A point as `evaluate` quotes it, from raw weights and cuts.
    ///
    /// # Errors
    /// Those of quoting.
    pub fn quote(&self, point: &[f64]) -> Result<Quoted> {
        let study = study_at(self.study, &self.compiled.plan.space, point)?;
        let compiled = compile_beside(&study, self.compiled)?;
        let menu = study.has_menu().then(|| quote(&study)).transpose()?;
        let figures = study_figures(&study, &compiled, menu.as_ref(), self.engine)?;
        Ok(Quoted {
            study,
            figures,
            menu,
        })
    }

    /// The same of the study's own values.
    ///
    /// # Errors
    /// Those of quoting.
    pub fn quote_own(&self) -> Result<Quoted> {
        let menu = self.study.has_menu().then(|| quote(self.study));
        let menu = menu.transpose()?;
        // A menu that keeps nothing has no bridged figures; it can be optimised all the same.
        let figures = study_figures(self.study, self.compiled, menu.as_ref(), self.engine);
        let figures = figures.or_else(|e| match &menu {
            Some(menu) => Ok(menu.figures()),
            None => Err(e),
        })?;
        Ok(Quoted {
            study: self.study.clone(),
            figures,
            menu,
        })
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
