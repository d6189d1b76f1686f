use super::examples::*;
use super::*;
use crate::report::figure::Cell;

fn names(figures: &[Figure]) -> Vec<&str> {
    figures.iter().map(|f| f.name.as_str()).collect()
}

#[test]
fn every_part_of_a_menu_has_its_figure() {
    let figures = figures(&menu(5));
    assert_eq!(
        names(&figures),
        [
            "rates-by-group",
            "rates-by-path",
            "overlaps",
            "efficiencies",
            "scan-rates-SingleMu22.pt",
            "scan-efficiencies-SingleMu22.pt",
            "scan-roc-SingleMu22.pt",
            "scan-rates-DoubleMu15_7.scale",
            "scan-efficiencies-DoubleMu15_7.scale",
            "scan-roc-DoubleMu15_7.scale",
            "turn-ons-z_mumu-gen_muon.pt",
            "turn-on-SingleMu22-ttbar-gen_muon.pt",
        ]
    );
    let without = super::figures(&without_background());
    assert!(
        names(&without)
            .iter()
            .all(|n| !n.contains("rates") && !n.contains("roc"))
    );
    assert_eq!(without.len(), 5);
    let nothing = MenuRecord {
        background: None,
        paths: Vec::new(),
        groups: Vec::new(),
        signals: Vec::new(),
        mean_efficiency: None,
        purity: None,
        targets: Vec::new(),
        scans: Vec::new(),
        turn_ons: Vec::new(),
    };
    assert!(super::figures(&nothing).is_empty());
    assert!(sheets(&nothing).is_empty());
}

#[test]
fn texts_lie_within_the_picture_and_apart() {
    for menu in [
        menu(5),
        menu(47),
        menu(80),
        extreme(),
        crowded(),
        without_background(),
    ] {
        for figure in figures(&menu) {
            figure.assert_texts_apart();
        }
    }
}

#[test]
fn the_data_files_hold_the_record() {
    let menu = menu(47);
    let all = figures(&menu);
    let data = |name: &str| &all.iter().find(|f| f.name == name).unwrap().data;
    let overlaps = data("overlaps");
    assert_eq!(overlaps.rows.len(), 47 * 47);
    let khz = &menu.background.as_ref().unwrap().overlaps_khz;
    for (k, row) in overlaps.rows.iter().enumerate() {
        let (i, j) = (k / 47, k % 47);
        assert_eq!(row[2], Cell::Number(khz[i][j]));
        let part = (khz[i][i] > 0.0).then(|| khz[i][j] / khz[i][i]);
        assert_eq!(row[3], part.into());
    }
    let rates = data("rates-by-path");
    assert_eq!(rates.rows.len(), 47);
    for path in &menu.paths {
        let name = Cell::Text(path.name.clone());
        let row = rates.rows.iter().find(|r| r[0] == name).unwrap();
        let of = path.rates.as_ref().unwrap();
        for (k, m) in [of.rate_khz, of.pure_khz, of.proportional_khz]
            .iter()
            .enumerate()
        {
            assert_eq!(row[1 + 5 * k..6 + 5 * k], measured::cells(Some(m)));
        }
    }
    for scan in &menu.scans {
        let of = scan.rates.as_ref().unwrap();
        let rates = data(&crate::report::names::file(&scan::file_name("rates", scan)));
        let efficiencies = data(&crate::report::names::file(&scan::file_name(
            "efficiencies",
            scan,
        )));
        for k in 0..scan.levels.len() {
            assert_eq!(rates.rows[k][0], Cell::Number(scan.levels[k]));
            assert_eq!(rates.rows[k][1..6], measured::cells(Some(&of.total_khz[k])));
            assert_eq!(rates.rows[k][6..11], measured::cells(Some(&of.path_khz[k])));
            assert_eq!(
                rates.rows[k][11..16],
                measured::cells(Some(&of.pure_khz[k]))
            );
            let signal = &scan.signals[2];
            let cells = measured::cells(Some(&signal.path[k]));
            assert_eq!(efficiencies.rows[k][26..31], cells);
        }
    }
    let turn_ons = data("turn-ons-z_mumu-gen_muon.pt");
    let bins: Vec<_> = menu.turn_ons[..3].iter().flat_map(|t| &t.bins).collect();
    for (row, bin) in turn_ons.rows.iter().zip(bins) {
        assert_eq!(row[5..], measured::cells(bin.efficiency.as_ref()));
    }
    let signals = data("efficiencies");
    assert_eq!(signals.rows[1][13], Cell::Number(0.35));
    assert_eq!(signals.rows[0][13], Cell::Empty);
}

#[test]
fn bars_are_ordered_and_what_is_left_out_is_said() {
    let all = figures(&menu(47));
    let bars = all.iter().find(|f| f.name == "rates-by-path").unwrap();
    let rate = |row: &Vec<Cell>| match row[1] {
        Cell::Number(khz) => khz,
        _ => f64::NAN,
    };
    assert!(
        bars.data
            .rows
            .windows(2)
            .all(|w| rate(&w[0]) >= rate(&w[1]))
    );
    assert!(bars.notes.iter().any(|n| n.contains("other 27 paths")));
    let all = figures(&menu(80));
    let overlaps = all.iter().find(|f| f.name == "overlaps").unwrap();
    assert!(
        overlaps
            .notes
            .iter()
            .any(|n| n.contains("50 largest of 80"))
    );
}

#[test]
fn what_one_picture_cannot_hold_is_in_its_data_or_the_next_picture() {
    let all = figures(&crowded());
    let find = |name: &str| {
        all.iter()
            .filter(|f| f.name.starts_with(name))
            .collect::<Vec<_>>()
    };
    let turn_ons = find("turn-ons");
    let bins: Vec<usize> = turn_ons.iter().map(|f| f.data.rows.len()).collect();
    assert_eq!(bins, [6 * 15, 2 * 15]);
    // One line for the threshold that all have.
    assert!(
        turn_ons[0]
            .scene
            .text_boxes()
            .iter()
            .any(|t| t.0 == "Threshold 22 GeV")
    );
    assert_eq!(find("efficiencies")[0].data.rows.len(), 30);
    let scan = find("scan-efficiencies")[0];
    assert_eq!(scan.data.header.len(), 1 + 9 * 10);
    assert!(scan.notes.iter().any(|n| n.starts_with("3 more signals")));
    assert_eq!(find("rates-by-group")[0].data.rows.len(), 40);
}

#[test]
fn the_tables_tell_limits_prescales_and_targets() {
    let sheets = sheets(&menu(5));
    let titles: Vec<&str> = sheets.iter().map(|s| s.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "The menu",
            "Targets",
            "Normalisation of the rates",
            "Paths",
            "Groups",
            "Signals"
        ]
    );
    for sheet in &sheets {
        let n = sheet.header.len();
        assert!(sheet.rows.iter().all(|r| r.len() == n), "{}", sheet.title);
    }
    let targets: Vec<&str> = sheets[1].rows.iter().map(|r| r[1].as_str()).collect();
    assert_eq!(targets, ["open", "not met", "met"]);
    assert_eq!(sheets[1].rows[0][3], "≤ 100");
    assert!(sheets[2].note.contains("2760 bunches x 11245.5 Hz"));
    let path = &sheets[3].rows[4];
    assert_eq!((path[2].as_str(), path[4].as_str()), ("off", "< 0.093"));
}
