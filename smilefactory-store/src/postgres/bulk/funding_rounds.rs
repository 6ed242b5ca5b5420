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

/// Writes the rounds, but those of organisations that nobody imported and those that stand on an earlier line: of this
/// batch, or of one before, whose rounds this import has already. All that a round says is its key, so that one that is
/// there is never changed.
const LAND: &str = "
    with given as materialized (
      select s.line, s.id, of.id as organisation_id, s.funded_on, s.kind, s.amount, s.currency,
        row_number() over (partition by s.organisation, s.funded_on, s.kind, s.amount, s.currency order by s.line) as nth
      from pg_temp.staged_funding_rounds as s
      left join identity.organisations as of
        on of.tenant_id = $1 and of.source = $2::text and of.external_id = s.organisation
    ), landed as (
      insert into identity.funding_rounds as r (tenant_id, id, organisation_id, kind, funded_on, raised_amount,
        raised_currency, import_id, created_at)
      select $1, g.id, g.organisation_id, g.kind, g.funded_on, g.amount, g.currency, $3, $4
      from given as g
      where g.organisation_id is not null and g.nth = 1
      order by g.organisation_id, g.funded_on, g.kind, g.amount, g.currency
      on conflict on constraint funding_rounds_key do update set import_id = excluded.import_id
      where r.import_id <> excluded.import_id
      returning r.organisation_id, r.funded_on, r.kind, r.raised_amount, r.raised_currency, xmax = 0 as inserted
    ), again as (
      select g.line
      from given as g
      left join landed as l
        on l.organisation_id = g.organisation_id and l.funded_on = g.funded_on and l.kind = g.kind
          and coalesce(l.raised_amount, -1) = coalesce(g.amount, -1)
          and coalesce(l.raised_currency, '') = coalesce(g.currency, '')
      where g.organisation_id is not null and (g.nth > 1 or l.organisation_id is null)
    )
    select count(*) as rows, count(*) filter (where inserted) as inserted, 0::bigint as updated,
      array(select line from given where organisation_id is null order by line) as homeless,
      array(select line from again order by line) as again
    from landed
";

pub(super) async fn land(tx: &mut WriteTx, import: &Import, batch: &Batch) -> Result<Landed> {
    STAGE.fill(tx, batch).await?;
    let (tenant, now) = (tx.scope().tenant.uuid(), tx.now());
    let landed = fleeting(LAND)
        .bind(tenant)
        .bind(import.source.as_str())
        .bind(import.id.uuid())
        .bind(now)
        .fetch_one(tx.conn()?)
        .await?;
    let mut refused = Vec::new();
    for (column, homeless) in [("homeless", true), ("again", false)] {
        let lines: Vec<i64> = landed.try_get(column)?;
        refused.extend(lines.into_iter().map(|line| refusal(batch, line, homeless)));
    }
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
