//! Who may do what to which case, for every state, decision and person.

use chrono::{TimeDelta, TimeZone, Utc};
use proptest::prelude::*;

use super::*;
use crate::id::Id;
use crate::testing::{report_input, report_subject, spoiled_reports};
use crate::validation::{Field, code};

fn now() -> chrono::DateTime<Utc> {
    Utc.timestamp_opt(1_740_821_400, 0).unwrap()
}

fn person(n: u8) -> AccountId {
    AccountId::at(now(), [n; 10])
}

const AUTHOR: u8 = 1;
const MODERATOR: u8 = 2;
const ANOTHER: u8 = 3;

fn case_of(subject: ReportSubject, origin: CaseOrigin) -> ModerationCase {
    let evidence = Evidence { subject, author: person(AUTHOR), text: "Buy now!".into() };
    ModerationCase::open(Id::at(now(), [9; 10]), &evidence, origin, now()).0
}

fn a_post() -> ReportSubject {
    ReportSubject::Post(PostId::at(now(), [8; 10]))
}

fn decision(decision: Decision) -> CaseDecision {
    CaseDecision { decision, reason: "Because.".parse().unwrap() }
}

fn ruling(ruling: Ruling) -> AppealRuling {
    AppealRuling { ruling, reason: "Looked again.".parse().unwrap() }
}

fn by(n: u8) -> Decider {
    Decider { account: person(n), has_reported: false }
}

fn an_appeal() -> AppealDraft {
    AppealDraft { text: "It was no spam.".parse().unwrap() }
}

fn in_state(state: CaseState) -> ModerationCase {
    let open = case_of(a_post(), CaseOrigin::Reports);
    if state == CaseState::Open {
        return open;
    }
    let decided = open.decide(&decision(Decision::Remove), by(MODERATOR), now()).unwrap().0;
    ModerationCase { state, ..decided }
}

proptest! {
    #[test]
    fn a_subject_survives_the_wire(subject in report_subject()) {
        let json = serde_json::to_value(subject).unwrap();
        prop_assert_eq!(&json["kind"], subject.kind().as_str());
        prop_assert_eq!(serde_json::from_value::<ReportSubject>(json.clone()).unwrap(), subject);
        let raw: ReportSubjectInput = serde_json::from_value(json).unwrap();
        prop_assert_eq!(ReportSubject::from_raw(raw).unwrap(), subject);
    }

    #[test]
    fn a_report_survives_the_wire_and_every_broken_rule_is_told(input in report_input()) {
        let draft = ReportDraft::from_raw(input.clone()).unwrap();
        prop_assert_eq!(ReportInput::from(draft), input.clone());
        for spoiled in spoiled_reports(&input) {
            let violations = ReportDraft::from_raw(spoiled.input).unwrap_err();
            let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
            prop_assert_eq!(found, [(spoiled.pointer.as_str(), spoiled.code)]);
        }
    }

    /// However many reports somebody filed, one more upheld never makes them weigh less, and one more dismissed
    /// never more.
    #[test]
    fn reliability_follows_what_reports_turned_out_to_be(upheld in 0_u32..2_000, dismissed in 0_u32..2_000) {
        for reason in ReportReason::ALL {
            let weigh = |upheld, dismissed| Reliability { upheld, decided: upheld + dismissed }.weigh(*reason);
            let now = weigh(upheld, dismissed);
            prop_assert!(now <= reason.base());
            prop_assert!(weigh(upheld + 1, dismissed) >= now);
            prop_assert!(weigh(upheld, dismissed + 1) <= now);
        }
    }

    #[test]
    fn priorities_are_bands_of_weight(weight in 0_u16..300, more in 0_u16..300) {
        prop_assert!(Priority::of(weight + more).band() <= Priority::of(weight).band());
    }
}

#[test]
fn only_an_open_case_is_decided_and_never_by_its_author() {
    for state in CaseState::ALL {
        for what in Decision::ALL {
            let decided = in_state(*state).decide(&decision(*what), by(MODERATOR), now());
            assert_eq!(decided.is_ok(), *state == CaseState::Open, "{state} {what}");
            let own = in_state(CaseState::Open).decide(&decision(*what), by(AUTHOR), now());
            assert_eq!(own.unwrap_err(), ModerationRefused::OwnContent);
        }
    }
}

