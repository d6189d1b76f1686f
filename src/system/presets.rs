//! Where the score distributions come from: the published curves, built in, or a study's own files.

use super::csv_table::CsvTable;
use super::curve::Curve;
use super::scores::{
    HLT_PATHS, L1T_OBJECTS, L1tSettings, ScoreTable, hlt_scores, l1t_sampled, l1t_scores,
};
use crate::error::Result;
use crate::study::{Edge, HltPositive, Inputs, Located, SystemSettings};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

macro_rules! built_in {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("../../data/", $name)))),*]
    };
}

/// The project's own tables, so that a study needs none beside it.
const BUILT_IN: [(&str, &str); 11] = built_in![
    "curves/l1t_jet.csv",
    "curves/l1t_muon.csv",
    "curves/l1t_egamma.csv",
    "curves/l1t_tau.csv",
    "curves/hlt_b2g.csv",
    "curves/hlt_higgs.csv",
    "curves/hlt_muon.csv",
    "curves/hlt_susy.csv",
    "curves/hlt_tracking.csv",
    "curves/hlt_tau.csv",
    "l1t_trigger_mix.csv"
];

/// Everything that score distributions are made of; they are built once, when a plan needs them.
#[derive(Debug, Clone)]
pub struct ScoreSource {
    settings: ScoreSettings,
    built: Arc<Built>,
}

#[derive(Debug, Clone, PartialEq)]
struct ScoreSettings {
    l1t: L1tSettings,
    samples: Option<Range<u64>>,
    seed: u64,
    hlt_curves: [Curve; 6],
    hlt_positive: HltPositive,
}

#[derive(Debug, Default)]
struct Built {
    l1t: OnceLock<Arc<ScoreTable>>,
    hlt: OnceLock<Arc<ScoreTable>>,
}

impl ScoreSource {
    pub fn load(settings: &SystemSettings, seed: u64, inputs: &mut Inputs) -> Result<Self> {
        let mut knots = Vec::with_capacity(4);
        let mut curves = Vec::with_capacity(4);
        for object in L1T_OBJECTS {
            let file = format!("curves/l1t_{object}.csv");
            let (x, y) = read_curve(&file, &settings.l1t_curves, inputs)?;
            curves.push(Curve::pchip(&x, &y, settings.edge));
            knots.push(x);
        }
        let mut hlt = Vec::with_capacity(6);
        for path in HLT_PATHS {
            let (x, y) = read_curve(
                &format!("curves/hlt_{path}.csv"),
                &settings.hlt_curves,
                inputs,
            )?;
            hlt.push(Curve::linear(&x, &y));
        }
        let mut curves = curves.into_iter();
        let mut knots = knots.into_iter();
        let mut hlt = hlt.into_iter();
        let flat = || Curve::pchip(&[0.0, 1.0], &[0.0, 0.0], Edge::Hold);
        let settings = ScoreSettings {
            l1t: L1tSettings {
                curves: std::array::from_fn(|_| curves.next().unwrap_or_else(flat)),
                knots: std::array::from_fn(|_| knots.next().unwrap_or_default()),
                mix: read_mix(&settings.l1t_mix, inputs)?,
                rate: settings.rate,
            },
            samples: settings.samples.map(|n| 0..u64::from(n)),
            seed,
            hlt_curves: std::array::from_fn(|_| hlt.next().unwrap_or_else(flat)),
            hlt_positive: settings.hlt_positive,
        };
        Ok(Self {
            settings,
            built: Arc::default(),
        })
    }

    /// Scores of the L1T classifier: exact, or sampled where the study says so.
    pub fn l1t(&self) -> Arc<ScoreTable> {
        let build = || match &self.settings.samples {
            None => l1t_scores(&self.settings.l1t),
            Some(events) => l1t_sampled(&self.settings.l1t, events.clone(), self.settings.seed),
        };
        self.built.l1t.get_or_init(|| Arc::new(build())).clone()
    }

    /// The same with one of `count` equal parts of the sampled events; none where scores are exact.
    pub fn batch(&self, part: u64, count: u64) -> Option<Self> {
        let events = self.settings.samples.clone()?;
        let size = (events.end - events.start) / count;
        let mut settings = self.settings.clone();
        settings.samples = Some(events.start + part * size..events.start + (part + 1) * size);
        Some(Self {
            settings,
            built: Arc::default(),
        })
    }

    pub fn l1t_settings(&self) -> &L1tSettings {
        &self.settings.l1t
    }

    pub fn hlt(&self) -> Arc<ScoreTable> {
        let build = || hlt_scores(&self.settings.hlt_curves, self.settings.hlt_positive);
        self.built.hlt.get_or_init(|| Arc::new(build())).clone()
    }

    /// Takes over what `other` has built, where it is made of the same.
    pub fn share(&mut self, other: &Self) {
        if self.settings == other.settings {
            self.built = other.built.clone();
        }
    }
}

fn table(
    name: &str,
    own: &Option<Located<PathBuf>>,
    whole: bool,
    rows: usize,
    inputs: &mut Inputs,
) -> Result<CsvTable> {
    if let Some(own) = own {
        let path = if whole {
            own.value.clone()
        } else {
            own.value.join(name.trim_start_matches("curves/"))
        };
        let text = inputs.read_text(&path, &own.place)?;
        return CsvTable::parse(&path, &text, rows);
    }
    let text = BUILT_IN
        .iter()
        .find(|(n, _)| *n == name)
        .map_or("", |(_, text)| text);
    CsvTable::parse(Path::new(name), text, rows)
}

/// A curve's momenta and efficiencies, sorted by momentum.
fn read_curve(
    name: &str,
    folder: &Option<Located<PathBuf>>,
    inputs: &mut Inputs,
) -> Result<(Vec<f64>, Vec<f64>)> {
    let table = table(name, folder, false, 2, inputs)?;
    let (x, y) = (table.column("momentum_gev")?, table.column("efficiency")?);
    let mut points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    if points.windows(2).any(|w| w[0].0 == w[1].0) {
        return Err(table.fault("a momentum stands twice in the curve").into());
    }
    if points[0].0 < 0.0 {
        return Err(table.fault("a momentum is negative").into());
    }
    // Digitised points may lie a little outside 0..1; anything further is no efficiency.
    if points.iter().any(|p| !(-0.1..=1.1).contains(&p.1)) {
        return Err(table.fault("an efficiency lies outside 0..1").into());
    }
    Ok(points.into_iter().unzip())
}

fn read_mix(own: &Option<Located<PathBuf>>, inputs: &mut Inputs) -> Result<Vec<(f64, [bool; 4])>> {
    let table = table("l1t_trigger_mix.csv", own, true, 1, inputs)?;
    let proportions = table.column("proportion")?;
    if proportions.iter().any(|p| *p < 0.0) || proportions.iter().sum::<f64>() <= 0.0 {
        return Err(table
            .fault("proportions must be 0 or more, and not all 0")
            .into());
    }
    let mut mix: Vec<(f64, [bool; 4])> = proportions.iter().map(|&p| (p, [false; 4])).collect();
    for (o, object) in L1T_OBJECTS.into_iter().enumerate() {
        for (row, &flag) in mix.iter_mut().zip(table.column(object)?) {
            if flag != 0.0 && flag != 1.0 {
                return Err(table
                    .fault(format!("column `{object}` holds 0 or 1, found {flag}"))
                    .into());
            }
            row.1[o] = flag == 1.0;
        }
    }
    Ok(mix)
}
