-- expand: profiles: the parts all kinds share, and a table for each of the eight kinds.

-- Rules of core that a row can show and that no table before this one needed.

-- A list none of whose entries stands there twice.
create function platform.is_set(entries text[], most integer) returns boolean
  language sql immutable parallel safe
  return cardinality(entries) <= most
    and (
      select coalesce(bool_and(entry is not null), true) and count(*) = count(distinct entry collate "C")
      from unnest(entries) as entry
    );

-- A list of lines of which some may be missing.
create function platform.is_line_list(entries text[], shortest integer, longest integer, most integer)
  returns boolean
  language sql immutable parallel safe
  return cardinality(entries) <= most
    and (
      select coalesce(bool_and(entry is null or platform.is_line(entry, shortest, longest)), true)
      from unnest(entries) as entry
    );

-- The casts refuse what the domain refuses.
create function platform.is_language_set(entries text[], most integer) returns boolean
  language sql immutable parallel safe
  return platform.is_set(entries, most)
    and (select coalesce(bool_and(entry::platform.language is not null), true) from unnest(entries) as entry);

create function platform.is_country_set(entries text[], most integer) returns boolean
  language sql immutable parallel safe
  return platform.is_set(entries, most)
    and (select coalesce(bool_and(entry::platform.country is not null), true) from unnest(entries) as entry);

-- A link as core writes it: absolute, with a host, in ASCII, without user name and password. Whether the rest is
-- a URL core alone can tell; everything core accepts is accepted here.
create function platform.is_link(value text) returns boolean
  language sql immutable parallel safe
  return char_length(value) <= 2000
    and value ~ '^https?://[^/?#@\\<>^|%[:space:][:cntrl:]]+/[!-~]*$'
    and value ~ '^[!-~]+$';

create function platform.is_link_set(entries text[], most integer) returns boolean
  language sql immutable parallel safe
  return platform.is_set(entries, most)
    and (select coalesce(bool_and(platform.is_link(entry)), true) from unnest(entries) as entry);

create function platform.is_doi(value text) returns boolean
  language sql immutable parallel safe
  return char_length(value) <= 255 and value ~ '^10\.[0-9]{4,9}/[!-~]+$' and value = lower(value);

-- The last character of an ORCID iD checks the others (ISO 7064, MOD 11-2).
create function platform.is_orcid(value text) returns boolean
  language sql immutable parallel safe
  return value ~ '^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$'
    and (
      -- Doubling after each of the fifteen digits weighs the first by 2^15 and the last by 2.
      select (12 - sum(digit::integer * (1 << (16 - place::integer))) % 11) % 11
      from regexp_split_to_table(left(replace(value, '-', ''), 15), '') with ordinality as digits (digit, place)
    ) = case right(value, 1) when 'X' then 10 else ascii(right(value, 1)) - 48 end;

-- How many digits an amount of a currency may have after the decimal point.
create function platform.currency_decimals(currency text) returns integer
  language sql immutable parallel safe
  return case
    when currency in (
      'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF'
    ) then 0
    when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
    when currency in ('CLF', 'UYW') then 4
    else 2
  end;

-- A sum of money is an amount and a currency, or neither.
create function platform.is_money(amount numeric, currency text) returns boolean
  language sql immutable parallel safe
  return (amount is null) = (currency is null)
    and (amount is null or amount = trunc(amount, platform.currency_decimals(currency)));

create function platform.is_money_range(lowest numeric, highest numeric, currency text) returns boolean
  language sql immutable parallel safe
  return platform.is_money(lowest, currency)
    and platform.is_money(highest, currency)
    and (lowest is null or lowest <= highest);

-- An object of at most 16 KiB when it is written without white space. jsonb writes a space after each separator,
-- and numbers without exponents: neither counts.
create function platform.is_extra(extra jsonb) returns boolean
  language sql immutable parallel safe
  return jsonb_typeof(extra) = 'object'
    and (
      octet_length(extra::text) <= 16384
      or octet_length(
        regexp_replace(extra::text, '("(?:[^"\\]|\\.)*")|([,:]) |-?[0-9][0-9.]{24,}', '\1\2', 'g')
      ) <= 16384
    );

-- How far an innovation is, as a number that compares.
create function identity.stage_rank(stage text) returns smallint
  language sql immutable parallel safe
  return array_position(array['idea', 'prototype', 'mvp', 'launched', 'scaling', 'mature'], stage)::smallint;

