//! A study in one of its prescale columns, or in all.

use super::column_settings::ColumnSettings;
use super::raw::RawStudy;
use super::{Located, Study};
use crate::error::{Fault, Result};

impl Study {
    /// The same study in one of its columns: with the column's events, weights and budget.
    ///
    /// # Errors
    /// A [`Fault`] where `name` stands: there is no such column.
    pub fn in_column(&self, name: &Located<String>) -> Result<Self> {
        let mut study = Self::read(self.source.clone(), self.overrides.clone(), Some(name))?;
        if let Some(seed) = self.seed_override {
            study.set_seed(seed);
        }
        Ok(study)
    }

    /// Whether its menu has several prescale columns, and it is in none of them: then it has no one rate.
    pub fn has_open_columns(&self) -> bool {
        self.column.is_none() && !self.columns.is_empty()
    }

    /// The study itself, where it has no columns or is in one.
    ///
    /// # Errors
    /// A [`Fault`] that asks for one.
    pub fn in_one_column(self) -> Result<Self> {
        match (self.columns.first(), self.column) {
            (Some(first), None) => {
                let names = self.columns.iter().map(|c| format!("`{}`", c.name.value));
                let names: Vec<String> = names.collect();
                let message = format!(
                    "the menu has {} prescale columns: {}",
                    names.len(),
                    names.join(", ")
                );
                Err(Fault::new(first.name.place.clone(), message)
                    .hint(format!(
                        "ask for one: --column {0}, or column = \"{0}\" at the top of the study; \
                         [optimize] takes them all",
                        first.name.value
                    ))
                    .into())
            }
            _ => Ok(self),
        }
    }

    /// The column that the study is in.
    pub fn column(&self) -> Option<&ColumnSettings> {
        self.column.map(|own| &self.columns[own])
    }

    pub(super) fn add_columns(
        &mut self,
        raw: &RawStudy,
        asked: Option<&Located<String>>,
    ) -> Result<()> {
        let columns = raw.menu.as_ref().map_or(&[][..], |menu| &menu.column);
        if let (Some(column), Some(system)) = (columns.first(), &raw.system) {
            return Err(self
                .source
                .fault(
                    system.span(),
                    "columns are of a menu alone, and the study has a system",
                )
                .hint(format!(
                    "leave out [system] and [bridge], or the column `{}`",
                    column.get_ref().name.get_ref()
                ))
                .into());
        }
        self.columns = ColumnSettings::check_all(&self.source, columns, self.events.as_ref())?;
        let own = raw
            .column
            .as_ref()
            .map(|name| Located::of(&self.source, name, name.get_ref().trim().to_owned()));
        let Some(asked) = asked.or(own.as_ref()) else {
            return Ok(());
        };
        let found = ColumnSettings::find(&self.columns, asked)?;
        self.column = Some(found);
        if let Some(events) = &mut self.events {
            self.columns[found].apply(events, &mut self.budgets);
        }
        Ok(())
    }
}
