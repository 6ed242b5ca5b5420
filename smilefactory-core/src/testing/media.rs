//! Files that are to be uploaded.

use proptest::prelude::*;
use proptest::sample::select;

use super::text::line;
use super::{Flaw, Spoiled};
use crate::content::{MediaInput, MediaUpload};
use crate::validation::{Field, code};

/// A valid declaration of a file of any type.
pub fn media_input() -> impl Strategy<Value = MediaInput> {
    let endings = &[
        (".jpg", "image/jpeg"),
        (".JPEG", "image/jpeg"),
        (".png", "image/png"),
        (".webp", "image/webp"),
        (".gif", "image/gif"),
        (".Mp4", "video/mp4"),
        (".pdf", "application/pdf"),
    ][..];
    let stem = prop_oneof!["[a-zA-Z0-9 ._-]{1,40}", line::<1, 150>()];
    (stem, select(endings), prop_oneof![Just(1_i64), Just(104_857_600), 1_i64..10_000_000])
        .prop_map(|(stem, (ending, media_type), size)| MediaInput {
            file_name: format!("{stem}{ending}"),
            media_type: media_type.to_owned(),
            size,
        })
        .prop_filter_map("a plain name", |input| MediaUpload::from_raw(input).ok().map(MediaInput::from))
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_media(input: &MediaInput) -> impl Iterator<Item = Spoiled<MediaInput>> {
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

const FLAWS: &[Flaw<MediaInput>] = &[
    Flaw::new("/file_name", code::REQUIRED, |media| media.file_name.clear()),
    Flaw::new("/file_name", code::TOO_LONG, |media| media.file_name = format!("{}.png", "x".repeat(197))),
    Flaw::new("/file_name", code::MALFORMED, |media| media.file_name = "two\nlines.png".into()),
    Flaw::new("/file_name", code::MALFORMED, |media| media.file_name.insert_str(0, "../")),
    Flaw::new("/file_name", code::MALFORMED, |media| media.file_name.insert(0, '.')),
    Flaw::new("/file_name", code::MALFORMED, |media| media.file_name.insert(0, '\\')),
    Flaw::new("/file_name", code::MALFORMED, |media| media.file_name.insert(0, '\u{202e}')),
    Flaw::new("/file_name", code::MALFORMED, |media| media.file_name.insert_str(0, "nul.")),
    Flaw::new("/file_name", code::MALFORMED, |media| media.file_name.insert_str(0, "Com3.")),
    Flaw::new("/file_name", code::MALFORMED, |media| media.file_name.push_str(".exe")),
    Flaw::new("/media_type", code::REQUIRED, |media| media.media_type.clear()),
    Flaw::new("/media_type", code::UNKNOWN_VALUE, |media| media.media_type = "image/svg+xml".into()),
    Flaw::new("/size", code::OUT_OF_RANGE, |media| media.size = 0),
    Flaw::new("/size", code::OUT_OF_RANGE, |media| media.size = 104_857_601),
];
