//! Bounds of random small menus against every one of their configurations.

use trigscape::engine::cpu::menu::totals;
use trigscape::menu::FurtherCorner;
use trigscape::optimize::bound::{
    Bound, Cap, Linear, PathOptions, Relaxation, Start, Stop, bound, branched,
};
use trigscape::plan::menu::{Configurations, MenuRows, SampleLevels};
use trigscape::random::Stream;

struct Dice(Stream);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(Stream::new(seed, 0, 0))
    }

    fn below(&mut self, n: usize) -> usize {
        (self.0.uniform() * n as f64) as usize
    }

    fn uniform(&mut self) -> f64 {
        self.0.uniform()
    }
}

/// A background and two signals on a few paths, some of them with two ladders and several corners.
fn rows(dice: &mut Dice, paths: usize, legs: bool) -> MenuRows {
    rows_of(dice, paths, legs, false)
}

/// Where backgrounds are soft, they pass no path's tightest level.
fn rows_of(dice: &mut Dice, paths: usize, legs: bool, soft: bool) -> MenuRows {
    let (mut levels, mut ladder_paths) = (Vec::new(), Vec::new());
    for path in 0..paths {
        for _ in 0..if legs && dice.below(2) == 0 { 2 } else { 1 } {
            levels.push(1 + dice.below(4) as u8);
            ladder_paths.push(path);
        }
    }
    let mut samples = Vec::new();
    for sample in 0..3 {
        let kind = dice.below(5);
        let mut weight = || match kind {
            0 => 1.0,
            1 => (1 + dice.below(1000)) as f64,
            2 => [0.1, 0.7, 13.3][dice.below(3)],
            3 => (dice.uniform() * 8.0 - 4.0).exp(),
            _ => (1 + dice.below(9)) as f64,
        };
        let mut weights: Vec<f64> = (0..10 + 90 * usize::from(kind == 3) * 5)
            .map(|_| weight())
            .collect();
        // Negative weights are rare in real samples; signals have them.
        if sample > 0 && dice.below(4) == 0 {
            weights.iter_mut().step_by(7).for_each(|w| *w = -*w);
        }
        let (mut critical, mut further) = (Vec::new(), Vec::new());
        for event in 0..weights.len() {
            for path in 0..paths {
                let ladders = (0..levels.len()).filter(|l| ladder_paths[*l] == path);
                let own: Vec<u8> = ladders.map(|l| levels[l]).collect();
                let passes = dice.below(3) > 0;
                let corner = |dice: &mut Dice| {
                    let mut corner = [0; 5];
                    for (level, n) in corner.iter_mut().zip(&own) {
                        *level = 1 + dice.below(usize::from(*n)) as u8;
                        if soft && sample == 0 {
                            *level = (*level).min(n - 1);
                        }
                    }
                    corner
                };
                let first = if passes { corner(dice) } else { [0; 5] };
                critical.extend_from_slice(&first[..own.len()]);
                if passes && own.len() > 1 && dice.below(2) == 0 {
                    further.push(FurtherCorner {
                        event: event as u32,
                        path: path as u16,
                        corner: corner(dice),
                    });
                }
            }
        }
        samples.push((weights, critical, further));
    }
    let of_samples: Vec<_> = samples
        .iter()
        .map(|(weights, critical, further)| SampleLevels {
            weights,
            selected: &[],
            strata: &[],
            critical,
            further,
        })
        .collect();
    MenuRows::new(&levels, &ladder_paths, &of_samples)
}

fn options(dice: &mut Dice, rows: &MenuRows) -> Vec<PathOptions> {
    let of_path = |path: usize| {
        let shares = [(1.0, 1.0), (0.25, 1.0), (0.5, 0.5), (0.01, 1.0)][dice.below(4)];
        let levels = rows.ladders_of(path).map(|ladder| {
            let all = 0..rows.levels[ladder];
            let mut some: Vec<u8> = all.filter(|_| dice.below(4) > 0).collect();
            if some.is_empty() {
                some.push(0);
            }
            some
        });
        PathOptions {
            levels: levels.collect(),
            least_share: shares.0,
            most_share: shares.1,
            may_be_off: dice.below(3) > 0,
        }
    };
    (0..rows.paths()).map(of_path).collect()
}

