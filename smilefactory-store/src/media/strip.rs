//! What is kept of a content: the parts that show it, if they are all there.
//!
//! Each format is walked through part by part; what is cut off is noticed, what is behind the end is left out.

mod gif;
mod jpeg;
mod png;
mod webp;

use bytes::Bytes;
use smilefactory_core::content::MediaType;

/// The content to keep; `None` when it is broken or incomplete.
pub(super) fn strip(content: &Bytes, media_type: MediaType) -> Option<Bytes> {
    match media_type {
        MediaType::Jpeg => jpeg::strip(content).map(Bytes::from),
        MediaType::Png => png::strip(content).map(Bytes::from),
        MediaType::WebP => webp::strip(content).map(Bytes::from),
        MediaType::Gif => gif::strip(content).map(Bytes::from),
        MediaType::Mp4 => is_whole_film(content).then(|| content.clone()),
        MediaType::Pdf => is_whole_document(content).then(|| content.clone()),
    }
}

/// Bytes that are still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    /// The next bytes, if there are so many.
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A film is a row of boxes; one says what it is, one where everything is. Nothing may stand behind them.
fn is_whole_film(content: &[u8]) -> bool {
    let mut rest = Rest(content);
    let (mut kinds, mut first) = (Vec::new(), true);
    while !rest.is_empty() {
        let Some((size, kind)) = rest.array::<4>().zip(rest.array::<4>()) else { return false };
        if first && &kind != b"ftyp" {
            return false;
        }
        first = false;
        kinds.push(kind);
        let body = match u32::from_be_bytes(size) {
            // To the end.
            0 => Some(rest.0.len()),
            // Its size has eight bytes and stands behind.
            1 => {
                rest.array().and_then(|size| usize::try_from(u64::from_be_bytes(size)).ok()?.checked_sub(16))
            }
            size => usize::try_from(size).ok().and_then(|size| size.checked_sub(8)),
        };
        if body.and_then(|body| rest.take(body)).is_none() {
            return false;
        }
    }
    kinds.contains(b"moov")
}

/// A document begins and ends with marks of its own; nothing but white space may stand behind the last.
fn is_whole_document(content: &[u8]) -> bool {
    content.starts_with(b"%PDF-") && content.trim_ascii_end().ends_with(b"%%EOF")
}
