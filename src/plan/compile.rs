//! From a checked study, its system and its menu to a plan.

use super::menu::{MenuEvents, Part, Split};
use super::{Acceptance, Bridge, MenuPoints, Plan, PlanNode, ScoreLaw, Stage, SystemPlan};
use crate::error::{Error, Fault, Place, Result};
use crate::events::Sample;
use crate::menu::{Ladders, Menu};
use crate::merit::{Figure, MenuFigure, Named, catalogue, menu_catalogue};
use crate::space::{MenuBinding, Space};
use crate::study::{Inputs, LinkBytes, Located, SampleKind, Study, matches_pattern};
use crate::system::{self, ClassifierKind, System, graph};
use std::sync::Arc;

/// A plan, and the names that its numbers have for people.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// Without events: [`Compiled::read_events`] adds them where points of a menu are evaluated.
    pub plan: Arc<Plan>,
    pub system: Option<System>,
    pub menu: Option<CompiledMenu>,
    /// Every figure, in catalogue order.
    pub catalogue: Vec<Named>,
    /// The figures of the plan's rows.
    pub figures: Vec<Named>,
    pub inputs: Inputs,
}

/// A menu, and the levels of its thresholds.
#[derive(Debug, Clone)]
pub struct CompiledMenu {
    pub menu: Menu,
    pub ladders: Ladders,
}

/// Loads what the study names and compiles it; events are not read.
///
/// # Errors
/// A [`Fault`] in the study, or in a file that it names.
pub fn compile(study: &Study) -> Result<Compiled> {
    compile_with(study, None)
}

/// Compiles a study beside another, whose score distributions it shares where they are the same.
///
/// # Errors
/// Those of [`compile`].
pub fn compile_beside(study: &Study, other: &Compiled) -> Result<Compiled> {
    compile_with(study, other.system.as_ref())
}

fn compile_with(study: &Study, beside: Option<&System>) -> Result<Compiled> {
    let mut inputs = Inputs::default();
    let system = if study.has_system() || !study.has_menu() {
        let mut system = system::load(study, &mut inputs)?;
        if let Some(beside) = beside {
            system.scores.share(&beside.scores);
        }
        Some(system)
    } else {
        None
    };
    let mut settings = None;
    if study.has_menu() {
        let own = study.menu()?;
        if let Some(taken) = &own.prescales {
            inputs.files.push(taken.table.clone());
        }
        let samples = study.events()?.samples.iter();
        let columns = study.columns.iter();
        let weights = samples.map(|s| &s.pileup_weights);
        for weights in weights.chain(columns.map(|c| &c.pileup_weights)).flatten() {
            if !inputs.files.contains(&weights.table) {
                inputs.files.push(weights.table.clone());
            }
        }
        settings = Some(own);
    }
    let space = Space::resolve(&study.axes, system.as_ref(), settings)?;
    let menu = settings.map(|_| compile_menu(study, &space)).transpose()?;
    let tables = system.as_ref().map(SystemPlan::of);
    let mut all = Vec::new();
    if let (Some(system), Some(tables)) = (&system, &tables) {
        let name_of = |n: usize| system.nodes[n].name.as_str();
        let stages: Vec<&str> = tables.stages.iter().map(|s| name_of(s.node)).collect();
        let nodes: Vec<&str> = (0..system.nodes.len()).map(name_of).collect();
        all.extend(catalogue(&stages, &nodes));
    }
    let bridge = match (&study.bridge, &system, &tables) {
        (Some(bridge), Some(system), Some(tables)) => {
            Some(Bridge::resolve(bridge, system, tables, &space)?)
        }
        _ => None,
    };
    if let Some(CompiledMenu { menu, .. }) = &menu {
        all.extend(menu_catalogue(menu, &study.events()?.samples));
    }
    let figures = with_sigmas(choose(study, &all)?);
    let plan = Arc::new(Plan {
        space,
        system: tables,
        menu: None,
        bridge,
        figures: figures.iter().map(|f| f.figure).collect(),
    });
    Ok(Compiled {
        plan,
        system,
        menu,
        catalogue: all,
        figures,
        inputs,
    })
}

/// The menu with the levels that the axes give its thresholds.
fn compile_menu(study: &Study, space: &Space) -> Result<CompiledMenu> {
    let menu = Menu::compile(study.menu()?, study.events()?)?;
    let mut ladders = Ladders::new(&menu, &space.path_axes).map_err(|error| {
        // At the axis which the ladders before it do not object to.
        let refused = |n: &usize| Ladders::new(&menu, &space.path_axes[..*n]).is_err();
        let first = (1..=space.path_axes.len()).find(refused);
        match (
            error,
            first.and_then(|n| place_of_ladder(study, space, n - 1)),
        ) {
            (Error::Input(mut fault), Some(place)) => {
                fault.place = place;
                Error::Input(fault)
            }
            (error, _) => error,
        }
    })?;
    for binding in space.axes.iter().flat_map(|axis| &axis.menu) {
        if let MenuBinding::Prescale(path) = *binding {
            ladders = ladders.with_varying_prescale(path);
        }
    }
    Ok(CompiledMenu { menu, ladders })
}