-- What all kinds share: one row an account.
create table identity.profiles (
  tenant_id              uuid             not null,
  account_id             uuid             not null,
  kind                   text             not null check (kind in (
    'innovator', 'business_investor', 'mentor', 'corporate_partner', 'government_official', 'academic_researcher',
    'service_provider', 'community_member'
  )),
  headline               text             check (platform.is_line(headline, 2, 120)),
  photo                  text             check (platform.is_link(photo)),
  city                   text             check (platform.is_line(city, 1, 80)),
  country                platform.country,
  languages              text[]           not null default '{}' check (platform.is_language_set(languages, 20)),
  skills                 text[]           not null default '{}' check (platform.is_line_set(skills, 1, 60, 30)),
  interests              text[]           not null default '{}' check (platform.is_line_set(interests, 1, 60, 30)),
  links                  text[]           not null default '{}' check (platform.is_link_set(links, 10)),
  availability           text             check (platform.is_line(availability, 1, 120)),
  -- Which kinds of people are looked for and, at the same place of the second list, what for.
  looking_for            text[]           not null default '{}' check (
    platform.is_set(looking_for, 8)
    and looking_for <@ array[
      'innovator', 'business_investor', 'mentor', 'corporate_partner', 'government_official',
      'academic_researcher', 'service_provider', 'community_member'
    ]
  ),
  looking_for_why        text[]           not null default '{}'
    check (platform.is_line_list(looking_for_why, 1, 300, 8)),
  offering               text             check (platform.is_prose(offering, 1, 1000)),
  visibility             text             not null
    check (visibility in ('public', 'connections_only', 'private')),
  email_visibility       text             not null
    check (email_visibility in ('public', 'connections_only', 'private')),
  phone_visibility       text             not null
    check (phone_visibility in ('public', 'connections_only', 'private')),
  location_visibility    text             not null
    check (location_visibility in ('public', 'connections_only', 'private')),
  connections_visibility text             not null
    check (connections_visibility in ('public', 'connections_only', 'private')),
  state                  text             not null
    check (state in ('draft', 'incomplete', 'complete', 'suspended')),
  completion             platform.percent not null,
  extra                  jsonb            not null default '{}' check (platform.is_extra(extra)),
  version                bigint           not null check (version > 0),
  created_at             timestamptz      not null,
  updated_at             timestamptz      not null,
  primary key (tenant_id, account_id),
  -- What the details refer to, so that a profile has details of its own kind only.
  constraint profiles_kind_key unique (tenant_id, account_id, kind),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id) on delete cascade,
  constraint profiles_city_in_country check (city is null or country is not null),
  constraint profiles_looking_for_why check (cardinality(looking_for) = cardinality(looking_for_why))
);
create index profiles_shown on identity.profiles (tenant_id, account_id desc)
  where state in ('incomplete', 'complete');
create index profiles_shown_by_kind on identity.profiles (tenant_id, kind, account_id desc)
  where state in ('incomplete', 'complete');
create index profiles_shown_by_place on identity.profiles (tenant_id, country, city, account_id desc)
  where state in ('incomplete', 'complete');
select platform.adopt('identity.profiles', 'smile_identity');

-- Who has which skill, interest or language: one row a label, so that it is found by an index. (An index over the
-- arrays themselves is never used: `@>` is not leakproof, and so may not run before row-level security.) The rows
-- follow the arrays by trigger; the trail of changes is that of the profiles.
create table identity.profile_labels (
  tenant_id  uuid not null,
  list       text not null check (list in ('skill', 'interest', 'language')),
  label      text not null,
  account_id uuid not null,
  primary key (tenant_id, list, label, account_id),
  foreign key (tenant_id, account_id) references identity.profiles (tenant_id, account_id) on delete cascade
);
create index profile_labels_of_a_profile on identity.profile_labels (tenant_id, account_id);
-- No trail: every row follows from a profile.
select platform.adopt_untold('identity.profile_labels', 'smile_identity');

create function identity.keep_labels() returns trigger
  language plpgsql
as $$
begin
  delete from identity.profile_labels
  where tenant_id = new.tenant_id
    and account_id = new.account_id
    and label <> all (
      case list when 'skill' then new.skills when 'interest' then new.interests else new.languages end
    );
  insert into identity.profile_labels (tenant_id, list, label, account_id)
  select new.tenant_id, lists.list, label, new.account_id
  from (values ('skill', new.skills), ('interest', new.interests), ('language', new.languages)) as lists (list, labels)
  cross join unnest(lists.labels) as label
  on conflict do nothing;
  return null;
