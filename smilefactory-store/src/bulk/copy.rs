//! Rows as `COPY` reads them: a line a row, fields with tabs between them, `\N` for what is not there.

use std::fmt::Display;
use std::io::Write as _;

use serde_json::Value;

/// Rows that are being written.
#[derive(Clone, Debug, Default)]
pub(crate) struct CopyText {
    bytes: Vec<u8>,
    within_row: bool,
}

impl CopyText {
    /// The rows.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn begin_field(&mut self) {
        if self.within_row {
            self.bytes.push(b'\t');
        }
        self.within_row = true;
    }

    /// A text.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.begin_field();
        for byte in text.bytes() {
            match byte {
                b'\\' => self.bytes.extend_from_slice(b"\\\\"),
                b'\t' => self.bytes.extend_from_slice(b"\\t"),
                b'\n' => self.bytes.extend_from_slice(b"\\n"),
                b'\r' => self.bytes.extend_from_slice(b"\\r"),
                byte => self.bytes.push(byte),
            }
        }
        self
    }

    /// A text that may not be there.
    pub(super) fn maybe(&mut self, text: Option<&str>) -> &mut Self {
        if let Some(text) = text {
            return self.text(text);
        }
        self.begin_field();
        self.bytes.extend_from_slice(b"\\N");
        self
    }

    /// A number, an id or a day: nothing with a character that is written otherwise.
    pub(super) fn plain(&mut self, value: impl Display) -> &mut Self {
        self.begin_field();
        // Writing to a Vec cannot fail.
        _ = write!(self.bytes, "{value}");
        self
    }

    /// The same that may not be there.
    pub(super) fn maybe_plain(&mut self, value: Option<impl Display>) -> &mut Self {
        match value {
            Some(value) => self.plain(value),
            None => self.maybe(None),
        }
    }

    /// The same rows as objects with these members, for a database that knows no `COPY` from its client. What is there is a
    /// text, whatever it is of.
    pub(crate) fn objects(&self, columns: &[&str]) -> Vec<serde_json::Map<String, Value>> {
        let rows = self.bytes.split(|byte| *byte == b'\n').filter(|row| !row.is_empty());
        rows.map(|row| {
            let fields = row.split(|byte| *byte == b'\t').map(read);
            columns.iter().map(|column| (*column).to_owned()).zip(fields).collect()
        })
        .collect()
    }

    /// Ends the row.
    pub(super) fn end(&mut self) {
        self.bytes.push(b'\n');
        self.within_row = false;
    }
}

/// A field as it was before it was written.
fn read(field: &[u8]) -> Value {
    if field == b"\\N" {
        return Value::Null;
    }
    let (mut text, mut bytes) = (Vec::with_capacity(field.len()), field.iter());
    while let Some(byte) = bytes.next() {
        text.push(match byte {
            b'\\' => match bytes.next() {
                Some(b't') => b'\t',
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                other => other.copied().unwrap_or(b'\\'),
            },
            byte => *byte,
        });
    }
    String::from_utf8_lossy(&text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_divides_fields_and_rows_is_written_otherwise() {
        let mut copy = CopyText::default();
        copy.text("a\\N\tb\nc").maybe(None).plain(7).maybe_plain(None::<u8>).end();
        copy.text("").end();
        assert_eq!(copy.bytes(), b"a\\\\N\\tb\\nc\t\\N\t7\t\\N\n\n");
    }

    #[test]
    fn what_was_written_is_read_back() {
        let mut copy = CopyText::default();
        copy.text("a\\N\tb\r\nc\\").maybe(None).plain(7).end();
        let objects = copy.objects(&["one", "two", "three"]);
        let expected = serde_json::json!({"one": "a\\N\tb\r\nc\\", "two": null, "three": "7"});
        assert_eq!(objects, [expected.as_object().unwrap().clone()]);
    }
}
