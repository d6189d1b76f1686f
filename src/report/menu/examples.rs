//! Menus as runs leave them, for tests: small ones, one of 47 paths with long names, and odd ones.

use crate::results::menu_record::*;

const INPUT_KHZ: f64 = 31_037.58;
const EVENTS: f64 = 1e6;

/// A rate or a fraction with `passed` effective events.
fn measured(value: f64, passed: f64) -> Measured {
    let sigma = value / passed.max(1.0).sqrt();
    Measured {
        value,
        sigma,
        low: (value - 0.95 * sigma).max(0.0),
        high: value + 1.05 * sigma,
        upper_limit: None,
    }
}

fn rate(khz: f64) -> Measured {
    if khz > 0.0 {
        measured(khz, khz / INPUT_KHZ * EVENTS)
    } else {
        Measured {
            value: 0.0,
            sigma: 0.0,
            low: 0.0,
            high: 1.8 * INPUT_KHZ / EVENTS,
            upper_limit: Some(3.0 * INPUT_KHZ / EVENTS),
        }
    }
}

fn efficiency(value: f64) -> Measured {
    let sigma = (value * (1.0 - value) / 5e3).sqrt();
    Measured {
        value,
        sigma,
        low: (value - sigma).max(0.0),
        high: (value + sigma).min(1.0),
        upper_limit: None,
    }
}

/// Between 0 and 1, different for each `k`.
fn wobble(k: usize) -> f64 {
    0.5 + 0.5 * (k as f64 * 2.399_963).sin()
}

fn scan(path: &str, levels: usize, own: f64) -> ScanRecord {
    let levels: Vec<f64> = (0..levels).map(|k| 10.0 + 2.0 * k as f64).collect();
    let alone = |t: f64| {
        if t > 80.0 {
            0.0
        } else {
            1200.0 * (-t / 5.0).exp()
        }
    };
    let pass = |t: f64, scale: f64| 1.0 / (1.0 + ((t - scale) / 8.0).exp());
    let signal = |name: &str, scale: f64| {
        let path: Vec<Measured> = levels
            .iter()
            .map(|t| efficiency(0.9 * pass(*t, scale)))
            .collect();
        ScanSignal {
            name: name.into(),
            total: levels
                .iter()
                .map(|t| efficiency(0.3 + 0.65 * pass(*t, scale)))
                .collect(),
            roc: Some(RocRecord {
                acceptance: levels.iter().map(|t| alone(*t) / INPUT_KHZ).collect(),
                efficiency: path.iter().map(|m| m.value).collect(),
                auc: 0.5 + 0.01 * scale,
                auc_sigma: 0.0041,
                budget_khz: Some(5.0),
                efficiency_at_budget: levels
                    .iter()
                    .position(|t| alone(*t) <= 5.0)
                    .map(|k| path[k]),
            }),
            path,
        }
    };
    ScanRecord {
        knob: format!("menu.{path}.pt"),
        path: path.into(),
        unit: "GeV".into(),
        own,
        rates: Some(ScanRates {
            total_khz: levels
                .iter()
                .map(|t| rate(80.0 + 0.8 * alone(*t)))
                .collect(),
            path_khz: levels.iter().map(|t| rate(alone(*t))).collect(),
            pure_khz: levels
                .iter()
                .map(|t| rate(if *t > 40.0 { 0.0 } else { 0.8 * alone(*t) }))
                .collect(),
        }),
        signals: vec![
            signal("z_mumu", 34.0),
            signal("h_tautau", 22.0),
            signal("ttbar", 28.0),
        ],
        target: Some(ScanTarget {
            of: "total".into(),
            rate_khz: 100.0,
            level: Some(20.0),
            low: Some(18.0),
            high: Some(22.0),
        }),
        levels,
    }
}

fn turn_on(path: &str, threshold: f64) -> TurnOnRecord {
    let edges: Vec<f64> = [
        0., 5., 10., 14., 16., 18., 20., 22., 24., 26., 30., 35., 40., 50., 60., 80.,
    ]
    .into();
    let bins = edges
        .windows(2)
        .enumerate()
        .map(|(k, e)| {
            let x = (e[0] + e[1]) / 2.0;
            let entries = if k == 0 { 0 } else { 40 + 900 / k as u64 };
            let value = 0.97 / (1.0 + ((threshold - x) / 1.6).exp());
            TurnOnBin {
                entries,
                passed: (entries as f64 * value) as u64,
                efficiency: (entries > 0).then(|| {
                    let sigma = (value * (1.0 - value) / entries as f64).sqrt() + 0.004;
                    Measured {
                        value,
                        sigma,
                        low: (value - sigma).max(0.0),
                        high: (value + sigma).min(1.0),
                        upper_limit: None,
                    }
                }),
            }
        })
        .collect();
    TurnOnRecord {
        path: path.into(),
        sample: "z_mumu".into(),
        reference: "gen_muon.pt".into(),
        unit: "GeV".into(),
        matching: "every object, matched within delta R 0.2".into(),
        selection: Some("abs(gen_muon.eta) < 2.4".into()),
        threshold: Some(threshold),
        edges,
        bins,
    }
}

