use super::*;
use crate::results::manifest::*;
use crate::results::summary::*;
use crate::results::table::{Table, file_name};
use serde_json::json;
use std::collections::BTreeMap;

const RATIO: &str = "system.Intermediate.reduction_ratio";
const SKILL: &str = "system.Intermediate.skill";
const MARKS: [(&str, f64, f64, f64); 5] = [
    ("Phase-1", 400.0, 0.0, 2.0),
    ("L1 Tracks", 400.0, 0.4, 2.0),
    ("GPU", 53.3, 0.0, 1.0),
    ("L1 Tracks + GPU", 53.3, 0.4, 1.0),
    ("+ Smart Sensing", 53.3, 0.4, 0.79),
];

/// Figures of the published systems, roughly: `work` is the complexity relative to the base.
fn point(ratio: f64, skill: f64, work: f64) -> Vec<(&'static str, &'static str, f64)> {
    let gain = (400.0 / ratio).ln();
    let f1 = 1.0 / (1.0 + (1.044 - 2.19 * skill - 0.412 * gain - 1.23 * skill * gain).exp());
    let op = 167.9e6 * 53.3 / ratio * work;
    let link = 1.246e5;
    let power = (op + link) / 6.499;
    let output = 40e6 / ratio / 100.0;
    vec![
        ("f1", "1", f1),
        ("precision", "1", f1),
        ("recall", "1", f1),
        ("op_power_w", "W", op),
        ("link_power_w", "W", link),
        ("scaled_power_w", "W", power),
        ("productivity_per_j", "1/J", f1 * output / power),
        ("output_hz.Intermediate", "Hz", output * 100.0),
        ("output_hz.Global", "Hz", output),
    ]
}

fn named(ratio: f64, skill: f64, work: f64) -> PointFigures {
    PointFigures {
        point: [(RATIO.to_owned(), ratio), (SKILL.to_owned(), skill)].into(),
        figures: point(ratio, skill, work)
            .into_iter()
            .map(|(n, u, v)| (n.to_owned(), json!({"value": v, "unit": u, "sigma": null})))
            .collect(),
    }
}

fn steps(from: f64, to: f64, n: usize) -> Vec<f64> {
    (0..n)
        .map(|k| from + (to - from) * k as f64 / (n - 1).max(1) as f64)
        .collect()
}

fn scores() -> ScoreRecord {
    let edges = steps(0.0, 4.0, 81);
    let side = |mean: f64, width: f64| -> Vec<f64> {
        let raw: Vec<f64> = edges
            .windows(2)
            .map(|e| (e[0] + e[1]) / 2.0)
            .map(|x| {
                if x > 3.8 {
                    0.0
                } else {
                    (-((x - mean) / width).powi(2)).exp()
                }
            })
            .collect();
        let sum: f64 = raw.iter().sum();
        raw.iter().map(|v| v / sum).collect()
    };
    ScoreRecord {
        stage: "Intermediate".into(),
        classifier: "L1T".into(),
        reduction_ratio: 53.3,
        skill: 0.4,
        threshold: 1.1626,
        negative: side(0.3, 0.45),
        positive: side(1.6, 0.6),
        edges,
    }
}

fn wall_times() -> WallTimeRecord {
    let event_bytes: Vec<f64> = vec![0.37e6, 0.85e6, 1.4e6, 2.0e6, 2.7e6, 3.0e6, 4.67e6, 6.67e6];
    let cpu = [2.2275e-20, 1.8833e-13, 1.4117e-7];
    let column = |name: &str, scale: f64, used| WallTimeFit {
        column: name.into(),
        values: event_bytes
            .iter()
            .enumerate()
            .map(|(k, m)| {
                let wobble = 1.0 + 0.06 * (k as f64 * 2.3).sin();
                scale * wobble * ((cpu[0] * m + cpu[1]) * m + cpu[2]) * m
            })
            .collect(),
        coefficients: cpu.map(|c| c * scale),
        used,
    };
    WallTimeRecord {
        node: "Global".into(),
        source: "../data/hlt_wall_time.csv".into(),
        message_bytes: 8.425e6,
        columns: vec![
            column("wall_time_cpu_rel", 1.0, false),
            column("wall_time_gpu_rel", 0.5, true),
        ],
        event_bytes,
    }
}

