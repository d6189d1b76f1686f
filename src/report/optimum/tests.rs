use super::examples::*;
use super::*;
use crate::report::figure::Cell;

fn names(figures: &[Figure]) -> Vec<&str> {
    figures.iter().map(|f| f.name.as_str()).collect()
}

fn find<'a>(figures: &'a [Figure], name: &str) -> &'a Figure {
    figures.iter().find(|f| f.name == name).unwrap()
}

fn texts(figure: &Figure) -> Vec<String> {
    let boxes = figure.scene.text_boxes();
    boxes.into_iter().map(|(text, _)| text).collect()
}

#[test]
fn every_part_of_an_optimum_has_its_figure() {
    assert_eq!(
        names(&figures(&optimum(5, 6))),
        [
            "optimum-convergence",
            "optimum-rates",
            "optimum-path-losses",
            "optimum-gain-per-khz",
            "optimum-budget-scan",
            "optimum-knobs",
            "optimum-front",
        ]
    );
    assert_eq!(
        names(&figures(&three_objectives()))[4..],
        [
            "optimum-front-efficiency.mean-rate_khz.total",
            "optimum-front-efficiency.mean-efficiency.hh4b",
            "optimum-front-rate_khz.total-efficiency.hh4b",
        ]
    );
    let of_columns = figures(&columns(5, 2));
    assert_eq!(
        names(&of_columns),
        [
            "optimum-convergence",
            "optimum-prescales",
            "optimum-rates-2.5e34",
            "optimum-path-losses-2.5e34",
            "optimum-gain-per-khz-2.5e34",
            "optimum-rates-1.5e34",
            "optimum-path-losses-1.5e34",
            "optimum-gain-per-khz-1.5e34",
        ]
    );
    assert!(of_columns[2].title.ends_with(", column 2.5e34"));
    assert!(figures(&infeasible()).is_empty());
    assert_eq!(
        names(&figures(&least())),
        [
            "optimum-convergence",
            "optimum-budget-scan",
            "optimum-knobs"
        ]
    );
}

#[test]
fn texts_lie_within_the_picture_and_apart() {
    for optimum in [
        optimum(5, 6),
        optimum(1, 1),
        optimum(5, 2),
        optimum(47, 60),
        three_objectives(),
        columns(5, 3),
        columns(47, 21),
        shortfall(),
        least(),
    ] {
        for figure in figures(&optimum) {
            figure.assert_texts_apart();
        }
    }
}

#[test]
fn axes_have_units_and_prescales_may_be_off() {
    let all = figures(&optimum(5, 6));
    for (name, title) in [
        ("optimum-convergence", "Configurations evaluated"),
        ("optimum-convergence", "Mean efficiency"),
        ("optimum-rates", "Proportional rate [kHz]"),
        ("optimum-path-losses", "Loss of mean efficiency"),
        (
            "optimum-gain-per-khz",
            "Change of mean efficiency per kHz [1/kHz]",
        ),
        ("optimum-budget-scan", "Limit on total rate [kHz]"),
        ("optimum-budget-scan", "The study's own limit: 100 kHz"),
        ("optimum-knobs", "SingleMu22 threshold [GeV]"),
        ("optimum-knobs", "Limit on total rate [kHz]"),
        ("optimum-front", "Total rate [kHz]"),
    ] {
        let texts = texts(find(&all, name));
        assert!(
            texts.iter().any(|t| t == title),
            "{name}: {title} in {texts:?}"
        );
    }
    assert!(
        texts(find(&all, "optimum-knobs"))
            .iter()
            .any(|t| t == "off")
    );
}

#[test]
fn the_data_files_hold_the_record() {
    let optimum = optimum(47, 60);
    let all = figures(&optimum);
    let scan = optimum.scan.as_ref().unwrap();
    let knobs = &find(&all, "optimum-knobs").data;
    let prescales = &find(&all, "optimum-prescales").data;
    assert_eq!((knobs.header.len(), prescales.header.len()), (31, 31));
    let second = scan.points[3].knobs.as_ref().unwrap()[1];
    assert_eq!(prescales.rows[3][1], Cell::Number(second));
    for (row, point) in knobs.rows.iter().zip(&scan.points) {
        assert_eq!(row[0], Cell::Number(point.limit));
        let values = point.knobs.as_ref().unwrap().iter().step_by(2);
        assert!(
            row[1..]
                .iter()
                .zip(values)
                .all(|(c, v)| *c == Cell::Number(*v))
        );
    }
    let losses = &find(&all, "optimum-path-losses").data;
    let loss = |row: &Vec<Cell>| match row[2] {
        Cell::Number(v) => v,
        _ => f64::NAN,
    };
    assert_eq!(losses.rows.len(), 47);
    assert!(losses.rows.windows(2).all(|w| loss(&w[0]) >= loss(&w[1])));
    let rates = &find(&all, "optimum-rates").data;
    assert_eq!((rates.rows.len(), rates.header.len()), (47, 8));
    let trace = &find(&all, "optimum-convergence").data;
    assert_eq!(trace.rows.len(), 24 + 3 + 1);
    let front = &find(&all, "optimum-front").data;
    assert_eq!((front.rows.len(), front.header.len()), (20, 4 + 60));
}

