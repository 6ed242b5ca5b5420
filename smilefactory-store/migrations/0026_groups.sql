-- expand: groups, who belongs to them, and the codes that they are joined with.

-- Whom somebody may invite, what lies between two people, and what a group stands in, is asked of the contexts that
-- know it.
grant usage on schema identity, content, social to smile_community;
grant select on identity.personal_details, identity.profiles to smile_community;
grant select on social.ties, social.barriers to smile_community;
grant select on content.categories to smile_community;
-- What somebody is told of groups, and whether they share one, is asked of this one.
grant usage on schema community to smile_messaging, smile_social, smile_content;

-- What a role may do in a group: the same for every tenant, and the same as core's.
create table community.role_permissions (
  role       text not null check (role in ('owner', 'admin', 'moderator', 'member')),
  permission text not null check (permission in (
    'change_group', 'archive_group', 'assign_roles', 'make_codes', 'invite', 'approve_members', 'remove_members',
    'ban_members', 'moderate_posts', 'make_events'
  )),
  primary key (role, permission)
);
insert into community.role_permissions (role, permission) values
  ('owner', 'change_group'),
  ('owner', 'archive_group'),
  ('owner', 'assign_roles'),
  ('owner', 'make_codes'),
  ('owner', 'invite'),
  ('owner', 'approve_members'),
  ('owner', 'remove_members'),
  ('owner', 'ban_members'),
  ('owner', 'moderate_posts'),
  ('owner', 'make_events'),
  ('admin', 'change_group'),
  ('admin', 'assign_roles'),
  ('admin', 'make_codes'),
  ('admin', 'invite'),
  ('admin', 'approve_members'),
  ('admin', 'remove_members'),
  ('admin', 'ban_members'),
  ('admin', 'moderate_posts'),
  ('admin', 'make_events'),
  ('moderator', 'invite'),
  ('moderator', 'approve_members'),
  ('moderator', 'remove_members'),
  ('moderator', 'ban_members'),
  ('moderator', 'moderate_posts'),
  ('moderator', 'make_events');
grant select on community.role_permissions to smile_community, smile_messaging;

-- Groups, and what is set for them. Whoever changes who belongs to one holds its row.
create table community.groups (
  tenant_id    uuid          not null references tenancy.tenants (id),
  id           uuid          not null,
  name         text          not null check (platform.is_line(name, 2, 120)),
  -- What it is listed by, whatever its capitals.
  name_key     text          collate "C" not null generated always as (lower(name)) stored,
  slug         platform.slug not null,
  description  text          check (platform.is_prose(description, 1, 5000)),
  rules        text          check (platform.is_prose(rules, 1, 5000)),
  category_id  uuid,
  languages    text[]        not null default '{}' check (platform.is_language_set(languages, 10)),
  city         text          check (platform.is_line(city, 1, 80)),
  country      platform.country,
  visibility   text          not null check (visibility in ('public', 'private', 'hidden')),
  join_policy  text          not null check (join_policy in ('open', 'approval', 'invite')),
  posting      text          not null check (posting in ('members', 'moderators', 'admins')),
  -- Within what the tenant has set for all groups.
  member_limit integer       check (member_limit between 2 and 100000),
  archived_at  timestamptz,
  archived     boolean       not null generated always as (archived_at is not null) stored,
  -- Nobody, once they are erased.
  created_by   uuid,
  version      bigint        not null check (version > 0),
  created_at   timestamptz   not null,
  updated_at   timestamptz   not null,
  constraint groups_slug_key unique (tenant_id, slug),
  constraint groups_category foreign key (tenant_id, category_id) references content.categories (tenant_id, id),
  foreign key (tenant_id, created_by) references identity.personal_details (tenant_id, id),
  constraint groups_city_of_a_country check (city is null or country is not null)
);
alter table community.groups add primary key (tenant_id, id);
create index groups_by_name on community.groups (tenant_id, name_key, id);
create index groups_by_time on community.groups (tenant_id, id desc) where not archived;
create index groups_of_a_category on community.groups (tenant_id, category_id) where category_id is not null;
create index groups_made_by on community.groups (tenant_id, created_by) where created_by is not null;
select platform.adopt('community.groups', 'smile_community', array['description', 'rules']);
revoke delete on community.groups from smile_community;

-- A group stands in a category of its own tab; it may stay in one that was archived since.
create function community.check_category() returns trigger
  language plpgsql
as $$
begin
  if not exists (
    select
    from content.categories as c
    where c.tenant_id = new.tenant_id and c.id = new.category_id and c.tab = 'groups' and c.archived_at is null
  ) then
    raise exception 'a group stands in a category of the tab for groups'
      using errcode = 'foreign_key_violation', constraint = 'groups_category', schema = tg_table_schema,
        table = tg_table_name;
  end if;
  return new;
end
$$;
create trigger check_new_category before insert on community.groups
  for each row when (new.category_id is not null) execute function community.check_category();
create trigger check_category before update of category_id on community.groups
  for each row when (new.category_id is not null and new.category_id is distinct from old.category_id)
  execute function community.check_category();

