//! Posts.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;

use super::text::{language, line, link, maybe, money, prose};
use super::{Flaw, Spoiled, instant, several};
use crate::content::{InvitationInput, OpportunityInput, OpportunityType, PollInput, PostInput, PostKind};
use crate::id::{CategoryId, Id, MediaId};
use crate::validation::{Field, code};

/// A valid post of any kind, without categories and attachments, which must be there before it.
pub fn post_input() -> impl Strategy<Value = PostInput> {
    let text = (select(PostKind::ALL), line::<1, 200>(), any::<bool>(), prose::<1, 300>());
    let about = (several(line::<1, 30>(), 10), maybe(language()), maybe(prose::<1, 300>()));
    let parts = (opportunity_input(), poll_input(), invitation_input());
    (text, about, parts).prop_map(|((kind, title, titled, body), (tags, language, summary), parts)| {
        let (opportunity, poll, invitation) = parts;
        PostInput {
            kind: kind.as_str().to_owned(),
            title: (titled || kind.needs_title()).then_some(title),
            summary,
            body,
            tags,
            language,
            opportunity: (kind == PostKind::Opportunity).then_some(opportunity),
            poll: (kind == PostKind::Poll).then_some(poll),
            invitation: (kind == PostKind::EventPost).then_some(invitation),
            ..PostInput::default()
        }
    })
}

fn opportunity_input() -> impl Strategy<Value = OpportunityInput> {
    (select(OpportunityType::WORDS), maybe(time()), maybe(link()), maybe(money())).prop_map(
        |(of, deadline, apply_at, award)| OpportunityInput { of: of.to_owned(), deadline, apply_at, award },
    )
}

fn poll_input() -> impl Strategy<Value = PollInput> {
    let options = several(line::<1, 120>(), 10).prop_map(|options| match options.len() {
        0 | 1 => vec!["Yes".to_owned(), "No".to_owned()],
        _ => options,
    });
    (options, any::<bool>(), maybe(time())).prop_map(|(options, several, closes_at)| PollInput {
        options,
        several,
        closes_at,
    })
}

fn invitation_input() -> impl Strategy<Value = InvitationInput> {
    (instant(), maybe(1_i64..1_000_000), line::<1, 200>(), maybe(link())).prop_map(
        |(starts_at, seconds, place, join_at)| InvitationInput {
            starts_at: starts_at.into_raw(),
            ends_at: seconds.map(|seconds| (starts_at + TimeDelta::seconds(seconds)).into_raw()),
            place: Some(place),
            join_at,
        },
    )
}

