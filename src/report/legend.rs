//! What stands around a frame: the title above it, the legend and notes below it.

use super::colour::{Colour, GREY};
use super::frame::CAP;
use super::marks::{self, Marker};
use super::scene::{Anchor, HEIGHT, Scene, Text, WIDTH, text_width};

const HEADING_SIZE: f64 = 27.0;
const ENTRY_SIZE: f64 = 21.0;
pub const NOTE_SIZE: f64 = 17.0;
const ENTRY_HEIGHT: f64 = 34.0;
const NOTE_HEIGHT: f64 = 24.0;
const MARGIN: f64 = 24.0;
const KEY_WIDTH: f64 = 44.0;
const GAP: f64 = 36.0;

/// The sign in front of a legend's text.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    Marker(Marker),
    /// A point of a series.
    Point {
        shape: usize,
        colour: Colour,
    },
    Line {
        colour: Colour,
        width: f64,
        dashed: bool,
    },
}

/// Title, legend and notes of one figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Legend {
    pub title: String,
    pub entries: Vec<(Key, String)>,
    /// Sentences, each on lines of its own.
    pub notes: Vec<String>,
}

impl Legend {
    /// Top and bottom of the room that is left for the frame, `below` which the x axis needs more.
    pub fn room(&self, below: f64) -> (f64, f64) {
        let legend = self.rows().len() as f64 * ENTRY_HEIGHT
            + self.lines().len() as f64 * NOTE_HEIGHT
            + 22.0;
        (66.0, HEIGHT - below - legend)
    }

    /// Draws the title at the top, all else from `y` downwards.
    pub fn draw(&self, scene: &mut Scene, y: f64) {
        let (title, size) = shrunk(&self.title, HEADING_SIZE, WIDTH - 2.0 * MARGIN);
        scene.text(Text::new(title, (MARGIN, 40.0), size, Anchor::Start));
        let mut y = y + 4.0;
        for row in self.rows() {
            let mut x = MARGIN;
            let middle = y + ENTRY_HEIGHT / 2.0;
            for (key, text) in row {
                key.draw(scene, (x + KEY_WIDTH / 2.0 - 4.0, middle));
                let at = (x + KEY_WIDTH, middle + ENTRY_SIZE * CAP / 2.0);
                let text = fit(text, ENTRY_SIZE, WIDTH - 2.0 * MARGIN - KEY_WIDTH);
                x += entry_width(&text);
                scene.text(Text::new(text, at, ENTRY_SIZE, Anchor::Start));
            }
            y += ENTRY_HEIGHT;
        }
        y += 6.0;
        for line in self.lines() {
            y += NOTE_HEIGHT;
            let at = (MARGIN, y - 6.0);
            scene.text(Text::new(line, at, NOTE_SIZE, Anchor::Start).colour(GREY));
        }
    }

    fn rows(&self) -> Vec<Vec<&(Key, String)>> {
        let mut rows: Vec<Vec<&(Key, String)>> = Vec::new();
        let mut x = f64::INFINITY;
        for entry in &self.entries {
            let width = entry_width(&entry.1);
            if x + width - GAP > WIDTH - MARGIN {
                rows.push(Vec::new());
                x = MARGIN;
            }
            if let Some(row) = rows.last_mut() {
                row.push(entry);
            }
            x += width;
        }
        rows
    }

    fn lines(&self) -> Vec<String> {
        self.notes
            .iter()
            .flat_map(|note| wrap(note, NOTE_SIZE, WIDTH - 2.0 * MARGIN))
            .collect()
    }
}

/// `text`, its middle left out where it is wider than `width` pixels.
pub fn fit(text: &str, size: f64, width: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let cut = |kept: usize| -> String {
        let tail = kept / 2;
        let head = chars.iter().take(kept - tail);
        let tail = chars.iter().skip(chars.len() - tail);
        head.chain(&['…']).chain(tail).collect()
    };
    // The most that fits: a wider text never follows from fewer characters by more than rounding.
    let (mut fits, mut wide) = (1, chars.len());
    while wide - fits > 1 {
        let middle = usize::midpoint(fits, wide);
        if text_width(&cut(middle), size) <= width {
            fits = middle;
        } else {
            wide = middle;
        }
    }
    cut(fits)
}

/// `text` and the size, at most `size`, at which it is no wider than `width`; what would become too
/// small to read loses its middle instead.
pub fn shrunk(text: &str, size: f64, width: f64) -> (String, f64) {
    const LEAST: f64 = 0.6;
    let share = width / text_width(text, size).max(1.0);
    let size = size * share.clamp(LEAST, 1.0);
    let text = if share < LEAST {
        fit(text, size, width)
    } else {
        text.to_owned()
    };
    (text, size)
}

fn entry_width(text: &str) -> f64 {
    KEY_WIDTH + text_width(text, ENTRY_SIZE) + GAP
}

impl Key {
    fn draw(&self, scene: &mut Scene, (x, y): (f64, f64)) {
        match self {
            Key::Marker(marker) => marker.draw(scene, (x, y), 1.0),
            Key::Point { shape, colour } => marks::point(scene, (x, y), *shape, *colour),
            Key::Line {
                colour,
                width,
                dashed,
            } => {
                let points = [(x - 17.0, y), (x + 17.0, y)];
                if *dashed {
                    scene.dashed(&points, *width, *colour, (9.0, 6.0));
                } else {
                    scene.line(points.to_vec(), *width, *colour);
                }
            }
        }
    }
}

/// `text` in lines of at most `width` pixels; a word that is longer is cut.
pub fn wrap(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word = word.to_owned();
        loop {
            let longer = if line.is_empty() {
                word.clone()
            } else {
                format!("{line} {word}")
            };
            if text_width(&longer, size) <= width {
                line = longer;
                break;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                continue;
            }
            let mut head = String::new();
            for c in word.chars() {
                head.push(c);
                if head.chars().count() > 1 && text_width(&head, size) > width {
                    head.pop();
                    break;
                }
            }
            word = word[head.len()..].to_owned();
            lines.push(head);
            if word.is_empty() {
                break;
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_text_gives_way() {
        assert_eq!(fit("short", 20.0, 500.0), "short");
        let long = "HLT_AsLongAsNamesGet_v12";
        let text = fit(long, 20.0, 120.0);
        assert!(text.starts_with("HLT") && text.ends_with("12") && text.contains('…'));
        assert!(text_width(&text, 20.0) <= 120.0);
        assert_eq!(fit("ab", 20.0, 1.0), "a…");
    }

    #[test]
    fn text_is_wrapped_at_words_and_long_words_are_cut() {
        let lines = wrap("one two three", 20.0, text_width("one two", 20.0) + 1.0);
        assert_eq!(lines, ["one two", "three"]);
        let lines = wrap("abcdefgh", 20.0, text_width("abcd", 20.0) + 1.0);
        assert_eq!(lines.concat(), "abcdefgh");
        assert!(lines.len() >= 2);
        assert_eq!(wrap("x", 20.0, 1.0), ["x"]);
    }
}
