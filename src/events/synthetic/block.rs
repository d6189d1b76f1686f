//! Events side by side: what a thread makes at a time.

use super::Synthetic;
use super::draw::Draw;
use super::event::{Event, Particle};
use super::object::{List, Object};
use super::process::Process;
use super::signal::signal;
use std::ops::Range;

/// Separates these numbers from other uses of the same seed; the process is added.
const KIND: u32 = 0x5359_0000;

/// Objects of one kind, of event after event.
#[derive(Debug)]
pub struct Collection<T> {
    pub items: Vec<T>,
    /// How many each event has.
    pub counts: Vec<u8>,
}

impl<T: Copy> Collection<T> {
    fn with_capacity(events: usize, per_event: f64) -> Self {
        Self {
            items: Vec::with_capacity((events as f64 * per_event) as usize),
            counts: Vec::with_capacity(events),
        }
    }

    fn push(&mut self, items: &[T]) {
        self.items.extend_from_slice(items);
        self.counts.push(items.len() as u8);
    }
}

/// A range of events, complete.
#[derive(Debug)]
pub struct Block {
    pub first: u64,
    pub muons: Collection<Object>,
    pub egammas: Collection<Object>,
    pub jets: Collection<Object>,
    pub taus: Collection<Object>,
    particles: Collection<Particle>,
    pub invisible_gev: Vec<f32>,
    pub met_gev: Vec<f32>,
    pub met_phi: Vec<f32>,
    pub ht_gev: Vec<f32>,
    pub interactions: Vec<u16>,
}

impl Block {
    pub fn generate(synthetic: &Synthetic, events: Range<u64>) -> Self {
        let n = (events.end - events.start) as usize;
        let mut block = Self {
            first: events.start,
            muons: Collection::with_capacity(n, 0.5),
            egammas: Collection::with_capacity(n, 2.0),
            jets: Collection::with_capacity(n, 5.0),
            taus: Collection::with_capacity(n, 1.0),
            particles: Collection::with_capacity(n, 0.0),
            invisible_gev: Vec::with_capacity(n),
            met_gev: Vec::with_capacity(n),
            met_phi: Vec::with_capacity(n),
            ht_gev: Vec::with_capacity(n),
            interactions: Vec::with_capacity(n),
        };
        let process = synthetic.settings.process;
        let kind = KIND + process as u32;
        let mut event = Event::default();
        for number in events {
            let mut draw = Draw::new(synthetic.settings.seed, kind, number);
            event.clear();
            let tail = synthetic.strata.tail_of(synthetic.strata.of_event(number));
            let tail = tail.start + (tail.end - tail.start) * draw.fine_unit();
            synthetic.background.crossing(tail, &mut draw, &mut event);
            if process != Process::Background {
                signal(process, &mut draw, &mut event);
            }
            event.finish(&mut draw);
            block.push(&event);
        }
        block
    }

    pub fn particles(&self) -> &Collection<Particle> {
        &self.particles
    }

    pub fn events(&self) -> usize {
        self.met_gev.len()
    }

    fn push(&mut self, event: &Event) {
        let lists: [(&mut Collection<Object>, &List); 4] = [
            (&mut self.muons, &event.muons),
            (&mut self.egammas, &event.egammas),
            (&mut self.jets, &event.jets),
            (&mut self.taus, &event.taus),
        ];
        for (collection, list) in lists {
            collection.push(list.as_slice());
        }
        self.particles.push(&event.particles);
        let [x, y] = event.invisible_gev;
        self.invisible_gev.push((x * x + y * y).sqrt() as f32);
        self.met_gev.push(event.met_gev);
        self.met_phi.push(event.met_phi);
        self.ht_gev.push(event.ht_gev);
        self.interactions.push(event.interactions as u16);
    }
}