/// A menu of `n` paths as a run leaves it.
pub fn menu(n: usize) -> MenuRecord {
    let name = |k: usize| match (n > 20, k) {
        (false, _) => [
            "SingleMu22",
            "DoubleMu15_7",
            "SingleEG30",
            "DoubleTau34",
            "HT320",
        ][k % 5]
            .to_owned(),
        (true, k) if k % 5 == 0 => format!(
            "SingleIsoEG{}_er2p5_TripleJet_{k}_BMTF_AND_Something",
            20 + k
        ),
        (true, k) => format!("Mu{k}_EG{}_Jet{}er2p5_dR_Max0p{k}", 10 + k, 30 + 2 * k),
    };
    let khz = |k: usize| match (n > 20, k) {
        (false, k) => [24.8, 6.1, 31.0, 12.4, 0.0][k % 5],
        (true, k) if k % 11 == 3 => 0.0,
        (true, k) => 20.0 * wobble(k).powi(3) + 0.01,
    };
    let groups = ["Muons", "Electrons and photons", "Taus", "Sums"];
    let paths: Vec<PathRecord> = (0..n)
        .map(|k| PathRecord {
            name: name(k),
            group: (k % 6 != 5).then(|| groups[k % 4].to_owned()),
            prescale: [1.0, 1.0, 1.0, 12.5, 0.0][k % 5],
            rates: Some(PathRates {
                events_passed: (khz(k) / INPUT_KHZ * EVENTS) as u64,
                rate_khz: rate(khz(k)),
                pure_khz: rate(khz(k) * (0.9 * wobble(3 * k + 1) - 0.1).max(0.0)),
                proportional_khz: rate(khz(k) * 0.8),
                sequential_khz: rate(khz(k) * 0.7),
            }),
        })
        .collect();
    let overlaps_khz = (0..n)
        .map(|i| {
            let both = |j: usize| {
                let share = if i == j {
                    1.0
                } else {
                    wobble(i.min(j) * 7 + i.max(j)).powi(4)
                };
                share * khz(i).min(khz(j))
            };
            (0..n).map(both).collect()
        })
        .collect();
    let signal = |name: &str, value: f64, selection: Option<&str>| SignalRecord {
        name: name.into(),
        events: 50_000,
        efficiency: efficiency(value),
        selection: selection.map(str::to_owned),
        efficiency_where: selection.map(|_| efficiency(value.sqrt())),
    };
    let total = rate(98.3);
    let target = |name: &str, value: Measured, at_most, target: f64, met| TargetRecord {
        name: name.into(),
        unit: if name == "rate" { "kHz" } else { "1" }.into(),
        value,
        at_most,
        target,
        met,
    };
    MenuRecord {
        background: Some(BackgroundRecord {
            input_khz: INPUT_KHZ,
            factors: "1 x 2760 bunches x 11245.5 Hz".into(),
            events: EVENTS as u64,
            sum_of_weights: EVENTS,
            effective_events: EVENTS,
            one_event_khz: INPUT_KHZ / EVENTS,
            events_passed: 3167,
            total_khz: total,
            overlaps_khz,
        }),
        groups: groups
            .iter()
            .enumerate()
            .map(|(k, name)| GroupRecord {
                name: (*name).into(),
                rate_khz: rate([28.0, 33.0, 13.0, 0.0][k]),
                pure_khz: rate([21.0, 30.0, 6.0, 0.0][k]),
                proportional_khz: rate([24.5, 31.4, 9.0, 0.0][k]),
            })
            .collect(),
        paths,
        signals: vec![
            signal("z_mumu", 0.83, Some("count(gen_muon, pt > 20) >= 1")),
            signal("h_tautau", 0.41, None),
            signal("ttbar", 0.72, Some("ht > 200")),
            signal("hh_4b", 0.28, Some("ht > 200")),
        ],
        mean_efficiency: Some(efficiency(0.56)),
        purity: Some(measured(0.0123, 400.0)),
        targets: vec![
            target("rate", total, true, 100.0, None),
            target(
                "mean efficiency",
                efficiency(0.56),
                false,
                0.95,
                Some(false),
            ),
            target(
                "efficiency of h_tautau",
                efficiency(0.41),
                false,
                0.35,
                Some(true),
            ),
        ],
        scans: vec![
            scan(&name(0), 31, 22.0),
            ScanRecord {
                knob: format!("menu.{}.scale", name(1)),
                unit: "1".into(),
                levels: vec![0.8, 0.9, 1.0, 1.1, 1.2],
                target: None,
                ..scan(&name(1), 5, 1.05)
            },
        ],
        turn_ons: vec![
            turn_on(&name(0), 22.0),
            turn_on(&name(1), 15.0),
            turn_on(&name(2), 30.0),
            TurnOnRecord {
                sample: "ttbar".into(),
                matching: "leading object".into(),
                selection: None,
                ..turn_on(&name(0), 22.0)
            },
        ],
    }
}

