//! The ways from one person to another over those whom they know.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::recommendation::Score;
use smilefactory_core::social::IntroductionConsent;
use uuid::Uuid;

use super::super::super::row::RowOf;
use crate::error::Result;
use crate::repo::social::{Stop, Way};
use crate::tx::Tx;

struct WayRow {
    strength: f64,
    first_id: Uuid,
    second_id: Option<Uuid>,
}

struct StopRow {
    id: Uuid,
    first_name: String,
    last_name: String,
    consent: Option<String>,
    state: Option<String>,
    asked_at: Option<DateTime<Utc>>,
}

impl TryFrom<StopRow> for Stop {
    type Error = crate::error::StoreError;
    fn try_from(row: StopRow) -> Result<Self> {
        let of = RowOf { table: "social.introduction_consents", id: row.id };
        let state = of.parse_opt("state", row.state.as_deref())?;
        Ok(Self {
            account: AccountId::from_uuid(row.id),
            first_name: of.parse("first_name", &row.first_name)?,
            last_name: of.parse("last_name", &row.last_name)?,
            consent: of.parse_opt("consent", row.consent.as_deref())?.unwrap_or(IntroductionConsent::Ask),
            asked: state.zip(row.asked_at),
        })
    }
}

/// Two statements: the ways, and who stands on them.
///
/// The seeker's 100 strongest connections are looked up in the target's list, and of 50 by 50 of either's strongest it is
/// looked up whether they know each other: no list is read further, whatever its length. Of somebody else's connections
/// those count that both people show the seeker, who is connected with the first of a way, and neither with the
/// second nor with the target.
pub(super) async fn between<Mode>(
    tx: &mut Tx<Mode>,
    seeker: AccountId,
    target: AccountId,
) -> Result<Vec<Way>> {
    let now = tx.now();
    let rows = sqlx::query_as!(
        WayRow,
        r#"
        with mine as materialized (
          select t.other_id, social.strength_at(t.strength_key, $4) as strength
          from social.ties t
          join identity.profiles p on p.tenant_id = t.tenant_id and p.account_id = t.other_id
          where t.tenant_id = $1
            and t.account_id = $2
            and t.other_id <> $3
            and p.state in ('incomplete', 'complete')
            and p.visibility <> 'private'
            and p.connections_visibility <> 'private'
            and not exists (
              select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = t.other_id
            )
          order by t.strength_key desc, t.other_id desc
          limit 100
        ), theirs as materialized (
          select t.other_id, social.strength_at(t.strength_key, $4) as strength
          from social.ties t
          join identity.profiles p on p.tenant_id = t.tenant_id and p.account_id = t.other_id
          where t.tenant_id = $1
            and t.account_id = $3
            and t.other_id <> $2
            and p.state in ('incomplete', 'complete')
            and p.visibility = 'public'
            and p.connections_visibility = 'public'
            and not exists (
              select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = t.other_id
            )
            and not exists (
              select from social.ties k where k.tenant_id = $1 and k.account_id = $2 and k.other_id = t.other_id
            )
          order by t.strength_key desc, t.other_id desc
          limit 50
        ), ways as (
          select mine.other_id as first_id, null::uuid as second_id,
            mine.strength * social.strength_at(t.strength_key, $4) as strength
          from mine
          join social.ties t on t.tenant_id = $1 and t.account_id = mine.other_id and t.other_id = $3
          union all
          select strongest.other_id, theirs.other_id,
            strongest.strength * social.strength_at(t.strength_key, $4) * theirs.strength
          from (select other_id, strength from mine order by strength desc, other_id desc limit 50) strongest
          cross join theirs
          join social.ties t
            on t.tenant_id = $1 and t.account_id = strongest.other_id and t.other_id = theirs.other_id
        )
        select w.strength as "strength!", w.first_id as "first_id!", w.second_id
        from ways w
        where exists (
          select
          from identity.profiles o
          where o.tenant_id = $1
            and o.account_id = $3
            and o.state in ('incomplete', 'complete')
            and o.visibility = 'public'
            and o.connections_visibility = 'public'
            and not exists (
              select from social.barriers b
              where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = $3 and b.blocked
            )
        )
        order by w.strength desc, w.second_id is not null, w.first_id, w.second_id
        limit 5
        "#,
        tx.scope().tenant.uuid(),
        seeker.uuid(),
        target.uuid(),
        now,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let ids: Vec<Uuid> = rows.iter().flat_map(|row| [Some(row.first_id), row.second_id]).flatten().collect();
    let stops = stops(tx, seeker, target, &ids).await?;
    let stop = |id: Uuid| stops.iter().find(|stop| stop.account.uuid() == id).cloned();
    Ok(rows
        .into_iter()
        .map(|row| Way {
            strength: Score::clamped(row.strength),
            through: [Some(row.first_id), row.second_id].into_iter().flatten().filter_map(stop).collect(),
        })
        .collect())
}

/// Who stands on the ways, and what they were asked and answered.
async fn stops<Mode>(
    tx: &mut Tx<Mode>,
    seeker: AccountId,
    target: AccountId,
    ids: &[Uuid],
) -> Result<Vec<Stop>> {
    let rows = sqlx::query_as!(
        StopRow,
        r#"
        select a.id, a.first_name, a.last_name, c.consent as "consent?", i.state as "state?", i.asked_at as "asked_at?"
        from identity.personal_details a
        left join social.introduction_choices c on c.tenant_id = $1 and c.account_id = a.id
        left join social.introduction_consents i
          on i.tenant_id = $1 and i.asker_id = $3 and i.target_id = $4 and i.introducer_id = a.id
        where a.tenant_id = $1 and a.id = any($2)
        limit 10
        "#,
        tx.scope().tenant.uuid(),
        ids,
        seeker.uuid(),
        target.uuid(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    rows.into_iter().map(Stop::try_from).collect()
}
