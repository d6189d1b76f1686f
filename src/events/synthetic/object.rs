//! Trigger objects as 64 bits each, so that sorting is comparing, and lists of them without a heap.

use std::f64::consts::PI;

/// Objects of one kind that an event keeps at most, as Level-1 hardware does.
pub const MOST: usize = 12;
/// Transverse momenta are whole multiples of this, rounded down, as in Level-1 hardware.
pub const STEP_GEV: f64 = 0.5;
/// Directions are multiples of a turn / 4096.
pub const TURN: i32 = 4096;
/// Pseudorapidities lie in the middle of one of 4096 equal steps from -5 to 5.
const ETA_STEPS: f64 = 4096.0;
const ETA_END: f64 = 5.0;

/// Momentum, pseudorapidity, direction and flags of an object; the larger momentum compares larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Object(u64);

impl Object {
    /// `phi` counts 4096ths of a turn; `flags` are for the kind to say.
    #[inline]
    pub fn new(pt_gev: f64, eta: f64, phi: i32, flags: u8) -> Self {
        let pt = (pt_gev.clamp(0.0, 4095.5) * (1.0 / STEP_GEV)) as u64;
        let eta = ((eta + ETA_END) * (ETA_STEPS / (2.0 * ETA_END))).clamp(0.0, ETA_STEPS - 1.0);
        let phi = (phi & (TURN - 1)) as u64;
        Self(pt << 48 | (eta as u64) << 36 | phi << 24 | u64::from(flags))
    }

    #[inline]
    pub fn pt_gev(self) -> f32 {
        (self.0 >> 48) as f32 * STEP_GEV as f32
    }

    #[inline]
    pub fn eta(self) -> f32 {
        let step = (self.0 >> 36 & 0xFFF) as f64;
        ((step + 0.5) * (2.0 * ETA_END / ETA_STEPS) - ETA_END) as f32
    }

    /// In (-pi, pi).
    #[inline]
    pub fn phi(self) -> f32 {
        radians((self.0 >> 24 & 0xFFF) as i32)
    }

    #[inline]
    pub fn flags(self) -> u8 {
        self.0 as u8
    }
}

/// The middle of one of 4096 steps of direction, in (-pi, pi).
#[inline]
pub fn radians(phi: i32) -> f32 {
    ((f64::from(phi & (TURN - 1)) + 0.5) * (2.0 * PI / f64::from(TURN)) - PI) as f32
}

/// The step of direction that holds this angle.
pub fn phi_step(radians: f64) -> i32 {
    libm::floor((radians + PI) * (f64::from(TURN) / (2.0 * PI))) as i32 & (TURN - 1)
}

/// Objects of one kind in one event, by falling momentum; the softest beyond [`MOST`] are lost.
#[derive(Debug, Clone, Copy, Default)]
pub struct List {
    objects: [Object; MOST],
    len: usize,
}

impl List {
    #[inline]
    pub fn push(&mut self, object: Object) {
        let mut at = if self.len < MOST {
            self.len += 1;
            self.len - 1
        } else if object > self.objects[MOST - 1] {
            MOST - 1
        } else {
            return;
        };
        while at > 0 && self.objects[at - 1] < object {
            self.objects[at] = self.objects[at - 1];
            at -= 1;
        }
        self.objects[at] = object;
    }

    #[inline]
    pub fn clear(&mut self) {
        self.len = 0;
    }

    #[inline]
    pub fn as_slice(&self) -> &[Object] {
        &self.objects[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_keeps_what_its_steps_can_hold() {
        let object = Object::new(23.74, -1.3, 4096 + 17, 0xC5);
        assert_eq!((object.pt_gev(), object.flags()), (23.5, 0xC5));
        assert!((object.eta() + 1.3).abs() <= 0.5 * 10.0 / 4096.0 + 1e-6);
        assert_eq!(object.phi(), radians(17));
        for angle in [-3.1, -1.0, 0.0, 2.5, 3.1] {
            assert!((f64::from(radians(phi_step(angle))) - angle).abs() < 1e-3);
        }
        assert!(Object::new(9000.0, 9.0, -1, 0).pt_gev() == 4095.5);
    }

    #[test]
    fn a_list_keeps_the_hardest_in_falling_order() {
        let mut list = List::default();
        for k in 0..20 {
            list.push(Object::new(f64::from(k * 7 % 20), 0.0, 0, 0));
        }
        let pt: Vec<f32> = list.as_slice().iter().map(|o| o.pt_gev()).collect();
        assert_eq!(pt, (8..20).rev().map(|k| k as f32).collect::<Vec<_>>());
    }
}
