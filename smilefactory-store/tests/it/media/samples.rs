//! Files of every type, made here.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use smilefactory_core::content::MediaType;

/// What nobody may learn from a picture.
pub(crate) const SECRET: &[u8] = b"17.8252 S, 31.0335 E";

fn picture(width: u32, height: u32) -> DynamicImage {
    let colour = |x, y| Rgb([u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap(), 99]);
    RgbImage::from_fn(width, height, colour).into()
}

/// A picture of this size, with SECRET in it and `behind` behind it.
pub(crate) fn sample(media_type: MediaType, behind: &[u8]) -> Vec<u8> {
    let plain = match media_type {
        MediaType::Jpeg => encoded(ImageFormat::Jpeg),
        MediaType::Png => encoded(ImageFormat::Png),
        MediaType::WebP => encoded(ImageFormat::WebP),
        MediaType::Gif => encoded(ImageFormat::Gif),
        MediaType::Mp4 => film(),
        MediaType::Pdf => document(),
    };
    let mut sample = match media_type {
        MediaType::Jpeg => with_exif(&plain, 6),
        MediaType::Png => with_chunk(&plain, *b"tEXt", &[b"GPS\0", SECRET].concat()),
        MediaType::WebP => with_riff_chunk(&plain, SECRET),
        MediaType::Gif => with_comment(&plain, SECRET),
        MediaType::Mp4 | MediaType::Pdf => plain,
    };
    sample.extend_from_slice(behind);
    sample
}

/// 600 pixels wide, 400 high.
fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture(600, 400).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// With a place, and to be turned as `orientation` says.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(SECRET);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

/// With one more chunk behind the header.
pub(crate) fn with_chunk(png: &[u8], kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let (head, rest) = png.split_at(33);
    [head, &chunk(kind, data), rest].concat()
}

pub(crate) fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind, data].concat();
    let crc = body.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    });
    [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &body, &(!crc).to_be_bytes()].concat()
}

/// A PNG whose header says it is so large, and has next to nothing in it.
pub(crate) fn png_header(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let pixels = [0x78, 0x9c, 3, 0, 0, 0, 0, 1];
    let chunks = [chunk(*b"IHDR", &header), chunk(*b"IDAT", &pixels), chunk(*b"IEND", &[])].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunks].concat()
}

fn with_riff_chunk(webp: &[u8], data: &[u8]) -> Vec<u8> {
    let size = u32::try_from(data.len()).unwrap().to_le_bytes();
    let body = [&webp[8..], b"EXIF", &size, data].concat();
    [&b"RIFF"[..], &u32::try_from(body.len()).unwrap().to_le_bytes(), &body].concat()
}

fn with_comment(gif: &[u8], data: &[u8]) -> Vec<u8> {
    let table = if gif[10] & 0x80 == 0 { 0 } else { 3 << ((gif[10] & 7) + 1) };
    let (head, rest) = gif.split_at(13 + table);
    [head, &[0x21, 0xfe, u8::try_from(data.len()).unwrap()], data, &[0], rest].concat()
}

fn film() -> Vec<u8> {
    let of = |kind: &[u8], data: &[u8]| {
        [&u32::try_from(data.len() + 8).unwrap().to_be_bytes()[..], kind, data].concat()
    };
    [of(b"ftyp", b"isom\0\0\x02\0isomiso2avc1mp41"), of(b"moov", &[0; 40]), of(b"mdat", &[7; 90])].concat()
}

fn document() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
        .to_vec()
}