end
$$;
create trigger keep_labels after insert on identity.profiles
  for each row execute function identity.keep_labels();
create trigger keep_new_labels after update on identity.profiles
  for each row when (
    (old.skills, old.interests, old.languages) is distinct from (new.skills, new.interests, new.languages)
  )
  execute function identity.keep_labels();

-- What only one kind tells. The kind stands in each of these tables so that the reference holds it equal to the
-- profile's; it is checked when the transaction ends, so that a profile can become of another kind in it.

create table identity.innovator_profiles (
  tenant_id               uuid              not null,
  account_id              uuid              not null,
  kind                    text              not null default 'innovator' check (kind = 'innovator'),
  industries              text[]            not null default '{}' check (platform.is_line_set(industries, 1, 60, 30)),
  stage                   text
    check (stage in ('idea', 'prototype', 'mvp', 'launched', 'scaling', 'mature')),
  stage_rank              smallint          generated always as (identity.stage_rank(stage)) stored,
  startup_name            text              check (platform.is_line(startup_name, 1, 120)),
  startup_description     text              check (platform.is_prose(startup_description, 1, 2000)),
  funding_sought_amount   platform.amount,
  funding_sought_currency platform.currency,
  funding_raised_amount   platform.amount,
  funding_raised_currency platform.currency,
  team_size               integer           check (team_size between 1 and 100000),
  open_roles              text[]            not null default '{}' check (platform.is_line_set(open_roles, 1, 80, 20)),
  business_model          text              check (platform.is_prose(business_model, 1, 2000)),
  target_market           text              check (platform.is_prose(target_market, 1, 2000)),
  competitive_advantage   text              check (platform.is_prose(competitive_advantage, 1, 2000)),
  intellectual_property   text              check (platform.is_prose(intellectual_property, 1, 2000)),
  challenges              text[]            not null default '{}' check (platform.is_line_set(challenges, 1, 60, 20)),
  achievements            text[]            not null default '{}'
    check (platform.is_line_set(achievements, 1, 300, 20)),
  extra                   jsonb             not null default '{}' check (platform.is_extra(extra)),
  primary key (tenant_id, account_id),
  constraint innovator_profiles_of_kind foreign key (tenant_id, account_id, kind)
    references identity.profiles (tenant_id, account_id, kind) on delete cascade deferrable initially deferred,
  constraint innovator_profiles_funding_sought
    check (platform.is_money(funding_sought_amount, funding_sought_currency)),
  constraint innovator_profiles_funding_raised
    check (platform.is_money(funding_raised_amount, funding_raised_currency))
);
create index innovator_profiles_by_stage on identity.innovator_profiles (tenant_id, stage_rank, account_id desc);
select platform.adopt('identity.innovator_profiles', 'smile_identity');

create table identity.business_investor_profiles (
  tenant_id       uuid              not null,
  account_id      uuid              not null,
  kind            text              not null default 'business_investor' check (kind = 'business_investor'),
  industries      text[]            not null default '{}' check (platform.is_line_set(industries, 1, 60, 30)),
  stage_from      text
    check (stage_from in ('idea', 'prototype', 'mvp', 'launched', 'scaling', 'mature')),
  stage_to        text
    check (stage_to in ('idea', 'prototype', 'mvp', 'launched', 'scaling', 'mature')),
  stage_from_rank smallint          generated always as (identity.stage_rank(stage_from)) stored,
  stage_to_rank   smallint          generated always as (identity.stage_rank(stage_to)) stored,
  ticket_min      platform.amount,
  ticket_max      platform.amount,
  ticket_currency platform.currency,
  -- None means anywhere.
  geographies     text[]            not null default '{}' check (platform.is_country_set(geographies, 250)),
  investor_type   text
    check (investor_type in ('angel', 'vc', 'corporate', 'fund', 'family_office', 'grant')),
  criteria        text              check (platform.is_prose(criteria, 1, 2000)),
  exit_preference text              check (platform.is_line(exit_preference, 1, 200)),
  extra           jsonb             not null default '{}' check (platform.is_extra(extra)),
  primary key (tenant_id, account_id),
  constraint business_investor_profiles_of_kind foreign key (tenant_id, account_id, kind)
    references identity.profiles (tenant_id, account_id, kind) on delete cascade deferrable initially deferred,
  constraint business_investor_profiles_stages check (
    (stage_from is null) = (stage_to is null)
    and (stage_from is null or identity.stage_rank(stage_from) <= identity.stage_rank(stage_to))
  ),
  constraint business_investor_profiles_ticket
    check (platform.is_money_range(ticket_min, ticket_max, ticket_currency))
);
create index business_investor_profiles_by_stage
  on identity.business_investor_profiles (tenant_id, stage_from_rank, stage_to_rank);
