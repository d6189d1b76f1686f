//! The columns of a workbook, with the names that published workbooks give them.

use super::table::Column;

const fn column(
    title: &'static str,
    names: &'static [&'static str],
    units: &'static [&'static str],
) -> Column {
    Column {
        title,
        names,
        units,
    }
}

const SECONDS: &[&str] = &["s", "second", "seconds"];
const JOULES_PER_BIT: &[&str] = &["j/bit", "j / bit", "j per bit"];
const JOULES_PER_OP: &[&str] = &["j/op", "j / op", "j per op"];

pub(super) const DETECTOR: Column = column("Detector", &["detector", "name"], &[]);
pub(super) const CATEGORY: Column = column("Category", &["category", "output", "processor"], &[]);
pub(super) const SAMPLE_RATE: Column = column(
    "Sample Rate (Hz)",
    &["sample rate", "rate"],
    &["hz", "1/s", "events/s"],
);

pub(super) const NAME: Column = column("Name", &["name", "processor", "trigger"], &[]);
pub(super) const OUTPUT: Column = column("Output", &["output"], &[]);
pub(super) const REDUCTION: Column =
    column("Reduction Ratio", &["reduction ratio", "reduction"], &[]);
pub(super) const CLASSIFIER: Column = column("Classifier", &["classifier"], &[]);
pub(super) const SKILL: Column = column("Skill mean", &["skill mean", "skill"], &[]);
pub(super) const SCALE: Column = column("Skill variance", &["skill variance", "skill scale"], &[]);

pub(super) const DATA: Column = column("Data (bytes)", &["data"], &["bytes", "byte", "b"]);
pub(super) const COMPRESSION: Column = column("Compression", &["compression"], &[]);
pub(super) const LINK_EFFICIENCY: Column = column(
    "Link Efficiency (J/bit)",
    &["link efficiency"],
    JOULES_PER_BIT,
);
pub(super) const OP_EFFICIENCY: Column =
    column("Op Efficiency (J/op)", &["op efficiency"], JOULES_PER_OP);
pub(super) const ROUTING_LATENCY: Column =
    column("Routing Latency (s)", &["routing latency"], SECONDS);
pub(super) const OP_LATENCY: Column = column("Op Latency (s)", &["op latency"], SECONDS);
pub(super) const STEPS: Column = column("Op Steps", &["op steps", "steps"], &[]);

pub(super) const YEAR: Column = column("Year", &["year"], &[]);

/// All that the sheet `Detectors` may have.
pub(super) const DETECTORS: &[&Column] = &[
    &DETECTOR,
    &CATEGORY,
    &DATA,
    &SAMPLE_RATE,
    &COMPRESSION,
    &LINK_EFFICIENCY,
    &OP_EFFICIENCY,
    &ROUTING_LATENCY,
    &OP_LATENCY,
    &STEPS,
];

/// All that the sheet `Triggers` or `Processors` may have.
pub(super) const PROCESSORS: &[&Column] = &[
    &NAME,
    &OUTPUT,
    &DATA,
    &REDUCTION,
    &CLASSIFIER,
    &SKILL,
    &SCALE,
    &COMPRESSION,
    &LINK_EFFICIENCY,
    &OP_EFFICIENCY,
    &ROUTING_LATENCY,
    &OP_LATENCY,
    &STEPS,
];