-- How much happens in a group: what happens is worth half after a week. All of it decays alike, so the sum is kept as a
-- logarithm as of 1970: time passing changes nothing that is stored, and no order.
create function community.trend_key(weight double precision, at timestamptz) returns double precision
  language sql immutable strict parallel safe
  return platform.decay_key(weight, at, 7);

-- What is counted of groups, apart from what is set for them: these rows change often, and are narrow.
create table community.group_stats (
  tenant_id    uuid             not null,
  group_id     uuid             not null,
  -- How many belong to it, and how many of them own it: counted where they are saved.
  members      integer          not null default 0 check (members >= 0),
  owners       integer          not null default 0,
  -- That of the group, for the check.
  member_limit integer,
  -- When something last happened.
  active_at    timestamptz      not null,
  -- How much happens, as a number that only compares.
  trend_key    double precision not null,
  foreign key (tenant_id, group_id) references community.groups (tenant_id, id),
  constraint group_stats_full check (members <= coalesce(member_limit, 100000)),
  constraint group_stats_owned check (owners between 0 and members and (members = 0 or owners > 0))
) with (fillfactor = 70);
alter table community.group_stats add primary key (tenant_id, group_id);
create index group_stats_by_activity on community.group_stats (tenant_id, active_at desc, group_id desc);
create index group_stats_by_trend on community.group_stats (tenant_id, trend_key desc, group_id desc);
create index group_stats_by_members on community.group_stats (tenant_id, members desc, group_id desc);
-- No trail: counted from members, which have it.
select platform.adopt_untold('community.group_stats', 'smile_community');

create function community.keep_stats() returns trigger
  language plpgsql
as $$
begin
  insert into community.group_stats as s (tenant_id, group_id, member_limit, active_at, trend_key)
  values (new.tenant_id, new.id, new.member_limit, new.created_at, community.trend_key(1, new.created_at))
  on conflict (tenant_id, group_id) do update
  set member_limit = excluded.member_limit;
  return null;
end
$$;
create trigger keep_stats after insert or update of member_limit on community.groups
  for each row execute function community.keep_stats();

-- How people belong to groups: who left, declined or was taken out does not.
create table community.members (
  tenant_id  uuid        not null,
  group_id   uuid        not null,
  account_id uuid        not null,
  state      text        not null check (state in ('invited', 'requested', 'member', 'banned')),
  role       text        not null check (role in ('owner', 'admin', 'moderator', 'member')),
  -- Owners before admins, before moderators, before members.
  rank       smallint    not null generated always as (
    case role when 'owner' then 0 when 'admin' then 1 when 'moderator' then 2 else 3 end
  ) stored,
  -- Who invited them, let them in or banned them.
  by_id      uuid,
  -- What they said when they asked, or why they were banned.
  note       text        check (platform.is_line(note, 1, 500)),
  joined_at  timestamptz,
  since      timestamptz not null,
  foreign key (tenant_id, group_id) references community.groups (tenant_id, id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, by_id) references identity.personal_details (tenant_id, id),
  constraint members_of_the_group_joined check ((state = 'member') = (joined_at is not null)),
  constraint members_of_the_group_role check (state = 'member' or role = 'member'),
  constraint members_of_the_group_banned check (state <> 'banned' or (by_id is not null and note is not null))
);
create index members_by_rank on community.members (tenant_id, group_id, state, rank, account_id);
create index groups_of_an_account on community.members (tenant_id, account_id, state, group_id);
create index members_let_in_by on community.members (tenant_id, by_id) where by_id is not null;
-- Made after the other keys: of two that look alike, as on a small table all do, the planner takes the later.
alter table community.members add constraint group_members_pkey primary key (tenant_id, group_id, account_id);
select platform.adopt('community.members', 'smile_community', array['note']);
grant select on community.groups, community.members to smile_messaging, smile_content;
grant select on community.members, community.group_stats to smile_social;

-- How somebody belongs to a group becomes only what core lets it become, whoever writes.
create function community.guard_member_state() returns trigger
  language plpgsql
as $$
declare
  known constant boolean := case old.state
    when 'invited' then new.state in ('member', 'banned')
    when 'requested' then new.state in ('member', 'banned')
    when 'member' then new.state = 'banned'
    else false
  end;
begin
  if not known then
    raise exception 'somebody who is % does not become %', old.state, new.state
      using errcode = 'check_violation', constraint = 'members_of_the_group_steps', schema = tg_table_schema,
        table = tg_table_name;
  end if;
  return new;
end
$$;
create trigger guard_state before update of state on community.members
  for each row when (old.state <> new.state) execute function community.guard_member_state();

-- Counts who belongs to a group and who owns it, in the narrow row. Somebody who comes is something that happens.
create function community.count_members() returns trigger
  language plpgsql
