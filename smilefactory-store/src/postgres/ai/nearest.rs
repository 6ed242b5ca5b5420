//! The search for the nearest vectors: exact where that is quick, by the index where it is not.
//!
//! An HNSW index is over the vectors of all tenants, and what a filter lets through is found only after the index
//! proposed it. A tenant with few vectors among many of others would get next to nothing from it; so few vectors
//! are compared one by one, and the index is searched iteratively.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::repo::ai::{Nearest, NearestFilter, Precision, TargetKind};

/// Up to so many vectors are compared one by one at once: about 2 µs each, of 384 dimensions.
const EXACT_AT_ONCE: i64 = 5_000;
/// Up to so many are, when the index gave too few.
const EXACT_AT_MOST: i64 = 20_000;
/// At most so many answers.
const MOST: usize = 500;
/// How many vectors the index looks at before it gives up.
const SCAN_AT_MOST: u32 = 40_000;

/// One search.
pub(super) struct Search<'a> {
    tenant: Uuid,
    kind: TargetKind,
    model: &'a str,
    vector: &'a [f32],
    count: usize,
    filter: &'a NearestFilter,
    viewer: Option<Uuid>,
}

/// What a search has to know beforehand.
struct Terrain {
    dimensions: i32,
    index_type: String,
    /// How many vectors there are in the tenant, counted to one more than [`EXACT_AT_MOST`].
    vectors: i64,
    /// Whether the extension can search on where the index gave too few (pgvector 0.8).
    iterates: bool,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        tenant: Uuid,
        kind: TargetKind,
        model: &'a str,
        vector: &'a [f32],
        count: usize,
        filter: &'a NearestFilter,
        viewer: Option<Uuid>,
    ) -> Self {
        Self { tenant, kind, model, vector, count: count.min(MOST), filter, viewer }
    }

    pub(super) async fn run(&self, conn: &mut PgConnection) -> Result<Nearest> {
        let terrain = self.survey(conn).await?;
        let exact_at_once = match self.filter.precision {
            Precision::Exact => true,
            Precision::Automatic => terrain.vectors <= EXACT_AT_ONCE,
            Precision::Indexed => false,
        };
        if exact_at_once {
            return self.exact(conn).await;
        }
        let items = self.indexed(conn, &terrain).await?;
        if items.len() == self.count {
            return Ok(Nearest { items, exact: false, truncated: false });
        }
        if self.filter.precision == Precision::Automatic && terrain.vectors <= EXACT_AT_MOST {
            return self.exact(conn).await;
        }
        Ok(Nearest { items, exact: false, truncated: true })
    }

    async fn survey(&self, conn: &mut PgConnection) -> Result<Terrain> {
        let terrain = sqlx::query_as!(
            Terrain,
            r#"
            select m.dimensions, m.index_type,
              (
                select count(*)
                from (
                  select
                  from ai.embeddings
                  where tenant_id = $1
                    and model_id = $2
                    and target_kind = $3
                    and ($4::text[] is null or facet = any($4))
                  limit $5
                ) as counted
              ) as "vectors!",
              -- Reading the literal loads the extension, without which its settings are unknown.
              '[1]'::vector is not null and current_setting('hnsw.iterative_scan', true) is not null as "iterates!"
            from ai.models m
            where m.id = $2
            "#,
            self.tenant,
            self.model,
            self.kind.as_str(),
            self.filter.facets.as_deref(),
            EXACT_AT_MOST + 1,
        )
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| StoreError::Missing {
            entity: "search".into(),
            constraint: "embeddings_of_model".into(),
        })?;
        match usize::try_from(terrain.dimensions) {
            Ok(dimensions) if dimensions == self.vector.len() => Ok(terrain),
            _ => Err(StoreError::Invalid {
                table: "ai.embeddings".into(),
                constraint: "embeddings_of_model".into(),
            }),
        }
    }

    /// Compares every vector. No index is over the bare column, so that none can be taken for this.
    async fn exact(&self, conn: &mut PgConnection) -> Result<Nearest> {
        let rows = sqlx::query!(
            r#"
            select target_id, (1 - min(embedding <=> $4::real[]::vector))::real as "similarity!"
            from ai.embeddings
            where tenant_id = $1
              and model_id = $2
              and target_kind = $3
              and ($5::text[] is null or facet = any($5))
              and target_id <> all($6)
              and ($8::uuid is null or not exists (
                select
                from social.barriers b
                where b.tenant_id = $1
                  and b.viewer_id = $8
                  and b.other_id = case $3
                    when 'post' then (select p.author_id from content.posts p where p.tenant_id = $1 and p.id = target_id)
                    else target_id
                  end
              ))
            group by target_id
            order by 2 desc, 1
            limit $7
            "#,
            self.tenant,
            self.model,
            self.kind.as_str(),
            self.vector,
            self.filter.facets.as_deref(),
            &self.filter.except,
            self.limit(),
            self.viewer,
        )
        .fetch_all(conn)
        .await?;
        let items = rows.into_iter().map(|row| (row.target_id, row.similarity)).collect();
        Ok(Nearest { items, exact: true, truncated: false })
    }

    /// Takes candidates from the index, and compares those exactly.
    async fn indexed(&self, conn: &mut PgConnection, terrain: &Terrain) -> Result<Vec<(Uuid, f32)>> {
        let candidates = self.limit() * 2;
        set_up(conn, candidates, terrain.iterates).await?;
        conn.fetch_all(
            sqlx::query(AssertSqlSafe(statement(self.kind, self.model, terrain)))
                .bind(self.tenant)
                .bind(self.vector)
                .bind(self.filter.facets.as_deref())
                .bind(self.filter.except.as_slice())
                .bind(candidates)
                .bind(self.limit())
                .bind(self.viewer),
        )
        .await?
        .into_iter()
        .map(|row| Ok((row.try_get("target_id")?, row.try_get("similarity")?)))
        .collect()
    }

    fn limit(&self) -> i64 {
        i64::try_from(self.count).unwrap_or(0)
    }
}

