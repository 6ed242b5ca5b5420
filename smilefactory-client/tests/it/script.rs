//! A server that answers as told, one step a request, and remembers what it was asked.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};
use axum::routing::any;
use futures::StreamExt;
use futures::stream;
use serde::Serialize;
use serde_json::{Value, json};
use smilefactory_client::{Client, ClientBuilder};
use smilefactory_core::content::{
    ListedPost, Post, PostDraft, PostEngagement, PostInput, PostState, PostView, ReactionCounts, Standing,
    ViewerState,
};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::identity::{Account, SignUp, SignUpInput};
use smilefactory_core::validation::Field;
use smilefactory_core::version::Version;
use tokio::net::TcpListener;

/// What the server does with a request.
pub(crate) enum Step {
    /// It answers.
    Answer { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// It begins an answer of so many bytes and cuts the connection.
    Cut { status: u16 },
    /// It announces an answer of a pebibyte, and begins it.
    Boast,
    /// It begins an answer and says no more.
    Drip,
    /// It sends bytes without end and without saying how many.
    Flood,
    /// It says nothing.
    Hang,
}

impl Step {
    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap();
        Self::Answer { status, headers: vec![("content-type", "application/json".to_owned())], body }
    }

    pub(crate) fn problem(status: u16, code: &str) -> Self {
        let problem = json!({
            "type": format!("urn:smilefactory:problem:{code}"), "title": "Refused", "status": status,
            "detail": "told so", "code": code, "new_member": [1],
        });
        let Self::Answer { body, .. } = Self::json(status, &problem) else { unreachable!() };
        Self::Answer { status, headers: vec![("content-type", "application/problem+json".to_owned())], body }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::Answer { status, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }

    fn response(self) -> Option<Response<Body>> {
        let (status, headers, body) = match self {
            Self::Answer { status, headers, body } => (status, headers, Body::from(body)),
            Self::Cut { status } => (status, vec![("content-length", "1000".to_owned())], cut_off()),
            Self::Boast => (200, vec![("content-length", (1_u64 << 50).to_string())], begun()),
            Self::Drip => (200, Vec::new(), begun()),
            Self::Flood => {
                let chunk = Bytes::from(vec![b' '; 4096]);
                (
                    200,
                    Vec::new(),
                    Body::from_stream(stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone()))),
                )
            }
            Self::Hang => return None,
        };
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        Some(response.body(body).unwrap())
    }
}

fn begun() -> Body {
    let begun = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{\"it"))]);
    Body::from_stream(begun.chain(stream::pending()))
}

fn cut_off() -> Body {
    Body::from_stream(stream::iter([Ok(Bytes::from_static(b"{\"it")), Err(io::Error::other("cut"))]))
}

/// A request as it came.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) at: Instant,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let url = url::Url::parse("http://h").unwrap().join(&self.target).unwrap();
        url.query_pairs().find(|(present, _)| present == name).map(|(_, value)| value.into_owned())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

type Director = Box<dyn FnMut(&Asked) -> Step + Send>;

struct Stage {
    direct: Mutex<Director>,
    asked: Mutex<Vec<Asked>>,
}

/// A server on a free port of this machine. It lives as long as the test's runtime.
pub(crate) struct Script {
    pub(crate) url: String,
    stage: Arc<Stage>,
}

impl Script {
    /// Takes these steps, one a request. To be asked once more is a failure: it answers 418.
    pub(crate) async fn of(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut steps: VecDeque<_> = steps.into_iter().collect();
        Self::by(move |_| steps.pop_front().unwrap_or_else(|| Step::problem(418, "not_in_the_script"))).await
    }

    /// Does with each request what `direct` says.
    pub(crate) async fn by(direct: impl FnMut(&Asked) -> Step + Send + 'static) -> Self {
        let stage = Arc::new(Stage { direct: Mutex::new(Box::new(direct)), asked: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(any(play)).with_state(Arc::clone(&stage));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, stage }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.stage.asked.lock().unwrap().clone()
    }

    /// A client that does not wait long between attempts.
    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder(&self.url).token(TOKEN).backoff(Duration::from_millis(1), Duration::from_millis(2))
    }
}

pub(crate) const TOKEN: &str = "sf_hunter2hunter2";

async fn play(State(stage): State<Arc<Stage>>, request: Request) -> Response<Body> {
    let at = Instant::now();
    let (parts, body) = request.into_parts();
    let asked = Asked {
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        headers: parts.headers,
        body: axum::body::to_bytes(body, 1 << 20).await.unwrap(),
        at,
    };
    let step = (stage.direct.lock().unwrap())(&asked);
    stage.asked.lock().unwrap().push(asked);
    match step.response() {
        Some(response) => response,
        None => std::future::pending().await,
    }
}

/// The post with this number.
pub(crate) fn post(number: u32) -> Post {
    let input = PostInput { kind: "post".into(), body: format!("post {number}"), ..PostInput::default() };
    let now = chrono::DateTime::UNIX_EPOCH;
    Post {
        id: PostId::from_uuid(uuid::Uuid::from_u128(number.into())),
        author: AccountId::from_uuid(uuid::Uuid::nil()),
        state: PostState::Published,
        standing: Standing::Visible,
        group: None,
        audience: smilefactory_core::content::PostAudience::Everybody,
        published_at: Some(now),
        text_version: Version::new(2),
        scheduled_for: None,
        version: Version::new(3),
        created_at: now,
        updated_at: now,
        draft: PostDraft::from_raw(input).unwrap(),
    }
}

/// What people did with it: nothing.
fn engagement(number: u32) -> PostEngagement {
    PostEngagement {
        post: post(number).id,
        reactions: ReactionCounts::default(),
        saves: 0,
        shares: 0,
        views: 0,
        comments: 0,
        viewer: ViewerState::default(),
    }
}

/// The same in a list.
pub(crate) fn listed(number: u32) -> ListedPost {
    ListedPost { reading_minutes: 1, engagement: engagement(number), post: post(number) }
}

/// The same as it is shown.
pub(crate) fn view(number: u32) -> PostView {
    let html = format!("<p>post {number}</p>\n");
    PostView { html, reading_minutes: 1, votes: None, engagement: engagement(number), post: post(number) }
}

pub(crate) fn account() -> Account {
    let sign_up = SignUp::from_raw(sign_up()).unwrap();
    sign_up.open(AccountId::from_uuid(uuid::Uuid::from_u128(1)), chrono::DateTime::UNIX_EPOCH).0
}

pub(crate) fn sign_up() -> SignUpInput {
    SignUpInput {
        email: "rudo@example.org".into(),
        password: "correct horse battery".into(),
        first_name: "Rudo".into(),
        last_name: "Moyo".into(),
    }
}
