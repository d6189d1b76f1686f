//! A picture as a list of shapes, drawn alike as SVG and as PNG.
//!
//! Coordinates are pixels of the picture, x to the right, y down, and may be fractions: plotters'
//! backends know whole pixels only, so the SVG is drawn larger and scaled by its view box, the PNG
//! drawn larger and averaged down, which also smooths every edge.

use super::colour::{BLACK, Colour, WHITE};
use crate::error::{Error, Result};
use plotters::prelude::{BitMapBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle, FontTransform, ShapeStyle, TextStyle};
use plotters_backend::{DrawingBackend, DrawingErrorKind};
use std::path::Path;
use std::sync::Once;

pub const WIDTH: f64 = 1200.0;
pub const HEIGHT: f64 = 900.0;

/// The family as it stands in an SVG: where a viewer lacks the first it takes the second.
const FAMILY: &str = "DejaVu Sans, sans-serif";
static FONT: &[u8] = include_bytes!("../../assets/font/DejaVuSans.ttf");
/// Height of the font's line (ascent and descent) in em.
const LINE_PER_EM: f64 = 1.164;

const SVG_SCALE: f64 = 4.0;
const PNG_SCALE: usize = 3;

/// How a backend of plotters wants to be driven.
struct Device {
    /// Its pixels per pixel of the picture.
    scale: f64,
    /// Its size of a text of one pixel per em.
    size_per_em: f64,
    /// How far below a text's point it puts the baseline, in its sizes.
    baseline: f64,
    /// Whether lines must be given as shapes: the bitmap fills a long line's outline by the
    /// even-odd rule, which leaves holes where the line touches itself.
    lines_as_shapes: bool,
}

const SVG: Device = Device {
    scale: SVG_SCALE,
    size_per_em: 1.24,
    baseline: 0.76 / 1.24,
    lines_as_shapes: false,
};

const PNG: Device = Device {
    scale: PNG_SCALE as f64,
    size_per_em: LINE_PER_EM,
    baseline: 0.5,
    lines_as_shapes: true,
};

/// Which point of a text is given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

#[derive(Debug, Clone, PartialEq)]
enum Item {
    Polygon {
        points: Vec<(f64, f64)>,
        colour: Colour,
    },
    Rect {
        from: (f64, f64),
        to: (f64, f64),
        colour: Colour,
    },
    Line {
        points: Vec<(f64, f64)>,
        width: f64,
        colour: Colour,
    },
    Text(Text),
}

/// One line of text on its baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub text: String,
    pub at: (f64, f64),
    /// Pixels per em.
    pub size: f64,
    pub anchor: Anchor,
    pub colour: Colour,
    /// Read upwards: turned by 90 degrees counter-clockwise.
    pub upwards: bool,
}

impl Text {
    pub fn new(text: impl Into<String>, at: (f64, f64), size: f64, anchor: Anchor) -> Self {
        Self {
            text: text.into(),
            at,
            size,
            anchor,
            colour: BLACK,
            upwards: false,
        }
    }

    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    pub fn upwards(mut self) -> Self {
        self.upwards = true;
        self
    }
}

/// A picture of [`WIDTH`] x [`HEIGHT`] pixels; later shapes cover earlier ones.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scene {
    items: Vec<Item>,
}

impl Scene {
    pub fn rect(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour) {
        let (left, right) = (from.0.min(to.0), from.0.max(to.0));
        let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
        self.items.push(Item::Rect {
            from: (left, top),
            to: (right, bottom),
            colour,
        });
    }

    pub fn polygon(&mut self, points: Vec<(f64, f64)>, colour: Colour) {
        self.items.push(Item::Polygon { points, colour });
    }

    /// A line through `points`; points closer than half a pixel to their predecessor are dropped.
    pub fn line(&mut self, points: Vec<(f64, f64)>, width: f64, colour: Colour) {
        let mut kept: Vec<(f64, f64)> = Vec::with_capacity(points.len());
        let last = points.len().saturating_sub(1);
        for (k, p) in points.into_iter().enumerate() {
            let far = kept
                .last()
                .is_none_or(|q| (p.0 - q.0).hypot(p.1 - q.1) >= 0.5);
            if far {
                kept.push(p);
            } else if k == last && kept.len() > 1 {
                kept.pop();
                kept.push(p);
            }
        }
        if kept.len() > 1 {
            self.items.push(Item::Line {
                points: kept,
                width,
                colour,
            });
        }
    }

