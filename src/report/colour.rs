//! Colours: viridis for surfaces, a small palette for marks and lines.

pub use plotters::style::RGBColor as Colour;

pub const BLACK: Colour = Colour(0, 0, 0);
pub const WHITE: Colour = Colour(255, 255, 255);
pub const GREY: Colour = Colour(95, 95, 95);
pub const PALE: Colour = Colour(150, 150, 150);
pub const BLUE: Colour = Colour(0, 114, 178);
pub const PALE_BLUE: Colour = Colour(120, 170, 214);
pub const VERMILION: Colour = Colour(213, 94, 0);
pub const GREEN: Colour = Colour(0, 158, 115);
pub const PURPLE: Colour = Colour(170, 75, 145);

/// Colours of lines in one frame, by their order; they differ in lightness too.
pub const LINES: [Colour; 6] = [
    BLUE,
    VERMILION,
    GREEN,
    PURPLE,
    Colour(200, 140, 0),
    Colour(60, 60, 60),
];

/// Colours of the marks, by their order: none of them occurs in viridis.
pub const MARKS: [Colour; 8] = [
    Colour(230, 50, 40),
    Colour(255, 150, 30),
    Colour(245, 120, 190),
    Colour(25, 25, 25),
    Colour(255, 235, 205),
    Colour(150, 75, 20),
    Colour(190, 190, 190),
    Colour(150, 20, 60),
];

/// Viridis at `t` in 0..1, dark blue to yellow: equal steps look equal, also without colour vision.
///
/// The polynomial is M. Zucker's fit (CC0) to the map of S. van der Walt and N. Smith (CC0).
pub fn viridis(t: f64) -> Colour {
    const C: [[f64; 3]; 7] = [
        [0.2777273272234177, 0.005407344544966578, 0.3340998053353061],
        [0.1050930431085774, 1.404613529898575, 1.384590162594685],
        [-0.3308618287255563, 0.214847559468213, 0.09509516302823659],
        [-4.634230498983486, -5.799100973351585, -19.33244095627987],
        [6.228269936347081, 14.17993336680509, 56.69055260068105],
        [4.776384997670288, -13.74514537774601, -65.35303263337234],
        [-5.435455855934631, 4.645852612178535, 26.3124352495832],
    ];
    let t = t.clamp(0.0, 1.0);
    let channel = |i: usize| {
        let v = C.iter().rev().fold(0.0, |sum, c| sum * t + c[i]);
        (v.clamp(0.0, 1.0) * 255.0).round() as u8
    };
    Colour(channel(0), channel(1), channel(2))
}

/// Black or white, whichever is easier to read on `ground`.
pub fn contrast(ground: Colour) -> Colour {
    let Colour(r, g, b) = ground;
    let luminance = 0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b);
    if luminance < 135.0 { WHITE } else { BLACK }
}

/// A pale version of `colour`, the paler the smaller `strength` (0..1).
pub fn tint(colour: Colour, strength: f64) -> Colour {
    let pale = |c: u8| (255.0 - strength * (255.0 - f64::from(c))) as u8;
    Colour(pale(colour.0), pale(colour.1), pale(colour.2))
}

/// Values to colours, in steps fine enough to look continuous and coarse enough to merge cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColourScale {
    pub low: f64,
    pub high: f64,
    /// Equal factors, not equal differences, have equal steps of colour.
    pub log: bool,
}

impl ColourScale {
    pub const STEPS: usize = 80;
    /// From this ratio of largest to smallest on, a linear scale would leave most of a surface dark.
    const LOG_FROM: f64 = 10.0;

    /// The scale over the finite ones of `values`; `None` where there are none.
    pub fn over<'a>(values: impl IntoIterator<Item = &'a f64>) -> Option<Self> {
        let (low, high) = super::surface::range(values.into_iter().copied())?;
        // A flat surface still needs a range to draw a bar over.
        let (low, high) = if high > low {
            (low, high)
        } else {
            let pad = if low == 0.0 { 1.0 } else { low.abs() * 0.05 };
            (low - pad, high + pad)
        };
        Some(Self {
            low,
            high,
            log: low > 0.0 && high / low >= Self::LOG_FROM,
        })
    }

    pub fn step(&self, value: f64) -> usize {
        let t = if self.log {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        ((t * Self::STEPS as f64).max(0.0) as usize).min(Self::STEPS - 1)
    }

    pub fn step_colour(step: usize) -> Colour {
        viridis((step as f64 + 0.5) / Self::STEPS as f64)
    }

    pub fn colour(&self, value: f64) -> Colour {
        Self::step_colour(self.step(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viridis_ends_are_the_published_ones() {
        // Published table: #440154 and #fde725; the fit stays within a few of 255.
        let near = |a: Colour, b: Colour| {
            a.0.abs_diff(b.0) < 6 && a.1.abs_diff(b.1) < 6 && a.2.abs_diff(b.2) < 6
        };
        assert!(near(viridis(0.0), Colour(0x44, 0x01, 0x54)));
        assert!(near(viridis(0.5), Colour(0x21, 0x91, 0x8c)));
        assert!(near(viridis(1.0), Colour(0xfd, 0xe7, 0x25)));
    }

    #[test]
    fn a_flat_surface_has_a_scale_and_an_empty_one_has_none() {
        let flat = ColourScale::over(&[3.0, 3.0, f64::NAN]).unwrap();
        assert!(flat.low < 3.0 && flat.high > 3.0);
        assert_eq!(ColourScale::over(&[f64::NAN]), None);
        let wide = ColourScale::over(&[1.0, 100.0]).unwrap();
        assert!(wide.log && wide.step(10.0) == ColourScale::STEPS / 2);
    }
}
