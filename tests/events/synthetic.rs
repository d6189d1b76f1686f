//! The synthetic generator: its calibration, its errors, its determinism and its shapes.

use std::ops::Range;
use trigscape::events::{Column, Content, Process, Source, Synthetic, SyntheticSettings, Values};
use trigscape::merit::stratified_rate_khz;

/// 2760 colliding bunches at the LHC's 11 245.5 Hz.
const CROSSINGS_KHZ: f64 = 2760.0 * 11.2455;

/// A sample's columns, read once.
struct Sample {
    events: usize,
    pt: [Column; 4],
    scalars: [Column; 2],
    weights: Vec<f64>,
    strata: Vec<u8>,
}

const MU: usize = 0;
const EG: usize = 1;
const JET: usize = 2;
const TAU: usize = 3;

fn settings(process: Process, events: u64, seed: u64) -> SyntheticSettings {
    SyntheticSettings {
        process,
        events,
        seed,
        pileup: 60.0,
    }
}

fn f32s(column: &Column) -> &[f32] {
    match &column.values {
        Values::F32(v) => v,
        other => panic!("{} values", other.kind()),
    }
}

impl Sample {
    fn new(settings: SyntheticSettings) -> Self {
        let synthetic = Synthetic::new(settings).unwrap();
        let events = synthetic.settings().events;
        let names = [
            "L1Mu_pt", "L1EG_pt", "L1Jet_pt", "L1Tau_pt", "L1MET_pt", "L1HT_pt", "weight",
            "stratum",
        ];
        let columns = synthetic.read(&names, 0..events).unwrap();
        let [mu, eg, jet, tau, met, ht, weight, stratum]: [Column; 8] = columns.try_into().unwrap();
        let Values::U8(strata) = stratum.values else {
            panic!("strata are bytes");
        };
        Self {
            events: events as usize,
            pt: [mu, eg, jet, tau],
            scalars: [met, ht],
            weights: weight.values.to_f64(),
            strata,
        }
    }

    fn background(events: u64, seed: u64) -> Self {
        Self::new(settings(Process::Background, events, seed))
    }

    fn pts(&self, kind: usize, event: usize) -> &[f32] {
        &f32s(&self.pt[kind])[self.pt[kind].range(event)]
    }

    /// Whether the hardest objects of a kind reach these momenta.
    fn legs(&self, event: usize, kind: usize, least: &[f32]) -> bool {
        let pts = self.pts(kind, event);
        pts.len() >= least.len() && pts.iter().zip(least).all(|(pt, least)| pt >= least)
    }

    fn met(&self, event: usize) -> f32 {
        f32s(&self.scalars[0])[event]
    }

    fn ht(&self, event: usize) -> f32 {
        f32s(&self.scalars[1])[event]
    }

    fn rate_khz(&self, pass: impl Fn(usize) -> bool) -> (f64, f64) {
        let passes: Vec<bool> = (0..self.events).map(pass).collect();
        stratified_rate_khz(CROSSINGS_KHZ, &self.weights, &self.strata, &passes)
    }

    fn efficiency(&self, pass: impl Fn(usize) -> bool) -> f64 {
        self.rate_khz(pass).0 / CROSSINGS_KHZ
    }

    /// Typical paths, with thresholds at which they fill about 100 kHz.
    fn menu(&self, i: usize) -> bool {
        self.legs(i, EG, &[26.0])
            || self.legs(i, MU, &[18.0])
            || self.legs(i, TAU, &[35.0])
            || self.ht(i) >= 320.0
            || self.legs(i, JET, &[180.0])
            || self.legs(i, JET, &[150.0, 150.0])
            || self.legs(i, JET, &[95.0, 75.0, 65.0])
            || self.legs(i, JET, &[60.0, 55.0, 40.0, 35.0]) && self.ht(i) >= 320.0
            || self.legs(i, MU, &[15.0, 7.0])
            || self.legs(i, MU, &[5.0, 3.0, 3.0])
            || self.legs(i, EG, &[22.0, 12.0])
            || self.legs(i, EG, &[18.0, 17.0, 8.0])
            || self.legs(i, TAU, &[32.0, 32.0])
            || self.met(i) >= 100.0
            || self.legs(i, MU, &[5.0]) && self.legs(i, EG, &[20.0])
            || self.legs(i, MU, &[16.0]) && self.legs(i, TAU, &[24.0])
            || self.legs(i, EG, &[20.0]) && self.legs(i, TAU, &[26.0])
    }
}

