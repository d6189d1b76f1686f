//! Events: every source read value for value, damaged files refused, synthetic samples calibrated.

mod formula;
mod parquet_files;
mod root_files;
mod round_trip;
mod synthetic;
