//! Vectors of profiles and posts. They travel as `real[]`, which keeps every bit of them.

use smilefactory_core::id::Id;
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use super::{model, nearest};
use crate::error::{Result, StoreError};
use crate::repo::ai::{
    Model, Nearest, NearestFilter, ReadEmbeddings, Target, TargetKind, TargetVectors, TextVersion,
    WriteEmbeddings,
};
use crate::tx::ReadWrite;

repository! {
    /// Vectors of profiles and posts.
    Embeddings = embeddings
}

const TABLE: &str = "ai.embeddings";

struct EmbeddingRow {
    target_id: Uuid,
    facet: String,
    digest: Vec<u8>,
    text_version: i16,
    source_version: i64,
    embedding: Vec<f32>,
}

impl EmbeddingRow {
    fn text(&self) -> Result<TextVersion> {
        let of = RowOf { table: TABLE, id: self.target_id };
        Ok(TextVersion {
            digest: <[u8; 32]>::try_from(self.digest.as_slice())
                .map_err(|error| StoreError::corrupt(of.table, "digest", of.id)(Box::new(error)))?,
            rules: u8::try_from(self.text_version)
                .map_err(|error| StoreError::corrupt(of.table, "text_version", of.id)(Box::new(error)))?,
            source: Version::new(self.source_version),
        })
    }
}

/// Rows in the order of their targets and parts into targets.
fn targets(kind: TargetKind, model: &str, rows: Vec<EmbeddingRow>) -> Result<Vec<TargetVectors>> {
    let mut targets: Vec<TargetVectors> = Vec::new();
    for row in rows {
        let text = row.text()?;
        match targets.last_mut() {
            Some(last) if last.target.uuid() == row.target_id => last.vectors.push(row.embedding),
            _ => targets.push(TargetVectors {
                target: Target::new(kind, row.target_id),
                model: model.to_owned(),
                facet: row.facet,
                text,
                vectors: vec![row.embedding],
            }),
        }
    }
    Ok(targets)
}

impl<Mode> ReadEmbeddings for Embeddings<'_, Mode> {
    async fn get_model(&mut self, id: &str) -> Result<Option<Model>> {
        model::get(self.0.conn()?, id).await
    }

    async fn current_model(&mut self) -> Result<Option<Model>> {
        model::current(self.0.conn()?).await
    }

    async fn get(&mut self, target: Target, model: &str) -> Result<Option<TargetVectors>> {
        Ok(self.get_many(target.kind(), model, &[target.uuid()]).await?.pop())
    }

    async fn get_many(&mut self, kind: TargetKind, model: &str, ids: &[Uuid]) -> Result<Vec<TargetVectors>> {
        let rows = sqlx::query_as!(
            EmbeddingRow,
            r#"
            select target_id, facet, digest, text_version, source_version, embedding::real[] as "embedding!"
            from ai.embeddings
            where tenant_id = $1 and model_id = $2 and target_kind = $3 and target_id = any($4)
            order by target_id, chunk
            "#,
            self.0.scope().tenant.uuid(),
            model,
            kind.as_str(),
            // A target has up to 100 rows: they are limited here, not there.
            ids.get(..100).unwrap_or(ids),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        targets(kind, model, rows)
    }

    async fn similarities(
        &mut self,
        kind: TargetKind,
        model: &str,
        vector: &[f32],
        ids: &[Uuid],
    ) -> Result<Vec<(Uuid, f32)>> {
        let rows = sqlx::query!(
            r#"
            select target_id, (1 - min(embedding <=> $4::real[]::vector))::real as "similarity!"
            from ai.embeddings
            where tenant_id = $1 and model_id = $2 and target_kind = $3 and target_id = any($5)
            group by target_id
            "#,
            self.0.scope().tenant.uuid(),
            model,
            kind.as_str(),
            vector,
            ids,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(|row| (row.target_id, row.similarity)).collect())
    }

    async fn nearest(
        &mut self,
        kind: TargetKind,
        model: &str,
        vector: &[f32],
        count: usize,
        filter: &NearestFilter,
    ) -> Result<Nearest> {
        let (tenant, viewer) = (self.0.scope().tenant.uuid(), self.0.viewer());
        let search = nearest::Search::new(tenant, kind, model, vector, count, filter, viewer);
        search.run(self.0.conn()?).await
    }
}

