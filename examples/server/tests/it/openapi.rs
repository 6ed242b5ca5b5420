//! The document: it has every address, says enough of each, and is the one that is committed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use server::problem::Code;

use crate::support::{Api, DOCUMENT, operation, schema};

/// The contract: operation, method, address.
const CONTRACT: &[(&str, &str, &str)] = &[
    ("signUp", "post", "/v1/accounts"),
    ("verifyEmail", "post", "/v1/email-verifications"),
    ("logIn", "post", "/v1/sessions"),
    ("listSessions", "get", "/v1/sessions"),
    ("logOut", "delete", "/v1/sessions/current"),
    ("endSession", "delete", "/v1/sessions/{session_id}"),
    ("askErasure", "put", "/v1/me/erasure"),
    ("getErasure", "get", "/v1/me/erasure"),
    ("withdrawErasure", "delete", "/v1/me/erasure"),
    ("getSettings", "get", "/v1/settings"),
    ("changeSettings", "patch", "/v1/settings"),
    ("me", "get", "/v1/me"),
    ("changeMe", "patch", "/v1/me"),
    ("createProfile", "post", "/v1/profiles"),
    ("listProfiles", "get", "/v1/profiles"),
    ("getProfile", "get", "/v1/profiles/{account_id}"),
    ("myProfile", "get", "/v1/me/profile"),
    ("myProfileViews", "get", "/v1/me/profile/views"),
    ("changeProfile", "patch", "/v1/me/profile"),
    ("myCompletion", "get", "/v1/me/profile/completion"),
    ("draftPost", "post", "/v1/posts"),
    ("listPosts", "get", "/v1/posts"),
    ("listMyPosts", "get", "/v1/me/posts"),
    ("listPostsInReview", "get", "/v1/posts/in-review"),
    ("getPost", "get", "/v1/posts/{post_id}"),
    ("editPost", "patch", "/v1/posts/{post_id}"),
    ("deletePost", "delete", "/v1/posts/{post_id}"),
    ("submitPost", "post", "/v1/posts/{post_id}/submit"),
    ("approvePost", "post", "/v1/posts/{post_id}/approve"),
    ("publishPost", "post", "/v1/posts/{post_id}/publish"),
    ("archivePost", "post", "/v1/posts/{post_id}/archive"),
    ("requestChanges", "post", "/v1/posts/{post_id}/request-changes"),
    ("schedulePost", "post", "/v1/posts/{post_id}/schedule"),
    ("searchPosts", "get", "/v1/posts/search"),
    ("listSteps", "get", "/v1/posts/{post_id}/steps"),
    ("listReviewers", "get", "/v1/posts/{post_id}/reviewers"),
    ("askReviewer", "put", "/v1/posts/{post_id}/reviewers/{account_id}"),
    ("releaseReviewer", "delete", "/v1/posts/{post_id}/reviewers/{account_id}"),
    ("listMyReviews", "get", "/v1/me/reviews"),
    ("vote", "put", "/v1/posts/{post_id}/vote"),
    ("withdrawVote", "delete", "/v1/posts/{post_id}/vote"),
    ("listVersions", "get", "/v1/posts/{post_id}/versions"),
    ("getVersion", "get", "/v1/posts/{post_id}/versions/{number}"),
    ("diffVersion", "get", "/v1/posts/{post_id}/versions/{number}/diff"),
    ("restoreVersion", "post", "/v1/posts/{post_id}/versions/{number}/restore"),
    ("redactVersion", "post", "/v1/posts/{post_id}/versions/{number}/redact"),
    ("listCategories", "get", "/v1/categories"),
    ("createCategory", "post", "/v1/categories"),
    ("getCategory", "get", "/v1/categories/{category_id}"),
    ("changeCategory", "patch", "/v1/categories/{category_id}"),
    ("archiveCategory", "delete", "/v1/categories/{category_id}"),
    ("listOrganisations", "get", "/v1/organisations"),
    ("getOrganisation", "get", "/v1/organisations/{organisation_id}"),
    ("listFundingRounds", "get", "/v1/organisations/{organisation_id}/funding-rounds"),
    ("listTags", "get", "/v1/tags"),
    ("listMyTags", "get", "/v1/me/tags"),
    ("getTag", "get", "/v1/tags/{tag_id}"),
    ("followTag", "put", "/v1/tags/{tag_id}/follow"),
    ("unfollowTag", "delete", "/v1/tags/{tag_id}/follow"),
    ("addTagAlias", "post", "/v1/tags/{tag_id}/aliases"),
    ("mergeTag", "post", "/v1/tags/{tag_id}/merge"),
    ("declareMedia", "post", "/v1/media"),
    ("uploadMedia", "put", "/v1/media/{media_id}/content"),
    ("finaliseMedia", "post", "/v1/media/{media_id}/finalise"),
    ("getMedia", "get", "/v1/media/{media_id}"),
    ("deleteMedia", "delete", "/v1/media/{media_id}"),
    ("listMyMedia", "get", "/v1/me/media"),
    ("mediaUrl", "get", "/v1/media/{media_id}/url"),
    ("postMediaUrl", "get", "/v1/posts/{post_id}/media/{media_id}/url"),
    ("getBlob", "get", "/v1/blobs/{ticket}"),
    ("writeComment", "post", "/v1/posts/{post_id}/comments"),
    ("listComments", "get", "/v1/posts/{post_id}/comments"),
    ("listReplies", "get", "/v1/comments/{comment_id}/replies"),
    ("getComment", "get", "/v1/comments/{comment_id}"),
    ("editComment", "patch", "/v1/comments/{comment_id}"),
    ("deleteComment", "delete", "/v1/comments/{comment_id}"),
    ("getPostEngagement", "get", "/v1/posts/{post_id}/engagement"),
    ("listReactions", "get", "/v1/posts/{post_id}/reactions"),
    ("reactToPost", "put", "/v1/posts/{post_id}/reaction"),
    ("unreactToPost", "delete", "/v1/posts/{post_id}/reaction"),
    ("savePost", "put", "/v1/posts/{post_id}/save"),
    ("unsavePost", "delete", "/v1/posts/{post_id}/save"),
    ("listSavedPosts", "get", "/v1/me/saved"),
    ("sharePost", "post", "/v1/posts/{post_id}/share"),
    ("viewPost", "post", "/v1/posts/{post_id}/view"),
    ("viewProfile", "post", "/v1/profiles/{account_id}/view"),
    ("reactToComment", "put", "/v1/comments/{comment_id}/reaction"),
    ("unreactToComment", "delete", "/v1/comments/{comment_id}/reaction"),
    ("getAuthorStats", "get", "/v1/profiles/{account_id}/stats"),
    ("listBlocks", "get", "/v1/blocks"),
    ("unblock", "delete", "/v1/blocks/{account_id}"),
    ("block", "put", "/v1/blocks/{account_id}"),
    ("listConnections", "get", "/v1/connections"),
    ("askToConnect", "post", "/v1/connections"),
    ("listConnectionRequests", "get", "/v1/connections/requests"),
    ("getConnectionRequest", "get", "/v1/connections/requests/{request_id}"),
    ("acceptConnectionRequest", "post", "/v1/connections/requests/{request_id}/accept"),
    ("declineConnectionRequest", "post", "/v1/connections/requests/{request_id}/decline"),
    ("withdrawConnectionRequest", "post", "/v1/connections/requests/{request_id}/withdraw"),
    ("removeConnection", "delete", "/v1/connections/{account_id}"),
    ("getConnection", "get", "/v1/connections/{account_id}"),
    ("listFollowers", "get", "/v1/followers"),
    ("listFollows", "get", "/v1/follows"),
    ("unfollow", "delete", "/v1/follows/{account_id}"),
    ("follow", "put", "/v1/follows/{account_id}"),
    ("listMutes", "get", "/v1/mutes"),
    ("unmute", "delete", "/v1/mutes/{account_id}"),
    ("mute", "put", "/v1/mutes/{account_id}"),
    ("countProfiles", "get", "/v1/profiles/facets"),
    ("listFeed", "get", "/v1/feed"),
    ("countFeed", "get", "/v1/feed/facets"),
    ("listConnectionsOf", "get", "/v1/profiles/{account_id}/connections"),
    ("countConnections", "get", "/v1/profiles/{account_id}/connections/count"),
    ("listMutualConnections", "get", "/v1/profiles/{account_id}/mutual-connections"),
    ("getNetwork", "get", "/v1/network"),
    ("getIntroductionConsent", "get", "/v1/network/consent"),
    ("chooseIntroductionConsent", "put", "/v1/network/consent"),
    ("listIntroductions", "get", "/v1/network/introductions/asked"),
    ("grantIntroduction", "post", "/v1/network/introductions/asked/{introduction_id}/grant"),
    ("declineIntroduction", "post", "/v1/network/introductions/asked/{introduction_id}/decline"),
    ("getIntroductions", "get", "/v1/network/introductions/{account_id}"),
    ("askForIntroduction", "post", "/v1/network/introductions/{account_id}"),
    ("listConversations", "get", "/v1/conversations"),
    ("beginGroup", "post", "/v1/conversations"),
    ("countUnread", "get", "/v1/conversations/unread"),
    ("joinGroup", "post", "/v1/conversations/join"),
    ("findDirectConversation", "get", "/v1/conversations/with/{account_id}"),
    ("getConversation", "get", "/v1/conversations/{conversation_id}"),
    ("changeGroup", "patch", "/v1/conversations/{conversation_id}"),
    ("keepConversation", "patch", "/v1/conversations/{conversation_id}/membership"),
    ("markConversation", "put", "/v1/conversations/{conversation_id}/read"),
    ("acceptConversation", "post", "/v1/conversations/{conversation_id}/accept"),
    ("declineConversation", "post", "/v1/conversations/{conversation_id}/decline"),
    ("leaveConversation", "post", "/v1/conversations/{conversation_id}/leave"),
    ("listMembers", "get", "/v1/conversations/{conversation_id}/members"),
    ("addMember", "post", "/v1/conversations/{conversation_id}/members"),
    ("removeMember", "delete", "/v1/conversations/{conversation_id}/members/{account_id}"),
    ("changeMemberRole", "put", "/v1/conversations/{conversation_id}/members/{account_id}/role"),
    ("listReceipts", "get", "/v1/conversations/{conversation_id}/receipts"),
    ("listInvitations", "get", "/v1/conversations/{conversation_id}/invitations"),
    ("makeInvitation", "post", "/v1/conversations/{conversation_id}/invitations"),
    ("revokeInvitation", "delete", "/v1/conversations/{conversation_id}/invitations/{invitation_id}"),
    ("writeTo", "post", "/v1/messages"),
    ("searchMessages", "get", "/v1/messages/search"),
    ("listMessages", "get", "/v1/conversations/{conversation_id}/messages"),
    ("sendMessage", "post", "/v1/conversations/{conversation_id}/messages"),
    ("getMessage", "get", "/v1/messages/{message_id}"),
    ("editMessage", "patch", "/v1/messages/{message_id}"),
    ("deleteMessage", "delete", "/v1/messages/{message_id}"),
    ("listThread", "get", "/v1/messages/{message_id}/thread"),
    ("reactToMessage", "put", "/v1/messages/{message_id}/reaction"),
    ("unreactToMessage", "delete", "/v1/messages/{message_id}/reaction"),
    ("listMessageReactions", "get", "/v1/messages/{message_id}/reactions"),
    ("messageMediaUrl", "get", "/v1/messages/{message_id}/media/{media_id}/url"),
    ("openStream", "get", "/v1/live"),
    ("startTyping", "put", "/v1/conversations/{conversation_id}/typing"),
    ("stopTyping", "delete", "/v1/conversations/{conversation_id}/typing"),
    ("listPresent", "get", "/v1/presence"),
    ("getPresencePreferences", "get", "/v1/presence/preferences"),
    ("setPresencePreferences", "put", "/v1/presence/preferences"),
    ("listMatches", "get", "/v1/matches"),
    ("dismissMatch", "post", "/v1/matches/{account_id}/dismiss"),
    ("fileReport", "post", "/v1/reports"),
    ("getReport", "get", "/v1/reports/{report_id}"),
    ("retractReport", "delete", "/v1/reports/{report_id}"),
    ("listMyReports", "get", "/v1/me/reports"),
    ("listCases", "get", "/v1/moderation/cases"),
    ("getCase", "get", "/v1/moderation/cases/{case_id}"),
    ("assignCase", "post", "/v1/moderation/cases/{case_id}/assign"),
    ("decideCase", "post", "/v1/moderation/cases/{case_id}/decide"),
    ("appeal", "post", "/v1/moderation/cases/{case_id}/appeal"),
    ("decideAppeal", "post", "/v1/moderation/cases/{case_id}/decide-appeal"),
    ("listModerationLog", "get", "/v1/moderation/log"),
    ("listMyCases", "get", "/v1/me/cases"),
    ("listMyStrikes", "get", "/v1/me/strikes"),
    ("exportMe", "get", "/v1/me/export"),
    ("listNotifications", "get", "/v1/notifications"),
    ("countUnreadNotifications", "get", "/v1/notifications/unread"),
    ("readNotifications", "put", "/v1/notifications/read"),
    ("readNotification", "put", "/v1/notifications/{notification_id}/read"),
    ("getNotificationPreferences", "get", "/v1/notifications/preferences"),
    ("setNotificationPreferences", "put", "/v1/notifications/preferences"),
    ("unsubscribe", "post", "/v1/notifications/unsubscribe/{token}"),
    ("listEvents", "get", "/v1/events"),
    ("createEvent", "post", "/v1/events"),
    ("countEvents", "get", "/v1/events/calendar"),
    ("getEvent", "get", "/v1/events/{event_id}"),
    ("changeEvent", "patch", "/v1/events/{event_id}"),
    ("deleteEvent", "delete", "/v1/events/{event_id}"),
    ("publishEvent", "post", "/v1/events/{event_id}/publish"),
    ("cancelEvent", "post", "/v1/events/{event_id}/cancel"),
    ("listOccurrences", "get", "/v1/events/{event_id}/occurrences"),
    ("getEventFile", "get", "/v1/events/{event_id}/calendar.ics"),
    ("listOrganisers", "get", "/v1/events/{event_id}/organisers"),
    ("addOrganiser", "put", "/v1/events/{event_id}/organisers/{account_id}"),
    ("removeOrganiser", "delete", "/v1/events/{event_id}/organisers/{account_id}"),
    ("getProgramme", "get", "/v1/events/{event_id}/programme"),
    ("setProgramme", "put", "/v1/events/{event_id}/programme"),
    ("listResources", "get", "/v1/events/{event_id}/resources"),
    ("addResource", "post", "/v1/events/{event_id}/resources"),
    ("resourceUrl", "get", "/v1/events/{event_id}/resources/{resource_id}/url"),
    ("removeResource", "delete", "/v1/events/{event_id}/resources/{resource_id}"),
    ("register", "post", "/v1/events/{event_id}/registrations"),
    ("listRegistrations", "get", "/v1/events/{event_id}/registrations"),
    ("inviteToEvent", "post", "/v1/events/{event_id}/invitations"),
    ("checkIn", "post", "/v1/events/{event_id}/check-in"),
    ("makeEventFeed", "post", "/v1/events/feed"),
    ("endEventFeed", "delete", "/v1/events/feed"),
    ("readEventFeed", "get", "/v1/events/feed/{token}"),
    ("listMyRegistrations", "get", "/v1/registrations"),
    ("getRegistration", "get", "/v1/registrations/{registration_id}"),
    ("getCheckInCode", "get", "/v1/registrations/{registration_id}/code"),
    ("acceptSeat", "post", "/v1/registrations/{registration_id}/accept"),
    ("declineSeat", "post", "/v1/registrations/{registration_id}/decline"),
    ("cancelRegistration", "post", "/v1/registrations/{registration_id}/cancel"),
    ("approveRegistration", "post", "/v1/registrations/{registration_id}/approve"),
    ("refuseRegistration", "post", "/v1/registrations/{registration_id}/refuse"),
    ("takeBackRegistration", "post", "/v1/registrations/{registration_id}/take-back"),
    ("listGroups", "get", "/v1/groups"),
    ("createGroup", "post", "/v1/groups"),
    ("createGroupEvent", "post", "/v1/groups/{group_id}/events"),
    ("listGroupEvents", "get", "/v1/groups/{group_id}/events"),
    ("enterGroupWithCode", "post", "/v1/groups/join"),
    ("listGroupRoles", "get", "/v1/groups/roles"),
    ("getGroup", "get", "/v1/groups/{group_id}"),
    ("editGroup", "patch", "/v1/groups/{group_id}"),
    ("acceptGroupInvitation", "post", "/v1/groups/{group_id}/accept"),
    ("archiveGroup", "post", "/v1/groups/{group_id}/archive"),
    ("listGroupBans", "get", "/v1/groups/{group_id}/bans"),
    ("unbanFromGroup", "delete", "/v1/groups/{group_id}/bans/{account_id}"),
    ("banFromGroup", "put", "/v1/groups/{group_id}/bans/{account_id}"),
    ("listGroupCodes", "get", "/v1/groups/{group_id}/codes"),
    ("makeGroupCode", "post", "/v1/groups/{group_id}/codes"),
    ("revokeGroupCode", "delete", "/v1/groups/{group_id}/codes/{group_code_id}"),
    ("declineGroupInvitation", "post", "/v1/groups/{group_id}/decline"),
    ("listGroupFiles", "get", "/v1/groups/{group_id}/files"),
    ("listGroupInvitations", "get", "/v1/groups/{group_id}/invitations"),
    ("takeBackGroupInvitation", "delete", "/v1/groups/{group_id}/invitations/{account_id}"),
    ("inviteToGroup", "put", "/v1/groups/{group_id}/invitations/{account_id}"),
    ("enterGroup", "post", "/v1/groups/{group_id}/join"),
    ("leaveGroup", "post", "/v1/groups/{group_id}/leave"),
    ("listGroupMembers", "get", "/v1/groups/{group_id}/members"),
    ("removeFromGroup", "delete", "/v1/groups/{group_id}/members/{account_id}"),
    ("changeGroupRole", "put", "/v1/groups/{group_id}/members/{account_id}/role"),
    ("listGroupPosts", "get", "/v1/groups/{group_id}/posts"),
    ("draftGroupPost", "post", "/v1/groups/{group_id}/posts"),
    ("takeOffGroupPost", "post", "/v1/groups/{group_id}/posts/{post_id}/take-off"),
    ("reopenGroup", "post", "/v1/groups/{group_id}/reopen"),
    ("listGroupRequests", "get", "/v1/groups/{group_id}/requests"),
    ("approveGroupRequest", "post", "/v1/groups/{group_id}/requests/{account_id}/approve"),
    ("declineGroupRequest", "post", "/v1/groups/{group_id}/requests/{account_id}/decline"),
    ("withdrawGroupRequest", "post", "/v1/groups/{group_id}/withdraw"),
    ("listListings", "get", "/v1/listings"),
    ("draftListing", "post", "/v1/listings"),
    ("countListings", "get", "/v1/listings/facets"),
    ("deleteListing", "delete", "/v1/listings/{listing_id}"),
    ("getListing", "get", "/v1/listings/{listing_id}"),
    ("editListing", "patch", "/v1/listings/{listing_id}"),
    ("askAboutListing", "post", "/v1/listings/{listing_id}/inquiries"),
    ("listingMediaUrl", "get", "/v1/listings/{listing_id}/media/{media_id}/url"),
    ("publishListing", "post", "/v1/listings/{listing_id}/publish"),
    ("unsaveListing", "delete", "/v1/listings/{listing_id}/save"),
    ("saveListing", "put", "/v1/listings/{listing_id}/save"),
    ("takeOffListing", "post", "/v1/listings/{listing_id}/take-off"),
    ("viewListing", "post", "/v1/listings/{listing_id}/view"),
    ("withdrawListing", "post", "/v1/listings/{listing_id}/withdraw"),
    ("listMyListings", "get", "/v1/me/listings"),
    ("listSavedListings", "get", "/v1/me/saved-listings"),
    ("listInquiries", "get", "/v1/inquiries"),
    ("getInquiry", "get", "/v1/inquiries/{inquiry_id}"),
    ("agreeToInquiry", "post", "/v1/inquiries/{inquiry_id}/agree"),
    ("cancelInquiry", "post", "/v1/inquiries/{inquiry_id}/cancel"),
    ("completeInquiry", "post", "/v1/inquiries/{inquiry_id}/complete"),
    ("listInquiryEntries", "get", "/v1/inquiries/{inquiry_id}/entries"),
    ("sayAboutInquiry", "post", "/v1/inquiries/{inquiry_id}/entries"),
    ("getListingReview", "get", "/v1/inquiries/{inquiry_id}/review"),
    ("reviewInquiry", "put", "/v1/inquiries/{inquiry_id}/review"),
    ("listListingReviews", "get", "/v1/profiles/{account_id}/listing-reviews"),
    ("getSellerStats", "get", "/v1/profiles/{account_id}/seller-stats"),
    ("listTabs", "get", "/v1/tabs"),
    ("countPosts", "get", "/v1/posts/facets"),
    ("featurePost", "put", "/v1/posts/{post_id}/featured"),
    ("unfeaturePost", "delete", "/v1/posts/{post_id}/featured"),
    ("countEventFacets", "get", "/v1/events/facets"),
    ("countGroups", "get", "/v1/groups/facets"),
    ("recommendGroups", "get", "/v1/groups/recommended"),
    ("live", "get", "/health/live"),
    ("ready", "get", "/health/ready"),
    ("metrics", "get", "/metrics"),
    ("openApi", "get", "/openapi.json"),
];

fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().unwrap();
        item.iter().map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
    })
}

#[test]
fn it_is_the_contract() {
    let found: BTreeSet<_> = operations()
        .map(|(method, path, operation)| (operation["operationId"].as_str().unwrap(), method, path))
        .collect();
    let agreed: BTreeSet<_> = CONTRACT.iter().copied().collect();
    assert_eq!(found, agreed);
    assert_eq!(found.len(), operations().count(), "an operationId stands there twice");
    assert_eq!(DOCUMENT["openapi"], "3.1.0");
}

#[test]
fn it_is_the_one_that_is_committed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == server::openapi::text(), "run `cargo run -p server -- openapi > docs/openapi.json`");
}

#[test]
fn it_says_enough_of_each_operation() {
    for (method, path, operation) in operations() {
        let place = format!("{method} {path}");
        for member in ["operationId", "summary", "tags"] {
            assert!(!operation[member].is_null(), "{place}: no {member}");
        }
        let tags = DOCUMENT["tags"].as_array().unwrap();
        assert!(tags.iter().any(|tag| tag["name"] == operation["tags"][0]), "{place}");
        let responses = operation["responses"].as_object().unwrap();
        for code in operation["x-problem-codes"].as_array().unwrap() {
            let code = Code::ALL.iter().find(|known| known.as_str() == code).expect("a known code");
            let response = &responses[code.status().as_str()];
            if path != "/health/ready" {
                assert!(
                    !response["content"]["application/problem+json"]["examples"][code.as_str()].is_null(),
                    "{place} {code:?}"
                );
            }
        }
        for (status, response) in responses {
            assert!(!response["description"].as_str().unwrap().is_empty(), "{place} {status}");
            assert!(!response["headers"]["X-Request-Id"].is_null(), "{place} {status}");
        }
        let public = operation["security"] == serde_json::json!([{}]);
        assert_eq!(
            public,
            !responses.contains_key("401") || path == "/v1/sessions" && method == "post",
            "{place}"
        );
        let names: Vec<_> = path.split('/').filter(|part| part.starts_with('{')).collect();
        for name in names {
            let parameters = operation["parameters"].as_array().unwrap();
            let found =
                parameters.iter().find(|parameter| parameter["name"] == name.trim_matches(['{', '}']));
            assert!(
                found.is_some_and(|found| found["in"] == "path" && found["required"] == true),
                "{place} {name}"
            );
        }
    }
}

