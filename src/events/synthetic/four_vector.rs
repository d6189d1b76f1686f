//! Momentum four-vectors and decays into two.

use super::draw::Draw;
use std::f64::consts::PI;

/// Momentum and energy in GeV.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FourVector {
    pub x: f64,
    pub y: f64,
    pub z: f64,
    pub e: f64,
}

impl FourVector {
    /// From transverse momentum, rapidity, direction and mass.
    pub fn new(pt: f64, rapidity: f64, phi: f64, mass: f64) -> Self {
        let transverse = (pt * pt + mass * mass).sqrt();
        Self {
            x: pt * libm::cos(phi),
            y: pt * libm::sin(phi),
            z: transverse * libm::sinh(rapidity),
            e: transverse * libm::cosh(rapidity),
        }
    }

    pub fn pt(self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }

    pub fn eta(self) -> f64 {
        libm::asinh(self.z / self.pt().max(1e-9))
    }

    pub fn phi(self) -> f64 {
        libm::atan2(self.y, self.x)
    }

    pub fn mass(self) -> f64 {
        let square = self.e * self.e - self.x * self.x - self.y * self.y - self.z * self.z;
        square.max(0.0).sqrt()
    }

    pub fn scaled(self, factor: f64) -> Self {
        Self {
            x: factor * self.x,
            y: factor * self.y,
            z: factor * self.z,
            e: factor * self.e,
        }
    }

    /// Into two particles of these masses, in any direction of its rest frame.
    pub fn decay(self, masses: [f64; 2], draw: &mut Draw) -> [Self; 2] {
        let mass = self.mass();
        let [a, b] = masses.map(|m| m * m);
        let energy = (mass * mass + a - b) / (2.0 * mass);
        let momentum = (energy * energy - a).max(0.0).sqrt();
        let cos = 2.0 * draw.unit() - 1.0;
        let across = momentum * (1.0 - cos * cos).sqrt();
        let phi = 2.0 * PI * draw.unit();
        let (x, y, z) = (
            across * libm::cos(phi),
            across * libm::sin(phi),
            momentum * cos,
        );
        // The boost from the rest frame to one where the parent has this momentum.
        let along = (self.x * x + self.y * y + self.z * z) / mass;
        let factor = along / (self.e + mass) + energy / mass;
        let first = Self {
            x: x + self.x * factor,
            y: y + self.y * factor,
            z: z + self.z * factor,
            e: self.e * energy / mass + along,
        };
        let second = Self {
            x: self.x - first.x,
            y: self.y - first.y,
            z: self.z - first.z,
            e: self.e - first.e,
        };
        [first, second]
    }
}

impl std::ops::Add for FourVector {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            x: self.x + other.x,
            y: self.y + other.y,
            z: self.z + other.z,
            e: self.e + other.e,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decay_keeps_the_masses_and_the_sum() {
        let mut draw = Draw::new(1, 2, 3);
        for k in 0..100 {
            let parent = FourVector::new(f64::from(k), 1.2, 0.3, 172.5);
            let [w, b] = parent.decay([80.4, 4.7], &mut draw);
            assert!((w.mass() - 80.4).abs() < 1e-6 && (b.mass() - 4.7).abs() < 1e-5);
            assert!(((w + b).mass() - 172.5).abs() < 1e-9 && b.e > 0.0);
        }
    }
}
