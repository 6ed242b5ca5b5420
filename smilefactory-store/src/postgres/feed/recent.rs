//! The last published: what is for everybody, merged with what is for the members of each group of the reader.

use chrono::{DateTime, Utc};
use smilefactory_core::id::Id;
use uuid::Uuid;

use super::{Timed, Wanted};
use crate::error::Result;
use crate::tx::Tx;

/// The list whose part for everybody is read like this: `$1` tenant, `$2` and `$3` behind what, `$4` the reader, `$5`
/// whose barriers, `$6` the kind, `$7` the tag, `$8` how many.
macro_rules! select_recent {
    ($everybody:literal, $tx:expr, $wanted:expr, $before:expr, $limit:expr) => {
        sqlx::query_as!(
            Timed,
            r#"
            select found.id as "id!", found.published_at as "at!"
            from (
              ("# + $everybody + r#")
              union all
              (
                select p.id, p.published_at
                from community.members m
                cross join lateral (
                  select p.id, p.published_at
                  from content.posts p
                  where p.tenant_id = $1
                    and p.group_id = m.group_id
                    and p.state = 'published'
                    and p.standing = 'visible'
                    and p.audience = 'members'
                    and (p.published_at, p.id) < ($2, $3)
                    and ($6::text is null or p.kind = $6)
                    and ($7::uuid is null or exists (
                      select from content.post_tags l where l.tenant_id = $1 and l.post_id = p.id and l.tag_id = $7
                    ))
                    and not exists (
                      select
                      from social.barriers b
                      where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = p.author_id
                    )
                  order by p.published_at desc, p.id desc
                  limit $8
                ) p
                where m.tenant_id = $1 and m.account_id = $4 and m.state = 'member'
              )
            ) found
            order by found.published_at desc, found.id desc
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
    before: (DateTime<Utc>, Uuid),
    limit: i64,
) -> Result<Vec<Timed>> {
    Ok(match (wanted.tag, wanted.kind) {
        (Some(_), _) => select_recent!(
            "
                select l.post_id as id, l.published_at
                from content.post_tags l
                where l.tenant_id = $1
                  and l.tag_id = $7
                  and (l.published_at, l.post_id) < ($2, $3)
                  and ($6::text is null or l.kind = $6)
                  and ($5::uuid is null or not exists (
                    select
                    from social.barriers b
                    where b.tenant_id = $1
                      and b.viewer_id = $5
                      and b.other_id = (
                        select p.author_id from content.posts p where p.tenant_id = $1 and p.id = l.post_id
                      )
                  ))
                order by l.published_at desc, l.post_id desc
                limit $8
              ",
            tx,
            wanted,
            before,
            limit
        ),
        (None, Some(_)) => select_recent!(
            "
                select p.id, p.published_at
                from content.posts p
                where p.tenant_id = $1
                  and p.kind = $6
                  and p.state = 'published'
                  and p.standing = 'visible'
                  and p.audience = 'everybody'
                  and (p.published_at, p.id) < ($2, $3)
                  and not exists (
                    select
                    from social.barriers b
                    where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = p.author_id
                  )
                order by p.published_at desc, p.id desc
                limit $8
              ",
            tx,
            wanted,
            before,
            limit
        ),
        (None, None) => select_recent!(
            "
                select p.id, p.published_at
                from content.posts p
                where p.tenant_id = $1
                  and p.state = 'published'
                  and p.standing = 'visible'
                  and p.audience = 'everybody'
                  and (p.published_at, p.id) < ($2, $3)
                  and not exists (
                    select
                    from social.barriers b
                    where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = p.author_id
                  )
                order by p.published_at desc, p.id desc
                limit $8
              ",
            tx,
            wanted,
            before,
            limit
        ),
    })
}
