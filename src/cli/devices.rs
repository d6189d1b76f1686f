//! `trigscape devices`: the engines that this machine has.

use super::machine::MachineArguments;
use crate::error::Result;

pub fn run(arguments: &MachineArguments) -> Result<()> {
    let info = arguments.engine()?.info();
    println!("engine  threads  device");
    println!("{:<6}  {:>7}  {}", info.name, info.threads, info.detail);
    eprintln!("auto takes the cpu engine: this version has no GPU engine");
    Ok(())
}
