//! What can be set on a client.

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::request::{Settings, Transport};
use crate::retry::Backoff;

/// What can be set on a [`Client`]; what is not set has the value its method names.
///
/// ```
/// use std::time::Duration;
/// use smilefactory_client::Client;
///
/// let client = Client::builder("https://hub.example.org")
///     .tenant("harare")
///     .timeout(Duration::from_secs(5))
///     .attempts(1)
///     .build()?;
/// # Ok::<(), smilefactory_client::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder makes a client when it is built"]
pub struct ClientBuilder {
    url: String,
    tenant: Option<String>,
    token: Option<SecretString>,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    timeout: Duration,
    backoff: Backoff,
    largest_answer: usize,
}

impl ClientBuilder {
    pub(crate) fn new(url: String) -> Self {
        Self {
            url,
            tenant: None,
            token: None,
            connect_timeout: Duration::from_secs(3),
            attempt_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            backoff: Backoff::default(),
            largest_answer: 64 * 1024 * 1024,
        }
    }

    /// Who speaks; nobody who is logged in, when it is not set.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// For which tenant somebody who is not logged in speaks, by its slug; a token knows its own. Not set, the server
    /// decides, by the host name it was reached under.
    pub fn tenant(mut self, slug: impl Into<String>) -> Self {
        self.tenant = Some(slug.into());
        self
    }

    /// How long a connection may take to come about: 3 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one attempt may take, the reading of the answer included: 10 seconds.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How long a call may take, all attempts and the pauses between them together: 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many attempts a call may make, the first one included: 3. After that many, or when the retries of the last
    /// calls are more than a fifth of them, the call fails. 1 is never to try again.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.backoff.attempts = attempts;
        self
    }

    /// How long the pause between two attempts is at most: `first` (100 ms) before the second attempt, twice as long
    /// before each further one, never more than `longest` (5 s). A random part of that is waited, or what the server
    /// asks for by `Retry-After`, up to a minute.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.backoff = Backoff { first, longest, ..self.backoff };
        self
    }

    /// The largest answer that is read, in bytes: 64 MiB. The largest page there can be, a hundred of the longest
    /// articles in a script of four-byte characters, has 40 MB.
    pub fn largest_answer(mut self, bytes: usize) -> Self {
        self.largest_answer = bytes;
        self
    }

    /// The client. Nothing is sent.
    pub fn build(self) -> Result<Client, Error> {
        let settings = Settings {
            base: base_url(&self.url)?,
            tenant: self.tenant,
            token: self.token,
            connect_timeout: self.connect_timeout,
            attempt_timeout: self.attempt_timeout,
            timeout: self.timeout,
            backoff: self.backoff,
            largest_answer: self.largest_answer,
        };
        Transport::new(settings).map(Client::over)
    }
}

/// The URL itself is in no message: somebody may have put a secret into it.
fn base_url(text: &str) -> Result<Url, Error> {
    let refuse = |words| Err(Error::new(ErrorKind::Usage, words));
    let Ok(url) = Url::parse(text.trim()) else {
        return refuse("the URL of the server is none: it must be absolute, as https://hub.example.org");
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return refuse("the URL of the server must begin with http:// or https:// and name a host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("the URL of the server must have no user name and password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("the URL of the server must have no query and no fragment");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_cannot_be_used_is_refused_without_being_repeated() {
        for url in [
            "hub.example.org",
            "ftp://hub.example.org",
            "https://user:hunter2@hub.example.org",
            "https://hub.example.org/?key=hunter2",
            "https://hub.example.org/#hunter2",
            "data:hunter2",
            "",
        ] {
            let error = Client::builder(url).build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{url}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_secret_shows_in_no_debug_form() {
        let builder = Client::builder("http://127.0.0.1:1").token("sf_hunter2").tenant("harare");
        let client = builder.clone().build().unwrap();
        let call = client.sessions().log_in("a@example.org", "hunter2");
        for shown in [format!("{builder:?}"), format!("{client:?}"), format!("{call:?}")] {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }

    #[test]
    fn what_no_header_can_have_is_refused_without_being_repeated() {
        for token in ["sf_hunter2\n", "sf_hünter2", "sf_hunter2 x"] {
            let error = Client::new("http://127.0.0.1:1", token).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(!format!("{error} {error:?}").contains("nter2"), "{error}");
        }
        assert!(Client::builder("http://127.0.0.1:1").tenant("a b").build().is_err());
    }
}
