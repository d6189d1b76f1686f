//! Figures from critical levels against those that are quoted from raw cuts, and against sums over the
//! events of each part.

use super::random::Dice;
use trigscape::events::Sample;
use trigscape::explore::{QuotedFigure, QuotedMenu, quote};
use trigscape::menu::{Ladders, Menu, Moved, PathAxis, SampleMenu};
use trigscape::merit::{MenuSums, Quantity};
use trigscape::plan::menu::{MenuEvents, Part, Split};
use trigscape::study::{SampleKind, Study};

const STUDY: &str = "name = \"toy\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 3000, seed = 3 }
[[events.sample]]
name = \"more minbias\"
kind = \"background\"
synthetic = { events = 500, seed = 4 }
[[events.sample]]
name = \"tt\"
kind = \"signal\"
synthetic = { process = \"ttbar\", events = 300 }
where = \"met > 40\"
rate_hz = 30.0
[[events.sample]]
name = \"zz\"
kind = \"signal\"
importance = 2.0
rate_hz = 2.0
synthetic = { process = \"ttbar\", events = 200, seed = 9 }
[[menu.path]]
name = \"SingleMu\"
group = \"muon\"
legs = [{ object = \"muon\", pt = 22.0, where = \"abs(eta) < 2.1\" }]
[[menu.path]]
name = \"DoubleJet\"
legs = [{ object = \"jet\", pt = 90.1 }, { object = \"jet\", pt = 60.1 }]
cross = \"delta_eta(1, 2) < 1.6\"
[[menu.path]]
name = \"MET 100\"
group = \"sums\"
legs = [{ scalar = \"met\", min = 100.0 }]
[[menu.path]]
name = \"Cross\"
group = \"muon\"
legs = [{ object = \"muon\", pt = 9 }, { object = \"jet\", pt = 50 }]
[[menu.path]]
name = \"Jets\"
legs = [{ object = \"jet\", pt = 40 }, { object = \"jet\", pt = 40, where = \"abs(eta) < 2\" }]
[[menu.path]]
name = \"Fixed\"
legs = [{ scalar = \"ht\", min = 250.0 }]
[[menu.path]]
name = \"Off\"
legs = [{ scalar = \"met\", min = 0.0 }]
prescale = 0
";
const PATHS: [&str; 6] = ["SingleMu", "DoubleJet", "MET 100", "Cross", "Jets", "Fixed"];
const PRESCALES: [f64; 6] = [1.0, 1.0, 2.0, 1.5, 33.3, 0.0];

/// The axes of thresholds, with the knobs that they are.
fn axes() -> Vec<(&'static str, PathAxis)> {
    let axis = |path, moved, levels: &[f64]| PathAxis {
        path,
        moved,
        levels: levels.to_vec(),
    };
    vec![
        ("SingleMu.pt", axis(0, Moved::Leg(0), &[3.0, 8.5, 15.0])),
        ("DoubleJet.scale", axis(1, Moved::Scale, &[0.3, 0.7, 1.0])),
        ("\"MET 100\".met", axis(2, Moved::Leg(0), &[30.0, 60.1])),
        ("Cross.leg1.pt", axis(3, Moved::Leg(0), &[3.0, 7.0])),
        ("Cross.leg2.pt", axis(3, Moved::Leg(1), &[20.0, 40.0, 60.0])),
        ("Jets.leg1.pt", axis(4, Moved::Leg(0), &[30.0, 45.0, 60.0])),
        ("Jets.leg2.pt", axis(4, Moved::Leg(1), &[25.0, 40.0])),
    ]
}

struct Case {
    folder: tempfile::TempDir,
    study: Study,
    menu: Menu,
    ladders: Ladders,
    samples: Vec<Sample>,
}

fn case() -> Case {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("study.toml");
    std::fs::write(&file, STUDY).unwrap();
    let study = Study::load(&file, &[]).unwrap();
    let events = study.events().unwrap();
    let menu = Menu::compile(study.menu().unwrap(), events).unwrap();
    let axes: Vec<PathAxis> = axes().into_iter().map(|(_, axis)| axis).collect();
    let mut ladders = Ladders::new(&menu, &axes).unwrap();
    for path in 0..PATHS.len() {
        ladders = ladders.with_varying_prescale(path);
    }
    let samples = events.samples.iter().map(|s| Sample::open(s, study.seed));
    let samples = samples.collect::<Result<_, _>>().unwrap();
    Case {
        folder,
        study,
        menu,
        ladders,
        samples,
    }
}

impl Case {
    fn read(&self, split: Option<Split>) -> MenuEvents {
        let events = self.study.events().unwrap();
        MenuEvents::read(&self.menu, &self.ladders, events, &self.samples, split).unwrap()
    }

    /// Levels by ladder, shares by path, and the settings that say the same.
    fn point(&self, dice: &mut Dice) -> (Vec<u8>, Vec<f64>, Vec<String>) {
        let mut levels = vec![0; self.ladders.counts().len()];
        let mut shares = vec![0.0; self.menu.paths.len()];
        let mut set = Vec::new();
        for ((knob, axis), ladder) in axes().iter().zip(self.ladders.of_axis()) {
            let level = dice.below(axis.levels.len());
            levels[*ladder] = level as u8;
            set.push(format!("menu.{knob}={}", axis.levels[level]));
        }
        for (name, share) in PATHS.iter().zip(&mut shares) {
            let prescale = PRESCALES[dice.below(PRESCALES.len())];
            *share = if prescale > 0.0 { 1.0 / prescale } else { 0.0 };
            set.push(format!("menu.\"{name}\".prescale={prescale}"));
        }
        (levels, shares, set)
    }
}

fn same(got: &QuotedMenu, expected: &QuotedMenu, what: &str) {
    let (got, expected) = (got.figures(), expected.figures());
    assert_eq!(got.len(), expected.len());
    let close =
        |a: f64, b: f64| a == b || (a - b).abs() <= 1e-12 * b.abs() || (a.is_nan() && b.is_nan());
    for (got, expected) in got.iter().zip(&expected) {
        let limit = |f: &QuotedFigure| f.upper_limit.unwrap_or(-1.0);
        assert!(
            got.name == expected.name
                && got.unit == expected.unit
                && close(got.value, expected.value)
                && close(got.sigma, expected.sigma)
                && close(limit(got), limit(expected)),
            "{what}: {got:?} instead of {expected:?}"
        );
    }
}

#[test]
fn figures_from_critical_levels_are_those_that_are_quoted() {
    let case = case();
    let events = case.read(None);
    let file = case.folder.path().join("study.toml");
    for number in 0..25 {
        let (levels, shares, set) = case.point(&mut Dice::new(3_000_000 + number));
        let expected = quote(&Study::load(&file, &set).unwrap()).unwrap();
        let got = events.quote(Part::All, &levels, &shares).unwrap();
        same(&got, &expected, &format!("{set:?}"));
        let thresholds = |menu: &QuotedMenu| format!("{:?}", menu.menu.paths);
        assert_eq!(thresholds(&got), thresholds(&expected));
        // Without a split a search sees all.
        let search = events.quote(Part::Search, &levels, &shares).unwrap();
        same(&search, &expected, "search");
    }
}

#[test]
fn a_path_at_its_last_level_is_off() {
    let case = case();
    let events = case.read(None);
    let (mut levels, mut shares, _) = case.point(&mut Dice::new(1));
    levels[0] = 3;
    shares[0] = 1.0;
    let behind = events.quote(Part::All, &levels, &shares).unwrap();
    (levels[0], shares[0]) = (0, 0.0);
    let off = events.quote(Part::All, &levels, &shares).unwrap();
    same(&behind, &off, "off");
}

#[test]
fn parts_are_the_events_that_the_hash_gives_them() {
    let case = case();
    let split = Split {
        share: 0.3,
        seed: case.study.seed,
    };
    let events = case.read(Some(split));
    let unsplit = case.read(None);
    assert_eq!(events.plan(Part::All).rows, unsplit.plan(Part::All).rows);
    for number in 0..5 {
        let (levels, shares, _) = case.point(&mut Dice::new(4_000_000 + number));
        let all = events.quote(Part::All, &levels, &shares).unwrap();
        same(
            &all,
            &unsplit.quote(Part::All, &levels, &shares).unwrap(),
            "all",
        );
        for part in [Part::Search, Part::Validation] {
            let got = events.quote(part, &levels, &shares).unwrap();
            let is_own =
                |sample, event| split.holds_out(sample, event) == (part == Part::Validation);
            check_part(&case, &got, is_own);
            // Rows hold the same events.
            let plan = events.plan(part);
            let sums = got.background.as_ref().unwrap().weights().sum_of_weights();
            let of_rows = plan.rows.sums_of_weights[0] + plan.rows.sums_of_weights[1];
            assert!((sums - of_rows).abs() < 1e-12 * sums);
        }
    }
}

/// Sums over a part's events on raw cuts, drawn freely.
fn check_part(case: &Case, got: &QuotedMenu, is_own: impl Fn(usize, u64) -> bool) {
    let menu = &got.menu;
    let groups: Vec<Option<usize>> = menu.paths.iter().map(|p| p.group).collect();
    let none = || MenuSums::new(&menu.kept_shares(), &groups, menu.groups.len());
    let settings = case.study.events().unwrap();
    let mut background = none();
    for (number, sample) in case.samples.iter().enumerate() {
        let mut signal = none();
        let is_background = sample.settings.kind == SampleKind::Background;
        let own = if is_background {
            &mut background
        } else {
            &mut signal
        };
        let on_sample = SampleMenu::new(menu, settings, sample).unwrap();
        for chunk in sample.chunks(settings, on_sample.request()).unwrap() {
            let chunk = chunk.unwrap();
            let passes = on_sample.passes(&chunk).unwrap();
            for event in (0..chunk.events()).filter(|e| is_own(number, chunk.first + *e as u64)) {
                assert!(own.add(chunk.weights[event], number, None, passes.paths(event)));
            }
        }
        if is_background {
            continue;
        }
        let quoted = got.signals.iter().find(|s| s.sample == number).unwrap();
        compare(&quoted.sums, &signal, menu.paths.len());
    }
    compare(
        got.background.as_ref().unwrap(),
        &background,
        menu.paths.len(),
    );
}

fn compare(got: &MenuSums, expected: &MenuSums, paths: usize) {
    let of_paths = (0..paths).flat_map(|p| {
        [
            Quantity::Path(p),
            Quantity::Pure(p),
            Quantity::Proportional(p),
        ]
    });
    for quantity in of_paths.chain([Quantity::Total]) {
        let (got, expected) = (got.estimate(quantity), expected.estimate(quantity));
        assert_eq!(got.events, expected.events, "{quantity:?}");
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs();
        assert!(
            close(got.fraction, expected.fraction) && close(got.sigma, expected.sigma),
            "{quantity:?}: {got:?} instead of {expected:?}"
        );
    }
}
