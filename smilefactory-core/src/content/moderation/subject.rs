//! What is reported.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::choice::choices;
use crate::id::{AccountId, CommentId, Id, PostId};
use crate::validation::{Field, Report, Violation};

choices! {
    /// What sort of thing is reported.
    SubjectKind {
        /// A post.
        Post = "post",
        /// A comment.
        Comment = "comment",
        /// Somebody's profile.
        Profile = "profile",
    }
}

/// What is reported; in JSON an object whose `kind` says what its `id` is the id of.
///
/// ```
/// use smilefactory_core::content::moderation::{ReportSubject, ReportSubjectInput};
/// use smilefactory_core::validation::Field;
///
/// let subject = r#"{"kind":"post","id":"0195510c-a3c0-7101-8101-010101010101"}"#;
/// let subject: ReportSubjectInput = serde_json::from_str(subject)?;
/// assert!(matches!(ReportSubject::from_raw(subject)?, ReportSubject::Post(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum ReportSubject {
    /// A post.
    Post(PostId),
    /// A comment.
    Comment(CommentId),
    /// The profile of an account.
    Profile(AccountId),
}

/// A [`ReportSubject`] as it is sent, before it is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportSubjectInput {
    /// What sort of thing.
    pub kind: String,
    /// Its id; a profile has the id of its account.
    pub id: String,
}

impl ReportSubject {
    /// What sort of thing.
    pub const fn kind(self) -> SubjectKind {
        match self {
            Self::Post(_) => SubjectKind::Post,
            Self::Comment(_) => SubjectKind::Comment,
            Self::Profile(_) => SubjectKind::Profile,
        }
    }

    /// Its id, whatever it is the id of.
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Post(id) => id.uuid(),
            Self::Comment(id) => id.uuid(),
            Self::Profile(id) => id.uuid(),
        }
    }

    /// The thing of this kind with this id.
    pub fn of(kind: SubjectKind, id: Uuid) -> Self {
        match kind {
            SubjectKind::Post => Self::Post(PostId::from_uuid(id)),
            SubjectKind::Comment => Self::Comment(CommentId::from_uuid(id)),
            SubjectKind::Profile => Self::Profile(AccountId::from_uuid(id)),
        }
    }
}

impl Field for ReportSubject {
    type Raw = ReportSubjectInput;
    type Change = ReportSubjectInput;
    fn parse(raw: ReportSubjectInput, report: &mut Report) -> Option<Self> {
        let kind = report.field("kind", |report| SubjectKind::parse(raw.kind, report));
        let id = report.field("id", |report| match (raw.id.as_str(), Uuid::parse_str(&raw.id)) {
            ("", _) => report.refuse(Violation::required()),
            (_, Err(_)) => report.refuse(Violation::malformed("a UUID")),
            (_, Ok(id)) => Some(id),
        });
        Some(Self::of(kind?, id?))
    }
    fn into_raw(self) -> ReportSubjectInput {
        ReportSubjectInput { kind: self.kind().to_string(), id: self.uuid().to_string() }
    }
    fn change(raw: &mut ReportSubjectInput, change: ReportSubjectInput) {
        *raw = change;
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Ref};

    use super::{ReportSubject, SubjectKind};
    use crate::schema::{Described, Form, Named, RefOr, Schema, leaf};

    const NAME: &str = "ReportSubject";

    fn object() -> RefOr<Schema> {
        ObjectBuilder::new()
            .description(Some("What is reported: `kind` says what `id` is the id of."))
            .property("kind", SubjectKind::describe(Form::Answer))
            .required("kind")
            .property("id", leaf::formatted(KnownFormat::Uuid))
            .required("id")
            .into()
    }

    impl Described for ReportSubject {
        fn describe(_: Form) -> RefOr<Schema> {
            Ref::from_schema_name(NAME).into()
        }
        fn gather(form: Form, named: &mut Named) {
            leaf::gather_one(named, NAME, object);
            SubjectKind::gather(form, named);
        }
    }
}