fn time() -> impl Strategy<Value = String> {
    instant().prop_map(DateTime::<Utc>::into_raw)
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_posts(input: &PostInput) -> impl Iterator<Item = Spoiled<PostInput>> {
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

/// The post as one of another kind, with what that needs.
fn turn(post: &mut PostInput, kind: PostKind) {
    *post = PostInput {
        kind: kind.as_str().to_owned(),
        title: Some("A title".to_owned()),
        opportunity: (kind == PostKind::Opportunity)
            .then(|| OpportunityInput { of: "grant".to_owned(), ..OpportunityInput::default() }),
        poll: (kind == PostKind::Poll)
            .then(|| PollInput { options: vec!["Yes".to_owned(), "No".to_owned()], ..PollInput::default() }),
        invitation: (kind == PostKind::EventPost).then(|| InvitationInput {
            starts_at: "2026-03-01T09:30:00Z".to_owned(),
            place: Some("Harare".to_owned()),
            ..InvitationInput::default()
        }),
        ..std::mem::take(post)
    };
}

fn options(post: &mut PostInput, options: &[&str]) {
    turn(post, PostKind::Poll);
    let options = options.iter().map(|option| (*option).to_owned()).collect();
    post.poll = Some(PollInput { options, ..PollInput::default() });
}

fn invite(post: &mut PostInput, change: impl FnOnce(&mut InvitationInput)) {
    turn(post, PostKind::EventPost);
    change(post.invitation.get_or_insert_default());
}

fn offer(post: &mut PostInput, change: impl FnOnce(&mut OpportunityInput)) {
    turn(post, PostKind::Opportunity);
    change(post.opportunity.get_or_insert_default());
}

const FLAWS: &[Flaw<PostInput>] = &[
    Flaw::new("/kind", code::UNKNOWN_VALUE, |post| {
        turn(post, PostKind::Post);
        post.kind = "rant".into();
    }),
    Flaw::new("/kind", code::REQUIRED, |post| {
        turn(post, PostKind::Post);
        post.kind.clear();
    }),
    Flaw::new("/title", code::REQUIRED, |post| {
        turn(post, PostKind::Article);
        post.title = None;
    }),
    Flaw::new("/title", code::TOO_LONG, |post| post.title = Some("x".repeat(201))),
    Flaw::new("/title", code::MALFORMED, |post| post.title = Some("two\nlines".into())),
    Flaw::new("/summary", code::TOO_LONG, |post| post.summary = Some("x".repeat(301))),
    Flaw::new("/body", code::REQUIRED, |post| post.body = " \n ".into()),
    Flaw::new("/body", code::TOO_LONG, |post| {
        turn(post, PostKind::Post);
        post.body = "x".repeat(10_001);
    }),
    Flaw::new("/body", code::TOO_LONG, |post| {
        turn(post, PostKind::Article);
        post.body = "x".repeat(100_001);
    }),
    Flaw::new("/tags", code::TOO_MANY, |post| post.tags = (0..11).map(|n| n.to_string()).collect()),
    Flaw::new("/tags/1", code::DUPLICATE, |post| post.tags = vec!["maize".into(), " maize ".into()]),
    Flaw::new("/tags/0", code::TOO_LONG, |post| post.tags = vec!["x".repeat(31)]),
    Flaw::new("/language", code::MALFORMED, |post| post.language = Some("shona".into())),
    Flaw::new("/opportunity", code::REQUIRED, |post| {
        turn(post, PostKind::Opportunity);
        post.opportunity = None;
    }),
    Flaw::new("/opportunity", code::NOT_ALLOWED, |post| {
        offer(post, |_| {});
        post.kind = "article".into();
    }),
    Flaw::new("/opportunity/of", code::UNKNOWN_VALUE, |post| {
        offer(post, |offer| offer.of = "lottery".into());
    }),
    Flaw::new("/opportunity/apply_at", code::MALFORMED, |post| {
        offer(post, |offer| offer.apply_at = Some("ask me".into()));
    }),
    Flaw::new("/poll", code::REQUIRED, |post| {
        turn(post, PostKind::Poll);
        post.poll = None;
    }),
    Flaw::new("/poll", code::NOT_ALLOWED, |post| {
        options(post, &["Yes", "No"]);
        post.kind = "post".into();
    }),
    Flaw::new("/poll/options", code::TOO_FEW, |post| options(post, &["Yes"])),
    Flaw::new("/poll/options", code::TOO_MANY, |post| {
        options(post, &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    }),
    Flaw::new("/poll/options/1", code::DUPLICATE, |post| options(post, &["Yes", "Yes", "No"])),
    Flaw::new("/invitation", code::REQUIRED, |post| {
        turn(post, PostKind::EventPost);
        post.invitation = None;
    }),
    Flaw::new("/invitation", code::NOT_ALLOWED, |post| {
        invite(post, |_| {});
        post.kind = "question".into();
    }),
    Flaw::new("/invitation/place", code::REQUIRED, |post| {
        invite(post, |invitation| {
            invitation.place = None;
            invitation.join_at = None;
        });
    }),
    Flaw::new("/invitation/ends_at", code::RANGE_ORDER, |post| {
        invite(post, |invitation| invitation.ends_at = Some("2026-03-01T09:30:00Z".into()));
    }),
];

/// Flaws that no row can show: the database never sees a text that is no instant or no id.
pub fn spoiled_posts_on_the_wire(input: &PostInput) -> impl Iterator<Item = Spoiled<PostInput>> {
    const FLAWS: &[Flaw<PostInput>] = &[
        Flaw::new("/invitation/starts_at", code::REQUIRED, |post| {
            invite(post, |invitation| invitation.starts_at.clear());
        }),
        Flaw::new("/invitation/starts_at", code::MALFORMED, |post| {
            invite(post, |invitation| invitation.starts_at = "on Friday".into());
        }),
        Flaw::new("/categories/0", code::MALFORMED, |post| post.categories = vec!["farming".into()]),
        Flaw::new("/attachments", code::TOO_MANY, |post| {
            post.attachments =
                (0..6).map(|n| MediaId::from_uuid(uuid::Uuid::from_u128(n)).into_raw()).collect();
        }),
        Flaw::new("/categories/1", code::DUPLICATE, |post| {
            post.categories = vec![CategoryId::from_uuid(uuid::Uuid::nil()).into_raw(); 2];
        }),
    ];
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}
