//! `completions`: what a shell needs to complete commands.

use super::Failure;
use super::args::{Cli, Completions};
use super::print::Printer;
use clap::CommandFactory;

pub(super) fn run(asked: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(asked.shell, &mut Cli::command(), "guestlist", &mut script);
    let mut printer = Printer::new();
    printer.raw(String::from_utf8_lossy(&script))?;
    printer.done()
}
