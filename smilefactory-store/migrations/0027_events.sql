-- expand: events, and who comes to them.

set local lock_timeout = '2s';

-- Who somebody is, and whom they see: what lists of events ask of others.
grant usage on schema identity, social to smile_event;
grant select (tenant_id, id, erased_at) on identity.personal_details to smile_event;
grant select on social.barriers to smile_event;

create table event.events (
  tenant_id       uuid        not null references tenancy.tenants (id),
  id              uuid        not null,
  -- Nobody, once they are erased.
  created_by      uuid,
  title           text        not null check (platform.is_line(title, 1, 200)),
  description     text        not null check (platform.is_prose(description, 1, 10000)),
  html            text        not null,
  renderer        smallint    not null,
  category        text        not null
    check (category in ('workshop', 'networking', 'conference', 'webinar', 'meetup', 'pitch', 'demo')),
  format          text        not null check (format in ('in_person', 'online', 'hybrid')),
  place_name      text        check (platform.is_line(place_name, 1, 120)),
  place_address   text        check (platform.is_line(place_address, 1, 300)),
  place_city      text        check (platform.is_line(place_city, 1, 80)),
  place_country   platform.country,
  join_at         text        check (platform.is_link(join_at)),
  -- What clocks show in the zone, which is what was said; and the instants that follow from it, which lists go by.
  starts          timestamp   not null,
  ends            timestamp   not null,
  register_until  timestamp,
  zone            text        not null check (zone ~ '^[A-Za-z0-9_+/-]{1,64}$'),
  starts_at       timestamptz not null,
  ends_at         timestamptz not null,
  registers_until timestamptz not null,
  price_amount    platform.amount,
  price_currency  platform.currency,
  approval        boolean     not null,
  visibility      text        not null check (visibility in ('public', 'members', 'private')),
  state           text        not null check (state in ('draft', 'published', 'cancelled', 'completed')),
  published_at    timestamptz,
  cancelled_for   text        check (platform.is_line(cancelled_for, 1, 500)),
  sequence        integer     not null check (sequence >= 0),
  version         bigint      not null check (version > 0),
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, created_by) references identity.personal_details (tenant_id, id),
  constraint events_place check ((format = 'online') = (place_address is null)),
  constraint events_whole_place check (
    (place_address is null) = (place_country is null)
    and (place_address is not null or (place_name is null and place_city is null))
  ),
  constraint events_joined_online check (join_at is null or format <> 'in_person'),
  constraint events_to_the_minute check (
    date_trunc('minute', starts) = starts and date_trunc('minute', ends) = ends
    and (register_until is null or date_trunc('minute', register_until) = register_until)
    and extract(year from starts) between 2000 and 2099 and extract(year from ends) between 2000 and 2099
    and (register_until is null or extract(year from register_until) between 2000 and 2099)
  ),
  constraint events_in_order check (starts_at < ends_at and ends_at <= starts_at + interval '31 days'),
  constraint events_registration check (
    registers_until <= starts_at and (register_until is not null or registers_until = starts_at)
  ),
  constraint events_price check (platform.is_money(price_amount, price_currency)),
  constraint events_published check (state = 'draft' or published_at is not null),
  constraint events_cancelled_for check (cancelled_for is null or state = 'cancelled')
);
create index events_by_start on event.events (tenant_id, starts_at, id) where state <> 'draft';
create index events_by_end on event.events (tenant_id, ends_at, id) where state = 'published';
create index events_of_an_account on event.events (tenant_id, created_by, id);
-- What organisers wrote is in the row: the trail does not repeat it.
select platform.adopt('event.events', 'smile_event', array[
  'title', 'description', 'html', 'place_name', 'place_address', 'place_city', 'join_at', 'cancelled_for'
]);

-- What becomes of an event.
create function event.guard_event_state() returns trigger
  language plpgsql
as $$
declare
  known constant boolean := case old.state
    when 'draft' then new.state = 'published'
    when 'published' then new.state in ('cancelled', 'completed')
    else false
  end;
begin
  if not known then
    raise exception 'an event that is % does not become %', old.state, new.state
      using errcode = 'check_violation', constraint = 'events_steps', schema = tg_table_schema, table = tg_table_name;
  end if;
  return new;
end
$$;
create trigger guard_state before update of state on event.events
  for each row when (old.state <> new.state) execute function event.guard_event_state();

create table event.organisers (
  tenant_id  uuid        not null,
  event_id   uuid        not null,
  account_id uuid        not null,
  since      timestamptz not null,
  primary key (tenant_id, event_id, account_id),
  foreign key (tenant_id, event_id) references event.events (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id)
);
create index organisers_of_an_account on event.organisers (tenant_id, account_id, event_id);
select platform.adopt('event.organisers', 'smile_event');
revoke update on event.organisers from smile_event;

