//! Reads server-sent events (WHATWG HTML, §9.2) out of the pieces in which they come.

/// The longest event that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// A block of the stream: an event, or without data only what goes with one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// The id to go on after, when the block has one.
    pub(super) id: Option<String>,
    /// What sort of event it is; empty when the block does not say.
    pub(super) event: String,
    /// What it says; `None` when it is no event.
    pub(super) data: Option<String>,
    /// How many milliseconds to wait before coming back.
    pub(super) retry: Option<u64>,
}

/// An event that is longer than any there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// What has come of the stream and is no whole block yet.
#[derive(Debug, Default)]
pub(super) struct Parser {
    /// The line that has not ended yet.
    line: Vec<u8>,
    /// Whether the last line ended with a carriage return, whose line feed may follow.
    after_return: bool,
    /// Whether anything came: a byte order mark is none.
    begun: bool,
    block: Block,
    size: usize,
}

impl Parser {
    /// Takes a piece in, and gives the blocks that are whole with it.
    pub(super) fn feed(&mut self, piece: &[u8]) -> Result<Vec<Block>, TooLong> {
        let mut blocks = Vec::new();
        for byte in piece {
            let after_return = std::mem::take(&mut self.after_return);
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    blocks.extend(self.end_line());
                }
                _ if self.size >= LARGEST => return Err(TooLong),
                byte => {
                    self.size += 1;
                    self.line.push(*byte);
                }
            }
        }
        Ok(blocks)
    }

    /// The line has ended; an empty one ends the block.
    fn end_line(&mut self) -> Option<Block> {
        let line = std::mem::take(&mut self.line);
        let line = match (std::mem::replace(&mut self.begun, true), line.strip_prefix(b"\xef\xbb\xbf")) {
            (false, Some(rest)) => rest,
            _ => &line,
        };
        if line.is_empty() {
            self.size = 0;
            let block = std::mem::take(&mut self.block);
            return (block != Block::default()).then_some(block);
        }
        let line = String::from_utf8_lossy(line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" if !value.contains('\0') => self.block.id = Some(value.to_owned()),
            "event" => value.clone_into(&mut self.block.event),
            "data" => match &mut self.block.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.block.data = Some(value.to_owned()),
            },
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.block.retry = value.parse().ok();
            }
            // A comment, or what later versions add.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Vec<Block> {
        Parser::default().feed(text.as_bytes()).unwrap()
    }

    fn block(id: Option<&str>, event: &str, data: Option<&str>) -> Block {
        Block { id: id.map(Into::into), event: event.into(), data: data.map(Into::into), retry: None }
    }

    #[test]
    fn blocks_are_read_as_the_standard_says() {
        let text = "\u{feff}: hello\n\nid: 7\nevent: ready\ndata: {}\n\n:heart\nid: 8\n\ndata:a\ndata\ndata:  b\n\nretry: 2000\n\n";
        let mut retry = block(None, "", None);
        retry.retry = Some(2_000);
        let expected = [
            block(Some("7"), "ready", Some("{}")),
            block(Some("8"), "", None),
            block(None, "", Some("a\n\n b")),
            retry,
        ];
        assert_eq!(parse(text), expected);
        assert_eq!(parse(&text.replace('\n', "\r\n")), expected);
        assert_eq!(parse(&text.replace('\n', "\r")), expected);
    }

    #[test]
    fn what_is_not_ended_is_not_given() {
        assert_eq!(parse("id: 7\ndata: {}\n"), []);
        assert_eq!(parse("id: 7\ndata: {}"), []);
        assert_eq!(parse("id: 7\0\nretry: soon\nnew: thing\n\n"), []);
    }

    #[test]
    fn pieces_may_be_cut_anywhere() {
        let text = "id: ü\r\ndata: größer\r\n\r\n: x\r\rdata: 2\n\n";
        let whole = parse(text);
        assert_eq!(whole.len(), 2);
        for cut in 0..text.len() {
            let mut parser = Parser::default();
            let (one, two) = text.as_bytes().split_at(cut);
            let mut blocks = parser.feed(one).unwrap();
            blocks.extend(parser.feed(two).unwrap());
            assert_eq!(blocks, whole, "cut at {cut}");
        }
        let mut parser = Parser::default();
        let blocks: Vec<_> = text.bytes().flat_map(|byte| parser.feed(&[byte]).unwrap()).collect();
        assert_eq!(blocks, whole);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic_and_without_end_they_are_refused() {
        // A small generator: the same bytes in every run.
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        for _ in 0..2_000 {
            let bytes: Vec<u8> =
                (0..64).map(|_| [b'\n', b'\r', b':', b' ', b'd', next()][usize::from(next() % 6)]).collect();
            _ = Parser::default().feed(&bytes);
        }
        let line = vec![b'a'; LARGEST / 2];
        let mut parser = Parser::default();
        assert_eq!(parser.feed(&line), Ok(vec![]));
        assert_eq!(parser.feed(&line), Ok(vec![]));
        assert_eq!(parser.feed(&line), Err(TooLong));
    }
}
