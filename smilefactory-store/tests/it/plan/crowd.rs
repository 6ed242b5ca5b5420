//! Many rows in every table of tenants, made of the few that are there.

use smilefactory_store::testing::TestDb;
use sqlx::Executor;

/// Copies the rows of each table until it has about `crowd` of them, past triggers and foreign keys; checks and unique
/// indexes hold.
///
/// The same id becomes the same id in all tables, so that what belongs together still does: the leading id of a table is
/// another in each copy, and other ids are those of the first 200 copies, like digests that rows are looked up by. So most
/// things are nobody's or one's, and some are many people's.
const MULTIPLY: &str = r#"
-- What a column holds, whatever domain it is of.
create function pg_temp.kind(a pg_attribute) returns text language sql as $$
  select coalesce(nullif(typbasetype, 0), oid)::regtype::text from pg_type where oid = a.atttypid
$$;
-- Another id in its place: one that tells a time is of the same time, in whose month a row of it may have to lie.
create function pg_temp.copy(id uuid, n bigint) returns uuid language sql immutable as $$
  select case
    when platform.is_uuid_v7(id) then (left(id::text, 20) || right(md5(id::text || n)::uuid::text, 16))::uuid
    else md5(id::text || n)::uuid
  end
$$;
create function pg_temp.multiply(target regclass, crowd bigint) returns void language plpgsql as $$
declare
  own name := (
    select a.attname
    from pg_index as i, unnest(i.indkey::smallint[]) with ordinality as k (attnum, at)
    join pg_attribute as a on a.attnum = k.attnum
    where i.indrelid = target and i.indisprimary and a.attrelid = target
      and a.atttypid = 'uuid'::regtype and a.attname <> 'tenant_id'
    order by k.at
    limit 1
  );
  -- What else must differ from copy to copy: the last column that can, of each unique index without the leading id.
  differing name[] := array(
    select (
      select a.attname
      from unnest(i.indkey::smallint[]) with ordinality as k (attnum, at)
      join pg_attribute as a on a.attnum = k.attnum and a.attrelid = target
      where a.attname <> 'tenant_id' and pg_temp.kind(a) in ('text', 'bytea', 'bigint', 'uuid')
      order by k.at desc
      limit 1
    )
    from pg_index as i
    where i.indrelid = target and i.indisunique
      and not exists (
        select from pg_attribute as a
        where a.attrelid = target and a.attname = own and a.attnum = any (i.indkey::smallint[])
      )
  );
  -- And what the generated ones among those are made of.
  made_of name[] := array(
    select a.attname
    from pg_attrdef as d
    join pg_depend as on_what on on_what.classid = 'pg_attrdef'::regclass and on_what.objid = d.oid
      and on_what.refobjid = target and on_what.refobjsubid <> d.adnum
    join pg_attribute as a on a.attrelid = target and a.attnum = on_what.refobjsubid
    join pg_attribute as made on made.attrelid = target and made.attnum = d.adnum
    where d.adrelid = target and made.attgenerated <> '' and made.attname = any (differing)
  );
  keyed smallint[] := (select i.indkey::smallint[] from pg_index as i where i.indrelid = target and i.indisprimary);
  source bigint;
  columns text;
  copied  text;
begin
  execute format('select count(*) from %s', target) into source;
  if source = 0 then
    raise exception 'nothing to copy in %', target;
  end if;
  select
    string_agg(quote_ident(a.attname), ', ' order by a.attnum),
    string_agg(
      case
        when a.attname = 'tenant_id' then 'tenant_id'
        when pg_temp.kind(a) = 'uuid' and (a.attname = own or a.attname = any (differing || made_of))
          then format('pg_temp.copy(%1$I, n)', a.attname)
        when pg_temp.kind(a) = 'uuid' then format('pg_temp.copy(%1$I, n %% 200)', a.attname)
        when pg_temp.kind(a) = 'timestamp with time zone' then format('%1$I + n * interval ''1 second''', a.attname)
        when a.attname = any (differing || made_of) then case pg_temp.kind(a)
          when 'text' then format('n || %1$I', a.attname)
          when 'bytea' then format('sha256(%1$I || n::text::bytea)', a.attname)
          else format('%1$I + 100 * n', a.attname)
        end
        when pg_temp.kind(a) = 'bytea' and a.attnum = any (keyed) then format(
          'substring(sha256(%1$I || (n %% 200)::text::bytea) || %1$I from 1 for octet_length(%1$I))', a.attname
        )
        else quote_ident(a.attname)
      end, ', ' order by a.attnum)
    into columns, copied
    from pg_attribute as a
    where a.attrelid = target and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = '';
  execute format(
    'insert into %1$s (%2$s) select %3$s from %1$s, generate_series(1, %4$s) as n',
    target, columns, copied, crowd / source
  );
end
$$
"#;

/// Months in which nothing is: the planner reads the whole of an empty table, and rightly so.
const DROP_EMPTY_MONTHS: &str = "
do $$
declare
  part  regclass;
  empty boolean;
begin
  for part in
    select c.oid from pg_class as c where c.relispartition and c.relkind = 'r'
  loop
    execute format('select not exists (select from %s)', part) into empty;
    if empty then
      execute format('drop table %s', part);
    end if;
  end loop;
end
$$";

/// Makes them in these tables, and has the planner know.
pub(super) async fn gather(db: &TestDb, tables: &[&str], crowd: u32) {
    let mut conn = db.superuser().await;
    conn.execute(MULTIPLY).await.unwrap();
    conn.execute("set session_replication_role = replica").await.unwrap();
    for table in tables {
        let multiply = sqlx::query("select pg_temp.multiply($1::text::regclass, $2)");
        let multiplied = multiply.bind(table).bind(i64::from(crowd)).execute(&mut conn).await;
        multiplied.unwrap_or_else(|error| panic!("{table}: {error}"));
    }
    conn.execute(DROP_EMPTY_MONTHS).await.unwrap();
    conn.execute("vacuum analyze").await.unwrap();
}
