//! What others have written down and rely on: a name that is changed here breaks them.
#![expect(clippy::pedantic, clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fmt::Debug;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use smilefactory_core::bulk::{ImportKind, ImportState};
use smilefactory_core::community::{
    GroupMemberState, GroupPermission, GroupRole, GroupSort, GroupVisibility, JoinPolicy, PostingRule,
};
use smilefactory_core::content::moderation::{
    CaseOrigin, CaseState, Decision, ModerationStep, Priority, ReportReason, ReportState, Ruling,
    ScreeningRule, StrikeEnd, SubjectKind,
};
use smilefactory_core::content::{
    CommentSort, MediaState, MediaType, MediaVariant, PostAudience, PostKind, PostState, PostStep, Reaction,
    Tab, TagSort,
};
use smilefactory_core::event::{
    Answer, EventCategory, EventDoor, EventFormat, EventState, EventVisibility, EventWindow, OwnEvents,
    RegistrationBy, RegistrationState, RegistrationStep, ResourceAudience, ResourcePhase, SeriesScope,
};
use smilefactory_core::fact;
use smilefactory_core::feed::{Deed, FeedMode, FeedReasonKind};
use smilefactory_core::identity::{FundingRoundKind, OrganisationSort, OrganisationStatus, Role};
use smilefactory_core::marketplace::{
    Availability, InquiryState, InquiryStep, ItemCondition, ListingSort, ListingState, ListingStep,
    ListingType,
};
use smilefactory_core::messaging::live::{EndReason, LiveEvent, MemberChange, RequestChange, ResetReason};
use smilefactory_core::messaging::notification::{MailDigest, NotificationKind, NotificationPriority};
use smilefactory_core::messaging::{
    ConversationKind, HistoryFrom, InboxFilter, MemberRole, MemberState, MessageOrder,
};
use smilefactory_core::profile::{
    InnovationStage, InvestorType, MentoringFormat, MissingOn, OrderBook, Participation, PartnershipInterest,
    PriceModel, ProfileKind, ProfileSort, ProfileState, SizeBand, ViewerClass, Visibility,
};
use smilefactory_core::recommendation::{NextStep, Signal};
use smilefactory_core::social::{
    AcquaintanceSort, ConnectionKind, ConnectionSort, InteractionKind, IntroductionConsent,
    IntroductionState, Naming, RequestState,
};
use smilefactory_core::tenancy::Plan;
use smilefactory_core::validation::{Field, Violations, code};

