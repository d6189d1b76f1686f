//! Compares synthetic background with published shares of a Level-1 menu, as a table and a figure.
//!
//! `cargo run --release --example synthetic_calibration [PNG [EVENTS [SEED]]]`

mod paths;

use paths::{CROSSINGS_KHZ, Crossings};
use std::error::Error;
use std::path::PathBuf;
use trigscape::events::{Synthetic, SyntheticSettings};
use trigscape::report::{RateBar, rate_chart};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let png = args.next().map_or_else(
        || PathBuf::from("docs/synthetic-calibration.png"),
        PathBuf::from,
    );
    let events = args.next().map_or(Ok(4_000_000), |n| n.parse())?;
    let seed = args.next().map_or(Ok(1), |n| n.parse())?;
    let settings = SyntheticSettings {
        events,
        seed,
        ..SyntheticSettings::default()
    };
    let crossings = Crossings::read(&Synthetic::new(settings.clone())?)?;
    let mut bars = Vec::new();
    println!("| Events with | toy [kHz] | error [kHz] | published [kHz] | tuned |");
    println!("|---|---|---|---|---|");
    for path in paths::PATHS {
        let (rate_khz, sigma_khz) = crossings.rate_khz(path.pass);
        println!(
            "| {} | {rate_khz:.2} | {sigma_khz:.2} | {} | {} |",
            path.label,
            path.published_khz.map_or(String::new(), |p| p.to_string()),
            if path.tuned { "yes" } else { "no" }
        );
        if path.drawn {
            bars.push(RateBar {
                label: path.label.to_owned(),
                rate_khz,
                sigma_khz,
                published_khz: path.published_khz,
                anchored: path.tuned,
            });
        }
    }
    let notes = [
        format!(
            "A toy: synthetic background, {} million events, seed {seed}, pileup {}; \
             2760 bunches at 11 245.5 Hz, {:.2} MHz of crossings. \
             Thresholds in GeV; error bars: one standard error of the sample.",
            events as f64 / 1e6,
            settings.pileup,
            CROSSINGS_KHZ / 1000.0
        ),
        "Published: disjoint shares of a whole 100 kHz menu (CMS TRG-17-001); the toy's rates are \
         inclusive, of one path each. Where not tuned, the path is a stand-in for the share."
            .to_owned(),
    ];
    rate_chart("Synthetic background, calibration", &notes, &bars, &png)?;
    Ok(())
}
