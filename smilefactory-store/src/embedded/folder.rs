//! Where an embedded database keeps its files.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::{Result, StoreError};

/// The key of a folder's personal fields, made when the configuration gives none.
pub(super) const KEY: &str = "master.key";
/// Locked as long as the database is open; its text is the process that locked it.
const LOCK: &str = "lock";
/// The engine's own files.
const DATA: &str = "database";

/// The folders of one database. They are its own until this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    data: PathBuf,
    /// Whether what is written should last.
    lasting: bool,
    /// Sockets, and the data of a temporary database; vanishes. Only this user may look into it.
    runtime: TempDir,
    /// Held, and freed by the system however the process ends.
    _lock: Option<File>,
}

impl Place {
    /// A place that vanishes.
    pub(super) fn temporary() -> Result<Self> {
        let runtime = runtime()?;
        Ok(Self { data: runtime.path().join(DATA), lasting: false, runtime, _lock: None })
    }

    /// A folder that stays, and that nobody else has.
    pub(super) fn folder(path: &Path) -> Result<Self> {
        make_private(path).map_err(refused("made", path))?;
        let lock = lock(path)?;
        Ok(Self { data: path.join(DATA), lasting: true, runtime: runtime()?, _lock: Some(lock) })
    }

    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    pub(super) fn runtime(&self) -> &Path {
        self.runtime.path()
    }

    /// Writes through to the disk what the engine left to the system's cache. To be called when it is stopped.
    pub(super) fn sync(&self) -> io::Result<()> {
        if self.lasting { sync(&self.data) } else { Ok(()) }
    }
}

fn runtime() -> Result<TempDir> {
    let mut folder = tempfile::Builder::new();
    folder.prefix("smilefactory-");
    #[cfg(unix)]
    folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    folder.tempdir().map_err(refused("made", &std::env::temp_dir()))
}

fn refused(done: &str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let problem = format!("the folder {} of the embedded database cannot be {done}", path.display());
    move |error| {
        StoreError::refused(
            format!("{problem} ({error})"),
            "give the process the right to, or name another folder with SMILEFACTORY_DATA",
        )
    }
}

/// Makes the folder, for this user alone.
fn make_private(path: &Path) -> io::Result<()> {
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        folder.mode(0o700);
    }
    folder.create(path)
}

fn lock(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .map_err(refused("written to", folder))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Who it is helps; that it is somebody is enough.
            _ = file.read_to_string(&mut holder);
            return Err(StoreError::refused(
                format!(
                    "the embedded database in {} is in use by process {}",
                    folder.display(),
                    holder.trim()
                ),
                "close it there, or name another folder with SMILEFACTORY_DATA",
            ));
        }
        Err(TryLockError::Error(error)) => return Err(refused("locked", folder)(error)),
    }
    let mut note = || {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    };
    note().map_err(refused("written to", folder))?;
    Ok(file)
}

fn sync(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            sync(&entry.path())?;
        } else if kind.is_file() {
            OpenOptions::new().write(true).open(entry.path())?.sync_all()?;
        }
    }
    // A folder's entries are its own to write; other systems do so by themselves.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
