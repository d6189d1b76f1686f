//! The events of a menu as earning and paying rows, cut into tiles.

use super::compound::Compound;
use super::hull::Hull;
use super::parts::{Part, Rows};
use super::plain::Plain;
use super::tile::{Kind, Tile};
use super::{Linear, Relaxation};
use crate::plan::menu::SparseLevels;

/// Columns of a tile, about: the sums over tiles are in their order, whatever the threads.
const TILE_COLUMNS: usize = 16_384;

/// What is linear in the columns whatever the split over paths, by term: rows with one column.
#[derive(Debug, Clone)]
pub struct LinearTerms {
    /// `[term][column]`, positive where it earns.
    pub columns: Vec<Vec<f64>>,
    /// Absolute weight of all rows, by term.
    pub weight: Vec<f64>,
}

/// Terms that accept events through the same paths.
struct Family<'a> {
    paths: Vec<bool>,
    /// Number of the term, coefficients by class, whether accepted weight earns.
    terms: Vec<(usize, &'a [f64], bool)>,
}

fn families<'a>(relaxation: &'a Relaxation) -> Vec<Family<'a>> {
    let all = vec![true; relaxation.paths.len()];
    let mut families: Vec<Family> = Vec::new();
    let mut add = |paths: &[bool], term: (usize, &'a [f64], bool)| match families
        .iter_mut()
        .find(|f| f.paths == paths)
    {
        Some(family) => family.terms.push(term),
        None => families.push(Family {
            paths: paths.to_vec(),
            terms: vec![term],
        }),
    };
    let mut term = 0;
    for Linear { gains, .. } in relaxation.linear() {
        add(&all, (term, gains, true));
        term += 1;
    }
    for cap in &relaxation.caps {
        add(&cap.paths, (term, &cap.costs, false));
        term += 1;
    }
    families
}

/// The rows that depend on how events are split over paths, and what does not.
pub fn tiles(relaxation: &Relaxation, hull: &Hull) -> (Vec<Tile>, LinearTerms) {
    let terms = relaxation.terms();
    let mut linear = LinearTerms {
        columns: vec![vec![0.0; hull.count()]; terms],
        weight: vec![0.0; terms],
    };
    let mut tiles = Vec::new();
    for family in families(relaxation) {
        let numbers: Vec<usize> = family.terms.iter().map(|t| t.0).collect();
        let (earning, paying) = family.rows(relaxation, hull, &mut linear);
        for (kind, rows) in [(Kind::Earning, earning), (Kind::Paying, paying)] {
            cut(&rows, kind, &numbers, &mut tiles);
        }
    }
    (tiles, linear)
}

impl Family<'_> {
    fn rows(&self, relaxation: &Relaxation, hull: &Hull, linear: &mut LinearTerms) -> (Rows, Rows) {
        let menu = relaxation.rows;
        // Weights as the raw events have them, on the side that cannot cut off a menu.
        let (up, down) = (1.0 + 2.0 * menu.rounding, 1.0 - menu.rounding);
        let (mut earning, mut paying) = (Rows::default(), Rows::default());
        let mut events = EventParts::default();
        for block in &menu.blocks {
            let unit = menu.classes[block.class].unit;
            let of_term = self.terms.iter().map(|(_, coefficients, earns)| {
                let each = coefficients[block.class] * unit;
                if *earns { each } else { -each }
            });
            let each: Vec<f64> = of_term.collect();
            let sides = [
                (&mut earning, 1.0, up, Kind::Earning),
                (&mut paying, -1.0, down, Kind::Paying),
            ];
            for (rows, sign, side, kind) in sides {
                let each: Vec<f64> = each.iter().map(|x| (sign * x).max(0.0) * side).collect();
                if each.iter().all(|x| *x == 0.0) {
                    continue;
                }
                for (event, units) in block.events.units.iter().enumerate() {
                    events.read(&block.events, event, relaxation, hull, &self.paths);
                    let parts = match kind {
                        Kind::Earning => &events.earning,
                        Kind::Paying => &events.paying,
                    };
                    if parts.is_empty() {
                        continue;
                    }
                    let weights: Vec<f64> = each.iter().map(|x| x * f64::from(*units)).collect();
                    for (term, weight) in self.terms.iter().zip(&weights) {
                        linear.weight[term.0] += weight;
                    }
                    match &parts[..] {
                        [part] if part.columns.len() == 1 => {
                            let column = part.columns[0] as usize;
                            for (term, weight) in self.terms.iter().zip(&weights) {
                                linear.columns[term.0][column] += sign * weight;
                            }
                        }
                        _ => rows.add(parts, &weights),
                    }
                }
            }
        }
        (earning, paying)
    }
}

