//! How a file is to be taken, as HTTP says it (RFC 6266).

use std::fmt::Write as _;

use smilefactory_core::content::{Media, MediaType, MediaVariant};

/// The `Content-Disposition` of a file: shown within a page or saved, and under which name. It is ASCII, whatever the
/// name.
pub fn content_disposition(media: &Media, variant: MediaVariant) -> String {
    let name = media.upload.file_name.as_str();
    let thumbnail = media.upload.media_type.thumbnail().filter(|_| variant == MediaVariant::Thumbnail);
    let name = match thumbnail {
        None => name.to_owned(),
        Some(media_type) => {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            let ending = if media_type == MediaType::Jpeg { "jpg" } else { "png" };
            format!("{stem}-thumbnail.{ending}")
        }
    };
    let shown = thumbnail.unwrap_or(media.upload.media_type).is_shown_inline();
    let kind = if shown { "inline" } else { "attachment" };
    // What old readers take: in quotes, where nothing may need another sign before it.
    let plain =
        |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' };
    let plain: String = name.chars().map(plain).collect();
    if plain == name {
        return format!("{kind}; filename=\"{plain}\"");
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{}", percent_encoded(&name))
}

/// RFC 8187: everything but letters, digits and a few signs as the bytes of UTF-8.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use smilefactory_core::content::{MediaInput, MediaUpload};
    use smilefactory_core::id::Id;
    use smilefactory_core::validation::Field;

    use super::*;

    #[test]
    fn names_are_quoted_so_that_every_reader_takes_them_for_names() {
        let disposition = |name: &str, media_type: &str, variant| {
            let input = MediaInput { file_name: name.into(), media_type: media_type.into(), size: 1 };
            let upload = MediaUpload::from_raw(input).unwrap();
            let now = DateTime::UNIX_EPOCH;
            content_disposition(
                &upload.begin(Id::at(now, [1; 10]), Id::at(now, [2; 10]), 9, now).unwrap(),
                variant,
            )
        };
        let original = MediaVariant::Original;
        assert_eq!(disposition("a pump.jpg", "image/jpeg", original), "inline; filename=\"a pump.jpg\"");
        assert_eq!(disposition("plan.pdf", "application/pdf", original), "attachment; filename=\"plan.pdf\"");
        assert_eq!(
            disposition("50% – Übung; a=b.png", "image/png", original),
            "inline; filename=\"50_ _ _bung; a=b.png\"; \
             filename*=UTF-8''50%25%20%E2%80%93%20%C3%9Cbung%3B%20a%3Db.png"
        );
        assert_eq!(
            disposition("pump.webp", "image/webp", MediaVariant::Thumbnail),
            "inline; filename=\"pump-thumbnail.png\""
        );
    }
}
