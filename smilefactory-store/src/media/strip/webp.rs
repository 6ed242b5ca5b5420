//! WebP: a RIFF file of chunks, each with its kind and length.

use super::Rest;

/// Chunks that show the picture. Exif and XMP are none of them.
const SHOWN: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// The bits of the header that say that there are Exif and XMP.
const ABOUT: u8 = 0b0000_1100;

/// The picture without Exif and XMP, and nothing behind its end.
pub(super) fn strip(content: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Rest(content);
    let (riff, size): ([u8; 4], _) = (rest.array()?, rest.array()?);
    let mut rest = Rest(rest.take(usize::try_from(u32::from_le_bytes(size)).ok()?)?);
    if &riff != b"RIFF" || &rest.array::<4>()? != b"WEBP" {
        return None;
    }
    let mut chunks = b"WEBP".to_vec();
    while !rest.is_empty() {
        let (kind, length): ([u8; 4], _) = (rest.array()?, rest.array()?);
        let data = rest.take(usize::try_from(u32::from_le_bytes(length)).ok()?)?;
        let padding = if data.len() % 2 == 1 { rest.take(1)? } else { &[] };
        if !SHOWN.contains(&&kind) {
            continue;
        }
        chunks.extend_from_slice(&kind);
        chunks.extend_from_slice(&length);
        match data.split_first() {
            Some((flags, data)) if &kind == b"VP8X" => {
                chunks.push(flags & !ABOUT);
                chunks.extend_from_slice(data);
            }
            _ => chunks.extend_from_slice(data),
        }
        chunks.extend_from_slice(padding);
    }
    let mut kept = b"RIFF".to_vec();
    kept.extend_from_slice(&u32::try_from(chunks.len()).ok()?.to_le_bytes());
    kept.append(&mut chunks);
    Some(kept)
}
