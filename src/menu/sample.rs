//! A menu on one sample: its columns exist and have the kinds that the cuts need.

use super::Menu;
use super::critical::EventLevels;
use super::cut::{Cut, Scope, Source};
use super::exact::{FoundNan, Passes};
use super::ladder::Ladders;
use super::path::{Mention, Wanted, index_of};
use super::selection::{Selection, Slot};
use super::turn_on::TurnOn;
use crate::error::{Fault, Result};
use crate::events::{
    Chunk, Description, Kind, Request, Sample, Source as _, object_settings, scalar_column,
};
use crate::study::{EventsSettings, TurnOnSettings};

/// A menu, and the denominator of a sample's efficiencies.
#[derive(Debug)]
pub struct SampleMenu<'a> {
    menu: &'a Menu,
    events: &'a EventsSettings,
    sample: &'a Sample,
    request: Request,
    /// The sample's `where`, on the scalars of the event.
    denominator: Option<Selection>,
}

impl<'a> SampleMenu<'a> {
    /// Looks up every column that the menu and the sample's `where` read.
    ///
    /// # Errors
    /// A [`Fault`] where the study names a field or scalar that the sample has not, or takes for a
    /// bit what holds numbers; in a cut it points at the name.
    pub fn new(menu: &'a Menu, events: &'a EventsSettings, sample: &'a Sample) -> Result<Self> {
        let mut request = menu.request.clone();
        let mut denominator = None;
        for mention in &menu.mentions {
            look_up(mention, events, sample)?;
        }
        if let Some(text) = &sample.settings.condition {
            let cut = Cut::parse(&text.value, Scope::Event).map_err(|e| e.in_study(text))?;
            let mut slots = Vec::new();
            for variable in &cut.variables {
                if let Source::Scalar(name) = &variable.source {
                    let mention = Mention {
                        wanted: Wanted::Scalar(name.clone()),
                        bit: variable.bit,
                        text: text.clone(),
                        span: Some(variable.span.clone()),
                    };
                    look_up(&mention, events, sample)?;
                    slots.push(Slot::Scalar(index_of(&mut request.scalars, name)));
                }
            }
            denominator = Some(Selection::new(cut, slots));
        }
        Ok(Self {
            menu,
            events,
            sample,
            request,
            denominator,
        })
    }

    /// A turn-on on this sample: the request grows by what it reads.
    ///
    /// # Errors
    /// A [`Fault`] where the study names what the sample has not, or a cut is wrong.
    pub fn turn_on(&mut self, settings: &TurnOnSettings) -> Result<TurnOn> {
        let (turn_on, mentions) =
            TurnOn::compile(settings, self.menu, self.events, &mut self.request)?;
        for mention in &mentions {
            look_up(mention, self.events, self.sample)?;
        }
        Ok(turn_on)
    }

    /// What to ask the sample for.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Which paths the events of a chunk of [`SampleMenu::request`] pass.
    ///
    /// # Errors
    /// A [`Fault`] that names sample, column and event of a NaN, unless the menu takes it for a cut
    /// that fails.
    pub fn passes(&self, chunk: &Chunk) -> Result<Passes> {
        self.menu
            .passes(chunk)
            .map_err(|nan| self.nan_fault(&nan, chunk).into())
    }

    /// The critical levels of a chunk's events, as [`Menu::critical_levels`].
    ///
    /// # Errors
    /// As [`SampleMenu::passes`].
    pub fn critical_levels(&self, ladders: &Ladders, chunk: &Chunk) -> Result<EventLevels> {
        self.menu
            .critical_levels(ladders, chunk)
            .map_err(|nan| self.nan_fault(&nan, chunk).into())
    }

    /// How many levels of one path the events of a chunk pass, as [`Menu::path_levels`].
    ///
    /// # Errors
    /// As [`SampleMenu::passes`].
    pub fn path_levels(&self, ladders: &Ladders, path: usize, chunk: &Chunk) -> Result<Vec<u8>> {
        self.menu
            .path_levels(ladders, path, chunk)
            .map_err(|nan| self.nan_fault(&nan, chunk).into())
    }

    /// Which events of a chunk belong to the sample's denominator; none: it has no `where`.
    pub fn denominator(&self, chunk: &Chunk) -> Option<Vec<bool>> {
        let selection = self.denominator.as_ref()?;
        let events = 0..chunk.events();
        Some(events.map(|e| selection.holds(chunk, e, &[])).collect())
    }

    fn nan_fault(&self, nan: &FoundNan, chunk: &Chunk) -> Fault {
        let column = match nan.slot {
            Slot::Field { object, field, .. } => {
                let (name, fields) = &self.request.objects[object];
                let settings = object_settings(self.events, name);
                settings.map_or_else(|_| fields[field].clone(), |s| s.column(&fields[field]))
            }
            Slot::Scalar(scalar) => {
                scalar_column(self.events, &self.request.scalars[scalar]).to_owned()
            }
        };
        let message = format!(
            "the sample `{}` has a NaN in column `{column}`, event {}",
            self.sample.settings.name.value,
            chunk.first + nan.event as u64
        );
        Fault::in_file(&self.sample.source().description().origin, message)
            .hint("[menu] nan = \"fail-cut\" lets the cuts fail that read it")
    }
}

fn look_up(mention: &Mention, events: &EventsSettings, sample: &Sample) -> Result<()> {
    let description = sample.source().description();
    let name = &sample.settings.name.value;
    let (column, message, names) = match &mention.wanted {
        Wanted::Field { object, field } => {
            let settings = object_settings(events, object)?;
            let column = settings.column(field);
            let message = format!(
                "`{object}` has no field `{field}` in the sample `{name}` (column `{column}`)"
            );
            let prefix = format!("{}_", settings.prefix);
            let renamed = settings.renamed.iter().map(|(field, _)| field.clone());
            let names: Vec<String> = renamed.chain(behind(description, &prefix)).collect();
            (column, message, names)
        }
        Wanted::Scalar(scalar) => {
            let column = scalar_column(events, scalar);
            let message = if column == scalar {
                format!("the sample `{name}` has no scalar `{scalar}`")
            } else {
                format!("the sample `{name}` has no scalar `{scalar}` (column `{column}`)")
            };
            let named = events.scalars.iter().map(|s| s.scalar.clone());
            let usual = ["met", "ht"].map(str::to_owned);
            let names = named.chain(behind(description, "")).chain(usual);
            let names: Vec<String> = names.collect();
            (column.to_owned(), message, names)
        }
    };
    let Some(branch) = description.branches.iter().find(|b| b.name == column) else {
        let wrong = match &mention.wanted {
            Wanted::Field { field, .. } => field,
            Wanted::Scalar(scalar) => scalar,
        };
        return Err(mention
            .fault(message)
            .hint("`trigscape events inspect` lists the columns of a file")
            .nearest(wrong, names.iter().map(String::as_str))
            .into());
    };
    if let Some(kind) = branch.content.kind().filter(|kind| *kind != Kind::Bool)
        && mention.bit
    {
        let message =
            format!("column `{column}` of the sample `{name}` holds numbers ({kind}), no bits");
        return Err(mention
            .fault(message)
            .hint("compare it where a condition is expected: x != 0")
            .into());
    }
    Ok(())
}

/// What columns are called behind a prefix.
fn behind(description: &Description, prefix: &str) -> impl Iterator<Item = String> {
    let branches = description.branches.iter();
    branches.filter_map(move |b| b.name.strip_prefix(prefix).map(str::to_owned))
}