/// Tells the extension how far to search, for the rest of the transaction, and reads back that it does: of a
/// setting it does not know, it would only warn, and find too little.
async fn set_up(conn: &mut PgConnection, candidates: i64, iterates: bool) -> Result<()> {
    let width = candidates.clamp(40, 1_000);
    let iteratively = if iterates {
        format!(
            "SET LOCAL hnsw.iterative_scan = relaxed_order; SET LOCAL hnsw.max_scan_tuples = {SCAN_AT_MOST};"
        )
    } else {
        String::new()
    };
    let message = format!(
        "SET LOCAL hnsw.ef_search = {width}; {iteratively} SELECT current_setting('hnsw.iterative_scan', true)"
    );
    let row = conn.fetch_one(sqlx::raw_sql(AssertSqlSafe(message))).await?;
    let setting: Option<String> = row.try_get(0)?;
    if iterates && setting.as_deref() != Some("relaxed_order") {
        return Err(StoreError::internal("pgvector does not search iteratively though it was told to"));
    }
    Ok(())
}

/// The statement that the planner finds the index for: the cast, the model and the kind are written as the index
/// has them, not as parameters.
fn statement(kind: TargetKind, model: &str, terrain: &Terrain) -> String {
    let form = format!("{}({})", terrain.index_type, terrain.dimensions);
    format!(
        "with near as materialized (
          select target_id, embedding
          from ai.embeddings
          where tenant_id = $1
            and model_id = {model}
            and target_kind = {kind}
            and ($3::text[] is null or facet = any($3))
            and target_id <> all($4)
            and ($7::uuid is null or not exists (
              select
              from social.barriers b
              where b.tenant_id = $1 and b.viewer_id = $7 and b.other_id = {owner}
            ))
          order by embedding::{form} <=> $2::real[]::{form}
          limit $5
        )
        select target_id, (1 - min(embedding <=> $2::real[]::vector))::real as similarity
        from near
        group by target_id
        order by 2 desc, 1
        limit $6",
        model = literal(model),
        kind = literal(kind.as_str()),
        owner = match kind {
            TargetKind::Profile => "target_id",
            TargetKind::Post => {
                "(select p.author_id from content.posts p where p.tenant_id = $1 and p.id = target_id)"
            }
        },
    )
}

/// A text as SQL writes it. A backslash is a backslash there.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_cannot_leave_its_literal() {
        assert_eq!(literal("hashed-1/384"), "'hashed-1/384'");
        assert_eq!(literal(r"'; drop table x; --\'"), r"'''; drop table x; --\'''");
    }
}
