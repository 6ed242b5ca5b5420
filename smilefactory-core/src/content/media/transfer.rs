//! How content goes in and out.

use chrono::{DateTime, Utc};

use super::Media;
use crate::answer::answer;
use crate::choice::choices;

choices! {
    /// Which form of a file.
    MediaVariant {
        /// The file itself.
        Original = "original",
        /// A picture of at most 320 pixels a side.
        Thumbnail = "thumbnail",
    }
}

answer! {
    /// A header of a request.
    pub struct HeaderField: Eq {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    }
}

answer! {
    /// Where the content of a declared file is sent to.
    pub struct UploadTarget: Eq {
        /// The method.
        method: String,
        /// The address.
        url: String,
        /// Headers that must go with it, as they stand here.
        headers: Vec<HeaderField>,
        /// Whether the address gives the permission by itself, and no token goes with it. If not, it is an address of
        /// this interface like any other.
        direct: bool,
        /// How long it can be sent there.
        expires_at: DateTime<Utc>,
    }
}

answer! {
    /// A declared file, and how its content is sent.
    pub struct DeclaredMedia {
        /// The file.
        media: Media,
        /// Where the content goes; then the file is finalised.
        upload: UploadTarget,
    }
}

answer! {
    /// An address that gives content to whoever has it, for a while.
    pub struct MediaUrl: Eq {
        /// The address.
        url: String,
        /// How long it works.
        expires_at: DateTime<Utc>,
    }
}
