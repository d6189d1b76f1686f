//! The rates of a menu as tables in CSV.

use super::new_file::NewFile;
use crate::error::Result;
use crate::results::{MenuRecord, cms_rate_table, rate_table};
use crate::study::{SampleKind, Study};
use std::path::PathBuf;

/// Tables of rates, by the options that ask for them.
#[derive(Debug, clap::Args)]
pub struct RateTableArguments {
    /// Also write the menu's rates as a table in CSV: prescales, groups, errors, intervals
    #[arg(long, value_name = "F.csv", conflicts_with = "sensitivity")]
    rate_table: Option<PathBuf>,
    /// Also write the menu's rates in the layout of CMS's rate tools: seed,npass,efficiency,rate
    #[arg(long, value_name = "F.csv", conflicts_with = "sensitivity")]
    rate_table_cms: Option<PathBuf>,
}

/// Makes a table of a record.
type Render = fn(&MenuRecord) -> Result<Option<Vec<u8>>>;

/// Tables that are going to be written.
pub struct RateTables {
    files: Vec<(NewFile, Render)>,
}

impl RateTables {
    /// # Errors
    /// A [`Fault`](crate::Fault) where the study has no rates, or something stands at a table's place.
    pub fn new(study: &Study, arguments: &RateTableArguments) -> Result<Self> {
        let asked: [(_, _, Render); 2] = [
            ("--rate-table", &arguments.rate_table, rate_table),
            (
                "--rate-table-cms",
                &arguments.rate_table_cms,
                cms_rate_table,
            ),
        ];
        let mut files = Vec::new();
        for (option, out, render) in asked {
            if let Some(out) = out {
                let file = NewFile::new(option, out)?;
                study.menu()?;
                let mut samples = study.events()?.samples.iter();
                if !samples.any(|s| s.kind == SampleKind::Background) {
                    return Err(file
                        .fault("the study has no background sample, so no rates")
                        .hint("rates come from samples of kind = \"background\"")
                        .into());
                }
                files.push((file, render));
            }
        }
        Ok(Self { files })
    }

    pub fn files(&self) -> impl Iterator<Item = &NewFile> {
        self.files.iter().map(|(file, _)| file)
    }

    /// Writes each table, completely or not at all.
    pub fn write(&self, record: &MenuRecord) -> Result<()> {
        for (file, render) in &self.files {
            if let Some(content) = render(record)? {
                file.write(&content)?;
            }
        }
        Ok(())
    }
}
