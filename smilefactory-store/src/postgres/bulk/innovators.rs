//! Start-ups, as accounts with profiles.

use smilefactory_core::bulk::ListedInnovatorDraft;
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::identity::FundingRoundKind;
use smilefactory_core::profile::{FieldVisibility, ProfileBegun, ProfileKind, ProfileRevised};
use smilefactory_core::validation::{Violation, code};
use sqlx::Row as _;
use uuid::Uuid;

use super::super::row::RowOf;
use super::{Landed, Stage, fleeting};
use crate::bulk::{Batch, Import, Skip, Tally};
use crate::error::Result;
use crate::tx::WriteTx;

/// A hash that no password has: nobody logs in with it.
const NO_PASSWORD: &str = "!";

const STAGE: Stage = Stage {
    create: r#"
    create temporary table staged_innovators (
      line bigint not null, id uuid not null, external_id text collate "C" not null, slug text not null, name text not null,
      industry text, stage text, country text, city text, amount numeric, currency text
    ) on commit drop
    "#,
    copy: "copy pg_temp.staged_innovators from stdin",
    insert: "insert into pg_temp.staged_innovators
             select * from jsonb_populate_recordset(null::pg_temp.staged_innovators, $1)",
    columns: "line id external_id slug name industry stage country city amount currency",
};

/// What the organisations of the same keys were given, of those whose stage is not said.
const ROUNDS: &str = "
    select s.line, array_agg(distinct r.kind) as kinds
    from pg_temp.staged_innovators as s
    join identity.organisations as o on o.tenant_id = $1 and o.source = $2::text and o.external_id = s.external_id
    join identity.funding_rounds as r on r.tenant_id = $1 and r.organisation_id = o.id
    where s.stage is null
    group by s.line
";

const SET_STAGES: &str = "
    update pg_temp.staged_innovators as s
    set stage = told.stage
    from unnest($1::bigint[], $2::text[]) as told (line, stage)
    where told.line = s.line
";

/// Takes out what stands on an earlier line, what somebody logs in to by now, and what has another account's address.
const REFUSE: &str = "
    delete from pg_temp.staged_innovators as s
    using (
      select given.line,
        case
          when given.nth > 1 or known.import_id = $3 then 'twice'
          when known.account_id is null then 'taken'
          else 'owned'
        end as why
      from (
        select line, external_id, slug, row_number() over (partition by external_id order by line) as nth,
          row_number() over (partition by slug order by line) as nth_of_slug
        from pg_temp.staged_innovators
      ) as given
      left join identity.imported_innovators as known
        on known.tenant_id = $1 and known.source = $2::text and known.external_id = given.external_id
      left join identity.personal_details as own on own.tenant_id = $1 and own.id = known.account_id
      left join identity.personal_details as taken
        on taken.tenant_id = $1 and taken.email = given.slug || '@' || $2::text || '.' || $5
      where given.nth > 1
        or known.import_id = $3
        or own.password_hash <> $4
        or own.erased_at is not null
        or (known.account_id is null and (given.nth_of_slug > 1 or taken.id is not null))
    ) as refused
    where refused.line = s.line
    returning s.line, refused.why
";

/// Rows that are there get the id of their account, so that all that follows goes by it.
const KNOW: &str = "
    with known as (
      update identity.imported_innovators as i
      set import_id = $3
      from pg_temp.staged_innovators as s
      where i.tenant_id = $1 and i.source = $2::text and i.external_id = s.external_id
      returning s.line, i.account_id
    )
    update pg_temp.staged_innovators as s
    set id = known.account_id
    from known
    where known.line = s.line
";

const INSERT_ACCOUNTS: &str = "
    insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name, version, created_at,
      updated_at)
    select $1, s.id, s.slug || '@' || $2::text || '.' || $3, $4, $5, s.name, 1, $6, $6
    from pg_temp.staged_innovators as s
    where not exists (select from identity.personal_details as a where a.tenant_id = $1 and a.id = s.id)
    order by s.external_id
    returning id
";