select platform.adopt('identity.business_investor_profiles', 'smile_identity');

create table identity.portfolio_entries (
  tenant_id  uuid     not null,
  account_id uuid     not null,
  position   smallint not null check (position between 0 and 499),
  company    text     not null check (platform.is_line(company, 1, 120)),
  year       smallint check (year between 1950 and 2100),
  stage      text     check (stage in ('idea', 'prototype', 'mvp', 'launched', 'scaling', 'mature')),
  visibility text     not null check (visibility in ('public', 'connections_only', 'private')),
  primary key (tenant_id, account_id, position),
  foreign key (tenant_id, account_id) references identity.business_investor_profiles on delete cascade
);
select platform.adopt('identity.portfolio_entries', 'smile_identity');

create table identity.mentor_profiles (
  tenant_id           uuid     not null,
  account_id          uuid     not null,
  kind                text     not null default 'mentor' check (kind = 'mentor'),
  expertise           text[]   not null default '{}' check (platform.is_line_set(expertise, 1, 60, 30)),
  industries          text[]   not null default '{}' check (platform.is_line_set(industries, 1, 60, 30)),
  years_of_experience smallint check (years_of_experience between 0 and 80),
  approach            text     check (platform.is_prose(approach, 1, 2000)),
  hours_a_month       smallint check (hours_a_month between 0 and 744),
  -- None means all they speak.
  languages           text[]   not null default '{}' check (platform.is_language_set(languages, 20)),
  format              text     check (format in ('in_person', 'remote', 'both')),
  capacity            smallint check (capacity between 0 and 1000),
  open_slots          smallint check (open_slots between 0 and 1000),
  extra               jsonb    not null default '{}' check (platform.is_extra(extra)),
  primary key (tenant_id, account_id),
  constraint mentor_profiles_of_kind foreign key (tenant_id, account_id, kind)
    references identity.profiles (tenant_id, account_id, kind) on delete cascade deferrable initially deferred,
  constraint mentor_profiles_slots
    check (open_slots is null or (capacity is not null and open_slots <= capacity))
);
create index mentor_profiles_with_slots on identity.mentor_profiles (tenant_id, account_id desc) where open_slots > 0;
select platform.adopt('identity.mentor_profiles', 'smile_identity');

create table identity.corporate_partner_profiles (
  tenant_id             uuid              not null,
  account_id            uuid              not null,
  kind                  text              not null default 'corporate_partner' check (kind = 'corporate_partner'),
  organisation          text              check (platform.is_line(organisation, 1, 120)),
  sector                text              check (platform.is_line(sector, 1, 60)),
  size_band             text              check (size_band in ('micro', 'small', 'medium', 'large', 'enterprise')),
  partnership_interests text[]            not null default '{}' check (
    platform.is_set(partnership_interests, 6)
    and partnership_interests <@ array['pilot', 'procurement', 'investment', 'challenge', 'research', 'sponsorship']
  ),
  procurement_needs     text[]            not null default '{}'
    check (platform.is_line_set(procurement_needs, 1, 200, 30)),
  budget_min            platform.amount,
  budget_max            platform.amount,
  budget_currency       platform.currency,
  challenges_hosted     text[]            not null default '{}'
    check (platform.is_line_set(challenges_hosted, 1, 200, 30)),
  extra                 jsonb             not null default '{}' check (platform.is_extra(extra)),
  primary key (tenant_id, account_id),
  constraint corporate_partner_profiles_of_kind foreign key (tenant_id, account_id, kind)
    references identity.profiles (tenant_id, account_id, kind) on delete cascade deferrable initially deferred,
  constraint corporate_partner_profiles_budget
    check (platform.is_money_range(budget_min, budget_max, budget_currency))
);
-- Several people may speak for one organisation.
create index corporate_partner_profiles_by_organisation
  on identity.corporate_partner_profiles (tenant_id, organisation, account_id desc);
