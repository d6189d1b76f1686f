//! Heat maps of a figure over two axes, with iso-lines and the marks.

use super::bar::ColourBar;
use super::colour::ColourScale;
use super::figure::{Data, Figure};
use super::frame::{Axis, BELOW, Frame};
use super::input::Input;
use super::isolines;
use super::legend::Legend;
use super::marks::{self, Placement};
use super::mesh::Mesh;
use super::names;
use super::number::{self, Scaled};
use super::scene::Scene;
use super::surface::{Axis as SurfaceAxis, Surface, range};
use crate::results::summary::Mark;
use ndarray::Array2;

/// `figure` over the two axes of `surface`; `None` where it has no finite value there.
pub fn over_axes(input: &Input, surface: &Surface, figure: &str, name: &str) -> Option<Figure> {
    let [x, y] = surface.axes.as_slice() else {
        return None;
    };
    let array = surface.figures.get(figure)?;
    let shape = array.dim();
    let x_scale = number::si(largest(&x.values), &x.unit);
    let across = Array2::from_shape_fn(shape, |(i, _)| x.values[i] * x_scale.factor);
    let picture = Picture {
        input,
        surface,
        figure,
        name: name.to_owned(),
        title: names::label(figure),
        hollow_by: vec![figure],
        x_title: number::with_unit(&x.label, &x_scale.unit),
        across,
        header: vec![with_unit(&x.name, &x.unit), with_unit(&y.name, &y.unit)],
        columns: Vec::new(),
    };
    picture.draw(|mark| Some(marks::axis_value(mark, &x.name)? * x_scale.factor))
}

/// `figure` over another figure (`across`) and the second axis, as cells bent accordingly.
pub fn over_figure(
    input: &Input,
    surface: &Surface,
    figure: &str,
    across: &str,
    name: &str,
) -> Option<Figure> {
    let [x, y] = surface.axes.as_slice() else {
        return None;
    };
    let record = input.figure(across)?;
    let values = surface.figures.get(across)?;
    let scale = number::si(range(values.iter().map(|v| v.abs()))?.1, &record.unit);
    let label = names::label(across);
    let picture = Picture {
        input,
        surface,
        figure,
        name: name.to_owned(),
        title: format!(
            "{} over {} and {}",
            names::label(figure),
            names::inner(&label),
            names::inner(&y.label)
        ),
        hollow_by: vec![figure, across],
        x_title: number::with_unit(&label, &scale.unit),
        across: values * scale.factor,
        header: vec![with_unit(&x.name, &x.unit), with_unit(&y.name, &y.unit)],
        columns: vec![across],
    };
    picture.draw(|mark| Some(mark.own.value(across)? * scale.factor))
}

/// Everything that a heat map needs apart from the position of the marks.
struct Picture<'a> {
    input: &'a Input,
    surface: &'a Surface,
    figure: &'a str,
    name: String,
    title: String,
    /// Figures in which a mark of another base differs from the surface.
    hollow_by: Vec<&'a str>,
    x_title: String,
    /// The horizontal position of every grid point, in the axis' unit.
    across: Array2<f64>,
    header: Vec<String>,
    /// Figures that the data file lists before the one shown.
    columns: Vec<&'a str>,
}

