//! Paths whose rates are compared, and the columns they need.

use trigscape::Result;
use trigscape::events::{Column, Source, Synthetic, Values};
use trigscape::merit::stratified_rate_khz;

/// 2760 colliding bunches at the LHC's 11 245.5 Hz.
pub const CROSSINGS_KHZ: f64 = 2760.0 * 11.2455;

const MU: usize = 0;
const EG: usize = 1;
const JET: usize = 2;
const TAU: usize = 3;

/// One event of [`Crossings`].
pub struct Event<'a> {
    all: &'a Crossings,
    number: usize,
}

pub struct Path {
    pub label: &'static str,
    pub published_khz: Option<f64>,
    pub tuned: bool,
    /// Whether the figure has it; the table has all.
    pub drawn: bool,
    pub pass: fn(Event) -> bool,
}

const fn anchor(label: &'static str, published: f64, pass: fn(Event) -> bool) -> Path {
    Path {
        label,
        published_khz: Some(published),
        tuned: true,
        drawn: true,
        pass,
    }
}

const fn stand_in(label: &'static str, published: f64, pass: fn(Event) -> bool) -> Path {
    Path {
        tuned: false,
        ..anchor(label, published, pass)
    }
}

const fn other(label: &'static str, drawn: bool, pass: fn(Event) -> bool) -> Path {
    Path {
        label,
        published_khz: None,
        tuned: false,
        drawn,
        pass,
    }
}

/// Shares in kHz of 100 kHz: CMS TRG-17-001.
pub const PATHS: [Path; 20] = [
    anchor("egamma 30", 24.8, |e| e.legs(EG, &[30.0])),
    anchor("muon 22", 14.8, |e| e.legs(MU, &[22.0])),
    anchor("tau 38", 12.7, |e| e.legs(TAU, &[38.0])),
    anchor("HT 320", 11.5, |e| e.ht() >= 320.0),
    stand_in("muons 15, 7", 9.8, |e| e.legs(MU, &[15.0, 7.0])),
    stand_in("egamma 25, 12", 6.4, |e| e.legs(EG, &[25.0, 12.0])),
    stand_in("egamma 30, HT 200", 4.6, |e| {
        e.legs(EG, &[30.0]) && e.ht() >= 200.0
    }),
    stand_in("muon 5, egamma 23", 3.3, |e| {
        e.legs(MU, &[5.0]) && e.legs(EG, &[23.0])
    }),
    stand_in("muon 6, HT 240", 3.2, |e| {
        e.legs(MU, &[6.0]) && e.ht() >= 240.0
    }),
    other("jet 180", true, |e| e.legs(JET, &[180.0])),
    other("MET 100", true, |e| e.met() >= 100.0),
    other("any of the four tuned ones", false, |e| {
        e.legs(EG, &[30.0]) || e.legs(MU, &[22.0]) || e.legs(TAU, &[38.0]) || e.ht() >= 320.0
    }),
    other("muons 5, 3, 3", false, |e| e.legs(MU, &[5.0, 3.0, 3.0])),
    other("egamma 18, 17, 8", false, |e| {
        e.legs(EG, &[18.0, 17.0, 8.0])
    }),
    other("taus 34, 34", false, |e| e.legs(TAU, &[34.0, 34.0])),
    other("jets 150, 150", false, |e| e.legs(JET, &[150.0, 150.0])),
    other("jets 95, 75, 65", false, |e| {
        e.legs(JET, &[95.0, 75.0, 65.0])
    }),
    other("jets 60, 55, 40, 35, HT 320", false, |e| {
        e.legs(JET, &[60.0, 55.0, 40.0, 35.0]) && e.ht() >= 320.0
    }),
    other("muon 20, egamma 10", false, |e| {
        e.legs(MU, &[20.0]) && e.legs(EG, &[10.0])
    }),
    other("muon 18, tau 24", false, |e| {
        e.legs(MU, &[18.0]) && e.legs(TAU, &[24.0])
    }),
];

/// What the paths read of a sample.
pub struct Crossings {
    pt: Vec<Column>,
    met: Column,
    ht: Column,
    weights: Vec<f64>,
    strata: Vec<u8>,
}

impl Crossings {
    pub fn read(synthetic: &Synthetic) -> Result<Self> {
        let all = 0..synthetic.settings().events;
        let mut pt = synthetic.read(
            &[
                "L1Mu_pt", "L1EG_pt", "L1Jet_pt", "L1Tau_pt", "L1MET_pt", "L1HT_pt",
            ],
            all.clone(),
        )?;
        let rest = synthetic.read(&["weight", "stratum"], all)?;
        let ht = pt.remove(5);
        let met = pt.remove(4);
        Ok(Self {
            pt,
            met,
            ht,
            weights: rest[0].values.to_f64(),
            strata: rest[1].values.to_f64().iter().map(|h| *h as u8).collect(),
        })
    }

    /// Rate and standard error of a path.
    pub fn rate_khz(&self, pass: fn(Event) -> bool) -> (f64, f64) {
        let passes: Vec<bool> = (0..self.weights.len())
            .map(|number| pass(Event { all: self, number }))
            .collect();
        stratified_rate_khz(CROSSINGS_KHZ, &self.weights, &self.strata, &passes)
    }
}

impl Event<'_> {
    fn legs(&self, kind: usize, least: &[f32]) -> bool {
        let column = &self.all.pt[kind];
        let pts = &f32s(column)[column.range(self.number)];
        pts.len() >= least.len() && pts.iter().zip(least).all(|(pt, least)| pt >= least)
    }

    fn met(&self) -> f32 {
        f32s(&self.all.met)[self.number]
    }

    fn ht(&self) -> f32 {
        f32s(&self.all.ht)[self.number]
    }
}

fn f32s(column: &Column) -> &[f32] {
    match &column.values {
        Values::F32(values) => values,
        other => unreachable!("momenta are of kind {}", other.kind()),
    }
}
