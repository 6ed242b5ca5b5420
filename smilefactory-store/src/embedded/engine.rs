//! The engine itself, and its renewal when it has died.

use std::io::{self, Read as _, Write as _};
use std::time::Duration;

use pglite_oxide::{PgliteServer, extensions};

use super::folder::Place;
use super::socket::{Address, Stream};
use crate::error::{Result, StoreError};

/// The superuser that the engine has.
pub(super) const LOGIN: &str = "postgres";
/// The database that the engine has.
pub(super) const DATABASE: &str = "template1";

/// Asks whether the server would speak TLS; what it answers, `N`, tells that it is alive.
const KNOCK: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// How long the engine may take to answer the knock. It answers at once or is dead.
const KNOCK_PATIENCE: Duration = Duration::from_secs(10);

/// The engine over the files of one place.
pub(super) struct Engine {
    server: Option<PgliteServer>,
    place: Place,
}

impl Engine {
    /// Starts it.
    pub(super) fn start(place: Place) -> Result<Self> {
        let mut engine = Self { server: None, place };
        engine.renew().map_err(|error| {
            StoreError::refused(
                format!(
                    "the embedded database in {} does not start ({error})",
                    engine.place.data().display()
                ),
                "it needs a folder to write to, and so does its cache (XDG_CACHE_HOME); or name a server with \
                 SMILEFACTORY_DATABASE_URL",
            )
        })?;
        Ok(engine)
    }

    /// The files it works on.
    pub(super) const fn place(&self) -> &Place {
        &self.place
    }

    /// A connection to an engine that is alive. A server thread that died, of a backend's crash or of a client
    /// that went at the wrong moment, is replaced: what was committed is in the log and comes back.
    pub(super) fn connect(&mut self) -> io::Result<Stream> {
        match self.knock() {
            Err(error)
                if error.kind() != io::ErrorKind::WouldBlock && error.kind() != io::ErrorKind::TimedOut =>
            {
                tracing::warn!(%error, "the embedded database died and is started again");
                self.renew()?;
                self.knock()
            }
            answer => answer,
        }
    }

    fn knock(&self) -> io::Result<Stream> {
        let server = self.server.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let mut stream = address(server)?.connect()?;
        stream.set_read_timeout(Some(KNOCK_PATIENCE))?;
        stream.write_all(&KNOCK)?;
        let mut answer = [0];
        stream.read_exact(&mut answer)?;
        stream.set_read_timeout(None)?;
        Ok(stream)
    }

    fn renew(&mut self) -> io::Result<()> {
        // The old one holds the files until it is gone.
        drop(self.server.take());
        let builder = PgliteServer::builder()
            .path(self.place.data())
            .extensions([
                extensions::VECTOR,
                extensions::PG_TRGM,
                extensions::UNACCENT,
                extensions::BTREE_GIN,
                extensions::BTREE_GIST,
            ])
            // Nothing writes checkpoints but the log's own size: a small log is quick to replay.
            .postgres_config("max_wal_size", "128MB");
        #[cfg(unix)]
        let builder = builder.unix(Address::new(self.place.runtime(), 2).file());
        let server = builder.start().map_err(|error| io::Error::other(format!("{error:#}")))?;
        self.server = Some(server);
        Ok(())
    }

    /// Stops it and writes what should last to the disk. Nobody may be connected.
    pub(super) fn stop(mut self) {
        if let Some(Err(error)) = self.server.take().map(PgliteServer::shutdown) {
            tracing::warn!(error = format!("{error:#}"), "the embedded database did not stop in order");
        }
        if let Err(error) = self.place.sync() {
            tracing::warn!(%error, "the embedded database was not written through to the disk");
        }
    }
}

#[cfg(unix)]
fn address(server: &PgliteServer) -> io::Result<Address> {
    let file = server.socket_path().ok_or(io::ErrorKind::NotConnected)?;
    Ok(Address::new(file.parent().ok_or(io::ErrorKind::NotFound)?, 2))
}

#[cfg(not(unix))]
fn address(server: &PgliteServer) -> io::Result<Address> {
    server.tcp_addr().map(Address::at).ok_or_else(|| io::ErrorKind::NotConnected.into())
}
