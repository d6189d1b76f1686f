//! `[[scan]]`, `[[turn_on]]` and `[targets]` of a study: what they are about exists.

use super::raw::RawStudy;
use super::{EventsSettings, SampleKind, ScanSettings, Study, TargetSettings, TurnOnSettings};
use crate::error::{Fault, Result};

impl Study {
    /// Checks what is asked about the menu beside its rates.
    pub(super) fn add_diagnostics(&mut self, raw: &RawStudy) -> Result<()> {
        let needs = |span: std::ops::Range<usize>, what: &str, lacking: &str| {
            let message = format!("{what}, but the study has no {lacking}");
            self.source.fault(span, message)
        };
        for scan in &raw.scan {
            let knob = &scan.get_ref().knob;
            let Some(menu) = &self.menu else {
                return Err(needs(
                    knob.span(),
                    "a scan moves a threshold of the menu",
                    "[menu]",
                )
                .into());
            };
            let settings = ScanSettings::check(&self.source, scan, menu)?;
            if self
                .scans
                .iter()
                .any(|s| s.knob.value == settings.knob.value)
            {
                let message = format!("two scans move `{}`", settings.knob.value);
                return Err(Fault::new(settings.knob.place, message).into());
            }
            let background =
                |e: &EventsSettings| e.samples.iter().any(|s| s.kind == SampleKind::Background);
            if let Some(rate) = &scan.get_ref().rate_khz
                && !self.events.as_ref().is_some_and(background)
            {
                let what = "a threshold for a rate is looked for";
                return Err(needs(rate.span(), what, "background sample")
                    .hint("rates come from samples of kind = \"background\"")
                    .into());
            }
            self.scans.push(settings);
        }
        for turn_on in &raw.turn_on {
            let span = turn_on.get_ref().path.span();
            let what = "a turn-on is of a path on a sample";
            let Some(menu) = &self.menu else {
                return Err(needs(span, what, "[menu]").into());
            };
            let Some(events) = &self.events else {
                return Err(needs(span, what, "[events]").into());
            };
            let settings = TurnOnSettings::check(&self.source, turn_on, menu, events)?;
            self.turn_ons.push(settings);
        }
        if let Some(targets) = &raw.targets {
            if self.menu.is_none() {
                let what = "[targets] are compared with the figures of a menu";
                return Err(needs(targets.span(), what, "[menu]").into());
            }
            self.targets = Some(TargetSettings::check(&self.source, targets.get_ref())?);
        }
        Ok(())
    }
}
