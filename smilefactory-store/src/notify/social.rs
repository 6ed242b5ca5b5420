//! What concerns people in what others want to be to them.

use chrono::TimeDelta;
use smilefactory_core::id::{AccountId, ConnectionRequestId, Id, IntroductionId};
use smilefactory_core::messaging::notification::{NotificationKind, Raise};
use smilefactory_core::profile::ViewerClass;
use smilefactory_core::social::{
    ConnectionRequestAccepted, ConnectionRequestDeclined, ConnectionRequestExpired, ConnectionRequestSent,
    ConnectionRequestWithdrawn, FollowBegun, FollowEnded, IntroductionAsked, IntroductionDeclined,
    IntroductionGranted, RequestState,
};

use super::{Effect, Effects, Seen};
use crate::outbox::RecordedFact;
use crate::repo::identity::ReadAccounts;
use crate::repo::messaging::Reminder;
use crate::repo::social::{ReadConnectionRequests, ReadFollows, ReadRelations};
use crate::tx::WriteTx;

/// How long a request waits before whoever is asked is reminded of it.
const WAITING: TimeDelta = TimeDelta::days(7);
/// How long before a request expires they are reminded of it.
const EXPIRING: TimeDelta = TimeDelta::days(3);

/// All that tells somebody of a request.
const OF_A_REQUEST: [NotificationKind; 3] = [
    NotificationKind::ConnectionRequested,
    NotificationKind::RequestWaiting,
    NotificationKind::RequestExpiring,
];

/// What a fact about connections and follows brings about. That somebody declined, ended a connection, blocked or muted is
/// told to nobody.
pub(super) async fn effects(tx: &mut WriteTx, recorded: &RecordedFact) -> Effects {
    let fact = &recorded.fact;
    if let Some(sent) = fact.read::<ConnectionRequestSent>()? {
        return asked(tx, &sent).await;
    }
    if let Some(accepted) = fact.read::<ConnectionRequestAccepted>()? {
        let raise = Raise::connection_accepted(accepted.request, accepted.to);
        let seen = answered(accepted.request, accepted.to);
        return Ok(vec![Effect { seen, ..Effect::tell(raise, [accepted.from]) }]);
    }
    if let Some(declined) = fact.read::<ConnectionRequestDeclined>()? {
        return Ok(vec![Effect::seen(answered(declined.request, declined.to))]);
    }
    if let Some(withdrawn) = fact.read::<ConnectionRequestWithdrawn>()? {
        return Ok(vec![gone(withdrawn.request, withdrawn.from, withdrawn.to)]);
    }
    if let Some(expired) = fact.read::<ConnectionRequestExpired>()? {
        return Ok(vec![gone(expired.request, expired.from, expired.to)]);
    }
    if let Some(asked) = fact.read::<IntroductionAsked>()? {
        let raise = Raise::introduction_asked(asked.introduction, asked.target, asked.asker);
        return Ok(vec![Effect::tell(raise, [asked.introducer])]);
    }
    if let Some(granted) = fact.read::<IntroductionGranted>()? {
        let raise = Raise::introduction_granted(granted.introduction, granted.target, granted.introducer);
        let seen = vec![answered_introduction(granted.introducer, granted.introduction)];
        return Ok(vec![Effect { seen, ..Effect::tell(raise, [granted.asker]) }]);
    }
    if let Some(declined) = fact.read::<IntroductionDeclined>()? {
        return Ok(vec![Effect::seen(vec![answered_introduction(
            declined.introducer,
            declined.introduction,
        )])]);
    }
    if let Some(begun) = fact.read::<FollowBegun>()? {
        return followed(tx, begun.account, begun.other).await;
    }
    if let Some(ended) = fact.read::<FollowEnded>()? {
        return Ok(vec![Effect::take_back(
            ended.other,
            NotificationKind::Followed,
            ended.other,
            ended.account,
        )]);
    }
    Ok(Vec::new())
}

/// Somebody is asked to connect: they are told, and reminded as long as they do not answer.
async fn asked(tx: &mut WriteTx, sent: &ConnectionRequestSent) -> Effects {
    let now = tx.now();
    let request = tx.connection_requests().get(sent.request).await?.map(|request| request.at(now));
    let Some(request) = request.filter(|request| request.state == RequestState::Pending) else {
        return Ok(Vec::new());
    };
    let reminder = |kind, due_at| Reminder { account: request.to, kind, subject: request.id.uuid(), due_at };
    let reminders = vec![
        reminder(NotificationKind::RequestWaiting, request.created_at + WAITING),
        reminder(NotificationKind::RequestExpiring, request.expires_at - EXPIRING),
    ];
    let raise = Raise::connection_requested(request.id, request.from);
    Ok(vec![Effect { reminders, ..Effect::tell(raise, [request.to]) }])
}

/// Whoever answered a request needs not be told of it any more.
fn answered(request: ConnectionRequestId, to: AccountId) -> Vec<Seen> {
    OF_A_REQUEST.map(|kind| Seen::About(to, kind, request.uuid())).to_vec()
}

/// Whoever answered whether they introduce somebody needs not be told of the question any more.
fn answered_introduction(introducer: AccountId, introduction: IntroductionId) -> Seen {
    Seen::About(introducer, NotificationKind::IntroductionAsked, introduction.uuid())
}

/// A request waits for no answer any more, and was not answered.
fn gone(request: ConnectionRequestId, from: AccountId, to: AccountId) -> Effect {
    let taken_back = OF_A_REQUEST.map(|kind| (to, kind, request.uuid(), from)).to_vec();
    Effect { taken_back, ..Effect::default() }
}

/// Somebody is followed: they are told, if the follower is in the list of their followers for them to see.
async fn followed(tx: &mut WriteTx, by: AccountId, other: AccountId) -> Effects {
    if tx.follows().get(by, other).await?.is_none() {
        return Ok(Vec::new());
    }
    let Some(account) = tx.accounts().get(by).await? else { return Ok(Vec::new()) };
    let Some(reader) = tx.accounts().get(other).await? else { return Ok(Vec::new()) };
    let class = match tx.relations().class_of(other, by).await? {
        ViewerClass::Member | ViewerClass::Connection if reader.role.is_staff() => ViewerClass::Staff,
        class => class,
    };
    if !account.standing.is_seen_by(class) {
        return Ok(Vec::new());
    }
    Ok(vec![Effect::tell(Raise::followed(other, by), [other])])
}
