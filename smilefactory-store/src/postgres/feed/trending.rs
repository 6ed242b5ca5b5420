//! What people do most with: an index in the order of what is summed up, which time does not change.

use smilefactory_core::id::Id;
use uuid::Uuid;

use super::Wanted;
use crate::error::Result;
use crate::tx::Tx;

/// A tag that more posts have is met soon enough among the hottest of all; of one that fewer have, all are put in
/// order.
const RARE: u64 = 2_000;

struct Hot {
    id: Uuid,
    heat: f64,
}

/// The list whose part for everybody is read like this; the parameters are those of the recent ones.
macro_rules! select_hot {
    ($everybody:literal, $tx:expr, $wanted:expr, $before:expr, $limit:expr) => {
        sqlx::query_as!(
            Hot,
            r#"
            select found.id as "id!", found.heat_key as "heat!"
            from (
              ("# + $everybody + r#")
              union all
              (
                select h.post_id as id, h.heat_key
                from community.members m
                cross join lateral (
                  select h.post_id, h.heat_key
                  from content.post_heat h
                  where h.tenant_id = $1
                    and h.group_id = m.group_id
                    and (h.heat_key, h.post_id) < ($2, $3)
                    and ($6::text is null or h.kind = $6)
                    and ($7::uuid is null or exists (
                      select from content.post_tags l where l.tenant_id = $1 and l.post_id = h.post_id and l.tag_id = $7
                    ))
                    and not exists (
                      select
                      from social.barriers b
                      where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = h.author_id
                    )
                  order by h.heat_key desc, h.post_id desc
                  limit $8
                ) h
                where m.tenant_id = $1 and m.account_id = $4 and m.state = 'member'
              )
            ) found
            order by found.heat_key desc, found.id desc
            limit $8
            "#,
            $tx.scope().tenant.uuid(),
            $before.0,
            $before.1,
            $wanted.reader,
            $tx.viewer(),
            $wanted.kind,
            $wanted.tag,
            $limit,
        )
        .fetch_all($tx.conn()?)
        .await?
    };
}

pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted,
    before: (f64, Uuid),
    limit: i64,
) -> Result<Vec<(Uuid, f64)>> {
    let hot = match (wanted.tag, wanted.kind) {
        (Some(_), _) if wanted.tagged <= RARE => select_hot!(
            "
                select h.post_id as id, h.heat_key
                from content.post_tags l
                join content.post_heat h on h.tenant_id = $1 and h.post_id = l.post_id
                where l.tenant_id = $1
                  and l.tag_id = $7
                  and l.published_at is not null
                  and h.open
                  and (h.heat_key, h.post_id) < ($2, $3)
                  and ($6::text is null or l.kind = $6)
                  and not exists (
                    select
                    from social.barriers b
                    where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = h.author_id
                  )
                order by h.heat_key desc, h.post_id desc
                limit $8
              ",
            tx,
            wanted,
            before,
            limit
        ),
        (None, Some(_)) => select_hot!(
            "
                select h.post_id as id, h.heat_key
                from content.post_heat h
                where h.tenant_id = $1
                  and h.open
                  and h.kind = $6
                  and (h.heat_key, h.post_id) < ($2, $3)
                  and not exists (
                    select
                    from social.barriers b
                    where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = h.author_id
                  )
                order by h.heat_key desc, h.post_id desc
                limit $8
              ",
            tx,
            wanted,
            before,
            limit
        ),
        _ => select_hot!(
            "
                select h.post_id as id, h.heat_key
                from content.post_heat h
                where h.tenant_id = $1
                  and h.open
                  and (h.heat_key, h.post_id) < ($2, $3)
                  and ($6::text is null or h.kind = $6)
                  and ($7::uuid is null or exists (
                    select from content.post_tags l where l.tenant_id = $1 and l.post_id = h.post_id and l.tag_id = $7
                  ))
                  and not exists (
                    select
                    from social.barriers b
                    where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = h.author_id
                  )
                order by h.heat_key desc, h.post_id desc
                limit $8
              ",
            tx,
            wanted,
            before,
            limit
        ),
    };
    Ok(hot.into_iter().map(|hot| (hot.id, hot.heat)).collect())
}
