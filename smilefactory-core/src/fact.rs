//! Facts: what happened, under names and versions that stay.
//!
//! A transition gives back the fact that it happened. The store writes it in the transaction of the change;
//! search, embeddings, notifications and webhooks read it from there. A reader may run months after the
//! writer, so a fact's name and version are a promise: a body gains optional fields, or it gets a new version.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::id::Id;

/// The body of one kind of fact.
pub trait FactBody: Serialize + DeserializeOwned {
    /// Its name: `context.entity.what-happened`.
    const NAME: &'static str;
    /// The version of its body.
    const VERSION: u16;
    /// What it happened to.
    type Subject: Id;

    /// The entity it happened to; facts of one subject are read in the order they happened.
    fn subject(&self) -> Self::Subject;
}

/// Something that happened, as it is written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What happened: `content.post.published`.
    pub name: String,
    /// The version of the body.
    pub version: u16,
    /// The entity it happened to.
    pub subject: Uuid,
    /// What else is to be known of it.
    pub body: Value,
}

/// A fact whose body is not what its name and version promise.
#[derive(Debug, thiserror::Error)]
#[error("fact {name} version {version} cannot be read")]
pub struct UnreadableFact {
    name: String,
    version: u16,
    #[source]
    source: serde_json::Error,
}

impl Fact {
    /// The fact with this body.
    pub fn new<B: FactBody>(body: &B) -> Self {
        Self {
            name: B::NAME.to_owned(),
            version: B::VERSION,
            subject: body.subject().uuid(),
            // A body is a plain struct of ids, words and numbers: it always has a JSON form.
            body: serde_json::to_value(body).unwrap_or(Value::Null),
        }
    }

    /// The body, when this is a fact of kind `B`; `None` when it is of another kind or version.
    pub fn read<B: FactBody>(&self) -> Result<Option<B>, UnreadableFact> {
        if self.name != B::NAME || self.version != B::VERSION {
            return Ok(None);
        }
        B::deserialize(&self.body).map(Some).map_err(|source| UnreadableFact {
            name: self.name.clone(),
            version: self.version,
            source,
        })
    }
}

macro_rules! facts {
    ($( $(#[$doc:meta])* $name:ident = $fact:literal v $version:literal of $subject:ident : $subject_ty:ty {
        $( $(#[$field_doc:meta])* $field:ident : $ty:ty, )*
    } )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
            pub struct $name {
                /// What it happened to.
                pub $subject: $subject_ty,
                $( $(#[$field_doc])* pub $field: $ty, )*
            }

            impl $crate::fact::FactBody for $name {
                const NAME: &'static str = $fact;
                const VERSION: u16 = $version;
                type Subject = $subject_ty;
                fn subject(&self) -> $subject_ty { self.$subject }
            }

            impl From<$name> for $crate::fact::Fact {
                fn from(body: $name) -> Self { Self::new(&body) }
            }
        )*

        /// The names and versions of the facts of this context.
        pub const FACTS: &[(&str, u16)] = &[$(($fact, $version)),*];
    };
}
pub(crate) use facts;

/// The name and version of every fact there is, a context after the other.
///
/// ```
/// assert!(smilefactory_core::fact::all().any(|fact| fact == ("identity.profile.begun", 1)));
/// ```
pub fn all() -> impl Iterator<Item = (&'static str, u16)> {
    [
        crate::tenancy::FACTS,
        crate::identity::FACTS,
        crate::profile::FACTS,
        crate::content::FACTS,
        crate::content::moderation::FACTS,
        crate::social::FACTS,
        crate::messaging::FACTS,
        crate::messaging::notification::FACTS,
        crate::community::FACTS,
        crate::marketplace::FACTS,
        crate::bulk::FACTS,
        crate::event::FACTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