/// An event as the two kinds of rows see it.
#[derive(Default)]
struct EventParts {
    earning: Vec<Part>,
    paying: Vec<Part>,
}

impl EventParts {
    fn read(
        &mut self,
        levels: &SparseLevels,
        event: usize,
        relaxation: &Relaxation,
        hull: &Hull,
        wanted: &[bool],
    ) {
        self.earning.clear();
        self.paying.clear();
        let menu = relaxation.rows;
        let (mut always_earns, mut always_pays) = (None, None);
        let entries = levels.entries(event);
        let mut at = entries.start;
        while at < entries.end {
            let ladder = levels.ladders[at];
            let path = menu.ladder_paths[usize::from(ladder)];
            let ladders = menu.ladders_of(path);
            let mut most: Vec<u8> = vec![0; ladders.len()];
            while at < entries.end && levels.ladders[at] == ladder {
                let corner = &levels.levels[at..at + ladders.len()];
                at += ladders.len();
                let columns = ladders.clone().zip(corner);
                let columns: Option<Vec<u32>> = columns
                    .map(|(l, reached)| hull.column(l, *reached))
                    .collect();
                let Some(columns) = columns.filter(|_| wanted[path]) else {
                    continue;
                };
                for (most, reached) in most.iter_mut().zip(corner) {
                    *most = (*most).max(*reached);
                }
                if hull.is_certain(path, &columns) {
                    always_pays = Some(hull.top(path));
                }
                self.paying.push(Part {
                    top: hull.top(path),
                    columns,
                });
            }
            let columns = ladders.clone().zip(&most);
            let columns: Option<Vec<u32>> = columns
                .map(|(l, reached)| hull.column(l, *reached))
                .collect();
            if let Some(columns) = columns {
                if hull.is_certain(path, &columns) {
                    always_earns = Some(hull.top(path));
                }
                self.earning.push(Part {
                    top: hull.top(path),
                    columns,
                });
            }
        }
        // What one path always keeps counts once, whatever the others do.
        let sides = [
            (&mut self.earning, always_earns),
            (&mut self.paying, always_pays),
        ];
        for (parts, always) in sides {
            if let Some(top) = always {
                parts.clear();
                parts.push(Part {
                    top,
                    columns: vec![top],
                });
            }
        }
    }
}

/// Rows as tiles: those whose paths have one ladder apart.
fn cut(rows: &Rows, kind: Kind, terms: &[usize], tiles: &mut Vec<Tile>) {
    let width = terms.len();
    for plain in [true, false] {
        let mut of_kind = Vec::new();
        let mut columns = 0;
        let all = rows.parts.iter().zip(rows.weights.chunks_exact(width));
        let mut left = all.filter(|(parts, _)| parts.iter().all(|p| p.columns.len() == 1) == plain);
        loop {
            let next = left.next();
            if next.is_none() || columns > TILE_COLUMNS {
                if !of_kind.is_empty() {
                    let tile = if plain {
                        Tile::plain(Plain::new(kind, terms, &of_kind))
                    } else {
                        Tile::compound(Compound::new(kind, terms, &of_kind))
                    };
                    tiles.push(tile);
                }
                of_kind.clear();
                columns = 0;
            }
            let Some((parts, weights)) = next else {
                break;
            };
            columns += parts.iter().map(|p| p.columns.len()).sum::<usize>();
            of_kind.push((&parts[..], weights));
        }
    }
}
