//! Scans against separate evaluations, turn-ons against a naive loop.

use std::fmt::Write;
use std::path::Path;
use trigscape::explore::menu_record;
use trigscape::random::Stream;
use trigscape::results::menu_record::{Measured, MenuRecord};
use trigscape::study::{Address, Setting, SettingValue, Study};

const MENU: &str = "name = \"scanned\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 20_000, seed = 3 }
[[events.sample]]
name = \"hh_4b\"
kind = \"signal\"
synthetic = { events = 2_000 }
[[events.sample]]
name = \"z_mumu\"
kind = \"signal\"
synthetic = { events = 2_000 }
[[menu.path]]
name = \"Mu\"
legs = [{ object = \"muon\", pt = 5, where = \"abs(eta) < 2.4\" }]
[[menu.path]]
name = \"MuJet\"
legs = [{ object = \"muon\", pt = 3 }, { object = \"jet\", pt = 30 }]
prescale = 3
[[menu.path]]
name = \"Jets\"
legs = [{ object = \"jet\", pt = 40 }, { object = \"jet\", pt = 30 }]
cross = \"abs(delta_eta(1, 2)) < 2\"
prescale = 1.5
[[menu.path]]
name = \"MET\"
legs = [{ scalar = \"met\", min = 40 }, { object = \"jet\", pt = 20 }]
[[menu.path]]
name = \"Off\"
legs = [{ scalar = \"ht\", min = 40 }]
prescale = 0
[[scan]]
knob = \"menu.Mu.pt\"
values = [3, 4.5, 5, 8.3, 500]
[[scan]]
knob = \"menu.MuJet.leg2.pt\"
from = 15
to = 60
step = 15
[[scan]]
knob = \"menu.Jets.scale\"
values = [0.6, 1, 1.37]
[[scan]]
knob = \"menu.MET.met\"
values = [20, 37.3, 60]
[[scan]]
knob = \"menu.Off.ht\"
values = [20, 60]
";

fn study(folder: &Path, text: &str) -> Study {
    let file = folder.join("study.toml");
    std::fs::write(&file, text).unwrap();
    Study::load(&file, &[]).unwrap()
}

fn same(scanned: &Measured, alone: &Measured, what: &str) {
    let close = |a: f64, b: f64, within: f64| (a - b).abs() <= within * a.abs().max(b.abs());
    assert!(
        close(scanned.value, alone.value, 1e-12),
        "{what}: {scanned:?} {alone:?}"
    );
    assert!(
        close(scanned.sigma, alone.sigma, 1e-9),
        "{what}: {scanned:?} {alone:?}"
    );
    assert!(
        close(scanned.low, alone.low, 1e-9),
        "{what}: {scanned:?} {alone:?}"
    );
    match (scanned.upper_limit, alone.upper_limit) {
        (Some(a), Some(b)) => assert!(close(a, b, 1e-12), "{what}"),
        (a, b) => assert_eq!(a, b, "{what}"),
    }
}

#[test]
fn every_level_of_a_scan_is_a_menu_with_the_knob_set() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(folder.path(), MENU);
    let record = menu_record(&study, &[]).unwrap();
    let plain = study_without_scans(folder.path());
    for scan in &record.scans {
        let rates = scan.rates.as_ref().unwrap();
        for (l, level) in scan.levels.iter().enumerate() {
            let set = Setting {
                address: Address::parse(&scan.knob).unwrap(),
                value: SettingValue::Number(*level),
                place: trigscape::Place::Option("--set".to_owned()),
            };
            let alone = menu_record(&plain.with_changes(&[set]).unwrap(), &[]).unwrap();
            let what = format!("{} = {level}", scan.knob);
            let total = &alone.background.as_ref().unwrap().total_khz;
            same(&rates.total_khz[l], total, &what);
            let own = alone.paths.iter().find(|p| p.name == scan.path).unwrap();
            let own = own.rates.as_ref().unwrap();
            same(&rates.path_khz[l], &own.rate_khz, &what);
            same(&rates.pure_khz[l], &own.pure_khz, &what);
            for (signal, known) in scan.signals.iter().zip(&alone.signals) {
                assert_eq!(signal.name, known.name);
                same(&signal.total[l], &known.efficiency, &what);
            }
        }
        monotone(&rates.path_khz, &scan.knob);
        monotone(&rates.total_khz, &scan.knob);
        for signal in &scan.signals {
            let roc = signal.roc.as_ref().unwrap();
            let falls = |points: &[f64]| points.windows(2).all(|w| w[0] >= w[1]);
            assert!(
                falls(&roc.acceptance) && falls(&roc.efficiency),
                "{}",
                scan.knob
            );
            assert!((0.0..=1.0).contains(&roc.auc) && roc.auc_sigma >= 0.0);
        }
    }
    // Something happens in every scan but that of the path that is off.
    let moves = |r: &&trigscape::results::menu_record::ScanRecord| {
        let total = &r.rates.as_ref().unwrap().total_khz;
        total[0].value > total[total.len() - 1].value
    };
    assert_eq!(record.scans.iter().filter(moves).count(), 4);
}

fn monotone(rates: &[Measured], knob: &str) {
    let falls = rates.windows(2).all(|w| w[0].value >= w[1].value - 1e-9);
    assert!(falls, "{knob}: {rates:?}");
}

fn study_without_scans(folder: &Path) -> Study {
    study(folder, &MENU[..MENU.find("[[scan]]").unwrap()])
}

/// Axes of a space are scanned too, whatever their order, unless the study scans them itself.
#[test]
fn further_knobs_can_be_scanned() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(folder.path(), MENU);
    let axis = |knob: &str, levels: &[f64]| {
        let value = Address::parse(knob).unwrap();
        let place = trigscape::Place::Option(knob.to_owned());
        (trigscape::study::Located { value, place }, levels.to_vec())
    };
    let axes = [
        axis("menu.Mu.pt", &[1.0, 2.0]),
        axis("menu.Jets.leg1.pt", &[60.0, 40.0, 50.0]),
    ];
    let record = menu_record(&study, &axes).unwrap();
    let knobs: Vec<&str> = record.scans.iter().map(|s| s.knob.as_str()).collect();
    assert_eq!(knobs.len(), 6);
    assert_eq!(knobs[5], "menu.Jets.leg1.pt");
    assert_eq!(record.scans[5].levels, [40.0, 50.0, 60.0]);
    let total = record.background.as_ref().unwrap().total_khz;
    same(
        &record.scans[5].rates.as_ref().unwrap().total_khz[0],
        &total,
        "own value",
    );
    let many: Vec<f64> = (0..256).map(f64::from).collect();
    let error = menu_record(&study, &[axis("menu.Jets.leg1.pt", &many)]).unwrap_err();
    assert!(error.to_string().contains("1 to 255 levels"), "{error}");
}

/// pt, eta, phi, id.
type Object = [f64; 4];

struct Toy {
    weight: f64,
    met: [f64; 2],
    muons: Vec<Object>,
    truth: Vec<Object>,
}

/// Events on coarse grids, so that values often stand at edges, thresholds and cuts.
fn toys(item: u64, count: usize) -> Vec<Toy> {
    let mut random = Stream::new(77, 5, item);
    let mut below = |n: usize| (random.uniform() * n as f64) as usize;
    (0..count)
        .map(|_| {
            let mut objects = |most: usize| -> Vec<Object> {
                (0..below(most + 1))
                    .map(|_| {
                        let pt = below(60) as f64 / 2.0 + 0.25;
                        let (eta, phi) = (below(7) as f64 * 0.9 - 2.7, below(7) as f64 - 3.05);
                        [pt, eta, phi, [11.0, 13.0, -13.0][below(3)]]
                    })
                    .collect()
            };
            let (muons, truth) = (objects(3), objects(3));
            Toy {
                weight: 0.5 + below(4) as f64,
                met: [below(80) as f64 + 0.5, below(80) as f64 + 0.5],
                muons,
                truth,
            }
        })
        .collect()
}

fn csv(toys: &[Toy]) -> String {
    let mut text = "w,met,met_gen".to_owned();
    for (name, last) in [("mu", "id"), ("gen", "pdgId")] {
        for i in 1..=3 {
            write!(
                text,
                ",{name}{i}_pt,{name}{i}_eta,{name}{i}_phi,{name}{i}_{last}"
            )
            .unwrap();
        }
    }
    for toy in toys {
        write!(text, "\n{},{},{}", toy.weight, toy.met[0], toy.met[1]).unwrap();
        for list in [&toy.muons, &toy.truth] {
            for i in 0..3 {
                match list.get(i) {
                    Some([pt, eta, phi, id]) => write!(text, ",{pt:?},{eta:?},{phi:?},{id}"),
                    None => write!(text, ",,,,"),
                }
                .unwrap();
            }
        }
    }
    text + "\n"
}

const TURN_ONS: &str = "name = \"turn-ons\"
[[events.sample]]
name = \"toy\"
kind = \"signal\"
files = [\"toy.csv\"]
weight = \"w\"
[events.objects]
muon = \"mu\"
gen = \"gen\"
[events.scalars]
met = \"met\"
[[menu.path]]
name = \"DoubleMu\"
legs = [{ object = \"muon\", pt = 12.25, where = \"abs(eta) < 2\" }, { object = \"muon\", pt = 4 }]
prescale = 7
[[menu.path]]
name = \"MET\"
legs = [{ scalar = \"met\", min = 30 }]
";

#[test]
fn turn_ons_agree_with_a_naive_loop() {
    const WHERE: &str = "abs(pdgId) == 13 && abs(eta) < 2.4 && met > 10";
    let bins = "edges = [0.25, 5.25, 12.25, 13, 20, 25]";
    let text = format!(
        "{TURN_ONS}[[turn_on]]\npath = \"DoubleMu\"\nsample = \"toy\"\nreference = \"gen.pt\"\n{bins}\nwhere = \"{WHERE}\"\nmatch_delta_r = 1
[[turn_on]]\npath = \"DoubleMu\"\nsample = \"toy\"\nreference = \"gen.pt\"\n{bins}\nwhere = \"{WHERE}\"
[[turn_on]]\npath = \"MET\"\nsample = \"toy\"\nreference = \"met_gen\"\n{bins}\nwhere = \"met > 10\"\n"
    );
    let edges = [0.25, 5.25, 12.25, 13.0, 20.0, 25.0];
    let folder = tempfile::tempdir().unwrap();
    let mut passed = 0;
    for item in 0..20 {
        let toys = toys(item, 60);
        std::fs::write(folder.path().join("toy.csv"), csv(&toys)).unwrap();
        let record: MenuRecord = menu_record(&study(folder.path(), &text), &[]).unwrap();
        // Entries of each turn-on: value, weight, passed.
        let mut entries: [Vec<(f64, f64, bool)>; 3] = Default::default();
        for toy in &toys {
            let first = |m: &Object| m[0] >= 12.25 && m[1].abs() < 2.0;
            let pair =
                |i: usize, j: usize| i != j && first(&toy.muons[i]) && toy.muons[j][0] >= 4.0;
            let all = 0..toy.muons.len();
            let accepted = all.clone().any(|i| all.clone().any(|j| pair(i, j)));
            let chosen: Vec<&Object> = toy
                .truth
                .iter()
                .filter(|t| t[3].abs() == 13.0 && t[1].abs() < 2.4 && toy.met[0] > 10.0)
                .collect();
            for t in &chosen {
                let near = |m: &Object| {
                    let mut phi = (m[2] - t[2]).abs();
                    if phi > std::f64::consts::PI {
                        phi = 2.0 * std::f64::consts::PI - phi;
                    }
                    (first(m) || m[0] >= 4.0) && (m[1] - t[1]).hypot(phi) < 1.0
                };
                let matched = accepted && toy.muons.iter().any(near);
                entries[0].push((t[0], toy.weight, matched));
            }
            if let Some(value) = chosen.iter().map(|t| t[0]).reduce(f64::max) {
                entries[1].push((value, toy.weight, accepted));
            }
            if toy.met[0] > 10.0 {
                entries[2].push((toy.met[1], toy.weight, toy.met[0] >= 30.0));
            }
        }
        for (known, entries) in record.turn_ons.iter().zip(&entries) {
            assert_eq!(known.bins.len(), edges.len() - 1);
            for (bin, range) in known.bins.iter().zip(edges.windows(2)) {
                let own = entries.iter().filter(|e| range[0] <= e.0 && e.0 < range[1]);
                let own: Vec<_> = own.collect();
                assert_eq!(bin.entries, own.len() as u64, "{} {item}", known.reference);
                let passing = own.iter().filter(|e| e.2);
                assert_eq!(bin.passed, passing.clone().count() as u64, "{item}");
                passed += bin.passed;
                let weight: f64 = own.iter().map(|e| e.1).sum();
                let kept: f64 = passing.map(|e| e.1).sum();
                match &bin.efficiency {
                    None => assert!(own.is_empty()),
                    Some(e) => {
                        assert!((e.value - kept / weight).abs() < 1e-12);
                        assert!(e.low <= e.value && e.value <= e.high);
                    }
                }
            }
        }
    }
    assert!(passed > 100, "{passed}");
}