/// Where numbers are extreme: rates from 1e-7 to 1e5 kHz, one level, bins over decades.
pub fn extreme() -> MenuRecord {
    let mut menu = menu(5);
    for (k, path) in menu.paths.iter_mut().enumerate() {
        let khz = [1e-7, 1e5, 0.0, 3e-3, 1e-7][k];
        let rates = path.rates.as_mut().unwrap();
        rates.rate_khz = measured(khz, 4.0);
        rates.pure_khz = measured(0.5 * khz, 2.0);
        rates.proportional_khz = measured(0.8 * khz, 3.0);
    }
    let first = &mut menu.scans[0];
    let rates = first.rates.as_mut().unwrap();
    for (k, m) in rates.path_khz.iter_mut().enumerate() {
        *m = measured(1e5 * 0.3f64.powi(k as i32), 3.0);
        rates.total_khz[k] = measured(1e5 * 0.5f64.powi(k as i32) + 1.0, 3.0);
    }
    first.target = Some(ScanTarget {
        of: "path".into(),
        rate_khz: 1e-7,
        level: None,
        low: None,
        high: None,
    });
    menu.scans[1] = scan("HT320", 1, 10.0);
    menu.turn_ons.truncate(1);
    let turn_on = &mut menu.turn_ons[0];
    turn_on.path =
        "A path whose name is as long as no name of a path should ever be in any menu, v12".into();
    for (k, edge) in turn_on.edges.iter_mut().enumerate() {
        *edge = 1.5f64.powi(k as i32);
    }
    for signal in &mut menu.signals {
        signal.efficiency = efficiency(3e-5);
        signal.efficiency_where = None;
    }
    menu.mean_efficiency = None;
    menu.targets.truncate(1);
    menu.targets[0].target = 1e-6;
    menu
}

/// More of everything than a picture holds.
pub fn crowded() -> MenuRecord {
    let mut menu = menu(47);
    let signal = menu.signals[0].clone();
    menu.signals = (0..30)
        .map(|k| SignalRecord {
            name: format!("signal_with_a_mass_of_{k}_gev_and_more"),
            selection: Some(
                format!("count(gen_muon, pt > {k} and abs(eta) < 2.4) >= 2 ").repeat(4),
            ),
            ..signal.clone()
        })
        .collect();
    let group = menu.groups[0].clone();
    menu.groups = (0..40)
        .map(|k| GroupRecord {
            name: format!("Group {k}"),
            ..group.clone()
        })
        .collect();
    let signal = menu.scans[0].signals[0].clone();
    menu.scans.truncate(1);
    menu.scans[0].signals = (0..9)
        .map(|k| ScanSignal {
            name: format!("signal_with_a_mass_of_{k}_gev_and_more"),
            ..signal.clone()
        })
        .collect();
    let path = |k: usize| menu.paths[5 * k].name.clone();
    menu.turn_ons = (0..8).map(|k| turn_on(&path(k), 22.0)).collect();
    menu
}

/// Signals alone.
pub fn without_background() -> MenuRecord {
    let mut menu = menu(5);
    menu.background = None;
    menu.paths.iter_mut().for_each(|p| p.rates = None);
    menu.groups.clear();
    menu.targets.remove(0);
    menu.purity = None;
    for scan in &mut menu.scans {
        scan.rates = None;
        scan.signals.iter_mut().for_each(|s| s.roc = None);
    }
    menu
}
