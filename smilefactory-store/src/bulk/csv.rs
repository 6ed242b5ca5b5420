//! Rows of comma-separated values, as RFC 4180 and spreadsheets write them.

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::ops::Range;

use csv_core::{ReadRecordResult, Reader};
use smilefactory_core::validation::{Report, Violation, code};

use super::lines::{Line, Lines, MAX_ROW};

/// What spreadsheets write where they could not work out a value.
const SHEET_ERRORS: [&str; 7] = ["#NAME?", "#VALUE!", "#REF!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!"];

/// How many bytes and lines a row has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) bytes: u64,
    pub(super) lines: u64,
}

impl Extent {
    pub(super) fn of(lines: &[Line]) -> Self {
        Self {
            bytes: lines.iter().map(|line| line.length).sum(),
            lines: u64::try_from(lines.len()).unwrap_or(u64::MAX),
        }
    }
}

/// The fields of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    text: String,
    fields: Vec<Range<usize>>,
}

impl Fields {
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    pub(super) fn get(&self, nth: usize) -> &str {
        self.fields.get(nth).and_then(|range| self.text.get(range.clone())).unwrap_or_default()
    }
}

/// What is next in a file.
pub(super) type Next<T> = (Extent, Option<Result<T, Violation>>);

/// The next row with its extent, or what is wrong with it, or that a line is empty; `None` at the end. A quote that no
/// later line closes costs its own line and no other.
pub(super) fn next<R: BufRead>(lines: &mut Lines<R>) -> io::Result<Option<Next<Fields>>> {
    let Some(first) = lines.next()? else { return Ok(None) };
    let is_empty = first.content().is_empty();
    let mut row = vec![first];
    if is_empty {
        return Ok(Some((Extent::of(&row), None)));
    }
    loop {
        let size: usize = row.iter().map(|line| line.bytes.len()).sum();
        if row.iter().any(Line::is_cut) {
            return Ok(Some(give_back_all_but_first(lines, row, too_long())));
        }
        if let Some(parsed) = parse(&row) {
            return Ok(Some((Extent::of(&row), Some(parsed))));
        }
        match lines.next()? {
            Some(line) if size <= MAX_ROW => row.push(line),
            line => {
                row.extend(line);
                return Ok(Some(give_back_all_but_first(lines, row, unclosed())));
            }
        }
    }
}

fn give_back_all_but_first<R: BufRead>(
    lines: &mut Lines<R>,
    mut row: Vec<Line>,
    violation: Violation,
) -> Next<Fields> {
    let rest = row.split_off(1);
    lines.give_back(rest.into_iter());
    (Extent::of(&row), Some(Err(violation)))
}

fn too_long() -> Violation {
    Violation::new(code::TOO_LONG, format!("must have at most {MAX_ROW} bytes")).with("max", MAX_ROW)
}

fn unclosed() -> Violation {
    Violation::malformed("comma-separated values whose quotes are closed")
}

/// The fields, what is wrong with them, or `None` when the row does not end within these lines.
fn parse(lines: &[Line]) -> Option<Result<Fields, Violation>> {
    let input: Vec<u8> = lines.iter().flat_map(|line| line.bytes.iter().copied()).collect();
    let is_last = !input.ends_with(b"\n");
    let mut output = vec![0; input.len() + 1];
    let mut ends = vec![0; input.len() + 2];
    let mut reader = Reader::new();
    let (result, read, mut written, mut fields) = reader.read_record(&input, &mut output, &mut ends);
    match result {
        ReadRecordResult::Record if matches!(input.get(read..), Some([] | [b'\n'])) => {}
        ReadRecordResult::Record => {
            return Some(Err(Violation::malformed("a row without line ends of its own")));
        }
        // What ends a file ends its last row, unless a quote is open.
        ReadRecordResult::InputEmpty if is_last && !is_open(&input) => {
            let end = reader.read_record(
                &[],
                output.get_mut(written..).unwrap_or_default(),
                ends.get_mut(fields..).unwrap_or_default(),
            );
            written += end.2;
            fields += end.3;
        }
        _ => return None,
    }
    output.truncate(written);
    let Ok(text) = String::from_utf8(output) else {
        return Some(Err(Violation::malformed("text in UTF-8")));
    };
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let fields = starts.zip(ends.iter().copied()).take(fields).map(|(start, end)| start..end).collect();
    Some(Ok(Fields { text, fields }))
}

