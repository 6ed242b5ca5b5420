//! Reading a file, on a thread of its own: batches of checked rows, the next one while the last one is written.

use std::fs::File;
use std::io::{self, BufReader};

use smilefactory_core::bulk::ImportKind;
use smilefactory_core::validation::{Report, Violation, code};
use tokio::sync::mpsc::Sender;

use super::copy::CopyText;
use super::csv::{self, Extent, Fields, Header, Next, Row};
use super::events::{CONFERENCE, Conference, Events};
use super::funding_rounds::FundingRounds;
use super::innovators::Innovators;
use super::kind::{InCrunchbase, Names, Owner};
use super::lines::{Lines, MAX_ROW};
use super::organisations::Organisations;
use super::{BulkError, Format, ImportPlan, Skip, file};

/// A batch ends before it has more bytes than these, however few its rows.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Rows that are written at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    /// Those that break no rule, for `COPY`.
    pub(crate) rows: CopyText,
    /// How many those are.
    pub(crate) good: u64,
    /// The rules that others broke.
    pub(crate) skips: Vec<Skip>,
    /// How many others there are.
    pub(crate) skipped: u64,
    /// Where the next row begins.
    pub(crate) place: u64,
    /// On which line.
    pub(crate) line: u64,
    /// Whether nothing comes behind it.
    pub(crate) last: bool,
    /// What the file calls fields that have another name in it.
    columns: Names,
}

impl Batch {
    /// A pointer to a field, in the words of the file.
    pub(crate) fn pointer(&self, field: &str) -> String {
        let column = self.columns.iter().find(|(pointer, _)| *pointer == field);
        column.map_or_else(|| field.to_owned(), |(_, column)| format!("/{column}"))
    }
}

/// How a file is read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) plan: ImportPlan,
    pub(super) owner: Owner,
    pub(super) bytes: u64,
    pub(super) place: u64,
    pub(super) line: u64,
}

/// A row as it stands in the file.
enum Raw {
    Json(Vec<u8>),
    Csv(Fields),
}

impl Reading {
    /// Sends batch after batch, the last one marked, or why it stopped. It ends early when nobody waits for them any more.
    pub(super) fn run(mut self, batches: &Sender<Result<Batch, BulkError>>) {
        let done = self.read(batches);
        if let Err(error) = done {
            _ = batches.blocking_send(Err(error));
        }
    }

    fn read(&mut self, batches: &Sender<Result<Batch, BulkError>>) -> Result<(), BulkError> {
        let header = match self.plan.format {
            Format::CrunchbaseCsv => Some(self.header()?),
            Format::JsonLines | Format::Conferences => None,
        };
        let mut lines =
            Lines::new(file::open_at(&self.plan.path, self.place).map_err(|error| self.failed(error))?);
        loop {
            let batch = self.batch(&mut lines, header.as_ref()).map_err(|error| self.failed(error))?;
            let last = batch.last;
            if batch.place > self.bytes || last && batch.place != self.bytes {
                let other = io::Error::other("it was changed while it was read");
                return Err(self.failed(other));
            }
            // Nobody waits: the import was given up.
            if batches.blocking_send(Ok(batch)).is_err() || last {
                return Ok(());
            }
        }
    }

    /// The names of the columns, which stand in the first row; the next row is behind them, unless the file was read
    /// further before.
    fn header(&mut self) -> Result<Header, BulkError> {
        let mut lines = Lines::new(file::open_at(&self.plan.path, 0).map_err(|error| self.failed(error))?);
        let first = csv::next(&mut lines).map_err(|error| self.failed(error))?;
        let Some((extent, Some(Ok(names)))) = first else {
            return Err(self.unreadable("its first row does not name the columns".to_owned()));
        };
        let header = Header::new(&names);
        let columns = self.columns().iter().map(|(_, column)| *column);
        let missing: Vec<&str> = columns.filter(|column| !header.has(column)).collect();
        if !missing.is_empty() {
            return Err(self.unreadable(format!("it has no column {}", missing.join(", "))));
        }
        if self.place == 0 {
            self.place = extent.bytes;
            self.line += extent.lines;
        }
        Ok(header)
    }

