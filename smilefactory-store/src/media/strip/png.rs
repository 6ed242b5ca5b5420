//! PNG: chunks, each with its length and kind.

use super::Rest;

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";
/// Chunks that show the picture: pixels, colours, transparency, frames. Remarks, times and Exif are none of them.
const SHOWN: [&[u8; 4]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"mDCV", b"cLLI", b"pHYs", b"bKGD", b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

/// The picture without remarks, and nothing behind its end.
pub(super) fn strip(content: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Rest(content);
    let mut kept = rest.take(SIGNATURE.len()).filter(|signature| signature == SIGNATURE)?.to_vec();
    kept.reserve(content.len());
    loop {
        let (length, kind) = (rest.array()?, rest.array()?);
        // With the checksum behind it.
        let chunk = rest.take(usize::try_from(u32::from_be_bytes(length)).ok()?.checked_add(4)?)?;
        if SHOWN.contains(&&kind) {
            kept.extend_from_slice(&length);
            kept.extend_from_slice(&kind);
            kept.extend_from_slice(chunk);
        }
        if &kind == b"IEND" {
            return Some(kept);
        }
    }
}