/// Whether the input ends within a quoted field: a row that is ended by force is then another one.
fn is_open(input: &[u8]) -> bool {
    let mut ended = input.to_vec();
    ended.push(b'\n');
    let mut reader = Reader::new();
    let mut output = vec![0; ended.len() + 1];
    let mut ends = vec![0; ended.len() + 2];
    !matches!(reader.read_record(&ended, &mut output, &mut ends).0, ReadRecordResult::Record)
}

/// The names of the columns.
#[derive(Clone, Debug)]
pub(super) struct Header {
    columns: HashMap<String, usize>,
    count: usize,
}

impl Header {
    pub(super) fn new(names: &Fields) -> Self {
        let count = names.len();
        // A spreadsheet begins its file with a mark.
        let name = |nth| names.get(nth).trim_start_matches('\u{feff}').trim().to_owned();
        Self { columns: (0..count).map(|nth| (name(nth), nth)).collect(), count }
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }
}

/// A row in its columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    header: &'a Header,
    fields: &'a Fields,
}

impl<'a> Row<'a> {
    /// The row, if it has as many fields as there are columns.
    pub(super) fn new(header: &'a Header, fields: &'a Fields) -> Result<Self, Violation> {
        if fields.len() == header.count {
            return Ok(Self { header, fields });
        }
        let (expected, found) = (header.count, fields.len());
        Err(Violation::new(code::MALFORMED, format!("must have {expected} fields, has {found}"))
            .with("fields", expected)
            .with("found", found))
    }

    /// The field of a column, `None` when it is empty; what a spreadsheet wrote instead of a value is refused.
    pub(super) fn get(self, column: &str, report: &mut Report) -> Option<&'a str> {
        let nth = *self.header.columns.get(column)?;
        let value = self.fields.get(nth).trim();
        let is_filler = value.len() > 2 && value.bytes().all(|byte| byte == b'#');
        if is_filler || SHEET_ERRORS.contains(&value) {
            return report.field(column, |report| {
                report
                    .refuse(Violation::malformed("a value, and not what a spreadsheet writes instead of one"))
            });
        }
        (!value.is_empty()).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(Extent, Result<Vec<String>, String>)> {
        let mut lines = Lines::new(text.as_bytes());
        let fields = |fields: Fields| (0..fields.len()).map(|nth| fields.get(nth).to_owned()).collect();
        std::iter::from_fn(|| next(&mut lines).unwrap())
            .filter_map(|(extent, row)| {
                Some((extent, row?.map(fields).map_err(|violation| violation.message)))
            })
            .collect()
    }

    fn extent(bytes: u64, lines: u64) -> Extent {
        Extent { bytes, lines }
    }

    fn fields(values: &[&str]) -> Result<Vec<String>, String> {
        Ok(values.iter().map(|value| (*value).to_owned()).collect())
    }

    #[test]
    fn quotes_hold_commas_quotes_and_line_ends() {
        let found = rows("a,\"b, c\",\"say \"\"x\"\"\"\r\n\"two\nlines\",,d\nlast,\"one\",");
        assert_eq!(
            found,
            [
                (extent(22, 1), fields(&["a", "b, c", "say \"x\""])),
                (extent(15, 2), fields(&["two\nlines", "", "d"])),
                (extent(11, 1), fields(&["last", "one", ""])),
            ]
        );
    }

    #[test]
    fn a_quote_within_a_field_is_one() {
        assert_eq!(rows("5\" disk,x\nnext,y\n")[0].1, fields(&["5\" disk", "x"]));
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_its_line_alone() {
        let found = rows("good,1\nbad,\"2\ngood,3\ngood,4");
        let words = "must be comma-separated values whose quotes are closed";
        assert_eq!(
            found,
            [
                (extent(7, 1), fields(&["good", "1"])),
                (extent(7, 1), Err(words.to_owned())),
                (extent(7, 1), fields(&["good", "3"])),
                (extent(6, 1), fields(&["good", "4"])),
            ]
        );
    }

    #[test]
    fn an_empty_line_is_no_row_and_a_line_end_within_one_is_told() {
        let found = rows("a,1\n\n\r\nb,2\n");
        assert_eq!(found.len(), 2);
        assert_eq!(rows("a\rb,1\n")[0].1, Err("must be a row without line ends of its own".to_owned()));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let mut lines = Lines::new(b"caf\xcc,1\n".as_slice());
        let (_, row) = next(&mut lines).unwrap().unwrap();
        assert_eq!(row.unwrap().unwrap_err().message, "must be text in UTF-8");
    }
}