/// Large samples take seconds in a release build, minutes in a debug build.
const OPTIMISED: bool = !cfg!(debug_assertions);

#[test]
fn rates_meet_the_published_shares_they_are_anchored_to() {
    let s = Sample::background(if OPTIMISED { 1_010_000 } else { 151_500 }, 11);
    // CMS TRG-17-001, of a 100 kHz menu; the calibration aims at 8 %, of 1-3 % are statistical here.
    type Pass<'a> = &'a dyn Fn(usize) -> bool;
    let anchors: [(&str, f64, Pass); 4] = [
        ("egamma 30", 24.8, &|i| s.legs(i, EG, &[30.0])),
        ("muon 22", 14.8, &|i| s.legs(i, MU, &[22.0])),
        ("tau 38", 12.7, &|i| s.legs(i, TAU, &[38.0])),
        ("HT 320", 11.5, &|i| s.ht(i) >= 320.0),
    ];
    for (name, published_khz, pass) in anchors {
        let (rate, sigma) = s.rate_khz(pass);
        println!("{name}: {rate:.2} +- {sigma:.2} kHz, published {published_khz}");
        assert!(
            (rate / published_khz - 1.0).abs() < 0.08 + 3.0 * sigma / rate,
            "{name}: {rate:.2} +- {sigma:.2} kHz"
        );
    }
    let (any, _) = s.rate_khz(|i| anchors.iter().any(|(_, _, pass)| pass(i)));
    assert!((55.0..65.0).contains(&any), "any of the four: {any:.1} kHz");
    let (jet, _) = s.rate_khz(|i| s.legs(i, JET, &[180.0]));
    assert!((1.0..10.0).contains(&jet), "jet 180: {jet:.2} kHz");
    // Of plausible size: what the other paths of a menu take.
    let others: [(&str, Range<f64>, Pass); 6] = [
        ("two muons 15, 7", 3.0..12.0, &|i| {
            s.legs(i, MU, &[15.0, 7.0])
        }),
        ("two egamma 25, 12", 2.0..12.0, &|i| {
            s.legs(i, EG, &[25.0, 12.0])
        }),
        ("two taus 34", 0.5..8.0, &|i| s.legs(i, TAU, &[34.0, 34.0])),
        ("three muons 5, 3, 3", 0.3..8.0, &|i| {
            s.legs(i, MU, &[5.0, 3.0, 3.0])
        }),
        ("MET 100", 0.5..8.0, &|i| s.met(i) >= 100.0),
        ("four jets, HT 320", 1.0..8.0, &|i| {
            s.legs(i, JET, &[60.0, 55.0, 40.0, 35.0]) && s.ht(i) >= 320.0
        }),
    ];
    for (name, plausible, pass) in others {
        let (rate, _) = s.rate_khz(pass);
        assert!(plausible.contains(&rate), "{name}: {rate:.2} kHz");
    }
    let (menu, sigma) = s.rate_khz(|i| s.menu(i));
    println!("menu: {menu:.2} +- {sigma:.2} kHz");
    assert!((90.0..110.0).contains(&menu), "menu: {menu:.1} kHz");
    // At 10^6 events the error is that of these, divided by the root of their ratio.
    let at_a_million = sigma / menu * (s.events as f64 / 1e6).sqrt();
    println!(
        "relative error at 10^6 events: {:.2} %",
        100.0 * at_a_million
    );
    assert!(at_a_million < 0.01);
    // Zero-bias events would have a larger one.
    assert!(at_a_million < 0.6 / (menu / CROSSINGS_KHZ * 1e6).sqrt());
}

