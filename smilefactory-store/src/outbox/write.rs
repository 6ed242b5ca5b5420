//! Facts into the outbox, all those of a unit of work in one statement.

use chrono::{DateTime, Utc};
use smilefactory_core::fact::Fact;
use smilefactory_core::id::{FactId, Id};
use smilefactory_core::scope::Scope;
use sqlx::PgConnection;

use crate::error::{Result, StoreError};
use crate::tx::actor_text;

pub(crate) async fn write(
    conn: &mut PgConnection,
    scope: &Scope,
    now: DateTime<Utc>,
    told: &[(FactId, Fact)],
) -> Result<()> {
    let ids: Vec<_> = told.iter().map(|(id, _)| id.uuid()).collect();
    let names: Vec<_> = told.iter().map(|(_, fact)| fact.name.clone()).collect();
    let versions = told
        .iter()
        .map(|(_, fact)| i16::try_from(fact.version))
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|_| StoreError::internal("a fact's version is out of range"))?;
    let subjects: Vec<_> = told.iter().map(|(_, fact)| fact.subject).collect();
    let bodies: Vec<_> = told.iter().map(|(_, fact)| fact.body.clone()).collect();
    sqlx::query!(
        r#"
        insert into platform.outbox (tenant_id, id, at, name, version, subject, body, actor, request_id)
        select $1, fact.id, $2, fact.name, fact.version, fact.subject, fact.body, $3, $4
        from unnest($5::uuid[], $6::text[], $7::smallint[], $8::uuid[], $9::jsonb[])
          with ordinality as fact (id, name, version, subject, body, place)
        order by fact.place
        "#,
        scope.tenant.uuid(),
        now,
        actor_text(scope.actor),
        scope.request.uuid(),
        &ids,
        &names,
        &versions,
        &subjects,
        &bodies,
    )
    .execute(conn)
    .await?;
    Ok(())
}
