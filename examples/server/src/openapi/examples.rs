//! Examples for the document, made from values of the domain: they are always of the shape they illustrate.

mod community;
mod event;
mod feed;
mod live;
mod marketplace;
mod messaging;
mod moderation;
mod network;
mod notification;
mod organisation;
mod social;
mod tab;
mod taxonomy;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use smilefactory_core::content::{
    AuthorStats, Comment, CommentDraft, CommentInput, CommentThread, ContentDigest, DeclaredMedia, Excerpt,
    HeaderField, ListedPost, Media, MediaFound, MediaInput, MediaUpload, PollResult, Post, PostDiff,
    PostDraft, PostEngagement, PostHit, PostInput, PostReaction, PostState, PostStep, PostVersion, PostView,
    Reaction, ReactionCounts, ReviewAssignment, ReviewDue, SavedPost, StepBy, StepTaken, UploadTarget,
    ViewerState,
};
use smilefactory_core::id::{AccountId, Id, SessionId};
use smilefactory_core::identity::{Account, Erasure, Session, SignUp, SignUpInput};
use smilefactory_core::page::CursorPage;
use smilefactory_core::profile::{
    Completion, Engagement, Profile, ProfileContent, ProfileInput, ProfileView, ProfileViews, ViewerClass,
};
use smilefactory_core::recommendation::{Match, NextStep, Part, Reason, Score, Signal};
use smilefactory_core::tenancy::{CommunitySettings, TenantSettings};
use smilefactory_core::validation::{Field, Violation, Violations};
use smilefactory_core::version::Version;
use smilefactory_store::StoreError;
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::problem::{ApiError, Code};

/// An id.
pub(super) const ID: &str = "0195510c-a3c0-7101-8101-010101010101";
const TOKEN: &str = "sf_AZVRDKPAcACAAAAAAAAAAAkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ";