-- The seats of an event, a row a class: those without a name are the general ones. How many are taken and how many people
-- wait is counted here, in the row that whoever comes or goes holds.
create table event.seat_classes (
  tenant_id     uuid    not null,
  event_id      uuid    not null,
  name          text    not null check (name = '' or (name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(name) <= 63)),
  -- As many as come, where nothing is said.
  capacity      integer check (capacity between 1 and 100000),
  by_invitation boolean not null,
  taken         integer not null default 0 check (taken >= 0),
  waiting       integer not null default 0 check (waiting >= 0),
  -- The last place that was given to somebody who waits.
  last_place    bigint  not null default 0 check (last_place >= 0),
  -- Where it stands among the others.
  ordinal       smallint not null check (ordinal between 0 and 8),
  primary key (tenant_id, event_id, name),
  foreign key (tenant_id, event_id) references event.events (tenant_id, id) on delete cascade,
  constraint seat_classes_general check ((name = '') = (ordinal = 0)),
  constraint seat_classes_apart check (name <> 'general' and (name = '' or capacity is not null)),
  constraint seat_classes_open check (name <> '' or not by_invitation),
  -- Never one seat too many, whoever writes.
  constraint seat_classes_full check (capacity is null or taken <= capacity)
) with (fillfactor = 70);
select platform.adopt('event.seat_classes', 'smile_event');
-- The trail has how many seats there are; how many are taken follows from the registrations.
drop trigger audit on event.seat_classes;
create trigger audit after insert or delete or update of capacity, by_invitation on event.seat_classes
  for each row execute function platform.record_change('key=event_id,name');

create table event.registrations (
  tenant_id     uuid        not null,
  id            uuid        not null,
  event_id      uuid        not null,
  account_id    uuid        not null,
  class         text        not null,
  state         text        not null check (state in (
    'invited', 'requested', 'going', 'maybe', 'waitlisted', 'offered', 'declined', 'cancelled', 'checked_in', 'no_show'
  )),
  place         bigint      check (place > 0),
  offered_until timestamptz,
  seated_at     timestamptz,
  checked_in_at timestamptz,
  invited_by    uuid,
  version       bigint      not null check (version > 0),
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  primary key (tenant_id, id),
  constraint registrations_key unique (tenant_id, event_id, account_id),
  constraint registrations_class foreign key (tenant_id, event_id, class)
    references event.seat_classes (tenant_id, event_id, name) on delete cascade,
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, invited_by) references identity.personal_details (tenant_id, id),
  constraint registrations_waits check ((state in ('waitlisted', 'offered')) = (place is not null)),
  constraint registrations_offered check ((state = 'offered') = (offered_until is not null)),
  constraint registrations_seated check ((state in ('going', 'checked_in', 'no_show')) = (seated_at is not null)),
  constraint registrations_checked_in check ((state = 'checked_in') = (checked_in_at is not null))
) with (fillfactor = 80);
-- Of those who wait, nobody has the place of another.
create unique index registrations_place_key on event.registrations (tenant_id, event_id, class, place)
  where state = 'waitlisted';
create index registrations_offers on event.registrations (tenant_id, offered_until, event_id) where state = 'offered';
create index registrations_of_an_event on event.registrations (tenant_id, event_id, state, id);
create index registrations_invited_by on event.registrations (tenant_id, invited_by, id) where invited_by is not null;
create index registrations_of_an_account on event.registrations (tenant_id, account_id, id desc);
select platform.adopt('event.registrations', 'smile_event');
-- Those who were somewhere together know each other better.
grant usage on schema event to smile_social;
grant select on event.events, event.registrations to smile_social;

-- How somebody stands to an event becomes only what core lets it become.
create function event.guard_registration_state() returns trigger
  language plpgsql
as $$
declare
  known constant boolean := case old.state
    when 'invited' then new.state in ('requested', 'going', 'waitlisted', 'maybe', 'declined', 'cancelled')
    when 'requested' then new.state in ('going', 'waitlisted', 'declined', 'cancelled')
    when 'going' then new.state in ('cancelled', 'checked_in', 'no_show')
    when 'maybe' then new.state in ('invited', 'requested', 'going', 'waitlisted', 'declined', 'cancelled')
    when 'waitlisted' then new.state in ('offered', 'cancelled')
    when 'offered' then new.state in ('going', 'declined', 'cancelled')
    when 'declined' then new.state in ('invited', 'requested', 'going', 'waitlisted', 'maybe')
    when 'cancelled' then new.state in ('invited', 'requested', 'going', 'waitlisted', 'maybe')
    else false
  end;
begin
  if not known then
    raise exception 'a registration that is % does not become %', old.state, new.state
      using errcode = 'check_violation', constraint = 'registrations_steps', schema = tg_table_schema,
        table = tg_table_name;
  end if;
  return new;
end
$$;
create trigger guard_state before update of state on event.registrations
  for each row when (old.state <> new.state) execute function event.guard_registration_state();

