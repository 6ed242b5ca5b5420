//! How people want to be told.

use super::{MailDigest, NotificationKind};
use crate::collection::List;
use crate::id::{AccountId, TenantId};
use crate::record::record;
use crate::validation::{Report, Violation, code};

record! {
    /// How somebody is told one kind of thing.
    pub struct NotificationPreference / NotificationPreferenceInput / NotificationPreferencePatch {
        /// Which kind.
        kind: NotificationKind,
        /// Whether it is shown in the app. What was decided about oneself always is.
        in_app: bool,
        /// How often it is sent by mail.
        mail: MailDigest,
    }
    check(kind, in_app) |report| told(*kind, *in_app, report);
}

record! {
    /// How somebody wants to be told. A kind that is not named is told as usual.
    pub struct NotificationPreferences / NotificationPreferencesInput / NotificationPreferencesPatch {
        /// One for each kind.
        preferences: List<NotificationPreference, 64>,
    }
    check(preferences) |report| once(preferences, report);
}

fn told(kind: NotificationKind, in_app: bool, report: &mut Report) {
    if kind.is_always_told() && !in_app {
        report.field("in_app", |report| {
            report.add(Violation::new(code::NOT_ALLOWED, "what was decided about oneself is always told"));
        });
    }
}

fn once(preferences: &[NotificationPreference], report: &mut Report) {
    for (place, preference) in preferences.iter().enumerate() {
        if preferences.iter().take(place).any(|earlier| earlier.kind == preference.kind) {
            report.field("preferences", |report| {
                report.entry(place, |report| {
                    report.field("kind", |report| report.add(Violation::duplicate()));
                });
            });
        }
    }
}

impl Copy for NotificationPreference {}
impl Eq for NotificationPreference {}

impl NotificationPreference {
    /// Whether it is told at all.
    pub fn is_told(self) -> bool {
        self.in_app || self.mail != MailDigest::Never
    }
}

impl NotificationPreferences {
    /// All kinds in their order: those that somebody spoke about as they said, the others as usual.
    pub fn from_stored(said: &[NotificationPreference]) -> Self {
        let of = |kind: &NotificationKind| {
            let said = said.iter().find(|preference| preference.kind == *kind);
            said.copied().unwrap_or_else(|| kind.usually_told())
        };
        let all: Vec<_> = NotificationKind::ALL.iter().map(of).collect();
        // There are fewer kinds than a list may have.
        Self { preferences: all.try_into().unwrap_or_default() }
    }

    /// How one kind is told.
    pub fn of(&self, kind: NotificationKind) -> NotificationPreference {
        let said = self.preferences.iter().find(|preference| preference.kind == kind);
        said.copied().unwrap_or_else(|| kind.usually_told())
    }

    /// Those that are not as usual: what must be kept.
    pub fn unusual(&self) -> impl Iterator<Item = NotificationPreference> + '_ {
        self.preferences.iter().copied().filter(|preference| *preference != preference.kind.usually_told())
    }

    /// The kinds that are sent by mail this often.
    pub fn sent(&self, mail: MailDigest) -> Vec<NotificationKind> {
        NotificationKind::ALL.iter().copied().filter(|kind| self.of(*kind).mail == mail).collect()
    }

    /// Somebody wants these mails no more.
    #[must_use]
    pub fn without(&self, mails: MailKinds) -> Self {
        let stopped = |preference: &NotificationPreference| match mails {
            MailKinds::Of(kind) => preference.kind == kind,
            MailKinds::Every(digest) => preference.mail == digest,
        };
        let change = |preference: NotificationPreference| {
            if stopped(&preference) {
                NotificationPreference { mail: MailDigest::Never, ..preference }
            } else {
                preference
            }
        };
        let all = Self::from_stored(&self.preferences);
        Self {
            preferences: all
                .preferences
                .iter()
                .copied()
                .map(change)
                .collect::<Vec<_>>()
                .try_into()
                .unwrap_or(all.preferences),
        }
    }
}

/// Which mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKinds {
    /// Those that tell this.
    Of(NotificationKind),
    /// Those that come this often.
    Every(MailDigest),
}

/// What a mail gives whoever has it: to want such mails no more, without logging in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsubscription {
    /// In which community.
    pub tenant: TenantId,
    /// Who.
    pub account: AccountId,
    /// Which mails.
    pub mails: MailKinds,
}
