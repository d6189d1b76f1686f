//! The adapter on which the suite runs: a GPU where there is one, else llvmpipe by its name.

use std::io::Write;
use trigscape::engine::gpu::{GpuEngine, GpuLimits, GpuOptions, Mapping};

/// Opens it; none where this machine has none, which a test then says.
///
/// # Panics
/// If there is none and TRIGSCAPE_REQUIRE_GPU is 1.
pub fn open(limits: Option<GpuLimits>, mapping: Mapping, what: &str) -> Option<GpuEngine> {
    let open = |adapter: Option<&str>| {
        GpuEngine::open(GpuOptions {
            adapter: adapter.map(str::to_owned),
            limits,
            mapping,
            fails_after: None,
        })
    };
    let opened = open(None).or_else(|_| open(Some("llvmpipe")));
    match opened {
        Ok(engine) => Some(engine),
        Err(why) if std::env::var("TRIGSCAPE_REQUIRE_GPU").is_ok_and(|v| v == "1") => {
            panic!("TRIGSCAPE_REQUIRE_GPU=1: {why}")
        }
        Err(why) => {
            tell(format_args!(
                "skipped: {what}: {why} (Debian's mesa-vulkan-drivers has llvmpipe)"
            ));
            None
        }
    }
}

/// Past the capture of tests' output: who runs the suite sees what it covered and what it left out.
pub fn tell(line: std::fmt::Arguments) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
