//! Five signals of distinct shape: decays with their proper kinematics, then a trigger's eyes.

use super::draw::Draw;
use super::event::{CENTRAL_ETA, Event, JET_FLOOR_GEV, MUON_ETA, Particle};
use super::four_vector::FourVector;
use super::maths;
use super::object::{Object, phi_step};
use super::process::Process;
use std::f64::consts::{FRAC_PI_2, PI};

// Masses and width in GeV (Particle Data Group 2024, rounded).
const Z_MASS: f64 = 91.19;
const Z_WIDTH: f64 = 2.495;
const W_MASS: f64 = 80.37;
const HIGGS_MASS: f64 = 125.2;
const TOP_MASS: f64 = 172.6;
const B_MASS: f64 = 4.8;
const TAU_MASS: f64 = 1.777;

// What a toy trigger does to a particle in its acceptance.
const MUON_SPREAD: f64 = 0.08;
const MUON_EFFICIENCY: f64 = 0.93;
const EGAMMA_SPREAD: f64 = 0.05;
const EGAMMA_EFFICIENCY: f64 = 0.97;
const TAU_SPREAD: f64 = 0.12;
const TAU_EFFICIENCY: f64 = 0.88;
const JET_SPREAD: f64 = 0.15;

/// Adds the objects of one signal event.
pub fn signal(process: Process, draw: &mut Draw, event: &mut Event) {
    match process {
        Process::Background => {}
        Process::ZMuMu => z_mumu(draw, event),
        Process::HTauTau => h_tautau(draw, event),
        Process::TTbar => ttbar(draw, event),
        Process::Hh4b => hh_4b(draw, event),
        Process::SoftMet => soft_met(draw, event),
    }
}

fn z_mumu(draw: &mut Draw, event: &mut Event) {
    // A Breit-Wigner curve cut at 60 and 120 GeV, by inversion of its arctangent.
    let [low, high] = [60.0, 120.0].map(|m| libm::atan(2.0 * (m - Z_MASS) / Z_WIDTH));
    let angle = low + (high - low) * draw.fine_unit();
    let mass = Z_MASS + 0.5 * Z_WIDTH * libm::tan(angle);
    let z = recoiling(draw, 30.0, mass);
    recoil_jet(draw, event, z);
    let [a, b] = z.decay([0.0, 0.0], draw);
    muon(draw, event, a, false);
    muon(draw, event, b, true);
}

fn h_tautau(draw: &mut Draw, event: &mut Event) {
    let higgs = recoiling(draw, 45.0, HIGGS_MASS);
    recoil_jet(draw, event, higgs);
    let taus = higgs.decay([TAU_MASS; 2], draw);
    for (tau, negative) in taus.into_iter().zip([false, true]) {
        let decay = draw.unit();
        // Measured branching fractions: muon 17.4 %, electron 17.8 %, the others hadronic.
        if decay < 0.352 {
            // Two neutrinos take most of a lepton's decay.
            let lepton = tau.scaled(0.05 + 0.9 * draw.unit() * draw.unit().sqrt());
            invisible(event, tau, lepton);
            if decay < 0.174 {
                muon(draw, event, lepton, negative);
            } else {
                electron(draw, event, lepton, negative);
            }
        } else {
            let visible = tau.scaled(0.25 + 0.73 * draw.unit());
            invisible(event, tau, visible);
            hadronic_tau(draw, event, visible, negative);
        }
    }
}

fn ttbar(draw: &mut Draw, event: &mut Event) {
    let pt = 75.0 * (maths::pow(draw.unit(), -0.25) - 1.0) + 60.0 * draw.unit();
    let [leptonic, hadronic] = back_to_back(draw, pt, TOP_MASS);
    let [w, b] = leptonic.decay([W_MASS, B_MASS], draw);
    b_jet(draw, event, b);
    let [lepton, neutrino] = w.decay([0.0, 0.0], draw);
    event.invisible_gev[0] += neutrino.x;
    event.invisible_gev[1] += neutrino.y;
    let word = draw.word();
    if word & 1 == 0 {
        muon(draw, event, lepton, word & 2 == 0);
    } else {
        electron(draw, event, lepton, word & 2 == 0);
    }
    let [w, b] = hadronic.decay([W_MASS, B_MASS], draw);
    b_jet(draw, event, b);
    for quark in w.decay([0.0, 0.0], draw) {
        jet(draw, event, quark, 1.0);
    }
}

fn hh_4b(draw: &mut Draw, event: &mut Event) {
    let pt = 40.0 + 160.0 * (maths::pow(draw.unit(), -0.25) - 1.0) + 120.0 * draw.unit();
    for higgs in back_to_back(draw, pt, HIGGS_MASS) {
        for b in higgs.decay([B_MASS; 2], draw) {
            b_jet(draw, event, b);
        }
    }
}

fn soft_met(draw: &mut Draw, event: &mut Event) {
    // The invisible pair is pushed by one jet: what is missing is as soft as that jet.
    let pt = 60.0 * maths::pow(draw.unit(), -1.0 / 3.5);
    let phi = turn(draw);
    let eta = 2.2 * (draw.unit() + draw.unit() - 1.0);
    jet(draw, event, FourVector::new(pt, eta, phi, 0.0), 1.0);
    let missing = pt * (0.85 + 0.15 * draw.unit());
    event.invisible_gev[0] -= missing * libm::cos(phi);
    event.invisible_gev[1] -= missing * libm::sin(phi);
    if draw.chance(0.5) {
        let soft = 3.0 + 12.0 * draw.unit();
        let eta = 2.4 * (2.0 * draw.unit() - 1.0);
        let negative = draw.chance(0.5);
        let phi = turn(draw);
        muon(draw, event, FourVector::new(soft, eta, phi, 0.0), negative);
    }
}