/// The example of a schema with this name.
pub(super) fn of(schema: &str) -> Option<Value> {
    if let Some(entry) = schema.strip_prefix("CursorPage_") {
        let page = CursorPage { items: vec![of(entry)?], next_cursor: None, has_more: false };
        return serde_json::to_value(page).ok();
    }
    match schema {
        "Account" => value(account()?),
        "AccountSettingsPatch" => Some(json!({"bio": "I build solar pumps.", "phone": null})),
        "Erasure" => value(Erasure::ask(account_id(), now()).0),
        "Explanation" => Some(json!({"reason": "Say where the pump was tested."})),
        "AuthorStats" => value(author_stats()),
        "Comment" => value(comment()?),
        "CommentInput" => Some(json!({"body": "Ours runs on **150 W**."})),
        "CommentPatch" => Some(json!({"body": "Ours runs on **120 W**."})),
        "CommentThread" => value(CommentThread { comment: comment()?, replies: Vec::new(), more: None }),
        "CommunitySettings" => value(CommunitySettings {
            version: Version::FIRST,
            updated_at: now(),
            settings: TenantSettings::default(),
        }),
        "TenantSettings" => Some(json!({
            "posts_need_review": true,
            "screening": {"held_words": ["casino"], "max_links": 5},
        })),
        "Completion" => value(completion()?),
        "DeclaredMedia" => value(declared_media()?),
        "Credentials" => Some(json!({"email": "tariro@example.org", "password": "correct horse battery"})),
        "EmailProof" => Some(json!({"token": TOKEN})),
        "ListedPost" => value(ListedPost { reading_minutes: 1, engagement: engagement(), post: post()? }),
        "Liveness" => Some(json!({"status": "ok"})),
        "LogIn" => Some(json!({"token": TOKEN, "session": session(), "account": account()?})),
        "Matches" => Some(json!({"items": [a_match()]})),
        "PollResult" => value(PollResult { votes: vec![12, 30], voters: 42, own: Some(vec![1]) }),
        "Media" => value(media()?),
        "MediaInput" => value(media_input()),
        "MediaUrl" => Some(json!({"url": "https://example.org/v1/blobs/AZVRDKPAcACA", "expires_at": now()})),
        "Post" => value(post()?),
        "PostDiff" => value(diff()?),
        "PostEngagement" => value(engagement()),
        "PostInput" => value(post_input()),
        "PostVersion" => value(version()?),
        "PostView" => value(PostView {
            html: "<p>Our pump runs on 200 W and waters a hectare.</p>\n".to_owned(),
            reading_minutes: 1,
            votes: None,
            engagement: engagement(),
            post: post()?,
        }),
        "PostHit" => value(PostHit {
            rank: 7_500,
            approximate: false,
            title_excerpts: vec![
                Excerpt { text: "Solar ".to_owned(), hit: false },
                Excerpt { text: "pumps".to_owned(), hit: true },
                Excerpt { text: " for small farms".to_owned(), hit: false },
            ],
            text_excerpts: vec![Excerpt { text: "Our pump runs on 200 W".to_owned(), hit: false }],
            engagement: engagement(),
            post: post()?,
        }),
        "PostPatch" => Some(json!({"title": "Solar pumps for small farms", "tags": ["solar", "water"]})),
        "Profile" => value(profile()?),
        "ProfileInput" => Some(profile_input()),
        "ProfilePatch" => {
            Some(json!({"offering": "A pilot on your farm.", "details": {"stage": "launched"}}))
        }
        "ProfileView" => value(profile_view()?),
        "ProfileViews" => value(ProfileViews { account: account_id(), viewers: 31, views: 84 }),
        "PostReaction" => value(reaction()),
        "PublishAt" => Some(json!({"at": "2026-12-01T08:00:00Z"})),
        "Readiness" => Some(json!({"status": "ok", "database": "ok", "partitions": "ok"})),
        "ReviewAssignment" => value(assignment()),
        "ReviewBy" => Some(json!({"due_at": "2026-12-01T08:00:00Z"})),
        "ReviewDue" => value(ReviewDue { due_at: assignment().due_at, post: post()? }),
        "Reviewers" => Some(json!({"items": [assignment()]})),
        "StepTaken" => value(step_taken()),
        "VoteInput" => Some(json!({"choices": [1]})),
        "ReactionInput" => Some(json!({"reaction": "insightful"})),
        "SavedPost" => value(SavedPost { saved_at: now(), engagement: engagement(), post: post()? }),
        "Session" => value(session()),
        "SignUpInput" => value(sign_up()),
        "ViewerState" => value(viewer_state()),
        _ => community::of(schema)
            .or_else(|| event::of(schema))
            .or_else(|| feed::of(schema))
            .or_else(|| live::of(schema))
            .or_else(|| marketplace::of(schema))
            .or_else(|| messaging::of(schema))
            .or_else(|| moderation::of(schema))
            .or_else(|| notification::of(schema))
            .or_else(|| organisation::of(schema))
            .or_else(|| network::of(schema))
            .or_else(|| social::of(schema))
            .or_else(|| tab::of(schema))
            .or_else(|| taxonomy::of(schema)),
    }
}

/// The example of a parameter in the address.
pub(super) fn of_parameter(name: &str, schema: &RefOr<Schema>) -> Option<Value> {
    let RefOr::T(Schema::Object(schema)) = schema else { return None };
    let known = schema.enum_values.iter().flatten().chain(&schema.examples).chain(&schema.default).next();
    if let Some(known) = known {
        return Some(known.clone());
    }
    match (&schema.schema_type, &schema.format) {
        (SchemaType::Type(Type::Boolean), _) => return Some(json!(true)),
        (SchemaType::Type(Type::Integer), _) => return Some(json!(2)),
        (_, Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))) => return Some(json!(ID)),
        (_, Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))) => {
            return Some(json!("2026-03-01T00:00:00Z"));
        }
        _ => {}
    }
    let example = match name {
        "category" => "biotech",
        "city" => "Harare",
        "min_price" | "max_price" => "100",
        "cursor" => "AZVRDKPAcACAAAAAAAAAAAkJCQkJCQkJ",
        "interest" => "agriculture",
        "language" => "en",
        "prefix" => "sol",
        "q" => "\"solar pump\" -diesel",
        "skill" => "hydraulics",
        "tag" => "solar",
        _ => return None,
    };
    Some(json!(example))
}

