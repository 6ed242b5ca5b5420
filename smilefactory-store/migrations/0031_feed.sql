-- expand: the feed: who published last, how much is done with each post, and what is read by that.

-- When an author last published something for everybody. What is taken off later does not make it earlier: nothing of
-- theirs that is shown is later, which is what a list that is merged from many authors stops by. One narrow row an
-- author, which only they write.
create table content.author_activity (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  last_at    timestamptz not null,
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id)
) with (fillfactor = 70);
-- No trail: it follows from the posts, which have it.
select platform.adopt_untold('content.author_activity', 'smile_content');

-- How much is done with a post, half of which is forgotten after a day: that it was published, what was given to it,
-- and what was taken back, each at the time it was given, so that nothing is left of it.
create table content.post_heat (
  tenant_id    uuid             not null,
  post_id      uuid             not null,
  author_id    uuid             not null,
  kind         text             not null,
  -- Whether it is shown to everybody; the group whose members it is shown to, if it is for them; neither, when it is
  -- not shown.
  open         boolean          not null,
  group_id     uuid,
  base_key     double precision not null check (base_key > '-Infinity' and base_key < 'Infinity'),
  given_key    double precision not null default '-Infinity' check (given_key < 'Infinity'),
  taken_key    double precision not null default '-Infinity' check (taken_key < 'Infinity'),
  heat_key     double precision not null generated always as (
    platform.log_add(base_key, platform.log_subtract(given_key, taken_key))
  ) stored,
  primary key (tenant_id, post_id),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id),
  constraint post_heat_shown_to_some check (group_id is null or not open)
) with (fillfactor = 70);
create index post_heat_hottest on content.post_heat (tenant_id, heat_key desc, post_id desc) where open;
create index post_heat_hottest_by_kind on content.post_heat (tenant_id, kind, heat_key desc, post_id desc) where open;
create index post_heat_of_a_group on content.post_heat (tenant_id, group_id, heat_key desc, post_id desc)
  where group_id is not null;

-- What was done and is not added to the heat yet: who reacts adds a row, and waits for nobody.
create sequence content.post_heat_changes_seq;
grant usage on sequence content.post_heat_changes_seq to smile_content;
create table content.post_heat_changes (
  tenant_id uuid             not null,
  seq       bigint           not null default nextval('content.post_heat_changes_seq'),
  post_id   uuid             not null,
  key       double precision not null check (key > '-Infinity' and key < 'Infinity'),
  -- Whether it was taken back.
  taken     boolean          not null,
  primary key (tenant_id, seq)
);
create index post_heat_changes_of_post on content.post_heat_changes (tenant_id, post_id, seq);
-- No trail: what is summed up can be summed up again.
select platform.adopt_untold('content.post_heat', 'smile_content');
select platform.adopt_untold('content.post_heat_changes', 'smile_content');

-- What is posted for the members of groups, as the feeds of those read it.
set local lock_timeout = '2s';
create index posts_for_members on content.posts (tenant_id, group_id, published_at desc, id desc)
  where state = 'published' and standing = 'visible' and audience = 'members';

-- What is done when. Nothing is worth more for being dated in the future.
create function content.heat_key(weight double precision, at timestamptz) returns double precision
  language sql stable strict parallel safe
  return platform.decay_key(weight, least(at, clock_timestamp()), 1);

-- Keeps what the feed knows of a post, whoever changes it.
create function content.keep_heat() returns trigger
  language plpgsql
as $$
declare
  shown     constant boolean := new.state = 'published' and new.standing = 'visible';
  everybody constant boolean := shown and new.audience = 'everybody';
  members   constant uuid    := case when shown and new.audience = 'members' then new.group_id end;