as $$
declare
  of_tenant constant uuid    := coalesce(new.tenant_id, old.tenant_id);
  of_group  constant uuid    := coalesce(new.group_id, old.group_id);
  joined    constant integer := coalesce((new.state = 'member')::integer, 0) - coalesce((old.state = 'member')::integer, 0);
  owning    constant integer := coalesce((new.state = 'member' and new.role = 'owner')::integer, 0)
    - coalesce((old.state = 'member' and old.role = 'owner')::integer, 0);
begin
  if joined = 0 and owning = 0 then
    return null;
  end if;
  update community.group_stats as s
  set members = s.members + joined,
    owners = s.owners + owning,
    active_at = case when joined > 0 then greatest(s.active_at, new.since) else s.active_at end,
    trend_key = case
      when joined > 0 then platform.log_add(s.trend_key, community.trend_key(1, new.since))
      else s.trend_key
    end
  where s.tenant_id = of_tenant and s.group_id = of_group;
  return null;
end
$$;
create trigger count_new after insert or delete on community.members
  for each row execute function community.count_members();
create trigger count_changed after update of role, state on community.members
  for each row when ((old.role, old.state) is distinct from (new.role, new.state))
  execute function community.count_members();

-- What is posted in a group.
set local lock_timeout = '2s';
alter table content.posts
  add constraint posts_group foreign key (tenant_id, group_id) references community.groups (tenant_id, id);

-- What is posted in a group that is not public is for its members, from the moment it is not: it stands in no list,
-- search or count but those of the group. What its moderators took off stays so.
create function community.keep_audience() returns trigger
  language plpgsql
as $$
begin
  update content.posts as p
  set audience = case new.visibility when 'public' then 'everybody' else 'members' end
  where p.tenant_id = new.tenant_id and p.group_id = new.id and p.audience <> 'author';
  return null;
end
$$;
create trigger keep_audience after update of visibility on community.groups
  for each row when ((old.visibility = 'public') <> (new.visibility = 'public')) execute function community.keep_audience();
grant select, update (audience) on content.posts to smile_community;
create index posts_in_a_group on content.posts (tenant_id, group_id) where group_id is not null;

-- What happened in groups and is not added to how much does yet: whoever posts or comments waits for nobody.
create table community.group_activity (
  tenant_id uuid             not null,
  id        uuid             not null,
  group_id  uuid             not null,
  at        timestamptz      not null,
  weight    double precision not null check (weight > 0),
  primary key (tenant_id, id),
  foreign key (tenant_id, group_id) references community.groups (tenant_id, id)
);
-- No trail: gone as soon as it is added.
select platform.adopt_untold('community.group_activity', 'smile_community');
grant insert on community.group_activity to smile_content;

create function community.note_post() returns trigger
  language plpgsql
as $$
begin
  insert into community.group_activity (tenant_id, id, group_id, at, weight)
  values (new.tenant_id, platform.uuid_v7(new.published_at), new.group_id, new.published_at, 3);
  return null;
end
$$;
create trigger note_post after update of state on content.posts
  for each row when (new.group_id is not null and new.state = 'published' and old.state <> 'published')
  execute function community.note_post();
create function community.note_comment() returns trigger
  language plpgsql
as $$
begin
  insert into community.group_activity (tenant_id, id, group_id, at, weight)
  select new.tenant_id, platform.uuid_v7(new.created_at), p.group_id, new.created_at, 1
  from content.posts as p
  where p.tenant_id = new.tenant_id and p.id = new.post_id and p.group_id is not null;
  return null;
end
$$;
create trigger note_comment after insert on content.comments
  for each row execute function community.note_comment();

-- Codes that a group is joined with; the code itself is not kept.
create table community.codes (
  tenant_id   uuid        not null,
  id          uuid        not null,
  group_id    uuid        not null,
  made_by     uuid        not null,
  code_digest bytea       not null check (octet_length(code_digest) = 32),
  max_uses    integer     not null check (max_uses between 1 and 10000),
  uses        integer     not null default 0,
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  revoked_at  timestamptz,
  primary key (tenant_id, id),
  constraint codes_code_key unique (tenant_id, code_digest),
  foreign key (tenant_id, group_id) references community.groups (tenant_id, id),
  foreign key (tenant_id, made_by) references identity.personal_details (tenant_id, id),
  constraint codes_uses check (uses between 0 and max_uses),
  constraint codes_good_for check (expires_at > created_at and expires_at <= created_at + interval '2160 hours')
);
create index codes_of_a_group on community.codes (tenant_id, group_id, id desc);
select platform.adopt('community.codes', 'smile_community', array['code_digest']);
revoke delete on community.codes from smile_community;

-- Who of these people is in a group that the viewer is in, too.
create or replace function social.shared_groups(viewer uuid, owners uuid[]) returns table (account_id uuid)
  language sql stable
begin atomic
  select distinct theirs.account_id
  from community.members as own
  join community.members as theirs
    on theirs.tenant_id = own.tenant_id
    and theirs.group_id = own.group_id
    and theirs.account_id = any (owners)
    and theirs.state = 'member'
  where own.tenant_id = tenancy.current_tenant()
    and own.account_id = viewer
    and own.state = 'member'
    and theirs.account_id <> viewer;
end;
