//! Earlier versions of a post: whole, compared, and redacted.

use chrono::{DateTime, Utc};
use similar::{ChangeTag, TextDiff};

use super::{PostDraft, VersionRedacted};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::{AccountId, PostId};
use crate::text::{Line, Reason};
use crate::version::Version;

answer! {
    /// A version of a post: its whole text as it was from one change of it to the next.
    pub struct PostVersion {
        /// Its number: the version of the post at which this text was saved.
        number: Version,
        /// When it was saved.
        saved_at: DateTime<Utc>,
        /// What the author had written; nothing, if it was redacted.
        draft: Option<PostDraft>,
        /// The SHA-256 of the text, in hexadecimal digits. It stays when the text is redacted.
        digest: String,
        /// That and why it was redacted.
        redaction: Option<Redaction>,
    }
}

answer! {
    /// That and why a version has no text any more.
    pub struct Redaction {
        /// Who did it.
        by: AccountId,
        /// When.
        at: DateTime<Utc>,
        /// Why.
        reason: Reason,
    }
}

impl PostVersion {
    /// Its text is taken away for good; number, time and digest stay.
    pub fn redact(
        self,
        post: PostId,
        by: AccountId,
        reason: Reason,
        now: DateTime<Utc>,
    ) -> Result<(Self, VersionRedacted), InvalidTransition> {
        if self.redaction.is_some() {
            return Err(InvalidTransition::new("version", "redacted", "redact"));
        }
        let fact = VersionRedacted { post, number: self.number, reason: reason.to_string() };
        let redaction = Some(Redaction { by, at: now, reason });
        Ok((Self { draft: None, redaction, ..self }, fact))
    }
}

choices! {
    /// What became of a line.
    DiffPart {
        /// It is in both versions.
        Same = "same",
        /// It is in the later one only.
        Added = "added",
        /// It is in the earlier one only.
        Removed = "removed",
    }
}

answer! {
    /// A line of one of two versions, or of both.
    pub struct DiffLine {
        /// What became of it.
        part: DiffPart,
        /// The line, without its end.
        text: String,
    }
}

answer! {
    /// What changed from one version to another.
    pub struct PostDiff {
        /// The number of the earlier one.
        from: Version,
        /// The number of the later one.
        to: Version,
        /// The members, other than the body, that are not the same.
        changed: Vec<String>,
        /// Tags that only the later one has.
        tags_added: Vec<Line<1, 30>>,
        /// Tags that only the earlier one has.
        tags_removed: Vec<Line<1, 30>>,
        /// The body, line by line.
        body: Vec<DiffLine>,
    }
}

impl PostDiff {
    /// What changed from one version to another.
    ///
    /// ```
    /// use smilefactory_core::content::{DiffPart, PostDiff, PostDraft, PostInput};
    /// use smilefactory_core::validation::Field;
    /// use smilefactory_core::version::Version;
    ///
    /// let input = |body: &str| PostInput { kind: "post".into(), body: body.into(), ..PostInput::default() };
    /// let (old, new) = (PostDraft::from_raw(input("It runs.\nSlowly."))?, PostDraft::from_raw(input("It runs."))?);
    /// let diff = PostDiff::between((Version::new(1), &old), (Version::new(2), &new));
    /// assert_eq!(diff.body.iter().map(|line| line.part).collect::<Vec<_>>(), [DiffPart::Same, DiffPart::Removed]);
    /// # Ok::<(), smilefactory_core::validation::Violations>(())
    /// ```
    pub fn between((from, old): (Version, &PostDraft), (to, new): (Version, &PostDraft)) -> Self {
        let members = [
            ("kind", old.kind != new.kind),
            ("title", old.title != new.title),
            ("summary", old.summary != new.summary),
            ("tags", old.tags != new.tags),
            ("language", old.language != new.language),
            ("categories", old.categories != new.categories),
            ("attachments", old.attachments != new.attachments),
            ("opportunity", old.opportunity != new.opportunity),
            ("poll", old.poll != new.poll),
            ("invitation", old.invitation != new.invitation),
        ];
        let only = |here: &PostDraft, there: &PostDraft| {
            here.tags.iter().filter(|tag| !there.tags.contains(tag)).cloned().collect()
        };
        Self {
            from,
            to,
            changed: members
                .iter()
                .filter(|(_, changed)| *changed)
                .map(|(name, _)| (*name).to_owned())
                .collect(),
            tags_added: only(new, old),
            tags_removed: only(old, new),
            body: lines(old.body.as_str(), new.body.as_str()),
        }
    }
}

fn lines(old: &str, new: &str) -> Vec<DiffLine> {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    TextDiff::from_slices(&old, &new)
        .iter_all_changes()
        .map(|change| DiffLine {
            part: match change.tag() {
                ChangeTag::Equal => DiffPart::Same,
                ChangeTag::Insert => DiffPart::Added,
                ChangeTag::Delete => DiffPart::Removed,
            },
            text: change.value().to_owned(),
        })
        .collect()
}
