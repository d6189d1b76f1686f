//! How tight the bound is, and how soon. `cargo bench --bench bound`
//!
//! The value beside it is a plain Lagrangian descent's, without multi-start.

#[path = "menu/physical.rs"]
mod physical;
use std::time::Instant;
use trigscape::engine::cpu::menu::{moves, totals};
use trigscape::events::Sample;
use trigscape::menu::{CriticalLevels, Ladders, Menu, SampleMenu};
use trigscape::optimize::bound::{Cap, Linear, PathOptions, Relaxation, Start, Stop, branched};
use trigscape::plan::menu::{Configurations, MenuRows, SampleLevels};
use trigscape::random::Stream;
use trigscape::study::Study;

/// One background, the first sample, and signals of equal importance.
struct Problem<'a> {
    rows: &'a MenuRows,
    gains: Vec<f64>,
    costs: Vec<f64>,
    most: f64,
    shares: &'a [f64],
}

#[derive(Clone)]
struct Point {
    levels: Vec<u8>,
    shares: Vec<f64>,
}

impl Problem<'_> {
    fn figures(&self, sums: &[u128]) -> (f64, f64) {
        let (mut gain, mut cost) = (0.0, 0.0);
        for (class, sum) in sums.iter().enumerate() {
            let weight = self.rows.classes[class].unit * (*sum as f64 / 4_294_967_296.0);
            gain += self.gains[class] * weight;
            cost += self.costs[class] * weight;
        }
        (gain, cost)
    }

    fn now(&self, point: &Point) -> (f64, f64) {
        let mut one = Configurations::new(self.rows.levels.len(), self.rows.paths());
        one.push(&point.levels, &point.shares);
        self.figures(&totals(self.rows, &one))
    }

    /// The move that is worth most, and what it leads to.
    fn best_move(
        &self,
        point: &Point,
        worth: impl Fn(f64, f64) -> f64,
        wanted: impl Fn(usize) -> bool,
    ) -> (f64, Point) {
        let sums = moves(self.rows, &point.levels, &point.shares);
        let mut best = (f64::NEG_INFINITY, 0, 0, 0.0);
        for ladder in (0..self.rows.levels.len()).filter(|l| wanted(*l)) {
            for level in 0..=self.rows.levels[ladder] {
                for share in self.shares {
                    let (gain, cost) = self.figures(&sums.after(self.rows, ladder, level, *share));
                    let worth = worth(gain, cost);
                    if worth > best.0 {
                        best = (worth, ladder, level, *share);
                    }
                }
            }
        }
        let mut to = point.clone();
        to.levels[best.1] = best.2;
        to.shares[best.1] = best.3;
        (best.0, to)
    }

    fn descend(&self, point: &mut Point, worth: impl Fn(f64, f64) -> f64 + Copy) {
        let (gain, cost) = self.now(point);
        let mut now = worth(gain, cost);
        loop {
            let (next, to) = self.best_move(point, worth, |_| true);
            if next <= now * (1.0 + 1e-12) {
                return;
            }
            (now, *point) = (next, to);
        }
    }

    /// Feasible moves, then pairs of them: one ladder a few levels off, the others best.
    fn polish(&self, point: &mut Point) {
        let within = |gain: f64, cost: f64| {
            if cost <= self.most { gain } else { -cost }
        };
        self.descend(point, within);
        let ladders = self.rows.levels.len();
        let mut idle = 0;
        for ladder in (0..ladders).cycle() {
            let before = within(self.now(point).0, self.now(point).1);
            let mut best = (before, point.clone());
            for off in (-4i32..=4).filter(|off| *off != 0) {
                let level = i32::from(point.levels[ladder]) + off;
                if !(0..=i32::from(self.rows.levels[ladder])).contains(&level) {
                    continue;
                }
                let mut beside = point.clone();
                beside.levels[ladder] = level as u8;
                let (worth, to) = self.best_move(&beside, within, |l| l != ladder);
                if worth > best.0 {
                    best = (worth, to);
                }
            }
            idle = if best.0 > before { 0 } else { idle + 1 };
            *point = best.1;
            if idle == ladders {
                return;
            }
        }
    }

    /// The best that is found, and the price of the budget.
    fn search(&self) -> (Point, f64) {
        let off = Point {
            levels: self.rows.levels.clone(),
            shares: vec![1.0; self.rows.paths()],
        };
        let everything: f64 = self
            .now(&Point {
                levels: vec![0; self.rows.levels.len()],
                shares: off.shares.clone(),
            })
            .1;
        let (mut low, mut high) = (0.0, 100.0 / everything);
        let mut best = off.clone();
        let mut point = off;
        for _ in 0..16 {
            let price = 0.5 * (low + high);
            self.descend(&mut point, |gain, cost| gain - price * cost);
            let (gain, cost) = self.now(&point);
            if cost <= self.most {
                high = price;
                if gain > self.now(&best).0 {
                    best = point.clone();
                }
            } else {
                low = price;
            }
        }
        self.polish(&mut best);
        (best, high)
    }
}