    /// A dashed line: `on` pixels drawn, `off` pixels left out.
    pub fn dashed(
        &mut self,
        points: &[(f64, f64)],
        width: f64,
        colour: Colour,
        (on, off): (f64, f64),
    ) {
        let mut dash: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
        let (mut drawing, mut left) = (true, on);
        for pair in points.windows(2) {
            let (mut a, b) = (pair[0], pair[1]);
            let mut length = (b.0 - a.0).hypot(b.1 - a.1);
            while length > left {
                let t = left / length;
                a = (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
                length -= left;
                if drawing {
                    dash.push(a);
                    self.line(std::mem::take(&mut dash), width, colour);
                }
                drawing = !drawing;
                left = if drawing { on } else { off };
                dash = vec![a];
            }
            left -= length;
            if drawing {
                dash.push(b);
            }
        }
        if drawing {
            self.line(dash, width, colour);
        }
    }

    pub fn text(&mut self, text: Text) {
        if !text.text.is_empty() {
            self.items.push(Item::Text(text));
        }
    }

    /// Every text with its box (left, top, right, bottom).
    #[cfg(test)]
    pub fn text_boxes(&self) -> Vec<(String, [f64; 4])> {
        let texts = self.items.iter().filter_map(|item| match item {
            Item::Text(text) => Some(text),
            _ => None,
        });
        texts
            .map(|t| {
                let (x, y) = t.at;
                let width = text_width(&t.text, t.size);
                let (before, after) = match t.anchor {
                    Anchor::Start => (0.0, width),
                    Anchor::Middle => (width / 2.0, width / 2.0),
                    Anchor::End => (width, 0.0),
                };
                let (above, below) = (0.73 * t.size, 0.21 * t.size);
                let bounds = if t.upwards {
                    [x - above, y - after, x + below, y + before]
                } else {
                    [x - before, y - above, x + after, y + below]
                };
                (t.text.clone(), bounds)
            })
            .collect()
    }

    /// The picture as an SVG document with `title` for those who cannot see it.
    pub fn svg(&self, title: &str) -> Result<String> {
        let size = ((WIDTH * SVG_SCALE) as u32, (HEIGHT * SVG_SCALE) as u32);
        let mut text = String::new();
        {
            let mut backend = SVGBackend::with_string(&mut text, size);
            self.draw(&mut backend, &SVG)
                .and_then(|()| backend.present())
                .map_err(|e| Error::failed(format!("drawing `{title}`"), e))?;
        }
        let body = text.split_once('>').map_or("", |(_, body)| body);
        // Both are the default; leaving them out halves the file.
        let body = body
            .replace(" opacity=\"1\"", "")
            .replace(" stroke=\"none\"", "");
        let title = title
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
             viewBox=\"0 0 {} {}\" role=\"img\" stroke-linejoin=\"round\" \
             stroke-linecap=\"butt\">\n<title>{title}</title>{body}",
            size.0, size.1
        ))
    }

    /// Writes the picture as a PNG of [`WIDTH`] x [`HEIGHT`] pixels.
    pub fn png(&self, path: &Path) -> Result<()> {
        let failed =
            |e: &dyn std::fmt::Display| Error::failed(format!("writing {}", path.display()), e);
        let (w, h) = (WIDTH as usize, HEIGHT as usize);
        let (large_w, large_h) = (w * PNG_SCALE, h * PNG_SCALE);
        let mut large = vec![255u8; large_w * large_h * 3];
        {
            let mut backend =
                BitMapBackend::with_buffer(&mut large, (large_w as u32, large_h as u32));
            self.draw(&mut backend, &PNG)
                .and_then(|()| backend.present())
                .map_err(|e| failed(&e))?;
        }
        let small = average(&large, large_w);
        let mut file = BitMapBackend::new(path, (w as u32, h as u32));
        file.blit_bitmap((0, 0), (w as u32, h as u32), &small)
            .map_err(|e| failed(&e))?;
        file.present().map_err(|e| failed(&e))
    }

    fn draw<B: DrawingBackend>(
        &self,
        backend: &mut B,
        device: &Device,
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        register_font();
        let scale = device.scale;
        let at = |p: &(f64, f64)| ((p.0 * scale).round() as i32, (p.1 * scale).round() as i32);
        let size = backend.get_size();
        backend.draw_rect((0, 0), (size.0 as i32, size.1 as i32), &fill(WHITE), true)?;
        for item in &self.items {
            match item {
                Item::Rect { from, to, colour } => {
                    backend.draw_rect(at(from), at(to), &fill(*colour), true)?;
                }
                Item::Polygon { points, colour } => {
                    backend.fill_polygon(points.iter().map(at), &fill(*colour))?;
                }
                Item::Line {
                    points,
                    width,
                    colour,
                } if device.lines_as_shapes => {
                    let style = fill(*colour);
                    for pair in points.windows(2) {
                        let stroke = stroke(pair[0], pair[1], *width);
                        backend.fill_polygon(stroke.iter().map(at), &style)?;
                    }
                    // Not wider than the stroke: a bead at every point would show.
                    let joint = (width * scale / 2.0 - 0.5).max(0.0) as u32;
                    for p in points.iter().skip(1).take(points.len() - 2) {
                        backend.draw_circle(at(p), joint, &style, true)?;
                    }
                }
                Item::Line {
                    points,
                    width,
                    colour,
                } => {
                    let style = ShapeStyle {
                        stroke_width: (width * scale).round().max(1.0) as u32,
                        ..fill(*colour)
                    };
                    backend.draw_path(points.iter().map(at), &style)?;
                }
                Item::Text(text) => {
                    let size = text.size * scale * device.size_per_em;
                    let (x, y) = (text.at.0 * scale, text.at.1 * scale);
                    let down = device.baseline * size;
                    let (at, transform) = if text.upwards {
                        ((x - down, y), FontTransform::Rotate270)
                    } else {
                        ((x, y - down), FontTransform::None)
                    };
                    let h_pos = match text.anchor {
                        Anchor::Start => HPos::Left,
                        Anchor::Middle => HPos::Center,
                        Anchor::End => HPos::Right,
                    };
                    let style = TextStyle::from(font(size).transform(transform))
                        .color(&text.colour)
                        .pos(Pos::new(h_pos, VPos::Top));
                    let at = (at.0.round() as i32, at.1.round() as i32);
                    backend.draw_text(&text.text, &style, at)?;
                }
            }
        }
        Ok(())
    }
}

