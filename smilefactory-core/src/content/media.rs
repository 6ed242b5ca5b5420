//! Media: files that people upload, and hang on what they publish.
//!
//! A file comes in three steps. Its owner says what is to come ([`MediaUpload::begin`]), sends the content, and
//! finalises it ([`Media::finalise`]), which looks into the content: what it is decides, not what it is said to be.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use smilefactory_core::content::{ContentDigest, MediaFound, MediaInput, MediaState, MediaUpload};
//! use smilefactory_core::id::{AccountId, Id, MediaId};
//! use smilefactory_core::validation::Field;
//!
//! let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
//! let upload = MediaUpload::from_raw(MediaInput {
//!     file_name: "pump.jpg".into(),
//!     media_type: "image/jpeg".into(),
//!     size: 48_000,
//! })?;
//! let media = upload.begin(MediaId::at(now, [1; 10]), AccountId::at(now, [2; 10]), 10_485_760, now)?;
//! assert_eq!(media.state, MediaState::Pending);
//!
//! let found = MediaFound { size: 47_000, digest: ContentDigest([7; 32]), dimensions: Some((640, 480)) };
//! let (media, _) = media.finalise(found, now)?;
//! assert_eq!((media.state, media.width), (MediaState::Ready, Some(640)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod digest;
mod file_name;
mod transfer;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::digest::ContentDigest;
pub use self::transfer::{DeclaredMedia, HeaderField, MediaUrl, MediaVariant, UploadTarget};
use super::{MediaDeleted, MediaUploaded};
use crate::answer::answer;
use crate::choice::choices;
use crate::collection::Whole;
use crate::error::InvalidTransition;
use crate::id::{AccountId, MediaId};
use crate::record::record;
use crate::text::Line;
use crate::validation::{Field, Report, Violation, Violations};

choices! {
    /// What a file is, as an internet media type.
    MediaType {
        /// A picture, mostly a photograph.
        Jpeg = "image/jpeg",
        /// A picture, mostly a drawing.
        Png = "image/png",
        /// A picture.
        WebP = "image/webp",
        /// A picture that may move.
        Gif = "image/gif",
        /// A film.
        Mp4 = "video/mp4",
        /// A document.
        Pdf = "application/pdf",
    }

    /// How far an upload is.
    MediaState {
        /// It was declared; its content is awaited, and nobody but its owner sees it.
        Pending = "pending",
        /// Its content is there and was looked into.
        Ready = "ready",
    }
}

impl MediaType {
    /// Whether it is a picture, with width, height and a thumbnail.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::WebP | Self::Gif)
    }

    /// Whether it is shown within a page; what is not is saved as a file.
    pub const fn is_shown_inline(self) -> bool {
        !matches!(self, Self::Pdf)
    }

    /// What the thumbnail of such a file is: photographs stay photographs, all others keep what shines through.
    pub const fn thumbnail(self) -> Option<Self> {
        match self {
            Self::Jpeg => Some(Self::Jpeg),
            Self::Png | Self::WebP | Self::Gif => Some(Self::Png),
            Self::Mp4 | Self::Pdf => None,
        }
    }
}

/// How many bytes a file has: the most that a community may allow is 100 MiB.
pub type MediaSize = Whole<1, 104_857_600>;

record! {
    /// A file that is to be uploaded, as its owner declares it.
    pub struct MediaUpload / MediaInput / MediaPatch {
        /// Its name, without a path; it ends as such files do.
        file_name: Line<1, 200>,
        /// What it is. The content decides: one that is something else is refused.
        media_type: MediaType,
        /// How many bytes it has.
        size: MediaSize,
    }
    check(file_name) |report| MediaUpload::check_name(file_name, report);
    check(file_name, media_type) |report| MediaUpload::check_ending(file_name, *media_type, report);
}

impl MediaUpload {
    fn check_name(name: &Line<1, 200>, report: &mut Report) {
        if !file_name::is_plain(name.as_str()) {
            let expected = "a plain file name: no path, no signs that turn text around, no name of a device";
            report.field("file_name", |report| report.add(Violation::malformed(expected)));
        }
    }

    fn check_ending(name: &Line<1, 200>, media_type: MediaType, report: &mut Report) {
        if file_name::is_plain(name.as_str()) && !file_name::fits(name.as_str(), media_type) {
            let expected = file_name::expected(media_type);
            report.field("file_name", |report| report.add(Violation::malformed(expected)));
        }
    }

    /// The owner declares the file. `most` is what their community allows, in bytes.
    pub fn begin(
        self,
        id: MediaId,
        owner: AccountId,
        most: u32,
        now: DateTime<Utc>,
    ) -> Result<Media, Violations> {
        if self.size.get() > most {
            return Err(Violations::one("/size", Violation::out_of_range(1, most)));
        }
        Ok(Media {
            id,
            owner,
            state: MediaState::Pending,
            digest: None,
            width: None,
            height: None,
            created_at: now,
            finalised_at: None,
            upload: self,
        })
    }
}

answer! {
    /// A file that somebody uploads, or has uploaded.
    pub struct Media {
        /// Its id.
        id: MediaId,
        /// Who uploads it.
        owner: AccountId,
        /// How far the upload is.
        state: MediaState,
        /// The SHA-256 of the content that is kept, once it is ready.
        digest: Option<ContentDigest>,
        /// How wide a picture is shown, in pixels.
        width: Option<u16>,
        /// How high a picture is shown, in pixels.
        height: Option<u16>,
        /// When it was declared.
        created_at: DateTime<Utc>,
        /// When its content was found to be good.
        finalised_at: Option<DateTime<Utc>>,
        ..
        /// What its owner declared. Once it is ready, its size is that of what is kept: what tells about the maker of a
        /// picture was taken out.
        upload: MediaUpload,
    }
}

/// What was found in the content of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaFound {
    /// How many bytes are kept.
    pub size: u32,
    /// Their SHA-256.
    pub digest: ContentDigest,
    /// Width and height of a picture as it is shown, in pixels.
    pub dimensions: Option<(u16, u16)>,
}

impl Media {
    /// How many files one post may have.
    pub const MOST_ATTACHED: usize = 5;
    /// How long the content of a declared file is awaited.
    pub const AWAITED: TimeDelta = TimeDelta::days(1);

    /// Its content was looked into and is good.
    pub fn finalise(
        self,
        found: MediaFound,
        now: DateTime<Utc>,
    ) -> Result<(Self, MediaUploaded), InvalidTransition> {
        let MediaState::Pending = self.state else {
            return Err(InvalidTransition::new("media", self.state.as_str(), "finalise"));
        };
        let upload = MediaUpload {
            // What is kept is never larger than the largest that may come.
            size: MediaSize::from_raw(found.size.into()).unwrap_or(self.upload.size),
            ..self.upload
        };
        let fact = MediaUploaded {
            media: self.id,
            owner: self.owner,
            media_type: upload.media_type,
            size: upload.size.get(),
        };
        let (width, height) = found.dimensions.unzip();
        let media = Self {
            state: MediaState::Ready,
            digest: Some(found.digest),
            width,
            height,
            finalised_at: Some(now),
            upload,
            ..self
        };
        Ok((media, fact))
    }

    /// Its owner deletes it, which they cannot while it hangs on a post or a message.
    pub fn delete(&self, attached: bool) -> Result<MediaDeleted, InvalidTransition> {
        if attached {
            return Err(InvalidTransition::new("media", "attached", "delete"));
        }
        Ok(MediaDeleted { media: self.id, owner: self.owner })
    }
}
