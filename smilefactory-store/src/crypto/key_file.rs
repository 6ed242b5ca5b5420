//! A master key that lies in a file: for databases that have a folder and nobody to configure them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{InvalidMasterKey, MasterKey};

/// Why there is no master key in the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The file can be neither read nor made.
    #[error("the master key in {} cannot be read or made", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's own words.
        #[source]
        source: io::Error,
    },
    /// The file holds something else. It is never overwritten: what it wrapped would be lost.
    #[error("{} holds no master key: {source}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: InvalidMasterKey,
    },
}

impl MasterKey {
    /// The key in the file; when there is none, one is made from `random` and written there, readable by its
    /// owner only. It appears whole or not at all, and of several that do this at once all get the same key.
    ///
    /// Whoever loses the file loses every encrypted field. It waits for the disk.
    pub fn load_or_create(path: &Path, random: [u8; 32]) -> Result<Self, KeyFileError> {
        let created = Self::from_random(random);
        match load(path) {
            Err(KeyFileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                match create(path, &created) {
                    Ok(()) => Ok(created),
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => load(path),
                    Err(source) => Err(KeyFileError::Io { path: path.to_owned(), source }),
                }
            }
            loaded => loaded,
        }
    }
}

fn load(path: &Path) -> Result<MasterKey, KeyFileError> {
    let text = fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?;
    warn_when_others_may_read(path);
    text.parse().map_err(|source| KeyFileError::Invalid { path: path.to_owned(), source })
}

/// Writes the key under another name and links it to its own, which fails when that exists by then.
fn create(path: &Path, key: &MasterKey) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    // The id is a digest of randomness: nobody else has this name, and it tells nothing.
    unfinished.push(format!(".{}", key.id()));
    let unfinished = PathBuf::from(unfinished);
    let linked = write(&unfinished, key).and_then(|()| fs::hard_link(&unfinished, path));
    let removed = fs::remove_file(&unfinished);
    linked?;
    removed?;
    sync_folder(path)
}

fn write(path: &Path, key: &MasterKey) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(key.to_text().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// On Unix a new name outlasts a power cut only when its folder was written too.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Only a warning: some file systems know no permissions at all.
fn warn_when_others_may_read(path: &Path) {
    #[cfg(unix)]
    if let Ok(metadata) = fs::metadata(path) {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = metadata.permissions().mode();
        if mode & 0o077 != 0 {
            let (path, mode) = (path.display(), mode & 0o777);
            tracing::warn!(
                "others than its owner may read the master key in {path} (mode {mode:o}): chmod 600 it"
            );
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}
