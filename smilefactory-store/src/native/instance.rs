use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use super::account::Account;
use super::error::io_error;
use super::{FileLock, NativeError};

/// How much of the end of a log is shown.
const TAIL: u64 = 8 * 1024;

/// The folder of one server for as long as this process uses it.
///
/// Using it means to share the lock on a file in it, the lease. The system gives the lease back when the
/// process ends, however it ends, and a watchdog then stops the server and removes the folder.
#[derive(Debug)]
pub(super) struct Instance {
    folder: PathBuf,
    lease: FileLock,
}

impl Instance {
    /// Makes a folder for a new server, and says which account the server has to run as.
    pub(super) fn create() -> Result<(Self, Option<Account>), NativeError> {
        require_flock()?;
        let candidates = [std::env::temp_dir(), PathBuf::from("/tmp"), PathBuf::from("/var/tmp")];
        let mut refused = None;
        for candidate in &candidates {
            let folder = match make_folder(candidate) {
                Ok(folder) => folder,
                Err(error) => {
                    refused = refused.or(Some(error));
                    continue;
                }
            };
            let account = Account::for_owner_of(&folder)?;
            if account.is_none_or(|account| account.reaches(&folder).unwrap_or(false)) {
                let lease = FileLock::acquire_shared(&folder.join("lease"))?;
                return Ok((Self { folder, lease }, account));
            }
            fs::remove_dir(&folder).map_err(io_error("remove", &folder))?;
            refused = refused.or(Some(NativeError::NoTemporaryFolder { tried: candidates.to_vec() }));
        }
        Err(refused.unwrap_or(NativeError::NoTemporaryFolder { tried: candidates.to_vec() }))
    }

    /// Uses the server in `folder` too. None when the folder is gone.
    ///
    /// The caller holds the lock that its watchdog takes before it makes an end.
    pub(super) fn join(folder: PathBuf) -> Result<Option<Self>, NativeError> {
        let path = folder.join("lease");
        if !path.exists() {
            return Ok(None);
        }
        let lease = FileLock::acquire_shared(&path)?;
        Ok(Some(Self { folder, lease }))
    }

    /// Starts the watchdog, which makes an end `grace` seconds after the last user has gone if nobody came
    /// since.
    ///
    /// It holds `door` meanwhile, so who joins others' servers does so under that lock.
    pub(super) fn watch(&self, grace: u8, door: &Path) -> Result<Child, NativeError> {
        let shell = Path::new("/bin/sh");
        Command::new(shell)
            .args(["-c", include_str!("watchdog.sh"), "smilefactory-postgres-watchdog"])
            .arg(&self.folder)
            .arg(grace.to_string())
            .arg(door)
            .current_dir("/")
            // The end of this process, or a Ctrl-C, is what the watchdog is there for: it must outlive both.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(io_error("run", shell))
    }

    /// Whether a watchdog stands beside the server.
    pub(super) fn is_watched(&self) -> Result<bool, NativeError> {
        Ok(FileLock::try_acquire(&self.folder.join("watchdog"))?.is_none())
    }

    /// The lease as the standard input of a program that must have ended before the watchdog makes an end.
    pub(super) fn lease_for_child(&self) -> Result<Stdio, NativeError> {
        self.lease.for_child()
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Opens the log to append to it.
    pub(super) fn log(&self) -> Result<File, NativeError> {
        let path = self.folder.join("log");
        let log = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
        log.map_err(io_error("open", &path))
    }

    pub(super) fn log_length(&self) -> u64 {
        self.folder.join("log").metadata().map_or(0, |metadata| metadata.len())
    }

    /// The end of the log, of what was written after its first `skip` bytes.
    pub(super) fn log_tail(&self, skip: u64) -> String {
        let read = || -> io::Result<Vec<u8>> {
            let mut log = File::open(self.folder.join("log"))?;
            let from = skip.max(log.metadata()?.len().saturating_sub(TAIL));
            log.seek(SeekFrom::Start(from))?;
            let mut tail = Vec::new();
            log.read_to_end(&mut tail)?;
            Ok(tail)
        };
        match read() {
            Ok(tail) => String::from_utf8_lossy(&tail).into_owned(),
            Err(error) => format!("(the log cannot be read: {error})"),
        }
    }
}

/// The watchdog's one need beyond what every system has, asked for before there is anything to watch.
fn require_flock() -> Result<(), NativeError> {
    let flock = Command::new("flock").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    flock.map(drop).map_err(|_| NativeError::MissingTool {
        tool: "flock".to_owned(),
        remedy: "install util-linux, which has it on Linux; elsewhere the package `flock`".to_owned(),
    })
}

/// A new folder that every account may enter, whatever the umask.
fn make_folder(parent: &Path) -> Result<PathBuf, NativeError> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Server and watchdog compare paths, so there is one spelling.
    let parent = fs::canonicalize(parent).map_err(io_error("find", parent))?;
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = parent.join(format!("smilefactory-postgres-{}-{number}", std::process::id()));
        match fs::create_dir(&folder) {
            // A process that had our id before us was killed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => {
                made.and_then(|()| fs::set_permissions(&folder, Permissions::from_mode(0o755)))
                    .map_err(io_error("make", &folder))?;
                return Ok(folder);
            }
        }
    }
}
