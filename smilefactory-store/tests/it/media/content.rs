//! What is found in contents: every case has its verdict, and what is kept tells nothing about who made it.

use bytes::Bytes;
use image::ImageReader;
use smilefactory_core::content::MediaType;
use smilefactory_store::media::{THUMBNAIL_SIDE, Unfit, inspect};

use super::samples::{SECRET, chunk, png_header, sample, with_chunk};

fn contains(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|window| window == part)
}

#[test]
fn good_files_are_kept_without_what_tells_about_their_maker() {
    for media_type in MediaType::ALL {
        let whole = Bytes::from(sample(*media_type, &[]));
        let inspected = inspect(&whole, *media_type).unwrap_or_else(|unfit| panic!("{media_type}: {unfit}"));
        assert_eq!(usize::try_from(inspected.found.size).unwrap(), inspected.content.len());
        assert!(!contains(&inspected.content, SECRET), "{media_type}");
        // What is kept is good by itself, and the same from then on.
        let again = inspect(&inspected.content, *media_type).unwrap();
        assert_eq!((again.found, &again.content), (inspected.found, &inspected.content), "{media_type}");
        if !media_type.is_picture() {
            assert_eq!((inspected.content, inspected.found.dimensions), (whole, None));
            assert!(inspected.thumbnail.is_none());
            continue;
        }
        assert!(contains(&whole, SECRET));
        // The photograph is to be turned, and still is.
        let turned = *media_type == MediaType::Jpeg;
        let expected = if turned { (400, 600) } else { (600, 400) };
        assert_eq!(inspected.found.dimensions, Some(expected), "{media_type}");
        let thumbnail = inspected.thumbnail.unwrap();
        assert_eq!(infer::get(&thumbnail).unwrap().mime_type(), media_type.thumbnail().unwrap().as_str());
        let reader = ImageReader::new(std::io::Cursor::new(thumbnail)).with_guessed_format().unwrap();
        let (width, height) = reader.into_dimensions().unwrap();
        assert_eq!(width.max(height), THUMBNAIL_SIDE);
        assert_eq!(width < height, turned, "{media_type}");
    }
}

#[test]
fn every_case_has_its_verdict() {
    use MediaType::{Gif, Jpeg, Mp4, Pdf, Png, WebP};
    let other = |declared| Unfit::OtherType { declared };
    let broken = |declared| Unfit::Broken { declared };
    let bad_checksum = {
        let mut png = sample(Png, &[]);
        png[30] ^= 1;
        png
    };
    let no_film = [&16_u32.to_be_bytes()[..], b"ftypisom\0\0\0\0"].concat();
    let cases: Vec<(&str, Vec<u8>, MediaType, Unfit)> = vec![
        ("nothing", Vec::new(), Png, other(Png)),
        ("a text", b"Dear reader".to_vec(), Pdf, other(Pdf)),
        (
            "SVG",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec(),
            Png,
            other(Png),
        ),
        ("HTML", b"<!DOCTYPE html><script>alert(1)</script>".to_vec(), Gif, other(Gif)),
        ("XML", b"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]>".to_vec(), Jpeg, other(Jpeg)),
        ("a program", [b"MZ".to_vec(), vec![0; 200]].concat(), Jpeg, other(Jpeg)),
        ("an archive", b"PK\x03\x04 and so on".to_vec(), Pdf, other(Pdf)),
        ("PNG said to be JPEG", sample(Png, &[]), Jpeg, other(Jpeg)),
        ("JPEG said to be PNG", sample(Jpeg, &[]), Png, other(Png)),
        ("WebP said to be GIF", sample(WebP, &[]), Gif, other(Gif)),
        ("PDF said to be MP4", sample(Pdf, &[]), Mp4, other(Mp4)),
        (
            "HTML before a PDF",
            [b"<script>alert(1)</script>".to_vec(), sample(Pdf, &[])].concat(),
            Pdf,
            broken(Pdf),
        ),
        ("HTML behind a PDF", sample(Pdf, b"<script>alert(1)</script>"), Pdf, broken(Pdf)),
        ("HTML behind a film", sample(Mp4, b"<script>alert(1)</script>"), Mp4, broken(Mp4)),
        ("a film of nothing", no_film, Mp4, broken(Mp4)),
        ("GIF that is JavaScript", b"GIF89a/*\xff\xff\x00\x00\x00*/=1;alert(1)".to_vec(), Gif, broken(Gif)),
        ("a wrong checksum", bad_checksum, Png, broken(Png)),
        ("30,000 × 30,000 pixels", png_header(30_000, 30_000), Png, Unfit::TooManyPixels),
        ("2 milliard × 1 pixel", png_header(2_000_000_000, 1), Png, Unfit::TooManyPixels),
        ("fewer pixels than its header says", png_header(1_000, 1_000), Png, broken(Png)),
    ];
    for (what, content, declared, expected) in cases {
        let found = inspect(&content.into(), declared);
        assert_eq!(found.err(), Some(expected), "{what}");
    }
}

#[test]
fn what_stands_behind_the_end_of_a_picture_is_left_out() {
    for media_type in MediaType::ALL.iter().filter(|media_type| media_type.is_picture()) {
        let clean = inspect(&sample(*media_type, &[]).into(), *media_type).unwrap();
        for behind in
            [&b"<script>alert(1)</script>"[..], b"*/=1;alert(1)", b"PK\x03\x04", b"\xff\xd9\xff\xe1"]
        {
            let found = inspect(&sample(*media_type, behind).into(), *media_type).unwrap();
            assert_eq!(found.content, clean.content, "{media_type}");
        }
    }
    // A compressed remark that would fill the memory is never unpacked.
    let bomb =
        with_chunk(&sample(MediaType::Png, &[]), *b"zTXt", &[b"a\0\0".to_vec(), vec![0x78; 9_000]].concat());
    assert!(!contains(&inspect(&bomb.into(), MediaType::Png).unwrap().content, b"zTXt"));
    let profile = chunk(*b"eXIf", SECRET);
    assert!(contains(&profile, SECRET));
}

/// Wherever a file is cut off, it is refused.
#[test]
fn what_is_cut_off_is_refused() {
    for media_type in MediaType::ALL {
        let whole = sample(*media_type, &[]);
        // White space at the end of a document is not missed.
        let whole = whole.trim_ascii_end();
        let step = whole.len().div_ceil(60);
        for length in (0..whole.len()).rev().step_by(step) {
            let cut = Bytes::copy_from_slice(&whole[..length]);
            assert!(inspect(&cut, *media_type).is_err(), "{media_type} of {} cut at {length}", whole.len());
        }
    }
}