#[test]
fn fifty_seeds_scatter_as_the_formula_says() {
    let seeds = 50;
    let events = if OPTIMISED { 202_000 } else { 4040 };
    let (mut rates, mut variance) = (Vec::new(), 0.0);
    for seed in 0..seeds {
        let s = Sample::background(events, 1000 + seed);
        let (rate, sigma) = s.rate_khz(|i| s.menu(i));
        rates.push(rate);
        variance += sigma * sigma / seeds as f64;
    }
    let mean = rates.iter().sum::<f64>() / seeds as f64;
    let scatter: f64 = rates.iter().map(|r| (r - mean) * (r - mean)).sum();
    let chi_square = scatter / variance;
    println!("{mean:.1} kHz, chi square {chi_square:.1} of 49");
    // 49 degrees of freedom: 99.9 % lie between 23 and 86.
    assert!((23.0..86.0).contains(&chi_square), "{chi_square}");
    // Scaled to 10^6 events, the scatter itself is below 1 %, with its own error of 10 %.
    let scaled = (scatter / 49.0 * events as f64 / 1e6).sqrt() / mean;
    assert!(scaled < 0.01, "{scaled}");
}

#[test]
fn events_depend_on_no_chunks_threads_or_order() {
    for process in [Process::Background, Process::TTbar, Process::HTauTau] {
        let make = || Synthetic::new(settings(process, 9_001, 3)).unwrap();
        let synthetic = make();
        let names: Vec<&str> = synthetic
            .description()
            .branches
            .iter()
            .map(|b| b.name.as_str())
            .collect();
        let whole = synthetic.read(&names, 0..9_001).unwrap();
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let other = make();
            let columns = pool.install(|| other.read(&names, 0..9_001)).unwrap();
            assert!(columns == whole, "{process}, {threads} threads");
        }
        // The last part first, in parts of odd sizes, one of them empty.
        let cuts = [0, 1, 700, 700, 4_500, 8_999, 9_001];
        let parts: Vec<Vec<Column>> = cuts
            .windows(2)
            .rev()
            .map(|w| synthetic.read(&names, w[0]..w[1]).unwrap())
            .collect();
        let mut parts = parts.into_iter().rev();
        let mut joined = parts.next().unwrap();
        for part in parts {
            for (all, next) in joined.iter_mut().zip(part) {
                all.append(next).unwrap();
            }
        }
        assert!(joined == whole, "{process}, in parts");
        // One branch alone is the same as among all.
        let k = names.iter().position(|n| *n == "L1Jet_eta").unwrap();
        assert!(synthetic.read(&["L1Jet_eta"], 0..9_001).unwrap()[0] == whole[k]);
        let other = Synthetic::new(settings(process, 9_001, 4)).unwrap();
        assert!(other.read(&["L1Jet_eta"], 0..9_001).unwrap()[0] != whole[k]);
    }
}