type Figures = Vec<(&'static str, &'static str, f64)>;

/// Writes results over these axes; a point's figures come from its ratio and skill.
fn write_results(folder: &Path, axes: &[(&str, Vec<f64>)], block: u64) {
    let at = |values: &BTreeMap<&str, f64>| {
        let get = |name, default| values.get(name).copied().unwrap_or(default);
        point(get(RATIO, 400.0), get(SKILL, 0.4), 1.0)
    };
    write_results_of(folder, axes, block, &at);
    let summary = Summary {
        marks: marks(),
        scores: vec![scores()],
        wall_times: vec![wall_times()],
        ..Summary::read(folder).unwrap()
    };
    let text = serde_json::to_string(&summary).unwrap();
    std::fs::write(folder.join("summary.json"), text).unwrap();
}

fn marks() -> Vec<Mark> {
    MARKS
        .iter()
        .map(|(name, ratio, skill, work)| Mark {
            name: (*name).into(),
            base: format!("{} of the base's work", number::plain(*work)),
            own: named(*ratio, *skill, *work),
            surface: named(*ratio, *skill, 1.0),
        })
        .collect()
}

/// Writes results without marks over these axes, with the figures that `at` gives to a point.
fn write_results_of(
    folder: &Path,
    axes: &[(&str, Vec<f64>)],
    block: u64,
    at: &dyn Fn(&BTreeMap<&str, f64>) -> Figures,
) {
    let points: u64 = axes.iter().map(|a| a.1.len() as u64).product();
    let figures = at(&BTreeMap::new());
    let names = axes.iter().map(|a| a.0).chain(figures.iter().map(|f| f.0));
    let names: Vec<String> = names.map(str::to_owned).collect();
    for first in (0..points).step_by(block as usize) {
        let rows = block.min(points - first);
        let mut table = Table::with_capacity(names.clone(), rows as usize);
        for index in first..first + rows {
            let mut rest = index;
            let mut values = BTreeMap::new();
            let mut here = vec![0.0; axes.len()];
            for (k, (name, of)) in axes.iter().enumerate().rev() {
                here[k] = of[(rest % of.len() as u64) as usize];
                rest /= of.len() as u64;
                values.insert(*name, here[k]);
            }
            let figures = at(&values);
            let row = here.into_iter().chain(figures.iter().map(|f| f.2));
            for (column, v) in table.columns.iter_mut().zip(row) {
                column.push(v);
            }
        }
        table.write(&folder.join(file_name(first))).unwrap();
    }
    let manifest = Manifest {
        format: FORMAT,
        program: "trigscape 0.1.0".into(),
        study: "synthetic".into(),
        study_hash: "0123456789abcdef".repeat(4),
        seed: 1,
        base: "cms_pu200.xlsx, Intermediate per 2 MB, Global fitted to wall_time_gpu_rel".into(),
        design: "grid".into(),
        precision: "f64".into(),
        points,
        block_points: block,
        keep: KeepRecord::default(),
        axes: axes
            .iter()
            .map(|(name, values)| AxisRecord {
                name: (*name).into(),
                unit: if name.ends_with(".pt") { "GeV" } else { "1" }.into(),
                values: values.clone(),
                equals: None,
            })
            .collect(),
        figures: figures
            .iter()
            .map(|f| FigureRecord {
                name: f.0.into(),
                unit: f.1.into(),
            })
            .collect(),
        engine: EngineRecord {
            name: "cpu".into(),
            detail: "test".into(),
            threads: 2,
        },
        inputs: vec![InputRecord {
            path: "cms_pu200.xlsx".into(),
            bytes: 12_345,
            sha256: "ab".repeat(32),
        }],
        timings_s: Timings {
            prepare: 0.2,
            explore: 1.5,
        },
    };
    let extremes = figures
        .iter()
        .map(|f| Extremes {
            figure: f.0.into(),
            unit: f.1.into(),
            min: Some(Extreme {
                value: f.2,
                sigma: None,
                index: 0,
                point: named(400.0, 0.0, 1.0).point,
            }),
            max: None,
        })
        .collect();
    let summary = Summary {
        study: "synthetic".into(),
        points,
        feasible: None,
        kept: None,
        best: None,
        extremes,
        base: named(53.3, 0.4, 1.0),
        marks: Vec::new(),
        scores: Vec::new(),
        wall_times: Vec::new(),
    };
    let json = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    json("manifest.json", serde_json::to_string(&manifest).unwrap());
    json("summary.json", serde_json::to_string(&summary).unwrap());
}

