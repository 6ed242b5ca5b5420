//! The events of a group.

use chrono::DateTime;
use smilefactory_core::id::{GroupId, Id};
use smilefactory_core::page::PageRequest;
use uuid::Uuid;

use super::row::{EventRow, select_events};
use crate::error::Result;
use crate::repo::event::EventKey;
use crate::tx::Tx;

/// The statement of a list: what narrows it down by time, and its order.
macro_rules! of_group {
    ($time:literal, $end:literal, $($parameter:expr),* $(,)?) => {
        select_events!(
            r#"
            where e.tenant_id = $1
              and e.group_id = $5
              and e.state <> 'draft'
              and event.is_shown_by_group(e.group_id, e.id, $2)
              and (
                e.visibility = 'public'
                or (e.visibility = 'members' and ($4 or $2::uuid is not null))
                or exists (
                  select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $2
                )
                or exists (
                  select
                  from event.registrations r
                  where r.tenant_id = $1 and r.event_id = e.id and r.account_id = $2 and r.state <> 'cancelled'
                )
              )
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = e.created_by
              )
              and "# + $time + $end,
            $($parameter),*
        )
    };
}

pub(super) async fn rows<Mode>(
    tx: &mut Tx<Mode>,
    group: GroupId,
    past: bool,
    request: &PageRequest<EventKey>,
) -> Result<Vec<EventRow>> {
    let (tenant, now, limit) = (tx.scope().tenant.uuid(), tx.now(), request.size.with_one_more());
    let (looker, viewer, staff) = (tx.looker(), tx.viewer(), tx.sees_all());
    Ok(if past {
        let before = request.after.map_or((now, Uuid::max()), |key| (key.at, key.id.uuid()));
        of_group!(
            "e.ends_at <= $6 and (e.starts_at, e.id) < ($7, $8)",
            " order by e.starts_at desc, e.id desc limit $9",
            tenant,
            looker,
            viewer,
            staff,
            group.uuid(),
            now,
            before.0,
            before.1,
            limit,
        )
        .fetch_all(tx.conn()?)
        .await?
    } else {
        let after = request.after.map_or((DateTime::UNIX_EPOCH, Uuid::nil()), |key| (key.at, key.id.uuid()));
        of_group!(
            "e.ends_at > $6 and (e.starts_at, e.id) > ($7, $8)",
            " order by e.starts_at, e.id limit $9",
            tenant,
            looker,
            viewer,
            staff,
            group.uuid(),
            now,
            after.0,
            after.1,
            limit,
        )
        .fetch_all(tx.conn()?)
        .await?
    })
}