/// One number of all bits of some columns: FNV-1a.
fn fingerprint(process: Process) -> u64 {
    let synthetic = Synthetic::new(settings(process, 3_000, 9)).unwrap();
    let names = [
        "L1Mu_pt",
        "L1EG_pt",
        "L1Jet_eta",
        "L1Tau_phi",
        "L1MET_pt",
        "L1MET_phi",
        "nPU",
        "weight",
        "GenPart_eta",
    ];
    let columns = synthetic.read(&names, 0..3_000).unwrap();
    let bytes = columns
        .iter()
        .flat_map(|c| c.values.to_f64())
        .flat_map(|v| v.to_bits().to_le_bytes());
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[test]
fn events_are_the_same_bits_on_every_platform() {
    // To be replaced where the model is changed on purpose, and only there.
    assert_eq!(fingerprint(Process::Background), 161_991_457_550_798_840);
    assert_eq!(fingerprint(Process::HTauTau), 7_873_676_458_042_610_721);
}

#[test]
fn branches_are_what_the_description_says() {
    for process in Process::ALL {
        let synthetic = Synthetic::new(settings(process, 2_000, 1)).unwrap();
        let description = synthetic.description();
        assert!(description.format.contains("synthetic") && description.format.contains("seed 1"));
        assert_eq!(
            description.origin.to_str(),
            Some(&*format!("synthetic {process}"))
        );
        for branch in &description.branches {
            let column = &synthetic.read(&[&branch.name], 500..2_000).unwrap()[0];
            assert_eq!(column.events(), 1_500);
            assert_eq!(Some(column.values.kind()), branch.content.kind());
            let jagged = matches!(branch.content, Content::Jagged(_));
            assert_eq!(column.offsets.is_some(), jagged, "{}", branch.name);
            assert!(column.values.to_f64().iter().all(|v| v.is_finite()));
            if let Some(count) = branch.name.strip_prefix('n').filter(|n| *n != "PU") {
                let pt = &synthetic
                    .read(&[&format!("{count}_pt")], 500..2_000)
                    .unwrap()[0];
                let lengths: Vec<f64> = (0..1_500).map(|i| pt.range(i).len() as f64).collect();
                assert_eq!(column.values.to_f64(), lengths);
                assert!(
                    (0..1_500).all(|i| f32s(pt)[pt.range(i)].is_sorted_by(|a, b| a >= b))
                        || count == "GenPart"
                );
            }
        }
        let fault = synthetic.read(&["L1Mu_ptt"], 0..1).unwrap_err();
        assert!(fault.to_string().contains("L1Mu_ptt"));
    }
}

#[test]
fn values_are_steps_within_the_acceptance() {
    let synthetic = Synthetic::new(settings(Process::Background, 20_000, 5)).unwrap();
    for (prefix, floor, end) in [
        ("L1Mu", 3.0, 2.4),
        ("L1EG", 5.0, 2.5),
        ("L1Jet", 15.0, 5.0),
        ("L1Tau", 15.0, 2.5),
    ] {
        let names = ["pt", "eta", "phi"].map(|f| format!("{prefix}_{f}"));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let columns = synthetic.read(&names, 0..20_000).unwrap();
        let [pt, eta, phi] = [0, 1, 2].map(|k| f32s(&columns[k]));
        assert!(pt.iter().all(|v| *v >= floor && (2.0 * v).fract() == 0.0));
        assert!(eta.iter().all(|v| v.abs() < end + 0.003));
        assert!(phi.iter().all(|v| v.abs() < std::f32::consts::PI));
        // Both halves are filled alike.
        let positive = eta.iter().filter(|v| **v > 0.0).count() as f64;
        let n = eta.len() as f64;
        assert!((positive - n / 2.0).abs() < 3.0 * n.sqrt(), "{prefix}");
    }
    let ht = synthetic.read(&["L1HT_pt", "L1Jet_pt", "L1Jet_eta"], 0..20_000);
    let ht = ht.unwrap();
    for i in 0..20_000 {
        let jets = ht[1].range(i);
        let sum: f32 = jets
            .filter(|j| f32s(&ht[1])[*j] >= 30.0 && f32s(&ht[2])[*j].abs() < 2.4)
            .map(|j| f32s(&ht[1])[j])
            .sum();
        assert_eq!(f32s(&ht[0])[i], sum);
    }
}

#[test]
fn weights_sum_to_the_events_and_strata_are_of_fixed_sizes() {
    for events in [1, 50, 101, 777, 50_000] {
        let synthetic = Synthetic::new(settings(Process::Background, events, 2)).unwrap();
        let columns = synthetic
            .read(&["weight", "genWeight", "stratum"], 0..events)
            .unwrap();
        let weights = columns[0].values.to_f64();
        assert!((weights.iter().sum::<f64>() / events as f64 - 1.0).abs() < 1e-9);
        let mut sizes = vec![0; synthetic.stratum_sizes().len()];
        for ((w, g), h) in weights
            .iter()
            .zip(f32s(&columns[1]))
            .zip(columns[2].values.to_f64())
        {
            let h = h as usize;
            sizes[h] += 1;
            assert_eq!(*w, synthetic.stratum_weights()[h]);
            assert_eq!(*g, *w as f32);
        }
        assert_eq!(sizes, synthetic.stratum_sizes());
    }
    let signal = Synthetic::new(settings(Process::ZMuMu, 500, 2)).unwrap();
    assert_eq!(signal.stratum_weights(), [1.0]);
}

#[test]
fn a_crossing_that_is_busy_in_one_thing_is_busy_in_all() {
    let s = Sample::background(30_300, 21);
    // Weighted share of events with an object, among all and among those of high HT.
    let share = |kind: usize, least: f32, busy: bool| {
        let mut sums = [0.0; 2];
        for i in 0..s.events {
            if !busy || s.ht(i) > 150.0 {
                sums[0] += s.weights[i];
                sums[1] += s.weights[i] * f64::from(u8::from(s.legs(i, kind, &[least])));
            }
        }
        sums[1] / sums[0]
    };
    for (kind, least) in [(MU, 10.0), (EG, 20.0), (TAU, 25.0)] {
        let [all, busy] = [false, true].map(|busy| share(kind, least, busy));
        println!("kind {kind}: {all:.5} of all, {busy:.5} of busy");
        assert!(busy > 5.0 * all);
    }
    let met = |busy: bool| {
        let mut sums = [0.0; 2];
        for i in (0..s.events).filter(|i| !busy || s.ht(*i) > 150.0) {
            sums[0] += s.weights[i];
            sums[1] += s.weights[i] * f64::from(s.met(i));
        }
        sums[1] / sums[0]
    };
    assert!(met(true) > 1.3 * met(false));
}

#[test]
fn spectra_fall() {
    let s = Sample::background(30_300, 22);
    for (kind, thresholds) in [
        (MU, [4.0, 8.0, 16.0, 32.0]),
        (EG, [6.0, 12.0, 24.0, 48.0]),
        (JET, [20.0, 40.0, 80.0, 160.0]),
        (TAU, [15.0, 24.0, 38.0, 60.0]),
    ] {
        let rates = thresholds.map(|t| s.rate_khz(|i| s.legs(i, kind, &[t])).0);
        println!("kind {kind}: {rates:?} kHz");
        assert!(rates.windows(2).all(|r| r[1] < r[0] / 2.0 && r[1] > 0.0));
    }
    let rates = [30.0, 60.0, 90.0, 120.0].map(|t| s.rate_khz(|i| s.met(i) >= t).0);
    assert!(rates.windows(2).all(|r| r[1] < r[0] / 2.0 && r[1] > 0.0));
}

#[test]
fn rates_rise_with_pileup() {
    let rates = |pileup: f64| {
        let s = Sample::new(SyntheticSettings {
            pileup,
            ..settings(Process::Background, 20_000, 8)
        });
        [
            s.rate_khz(|i| s.legs(i, EG, &[20.0])).0,
            s.rate_khz(|i| s.legs(i, MU, &[8.0])).0,
            s.rate_khz(|i| s.legs(i, TAU, &[25.0])).0,
            s.rate_khz(|i| s.ht(i) >= 200.0).0,
            s.rate_khz(|i| s.met(i) >= 70.0).0,
            s.rate_khz(|i| s.menu(i)).0,
        ]
    };
    let by_pileup = [20.0, 60.0, 140.0, 200.0].map(rates);
    for pair in by_pileup.windows(2) {
        assert!(
            pair[0].iter().zip(&pair[1]).all(|(low, high)| low < high),
            "{by_pileup:?}"
        );
    }
    // No collisions: nothing but the noise of no detector.
    let none = Sample::new(SyntheticSettings {
        pileup: 0.0,
        ..settings(Process::Background, 500, 8)
    });
    assert_eq!(
        none.rate_khz(|i| none.met(i) > 0.0 || none.ht(i) > 0.0).0,
        0.0
    );
}

#[test]
fn collisions_per_crossing_are_as_many_as_asked() {
    let synthetic = Synthetic::new(settings(Process::Background, 20_000, 6)).unwrap();
    let columns = synthetic.read(&["nPU", "weight"], 0..20_000).unwrap();
    let (mut sum, mut weights) = (0.0, 0.0);
    for (n, w) in columns[0]
        .values
        .to_f64()
        .iter()
        .zip(columns[1].values.to_f64())
    {
        sum += n * w;
        weights += w;
    }
    assert!((sum / weights - 60.0).abs() < 0.5, "{}", sum / weights);
}

#[test]
fn z_bosons_make_two_muons_of_their_mass() {
    let n = 6_000;
    let synthetic = Synthetic::new(settings(Process::ZMuMu, n, 1)).unwrap();
    let names = ["GenPart_pt", "GenPart_eta", "GenPart_phi", "GenPart_pdgId"];
    let c = synthetic.read(&names, 0..n).unwrap();
    let l1 = synthetic
        .read(&["L1Mu_pt", "L1Mu_eta", "L1Mu_phi", "L1Mu_charge"], 0..n)
        .unwrap();
    let mass = |c: &[Column], a: usize, b: usize| {
        let at = |k: usize, i: usize| f64::from(f32s(&c[k])[i]);
        let (deta, dphi) = (at(1, a) - at(1, b), at(2, a) - at(2, b));
        (2.0 * at(0, a) * at(0, b) * (deta.cosh() - dphi.cos())).sqrt()
    };
    let mut peak = 0;
    let mut measured = Vec::new();
    for i in 0..n as usize {
        let r = c[0].range(i);
        assert_eq!(r.len(), 2);
        let m = mass(&c, r.start, r.start + 1);
        assert!((59.9..120.1).contains(&m));
        peak += u32::from((m - 91.19).abs() < 2.495);
        let ids = c[3].values.to_f64();
        assert_eq!(ids[r.start] + ids[r.start + 1], 0.0);
        let r = l1[0].range(i);
        let charge = l1[3].values.to_f64();
        // The two hardest: pileup muons are soft.
        if r.len() >= 2 && f32s(&l1[0])[r.start + 1] > 15.0 {
            assert!(charge[r.start].abs() == 1.0);
            if charge[r.start] != charge[r.start + 1] {
                measured.push(mass(&l1, r.start, r.start + 1));
            }
        }
    }
    // Within one width to either side lie 2 arctan(2) / pi = 70 %, a little more within the cut.
    let share = f64::from(peak) / n as f64;
    assert!((0.69..0.75).contains(&share), "{share}");
    measured.sort_by(f64::total_cmp);
    let [low, median, high] =
        [0.16, 0.5, 0.84].map(|q| measured[(q * measured.len() as f64) as usize]);
    println!(
        "{} pairs, median {median:.1}, {low:.1} to {high:.1}",
        measured.len()
    );
    assert!(measured.len() > n as usize / 2);
    assert!((87.0..94.0).contains(&median) && high - low < 20.0);
}

#[test]
fn signals_have_shapes_of_their_own() {
    let n = 4_000;
    let [z, tau, top, hh, met] = [
        Process::ZMuMu,
        Process::HTauTau,
        Process::TTbar,
        Process::Hh4b,
        Process::SoftMet,
    ]
    .map(|p| Sample::new(settings(p, n, 4)));
    assert!(z.efficiency(|i| z.legs(i, MU, &[20.0, 10.0])) > 0.5);
    assert!(tau.efficiency(|i| tau.legs(i, TAU, &[20.0])) > 0.4);
    assert!(tau.efficiency(|i| tau.legs(i, TAU, &[20.0, 20.0])) > 0.1);
    // One lepton, four jets and missing momentum.
    let lepton = |i| top.legs(i, MU, &[20.0]) || top.legs(i, EG, &[20.0]);
    assert!((0.5..0.95).contains(&top.efficiency(lepton)));
    assert!(top.efficiency(|i| top.legs(i, JET, &[25.0; 4])) > 0.5);
    assert!(top.efficiency(|i| top.met(i) > 50.0) > 0.25);
    let four = hh.efficiency(|i| hh.legs(i, JET, &[30.0; 4]));
    assert!(four > 0.5, "{four}");
    assert!(hh.efficiency(|i| hh.ht(i) > 250.0) > 0.6);
    assert!(hh.efficiency(|i| hh.legs(i, EG, &[30.0])) < 0.01);
    // Missing momentum as soft as the jet in front of it.
    assert!(met.efficiency(|i| met.met(i) > 50.0 && met.legs(i, JET, &[50.0])) > 0.5);
    assert!((0.05..0.5).contains(&met.efficiency(|i| met.met(i) > 100.0)));
    assert!((0.3..0.6).contains(&met.efficiency(|i| met.legs(i, MU, &[3.0]))));
}

#[test]
fn b_quarks_of_two_higgs_bosons_pair_to_their_mass() {
    let n = 500;
    let synthetic = Synthetic::new(settings(Process::Hh4b, n, 1)).unwrap();
    let names = ["GenPart_pt", "GenPart_eta", "GenPart_phi"];
    let c = synthetic.read(&names, 0..n).unwrap();
    for i in 0..n as usize {
        let r = c[0].range(i);
        assert_eq!(r.len(), 4);
        for a in [r.start, r.start + 2] {
            let at = |k: usize, i: usize| f64::from(f32s(&c[k])[i]);
            let four = |i: usize| {
                let (pt, eta, phi) = (at(0, i), at(1, i), at(2, i));
                let (x, y, z) = (pt * phi.cos(), pt * phi.sin(), pt * eta.sinh());
                // With the quark's own mass of 4.8 GeV.
                let e = (x * x + y * y + z * z + 4.8 * 4.8).sqrt();
                [x, y, z, e]
            };
            let [x, y, z, e] = [0, 1, 2, 3].map(|k| four(a)[k] + four(a + 1)[k]);
            let m = (e * e - x * x - y * y - z * z).sqrt();
            assert!((m - 125.2).abs() < 0.1, "{m}");
        }
    }
}

#[test]
fn bad_settings_are_one_clear_fault() {
    let good = SyntheticSettings::default();
    let none = SyntheticSettings {
        events: 0,
        ..good.clone()
    };
    let fault = Synthetic::new(none).unwrap_err();
    assert!(fault.to_string().contains("at least 1 event"), "{fault}");
    assert_eq!(fault.exit_code(), 2);
    for pileup in [-1.0, f64::NAN, f64::INFINITY, 500.5] {
        let bad = SyntheticSettings {
            pileup,
            ..good.clone()
        };
        let fault = Synthetic::new(bad).unwrap_err();
        assert!(fault.to_string().starts_with("pileup "), "{fault}");
    }
    for pileup in [0.0, 500.0] {
        let fine = SyntheticSettings {
            pileup,
            events: 200,
            ..good.clone()
        };
        let synthetic = Synthetic::new(fine).unwrap();
        assert_eq!(
            synthetic.read(&["L1Jet_pt"], 0..200).unwrap()[0].events(),
            200
        );
    }
    let fault = "hh_4bb".parse::<Process>().unwrap_err();
    assert!(fault.to_string().contains("`hh_4bb`"), "{fault}");
    for process in Process::ALL {
        assert_eq!(process.name().parse::<Process>().unwrap(), process);
    }
}