/// The example of a problem.
pub(super) fn problem(code: Code) -> Example {
    let error = match code {
        Code::InvalidInput => ApiError::from(Violations::one("/title", Violation::required())),
        Code::Conflict => StoreError::Conflict { entity: "account", field: "email" }.into(),
        Code::CompletionTooLow => ApiError::new(code, "articles take a profile that is complete to 81 %")
            .with_missing(completion().map(|completion| completion.missing).unwrap_or_default()),
        _ => ApiError::new(code, code.title().to_lowercase()),
    };
    let problem = error.problem("/v1/posts".to_owned(), ID.to_owned());
    ExampleBuilder::new().summary(code.title()).value(value(problem)).build()
}

fn value(example: impl Serialize) -> Option<Value> {
    serde_json::to_value(example).ok()
}

fn now() -> DateTime<Utc> {
    Utc.timestamp_opt(1_740_821_400, 0).single().unwrap_or_default()
}

fn account_id() -> AccountId {
    AccountId::at(now(), [1; 10])
}

fn sign_up() -> Value {
    json!({
        "email": "tariro@example.org",
        "password": "correct horse battery",
        "first_name": "Tariro",
        "last_name": "Moyo",
    })
}

fn account() -> Option<Account> {
    let input: SignUpInput = serde_json::from_value(sign_up()).ok()?;
    Some(SignUp::from_raw(input).ok()?.open(account_id(), now()).0)
}

fn session() -> Session {
    Session::open(SessionId::at(now(), [2; 10]), account_id(), now()).0
}

fn media_input() -> MediaInput {
    MediaInput { file_name: "pump.jpg".to_owned(), media_type: "image/jpeg".to_owned(), size: 48_000 }
}

fn declared() -> Option<Media> {
    let upload = MediaUpload::from_raw(media_input()).ok()?;
    upload.begin(Id::at(now(), [4; 10]), account_id(), u32::MAX, now()).ok()
}

fn declared_media() -> Option<DeclaredMedia> {
    let media = declared()?;
    let upload = UploadTarget {
        method: "PUT".to_owned(),
        url: format!("https://example.org/v1/media/{}/content", media.id),
        headers: vec![HeaderField { name: "Content-Type".to_owned(), value: "image/jpeg".to_owned() }],
        direct: false,
        expires_at: now() + Media::AWAITED,
    };
    Some(DeclaredMedia { media, upload })
}

fn media() -> Option<Media> {
    let found = MediaFound { size: 47_000, digest: ContentDigest([9; 32]), dimensions: Some((640, 480)) };
    Some(declared()?.finalise(found, now()).ok()?.0)
}

fn post_input() -> PostInput {
    PostInput {
        kind: "article".to_owned(),
        title: Some("Solar pumps for small farms".to_owned()),
        body: "Our pump runs on 200 W and waters a hectare.".to_owned(),
        tags: vec!["solar".to_owned(), "water".to_owned()],
        language: Some("en".to_owned()),
        ..PostInput::default()
    }
}

fn post() -> Option<Post> {
    let draft = PostDraft::from_raw(post_input()).ok()?;
    Some(draft.begin(Id::at(now(), [1; 10]), account_id(), now()).0)
}

fn version() -> Option<PostVersion> {
    Some(PostVersion {
        number: Version::FIRST,
        saved_at: now(),
        draft: Some(post()?.draft),
        digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        redaction: None,
    })
}

fn diff() -> Option<PostDiff> {
    let new = post()?.draft;
    let old = PostDraft { body: "Our pump runs on 200 W.".parse().ok()?, ..new.clone() };
    Some(PostDiff::between((Version::new(1), &old), (Version::new(2), &new)))
}

