//! The menu of benches/optimize_quality.rs as a service: its kernel for optimisers in other languages, and this
//! repository's own searches beside them.
//!
//!     serve_menu study [EVENTS]   prints the study
//!     serve_menu [EVENTS]         loads it and answers requests on standard input
//!
//! After loading it prints one line of JSON: `sizes` of the knobs' ladders (the loosest place is 0; prescale
//! 0, which is off, is the last), `own`, the study's own places, and `load_s`. Then it answers lines:
//!
//!     evaluate N                              then N x knobs places (u32, little-endian): N pairs of worth and
//!                                             excess over the budget, a share of it (f64, little-endian)
//!     reset                                   forgets what was evaluated
//!     trace                                   [evaluations, worth] of each feasible menu better than all before
//!     search SOLVER EVALUATIONS SEED          an own search: worth, evaluations, seconds
//!     search SOLVER EVALUATIONS SEED SECONDS  the same, ended after so long

#[path = "../../benches/quality/menu.rs"]
mod menu;
#[path = "../../benches/quality/searches.rs"]
mod searches;

use serde_json::json;
use std::error::Error;
use std::io::{BufRead, Read, Write};
use std::time::Instant;
use trigscape::engine::cpu::CpuEngine;
use trigscape::optimize::evaluator::{Evaluator, Progress};
use trigscape::optimize::knobs::Choice;
use trigscape::optimize::run::Optimization;
use trigscape::optimize::score::Score;
use trigscape::plan::compile;
use trigscape::study::SolverKind;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["study"] => print!("{}", menu::text(menu::EVENTS)?),
        ["study", events] => print!("{}", menu::text(events.parse()?)?),
        [] => serve(menu::EVENTS)?,
        [events] => serve(events.parse()?)?,
        _ => return Err("study [EVENTS], or [EVENTS]".into()),
    }
    Ok(())
}

fn serve(events: i64) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let study = menu::study(events)?;
    let compiled = compile(&study)?;
    let settings = study.optimize.as_ref().ok_or("nothing to optimise")?;
    let optimization = Optimization::new([(&study, &compiled)], settings)?;
    let exact = optimization.exact(&CpuEngine);
    let own = optimization
        .session(&exact, &CpuEngine, &searches::run())
        .settings
        .own;
    let mut evaluator = searches::evaluator(&optimization)?;
    let sizes: Vec<u32> = (0..evaluator.knobs.len())
        .map(|knob| evaluator.knobs.size(knob))
        .collect();
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let load_s = start.elapsed().as_secs_f64();
    writeln!(
        output,
        "{}",
        json!({ "sizes": sizes, "own": own, "load_s": load_s })
    )?;
    output.flush()?;
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["evaluate", count] => {
                let mut places = vec![0; 4 * sizes.len() * count.parse::<usize>()?];
                input.read_exact(&mut places)?;
                output.write_all(&evaluate(&mut evaluator, &sizes, &places)?)?;
            }
            ["reset"] => {
                evaluator.progress = Progress::default();
                writeln!(output)?;
            }
            ["trace"] => writeln!(output, "{}", json!(evaluator.progress.trace))?,
            ["search", solver, evaluations, seed, ..] => {
                let seconds = words.get(4).map(|s| s.parse()).transpose()?;
                let reached = searches::reach(
                    &optimization,
                    solver_named(solver)?,
                    evaluations.parse()?,
                    seed.parse()?,
                    seconds,
                )?;
                let (worth, evaluations) = (reached.worth, reached.evaluations);
                let seconds = reached.seconds;
                writeln!(
                    output,
                    "{}",
                    json!({ "worth": worth, "evaluations": evaluations, "seconds": seconds })
                )?;
            }
            _ => return Err(format!("`{}`: no such request", line.trim()).into()),
        }
        output.flush()?;
        line.clear();
    }
    Ok(())
}

fn evaluate(
    evaluator: &mut Evaluator,
    sizes: &[u32],
    places: &[u8],
) -> Result<Vec<u8>, Box<dyn Error>> {
    let place = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    let choices = places.chunks_exact(4 * sizes.len());
    let choices: Vec<Choice> = choices
        .map(|choice| choice.chunks_exact(4).map(place).collect())
        .collect();
    let is_there = |choice: &Choice| choice.iter().zip(sizes).all(|(place, size)| place < size);
    if !choices.iter().all(is_there) {
        return Err("a place beyond its ladder".into());
    }
    let scores = evaluator.scores(&choices)?;
    let most = |score: &Score| {
        score
            .excess
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max)
    };
    let answers = scores.iter().flat_map(|score| [score.worth, most(score)]);
    Ok(answers.flat_map(f64::to_le_bytes).collect())
}

fn solver_named(name: &str) -> Result<SolverKind, Box<dyn Error>> {
    let all = [
        SolverKind::Auto,
        SolverKind::Descent,
        SolverKind::Swarm,
        SolverKind::Annealing,
    ];
    let known = all.into_iter().find(|solver| solver.name() == name);
    known.ok_or_else(|| format!("`{name}`: no such solver").into())
}
