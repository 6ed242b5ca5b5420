use super::Release;

/// How a server is set up: as a unit suite wants it, or durable, with settings of the caller's on top.
///
/// ```
/// use smilefactory_store::native::Options;
///
/// let options = Options::new().durable(true).set("wal_level", "logical");
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Options {
    durable: bool,
    settings: Vec<(String, String)>,
}

impl Options {
    /// What a unit suite wants: nothing survives a crash of the machine, little memory, 200 connections.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether what is committed must survive a crash: on for benches and for tests of recovery.
    pub fn durable(mut self, durable: bool) -> Self {
        self.durable = durable;
        self
    }

    /// Sets a setting of `postgresql.conf`; the last one of a name wins, over those made here too.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// What `initdb` is called with besides the data folder.
    pub(super) fn initdb_arguments(&self, release: Release) -> Vec<&'static str> {
        // Both sort by code point, so an ORDER BY means the same on every release and machine.
        let mut arguments = match release {
            Release::Pg15 => vec!["--locale=C.UTF-8"],
            Release::Pg18 => vec!["--locale-provider=builtin", "--locale=C.UTF-8"],
        };
        arguments.extend(["--encoding=UTF8", "--auth=trust", "--username=postgres"]);
        // An empty database need not survive anything, and syncing it takes ten times as long as making it.
        arguments.push("--no-sync");
        if self.durable {
            arguments.push("--data-checksums");
        }
        arguments
    }

    /// What `postgres` is called with besides the data folder.
    pub(super) fn server_arguments(&self, port: u16) -> Vec<String> {
        let port = port.to_string();
        let always = [
            ("listen_addresses", "127.0.0.1"),
            ("port", &port),
            ("unix_socket_directories", ""),
            ("max_connections", "200"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            ("jit", "off"),
        ];
        let fast = [
            ("fsync", "off"),
            ("full_page_writes", "off"),
            ("synchronous_commit", "off"),
            ("shared_buffers", "64MB"),
            ("checkpoint_timeout", "1h"),
            ("autovacuum", "off"),
        ];
        let fast = if self.durable { &[][..] } else { &fast[..] };
        let own = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        always
            .iter()
            .chain(fast)
            .copied()
            .chain(own)
            .flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")])
            .collect()
    }
}
