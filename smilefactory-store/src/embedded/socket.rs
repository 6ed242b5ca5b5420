//! The sockets between the store's pool, the door and the engine: files in a private folder where the system
//! has such, so that no other user of the machine gets in; the loopback interface elsewhere.

use std::io;
use std::path::Path;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

#[cfg(unix)]
pub(super) use unix::{Address, Listener, Stream};

#[cfg(not(unix))]
pub(super) use loopback::{Address, Listener, Stream};

/// Options that neither the environment nor a password file has a say in.
fn bare_options() -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass().password("").ssl_mode(PgSslMode::Disable)
}

#[cfg(unix)]
mod unix {
    pub(crate) use std::os::unix::net::{UnixListener as Listener, UnixStream as Stream};
    use std::path::PathBuf;

    use super::{Path, PgConnectOptions, bare_options, io};

    /// A socket's place.
    #[derive(Clone, Debug)]
    pub(crate) struct Address {
        folder: PathBuf,
        port: u16,
    }

    impl Address {
        /// A place in a folder; `port` is but a part of the file's name.
        pub(crate) fn new(folder: &Path, port: u16) -> Self {
            Self { folder: folder.to_owned(), port }
        }

        /// The socket's file, named as PostgreSQL's clients expect it.
        pub(crate) fn file(&self) -> PathBuf {
            self.folder.join(format!(".s.PGSQL.{}", self.port))
        }

        pub(crate) fn listen(self) -> io::Result<(Self, Listener)> {
            let listener = Listener::bind(self.file())?;
            Ok((self, listener))
        }

        pub(crate) fn connect(&self) -> io::Result<Stream> {
            Stream::connect(self.file())
        }

        pub(crate) fn connect_options(&self) -> PgConnectOptions {
            bare_options().socket(&self.folder).port(self.port)
        }
    }
}

#[cfg(not(unix))]
mod loopback {
    use std::net::{Ipv4Addr, SocketAddr};
    pub(crate) use std::net::{TcpListener as Listener, TcpStream as Stream};

    use super::{Path, PgConnectOptions, bare_options, io};

    /// A socket's place.
    #[derive(Clone, Debug)]
    pub(crate) struct Address(SocketAddr);

    impl Address {
        /// A place that the system chooses.
        pub(crate) fn new(_: &Path, _: u16) -> Self {
            Self((Ipv4Addr::LOCALHOST, 0).into())
        }

        pub(crate) const fn at(address: SocketAddr) -> Self {
            Self(address)
        }

        pub(crate) const fn socket(&self) -> SocketAddr {
            self.0
        }

        pub(crate) fn listen(self) -> io::Result<(Self, Listener)> {
            let listener = Listener::bind(self.0)?;
            Ok((Self(listener.local_addr()?), listener))
        }

        pub(crate) fn connect(&self) -> io::Result<Stream> {
            let stream = Stream::connect(self.0)?;
            stream.set_nodelay(true)?;
            Ok(stream)
        }

        pub(crate) fn connect_options(&self) -> PgConnectOptions {
            bare_options().host(&self.0.ip().to_string()).port(self.0.port())
        }
    }
}
