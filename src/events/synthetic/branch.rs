//! The branches, and how each is read off the blocks.

use super::block::{Block, Collection};
use super::event::{ISOLATED, NEGATIVE};
use super::object::Object;
use super::strata::Strata;
use crate::error::{Error, Result};
use crate::events::{Column, Content, Kind, Values};

/// What fills a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    Count(Objects),
    Objects(Objects, Measure),
    Flags(Objects, Flag),
    CountParticles,
    Particles(Measure),
    ParticleIds,
    GenMetPt,
    MetPt,
    MetPhi,
    HtPt,
    Interactions,
    Weight,
    GenWeight,
    Stratum,
}

/// The kinds of trigger objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objects {
    Muons,
    Egammas,
    Jets,
    Taus,
}

/// What is measured of every object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Pt,
    Eta,
    Phi,
}

/// What an object's flags say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    Charge,
    Quality,
    Isolation,
}

use Flag::{Charge, Isolation, Quality};
use Measure::{Eta, Phi, Pt};
use Objects::{Egammas, Jets, Muons, Taus};

/// All branches, in the order in which they are described.
pub const BRANCHES: [(&str, Fill); 33] = [
    ("nL1Mu", Fill::Count(Muons)),
    ("L1Mu_pt", Fill::Objects(Muons, Pt)),
    ("L1Mu_eta", Fill::Objects(Muons, Eta)),
    ("L1Mu_phi", Fill::Objects(Muons, Phi)),
    ("L1Mu_charge", Fill::Flags(Muons, Charge)),
    ("L1Mu_hwQual", Fill::Flags(Muons, Quality)),
    ("nL1EG", Fill::Count(Egammas)),
    ("L1EG_pt", Fill::Objects(Egammas, Pt)),
    ("L1EG_eta", Fill::Objects(Egammas, Eta)),
    ("L1EG_phi", Fill::Objects(Egammas, Phi)),
    ("L1EG_hwIso", Fill::Flags(Egammas, Isolation)),
    ("nL1Jet", Fill::Count(Jets)),
    ("L1Jet_pt", Fill::Objects(Jets, Pt)),
    ("L1Jet_eta", Fill::Objects(Jets, Eta)),
    ("L1Jet_phi", Fill::Objects(Jets, Phi)),
    ("nL1Tau", Fill::Count(Taus)),
    ("L1Tau_pt", Fill::Objects(Taus, Pt)),
    ("L1Tau_eta", Fill::Objects(Taus, Eta)),
    ("L1Tau_phi", Fill::Objects(Taus, Phi)),
    ("L1Tau_hwIso", Fill::Flags(Taus, Isolation)),
    ("L1MET_pt", Fill::MetPt),
    ("L1MET_phi", Fill::MetPhi),
    ("L1HT_pt", Fill::HtPt),
    ("nGenPart", Fill::CountParticles),
    ("GenPart_pt", Fill::Particles(Pt)),
    ("GenPart_eta", Fill::Particles(Eta)),
    ("GenPart_phi", Fill::Particles(Phi)),
    ("GenPart_pdgId", Fill::ParticleIds),
    ("GenMET_pt", Fill::GenMetPt),
    ("nPU", Fill::Interactions),
    ("weight", Fill::Weight),
    ("genWeight", Fill::GenWeight),
    ("stratum", Fill::Stratum),
];

impl Fill {
    pub fn content(self) -> Content {
        match self {
            Self::Objects(..) | Self::Particles(_) => Content::Jagged(Kind::F32),
            Self::Flags(..) | Self::ParticleIds => Content::Jagged(Kind::I32),
            Self::GenMetPt | Self::MetPt | Self::MetPhi | Self::HtPt | Self::GenWeight => {
                Content::Flat(Kind::F32)
            }
            Self::Count(_) | Self::CountParticles | Self::Interactions => Content::Flat(Kind::I32),
            Self::Weight => Content::Flat(Kind::F64),
            Self::Stratum => Content::Flat(Kind::U8),
        }
    }
}

