//! What completion opens.

use serde::{Deserialize, Serialize};

use crate::answer::answer;

/// From how complete a profile on its owner may do what; a setting of the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct CompletionBands {
    /// From how many percent on they may comment.
    pub comments_from: u8,
    /// From how many percent on they may hold events.
    pub events_from: u8,
    /// From how many percent on they may write articles for the blog.
    pub articles_from: u8,
    /// How many people they may ask to connect within a month, at first.
    pub connection_requests: u16,
    /// The same from [`comments_from`](Self::comments_from) on.
    pub more_connection_requests: u16,
    /// The same from [`events_from`](Self::events_from) on.
    pub most_connection_requests: u16,
}

#[cfg(feature = "openapi")]
crate::schema::by_utoipa!(CompletionBands);

impl Default for CompletionBands {
    fn default() -> Self {
        Self {
            comments_from: 31,
            events_from: 61,
            articles_from: 81,
            connection_requests: 50,
            more_connection_requests: 100,
            most_connection_requests: 200,
        }
    }
}

answer! {
    /// What the owner of a profile may do.
    ///
    /// ```
    /// use smilefactory_core::profile::{CompletionBands, Opens};
    ///
    /// let opens = Opens::at(60, &CompletionBands::default());
    /// assert!(opens.posts && opens.comments && !opens.events && !opens.articles);
    /// assert_eq!(opens.connection_requests_a_month, 100);
    /// ```
    pub struct Opens: Copy, Eq {
        /// Post.
        posts: bool,
        /// Comment.
        comments: bool,
        /// Hold events.
        events: bool,
        /// Write articles for the blog.
        articles: bool,
        /// Ask so many people to connect within a month; a plan may lift it.
        connection_requests_a_month: u16,
    }
}

impl Opens {
    /// What a profile opens that is complete to this percentage.
    pub const fn at(percent: u8, bands: &CompletionBands) -> Self {
        let comments = percent >= bands.comments_from;
        let events = percent >= bands.events_from;
        Self {
            posts: true,
            comments,
            events,
            articles: percent >= bands.articles_from,
            connection_requests_a_month: if events {
                bands.most_connection_requests
            } else if comments {
                bands.more_connection_requests
            } else {
                bands.connection_requests
            },
        }
    }
}
