//! Posts and profiles of a test, with as little said about them as the test cares for.

use smilefactory_core::content::{Post, PostDraft, PostInput, PublishingRights};
use smilefactory_core::id::AccountId;
use smilefactory_core::profile::{
    Completion, DetailsInput, Profile, ProfileContent, ProfileInput, ProfileKind,
};
use smilefactory_core::validation::Field;

use super::TestTenant;
use crate::repo::content::WritePosts;
use crate::repo::profile::WriteProfiles;

impl TestTenant {
    /// A post of this author, who has a short one unless more is said.
    ///
    /// ```no_run
    /// # async fn test(db: smilefactory_store::testing::TestDb) {
    /// let author = db.one.person("tariro").await;
    /// let post = db.one.post(author.id).with(|post| post.tags = vec!["rain".into()]).published().await;
    /// # }
    /// ```
    pub fn post(&self, author: AccountId) -> PostBuilder<'_> {
        let input = PostInput { kind: "post".into(), body: "Our pump runs.".into(), ..PostInput::default() };
        PostBuilder { tenant: self, author, input }
    }

    /// The profile of this account, of a kind and with nothing in it unless more is said.
    ///
    /// ```no_run
    /// # use smilefactory_core::profile::ProfileKind;
    /// # async fn test(db: smilefactory_store::testing::TestDb) {
    /// let rudo = db.one.person("rudo").await;
    /// let mentor = db.one.profile(rudo.id, ProfileKind::Mentor).with(|p| p.skills = vec!["law".into()]).shown().await;
    /// # }
    /// ```
    pub fn profile(&self, owner: AccountId, kind: ProfileKind) -> ProfileBuilder<'_> {
        let input = ProfileInput { details: DetailsInput::empty(kind), ..ProfileInput::default() };
        ProfileBuilder { tenant: self, owner, input }
    }
}

/// A post that is being put together.
#[derive(Debug)]
#[must_use = "it is written by `draft` or `published`"]
pub struct PostBuilder<'t> {
    tenant: &'t TestTenant,
    author: AccountId,
    input: PostInput,
}

impl PostBuilder<'_> {
    /// Says more about it.
    pub fn with(mut self, change: impl FnOnce(&mut PostInput)) -> Self {
        change(&mut self.input);
        self
    }

    /// Writes it as a draft, and tells so.
    pub async fn draft(self) -> Post {
        let mut tx =
            self.tenant.store.write(&self.tenant.scope_of(self.author)).await.expect("the test database");
        let draft = PostDraft::from_raw(self.input).expect("a valid post");
        let (post, fact) = draft.begin(tx.new_id().expect("seeded"), self.author, tx.now());
        tx.posts().insert(&post).await.expect("the author is there");
        tx.tell(fact).expect("seeded");
        tx.commit().await.expect("the test database");
        post
    }

    /// Writes it and publishes it, and tells both.
    pub async fn published(self) -> Post {
        let (tenant, author) = (self.tenant, self.author);
        let post = self.draft().await;
        let mut tx = tenant.store.write(&tenant.scope_of(author)).await.expect("the test database");
        let rights = PublishingRights { author: true, ..PublishingRights::default() };
        let (post, moved) = post.publish(rights, tx.now()).expect("a draft is published");
        let post = tx.posts().take_step(&post, &moved).await.expect("nobody else has it");
        tx.tell(moved).expect("seeded");
        tx.commit().await.expect("the test database");
        post
    }
}

/// A profile that is being put together.
#[derive(Debug)]
#[must_use = "it is written by `begun` or `shown`"]
pub struct ProfileBuilder<'t> {
    tenant: &'t TestTenant,
    owner: AccountId,
    input: ProfileInput,
}

impl ProfileBuilder<'_> {
    /// Says more about it.
    pub fn with(mut self, change: impl FnOnce(&mut ProfileInput)) -> Self {
        change(&mut self.input);
        self
    }

    /// Writes it as a draft, which nobody but its owner sees, and tells so.
    pub async fn begun(self) -> Profile {
        self.written(0).await
    }

    /// Writes it as one that is complete, and tells so.
    pub async fn shown(self) -> Profile {
        self.written(90).await
    }

    async fn written(self, percent: u8) -> Profile {
        let mut tx =
            self.tenant.store.write(&self.tenant.scope_of(self.owner)).await.expect("the test database");
        let content = ProfileContent::from_raw(self.input).expect("a valid profile");
        let (profile, begun) = content.begin(self.owner, tx.now());
        let (profile, assessed) = profile.assess(&Completion { percent, missing: Vec::new() });
        tx.profiles().insert(&profile).await.expect("the owner has none yet");
        tx.tell(begun).expect("seeded");
        if let Some(assessed) = assessed {
            tx.tell(assessed).expect("seeded");
        }
        tx.commit().await.expect("the test database");
        profile
    }
}
