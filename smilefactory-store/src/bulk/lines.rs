//! Lines of a file, one after the other, in memory of bounded size.

use std::collections::VecDeque;
use std::io::{self, BufRead};

/// The longest row, in bytes.
pub(super) const MAX_ROW: usize = 1024 * 1024;

/// A line of a file with what ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its bytes; only the first [`MAX_ROW`] of one that has more.
    pub(super) bytes: Vec<u8>,
    /// How many bytes it has.
    pub(super) length: u64,
}

impl Line {
    /// Whether it has more bytes than are read.
    pub(super) fn is_cut(&self) -> bool {
        u64::try_from(self.bytes.len()) != Ok(self.length)
    }

    /// The line without what ends it.
    pub(super) fn content(&self) -> &[u8] {
        let bytes = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        bytes.strip_suffix(b"\r").unwrap_or(bytes)
    }
}

/// Reads a file line by line. Lines that were looked at can be given back.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    given_back: VecDeque<Line>,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, given_back: VecDeque::new() }
    }

    /// The next line, or `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.given_back.pop_front() {
            return Ok(Some(line));
        }
        let (mut bytes, mut length) = (Vec::new(), 0_u64);
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(buffer.len(), |at| at + 1);
            let room = MAX_ROW.saturating_sub(bytes.len()).min(taken);
            bytes.extend_from_slice(buffer.get(..room).unwrap_or_default());
            length += u64::try_from(taken).unwrap_or(u64::MAX);
            self.input.consume(taken);
            if end.is_some() {
                break;
            }
        }
        Ok((length > 0).then_some(Line { bytes, length }))
    }

    /// Gives back lines that were read, the last of all; they come again in the same order.
    pub(super) fn give_back(&mut self, lines: impl DoubleEndedIterator<Item = Line>) {
        for line in lines.rev() {
            self.given_back.push_front(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<(Vec<u8>, u64)> {
        // A buffer so small that every line is read in pieces.
        let mut lines = Lines::new(io::BufReader::with_capacity(3, text));
        std::iter::from_fn(|| lines.next().unwrap())
            .map(|line| (line.content().to_vec(), line.length))
            .collect()
    }

    #[test]
    fn lines_have_their_bytes_however_they_end() {
        let found = lines(b"first\r\n\nthird");
        assert_eq!(found, [(b"first".to_vec(), 7), (Vec::new(), 1), (b"third".to_vec(), 5)]);
        assert_eq!(lines(b""), []);
    }

    #[test]
    fn of_a_line_without_end_only_its_beginning_is_kept() {
        let long = vec![b'x'; MAX_ROW + 10];
        let mut lines = Lines::new(long.as_slice());
        let line = lines.next().unwrap().unwrap();
        assert!(line.is_cut());
        assert_eq!((line.bytes.len(), line.length), (MAX_ROW, 1_048_586));
        assert_eq!(lines.next().unwrap(), None);
    }
}
