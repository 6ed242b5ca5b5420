//! All that is known of posts that might be shown to somebody, and nothing that they may not know.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use smilefactory_core::feed::{Engagements, Signals};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::social::StrengthKey;
use uuid::Uuid;

use crate::error::Result;
use crate::postgres::content::count;
use crate::postgres::row::RowOf;
use crate::tx::Tx;

/// What is known of whoever reads.
struct Reader {
    kind: Option<String>,
    tags: Vec<Uuid>,
    interests: Vec<String>,
}

struct Row {
    id: Uuid,
    author_id: Uuid,
    kind: String,
    published_at: DateTime<Utc>,
    author_kind: Option<String>,
    follows: bool,
    strength_key: Option<f64>,
    of_own_group: bool,
    followed_tags: Vec<String>,
    shared_interests: Vec<String>,
    reactions: i64,
    comments: i64,
    shares: i64,
    saves: i64,
    views: i64,
}

/// What is known of these posts, as far as they are for the reader; those that are not are left out.
pub(super) async fn read<Mode>(
    tx: &mut Tx<Mode>,
    reader: Uuid,
    posts: &[Uuid],
) -> Result<HashMap<Uuid, Signals>> {
    if posts.is_empty() {
        return Ok(HashMap::new());
    }
    let known = known_of(tx, reader).await?;
    let of = RowOf { table: "identity.profiles", id: reader };
    let reader_kind: Option<ProfileKind> = of.parse_opt("kind", known.kind.as_deref())?;
    let rows = rows(tx, reader, posts, &known).await?;
    let now = tx.now();
    rows.into_iter().map(|row| Ok((row.id, row.read(reader_kind, now)?))).collect()
}

async fn rows<Mode>(tx: &mut Tx<Mode>, reader: Uuid, posts: &[Uuid], known: &Reader) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"
        with recursive hidden as (
          select n.id, n.post_id, n.alive
          from social.barriers b
          join content.comments c on c.tenant_id = $1 and c.author_id = b.other_id and c.post_id = any($2)
          join content.comment_nodes n on n.tenant_id = $1 and n.id = c.id and n.shown
          where b.tenant_id = $1 and b.viewer_id = $4
          union
          select n.id, n.post_id, n.alive
          from hidden h
          join content.comment_nodes n on n.tenant_id = $1 and n.under_id = h.id and n.shown
        )
        select p.id as "id!", p.author_id as "author_id!", p.kind as "kind!", p.published_at as "published_at!",
          author.kind as "author_kind?",
          follow.other_id is not null as "follows!", tie.strength_key as "strength_key?",
          own.account_id is not null as "of_own_group!", words.followed as "followed_tags!",
          words.shared as "shared_interests!",
          coalesce(s.reactions, 0) + coalesce(d.reactions, 0) - h.reactions as "reactions!",
          coalesce(k.comments, 0) + coalesce(c.change, 0)
            - (select count(*) from hidden where hidden.post_id = p.id and hidden.alive) as "comments!",
          coalesce(s.shares, 0) + coalesce(d.shares, 0) - h.shares as "shares!",
          coalesce(s.saves, 0) + coalesce(d.saves, 0) - h.saves as "saves!",
          coalesce(s.views, 0) + coalesce(d.views, 0) - h.views as "views!"
        from content.posts p
        left join community.members own on own.tenant_id = $1
          and own.group_id = p.group_id and own.account_id = $3 and own.state = 'member'
        left join social.follows follow
          on follow.tenant_id = $1 and follow.account_id = $3 and follow.other_id = p.author_id
        left join social.ties tie on tie.tenant_id = $1 and tie.account_id = $3 and tie.other_id = p.author_id
        left join lateral (
          select
            case
              when a.kind <> 'government_official' then a.kind
              when (
                select d.verified_at from identity.personal_details d where d.tenant_id = $1 and d.id = p.author_id
              ) is not null then a.kind
              else 'community_member'
            end as kind
          from identity.profiles a
          where a.tenant_id = $1
            and a.account_id = p.author_id
            and a.state in ('incomplete', 'complete')
            and (a.visibility = 'public' or a.visibility = 'connections_only' and tie.other_id is not null)
        ) author on true
        cross join lateral (
          select
            coalesce(array_agg(t.name order by t.name) filter (where l.tag_id = any($5)), '{}') as followed,
            coalesce(array_agg(t.name order by t.name) filter (where t.folded = any($6)), '{}') as shared
          from content.post_tags l
          join content.tags t on t.tenant_id = $1 and t.id = l.tag_id
          where l.tenant_id = $1 and l.post_id = p.id
        ) words
        left join lateral (
          select o.likes + o.insights + o.supports + o.celebrates as reactions, o.shares, o.saves, o.views
          from content.post_stats o
          where o.tenant_id = $1 and o.post_id = p.id
        ) s on true
        left join content.comment_counts k on k.tenant_id = $1 and k.post_id = p.id
        left join lateral (
          select sum(n.likes + n.insights + n.supports + n.celebrates)::bigint as reactions,
            sum(n.shares)::bigint as shares, sum(n.saves)::bigint as saves, sum(n.views)::bigint as views
          from content.post_stat_deltas n
          where n.tenant_id = $1 and n.post_id = p.id
        ) d on true
        left join lateral (
          select sum(n.change)::bigint as change
          from content.comment_count_changes n
          where n.tenant_id = $1 and n.post_id = p.id
        ) c on true
        cross join lateral (
          select count(o.reaction) as reactions, count(o.shared_at) as shares, count(o.saved_at) as saves,
            coalesce(sum(o.views), 0)::bigint as views
          from social.barriers b
          join content.post_actions o on o.tenant_id = $1 and o.post_id = p.id and o.account_id = b.other_id
          where b.tenant_id = $1 and b.viewer_id = $4
        ) h
        where p.tenant_id = $1
          and p.id = any($2)
          and p.state = 'published'
          and p.standing = 'visible'
          and (p.audience = 'everybody' or p.audience = 'members' and own.account_id is not null)
          and not exists (
            select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $4 and b.other_id = p.author_id
          )
        "#,
        tx.scope().tenant.uuid(),
        posts,
        reader,
        tx.viewer(),
        &known.tags,
        &known.interests,
    )
    .fetch_all(tx.conn()?)
    .await?)
}

