-- expand: what the six tabs are listed by: profiles by name, activity and connections; what staff feature.

set local lock_timeout = '2s';

-- What profiles are put in order by: a narrow row each, apart from what people write. Who is listed, and whether they
-- are shown to somebody, is asked of the profile itself.
create table identity.profile_cards (
  tenant_id   uuid    not null,
  account_id  uuid    not null,
  kind        text    not null,
  -- Whether the profile is neither a draft nor suspended.
  shown       boolean not null,
  name_key    text    collate "C" not null,
  -- The last day on which they did something that counts as taking part, or that of the profile.
  active_on   date    not null,
  -- How many they are connected with of those who are shown to everybody, as everybody may know it: none, where one
  -- of the two shows it to fewer.
  connections integer not null default 0 check (connections >= 0),
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references identity.profiles (tenant_id, account_id) on delete cascade
) with (fillfactor = 70);
create index profile_cards_by_name on identity.profile_cards (tenant_id, name_key, account_id) where shown;
create index profile_cards_by_activity on identity.profile_cards
  (tenant_id, active_on desc, account_id desc) where shown;
create index profile_cards_by_connections on identity.profile_cards (tenant_id, connections desc, account_id desc)
  where shown;
create index profile_cards_by_kind_and_name on identity.profile_cards
  (tenant_id, kind, name_key, account_id) where shown;
create index profile_cards_by_kind_and_activity on identity.profile_cards
  (tenant_id, kind, active_on desc, account_id desc) where shown;
create index profile_cards_by_kind_and_connections on identity.profile_cards
  (tenant_id, kind, connections desc, account_id desc) where shown;
-- No trail: made of what has one.
select platform.adopt_untold('identity.profile_cards', 'smile_identity');

-- Whose activity and connections are to be counted anew: whoever connects or acts waits for nobody.
create table identity.card_changes (
  tenant_id  uuid not null,
  id         uuid not null,
  account_id uuid not null,
  primary key (tenant_id, id)
);
-- No trail: gone as soon as it is counted.
select platform.adopt_untold('identity.card_changes', 'smile_identity');
grant insert on identity.card_changes to smile_social;

create function identity.open_card() returns trigger
  language plpgsql
as $$
begin
  -- Whoever changes the name meanwhile waits.
  perform social.share_name(new.tenant_id, new.account_id);
  insert into identity.profile_cards (tenant_id, account_id, kind, shown, name_key, active_on)
  select new.tenant_id, new.account_id, new.kind, new.state in ('incomplete', 'complete'),
    social.name_key(a.first_name, a.last_name), (new.created_at at time zone 'UTC')::date
  from identity.personal_details as a
  where a.tenant_id = new.tenant_id and a.id = new.account_id
  on conflict (tenant_id, account_id) do nothing;
  insert into identity.card_changes (tenant_id, id, account_id)
  values (new.tenant_id, platform.uuid_v7(clock_timestamp()), new.account_id);
  return null;
end
$$;
create trigger open_card after insert on identity.profiles for each row execute function identity.open_card();

create function identity.keep_card() returns trigger
  language plpgsql
as $$
begin
  update identity.profile_cards as c
  set kind = new.kind, shown = new.state in ('incomplete', 'complete')
  where c.tenant_id = new.tenant_id and c.account_id = new.account_id;
  return null;
end
$$;
create trigger keep_card after update of kind, state on identity.profiles
  for each row when ((old.kind, old.state) is distinct from (new.kind, new.state))
  execute function identity.keep_card();

-- Who shows less or more of themselves counts otherwise for all who know them.
create function identity.mark_known() returns trigger
  language plpgsql
as $$
begin
  insert into identity.card_changes (tenant_id, id, account_id)
  select new.tenant_id, platform.uuid_v7(clock_timestamp()), marked.account_id
  from (
    select new.account_id
    union all
    select t.other_id from social.ties as t where t.tenant_id = new.tenant_id and t.account_id = new.account_id
  ) as marked (account_id);
  return null;
end
$$;
create trigger mark_known after update of state, visibility, connections_visibility on identity.profiles
  for each row when (
    (old.state in ('incomplete', 'complete') and old.visibility = 'public', old.connections_visibility = 'public')
      is distinct from
    (new.state in ('incomplete', 'complete') and new.visibility = 'public', new.connections_visibility = 'public')
  )
  execute function identity.mark_known();

create function identity.keep_card_name() returns trigger
  language plpgsql
as $$
begin
  perform social.hold_name(new.tenant_id, new.id);
  update identity.profile_cards as c
  set name_key = social.name_key(new.first_name, new.last_name)
  where c.tenant_id = new.tenant_id and c.account_id = new.id;
  return null;
end
$$;
create trigger keep_card_name after update of first_name, last_name on identity.personal_details
  for each row when ((old.first_name, old.last_name) is distinct from (new.first_name, new.last_name))
  execute function identity.keep_card_name();

create function identity.mark_active() returns trigger
  language plpgsql
as $$
begin
  insert into identity.card_changes (tenant_id, id, account_id)
  values (new.tenant_id, platform.uuid_v7(clock_timestamp()), new.account_id);
  return null;
end
$$;
create trigger mark_active after insert on identity.activity_days
  for each row execute function identity.mark_active();

create function social.mark_connected() returns trigger
  language plpgsql
as $$
declare
  pair constant social.connections := coalesce(new, old);
begin
  insert into identity.card_changes (tenant_id, id, account_id)
  values
    (pair.tenant_id, platform.uuid_v7(clock_timestamp()), pair.low_id),
    (pair.tenant_id, platform.uuid_v7(clock_timestamp()), pair.high_id);
  return null;
end
$$;
create trigger mark_connected after insert or delete on social.connections
  for each row execute function social.mark_connected();

-- Few people are verified: who asks for them alone is given them from here.
create index personal_details_verified on identity.personal_details (tenant_id, id) where verified_at is not null;

-- Whether one can register for an event at a time, as core says it: by the general seats.
create function event.door(
  state text, registers_until timestamptz, at timestamptz, capacity integer, taken integer
) returns text
  language sql immutable parallel safe
  return case
    when state <> 'published' or registers_until <= at then 'closed'
    when taken >= capacity then 'full'
    else 'open'
  end;

-- Posts that staff feature: a few, each in a place of its own, so that there is never one too many.
create table content.featured_posts (
  tenant_id   uuid        not null,
  post_id     uuid        not null,
  place       smallint    not null check (place between 1 and 20),
  featured_by uuid        not null,
  featured_at timestamptz not null,
  primary key (tenant_id, post_id),
  constraint featured_posts_place_key unique (tenant_id, place),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id) on delete cascade,
  foreign key (tenant_id, featured_by) references identity.personal_details (tenant_id, id)
);
create index featured_posts_by_time on content.featured_posts (tenant_id, featured_at desc, post_id desc);
select platform.adopt('content.featured_posts', 'smile_content');
revoke update on content.featured_posts from smile_content;

-- What is not for everybody any more is featured no more.
create function content.end_featuring() returns trigger
  language plpgsql
as $$
begin
  delete from content.featured_posts as f where f.tenant_id = new.tenant_id and f.post_id = new.id;
  return null;
end
$$;
create trigger end_featuring after update of state, standing, audience on content.posts
  for each row when (
    old.state = 'published' and old.standing = 'visible' and old.audience = 'everybody'
    and not (new.state = 'published' and new.standing = 'visible' and new.audience = 'everybody')
  )
  execute function content.end_featuring();
