//! What two people did with each other is summed up: as it is told, or anew.

use chrono::TimeDelta;
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::social::{FORGOTTEN_AFTER_DAYS, InteractionKind, InteractionWeights, Pair};
use uuid::Uuid;

use crate::error::Result;
use crate::repo::social::Interaction;
use crate::tx::WriteTx;

/// For how long it is good enough whom both were seen to know.
const MUTUAL_LASTS: TimeDelta = TimeDelta::days(1);

pub(super) async fn interact(
    tx: &mut WriteTx,
    interaction: &Interaction,
    weights: &InteractionWeights,
) -> Result<bool> {
    let Some(pair) = Pair::new(interaction.from, interaction.to) else { return Ok(false) };
    // A clock that is ahead gives nothing an advantage.
    let (now, at) = (tx.now(), interaction.at.min(tx.now()));
    if at < now - TimeDelta::days(FORGOTTEN_AFTER_DAYS) {
        return Ok(false);
    }
    let new = sqlx::query!(
        r#"
        insert into social.interactions (tenant_id, from_id, to_id, kind, subject_id, at)
        select $1, $2, $3, $4, $5, $6
        where not exists (
          select
          from identity.personal_details
          where tenant_id = $1 and id in ($2, $3) and erased_at is not null
        )
        on conflict (tenant_id, from_id, to_id, kind, subject_id) do nothing
        "#,
        tx.scope().tenant.uuid(),
        interaction.from.uuid(),
        interaction.to.uuid(),
        interaction.kind.as_str(),
        interaction.subject,
        at,
    )
    .execute(tx.conn()?)
    .await?;
    if new.rows_affected() == 0 {
        return Ok(false);
    }
    let upwards = interaction.from == pair.low();
    let mutual_at = sqlx::query_scalar!(
        r#"
        insert into social.pair_strengths as p (tenant_id, low_id, high_id, low_to_high, high_to_low)
        values (
          $1, $2, $3,
          case when $4 then social.interaction_key($5, $6) else '-Infinity' end,
          case when $4 then '-Infinity' else social.interaction_key($5, $6) end
        )
        on conflict (tenant_id, low_id, high_id) do update
        set low_to_high = platform.log_add(p.low_to_high, excluded.low_to_high),
          high_to_low = platform.log_add(p.high_to_low, excluded.high_to_low)
        returning mutual_at
        "#,
        tx.scope().tenant.uuid(),
        pair.low().uuid(),
        pair.high().uuid(),
        upwards,
        weights.of(interaction.kind),
        at,
    )
    .fetch_one(tx.conn()?)
    .await?;
    if mutual_at.is_none_or(|looked| looked + MUTUAL_LASTS <= now) {
        look_at_mutual(tx, pair).await?;
    }
    Ok(true)
}

/// Notes whom both know, of those who hide that from nobody whom they know; for people who are connected only, since
/// nobody else is told. Neither of the two learns so of somebody whom they do not see in the other's list.
async fn look_at_mutual(tx: &mut WriteTx, pair: Pair) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        r#"
        update social.pair_strengths as p
        set mutual_at = $4, mutual = e.mutual
        from social.expected_mutuals($1, array[$2]::uuid[], array[$3]::uuid[]) as e
        where p.tenant_id = $1 and p.low_id = e.low_id and p.high_id = e.high_id
        "#,
        tx.scope().tenant.uuid(),
        pair.low().uuid(),
        pair.high().uuid(),
        now,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// What each kind is worth, for a statement.
fn worth(weights: InteractionWeights) -> (Vec<String>, Vec<f64>) {
    InteractionKind::ALL.iter().map(|kind| (kind.to_string(), weights.of(*kind))).unzip()
}

