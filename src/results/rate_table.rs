//! Tables of rates in CSV, a row a path and one for the total.

use super::menu_record::{Measured, MenuRecord};
use crate::error::{Error, Result};

/// The layout of CMS's rate tools: `seed,npass,efficiency,rate`.
///
/// `npass` are background events that the path keeps any part of, `efficiency` is the share of the
/// background that it keeps after its prescale, `rate` that share in kHz. None without background.
///
/// # Errors
/// Where the text cannot be made.
pub fn cms_rate_table(record: &MenuRecord) -> Result<Option<Vec<u8>>> {
    let Some(background) = &record.background else {
        return Ok(None);
    };
    let row = |name: &str, passed: u64, khz: f64| {
        [
            name.to_owned(),
            passed.to_string(),
            (khz / background.input_khz).to_string(),
            khz.to_string(),
        ]
    };
    let mut rows = vec![["seed", "npass", "efficiency", "rate"].map(str::to_owned)];
    for path in &record.paths {
        if let Some(rates) = &path.rates {
            rows.push(row(&path.name, rates.events_passed, rates.rate_khz.value));
        }
    }
    let total = background.total_khz.value;
    rows.push(row("Total", background.events_passed, total));
    csv(rows).map(Some)
}

/// Everything that is known of the rates: prescale, group, and four rates with standard errors, 68.27 %
/// intervals, and 95 % upper limits where no event passes. None without background.
///
/// # Errors
/// Where the text cannot be made.
pub fn rate_table(record: &MenuRecord) -> Result<Option<Vec<u8>>> {
    const FAMILIES: [&str; 4] = ["rate", "pure", "proportional", "sequential"];
    let Some(background) = &record.background else {
        return Ok(None);
    };
    let mut head = ["path", "group", "prescale", "events_passed", "efficiency"]
        .map(str::to_owned)
        .to_vec();
    for family in FAMILIES {
        for of in ["", "_sigma", "_low", "_high", "_upper_limit_95"] {
            head.push(format!("{family}{of}_khz"));
        }
    }
    let columns = head.len();
    let cells = |rates: &[&Measured]| -> Vec<String> {
        let of = |m: &&Measured| {
            let limit = m.upper_limit.map_or(String::new(), |x| x.to_string());
            let [value, sigma, low, high] =
                [m.value, m.sigma, m.low, m.high].map(|x| x.to_string());
            [value, sigma, low, high, limit]
        };
        rates.iter().flat_map(of).collect()
    };
    let share = |khz: f64| (khz / background.input_khz).to_string();
    let mut rows = vec![head];
    for path in &record.paths {
        if let Some(rates) = &path.rates {
            let mut row = vec![
                path.name.clone(),
                path.group.clone().unwrap_or_default(),
                path.prescale.to_string(),
                rates.events_passed.to_string(),
                share(rates.rate_khz.value),
            ];
            row.extend(cells(&[
                &rates.rate_khz,
                &rates.pure_khz,
                &rates.proportional_khz,
                &rates.sequential_khz,
            ]));
            rows.push(row);
        }
    }
    let total = &background.total_khz;
    let mut row = vec![
        "Total".to_owned(),
        String::new(),
        String::new(),
        background.events_passed.to_string(),
        share(total.value),
    ];
    row.extend(cells(&[total]));
    row.resize(columns, String::new());
    rows.push(row);
    csv(rows).map(Some)
}

fn csv<R: AsRef<[String]>>(rows: impl IntoIterator<Item = R>) -> Result<Vec<u8>> {
    let failed = |e: &dyn std::fmt::Display| Error::failed("writing the table of rates", e);
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.as_ref()).map_err(|e| failed(&e))?;
    }
    writer.into_inner().map_err(|e| failed(&e))
}