const INSERT_KEYS: &str = "
    insert into identity.imported_innovators (tenant_id, account_id, source, external_id, import_id)
    select $1, s.id, $2::text, s.external_id, $3
    from pg_temp.staged_innovators as s
    where s.id = any($4)
";

const INSERT_PROFILES: &str = "
    insert into identity.profiles (tenant_id, account_id, kind, city, country, visibility, email_visibility,
      phone_visibility, location_visibility, connections_visibility, state, completion, version, created_at, updated_at)
    select $1, s.id, 'innovator', s.city, s.country, 'public', $2, $3, $4, $5, 'draft', 0, 1, $6, $6
    from pg_temp.staged_innovators as s
    where s.id = any($7)
    order by s.external_id
";

const INSERT_DETAILS: &str = "
    insert into identity.innovator_profiles (tenant_id, account_id, industries, stage, startup_name, funding_raised_amount,
      funding_raised_currency)
    select $1, s.id, array_remove(array[s.industry], null), s.stage, s.name, s.amount, s.currency
    from pg_temp.staged_innovators as s
    where s.id = any($2)
    order by s.external_id
";

/// Of a profile that is there its owner's part stays: there is no owner.
const UPDATE_DETAILS: &str = "
    update identity.innovator_profiles as d
    set industries = array_remove(array[s.industry], null), stage = s.stage, startup_name = s.name,
      funding_raised_amount = s.amount, funding_raised_currency = s.currency
    from pg_temp.staged_innovators as s
    where d.tenant_id = $1 and d.account_id = s.id and s.id <> all($2)
      and (d.industries, d.stage, d.startup_name, d.funding_raised_amount, d.funding_raised_currency) is distinct from
        (array_remove(array[s.industry], null), s.stage, s.name, s.amount, s.currency)
    returning d.account_id as id
";

const UPDATE_ACCOUNTS: &str = "
    update identity.personal_details as a
    set last_name = s.name, version = a.version + 1, updated_at = $3
    from pg_temp.staged_innovators as s
    where a.tenant_id = $1 and a.id = s.id and s.id <> all($2) and a.last_name is distinct from s.name
    returning a.id
";

const UPDATE_PROFILES: &str = "
    update identity.profiles as p
    set city = s.city, country = s.country, version = p.version + 1, updated_at = $4
    from pg_temp.staged_innovators as s
    where p.tenant_id = $1 and p.account_id = s.id and s.id <> all($2)
      and ((p.city, p.country) is distinct from (s.city, s.country) or s.id = any($3))
    returning p.account_id as id
";

pub(super) async fn land(tx: &mut WriteTx, import: &Import, batch: &Batch) -> Result<Landed> {
    STAGE.fill(tx, batch).await?;
    say_stages(tx, import).await?;
    let tenant = tx.scope().tenant.uuid();
    let refused = fleeting(REFUSE)
        .bind(tenant)
        .bind(import.source.as_str())
        .bind(import.id.uuid())
        .bind(NO_PASSWORD)
        .bind(ListedInnovatorDraft::DOMAIN)
        .fetch_all(tx.conn()?)
        .await?;
    let refused = refused
        .into_iter()
        .map(|row| Ok(refusal(batch, row.try_get("line")?, row.try_get("why")?)))
        .collect::<Result<Vec<_>>>()?;
    fleeting(KNOW)
        .bind(tenant)
        .bind(import.source.as_str())
        .bind(import.id.uuid())
        .execute(tx.conn()?)
        .await?;
    let new = insert(tx, import).await?;
    let changed = update(tx, &new).await?;
    let kind = ProfileKind::Innovator;
    for id in &new {
        tx.tell(ProfileBegun { account: AccountId::from_uuid(*id), kind })?;
    }
    for id in &changed {
        tx.tell(ProfileRevised { account: AccountId::from_uuid(*id), kind, kind_before: kind })?;
    }
    let number = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    let (inserted, updated, skipped) = (number(new.len()), number(changed.len()), number(refused.len()));
    let unchanged = batch.good.saturating_sub(inserted + updated + skipped);
    Ok(Landed { tally: Tally { inserted, updated, unchanged, skipped }, refused })
}