/// One resonance with a falling momentum of about this scale, most often central.
fn recoiling(draw: &mut Draw, scale_gev: f64, mass: f64) -> FourVector {
    let pt = scale_gev * (maths::pow(draw.unit(), -1.0 / 3.5) - 1.0);
    let rapidity = 2.6 * (draw.unit() + draw.unit() - 1.0);
    let phi = turn(draw);
    FourVector::new(pt, rapidity, phi, mass)
}

/// Two particles of this mass and transverse momentum, opposite to each other.
fn back_to_back(draw: &mut Draw, pt: f64, mass: f64) -> [FourVector; 2] {
    let boost = 1.6 * (draw.unit() + draw.unit() - 1.0);
    let apart = 0.9 * (draw.unit() + draw.unit() - 1.0);
    let phi = turn(draw);
    let bend = 0.2 * draw.bell();
    [
        FourVector::new(pt, boost + apart, phi, mass),
        FourVector::new(pt, boost - apart, phi + PI + bend, mass),
    ]
}

/// The jet that a resonance recoils against.
fn recoil_jet(draw: &mut Draw, event: &mut Event, resonance: FourVector) {
    let eta = 3.0 * (draw.unit() + draw.unit() - 1.0);
    let against = FourVector::new(resonance.pt(), eta, resonance.phi() + PI, 0.0);
    jet(draw, event, against, 1.0);
}

fn muon(draw: &mut Draw, event: &mut Event, p: FourVector, negative: bool) {
    note(event, p, if negative { 13 } else { -13 });
    let found = draw.chance(MUON_EFFICIENCY);
    let pt = p.pt() * (1.0 + MUON_SPREAD * draw.bell());
    let quality = if draw.chance(0.9) { 12 } else { 8 };
    if found && p.eta().abs() < MUON_ETA {
        event.muon(pt, p.eta(), phi_step(p.phi()), negative, quality);
    } else {
        // What is not measured goes missing.
        invisible(event, p, p.scaled(0.0));
    }
}

/// Electrons are jets too, as Level-1 sees them.
fn electron(draw: &mut Draw, event: &mut Event, p: FourVector, negative: bool) {
    note(event, p, if negative { 11 } else { -11 });
    let found = draw.chance(EGAMMA_EFFICIENCY);
    let pt = p.pt() * (1.0 + EGAMMA_SPREAD * draw.bell());
    let isolated = draw.chance(0.92);
    if found && p.eta().abs() < CENTRAL_ETA {
        event.egamma(pt, p.eta(), phi_step(p.phi()), isolated);
    }
    jet(draw, event, p, 1.0);
}

/// Hadronic taus are jets too, as Level-1 sees them.
fn hadronic_tau(draw: &mut Draw, event: &mut Event, p: FourVector, negative: bool) {
    note(event, p, if negative { 15 } else { -15 });
    let found = draw.chance(TAU_EFFICIENCY);
    let pt = p.pt() * (1.0 + TAU_SPREAD * draw.bell());
    let isolated = draw.chance(0.8);
    if found && p.eta().abs() < CENTRAL_ETA {
        event.tau(pt, p.eta(), phi_step(p.phi()), isolated);
    }
    jet(draw, event, p, 1.0);
}

/// One b jet in five has a muon inside, and a neutrino that takes part of it away.
fn b_jet(draw: &mut Draw, event: &mut Event, p: FourVector) {
    note(event, p, 5);
    if draw.chance(0.2) {
        let [lepton, neutrino] = [0.25 * draw.unit(), 0.2 * draw.unit()];
        let inside = p.scaled(lepton);
        invisible(event, p, p.scaled(1.0 - neutrino));
        let word = draw.word();
        let near = f64::from(word & 0xFF) * (0.2 / 255.0) - 0.1;
        if word & 0x100 == 0 {
            let phi = phi_step(inside.phi());
            event.muon(inside.pt(), p.eta() + near, phi, word & 0x200 == 0, 12);
        }
        jet(draw, event, p, 1.0 - lepton - neutrino);
    } else {
        jet(draw, event, p, 1.0);
    }
}

/// A jet of which a share of the momentum is measured.
fn jet(draw: &mut Draw, event: &mut Event, p: FourVector, share: f64) {
    let pt = p.pt() * share * (1.0 + JET_SPREAD * draw.bell());
    if pt >= JET_FLOOR_GEV && p.eta().abs() < 5.0 {
        let object = Object::new(pt, p.eta(), phi_step(p.phi()), 0);
        event.jets.push(object);
    }
}

/// Adds what `whole` has and `seen` lacks to what is missing.
fn invisible(event: &mut Event, whole: FourVector, seen: FourVector) {
    event.invisible_gev[0] += whole.x - seen.x;
    event.invisible_gev[1] += whole.y - seen.y;
}

fn note(event: &mut Event, p: FourVector, pdg_id: i32) {
    event.particles.push(Particle {
        pt_gev: p.pt() as f32,
        eta: p.eta() as f32,
        phi: p.phi() as f32,
        pdg_id,
    });
}

/// A direction in radians.
fn turn(draw: &mut Draw) -> f64 {
    4.0 * FRAC_PI_2 * draw.unit() - PI
}