/// Every configuration, shares at both ends and between.
fn all(rows: &MenuRows, options: &[PathOptions]) -> Configurations {
    let mut points: Vec<(Vec<u8>, Vec<f64>)> = vec![(Vec::new(), Vec::new())];
    for (path, own) in options.iter().enumerate() {
        let mut choices: Vec<(Vec<u8>, f64)> = Vec::new();
        let mut corners: Vec<Vec<u8>> = vec![Vec::new()];
        for levels in &own.levels {
            let longer = |corner: &Vec<u8>| {
                let corner = corner.clone();
                levels.iter().map(move |t| [&corner[..], &[*t]].concat())
            };
            corners = corners.iter().flat_map(longer).collect();
        }
        let mut shares = vec![own.most_share];
        if own.least_share < own.most_share {
            shares.extend([own.least_share, 0.5 * (own.least_share + own.most_share)]);
        }
        for corner in corners {
            choices.extend(shares.iter().map(|share| (corner.clone(), *share)));
        }
        if own.may_be_off {
            let off = rows.ladders_of(path).map(|ladder| rows.levels[ladder]);
            choices.push((off.collect(), 0.0));
        }
        let longer = |(levels, shares): &(Vec<u8>, Vec<f64>)| {
            let add = |(corner, share): &(Vec<u8>, f64)| {
                (
                    [levels, &corner[..]].concat(),
                    [&shares[..], &[*share]].concat(),
                )
            };
            choices.iter().map(add).collect::<Vec<_>>()
        };
        points = points.iter().flat_map(longer).collect();
    }
    let mut all = Configurations::new(rows.levels.len(), rows.paths());
    for (levels, shares) in points {
        all.push(&levels, &shares);
    }
    all
}

fn value(rows: &MenuRows, coefficients: &[f64], sums: &[u128]) -> f64 {
    let classes = rows.classes.iter().zip(coefficients).zip(sums);
    classes
        .map(|((class, x), sum)| x * class.unit * (*sum as f64 / 4_294_967_296.0))
        .sum()
}

/// `[configuration][class]` of some paths' OR.
fn sums(rows: &MenuRows, all: &Configurations, paths: &[bool]) -> Vec<Vec<u128>> {
    let mut some = Configurations::new(rows.levels.len(), rows.paths());
    for i in 0..all.len() {
        let shares = all.shares_of(i).iter().zip(paths);
        let shares: Vec<f64> = shares.map(|(s, own)| if *own { *s } else { 0.0 }).collect();
        some.push(all.levels_of(i), &shares);
    }
    let sums = totals(rows, &some);
    sums.chunks(rows.classes.len().max(1))
        .map(<[u128]>::to_vec)
        .collect()
}

struct Random<'a> {
    relaxation: Relaxation<'a>,
    all: Configurations,
    /// The largest that is within the limits.
    best: Option<f64>,
}

/// Limits that some configuration meets exactly, or nearly none does.
fn random<'a>(dice: &mut Dice, rows: &'a MenuRows) -> Random<'a> {
    let paths = options(dice, rows);
    let all = all(rows, &paths);
    let every = vec![true; rows.paths()];
    let total = sums(rows, &all, &every);
    let gains = |dice: &mut Dice, constant: f64| {
        let of_sample = [0.0, dice.uniform(), dice.uniform()];
        Linear::new(rows, constant, |class| of_sample[class.sample])
    };
    let count = 1 + dice.below(2) * dice.below(3);
    let objective: Vec<Linear> = (0..count).map(|i| gains(dice, i as f64)).collect();
    let any = dice.below(all.len());
    let mut caps: Vec<Cap> = Vec::new();
    let mut used = Vec::new();
    for number in 0..1 + dice.below(3) {
        let own = match number {
            0 => every.clone(),
            1 => (0..rows.paths()).map(|_| dice.below(2) > 0).collect(),
            _ => {
                let path = dice.below(rows.paths());
                (0..rows.paths()).map(|p| p == path).collect()
            }
        };
        let costs = Linear::new(rows, 0.0, |class| f64::from(u8::from(class.sample == 0)));
        let sums = sums(rows, &all, &own);
        let usage: Vec<f64> = sums.iter().map(|s| value(rows, &costs.gains, s)).collect();
        let most = match dice.below(6) {
            0 => usage[any] * dice.uniform(),
            1 => f64::INFINITY,
            _ => usage[any],
        };
        caps.push(Cap {
            paths: own,
            costs: costs.gains,
            most,
        });
        used.push(usage);
    }
    let mut floors: Vec<Linear> = (0..dice.below(2)).map(|_| gains(dice, 0.0)).collect();
    for floor in &mut floors {
        floor.constant = -value(rows, &floor.gains, &total[any]);
    }
    let of = |linear: &Linear, i: usize| linear.constant + value(rows, &linear.gains, &total[i]);
    let mut best = None;
    for i in 0..all.len() {
        let within = caps
            .iter()
            .zip(&used)
            .all(|(cap, used)| used[i] <= cap.most);
        if within && floors.iter().all(|floor| of(floor, i) >= 0.0) {
            let least = objective
                .iter()
                .map(|l| of(l, i))
                .fold(f64::INFINITY, f64::min);
            best = Some(f64::max(least, best.unwrap_or(f64::NEG_INFINITY)));
        }
    }
    Random {
        relaxation: Relaxation {
            rows,
            objective,
            caps,
            floors,
            paths,
        },
        all,
        best,
    }
}

