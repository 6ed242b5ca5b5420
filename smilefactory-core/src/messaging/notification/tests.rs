use chrono::{DateTime, TimeDelta, Timelike, Utc};
use proptest::prelude::*;

use super::*;
use crate::content::moderation::Decision;
use crate::id::Id;
use crate::testing::instant;
use crate::validation::{Field, code};

fn digest() -> impl Strategy<Value = MailDigest> {
    proptest::sample::select(&MailDigest::GATHERING[..])
}

proptest! {
    /// Every moment belongs to exactly one mail of each sort: that which is due next.
    #[test]
    fn mails_cover_all_time_and_none_twice(digest in digest(), at in instant()) {
        let due = digest.due_after(at).unwrap();
        let (from, to) = digest.covers(due).unwrap();
        prop_assert!(from <= at && at < to, "{at} is not between {from} and {to}");
        prop_assert_eq!(digest.due_after(due), Some(due + digest.period().unwrap()));
        prop_assert_eq!(digest.due_after(due - TimeDelta::microseconds(1)), Some(due));
        prop_assert_eq!((due.minute(), due.second(), due.nanosecond()), (0, 0, 0));
    }

    #[test]
    fn who_is_named_is_found_once(count in 0_usize..30, when in instant()) {
        let ids: Vec<_> = (0..count).map(|n| AccountId::at(when, [u8::try_from(n).unwrap(); 10])).collect();
        let text: String = ids.iter().chain(&ids).map(|id| format!("Hello @{id}, ")).collect();
        prop_assert_eq!(mentions(&text), ids.iter().copied().take(20).collect::<Vec<_>>());
    }

    #[test]
    fn ids_of_one_person_grow_whatever_the_clock_does(
        times in proptest::collection::vec((instant(), any::<[u8; 10]>()), 1..50), full: bool,
    ) {
        let mut last = NotificationId::from_uuid(uuid::Uuid::nil());
        for (at, random) in times {
            let random = if full { [0xff; 10] } else { random };
            let next = Notification::id_after(NotificationId::at(at, random), last);
            prop_assert!(next > last);
            prop_assert!(next.created_at().unwrap() >= at - TimeDelta::milliseconds(1));
            last = next;
        }
    }

    #[test]
    fn no_text_breaks_the_search_for_names(text: String) {
        prop_assert!(mentions(&text).is_empty());
        mentions(&format!("@{text}@é{text}"));
    }

    #[test]
    fn a_valid_input_is_accepted_and_a_spoiled_one_refused_where_it_is_spoiled(
        input in crate::testing::notification_preferences_input(),
    ) {
        prop_assert!(NotificationPreferences::from_raw(input.clone()).is_ok());
        for spoiled in crate::testing::spoiled_notification_preferences(&input) {
            let found = NotificationPreferences::from_raw(spoiled.input).unwrap_err().into_vec();
            let found: Vec<_> = found.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
            prop_assert_eq!(found, [(spoiled.pointer.as_str(), spoiled.code)]);
        }
    }

    #[test]
    fn what_is_kept_of_preferences_gives_them_back(
        changes in proptest::collection::vec((0..NotificationKind::ALL.len(), any::<bool>(), 0..5_usize), 0..40),
    ) {
        let mut said = Vec::new();
        for (kind, in_app, mail) in changes {
            let kind = NotificationKind::ALL[kind];
            let in_app = in_app || kind.is_always_told();
            said.retain(|earlier: &NotificationPreference| earlier.kind != kind);
            said.push(NotificationPreference { kind, in_app, mail: MailDigest::ALL[mail] });
        }
        let preferences = NotificationPreferences::from_stored(&said);
        prop_assert_eq!(preferences.preferences.len(), NotificationKind::ALL.len());
        for preference in &said {
            prop_assert_eq!(preferences.of(preference.kind), *preference);
        }
        let kept: Vec<_> = preferences.unusual().collect();
        prop_assert!(kept.iter().all(|kept| said.contains(kept)));
        prop_assert_eq!(NotificationPreferences::from_stored(&kept), preferences.clone());
        let raw = preferences.clone().into_raw();
        prop_assert_eq!(NotificationPreferences::from_raw(raw).unwrap(), preferences);
    }
}

#[test]
fn digests_are_due_in_the_morning_and_on_mondays() {
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    // A Monday.
    assert_eq!(MailDigest::Weekly.due_after(at("2026-03-02T05:59:59Z")), Some(at("2026-03-02T06:00:00Z")));
    assert_eq!(MailDigest::Weekly.due_after(at("2026-03-02T06:00:00Z")), Some(at("2026-03-09T06:00:00Z")));
    assert_eq!(MailDigest::Daily.due_after(at("2026-03-01T23:00:00Z")), Some(at("2026-03-02T06:00:00Z")));
    assert_eq!(MailDigest::Now.due_after(at("2026-03-01T23:00:01Z")), Some(at("2026-03-01T23:00:01Z")));
    assert_eq!(MailDigest::Never.due_after(at("2026-03-01T23:00:01Z")), None);
}

