//! A study: TOML as written (`raw`), checked once into settings that cannot be wrong.

mod address;
mod as_run;
mod ascending;
mod axis;
mod bridge_settings;
mod budget_settings;
mod column_settings;
mod columns;
mod cross_section;
mod diagnostics;
mod events_settings;
mod expression;
mod inputs;
mod keep_settings;
mod level;
mod menu_changes;
mod menu_knobs;
mod menu_settings;
mod optimize_settings;
mod pattern;
mod pileup_weights;
mod precision;
mod prescale_table;
mod raw;
mod raw_diagnostics;
mod raw_events;
mod raw_menu;
mod relocated;
mod scan_settings;
mod setting;
mod source;
mod system_settings;
mod target_settings;
mod turn_on_settings;

pub use address::{Address, Part, is_bare, quoted};
pub use ascending::round_step;
pub use axis::{AxisSpec, AxisValues};
pub use bridge_settings::BridgeSettings;
pub use budget_settings::BudgetSettings;
pub use column_settings::ColumnSettings;
pub use cross_section::CrossSection;
pub use events_settings::{
    BUNCHES, EventsSettings, FilePattern, Normalisation, ObjectSettings, Origin, REVOLUTION_HZ,
    SampleKind, SampleSettings, ScalarSettings, SyntheticOrigin,
};
pub use expression::{Expression, SyntaxError};
pub use inputs::{InputFile, Inputs, hex_sha256};
pub use keep_settings::{BinSettings, GoalSettings, KeepSettings};
pub use level::{MAX_LEVELS, rounded_level};
pub use menu_changes::{MenuChanges, PrescaleChange, TextChange, ThresholdChange};
pub use menu_knobs::{MenuKnob, ThresholdKnob};
pub use menu_settings::{
    LegSettings, MAX_LEGS, MenuSettings, NanRule, PathSettings, check_prescale,
};
pub use optimize_settings::{ObjectiveSettings, OptimizeSettings, SolverKind};
pub use pattern::matches_pattern;
pub use pileup_weights::PileupWeights;
pub use precision::Precision;
pub use prescale_table::{AppliedPrescales, PrescaleTable, prescale_csv};
pub use relocated::relocated;
pub use scan_settings::{RateOf, ScanRate, ScanSettings};
pub use setting::{Setting, SettingValue, parse_override};
pub use source::Source;
pub use system_settings::{
    ComplexityKind, ComplexitySetting, Edge, HltPositive, InterpolateSettings, L1tRate, LinkBytes,
    Located, SystemSettings,
};
pub use target_settings::TargetSettings;
pub use turn_on_settings::{ReferenceSettings, TurnOnSettings};

use crate::error::{Fault, Place, Result};
use keep_settings::usual_goals;
use raw::{OpenTable, RawMark, RawScenario, RawStudy};
use setting::check_settings;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// A checked study. Knobs are still addresses: which of them exist, the system knows.
#[derive(Debug, Clone)]
pub struct Study {
    pub name: String,
    pub seed: u64,
    pub source: Source,
    system: Option<SystemSettings>,
    events: Option<EventsSettings>,
    menu: Option<MenuSettings>,
    /// The menu in place of a stage's classifier; the study then has both.
    pub bridge: Option<BridgeSettings>,
    /// Values that differ from the workbook's, `[set]` first, then the command line's.
    pub set: Vec<Setting>,
    /// Values of the menu's knobs that are set already: the menu has them.
    pub menu_set: Vec<Setting>,
    /// The command line's values alone.
    pub overrides: Vec<Setting>,
    seed_override: Option<u32>,
    pub axes: Vec<AxisSpec>,
    /// Patterns of figure names for the results table; none: the totals.
    pub figures: Option<Vec<Located<String>>>,
    /// Which points of the design are left in the results.
    pub keep: KeepSettings,
    pub precision: Precision,
    /// What decides which points are feasible.
    pub budgets: Vec<BudgetSettings>,
    /// Prescale columns.
    pub columns: Vec<ColumnSettings>,
    /// The column whose events, weights and budget these are; none: none.
    column: Option<usize>,
    /// What is to be optimised; none: nothing.
    pub optimize: Option<OptimizeSettings>,
    pub marks: Vec<MarkSpec>,
    pub scenarios: Vec<ScenarioSpec>,
    /// Thresholds of the menu that are moved one at a time.
    pub scans: Vec<ScanSettings>,
    pub turn_ons: Vec<TurnOnSettings>,
    /// What the menu's figures are compared with; none: nothing.
    pub targets: Option<TargetSettings>,
}

/// A point to show on the landscape: another study's values, or this one's with a few changed.
#[derive(Debug, Clone)]
pub struct MarkSpec {
    pub name: String,
    pub study: Option<PathBuf>,
    pub set: Vec<Setting>,
    pub place: Place,
}

