//! Names of files that are safe to save on any machine, and end as such files do. The migrations have the same rules.

use super::MediaType;

/// Signs that separate paths, or that some system does not take.
const UNFIT: &[char] = &['/', '\\', ':', '*', '?', '"', '<', '>', '|'];
/// Names that mean a device on some system, whatever comes after a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// The same with a digit behind.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// Whether the name is a name alone: no path, nothing that makes it look like another, no device.
pub(super) fn is_plain(name: &str) -> bool {
    !name.starts_with('.') && !name.contains(UNFIT) && !name.contains(turns_text_around) && !is_device(name)
}

/// Whether the name ends as files of this type do.
pub(super) fn fits(name: &str, media_type: MediaType) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| endings(media_type).iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

/// What the name of such a file looks like, in words.
pub(super) const fn expected(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::Jpeg => "a file name that ends in .jpg or .jpeg",
        MediaType::Png => "a file name that ends in .png",
        MediaType::WebP => "a file name that ends in .webp",
        MediaType::Gif => "a file name that ends in .gif",
        MediaType::Mp4 => "a file name that ends in .mp4",
        MediaType::Pdf => "a file name that ends in .pdf",
    }
}

const fn endings(media_type: MediaType) -> &'static [&'static str] {
    match media_type {
        MediaType::Jpeg => &["jpg", "jpeg"],
        MediaType::Png => &["png"],
        MediaType::WebP => &["webp"],
        MediaType::Gif => &["gif"],
        MediaType::Mp4 => &["mp4"],
        MediaType::Pdf => &["pdf"],
    }
}

/// Marks of direction: with them `gpj.exe` can be made to look like `exe.jpg`.
const fn turns_text_around(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let numbered = |device: &&str| {
        stem.get(..device.len()).is_some_and(|head| head.eq_ignore_ascii_case(device))
            && matches!(stem.get(device.len()..).map(str::as_bytes), Some([b'0'..=b'9']))
    };
    DEVICES.iter().any(|device| device.eq_ignore_ascii_case(stem)) || NUMBERED_DEVICES.iter().any(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_do_harm_are_refused() {
        for name in [
            "../pump.jpg",
            "..\\pump.jpg",
            "/etc/pump.jpg",
            "C:pump.jpg",
            ".jpg",
            ".hidden.jpg",
            "con.jpg",
            "LPT1.jpg",
            "Com9.tar.jpg",
            "pump\u{202e}gpj.exe.jpg",
            "pump?.jpg",
            "a|b.jpg",
            "\"a\".jpg",
            "<a>.jpg",
        ] {
            assert!(!is_plain(name), "{name}");
        }
        for name in [
            "pump.jpg",
            "Bohrloch Nr. 7 – Übersicht.JPG",
            "ポンプ.jpg",
            "console.jpg",
            "com.jpg",
            "com10.jpg",
        ] {
            assert!(is_plain(name) && fits(name, MediaType::Jpeg), "{name}");
        }
        for name in ["pump.png", "pump", "pump.jpg.exe", "pump.jpgx"] {
            assert!(!fits(name, MediaType::Jpeg), "{name}");
        }
    }
}