fn until(iterations: u32) -> Stop {
    Stop {
        target: f64::NAN,
        gap: 0.0,
        iterations,
    }
}

#[test]
fn no_menu_within_the_limits_is_above_the_bound() {
    let (mut met, mut none, mut tight, mut better) = (0, 0, 0, 0);
    for seed in 0..400 {
        let mut dice = Dice::new(seed);
        let paths = 2 + dice.below(2 + usize::from(seed % 4 != 0));
        let rows = rows(&mut dice, paths, seed % 4 == 0);
        let case = random(&mut dice, &rows);
        let which = dice.below(case.all.len());
        let scale = 10f64.powf(8.0 * dice.uniform() - 4.0);
        let prices: Vec<f64> = (case.relaxation.caps.iter())
            .map(|_| scale * dice.uniform())
            .collect();
        let start = Start {
            levels: case.all.levels_of(which),
            shares: case.all.shares_of(which),
            prices: &prices,
        };
        let mut last: Option<Bound> = None;
        for (start, iterations) in [
            (Some(start), 0),
            (None, 0),
            (Some(start), 1),
            (None, 150),
            (Some(start), 400),
        ] {
            let found = bound(&case.relaxation, start, until(iterations)).unwrap();
            assert!(!found.value.is_nan(), "case {seed}: {found:?}");
            if let Some(best) = case.best {
                assert!(
                    found.value >= best && !found.infeasible,
                    "case {seed}, {iterations} iterations: {best} is above {found:?}"
                );
            }
            last = Some(found);
        }
        let last = last.unwrap();
        match case.best {
            Some(best) => {
                met += 1;
                tight += usize::from(last.value - best <= 0.05 * best.abs());
            }
            None => {
                none += 1;
                better += usize::from(last.infeasible);
            }
        }
    }
    println!(
        "{met} can be met, {tight} of them within 5 %; {none} can not, {better} of them proven"
    );
    assert!(met > 200 && tight > 50, "{met} {tight} {none} {better}");
}

#[test]
fn a_bound_has_the_same_bits_for_any_number_of_threads() {
    let mut dice = Dice::new(7);
    let rows = rows(&mut dice, 4, true);
    let case = random(&mut dice, &rows);
    let by_threads = [1, 2, 7].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        pool.install(|| {
            let whole = bound(&case.relaxation, None, until(200)).unwrap();
            [
                whole,
                branched(&case.relaxation, None, until(50), 8).unwrap(),
            ]
        })
    });
    assert_eq!(by_threads[0], by_threads[1]);
    assert_eq!(by_threads[0], by_threads[2]);
}

