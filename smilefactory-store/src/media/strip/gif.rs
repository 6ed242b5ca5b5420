//! GIF: a screen, then pictures and extensions in blocks.

use super::Rest;

/// Marks of programs that say how often a film is shown.
const LOOPS: [&[u8; 11]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];

/// The pictures without remarks and the marks of programs, and nothing behind their end.
pub(super) fn strip(content: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Rest(content);
    let mut kept = Vec::with_capacity(content.len());
    let screen = rest.take(13)?;
    kept.extend_from_slice(screen);
    kept.extend_from_slice(rest.take(table(*screen.get(10)?))?);
    loop {
        let block = rest.0;
        match rest.byte()? {
            // A picture: where it stands, its colours, its pixels.
            0x2c => {
                let place = rest.take(9)?;
                rest.take(table(*place.get(8)?))?;
                rest.take(1)?;
                data(&mut rest)?;
            }
            // An extension; only those that time and repeat are kept.
            0x21 => {
                let label = rest.byte()?;
                let first = data(&mut rest)?;
                let repeats = label == 0xff && LOOPS.iter().any(|known| first == known.as_slice());
                if label != 0xf9 && !repeats {
                    continue;
                }
            }
            0x3b => {
                kept.push(0x3b);
                return Some(kept);
            }
            _ => return None,
        }
        kept.extend_from_slice(block.get(..block.len() - rest.0.len())?);
    }
}

/// How many bytes a table of colours has, by the flags before it.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Passes over blocks of data up to the empty one, and gives back the first.
fn data<'a>(rest: &mut Rest<'a>) -> Option<&'a [u8]> {
    let mut first = None;
    loop {
        let size = usize::from(rest.byte()?);
        let block = rest.take(size)?;
        let first = *first.get_or_insert(block);
        if size == 0 {
            return Some(first);
        }
    }
}