/// A named list of changes of the menu, to be compared with the study's own values.
#[derive(Debug, Clone)]
pub struct ScenarioSpec {
    pub name: String,
    pub set: Vec<Setting>,
}

impl Study {
    /// Reads and checks a study; `overrides` are `KNOB=VALUE` as the command line gives them.
    ///
    /// # Errors
    /// A [`Fault`] that points at the line and column, or at the option.
    pub fn load(path: &Path, overrides: &[String]) -> Result<Self> {
        let overrides = overrides.iter().map(|text| parse_override(text));
        Self::read(Source::read(path)?, overrides.collect::<Result<_>>()?, None)
    }

    fn read(
        source: Source,
        overrides: Vec<Setting>,
        column: Option<&Located<String>>,
    ) -> Result<Self> {
        let raw: RawStudy = toml::from_str(&source.text).map_err(|e| toml_fault(&source, &e))?;
        let mut study = Self::check(source, raw, column)?;
        for setting in overrides {
            study.overrides.push(setting.clone());
            study.apply(setting)?;
        }
        Ok(study)
    }

    /// The trigger system.
    ///
    /// # Errors
    /// A [`Fault`] where the study is about events alone.
    pub fn system(&self) -> Result<&SystemSettings> {
        self.system.as_ref().ok_or_else(|| {
            Fault::in_file(&self.source.path, "the study has no [system]")
                .hint("[system] names the workbook: workbook = \"../data/systems/cms_pu200.xlsx\"")
                .into()
        })
    }

    /// The same, to be changed.
    pub fn system_mut(&mut self) -> Option<&mut SystemSettings> {
        self.system.as_mut()
    }

    /// The samples of events.
    ///
    /// # Errors
    /// A [`Fault`] where the study is about a system alone.
    pub fn events(&self) -> Result<&EventsSettings> {
        self.events.as_ref().ok_or_else(|| {
            Fault::in_file(&self.source.path, "the study has no [events]")
                .hint("[[events.sample]] names a sample: name = \"minbias\", kind = \"background\", files = [\"minbias.parquet\"]")
                .into()
        })
    }

    /// The menu of paths.
    ///
    /// # Errors
    /// A [`Fault`] where the study has none.
    pub fn menu(&self) -> Result<&MenuSettings> {
        self.menu.as_ref().ok_or_else(|| {
            Fault::in_file(&self.source.path, "the study has no [menu]")
                .hint("[[menu.path]] has a name and legs = [{ object = \"muon\", pt = 22.0 }]")
                .into()
        })
    }

    /// Whether the study has a menu.
    pub fn has_menu(&self) -> bool {
        self.menu.is_some()
    }

    /// Whether the study has a trigger system.
    pub fn has_system(&self) -> bool {
        self.system.is_some()
    }

    /// Replaces the study's seed.
    pub fn set_seed(&mut self, seed: u32) {
        self.seed = u64::from(seed);
        self.seed_override = Some(seed);
    }

    /// The study with changes of its menu.
    ///
    /// # Errors
    /// A [`Fault`] at a setting that is no knob of the menu.
    pub fn with_changes(&self, changes: &[Setting]) -> Result<Self> {
        let mut changed = self.clone();
        for setting in changes {
            if !is_of_menu(&setting.address) {
                return Err(no_menu_knob(setting));
            }
            changed.apply(setting.clone())?;
        }
        Ok(changed)
    }

    /// Sets a knob of the menu, or notes one of the system.
    ///
    /// # Errors
    /// A [`Fault`] at a setting that is no knob of the menu.
    pub fn apply(&mut self, setting: Setting) -> Result<()> {
        if let Some(menu) = self.menu.as_mut().filter(|_| is_of_menu(&setting.address)) {
            menu.set(&setting)?;
            self.menu_set.push(setting);
            return Ok(());
        }
        match (&setting.value, &mut self.system) {
            (SettingValue::Text(path), Some(system))
                if setting.address.to_string() == "system.workbook" =>
            {
                // From the command line, paths start at the current folder.
                system.workbook = Located {
                    value: PathBuf::from(path),
                    place: setting.place.clone(),
                };
            }
            _ => self.set.push(setting),
        }
        Ok(())
    }

