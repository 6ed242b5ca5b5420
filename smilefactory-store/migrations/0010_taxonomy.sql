-- expand: categories, tags, what is found by them, and how much that is.

-- Categories: a tree in each tab. A row says its parent's depth beside the parent, and its own depth is one more. So a
-- cycle cannot be written down: round it, each depth would have to be larger than the one before. Who moves a category
-- moves all under it in the same statement.
create table content.categories (
  tenant_id    uuid          not null references tenancy.tenants (id),
  id           uuid          not null,
  tab          text          not null check (tab in ('feed', 'profiles', 'blog', 'events', 'groups', 'marketplace')),
  parent_id    uuid,
  parent_depth smallint,
  depth        smallint      not null check (depth between 1 and 5),
  name         text          not null check (platform.is_line(name, 1, 60)),
  slug         platform.slug not null,
  description  text          check (platform.is_line(description, 1, 300)),
  place        smallint      check (place between 0 and 10000),
  archived_at  timestamptz,
  version      bigint        not null check (version > 0),
  created_at   timestamptz   not null,
  updated_at   timestamptz   not null,
  primary key (tenant_id, id),
  constraint categories_place_in_tree unique (tenant_id, id, tab, depth),
  constraint categories_parent foreign key (tenant_id, parent_id, tab, parent_depth)
    references content.categories (tenant_id, id, tab, depth),
  constraint categories_depth check (
    (parent_id is null) = (parent_depth is null) and depth = coalesce(parent_depth, 0) + 1
  )
);
-- An archived category does not hold its name.
create unique index categories_slug_key on content.categories (tenant_id, tab, parent_id, slug)
  nulls not distinct where archived_at is null;
create index categories_of_parent on content.categories (tenant_id, parent_id, tab, parent_depth);
select platform.adopt('content.categories', 'smile_content');
revoke delete on content.categories from smile_content;

-- The form in which two spellings of a tag are the same, as core has it: lower case, a character for a character, in
-- normal form C. Which collation knows the case of all letters depends on the release.
do $$
declare
  knows name := (
    select collname
    from pg_collation
    where collname in ('pg_c_utf8', 'C.utf8', 'C.UTF-8') and collencoding in (-1, 6)
    order by collname = 'pg_c_utf8' desc, collname
    limit 1
  );
begin
  execute format(
    'create function content.fold_tag(name text) returns text language sql immutable parallel safe'
    ' return normalize(lower(name %s), nfc)',
    case when knows is not null then format('collate pg_catalog.%I', knows) end
  );
end
$$;

-- Tags: one row a word. The generated columns make an alias of an alias impossible to write down, and a merge into one.
create table content.tags (
  tenant_id       uuid        not null references tenancy.tenants (id),
  id              uuid        not null,
  name            text        not null check (platform.is_line(name, 1, 30)),
  folded          text        collate "C" not null generated always as (content.fold_tag(name)) stored,
  alias_of        uuid,
  merging_into    uuid,
  created_at      timestamptz not null,
  is_alias        boolean     not null generated always as (alias_of is not null) stored,
  target_is_alias boolean     generated always as (case when num_nonnulls(alias_of, merging_into) > 0 then false end) stored,
  primary key (tenant_id, id),
  constraint tags_folded_key unique (tenant_id, folded),
  constraint tags_alias unique (tenant_id, id, is_alias),
  constraint tags_alias_of foreign key (tenant_id, alias_of, target_is_alias)
    references content.tags (tenant_id, id, is_alias),
  constraint tags_merging_into foreign key (tenant_id, merging_into, target_is_alias)
    references content.tags (tenant_id, id, is_alias),
  constraint tags_one_target check (num_nonnulls(alias_of, merging_into) <= 1 and merging_into <> id)
);
create index tags_of_alias on content.tags (tenant_id, alias_of) where alias_of is not null;
create index tags_merging on content.tags (tenant_id, merging_into, id) where merging_into is not null;
-- A word may be somebody's own, and goes with them when nobody else used it: the trail does not keep it.
select platform.adopt('content.tags', 'smile_content', array['name', 'folded']);
revoke delete on content.tags from smile_content;

