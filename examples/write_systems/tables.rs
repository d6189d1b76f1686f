//! The figures of the five systems, each given once: bytes by pileup, and what a variant changes.
//!
//! Source: Olin-Ammentorp, Wu, Chien, APL Machine Learning 2 (2024) 046113, arXiv 2407.00123.

/// Pileup at which event sizes are given, in the order of [`Detector::bytes`].
#[derive(Clone, Copy)]
pub enum Pileup {
    P60,
    P140,
    P200,
}

pub struct Detector {
    pub category: &'static str,
    pub name: &'static str,
    /// Bytes of an event at pileup 60, 140 and 200.
    pub bytes: [f64; 3],
}

const fn detector(category: &'static str, name: &'static str, bytes: [f64; 3]) -> Detector {
    Detector {
        category,
        name,
        bytes,
    }
}

#[rustfmt::skip]
pub const DETECTORS: [Detector; 19] = [
    detector("Tracking",    "Inner Tracker",    [436_667.0, 1_010_000.0, 1_440_000.0]),
    detector("Tracking",    "Outer Tracker PS", [206_667.0,   500_000.0,   720_000.0]),
    detector("Tracking",    "Outer Tracker 2S", [126_667.0,   300_000.0,   430_000.0]),
    detector("Tracking",    "Track Finder TPG", [ 10_000.0,    10_000.0,    10_000.0]),
    detector("Timing",      "MIP Timing BTL",   [ 76_667.0,   170_000.0,   240_000.0]),
    detector("Timing",      "MIP Timing ETL",   [136_667.0,   310_000.0,   440_000.0]),
    detector("Calorimetry", "ECAL Barrel",      [180_000.0,   420_000.0,   600_000.0]),
    detector("Calorimetry", "HCAL Barrel",      [240_000.0,   240_000.0,   240_000.0]),
    detector("Calorimetry", "HCAL HO",          [ 30_000.0,    30_000.0,    30_000.0]),
    detector("Calorimetry", "HCAL HF",          [ 60_000.0,    60_000.0,    60_000.0]),
    detector("Calorimetry", "HGCAL",            [      0.0, 2_100_000.0, 3_000_000.0]),
    detector("Calorimetry", "HGCAL TPG Stage1", [      0.0,   110_000.0,   150_000.0]),
    detector("Calorimetry", "HGCAL TPG Stage2", [      0.0,    40_000.0,    50_000.0]),
    detector("Muon",        "Muon DT",          [ 56_667.0,   110_000.0,   150_000.0]),
    detector("Muon",        "Muon CSC",         [143_333.0,   330_000.0,   470_000.0]),
    detector("Muon",        "Muon GEM GE1",     [    667.0,     2_000.0,     3_000.0]),
    detector("Muon",        "Muon GEM GE2",     [      0.0,     1_000.0,     2_000.0]),
    detector("Muon",        "Muon GEM ME0",     [ 26_667.0,    80_000.0,   120_000.0]),
    detector("Muon",        "Muon RPC",         [ 10_000.0,    10_000.0,    10_000.0]),
];

/// Bunch crossings per second.
pub const SAMPLE_RATE_HZ: f64 = 40e6;

pub struct Processor {
    pub name: &'static str,
    /// Empty for the root.
    pub output: &'static str,
    pub data_bytes: f64,
    pub reduction: Reduction,
    pub classifier: &'static str,
    pub skill: f64,
    pub scale: f64,
    pub op_joules: f64,
}

pub enum Reduction {
    Fixed(f64),
    /// [`System::l1_reduction`].
    Level1,
}

const fn collector(name: &'static str, output: &'static str) -> Processor {
    Processor {
        name,
        output,
        data_bytes: 0.0,
        reduction: Reduction::Fixed(1.0),
        classifier: "Dummy",
        skill: 0.0,
        scale: 0.0,
        op_joules: 0.0,
    }
}

pub const PROCESSORS: [Processor; 7] = [
    collector("Tracking", "Intermediate"),
    collector("Timing", "Intermediate"),
    collector("Calorimetry", "Intermediate"),
    collector("Muon", "Intermediate"),
    Processor {
        data_bytes: 260_000.0,
        reduction: Reduction::Level1,
        classifier: "L1T",
        op_joules: 0.003,
        ..collector("Intermediate", "Global")
    },
    Processor {
        reduction: Reduction::Fixed(100.0),
        classifier: "Gaussian",
        skill: 4.0,
        scale: 1.0,
        op_joules: 16.0,
        ..collector("Global", "Disk")
    },
    collector("Disk", ""),
];

/// Energy per bit between processors.
pub const LINK_JOULES: f64 = 2.5e-11;

pub struct System {
    /// The workbook, without its extension.
    pub file: &'static str,
    pub title: &'static str,
    pub pileup: Pileup,
    pub year: f64,
    pub l1_reduction: f64,
    /// Where the pixels compress on the sensor: their bytes in place of those in [`DETECTORS`].
    pub inner_tracker_bytes: Option<f64>,
    /// Energy per bit from a detector.
    pub detector_link_joules: f64,
    /// Energy per bit from the processors that detectors feed.
    pub collector_link_joules: f64,
}

const PU200: System = System {
    file: "cms_pu200",
    title: "CMS at pileup 200",
    pileup: Pileup::P200,
    year: 2032.0,
    l1_reduction: 53.3,
    inner_tracker_bytes: None,
    detector_link_joules: 2.22e-11,
    collector_link_joules: LINK_JOULES,
};

const SMART_PIXELS: System = System {
    file: "cms_pu200_smart_pixels",
    title: "CMS at pileup 200, pixels that filter on the sensor",
    inner_tracker_bytes: Some(662_400.0),
    ..PU200
};

pub const SYSTEMS: [System; 5] = [
    System {
        file: "cms_pu60",
        title: "CMS at pileup 60",
        pileup: Pileup::P60,
        year: 2024.0,
        l1_reduction: 400.0,
        ..PU200
    },
    System {
        file: "cms_pu140",
        title: "CMS at pileup 140",
        pileup: Pileup::P140,
        year: 2028.0,
        l1_reduction: 80.0,
        ..PU200
    },
    PU200,
    SMART_PIXELS,
    System {
        file: "cms_pu200_smart_pixels_uled",
        title: "CMS at pileup 200, pixels that filter on the sensor, micro-LED links",
        detector_link_joules: 2e-12,
        collector_link_joules: 2e-12,
        ..SMART_PIXELS
    },
];

impl System {
    pub fn bytes(&self, detector: &Detector) -> f64 {
        match self.inner_tracker_bytes {
            Some(bytes) if detector.name == "Inner Tracker" => bytes,
            _ => detector.bytes[self.pileup as usize],
        }
    }

    pub fn reduction(&self, processor: &Processor) -> f64 {
        match processor.reduction {
            Reduction::Fixed(ratio) => ratio,
            Reduction::Level1 => self.l1_reduction,
        }
    }

    pub fn link_joules(&self, processor: &Processor) -> f64 {
        if DETECTORS.iter().any(|d| d.category == processor.name) {
            self.collector_link_joules
        } else {
            LINK_JOULES
        }
    }
}