create function event.holds_seat(state text) returns integer
  language sql immutable parallel safe
  return coalesce((state in ('going', 'offered', 'checked_in', 'no_show'))::integer, 0);

create function event.count_seats() returns trigger
  language plpgsql
as $$
begin
  if tg_op <> 'INSERT' then
    update event.seat_classes as c
      set taken = c.taken - event.holds_seat(old.state), waiting = c.waiting - (old.state = 'waitlisted')::integer
      where c.tenant_id = old.tenant_id and c.event_id = old.event_id and c.name = old.class
        and (event.holds_seat(old.state) = 1 or old.state = 'waitlisted');
  end if;
  if tg_op <> 'DELETE' then
    update event.seat_classes as c
      set taken = c.taken + event.holds_seat(new.state), waiting = c.waiting + (new.state = 'waitlisted')::integer
      where c.tenant_id = new.tenant_id and c.event_id = new.event_id and c.name = new.class
        and (event.holds_seat(new.state) = 1 or new.state = 'waitlisted');
  end if;
  return null;
end
$$;
create trigger count_new after insert or delete on event.registrations
  for each row execute function event.count_seats();
create trigger count_changed after update of state, class on event.registrations
  for each row when (
    (event.holds_seat(old.state), old.state = 'waitlisted', old.class)
      is distinct from (event.holds_seat(new.state), new.state = 'waitlisted', new.class)
  )
  execute function event.count_seats();

-- What happens at an event, saved as a whole: parts, speakers and sponsors, each with its place in its list.
create table event.programme_sessions (
  tenant_id uuid      not null,
  event_id  uuid      not null,
  place     smallint  not null check (place between 0 and 99),
  title     text      not null check (platform.is_line(title, 1, 200)),
  about     text      check (platform.is_prose(about, 1, 5000)),
  -- What clocks show in the zone of the event.
  starts    timestamp not null check (date_trunc('minute', starts) = starts),
  ends      timestamp not null check (date_trunc('minute', ends) = ends),
  room      text      check (platform.is_line(room, 1, 120)),
  speakers  text[]    not null check (platform.is_line_set(speakers, 1, 120, 10)),
  primary key (tenant_id, event_id, place),
  foreign key (tenant_id, event_id) references event.events (tenant_id, id) on delete cascade
);
select platform.adopt('event.programme_sessions', 'smile_event', array['title', 'about', 'speakers']);

create table event.programme_speakers (
  tenant_id  uuid     not null,
  event_id   uuid     not null,
  place      smallint not null check (place between 0 and 59),
  name       text     not null check (platform.is_line(name, 1, 120)),
  account_id uuid,
  title      text     check (platform.is_line(title, 1, 160)),
  about      text     check (platform.is_prose(about, 1, 2000)),
  link       text     check (platform.is_link(link)),
  primary key (tenant_id, event_id, place),
  constraint programme_speakers_name_key unique (tenant_id, event_id, name),
  foreign key (tenant_id, event_id) references event.events (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id)
);
create index programme_speakers_of_an_account on event.programme_speakers (tenant_id, account_id) where account_id is not null;
select platform.adopt('event.programme_speakers', 'smile_event', array['name', 'title', 'about', 'link']);

create table event.programme_sponsors (
  tenant_id uuid     not null,
  event_id  uuid     not null,
  place     smallint not null check (place between 0 and 39),
  name      text     not null check (platform.is_line(name, 1, 120)),
  level     text     check (platform.is_line(level, 1, 40)),
  link      text     check (platform.is_link(link)),
  primary key (tenant_id, event_id, place),
  foreign key (tenant_id, event_id) references event.events (tenant_id, id) on delete cascade
);
select platform.adopt('event.programme_sponsors', 'smile_event');

-- What people at an event are given: for which time, and for whom.
create table event.resources (
  tenant_id uuid        not null,
  id        uuid        not null,
  event_id  uuid        not null,
  title     text        not null check (platform.is_line(title, 1, 200)),
  link      text        not null check (platform.is_link(link)),
  phase     text        not null check (phase in ('before', 'during', 'after')),
  audience  text        not null check (audience in ('everyone', 'registered', 'attended')),
  added_at  timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, event_id) references event.events (tenant_id, id) on delete cascade
);
create index resources_of_an_event on event.resources (tenant_id, event_id, id);
select platform.adopt('event.resources', 'smile_event', array['title', 'link']);

-- Where a calendar reads somebody's events: at an address that has a secret, of which a digest is kept.
create table event.feeds (
  tenant_id    uuid        not null,
  account_id   uuid        not null,
  token_digest bytea       not null check (octet_length(token_digest) = 32),
  created_at   timestamptz not null,
  primary key (tenant_id, account_id),
  constraint feeds_token_key unique (tenant_id, token_digest),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id)
);
select platform.adopt('event.feeds', 'smile_event', array['token_digest']);