create table content.tag_follows (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  tag_id     uuid        not null,
  at         timestamptz not null,
  primary key (tenant_id, account_id, tag_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  constraint tag_follows_tag foreign key (tenant_id, tag_id) references content.tags (tenant_id, id)
);
create index tag_follows_by_time on content.tag_follows (tenant_id, account_id, at desc, tag_id desc);
create index tag_follows_of_tag on content.tag_follows (tenant_id, tag_id, account_id);
select platform.adopt('content.tag_follows', 'smile_content');

-- What a post is found by: a row a word, with the time it was published while it is shown. Written by the trigger below
-- from `content.posts`, whose trail says who changed what: a trail of its own would say everything twice.
create table content.post_tags (
  tenant_id    uuid        not null,
  post_id      uuid        not null,
  tag_id       uuid        not null,
  kind         text        not null,
  published_at timestamptz,
  primary key (tenant_id, post_id, tag_id),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id),
  foreign key (tenant_id, tag_id) references content.tags (tenant_id, id)
);
create index post_tags_published on content.post_tags (tenant_id, tag_id, published_at desc, post_id desc);
create index post_tags_published_by_kind on content.post_tags
  (tenant_id, tag_id, kind, published_at desc, post_id desc) where published_at is not null;
select platform.adopt_untold('content.post_tags', 'smile_content');

-- The categories a post stands in, in the order its author gave them: written by the same trigger.
create table content.post_categories (
  tenant_id    uuid        not null,
  post_id      uuid        not null,
  category_id  uuid        not null,
  kind         text        not null,
  published_at timestamptz,
  primary key (tenant_id, post_id, category_id),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id),
  constraint post_categories_category foreign key (tenant_id, category_id)
    references content.categories (tenant_id, id)
);
create index post_categories_published on content.post_categories
  (tenant_id, category_id, published_at desc, post_id desc);
create index post_categories_published_by_kind on content.post_categories
  (tenant_id, category_id, kind, published_at desc, post_id desc) where published_at is not null;
select platform.adopt_untold('content.post_categories', 'smile_content');

-- How much there is under each tag and category: what changed is added as a row of its own, so that two who write the
-- same word do not wait for each other, and folded into the counts in batches. Numbers that can be counted anew need no
-- trail.
create sequence content.label_deltas_seq;
grant usage on sequence content.label_deltas_seq to smile_content;
create table content.label_deltas (
  tenant_id uuid    not null,
  seq       bigint  not null default nextval('content.label_deltas_seq'),
  label_id  uuid    not null,
  posts     integer not null default 0,
  followers integer not null default 0,
  primary key (tenant_id, seq)
);
-- Whoever reads a count adds what is not folded yet.
create index label_deltas_of_label on content.label_deltas (tenant_id, label_id);
create table content.label_counts (
  tenant_id uuid   not null,
  label_id  uuid   not null,
  posts     bigint not null default 0,
  followers bigint not null default 0,
  primary key (tenant_id, label_id)
) with (fillfactor = 70);
-- The order of "popular"; it moves once a batch, not with every post.
create index label_counts_popular on content.label_counts (tenant_id, posts desc, label_id desc) where posts > 0;
select platform.adopt_untold('content.label_deltas', 'smile_content');
select platform.adopt_untold('content.label_counts', 'smile_content');

create function content.count_post_tag() returns trigger
  language plpgsql
as $$
declare
  delta integer := (new.published_at is not null)::integer - (old.published_at is not null)::integer;
begin
  if delta <> 0 then
    insert into content.label_deltas (tenant_id, label_id, posts)
    values (coalesce(new.tenant_id, old.tenant_id), coalesce(new.tag_id, old.tag_id), delta);
  end if;
  return null;
end
$$;
create trigger count_labels after insert or update or delete on content.post_tags
  for each row execute function content.count_post_tag();

create function content.count_post_category() returns trigger
  language plpgsql
as $$
declare
  delta integer := (new.published_at is not null)::integer - (old.published_at is not null)::integer;
begin
  if delta <> 0 then
    insert into content.label_deltas (tenant_id, label_id, posts)
    values (coalesce(new.tenant_id, old.tenant_id), coalesce(new.category_id, old.category_id), delta);
  end if;
  return null;
end
$$;
create trigger count_labels after insert or update or delete on content.post_categories
  for each row execute function content.count_post_category();

create function content.count_tag_follow() returns trigger
  language plpgsql
as $$
begin
  insert into content.label_deltas (tenant_id, label_id, followers)
  values (
    coalesce(new.tenant_id, old.tenant_id),
    coalesce(new.tag_id, old.tag_id),
    case tg_op when 'INSERT' then 1 else -1 end
  );
  return null;
end
$$;
create trigger count_labels after insert or delete on content.tag_follows
  for each row execute function content.count_tag_follow();

-- The tab whose categories a post of this kind stands in; the same as core's.
create function content.tab_of(kind text) returns text
  language sql immutable parallel safe
  return case kind when 'article' then 'blog' else 'feed' end;

-- Keeps the labels of a post right, whoever writes it: author, reviewer, moderator or a job.
create function content.label_post() returns trigger
  language plpgsql
as $$
declare
  shown  timestamptz := case
    when new.state = 'published' and new.standing = 'visible' and new.audience = 'everybody' then new.published_at
  end;
  words  text[];
  wanted uuid[];