/// The picture of RGB bytes, `width` pixels wide, made smaller by averaging squares of pixels.
fn average(large: &[u8], width: usize) -> Vec<u8> {
    let n = (PNG_SCALE * PNG_SCALE) as u16;
    let mut small = Vec::with_capacity(large.len() / n as usize);
    let mut sums = vec![0u16; width * 3];
    for rows in large.chunks_exact(width * 3 * PNG_SCALE) {
        sums.fill(0);
        for row in rows.chunks_exact(width * 3) {
            for (sum, channel) in sums.iter_mut().zip(row) {
                *sum += u16::from(*channel);
            }
        }
        for square in sums.chunks_exact(3 * PNG_SCALE) {
            for c in 0..3 {
                let sum: u16 = square[c..].iter().step_by(3).sum();
                small.push(((sum + n / 2) / n) as u8);
            }
        }
    }
    small
}

/// The corners of a straight stroke.
fn stroke(a: (f64, f64), b: (f64, f64), width: f64) -> [(f64, f64); 4] {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx.hypot(dy).max(f64::MIN_POSITIVE);
    let (nx, ny) = (-dy / length * width / 2.0, dx / length * width / 2.0);
    [
        (a.0 + nx, a.1 + ny),
        (b.0 + nx, b.1 + ny),
        (b.0 - nx, b.1 - ny),
        (a.0 - nx, a.1 - ny),
    ]
}

/// Width of `text` in pixels at `size` pixels per em.
pub fn text_width(text: &str, size: f64) -> f64 {
    register_font();
    // Measured large, since plotters gives whole pixels.
    let em = 1000.0;
    match font(em * LINE_PER_EM).layout_box(text) {
        Ok(((left, _), (right, _))) => f64::from(right - left) / em * size,
        Err(_) => 0.6 * size * text.chars().count() as f64,
    }
}

fn font(size: f64) -> FontDesc<'static> {
    FontDesc::new(FontFamily::Name(FAMILY), size, FontStyle::Normal)
}

fn fill(colour: Colour) -> ShapeStyle {
    ShapeStyle::from(&colour).filled()
}

/// Without fontconfig plotters knows only fonts that were registered before they are used.
fn register_font() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The font is part of the program and a test draws with it; were it damaged, drawing text
        // would return the error.
        let _ = plotters::style::register_font(FAMILY, FontStyle::Normal, FONT);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_draws_the_same_twice_and_keeps_its_text() {
        let mut scene = Scene::default();
        scene.rect((10.0, 10.0), (100.0, 50.0), BLACK);
        scene.text(Text::new("a < b", (200.0, 200.0), 24.0, Anchor::Middle));
        let svg = scene.svg("x & y").unwrap();
        assert!(svg.contains("a &lt; b") && svg.contains("x &amp; y"));
        assert!(svg.contains("font-family=\"DejaVu Sans, sans-serif\""));
        assert_eq!(svg, scene.svg("x & y").unwrap());
    }

    #[test]
    fn widths_are_the_fonts() {
        // An em of DejaVu Sans: M is 0.863 em wide.
        assert!((text_width("M", 100.0) - 86.3).abs() < 0.5);
        assert!((text_width("MM", 100.0) - 172.6).abs() < 0.7);
    }

    #[test]
    fn dashes_cover_their_share() {
        let mut scene = Scene::default();
        scene.dashed(&[(0.0, 0.0), (100.0, 0.0)], 1.0, BLACK, (10.0, 10.0));
        assert_eq!(scene.items.len(), 5);
    }
}