impl Picture<'_> {
    fn draw(self, position: impl Fn(&Mark) -> Option<f64>) -> Option<Figure> {
        let y = self.surface.axes.get(1)?;
        let array = self.surface.figures.get(self.figure)?;
        let record = self.input.figure(self.figure)?;
        let Scaled { factor, unit } =
            number::si(range(array.iter().map(|v| v.abs()))?.1, &record.unit);
        let z = array * factor;
        let scale = ColourScale::over(&z)?;
        let bar = ColourBar::new(number::with_unit(&names::label(self.figure), &unit), scale);
        let y_scale = number::si(largest(&y.values), &y.unit);
        let y_values: Vec<f64> = y.values.iter().map(|v| v * y_scale.factor).collect();
        let (x_low, x_high) = range(self.across.iter().copied())?;
        let (y_low, y_high) = range(y_values.iter().copied())?;
        let axes = (
            Axis::linear(self.x_title.clone(), x_low, x_high, 6),
            Axis::linear(number::with_unit(&y.label, &y_scale.unit), y_low, y_high, 6),
        );
        // Marks depend on the axes only, not on how much room the legend leaves.
        let place = |frame: &Frame| -> Placement {
            marks::place(&self.input.summary.marks, frame, &self.hollow_by, |mark| {
                let here = self.surface.held.iter().all(|held| {
                    marks::axis_value(mark, &held.name)
                        .is_none_or(|v| (v - held.value).abs() <= 1e-9 * held.value.abs())
                });
                let v = marks::axis_value(mark, &y.name)? * y_scale.factor;
                here.then_some((position(mark)?, v))
            })
        };
        let frame_in =
            |top, bottom| Frame::new(axes.0.clone(), axes.1.clone(), top, bottom, bar.width());
        let preview = place(&frame_in(66.0, 700.0));
        let legend = Legend {
            title: format!("{}{}", self.title, held(self.surface)),
            entries: preview.entries(),
            notes: self.notes(&preview),
        };
        let (top, bottom) = legend.room(BELOW);
        let frame = frame_in(top, bottom);
        let placement = place(&frame);
        let mesh = Mesh {
            x: self.across.mapv(|v| frame.at(v, y_low).0),
            y: Array2::from_shape_fn(z.dim(), |(_, j)| frame.at(x_low, y_values[j]).1),
            z,
        };
        let mut scene = Scene::default();
        mesh.draw(&mut scene, &scale);
        isolines::draw(&mut scene, &frame, &mesh, &bar, &placement.boxes());
        frame.draw(&mut scene, true);
        bar.draw(&mut scene, &frame);
        placement.draw(&mut scene);
        legend.draw(&mut scene, frame.bottom + BELOW);
        let data = self.data();
        Some(Figure::new(&self.name, &legend, scene, data))
    }

    fn notes(&self, placement: &Placement) -> Vec<String> {
        let mut notes = placement.notes();
        notes.extend(self.surface.notes());
        notes.extend(about(self.input, &[self.figure], &self.columns));
        notes
    }

    fn data(&self) -> Data {
        let unit = |f: &str| self.input.figure(f).map_or("", |r| r.unit.as_str());
        let columns: Vec<&str> = self.columns.iter().copied().chain([self.figure]).collect();
        let header = self
            .header
            .iter()
            .cloned()
            .chain(columns.iter().map(|f| with_unit(f, unit(f))));
        let mut data = Data::new(header);
        let arrays: Vec<&Array2<f64>> = columns
            .iter()
            .filter_map(|f| self.surface.figures.get(*f))
            .collect();
        for (i, x) in self.surface.axes[0].values.iter().enumerate() {
            for (j, y) in self.surface.axes[1].values.iter().enumerate() {
                let figures = arrays.iter().map(|a| a[[i, j]].into());
                data.rows.push(
                    [(*x).into(), (*y).into()]
                        .into_iter()
                        .chain(figures)
                        .collect(),
                );
            }
        }
        data
    }
}

/// The header of a data column: its name, with the unit where there is one.
pub fn with_unit(name: &str, unit: &str) -> String {
    number::with_unit(name, unit)
}

/// The axes that stand still, as the end of a title.
pub fn held(surface: &Surface) -> String {
    surface
        .held
        .iter()
        .map(|h| {
            let unit = if h.unit == "1" { "" } else { h.unit.as_str() };
            let value = format!("{} {unit}", number::plain(h.value));
            format!(", {} = {}", names::inner(&h.label), value.trim_end())
        })
        .collect()
}

/// What moves along, the base that figures belong to, and what F1 counts as relevant.
pub fn about(input: &Input, figures: &[&str], others: &[&str]) -> Vec<String> {
    let mut notes: Vec<String> = input
        .manifest
        .axes
        .iter()
        .filter_map(|axis| {
            let formula = axis.equals.as_ref()?;
            Some(format!(
                "{} = {}.",
                names::label(&axis.name),
                formula.replace("system.", "")
            ))
        })
        .collect();
    let all = || figures.iter().chain(others);
    if all().any(|f| names::has_base(f)) && !input.manifest.base.is_empty() {
        notes.push(format!(
            "Base: {}.",
            input.manifest.base.trim_end_matches('.')
        ));
    }
    if all().any(|f| *f == "f1") {
        notes.push(
            "Relevant are R/G of the input rate R, with G the product of the reduction ratios: the \
             definition moves with them. Precision = recall = F1 where thresholds meet each \
             reduction."
                .into(),
        );
    }
    notes
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |a, v| f64::max(a, v.abs()))
}

/// The last part of an axis' name, for file names.
pub fn short(axis: &SurfaceAxis) -> &str {
    axis.name
        .rsplit('.')
        .next()
        .unwrap_or(&axis.name)
        .trim_matches('"')
}