/// The rows of a physical sample.
fn physical_rows() -> trigscape::Result<MenuRows> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bench.toml");
    std::fs::write(&file, physical::study()).expect("a file");
    let study = Study::load(&file, &[])?;
    let events = study.events()?;
    let menu = Menu::compile(study.menu()?, events)?;
    let ladders = Ladders::new(&menu, &physical::axes(&menu))?;
    let mut all: Vec<CriticalLevels> = Vec::new();
    for settings in &events.samples {
        let sample = Sample::open(settings, study.seed)?;
        let on_sample = SampleMenu::new(&menu, events, &sample)?;
        let mut kept = CriticalLevels::default();
        for chunk in sample.chunks(events, on_sample.request())? {
            kept.add(&on_sample, &ladders, &chunk?)?;
        }
        all.push(kept);
    }
    Ok(MenuRows::of(&ladders, &all))
}

fn certify(name: &str, rows: &MenuRows, accepted: f64, least_share: f64, shares: &[f64]) {
    let signals = (rows.sums_of_weights.len() - 1) as f64;
    let gain = |sample: usize| match sample {
        0 => 0.0,
        _ => 1.0 / (signals * rows.sums_of_weights[sample]),
    };
    let gains = Linear::new(rows, 0.0, |class| gain(class.sample));
    let cost = |sample: usize| {
        if sample == 0 {
            1.0 / rows.sums_of_weights[0]
        } else {
            0.0
        }
    };
    let problem = Problem {
        rows,
        gains: gains.gains.clone(),
        costs: rows.classes.iter().map(|c| cost(c.sample)).collect(),
        most: accepted,
        shares,
    };
    let start = Instant::now();
    let (point, price) = problem.search();
    let value = problem.now(&point).0;
    let searched = start.elapsed().as_secs_f64();
    let levels =
        |path: usize| -> Vec<u8> { rows.ladders_of(path).map(|l| rows.levels[l]).collect() };
    let relaxation = Relaxation {
        rows,
        objective: vec![gains],
        floors: Vec::new(),
        caps: vec![Cap {
            paths: vec![true; rows.paths()],
            costs: problem.costs.clone(),
            most: accepted,
        }],
        paths: (0..rows.paths())
            .map(|p| PathOptions::all(&levels(p), least_share))
            .collect(),
    };
    let start_menu = Start {
        levels: &point.levels,
        shares: &point.shares,
        prices: &[price],
    };
    let stop = Stop {
        target: value,
        gap: 5e-4,
        iterations: 400,
    };
    println!(
        "{name}: {} events, budget {accepted}: value {value:.6} in {searched:.1} s",
        rows.events()
    );
    for further in [0, 64] {
        let start = Instant::now();
        let found = branched(&relaxation, Some(start_menu), stop, further).expect("a bound");
        println!(
            "    bound {:.6}, gap {:.3} %, with {further} further ones in {:.1} s and {} iterations ({})",
            found.value,
            100.0 * (found.value / value - 1.0),
            start.elapsed().as_secs_f64(),
            found.iterations,
            found.kind,
        );
    }
}

/// Critical levels on 32 paths of 64 levels that are passed in about `active` paths, of which each has its
/// own spectrum; neighbours share objects.
fn critical(
    seed: u64,
    events: u64,
    active: f64,
    favoured: f64,
    hardness: impl Fn(usize) -> f64,
) -> Vec<u8> {
    let mut levels = vec![0; events as usize * 32];
    for event in 0..events {
        let mut random = Stream::new(seed, 0, event);
        let row = &mut levels[event as usize * 32..][..32];
        let count = 1 + (random.uniform() * 2.0 * (active - 1.0) + 0.5) as usize;
        // A process favours some of the paths.
        let first = (favoured + random.uniform() * random.uniform() * 32.0) as usize;
        // One scale for the event: paths that share objects are hard together.
        let scale = -(1.0 - random.uniform()).ln();
        for k in 0..count {
            let path = (first + k * k) % 32;
            let level = scale * hardness(path) * (0.5 + random.uniform());
            row[path] = (1 + level as u8).min(64);
        }
    }
    levels
}

/// 20 000 background events of 12-bit weights and 4 x 13 000 signal events, as a menu leaves them after its
/// loosest thresholds: falling spectra that signals reach farther into.
fn separable_rows() -> MenuRows {
    let mut samples = vec![(
        (0..20_000)
            .map(|e| 1.0 + (Stream::new(2, 0, e).uniform() * 4095.0).floor())
            .collect::<Vec<_>>(),
        critical(1, 20_000, 1.4, 0.0, |path| 6.0 + (path % 5) as f64),
    )];
    for signal in 0..4 {
        let hardness = |path: usize| 8.0 + ((path * (3 + signal)) % 23) as f64;
        let levels = critical(
            10 + signal as u64,
            13_000,
            2.5,
            8.0 * signal as f64,
            hardness,
        );
        samples.push((vec![1.0; 13_000], levels));
    }
    let levels = samples.iter().map(|(weights, critical)| SampleLevels {
        weights,
        selected: &[],
        strata: &[],
        critical,
        further: &[],
    });
    let paths: Vec<usize> = (0..32).collect();
    MenuRows::new(&[64; 32], &paths, &levels.collect::<Vec<_>>())
}

fn main() -> trigscape::Result<()> {
    let prescales = [1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
    let rows = separable_rows();
    for budget in [0.03, 0.1] {
        certify("separable, thresholds alone", &rows, budget, 1.0, &[1.0]);
        certify("separable, with prescales", &rows, budget, 0.01, &prescales);
    }
    let rows = physical_rows()?;
    certify("physical, thresholds alone", &rows, 0.0036, 1.0, &[1.0]);
    certify("physical, with prescales", &rows, 0.0036, 0.01, &prescales);
    Ok(())
}
