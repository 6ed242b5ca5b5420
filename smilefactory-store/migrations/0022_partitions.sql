-- expand: how months of large tables come and go.
--
-- Messages and what else is large and only grows is kept in partitions by month. Somebody makes them ahead, and takes
-- them away when their time is over: what was in them is archived first, and compared with the archive before it goes.
-- The service owns no table, so that this is done by functions of the owner, which whoever runs the installation may
-- call and nobody else.

-- Which tables have partitions by month.
create table platform.partitioned_tables (
  name        text     primary key,
  -- For how many months a row is kept.
  kept_months smallint not null check (kept_months > 0),
  -- It has nothing of its own: its months go with those of this table, without an archive.
  follows     text     references platform.partitioned_tables (name),
  -- Its months are archived before they go. Of what was made from something that is kept elsewhere nothing is.
  archived    boolean  not null default true
);
grant select on platform.partitioned_tables to smile_context, smile_operator;
insert into platform.partitioned_tables (name, kept_months, follows) values
  ('messaging.messages', 24, null),
  ('messaging.message_words', 24, 'messaging.messages');

-- The months that are on their way out, and those that are gone.
create table platform.partition_months (
  table_name  text        not null references platform.partitioned_tables (name),
  month       date        not null check (extract(day from month) = 1),
  -- All of it is in the archive, and was read back.
  archived_at timestamptz,
  -- It is no part of the table any more.
  detached_at timestamptz,
  -- It is gone.
  dropped_at  timestamptz,
  -- What hung on it is gone, too.
  tidied_at   timestamptz,
  primary key (table_name, month),
  constraint partition_months_in_order check (
    (detached_at is not null or dropped_at is null) and (dropped_at is not null or tidied_at is null)
  )
);

-- What is in the archive of each tenant, in parts. They are named by their content, so that none is ever written over.
create table platform.partition_archives (
  table_name  text        not null references platform.partitioned_tables (name),
  month       date        not null check (extract(day from month) = 1),
  tenant_id   uuid        not null,
  part        integer     not null check (part > 0),
  -- The last row in it; the next part begins behind.
  last_id     uuid        not null,
  lines       bigint      not null check (lines > 0),
  -- The sum of a number made from each row: what is changed afterwards has another.
  fingerprint numeric     not null,
  bytes       bigint      not null check (bytes > 0),
  digest      bytea       not null check (octet_length(digest) = 32),
  written_at  timestamptz not null,
  verified_at timestamptz,
  primary key (table_name, month, tenant_id, part)
);
-- Both are of the installation and not of a tenant: they tell how much there is of whom, and nothing of it.
grant select, insert, update on platform.partition_months to smile_operator;
grant select, insert, update, delete on platform.partition_archives to smile_operator;
grant usage on schema platform to smile_operator;

-- A row as it is archived, and the number that is made from it. Both are the same whoever asks, and from where.
create function platform.row_fingerprint(line text) returns numeric
  language sql immutable strict parallel safe
  return hashtextextended(line, 0)::numeric;

-- The current tenant's rows with ids behind `after` and before `until`, in the order of their ids: as they are archived,
-- and their fingerprints. It runs as whoever calls it. With a message goes what hangs on it.
create function platform.archive_lines(table_name text, after uuid, until uuid, most integer)
  returns table (id uuid, line text, fingerprint numeric)
  language plpgsql stable
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
  set datestyle = 'ISO'
  set bytea_output = 'hex'
