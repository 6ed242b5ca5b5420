-- expand: what people do with posts and comments, and how much that is.

-- One sparse row a person and post: how they reacted, whether they saved or shared it, and on which day they last viewed
-- it. The last thing that is taken back takes the row with it. There is a row for every reader of every post, and the
-- facts tell what was done, so that a trail would say nothing new.
create table content.post_actions (
  tenant_id  uuid        not null,
  post_id    uuid        not null,
  account_id uuid        not null,
  reaction   text        check (reaction in ('like', 'insightful', 'support', 'celebrate')),
  reacted_at timestamptz,
  saved_at   timestamptz,
  shared_at  timestamptz,
  viewed_on  date,
  -- On how many days they viewed it.
  views      integer     not null default 0 check (views >= 0),
  primary key (tenant_id, post_id, account_id),
  constraint post_actions_post foreign key (tenant_id, post_id) references content.posts (tenant_id, id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  constraint post_actions_reaction check ((reaction is null) = (reacted_at is null)),
  constraint post_actions_views check ((viewed_on is null) = (views = 0))
);
create index post_actions_saved on content.post_actions (tenant_id, account_id, saved_at desc, post_id desc)
  where saved_at is not null;
create index post_actions_reacted on content.post_actions (tenant_id, post_id, reacted_at desc, account_id desc)
  where reaction is not null;
-- What one person did: to be erased with them.
create index post_actions_by_account on content.post_actions (tenant_id, account_id, post_id);

-- The same of comments, which are reacted to and no more.
create table content.comment_actions (
  tenant_id  uuid        not null,
  comment_id uuid        not null,
  account_id uuid        not null,
  reaction   text        not null check (reaction in ('like', 'insightful', 'support', 'celebrate')),
  reacted_at timestamptz not null,
  primary key (tenant_id, comment_id, account_id),
  constraint comment_actions_comment foreign key (tenant_id, comment_id) references content.comments (tenant_id, id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id)
);
create index comment_actions_by_account on content.comment_actions (tenant_id, account_id, comment_id);

-- What changed and is not counted yet: who reacts adds a row, and waits for nobody. Nothing points at the counts, which
-- change all the time, and no index holds what changes in them. Whoever reads a count adds what is not counted yet, so
-- that it is right at once.
create sequence content.stat_deltas_seq;
grant usage on sequence content.stat_deltas_seq to smile_content;
create table content.post_stat_deltas (
  tenant_id  uuid   not null,
  seq        bigint not null default nextval('content.stat_deltas_seq'),
  -- The post whose counts change: none when it only came to be shown, or stopped.
  post_id    uuid,
  -- The author whose counts change: nobody while the post is not shown.
  author_id  uuid,
  -- One more or less of the author's posts is shown.
  posts      bigint not null default 0,
  likes      bigint not null default 0,
  insights   bigint not null default 0,
  supports   bigint not null default 0,
  celebrates bigint not null default 0,
  saves      bigint not null default 0,
  shares     bigint not null default 0,
  views      bigint not null default 0,
  primary key (tenant_id, seq)
);
create index post_stat_deltas_of_post on content.post_stat_deltas (tenant_id, post_id) where post_id is not null;
create index post_stat_deltas_of_author on content.post_stat_deltas (tenant_id, author_id) where author_id is not null;
create table content.comment_score_deltas (
  tenant_id  uuid   not null,
  seq        bigint not null default nextval('content.stat_deltas_seq'),
  comment_id uuid   not null,
  likes      bigint not null default 0,
  insights   bigint not null default 0,
  supports   bigint not null default 0,
  celebrates bigint not null default 0,
  primary key (tenant_id, seq)
);
create index comment_score_deltas_of_comment on content.comment_score_deltas (tenant_id, comment_id);

create table content.post_stats (
  tenant_id  uuid   not null,
  post_id    uuid   not null,
  likes      bigint not null default 0,
  insights   bigint not null default 0,
  supports   bigint not null default 0,
  celebrates bigint not null default 0,
  saves      bigint not null default 0,
  shares     bigint not null default 0,
  views      bigint not null default 0,
  primary key (tenant_id, post_id)
) with (fillfactor = 70);
create table content.author_stats (
  tenant_id  uuid   not null,
  account_id uuid   not null,
  posts      bigint not null default 0,
  reactions  bigint not null default 0,
  saves      bigint not null default 0,
  shares     bigint not null default 0,
  views      bigint not null default 0,
  primary key (tenant_id, account_id)
) with (fillfactor = 70);

-- No trail: what is counted can be counted again.
select platform.adopt_untold('content.post_actions', 'smile_content');
select platform.adopt_untold('content.comment_actions', 'smile_content');
select platform.adopt_untold('content.post_stat_deltas', 'smile_content');
select platform.adopt_untold('content.comment_score_deltas', 'smile_content');
select platform.adopt_untold('content.post_stats', 'smile_content');
select platform.adopt_untold('content.author_stats', 'smile_content');

create function content.is_one(value boolean) returns integer
  language sql immutable parallel safe
  return case when value then 1 else 0 end;

create function content.count_post_action() returns trigger
  language plpgsql
as $$
declare
  likes      integer := content.is_one(new.reaction = 'like') - content.is_one(old.reaction = 'like');
  insights   integer := content.is_one(new.reaction = 'insightful') - content.is_one(old.reaction = 'insightful');
  supports   integer := content.is_one(new.reaction = 'support') - content.is_one(old.reaction = 'support');
  celebrates integer := content.is_one(new.reaction = 'celebrate') - content.is_one(old.reaction = 'celebrate');
  saves      integer := content.is_one(new.saved_at is not null) - content.is_one(old.saved_at is not null);
  shares     integer := content.is_one(new.shared_at is not null) - content.is_one(old.shared_at is not null);
  views      integer := coalesce(new.views, 0) - coalesce(old.views, 0);
  of_tenant  uuid    := coalesce(new.tenant_id, old.tenant_id);
  of_post    uuid    := coalesce(new.post_id, old.post_id);
  of_author  uuid;
begin
  if (likes, insights, supports, celebrates, saves, shares, views) <> (0, 0, 0, 0, 0, 0, 0) then
    -- Held until the end, together with others who react: whoever takes the post off, or shows it again, waits and
    -- finds this counted, or is waited for.
    select
      case when p.state = 'published' and p.standing = 'visible' and p.audience = 'everybody' then p.author_id end
      into of_author
    from content.posts as p
    where p.tenant_id = of_tenant and p.id = of_post
    for share;
    if found then
      insert into content.post_stat_deltas
        (tenant_id, post_id, author_id, likes, insights, supports, celebrates, saves, shares, views)
      values (of_tenant, of_post, of_author, likes, insights, supports, celebrates, saves, shares, views);
    end if;
  end if;
  if tg_op = 'UPDATE' and num_nonnulls(new.reaction, new.saved_at, new.shared_at, new.viewed_on) = 0 then
    delete from content.post_actions
    where tenant_id = new.tenant_id and post_id = new.post_id and account_id = new.account_id;
  end if;
  return null;
end
$$;
create trigger count_stats after insert or update or delete on content.post_actions
  for each row execute function content.count_post_action();

create function content.count_comment_action() returns trigger
  language plpgsql
as $$
declare
  likes      integer := content.is_one(new.reaction = 'like') - content.is_one(old.reaction = 'like');
  insights   integer := content.is_one(new.reaction = 'insightful') - content.is_one(old.reaction = 'insightful');
  supports   integer := content.is_one(new.reaction = 'support') - content.is_one(old.reaction = 'support');
  celebrates integer := content.is_one(new.reaction = 'celebrate') - content.is_one(old.reaction = 'celebrate');
begin
  insert into content.comment_score_deltas (tenant_id, comment_id, likes, insights, supports, celebrates)
  values (
    coalesce(new.tenant_id, old.tenant_id),
    coalesce(new.comment_id, old.comment_id),
    likes, insights, supports, celebrates
  );
  return null;
end
$$;
create trigger count_score after insert or delete on content.comment_actions
  for each row execute function content.count_comment_action();
create trigger count_change after update on content.comment_actions
  for each row when (old.reaction <> new.reaction) execute function content.count_comment_action();

-- What an author's posts have counts as long as they are shown, whoever changes that: with a post goes all it has.
create function content.count_shown_post() returns trigger
  language plpgsql
as $$
declare
  change integer := content.is_one(new.state = 'published' and new.standing = 'visible' and new.audience = 'everybody')
    - content.is_one(old.state = 'published' and old.standing = 'visible' and old.audience = 'everybody');
begin
  if change <> 0 then
    insert into content.post_stat_deltas
      (tenant_id, author_id, posts, likes, insights, supports, celebrates, saves, shares, views)
    select
      new.tenant_id, new.author_id, change,
      change * coalesce(sum(counted.likes), 0),
      change * coalesce(sum(counted.insights), 0),
      change * coalesce(sum(counted.supports), 0),
      change * coalesce(sum(counted.celebrates), 0),
      change * coalesce(sum(counted.saves), 0),
      change * coalesce(sum(counted.shares), 0),
      change * coalesce(sum(counted.views), 0)
    from (
      select s.likes, s.insights, s.supports, s.celebrates, s.saves, s.shares, s.views
      from content.post_stats as s
      where s.tenant_id = new.tenant_id and s.post_id = new.id
      union all
      select d.likes, d.insights, d.supports, d.celebrates, d.saves, d.shares, d.views
      from content.post_stat_deltas as d
      where d.tenant_id = new.tenant_id and d.post_id = new.id
    ) as counted;
  end if;
  return null;
end
$$;
create trigger count_shown after insert or update of state, standing, audience on content.posts
  for each row execute function content.count_shown_post();

-- With a post goes what was done with it. A foreign key that cascades would act as the owner of the table, whom
-- row-level security binds otherwise.
create function content.forget_engagement() returns trigger
  language plpgsql
as $$
begin
  delete from content.post_actions where tenant_id = old.tenant_id and post_id = old.id;
  delete from content.post_stats where tenant_id = old.tenant_id and post_id = old.id;
  if old.state = 'published' and old.standing = 'visible' and old.audience = 'everybody' then
    insert into content.post_stat_deltas (tenant_id, author_id, posts) values (old.tenant_id, old.author_id, -1);
  end if;
  return old;
end
$$;
create trigger forget_engagement before delete on content.posts
  for each row execute function content.forget_engagement();

-- What the counts must be now: what counting anew gives, less what is still to be added to them. Both are read at one
-- instant, that of the statement that asks.
create function content.expected_post_stats(tenant uuid, posts uuid[]) returns setof content.post_stats
  language sql stable
begin atomic
  select
    tenant,
    post,
    coalesce(a.likes, 0) - coalesce(d.likes, 0),
    coalesce(a.insights, 0) - coalesce(d.insights, 0),
    coalesce(a.supports, 0) - coalesce(d.supports, 0),
    coalesce(a.celebrates, 0) - coalesce(d.celebrates, 0),
    coalesce(a.saves, 0) - coalesce(d.saves, 0),
    coalesce(a.shares, 0) - coalesce(d.shares, 0),
    coalesce(a.views, 0) - coalesce(d.views, 0)
  from unnest($2) as post
  left join (
    select
      post_id,
      count(*) filter (where reaction = 'like') as likes,
      count(*) filter (where reaction = 'insightful') as insights,
      count(*) filter (where reaction = 'support') as supports,
      count(*) filter (where reaction = 'celebrate') as celebrates,
      count(saved_at) as saves,
      count(shared_at) as shares,
      sum(views) as views
    from content.post_actions
    where tenant_id = tenant and post_id = any ($2)
    group by post_id
  ) as a on a.post_id = post
  left join (
    select
      post_id,
      sum(likes)::bigint as likes,
      sum(insights)::bigint as insights,
      sum(supports)::bigint as supports,
      sum(celebrates)::bigint as celebrates,
      sum(saves)::bigint as saves,
      sum(shares)::bigint as shares,
      sum(views)::bigint as views
    from content.post_stat_deltas
    where tenant_id = tenant and post_id = any ($2)
    group by post_id
  ) as d on d.post_id = post;
end;

create function content.expected_author_stats(tenant uuid, authors uuid[]) returns setof content.author_stats
  language sql stable
begin atomic
  select
    tenant,
    author,
    coalesce(p.posts, 0) - coalesce(d.posts, 0),
    coalesce(a.reactions, 0) - coalesce(d.reactions, 0),
    coalesce(a.saves, 0) - coalesce(d.saves, 0),
    coalesce(a.shares, 0) - coalesce(d.shares, 0),
    coalesce(a.views, 0) - coalesce(d.views, 0)
  from unnest($2) as author
  left join (
    select author_id, count(*) as posts
    from content.posts
    where tenant_id = tenant and author_id = any ($2)
      and state = 'published' and standing = 'visible' and audience = 'everybody'
    group by author_id
  ) as p on p.author_id = author
  left join (
    select
      posted.author_id,
      count(done.reaction) as reactions,
      count(done.saved_at) as saves,
      count(done.shared_at) as shares,
      sum(done.views) as views
    from content.posts as posted
    join content.post_actions as done on done.tenant_id = posted.tenant_id and done.post_id = posted.id
    where posted.tenant_id = tenant and posted.author_id = any ($2)
      and posted.state = 'published' and posted.standing = 'visible' and posted.audience = 'everybody'
    group by posted.author_id
  ) as a on a.author_id = author
  left join (
    select
      author_id,
      sum(posts)::bigint as posts,
      sum(likes + insights + supports + celebrates)::bigint as reactions,
      sum(saves)::bigint as saves,
      sum(shares)::bigint as shares,
      sum(views)::bigint as views
    from content.post_stat_deltas
    where tenant_id = tenant and author_id = any ($2)
    group by author_id
  ) as d on d.author_id = author;
end;

-- What is counted of a comment's reactions must be, less what is still to be added.
create function content.expected_comment_stats(
  tenant uuid, comment uuid, out likes bigint, out insights bigint, out supports bigint, out celebrates bigint
)
  language sql stable
begin atomic
  select
    a.likes - coalesce(d.likes, 0)::bigint,
    a.insights - coalesce(d.insights, 0)::bigint,
    a.supports - coalesce(d.supports, 0)::bigint,
    a.celebrates - coalesce(d.celebrates, 0)::bigint
  from (
    select
      count(*) filter (where done.reaction = 'like') as likes,
      count(*) filter (where done.reaction = 'insightful') as insights,
      count(*) filter (where done.reaction = 'support') as supports,
      count(*) filter (where done.reaction = 'celebrate') as celebrates
    from content.comment_actions as done
    where done.tenant_id = tenant and done.comment_id = comment
  ) as a
  cross join (
    select
      sum(n.likes) as likes, sum(n.insights) as insights, sum(n.supports) as supports, sum(n.celebrates) as celebrates
    from content.comment_score_deltas as n
    where n.tenant_id = tenant and n.comment_id = comment
  ) as d;
end;

-- Which of these posts have comments of which some number is not what counting anew gives: who is shown, replies, comments
-- of the post, reactions. What is not added up yet is not wrong.
create function content.miscounted_comments(tenant uuid, posts uuid[]) returns setof uuid
  language sql stable
begin atomic
  select post
  from unnest($2) as post
  where exists (
      select
      from content.comments as c
      left join content.comment_nodes as n on n.tenant_id = tenant and n.id = c.id
      where c.tenant_id = tenant and c.post_id = post
        and n.alive is distinct from (c.deleted_at is null and c.standing = 'visible')
    )
    or exists (
      select
      from content.comment_nodes as n
      where n.tenant_id = tenant and n.post_id = post
        and n.replies <> (
          select count(*)
          from content.comment_nodes as r
          where r.tenant_id = tenant and r.under_id = n.id and r.shown
        )
    )
    or (
      select count(*)
      from content.comment_nodes as n
      where n.tenant_id = tenant and n.post_id = post and n.alive
    ) <> coalesce(
      (select k.comments from content.comment_counts as k where k.tenant_id = tenant and k.post_id = post), 0
    ) + coalesce(
      (select sum(d.change) from content.comment_count_changes as d where d.tenant_id = tenant and d.post_id = post), 0
    )
    or exists (
      select
      from content.comment_nodes as n
      cross join lateral content.expected_comment_stats(tenant, n.id) as e
      where n.tenant_id = tenant and n.post_id = post
        and (n.likes, n.insights, n.supports, n.celebrates) <> (e.likes, e.insights, e.supports, e.celebrates)
    );
end;

-- Counts the reactions to all of a post's comments again, puts right what was wrong, and says how much that was. Whoever
-- adds reactions up passes over what is locked here.
create function content.recount_scores(tenant uuid, post uuid) returns bigint
  language plpgsql
as $$
declare
  wrong bigint;
begin
  perform 1 from content.comment_nodes as n where n.tenant_id = tenant and n.post_id = post order by n.id for update;
  update content.comment_nodes as n
    set likes = e.likes, insights = e.insights, supports = e.supports, celebrates = e.celebrates
    from (
      select c.id, counted.*
      from content.comment_nodes as c
      cross join lateral content.expected_comment_stats(tenant, c.id) as counted
      where c.tenant_id = tenant and c.post_id = post
    ) as e
    where n.tenant_id = tenant and n.id = e.id
      and (n.likes, n.insights, n.supports, n.celebrates) <> (e.likes, e.insights, e.supports, e.celebrates);
  get diagnostics wrong = row_count;
  return wrong;
end
$$;
