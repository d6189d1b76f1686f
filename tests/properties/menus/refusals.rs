//! Ladders and legs that are refused, by the name of their path.

use super::compiled;
use super::critical::{STUDY, known};
use super::naive::{Event, Fields};
use super::random;
use trigscape::menu::{CriticalLevels, Ladders, Moved, PathAxis};

#[test]
fn ladders_that_cannot_be_are_refused_by_the_name_of_the_path() {
    let menu = compiled(&STUDY.replace("min = 0.0", "min = -1.0"));
    let axis = |path, moved, levels: &[f64]| PathAxis {
        path,
        moved,
        levels: levels.to_vec(),
    };
    let many: Vec<f64> = (0..256).map(f64::from).collect();
    let first = |levels: &[f64]| vec![axis(0, Moved::Leg(0), levels)];
    for (axes, part) in [
        (first(&[]), "1 to 255 levels, not 0"),
        (first(&many), "1 to 255 levels, not 256"),
        (first(&[3.0, 2.0]), "the level 2 stands behind 3"),
        (first(&[2.0, 2.0 + 1e-10]), "the level 2 is there twice"),
        (first(&[2.0, f64::NAN]), "no finite number"),
        (vec![axis(0, Moved::Scale, &[0.0, 1.0])], "not above 0"),
        (
            vec![axis(4, Moved::Scale, &[0.5, 1.0])],
            "negative threshold -1",
        ),
        (
            vec![
                axis(1, Moved::Leg(0), &[2.0]),
                axis(1, Moved::Scale, &[2.0]),
            ],
            "beside one of all its legs",
        ),
        (
            vec![
                axis(1, Moved::Leg(1), &[2.0]),
                axis(1, Moved::Leg(1), &[3.0]),
            ],
            "two axes",
        ),
    ] {
        let name = &menu.paths[axes[0].path].name;
        let error = Ladders::new(&menu, &axes).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains(name), "{error}");
    }
    assert_eq!(
        Ladders::new(&menu, &first(&many[..255])).unwrap().counts(),
        [255, 1, 1, 1, 1]
    );
}

/// An event whose i-th muon goes with its i-th jet alone, the harder the one the softer the other.
fn paired(pairs: usize) -> Event {
    let object = |pt: usize, pair: usize| {
        let eta = pair as f64 / 4.0 - 2.0;
        Fields::from([("pt", pt as f64), ("eta", eta)])
    };
    let muons = (0..pairs).map(|i| object(5 + i, i)).collect();
    let jets = (0..pairs).map(|i| object(5 + pairs - i, i)).collect();
    Event {
        weight: 1.0,
        stratum: 0,
        objects: [("muon", muons), ("jet", jets)].into(),
        scalars: Fields::new(),
    }
}

#[test]
fn legs_with_too_many_ways_to_pass_are_refused_with_path_and_events() {
    let menu = compiled(
        "name = \"toy\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 10 }
[[menu.path]]
name = \"Close\"
legs = [{ object = \"muon\", pt = 3 }, { object = \"jet\", pt = 3 }]
cross = \"abs(delta_eta(1, 2)) < 0.1\"
",
    );
    let leg = |leg| PathAxis {
        path: 0,
        moved: Moved::Leg(leg),
        levels: (1..30).map(f64::from).collect(),
    };
    let ladders = Ladders::new(&menu, &[leg(0), leg(1)]).unwrap();
    let keep = |pairs: &[usize]| {
        let events: Vec<Event> = pairs.iter().map(|n| paired(*n)).collect();
        let chunk = random::chunk(&events, &menu.request, false);
        let levels = menu.critical_levels(&ladders, &chunk).unwrap();
        let mut critical = CriticalLevels::default();
        critical.keep(&levels, known(&chunk.weights, None));
        critical
    };
    let most = keep(&[8, 3, 1]);
    most.refuse_corners(&menu, "minbias").unwrap();
    assert_eq!(most.levels.further.len(), 7 + 2);
    // The rows that are counted against the memory bound: two ladders of 29 levels for each corner.
    let single = keep(&[1, 1, 1]);
    assert!(most.row_bytes(&ladders) > single.row_bytes(&ladders) + 2 * 7 * 2 * 29 / 8);
    let error = keep(&[9, 3, 12])
        .refuse_corners(&menu, "minbias")
        .unwrap_err();
    let error = error.to_string();
    for part in [
        "`Close`",
        "2 events of the sample `minbias`",
        "more than 8 ways",
    ] {
        assert!(error.contains(part), "{error}");
    }
}