/// Where the study writes the axis that moves a ladder.
fn place_of_ladder(study: &Study, space: &Space, ladder: usize) -> Option<Place> {
    let moves = |a: &&crate::space::Axis| a.menu.contains(&MenuBinding::Thresholds(ladder));
    let axis = space.axes.iter().find(moves)?;
    study.axes.get(axis.spec).map(|spec| spec.place.clone())
}

fn open_samples(study: &Study) -> Result<Vec<Sample>> {
    let samples = study.events()?.samples.iter();
    samples.map(|s| Sample::open(s, study.seed)).collect()
}

impl Compiled {
    /// The same with the events of the study's samples, for the levels of the axes; what is read once
    /// serves every point. Files of events stand among the inputs then.
    ///
    /// # Errors
    /// A [`Fault`] of a sample or of its columns; more events than fit the memory bound.
    pub fn read_events(&self, study: &Study) -> Result<Self> {
        let Some(CompiledMenu { menu, ladders }) = &self.menu else {
            return Ok(self.clone());
        };
        let events = self.menu_events(study, None)?;
        let inputs = self.inputs_with_events(study)?;
        let mut plan = Plan::clone(&self.plan);
        let events = events.plan(Part::All);
        plan.menu = Some(Arc::new(MenuPoints::new(menu, ladders, events)));
        Ok(Self {
            plan: Arc::new(plan),
            inputs,
            ..self.clone()
        })
    }

    /// The events of the study's samples with their critical levels.
    ///
    /// # Errors
    /// Those of [`Compiled::read_events`]; a [`Fault`] where the study has no menu.
    pub fn menu_events(&self, study: &Study, split: Option<Split>) -> Result<MenuEvents> {
        let Some(CompiledMenu { menu, ladders }) = &self.menu else {
            study.menu()?;
            return Err(Error::failed("reading events", "the menu is not compiled"));
        };
        let samples = open_samples(study)?;
        MenuEvents::read(menu, ladders, study.events()?, &samples, split)
    }

    /// All inputs, the files of events among them; events are not read.
    ///
    /// # Errors
    /// A [`Fault`] of a sample.
    pub fn inputs_with_events(&self, study: &Study) -> Result<Inputs> {
        let mut inputs = self.inputs.clone();
        if self.menu.is_some() {
            for sample in &open_samples(study)? {
                for file in sample.files() {
                    inputs.hash(file, &sample.settings.name.place)?;
                }
            }
        }
        Ok(inputs)
    }

    /// The same with what the bridged menu accepts at the study's own values.
    pub fn bridged(&self, own: Acceptance) -> Self {
        let mut plan = Plan::clone(&self.plan);
        if let Some(bridge) = &mut plan.bridge {
            bridge.own = Some(own);
        }
        Self {
            plan: Arc::new(plan),
            ..self.clone()
        }
    }

    /// The same system with other axes and every figure of the system: what questions about single
    /// points need. A bridged menu stays at what it accepts at the study's own values.
    pub fn with_space(&self, space: Space) -> Arc<Plan> {
        let is_of_system = |f: &Figure| !matches!(f, Figure::Menu(_));
        let figures = self.catalogue.iter().map(|f| f.figure);
        Arc::new(Plan {
            space,
            system: self.plan.system.clone(),
            menu: None,
            bridge: self.plan.bridge,
            figures: figures.filter(is_of_system).collect(),
        })
    }
}

impl Plan {
    /// A system without a menu.
    pub fn of_system(system: &System, space: Space, figures: Vec<Figure>) -> Self {
        Self {
            space,
            system: Some(SystemPlan::of(system)),
            menu: None,
            bridge: None,
            figures,
        }
    }
}

impl SystemPlan {
    /// The tables of a checked system.
    pub fn of(system: &System) -> Self {
        let trunk = graph::on_trunk(&system.nodes);
        let is_stage = |n: usize| trunk[n] && system.nodes[n].classifier != ClassifierKind::Dummy;
        // The trunk is a chain in node order, so that stages come out in the order events pass them.
        let stages: Vec<Stage> = (0..system.nodes.len())
            .filter(|&n| is_stage(n))
            .map(|n| {
                let law = match system.nodes[n].classifier {
                    ClassifierKind::L1t => ScoreLaw::Table(system.scores.l1t()),
                    ClassifierKind::Hlt => ScoreLaw::Table(system.scores.hlt()),
                    ClassifierKind::Gaussian | ClassifierKind::Dummy => ScoreLaw::Gaussian,
                };
                Stage { node: n, law }
            })
            .collect();
        let mut nodes: Vec<PlanNode> = Vec::with_capacity(system.nodes.len());
        for (n, node) in system.nodes.iter().enumerate() {
            let before = node
                .inputs
                .iter()
                .map(|&i| nodes[i].stages_after)
                .max()
                .unwrap_or(0);
            nodes.push(PlanNode {
                detector: node.detector,
                inputs: node.inputs.clone(),
                has_output: node.output.is_some(),
                complexity: node.complexity,
                stages_before: before,
                stages_after: before + usize::from(is_stage(n)),
            });
        }
        Self {
            slots: system.slots(),
            nodes,
            stages,
            link_sends_compressed: system.link_bytes == LinkBytes::Sent,
        }
    }
}