begin
  if tg_op = 'INSERT' or new.tags is distinct from old.tags then
    -- Always in the same order, so that two who bring the same new words do not wait for each other in a ring.
    select coalesce(array_agg(distinct content.fold_tag(tag) collate "C"), '{}') into words from unnest(new.tags) as tag;
    insert into content.tags (tenant_id, id, name, created_at)
    select new.tenant_id, platform.uuid_v7(new.updated_at), word.name, new.updated_at
    from (
      select distinct on (content.fold_tag(tag) collate "C") tag as name, content.fold_tag(tag) collate "C" as folded
      from unnest(new.tags) with ordinality as given (tag, place)
      order by content.fold_tag(tag) collate "C", place
    ) as word
    where not exists (select from content.tags as known where known.tenant_id = new.tenant_id and known.folded = word.folded)
    order by word.folded
    on conflict (tenant_id, folded) do nothing;
    -- Held until the end: a merge that comes to its end meanwhile waits, and one that came to it is seen.
    with held as (
      select id, alias_of, merging_into
      from content.tags
      where tenant_id = new.tenant_id and folded = any (words)
      order by folded
      for key share
    )
    select coalesce(array_agg(distinct coalesce(alias_of, merging_into, id)), '{}') into wanted from held;
    delete from content.post_tags
    where tenant_id = new.tenant_id and post_id = new.id and tag_id <> all (wanted);
    insert into content.post_tags (tenant_id, post_id, tag_id, kind, published_at)
    select new.tenant_id, new.id, tag_id, new.kind, shown
    from unnest(wanted) as tag_id
    order by tag_id
    on conflict (tenant_id, post_id, tag_id) do nothing;
  end if;
  if tg_op = 'INSERT' or new.categories is distinct from old.categories or new.kind <> old.kind then
    delete from content.post_categories
    where tenant_id = new.tenant_id and post_id = new.id and category_id <> all (new.categories);
    -- What stands in an archived category already may stay.
    if exists (
      select
      from content.categories
      where tenant_id = new.tenant_id
        and id = any (new.categories)
        and archived_at is not null
        and (tg_op = 'INSERT' or id <> all (old.categories))
    ) then
      raise exception 'nothing is put into an archived category'
        using errcode = 'foreign_key_violation', constraint = 'post_categories_category',
          schema = tg_table_schema, table = tg_table_name;
    end if;
    -- Each tab has its own: articles stand in the blog's, all others in the feed's.
    if exists (
      select
      from content.categories
      where tenant_id = new.tenant_id and id = any (new.categories) and tab <> content.tab_of(new.kind)
    ) then
      raise exception 'a post stands in categories of its own tab'
        using errcode = 'foreign_key_violation', constraint = 'post_categories_tab',
          schema = tg_table_schema, table = tg_table_name;
    end if;
    insert into content.post_categories (tenant_id, post_id, category_id, kind, published_at)
    select new.tenant_id, new.id, category_id, new.kind, shown
    from unnest(new.categories) as category_id
    order by category_id
    on conflict (tenant_id, post_id, category_id) do nothing;
  end if;
  if tg_op = 'UPDATE' then
    update content.post_tags
    set published_at = shown, kind = new.kind
    where tenant_id = new.tenant_id and post_id = new.id and (published_at, kind) is distinct from (shown, new.kind);
    update content.post_categories
    set published_at = shown, kind = new.kind
    where tenant_id = new.tenant_id and post_id = new.id and (published_at, kind) is distinct from (shown, new.kind);
  end if;
  return null;
end
$$;
create trigger label_post
  after insert or update of kind, tags, categories, state, standing, audience, published_at on content.posts
  for each row execute function content.label_post();

-- A foreign key that cascades would act as the owner of the table, whom row-level security binds otherwise.
create function content.unlabel_post() returns trigger
  language plpgsql
as $$
begin
  delete from content.post_tags where tenant_id = old.tenant_id and post_id = old.id;
  delete from content.post_categories where tenant_id = old.tenant_id and post_id = old.id;
  return old;
end
$$;
create trigger unlabel_post before delete on content.posts
  for each row execute function content.unlabel_post();

-- The tags of a post after a merge: the words that mean the merged tag become the other, and that stands there once.
create function content.merged_tags(tags text[], merged text[], into_name text) returns text[]
  language sql immutable parallel safe
  return (
    select array_agg(name order by place)
    from (
      select distinct on (content.fold_tag(name) collate "C") name, place
      from (
        select case when content.fold_tag(tag) collate "C" = any (merged) then into_name else tag end as name, place
        from unnest(tags) with ordinality as given (tag, place)
      ) as renamed
      order by content.fold_tag(name) collate "C", place
    ) as once
  );
