//! Mail to a server.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use url::{Host, Url};

use super::{Mail, MailError, MailTrouble, Mailer};

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a connection is kept that nothing is sent by.
const IDLE: Duration = Duration::from_secs(30);

/// Where a server for mail is, and how one logs in: `smtps://user:password@host:port`.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(Url);

/// A URL that is no server's for mail, or would send passwords and mail in the clear without saying so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SmtpUrlError(&'static str);

impl FromStr for SmtpUrl {
    type Err = SmtpUrlError;

    fn from_str(text: &str) -> Result<Self, SmtpUrlError> {
        let malformed =
            || SmtpUrlError("must be like smtps://user:password@host or smtp://host?tls=required");
        let url = Url::parse(text).map_err(|_| malformed())?;
        let host = url.host().ok_or_else(malformed)?.to_owned();
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        match (url.scheme(), tls.as_deref()) {
            ("smtps", None) | ("smtp", Some("required" | "none")) => Ok(Self(url)),
            ("smtp", None) if is_here(&host) => Ok(Self(url)),
            ("smtp", None) => Err(SmtpUrlError(
                "add ?tls=required, or ?tls=none to send everything through the network in the clear",
            )),
            _ => Err(malformed()),
        }
    }
}

/// Whether nothing leaves this machine.
fn is_here(host: &Host<String>) -> bool {
    match host {
        // Of a scheme that it does not know, the library takes an address for a name.
        Host::Domain(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

impl SmtpUrl {
    /// As the library reads it, for which no word means in the clear.
    fn for_library(&self) -> Url {
        let mut url = self.0.clone();
        if url.query() == Some("tls=none") {
            url.set_query(None);
        }
        url
    }
}

/// Without what one logs in with.
impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or_default())?;
        self.0.port().map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpUrl({self})")
    }
}

/// Sends mail to a server, which carries it on.
#[derive(Clone)]
pub struct MailSmtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    place: String,
}

impl fmt::Debug for MailSmtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailSmtp")
            .field("place", &self.place)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl MailSmtp {
    /// Mail to this server, from this address: `The community <no-reply@example.org>`. Nothing is sent yet.
    pub fn new(url: &SmtpUrl, from: &str) -> Result<Self, MailError> {
        let never = |reason: String| MailError { reason, trouble: MailTrouble::Never };
        let from = from.parse().map_err(|error| never(format!("mail cannot come from there ({error})")))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.for_library().as_str())
            .map_err(|error| never(format!("no server for mail is at {url} ({error})")))?
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().idle_timeout(IDLE))
            .build();
        Ok(Self { transport, from, place: url.to_string() })
    }

    /// The mail as a message.
    fn message(&self, mail: &Mail) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let mut builder = Message::builder()
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .date(SystemTime::from(mail.at))
            .from(self.from.clone())
            .to(Mailbox::new(None, mail.to.as_str().parse()?))
            .subject(mail.subject.clone());
        if let Some(url) = &mail.unsubscribe {
            builder = builder.header(ListUnsubscribe(url.clone())).header(OneClick);
        }
        Ok(builder.header(ContentType::TEXT_PLAIN).body(mail.text.clone())?)
    }
}

#[async_trait]
impl Mailer for MailSmtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        // What cannot be written cannot be sent, whoever tries.
        let message = self
            .message(mail)
            .map_err(|_| MailError { reason: "it is no message".to_owned(), trouble: MailTrouble::Never })?;
        self.transport.send(message).await.map(drop).map_err(|error| refusal(&error))
    }
}

/// What the server said, without its words: they may say to whom.
fn refusal(error: &smtp::Error) -> MailError {
    match error.status() {
        Some(code) if error.is_permanent() => {
            MailError { reason: format!("the mail server answered {code}"), trouble: MailTrouble::Never }
        }
        // 421: the server closes down, and would say the same of every other mail.
        Some(code) if code.to_string() != "421" => {
            MailError { reason: format!("the mail server answered {code}"), trouble: MailTrouble::NotNow }
        }
        Some(code) => MailError::away(format!("the mail server answered {code}")),
        None => MailError::away(format!("the mail server cannot be reached ({error})")),
    }
}

/// Where one unsubscribes (RFC 2369).
#[derive(Clone)]
struct ListUnsubscribe(String);

/// That a `POST` there is enough (RFC 8058).
#[derive(Clone)]
struct OneClick;

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }
    fn parse(value: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(value.trim_matches(['<', '>']).to_owned()))
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), format!("<{}>", self.0))
    }
}

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The library's pool looks for a runtime as soon as it is made.
    #[tokio::test]
    async fn nothing_goes_through_the_network_in_the_clear_by_mistake() {
        let read = |text: &str| text.parse::<SmtpUrl>();
        for text in [
            "smtps://user:secret@mail.example.org",
            "smtp://user:secret@mail.example.org:587?tls=required",
            "smtp://mail.example.org?tls=none",
            "smtp://localhost:1025",
            "smtp://127.0.0.1:1025",
            "smtp://[::1]",
        ] {
            let url = read(text).unwrap();
            assert!(!format!("{url} {url:?}").contains("secret"));
            MailSmtp::new(&url, "SmileFactory <no-reply@example.org>").map(drop).unwrap();
        }
        for text in [
            "smtp://mail.example.org",
            "smtp://user:secret@10.0.0.7",
            "smtp://mail.example.org?tls=maybe",
            "smtp://",
            "http://mail.example.org",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        let url = read("smtp://localhost:1025").unwrap();
        assert_eq!(MailSmtp::new(&url, "nobody").unwrap_err().trouble, MailTrouble::Never);
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_away() {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mailer =
            MailSmtp::new(&format!("smtp://{nobody}").parse().unwrap(), "no-reply@example.org").unwrap();
        let mail = Mail {
            id: uuid::Uuid::nil(),
            to: "tariro@example.org".parse().unwrap(),
            subject: "Hello".to_owned(),
            text: "Hello.".to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
            unsubscribe: None,
        };
        let error = mailer.send(&mail).await.unwrap_err();
        assert_eq!(error.trouble, MailTrouble::Away);
        assert!(!error.to_string().contains("tariro"), "{error}");
    }
}
