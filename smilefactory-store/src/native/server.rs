use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;

use super::cluster::Cluster;
use super::error::io_error;
use super::instance::Instance;
use super::{Binaries, NativeError, Options, url};

/// A PostgreSQL server of one's own on 127.0.0.1, at a free port, with its data in a temporary folder.
///
/// Who logs in is trusted, and the superuser is `postgres`. Dropping it stops it and removes its folder; when
/// the process is killed, a watchdog does so at once. All calls block: from async code use `spawn_blocking`.
///
/// ```no_run
/// use smilefactory_store::native::{Binaries, Options, Release, Server, default_folder};
///
/// let binaries = Binaries::obtain(Release::from_env()?, &default_folder()?)?;
/// let mut server = Server::start(&binaries, &Options::new().durable(true))?;
/// let url = server.url("postgres");
/// server.kill_9()?;
/// server.restart()?;
/// assert_eq!(server.url("postgres"), url);
/// # Ok::<(), smilefactory_store::native::NativeError>(())
/// ```
#[derive(Debug)]
pub struct Server {
    port: u16,
    // Dropped in this order: first the lease is given back, then the end is waited for.
    cluster: Cluster,
    processes: Processes,
}

#[derive(Debug)]
struct Processes {
    server: Option<Child>,
    watchdog: Child,
    folder: PathBuf,
}

impl Server {
    /// Starts a new server and waits until it takes queries.
    pub fn start(binaries: &Binaries, options: &Options) -> Result<Self, NativeError> {
        let (instance, account) = Instance::create()?;
        let folder = instance.folder().to_owned();
        let watchdog = instance.watch(0, &folder.join("door"))?;
        let cluster = Cluster::new((instance, account), binaries, options)?;
        let mut server = Self { port: 0, cluster, processes: Processes { server: None, watchdog, folder } };
        server.cluster.initialise()?;
        let (process, port) = server.cluster.launch(None)?;
        server.processes.server = Some(process);
        server.port = port;
        Ok(server)
    }

    /// Stops the server as its administrator would: clients are cut off, what is committed is written.
    /// Nothing happens when it is stopped already.
    pub fn stop(&mut self) -> Result<(), NativeError> {
        if let Some(process) = &mut self.processes.server {
            self.cluster.stop(process)?;
            self.processes.server = None;
        }
        Ok(())
    }

    /// Kills the server's first process, as a crash would: the others notice it and end too.
    pub fn kill_9(&mut self) -> Result<(), NativeError> {
        if let Some(mut process) = self.processes.server.take() {
            process.kill().and_then(|()| process.wait()).map_err(io_error("kill", Path::new("postgres")))?;
        }
        Ok(())
    }

    /// Starts the server again at the same port, after stopping it if it runs, and waits until it takes
    /// queries.
    pub fn restart(&mut self) -> Result<(), NativeError> {
        self.stop()?;
        let (process, _) = self.cluster.launch(Some(self.port))?;
        self.processes.server = Some(process);
        Ok(())
    }

    /// The address of a database, logging in as the superuser.
    pub fn url(&self, database: &str) -> String {
        self.url_as("postgres", database)
    }

    /// The address of a database, logging in as another role.
    pub fn url_as(&self, user: &str, database: &str) -> String {
        url::url(user, self.port, database)
    }

    /// The port on 127.0.0.1; it stays the same over restarts.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The data folder, which only the server's account and root can read.
    pub fn data_folder(&self) -> PathBuf {
        self.cluster.instance.data()
    }

    /// The end of the server's log.
    pub fn log_tail(&self) -> String {
        self.cluster.instance.log_tail(0)
    }
}

impl Drop for Processes {
    /// Waits until the watchdog has stopped the server and removed its folder; had it been killed, both is
    /// left to do.
    fn drop(&mut self) {
        let watched = self.watchdog.wait();
        let ended = self
            .server
            .as_mut()
            .map_or(Ok(()), |server| server.kill().and_then(|()| server.wait().map(drop)));
        let removed = if self.folder.exists() { fs::remove_dir_all(&self.folder) } else { Ok(()) };
        if let Err(error) = watched.map(drop).and(ended).and(removed) {
            tracing::warn!(folder = %self.folder.display(), %error, "a PostgreSQL server was not tidied up");
        }
    }
}