as $$
declare
  with_it text := '''{}''::jsonb';
begin
  if not exists (select from platform.partitioned_tables as p where p.name = table_name and p.follows is null and p.archived) then
    raise exception '% has no archive', table_name;
  end if;
  if table_name = 'messaging.messages' then
    with_it := $with$
      jsonb_build_object(
        'attachments', (
          select jsonb_agg(to_jsonb(a) - 'tenant_id' - 'message_id' order by a.place)
          from messaging.attachments as a
          where a.tenant_id = t.tenant_id and a.message_id = t.id
        ),
        'reactions', (
          select jsonb_agg(to_jsonb(r) - 'tenant_id' - 'message_id' order by r.account_id)
          from messaging.reactions as r
          where r.tenant_id = t.tenant_id and r.message_id = t.id
        )
      )
    $with$;
  end if;
  return query execute format(
    'select t.id, (own.whole || %s)::text, platform.row_fingerprint(own.whole::text)'
    ' from %s as t cross join lateral (select to_jsonb(t) as whole) as own'
    ' where t.tenant_id = tenancy.current_tenant() and t.id > $1 and t.id < $2 order by t.id limit $3',
    with_it, table_name
  ) using after, until, most;
end
$$;
revoke execute on function platform.archive_lines from public;
grant execute on function platform.archive_lines to smile_context;

-- The name of the partition of a month, of a table that has such.
create function platform.partition_of(table_name text, month date) returns text
  language sql stable strict
  set search_path = pg_catalog, pg_temp
begin atomic
  select p.name || to_char(month, '_YYYY_MM') from platform.partitioned_tables as p where p.name = table_name;
end;

-- Which partitions there are, whether they are part of their tables or were detached.
create function platform.list_partitions() returns table (table_name text, month date, attached boolean)
  language sql stable
  set search_path = pg_catalog, pg_temp
begin atomic
  select t.name, to_date(right(c.relname, 7), 'YYYY_MM'), c.relispartition
  from platform.partitioned_tables as t
  join pg_namespace as n on n.nspname = split_part(t.name, '.', 1)
  join pg_class as c on c.relnamespace = n.oid and c.relkind = 'r'
  where c.relname ~ ('^' || split_part(t.name, '.', 2) || '_[0-9]{4}_[0-9]{2}$');
end;

-- Makes the partition of a month, and says whether it was not there before. It waits for nobody longer than a moment:
-- who writes to what the table refers to would wait behind it.
create function platform.make_partition(table_name text, month date) returns boolean
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '2s'
as $$
begin
  if platform.partition_of(table_name, month) is null then
    raise exception '% has no partitions', table_name;
  end if;
  return platform.add_month_partition(table_name::regclass, month);
end
$$;

-- Takes a month out of its table, if all of it is archived; or was, where it follows another table; or is over for as long
-- as it is kept, by the database's clock, where it is not archived. Nobody may read or write it from then on. Says whether
-- it is out.
create function platform.detach_partition(table_name text, month date) returns boolean
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '2s'
as $$
#variable_conflict use_column
declare
  wanted    constant text := table_name;
  of_month  constant date := month;
  partition constant text := platform.partition_of(table_name, month);
  leader     text;
  in_archive boolean;
  kept_from  date;
begin
  select p.follows, p.archived,
      date_trunc('month', now() at time zone 'UTC') - make_interval(months => p.kept_months)
    into leader, in_archive, kept_from
    from platform.partitioned_tables as p
    where p.name = wanted;
  if partition is null
    or (leader is null and not in_archive and of_month >= kept_from)
    or (leader is null and in_archive and not exists (
      select from platform.partition_months as m
      where m.table_name = wanted and m.month = of_month and m.archived_at is not null
    ))
    or (leader is not null and to_regclass(platform.partition_of(leader, of_month)) is not null)
  then
    return false;
  end if;
  if exists (select from pg_class as c where c.oid = to_regclass(partition) and c.relispartition) then
    execute format('alter table %s detach partition %s', wanted, partition);
  end if;
  return true;
end
$$;

-- Puts a month back that was taken out. Says whether it is part of the table.
create function platform.attach_partition(table_name text, month date) returns boolean
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '2s'
as $$
declare
  partition constant text := platform.partition_of(table_name, month);
begin
  if partition is null or to_regclass(partition) is null then
    return false;
  end if;
  if not (select c.relispartition from pg_class as c where c.oid = to_regclass(partition)) then
    execute format('alter table %s force row level security', partition);
    execute format(
      'alter table %s attach partition %s for values from (%L) to (%L)',
      table_name,
      partition,
      platform.earliest_uuid_v7(month::timestamp at time zone 'UTC'),
      platform.earliest_uuid_v7((month::timestamp + interval '1 month') at time zone 'UTC')
    );
  end if;
  return true;
end
$$;

-- Drops a month that was taken out, if what is in it is what the archive has, to the last row of each tenant, where it has
-- one: else it stays, and `false` is said. Both in one transaction, so that nothing comes in between.
create function platform.drop_partition(table_name text, month date) returns boolean
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
  set datestyle = 'ISO'
  set bytea_output = 'hex'
as $$
#variable_conflict use_column
declare
  wanted    constant text := table_name;
  of_month  constant date := month;
  partition constant text := platform.partition_of(table_name, month);
  leader     text;
  in_archive boolean;
  differ     boolean;
begin
  if partition is null then
    return false;
  end if;
  if to_regclass(partition) is null then
    return true;
  end if;
  if (select c.relispartition from pg_class as c where c.oid = to_regclass(partition)) then
    return false;
  end if;
  select p.follows, p.archived into leader, in_archive from platform.partitioned_tables as p where p.name = wanted;
  if leader is not null then
    if to_regclass(platform.partition_of(leader, of_month)) is not null then
      return false;
    end if;
  elsif in_archive then
    -- Whoever owns a table is bound by its policies, too, where they are forced; nobody else has any right on this one.
    execute format('alter table %s no force row level security', partition);
    execute format(
      'select exists ('
      '  select'
      '  from ('
      '    select t.tenant_id, count(*) as lines, sum(platform.row_fingerprint(to_jsonb(t)::text)) as fingerprint'
      '    from %s as t'
      '    group by t.tenant_id'
      '  ) as there'
      '  full join ('
      '    select a.tenant_id, sum(a.lines) as lines, sum(a.fingerprint) as fingerprint,'
      '      bool_and(a.verified_at is not null) as verified'
      '    from platform.partition_archives as a'
      '    where a.table_name = $1 and a.month = $2'
      '    group by a.tenant_id'
      '  ) as kept on kept.tenant_id = there.tenant_id'
      '  where (there.lines, there.fingerprint) is distinct from (kept.lines, kept.fingerprint)'
      '    or not kept.verified'
      ')',
      partition
    ) into differ using wanted, of_month;
    if differ then
      return false;
    end if;
  end if;
  execute format('drop table %s', partition);
  return true;
end
$$;

revoke execute on function platform.make_partition, platform.detach_partition, platform.attach_partition,
  platform.drop_partition from public;
grant execute on function platform.make_partition, platform.detach_partition, platform.attach_partition,
  platform.drop_partition to smile_operator;