select platform.adopt('identity.corporate_partner_profiles', 'smile_identity');

create table identity.government_official_profiles (
  tenant_id    uuid   not null,
  account_id   uuid   not null,
  kind         text   not null default 'government_official' check (kind = 'government_official'),
  department   text   check (platform.is_line(department, 1, 160)),
  role         text   check (platform.is_line(role, 1, 120)),
  jurisdiction text   check (platform.is_line(jurisdiction, 1, 120)),
  policy_areas text[] not null default '{}' check (platform.is_line_set(policy_areas, 1, 60, 30)),
  programmes   text[] not null default '{}' check (platform.is_line_set(programmes, 1, 200, 30)),
  mandates     text[] not null default '{}' check (platform.is_line_set(mandates, 1, 300, 30)),
  extra        jsonb  not null default '{}' check (platform.is_extra(extra)),
  primary key (tenant_id, account_id),
  constraint government_official_profiles_of_kind foreign key (tenant_id, account_id, kind)
    references identity.profiles (tenant_id, account_id, kind) on delete cascade deferrable initially deferred
);
select platform.adopt('identity.government_official_profiles', 'smile_identity');

create table identity.academic_researcher_profiles (
  tenant_id          uuid   not null,
  account_id         uuid   not null,
  kind               text   not null default 'academic_researcher' check (kind = 'academic_researcher'),
  institution        text   check (platform.is_line(institution, 1, 200)),
  discipline         text   check (platform.is_line(discipline, 1, 60)),
  research_areas     text[] not null default '{}' check (platform.is_line_set(research_areas, 1, 60, 30)),
  orcid              text   check (platform.is_orcid(orcid)),
  grants_sought      text[] not null default '{}' check (platform.is_line_set(grants_sought, 1, 200, 20)),
  transfer_interests text[] not null default '{}' check (platform.is_line_set(transfer_interests, 1, 60, 30)),
  extra              jsonb  not null default '{}' check (platform.is_extra(extra)),
  primary key (tenant_id, account_id),
  constraint academic_researcher_profiles_of_kind foreign key (tenant_id, account_id, kind)
    references identity.profiles (tenant_id, account_id, kind) on delete cascade deferrable initially deferred
);
select platform.adopt('identity.academic_researcher_profiles', 'smile_identity');

create table identity.publications (
  tenant_id  uuid     not null,
  account_id uuid     not null,
  position   smallint not null check (position between 0 and 199),
  title      text     not null check (platform.is_line(title, 1, 300)),
  year       smallint check (year between 1900 and 2100),
  venue      text     check (platform.is_line(venue, 1, 200)),
  doi        text     check (platform.is_doi(doi)),
  primary key (tenant_id, account_id, position),
  constraint publications_doi_key unique (tenant_id, account_id, doi),
  foreign key (tenant_id, account_id) references identity.academic_researcher_profiles on delete cascade
);
select platform.adopt('identity.publications', 'smile_identity');

create table identity.service_provider_profiles (
  tenant_id       uuid     not null,
  account_id      uuid     not null,
  kind            text     not null default 'service_provider' check (kind = 'service_provider'),
  expertise       text[]   not null default '{}' check (platform.is_line_set(expertise, 1, 60, 30)),
  certifications  text[]   not null default '{}' check (platform.is_line_set(certifications, 1, 120, 30)),
  clients_served  integer  check (clients_served between 0 and 1000000),
  turnaround_days smallint check (turnaround_days between 0 and 3650),
  availability    text     check (availability in ('open', 'limited', 'full')),
  extra           jsonb    not null default '{}' check (platform.is_extra(extra)),
  primary key (tenant_id, account_id),
  constraint service_provider_profiles_of_kind foreign key (tenant_id, account_id, kind)
    references identity.profiles (tenant_id, account_id, kind) on delete cascade deferrable initially deferred
);
select platform.adopt('identity.service_provider_profiles', 'smile_identity');

create table identity.services (
  tenant_id      uuid     not null,
  account_id     uuid     not null,
  position       smallint not null check (position between 0 and 49),
  title          text     not null check (platform.is_line(title, 1, 120)),
  category       text     check (platform.is_line(category, 1, 60)),
  price_model    text     not null check (price_model in ('fixed', 'hourly', 'quote')),
  price_amount   platform.amount,
  price_currency platform.currency,
  primary key (tenant_id, account_id, position),
  foreign key (tenant_id, account_id) references identity.service_provider_profiles on delete cascade,
  constraint services_price check (
    platform.is_money(price_amount, price_currency) and (price_model = 'quote') = (price_amount is null)
  )
);
select platform.adopt('identity.services', 'smile_identity');

