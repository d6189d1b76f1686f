//! A finished figure: picture, caption, and the data it shows.

use super::legend::Legend;
use super::scene::Scene;
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// File name without extension.
    pub name: String,
    pub title: String,
    /// What the notes in the picture say, and more where a page has the room.
    pub notes: Vec<String>,
    pub scene: Scene,
    pub data: Data,
}

impl Figure {
    pub fn new(name: impl AsRef<str>, legend: &Legend, scene: Scene, data: Data) -> Self {
        Self {
            name: super::names::file(name.as_ref()),
            title: legend.title.clone(),
            notes: legend.notes.clone(),
            scene,
            data,
        }
    }

    /// Every text lies within the picture, and over no other.
    #[cfg(test)]
    pub fn assert_texts_apart(&self) {
        use super::scene::{HEIGHT, WIDTH};
        let boxes = self.scene.text_boxes();
        for (k, (text, a)) in boxes.iter().enumerate() {
            let within = a[0] >= 0.0 && a[1] >= 0.0 && a[2] <= WIDTH && a[3] <= HEIGHT;
            assert!(within, "{}: {text} at {a:?}", self.name);
            for (other, b) in &boxes[k + 1..] {
                let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                assert!(apart, "{}: {text} {a:?} over {other} {b:?}", self.name);
            }
        }
    }

    /// Writes `<name>.svg`, `.png` and `.csv` into `folder`; returns the SVG and the files' names.
    pub fn write(&self, folder: &Path) -> Result<(String, Vec<PathBuf>)> {
        let files: Vec<PathBuf> = ["svg", "png", "csv"]
            .iter()
            .map(|extension| PathBuf::from(format!("{}.{extension}", self.name)))
            .collect();
        let svg = self.scene.svg(&self.title)?;
        write(&folder.join(&files[0]), svg.as_bytes())?;
        self.scene.png(&folder.join(&files[1]))?;
        self.data.write(&folder.join(&files[2]))?;
        Ok((svg, files))
    }
}

/// The numbers of a figure, as they were read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Data {
    pub header: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a CSV file.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Number(f64),
    Text(String),
    Empty,
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Empty, Self::Number)
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl Data {
    pub fn new(header: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            header: header.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Writes the table; every number has the digits that give it back exactly.
    pub fn write(&self, path: &Path) -> Result<()> {
        let failed =
            |e: &dyn std::fmt::Display| Error::failed(format!("writing {}", path.display()), e);
        let mut csv = csv::Writer::from_path(path).map_err(|e| failed(&e))?;
        csv.write_record(&self.header).map_err(|e| failed(&e))?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Number(v) => format!("{v:?}"),
                Cell::Text(text) => text.clone(),
                Cell::Empty => String::new(),
            });
            csv.write_record(cells).map_err(|e| failed(&e))?;
        }
        csv.flush().map_err(|e| failed(&e))
    }
}

pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|e| Error::failed(format!("writing {}", path.display()), e))
}
