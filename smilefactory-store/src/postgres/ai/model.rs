//! The models whose vectors are kept: read in any unit of work, written by whoever runs the installation.

use sqlx::PgConnection;

use crate::error::{Result, StoreError};
use crate::operator::Operator;
use crate::repo::ai::Model;
use crate::tx::Door;

struct ModelRow {
    id: String,
    dimensions: i32,
    current: bool,
}

impl TryFrom<ModelRow> for Model {
    type Error = StoreError;
    fn try_from(row: ModelRow) -> Result<Self> {
        let dimensions = usize::try_from(row.dimensions)
            .map_err(|_| StoreError::internal("a model has a negative number of dimensions"))?;
        Ok(Self { id: row.id, dimensions, current: row.current })
    }
}

pub(super) async fn get(conn: &mut PgConnection, id: &str) -> Result<Option<Model>> {
    sqlx::query_as!(ModelRow, "select id, dimensions, current from ai.models where id = $1", id)
        .fetch_optional(conn)
        .await?
        .map(Model::try_from)
        .transpose()
}

pub(super) async fn current(conn: &mut PgConnection) -> Result<Option<Model>> {
    sqlx::query_as!(ModelRow, "select id, dimensions, current from ai.models where current")
        .fetch_optional(conn)
        .await?
        .map(Model::try_from)
        .transpose()
}

impl Operator {
    /// Adds a model with its number of dimensions (at most 4,000), and an index for the search of its vectors;
    /// `false` when it is known already. Known with other dimensions, it is `Invalid`: a model that changes is
    /// another model. No vector can be written while this runs, so it is for a quiet hour.
    pub async fn register_model(&self, id: &str, dimensions: u16) -> Result<bool> {
        let mut conn = self.store().begin_as(Door::Operator, None).await?;
        let new =
            sqlx::query_scalar!(r#"select ai.register_model($1, $2) as "new!""#, id, i32::from(dimensions),)
                .fetch_one(conn.get()?)
                .await?;
        conn.commit().await?;
        Ok(new)
    }

    /// Has searches use this model from now on; `false`, and nothing is changed, when there is no such model.
    /// Targets that it has no vectors of yet are not found until they are embedded.
    pub async fn use_model(&self, id: &str) -> Result<bool> {
        let mut conn = self.store().begin_as(Door::Operator, None).await?;
        sqlx::query!("update ai.models set current = false where current and id <> $1", id)
            .execute(conn.get()?)
            .await?;
        let chosen = sqlx::query!("update ai.models set current = true where id = $1", id)
            .execute(conn.get()?)
            .await?;
        if chosen.rows_affected() == 0 {
            return Ok(false);
        }
        conn.commit().await?;
        Ok(true)
    }
}
