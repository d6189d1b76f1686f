//! Events with the same critical levels as one row: deduplicated, with their weight in every term.

use std::collections::HashMap;

/// What one path says of an event: the columns of its ladders; of a path with several ladders, one part
/// for each corner in paying rows, one for all corners in earning rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part {
    /// The column that all options of the path pass.
    pub top: u32,
    pub columns: Vec<u32>,
}

/// Rows in the order of their first event.
#[derive(Debug, Default)]
pub struct Rows {
    known: HashMap<Vec<Part>, usize>,
    pub parts: Vec<Vec<Part>>,
    /// Row after row, one a term.
    pub weights: Vec<f64>,
}

impl Rows {
    /// Adds an event's weights, one a term of the row's.
    pub fn add(&mut self, parts: &[Part], weights: &[f64]) {
        let row = match self.known.get(parts) {
            Some(row) => *row,
            None => {
                let row = self.parts.len();
                self.known.insert(parts.to_vec(), row);
                self.parts.push(parts.to_vec());
                self.weights.resize((row + 1) * weights.len(), 0.0);
                row
            }
        };
        let sums = &mut self.weights[row * weights.len()..];
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += weight;
        }
    }
}