pub(super) async fn recount(
    tx: &mut WriteTx,
    after: Option<Pair>,
    limit: u16,
    weights: &InteractionWeights,
) -> Result<(u64, Option<Pair>)> {
    let tenant = tx.scope().tenant.uuid();
    let batch = sqlx::query!(
        r#"
        select low_id, high_id
        from social.pair_strengths
        where tenant_id = $1 and (low_id, high_id) > ($2, $3)
        order by low_id, high_id
        limit $4
        "#,
        tenant,
        after.map_or(Uuid::nil(), |pair| pair.low().uuid()),
        after.map_or(Uuid::nil(), |pair| pair.high().uuid()),
        i64::from(limit),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let last = batch
        .last()
        .and_then(|row| Pair::new(AccountId::from_uuid(row.low_id), AccountId::from_uuid(row.high_id)));
    let (low, high): (Vec<Uuid>, Vec<Uuid>) = batch.into_iter().map(|row| (row.low_id, row.high_id)).unzip();
    let (kinds, worth) = worth(*weights);
    let drifted = sqlx::query!(
        r#"
        select e.low_id as "low_id!", e.high_id as "high_id!"
        from social.expected_strengths($1, $2, $3, $4, $5) as e
        join social.expected_mutuals($1, $2, $3) as m on m.low_id = e.low_id and m.high_id = e.high_id
        join social.pair_strengths as p on p.tenant_id = $1 and p.low_id = e.low_id and p.high_id = e.high_id
        where not social.is_about(p.low_to_high, e.low_to_high)
          or not social.is_about(p.high_to_low, e.high_to_low)
          or p.mutual <> m.mutual
        "#,
        tenant,
        &low,
        &high,
        &kinds,
        &worth,
    )
    .fetch_all(tx.conn()?)
    .await?;
    if drifted.is_empty() {
        return Ok((0, last));
    }
    let (low, high): (Vec<Uuid>, Vec<Uuid>) =
        drifted.into_iter().map(|row| (row.low_id, row.high_id)).unzip();
    // Whoever counts an interaction from here on waits for these rows, and adds to what they are then.
    sqlx::query!(
        r#"
        select from social.pair_strengths
        where tenant_id = $1 and (low_id, high_id) in (select * from unnest($2::uuid[], $3::uuid[]))
        order by low_id, high_id
        for update
        "#,
        tenant,
        &low,
        &high,
    )
    .execute(tx.conn()?)
    .await?;
    let changed = sqlx::query!(
        r#"
        update social.pair_strengths as p
        set low_to_high = e.low_to_high, high_to_low = e.high_to_low, mutual = m.mutual
        from social.expected_strengths($1, $2, $3, $4, $5) as e
        join social.expected_mutuals($1, $2, $3) as m on m.low_id = e.low_id and m.high_id = e.high_id
        where p.tenant_id = $1
          and p.low_id = e.low_id
          and p.high_id = e.high_id
          and not (
            social.is_about(p.low_to_high, e.low_to_high)
            and social.is_about(p.high_to_low, e.high_to_low)
            and p.mutual = m.mutual
          )
        "#,
        tenant,
        &low,
        &high,
        &kinds,
        &worth,
    )
    .execute(tx.conn()?)
    .await?;
    Ok((changed.rows_affected(), last))
}

pub(super) async fn forget(tx: &mut WriteTx, limit: u16, weights: &InteractionWeights) -> Result<u64> {
    let before = tx.now() - TimeDelta::days(FORGOTTEN_AFTER_DAYS);
    let oldest = sqlx::query!(
        r#"
        select from_id, to_id, kind, subject_id
        from social.interactions
        where tenant_id = $1 and at < $2
        order by at
        limit $3
        "#,
        tx.scope().tenant.uuid(),
        before,
        i64::from(limit),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let (mut from, mut to, mut of, mut subjects) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in oldest {
        from.push(row.from_id);
        to.push(row.to_id);
        of.push(row.kind);
        subjects.push(row.subject_id);
    }
    let (kinds, worth) = worth(*weights);
    let forgotten = sqlx::query_scalar!(
        r#"
        with gone as (
          delete from social.interactions as i
          using unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[]) as o (from_id, to_id, kind, subject_id)
          where i.tenant_id = $1
            and i.from_id = o.from_id
            and i.to_id = o.to_id
            and i.kind = o.kind
            and i.subject_id = o.subject_id
          returning least(i.from_id, i.to_id) as low_id, greatest(i.from_id, i.to_id) as high_id,
            i.from_id < i.to_id as upwards, i.kind, i.at
        ), weighed as (
          select g.low_id, g.high_id, g.upwards, k.key,
            max(k.key) over (partition by g.low_id, g.high_id, g.upwards) as most
          from gone g
          join unnest($6::text[], $7::double precision[]) as w (kind, weight) on w.kind = g.kind
          cross join lateral (select social.interaction_key(w.weight, g.at) as key) k
          where k.key > '-Infinity'
        ), summed as (
          select low_id, high_id,
            coalesce(
              max(most) filter (where upwards)
                + ln(sum(exp(greatest(key - most, -700))) filter (where upwards)),
              '-Infinity'
            ) as low_to_high,
            coalesce(
              max(most) filter (where not upwards)
                + ln(sum(exp(greatest(key - most, -700))) filter (where not upwards)),
              '-Infinity'
            ) as high_to_low
          from weighed
          group by low_id, high_id
        ), kept as (
          update social.pair_strengths as p
          set old_low_to_high = platform.log_add(p.old_low_to_high, s.low_to_high),
            old_high_to_low = platform.log_add(p.old_high_to_low, s.high_to_low)
          from summed s
          where p.tenant_id = $1 and p.low_id = s.low_id and p.high_id = s.high_id
        )
        select count(*) as "count!" from gone
        "#,
        tx.scope().tenant.uuid(),
        &from,
        &to,
        &of,
        &subjects,
        &kinds,
        &worth,
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(u64::try_from(forgotten).unwrap_or_default())
}