begin
  if new.published_at is null then
    return null;
  end if;
  insert into content.post_heat as h (tenant_id, post_id, author_id, kind, open, group_id, base_key)
  values (
    new.tenant_id, new.id, new.author_id, new.kind, everybody, members, content.heat_key(1, new.published_at)
  )
  on conflict (tenant_id, post_id) do update
  set kind = excluded.kind, open = excluded.open, group_id = excluded.group_id
  where (h.kind, h.open) <> (excluded.kind, excluded.open) or h.group_id is distinct from excluded.group_id;
  if everybody then
    insert into content.author_activity as a (tenant_id, account_id, last_at)
    values (new.tenant_id, new.author_id, new.published_at)
    on conflict (tenant_id, account_id) do update
    set last_at = excluded.last_at
    where a.last_at < excluded.last_at;
  end if;
  return null;
end
$$;
create trigger keep_heat_of_new after insert on content.posts
  for each row when (new.published_at is not null) execute function content.keep_heat();
create trigger keep_heat after update of kind, state, standing, audience, group_id, published_at on content.posts
  for each row when (
    (old.kind, old.state, old.standing, old.audience) is distinct from (new.kind, new.state, new.standing, new.audience)
    or (old.group_id, old.published_at) is distinct from (new.group_id, new.published_at)
  )
  execute function content.keep_heat();

-- A foreign key that cascades would act as the owner of the table, whom row-level security binds otherwise.
create function content.forget_heat() returns trigger
  language plpgsql
as $$
begin
  delete from content.post_heat_changes where tenant_id = old.tenant_id and post_id = old.id;
  delete from content.post_heat where tenant_id = old.tenant_id and post_id = old.id;
  return old;
end
$$;
create trigger forget_heat before delete on content.posts
  for each row execute function content.forget_heat();

-- What each thing that is done with a post is worth; the same as core's.
create function content.heat_of(deed text) returns double precision
  language sql immutable strict parallel safe
  return case deed when 'reaction' then 1 when 'comment' then 2 when 'share' then 3 when 'save' then 2 when 'view' then 0.1 end;

-- Whoever does something again has done it now, and no more then. What authors do with their own posts is worth
-- nothing.
create function content.warm_by_action() returns trigger
  language plpgsql
as $$
declare
  of_tenant constant uuid := coalesce(new.tenant_id, old.tenant_id);
  of_post   constant uuid := coalesce(new.post_id, old.post_id);
  who       constant uuid := coalesce(new.account_id, old.account_id);
begin
  insert into content.post_heat_changes (tenant_id, post_id, key, taken)
  select of_tenant, of_post, content.heat_key(content.heat_of(done.deed), change.at), change.taken
  from (
    values
      ('reaction', old.reacted_at, new.reacted_at),
      ('save', old.saved_at, new.saved_at),
      ('share', old.shared_at, new.shared_at),
      ('view', old.viewed_on::timestamp at time zone 'UTC', new.viewed_on::timestamp at time zone 'UTC')
  ) as done (deed, was, became)
  cross join lateral (values (done.was, true), (done.became, false)) as change (at, taken)
  where done.was is distinct from done.became
    and change.at is not null
    and not exists (
      select from content.posts as p where p.tenant_id = of_tenant and p.id = of_post and p.author_id = who
    );
  return null;
end
$$;
create trigger warm after insert or delete on content.post_actions
  for each row execute function content.warm_by_action();
create trigger warm_changed after update on content.post_actions
  for each row when (
    (old.reacted_at, old.saved_at, old.shared_at, old.viewed_on)
      is distinct from (new.reacted_at, new.saved_at, new.shared_at, new.viewed_on)
  )
  execute function content.warm_by_action();

-- A comment counts as long as it is shown.
create function content.warm_by_comment() returns trigger
  language plpgsql
as $$
declare
  was    constant boolean := coalesce(old.deleted_at is null and old.standing = 'visible', false) and tg_op <> 'INSERT';
  is_now constant boolean := coalesce(new.deleted_at is null and new.standing = 'visible', false) and tg_op <> 'DELETE';
begin
  if was <> is_now then
    insert into content.post_heat_changes (tenant_id, post_id, key, taken)
    select p.tenant_id, p.id, content.heat_key(content.heat_of('comment'), coalesce(new.created_at, old.created_at)), was
    from content.posts as p
    where p.tenant_id = coalesce(new.tenant_id, old.tenant_id)
      and p.id = coalesce(new.post_id, old.post_id)
      and p.author_id <> coalesce(new.author_id, old.author_id);
  end if;
  return null;