#[test]
fn facts() {
    let facts: Vec<(&str, u16)> = fact::all().collect();
    assert_eq!(
        facts,
        [
            ("tenancy.tenant.joined", 1),
            ("tenancy.tenant.changed", 1),
            ("identity.account.opened", 1),
            ("identity.account.changed", 1),
            ("identity.email.verified", 1),
            ("identity.session.opened", 1),
            ("identity.erasure.asked", 1),
            ("identity.erasure.withdrawn", 1),
            ("identity.account.erased", 1),
            ("identity.session.closed", 1),
            ("identity.profile.begun", 1),
            ("identity.profile.revised", 1),
            ("identity.profile.assessed", 1),
            ("identity.profile.suspended", 1),
            ("identity.profile.reinstated", 1),
            ("identity.profile.viewed", 1),
            ("identity.participation.changed", 1),
            ("content.post.drafted", 1),
            ("content.post.deleted", 1),
            ("content.post.edited", 1),
            ("content.post.moved", 1),
            ("content.post.featured", 1),
            ("content.post.unfeatured", 1),
            ("content.comment.written", 1),
            ("content.comment.edited", 1),
            ("content.comment.deleted", 1),
            ("content.review.asked", 1),
            ("content.review.released", 1),
            ("content.vote.cast", 1),
            ("content.vote.withdrawn", 1),
            ("content.version.redacted", 1),
            ("content.category.created", 1),
            ("content.category.changed", 1),
            ("content.category.archived", 1),
            ("content.tag.aliased", 1),
            ("content.tag.merge_begun", 1),
            ("content.tag.merged", 1),
            ("content.tag.followed", 1),
            ("content.tag.unfollowed", 1),
            ("content.media.uploaded", 1),
            ("content.media.deleted", 1),
            ("content.post.reacted", 1),
            ("content.post.unreacted", 1),
            ("content.post.saved", 1),
            ("content.post.unsaved", 1),
            ("content.post.shared", 1),
            ("content.post.viewed", 1),
            ("content.comment.reacted", 1),
            ("content.comment.unreacted", 1),
            ("content.report.filed", 1),
            ("content.report.retracted", 1),
            ("content.case.opened", 1),
            ("content.case.assigned", 1),
            ("content.case.decided", 1),
            ("content.case.appealed", 1),
            ("content.case.appeal_decided", 1),
            ("content.strike.issued", 1),
            ("content.strike.ended", 1),
            ("content.post.standing_changed", 1),
            ("content.comment.standing_changed", 1),
            ("social.request.sent", 1),
            ("social.request.accepted", 1),
            ("social.request.declined", 1),
            ("social.request.withdrawn", 1),
            ("social.request.expired", 1),
            ("social.connection.made", 1),
            ("social.connection.removed", 1),
            ("social.follow.begun", 1),
            ("social.follow.ended", 1),
            ("social.block.set", 1),
            ("social.block.lifted", 1),
            ("social.mute.set", 1),
            ("social.mute.lifted", 1),
            ("social.introduction.consent_chosen", 1),
            ("social.introduction.asked", 1),
            ("social.introduction.granted", 1),
            ("social.introduction.declined", 1),
            ("messaging.conversation.begun", 1),
            ("messaging.conversation.changed", 1),
            ("messaging.message.sent", 1),
            ("messaging.message.edited", 1),
            ("messaging.message.deleted", 1),
            ("messaging.message.reacted", 1),
            ("messaging.message.unreacted", 1),
            ("messaging.member.joined", 1),
            ("messaging.member.left", 1),
            ("messaging.member.removed", 1),
            ("messaging.member.invited", 1),
            ("messaging.member.requested", 1),
            ("messaging.member.changed", 1),
            ("messaging.receipt.moved", 1),
            ("messaging.notification.raised", 1),
            ("messaging.notification.read", 1),
            ("community.group.founded", 1),
            ("community.group.changed", 1),
            ("community.group.archived", 1),
            ("community.group.reopened", 1),
            ("community.member.joined", 1),
            ("community.member.left", 1),
            ("community.member.removed", 1),
            ("community.member.changed", 1),
            ("community.member.invited", 1),
            ("community.invitation.ended", 1),
            ("community.member.requested", 1),
            ("community.request.ended", 1),
            ("community.member.banned", 1),
            ("community.post.taken_off", 1),
            ("community.member.unbanned", 1),
            ("marketplace.listing.drafted", 1),
            ("marketplace.listing.edited", 1),
            ("marketplace.listing.deleted", 1),
            ("marketplace.listing.moved", 1),
            ("marketplace.listing.saved", 1),
            ("marketplace.listing.unsaved", 1),
            ("marketplace.listing.viewed", 1),
            ("marketplace.inquiry.moved", 1),
            ("marketplace.review.written", 1),
            ("bulk.batch.imported", 1),
            ("bulk.import.finished", 1),
            ("event.event.created", 1),
            ("event.event.changed", 1),
            ("event.event.published", 1),
            ("event.event.cancelled", 1),
            ("event.event.completed", 1),
            ("event.event.deleted", 1),
            ("event.programme.set", 1),
            ("event.resource.added", 1),
            ("event.resource.removed", 1),
            ("event.organiser.added", 1),
            ("event.organiser.removed", 1),
            ("event.registration.moved", 1),
            ("event.series.begun", 1),
            ("event.series.changed", 1),
            ("event.series.ended", 1),
        ]
    );
    for (n, (name, _)) in facts.iter().enumerate() {
        assert!(facts.iter().take(n).all(|(earlier, _)| earlier != name), "{name} twice");
    }
}

#[test]
fn violation_codes() {
    assert_eq!(
        code::ALL,
        [
            "blocked_word",
            "duplicate",
            "malformed",
            "required",
            "out_of_range",
            "range_order",
            "too_long",
            "too_few",
            "too_many",
            "too_short",
            "not_allowed",
            "unknown_value",
            "wrong_type",
            "unknown_field",
        ]
    );
}