/// Says how far those are whose rounds tell.
async fn say_stages(tx: &mut WriteTx, import: &Import) -> Result<()> {
    let of = RowOf { table: "identity.funding_rounds", id: import.id.uuid() };
    let tenant = tx.scope().tenant.uuid();
    let rows = fleeting(ROUNDS).bind(tenant).bind(import.source.as_str()).fetch_all(tx.conn()?).await?;
    let (mut lines, mut stages) = (Vec::new(), Vec::new());
    for row in rows {
        let kinds: Vec<String> = row.try_get("kinds")?;
        let kinds =
            kinds.iter().map(|kind| of.parse("kind", kind)).collect::<Result<Vec<FundingRoundKind>>>()?;
        if let Some(stage) = ListedInnovatorDraft::stage_by(kinds) {
            lines.push(row.try_get::<i64, _>("line")?);
            stages.push(stage.as_str());
        }
    }
    fleeting(SET_STAGES).bind(lines).bind(stages).execute(tx.conn()?).await?;
    Ok(())
}

/// Makes accounts and profiles of those that are not there, and says which.
async fn insert(tx: &mut WriteTx, import: &Import) -> Result<Vec<Uuid>> {
    let (tenant, now) = (tx.scope().tenant.uuid(), tx.now());
    let new = fleeting(INSERT_ACCOUNTS)
        .bind(tenant)
        .bind(import.source.as_str())
        .bind(ListedInnovatorDraft::DOMAIN)
        .bind(NO_PASSWORD)
        .bind(ListedInnovatorDraft::TEAM)
        .bind(now)
        .fetch_all(tx.conn()?)
        .await?;
    let new = new.into_iter().map(|row| Ok(row.try_get("id")?)).collect::<Result<Vec<Uuid>>>()?;
    fleeting(INSERT_KEYS)
        .bind(tenant)
        .bind(import.source.as_str())
        .bind(import.id.uuid())
        .bind(new.as_slice())
        .execute(tx.conn()?)
        .await?;
    // As core has them for a profile that does not say.
    let fields = FieldVisibility::default();
    fleeting(INSERT_PROFILES)
        .bind(tenant)
        .bind(fields.email.as_str())
        .bind(fields.phone.as_str())
        .bind(fields.location.as_str())
        .bind(fields.connections.as_str())
        .bind(now)
        .bind(new.as_slice())
        .execute(tx.conn()?)
        .await?;
    fleeting(INSERT_DETAILS).bind(tenant).bind(new.as_slice()).execute(tx.conn()?).await?;
    Ok(new)
}

/// Changes what the file says otherwise of those that were there, and says which.
async fn update(tx: &mut WriteTx, new: &[Uuid]) -> Result<Vec<Uuid>> {
    let (tenant, now) = (tx.scope().tenant.uuid(), tx.now());
    let mut changed: Vec<Uuid> = Vec::new();
    let details = fleeting(UPDATE_DETAILS).bind(tenant).bind(new).fetch_all(tx.conn()?).await?;
    let accounts = fleeting(UPDATE_ACCOUNTS).bind(tenant).bind(new).bind(now).fetch_all(tx.conn()?).await?;
    for row in details.iter().chain(&accounts) {
        changed.push(row.try_get("id")?);
    }
    let profiles = fleeting(UPDATE_PROFILES)
        .bind(tenant)
        .bind(new)
        .bind(changed.as_slice())
        .bind(now)
        .fetch_all(tx.conn()?)
        .await?;
    for row in &profiles {
        changed.push(row.try_get("id")?);
    }
    changed.sort_unstable();
    changed.dedup();
    Ok(changed)
}

fn refusal(batch: &Batch, line: i64, why: &str) -> Skip {
    let (field, code, message) = match why {
        "twice" => ("/external_id", code::DUPLICATE, "stands on an earlier line already"),
        "taken" => ("/slug", code::DUPLICATE, "makes the address of another account"),
        _ => ("/external_id", code::NOT_ALLOWED, "is somebody's account by now, who keeps it themselves"),
    };
    let violation = Violation { pointer: batch.pointer(field), ..Violation::new(code, message) };
    Skip::new(u64::try_from(line).unwrap_or(0), violation)
}