impl WriteEmbeddings for Embeddings<'_, ReadWrite> {
    async fn confirm(&mut self, target: Target, model: &str, text: &TextVersion) -> Result<bool> {
        let settled = sqlx::query_scalar!(
            r#"
            with confirmed as (
              update ai.embeddings
              set source_version = $7
              where tenant_id = $1
                and model_id = $2
                and target_kind = $3
                and target_id = $4
                and digest = $5
                and text_version = $6::smallint
                and source_version < $7
            )
            select exists (
              select from ai.embeddings
              where tenant_id = $1
                and model_id = $2
                and target_kind = $3
                and target_id = $4
                and ((digest = $5 and text_version = $6::smallint) or source_version > $7)
            ) as "settled!"
            "#,
            self.0.scope().tenant.uuid(),
            model,
            target.kind().as_str(),
            target.uuid(),
            text.digest.as_slice(),
            i16::from(text.rules),
            text.source.get(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(settled)
    }

    async fn upsert(&mut self, vectors: &TargetVectors) -> Result<bool> {
        let tenant = self.0.scope().tenant.uuid();
        let Some((first, others)) = vectors.vectors.split_first() else {
            return Err(StoreError::internal("a target was embedded without any vector"));
        };
        // Whoever writes the first part holds its row until the end of the unit of work, and so all parts.
        if !self.upsert_part(vectors, 0, first, true).await? {
            return Ok(false);
        }
        let parts = i16::try_from(vectors.vectors.len()).unwrap_or(i16::MAX);
        sqlx::query!(
            r#"
            delete from ai.embeddings
            where tenant_id = $1 and model_id = $2 and target_kind = $3 and target_id = $4 and chunk >= $5
            "#,
            tenant,
            vectors.model,
            vectors.target.kind().as_str(),
            vectors.target.uuid(),
            parts,
        )
        .execute(self.0.conn()?)
        .await?;
        for (part, vector) in (1..parts).zip(others) {
            self.upsert_part(vectors, part, vector, false).await?;
        }
        Ok(true)
    }

    async fn delete_target(&mut self, target: Target) -> Result<bool> {
        let gone = sqlx::query!(
            r#"
            delete from ai.embeddings
            where tenant_id = $1
              and model_id in (select id from ai.models)
              and target_kind = $2
              and target_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            target.kind().as_str(),
            target.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }
}

impl Embeddings<'_, ReadWrite> {
    /// Writes one part; when `guarded`, only in the place of one that is of an older text.
    async fn upsert_part(
        &mut self,
        vectors: &TargetVectors,
        part: i16,
        vector: &[f32],
        guarded: bool,
    ) -> Result<bool> {
        let now = self.0.now();
        let written = sqlx::query!(
            r#"
            insert into ai.embeddings as there (tenant_id, model_id, target_kind, target_id, chunk, facet, digest,
              text_version, source_version, embedding, embedded_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8::smallint, $9, $10::real[]::vector, $11)
            on conflict (tenant_id, model_id, target_kind, target_id, chunk) do update
            set facet = excluded.facet, digest = excluded.digest, text_version = excluded.text_version,
              source_version = excluded.source_version, embedding = excluded.embedding,
              embedded_at = excluded.embedded_at
            where not $12
              or there.source_version < excluded.source_version
              or (
                there.source_version = excluded.source_version
                and (there.digest, there.text_version) <> (excluded.digest, excluded.text_version)
              )
            "#,
            self.0.scope().tenant.uuid(),
            vectors.model,
            vectors.target.kind().as_str(),
            vectors.target.uuid(),
            part,
            vectors.facet,
            vectors.text.digest.as_slice(),
            i16::from(vectors.text.rules),
            vectors.text.source.get(),
            vector,
            now,
            guarded,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(written.rows_affected() > 0)
    }
}
