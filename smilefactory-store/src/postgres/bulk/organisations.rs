//! Organisations.

use smilefactory_core::id::Id;
use smilefactory_core::validation::{Violation, code};
use sqlx::Row as _;

use super::{Landed, Stage, fleeting, tally};
use crate::bulk::{Batch, Import, Skip};
use crate::error::Result;
use crate::tx::WriteTx;

const STAGE: Stage = Stage {
    create: r#"
    create temporary table staged_organisations (
      line bigint not null, id uuid not null, external_id text collate "C" not null, slug text not null, name text not null,
      category text, site text, country text, city text, founded_on date, status text not null, amount numeric, currency text
    ) on commit drop
    "#,
    copy: "copy pg_temp.staged_organisations from stdin",
    insert: "insert into pg_temp.staged_organisations
             select * from jsonb_populate_recordset(null::pg_temp.staged_organisations, $1)",
    columns: "line id external_id slug name category site country city founded_on status amount currency",
};

/// Takes out what stands on an earlier line, in this batch or before it, and whose name in addresses is another's.
const REFUSE: &str = "
    delete from pg_temp.staged_organisations as s
    using (
      select given.line, (given.nth > 1 or known.import_id = $3) is true as twice
      from (
        select line, external_id, slug, row_number() over (partition by external_id order by line) as nth,
          row_number() over (partition by slug order by line) as nth_of_slug
        from pg_temp.staged_organisations
      ) as given
      left join identity.organisations as known
        on known.tenant_id = $1 and known.source = $2::text and known.external_id = given.external_id
      left join identity.organisations as named on named.tenant_id = $1 and named.slug = given.slug
      where given.nth > 1
        or known.import_id = $3
        or given.nth_of_slug > 1
        or (named.id is not null and named.id is distinct from known.id)
    ) as refused
    where refused.line = s.line
    returning s.line, refused.twice
";

/// In the order of the key, so that two imports that meet wait for each other in one direction only.
const UPSERT: &str = "
    with landed as (
      insert into identity.organisations as o (tenant_id, id, source, external_id, slug, name, category, site, country,
        city, founded_on, status, funding_total_amount, funding_total_currency, import_id, changed_by, version, created_at,
        updated_at)
      select $1, s.id, $2::text, s.external_id, s.slug, s.name, s.category, s.site, s.country, s.city, s.founded_on,
        s.status, s.amount, s.currency, $3, $3, 1, $4, $4
      from pg_temp.staged_organisations as s
      order by s.external_id
      on conflict (tenant_id, source, external_id) do update
      set (import_id, changed_by, version, updated_at) = (
            select excluded.import_id,
              case when changed.really then excluded.changed_by else o.changed_by end,
              o.version + changed.really::integer,
              case when changed.really then excluded.updated_at else o.updated_at end
            from (
              select (o.slug, o.name, o.category, o.site, o.country, o.city, o.founded_on, o.status,
                  o.funding_total_amount, o.funding_total_currency)
                is distinct from (excluded.slug, excluded.name, excluded.category, excluded.site, excluded.country,
                  excluded.city, excluded.founded_on, excluded.status, excluded.funding_total_amount,
                  excluded.funding_total_currency) as really
            ) as changed
          ),
          slug = excluded.slug, name = excluded.name, category = excluded.category, site = excluded.site,
          country = excluded.country, city = excluded.city, founded_on = excluded.founded_on, status = excluded.status,
          funding_total_amount = excluded.funding_total_amount,
          funding_total_currency = excluded.funding_total_currency
      returning xmax = 0 as inserted, changed_by = $3 as changed
    )
    select count(*) as rows, count(*) filter (where inserted) as inserted,
      count(*) filter (where changed and not inserted) as updated
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
        .map(|row| Ok(refusal(batch, row.try_get("line")?, row.try_get("twice")?)))
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

fn refusal(batch: &Batch, line: i64, twice: bool) -> Skip {
    let (field, message) = if twice {
        ("/external_id", "stands on an earlier line already")
    } else {
        ("/slug", "is the name of another organisation already")
    };
    let violation = Violation { pointer: batch.pointer(field), ..Violation::new(code::DUPLICATE, message) };
    Skip::new(u64::try_from(line).unwrap_or(0), violation)
}