#[test]
fn who_reported_does_not_suspend_and_a_profile_is_not_removed() {
    let reporter = Decider { has_reported: true, ..by(MODERATOR) };
    for what in Decision::ALL {
        let decided = in_state(CaseState::Open).decide(&decision(*what), reporter, now());
        assert_eq!(decided.is_ok(), *what != Decision::Suspend, "{what}");
        let profile = case_of(ReportSubject::Profile(person(AUTHOR)), CaseOrigin::Reports);
        let decided = profile.decide(&decision(*what), by(MODERATOR), now());
        assert_eq!(decided.is_ok(), *what != Decision::Remove, "{what}");
    }
}

#[test]
fn a_decision_against_somebody_is_appealed_once_in_time_and_ruled_on_by_somebody_else() {
    for state in CaseState::ALL {
        let appealed = in_state(*state).appeal(an_appeal(), now());
        assert_eq!(appealed.is_ok(), *state == CaseState::Decided, "{state}");
    }
    for what in Decision::ALL {
        let case = in_state(CaseState::Open).decide(&decision(*what), by(MODERATOR), now()).unwrap().0;
        assert_eq!(case.notice(None).is_some(), *what != Decision::Approve);
        assert_eq!(case.appeal(an_appeal(), now()).is_ok(), *what != Decision::Approve, "{what}");
    }
    let late = now() + ModerationCase::APPEAL_WINDOW + TimeDelta::seconds(1);
    let refused = in_state(CaseState::Decided).appeal(an_appeal(), late).unwrap_err();
    assert_eq!(refused, ModerationRefused::TooLate);

    let (case, appeal, _) = in_state(CaseState::Decided).appeal(an_appeal(), now()).unwrap();
    assert_eq!((case.state, case.assignee), (CaseState::Appealed, None));
    for (who, refused) in
        [(AUTHOR, ModerationRefused::OwnContent), (MODERATOR, ModerationRefused::SameDecider)]
    {
        let ruled = case.clone().rule(appeal.clone(), &ruling(Ruling::Overturn), person(who), now());
        assert_eq!(ruled.unwrap_err(), refused);
        assert_eq!(case.clone().assign(Some(person(who))).unwrap_err(), refused);
    }
    let (case, appeal, fact) = case.rule(appeal, &ruling(Ruling::Overturn), person(ANOTHER), now()).unwrap();
    assert_eq!((case.state, fact.ruling), (CaseState::Closed, Ruling::Overturn));
    let notice = case.notice(Some(&appeal)).unwrap();
    assert_eq!((notice.ruling, notice.appealed_at), (Some(Ruling::Overturn), Some(now())));
}

#[test]
fn the_clock_runs_for_a_day_and_anew_for_an_appeal() {
    let case = in_state(CaseState::Open);
    assert!(!case.is_overdue(now() + TimeDelta::hours(24) - TimeDelta::seconds(1)));
    assert!(case.is_overdue(now() + TimeDelta::hours(24)));
    let later = now() + TimeDelta::days(3);
    assert!(!in_state(CaseState::Decided).is_overdue(later));
    let appealed = in_state(CaseState::Decided).appeal(an_appeal(), later).unwrap().0;
    assert!(!appealed.is_overdue(later));
    assert!(appealed.is_overdue(later + TimeDelta::hours(24)));
}

#[test]
fn what_nobody_reports_any_more_is_closed_unless_screening_holds_it() {
    let reported = case_of(a_post(), CaseOrigin::Reports).tally(2, 60);
    assert_eq!((reported.state, reported.priority()), (CaseState::Open, Priority::High));
    assert_eq!(reported.tally(0, 0).state, CaseState::Closed);
    let held = case_of(a_post(), CaseOrigin::Screening).tally(0, 0);
    assert_eq!((held.state, held.weight), (CaseState::Open, ModerationCase::SCREENING_WEIGHT));
    let decided = in_state(CaseState::Decided);
    assert_eq!(decided.clone().tally(0, 0), decided);
}