    fn check(source: Source, raw: RawStudy, column: Option<&Located<String>>) -> Result<Self> {
        let name = raw.name.get_ref().trim().to_owned();
        if !is_name(&name) {
            return Err(source
                .fault(
                    raw.name.span(),
                    format!("`{name}` cannot be a study's name"),
                )
                .hint("names hold letters, digits, blanks and _ + -")
                .into());
        }
        let seed = match &raw.seed {
            None => 0,
            Some(seed) => u64::try_from(*seed.get_ref())
                .map_err(|_| source.fault(seed.span(), "a seed is 0 or more"))?,
        };
        let system = raw
            .system
            .as_ref()
            .map(|system| SystemSettings::check(&source, system))
            .transpose()?;
        let events = raw
            .events
            .as_ref()
            .map(|events| EventsSettings::check(&source, events))
            .transpose()?;
        let mut menu = raw
            .menu
            .as_ref()
            .map(|menu| MenuSettings::check(&source, menu))
            .transpose()?;
        let bridge = raw
            .bridge
            .as_ref()
            .map(|bridge| BridgeSettings::check(&source, bridge))
            .transpose()?;
        let mut set = check_settings(&source, &raw.set)?;
        let mut menu_set = Vec::new();
        if let Some(menu) = &mut menu {
            (menu_set, set) = set.into_iter().partition(|s| is_of_menu(&s.address));
            for setting in &menu_set {
                menu.set(setting)?;
            }
        }
        if let Some(design) = &raw.explore.design
            && design.get_ref() != "grid"
        {
            return Err(source
                .fault(
                    design.span(),
                    format!("unknown design `{}`", design.get_ref()),
                )
                .hint("this version explores grids: design = \"grid\"")
                .into());
        }
        let mut axes = Vec::new();
        for (key, axis) in in_order(&raw.space) {
            axes.push(AxisSpec::check(&source, key, axis)?);
        }
        let figures = raw.explore.figures.as_ref().map(|list| {
            list.get_ref()
                .iter()
                .map(|f| Located::of(&source, f, f.get_ref().clone()))
                .collect::<Vec<_>>()
        });
        if let (Some(list), Some(raw)) = (&figures, &raw.explore.figures)
            && list.is_empty()
        {
            return Err(source.fault(raw.span(), "no figure is asked for").into());
        }
        let mut marks: Vec<MarkSpec> = Vec::new();
        for mark in &raw.mark {
            let spec = check_mark(&source, mark)?;
            if marks.iter().any(|m| m.name == spec.name) {
                return Err(
                    Fault::new(spec.place, format!("two marks are named `{}`", spec.name)).into(),
                );
            }
            marks.push(spec);
        }
        let mut study = Self {
            name,
            seed,
            system,
            events,
            menu,
            bridge,
            set,
            menu_set,
            overrides: Vec::new(),
            seed_override: None,
            axes,
            figures,
            keep: KeepSettings::All,
            precision: Precision::default(),
            budgets: Vec::new(),
            columns: Vec::new(),
            column: None,
            optimize: None,
            marks,
            scenarios: Vec::new(),
            scans: Vec::new(),
            turn_ons: Vec::new(),
            targets: None,
            source,
        };
        if let Some(bridge) = &study.bridge {
            study.check_bridge(bridge)?;
        }
        for raw in &raw.scenario {
            study.add_scenario(raw)?;
        }
        study.add_diagnostics(&raw)?;
        study.add_columns(&raw, column)?;
        study.add_optimize(&raw)?;
        study.add_keep(&raw)?;
        Ok(study)
    }

    fn add_optimize(&mut self, raw: &RawStudy) -> Result<()> {
        for budget in &raw.optimize.budget {
            self.budgets
                .push(BudgetSettings::check(&self.source, budget)?);
        }
        BudgetSettings::refuse_contradictions(&self.budgets)?;
        self.optimize = OptimizeSettings::check(&self.source, &raw.optimize)?;
        if let Some(optimize) = &self.optimize {
            let paths = self.menu.iter().flat_map(|menu| &menu.paths);
            let paths: Vec<&str> = paths.map(|path| path.name.value.as_str()).collect();
            optimize.refuse_monotone(&paths, !self.columns.is_empty())?;
        }
        let validation = self.optimize.as_ref().map_or(0.0, |o| o.validation);
        let asked = self.budgets.iter().find_map(|b| b.confidence.as_ref());
        match asked.filter(|_| validation == 0.0) {
            None => Ok(()),
            Some(confidence) => Err(Fault::new(
                confidence.place.clone(),
                "a confidence needs events that the search does not see",
            )
            .hint("[optimize] validation = 0.3 keeps 30 % of them from it")
            .into()),
        }
    }

