//! Money that organisations were given.

use smilefactory_core::id::Id;
use smilefactory_core::validation::{Violation, code};
use sqlx::Row as _;

use super::{Landed, Stage, fleeting, tally};
use crate::bulk::{Batch, Import, Skip};
use crate::error::Result;
use crate::tx::WriteTx;

const STAGE: Stage = Stage {
    create: r#"
    create temporary table staged_funding_rounds (
      line bigint not null, id uuid not null, organisation text collate "C" not null, kind text not null,
      funded_on date not null, amount numeric, currency text
    ) on commit drop
    "#,
    copy: "copy pg_temp.staged_funding_rounds from stdin",
    insert: "insert into pg_temp.staged_funding_rounds
             select * from jsonb_populate_recordset(null::pg_temp.staged_funding_rounds, $1)",
    columns: "line id organisation kind funded_on amount currency",
};

/// Takes out the rounds of organisations that nobody imported, and those that stand on an earlier line.
const REFUSE: &str = "
    delete from pg_temp.staged_funding_rounds as s
    using (
      select given.line, of.id is null as homeless
      from (
        select line, organisation, kind, funded_on, amount, currency,
          row_number() over (partition by organisation, funded_on, kind, amount, currency order by line) as nth
        from pg_temp.staged_funding_rounds
      ) as given
      left join identity.organisations as of
        on of.tenant_id = $1 and of.source = $2::text and of.external_id = given.organisation
      left join identity.funding_rounds as known
        on known.tenant_id = $1 and known.organisation_id = of.id and known.funded_on = given.funded_on
          and known.kind = given.kind and known.raised_amount is not distinct from given.amount
          and known.raised_currency is not distinct from given.currency
      where of.id is null or given.nth > 1 or known.import_id = $3
    ) as refused
    where refused.line = s.line
    returning s.line, refused.homeless
";

/// All that a round says is its key: one that is there is never changed.
const UPSERT: &str = "
    with landed as (
      insert into identity.funding_rounds as r (tenant_id, id, organisation_id, kind, funded_on, raised_amount,
        raised_currency, import_id, created_at)
      select $1, s.id, of.id, s.kind, s.funded_on, s.amount, s.currency, $3, $4
      from pg_temp.staged_funding_rounds as s
      join identity.organisations as of
        on of.tenant_id = $1 and of.source = $2::text and of.external_id = s.organisation
      order by of.id, s.funded_on, s.kind, s.amount, s.currency
      on conflict on constraint funding_rounds_key do update set import_id = excluded.import_id
      returning xmax = 0 as inserted
    )
    select count(*) as rows, count(*) filter (where inserted) as inserted, 0::bigint as updated
    from landed
";

pub(super) async fn land(tx: &mut WriteTx, import: &Import, batch: &Batch) -> Result<Landed> {
    STAGE.fill(tx, batch).await?;
    let (tenant, now) = (tx.scope().tenant.uuid(), tx.now());
    let refused = fleeting(REFUSE)
        .bind(tenant)
        .bind(import.source.as_str())
        .bind(import.id.uuid())
        .fetch_all(tx.conn()?)
        .await?;
    let refused = refused
        .into_iter()
        .map(|row| Ok(refusal(batch, row.try_get("line")?, row.try_get("homeless")?)))
        .collect::<Result<Vec<_>>>()?;
    let landed = fleeting(UPSERT)
        .bind(tenant)
        .bind(import.source.as_str())
        .bind(import.id.uuid())
        .bind(now)
        .fetch_one(tx.conn()?)
        .await?;
    tally(&landed, refused)
}

fn refusal(batch: &Batch, line: i64, homeless: bool) -> Skip {
    let violation = if homeless {
        let message = "is the key of no organisation that was imported from this source";
        Violation { pointer: batch.pointer("/organisation"), ..Violation::new(code::UNKNOWN_VALUE, message) }
    } else {
        // All of the row is its key.
        Violation::new(code::DUPLICATE, "stands on an earlier line already")
    };
    Skip::new(u64::try_from(line).unwrap_or(0), violation)
}
