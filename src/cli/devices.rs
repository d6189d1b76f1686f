//! `trigscape devices`: the engines that this machine has.

use super::machine::MachineArguments;
use super::table::{TextTable, print};
use crate::error::Result;

pub fn run(arguments: &MachineArguments) -> Result<()> {
    let info = arguments.engine()?.info();
    let mut table = TextTable::with_left(&[2]);
    table.row(["engine", "threads", "device"]);
    table.row([info.name, info.threads.to_string(), info.detail]);
    print(&table.text())?;
    eprintln!("auto takes the cpu engine: this version has no GPU engine");
    Ok(())
}
