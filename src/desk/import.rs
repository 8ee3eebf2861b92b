//! Taking in a file of another system, a chunk at a time, so that its size does not matter.

use super::{Desk, DeskError, Keep, Progress};
use crate::domain::import::{Header, Imported, Kind, Line, Splitter};
use crate::domain::settings::Scope;
use std::io::{self, BufRead};

/// Records that one transaction takes in.
const CHUNK: usize = 1_000;

/// No record is longer: what seems to be has a quote that is never closed.
const LONGEST_RECORD: usize = 1 << 20;

impl Desk {
    /// Takes in a CSV file; without a kind, its header tells it. `name` is how the activity log calls it; progress is told in bytes.
    pub async fn import(
        &self,
        file: impl BufRead + Send,
        name: &str,
        kind: Option<Kind>,
        keep: Keep,
        progress: &Progress,
    ) -> Result<Imported, DeskError> {
        let unreadable = |error: io::Error| DeskError::Refused(format!("{name} cannot be read: {error}"));
        let mut records = Records::new(file);
        let first = records.chunk(1, progress).map_err(unreadable)?.pop();
        let names = first
            .map_or_else(|| Ok(csv::StringRecord::new()), |(_, names)| names)
            .map_err(|reason| DeskError::Refused(format!("the first line of {name}: {reason}")))?;
        let header = Header::read(names.iter(), kind)?;
        let kind = header.shape().kind();
        if kind == Kind::Invitations {
            Self::check_enabled(&self.settings(Scope::Global).await?)?;
        }
        let mut run = self.0.store.begin_import(kind, name, keep, &self.operator(), self.now()).await?;
        loop {
            let chunk = records.chunk(CHUNK, progress).map_err(unreadable)?;
            if chunk.is_empty() || progress.is_cancelled() {
                break;
            }
            let read = |(line, record): (u64, Result<csv::StringRecord, String>)| Line {
                line,
                record: record.and_then(|record| header.parse(&record)),
            };
            run.take(chunk.into_iter().map(read).collect()).await?;
        }
        Ok(run.finish().await?)
    }
}

/// A record and the line at which it begins.
type Numbered = (u64, Result<csv::StringRecord, String>);

/// The records of a file.
struct Records<R> {
    file: R,
    splitter: Splitter,
}

impl<R: BufRead> Records<R> {
    fn new(file: R) -> Self {
        Self {
            file,
            splitter: Splitter::default(),
        }
    }

    /// The next records, `most` at most; none at the end of the file.
    fn chunk(&mut self, most: usize, progress: &Progress) -> io::Result<Vec<Numbered>> {
        let mut text = Vec::new();
        let mut lines = Vec::new();
        let mut whole = 0;
        while lines.len() < most {
            let start = text.len();
            let read = self.file.read_until(b'\n', &mut text)?;
            progress.add(read as u64);
            if read == 0 {
                lines.extend(self.splitter.end());
                self.splitter = Splitter::default();
                break;
            }
            if let Some(line) = self.splitter.take(text.get(start..).unwrap_or_default()) {
                lines.push(line);
                whole = text.len();
            }
            if text.len() - whole > LONGEST_RECORD {
                let begins = self.splitter.end().unwrap_or_default();
                let told = format!("the record at line {begins} is longer than 1 MiB: is a closing quote missing?");
                return Err(io::Error::new(io::ErrorKind::InvalidData, told));
            }
        }
        Ok(read_csv(&text, &lines))
    }
}

/// Reads records of which it is known at which lines they begin.
fn read_csv(text: &[u8], lines: &[u64]) -> Vec<Numbered> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    let records = reader.byte_records().map(|record| {
        let record = record.map_err(|error| error.to_string())?;
        csv::StringRecord::from_byte_record(record).map_err(|_| "not UTF-8 text: save the file as UTF-8".to_owned())
    });
    let last = lines.last().copied().unwrap_or_default();
    let numbers = lines.iter().copied().chain(std::iter::repeat(last));
    numbers.zip(records).collect()
}
