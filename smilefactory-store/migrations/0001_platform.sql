-- expand: the platform's own schema: roles, checks, audit trail, outbox, idempotency keys.
--
-- Every context has a schema and a role that may touch this schema only, so that it can be run as a service of
-- its own. The service of the whole platform is a member of all of them. None of these roles can log in: whoever
-- logs in takes one for the length of a transaction (`SET LOCAL ROLE`), and without one can do nothing.

create extension if not exists vector;
create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gin;
create extension if not exists btree_gist;

-- Roles belong to the whole server, databases come and go on it: each is made once. They are plain statements
-- and no EXCEPTION block, which the embedded database does not have.
do $$
declare
  context text;
begin
  foreach context in array array[
    'context', 'service', 'relay', 'operator',
    'tenancy', 'identity', 'content', 'social', 'messaging', 'community', 'event', 'marketplace', 'ai'
  ]
  loop
    if not exists (select from pg_roles where rolname = 'smile_' || context) then
      execute format('create role %I nologin nosuperuser nobypassrls nocreatedb nocreaterole', 'smile_' || context);
    end if;
  end loop;
  grant smile_context
    to smile_operator, smile_tenancy, smile_identity, smile_content, smile_social, smile_messaging, smile_community,
      smile_event, smile_marketplace, smile_ai;
  grant smile_tenancy, smile_identity, smile_content, smile_social, smile_messaging, smile_community, smile_event,
    smile_marketplace, smile_ai to smile_service;
end
$$;

create schema if not exists platform;
create schema tenancy;
create schema identity;
create schema content;
create schema social;
create schema messaging;
create schema community;
create schema event;
create schema marketplace;
create schema ai;

grant usage on schema platform to smile_context, smile_relay;
grant usage on schema tenancy to smile_context, smile_tenancy, smile_relay;
grant usage on schema identity to smile_identity;
grant usage on schema content to smile_content;
grant usage on schema social to smile_social;
grant usage on schema messaging to smile_messaging;
grant usage on schema community to smile_community;
grant usage on schema event to smile_event;
grant usage on schema marketplace to smile_marketplace;
grant usage on schema ai to smile_ai;

-- Who, where, as part of what: set at the start of each transaction, gone at its end. A setting that was set once
-- reads back as '' afterwards, which is why '' counts as unset; unset shows no row.

create function tenancy.current_tenant() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('smile.tenant', true), '')::uuid;

create function platform.current_actor() returns text
  language sql stable parallel safe
  return nullif(current_setting('smile.actor', true), '');

create function platform.current_request() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('smile.request', true), '')::uuid;

-- What a valid text is, exactly as core has it: normal form C, no white space at the ends, no control characters,
-- its length in characters within bounds.

create function platform.is_trimmed(value text) returns boolean
  language sql immutable parallel safe
  return value is nfc normalized
    and value !~ '^[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]'
    and value !~ '[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$';

create function platform.is_line(value text, shortest integer, longest integer) returns boolean
  language sql immutable parallel safe
  return char_length(value) between shortest and longest
    and value !~ '[\u0001-\u001f\u007f-\u009f]'
    and platform.is_trimmed(value);

create function platform.is_prose(value text, shortest integer, longest integer) returns boolean
  language sql immutable parallel safe
  return char_length(value) between shortest and longest
    and value !~ '[\u0001-\u0008\u000b-\u001f\u007f-\u009f]'
    and platform.is_trimmed(value);

-- A list of lines, none of them twice.
create function platform.is_line_set(entries text[], shortest integer, longest integer, most integer)
  returns boolean
  language sql immutable parallel safe
  return cardinality(entries) <= most
    and (
      select coalesce(bool_and(entry is not null and platform.is_line(entry, shortest, longest)), true)
        and count(*) = count(distinct entry collate "C")
      from unnest(entries) as entry
    );

create domain platform.slug as text
  check (char_length(value) <= 63 and value ~ '^[a-z0-9]+(-[a-z0-9]+)*$');

create domain platform.email as text
  check (
    char_length(value) <= 254
    and value ~ '^[a-z0-9!#$%&''*+/=?^_`{|}~-]{1,64}(\.[a-z0-9!#$%&''*+/=?^_`{|}~-]{1,64}){0,20}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){1,20}[a-z][a-z0-9-]{0,61}[a-z0-9]$'
  );

