//! Reports.

use proptest::prelude::*;

use super::text::{maybe, prose};
use super::{Flaw, Spoiled, id, word};
use crate::content::moderation::{ReportInput, ReportReason, ReportSubject, ReportSubjectInput, SubjectKind};
use crate::id::PostId;
use crate::validation::{Field, code};

/// A valid report of some post.
pub fn report_input() -> impl Strategy<Value = ReportInput> {
    (id::<PostId>(), word(ReportReason::WORDS), maybe(prose::<1, 1_000>())).prop_map(
        |(post, reason, note)| ReportInput { subject: ReportSubject::Post(post).into_raw(), reason, note },
    )
}

/// What is reported, of any kind.
pub fn report_subject() -> impl Strategy<Value = ReportSubject> {
    (proptest::sample::select(SubjectKind::ALL), any::<[u8; 16]>())
        .prop_map(|(kind, bytes)| ReportSubject::of(kind, uuid::Uuid::from_bytes(bytes)))
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_reports(input: &ReportInput) -> impl Iterator<Item = Spoiled<ReportInput>> {
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

const FLAWS: &[Flaw<ReportInput>] = &[
    Flaw::new("/reason", code::UNKNOWN_VALUE, |report| report.reason = "dislike".into()),
    Flaw::new("/reason", code::REQUIRED, |report| report.reason.clear()),
    Flaw::new("/note", code::TOO_LONG, |report| report.note = Some("x".repeat(1_001))),
    Flaw::new("/note", code::REQUIRED, |report| report.note = Some(" ".into())),
    Flaw::new("/subject/kind", code::UNKNOWN_VALUE, |report| report.subject.kind = "group".into()),
    Flaw::new("/subject/kind", code::REQUIRED, |report| {
        report.subject = ReportSubjectInput { kind: String::new(), ..report.subject.clone() };
    }),
    Flaw::new("/subject/id", code::REQUIRED, |report| report.subject.id.clear()),
    Flaw::new("/subject/id", code::MALFORMED, |report| report.subject.id = "7".into()),
];