fn assignment() -> ReviewAssignment {
    ReviewAssignment {
        reviewer: AccountId::at(now(), [4; 10]),
        asked_by: AccountId::at(now(), [4; 10]),
        asked_at: now(),
        due_at: now() + TimeDelta::days(2),
    }
}

fn step_taken() -> StepTaken {
    StepTaken {
        version: Version::new(2),
        step: PostStep::Submit,
        from: PostState::Draft,
        to: PostState::InReview,
        by: StepBy::Author,
        account: Some(account_id()),
        at: now(),
        reason: None,
    }
}

fn reaction() -> PostReaction {
    PostReaction { account: account_id(), reaction: Reaction::Insightful, reacted_at: now() }
}

fn viewer_state() -> ViewerState {
    ViewerState { reaction: Some(Reaction::Insightful), reacted_at: Some(now()), ..ViewerState::default() }
}

fn engagement() -> PostEngagement {
    PostEngagement {
        post: Id::at(now(), [1; 10]),
        reactions: ReactionCounts { like: 12, insightful: 3, ..ReactionCounts::default() },
        saves: 2,
        shares: 1,
        views: 140,
        comments: 8,
        viewer: viewer_state(),
    }
}

fn author_stats() -> AuthorStats {
    AuthorStats { account: account_id(), posts: 4, reactions: 31, saves: 5, shares: 2, views: 612 }
}

fn comment() -> Option<Comment> {
    let input = CommentInput { body: "Ours runs on **150 W**.".to_owned(), parent: None };
    let post = Post { state: PostState::Published, ..post()? };
    let draft = CommentDraft::from_raw(input).ok()?;
    let (comment, _) = draft.write(Id::at(now(), [4; 10]), &post, None, account_id(), now()).ok()?;
    let html = comment.body.as_ref().map(|body| smilefactory_store::render::markdown(body.as_str()).html);
    Some(Comment { html, ..comment })
}

fn profile_input() -> Value {
    json!({
        "headline": "Solar pumps for small farms",
        "location": {"city": "Harare", "country": "ZW"},
        "languages": ["en", "sn"],
        "skills": ["hydraulics", "electronics"],
        "interests": ["agriculture", "renewable energy"],
        "looking_for": [{"kind": "business_investor", "why": "To build the first hundred pumps."}],
        "offering": "A pump to try on your own field.",
        "details": {
            "kind": "innovator",
            "industries": ["agriculture"],
            "stage": "mvp",
            "startup_name": "Mvura",
            "funding_sought": {"amount": "50000", "currency": "USD"},
        },
    })
}

fn profile() -> Option<Profile> {
    let input: ProfileInput = serde_json::from_value(profile_input()).ok()?;
    let profile = ProfileContent::from_raw(input).ok()?.begin(account_id(), now()).0;
    Some(profile.assess(&completion()?).0)
}

fn profile_view() -> Option<ProfileView> {
    profile()?.seen_by(&account()?, ViewerClass::Member)
}

fn completion() -> Option<Completion> {
    let input: ProfileInput = serde_json::from_value(profile_input()).ok()?;
    let content = ProfileContent::from_raw(input).ok()?;
    Some(Completion::of(&account()?, &content, Engagement::default()))
}

fn a_match() -> Match {
    let part = |signal, value: f64, weight: f64| Part {
        signal,
        value: Score::clamped(value),
        weight,
        contribution: value * weight,
    };
    Match {
        seeker: account_id(),
        candidate: AccountId::at(now(), [3; 10]),
        score: Score::clamped(0.75),
        parts: vec![part(Signal::Structured, 0.75, 0.5), part(Signal::Semantic, 0.75, 0.5)],
        reasons: vec![Reason {
            code: "shared_industries".into(),
            params: [("industries".into(), json!(["agriculture"]))].into(),
            text: "You both work on agriculture.".to_owned(),
        }],
        next_step: NextStep::Pitch,
    }
}
