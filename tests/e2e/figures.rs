//! The figures of merit at one point: their shape, numbers checked by hand, sensitivities.

use crate::bench::Bench;
use serde_json::{Value, json};

fn value(evaluated: &Value, figure: &str) -> f64 {
    let value = evaluated["figures"][figure]["value"].as_f64();
    value.unwrap_or_else(|| panic!("{figure}: {}", evaluated["figures"][figure]))
}

fn close(a: f64, b: f64, relative: f64) {
    assert!((a - b).abs() <= relative * b.abs(), "{a} against {b}");
}

#[test]
fn json_has_the_documented_shape() {
    let bench = Bench::new();
    let evaluated = bench.evaluate("study.toml", &["--set", "system.Farm.reduction_ratio=1"]);
    let keys: Vec<&String> = evaluated.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["study", "point", "figures"]);
    assert_eq!(evaluated["study"], "small");
    // The knobs that the study or the command line names, at the study's own values.
    let point = json!({
        "system.Farm.reduction_ratio": 1.0,
        "system.Level1.reduction_ratio": 50.0,
        "system.Level1.skill": 2.0,
    });
    assert_eq!(evaluated["point"], point);
    let figures = evaluated["figures"].as_object().unwrap();
    let names: Vec<&String> = figures.keys().collect();
    assert_eq!(names[..4], ["f1", "precision", "recall", "op_power_w"]);
    let last = names.last().unwrap().as_str();
    assert_eq!(last, "latency_s.Disk");
    for (name, figure) in figures {
        let keys: Vec<&String> = figure.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["value", "unit", "sigma"], "{name}");
        assert!(
            figure["unit"].is_string() && figure["sigma"].is_null(),
            "{name}"
        );
    }
    assert_eq!(figures["op_power_w"]["unit"], "W");
    // An inactive classifier has no threshold: not a number is null.
    assert!(figures["threshold.Farm"]["value"].is_null());
    assert!(figures["threshold.Level1"]["value"].is_f64());
}