/// The figures that are tabled: those that are shown, and those by which points are kept.
fn choose(study: &Study, catalogue: &[Named]) -> Result<Vec<Named>> {
    let mut figures = shown(study, catalogue)?;
    for name in ranking(study) {
        let named = catalogue.iter().find(|f| f.name == name.value);
        match named {
            None => return Err(missing(study, name, catalogue).into()),
            Some(named) if !named.figure.is_tabled() => return Err(refuse_shares(name).into()),
            Some(named) if figures.contains(named) => {}
            Some(named) => figures.push(named.clone()),
        }
    }
    let place = |named: &Named| catalogue.iter().position(|f| f == named);
    figures.sort_by_key(place);
    Ok(figures)
}

/// Figures that decide which points are good.
fn ranking(study: &Study) -> impl Iterator<Item = &Located<String>> {
    let budgets = study.budgets.iter().map(|b| &b.figure);
    let objectives = study.optimize.iter().flat_map(|o| o.figures());
    budgets.chain(study.keep.figures()).chain(objectives)
}

/// Figures by name or by pattern (`threshold.*`), in catalogue order.
fn shown(study: &Study, catalogue: &[Named]) -> Result<Vec<Named>> {
    let Some(wanted) = &study.figures else {
        let events = study.has_menu().then(|| study.events().ok()).flatten();
        let has_purity = events.is_some_and(|e| e.samples.iter().any(|s| s.rate_hz.is_some()));
        let is_shown = |f: &&Named| match f.figure {
            Figure::Menu(MenuFigure::Purity) => has_purity,
            figure => figure.is_total(),
        };
        return Ok(catalogue.iter().filter(is_shown).cloned().collect());
    };
    for pattern in wanted {
        let matched = |f: &&Named| matches_pattern(&pattern.value, &f.name);
        match catalogue.iter().find(matched) {
            None => return Err(missing(study, pattern, catalogue).into()),
            Some(named) if !named.figure.is_tabled() && pattern.value == named.name => {
                return Err(refuse_shares(pattern).into());
            }
            Some(_) => {}
        }
    }
    let chosen = |f: &&Named| {
        f.figure.is_tabled()
            && wanted
                .iter()
                .any(|pattern| matches_pattern(&pattern.value, &f.name))
    };
    let figures: Vec<Named> = catalogue.iter().filter(chosen).cloned().collect();
    match (figures.is_empty(), wanted.first()) {
        (true, Some(first)) => Err(refuse_shares(first).into()),
        _ => Ok(figures),
    }
}

/// Each estimated figure with its standard error behind it.
fn with_sigmas(figures: Vec<Named>) -> Vec<Named> {
    let with = |f: Named| std::iter::once(f.clone()).chain(f.sigma());
    figures.into_iter().flat_map(with).collect()
}

/// Why a figure is none of the study's: it has not the samples for it, or there is no such figure.
fn missing(study: &Study, pattern: &Located<String>, catalogue: &[Named]) -> Fault {
    let samples = study.events().map_or(&[][..], |e| &e.samples);
    for (prefix, kind, word, what) in [
        ("rate_khz", SampleKind::Background, "background", "rates"),
        ("efficiency", SampleKind::Signal, "signal", "efficiencies"),
    ] {
        let has_some = samples.iter().any(|s| s.kind == kind);
        if pattern.value.starts_with(prefix) && study.has_menu() && !has_some {
            let message = format!(
                "`{}`: the study has no {word} sample, so no {what}",
                pattern.value
            );
            return Fault::new(pattern.place.clone(), message)
                .hint(format!("{what} come from samples of kind = \"{word}\""));
        }
    }
    unknown(pattern, catalogue)
}

fn unknown(pattern: &Located<String>, catalogue: &[Named]) -> Fault {
    let message = format!("unknown figure `{}`", pattern.value);
    let names = catalogue.iter().map(|f| f.name.as_str());
    Fault::new(pattern.place.clone(), message)
        .hint("`trigscape evaluate STUDY` lists every figure")
        .nearest(&pattern.value, names)
}

fn refuse_shares(pattern: &Located<String>) -> Fault {
    let message = format!("`{}` is not tabled over a space", pattern.value);
    Fault::new(pattern.place.clone(), message)
        .hint("proportional rates are given at the study's own values, by `trigscape evaluate`")
}
