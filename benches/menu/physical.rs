//! A menu of 10 single, 12 double and 10 triple paths with 64 levels each, on 10^6 synthetic crossings and
//! 4 x 25 000 signal events.

use trigscape::menu::{Menu, Moved, PathAxis};

pub const LEVELS: usize = 64;
const SINGLE: [&str; 10] = [
    "{ object = \"muon\", pt = 22, where = \"quality >= 12\" }",
    "{ object = \"muon\", pt = 18, where = \"abs(eta) < 1.5 && quality >= 12\" }",
    "{ object = \"egamma\", pt = 40 }",
    "{ object = \"egamma\", pt = 32, where = \"isolation >= 1\" }",
    "{ object = \"egamma\", pt = 30, where = \"abs(eta) < 2.1 && isolation >= 1\" }",
    "{ object = \"tau\", pt = 120, where = \"abs(eta) < 2.1\" }",
    "{ object = \"jet\", pt = 180 }",
    "{ object = \"jet\", pt = 160, where = \"abs(eta) < 2.5\" }",
    "{ scalar = \"met\", min = 110 }",
    "{ scalar = \"ht\", min = 360 }",
];
const DOUBLE: [&str; 12] = [
    "muon 15 muon 7",
    "muon 9 muon 9",
    "egamma 25 egamma 14",
    "egamma 22 egamma 22",
    "jet 110 jet 90",
    "jet 90 jet 90",
    "tau 34 tau 34",
    "muon 20 egamma 10",
    "muon 7 egamma 23",
    "muon 18 tau 26",
    "egamma 24 tau 27",
    "muon 12 jet 60",
];
const TRIPLE: [&str; 10] = [
    "muon 5 muon 3 muon 3",
    "muon 8 muon 5 muon 3",
    "egamma 18 egamma 17 egamma 8",
    "jet 95 jet 75 jet 65",
    "jet 80 jet 80 jet 60",
    "muon 5 muon 5 egamma 9",
    "muon 6 egamma 17 egamma 17",
    "muon 3 jet 60 jet 60",
    "egamma 20 jet 60 jet 40",
    "tau 30 tau 30 jet 55",
];

pub fn study() -> String {
    let mut text = String::from(
        "name = \"bench\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 1_000_000 }
",
    );
    for (i, process) in ["ttbar", "hh_4b", "ttbar", "hh_4b"].iter().enumerate() {
        text += &format!(
            "[[events.sample]]\nname = \"signal{i}\"\nkind = \"signal\"\n\
             synthetic = {{ process = \"{process}\", events = 25_000, seed = {i} }}\n"
        );
    }
    text += "[events.objects]\nmuon = { prefix = \"L1Mu\", quality = \"hwQual\" }\n\
             egamma = { prefix = \"L1EG\", isolation = \"hwIso\" }\n";
    let mut paths: Vec<(String, bool)> = SINGLE.iter().map(|l| ((*l).to_owned(), false)).collect();
    for legs in DOUBLE.iter().chain(&TRIPLE) {
        let words: Vec<&str> = legs.split(' ').collect();
        let legs = words
            .chunks(2)
            .map(|w| format!("{{ object = \"{}\", pt = {} }}", w[0], w[1]));
        // Some conditions on pairs, as menus have them.
        paths.push((
            legs.collect::<Vec<_>>().join(", "),
            paths.len().is_multiple_of(4),
        ));
    }
    for (i, (legs, crossed)) in paths.iter().enumerate() {
        text += &format!("[[menu.path]]\nname = \"P{i}\"\nlegs = [{legs}]\n");
        if *crossed {
            text += "cross = \"delta_eta(1, 2) < 1.6\"\n";
        }
    }
    text
}

fn axis(path: usize, legs: &[f64]) -> PathAxis {
    // From 0.7 to 2 times the nominal threshold.
    let factor = |i: usize| 0.7 + 1.3 * i as f64 / (LEVELS - 1) as f64;
    let (moved, unit) = match legs {
        [nominal] => (Moved::Leg(0), *nominal),
        _ => (Moved::Scale, 1.0),
    };
    PathAxis {
        path,
        moved,
        levels: (0..LEVELS).map(|i| unit * factor(i)).collect(),
    }
}

/// Its axes, around the nominal thresholds.
pub fn axes(menu: &Menu) -> Vec<PathAxis> {
    let nominal = |path: &trigscape::menu::Path| -> Vec<f64> {
        let legs = path.legs.iter();
        legs.map(|leg| match leg {
            trigscape::menu::Leg::Object { threshold, .. }
            | trigscape::menu::Leg::Scalar { threshold, .. } => threshold.level(),
        })
        .collect()
    };
    let paths = menu.paths.iter().enumerate();
    paths.map(|(i, p)| axis(i, &nominal(p))).collect()
}