create table identity.community_member_profiles (
  tenant_id     uuid   not null,
  account_id    uuid   not null,
  kind          text   not null default 'community_member' check (kind = 'community_member'),
  goals         text[] not null default '{}' check (platform.is_line_set(goals, 1, 200, 20)),
  participation text   not null check (participation in ('observer', 'occasional', 'regular', 'core')),
  extra         jsonb  not null default '{}' check (platform.is_extra(extra)),
  primary key (tenant_id, account_id),
  constraint community_member_profiles_of_kind foreign key (tenant_id, account_id, kind)
    references identity.profiles (tenant_id, account_id, kind) on delete cascade deferrable initially deferred
);
select platform.adopt('identity.community_member_profiles', 'smile_identity');

-- The account says where its profile stands. It is written here and nowhere else, whoever writes the profile. The
-- account's version stays: that a profile was completed does not make anybody's edit of the account stale.
create function identity.tell_standing() returns trigger
  language plpgsql
as $$
begin
  if tg_op = 'DELETE' then
    update identity.personal_details
    set profile_kind = null, profile_state = 'draft', visibility = 'public', completion = 0
    where tenant_id = old.tenant_id and id = old.account_id;
  else
    update identity.personal_details
    set profile_kind = new.kind, profile_state = new.state, visibility = new.visibility, completion = new.completion
    where tenant_id = new.tenant_id and id = new.account_id;
  end if;
  return null;
end
$$;
create trigger tell_standing after insert or delete on identity.profiles
  for each row execute function identity.tell_standing();
create trigger tell_new_standing after update on identity.profiles
  for each row when (
    (old.kind, old.state, old.visibility, old.completion)
      is distinct from (new.kind, new.state, new.visibility, new.completion)
  )
  execute function identity.tell_standing();

-- What was shown to others never becomes a draft again, unless staff took it off in between.
create function identity.guard_profile_state() returns trigger
  language plpgsql
as $$
begin
  raise exception 'a profile does not go from % to %', old.state, new.state
    using errcode = 'check_violation', constraint = 'profiles_state';
end
$$;
create trigger guard_state before update of state on identity.profiles
  for each row when (old.state in ('incomplete', 'complete') and new.state = 'draft')
  execute function identity.guard_profile_state();

