//! Tries every verb on every table with statements that deliberately name no tenant.

use smilefactory_core::id::{Id, TenantId};
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use super::catalogue::{Access, declared};

/// In which context a statement runs.
#[derive(Clone, Copy, Debug)]
enum Context {
    /// The tenant whose row it is.
    Own,
    /// Another tenant.
    Foreign,
    /// No tenant.
    Unset,
    /// Something that is no tenant at all.
    Garbage,
}

/// What came of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// It saw or changed this many rows of tenant one.
    Rows(u64),
    /// No right, or refused by a policy.
    Denied,
    /// Anything else.
    Failed(String),
}

const VERBS: [&str; 7] = ["select", "count", "insert", "update", "move", "delete", "upsert"];

/// The matrix over one database.
pub(super) struct Matrix {
    admin: PgConnection,
    app: PgConnection,
    one: TenantId,
    two: TenantId,
    /// How many cells were tried.
    pub(super) cells: usize,
}

impl Matrix {
    pub(super) async fn new(db: &TestDb) -> Self {
        let options: sqlx::postgres::PgConnectOptions = db.url_as("smile_app").parse().unwrap();
        let app = sqlx::ConnectOptions::connect(&options).await.unwrap();
        Self { admin: db.superuser().await, app, one: db.one.tenant.id, two: db.two.tenant.id, cells: 0 }
    }

    pub(super) fn admin(&mut self) -> &mut PgConnection {
        &mut self.admin
    }

