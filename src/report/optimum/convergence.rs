//! The best feasible objective against configurations evaluated.

use super::quantity::Quantity;
use crate::report::colour::{BLACK, BLUE, LINES};
use crate::report::figure::{Cell, Data, Figure};
use crate::report::frame::{Axis, BELOW, Frame};
use crate::report::legend::{Key, Legend};
use crate::report::marks;
use crate::report::number;
use crate::report::scene::Scene;
use crate::results::Optimum;
use crate::results::optimum::RunRecord;

/// Solvers that the legend names.
const SOLVERS: usize = 6;

/// `None` where no feasible point was found on the way.
pub fn convergence(optimum: &Optimum) -> Option<Figure> {
    let search = &optimum.search;
    let trace = &search.trace;
    let (first, last) = (trace.first()?, trace.last()?);
    let ends = search.runs.iter().filter_map(|r| r.objective);
    let values = trace.iter().map(|t| t.objective).chain(ends);
    let objective = &optimum.objective;
    let quantity = Quantity::over(
        &objective.name,
        &objective.unit,
        values.chain(optimum.bound.value),
    )?;
    let runs = search.runs.iter().map(|r| r.evaluations);
    let most = runs.chain([last.evaluations]).fold(1, u64::max);
    let least = first.evaluations.max(1) as f64 / 1.3;
    let high = (1.3 * most as f64).max(10.0 * least);
    let x = Axis::decades("Configurations evaluated", least, high);
    let mut entries = vec![(
        Key::Line {
            colour: BLUE,
            width: 3.5,
            dashed: false,
        },
        format!("Best feasible: {}", quantity.text(last.objective, 5)),
    )];
    if let Some(bound) = optimum.bound.value {
        let key = Key::Line {
            colour: BLACK,
            width: 2.5,
            dashed: true,
        };
        let text = format!(
            "Bound: {} ({})",
            quantity.text(bound, 5),
            optimum.bound.kind
        );
        entries.push((key, text));
    }
    let solvers = solvers(&search.runs);
    for (k, (solver, runs)) in solvers.iter().take(SOLVERS).enumerate() {
        let key = Key::Point {
            shape: k,
            colour: LINES[k],
        };
        let text = match runs {
            1 => format!("End of {solver}"),
            n => format!("Ends of {solver} ({n} runs)"),
        };
        entries.push((key, text));
    }
    let legend = Legend {
        title: format!(
            "Convergence: {} of the best feasible point",
            quantity.inner()
        ),
        entries,
        notes: notes(optimum),
    };
    let (top, bottom) = legend.room(BELOW);
    let frame = Frame::new(x, quantity.axis(), top, bottom, 40.0);
    let at = |evaluations: u64, objective: f64| {
        frame.at(evaluations.max(1) as f64, objective * quantity.factor)
    };
    let mut scene = Scene::default();
    if let Some(bound) = optimum.bound.value {
        let y = frame.at(frame.x.low, bound * quantity.factor).1;
        let across = [(frame.left, y), (frame.right, y)];
        scene.dashed(&across, 2.5, BLACK, (12.0, 7.0));
    }
    let mut line = vec![at(first.evaluations, first.objective)];
    for pair in trace.windows(2) {
        line.push(at(pair[1].evaluations, pair[0].objective));
        line.push(at(pair[1].evaluations, pair[1].objective));
    }
    line.push(at(most, last.objective));
    scene.line(line, 3.0, BLUE);
    frame.draw(&mut scene, false);
    if let ([only], true) = (trace.as_slice(), search.runs.is_empty()) {
        marks::point(&mut scene, at(only.evaluations, only.objective), 0, BLUE);
    }
    for run in &search.runs {
        let order = solvers.iter().take(SOLVERS).position(|s| s.0 == run.solver);
        if let (Some(k), Some(objective)) = (order, run.objective) {
            marks::point(&mut scene, at(run.evaluations, objective), k, LINES[k]);
        }
    }
    legend.draw(&mut scene, frame.bottom + BELOW);
    let data = data(optimum);
    Some(Figure::new("optimum-convergence", &legend, scene, data))
}

fn notes(optimum: &Optimum) -> Vec<String> {
    let search = &optimum.search;
    let mut notes = Vec::new();
    let without: Vec<&str> = search
        .runs
        .iter()
        .filter(|r| r.objective.is_none())
        .map(|r| r.solver.as_str())
        .collect();
    if !without.is_empty() {
        notes.push(format!(
            "No feasible point was known at the end of: {}.",
            without.join(", ")
        ));
    }
    if let Some(gap) = optimum.bound.gap {
        let percent = number::significant(100.0 * gap, 2);
        notes.push(format!("The best point is {percent} % from the bound."));
    }
    notes.extend(optimum.bound.note.clone());
    if search.validation > 0.0 {
        let percent = number::plain(100.0 * (1.0 - search.validation));
        notes.push(format!(
            "On the {percent} % of the events that the search saw."
        ));
    }
    if search.timed_out {
        notes.push("A time limit ended the search: another run may end elsewhere.".into());
    }
    notes
}

/// Each solver that ended with a feasible point, in the order in which they came, with how often it did.
fn solvers(runs: &[RunRecord]) -> Vec<(&str, usize)> {
    let mut solvers: Vec<(&str, usize)> = Vec::new();
    for run in runs.iter().filter(|r| r.objective.is_some()) {
        match solvers.iter_mut().find(|(name, _)| *name == run.solver) {
            Some((_, n)) => *n += 1,
            None => solvers.push((&run.solver, 1)),
        }
    }
    solvers
}

fn data(optimum: &Optimum) -> Data {
    let objective = &optimum.objective;
    let mut data = Data::new([
        "what".to_owned(),
        "evaluations".to_owned(),
        number::with_unit(&objective.name, &objective.unit),
    ]);
    let mut row = |what: &str, evaluations: Cell, objective: Cell| {
        data.rows.push(vec![what.into(), evaluations, objective]);
    };
    let search = &optimum.search;
    for point in &search.trace {
        let evaluations = point.evaluations as f64;
        row("best feasible", evaluations.into(), point.objective.into());
    }
    for run in &search.runs {
        let evaluations = run.evaluations as f64;
        let what = format!("end of {}", run.solver);
        row(&what, evaluations.into(), run.objective.into());
    }
    if let Some(bound) = optimum.bound.value {
        row("bound", Cell::Empty, bound.into());
    }
    data
}