fn grid() -> Vec<(&'static str, Vec<f64>)> {
    vec![
        (RATIO, steps(450.0, 40.0, 101)),
        (SKILL, steps(0.0, 1.0, 101)),
    ]
}

/// A folder that outlives the test where the environment names one, to look at the pictures.
fn folder(name: &str) -> (Option<tempfile::TempDir>, PathBuf) {
    match std::env::var_os("TRIGSCAPE_KEEP_FIGURES") {
        Some(keep) => {
            let path = PathBuf::from(keep).join(name);
            let _ = std::fs::remove_dir_all(&path);
            std::fs::create_dir_all(&path).unwrap();
            (None, path)
        }
        None => {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().to_owned();
            (Some(dir), path)
        }
    }
}

fn csv_rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows = reader.records();
    rows.map(|r| r.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// The picture of a figure, which nothing leaves.
fn has_a_white_edge(out: &Path, name: &str) -> image::RgbImage {
    let picture = image::open(out.join(format!("{name}.png")))
        .unwrap()
        .to_rgb8();
    assert_eq!(picture.dimensions(), (1200, 900));
    let edge = picture
        .enumerate_pixels()
        .filter(|(x, y, _)| *x == 0 || *x == 1199 || *y == 0 || *y == 899);
    for (x, y, pixel) in edge {
        assert_eq!(pixel.0, [255; 3], "{name} at {x}, {y}");
    }
    picture
}

/// Drawn once more, every file is what it was.
fn has_the_same_bytes_again(dir: &Path, out: &Path, files: &[PathBuf]) {
    let before: Vec<Vec<u8>> = files.iter().map(|f| std::fs::read(f).unwrap()).collect();
    assert_eq!(write(dir, out).unwrap(), files);
    for (file, bytes) in files.iter().zip(before) {
        assert!(std::fs::read(file).unwrap() == bytes, "{}", file.display());
    }
}

#[test]
fn a_grid_gives_every_figure_and_the_same_bytes_again() {
    let (_guard, dir) = folder("grid");
    write_results(&dir, &grid(), 4096);
    let out = dir.join("figures");
    let files = write(&dir, &out).unwrap();
    for name in [
        "landscape-f1",
        "landscape-productivity_per_j",
        "power",
        "f1-over-power-skill",
        "productivity-bars",
        "scores-Intermediate",
        "wall-times-Global",
    ] {
        for extension in ["svg", "png", "csv"] {
            let path = out.join(format!("{name}.{extension}"));
            assert!(files.contains(&path), "{}", path.display());
        }
        let svg = std::fs::read_to_string(out.join(format!("{name}.svg"))).unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        assert!(svg.len() < 1_000_000, "{name}: {} bytes", svg.len());
        let picture = image::open(out.join(format!("{name}.png")))
            .unwrap()
            .to_rgb8();
        assert_eq!(picture.dimensions(), (1200, 900));
        let colours: std::collections::BTreeSet<_> = picture.pixels().map(|p| p.0).collect();
        assert!(colours.len() > 30, "{name}: {} colours", colours.len());
        // Nothing is cut off at the picture's edge.
        for x in 0..1200 {
            assert_eq!(picture.get_pixel(x, 0).0, [255; 3]);
            assert_eq!(picture.get_pixel(x, 899).0, [255; 3]);
        }
        for y in 0..900 {
            assert_eq!(picture.get_pixel(0, y).0, [255; 3]);
            assert_eq!(picture.get_pixel(1199, y).0, [255; 3]);
        }
    }
    for name in [
        "landscape-f1",
        "landscape-productivity_per_j",
        "power",
        "f1-over-power-skill",
    ] {
        let svg = std::fs::read_to_string(out.join(format!("{name}.svg"))).unwrap();
        for mark in MARKS {
            assert!(svg.contains(mark.0), "{name}: {}", mark.0);
        }
        assert_eq!(svg.contains("Hollow"), name != "landscape-f1", "{name}");
        assert_eq!(
            svg.contains("cms_pu200.xlsx"),
            name != "landscape-f1",
            "{name}"
        );
    }
    let power = std::fs::read_to_string(out.join("power.svg")).unwrap();
    assert!(power.contains("Scaled power [MW]"));
    let page = std::fs::read_to_string(out.join(PAGE)).unwrap();
    assert!(page.len() < 5_000_000, "page: {} bytes", page.len());
    assert!(page.contains("<svg") && page.contains("0123456789abcdef"));
    assert!(!page.contains("http://") || !page.contains("src="));

    let rows = csv_rows(&out.join("landscape-f1.csv"));
    assert_eq!(rows.len(), 101 * 101);
    let axes = grid();
    for (k, row) in rows.iter().enumerate() {
        let (ratio, skill) = (axes[0].1[k / 101], axes[1].1[k % 101]);
        let numbers: Vec<f64> = row.iter().map(|v| v.parse().unwrap()).collect();
        assert_eq!(numbers, [ratio, skill, point(ratio, skill, 1.0)[0].2]);
    }
    let rows = csv_rows(&out.join("productivity-bars.csv"));
    for (row, mark) in rows.iter().zip(MARKS) {
        assert_eq!(row[0], mark.0);
        let value: f64 = row[1].parse().unwrap();
        assert_eq!(value, point(mark.1, mark.2, mark.3)[6].2);
    }

    has_the_same_bytes_again(&dir, &out, &files);
}

#[test]
fn one_axis_gives_curves_and_none_gives_the_rest() {
    let (_guard, dir) = folder("curve");
    write_results(&dir, &[(RATIO, steps(450.0, 40.0, 101))], 64);
    let files = write(&dir, &dir.join("figures")).unwrap();
    let has = |name: &str| files.iter().any(|f| f.ends_with(name));
    assert!(has("curve-f1.png") && has("curve-scaled_power_w.svg") && !has("power.svg"));

    let dir = tempfile::tempdir().unwrap();
    write_results(dir.path(), &[(RATIO, vec![400.0])], 64);
    let files = write(dir.path(), &dir.path().join("figures")).unwrap();
    let has = |name: &str| files.iter().any(|f| f.ends_with(name));
    assert!(!has("curve-f1.png") && has("productivity-bars.svg") && has("scores-Intermediate.csv"));
}

#[test]
fn further_axes_stand_at_their_first_value_and_absent_blocks_stay_white() {
    let (_guard, dir) = folder("three");
    let axes = [
        ("system.\"Inner Tracker\".data_bytes", vec![1.0, 2.0]),
        (RATIO, steps(450.0, 40.0, 21)),
        (SKILL, steps(0.0, 1.0, 11)),
    ];
    write_results(&dir, &axes, 100);
    std::fs::remove_file(dir.join(file_name(100))).unwrap();
    let files = write(&dir, &dir.join("figures")).unwrap();
    let svg = files
        .iter()
        .find(|f| f.ends_with("landscape-f1.svg"))
        .unwrap();
    let svg = std::fs::read_to_string(svg).unwrap();
    assert!(svg.contains("F1 score, Intermediate skill = 0"));
    assert!(svg.contains("are not in the results"));
    assert!(svg.contains("Not on these axes: Phase-1"));
}

#[test]
fn menus_have_landscapes_and_curves() {
    const MU: &str = "menu.SingleMu22.pt";
    const EG: &str = "menu.\"Double EG\".leg2.pt";
    let at = |values: &BTreeMap<&str, f64>| -> Figures {
        let get = |name| values.get(name).copied().unwrap_or(22.0);
        let (mu, eg) = (get(MU), get(EG));
        let rate = 900.0 * (-mu / 6.0).exp() + 700.0 * (-eg / 5.0).exp();
        let pass = |t: f64| 1.0 / (1.0 + ((t - 30.0) / 8.0).exp());
        let efficiency = 1.0 - (1.0 - pass(mu)) * (1.0 - pass(eg));
        vec![
            ("rate_khz.total", "kHz", rate),
            ("efficiency.mean", "1", efficiency),
            ("purity", "1", 1e-3 * efficiency / rate),
        ]
    };
    let (_guard, dir) = folder("menu-landscape");
    let axes = [(MU, steps(10.0, 40.0, 16)), (EG, steps(8.0, 30.0, 12))];
    write_results_of(&dir, &axes, 64, &at);
    let files = write(&dir, &dir.join("figures")).unwrap();
    let svg = |name: &str| {
        let file = files.iter().find(|f| f.ends_with(name));
        std::fs::read_to_string(file.unwrap()).unwrap()
    };
    let rates = svg("landscape-rate_khz.total.svg");
    for text in [
        "Total rate [kHz]",
        "SingleMu22 threshold [GeV]",
        "Double EG leg 2 threshold [GeV]",
    ] {
        assert!(rates.contains(text), "{text}");
    }
    assert!(rates.contains("Base: cms_pu200.xlsx"));
    assert!(svg("landscape-efficiency.mean.svg").contains("Mean efficiency"));
    assert!(svg("landscape-purity.svg").contains("Purity"));

    let (_guard, dir) = folder("menu-curve");
    write_results_of(&dir, &[(MU, steps(4.0, 60.0, 57))], 64, &at);
    let files = write(&dir, &dir.join("figures")).unwrap();
    assert!(
        files
            .iter()
            .any(|f| f.ends_with("curve-rate_khz.total.png"))
    );
}

#[test]
fn a_menu_has_its_figures_and_tables_and_the_same_bytes_again() {
    for (name, menu) in [
        ("menu-5", menu::examples::menu(5)),
        ("menu-47", menu::examples::menu(47)),
        ("menu-extreme", menu::examples::extreme()),
        ("menu-crowded", menu::examples::crowded()),
        ("menu-signals", menu::examples::without_background()),
    ] {
        let (_guard, dir) = folder(name);
        write_results(&dir, &[(RATIO, vec![400.0])], 64);
        let text = serde_json::to_string(&menu).unwrap();
        std::fs::write(dir.join("menu.json"), text).unwrap();
        let out = dir.join("figures");
        let files = write(&dir, &out).unwrap();
        let mut figures = menu::figures(&menu);
        number_twins(&mut figures);
        for figure in figures {
            for extension in ["svg", "png", "csv"] {
                let path = out.join(format!("{}.{extension}", figure.name));
                assert!(files.contains(&path), "{}", path.display());
            }
            has_a_white_edge(&out, &figure.name);
        }
        let page = std::fs::read_to_string(out.join(PAGE)).unwrap();
        assert!(page.len() < 5_000_000, "page: {} bytes", page.len());
        for sheet in menu::sheets(&menu) {
            assert!(page.contains(&format!("<h2>{}</h2>", sheet.title)));
        }
        has_the_same_bytes_again(&dir, &out, &files);
    }
}

#[test]
fn what_is_no_results_directory_is_a_fault() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("figures");
    let error = write(dir.path(), &out).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("manifest.json"), "{error}");
    std::fs::write(dir.path().join("manifest.json"), "{}").unwrap();
    assert_eq!(write(dir.path(), &out).unwrap_err().exit_code(), 2);
    assert!(!out.exists());
    assert_eq!(
        write(&dir.path().join("absent"), &out)
            .unwrap_err()
            .exit_code(),
        2
    );
}

mod optima;