    fn add_keep(&mut self, raw: &RawStudy) -> Result<()> {
        if let Some(precision) = &raw.explore.precision {
            self.precision = Precision::check(&self.source, precision, self.has_menu())?;
        }
        let Some(keep) = &raw.explore.keep else {
            return Ok(());
        };
        self.keep = KeepSettings::check(&self.source, keep)?;
        match &self.keep {
            KeepSettings::Feasible if self.budgets.is_empty() && self.columns.is_empty() => {
                Err(self
                    .source
                    .fault(keep.span(), "no budget says what is feasible")
                    .hint("[[optimize.budget]] figure = \"scaled_power_w\", max = 1e6")
                    .into())
            }
            KeepSettings::Pareto(goals) if goals.is_empty() => {
                let has = |kind| {
                    let samples = self.events.iter().flat_map(|e| &e.samples);
                    samples.into_iter().any(|s| s.kind == kind)
                };
                let of_menu =
                    self.has_menu() && has(SampleKind::Background) && has(SampleKind::Signal);
                let goals = usual_goals(&self.source, keep, self.has_system(), of_menu)?;
                self.keep = KeepSettings::Pareto(goals);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A bridge leads from a menu on events to a system.
    fn check_bridge(&self, bridge: &BridgeSettings) -> Result<()> {
        let fault = |message: &str| Fault::new(bridge.stage.place.clone(), message);
        let both = "[bridge] needs [system], [events] and [menu]";
        if self.system.is_none() || self.menu.is_none() {
            return Err(fault(both).into());
        }
        let samples = &self.events()?.samples;
        let has = |kind| samples.iter().any(|s| s.kind == kind);
        if !has(SampleKind::Background) || !has(SampleKind::Signal) {
            return Err(fault("[bridge] needs a background sample and a signal sample")
                .hint("the stage's acceptance of negatives is the menu's rate, that of positives its mean efficiency")
                .into());
        }
        Ok(())
    }

    fn add_scenario(&mut self, raw: &Spanned<RawScenario>) -> Result<()> {
        let source = &self.source;
        let name = raw.get_ref().name.get_ref().trim().to_owned();
        let place = raw.get_ref().name.span();
        if !is_name(&name) {
            return Err(source
                .fault(place, format!("`{name}` cannot be a scenario's name"))
                .hint("names hold letters, digits, blanks and _ + -")
                .into());
        }
        if self.scenarios.iter().any(|s| s.name == name) {
            let message = format!("two scenarios are named `{name}`");
            return Err(source.fault(place, message).into());
        }
        let set = check_settings(source, &raw.get_ref().set)?;
        if set.is_empty() {
            return Err(source
                .fault(place, format!("the scenario `{name}` changes nothing"))
                .hint("set = { \"menu.SingleMu22.pt\" = 24 }")
                .into());
        }
        self.menu()?;
        self.with_changes(&set)?;
        self.scenarios.push(ScenarioSpec { name, set });
        Ok(())
    }
}

fn is_of_menu(address: &Address) -> bool {
    address.parts.first() == Some(&Part::Name("menu".to_owned()))
}

fn no_menu_knob(setting: &Setting) -> crate::Error {
    let message = format!("`{}` is no knob of the menu", setting.address);
    Fault::new(setting.place.clone(), message)
        .hint("menus are compared: knobs of a menu begin with `menu.`")
        .into()
}

fn check_mark(source: &Source, mark: &Spanned<RawMark>) -> Result<MarkSpec> {
    let raw = mark.get_ref();
    let name = raw.name.get_ref().trim().to_owned();
    if !is_name(&name) {
        return Err(source
            .fault(raw.name.span(), format!("`{name}` cannot be a mark's name"))
            .hint("names hold letters, digits, blanks and _ + -")
            .into());
    }
    Ok(MarkSpec {
        name,
        study: raw
            .study
            .as_ref()
            .map(|s| source.folder().join(s.get_ref())),
        set: check_settings(source, &raw.set)?,
        place: source.place(raw.name.span()),
    })
}

/// Names of studies, nodes, marks: what addresses and file names can hold.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '+' | '-'))
}

/// The entries of an open table as the file has them.
pub(crate) fn in_order<T>(table: &OpenTable<T>) -> Vec<(&Spanned<String>, &T)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn toml_fault(source: &Source, error: &toml::de::Error) -> Fault {
    let message = error.message().to_owned();
    if message.contains("recursion limit") || message.contains("recursion depth") {
        let place = match error.span() {
            Some(span) if span.start > 0 => source.place(span),
            // The parser does not always say where it gave up.
            _ => Place::File(source.path.clone()),
        };
        return Fault::new(place, "tables or arrays are nested too deeply")
            .hint("a study needs no more than three levels");
    }
    let span = error.span().unwrap_or(0..0);
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let hint = match names.split_first() {
        Some((wrong, known)) if message.starts_with("unknown field") => {
            let nearest = crate::error::nearest_name(wrong, known.iter().copied());
            let nearest = nearest.map(|name| format!("did you mean `{name}`?"));
            let address = (known.contains(&"equals") || *wrong == "system")
                .then(|| "an address is one quoted key: \"system.Intermediate.skill\"".to_owned());
            match (nearest, address) {
                (Some(nearest), Some(address)) => Some(format!("{nearest} Or: {address}")),
                (nearest, address) => nearest.or(address),
            }
        }
        _ => None,
    };
    let mut fault = source.fault(span, message);
    fault.hint = hint;
    fault
}
