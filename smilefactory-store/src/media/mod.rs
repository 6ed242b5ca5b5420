//! What is done with uploaded files: they are staged, looked into, kept, handed out and collected.
//!
//! The steps that belong together across database and blob store, and their order, are in [`MediaLibrary`]. No
//! connection to the database is held while contents move.

mod disposition;
mod inspect;
mod library;
mod strip;

pub use self::disposition::content_disposition;
pub use self::inspect::{Inspected, MOST_PIXELS, THUMBNAIL_SIDE, Unfit, inspect};
pub use self::library::{Address, Collected, MediaError, MediaLibrary, UNUSED};