-- Whole profiles, the details of the kind as core reads them. Of the eight tables only the kind's own is looked
-- into, so that a page of profiles takes one statement and one look-up a profile.
create view identity.whole_profiles with (security_invoker = true) as
  select p.tenant_id, p.account_id, p.kind, p.headline, p.photo, p.city, p.country, p.languages, p.skills,
    p.interests, p.links, p.availability, p.looking_for, p.looking_for_why, p.offering, p.visibility,
    p.email_visibility, p.phone_visibility, p.location_visibility, p.connections_visibility, p.state, p.completion,
    p.extra, p.version, p.created_at, p.updated_at,
    case p.kind
      when 'community_member' then (
        select d.participation from identity.community_member_profiles d
        where d.tenant_id = p.tenant_id and d.account_id = p.account_id
      )
    end as participation,
    case p.kind
      when 'innovator' then (
        select json_build_object(
          'kind', d.kind,
          'industries', d.industries,
          'stage', d.stage,
          'startup_name', d.startup_name,
          'startup_description', d.startup_description,
          'funding_sought', case when d.funding_sought_amount is not null then
            json_build_object('amount', d.funding_sought_amount::text, 'currency', d.funding_sought_currency) end,
          'funding_raised', case when d.funding_raised_amount is not null then
            json_build_object('amount', d.funding_raised_amount::text, 'currency', d.funding_raised_currency) end,
          'team_size', d.team_size,
          'open_roles', d.open_roles,
          'business_model', d.business_model,
          'target_market', d.target_market,
          'competitive_advantage', d.competitive_advantage,
          'intellectual_property', d.intellectual_property,
          'challenges', d.challenges,
          'achievements', d.achievements
        )
        from identity.innovator_profiles d
        where d.tenant_id = p.tenant_id and d.account_id = p.account_id
      )
      when 'business_investor' then (
        select json_build_object(
          'kind', d.kind,
          'industries', d.industries,
          'stages', case when d.stage_from is not null then
            json_build_object('from', d.stage_from, 'to', d.stage_to) end,
          'ticket', case when d.ticket_min is not null then json_build_object(
            'min', d.ticket_min::text, 'max', d.ticket_max::text, 'currency', d.ticket_currency) end,
          'geographies', d.geographies,
          'investor_type', d.investor_type,
          'portfolio', (
            select coalesce(json_agg(
              json_build_object('company', e.company, 'year', e.year, 'stage', e.stage, 'visibility', e.visibility)
              order by e.position
            ), '[]')
            from identity.portfolio_entries e
            where e.tenant_id = d.tenant_id and e.account_id = d.account_id
          ),
          'criteria', d.criteria,
          'exit_preference', d.exit_preference
        )
        from identity.business_investor_profiles d
        where d.tenant_id = p.tenant_id and d.account_id = p.account_id
      )
      when 'mentor' then (
        select json_build_object(
          'kind', d.kind,
          'expertise', d.expertise,
          'industries', d.industries,
          'years_of_experience', d.years_of_experience,
          'approach', d.approach,
          'hours_a_month', d.hours_a_month,
          'languages', d.languages,
          'format', d.format,
          'capacity', d.capacity,
          'open_slots', d.open_slots
        )
        from identity.mentor_profiles d
        where d.tenant_id = p.tenant_id and d.account_id = p.account_id
      )
      when 'corporate_partner' then (
        select json_build_object(
          'kind', d.kind,
          'organisation', d.organisation,
          'sector', d.sector,
          'size_band', d.size_band,
          'partnership_interests', d.partnership_interests,
          'procurement_needs', d.procurement_needs,
          'budget', case when d.budget_min is not null then json_build_object(
            'min', d.budget_min::text, 'max', d.budget_max::text, 'currency', d.budget_currency) end,
          'challenges_hosted', d.challenges_hosted
        )
        from identity.corporate_partner_profiles d
        where d.tenant_id = p.tenant_id and d.account_id = p.account_id
      )
      when 'government_official' then (
        select json_build_object(
          'kind', d.kind,
          'department', d.department,
          'role', d.role,
          'jurisdiction', d.jurisdiction,
          'policy_areas', d.policy_areas,
          'programmes', d.programmes,
          'mandates', d.mandates
        )
        from identity.government_official_profiles d
        where d.tenant_id = p.tenant_id and d.account_id = p.account_id
      )
      when 'academic_researcher' then (
        select json_build_object(
          'kind', d.kind,
          'institution', d.institution,
          'discipline', d.discipline,
          'research_areas', d.research_areas,
          'orcid', d.orcid,
          'publications', (
            select coalesce(json_agg(
              json_build_object('title', e.title, 'year', e.year, 'venue', e.venue, 'doi', e.doi)
              order by e.position
            ), '[]')
            from identity.publications e
            where e.tenant_id = d.tenant_id and e.account_id = d.account_id
          ),
          'grants_sought', d.grants_sought,
          'transfer_interests', d.transfer_interests
        )
        from identity.academic_researcher_profiles d
        where d.tenant_id = p.tenant_id and d.account_id = p.account_id
      )
      when 'service_provider' then (
        select json_build_object(
          'kind', d.kind,
          'services', (
            select coalesce(json_agg(
              json_build_object('title', e.title, 'category', e.category, 'price_model', e.price_model, 'price',
                case when e.price_amount is not null then
                  json_build_object('amount', e.price_amount::text, 'currency', e.price_currency) end)
              order by e.position
            ), '[]')
            from identity.services e
            where e.tenant_id = d.tenant_id and e.account_id = d.account_id
          ),
          'expertise', d.expertise,
          'certifications', d.certifications,
          'clients_served', d.clients_served,
          'turnaround_days', d.turnaround_days,
          'availability', d.availability
        )
        from identity.service_provider_profiles d
        where d.tenant_id = p.tenant_id and d.account_id = p.account_id
      )
      when 'community_member' then (
        select json_build_object('kind', d.kind, 'goals', d.goals)
        from identity.community_member_profiles d
        where d.tenant_id = p.tenant_id and d.account_id = p.account_id
      )
    end as details
  from identity.profiles p;
grant select on identity.whole_profiles to smile_identity;
