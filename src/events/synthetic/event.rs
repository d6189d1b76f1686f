//! One event while it is made.

use super::draw::Draw;
use super::maths;
use super::object::{List, Object, TURN, phi_step, radians};

/// Muons above 3 GeV within |eta| < 2.4.
pub const MUON_FLOOR_GEV: f64 = 3.0;
pub const MUON_ETA: f64 = 2.4;
/// Electrons and photons above 5 GeV within |eta| < 2.5.
pub const EGAMMA_FLOOR_GEV: f64 = 5.0;
/// Taus above 15 GeV within |eta| < 2.5.
pub const TAU_FLOOR_GEV: f64 = 15.0;
/// Of electrons, photons and taus.
pub const CENTRAL_ETA: f64 = 2.5;
/// Jets above 15 GeV within |eta| < 5.
pub const JET_FLOOR_GEV: f64 = 15.0;
/// HT sums the jets from here on.
const HT_JET_GEV: f32 = 30.0;
const HT_ETA: f32 = 2.4;

/// Flags of a muon: the sign of its charge; its quality stands above.
pub const NEGATIVE: u8 = 1;
/// Flags of electrons, photons and taus.
pub const ISOLATED: u8 = 1;

/// A generated particle that the trigger ought to find.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Particle {
    pub pt_gev: f32,
    pub eta: f32,
    pub phi: f32,
    /// Number of the Particle Data Group: 13 muon, 11 electron, 15 (visible) tau, 5 b quark.
    pub pdg_id: i32,
}

#[derive(Debug, Default)]
pub struct Event {
    pub muons: List,
    pub egammas: List,
    pub jets: List,
    pub taus: List,
    pub particles: Vec<Particle>,
    pub interactions: u32,
    /// Momentum of what no detector sees.
    pub invisible_gev: [f64; 2],
    /// Standard deviation of each component of the measured missing momentum.
    pub met_resolution_gev: f64,
    pub met_gev: f32,
    pub met_phi: f32,
    pub ht_gev: f32,
}

impl Event {
    pub fn clear(&mut self) {
        self.muons.clear();
        self.egammas.clear();
        self.jets.clear();
        self.taus.clear();
        self.particles.clear();
        self.interactions = 0;
        self.invisible_gev = [0.0; 2];
        self.met_resolution_gev = 0.0;
    }

    /// Adds a muon if it is hard and central enough; hardware qualities are 4, 8 and 12.
    #[inline]
    pub fn muon(&mut self, pt_gev: f64, eta: f64, phi: i32, negative: bool, quality: u8) {
        if pt_gev >= MUON_FLOOR_GEV && eta.abs() < MUON_ETA {
            let flags = quality << 1 | u8::from(negative);
            self.muons.push(Object::new(pt_gev, eta, phi, flags));
        }
    }

    /// Adds an electron or photon if it is hard and central enough.
    #[inline]
    pub fn egamma(&mut self, pt_gev: f64, eta: f64, phi: i32, isolated: bool) {
        if pt_gev >= EGAMMA_FLOOR_GEV && eta.abs() < CENTRAL_ETA {
            let flags = u8::from(isolated) * ISOLATED;
            self.egammas.push(Object::new(pt_gev, eta, phi, flags));
        }
    }

    /// Adds a tau if it is hard and central enough.
    #[inline]
    pub fn tau(&mut self, pt_gev: f64, eta: f64, phi: i32, isolated: bool) {
        if pt_gev >= TAU_FLOOR_GEV && eta.abs() < CENTRAL_ETA {
            let flags = u8::from(isolated) * ISOLATED;
            self.taus.push(Object::new(pt_gev, eta, phi, flags));
        }
    }

    /// Measures the sums once all objects are there.
    pub fn finish(&mut self, draw: &mut Draw) {
        self.ht_gev = self
            .jets
            .as_slice()
            .iter()
            .filter(|j| j.pt_gev() >= HT_JET_GEV && j.eta().abs() < HT_ETA)
            .map(|j| j.pt_gev())
            .sum();
        // A two-dimensional normal distribution: Rayleigh's radius, and any direction.
        let radius = self.met_resolution_gev * (-2.0 * maths::ln(draw.unit())).sqrt();
        let step = (draw.word() >> 20) as i32;
        let [x, y] = self.invisible_gev;
        let (pt, phi) = if x == 0.0 && y == 0.0 {
            (radius, step)
        } else {
            let angle = f64::from(radians(step));
            let x = x + radius * libm::cos(angle);
            let y = y + radius * libm::sin(angle);
            ((x * x + y * y).sqrt(), phi_step(libm::atan2(y, x)))
        };
        let met = Object::new(pt, 0.0, phi & (TURN - 1), 0);
        (self.met_gev, self.met_phi) = (met.pt_gev(), met.phi());
    }
}
