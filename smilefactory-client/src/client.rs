//! The client: where everything starts.

use std::fmt;

use secrecy::SecretString;

use crate::account::Accounts;
use crate::barrier::{Blocks, Follows, Mutes};
use crate::builder::ClientBuilder;
use crate::category::Categories;
use crate::comment::Comments;
use crate::connection::Connections;
use crate::conversation::Conversations;
use crate::engagement::Engagement;
use crate::error::{Error, ErrorKind};
use crate::event::Events;
use crate::feed::Feed;
use crate::group::Groups;
use crate::inquiry::Inquiries;
use crate::listing::Listings;
use crate::live::Listening;
use crate::matching::Matches;
use crate::media::Media;
use crate::message::Messages;
use crate::moderation::{Moderation, Reports};
use crate::network::Network;
use crate::notification::Notifications;
use crate::organisation::Organisations;
use crate::platform::Platform;
use crate::post::Posts;
use crate::profile::Profiles;
use crate::registration::Registrations;
use crate::request::Transport;
use crate::session::Sessions;
use crate::settings::Settings;
use crate::tab::Tabs;
use crate::tag::Tags;
use crate::version::Versions;

/// A hosted instance, and who speaks to it.
///
/// Cheap to clone and to share between tasks and threads; clones share connections and the retry budget. Making one
/// sends nothing. Calls run on a tokio runtime.
#[derive(Clone)]
pub struct Client {
    transport: Transport,
}

impl Client {
    /// A client of the instance at `url`, for the owner of `token`.
    ///
    /// ```
    /// # fn main() -> Result<(), smilefactory_client::Error> {
    /// let client = smilefactory_client::Client::new("https://hub.example.org", "sf_…".replace('…', "secret"))?;
    /// assert!(!format!("{client:?}").contains("secret"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(url: impl AsRef<str>, token: impl Into<SecretString>) -> Result<Self, Error> {
        Self::builder(url.as_ref()).token(token).build()
    }

    /// A client as the environment says: the instance at `SMILEFACTORY_URL`, for the owner of `SMILEFACTORY_TOKEN` if
    /// it is set, and before log-in for the tenant `SMILEFACTORY_TENANT` if it is set.
    pub fn from_env() -> Result<Self, Error> {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let url = read("SMILEFACTORY_URL").ok_or_else(|| {
            Error::new(ErrorKind::Usage, "SMILEFACTORY_URL is not set: it says where the server is")
        })?;
        let mut builder = Self::builder(url);
        if let Some(token) = read("SMILEFACTORY_TOKEN") {
            builder = builder.token(token);
        }
        if let Some(tenant) = read("SMILEFACTORY_TENANT") {
            builder = builder.tenant(tenant);
        }
        builder.build()
    }

    /// A client of the instance at `url`, with more to set.
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    pub(crate) fn over(transport: Transport) -> Self {
        Self { transport }
    }

    /// The same client for the owner of another token.
    pub fn with_token(&self, token: impl Into<SecretString>) -> Result<Self, Error> {
        self.transport.with_token(Some(token.into())).map(Self::over)
    }

    /// The same client for somebody who is not logged in.
    pub fn without_token(&self) -> Result<Self, Error> {
        self.transport.with_token(None).map(Self::over)
    }

    /// Signing up, and the own account.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts(&self.transport)
    }

    /// Logging in and out.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(&self.transport)
    }

    /// What the community has set for its members. For admins.
    pub fn settings(&self) -> Settings<'_> {
        Settings(&self.transport)
    }

    /// What people tell about themselves.
    pub fn profiles(&self) -> Profiles<'_> {
        Profiles(&self.transport)
    }

    /// What posts were before they were changed.
    pub fn versions(&self) -> Versions<'_> {
        Versions(&self.transport)
    }

    /// What people publish.
    pub fn posts(&self) -> Posts<'_> {
        Posts(&self.transport)
    }

    /// What is new for the caller.
    pub fn feed(&self) -> Feed<'_> {
        Feed(&self.transport)
    }

    /// What people do with posts and comments.
    pub fn engagement(&self) -> Engagement<'_> {
        Engagement(&self.transport)
    }

    /// What people work for and put money into.
    pub fn organisations(&self) -> Organisations<'_> {
        Organisations(&self.transport)
    }

    /// The trees of categories.
    pub fn categories(&self) -> Categories<'_> {
        Categories(&self.transport)
    }

    /// The words that posts are found by.
    pub fn tags(&self) -> Tags<'_> {
        Tags(&self.transport)
    }

    /// Files that people upload, and hang on their posts.
    pub fn media(&self) -> Media<'_> {
        Media(&self.transport)
    }

    /// What others say to a post, and to each other.
    pub fn comments(&self) -> Comments<'_> {
        Comments(&self.transport)
    }

    /// Whom one knows, and who wants to.
    pub fn connections(&self) -> Connections<'_> {
        Connections(&self.transport)
    }

    /// What comes of whom one knows, and the ways to others.
    pub fn network(&self) -> Network<'_> {
        Network(&self.transport)
    }

    /// Whom one wants to hear of.
    pub fn follows(&self) -> Follows<'_> {
        Follows(&self.transport)
    }

    /// Whom one is not there for.
    pub fn blocks(&self) -> Blocks<'_> {
        Blocks(&self.transport)
    }

    /// Whose doings one is not shown.
    pub fn mutes(&self) -> Mutes<'_> {
        Mutes(&self.transport)
    }

    /// Who writes to whom, and how one keeps it.
    pub fn conversations(&self) -> Conversations<'_> {
        Conversations(&self.transport)
    }

    /// People who come together, and when.
    pub fn events(&self) -> Events<'_> {
        Events(&self.transport)
    }

    /// Who comes, who waits, and who was there.
    pub fn registrations(&self) -> Registrations<'_> {
        Registrations(&self.transport)
    }

    /// What people say to each other.
    pub fn messages(&self) -> Messages<'_> {
        Messages(&self.transport)
    }

    /// Who gathers around what, and who has a say there.
    pub fn groups(&self) -> Groups<'_> {
        Groups(&self.transport)
    }

    /// What happens, as it happens, and who is there.
    pub fn live(&self) -> Listening<'_> {
        Listening(&self.transport)
    }

    /// What people offer each other.
    pub fn listings(&self) -> Listings<'_> {
        Listings(&self.transport)
    }

    /// What people ask about it, and what comes of that.
    pub fn inquiries(&self) -> Inquiries<'_> {
        Inquiries(&self.transport)
    }

    /// Whom to meet, and why.
    pub fn matches(&self) -> Matches<'_> {
        Matches(&self.transport)
    }

    /// Reporting something to the moderators.
    pub fn reports(&self) -> Reports<'_> {
        Reports(&self.transport)
    }

    /// What moderators do, and what those they decide about may do.
    pub fn moderation(&self) -> Moderation<'_> {
        Moderation(&self.transport)
    }

    /// What one is told, and how.
    pub fn notifications(&self) -> Notifications<'_> {
        Notifications(&self.transport)
    }

    /// The six tabs, and what may be asked of them.
    pub fn tabs(&self) -> Tabs<'_> {
        Tabs(&self.transport)
    }

    /// How the instance itself is.
    pub fn platform(&self) -> Platform<'_> {
        Platform(&self.transport)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = self.transport.settings();
        f.debug_struct("Client")
            .field("url", &settings.base.as_str())
            .field("tenant", &settings.tenant)
            .field("token", &settings.token.as_ref().map(|_| "…"))
            .finish_non_exhaustive()
    }
}
