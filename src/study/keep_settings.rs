//! `[explore] keep`: which points of a design are left in its results.

use super::{Located, Source};
use crate::error::{Fault, Result};
use toml::{Spanned, Value};

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum KeepSettings {
    #[default]
    All,
    /// What meets every budget.
    Feasible,
    /// The best of them by one figure.
    Best {
        count: usize,
        goal: GoalSettings,
    },
    /// Those that no other one surpasses; none named: two figures that fit the study.
    Pareto(Vec<GoalSettings>),
    Histograms(Vec<BinSettings>),
}

/// A figure that is to be large, or small.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalSettings {
    pub figure: Located<String>,
    pub larger: bool,
}

/// Bins of a figure; without `from` or `to` the values themselves give them.
#[derive(Debug, Clone, PartialEq)]
pub struct BinSettings {
    pub figure: Located<String>,
    pub bins: usize,
    pub from: Option<f64>,
    pub to: Option<f64>,
    pub log: bool,
}

/// Rows that `best` keeps at most: they are held in memory.
const MOST_BEST: i64 = 1_000_000;
const MOST_BINS: i64 = 10_000;
const BINS: usize = 100;
/// Figures of a front.
const MOST_GOALS: usize = 3;

const FORMS: [&str; 4] = ["all", "feasible", "pareto", "histogram"];
const EXAMPLES: &str = "keep = \"all\", \"feasible\", \"pareto\", { best = 1000, by = \"f1\" } or { histogram = [\"f1\"] }";
const PARETO: &str =
    "keep = { pareto = [\"f1\", \"-scaled_power_w\"] }; a minus: the smaller the better";

impl KeepSettings {
    pub(super) fn check(source: &Source, raw: &Spanned<Value>) -> Result<Self> {
        let reader = Reader { source, raw };
        match raw.get_ref() {
            Value::String(text) => reader.word(text),
            Value::Table(table) => {
                let kinds = ["best", "pareto", "histogram"];
                let given: Vec<&str> = kinds
                    .into_iter()
                    .filter(|k| table.contains_key(*k))
                    .collect();
                match given.as_slice() {
                    ["best"] => reader.best(table),
                    ["pareto"] => reader.pareto(table),
                    ["histogram"] => reader.histograms(table),
                    [] => Err(reader
                        .fault("`keep` says neither best, pareto nor histogram")
                        .hint(EXAMPLES)
                        .into()),
                    _ => Err(reader
                        .fault(format!(
                            "`keep` is one of {}, not several",
                            given.join(", ")
                        ))
                        .into()),
                }
            }
            other => {
                let message = format!("expected a word or a table, found {}", other.type_str());
                Err(reader.fault(message).hint(EXAMPLES).into())
            }
        }
    }

    /// Every figure that is named.
    pub fn figures(&self) -> Vec<&Located<String>> {
        match self {
            Self::All | Self::Feasible => Vec::new(),
            Self::Best { goal, .. } => vec![&goal.figure],
            Self::Pareto(goals) => goals.iter().map(|g| &g.figure).collect(),
            Self::Histograms(all) => all.iter().map(|b| &b.figure).collect(),
        }
    }

    /// The word for it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Feasible => "feasible",
            Self::Best { .. } => "best",
            Self::Pareto(_) => "pareto",
            Self::Histograms(_) => "histogram",
        }
    }
}

/// The figures of a front for which none are named: of a system, of a menu with both kinds of samples.
pub(super) fn usual_goals(
    source: &Source,
    raw: &Spanned<Value>,
    of_system: bool,
    of_menu: bool,
) -> Result<Vec<GoalSettings>> {
    let figures = match (of_system, of_menu) {
        (true, _) => ["f1", "-scaled_power_w"],
        (false, true) => ["efficiency.mean", "-rate_khz.total"],
        (false, false) => {
            return Err(source
                .fault(raw.span(), "it must be said which figures the front is of")
                .hint(PARETO)
                .into());
        }
    };
    let reader = Reader { source, raw };
    Ok(figures.iter().map(|text| reader.goal(text)).collect())
}

struct Reader<'a> {
    source: &'a Source,
    raw: &'a Spanned<Value>,
}

