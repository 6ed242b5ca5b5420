//! What a content is, whatever it was said to be.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};
use smilefactory_core::content::{ContentDigest, MediaFound, MediaType};
use smilefactory_core::validation::{Violation, code};

use super::strip;

/// The most pixels a picture may have.
pub const MOST_PIXELS: u64 = 50_000_000;
/// The most pixels a thumbnail has on either side.
pub const THUMBNAIL_SIDE: u32 = 320;
/// The most memory that a picture may take while it is read: four bytes a pixel, and what the decoder needs.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;
/// How good a thumbnail of a photograph is, of 100.
const QUALITY: u8 = 80;

/// A content that was looked into.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// What is kept: the content without what tells about its maker.
    pub content: Bytes,
    /// What is known of it.
    pub found: MediaFound,
    /// A small picture of it, made anew from its pixels.
    pub thumbnail: Option<Bytes>,
}

/// Why a content is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is something else, or nothing that is known.
    #[error("is not the content of a file of type {declared}")]
    OtherType {
        /// What it should be.
        declared: MediaType,
    },
    /// It begins like such a file, but is cut off or broken.
    #[error("is a broken or incomplete file of type {declared}")]
    Broken {
        /// What it should be.
        declared: MediaType,
    },
    /// It has too many pixels.
    #[error("has more than {MOST_PIXELS} pixels, or more than 65535 on one side")]
    TooManyPixels,
    /// It has more or fewer bytes than were declared.
    #[error("does not have the {declared} bytes that were declared")]
    OtherSize {
        /// How many it should have.
        declared: u32,
    },
}

impl Unfit {
    /// The same as a violation of `/content`.
    pub fn violation(self) -> Violation {
        let message = self.to_string();
        match self {
            Self::OtherType { declared } | Self::Broken { declared } => {
                Violation::new(code::MALFORMED, message).with("expected", declared.as_str())
            }
            Self::TooManyPixels => Violation::new(code::OUT_OF_RANGE, message).with("max", MOST_PIXELS),
            Self::OtherSize { declared } => {
                Violation::new(code::OUT_OF_RANGE, message).with("min", declared).with("max", declared)
            }
        }
    }
}

/// Looks into a content that was declared to be of a type. Takes up to a second and some hundred megabytes: run it on a
/// thread for such work, and not many at once.
///
/// The type is told by the bytes. Of a picture only the parts that show it are kept: where and with what it was taken,
/// who took it, remarks, and anything behind its end are left out; how it is to be turned stays. Films and documents are
/// kept as they are.
pub fn inspect(content: &Bytes, declared: MediaType) -> Result<Inspected, Unfit> {
    if sniff(content) != Some(declared) {
        return Err(Unfit::OtherType { declared });
    }
    let broken = Unfit::Broken { declared };
    let content = strip::strip(content, declared).ok_or(broken)?;
    let (dimensions, thumbnail) = match format(declared) {
        Some(format) => {
            let (dimensions, thumbnail) = picture(&content, format, declared)?;
            (Some(dimensions), Some(thumbnail))
        }
        None => (None, None),
    };
    let digest = ContentDigest(Sha256::digest(&content).into());
    let size = u32::try_from(content.len()).map_err(|_| broken)?;
    Ok(Inspected { content, found: MediaFound { size, digest, dimensions }, thumbnail })
}

/// What the first bytes say.
fn sniff(content: &[u8]) -> Option<MediaType> {
    infer::get(content)?.mime_type().parse().ok()
}

const fn format(media_type: MediaType) -> Option<ImageFormat> {
    match media_type {
        MediaType::Jpeg => Some(ImageFormat::Jpeg),
        MediaType::Png => Some(ImageFormat::Png),
        MediaType::WebP => Some(ImageFormat::WebP),
        MediaType::Gif => Some(ImageFormat::Gif),
        MediaType::Mp4 | MediaType::Pdf => None,
    }
}

/// Width and height as shown, and a thumbnail. The header is read first: what is too large is not decoded.
fn picture(content: &[u8], format: ImageFormat, declared: MediaType) -> Result<((u16, u16), Bytes), Unfit> {
    // More memory than it may take is more pixels than it may have.
    let broken = |error| match error {
        ImageError::Limits(_) => Unfit::TooManyPixels,
        _ => Unfit::Broken { declared },
    };
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Unfit::TooManyPixels);
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    image.apply_orientation(orientation);
    let side = |pixels| u16::try_from(pixels).map_err(|_| Unfit::TooManyPixels);
    let dimensions = (side(image.width())?, side(image.height())?);
    if image.width() > THUMBNAIL_SIDE || image.height() > THUMBNAIL_SIDE {
        image = image.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE);
    }
    let mut thumbnail = Cursor::new(Vec::new());
    if declared.thumbnail() == Some(MediaType::Jpeg) {
        let encoder = JpegEncoder::new_with_quality(&mut thumbnail, QUALITY);
        image.to_rgb8().write_with_encoder(encoder).map_err(broken)?;
    } else {
        image.to_rgba8().write_to(&mut thumbnail, ImageFormat::Png).map_err(broken)?;
    }
    Ok((dimensions, thumbnail.into_inner().into()))
}