#[test]
fn one_path_is_bound_by_its_best_mixture() {
    for seed in 0..40 {
        let mut dice = Dice::new(1000 + seed);
        let rows = rows(&mut dice, 1, false);
        let case = Relaxation {
            rows: &rows,
            objective: vec![Linear::new(&rows, 0.5, |c| {
                f64::from(u8::from(c.sample > 0))
            })],
            caps: vec![Cap {
                paths: vec![true],
                costs: Linear::new(&rows, 0.0, |c| f64::from(u8::from(c.sample == 0))).gains,
                most: 0.0,
            }],
            floors: Vec::new(),
            paths: vec![PathOptions::all(&[rows.levels[0]], 1.0)],
        };
        let all = all(&rows, &case.paths);
        let total = sums(&rows, &all, &[true]);
        let points: Vec<(f64, f64)> = total
            .iter()
            .map(|s| {
                (
                    value(&rows, &case.caps[0].costs, s),
                    value(&rows, &case.objective[0].gains, s),
                )
            })
            .collect();
        let largest = points.iter().map(|p| p.0).fold(0.0, f64::max);
        for part in [0.2, 0.5, 0.9, 1.0, 2.0] {
            let mut case = case.clone();
            case.caps[0].most = part * largest;
            // The best of all pairs that are mixed to use the whole budget.
            let mut best = f64::NEG_INFINITY;
            for a in points.iter().filter(|a| a.0 <= case.caps[0].most) {
                best = best.max(a.1);
                for b in points.iter().filter(|b| b.0 > case.caps[0].most) {
                    let t = (case.caps[0].most - a.0) / (b.0 - a.0);
                    best = best.max(a.1 + t * (b.1 - a.1));
                }
            }
            let found = bound(&case, None, until(0)).unwrap();
            let within = 1e-5 * (best.abs() + 1.0);
            assert!(
                found.value >= best + 0.5 && found.value <= best + 0.5 + within,
                "{seed}: {best} {found:?}"
            );
        }
    }
}

#[test]
fn without_a_budget_everything_is_open() {
    let mut dice = Dice::new(5);
    let rows = rows(&mut dice, 3, false);
    let relaxation = Relaxation {
        rows: &rows,
        objective: vec![Linear::new(&rows, 0.0, |c| {
            f64::from(u8::from(c.sample == 0))
        })],
        caps: Vec::new(),
        floors: Vec::new(),
        paths: rows
            .levels
            .iter()
            .map(|n| PathOptions::all(&[*n], 0.1))
            .collect(),
    };
    let mut open = Configurations::new(3, 3);
    open.push_unprescaled(&[0; 3]);
    let everything = value(&rows, &relaxation.objective[0].gains, &totals(&rows, &open));
    let found = bound(&relaxation, None, until(200)).unwrap();
    let relative = found.value / everything - 1.0;
    assert!((0.0..1e-4).contains(&relative), "{everything} {found:?}");
}

#[test]
fn branching_with_prescales_stays_above_the_best_menu() {
    let (mut met, mut tight, mut sharper) = (0, 0, 0);
    for seed in 0..200 {
        let mut dice = Dice::new(20_000 + seed);
        let paths = 2 + dice.below(2);
        let rows = rows_of(&mut dice, paths, seed % 5 == 0, seed % 3 > 0);
        let case = random(&mut dice, &rows);
        let root = bound(&case.relaxation, None, until(150)).unwrap();
        let target = case.best.unwrap_or(f64::NAN);
        for gap in [1e-6, 0.05] {
            let stop = Stop {
                target,
                gap,
                iterations: 100,
            };
            let found = branched(&case.relaxation, None, stop, 16).unwrap();
            let Some(best) = case.best else {
                continue;
            };
            assert!(
                found.value >= best && !found.infeasible,
                "{seed}: {best} {found:?}"
            );
            if gap < 1e-3 {
                met += 1;
                tight += usize::from(found.value - best <= 0.01 * best.abs());
                sharper += usize::from(found.value < root.value - 1e-3 * root.value.abs());
            }
        }
    }
    println!("{met} can be met, {tight} within 1 %, {sharper} below the relaxation");
    assert!(met > 100 && sharper > 10, "{met} {tight} {sharper}");
}

