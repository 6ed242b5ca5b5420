//! Asking to connect, and what becomes of it.

use smilefactory_core::id::{AccountId, ConnectionRequestId};
use smilefactory_core::social::{
    Asked, Connection, ConnectionRefused, ConnectionRequest, ConnectionRequestDraft, Pair, RequestQuota,
};

use super::{Result, SocialError, hold, seen};
use crate::repo::social::{
    ReadConnectionRequests, ReadConnections, ReadRelations, WriteConnectionRequests, WriteConnections,
};
use crate::tx::WriteTx;

/// `from` asks somebody whom they see to connect. Who was asked by the same person already and asks back says yes to
/// that: the two are connected, as what was asked first.
pub async fn ask(
    tx: &mut WriteTx,
    draft: ConnectionRequestDraft,
    from: AccountId,
    quota: RequestQuota,
) -> Result<Asked> {
    tx.connection_requests().lock_quota(from).await?;
    let pair = hold(tx, from, draft.to).await?;
    let profile = seen(tx, from, draft.to).await?;
    if tx.connections().get(pair).await?.is_some() {
        return Err(ConnectionRefused::AlreadyConnected.into());
    }
    if let Some(pending) = pending(tx, pair).await? {
        if pending.from == from {
            return Err(ConnectionRefused::AlreadyAsked.into());
        }
        return connect(tx, pending, from).await.map(Asked::Connected);
    }
    let kind = profile.kind();
    let history = tx.connection_requests().history(from, draft.to, kind).await?;
    quota.allow(history, tx.now())?;
    let (request, sent) = draft.send(tx.new_id()?, from, tx.now())?;
    tx.connection_requests().insert(&request, kind).await?;
    tx.tell(sent)?;
    Ok(Asked::Requested(request))
}

/// Whoever was asked says yes.
pub async fn accept(tx: &mut WriteTx, id: ConnectionRequestId, by: AccountId) -> Result<Connection> {
    let request = held(tx, id, by).await?;
    connect(tx, request, by).await
}

/// Whoever was asked says no; they are not asked again by the same person for a while.
pub async fn decline(tx: &mut WriteTx, id: ConnectionRequestId, by: AccountId) -> Result<ConnectionRequest> {
    let (request, fact) = held(tx, id, by).await?.decline(by, tx.now())?;
    let request = tx.connection_requests().update(&request).await?;
    tx.tell(fact)?;
    Ok(request)
}

/// Whoever asked takes it back.
pub async fn withdraw(tx: &mut WriteTx, id: ConnectionRequestId, by: AccountId) -> Result<ConnectionRequest> {
    let (request, fact) = held(tx, id, by).await?.withdraw(by, tx.now())?;
    let request = tx.connection_requests().update(&request).await?;
    tx.tell(fact)?;
    Ok(request)
}

/// One of two who are connected ends it.
pub async fn remove(tx: &mut WriteTx, by: AccountId, other: AccountId) -> Result<Connection> {
    let pair = hold(tx, by, other).await?;
    let connection = tx.connections().delete(pair).await?.ok_or(SocialError::NotThere("connection"))?;
    tx.tell(connection.remove(by))?;
    Ok(connection)
}

/// Writes down of at most `most` requests that nobody answered in time, and says how many there were.
pub async fn expire_due(tx: &mut WriteTx, most: u16) -> Result<usize> {
    let due = tx.connection_requests().lock_due(most).await?;
    let count = due.len();
    for request in due {
        let (expired, fact) = request.expire(tx.now())?;
        tx.connection_requests().update(&expired).await?;
        tx.tell(fact)?;
    }
    Ok(count)
}

/// The request with this id as it stands while the two are locked, if `by` is one of them and sees the other.
async fn held(tx: &mut WriteTx, id: ConnectionRequestId, by: AccountId) -> Result<ConnectionRequest> {
    let nothing = || SocialError::NotThere("connection request");
    let request = tx.connection_requests().get(id).await?.ok_or_else(nothing)?;
    let pair = Pair::new(request.from, request.to).ok_or(ConnectionRefused::Oneself)?;
    let other = pair.other_than(by).ok_or_else(nothing)?;
    hold(tx, by, other).await?;
    if tx.relations().is_barred(by, other).await? {
        return Err(nothing());
    }
    tx.connection_requests().get(id).await?.ok_or_else(nothing)
}

/// The request between two who are locked that waits for an answer. One whose time is over is written down as that.
async fn pending(tx: &mut WriteTx, pair: Pair) -> Result<Option<ConnectionRequest>> {
    let Some(request) = tx.connection_requests().lock_pending(pair).await? else { return Ok(None) };
    if request.expires_at > tx.now() {
        return Ok(Some(request));
    }
    let (expired, fact) = request.expire(tx.now())?;
    tx.connection_requests().update(&expired).await?;
    tx.tell(fact)?;
    Ok(None)
}

/// Connects the two of a request that `by` says yes to.
async fn connect(tx: &mut WriteTx, request: ConnectionRequest, by: AccountId) -> Result<Connection> {
    let (request, connection, accepted, made) = request.accept(by, tx.now())?;
    tx.connection_requests().update(&request).await?;
    tx.connections().insert(&connection).await?;
    tx.tell(accepted)?;
    tx.tell(made)?;
    Ok(connection)
}
