//! Earlier versions of posts.

use serde::Serialize;
use smilefactory_core::content::{Post, PostDiff, PostVersion as Earlier};
use smilefactory_core::id::PostId;
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::List;
use crate::post::PostVersion;
use crate::request::Transport;

/// Earlier versions of posts; from [`Client::versions`](crate::Client::versions). For their authors and staff.
///
/// A version has the number of the [`Post::version`] at which its text was saved; the text a post has now, at its
/// [`Post::text_version`], is not among the earlier ones.
#[derive(Clone, Copy, Debug)]
pub struct Versions<'a>(pub(crate) &'a Transport);

impl Versions<'_> {
    /// The earlier versions of a post, the last first.
    pub fn list(&self, post: PostId) -> List<Earlier> {
        List::new(self.0, &op::LIST_VERSIONS).of(post)
    }

    /// One of them.
    pub fn get(&self, post: PostId, number: Version) -> Call<Earlier> {
        Call::new(self.0, &op::GET_VERSION).id(post).number(number)
    }

    /// What changed from one version to another, or to the text the post has now.
    pub fn diff(&self, post: PostId, from: Version, to: Option<Version>) -> Call<PostDiff> {
        let call = Call::new(self.0, &op::DIFF_VERSION).id(post).number(from);
        match to {
            Some(to) => call.query("to", to.to_string()),
            None => call,
        }
    }

    /// The author brings a version back, which makes a new one of the text there is now.
    pub fn restore(&self, post: impl Into<PostVersion>, number: Version) -> Call<Post, Keyed> {
        let post = post.into();
        Call::new(self.0, &op::RESTORE_VERSION).id(post.id).number(number).if_match(post.version)
    }

    /// Takes the text of a version away for good, and says why: 1 to 500 characters on one line.
    pub fn redact(&self, post: PostId, number: Version, reason: &str) -> Call<Earlier, Keyed> {
        #[derive(Serialize)]
        struct Redaction<'a> {
            reason: &'a str,
        }
        Call::new(self.0, &op::REDACT_VERSION).id(post).number(number).json(&Redaction { reason })
    }
}