#[test]
fn branching_closes_the_gap_of_thresholds() {
    let (mut closed, mut proven, mut tried) = (0, 0, 0);
    for seed in 0..60 {
        let mut dice = Dice::new(9000 + seed);
        let paths = 2 + dice.below(2);
        let rows = rows(&mut dice, paths, seed % 4 == 0);
        let mut case = random(&mut dice, &rows);
        if let Some(best) = case.best {
            let stop = Stop {
                target: best,
                gap: 1e-6,
                iterations: 200,
            };
            let found = branched(&case.relaxation, None, stop, 20).unwrap();
            assert!(
                found.value >= best && !found.infeasible,
                "{seed}: {best} {found:?}"
            );
        }
        // The same with thresholds alone.
        for path in &mut case.relaxation.paths {
            (path.least_share, path.most_share) = (1.0, 1.0);
        }
        case.relaxation.floors.clear();
        case.relaxation.caps.truncate(1);
        let all = all(&rows, &case.relaxation.paths);
        let total = sums(&rows, &all, &vec![true; paths]);
        let cap = &case.relaxation.caps[0];
        let within = total
            .iter()
            .filter(|s| value(&rows, &cap.costs, s) <= cap.most);
        let least = |sums: &Vec<u128>| {
            let parts = case.relaxation.objective.iter();
            let parts = parts.map(|l| l.constant + value(&rows, &l.gains, sums));
            parts.fold(f64::INFINITY, f64::min)
        };
        let best = within.map(least).fold(f64::NEG_INFINITY, f64::max);
        let stop = Stop {
            target: best,
            gap: 1e-6,
            iterations: 300,
        };
        let found = branched(&case.relaxation, None, stop, 400).unwrap();
        tried += 1;
        if best == f64::NEG_INFINITY {
            proven += usize::from(found.infeasible);
            closed += usize::from(found.infeasible);
            continue;
        }
        assert!(
            found.value >= best && !found.infeasible,
            "{seed}: {best} {found:?}"
        );
        closed += usize::from(found.value - best <= 1e-5 * best.abs().max(1e-3));
    }
    println!("{closed} of {tried} closed, {proven} of them proven infeasible");
    assert!(10 * closed > 8 * tried, "{closed} of {tried}");
}

#[test]
fn lots_under_common_prices_stay_above_the_best_menu() {
    let (mut met, mut closed, mut below) = (0, 0, 0);
    for seed in 0..80 {
        let mut dice = Dice::new(40_000 + seed);
        let paths = 2 + dice.below(2);
        // Soft backgrounds pass no tightest level: paths that are always on cost nothing.
        let rows = rows_of(&mut dice, paths, seed % 5 == 0, true);
        let mut case = random(&mut dice, &rows);
        let Some(best) = case.best else {
            continue;
        };
        for path in &mut case.relaxation.paths {
            path.may_be_off |= path.least_share == 1.0;
        }
        // Menus that are off are new: they are looked at again.
        let all = all(&rows, &case.relaxation.paths);
        let best = f64::max(best, best_of(&case.relaxation, &all));
        let which = dice.below(all.len());
        let start = Start {
            levels: all.levels_of(which),
            shares: all.shares_of(which),
            prices: &[],
        };
        let root = bound(&case.relaxation, Some(start), until(100)).unwrap();
        // What is known may be worse than the best, by more than the gap.
        for (known, gap) in [(1.0, 1e-4), (0.98, 1e-3), (0.9, 0.05), (1.0, 0.05)] {
            let stop = Stop {
                target: best - (1.0 - known) * best.abs(),
                gap,
                iterations: 100,
            };
            let found = branched(&case.relaxation, Some(start), stop, 40).unwrap();
            assert!(
                found.value >= best && !found.infeasible,
                "{seed}, {known}, {gap}: {best} {found:?}"
            );
            met += 1;
            closed += usize::from(found.value - best <= 0.01 * best.abs());
            below += usize::from(found.value < root.value - 1e-3 * root.value.abs());
        }
    }
    println!("{met} can be met, {closed} within 1 %, {below} below the relaxation");
    assert!(met > 200 && below > 20, "{met} {closed} {below}");
}

/// The largest within the limits.
fn best_of(relaxation: &Relaxation, all: &Configurations) -> f64 {
    let rows = relaxation.rows;
    let total = sums(rows, all, &vec![true; rows.paths()]);
    let of = |linear: &Linear, i: usize| linear.constant + value(rows, &linear.gains, &total[i]);
    let used = relaxation.caps.iter().map(|cap| {
        let sums = sums(rows, all, &cap.paths);
        let usage = sums.iter().map(|sums| value(rows, &cap.costs, sums));
        usage.map(|used| used <= cap.most).collect::<Vec<_>>()
    });
    let used: Vec<Vec<bool>> = used.collect();
    let within = |i: &usize| {
        used.iter().all(|held| held[*i]) && relaxation.floors.iter().all(|f| of(f, *i) >= 0.0)
    };
    let least = |i: usize| {
        let parts = relaxation.objective.iter().map(|linear| of(linear, i));
        parts.fold(f64::INFINITY, f64::min)
    };
    let best = (0..all.len()).filter(within).map(least);
    best.fold(f64::NEG_INFINITY, f64::max)
}
