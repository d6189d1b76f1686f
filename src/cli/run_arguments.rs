//! What the commands that write results have in common.

use super::StudyArguments;
use super::machine::MachineArguments;
use crate::error::Result;
use crate::study::Study;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct RunArguments {
    #[command(flatten)]
    study: StudyArguments,
    #[command(flatten)]
    pub machine: MachineArguments,
    /// Where results go [default: results/<study name>, with --column <study name>-<column>]
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the results of another study
    #[arg(long)]
    pub force: bool,
    /// Go on where an interrupted run of the same study stopped; a search that is finished does more if it is
    /// allowed more
    #[arg(long)]
    pub resume: bool,
    /// Seed of whatever is random, instead of the study's
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
}

impl RunArguments {
    /// The study, in the column that is asked for; it may have several and none be asked for.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn study(&self) -> Result<Study> {
        let mut study = self.study.load_all()?;
        if let Some(seed) = self.seed {
            study.set_seed(seed);
        }
        Ok(study)
    }

    /// Where its results go.
    pub fn out(&self, study: &Study) -> PathBuf {
        let default = || {
            let of_column = self
                .study
                .column
                .as_ref()
                .map(|name| format!("-{}", name.trim()));
            Path::new("results").join(study.name.clone() + &of_column.unwrap_or_default())
        };
        self.out.clone().unwrap_or_else(default)
    }
}
