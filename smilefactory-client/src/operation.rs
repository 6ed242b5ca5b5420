//! The operations of the HTTP interface: the one list every call is made from.

use std::borrow::Cow;

/// One operation of the HTTP interface, as the OpenAPI document names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    id: &'static str,
    method: &'static str,
    path: &'static str,
    repeat: Repeat,
    bearer: bool,
}

/// When a failed attempt is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It only reads.
    Read,
    /// It writes, but a second time changes nothing more: it names the version it changes, or ends something.
    Idempotent,
    /// It carries a key by which the server answers a second time as it did the first.
    Keyed,
    /// Only when it surely did not arrive.
    Unsent,
}

impl Operation {
    /// Its `operationId`: `publishPost`.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// Its method: `POST`.
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// The template of its path: `/v1/posts/{post_id}/publish`.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    pub(crate) const fn repeat(&self) -> Repeat {
        self.repeat
    }

    /// Whether the caller's token goes with it; before log-in there is none, or an old one that would be refused.
    pub(crate) const fn takes_bearer(&self) -> bool {
        self.bearer
    }

    /// The path with these ids and numbers in the places of the template, in order.
    pub(crate) fn path_with(&self, keys: &[String]) -> String {
        let mut keys = keys.iter();
        let fill = |segment: &'static str| match segment.strip_prefix('{').and_then(|_| keys.next()) {
            Some(key) => Cow::Owned(key.clone()),
            None => Cow::Borrowed(segment),
        };
        self.path.split('/').map(fill).collect::<Vec<_>>().join("/")
    }
}

macro_rules! operations {
    ($( $name:ident = $id:literal $method:literal $path:literal $repeat:ident $bearer:literal; )*) => {
        $(
            pub(crate) const $name: Operation = Operation {
                id: $id, method: $method, path: $path, repeat: Repeat::$repeat, bearer: $bearer,
            };
        )*

        /// Every operation the SDK knows. Its methods are made from this list and from nothing else, so that a
        /// comparison with a server's OpenAPI document tells which operations one side lacks.
        ///
        /// ```
        /// use smilefactory_client::OPERATIONS;
        /// let publish = OPERATIONS.iter().find(|operation| operation.id() == "publishPost").unwrap();
        /// assert_eq!((publish.method(), publish.path()), ("POST", "/v1/posts/{post_id}/publish"));
        /// ```
        pub const OPERATIONS: &[Operation] = &[$($name),*];
    };
}

