use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::cluster::{Cluster, is_server_of};
use super::error::io_error;
use super::instance::Instance;
use super::probe::{Answer, ask};
use super::{Binaries, FileLock, NativeError, Options, Release, default_folder, url};

/// Seconds without a user after which a shared server ends: longer than the pause between two test programs.
const GRACE: u8 = 5;

/// A PostgreSQL server that all test processes of this machine share, one for each release and target folder.
///
/// The first process starts it, with [`Options::new`]; it stops by itself some seconds after the last process
/// that acquired it has ended, in whatever way. Who logs in is trusted, and the superuser is `postgres`. All
/// calls block: from async code use `spawn_blocking`.
///
/// ```no_run
/// use smilefactory_store::native::{Release, SharedServer};
///
/// let server = SharedServer::acquire(Release::from_env()?)?;
/// let template = server.with_file_lock("template-3f9a", || {
///     // Create the database unless it is there: no other process does so meanwhile.
///     server.url("template_3f9a")
/// })?;
/// # Ok::<(), smilefactory_store::native::NativeError>(())
/// ```
#[derive(Debug)]
pub struct SharedServer {
    release: Release,
    port: u16,
    instance: Instance,
}

impl SharedServer {
    /// The server of this release, started when there is none. The process uses it until it ends.
    pub fn acquire(release: Release) -> Result<Arc<Self>, NativeError> {
        static ACQUIRED: Mutex<BTreeMap<Release, Arc<SharedServer>>> = Mutex::new(BTreeMap::new());
        // What a panicking thread leaves behind is whole: the map changes in one step.
        let mut acquired = ACQUIRED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = acquired.get(&release) {
            return Ok(Arc::clone(server));
        }
        let folder = default_folder()?;
        let binaries = Binaries::obtain(release, &folder)?;
        let door = folder.join(format!("shared-{release}.lock"));
        let note = folder.join(format!("shared-{release}"));
        let _alone = FileLock::acquire(&door)?;
        let server = Arc::new(match Self::join(release, &note)? {
            Some(server) => {
                if !server.instance.is_watched()? {
                    server.instance.watch(GRACE, &door)?;
                }
                server
            }
            None => Self::start(&binaries, &door, &note)?,
        });
        acquired.insert(release, Arc::clone(&server));
        Ok(server)
    }

    /// Uses the server that the note is about, if it still runs.
    fn join(release: Release, note: &Path) -> Result<Option<Self>, NativeError> {
        const PATIENCE: Duration = Duration::from_secs(30);
        let Some((port, folder)) = fs::read_to_string(note).ok().as_deref().and_then(read_note) else {
            return Ok(None);
        };
        let Some(instance) = Instance::join(folder)? else { return Ok(None) };
        let deadline = Instant::now() + PATIENCE;
        loop {
            match ask(port) {
                answer @ Answer::Ready { .. } => {
                    let ours = is_server_of(&answer, &instance.data());
                    return Ok(ours.then_some(Self { release, port, instance }));
                }
                // It recovers from a backend that was killed, or has its hands full.
                Answer::NotReady if Instant::now() < deadline => sleep(Duration::from_millis(50)),
                Answer::NotReady | Answer::Nobody => return Ok(None),
            }
        }
    }

    fn start(binaries: &Binaries, door: &Path, note: &Path) -> Result<Self, NativeError> {
        let (instance, account) = Instance::create()?;
        // First the watchdog, so that nothing is left over when this process is killed in the middle.
        instance.watch(GRACE, door)?;
        let cluster = Cluster::new((instance, account), binaries, &Options::new())?;
        cluster.initialise()?;
        let (_, port) = cluster.launch(None)?;
        let instance = cluster.instance;
        let text = format!("{port}\n{}\n", instance.folder().display());
        let unfinished = note.with_extension("partial");
        fs::write(&unfinished, text)
            .and_then(|()| fs::rename(&unfinished, note))
            .map_err(io_error("write", note))?;
        Ok(Self { release: binaries.release(), port, instance })
    }

    /// The address of a database, logging in as the superuser.
    pub fn url(&self, database: &str) -> String {
        self.url_as("postgres", database)
    }

    /// The address of a database, logging in as another role.
    pub fn url_as(&self, user: &str, database: &str) -> String {
        url::url(user, self.port, database)
    }

    /// The release of the server.
    pub fn release(&self) -> Release {
        self.release
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The end of the server's log, which has the lines of every process's queries.
    pub fn log_tail(&self) -> String {
        self.instance.log_tail(0)
    }

    /// Waits for a lock that the users of this server share, threads and processes alike.
    pub fn lock(&self, name: &str) -> Result<FileLock, NativeError> {
        let fits = (1..=100).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !fits {
            return Err(NativeError::LockName { name: name.to_owned() });
        }
        FileLock::acquire(&self.instance.folder().join(format!("lock-{name}")))
    }

    /// Does something that only one user of this server may do at a time, such as making a template database.
    ///
    /// A process may be killed in the middle of it, so what is made should get its final name as the last
    /// step.
    pub fn with_file_lock<T>(&self, name: &str, work: impl FnOnce() -> T) -> Result<T, NativeError> {
        let _alone = self.lock(name)?;
        Ok(work())
    }
}

fn read_note(note: &str) -> Option<(u16, PathBuf)> {
    let (port, folder) = note.trim_end().split_once('\n')?;
    Some((port.parse().ok()?, PathBuf::from(folder)))
}
