//! Writes the workbooks in `data/systems` from the figures in `tables.rs`.
//!
//! `cargo run --example write_systems [FOLDER]`; the folder is `data/systems` where none is given.

mod book;
mod tables;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1);
    let folder = folder.map_or_else(|| PathBuf::from("data/systems"), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    for system in &tables::SYSTEMS {
        let path = folder.join(system.file).with_extension("xlsx");
        std::fs::write(&path, book::write(system)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}