#[test]
fn what_matters_more_is_told_sooner() {
    for kind in NotificationKind::ALL {
        let usual = kind.usually_told();
        assert!(usual.in_app && usual.kind == *kind);
        let expected = match kind.priority() {
            _ if *kind == NotificationKind::MessagesUnread => MailDigest::Never,
            NotificationPriority::High => MailDigest::Now,
            NotificationPriority::Medium => MailDigest::Daily,
            NotificationPriority::Low => MailDigest::Weekly,
        };
        assert_eq!(usual.mail, expected, "{kind}");
    }
}

#[test]
fn a_kind_is_spoken_of_once_and_a_decision_is_always_told() {
    let said =
        |kind: &str, in_app| NotificationPreferenceInput { kind: kind.into(), in_app, mail: "never".into() };
    let input = NotificationPreferencesInput {
        preferences: vec![
            said("followed", false),
            said("case_decided", false),
            said("followed", true),
            said("gossip", true),
        ],
    };
    let found = |input| {
        let violations = NotificationPreferences::from_raw(input).unwrap_err().into_vec();
        violations.into_iter().map(|v| (v.pointer, v.code.into_owned())).collect::<Vec<_>>()
    };
    assert_eq!(
        found(input),
        [
            ("/preferences/1/in_app".to_owned(), code::NOT_ALLOWED.to_owned()),
            ("/preferences/3/kind".to_owned(), code::UNKNOWN_VALUE.to_owned()),
        ]
    );
    let twice =
        NotificationPreferencesInput { preferences: vec![said("followed", false), said("followed", true)] };
    assert_eq!(found(twice), [("/preferences/1/kind".to_owned(), code::DUPLICATE.to_owned())]);
}

#[test]
fn who_wants_no_more_of_these_mails_gets_the_others() {
    let all = NotificationPreferences::from_stored(&[]);
    let without = all.without(MailKinds::Of(NotificationKind::Followed));
    assert_eq!(without.of(NotificationKind::Followed).mail, MailDigest::Never);
    assert!(without.of(NotificationKind::Followed).in_app);
    assert_eq!(without.unusual().count(), 1);
    let without = all.without(MailKinds::Every(MailDigest::Daily));
    assert!(without.sent(MailDigest::Daily).is_empty());
    assert_eq!(without.sent(MailDigest::Now), all.sent(MailDigest::Now));
    assert_eq!(without.unusual().count(), all.sent(MailDigest::Daily).len());
}

#[test]
fn those_who_did_it_are_counted_in_words() {
    let names = ["Rudo Moyo", "Tariro Chari", "Farai Ncube"].map(str::to_owned);
    let text = |named: usize, others| {
        let telling = Telling { actors: &names[..named], others, ..Telling::default() };
        telling.text(NotificationKind::Followed)
    };
    assert_eq!(text(0, 0), "Somebody started to follow you.");
    assert_eq!(text(0, 1), "Somebody started to follow you.");
    assert_eq!(text(0, 7), "7 people started to follow you.");
    assert_eq!(text(1, 0), "Rudo Moyo started to follow you.");
    assert_eq!(text(2, 0), "Rudo Moyo and Tariro Chari started to follow you.");
    assert_eq!(text(3, 0), "Rudo Moyo and 2 others started to follow you.");
    assert_eq!(text(1, 1), "Rudo Moyo and 1 other started to follow you.");
    assert_eq!(text(3, 4), "Rudo Moyo and 6 others started to follow you.");
}

#[test]
fn every_kind_has_a_title_and_a_sentence() {
    let details = NotificationDetails {
        decision: Some(Decision::Remove),
        reason: Some("Advertising.".parse().unwrap()),
        due_at: Some(DateTime::UNIX_EPOCH + TimeDelta::days(20_000)),
        ..NotificationDetails::default()
    };
    let names = ["Rudo Moyo".to_owned()];
    let full = Telling { actors: &names, others: 0, about: Some("Solar pumps"), details: Some(&details) };
    let mut titles = Vec::new();
    for kind in NotificationKind::ALL {
        for text in [full.text(*kind), Telling::default().text(*kind)] {
            assert!(text.ends_with('.') && !text.ends_with("..") && !text.contains("  "), "{kind}: {text}");
        }
        assert!(kind.title().is_ascii() && !titles.contains(&kind.title()), "{kind}");
        titles.push(kind.title());
    }
    let text = |kind| full.text(kind);
    assert_eq!(text(NotificationKind::CaseDecided), "A moderator took off something of yours: Advertising.");
    assert_eq!(
        text(NotificationKind::ReviewDue),
        "Your review of the post “Solar pumps” is due on 4 October 2024."
    );
    assert_eq!(
        text(NotificationKind::IntroductionAsked),
        "Rudo Moyo asks you for an introduction to Solar pumps."
    );
}