impl Fill {
    /// The branch of all these events, block after block.
    pub fn column(self, blocks: &[Block], strata: &Strata) -> Result<Column> {
        let flat = |values| Ok(Column::flat(values));
        match self {
            Self::Objects(kind, measure) => {
                let of = |b| collection(b, kind);
                match measure {
                    Pt => jagged(blocks, of, Values::F32, |o| o.pt_gev()),
                    Eta => jagged(blocks, of, Values::F32, |o| o.eta()),
                    Phi => jagged(blocks, of, Values::F32, |o| o.phi()),
                }
            }
            Self::Flags(kind, flag) => {
                let of = |b| collection(b, kind);
                match flag {
                    Charge => jagged(blocks, of, Values::I32, |o| {
                        1 - 2 * i32::from(o.flags() & NEGATIVE)
                    }),
                    Quality => jagged(blocks, of, Values::I32, |o| i32::from(o.flags() >> 1)),
                    Isolation => {
                        jagged(blocks, of, Values::I32, |o| i32::from(o.flags() & ISOLATED))
                    }
                }
            }
            Self::Particles(measure) => {
                let of = Block::particles;
                match measure {
                    Pt => jagged(blocks, of, Values::F32, |p| p.pt_gev),
                    Eta => jagged(blocks, of, Values::F32, |p| p.eta),
                    Phi => jagged(blocks, of, Values::F32, |p| p.phi),
                }
            }
            Self::ParticleIds => jagged(blocks, Block::particles, Values::I32, |p| p.pdg_id),
            Self::GenMetPt => flat(Values::F32(join(blocks, |b| {
                b.invisible_gev.iter().copied()
            }))),
            Self::Count(kind) => flat(Values::I32(join(blocks, |b| {
                collection(b, kind).counts.iter().map(|n| i32::from(*n))
            }))),
            Self::CountParticles => flat(Values::I32(join(blocks, |b| {
                b.particles().counts.iter().map(|n| i32::from(*n))
            }))),
            Self::MetPt => flat(Values::F32(join(blocks, |b| b.met_gev.iter().copied()))),
            Self::MetPhi => flat(Values::F32(join(blocks, |b| b.met_phi.iter().copied()))),
            Self::HtPt => flat(Values::F32(join(blocks, |b| b.ht_gev.iter().copied()))),
            Self::Interactions => flat(Values::I32(join(blocks, |b| {
                b.interactions.iter().map(|n| i32::from(*n))
            }))),
            Self::Weight => flat(Values::F64(join(blocks, |b| {
                strata_of(b, strata).map(|h| strata.weights[h])
            }))),
            Self::GenWeight => flat(Values::F32(join(blocks, |b| {
                strata_of(b, strata).map(|h| strata.weights[h] as f32)
            }))),
            Self::Stratum => flat(Values::U8(join(blocks, |b| {
                strata_of(b, strata).map(|h| h as u8)
            }))),
        }
    }
}

fn collection(block: &Block, kind: Objects) -> &Collection<Object> {
    match kind {
        Muons => &block.muons,
        Egammas => &block.egammas,
        Jets => &block.jets,
        Taus => &block.taus,
    }
}

fn strata_of(block: &Block, strata: &Strata) -> impl Iterator<Item = usize> {
    let events = block.first..block.first + block.events() as u64;
    events.map(|event| strata.of_event(event))
}

/// One value an event.
fn join<'a, T, I: Iterator<Item = T> + 'a>(
    blocks: &'a [Block],
    values: impl Fn(&'a Block) -> I,
) -> Vec<T> {
    let events = blocks.iter().map(Block::events).sum();
    let mut all = Vec::with_capacity(events);
    for block in blocks {
        all.extend(values(block));
    }
    all
}

/// A property of all items of one kind.
fn jagged<'a, T: Copy + 'a, V>(
    blocks: &'a [Block],
    of: impl Fn(&'a Block) -> &'a Collection<T>,
    kind: impl Fn(Vec<V>) -> Values,
    property: impl Fn(T) -> V,
) -> Result<Column> {
    let total: usize = blocks.iter().map(|b| of(b).items.len()).sum();
    if u32::try_from(total).is_err() {
        return Err(Error::failed(
            "generating synthetic events",
            "more than 2^32 - 1 objects of one kind; ask for fewer events at a time",
        ));
    }
    let events: usize = blocks.iter().map(Block::events).sum();
    let mut offsets = Vec::with_capacity(events + 1);
    let mut values = Vec::with_capacity(total);
    let mut end = 0u32;
    offsets.push(end);
    for block in blocks {
        let collection = of(block);
        offsets.extend(collection.counts.iter().map(|n| {
            end += u32::from(*n);
            end
        }));
        values.extend(collection.items.iter().map(|item| property(*item)));
    }
    Ok(Column::jagged(offsets, kind(values)))
}
