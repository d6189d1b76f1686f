//! The colour bar beside a surface.

use super::colour::{BLACK, ColourScale, WHITE};
use super::frame::{Axis, CAP, Frame, TICK_SIZE, TITLE_SIZE};
use super::scene::{Anchor, Scene, Text, WIDTH, text_width};

const WIDTH_OF_BAR: f64 = 30.0;
const GAP: f64 = 34.0;

/// The colour axis of a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct ColourBar {
    pub axis: Axis,
    pub scale: ColourScale,
}

impl ColourBar {
    pub fn new(title: String, scale: ColourScale) -> Self {
        let axis = if scale.log {
            Axis::factors(title, scale.low, scale.high)
        } else {
            Axis::linear(title, scale.low, scale.high, 8)
        };
        Self { axis, scale }
    }

    fn label_width(&self) -> f64 {
        let widths = self.axis.labels.iter().map(|l| text_width(l, TICK_SIZE));
        widths.fold(0.0, f64::max)
    }

    /// The room that bar, labels and title need to the right of the frame.
    pub fn width(&self) -> f64 {
        GAP + WIDTH_OF_BAR + 10.0 + self.label_width() + 16.0 + TITLE_SIZE + 12.0
    }

    pub fn draw(&self, scene: &mut Scene, frame: &Frame) {
        let (left, right) = (frame.right + GAP, frame.right + GAP + WIDTH_OF_BAR);
        let (top, bottom) = (frame.top, frame.bottom);
        let height = (bottom - top) / ColourScale::STEPS as f64;
        for step in 0..ColourScale::STEPS {
            let y = bottom - step as f64 * height;
            let colour = ColourScale::step_colour(step);
            // Up to the top: later steps cover what is too much.
            scene.rect((left, top), (right, y), colour);
        }
        for v in &self.axis.ticks.major {
            let y = bottom - self.axis.fraction(*v) * (bottom - top);
            if y > top + 2.0 && y < bottom - 2.0 {
                for (width, colour) in [(3.5, WHITE), (1.5, BLACK)] {
                    scene.line(vec![(right - 9.0, y), (right, y)], width, colour);
                }
            }
        }
        scene.line(
            vec![
                (left, top),
                (right, top),
                (right, bottom),
                (left, bottom),
                (left, top - 0.75),
            ],
            1.5,
            BLACK,
        );
        let mut taken = f64::INFINITY;
        for (v, label) in self.axis.ticks.major.iter().zip(&self.axis.labels) {
            let y = bottom - self.axis.fraction(*v) * (bottom - top) + TICK_SIZE * CAP / 2.0;
            if y < taken {
                let at = (right + 10.0, y);
                scene.text(Text::new(label.clone(), at, TICK_SIZE, Anchor::Start));
                taken = y - TICK_SIZE - 4.0;
            }
        }
        let room = bottom - top;
        let width = text_width(&self.axis.title, TITLE_SIZE);
        let size = TITLE_SIZE * (room / width.max(1.0)).min(1.0);
        let at = (WIDTH - 16.0, top);
        scene.text(Text::new(self.axis.title.clone(), at, size, Anchor::End).upwards());
    }
}
