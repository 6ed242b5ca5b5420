//! Posts that staff feature.

use chrono::{DateTime, Utc};

use super::{Post, PostFeatured, PostUnfeatured};
use crate::answer::answer;
use crate::id::{AccountId, PostId};

answer! {
    /// A post that staff feature.
    pub struct FeaturedPost: Copy, Eq {
        /// Which.
        post: PostId,
        /// Since when.
        since: DateTime<Utc>,
        /// Who featured it.
        by: AccountId,
    }
}

/// Why a post was not featured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeatureRefused {
    /// Not everybody may read it.
    #[error("only what is published for everybody is featured")]
    NotShown,
    /// As many are featured as may be.
    #[error("{} posts are featured at most: let another one go first", FeaturedPost::MOST)]
    Full,
}

impl FeaturedPost {
    /// At most so many posts of a community are featured.
    pub const MOST: usize = 20;

    /// Somebody lets it go.
    pub const fn end(self, by: AccountId) -> PostUnfeatured {
        PostUnfeatured { post: self.post, by }
    }
}

impl Post {
    /// Somebody of the staff features it, beside those that are featured. It stays featured until somebody lets it go
    /// or it is not for everybody any more; featured again, it stays where it is, and that is no fact.
    pub fn feature(
        &self,
        by: AccountId,
        featured: &[FeaturedPost],
        now: DateTime<Utc>,
    ) -> Result<(FeaturedPost, Option<PostFeatured>), FeatureRefused> {
        if let Some(before) = featured.iter().find(|before| before.post == self.id) {
            return Ok((*before, None));
        }
        if !self.is_for_everybody() {
            return Err(FeatureRefused::NotShown);
        }
        if featured.len() >= FeaturedPost::MOST {
            return Err(FeatureRefused::Full);
        }
        let featured = FeaturedPost { post: self.id, since: now, by };
        Ok((featured, Some(PostFeatured { post: self.id, by })))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::content::{PostDraft, PostInput, PublishingRights, Standing};
    use crate::id::Id;
    use crate::validation::Field;

    #[test]
    fn what_everybody_may_read_is_featured_and_never_too_much() {
        let (by, now) = (AccountId::from_uuid(Uuid::from_u128(1)), DateTime::UNIX_EPOCH);
        let input = PostInput { kind: "post".into(), body: "It pumps.".into(), ..PostInput::default() };
        let (draft, _) = PostDraft::from_raw(input).unwrap().begin(PostId::from_uuid(Uuid::nil()), by, now);
        assert_eq!(draft.feature(by, &[], now).unwrap_err(), FeatureRefused::NotShown);
        let rights = PublishingRights { author: true, ..PublishingRights::default() };
        let (post, _) = draft.publish(rights, now).unwrap();
        let (featured, fact) = post.feature(by, &[], now).unwrap();
        assert_eq!((featured.post, fact.map(|fact| fact.by)), (post.id, Some(by)));
        let later = now + chrono::TimeDelta::hours(1);
        assert_eq!(post.feature(by, &[featured], later).unwrap(), (featured, None), "it stays where it is");
        let others: Vec<FeaturedPost> = (1..=20)
            .map(|n| FeaturedPost { post: PostId::from_uuid(Uuid::from_u128(n)), since: now, by })
            .collect();
        assert_eq!(post.feature(by, &others, now).unwrap_err(), FeatureRefused::Full);
        assert!(post.feature(by, &others[1..], now).is_ok());
        let held = Post { standing: Standing::Held, ..post };
        assert_eq!(held.feature(by, &[], now).unwrap_err(), FeatureRefused::NotShown);
    }
}