operations! {
    SIGN_UP = "signUp" "POST" "/v1/accounts" Keyed false;
    VERIFY_EMAIL = "verifyEmail" "POST" "/v1/email-verifications" Keyed false;
    ME = "me" "GET" "/v1/me" Read true;
    CHANGE_ME = "changeMe" "PATCH" "/v1/me" Idempotent true;
    ASK_ERASURE = "askErasure" "PUT" "/v1/me/erasure" Idempotent true;
    GET_ERASURE = "getErasure" "GET" "/v1/me/erasure" Read true;
    WITHDRAW_ERASURE = "withdrawErasure" "DELETE" "/v1/me/erasure" Idempotent true;
    EXPORT_ME = "exportMe" "GET" "/v1/me/export" Read true;

    LOG_IN = "logIn" "POST" "/v1/sessions" Unsent false;
    LIST_SESSIONS = "listSessions" "GET" "/v1/sessions" Read true;
    LOG_OUT = "logOut" "DELETE" "/v1/sessions/current" Idempotent true;
    END_SESSION = "endSession" "DELETE" "/v1/sessions/{session_id}" Idempotent true;

    GET_SETTINGS = "getSettings" "GET" "/v1/settings" Read true;
    CHANGE_SETTINGS = "changeSettings" "PATCH" "/v1/settings" Idempotent true;

    CREATE_PROFILE = "createProfile" "POST" "/v1/profiles" Keyed true;
    LIST_PROFILES = "listProfiles" "GET" "/v1/profiles" Read true;
    COUNT_PROFILES = "countProfiles" "GET" "/v1/profiles/facets" Read true;
    GET_PROFILE = "getProfile" "GET" "/v1/profiles/{account_id}" Read true;
    MY_PROFILE = "myProfile" "GET" "/v1/me/profile" Read true;
    CHANGE_PROFILE = "changeProfile" "PATCH" "/v1/me/profile" Idempotent true;
    MY_COMPLETION = "myCompletion" "GET" "/v1/me/profile/completion" Read true;
    MY_PROFILE_VIEWS = "myProfileViews" "GET" "/v1/me/profile/views" Read true;
    VIEW_PROFILE = "viewProfile" "POST" "/v1/profiles/{account_id}/view" Keyed true;

    LIST_ORGANISATIONS = "listOrganisations" "GET" "/v1/organisations" Read true;
    GET_ORGANISATION = "getOrganisation" "GET" "/v1/organisations/{organisation_id}" Read true;
    LIST_FUNDING_ROUNDS = "listFundingRounds" "GET" "/v1/organisations/{organisation_id}/funding-rounds" Read true;

    LIST_FEED = "listFeed" "GET" "/v1/feed" Read true;
    COUNT_FEED = "countFeed" "GET" "/v1/feed/facets" Read true;

    DRAFT_POST = "draftPost" "POST" "/v1/posts" Keyed true;
    LIST_POSTS = "listPosts" "GET" "/v1/posts" Read true;
    LIST_MY_POSTS = "listMyPosts" "GET" "/v1/me/posts" Read true;
    LIST_POSTS_IN_REVIEW = "listPostsInReview" "GET" "/v1/posts/in-review" Read true;
    GET_POST = "getPost" "GET" "/v1/posts/{post_id}" Read true;
    EDIT_POST = "editPost" "PATCH" "/v1/posts/{post_id}" Idempotent true;
    DELETE_POST = "deletePost" "DELETE" "/v1/posts/{post_id}" Idempotent true;
    SUBMIT_POST = "submitPost" "POST" "/v1/posts/{post_id}/submit" Keyed true;
    APPROVE_POST = "approvePost" "POST" "/v1/posts/{post_id}/approve" Keyed true;
    REQUEST_CHANGES = "requestChanges" "POST" "/v1/posts/{post_id}/request-changes" Keyed true;
    PUBLISH_POST = "publishPost" "POST" "/v1/posts/{post_id}/publish" Keyed true;
    SCHEDULE_POST = "schedulePost" "POST" "/v1/posts/{post_id}/schedule" Keyed true;
    ARCHIVE_POST = "archivePost" "POST" "/v1/posts/{post_id}/archive" Keyed true;
    SEARCH_POSTS = "searchPosts" "GET" "/v1/posts/search" Read true;
    LIST_STEPS = "listSteps" "GET" "/v1/posts/{post_id}/steps" Read true;
    LIST_REVIEWERS = "listReviewers" "GET" "/v1/posts/{post_id}/reviewers" Read true;
    ASK_REVIEWER = "askReviewer" "PUT" "/v1/posts/{post_id}/reviewers/{account_id}" Idempotent true;
    RELEASE_REVIEWER = "releaseReviewer" "DELETE" "/v1/posts/{post_id}/reviewers/{account_id}" Idempotent true;
    LIST_MY_REVIEWS = "listMyReviews" "GET" "/v1/me/reviews" Read true;
    VOTE = "vote" "PUT" "/v1/posts/{post_id}/vote" Idempotent true;
    WITHDRAW_VOTE = "withdrawVote" "DELETE" "/v1/posts/{post_id}/vote" Idempotent true;

    LIST_VERSIONS = "listVersions" "GET" "/v1/posts/{post_id}/versions" Read true;
    GET_VERSION = "getVersion" "GET" "/v1/posts/{post_id}/versions/{number}" Read true;
    DIFF_VERSION = "diffVersion" "GET" "/v1/posts/{post_id}/versions/{number}/diff" Read true;
    RESTORE_VERSION = "restoreVersion" "POST" "/v1/posts/{post_id}/versions/{number}/restore" Keyed true;
    REDACT_VERSION = "redactVersion" "POST" "/v1/posts/{post_id}/versions/{number}/redact" Keyed true;

    LIST_CATEGORIES = "listCategories" "GET" "/v1/categories" Read true;
    CREATE_CATEGORY = "createCategory" "POST" "/v1/categories" Keyed true;
    GET_CATEGORY = "getCategory" "GET" "/v1/categories/{category_id}" Read true;
    CHANGE_CATEGORY = "changeCategory" "PATCH" "/v1/categories/{category_id}" Idempotent true;
    ARCHIVE_CATEGORY = "archiveCategory" "DELETE" "/v1/categories/{category_id}" Idempotent true;

    LIST_TAGS = "listTags" "GET" "/v1/tags" Read true;
    LIST_MY_TAGS = "listMyTags" "GET" "/v1/me/tags" Read true;
    GET_TAG = "getTag" "GET" "/v1/tags/{tag_id}" Read true;
    FOLLOW_TAG = "followTag" "PUT" "/v1/tags/{tag_id}/follow" Idempotent true;
    UNFOLLOW_TAG = "unfollowTag" "DELETE" "/v1/tags/{tag_id}/follow" Idempotent true;
    ADD_TAG_ALIAS = "addTagAlias" "POST" "/v1/tags/{tag_id}/aliases" Keyed true;
    MERGE_TAG = "mergeTag" "POST" "/v1/tags/{tag_id}/merge" Keyed true;
    DECLARE_MEDIA = "declareMedia" "POST" "/v1/media" Keyed true;
    UPLOAD_MEDIA = "uploadMedia" "PUT" "/v1/media/{media_id}/content" Idempotent true;
    FINALISE_MEDIA = "finaliseMedia" "POST" "/v1/media/{media_id}/finalise" Keyed true;
    GET_MEDIA = "getMedia" "GET" "/v1/media/{media_id}" Read true;
    DELETE_MEDIA = "deleteMedia" "DELETE" "/v1/media/{media_id}" Idempotent true;
    LIST_MY_MEDIA = "listMyMedia" "GET" "/v1/me/media" Read true;
    MEDIA_URL = "mediaUrl" "GET" "/v1/media/{media_id}/url" Read true;
    POST_MEDIA_URL = "postMediaUrl" "GET" "/v1/posts/{post_id}/media/{media_id}/url" Read true;
    GET_BLOB = "getBlob" "GET" "/v1/blobs/{ticket}" Read false;
    WRITE_COMMENT = "writeComment" "POST" "/v1/posts/{post_id}/comments" Keyed true;
    LIST_COMMENTS = "listComments" "GET" "/v1/posts/{post_id}/comments" Read true;
    LIST_REPLIES = "listReplies" "GET" "/v1/comments/{comment_id}/replies" Read true;
    GET_COMMENT = "getComment" "GET" "/v1/comments/{comment_id}" Read true;
    EDIT_COMMENT = "editComment" "PATCH" "/v1/comments/{comment_id}" Idempotent true;
    DELETE_COMMENT = "deleteComment" "DELETE" "/v1/comments/{comment_id}" Idempotent true;

    GET_POST_ENGAGEMENT = "getPostEngagement" "GET" "/v1/posts/{post_id}/engagement" Read true;
    LIST_REACTIONS = "listReactions" "GET" "/v1/posts/{post_id}/reactions" Read true;
    REACT_TO_POST = "reactToPost" "PUT" "/v1/posts/{post_id}/reaction" Idempotent true;
    UNREACT_TO_POST = "unreactToPost" "DELETE" "/v1/posts/{post_id}/reaction" Idempotent true;
    SAVE_POST = "savePost" "PUT" "/v1/posts/{post_id}/save" Idempotent true;
    UNSAVE_POST = "unsavePost" "DELETE" "/v1/posts/{post_id}/save" Idempotent true;
    LIST_SAVED_POSTS = "listSavedPosts" "GET" "/v1/me/saved" Read true;
    SHARE_POST = "sharePost" "POST" "/v1/posts/{post_id}/share" Keyed true;
    VIEW_POST = "viewPost" "POST" "/v1/posts/{post_id}/view" Keyed true;
    REACT_TO_COMMENT = "reactToComment" "PUT" "/v1/comments/{comment_id}/reaction" Idempotent true;
    UNREACT_TO_COMMENT = "unreactToComment" "DELETE" "/v1/comments/{comment_id}/reaction" Idempotent true;
    GET_AUTHOR_STATS = "getAuthorStats" "GET" "/v1/profiles/{account_id}/stats" Read true;

    ASK_TO_CONNECT = "askToConnect" "POST" "/v1/connections" Keyed true;
    LIST_CONNECTIONS = "listConnections" "GET" "/v1/connections" Read true;
    GET_CONNECTION = "getConnection" "GET" "/v1/connections/{account_id}" Read true;
    REMOVE_CONNECTION = "removeConnection" "DELETE" "/v1/connections/{account_id}" Idempotent true;
    LIST_CONNECTION_REQUESTS = "listConnectionRequests" "GET" "/v1/connections/requests" Read true;
    GET_CONNECTION_REQUEST = "getConnectionRequest" "GET" "/v1/connections/requests/{request_id}" Read true;
    ACCEPT_CONNECTION_REQUEST = "acceptConnectionRequest" "POST" "/v1/connections/requests/{request_id}/accept" Keyed true;
    DECLINE_CONNECTION_REQUEST = "declineConnectionRequest" "POST" "/v1/connections/requests/{request_id}/decline" Keyed true;
    WITHDRAW_CONNECTION_REQUEST = "withdrawConnectionRequest" "POST" "/v1/connections/requests/{request_id}/withdraw" Keyed true;
    LIST_CONNECTIONS_OF = "listConnectionsOf" "GET" "/v1/profiles/{account_id}/connections" Read true;
    LIST_MUTUAL_CONNECTIONS = "listMutualConnections" "GET" "/v1/profiles/{account_id}/mutual-connections" Read true;
    COUNT_CONNECTIONS = "countConnections" "GET" "/v1/profiles/{account_id}/connections/count" Read true;

    GET_NETWORK = "getNetwork" "GET" "/v1/network" Read true;
    GET_INTRODUCTION_CONSENT = "getIntroductionConsent" "GET" "/v1/network/consent" Read true;
    CHOOSE_INTRODUCTION_CONSENT = "chooseIntroductionConsent" "PUT" "/v1/network/consent" Idempotent true;
    LIST_INTRODUCTIONS = "listIntroductions" "GET" "/v1/network/introductions/asked" Read true;
    GRANT_INTRODUCTION = "grantIntroduction" "POST" "/v1/network/introductions/asked/{introduction_id}/grant" Keyed true;
    DECLINE_INTRODUCTION = "declineIntroduction" "POST" "/v1/network/introductions/asked/{introduction_id}/decline" Keyed true;
    GET_INTRODUCTIONS = "getIntroductions" "GET" "/v1/network/introductions/{account_id}" Read true;
    ASK_FOR_INTRODUCTION = "askForIntroduction" "POST" "/v1/network/introductions/{account_id}" Keyed true;
    LIST_FOLLOWS = "listFollows" "GET" "/v1/follows" Read true;
    LIST_FOLLOWERS = "listFollowers" "GET" "/v1/followers" Read true;
    FOLLOW = "follow" "PUT" "/v1/follows/{account_id}" Idempotent true;
    UNFOLLOW = "unfollow" "DELETE" "/v1/follows/{account_id}" Idempotent true;
    LIST_BLOCKS = "listBlocks" "GET" "/v1/blocks" Read true;
    BLOCK = "block" "PUT" "/v1/blocks/{account_id}" Idempotent true;
    UNBLOCK = "unblock" "DELETE" "/v1/blocks/{account_id}" Idempotent true;
    LIST_MUTES = "listMutes" "GET" "/v1/mutes" Read true;
    MUTE = "mute" "PUT" "/v1/mutes/{account_id}" Idempotent true;
    UNMUTE = "unmute" "DELETE" "/v1/mutes/{account_id}" Idempotent true;
    LIST_CONVERSATIONS = "listConversations" "GET" "/v1/conversations" Read true;
    BEGIN_GROUP = "beginGroup" "POST" "/v1/conversations" Keyed true;
    COUNT_UNREAD = "countUnread" "GET" "/v1/conversations/unread" Read true;
    JOIN_GROUP = "joinGroup" "POST" "/v1/conversations/join" Keyed true;
    FIND_DIRECT_CONVERSATION = "findDirectConversation" "GET" "/v1/conversations/with/{account_id}" Read true;
    GET_CONVERSATION = "getConversation" "GET" "/v1/conversations/{conversation_id}" Read true;
    CHANGE_GROUP = "changeGroup" "PATCH" "/v1/conversations/{conversation_id}" Idempotent true;
    KEEP_CONVERSATION = "keepConversation" "PATCH" "/v1/conversations/{conversation_id}/membership" Idempotent true;
    MARK_CONVERSATION = "markConversation" "PUT" "/v1/conversations/{conversation_id}/read" Idempotent true;
    ACCEPT_CONVERSATION = "acceptConversation" "POST" "/v1/conversations/{conversation_id}/accept" Keyed true;
    DECLINE_CONVERSATION = "declineConversation" "POST" "/v1/conversations/{conversation_id}/decline" Keyed true;
    LEAVE_CONVERSATION = "leaveConversation" "POST" "/v1/conversations/{conversation_id}/leave" Keyed true;
    LIST_MEMBERS = "listMembers" "GET" "/v1/conversations/{conversation_id}/members" Read true;
    ADD_MEMBER = "addMember" "POST" "/v1/conversations/{conversation_id}/members" Keyed true;
    REMOVE_MEMBER = "removeMember" "DELETE" "/v1/conversations/{conversation_id}/members/{account_id}" Idempotent true;
    CHANGE_MEMBER_ROLE = "changeMemberRole" "PUT" "/v1/conversations/{conversation_id}/members/{account_id}/role" Idempotent true;
    LIST_RECEIPTS = "listReceipts" "GET" "/v1/conversations/{conversation_id}/receipts" Read true;
    LIST_INVITATIONS = "listInvitations" "GET" "/v1/conversations/{conversation_id}/invitations" Read true;
    MAKE_INVITATION = "makeInvitation" "POST" "/v1/conversations/{conversation_id}/invitations" Unsent true;
    REVOKE_INVITATION = "revokeInvitation" "DELETE" "/v1/conversations/{conversation_id}/invitations/{invitation_id}" Idempotent true;

    WRITE_TO = "writeTo" "POST" "/v1/messages" Keyed true;
    SEARCH_MESSAGES = "searchMessages" "GET" "/v1/messages/search" Read true;
    LIST_MESSAGES = "listMessages" "GET" "/v1/conversations/{conversation_id}/messages" Read true;
    SEND_MESSAGE = "sendMessage" "POST" "/v1/conversations/{conversation_id}/messages" Keyed true;
    GET_MESSAGE = "getMessage" "GET" "/v1/messages/{message_id}" Read true;
    EDIT_MESSAGE = "editMessage" "PATCH" "/v1/messages/{message_id}" Idempotent true;
    DELETE_MESSAGE = "deleteMessage" "DELETE" "/v1/messages/{message_id}" Idempotent true;
    LIST_THREAD = "listThread" "GET" "/v1/messages/{message_id}/thread" Read true;
    REACT_TO_MESSAGE = "reactToMessage" "PUT" "/v1/messages/{message_id}/reaction" Idempotent true;
    UNREACT_TO_MESSAGE = "unreactToMessage" "DELETE" "/v1/messages/{message_id}/reaction" Idempotent true;
    LIST_MESSAGE_REACTIONS = "listMessageReactions" "GET" "/v1/messages/{message_id}/reactions" Read true;
    MESSAGE_MEDIA_URL = "messageMediaUrl" "GET" "/v1/messages/{message_id}/media/{media_id}/url" Read true;

    LIST_GROUPS = "listGroups" "GET" "/v1/groups" Read true;
    CREATE_GROUP = "createGroup" "POST" "/v1/groups" Keyed true;
    LIST_GROUP_ROLES = "listGroupRoles" "GET" "/v1/groups/roles" Read true;
    ENTER_GROUP_WITH_CODE = "enterGroupWithCode" "POST" "/v1/groups/join" Keyed true;
    GET_GROUP = "getGroup" "GET" "/v1/groups/{group_id}" Read true;
    EDIT_GROUP = "editGroup" "PATCH" "/v1/groups/{group_id}" Idempotent true;
    ARCHIVE_GROUP = "archiveGroup" "POST" "/v1/groups/{group_id}/archive" Keyed true;
    REOPEN_GROUP = "reopenGroup" "POST" "/v1/groups/{group_id}/reopen" Keyed true;
    ENTER_GROUP = "enterGroup" "POST" "/v1/groups/{group_id}/join" Keyed true;
    ACCEPT_GROUP_INVITATION = "acceptGroupInvitation" "POST" "/v1/groups/{group_id}/accept" Keyed true;
    DECLINE_GROUP_INVITATION = "declineGroupInvitation" "POST" "/v1/groups/{group_id}/decline" Keyed true;
    WITHDRAW_GROUP_REQUEST = "withdrawGroupRequest" "POST" "/v1/groups/{group_id}/withdraw" Keyed true;
    LEAVE_GROUP = "leaveGroup" "POST" "/v1/groups/{group_id}/leave" Keyed true;
    LIST_GROUP_MEMBERS = "listGroupMembers" "GET" "/v1/groups/{group_id}/members" Read true;
    REMOVE_FROM_GROUP = "removeFromGroup" "DELETE" "/v1/groups/{group_id}/members/{account_id}" Idempotent true;
    CHANGE_GROUP_ROLE = "changeGroupRole" "PUT" "/v1/groups/{group_id}/members/{account_id}/role" Idempotent true;
    LIST_GROUP_REQUESTS = "listGroupRequests" "GET" "/v1/groups/{group_id}/requests" Read true;
    APPROVE_GROUP_REQUEST = "approveGroupRequest" "POST" "/v1/groups/{group_id}/requests/{account_id}/approve" Keyed true;
    DECLINE_GROUP_REQUEST = "declineGroupRequest" "POST" "/v1/groups/{group_id}/requests/{account_id}/decline" Keyed true;
    LIST_GROUP_INVITATIONS = "listGroupInvitations" "GET" "/v1/groups/{group_id}/invitations" Read true;
    INVITE_TO_GROUP = "inviteToGroup" "PUT" "/v1/groups/{group_id}/invitations/{account_id}" Idempotent true;
    TAKE_BACK_GROUP_INVITATION = "takeBackGroupInvitation" "DELETE" "/v1/groups/{group_id}/invitations/{account_id}" Idempotent true;
    LIST_GROUP_BANS = "listGroupBans" "GET" "/v1/groups/{group_id}/bans" Read true;
    BAN_FROM_GROUP = "banFromGroup" "PUT" "/v1/groups/{group_id}/bans/{account_id}" Idempotent true;
    UNBAN_FROM_GROUP = "unbanFromGroup" "DELETE" "/v1/groups/{group_id}/bans/{account_id}" Idempotent true;
    LIST_GROUP_POSTS = "listGroupPosts" "GET" "/v1/groups/{group_id}/posts" Read true;
    DRAFT_GROUP_POST = "draftGroupPost" "POST" "/v1/groups/{group_id}/posts" Keyed true;
    TAKE_OFF_GROUP_POST = "takeOffGroupPost" "POST" "/v1/groups/{group_id}/posts/{post_id}/take-off" Keyed true;
    LIST_GROUP_EVENTS = "listGroupEvents" "GET" "/v1/groups/{group_id}/events" Read true;
    CREATE_GROUP_EVENT = "createGroupEvent" "POST" "/v1/groups/{group_id}/events" Keyed true;
    LIST_GROUP_FILES = "listGroupFiles" "GET" "/v1/groups/{group_id}/files" Read true;
    LIST_GROUP_CODES = "listGroupCodes" "GET" "/v1/groups/{group_id}/codes" Read true;
    MAKE_GROUP_CODE = "makeGroupCode" "POST" "/v1/groups/{group_id}/codes" Unsent true;
    REVOKE_GROUP_CODE = "revokeGroupCode" "DELETE" "/v1/groups/{group_id}/codes/{group_code_id}" Idempotent true;

    DRAFT_LISTING = "draftListing" "POST" "/v1/listings" Keyed true;
    LIST_LISTINGS = "listListings" "GET" "/v1/listings" Read true;
    COUNT_LISTINGS = "countListings" "GET" "/v1/listings/facets" Read true;
    LIST_MY_LISTINGS = "listMyListings" "GET" "/v1/me/listings" Read true;
    LIST_SAVED_LISTINGS = "listSavedListings" "GET" "/v1/me/saved-listings" Read true;
    GET_LISTING = "getListing" "GET" "/v1/listings/{listing_id}" Read true;
    EDIT_LISTING = "editListing" "PATCH" "/v1/listings/{listing_id}" Idempotent true;
    DELETE_LISTING = "deleteListing" "DELETE" "/v1/listings/{listing_id}" Idempotent true;
    PUBLISH_LISTING = "publishListing" "POST" "/v1/listings/{listing_id}/publish" Keyed true;
    WITHDRAW_LISTING = "withdrawListing" "POST" "/v1/listings/{listing_id}/withdraw" Keyed true;
    TAKE_OFF_LISTING = "takeOffListing" "POST" "/v1/listings/{listing_id}/take-off" Keyed true;
    SAVE_LISTING = "saveListing" "PUT" "/v1/listings/{listing_id}/save" Idempotent true;
    UNSAVE_LISTING = "unsaveListing" "DELETE" "/v1/listings/{listing_id}/save" Idempotent true;
    VIEW_LISTING = "viewListing" "POST" "/v1/listings/{listing_id}/view" Keyed true;
    LISTING_MEDIA_URL = "listingMediaUrl" "GET" "/v1/listings/{listing_id}/media/{media_id}/url" Read true;
    ASK_ABOUT_LISTING = "askAboutListing" "POST" "/v1/listings/{listing_id}/inquiries" Keyed true;
    LIST_INQUIRIES = "listInquiries" "GET" "/v1/inquiries" Read true;
    GET_INQUIRY = "getInquiry" "GET" "/v1/inquiries/{inquiry_id}" Read true;
    LIST_INQUIRY_ENTRIES = "listInquiryEntries" "GET" "/v1/inquiries/{inquiry_id}/entries" Read true;
    SAY_ABOUT_INQUIRY = "sayAboutInquiry" "POST" "/v1/inquiries/{inquiry_id}/entries" Keyed true;
    AGREE_TO_INQUIRY = "agreeToInquiry" "POST" "/v1/inquiries/{inquiry_id}/agree" Keyed true;
    COMPLETE_INQUIRY = "completeInquiry" "POST" "/v1/inquiries/{inquiry_id}/complete" Keyed true;
    CANCEL_INQUIRY = "cancelInquiry" "POST" "/v1/inquiries/{inquiry_id}/cancel" Keyed true;
    GET_LISTING_REVIEW = "getListingReview" "GET" "/v1/inquiries/{inquiry_id}/review" Read true;
    REVIEW_INQUIRY = "reviewInquiry" "PUT" "/v1/inquiries/{inquiry_id}/review" Idempotent true;
    LIST_LISTING_REVIEWS = "listListingReviews" "GET" "/v1/profiles/{account_id}/listing-reviews" Read true;
    GET_SELLER_STATS = "getSellerStats" "GET" "/v1/profiles/{account_id}/seller-stats" Read true;

    LIST_MATCHES = "listMatches" "GET" "/v1/matches" Read true;
    DISMISS_MATCH = "dismissMatch" "POST" "/v1/matches/{account_id}/dismiss" Keyed true;

    FILE_REPORT = "fileReport" "POST" "/v1/reports" Keyed true;
    GET_REPORT = "getReport" "GET" "/v1/reports/{report_id}" Read true;
    RETRACT_REPORT = "retractReport" "DELETE" "/v1/reports/{report_id}" Idempotent true;
    LIST_MY_REPORTS = "listMyReports" "GET" "/v1/me/reports" Read true;
    LIST_CASES = "listCases" "GET" "/v1/moderation/cases" Read true;
    GET_CASE = "getCase" "GET" "/v1/moderation/cases/{case_id}" Read true;
    ASSIGN_CASE = "assignCase" "POST" "/v1/moderation/cases/{case_id}/assign" Keyed true;
    DECIDE_CASE = "decideCase" "POST" "/v1/moderation/cases/{case_id}/decide" Keyed true;
    APPEAL = "appeal" "POST" "/v1/moderation/cases/{case_id}/appeal" Keyed true;
    DECIDE_APPEAL = "decideAppeal" "POST" "/v1/moderation/cases/{case_id}/decide-appeal" Keyed true;
    LIST_MODERATION_LOG = "listModerationLog" "GET" "/v1/moderation/log" Read true;
    LIST_MY_CASES = "listMyCases" "GET" "/v1/me/cases" Read true;
    LIST_MY_STRIKES = "listMyStrikes" "GET" "/v1/me/strikes" Read true;

    OPEN_STREAM = "openStream" "GET" "/v1/live" Read true;
    START_TYPING = "startTyping" "PUT" "/v1/conversations/{conversation_id}/typing" Idempotent true;
    STOP_TYPING = "stopTyping" "DELETE" "/v1/conversations/{conversation_id}/typing" Idempotent true;
    LIST_PRESENT = "listPresent" "GET" "/v1/presence" Read true;
    GET_PRESENCE_PREFERENCES = "getPresencePreferences" "GET" "/v1/presence/preferences" Read true;
    SET_PRESENCE_PREFERENCES = "setPresencePreferences" "PUT" "/v1/presence/preferences" Idempotent true;
    LIST_NOTIFICATIONS = "listNotifications" "GET" "/v1/notifications" Read true;
    COUNT_UNREAD_NOTIFICATIONS = "countUnreadNotifications" "GET" "/v1/notifications/unread" Read true;
    READ_NOTIFICATIONS = "readNotifications" "PUT" "/v1/notifications/read" Idempotent true;
    READ_NOTIFICATION = "readNotification" "PUT" "/v1/notifications/{notification_id}/read" Idempotent true;
    GET_NOTIFICATION_PREFERENCES = "getNotificationPreferences" "GET" "/v1/notifications/preferences" Read true;
    SET_NOTIFICATION_PREFERENCES = "setNotificationPreferences" "PUT" "/v1/notifications/preferences" Idempotent true;
    UNSUBSCRIBE = "unsubscribe" "POST" "/v1/notifications/unsubscribe/{token}" Unsent false;

    LIST_EVENTS = "listEvents" "GET" "/v1/events" Read true;
    CREATE_EVENT = "createEvent" "POST" "/v1/events" Keyed true;
    COUNT_EVENTS = "countEvents" "GET" "/v1/events/calendar" Read true;
    GET_EVENT = "getEvent" "GET" "/v1/events/{event_id}" Read true;
    CHANGE_EVENT = "changeEvent" "PATCH" "/v1/events/{event_id}" Idempotent true;
    DELETE_EVENT = "deleteEvent" "DELETE" "/v1/events/{event_id}" Idempotent true;
    PUBLISH_EVENT = "publishEvent" "POST" "/v1/events/{event_id}/publish" Keyed true;
    CANCEL_EVENT = "cancelEvent" "POST" "/v1/events/{event_id}/cancel" Keyed true;
    LIST_OCCURRENCES = "listOccurrences" "GET" "/v1/events/{event_id}/occurrences" Read true;
    GET_EVENT_FILE = "getEventFile" "GET" "/v1/events/{event_id}/calendar.ics" Read true;
    LIST_ORGANISERS = "listOrganisers" "GET" "/v1/events/{event_id}/organisers" Read true;
    ADD_ORGANISER = "addOrganiser" "PUT" "/v1/events/{event_id}/organisers/{account_id}" Idempotent true;
    REMOVE_ORGANISER = "removeOrganiser" "DELETE" "/v1/events/{event_id}/organisers/{account_id}" Idempotent true;
    GET_PROGRAMME = "getProgramme" "GET" "/v1/events/{event_id}/programme" Read true;
    SET_PROGRAMME = "setProgramme" "PUT" "/v1/events/{event_id}/programme" Idempotent true;
    LIST_RESOURCES = "listResources" "GET" "/v1/events/{event_id}/resources" Read true;
    ADD_RESOURCE = "addResource" "POST" "/v1/events/{event_id}/resources" Keyed true;
    RESOURCE_URL = "resourceUrl" "GET" "/v1/events/{event_id}/resources/{resource_id}/url" Read true;
    REMOVE_RESOURCE = "removeResource" "DELETE" "/v1/events/{event_id}/resources/{resource_id}" Idempotent true;
    REGISTER = "register" "POST" "/v1/events/{event_id}/registrations" Keyed true;
    LIST_REGISTRATIONS = "listRegistrations" "GET" "/v1/events/{event_id}/registrations" Read true;
    INVITE_TO_EVENT = "inviteToEvent" "POST" "/v1/events/{event_id}/invitations" Keyed true;
    CHECK_IN = "checkIn" "POST" "/v1/events/{event_id}/check-in" Keyed true;
    MAKE_EVENT_FEED = "makeEventFeed" "POST" "/v1/events/feed" Unsent true;
    END_EVENT_FEED = "endEventFeed" "DELETE" "/v1/events/feed" Idempotent true;
    READ_EVENT_FEED = "readEventFeed" "GET" "/v1/events/feed/{token}" Read false;
    LIST_MY_REGISTRATIONS = "listMyRegistrations" "GET" "/v1/registrations" Read true;
    GET_REGISTRATION = "getRegistration" "GET" "/v1/registrations/{registration_id}" Read true;
    GET_CHECK_IN_CODE = "getCheckInCode" "GET" "/v1/registrations/{registration_id}/code" Read true;
    ACCEPT_SEAT = "acceptSeat" "POST" "/v1/registrations/{registration_id}/accept" Keyed true;
    DECLINE_SEAT = "declineSeat" "POST" "/v1/registrations/{registration_id}/decline" Keyed true;
    CANCEL_REGISTRATION = "cancelRegistration" "POST" "/v1/registrations/{registration_id}/cancel" Keyed true;
    APPROVE_REGISTRATION = "approveRegistration" "POST" "/v1/registrations/{registration_id}/approve" Keyed true;
    REFUSE_REGISTRATION = "refuseRegistration" "POST" "/v1/registrations/{registration_id}/refuse" Keyed true;
    TAKE_BACK_REGISTRATION = "takeBackRegistration" "POST" "/v1/registrations/{registration_id}/take-back" Keyed true;

    LIST_TABS = "listTabs" "GET" "/v1/tabs" Read true;
    COUNT_POSTS = "countPosts" "GET" "/v1/posts/facets" Read true;
    FEATURE_POST = "featurePost" "PUT" "/v1/posts/{post_id}/featured" Idempotent true;
    UNFEATURE_POST = "unfeaturePost" "DELETE" "/v1/posts/{post_id}/featured" Idempotent true;
    COUNT_EVENT_FACETS = "countEventFacets" "GET" "/v1/events/facets" Read true;
    COUNT_GROUPS = "countGroups" "GET" "/v1/groups/facets" Read true;
    RECOMMEND_GROUPS = "recommendGroups" "GET" "/v1/groups/recommended" Read true;

    LIVE = "live" "GET" "/health/live" Read false;
    READY = "ready" "GET" "/health/ready" Read false;
    METRICS = "metrics" "GET" "/metrics" Read false;
    OPEN_API = "openApi" "GET" "/openapi.json" Read false;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_template_takes_its_ids_in_order() {
        let id = uuid::Uuid::from_u128(7).to_string();
        assert_eq!(PUBLISH_POST.path_with(std::slice::from_ref(&id)), format!("/v1/posts/{id}/publish"));
        assert_eq!(ME.path_with(&[]), "/v1/me");
    }

    #[test]
    fn no_operation_stands_there_twice() {
        let ids: BTreeSet<_> = OPERATIONS.iter().map(Operation::id).collect();
        let routes: BTreeSet<_> = OPERATIONS.iter().map(|o| (o.method(), o.path())).collect();
        assert_eq!((ids.len(), routes.len()), (OPERATIONS.len(), OPERATIONS.len()));
    }

    #[test]
    fn what_may_be_repeated_follows_from_the_method() {
        for operation in OPERATIONS {
            let fits = match operation.method() {
                "GET" => operation.repeat() == Repeat::Read,
                "POST" => matches!(operation.repeat(), Repeat::Keyed | Repeat::Unsent),
                "PATCH" | "PUT" | "DELETE" => operation.repeat() == Repeat::Idempotent,
                _ => false,
            };
            assert!(fits, "{operation:?}");
        }
    }
}
