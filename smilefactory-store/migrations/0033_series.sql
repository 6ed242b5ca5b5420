-- expand: events that repeat, events of groups, and files at events.

set local lock_timeout = '2s';

-- An event that is more than once: what its events are like, and by which rule they are made ahead. What clocks show is
-- in it as it was said; which instants that is follows from it for each event.
create table event.series (
  tenant_id    uuid        not null references tenancy.tenants (id),
  id           uuid        not null,
  -- Nobody, once they are erased.
  created_by   uuid,
  rule         text        not null
    check (rule ~ '^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*$' and char_length(rule) <= 400),
  -- When it is for the first time.
  first        timestamp   not null
    check (date_trunc('minute', first) = first and extract(year from first) between 2000 and 2099),
  -- The event as core writes it.
  template     jsonb       not null check (jsonb_typeof(template) = 'object'),
  published_at timestamptz,
  -- Until when its events are made; nothing once there are no more to make.
  made_until   timestamptz,
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, created_by) references identity.personal_details (tenant_id, id)
);
create index series_to_make on event.series (tenant_id, made_until, id) where made_until is not null;
create index series_of_an_account on event.series (tenant_id, created_by) where created_by is not null;
select platform.adopt('event.series', 'smile_event', array['template']);

alter table event.events
  add column series_id  uuid,
  -- When the rule says that it begins.
  add column recurrence timestamp,
  -- Whether it was changed apart from its series.
  add column exception  boolean not null default false,
  add column group_id   uuid,
  add constraint events_series foreign key (tenant_id, series_id) references event.series (tenant_id, id),
  add constraint events_group foreign key (tenant_id, group_id) references community.groups (tenant_id, id),
  add constraint events_of_a_series
    check ((series_id is null) = (recurrence is null) and (series_id is not null or not exception)),
  -- No time of a series is made twice, whoever makes it; looked at when a statement is over, since all of them move
  -- at once.
  add constraint events_recurrence_key unique (tenant_id, series_id, recurrence) deferrable initially immediate;
create index events_of_a_series on event.events (tenant_id, series_id, starts_at, id) where series_id is not null;
create index events_of_a_group on event.events (tenant_id, group_id, starts_at, id) where group_id is not null;

-- Whose group it is.
grant usage on schema community to smile_event;
grant select on community.groups to smile_event;
-- Whoever registers holds that they belong to the group: nobody leaves meanwhile.
grant select, update on community.members to smile_event;

-- Whether a group shows its event to somebody: a public one to everybody, all others to their members, and to those who
-- organise it.
create function event.is_shown_by_group(of_group uuid, of_event uuid, looker uuid) returns boolean
  language sql stable
begin atomic
  select exists (
      select
      from community.groups as g
      where g.tenant_id = tenancy.current_tenant() and g.id = of_group and g.visibility = 'public'
    )
    or exists (
      select
      from community.members as m
      where m.tenant_id = tenancy.current_tenant()
        and m.group_id = of_group
        and m.account_id = looker
        and m.state = 'member'
    )
    or exists (
      select
      from event.organisers as o
      where o.tenant_id = tenancy.current_tenant() and o.event_id = of_event and o.account_id = looker
    );
end;

-- What people at an event are given is somewhere else, or a file of whoever gives it.
alter table event.resources
  alter column link drop not null,
  add column media_id uuid,
  add constraint resources_media_fkey foreign key (tenant_id, media_id) references content.media (tenant_id, id),
  add constraint resources_one_of check (num_nonnulls(link, media_id) = 1);
create index resources_of_a_file on event.resources (tenant_id, media_id, event_id) where media_id is not null;
grant usage on schema content to smile_event;
grant select, update (unused_since) on content.media to smile_event;

-- The collector of files asks this, too; whatever needed files before still does.
grant usage on schema event to smile_content;
grant select on event.resources to smile_content;
alter function content.is_file_used(uuid, uuid) rename to is_file_used_outside_of_events;
create function content.is_file_used(tenant uuid, file uuid) returns boolean
  language sql stable
begin atomic
  select content.is_file_used_outside_of_events(tenant, file)
    or exists (select from event.resources as r where r.tenant_id = tenant and r.media_id = file);
end;

-- An event that is announced in a group is something that happens there, and so is each time that somebody means to come.
grant insert on community.group_activity to smile_event;
create function event.note_in_group() returns trigger
  language plpgsql
as $$
begin
  insert into community.group_activity (tenant_id, id, group_id, at, weight)
  values (new.tenant_id, platform.uuid_v7(new.published_at), new.group_id, new.published_at, 3);
  return null;
end
$$;
-- The times of a series are made a year ahead: what counts of them is who comes.
create trigger note_in_group after update of state on event.events
  for each row when (
    new.group_id is not null and new.series_id is null and new.state = 'published' and old.state <> 'published'
  )
  execute function event.note_in_group();
create function event.note_guest() returns trigger
  language plpgsql
as $$
begin
  insert into community.group_activity (tenant_id, id, group_id, at, weight)
  select new.tenant_id, platform.uuid_v7(new.seated_at), e.group_id, new.seated_at, 1
  from event.events as e
  where e.tenant_id = new.tenant_id and e.id = new.event_id and e.group_id is not null;
  return null;
end
$$;
create trigger note_guest_of_new after insert on event.registrations
  for each row when (new.state = 'going') execute function event.note_guest();
create trigger note_guest after update of state on event.registrations
  for each row when (new.state = 'going' and old.seated_at is null) execute function event.note_guest();
