//! From request to values: who calls, where, and what they send. What does not fit is a problem.

mod body;
mod page;
mod path;
mod precondition;
mod query;
mod tenant;
mod viewer;

use axum::http::Extensions;
use smilefactory_core::id::RequestId;

pub(crate) use self::body::bytes;
pub use self::body::{MAX_BODY, Nothing, Payload, Sent, Valid};
pub use self::page::Listing;
pub(crate) use self::page::page_size;
pub use self::path::{Key, Numbered, Pair};
pub use self::precondition::IfMatch;
pub(crate) use self::query::price;
pub use self::query::{Everything, Filter, Params, Query, optional};
pub use self::tenant::Community;
pub use self::viewer::{ActiveViewer, Reader, Viewer};
use crate::problem::ApiError;

/// The id of the request.
pub(crate) fn request_id(extensions: &Extensions) -> Result<RequestId, ApiError> {
    extensions.get().copied().ok_or_else(|| ApiError::internal("the request has no id"))
}