impl Reader<'_> {
    fn fault(&self, message: impl Into<String>) -> Fault {
        self.source.fault(self.raw.span(), message)
    }

    fn located(&self, figure: &str) -> Located<String> {
        Located::of(self.source, self.raw, figure.to_owned())
    }

    fn word(&self, text: &str) -> Result<KeepSettings> {
        Ok(match text {
            "all" => KeepSettings::All,
            "feasible" => KeepSettings::Feasible,
            "pareto" => KeepSettings::Pareto(Vec::new()),
            "best" => {
                let hint = "keep = { best = 1000, by = \"productivity_per_j\" }";
                return Err(self
                    .fault("`best` needs a number and a figure")
                    .hint(hint)
                    .into());
            }
            "histogram" => {
                let hint = "keep = { histogram = [\"f1\", \"scaled_power_w\"] }";
                return Err(self.fault("`histogram` needs figures").hint(hint).into());
            }
            other => {
                let message = format!("unknown `keep = \"{other}\"`");
                return Err(self
                    .fault(message)
                    .hint(EXAMPLES)
                    .nearest(other, FORMS)
                    .into());
            }
        })
    }

    fn best(&self, table: &toml::Table) -> Result<KeepSettings> {
        self.known(table, &["best", "by", "order"])?;
        let count = match table.get("best") {
            Some(Value::Integer(n)) if (1..=MOST_BEST).contains(n) => *n as usize,
            Some(Value::Integer(0)) => return Err(self.fault("`best = 0` keeps nothing").into()),
            _ => {
                let message = format!("`best` is a whole number from 1 to {MOST_BEST}");
                return Err(self.fault(message).into());
            }
        };
        let by = match table.get("by") {
            Some(Value::String(by)) => by,
            Some(other) => {
                return Err(self
                    .fault(format!("`by` is a figure's name, not {}", other.type_str()))
                    .into());
            }
            None => {
                let hint = "keep = { best = 1000, by = \"productivity_per_j\" }";
                return Err(self.fault("`best` needs `by`, a figure").hint(hint).into());
            }
        };
        let larger = match table.get("order") {
            None => true,
            Some(Value::String(order)) if order == "max" => true,
            Some(Value::String(order)) if order == "min" => false,
            Some(_) => {
                return Err(self
                    .fault("`order` is \"max\" (the largest are best) or \"min\"")
                    .into());
            }
        };
        let goal = GoalSettings {
            figure: self.located(by),
            larger,
        };
        Ok(KeepSettings::Best { count, goal })
    }

    fn pareto(&self, table: &toml::Table) -> Result<KeepSettings> {
        self.known(table, &["pareto"])?;
        let names = match table.get("pareto") {
            Some(Value::Array(names)) => names,
            _ => {
                return Err(self
                    .fault("`pareto` is a list of figures")
                    .hint(PARETO)
                    .into());
            }
        };
        let mut goals: Vec<GoalSettings> = Vec::new();
        for name in names {
            let Value::String(name) = name else {
                return Err(self
                    .fault("`pareto` is a list of figures' names")
                    .hint(PARETO)
                    .into());
            };
            let goal = self.goal(name);
            if goals.iter().any(|g| g.figure.value == goal.figure.value) {
                return Err(self
                    .fault(format!("`{}` stands in `pareto` twice", goal.figure.value))
                    .into());
            }
            goals.push(goal);
        }
        if !(2..=MOST_GOALS).contains(&goals.len()) {
            return Err(self
                .fault(format!("a front is of 2 to {MOST_GOALS} figures"))
                .hint(PARETO)
                .into());
        }
        Ok(KeepSettings::Pareto(goals))
    }

    /// A figure's name, after a minus where the smaller is the better.
    fn goal(&self, text: &str) -> GoalSettings {
        let (name, larger) = match text.strip_prefix('-') {
            Some(name) => (name, false),
            None => (text, true),
        };
        GoalSettings {
            figure: self.located(name),
            larger,
        }
    }

    fn histograms(&self, table: &toml::Table) -> Result<KeepSettings> {
        self.known(table, &["histogram", "bins", "from", "to", "log"])?;
        let hint = "keep = { histogram = [\"f1\", { figure = \"scaled_power_w\", bins = 50, log = true }] }";
        let entries = match table.get("histogram") {
            Some(Value::Array(entries)) if !entries.is_empty() => entries,
            _ => {
                return Err(self
                    .fault("`histogram` is a list of figures")
                    .hint(hint)
                    .into());
            }
        };
        let mut all: Vec<BinSettings> = Vec::new();
        for entry in entries {
            let mut own = table.clone();
            let name = match entry {
                Value::String(name) => name,
                Value::Table(given) => {
                    self.known(given, &["figure", "bins", "from", "to", "log"])?;
                    own.extend(given.clone());
                    match given.get("figure") {
                        Some(Value::String(name)) => name,
                        _ => {
                            return Err(self
                                .fault("a histogram needs `figure`, a name")
                                .hint(hint)
                                .into());
                        }
                    }
                }
                other => {
                    let message =
                        format!("a histogram is of a figure, not of {}", other.type_str());
                    return Err(self.fault(message).hint(hint).into());
                }
            };
            if all.iter().any(|b| b.figure.value == *name) {
                return Err(self
                    .fault(format!("`{name}` stands in `histogram` twice"))
                    .into());
            }
            all.push(self.bins(name, &own)?);
        }
        Ok(KeepSettings::Histograms(all))
    }

    fn bins(&self, name: &str, table: &toml::Table) -> Result<BinSettings> {
        let bins = match table.get("bins") {
            None => BINS,
            Some(Value::Integer(n)) if (1..=MOST_BINS).contains(n) => *n as usize,
            Some(_) => {
                let message = format!("`bins` is a whole number from 1 to {MOST_BINS}");
                return Err(self.fault(message).into());
            }
        };
        let log = match table.get("log") {
            None => false,
            Some(Value::Boolean(log)) => *log,
            Some(_) => return Err(self.fault("`log` is true or false").into()),
        };
        let end = |key: &str| match table.get(key) {
            None => Ok(None),
            Some(Value::Integer(x)) => Ok(Some(*x as f64)),
            Some(Value::Float(x)) if x.is_finite() => Ok(Some(*x)),
            Some(_) => Err(self.fault(format!("`{key}` is a finite number"))),
        };
        let (from, to) = (end("from")?, end("to")?);
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return Err(self
                .fault("a histogram's `from` lies below its `to`")
                .into());
        }
        if log && [from, to].into_iter().flatten().any(|x| x <= 0.0) {
            return Err(self.fault("logarithmic bins lie above 0").into());
        }
        Ok(BinSettings {
            figure: self.located(name),
            bins,
            from,
            to,
            log,
        })
    }

    fn known(&self, table: &toml::Table, keys: &[&str]) -> Result<()> {
        match table.keys().find(|key| !keys.contains(&key.as_str())) {
            None => Ok(()),
            Some(wrong) => {
                let message = format!(
                    "unknown key `{wrong}`, expected one of `{}`",
                    keys.join("`, `")
                );
                Err(self
                    .fault(message)
                    .nearest(wrong, keys.iter().copied())
                    .into())
            }
        }
    }
}
