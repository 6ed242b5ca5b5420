-- expand: organisations with their funding rounds, listed events, and the imports that read them from files.

-- One reading of a file. How far it came is saved with the rows that were read, so that whoever goes on with it after a
-- crash begins behind them. Rows come from files of a source; of those the last one counts.
create table platform.imports (
  tenant_id  uuid          not null references tenancy.tenants (id),
  id         uuid          not null,
  kind       text          not null check (kind in ('organisations', 'funding_rounds', 'innovators', 'events')),
  source     platform.slug not null,
  state      text          not null check (state in ('running', 'finished', 'superseded')),
  -- Which file: the SHA-256 of its bytes, and how many there are.
  digest     bytea         not null check (octet_length(digest) = 32),
  bytes      bigint        not null check (bytes >= 0),
  -- Where the next row begins: behind how many bytes, on which line.
  place      bigint        not null check (place between 0 and bytes),
  line       bigint        not null check (line > 0),
  rows_read  bigint        not null check (rows_read >= 0),
  inserted   bigint        not null check (inserted >= 0),
  updated    bigint        not null check (updated >= 0),
  unchanged  bigint        not null check (unchanged >= 0),
  skipped    bigint        not null check (skipped >= 0),
  version    bigint        not null check (version > 0),
  started_at timestamptz   not null,
  moved_at   timestamptz   not null,
  primary key (tenant_id, id),
  -- No row is lost.
  constraint imports_add_up check (rows_read = inserted + updated + unchanged + skipped),
  constraint imports_finished_at_the_end check (state <> 'finished' or place = bytes)
);
-- Of a source one file of a kind counts: the last that was begun with.
create unique index imports_current_key on platform.imports (tenant_id, kind, source) where state <> 'superseded';
select platform.adopt('platform.imports', 'smile_context');
revoke delete on platform.imports from smile_context;

-- Rows of a file that were not read, and each rule that they broke. What the row said is not kept.
create table platform.import_skips (
  tenant_id uuid     not null,
  import_id uuid     not null,
  line      bigint   not null check (line > 0),
  -- Which of the rules that the row broke.
  nth       smallint not null check (nth > 0),
  pointer   text     not null check (char_length(pointer) <= 500),
  code      text     not null check (platform.is_line(code, 1, 60)),
  message   text     not null check (char_length(message) between 1 and 2000),
  primary key (tenant_id, import_id, line, nth),
  foreign key (tenant_id, import_id) references platform.imports (tenant_id, id)
);
-- No trail: written with the import, which has one, and never changed.
select platform.adopt_untold('platform.import_skips', 'smile_context');
revoke update, delete on platform.import_skips from smile_context;

create table identity.organisations (
  tenant_id              uuid          not null references tenancy.tenants (id),
  id                     uuid          not null,
  -- Whose list it comes from, and the key it has there.
  source                 platform.slug not null,
  external_id            text          collate "C" not null check (platform.is_line(external_id, 1, 200)),
  slug                   platform.slug not null,
  name                   text          not null check (platform.is_line(name, 1, 120)),
  -- What it is found and sorted by, whatever its case.
  folded_name            text          collate "C" not null generated always as (content.fold_tag(name)) stored,
  category               text          check (platform.is_line(category, 1, 60)),
  site                   text          check (platform.is_link(site)),
  country                platform.country,
  city                   text          check (platform.is_line(city, 1, 80)),
  founded_on             date          check (founded_on between '0001-01-01' and '9999-12-31'),
  status                 text          not null check (status in ('operating', 'acquired', 'public', 'closed')),
  funding_total_amount   platform.amount,
  funding_total_currency platform.currency,
  -- Which import had it last, and which one last had something else of it.
  import_id              uuid          not null,
  changed_by             uuid          not null,
  version                bigint        not null check (version > 0),
  created_at             timestamptz   not null,
  updated_at             timestamptz   not null,
  primary key (tenant_id, id),
  constraint organisations_source_key unique (tenant_id, source, external_id),
  constraint organisations_slug_key unique (tenant_id, slug),
  constraint organisations_funding_total check (platform.is_money(funding_total_amount, funding_total_currency))
);
create index organisations_by_name on identity.organisations (tenant_id, folded_name, id);
create index organisations_by_funding on identity.organisations
  (tenant_id, funding_total_currency, funding_total_amount desc, id desc) where funding_total_amount is not null;
-- No trail: nobody but an import writes them, by the thousand. The row names the imports, an import the file it read, and
-- imports have a trail.
select platform.adopt_untold('identity.organisations', 'smile_identity');
revoke delete on identity.organisations from smile_identity;

create table identity.funding_rounds (
  tenant_id       uuid        not null,
  id              uuid        not null,
  organisation_id uuid        not null,
  kind            text        not null check (kind in (
    'angel', 'venture', 'series_a', 'series_b', 'series_c', 'private_equity', 'post_ipo', 'crowdfunding', 'other'
  )),
  funded_on       date        not null check (funded_on between '0001-01-01' and '9999-12-31'),
  raised_amount   platform.amount,
  raised_currency platform.currency,
  import_id       uuid        not null,
  created_at      timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, organisation_id) references identity.organisations (tenant_id, id),
  -- Sources have no key for a round: what it says is its key.
  constraint funding_rounds_key unique nulls not distinct
    (tenant_id, organisation_id, funded_on, kind, raised_amount, raised_currency),
  constraint funding_rounds_raised check (platform.is_money(raised_amount, raised_currency))
);
-- No trail: as of the organisations.
select platform.adopt_untold('identity.funding_rounds', 'smile_identity');
revoke delete on identity.funding_rounds from smile_identity;

-- Accounts that were made of start-ups of a list, which nobody can log in to: whose, and which import had them last.
create table identity.imported_innovators (
  tenant_id   uuid          not null,
  account_id  uuid          not null,
  source      platform.slug not null,
  external_id text          collate "C" not null check (platform.is_line(external_id, 1, 200)),
  import_id   uuid          not null,
  primary key (tenant_id, account_id),
  constraint imported_innovators_source_key unique (tenant_id, source, external_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id) on delete cascade
);
-- No trail: the accounts and profiles have one.
select platform.adopt_untold('identity.imported_innovators', 'smile_identity');

-- Events that were made of those of a list, which nobody organises: whose, what the event itself does not say, and which
-- import had them last.
create table event.imported_events (
  tenant_id       uuid          not null,
  event_id        uuid          not null,
  source          platform.slug not null,
  external_id     text          collate "C" not null check (platform.is_line(external_id, 1, 200)),
  site            text          not null check (platform.is_link(site)),
  topics          text[]        not null check (cardinality(topics) <= 20),
  proposals_until date          check (proposals_until between '0001-01-01' and '9999-12-31'),
  import_id       uuid          not null,
  primary key (tenant_id, event_id),
  constraint imported_events_source_key unique (tenant_id, source, external_id),
  foreign key (tenant_id, event_id) references event.events (tenant_id, id) on delete cascade
);
-- No trail: the events have one.
select platform.adopt_untold('event.imported_events', 'smile_event');

-- Rows of a file wait in temporary tables; not every database lets everybody make such.
do $$
begin
  execute format('grant temporary on database %I to smile_service', current_database());
end
$$;
