-- expand: comments, the tree they make and what is counted of it.

-- What people wrote. A comment answers the post, or one comment of the same post that was there before: parents are
-- never changed, so there is no circle. The key with the depth lets the database see that a reply lies one deeper.
create table content.comments (
  tenant_id    uuid        not null references tenancy.tenants (id),
  id           uuid        not null,
  post_id      uuid        not null,
  parent_id    uuid,
  depth        integer     not null check (depth >= 0),
  parent_depth integer     generated always as (depth - 1) stored,
  -- Nobody, once its author is erased.
  author_id    uuid,
  -- Nothing, once it is deleted; the same goes for what is made of it.
  body         text        check (platform.is_prose(body, 1, 10000)),
  body_html    text,
  body_text    text,
  body_digest  bytea       check (octet_length(body_digest) = 32),
  renderer     smallint    check (renderer > 0),
  standing     text        not null default 'visible' check (standing in ('visible', 'held', 'removed')),
  edited_at    timestamptz,
  deleted_at   timestamptz,
  created_at   timestamptz not null,
  version      bigint      not null check (version > 0),
  primary key (tenant_id, id),
  constraint comments_place_key unique (tenant_id, post_id, id, depth),
  constraint comments_post foreign key (tenant_id, post_id) references content.posts (tenant_id, id),
  constraint comments_parent foreign key (tenant_id, post_id, parent_id, parent_depth)
    references content.comments (tenant_id, post_id, id, depth),
  constraint comments_author foreign key (tenant_id, author_id) references identity.personal_details (tenant_id, id),
  constraint comments_root check ((parent_id is null) = (depth = 0)),
  constraint comments_body check ((body is null) = (deleted_at is not null)),
  constraint comments_rendered check (num_nulls(body, body_html, body_text, body_digest, renderer) in (0, 5)),
  constraint comments_erased check (author_id is not null or deleted_at is not null)
);
create index comments_by_author on content.comments (tenant_id, author_id, id) where author_id is not null;
-- Those that somebody does not see on one post are found by who wrote them.
create index comments_by_author_on_post on content.comments (tenant_id, author_id, post_id) where author_id is not null;
create index comments_by_renderer on content.comments (tenant_id, renderer, id) where renderer is not null;
-- The trail keeps no text, and nothing a short one could be guessed from: what somebody deletes, or is erased, is not kept elsewhere.
select platform.adopt('content.comments', 'smile_content', array['body', 'body_html', 'body_text', 'body_digest']);
-- A comment is deleted by emptying it.
revoke delete on content.comments from smile_content;

-- It stays where it was written, whoever writes.
create function content.guard_comment_place() returns trigger
  language plpgsql
as $$
begin
  raise exception 'a comment stays where it was written'
    using errcode = 'check_violation', constraint = 'comments_place';
end
$$;
create trigger guard_place before update on content.comments
  for each row
  when ((old.id, old.post_id, old.parent_id, old.depth) is distinct from (new.id, new.post_id, new.parent_id, new.depth))
  execute function content.guard_comment_place();

-- The tree of a post's comments, apart from their texts: it is what lists walk and what replies count in.
-- A comment is shown while it is alive, or while replies are that hang on it.
create table content.comment_nodes (
  tenant_id uuid    not null,
  id        uuid    not null,
  post_id   uuid    not null,
  parent_id uuid,
  -- The parent, or the post: what lists are of.
  under_id  uuid    generated always as (coalesce(parent_id, post_id)) stored,
  depth     integer not null,
  alive     boolean not null,
  -- How many of its direct replies are shown. No index has it, so that counting moves no index entry.
  replies   integer not null default 0 constraint comment_nodes_replies check (replies >= 0),
  shown     boolean generated always as (alive or replies > 0) stored,
  -- How people reacted to it, as far as it is added up; and how good it is, for the order "best".
  likes      bigint not null default 0,
  insights   bigint not null default 0,
  supports   bigint not null default 0,
  celebrates bigint not null default 0,
  score      bigint not null generated always as (likes + insights + supports + celebrates) stored,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references content.comments (tenant_id, id)
) with (fillfactor = 70);
create index comment_nodes_best on content.comment_nodes (tenant_id, under_id, score, id) where shown;
create index comment_nodes_by_time on content.comment_nodes (tenant_id, under_id, id) where shown;
create index comment_nodes_of_post on content.comment_nodes (tenant_id, post_id, depth);

-- How many comments of a post are alive, as far as it is added up; and each change that is not added up yet. Whoever
-- comments adds a row, so that nobody waits for another who comments on the same post.
create table content.comment_counts (
  tenant_id uuid   not null,
  post_id   uuid   not null,
  comments  bigint not null,
  primary key (tenant_id, post_id),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id)
) with (fillfactor = 70);
create table content.comment_count_changes (
  tenant_id uuid   not null,
  id        uuid   not null,
  post_id   uuid   not null,
  change    bigint not null check (change <> 0),
  primary key (tenant_id, id)
);
create index comment_count_changes_of_post on content.comment_count_changes (tenant_id, post_id);

