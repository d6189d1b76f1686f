//! The toy of proton-proton crossings: one hardest collision, and pileup. `docs/synthetic.md` gives
//! the model in equations; the constants were tuned to the published shares of a Level-1 menu.

use super::draw::{Draw, PoissonTable};
use super::event::{EGAMMA_FLOOR_GEV, Event, JET_FLOOR_GEV, MUON_ETA, MUON_FLOOR_GEV};
use super::maths;
use super::object::{Object, TURN};

/// Scale and slope of the hardest collision: n (1 + h / SCALE)^-SLOPE collisions of n exceed h.
const SCALE_GEV: f64 = 14.07;
const SLOPE: f64 = 5.0;
const MOST_HARDNESS_GEV: f64 = 2000.0;

/// Momentum that pileup adds to a jet, per collision, and the measurement's spread.
const OFFSET_GEV: f64 = 0.04;
const JET_SPREAD: f64 = 0.18;
/// Radiated jets: mean RADIATION ln(1 + h / RADIATION_GEV), from 8 GeV to most of h.
const RADIATION: f64 = 0.5;
const RADIATION_GEV: f64 = 15.0;
const RADIATED_FROM_GEV: f64 = 8.0;
const RADIATED_UP_TO: f64 = 0.8;
/// Soft jets per collision, and their slope.
const PILEUP_JETS: f64 = 0.02;
const PILEUP_JET_SLOPE: f64 = 6.0;

/// Soft electrons and photons per collision, and their slope.
const PILEUP_EGAMMAS: f64 = 0.03;
const PILEUP_EGAMMA_SLOPE: f64 = 7.5;
/// What a jet is also taken for: chances at RISE_GEV, in proportion to its momentum but at most
/// MOST_RISE as large; shares of its momentum; chances of a second such object.
const RISE_GEV: f64 = 50.0;
const MOST_RISE: f64 = 3.0;
const JET_AS_EGAMMA: f64 = 0.019;
const EGAMMA_SHARE: [f64; 2] = [0.15, 0.7];
const EGAMMA_PAIRS: f64 = 0.12;
const JET_AS_TAU: f64 = 0.0231;
const TAU_PAIRS: f64 = 0.1;
const TAU_SHARE: [f64; 2] = [0.2, 0.65];
const JET_WITH_MUON: f64 = 0.004;

/// Muons of pileup: mean per collision, slope, chance of a second one. Muons of the hard collision:
/// mean at MUON_RISE_GEV, with the square of hardness up to a most; share of it; second one.
const PILEUP_MUONS: f64 = 0.0006;
const PILEUP_MUON_SLOPE: f64 = 5.0;
const PILEUP_MUON_PAIRS: f64 = 0.1;
const MUON_RISE_GEV: f64 = 20.0;
const MUONS: f64 = 0.00175;
const MOST_MUONS: f64 = 0.5;
const MUON_SHARE: [f64; 2] = [0.1, 0.6];
const MUON_PAIRS: f64 = 0.35;

/// Missing momentum: resolution per root of the collisions, and per hardness.
const MET_PILEUP_GEV: f64 = 1.9;
const MET_HARDNESS: f64 = 0.25;

/// Crossings with a Poisson number of collisions.
#[derive(Debug)]
pub struct Background {
    collisions: PoissonTable,
}

impl Background {
    /// Crossings with this many collisions on average.
    pub fn new(pileup: f64) -> Self {
        Self {
            collisions: PoissonTable::new(pileup),
        }
    }

    /// Adds a crossing's objects; `tail` in (0, 1) is the probability of a harder one among those
    /// with as many collisions.
    pub fn crossing(&self, tail: f64, draw: &mut Draw, event: &mut Event) {
        event.interactions = self.collisions.draw(draw.word());
        if event.interactions == 0 {
            return;
        }
        let collisions = f64::from(event.interactions);
        // The number of collisions that are harder is Poisson's: none with probability 1 - tail.
        let harder = -libm::log1p(-tail);
        let hardness = SCALE_GEV * (maths::pow(collisions / harder, 1.0 / SLOPE) - 1.0);
        let hardness = hardness.clamp(0.0, MOST_HARDNESS_GEV);
        self.hard_jets(hardness, collisions, draw, event);
        self.pileup(hardness, collisions, draw, event);
        self.muons(hardness, draw, event);
        event.met_resolution_gev = (MET_PILEUP_GEV * MET_PILEUP_GEV * collisions
            + (MET_HARDNESS * hardness) * (MET_HARDNESS * hardness))
            .sqrt();
    }

    /// Two jets back to back, and what they radiate.
    fn hard_jets(&self, hardness: f64, collisions: f64, draw: &mut Draw, event: &mut Event) {
        let radiated = draw.poisson(RADIATION * maths::ln(1.0 + hardness / RADIATION_GEV));
        let (eta, phi) = direction(draw, 3.0);
        jet(draw, event, hardness, collisions, eta, phi);
        let (eta, bend) = direction(draw, 3.0);
        let balance = 1.0 - 0.3 * draw.unit();
        let phi = phi + TURN / 2 + (bend - TURN / 2) / 8;
        jet(draw, event, hardness * balance, collisions, eta, phi);
        let reach = hardness * RADIATED_UP_TO / RADIATED_FROM_GEV;
        if reach > 1.0 {
            let octaves = maths::log2(reach);
            for _ in 0..radiated {
                let pt = RADIATED_FROM_GEV * maths::exp2(octaves * draw.unit());
                let (eta, phi) = direction(draw, 3.5);
                jet(draw, event, pt, collisions, eta, phi);
            }
        }
    }