    /// What the file calls the fields of the kind.
    const fn columns(&self) -> Names {
        match (self.plan.format, self.plan.kind) {
            (Format::Conferences, _) => CONFERENCE,
            (Format::JsonLines, _) | (_, ImportKind::Events) => &[],
            (Format::CrunchbaseCsv, ImportKind::Organisations) => Organisations::COLUMNS,
            (Format::CrunchbaseCsv, ImportKind::FundingRounds) => FundingRounds::COLUMNS,
            (Format::CrunchbaseCsv, ImportKind::Innovators) => Innovators::COLUMNS,
        }
    }

    fn batch(&mut self, lines: &mut Lines<BufReader<File>>, header: Option<&Header>) -> io::Result<Batch> {
        let mut batch = Batch { columns: self.columns(), ..Batch::default() };
        let most = u64::try_from(self.plan.batch).unwrap_or(u64::MAX);
        while batch.good + batch.skipped < most && batch.rows.bytes().len() < BATCH_BYTES {
            let Some((extent, row)) = next(lines, header.is_some())? else {
                batch.last = true;
                break;
            };
            let line = self.line;
            self.place += extent.bytes;
            self.line += extent.lines;
            let Some(row) = row else { continue };
            let read = row.map_err(|violation| vec![violation]).and_then(|row| match self.plan.kind {
                ImportKind::Organisations => self.row::<Organisations>(&row, header, line, &mut batch.rows),
                ImportKind::FundingRounds => self.row::<FundingRounds>(&row, header, line, &mut batch.rows),
                ImportKind::Innovators => self.row::<Innovators>(&row, header, line, &mut batch.rows),
                ImportKind::Events => self.event(&row, line, &mut batch.rows),
            });
            match read {
                Ok(()) => batch.good += 1,
                Err(violations) => {
                    batch.skipped += 1;
                    batch.skips.extend(violations.into_iter().map(|violation| Skip::new(line, violation)));
                }
            }
        }
        (batch.place, batch.line) = (self.place, self.line);
        Ok(batch)
    }

    fn row<K: InCrunchbase>(
        &self,
        row: &Raw,
        header: Option<&Header>,
        line: u64,
        rows: &mut CopyText,
    ) -> Result<(), Vec<Violation>> {
        let kind = self.plan.kind.as_str();
        match (row, header) {
            (Raw::Csv(fields), Some(header)) => {
                let row = Row::new(header, fields).map_err(|violation| vec![violation])?;
                self.owner.crunchbase::<K>(kind, row, line, rows)
            }
            (Raw::Json(text), _) => self.owner.json::<K>(kind, text, line, rows),
            // A row of CSV is read with a header alone.
            (Raw::Csv(_), None) => Err(vec![Violation::malformed("a row with named columns")]),
        }
    }

    fn event(&self, row: &Raw, line: u64, rows: &mut CopyText) -> Result<(), Vec<Violation>> {
        let kind = self.plan.kind.as_str();
        match (row, self.plan.format) {
            (Raw::Json(text), Format::Conferences) => {
                let mut report = Report::new();
                let input = Conference::read(text)?.into_event(self.owner.zone, &mut report);
                self.owner.renamed::<Events>(kind, input, report, CONFERENCE, line, rows)
            }
            (Raw::Json(text), _) => self.owner.json::<Events>(kind, text, line, rows),
            (Raw::Csv(_), _) => Err(vec![Violation::malformed("an object")]),
        }
    }

    fn failed(&self, source: io::Error) -> BulkError {
        BulkError::Io { path: self.plan.path.clone(), source }
    }

    fn unreadable(&self, problem: String) -> BulkError {
        BulkError::Unreadable { path: self.plan.path.clone(), problem }
    }
}

/// The next row; an empty line is none.
fn next(lines: &mut Lines<BufReader<File>>, is_csv: bool) -> io::Result<Option<Next<Raw>>> {
    if is_csv {
        return Ok(csv::next(lines)?.map(|(extent, row)| (extent, row.map(|row| row.map(Raw::Csv)))));
    }
    let Some(line) = lines.next()? else { return Ok(None) };
    let row = if line.is_cut() {
        let too_long = Violation::new(code::TOO_LONG, format!("must have at most {MAX_ROW} bytes"));
        Some(Err(too_long.with("max", MAX_ROW)))
    } else if line.content().iter().all(u8::is_ascii_whitespace) {
        None
    } else {
        let content = line.content();
        // Some programs begin a file with it.
        Some(Ok(Raw::Json(content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content).to_vec())))
    };
    Ok(Some((Extent::of(std::slice::from_ref(&line)), row)))
}