#[test]
fn every_example_has_the_shape_it_illustrates() {
    let mut count = 0;
    let mut check = |content: &Value, place: &str| {
        for (kind, content) in content.as_object().into_iter().flatten() {
            let shown = content["examples"].as_object().into_iter().flatten().map(|(_, example)| {
                let place = example["$ref"].as_str().unwrap().trim_start_matches('#');
                &DOCUMENT.pointer(place).unwrap()["value"]
            });
            let examples: Vec<_> = content.get("example").into_iter().chain(shown).collect();
            assert!(!examples.is_empty(), "{place}: {kind} has no example");
            for example in examples {
                schema::assert_fits(&DOCUMENT, &content["schema"], example, place);
                count += 1;
            }
        }
    };
    for (method, path, operation) in operations() {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let place = format!("{method} {path}: {}", parameter["name"]);
            assert!(!parameter["example"].is_null(), "{place} has no example");
            schema::assert_fits(&DOCUMENT, &parameter["schema"], &parameter["example"], &place);
        }
        check(&operation["requestBody"]["content"], &format!("{method} {path} is sent"));
        for (status, response) in operation["responses"].as_object().unwrap() {
            check(&response["content"], &format!("{method} {path} answers {status}"));
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn every_schema_that_is_referred_to_is_there() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(entries) => entries.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    references(&DOCUMENT, &mut found);
    for reference in &found {
        assert!(DOCUMENT.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    let schemas = DOCUMENT["components"]["schemas"].as_object().unwrap();
    // A page writes its entries' schema out.
    let is_used = |name: &String| {
        found.contains(&format!("#/components/schemas/{name}"))
            || schemas.contains_key(&format!("CursorPage_{name}"))
    };
    let unused: Vec<_> = schemas.keys().filter(|name| !is_used(name)).collect();
    assert_eq!(unused, Vec::<&String>::new());
}

/// The types of a folder of sources that get a schema under their own name, each with where it is declared: those of
/// core's macros, and those that derive `ToSchema`.
fn declared_types(folder: &std::path::Path, found: &mut BTreeMap<String, Vec<String>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            declared_types(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (mut block, mut derived) = ("", false);
        for line in text.lines() {
            match line.trim_end() {
                "answer! {" => block = "answer",
                "record! {" => block = "record",
                "choices! {" => block = "choices",
                "}" => block = "",
                _ => {}
            }
            let word = line.trim_start();
            let named =
                ["pub struct ", "pub(crate) struct ", "pub enum ", "pub(crate) enum ", "pub(super) struct "]
                    .iter()
                    .find_map(|start| word.strip_prefix(start));
            derived |= word.starts_with("#[") && word.contains("ToSchema");
            let names: Vec<&str> = match (block, named) {
                ("answer", Some(rest)) => rest.split([' ', ':']).take(1).collect(),
                ("record", Some(rest)) => {
                    rest.trim_end_matches(['{', ' ']).split('/').map(|name| name.trim()).collect()
                }
                ("choices", None) if line.starts_with("    ") && !line.starts_with("     ") => {
                    word.strip_suffix(" {").into_iter().collect()
                }
                (_, Some(rest)) if derived => {
                    rest.split(|letter: char| !letter.is_alphanumeric()).take(1).collect()
                }
                _ => Vec::new(),
            };
            if named.is_some() {
                derived = false;
            }
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                found.entry(name.to_owned()).or_default().push(path.display().to_string());
            }
        }
    }
}

/// Of two types with one name, the document would have the schema of one of them for both, and say nothing.
#[test]
fn no_two_types_have_the_name_of_one_schema() {
    let mut found = BTreeMap::new();
    for folder in ["src", "../../smilefactory-core/src"] {
        declared_types(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
    let schemas = DOCUMENT["components"]["schemas"].as_object().unwrap();
    // Those of pages, kinds of profiles and live events are put together from names of others.
    let made = |name: &&String| {
        let of_a_kind = ["Details", "DetailsInput", "DetailsPatch", "Event"];
        name.starts_with("CursorPage_") || of_a_kind.iter().any(|end| name.ends_with(end))
    };
    let unknown: Vec<_> = schemas.keys().filter(|name| !made(name) && !found.contains_key(*name)).collect();
    // These have schemas written by hand.
    let by_hand =
        ["Code", "Money", "MoneyInput", "MoneyPatch", "MoneyRange", "MoneyRangeInput", "MoneyRangePatch"];
    let unknown: Vec<_> = unknown
        .into_iter()
        .filter(|name| !by_hand.contains(&name.as_str()) && *name != "ReportSubject")
        .collect();
    assert!(unknown.is_empty(), "where these are declared is not found: {unknown:?}");
    let twice: Vec<_> =
        found.iter().filter(|(name, places)| schemas.contains_key(*name) && places.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

#[test]
fn the_schemas_of_inputs_refuse_what_nobody_asked_for() {
    let input = &DOCUMENT["components"]["schemas"]["PostInput"];
    let fits = |json: Value| schema::fits(&DOCUMENT, input, &json);
    assert!(fits(serde_json::json!({"kind": "post", "body": "x"})));
    assert!(!fits(serde_json::json!({"kind": "post", "body": "x", "state": "published"})));
    assert!(!fits(serde_json::json!({"kind": "sermon", "body": "x"})));
    assert!(!fits(serde_json::json!({"kind": "post"})));
}

/// Every address of the document leads to its handler, and every parameter of a list is one that it knows.
#[tokio::test]
async fn it_is_served_and_its_addresses_lead_somewhere() {
    let api = Api::new().await;
    let served = api.get("/openapi.json").send().await.expect(200);
    assert_eq!(served.text, server::openapi::text());
    let tariro = api.member("tariro").await;
    for (method, path, operation_of) in operations() {
        let public = operation_of["security"] == serde_json::json!([{}]);
        let address = path
            .replace("{media_id}", server_id())
            .replace("{post_id}", server_id())
            .replace("{report_id}", server_id())
            .replace("{case_id}", server_id())
            .replace("{session_id}", server_id())
            .replace("{category_id}", server_id())
            .replace("{tag_id}", server_id())
            .replace("{comment_id}", server_id())
            .replace("{account_id}", server_id());
        assert_eq!(operation(method, &address).map(|(template, _)| template), Some(path));
        let answer = api.call(&method.to_uppercase(), &address).undocumented().send().await;
        if public {
            assert!(
                ![404, 405].contains(&answer.status) || answer.body["detail"] != "there is no such address",
                "{method} {path}"
            );
        } else {
            answer.expect(401).problem("unauthenticated");
        }
        let parameters = operation_of["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            let asked = api.call(&method.to_uppercase(), format!("{address}?{name}=~"));
            let answer = asked.undocumented().as_(&tariro).send().await;
            let unknown =
                answer.body["errors"].as_array().is_some_and(|errors| errors[0]["code"] == "unknown_field");
            assert!(!unknown, "{method} {path} does not know {name}");
        }
    }
}

fn server_id() -> &'static str {
    "0195510c-a3c0-7101-8101-010101010101"
}

#[tokio::test]
async fn a_page_shows_it_and_loads_nothing_from_elsewhere() {
    let api = Api::new().await;
    let page = api.get("/docs").undocumented().send().await.expect(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; connect-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe") && policy.matches("'sha256-").count() == 2, "{policy}");
    for elsewhere in ["http://", "https://", " src=", "@import", "innerHTML"] {
        assert!(!page.text.contains(elsewhere), "{elsewhere}");
    }
}
