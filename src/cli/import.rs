//! `import`: a CSV file of another system.

use super::args::Import;
use super::print::{Printer, Table, tell};
use super::{Failure, progress};
use crate::desk::{Desk, Keep, Progress};
use crate::domain::import::Imported;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

pub(super) async fn run(desk: &Desk, asked: &Import) -> Result<(), Failure> {
    let watched = Progress::default();
    let keep = if asked.dry_run { Keep::Nothing } else { Keep::Everything };
    let (file, name) = open(&asked.file, &watched)?;
    let work = desk.import(file, &name, asked.kind, keep, &watched);
    let told = progress::shown("Importing", &watched, work).await?;
    let mut printer = Printer::new();
    if asked.json {
        printer.json(&told)?;
    } else {
        print(&mut printer, &told, asked.dry_run)?;
    }
    printer.done()?;
    // Nothing came in, and nothing was here already.
    if told.imported + told.unchanged == 0 && told.lines > 0 {
        Err(Failure::Told)
    } else {
        Ok(())
    }
}

fn open(path: &Path, watched: &Progress) -> Result<(Box<dyn BufRead + Send>, String), Failure> {
    if path == Path::new("-") {
        return Ok((Box::new(BufReader::new(io::stdin())), "standard input".to_owned()));
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let file = File::open(path).map_err(|error| Failure::Words(format!("{} cannot be read: {error}", path.display())))?;
    watched.set_total(file.metadata().map_or(0, |meta| meta.len()));
    Ok((Box::new(BufReader::with_capacity(1 << 16, file)), name))
}

fn print(printer: &mut Printer, told: &Imported, dry: bool) -> Result<(), Failure> {
    let verb = if dry { "would come in" } else { "imported" };
    let (kind, lines) = (told.kind.code(), told.lines);
    printer.line(format!(
        "{kind}: {lines} read, {} {verb}, {} unchanged, {} refused",
        told.imported,
        told.unchanged,
        told.refused.len()
    ))?;
    if told.refused.is_empty() {
        return Ok(());
    }
    let mut table = Table::default();
    table.add(["Line", "Reason"]);
    for refused in &told.refused {
        table.add([refused.line.to_string(), refused.reason.clone()]);
    }
    table.print(printer)?;
    if !dry {
        tell("correct the refused lines and import the file again: what is here already stays unchanged");
    }
    Ok(())
}