fn words<T>(all: &[T], listed: &[&str], expected: &[&str])
where
    T: Copy + Debug + PartialEq + Serialize + DeserializeOwned + Field<Raw = String> + ToString,
    T: FromStr<Err = Violations>,
{
    assert_eq!(listed, expected);
    assert_eq!(all.len(), expected.len());
    for (member, word) in all.iter().zip(expected) {
        assert_eq!(serde_json::to_value(member).unwrap(), *word);
        assert_eq!(serde_json::from_value::<T>((*word).into()).unwrap(), *member);
        assert_eq!(word.parse::<T>().unwrap(), *member);
        assert_eq!((member.to_string().as_str(), member.into_raw().as_str()), (*word, *word));
    }
    let code = |raw: &str| T::from_raw(raw.into()).unwrap_err().iter().next().unwrap().code.to_string();
    assert_eq!((code(""), code("no such word")), (code::REQUIRED.into(), code::UNKNOWN_VALUE.into()));
}

macro_rules! golden_words {
    ($( $name:ident = [$($word:literal),+ $(,)?]; )*) => {
        #[test]
        fn choices() { $( words($name::ALL, $name::WORDS, &[$($word),+]); )* }
    };
}

golden_words! {
    ImportKind = ["organisations", "funding_rounds", "innovators", "events"];
    ImportState = ["running", "finished", "superseded"];
    OrganisationStatus = ["operating", "acquired", "public", "closed"];
    OrganisationSort = ["name", "funding"];
    FundingRoundKind = [
        "angel", "venture", "series_a", "series_b", "series_c", "private_equity", "post_ipo", "crowdfunding", "other",
    ];
    Plan = ["free", "community", "enterprise"];
    Role = ["member", "moderator", "admin"];
    ProfileKind = [
        "innovator", "business_investor", "mentor", "corporate_partner", "government_official",
        "academic_researcher", "service_provider", "community_member",
    ];
    ProfileState = ["draft", "incomplete", "complete", "suspended"];
    Visibility = ["public", "connections_only", "private"];
    ViewerClass = ["owner", "staff", "connection", "group", "member", "public", "blocked"];
    InnovationStage = ["idea", "prototype", "mvp", "launched", "scaling", "mature"];
    InvestorType = ["angel", "vc", "corporate", "fund", "family_office", "grant"];
    MentoringFormat = ["in_person", "remote", "both"];
    SizeBand = ["micro", "small", "medium", "large", "enterprise"];
    PartnershipInterest = ["pilot", "procurement", "investment", "challenge", "research", "sponsorship"];
    PriceModel = ["fixed", "hourly", "quote"];
    OrderBook = ["open", "limited", "full"];
    Participation = ["observer", "occasional", "regular", "core"];
    MissingOn = ["account", "profile", "engagement"];
    PostKind = [
        "post", "article", "announcement", "discussion", "opportunity", "question", "poll", "success_story",
        "event_post",
    ];
    PostState = ["draft", "in_review", "changes_requested", "approved", "scheduled", "published", "archived"];
    PostStep = ["submit", "approve", "request_changes", "publish", "schedule", "archive"];
    CommentSort = ["best", "newest", "oldest"];
    Tab = ["feed", "profiles", "blog", "events", "groups", "marketplace"];
    TagSort = ["popular", "name"];
    MediaType = ["image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "application/pdf"];
    MediaState = ["pending", "ready"];
    MediaVariant = ["original", "thumbnail"];
    SubjectKind = ["post", "comment", "profile"];
    ReportReason = [
        "spam", "harassment", "hate", "violence", "sexual", "misinformation", "illegal", "impersonation",
        "off_topic", "other",
    ];
    ReportState = ["open", "retracted", "upheld", "dismissed"];
    Priority = ["urgent", "high", "normal", "low"];
    CaseOrigin = ["reports", "screening"];
    CaseState = ["open", "decided", "appealed", "closed"];
    Decision = ["approve", "remove", "warn", "suspend"];
    Ruling = ["uphold", "overturn"];
    StrikeEnd = ["expired", "revoked"];
    ModerationStep = [
        "reported", "retracted", "screened", "assigned", "decided", "struck", "suspended", "appealed",
        "appeal_decided", "revoked", "expired", "reinstated",
    ];
    ScreeningRule = ["held_word", "too_many_links"];
    Reaction = ["like", "insightful", "support", "celebrate"];
    ConnectionKind = ["professional", "mentorship", "collaboration", "friendship"];
    ConnectionSort = ["strength", "name", "newest"];
    AcquaintanceSort = ["name", "newest"];
    RequestState = ["pending", "accepted", "declined", "withdrawn", "expired"];
    InteractionKind = ["connection", "message", "comment", "reaction", "event", "group"];
    IntroductionConsent = ["always", "ask", "never"];
    IntroductionState = ["asked", "granted", "declined"];
    Naming = ["named", "may_be_asked", "asked", "unnamed"];
    ConversationKind = ["direct", "group"];
    HistoryFrom = ["start", "joining"];
    MemberRole = ["owner", "admin", "member"];
    MemberState = ["active", "request", "requested", "declined", "left", "removed"];
    MessageOrder = ["newest", "oldest"];
    InboxFilter = ["inbox", "unread", "archived", "requests"];
    MemberChange = ["joined", "left", "removed", "invited", "requested", "role_changed"];
    RequestChange = ["sent", "accepted", "declined", "withdrawn", "expired"];
    ResetReason = ["other_log", "invalid", "too_much"];
    EndReason = ["logged_out", "suspended", "too_slow", "unavailable"];
    NotificationKind = [
        "connection_requested", "connection_accepted", "introduction_asked", "introduction_granted", "followed",
        "message_received",
        "message_requested", "message_replied", "message_reacted", "conversation_invited",
        "conversation_joined", "conversation_requested", "mentioned", "post_commented", "comment_replied", "post_reacted",
        "comment_reacted", "post_approved", "post_changes_requested", "post_published", "review_asked",
        "case_decided", "appeal_decided", "match_suggested", "request_waiting", "request_expiring",
        "messages_unread", "review_due", "group_invited", "group_requested", "group_joined",
        "inquiry_received", "inquiry_replied", "inquiry_agreed", "inquiry_completed", "inquiry_cancelled",
        "listing_reviewed",
        "event_invited", "registration_requested", "registration_approved", "seat_offered", "event_cancelled",
        "event_moved", "event_tomorrow", "event_soon", "group_event",
    ];
    PostAudience = ["everybody", "members", "author"];
    GroupVisibility = ["public", "private", "hidden"];
    JoinPolicy = ["open", "approval", "invite"];
    PostingRule = ["members", "moderators", "admins"];
    GroupSort = ["activity", "trending", "name", "newest", "members"];
    GroupRole = ["owner", "admin", "moderator", "member"];
    GroupPermission = [
        "change_group", "archive_group", "assign_roles", "make_codes", "invite", "approve_members",
        "remove_members", "ban_members", "moderate_posts", "make_events",
    ];
    GroupMemberState = ["invited", "requested", "member", "banned"];
    EventCategory = ["workshop", "networking", "conference", "webinar", "meetup", "pitch", "demo"];
    EventFormat = ["in_person", "online", "hybrid"];
    EventVisibility = ["public", "members", "private"];
    EventState = ["draft", "published", "cancelled", "completed"];
    EventDoor = ["open", "full", "closed"];
    ProfileSort = ["joined", "name", "activity", "connections", "match"];
    EventWindow = ["upcoming", "past", "today", "week", "month"];
    OwnEvents = ["organising", "registered"];
    SeriesScope = ["this", "following", "all"];
    RegistrationState = [
        "invited", "requested", "going", "maybe", "waitlisted", "offered", "declined", "cancelled", "checked_in",
        "no_show",
    ];
    RegistrationStep = [
        "invite", "register", "consider", "approve", "offer", "accept", "decline", "refuse", "lapse", "cancel",
        "check_in", "miss",
    ];
    RegistrationBy = ["attendee", "organiser", "system"];
    Answer = ["going", "maybe"];
    ResourcePhase = ["before", "during", "after"];
    ResourceAudience = ["everyone", "registered", "attended"];
    NotificationPriority = ["high", "medium", "low"];
    MailDigest = ["now", "hourly", "daily", "weekly", "never"];
    ListingType = ["product", "service", "job", "partnership", "investment"];
    ItemCondition = ["new", "like_new", "good", "fair", "for_parts"];
    ListingState = ["draft", "published", "reserved", "sold", "expired", "withdrawn"];
    ListingStep = ["publish", "reserve", "release", "sell", "expire", "withdraw", "take_off"];
    Availability = ["available", "reserved", "sold"];
    ListingSort = ["newest", "cheapest", "dearest", "ending_soon", "most_saved"];
    FeedMode = ["ranked", "following", "trending", "recent"];
    FeedReasonKind = [
        "connection", "followed_author", "followed_tag", "group", "shared_interests", "close_to_profile", "popular", "new",
    ];
    Deed = ["reaction", "comment", "share", "save", "view"];
    InquiryState = ["initiated", "negotiating", "agreed", "completed", "cancelled"];
    InquiryStep = ["ask", "say", "offer", "agree", "complete", "cancel", "lapse"];
    Signal = ["structured", "semantic", "interaction", "graph"];
    NextStep = [
        "connect", "pitch", "ask_for_mentoring", "propose_pilot", "propose_research", "request_offer",
        "complete_profile",
    ];
}

#[test]
fn an_account_and_its_profile_as_the_wire_has_them() {
    use chrono::DateTime;
    use serde_json::json;
    use smilefactory_core::id::{AccountId, Id};
    use smilefactory_core::identity::{SignUp, SignUpInput};
    use smilefactory_core::profile::{ProfileContent, ProfileInput};

    let sign_up = SignUpInput {
        email: "Rudo@Example.org".into(),
        password: "correct horse".into(),
        first_name: "Rudo".into(),
        last_name: "Moyo".into(),
    };
    let id = AccountId::from_uuid(uuid::Uuid::from_u128(7));
    let (account, ..) = SignUp::from_raw(sign_up).unwrap().open(id, DateTime::UNIX_EPOCH);
    assert_eq!(
        serde_json::to_value(&account).unwrap(),
        json!({
            "id": "00000000-0000-0000-0000-000000000007",
            "email": "rudo@example.org",
            "email_verified_at": null,
            "first_name": "Rudo",
            "last_name": "Moyo",
            "phone": null,
            "gender": null,
            "bio": null,
            "role": "member",
            "standing": { "kind": null, "state": "draft", "visibility": "public", "completion": 0 },
            "verified_at": null,
            "last_login_at": null,
            "version": 1,
            "created_at": "1970-01-01T00:00:00Z",
            "updated_at": "1970-01-01T00:00:00Z",
        })
    );

    let input: ProfileInput = serde_json::from_value(json!({
        "location": { "country": "zw" },
        "details": {
            "kind": "business_investor",
            "stages": { "from": "idea", "to": "mvp" },
            "ticket": { "min": 25000, "max": "100000.5", "currency": "usd" },
            "portfolio": [{ "company": "Acme", "year": 2019 }],
        },
    }))
    .unwrap();
    let (profile, _) = ProfileContent::from_raw(input).unwrap().begin(id, DateTime::UNIX_EPOCH);
    assert_eq!(
        serde_json::to_value(&profile).unwrap(),
        json!({
            "account": "00000000-0000-0000-0000-000000000007",
            "headline": null,
            "photo": null,
            "location": { "city": null, "country": "ZW" },
            "languages": [],
            "skills": [],
            "interests": [],
            "links": [],
            "availability": null,
            "looking_for": [],
            "offering": null,
            "details": {
                "kind": "business_investor",
                "industries": [],
                "stages": { "from": "idea", "to": "mvp" },
                "ticket": { "min": "25000.00", "max": "100000.50", "currency": "USD" },
                "geographies": [],
                "investor_type": null,
                "portfolio": [{ "company": "Acme", "year": 2019, "stage": null, "visibility": "public" }],
                "criteria": null,
                "exit_preference": null,
            },
            "visibility": "public",
            "field_visibility": {
                "email": "private", "phone": "private", "location": "public", "connections": "public",
            },
            "extra": {},
            "participation": null,
            "state": "draft",
            "completion": 0,
            "version": 1,
            "created_at": "1970-01-01T00:00:00Z",
            "updated_at": "1970-01-01T00:00:00Z",
        })
    );
}

#[test]
fn what_is_told_live() {
    let words = [
        "ready",
        "reset",
        "end",
        "message_sent",
        "message_edited",
        "message_deleted",
        "message_reacted",
        "receipt_moved",
        "conversation_begun",
        "conversation_changed",
        "member_changed",
        "typing",
        "presence",
        "request_changed",
        "connection_made",
        "connection_removed",
        "notification_raised",
        "notification_read",
    ];
    assert_eq!(LiveEvent::WORDS, words);
}