-- No trail: what is counted can be counted again.
select platform.adopt_untold('content.comment_nodes', 'smile_content');
select platform.adopt_untold('content.comment_counts', 'smile_content');
select platform.adopt_untold('content.comment_count_changes', 'smile_content');

-- A comment is shown now that was not, or the other way round: its parent has one shown reply more or less. Where that
-- decides whether the parent is shown, the same goes for the parent of that. Rows are locked from the leaf to the root,
-- by whoever comes, so that nobody waits in a circle.
create function content.pass_on_shown(tenant uuid, parent uuid, by integer) returns void
  language plpgsql
as $$
declare
  node    content.comment_nodes;
  next_id uuid    := parent;
  change  integer := by;
begin
  while next_id is not null and change <> 0 loop
    update content.comment_nodes as n
      set replies = n.replies + change
      where n.tenant_id = tenant and n.id = next_id
      returning n.* into node;
    change := node.shown::integer - (node.alive or node.replies - change > 0)::integer;
    next_id := node.parent_id;
  end loop;
end
$$;

create function content.note_comment() returns trigger
  language plpgsql
as $$
declare
  is_alive constant boolean := new.deleted_at is null and new.standing = 'visible';
  change   constant integer := case when is_alive then 1 else -1 end;
  held_up  integer;
begin
  if tg_op = 'INSERT' then
    insert into content.comment_nodes (tenant_id, id, post_id, parent_id, depth, alive)
    values (new.tenant_id, new.id, new.post_id, new.parent_id, new.depth, is_alive);
    if not is_alive then
      return null;
    end if;
    held_up := 0;
  else
    update content.comment_nodes as n
      set alive = is_alive
      where n.tenant_id = new.tenant_id and n.id = new.id and n.alive <> is_alive
      returning n.replies into held_up;
    if not found then
      return null;
    end if;
  end if;
  -- With replies it is shown before and after.
  if held_up = 0 then
    perform content.pass_on_shown(new.tenant_id, new.parent_id, change);
  end if;
  insert into content.comment_count_changes (tenant_id, id, post_id, change)
  values (new.tenant_id, platform.uuid_v7(clock_timestamp()), new.post_id, change);
  return null;
end
$$;
create trigger note_written after insert on content.comments
  for each row execute function content.note_comment();
create trigger note_changed after update of deleted_at, standing on content.comments
  for each row execute function content.note_comment();

-- Counts all of a post's comments again, from the leaves up, puts right what was wrong, and says how much that was.
create function content.recount_comments(tenant uuid, post uuid) returns bigint
  language plpgsql
as $$
declare
  wrong   bigint := 0;
  mended  bigint;
  deepest integer;
begin
  perform 1 from content.comment_nodes as n where n.tenant_id = tenant and n.post_id = post order by n.id for update;
  insert into content.comment_nodes (tenant_id, id, post_id, parent_id, depth, alive)
    select c.tenant_id, c.id, c.post_id, c.parent_id, c.depth, c.deleted_at is null and c.standing = 'visible'
    from content.comments as c
    where c.tenant_id = tenant and c.post_id = post
      and not exists (select from content.comment_nodes as n where n.tenant_id = tenant and n.id = c.id);
  get diagnostics mended = row_count;
  wrong := wrong + mended;
  update content.comment_nodes as n
    set alive = not n.alive
    from content.comments as c
    where n.tenant_id = tenant and n.post_id = post and c.tenant_id = tenant and c.id = n.id
      and n.alive <> (c.deleted_at is null and c.standing = 'visible');
  get diagnostics mended = row_count;
  wrong := wrong + mended;
  select max(n.depth) into deepest from content.comment_nodes as n where n.tenant_id = tenant and n.post_id = post;
  for level in reverse coalesce(deepest, -1) .. 0 loop
    update content.comment_nodes as n
      set replies = counted.replies
      from (
        select
          p.id,
          (select count(*) from content.comment_nodes as r
            where r.tenant_id = tenant and r.under_id = p.id and r.shown) as replies
        from content.comment_nodes as p
        where p.tenant_id = tenant and p.post_id = post and p.depth = level
      ) as counted
      where n.tenant_id = tenant and n.id = counted.id and n.replies <> counted.replies;
    get diagnostics mended = row_count;
    wrong := wrong + mended;
  end loop;
  insert into content.comment_count_changes (tenant_id, id, post_id, change)
    select tenant, platform.uuid_v7(clock_timestamp()), post, counted.alive - counted.known
    from (
      select
        (select count(*) from content.comment_nodes as n
          where n.tenant_id = tenant and n.post_id = post and n.alive) as alive,
        coalesce((select k.comments from content.comment_counts as k
          where k.tenant_id = tenant and k.post_id = post), 0)
        + coalesce((select sum(d.change) from content.comment_count_changes as d
          where d.tenant_id = tenant and d.post_id = post), 0) as known
    ) as counted
    where counted.alive <> counted.known;
  get diagnostics mended = row_count;
  return wrong + mended;
end
$$;
