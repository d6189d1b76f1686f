//! Names of figures and knobs, as text for people.

/// Figures of merit with a name of their own.
const FIGURES: [(&str, &str); 13] = [
    ("f1", "F1 score"),
    ("precision", "Precision"),
    ("recall", "Recall"),
    ("op_power_w", "Computing power"),
    ("link_power_w", "Link power"),
    ("scaled_power_w", "Scaled power"),
    ("productivity_per_j", "Productivity"),
    ("purity", "Purity"),
    ("rate_khz.total", "Total rate"),
    ("efficiency.mean", "Mean efficiency"),
    ("efficiency.min", "Smallest efficiency"),
    ("wall_time", "Wall time"),
    ("shortfall", "Shortfall"),
];

/// Families of figures, by their first part; `{}` is the rest.
const FAMILIES: [(&str, &str); 11] = [
    ("output_hz", "{} output rate"),
    ("threshold", "{} threshold"),
    ("message_bytes", "{} message size"),
    ("ops", "{} operations"),
    ("latency_s", "{} latency"),
    ("efficiency", "Efficiency for {}"),
    ("rate_khz.path", "Rate of {}"),
    ("rate_khz.pure", "Pure rate of {}"),
    ("rate_khz.proportional", "Proportional rate of {}"),
    ("rate_khz.sequential", "Sequential rate of {}"),
    ("rate_khz.group", "Rate of group {}"),
];

/// Knobs whose name in a study says less than it could.
const FIELDS: [(&str, &str); 3] = [
    ("data_bytes", "data size"),
    ("op_efficiency", "energy per operation"),
    ("link_efficiency", "energy per bit sent"),
];

/// Figures that tell the same for any base: they follow from scores and reduction ratios alone.
const OF_ANY_BASE: [&str; 5] = ["f1", "precision", "recall", "output_hz", "threshold"];

/// Characters of a file name, so that there is room for a number and an ending.
const LONGEST_FILE: usize = 160;

/// A figure's or a knob's name as a label, without its unit.
pub fn label(name: &str) -> String {
    if let Some((_, text)) = FIGURES.iter().find(|(n, _)| *n == name) {
        return (*text).to_owned();
    }
    let parts = parts(name);
    for (family, text) in FAMILIES {
        let depth = family.split('.').count();
        if parts.len() > depth && parts[..depth].join(".") == family {
            return text.replace("{}", &parts[depth..].join(" "));
        }
    }
    if let [first, path, knob @ ..] = parts.as_slice()
        && first == "menu"
        && !knob.is_empty()
    {
        return menu_label(path, knob);
    }
    let rest = match parts.first().map(String::as_str) {
        Some("system" | "menu" | "events") if parts.len() > 1 => &parts[1..],
        _ => &parts[..],
    };
    let text = match rest {
        [first, rest @ ..] if !rest.is_empty() => {
            let field = rest.join(" ");
            let known = FIELDS.iter().find(|(name, _)| *name == field);
            let field = known.map_or(field.replace('_', " "), |(_, text)| (*text).to_owned());
            format!("{first} {field}")
        }
        _ => rest.join(" ").replace('_', " "),
    };
    match parts.len() {
        1 => capital(&text),
        _ => text,
    }
}

/// A knob of a path, or of all paths.
fn menu_label(path: &str, knob: &[String]) -> String {
    let path = if path == "*" { "all paths" } else { path };
    match knob {
        [pt] if pt == "pt" => format!("{path} threshold"),
        [scale] if scale == "scale" => format!("Factor on the thresholds of {path}"),
        [prescale] if prescale == "prescale" => format!("{path} prescale"),
        [leg, pt] if pt == "pt" => match leg.strip_prefix("leg") {
            Some(n) => format!("{path} leg {n} threshold"),
            None => format!("{path} {leg} threshold"),
        },
        // A scalar's minimum.
        knob => format!("{path} {} threshold", knob.join(" ")),
    }
}

/// Whether a figure's landscape belongs to one base (workbook and complexity).
pub fn has_base(figure: &str) -> bool {
    let first = figure.split('.').next().unwrap_or(figure);
    !OF_ANY_BASE.contains(&first)
}

/// A label inside a sentence: its first letter small, unless it is an acronym or a name.
pub fn inner(label: &str) -> String {
    let starts = |text: &str| match text.split_once("{}") {
        Some((start, _)) => !start.is_empty() && label.starts_with(start),
        None => text == label,
    };
    let own = FIGURES
        .iter()
        .chain(&FAMILIES)
        .any(|(_, text)| starts(text));
    let mut chars = label.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if own && second.is_lowercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => label.to_owned(),
    }
}

/// The label of a wall-time column: `wall_time_cpu_rel` is CPU.
pub fn column(name: &str) -> String {
    let short = name.strip_prefix("wall_time_").unwrap_or(name);
    let short = short.strip_suffix("_rel").unwrap_or(short);
    match short {
        "cpu" | "gpu" | "fpga" | "tpu" => short.to_uppercase(),
        _ => short.replace('_', " "),
    }
}

/// A name that any file system takes.
pub fn file(name: &str) -> String {
    name.chars()
        .filter(|c| *c != '"')
        .take(LONGEST_FILE)
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect()
}

/// The parts of an address, split at dots outside quotes, quotes removed.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in name.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            c => parts.last_mut().into_iter().for_each(|p| p.push(c)),
        }
    }
    parts
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_labels() {
        for (name, text) in [
            ("f1", "F1 score"),
            ("productivity_per_j", "Productivity"),
            (
                "system.Intermediate.reduction_ratio",
                "Intermediate reduction ratio",
            ),
            (
                "system.\"Inner Tracker\".data_bytes",
                "Inner Tracker data size",
            ),
            ("output_hz.Global", "Global output rate"),
            ("rate_khz.path.\"Mu 22\"", "Rate of Mu 22"),
            ("menu.SingleMu22.pt", "SingleMu22 threshold"),
            ("menu.DoubleEG.leg2.pt", "DoubleEG leg 2 threshold"),
            (
                "menu.\"Double EG\".scale",
                "Factor on the thresholds of Double EG",
            ),
            ("menu.*.prescale", "all paths prescale"),
            ("menu.MET120.met", "MET120 met threshold"),
            ("something_else", "Something else"),
        ] {
            assert_eq!(label(name), text);
        }
        assert_eq!(inner("Scaled power"), "scaled power");
        assert_eq!(inner("F1 score"), "F1 score");
        assert_eq!(inner("Efficiency for hh4b"), "efficiency for hh4b");
        assert_eq!(inner("Intermediate skill"), "Intermediate skill");
        assert_eq!(column("wall_time_gpu_rel"), "GPU");
        assert_eq!(file("scores-L1 \"x\"/.."), "scores-L1-x-..");
    }

    #[test]
    fn power_has_a_base_and_f1_has_none() {
        assert!(has_base("scaled_power_w"));
        assert!(!has_base("f1"));
        assert!(!has_base("output_hz.Global"));
        // Of samples and paths.
        assert!(has_base("rate_khz.total") && has_base("purity"));
    }
}
