//! Events, as the community's calendar has them.

use smilefactory_core::id::Id;
use smilefactory_core::validation::{Violation, code};
use sqlx::Row as _;
use uuid::Uuid;

use super::{Landed, Stage, fleeting};
use crate::bulk::{Batch, Import, Skip, Tally};
use crate::error::Result;
use crate::tx::WriteTx;

const STAGE: Stage = Stage {
    create: r#"
    create temporary table staged_events (
      line bigint not null, id uuid not null, external_id text collate "C" not null, title text not null,
      description text not null, html text not null, renderer smallint not null, category text not null,
      format text not null, city text, country text, starts timestamp not null, ends timestamp not null, zone text not null,
      starts_at timestamptz not null, ends_at timestamptz not null, site text not null, topics text not null,
      proposals_until date
    ) on commit drop
    "#,
    copy: "copy pg_temp.staged_events from stdin",
    insert: "insert into pg_temp.staged_events
             select * from jsonb_populate_recordset(null::pg_temp.staged_events, $1)",
    columns: "line id external_id title description html renderer category format city country starts ends zone starts_at \
              ends_at site topics proposals_until",
};

/// Takes out what stands on an earlier line, and what somebody here decided otherwise about.
const REFUSE: &str = "
    delete from pg_temp.staged_events as s
    using (
      select given.line,
        case
          when given.nth > 1 or known.import_id = $3 then 'twice'
          when own.state = 'cancelled' then 'cancelled'
          else 'owned'
        end as why
      from (
        select line, external_id, row_number() over (partition by external_id order by line) as nth
        from pg_temp.staged_events
      ) as given
      left join event.imported_events as known
        on known.tenant_id = $1 and known.source = $2::text and known.external_id = given.external_id
      left join event.events as own on own.tenant_id = $1 and own.id = known.event_id
      where given.nth > 1
        or known.import_id = $3
        or own.state = 'cancelled'
        or exists (select from event.organisers as o where o.tenant_id = $1 and o.event_id = known.event_id)
    ) as refused
    where refused.line = s.line
    returning s.line, refused.why
";

/// Rows that are there get the id of their event, so that all that follows goes by it.
const KNOW: &str = "
    with known as (
      update event.imported_events as i
      set import_id = $3, site = s.site, topics = array(select jsonb_array_elements_text(s.topics::jsonb)),
        proposals_until = s.proposals_until
      from pg_temp.staged_events as s
      where i.tenant_id = $1 and i.source = $2::text and i.external_id = s.external_id
      returning s.line, i.event_id
    )
    update pg_temp.staged_events as s
    set id = known.event_id
    from known
    where known.line = s.line
";

/// What is over is completed: there is nobody to remind and nothing to register for.
const INSERT_EVENTS: &str = "
    insert into event.events (tenant_id, id, title, description, html, renderer, category, format, place_address,
      place_city, place_country, starts, ends, zone, starts_at, ends_at, registers_until, approval, visibility, state,
      published_at, sequence, version, created_at, updated_at)
    select $1, s.id, s.title, s.description, s.html, s.renderer, s.category, s.format, s.city, s.city, s.country, s.starts,
      s.ends, s.zone, s.starts_at, s.ends_at, s.starts_at, false, 'public',
      case when s.ends_at <= $2 then 'completed' else 'published' end, $2, 0, 1, $2, $2
    from pg_temp.staged_events as s
    where not exists (select from event.events as e where e.tenant_id = $1 and e.id = s.id)
    order by s.external_id
    returning id
";

const INSERT_SEATS: &str = "
    insert into event.seat_classes (tenant_id, event_id, name, by_invitation, ordinal)
    select $1, id, '', false, 0
    from unnest($2::uuid[]) as id
";

const INSERT_KEYS: &str = "
    insert into event.imported_events (tenant_id, event_id, source, external_id, site, topics, proposals_until, import_id)
    select $1, s.id, $2::text, s.external_id, s.site, array(select jsonb_array_elements_text(s.topics::jsonb)),
      s.proposals_until, $3
    from pg_temp.staged_events as s
    where s.id = any($4)
";

/// Calendars of people take an event anew when its sequence is higher.
const UPDATE_EVENTS: &str = "
    update event.events as e
    set title = s.title, description = s.description, html = s.html, renderer = s.renderer, category = s.category,
      format = s.format, place_address = s.city, place_city = s.city, place_country = s.country, starts = s.starts,
      ends = s.ends, zone = s.zone, starts_at = s.starts_at, ends_at = s.ends_at, registers_until = s.starts_at,
      sequence = e.sequence + 1, version = e.version + 1, updated_at = $3
    from pg_temp.staged_events as s
    where e.tenant_id = $1 and e.id = s.id and s.id <> all($2)
      and (e.title, e.description, e.category, e.format, e.place_city, e.place_country::text, e.starts, e.ends, e.zone)
        is distinct from (s.title, s.description, s.category, s.format, s.city, s.country, s.starts, s.ends, s.zone)
    returning e.id
";

pub(super) async fn land(tx: &mut WriteTx, import: &Import, batch: &Batch) -> Result<Landed> {
    STAGE.fill(tx, batch).await?;
    let (tenant, now) = (tx.scope().tenant.uuid(), tx.now());
    let (source, id) = (import.source.as_str(), import.id.uuid());
    let refused = fleeting(REFUSE).bind(tenant).bind(source).bind(id).fetch_all(tx.conn()?).await?;
    let refused = refused
        .into_iter()
        .map(|row| Ok(refusal(batch, row.try_get("line")?, row.try_get("why")?)))
        .collect::<Result<Vec<_>>>()?;
    fleeting(KNOW).bind(tenant).bind(source).bind(id).execute(tx.conn()?).await?;
    let new = fleeting(INSERT_EVENTS).bind(tenant).bind(now).fetch_all(tx.conn()?).await?;
    let new = new.iter().map(|row| Ok(row.try_get("id")?)).collect::<Result<Vec<Uuid>>>()?;
    fleeting(INSERT_SEATS).bind(tenant).bind(new.as_slice()).execute(tx.conn()?).await?;
    fleeting(INSERT_KEYS).bind(tenant).bind(source).bind(id).bind(new.as_slice()).execute(tx.conn()?).await?;
    let changed =
        fleeting(UPDATE_EVENTS).bind(tenant).bind(new.as_slice()).bind(now).fetch_all(tx.conn()?).await?;
    let number = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    let (inserted, updated, skipped) = (number(new.len()), number(changed.len()), number(refused.len()));
    let unchanged = batch.good.saturating_sub(inserted + updated + skipped);
    Ok(Landed { tally: Tally { inserted, updated, unchanged, skipped }, refused })
}

fn refusal(batch: &Batch, line: i64, why: &str) -> Skip {
    let (code, message) = match why {
        "twice" => (code::DUPLICATE, "stands on an earlier line already"),
        "cancelled" => (code::NOT_ALLOWED, "is an event that was cancelled here"),
        _ => (code::NOT_ALLOWED, "is an event that somebody organises by now, who keeps it themselves"),
    };
    let violation = Violation { pointer: batch.pointer("/external_id"), ..Violation::new(code, message) };
    Skip::new(u64::try_from(line).unwrap_or(0), violation)
}