end
$$;
create trigger warm after insert or delete on content.comments
  for each row execute function content.warm_by_comment();
create trigger warm_changed after update of deleted_at, standing on content.comments
  for each row execute function content.warm_by_comment();

-- What the heat of these posts is when all there is is summed up anew. It is read at one instant, that of the statement
-- that asks.
create function content.expected_heat(tenant uuid, posts uuid[]) returns table (
  post_id uuid, author_id uuid, kind text, open boolean, group_id uuid, base_key double precision,
  given_key double precision, published_at timestamptz
)
  language sql stable
begin atomic
  with asked as (
    select p.id, p.author_id, p.kind, p.published_at, p.audience, p.group_id,
      p.state = 'published' and p.standing = 'visible' as shown
    from content.posts as p
    where p.tenant_id = tenant and p.id = any ($2) and p.published_at is not null
  ), deeds as (
    select a.id, content.heat_key(content.heat_of(done.deed), done.at) as key
    from asked as a
    join content.post_actions as o on o.tenant_id = tenant and o.post_id = a.id and o.account_id <> a.author_id
    cross join lateral (
      values
        ('reaction', o.reacted_at),
        ('save', o.saved_at),
        ('share', o.shared_at),
        ('view', o.viewed_on::timestamp at time zone 'UTC')
    ) as done (deed, at)
    where done.at is not null
    union all
    select a.id, content.heat_key(content.heat_of('comment'), c.created_at)
    from asked as a
    join content.comment_nodes as n on n.tenant_id = tenant and n.post_id = a.id and n.alive
    join content.comments as c on c.tenant_id = tenant and c.id = n.id and c.author_id <> a.author_id
  ), most as (
    select d.id, d.key, max(d.key) over (partition by d.id) as most from deeds as d
  ), summed as (
    select m.id, max(m.most) + ln(sum(exp(greatest(m.key - m.most, -700)))) as given from most as m group by m.id
  )
  select a.id, a.author_id, a.kind, a.shown and a.audience = 'everybody',
    case when a.shown and a.audience = 'members' then a.group_id end,
    content.heat_key(1, a.published_at),
    coalesce(s.given, '-Infinity'),
    a.published_at
  from asked as a
  left join summed as s on s.id = a.id;
end;

-- Which of these posts have a heat that is not that, whether it is shown or its author's last time with it. What is not
-- added yet is not wrong.
create function content.cooled_posts(tenant uuid, posts uuid[]) returns setof uuid
  language sql stable
begin atomic
  with unfolded as (
    select c.post_id, c.taken, c.key, max(c.key) over (partition by c.post_id, c.taken) as most
    from content.post_heat_changes as c
    where c.tenant_id = tenant and c.post_id = any ($2)
  ), waiting as (
    select u.post_id, u.taken, max(u.most) + ln(sum(exp(greatest(u.key - u.most, -700)))) as key
    from unfolded as u
    group by u.post_id, u.taken
  )
  select e.post_id
  from content.expected_heat(tenant, $2) as e
  left join content.post_heat as h on h.tenant_id = tenant and h.post_id = e.post_id
  left join waiting as g on g.post_id = e.post_id and not g.taken
  left join waiting as t on t.post_id = e.post_id and t.taken
  left join content.author_activity as a on a.tenant_id = tenant and a.account_id = e.author_id
  where h.post_id is null
    or (h.author_id, h.kind, h.open, h.group_id) is distinct from (e.author_id, e.kind, e.open, e.group_id)
    or abs(
      platform.log_add(e.base_key, e.given_key)
      - platform.log_add(h.base_key, platform.log_subtract(
        platform.log_add(h.given_key, coalesce(g.key, '-Infinity')),
        platform.log_add(h.taken_key, coalesce(t.key, '-Infinity'))
      ))
    ) > 1e-4
    or e.open and (a.last_at is null or a.last_at < e.published_at)
  order by e.post_id;
end;

-- The feed is read as one by who may read all of it. Who somebody is to whom is asked of the context that knows it.
grant select on social.follows, social.ties to smile_content;