create domain platform.language as text
  check (value ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$');

create domain platform.percent as smallint check (value between 0 and 100);

create domain platform.amount as numeric(19, 4) check (value between 0 and 999999999999999);

create domain platform.country as text check (
  value in (
    'AD', 'AE', 'AF', 'AG', 'AI', 'AL', 'AM', 'AO', 'AQ', 'AR', 'AS', 'AT', 'AU', 'AW', 'AX', 'AZ', 'BA',
    'BB', 'BD', 'BE', 'BF', 'BG', 'BH', 'BI', 'BJ', 'BL', 'BM', 'BN', 'BO', 'BQ', 'BR', 'BS', 'BT', 'BV',
    'BW', 'BY', 'BZ', 'CA', 'CC', 'CD', 'CF', 'CG', 'CH', 'CI', 'CK', 'CL', 'CM', 'CN', 'CO', 'CR', 'CU',
    'CV', 'CW', 'CX', 'CY', 'CZ', 'DE', 'DJ', 'DK', 'DM', 'DO', 'DZ', 'EC', 'EE', 'EG', 'EH', 'ER', 'ES',
    'ET', 'FI', 'FJ', 'FK', 'FM', 'FO', 'FR', 'GA', 'GB', 'GD', 'GE', 'GF', 'GG', 'GH', 'GI', 'GL', 'GM',
    'GN', 'GP', 'GQ', 'GR', 'GS', 'GT', 'GU', 'GW', 'GY', 'HK', 'HM', 'HN', 'HR', 'HT', 'HU', 'ID', 'IE',
    'IL', 'IM', 'IN', 'IO', 'IQ', 'IR', 'IS', 'IT', 'JE', 'JM', 'JO', 'JP', 'KE', 'KG', 'KH', 'KI', 'KM',
    'KN', 'KP', 'KR', 'KW', 'KY', 'KZ', 'LA', 'LB', 'LC', 'LI', 'LK', 'LR', 'LS', 'LT', 'LU', 'LV', 'LY',
    'MA', 'MC', 'MD', 'ME', 'MF', 'MG', 'MH', 'MK', 'ML', 'MM', 'MN', 'MO', 'MP', 'MQ', 'MR', 'MS', 'MT',
    'MU', 'MV', 'MW', 'MX', 'MY', 'MZ', 'NA', 'NC', 'NE', 'NF', 'NG', 'NI', 'NL', 'NO', 'NP', 'NR', 'NU',
    'NZ', 'OM', 'PA', 'PE', 'PF', 'PG', 'PH', 'PK', 'PL', 'PM', 'PN', 'PR', 'PS', 'PT', 'PW', 'PY', 'QA',
    'RE', 'RO', 'RS', 'RU', 'RW', 'SA', 'SB', 'SC', 'SD', 'SE', 'SG', 'SH', 'SI', 'SJ', 'SK', 'SL', 'SM',
    'SN', 'SO', 'SR', 'SS', 'ST', 'SV', 'SX', 'SY', 'SZ', 'TC', 'TD', 'TF', 'TG', 'TH', 'TJ', 'TK', 'TL',
    'TM', 'TN', 'TO', 'TR', 'TT', 'TV', 'TW', 'TZ', 'UA', 'UG', 'UM', 'US', 'UY', 'UZ', 'VA', 'VC', 'VE',
    'VG', 'VI', 'VN', 'VU', 'WF', 'WS', 'XK', 'YE', 'YT', 'ZA', 'ZM', 'ZW'
  )
);

create domain platform.currency as text check (
  value in (
    'AED', 'AFN', 'ALL', 'AMD', 'AOA', 'ARS', 'AUD', 'AWG', 'AZN', 'BAM', 'BBD', 'BDT', 'BGN', 'BHD',
    'BIF', 'BMD', 'BND', 'BOB', 'BOV', 'BRL', 'BSD', 'BTN', 'BWP', 'BYN', 'BZD', 'CAD', 'CDF', 'CHE',
    'CHF', 'CHW', 'CLF', 'CLP', 'CNY', 'COP', 'COU', 'CRC', 'CUC', 'CUP', 'CVE', 'CZK', 'DJF', 'DKK',
    'DOP', 'DZD', 'EGP', 'ERN', 'ETB', 'EUR', 'FJD', 'FKP', 'GBP', 'GEL', 'GHS', 'GIP', 'GMD', 'GNF',
    'GTQ', 'GYD', 'HKD', 'HNL', 'HRK', 'HTG', 'HUF', 'IDR', 'ILS', 'INR', 'IQD', 'IRR', 'ISK', 'JMD',
    'JOD', 'JPY', 'KES', 'KGS', 'KHR', 'KMF', 'KPW', 'KRW', 'KWD', 'KYD', 'KZT', 'LAK', 'LBP', 'LKR',
    'LRD', 'LSL', 'LYD', 'MAD', 'MDL', 'MGA', 'MKD', 'MMK', 'MNT', 'MOP', 'MRU', 'MUR', 'MVR', 'MWK',
    'MXN', 'MXV', 'MYR', 'MZN', 'NAD', 'NGN', 'NIO', 'NOK', 'NPR', 'NZD', 'OMR', 'PAB', 'PEN', 'PGK',
    'PHP', 'PKR', 'PLN', 'PYG', 'QAR', 'RON', 'RSD', 'RUB', 'RWF', 'SAR', 'SBD', 'SCR', 'SDG', 'SEK',
    'SGD', 'SHP', 'SLE', 'SLL', 'SOS', 'SRD', 'SSP', 'STN', 'SVC', 'SYP', 'SZL', 'THB', 'TJS', 'TMT',
    'TND', 'TOP', 'TRY', 'TTD', 'TWD', 'TZS', 'UAH', 'UGX', 'USD', 'USN', 'UYI', 'UYU', 'UYW', 'UZS',
    'VED', 'VES', 'VND', 'VUV', 'WST', 'XAD', 'XAF', 'XCD', 'XCG', 'XOF', 'XPF', 'YER', 'ZAR', 'ZMW',
    'ZWG', 'ZWL'
  )
);

-- A UUID of version 7, for rows that the database makes by itself.
create function platform.uuid_v7(made timestamptz) returns uuid
  language sql volatile parallel safe
  return encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          placing substring(int8send((extract(epoch from made) * 1000)::bigint) from 3)
          from 1 for 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid;

-- Whether a UUID is of version 7, and when such a one was made, in milliseconds since 1970.
create function platform.is_uuid_v7(id uuid) returns boolean
  language sql immutable strict parallel safe
  return id::text ~ '^.{14}7.{4}[89ab]';

create function platform.uuid_v7_millis(id uuid) returns bigint
  language sql immutable strict parallel safe
  return ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint;

-- The smallest one that can be made at this time, where a month of them begins.
create function platform.earliest_uuid_v7(made timestamptz) returns uuid
  language sql stable strict parallel safe
  return (lpad(to_hex(floor(extract(epoch from made) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid;

-- Row-level security, forced, that shows the current tenant's rows of a table and no other.
create function platform.protect(tenant_table regclass) returns void
  language plpgsql
as $$
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format('alter table %s force row level security', tenant_table);
  execute format(
    'create policy of_tenant on %s to smile_context'
    ' using (tenant_id = (select tenancy.current_tenant()))'
    ' with check (tenant_id = (select tenancy.current_tenant()))',
    tenant_table
  );
end
$$;
revoke execute on function platform.protect from public;

-- Gives a table of a tenant what every one of them has: that protection, and the rights of its context's role.
create function platform.adopt_untold(tenant_table regclass, context name) returns void
  language plpgsql
as $$
begin
  perform platform.protect(tenant_table);
  execute format('grant select, insert, update, delete on %s to %I', tenant_table, context);
end
$$;
revoke execute on function platform.adopt_untold from public;

-- Makes the partition of a month, of a table that is partitioned by ids of version 7, and says whether it was not there
-- before. It has the keys, indexes, checks and triggers of its table, and the same policy; nobody has a right to it, so that
-- its rows are read and written through the table.
create function platform.add_month_partition(parent regclass, month date) returns boolean
  language plpgsql
as $$
declare
  first constant timestamp := date_trunc('month', month::timestamp);
  part  constant text := (
    select format('%I.%I', n.nspname, c.relname || to_char(first, '_YYYY_MM'))
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.oid = parent
  );
begin
  if to_regclass(part) is not null then
    return false;
  end if;
  execute format(
    'create table %s partition of %s for values from (%L) to (%L)',
    part,
    parent,
    platform.earliest_uuid_v7(first at time zone 'UTC'),
    platform.earliest_uuid_v7((first + interval '1 month') at time zone 'UTC')
  );
  perform platform.protect(part::regclass);
  return true;
end
$$;
revoke execute on function platform.add_month_partition from public;

-- The audit trail: every change of every tenant's row, with who made it and as part of which request.

create table platform.audit (
  tenant_id  uuid        not null,
  id         uuid        not null,
  at         timestamptz not null,
  actor      text        not null,
  request_id uuid,
  table_name text        not null,
  row_key    text        not null,
  action     text        not null check (action in ('insert', 'update', 'delete')),
  before     jsonb,
  after      jsonb,
  primary key (tenant_id, id)
);
create index audit_of_a_row on platform.audit (tenant_id, table_name, row_key, id desc);

-- The columns that tell the rows of a tenant apart: the primary key without the tenant, or the tenant if there is no more.
create function platform.key_columns(keyed regclass) returns text[]
  language sql stable
  set search_path = pg_catalog, pg_temp
  return (
    select coalesce(
      array_agg(a.attname::text order by k.place) filter (where a.attname <> 'tenant_id'),
      array_agg(a.attname::text order by k.place)
    )
    from pg_index i
    cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (attnum, place)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = keyed and i.indisprimary
  );

-- Runs as its owner, so that nobody needs the right to write the trail himself. A first argument `key=a,b` names the
-- columns that tell the row, which are looked up where it is left out; each other argument is a secret column, which
-- leaves a mark instead of its value. Of an update only what changed is kept. The row of a partition is one of the table.
create function platform.record_change() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after  jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  whole  jsonb := coalesce(after, before);
  keyed  boolean := coalesce(tg_argv[0] like 'key=%', false);
  secret text;
  part   text;
  key    text;
begin
  if keyed then
    foreach part in array string_to_array(substr(tg_argv[0], 5), ',') loop
      key := concat_ws('/', key, whole ->> part);
    end loop;
  else
    foreach part in array platform.key_columns(tg_relid) loop
      key := concat_ws('/', key, whole ->> part);
    end loop;
  end if;
  -- Without arguments there is no array, not an empty one.
  foreach secret in array coalesce(tg_argv, array[]::text[]) loop
    continue when secret like 'key=%';
    if before ->> secret is not null then
      before := jsonb_set(before, array[secret], to_jsonb('secret ' || left(encode(sha256(convert_to(before ->> secret, 'UTF8')), 'hex'), 8)));
    end if;
    if after ->> secret is not null then
      after := jsonb_set(after, array[secret], to_jsonb('secret ' || left(encode(sha256(convert_to(after ->> secret, 'UTF8')), 'hex'), 8)));
    end if;
  end loop;
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(n.key, n.value)
      into before, after
      from jsonb_each(before) as o
      join jsonb_each(after) as n on n.key = o.key and n.value is distinct from o.value;
    if after is null then
      return null;
    end if;
  end if;
  insert into platform.audit (tenant_id, id, at, actor, request_id, table_name, row_key, action, before, after)
  values (
    coalesce(whole ->> 'tenant_id', whole ->> 'id')::uuid,
    platform.uuid_v7(clock_timestamp()),
    clock_timestamp(),
    coalesce(platform.current_actor(), 'unknown'),
    platform.current_request(),
    coalesce(pg_partition_root(tg_relid), tg_relid::regclass)::text,
    key,
    lower(tg_op),
    before,
    after
  );
  return null;
end
$$;

-- Gives it the audit trail, too, under the primary key the table has by now.
create function platform.adopt(tenant_table regclass, context name, secrets text[] default '{}') returns void
  language plpgsql
as $$
begin
  perform platform.adopt_untold(tenant_table, context);
  execute format(
    'create trigger audit after insert or update or delete on %s for each row execute function platform.record_change(%s)',
    tenant_table,
    (
      select string_agg(quote_literal(argument), ', ')
      from unnest('key=' || array_to_string(platform.key_columns(tenant_table), ',') || secrets) as argument
    )
  );
end
$$;
revoke execute on function platform.adopt from public;

alter table platform.audit enable row level security;
alter table platform.audit force row level security;
create policy of_tenant on platform.audit for select to smile_context
  using (tenant_id = (select tenancy.current_tenant()));
-- The trigger writes as the owner, who is bound by the policy like anybody else.
create policy recorded on platform.audit for insert to public
  with check (tenant_id = (select tenancy.current_tenant()));
grant select on platform.audit to smile_context;

-- The outbox: what happened, written in the transaction in which it happened. Readers take rows in the order
-- (xid, seq), and only those below the oldest transaction still running: so a transaction that commits late is
-- never skipped.

create table platform.outbox (
  tenant_id  uuid        not null,
  id         uuid        not null,
  xid        bigint      not null default (pg_current_xact_id()::text::bigint),
  seq        bigint      not null generated always as identity,
  at         timestamptz not null,
  name       text        not null check (name ~ '^[a-z_]+\.[a-z_]+\.[a-z_]+$'),
  version    smallint    not null check (version > 0),
  subject    uuid        not null,
  body       jsonb       not null,
  actor      text        not null,
  request_id uuid,
  primary key (tenant_id, id)
);
create index outbox_in_order on platform.outbox (xid, seq);
create index outbox_of_a_subject on platform.outbox (tenant_id, subject, xid, seq);

select platform.protect('platform.outbox');
create policy relayed on platform.outbox for select to smile_relay using (true);
grant select, insert on platform.outbox to smile_context;
grant select on platform.outbox to smile_relay;

-- How far each reader of the outbox is.
create table platform.outbox_readers (
  name       text        primary key check (platform.is_line(name, 1, 60)),
  xid        bigint      not null default 0,
  seq        bigint      not null default 0,
  moved_at   timestamptz not null
);
grant select, insert, update on platform.outbox_readers to smile_relay;

-- Facts a reader could not handle yet, and those of the same subject that wait behind them.
create table platform.outbox_parked (
  reader      text        not null references platform.outbox_readers (name) on delete cascade,
  tenant_id   uuid        not null,
  fact_id     uuid        not null,
  subject     uuid        not null,
  xid         bigint      not null,
  seq         bigint      not null,
  attempts    integer     not null default 0 check (attempts >= 0),
  try_at      timestamptz not null,
  error       text,
  dead        boolean     not null default false,
  primary key (tenant_id, reader, fact_id),
  foreign key (tenant_id, fact_id) references platform.outbox (tenant_id, id) on delete cascade
);
create index outbox_parked_of_a_subject on platform.outbox_parked (reader, tenant_id, subject, xid, seq) where not dead;
create index outbox_parked_due on platform.outbox_parked (reader, try_at) where not dead;
create index outbox_parked_dead on platform.outbox_parked (reader, fact_id desc) where dead;
create index outbox_parked_of_a_fact on platform.outbox_parked (tenant_id, fact_id);
alter table platform.outbox_parked enable row level security;
alter table platform.outbox_parked force row level security;
create policy relayed on platform.outbox_parked to smile_relay using (true) with check (true);
grant select, insert, update, delete on platform.outbox_parked to smile_relay;

-- Keys that make a repeated request have one effect; written in the transaction of the effect.
create table platform.idempotency_keys (
  tenant_id   uuid        not null,
  actor       text        not null check (char_length(actor) <= 60),
  key         text        not null check (char_length(key) between 1 and 255),
  fingerprint bytea       not null check (octet_length(fingerprint) = 32),
  status      smallint    check (status between 100 and 599),
  body        bytea,
  headers     jsonb       not null default '[]',
  created_at  timestamptz not null,
  primary key (tenant_id, actor, key)
);
create index idempotency_keys_by_age on platform.idempotency_keys (tenant_id, created_at);
select platform.protect('platform.idempotency_keys');
grant select, insert, update, delete on platform.idempotency_keys to smile_context;

-- Everybody may see which schema this is: the store refuses one it does not know.
grant select on platform.schema_migrations to smile_context, smile_relay;

-- What decays, as logarithms of sums that all decay alike, as of the beginning of 1970: they change when something
-- happens, and never because time passes. The formulas of core (decay.rs).

-- ln(e^a + e^b). What is negligible is left out, since exp() fails where its value is too small for a float.
create function platform.log_add(a double precision, b double precision) returns double precision
  language sql immutable strict parallel safe
  return case
    when least(a, b) = '-Infinity' or abs(a - b) > 40 then greatest(a, b)
    else greatest(a, b) + ln(1 + exp(-abs(a - b)))
  end;

-- ln(e^a - e^b), and nothing where hardly anything is left, or less than nothing.
create function platform.log_subtract(a double precision, b double precision) returns double precision
  language sql immutable strict parallel safe
  return case
    when b = '-Infinity' or a - b > 40 then a
    when a - b <= 1e-9 then '-Infinity'
    else a + ln(1 - exp(b - a))
  end;

-- What something is worth that is worth half after so many days.
create function platform.decay_key(weight double precision, at timestamptz, half_life_days double precision)
  returns double precision
  language sql immutable strict parallel safe
  return case
    when weight <= 0 then '-Infinity'
    else ln(weight) + ln(2::double precision) / half_life_days * (extract(epoch from at)::double precision / 86400)
  end;