#[test]
fn text_shows_every_total_and_what_relevant_means() {
    let bench = Bench::new();
    let text = bench.succeed(&["evaluate", "study.toml"]);
    let told = [
        "small: system",
        "relevant events: 2000 Hz = 1000000 Hz / (50 x 10)",
        "f1",
        "op_power_w",
        "Level1",
    ];
    for part in told {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// Compression 0.5 in Tracker, 0.25 in Front, 0.2 in Level1:
///
/// ```text
/// m(Front)  = 1000 (1 - 0.5)             = 500     m(Side) = 400
/// m(Level1) = 100 + 500 (1 - 0.25) + 400 = 875
/// m(Farm)   = 875 (1 - 0.2)              = 700     m(Disk) = 700
///
/// link power in W, own: 8 * efficiency * m * output rate      sent: m after its own compression
/// Tracker 8 * 1e-9 * 1000 * 1e6 = 8                           500 -> 4
/// Muon    8 * 2e-9 *  400 * 1e6 = 6.4                                6.4
/// Front   8 * 1e-9 *  500 * 1e6 = 4                           375 -> 3
/// Side    8 * 1e-9 *  400 * 1e6 = 3.2                                3.2
/// Level1  8 * 1e-9 *  875 * 1e6 / 50 = 0.14                   700 -> 0.112
/// Farm    8 * 1e-9 *  700 * 1e6 / 500 = 0.0112                       0.0112
///
/// op power: Tracker 1e-9 * 1000 * 1e6 = 1, Level1 1e-6 * 875 * 1e6 = 875,
///           Farm 1e-5 * 700 * 2e4 = 140
/// ```
#[test]
fn compression_by_hand() {
    let set = "[set]\n\"system.Tracker.compression\" = 0.5\n\"system.Front.compression\" = 0.25\n\"system.Level1.compression\" = 0.2\n";
    for (link_bytes, link_power) in [
        ("", 21.7512),
        ("link_bytes = \"own\"\n", 21.7512),
        ("link_bytes = \"sent\"\n", 16.7232),
    ] {
        let evaluated =
            Bench::with_study(&format!("{link_bytes}{set}")).evaluate("study.toml", &[]);
        for (node, bytes) in [
            ("Tracker", 1000.0),
            ("Muon", 400.0),
            ("Front", 500.0),
            ("Side", 400.0),
            ("Level1", 875.0),
            ("Farm", 700.0),
            ("Disk", 700.0),
        ] {
            assert_eq!(
                value(&evaluated, &format!("message_bytes.{node}")),
                bytes,
                "{node}"
            );
        }
        close(value(&evaluated, "op_power_w"), 1016.0, 1e-12);
        close(value(&evaluated, "link_power_w"), link_power, 1e-12);
        // The year 2022 scales by 1.
        close(
            value(&evaluated, "scaled_power_w"),
            1016.0 + link_power,
            1e-12,
        );
        let productivity = value(&evaluated, "f1") * 2000.0 / (1016.0 + link_power);
        close(value(&evaluated, "productivity_per_j"), productivity, 1e-9);
    }
}

#[test]
fn years_scale_the_power() {
    let bench = Bench::with_study("");
    let (now, later) = (
        bench.evaluate("study.toml", &[]),
        bench.evaluate("study.toml", &["--set", "system.year=2032"]),
    );
    let ratio = value(&now, "scaled_power_w") / value(&later, "scaled_power_w");
    close(ratio, (0.18717361f64 * 10.0).exp(), 1e-12);
    assert_eq!(value(&now, "op_power_w"), value(&later, "op_power_w"));
}

/// `evaluate --sensitivity`, as `(knob, derivative, elasticity)`.
fn sensitivities(bench: &Bench, figure: &str, options: &[&str]) -> Vec<(String, f64, Option<f64>)> {
    let options = [&["--sensitivity", figure], options].concat();
    let told = bench.evaluate("study.toml", &options);
    assert_eq!(told["figure"], figure);
    let entries = told["sensitivities"].as_array().unwrap().iter();
    let entry = |s: &Value| {
        let knob = s["knob"].as_str().unwrap().to_owned();
        (
            knob,
            s["derivative"].as_f64().unwrap(),
            s["elasticity"].as_f64(),
        )
    };
    entries.map(entry).collect()
}

#[test]
fn sensitivities_meet_their_formulas() {
    let bench = Bench::with_study("");
    let one = |figure: &str, knob: &str, options: &[&str]| {
        let found = sensitivities(&bench, figure, &[&["--knob", knob], options].concat());
        assert_eq!(found.len(), 1);
        (found[0].1, found[0].2)
    };
    let own = bench.evaluate("study.toml", &[]);
    // Power is linear in the energy of an operation: ops (1500) * input rate (1 MHz / 50).
    let (derivative, elasticity) = one("op_power_w", "system.Farm.op_efficiency", &[]);
    close(derivative, 1500.0 * 2e4, 1e-6);
    close(
        elasticity.unwrap(),
        1500.0 * 2e4 * 1e-5 / value(&own, "op_power_w"),
        1e-6,
    );
    // The year: d scaled / d year = -0.18717361 * scaled; no elasticity.
    let (derivative, elasticity) = one("scaled_power_w", "system.year", &[]);
    close(
        derivative,
        -0.18717361 * value(&own, "scaled_power_w"),
        1e-3,
    );
    assert_eq!(elasticity, None);
    // At a bound, one-sided: compression 0, of which the message is a linear function.
    let (derivative, elasticity) = one("message_bytes.Front", "system.Tracker.compression", &[]);
    close(derivative, -1000.0, 1e-9);
    assert_eq!(elasticity, None);
    // One-sided beside ratio 1: d (R / r) / d r = -R / r^2.
    let near = "--set=system.Farm.reduction_ratio=1.0005";
    let (derivative, elasticity) = one("output_hz.Farm", "system.Farm.reduction_ratio", &[near]);
    close(derivative, -2e4 / (1.0005 * 1.0005), 1e-4);
    close(elasticity.unwrap(), -1.0, 1e-4);
    // A tuned-off knob changes nothing.
    assert_eq!(
        one("f1", "system.Farm.op_efficiency", &[]),
        (0.0, Some(0.0))
    );
}

#[test]
fn elasticities_of_power_to_all_energies_add_up_to_1() {
    // Power is a sum of terms, each linear in one energy (Euler's theorem).
    let bench = Bench::with_study("");
    let knobs = [
        "--knob",
        "system.*.op_efficiency",
        "--knob",
        "system.*.link_efficiency",
    ];
    let found = sensitivities(&bench, "scaled_power_w", &knobs);
    // Seven nodes, two energies each.
    assert_eq!(found.len(), 14);
    close(found.iter().filter_map(|(_, _, e)| *e).sum(), 1.0, 1e-6);
    // Without --knob: every number that matters, the shared sample rate as one.
    let all = sensitivities(&bench, "scaled_power_w", &[]);
    let names: Vec<&str> = all.iter().map(|(knob, _, _)| knob.as_str()).collect();
    for knob in [
        "system.*.sample_rate_hz",
        "system.Level1.scale",
        "system.Muon.data_bytes",
        "system.year",
    ] {
        assert!(names.contains(&knob), "{knob}: {names:?}");
    }
    assert!(!names.contains(&"system.Front.skill"));
    close(all[0].2.unwrap(), 1.0, 1e-6);
    let text = bench.succeed(&["evaluate", "study.toml", "--sensitivity", "scaled_power_w"]);
    assert!(
        text.starts_with("scaled_power_w [W] = ") && text.contains("elasticity"),
        "{text}"
    );
}