#[test]
fn nobody_reports_themselves_and_a_report_is_taken_back_once() {
    let evidence = Evidence { subject: a_post(), author: person(AUTHOR), text: "Buy now!".into() };
    let draft = ReportDraft { subject: a_post(), reason: ReportReason::Spam, note: None };
    let file = |who| {
        let (id, case) = (Id::at(now(), [5; 10]), Id::at(now(), [6; 10]));
        draft.clone().file(id, case, person(who), &evidence, Reliability::default(), now())
    };
    assert_eq!(file(AUTHOR).unwrap_err(), ModerationRefused::OwnContent);
    let (report, _) = file(MODERATOR).unwrap();
    assert_eq!((report.text_as_reported.as_str(), report.weight), ("Buy now!", 10));
    let (retracted, _) = report.retract().unwrap();
    assert_eq!(retracted.state, ReportState::Retracted);
    assert!(retracted.retract().is_err());
}

#[test]
fn a_strike_counts_for_ninety_days_and_ends_once() {
    let (strike, _) = Strike::issue(Id::at(now(), [5; 10]), person(AUTHOR), Id::at(now(), [6; 10]), now());
    assert!(strike.is_live(now() + TimeDelta::days(90) - TimeDelta::seconds(1)));
    assert!(!strike.is_live(now() + TimeDelta::days(90)));
    let (ended, fact) = strike.end(StrikeEnd::Revoked, now());
    assert!(!ended.is_live(now()) && fact.is_some());
    let (again, fact) = ended.clone().end(StrikeEnd::Expired, now());
    assert_eq!((again, fact), (ended, None));
}

#[test]
fn the_log_adds_up_to_the_case() {
    let entry = |number, step, detail: Option<&str>| ModerationEntry {
        id: Id::at(now(), [7; 10]),
        case: Id::at(now(), [6; 10]),
        number,
        step,
        actor: None,
        detail: detail.map(str::to_owned),
        note: None,
        at: now(),
    };
    use ModerationStep as S;
    let log = [
        entry(1, S::Reported, Some("spam")),
        entry(2, S::Reported, Some("hate")),
        entry(3, S::Retracted, None),
        entry(4, S::Decided, Some("remove")),
        entry(5, S::Struck, None),
        entry(6, S::Appealed, None),
        entry(7, S::AppealDecided, Some("overturn")),
    ];
    let states: Vec<_> = (1..=log.len()).map(|n| Projection::of(&log[..n]).state).collect();
    use CaseState::{Appealed, Closed, Decided, Open};
    assert_eq!(states, [Open, Open, Open, Decided, Decided, Appealed, Closed]);
    let whole = Projection::of(&log);
    assert_eq!(
        (whole.reports, whole.decision, whole.ruling),
        (1, Some(Decision::Remove), Some(Ruling::Overturn))
    );
    assert_eq!(Projection::of(&[log[0].clone(), log[2].clone()]).state, Closed);
}

#[test]
fn screening_refuses_holds_and_lets_through() {
    let rules = ScreeningRules {
        blocked_words: vec!["free money".into(), "Viagra".into(), " - ".into()],
        held_words: vec!["casino".into()],
        max_links: 2,
    };
    let pass = ["freemoney", "free, honest money", "casinos", "a://b www.c", "-", ""];
    for text in pass {
        assert_eq!(rules.screen(&[("/body", text)]), Verdict::Pass, "{text}");
    }
    let Verdict::Refuse(violations) =
        rules.screen(&[("/title", "VIAGRA"), ("/body", "Free – money, casino")])
    else {
        panic!("not refused")
    };
    let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
    assert_eq!(found, [("/title", code::BLOCKED_WORD), ("/body", code::BLOCKED_WORD)]);
    let links = "https://www.a.example http://b.example www.c.example";
    let Verdict::Hold(findings) = rules.screen(&[("/title", "A Casino"), ("/body", links)]) else {
        panic!("not held")
    };
    let rules_found: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules_found, [ScreeningRule::HeldWord, ScreeningRule::TooManyLinks]);
}
