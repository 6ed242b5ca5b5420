//! A server, its database, and who is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use server::background::Background;
use server::mail::{Mail, MailError, Mailer};
use server::{AppState, Options};
use smilefactory_client::{Client, LogIn};
use smilefactory_core::identity::Role;
use smilefactory_store::testing::TestDb;
use tokio::net::TcpListener;

/// What was seen of an operation, by method and path template.
pub(crate) type Seen = BTreeMap<(String, String), Requests>;

/// What the requests for one operation had in them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requests {
    pub(crate) parameters: BTreeSet<String>,
    pub(crate) headers: BTreeSet<String>,
}

/// A community with a server over it, and an empty one beside it.
pub(crate) struct World {
    pub(crate) db: TestDb,
    url: String,
    seen: Arc<Mutex<Seen>>,
    mails: Mailbox,
    _background: Background,
}

impl World {
    pub(crate) async fn start() -> Self {
        let db = TestDb::new().await;
        let (seen, mails) = (Arc::<Mutex<Seen>>::default(), Mailbox::default());
        let state = AppState::new(db.store.clone(), Options::default());
        let background = Background::start(&state, Arc::new(mails.clone()));
        let app = server::app(state).layer(from_fn_with_state(Arc::clone(&seen), look));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { db, url, seen, mails, _background: background }
    }

    /// Somebody who is not logged in, in the community `one`.
    pub(crate) fn nobody(&self) -> Client {
        self.nobody_in("one")
    }

    pub(crate) fn nobody_in(&self, tenant: &str) -> Client {
        Client::builder(&self.url).tenant(tenant).build().unwrap()
    }

    /// A member of the community `one`, logged in.
    pub(crate) async fn member(&self, name: &str) -> LogIn {
        self.db.one.person(name).await;
        self.log_in(&self.nobody(), name).await
    }

    /// A reviewer of the community `one`, logged in.
    pub(crate) async fn moderator(&self, name: &str) -> LogIn {
        self.db.one.staff(name, Role::Moderator).await;
        self.log_in(&self.nobody(), name).await
    }

    /// A member of the other community, logged in.
    pub(crate) async fn stranger(&self, name: &str) -> LogIn {
        self.db.two.person(name).await;
        self.log_in(&self.nobody_in("two"), name).await
    }

    async fn log_in(&self, client: &Client, name: &str) -> LogIn {
        client.sessions().log_in(format!("{name}@example.org"), format!("{name}-password")).await.unwrap()
    }

    /// The token in the mail that somebody gets, as soon as it is there.
    pub(crate) async fn mailed_token(&self, to: &str) -> String {
        for _ in 0..600 {
            if let Some(token) = self.mails.token_for(to) {
                return token;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no mail came for {to}");
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

async fn look(State(seen): State<Arc<Mutex<Seen>>>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("nowhere", MatchedPath::as_str);
    let key = (request.method().to_string(), path.to_owned());
    {
        let mut seen = seen.lock().unwrap();
        let requests = seen.entry(key).or_default();
        requests.headers.extend(request.headers().keys().map(ToString::to_string));
        let query = request.uri().query().unwrap_or_default();
        requests
            .parameters
            .extend(url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()));
    }
    next.run(request).await
}

/// Keeps mail for whoever looks.
#[derive(Clone, Debug, Default)]
struct Mailbox(Arc<Mutex<Vec<Mail>>>);

impl Mailbox {
    fn token_for(&self, to: &str) -> Option<String> {
        let mails = self.0.lock().unwrap();
        let mail = mails.iter().find(|mail| mail.to.as_str() == to)?;
        mail.text.split_whitespace().find(|word| word.starts_with("sf_")).map(str::to_owned)
    }
}

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}
