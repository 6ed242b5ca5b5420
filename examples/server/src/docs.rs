//! A page for people that shows the document. It needs nothing from anywhere else.

use std::sync::OnceLock;

use axum::http::HeaderName;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The page.
const PAGE: &str = include_str!("docs.html");

/// The page, and what a browser may do for it: run its own script, and ask this server.
pub(crate) async fn page() -> impl IntoResponse {
    static POLICY: OnceLock<String> = OnceLock::new();
    let policy = POLICY.get_or_init(|| {
        format!(
            "default-src 'none'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
             style-src 'sha256-{}'; script-src 'sha256-{}'",
            digest("style"),
            digest("script")
        )
    });
    let headers: [(HeaderName, &str); 2] =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, policy)];
    (headers, PAGE)
}

/// The digest of what stands in the page's only element of this name.
fn digest(element: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let inside =
        PAGE.split_once(&open).and_then(|(_, rest)| rest.split_once(&close)).map_or("", |(inside, _)| inside);
    STANDARD.encode(Sha256::digest(inside))
}
