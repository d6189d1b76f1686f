//! SIGINT and SIGTERM end the work after the block at hand.

use crate::error::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

/// A flag that SIGINT and SIGTERM set to their number; a second signal ends the program at once.
pub fn stop_on_signal() -> Result<Arc<AtomicI32>> {
    let stop = Arc::new(AtomicI32::new(0));
    let flag = stop.clone();
    let mut signals = signal_hook::iterator::Signals::new([
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGTERM,
    ])
    .map_err(|e| Error::failed("listening for signals", e))?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if flag.swap(signal, Ordering::Relaxed) != 0 {
                std::process::exit(128 + signal);
            }
        }
    });
    Ok(stop)
}