    /// What the other collisions add: mostly soft, of any direction.
    fn pileup(&self, hardness: f64, collisions: f64, draw: &mut Draw, event: &mut Event) {
        for _ in 0..draw.poisson(PILEUP_JETS * collisions) {
            // None of them is harder than the hardest collision.
            let pt = falling(draw, JET_FLOOR_GEV, -1.0 / PILEUP_JET_SLOPE);
            let pt = pt.min(hardness.max(JET_FLOOR_GEV));
            let (eta, phi) = direction(draw, 5.0);
            jet(draw, event, pt, collisions, eta, phi);
        }
        for _ in 0..draw.poisson(PILEUP_EGAMMAS * collisions) {
            let pt = falling(draw, EGAMMA_FLOOR_GEV, -1.0 / PILEUP_EGAMMA_SLOPE);
            let (eta, phi) = direction(draw, 3.0);
            let isolated = draw.chance(0.3);
            event.egamma(pt, eta, phi, isolated);
        }
        for _ in 0..draw.poisson(PILEUP_MUONS * collisions) {
            let pt = falling(draw, MUON_FLOOR_GEV, -1.0 / PILEUP_MUON_SLOPE);
            muon(draw, event, pt, PILEUP_MUON_PAIRS);
        }
    }

    /// Muons of the hard collision; some come with a second one of the opposite charge.
    fn muons(&self, hardness: f64, draw: &mut Draw, event: &mut Event) {
        let rise = hardness * (1.0 / MUON_RISE_GEV);
        for _ in 0..draw.poisson((MUONS * rise * rise).min(MOST_MUONS)) {
            let pt = hardness * between(draw, MUON_SHARE);
            muon(draw, event, pt, MUON_PAIRS);
        }
    }
}

/// Counts a cluster of energy as a jet, and as what it may be taken for besides.
fn jet(draw: &mut Draw, event: &mut Event, pt_gev: f64, collisions: f64, eta: f64, phi: i32) {
    let measured = pt_gev * (1.0 + JET_SPREAD * draw.bell()) + OFFSET_GEV * collisions;
    if measured < JET_FLOOR_GEV {
        return;
    }
    event.jets.push(Object::new(measured, eta, phi, 0));
    // The harder a jet, the more often it has a narrow or electromagnetic core.
    let taken_for = draw.unit() / (measured * (1.0 / RISE_GEV)).min(MOST_RISE);
    if taken_for < JET_AS_EGAMMA {
        let pt = measured * between(draw, EGAMMA_SHARE);
        let isolated = draw.chance(0.4);
        event.egamma(pt, eta, phi, isolated);
        if draw.chance(EGAMMA_PAIRS) {
            let share = 0.3 + 0.7 * draw.unit();
            let (eta, phi) = direction(draw, 3.0);
            let isolated = draw.chance(0.4);
            event.egamma(pt * share, eta, phi, isolated);
        }
    } else if taken_for < JET_AS_EGAMMA + JET_AS_TAU {
        let pt = measured * between(draw, TAU_SHARE);
        let isolated = draw.chance(0.5);
        event.tau(pt, eta, phi, isolated);
        if draw.chance(TAU_PAIRS) {
            let share = 0.5 + 0.7 * draw.unit();
            let (eta, phi) = direction(draw, 3.0);
            let isolated = draw.chance(0.5);
            event.tau(pt * share, eta, phi, isolated);
        }
    } else if taken_for < JET_AS_EGAMMA + JET_AS_TAU + JET_WITH_MUON {
        let pt = 0.5 * measured * draw.unit() * draw.unit();
        let word = draw.word();
        let near = f64::from(word & 0xFF) * (0.3 / 255.0) - 0.15;
        let turn = (word >> 8 & 0xFF) as i32 - 128;
        let quality = quality(word >> 16 & 0xFF);
        event.muon(pt, eta + near, phi + turn, word >> 31 == 1, quality);
    }
}

/// A muon, sometimes with a second, softer one of the opposite charge beside it.
fn muon(draw: &mut Draw, event: &mut Event, pt: f64, pairs: f64) {
    let (eta, phi) = direction(draw, MUON_ETA);
    let word = draw.word();
    let negative = word >> 31 == 1;
    event.muon(pt, eta, phi, negative, quality(word & 0xFF));
    if draw.chance(pairs) {
        let share = 0.2 + 0.8 * draw.unit();
        let word = draw.word();
        let near = f64::from(word & 0xFF) * (1.2 / 255.0) - 0.6;
        let turn = (word >> 8 & 0x3FF) as i32 - 512;
        let quality = quality(word >> 24);
        event.muon(pt * share, eta + near, phi + turn, !negative, quality);
    }
}

/// The hardware quality of a muon, from a byte: 12 for two in three, else 8 or 4.
fn quality(byte: u32) -> u8 {
    match byte {
        0..170 => 12,
        170..220 => 8,
        _ => 4,
    }
}

/// Uniform between two numbers.
#[inline]
fn between(draw: &mut Draw, [low, high]: [f64; 2]) -> f64 {
    low + (high - low) * draw.unit()
}

/// A momentum above `floor` of which u^exponent times as much is exceeded with probability u.
#[inline]
fn falling(draw: &mut Draw, floor: f64, exponent: f64) -> f64 {
    floor * maths::pow(draw.unit(), exponent)
}

/// A pseudorapidity within the end, more often central, and any direction: one word's bits.
#[inline]
fn direction(draw: &mut Draw, end: f64) -> (f64, i32) {
    let word = draw.word();
    let sum = (word & 0x3FF) + (word >> 10 & 0x3FF) + 1;
    let eta = (f64::from(sum) * (1.0 / 1024.0) - 1.0) * end;
    (eta, (word >> 20) as i32)
}