#[test]
fn what_one_picture_cannot_hold_is_said() {
    let all = figures(&optimum(47, 60));
    let note = |name: &str, text: &str| find(&all, name).notes.iter().any(|n| n.contains(text));
    assert!(note("optimum-knobs", "12 of 30 knobs"));
    assert!(note("optimum-prescales", "12 of 30 prescales"));
    assert!(note(
        "optimum-path-losses",
        "of the other 23 the loss is at most"
    ));
    assert!(note("optimum-rates", "the other 27 paths"));
    let all = figures(&shortfall());
    let scan = &find(&all, "optimum-budget-scan").notes;
    for text in [
        "Knee: 250 kHz, beyond",
        "Not monotone",
        "No point is feasible at 60 kHz",
        "0.1 %",
    ] {
        assert!(scan.iter().any(|n| n.contains(text)), "{text}: {scan:?}");
    }
}

#[test]
fn no_feasible_point_is_said_with_its_violations() {
    let optimum = infeasible();
    let sentences = sentences(&optimum).concat();
    assert!(sentences.contains("No feasible point"));
    assert!(sentences.contains("Total rate 104.20 kHz is above 100 kHz"));
    assert!(sentences.contains("Efficiency for hh4b 0.18000 is below 0.5"));
    let sheets = sheets(&optimum);
    let titles: Vec<&str> = sheets.iter().map(|s| s.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Objective and limits",
            "Violations",
            "How good, and how found",
            "Knobs"
        ]
    );
    assert_eq!(sheets[0].header[2], "Nearest");
    assert_eq!(sheets[1].rows[0][3], "4.20");
}

#[test]
fn the_tables_tell_objective_limits_gap_and_looks() {
    let sheets = sheets(&optimum(5, 6));
    for sheet in &sheets {
        let n = sheet.header.len();
        assert!(sheet.rows.iter().all(|r| r.len() == n), "{}", sheet.title);
    }
    let row = &sheets[0].rows[1];
    assert_eq!(row[0], "Total rate [kHz]");
    assert_eq!(row[2], "98.60 ± 0.80");
    assert_eq!(row[5], "≤ 100 at 95 %");
    let quality = &sheets[1].rows;
    assert!(
        quality
            .iter()
            .any(|r| r[0] == "Gap" && r[1] == "0.12 % of the bound")
    );
    assert!(
        quality
            .iter()
            .any(|r| r[1] == "4200000 of 1000000007 points")
    );
    let looks = &sheets[2].rows;
    assert_eq!((looks[0][1].as_str(), looks[1][1].as_str()), ("no", "yes"));
    let prescale = &sheets[3].rows[1];
    assert_eq!(
        (prescale[0].as_str(), prescale[3].as_str()),
        ("SingleMu22 prescale", "off")
    );
}

#[test]
fn prescales_of_columns_are_shown_and_written() {
    let record = columns(5, 3);
    let figures = figures(&record);
    let figure = find(&figures, "optimum-prescales");
    assert_eq!(figure.data.header, ["knob", "3.5e34", "2.5e34", "1.5e34"]);
    assert_eq!(figure.data.rows.len(), 5);
    // Path 0 has the second, third and fourth of the list.
    let cells = [1.0, 2.0, 5.0].map(Cell::Number);
    assert_eq!(figure.data.rows[0][1..], cells);
    let shown = texts(figure);
    for text in ["SingleMu22", "3.5e34", "off", "50"] {
        assert!(shown.iter().any(|t| t == text), "{text} in {shown:?}");
    }
    let tables = sheets(&record);
    let of = |title: &str| tables.iter().find(|s| s.title == title).unwrap();
    assert_eq!(of("Objective and limits").rows.len(), 1);
    assert_eq!(of("Objective and limits, column 2.5e34").rows.len(), 3);
    assert_eq!(of("Knobs").rows.len(), 5 + 15);
    assert!(sentences(&record)[1].contains("shares: 3.5e34 0.333, 2.5e34 0.333, 1.5e34 0.333"));
}