    /// The tables whose rows belong to tenants, and that the service may touch at all.
    pub(super) fn tenant_tables(&self) -> Vec<String> {
        declared()
            .into_iter()
            .filter(|(_, access)| !matches!(access, Access::SharedReference | Access::None))
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    /// Every cell whose outcome is not the declared one.
    pub(super) async fn wrong_cells(&mut self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (table, access) in declared() {
            wrong.extend(self.wrong_cells_of(table, access).await);
        }
        wrong
    }

    /// Whether the matrix turns red when the table was weakened by `statement`; it is whole again afterwards.
    pub(super) async fn notices(&mut self, table: &str, statement: &str) -> bool {
        let undo = self.undo(table).await;
        self.admin.execute(sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))).await.unwrap();
        let red = !self.wrong_cells_of(table, declared()[table]).await.is_empty();
        self.admin.execute(sqlx::raw_sql(AssertSqlSafe(undo))).await.unwrap();
        assert!(self.wrong_cells_of(table, declared()[table]).await.is_empty(), "{table} was not mended");
        red
    }

    /// The statements that put the table's policies back as they are now.
    async fn undo(&mut self, table: &str) -> String {
        let policies = sqlx::query(
            "select polname::text, pg_get_expr(polqual, polrelid) as shown,
               pg_get_expr(polwithcheck, polrelid) as accepted
             from pg_policy where polrelid = $1::text::regclass",
        )
        .bind(table)
        .fetch_all(&mut self.admin)
        .await
        .unwrap();
        let mut undo = format!("alter table {table} enable row level security;");
        for policy in policies {
            let name: String = policy.get(0);
            for (clause, expression) in
                [("using", policy.get::<Option<String>, _>(1)), ("with check", policy.get(2))]
            {
                if let Some(expression) = expression {
                    undo.push_str(&format!("alter policy {name} on {table} {clause} ({expression});"));
                }
            }
        }
        undo
    }

    async fn wrong_cells_of(&mut self, table: &str, access: Access) -> Vec<String> {
        let mut wrong = Vec::new();
        for context in [Context::Own, Context::Foreign, Context::Unset, Context::Garbage] {
            for verb in VERBS {
                if access == Access::SharedReference && matches!(verb, "select" | "count") {
                    continue;
                }
                let outcome = self.outcome(table, context, verb).await;
                self.cells += 1;
                if !Self::is_right(access, context, verb, &outcome) {
                    wrong.push(format!("{table} × {context:?} × {verb}: {outcome:?}"));
                }
            }
        }
        wrong
    }

    fn is_right(access: Access, context: Context, verb: &str, outcome: &Outcome) -> bool {
        let allowed = match verb {
            "count" => access.allows("select"),
            "upsert" => access.allows("insert") && access.allows("update"),
            "move" => access.allows("update"),
            verb => access.allows(verb),
        };
        match (context, verb) {
            // A setting that is no UUID fails before it can match anything.
            (Context::Garbage, _) => !matches!(outcome, Outcome::Rows(n) if *n > 0),
            _ if !allowed => *outcome == Outcome::Denied,
            // Nobody gives their row to another tenant.
            (Context::Own, "move") => *outcome == Outcome::Denied,
            // The row exists already, so that its owner is stopped by the key and by nothing else.
            (Context::Own, "insert") => matches!(outcome, Outcome::Failed(code) if code == "23505"),
            // A row that others hang on cannot go; that it is seen at all is what counts here.
            (Context::Own, "delete") => {
                matches!(outcome, Outcome::Rows(n) if *n > 0)
                    || matches!(outcome, Outcome::Failed(code) if code == "23503")
            }
            (Context::Own, _) => matches!(outcome, Outcome::Rows(n) if *n > 0),
            (_, "insert" | "upsert") => *outcome == Outcome::Denied,
            // Where only some columns may be written, the tenant is none of them.
            (_, "move") => matches!(outcome, Outcome::Rows(0) | Outcome::Denied),
            _ => *outcome == Outcome::Rows(0),
        }
    }

    async fn outcome(&mut self, table: &str, context: Context, verb: &str) -> Outcome {
        let key = if table == "tenancy.tenants" { "id" } else { "tenant_id" };
        let shared = declared()[table] == Access::SharedReference;
        let of_one = if shared { "true".to_owned() } else { format!("{key} = '{}'", self.one) };
        let statement = match verb {
            "select" => format!("select * from {table} where {of_one}"),
            "count" => {
                format!("select 1 from (select count(*) as n from {table} where {of_one}) c where c.n > 0")
            }
            "update" => {
                let column = self.some_column(table).await;
                format!("update {table} set {column} = {column} where {of_one}")
            }
            "move" if shared => format!("update {table} set {0} = {0}", self.some_column(table).await),
            // A statement that reads nothing is bound by WITH CHECK alone; one with a WHERE by USING too.
            "move" if matches!(context, Context::Own) => format!("update {table} set {key} = '{}'", self.two),
            "move" => format!("update {table} set {key} = '{}' where {of_one}", self.two),
            "delete" => format!("delete from {table} where {of_one}"),
            verb => self.insert(table, &of_one, verb == "upsert").await,
        };
        let tenant = match context {
            Context::Own => self.one.uuid().to_string(),
            Context::Foreign => self.two.uuid().to_string(),
            Context::Unset => String::new(),
            Context::Garbage => "x' or true --".to_owned(),
        };
        let begin = format!(
            "begin; set local role smile_service; select set_config('smile.tenant', $t${tenant}$t$, true), \
             set_config('smile.actor', 'system', true)"
        );
        self.app.execute(sqlx::raw_sql(AssertSqlSafe(begin))).await.unwrap();
        let tried = self.app.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await;
        self.app.execute(sqlx::raw_sql("rollback")).await.unwrap();
        match tried {
            Ok(done) => Outcome::Rows(done.rows_affected()),
            Err(error) => match error.as_database_error().and_then(|error| error.code()) {
                Some(code) if code == "42501" => Outcome::Denied,
                Some(code) => Outcome::Failed(code.into_owned()),
                None => panic!("{table} × {verb}: {error}"),
            },
        }
    }

    /// A column that may be written.
    async fn some_column(&mut self, table: &str) -> String {
        self.columns(table).await.pop().unwrap()
    }

    async fn columns(&mut self, table: &str) -> Vec<String> {
        sqlx::query_scalar(
            "select quote_ident(attname) from pg_attribute
             where attrelid = $1::text::regclass and attnum > 0 and not attisdropped
               and attgenerated = '' and attidentity = '' order by attnum",
        )
        .bind(table)
        .fetch_all(&mut self.admin)
        .await
        .unwrap()
    }

    /// Inserts a row of tenant one again, word for word.
    async fn insert(&mut self, table: &str, of_one: &str, upsert: bool) -> String {
        let columns = self.columns(table).await.join(", ");
        let statement = format!("select to_jsonb(t)::text from {table} t where {of_one} limit 1");
        let row: Option<String> =
            sqlx::query_scalar(AssertSqlSafe(statement)).fetch_optional(&mut self.admin).await.unwrap();
        let row =
            row.unwrap_or_else(|| panic!("tenant one has no row in {table}: add one in isolation/seed.rs"));
        let conflict = if upsert {
            let column = self.some_column(table).await;
            let key: Vec<String> = sqlx::query_scalar(
                "select quote_ident(a.attname) from pg_index i
                 join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
                 where i.indrelid = $1::text::regclass and i.indisprimary",
            )
            .bind(table)
            .fetch_all(&mut self.admin)
            .await
            .unwrap();
            format!(" on conflict ({}) do update set {column} = excluded.{column}", key.join(", "))
        } else {
            String::new()
        };
        format!(
            "insert into {table} ({columns}) select {columns} \
             from jsonb_populate_record(null::{table}, $row${row}$row$::jsonb){conflict}"
        )
    }
}
