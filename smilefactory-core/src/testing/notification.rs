//! How people want to be told.

use proptest::prelude::*;

use super::{Flaw, Spoiled, several, word};
use crate::messaging::notification::{
    MailDigest, NotificationKind, NotificationPreferenceInput, NotificationPreferencesInput,
};
use crate::validation::code;

/// How somebody wants to be told, at least of one kind of thing.
pub fn notification_preferences_input() -> impl Strategy<Value = NotificationPreferencesInput> {
    let kinds = several(proptest::sample::select(NotificationKind::ALL), NotificationKind::ALL.len());
    let one = |kind: NotificationKind| {
        (any::<bool>(), word(MailDigest::WORDS)).prop_map(move |(in_app, mail)| NotificationPreferenceInput {
            kind: kind.as_str().to_owned(),
            in_app: in_app || kind.is_always_told(),
            mail,
        })
    };
    kinds
        .prop_filter("one at least", |kinds| !kinds.is_empty())
        .prop_flat_map(move |kinds| kinds.into_iter().map(one).collect::<Vec<_>>())
        .prop_map(|preferences| NotificationPreferencesInput { preferences })
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_notification_preferences(
    input: &NotificationPreferencesInput,
) -> impl Iterator<Item = Spoiled<NotificationPreferencesInput>> {
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

/// Puts this before all others.
fn first(input: &mut NotificationPreferencesInput, kind: &str, in_app: bool, mail: &str) {
    input.preferences.retain(|preference| preference.kind != kind);
    let preference = NotificationPreferenceInput { kind: kind.to_owned(), in_app, mail: mail.to_owned() };
    input.preferences.insert(0, preference);
}

const FLAWS: &[Flaw<NotificationPreferencesInput>] = &[
    Flaw::new("/preferences/0/kind", code::UNKNOWN_VALUE, |input| first(input, "gossip", true, "now")),
    Flaw::new("/preferences/0/kind", code::REQUIRED, |input| first(input, "", true, "now")),
    Flaw::new("/preferences/0/mail", code::UNKNOWN_VALUE, |input| first(input, "followed", true, "often")),
    Flaw::new("/preferences/0/mail", code::REQUIRED, |input| first(input, "followed", true, "")),
    Flaw::new("/preferences/0/in_app", code::NOT_ALLOWED, |input| first(input, "case_decided", false, "now")),
    Flaw::new("/preferences/1/kind", code::DUPLICATE, |input| {
        first(input, "followed", true, "now");
        let again = input.preferences.first().cloned();
        input.preferences.splice(1..1, again);
    }),
    Flaw::new("/preferences", code::TOO_MANY, |input| {
        first(input, "followed", true, "now");
        let many = input.preferences.first().cloned();
        input.preferences = many.into_iter().cycle().take(65).collect();
    }),
];
