//! `[bridge]`: the menu in place of a stage's classifier.

use super::raw::RawBridge;
use super::{Located, Source};
use crate::error::Result;

/// `[bridge]`, checked. Which stages there are, the system knows.
#[derive(Debug, Clone)]
pub struct BridgeSettings {
    /// The processor whose classifier the menu replaces.
    pub stage: Located<String>,
    /// Share of the crossings that are relevant; none: what the reduction ratios leave room for.
    pub positives_share: Option<Located<f64>>,
}

impl BridgeSettings {
    pub(super) fn check(source: &Source, raw: &RawBridge) -> Result<Self> {
        let stage = raw.stage.get_ref().trim().to_owned();
        let positives_share = match &raw.positives_share {
            None => None,
            Some(share) if (0.0..1.0).contains(share.get_ref()) && *share.get_ref() > 0.0 => {
                Some(Located::of(source, share, *share.get_ref()))
            }
            Some(share) => {
                return Err(source
                    .fault(
                        share.span(),
                        format!(
                            "`positives_share` lies between 0 and 1, not {}",
                            share.get_ref()
                        ),
                    )
                    .hint("the share of the crossings that are relevant, for example 2e-4")
                    .into());
            }
        };
        Ok(Self {
            stage: Located::of(source, &raw.stage, stage),
            positives_share,
        })
    }
}
