//! Vectors of profiles and posts, and the search for those that point the same way.

use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::Model;
use crate::error::Result;

/// What kind of thing a vector is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// A profile.
    Profile,
    /// A post.
    Post,
}

impl TargetKind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Post => "post",
        }
    }
}

/// What a vector is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The profile of this account.
    Profile(AccountId),
    /// A post.
    Post(PostId),
}

impl Target {
    /// The one of this kind with this id.
    pub fn new(kind: TargetKind, id: Uuid) -> Self {
        match kind {
            TargetKind::Profile => Self::Profile(AccountId::from_uuid(id)),
            TargetKind::Post => Self::Post(PostId::from_uuid(id)),
        }
    }

    /// What kind of thing it is.
    pub const fn kind(self) -> TargetKind {
        match self {
            Self::Profile(_) => TargetKind::Profile,
            Self::Post(_) => TargetKind::Post,
        }
    }

    /// Its id.
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Profile(account) => account.uuid(),
            Self::Post(post) => post.uuid(),
        }
    }
}

/// Which text vectors are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextVersion {
    /// SHA-256 of the text.
    pub digest: [u8; 32],
    /// The version of the rules by which the text was written from its target; from 1 on.
    pub rules: u8,
    /// The version of the target that the text was written from.
    pub source: Version,
}

/// The vectors that one model made of one target.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetVectors {
    /// Of what.
    pub target: Target,
    /// By which model.
    pub model: String,
    /// What sort of target, for searches among one sort only: the kind of the profile, the kind of the post.
    pub facet: String,
    /// Of which text.
    pub text: TextVersion,
    /// The vectors, each of length 1: one, or one a part of the text, at most 100.
    pub vectors: Vec<Vec<f32>>,
}

/// How a search goes about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Exactly where that is quick, by the index where it is not.
    #[default]
    Automatic,
    /// Exactly, however many vectors must be compared.
    Exact,
    /// By the index, however few there are; for measuring what it misses.
    Indexed,
}

/// Among which targets the nearest are looked for; all of one kind unless narrowed down.
#[derive(Clone, Debug, Default)]
pub struct NearestFilter {
    pub(crate) facets: Option<Vec<String>>,
    pub(crate) except: Vec<Uuid>,
    pub(crate) precision: Precision,
}

impl NearestFilter {
    /// All targets of the kind.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of these sorts.
    #[must_use]
    pub fn of_facets<T: Into<String>>(mut self, facets: impl IntoIterator<Item = T>) -> Self {
        self.facets = Some(facets.into_iter().map(Into::into).collect());
        self
    }

    /// Without these.
    #[must_use]
    pub fn except(mut self, ids: impl IntoIterator<Item = impl Into<Uuid>>) -> Self {
        self.except.extend(ids.into_iter().map(Into::into));
        self
    }

    /// How the search goes about it.
    #[must_use]
    pub const fn precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// The targets, most alike first, each with the cosine between it and what was looked for: −1 to 1. Of a
    /// target with several vectors the most alike counts. Equals stand in the order of their ids.
    pub items: Vec<(Uuid, f32)>,
    /// Whether every vector was compared. Otherwise one that is as near may have been missed.
    pub exact: bool,
    /// Whether fewer were found than were asked for though there may be more.
    pub truncated: bool,
}

/// Reads vectors. Who may see their targets is not known here: whoever shows them reads them anew, and leaves out
/// what is not for the viewer.
pub trait ReadEmbeddings {
    /// The model with this id.
    fn get_model(&mut self, id: &str) -> impl Future<Output = Result<Option<Model>>> + Send;

    /// The model that searches use now.
    fn current_model(&mut self) -> impl Future<Output = Result<Option<Model>>> + Send;

    /// The vectors a model made of a target.
    fn get(
        &mut self,
        target: Target,
        model: &str,
    ) -> impl Future<Output = Result<Option<TargetVectors>>> + Send;

    /// The vectors a model made of these targets of one kind; at most 100 targets are read.
    fn get_many(
        &mut self,
        kind: TargetKind,
        model: &str,
        ids: &[Uuid],
    ) -> impl Future<Output = Result<Vec<TargetVectors>>> + Send;

    /// How alike each of these targets is to `vector`, compared exactly; those without a vector are left out, and
    /// the order is not promised.
    fn similarities(
        &mut self,
        kind: TargetKind,
        model: &str,
        vector: &[f32],
        ids: &[Uuid],
    ) -> impl Future<Output = Result<Vec<(Uuid, f32)>>> + Send;

    /// The `count` targets (at most 500) of a kind whose vectors point most nearly the way of `vector`; people whom the
    /// [sight](crate::Sight) of the unit of work is not shown, and posts of theirs, are not among them and leave their
    /// places to others.
    ///
    /// Where a tenant has few, all are compared, so that it always gets as many as there are, however many the
    /// others have. Where it has many, an index over the vectors of all tenants is searched, further and further
    /// until enough of this tenant's were met; when that gives out early, all are compared after all, unless they
    /// are too many: then the answer says that it was cut short.
    ///
    /// A model that is not known is `Missing`; a vector of other dimensions than the model's is `Invalid`.
    fn nearest(
        &mut self,
        kind: TargetKind,
        model: &str,
        vector: &[f32],
        count: usize,
        filter: &NearestFilter,
    ) -> impl Future<Output = Result<Nearest>> + Send;
}

/// Writes vectors.
///
/// To embed the text of a target: ask [`confirm`](Self::confirm), compute when it says no, then
/// [`upsert`](Self::upsert). Answers may come late and out of order: one for an older version of its target
/// changes nothing.
pub trait WriteEmbeddings: ReadEmbeddings {
    /// Whether nothing needs to be computed: what is stored is of this very text, or of a later version of the
    /// target. The version is remembered, so that an answer still under way for an older one comes too late.
    fn confirm(
        &mut self,
        target: Target,
        model: &str,
        text: &TextVersion,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Puts the vectors in the place of those that the model made of an older text. `false`, and nothing is
    /// changed, when what is stored is of the same text or of a later version of the target.
    fn upsert(&mut self, vectors: &TargetVectors) -> impl Future<Output = Result<bool>> + Send;

    /// Deletes the vectors that all models made of a target; `false` when there were none.
    fn delete_target(&mut self, target: Target) -> impl Future<Output = Result<bool>> + Send;
}
