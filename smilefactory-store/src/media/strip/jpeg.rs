//! JPEG: segments, each with a mark before it.

use image::metadata::Orientation;

use super::Rest;

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
/// Where Exif and XMP stand: place, time, camera.
const EXIF: u8 = 0xe1;

/// The picture without remarks and the marks of programs; how it is to be turned is kept.
pub(super) fn strip(content: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Rest(content);
    if rest.array()? != [0xff, START] {
        return None;
    }
    let (mut body, mut turned) = (Vec::with_capacity(content.len()), None);
    loop {
        let mark = mark(&mut rest)?;
        if mark == END {
            break;
        }
        let length = rest.array()?;
        let segment = rest.take(usize::from(u16::from_be_bytes(length)).checked_sub(2)?)?;
        if mark == EXIF {
            let exif = segment.strip_prefix(b"Exif\0\0");
            turned = turned.or_else(|| exif.and_then(Orientation::from_exif_chunk));
        }
        if shows(mark, segment) {
            body.extend_from_slice(&[0xff, mark]);
            body.extend_from_slice(&length);
            body.extend_from_slice(segment);
        }
        if mark == SCAN {
            body.extend_from_slice(pixels(&mut rest)?);
        }
    }
    let mut kept = vec![0xff, START];
    if let Some(turned) = turned.filter(|turned| *turned != Orientation::NoTransforms) {
        kept.extend_from_slice(&turning(turned));
    }
    kept.append(&mut body);
    kept.extend_from_slice(&[0xff, END]);
    Some(kept)
}

/// The next mark; it may be padded.
fn mark(rest: &mut Rest<'_>) -> Option<u8> {
    if rest.byte()? != 0xff {
        return None;
    }
    loop {
        match rest.byte()? {
            0xff => {}
            0 => return None,
            mark => return Some(mark),
        }
    }
}

/// Whether a segment is needed to show the picture: of those that programs add, the plain header, colours and Adobe's
/// way to write them.
fn shows(mark: u8, segment: &[u8]) -> bool {
    match mark {
        0xe0 => segment.starts_with(b"JFIF\0"),
        0xe2 => segment.starts_with(b"ICC_PROFILE\0"),
        0xee => segment.starts_with(b"Adobe"),
        0xe1..=0xef | 0xfe => false,
        _ => true,
    }
}

/// The pixels behind a scan's header: up to a mark that is none of theirs.
fn pixels<'a>(rest: &mut Rest<'a>) -> Option<&'a [u8]> {
    let mut at = 0;
    loop {
        at += rest.0.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        match rest.0.get(at + 1)? {
            0 | 0xd0..=0xd7 => at += 2,
            _ => return rest.take(at),
        }
    }
}

/// An Exif segment that says how the picture is to be turned, and nothing else.
fn turning(turned: Orientation) -> Vec<u8> {
    let mut segment = vec![0xff, EXIF, 0, 34];
    segment.extend_from_slice(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    segment.push(turned.to_exif());
    segment.extend_from_slice(&[0; 6]);
    segment
}
