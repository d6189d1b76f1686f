//! Reports of optimisations.

use super::*;
use crate::results::Optimum;

/// Makes the results in `folder` those of an optimisation alone: no points, no tables.
fn leave_only(folder: &Path, optimum: &Optimum) {
    std::fs::remove_file(folder.join(file_name(0))).unwrap();
    let manifest = Manifest {
        points: 0,
        keep: KeepRecord {
            what: "best".into(),
            ..KeepRecord::default()
        },
        ..Manifest::read(folder).unwrap()
    };
    let summary = Summary {
        points: 0,
        extremes: Vec::new(),
        marks: Vec::new(),
        scores: Vec::new(),
        wall_times: Vec::new(),
        ..Summary::read(folder).unwrap()
    };
    let json = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    json("manifest.json", serde_json::to_string(&manifest).unwrap());
    json("summary.json", serde_json::to_string(&summary).unwrap());
    json(Optimum::FILE, serde_json::to_string(optimum).unwrap());
}

#[test]
fn an_optimisation_alone_has_its_section_and_the_same_bytes_again() {
    use optimum::examples as of;
    for (name, record) in [
        ("optimum-5", of::optimum(5, 6)),
        ("optimum-47", of::optimum(47, 60)),
        ("optimum-infeasible", of::infeasible()),
        ("optimum-shortfall", of::shortfall()),
        ("optimum-least", of::least()),
        ("optimum-columns", of::columns(5, 3)),
    ] {
        let (_guard, dir) = folder(name);
        write_results(
            &dir,
            &[(RATIO, vec![400.0, 300.0]), (SKILL, vec![0.1, 0.2])],
            64,
        );
        leave_only(&dir, &record);
        let out = dir.join("figures");
        let files = write(&dir, &out).unwrap();
        let mut figures = optimum::figures(&record);
        number_twins(&mut figures);
        assert_eq!(files.len(), 3 * figures.len() + 1, "{name}");
        for figure in figures {
            let svg = std::fs::read_to_string(out.join(format!("{}.svg", figure.name))).unwrap();
            assert!(svg.contains(&format!("<title>{}</title>", figure.title)));
            let picture = has_a_white_edge(&out, &figure.name);
            let colours: std::collections::BTreeSet<_> = picture.pixels().map(|p| p.0).collect();
            assert!(colours.len() > 30, "{}: {}", figure.name, colours.len());
        }
        let page = std::fs::read_to_string(out.join(PAGE)).unwrap();
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<h2>Optimum</h2>"));
        assert!(!page.contains("<h2>Figures</h2>") && !page.contains("0 points"));
        for sheet in optimum::sheets(&record) {
            assert!(page.contains(&format!("<h3>{}</h3>", sheet.title)));
        }
        has_the_same_bytes_again(&dir, &out, &files);
    }
}

#[test]
fn an_optimum_stands_before_the_figures_of_the_design() {
    let (_guard, dir) = folder("optimum-and-grid");
    let axes = [
        (RATIO, steps(450.0, 40.0, 11)),
        (SKILL, steps(0.0, 1.0, 11)),
    ];
    write_results(&dir, &axes, 4096);
    let record = optimum::examples::optimum(5, 6);
    let text = serde_json::to_string(&record).unwrap();
    std::fs::write(dir.join(Optimum::FILE), text).unwrap();
    let out = dir.join("figures");
    write(&dir, &out).unwrap();
    let page = std::fs::read_to_string(out.join(PAGE)).unwrap();
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}"));
    let order = [
        "<h2>Optimum</h2>",
        "<h3>Objective and limits</h3>",
        "id=\"optimum-convergence\"",
        "id=\"optimum-front\"",
        "<h2>Marked points</h2>",
        "<h2>Figures</h2>",
        "id=\"landscape-f1\"",
    ];
    assert!(order.map(place).is_sorted());
}