async fn known_of<Mode>(tx: &mut Tx<Mode>, reader: Uuid) -> Result<Reader> {
    Ok(sqlx::query_as!(
        Reader,
        r#"
        select
          (select p.kind from identity.profiles p where p.tenant_id = $1 and p.account_id = $2) as "kind?",
          array(
            select f.tag_id from content.tag_follows f where f.tenant_id = $1 and f.account_id = $2
          ) as "tags!",
          array(
            select content.fold_tag(o.label)
            from identity.profile_labels o
            where o.tenant_id = $1 and o.account_id = $2 and o.list in ('interest', 'skill')
          ) as "interests!"
        "#,
        tx.scope().tenant.uuid(),
        reader,
    )
    .fetch_one(tx.conn()?)
    .await?)
}

impl Row {
    fn read(self, reader_kind: Option<ProfileKind>, now: DateTime<Utc>) -> Result<Signals> {
        let of = RowOf { table: "content.posts", id: self.id };
        Ok(Signals {
            post: PostId::from_uuid(self.id),
            author: AccountId::from_uuid(self.author_id),
            kind: of.parse("kind", &self.kind)?,
            published_at: self.published_at,
            reader_kind,
            author_kind: of.parse_opt("kind", self.author_kind.as_deref())?,
            closeness: None,
            followed_tags: self.followed_tags,
            shared_interests: self.shared_interests,
            follows: self.follows,
            strength: self.strength_key.map(|key| StrengthKey::from(key).at(now)),
            of_own_group: self.of_own_group,
            engagements: Engagements {
                reactions: count(Some(self.reactions)),
                comments: count(Some(self.comments)),
                shares: count(Some(self.shares)),
                saves: count(Some(self.saves)),
                views: count(Some(self.views)),
            },
        })
    }
}
