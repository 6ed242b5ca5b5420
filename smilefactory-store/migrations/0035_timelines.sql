-- expand: timelines: what is new for people who follow many, kept for them in one place.

-- A timeline has all that its reader may be shown of what was published after its floor, and some that they may not:
-- whoever reads it asks of each post whether it is for them. So it can be behind in nothing but what is in the changes
-- below, which are read with it; and it can be deleted at any time, entries first.
create table content.timelines (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  -- Which transactions must be over before it is filled, as the first number that is behind theirs: all that may not
  -- have seen that it was begun. What they did is found then, and whoever sees it writes down what they do.
  since      bigint,
  filled     boolean     not null default false,
  -- What was published by then may be missing; nothing is, if there is none.
  floor_at   timestamptz,
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id)
) with (fillfactor = 70);
create index timelines_to_fill on content.timelines (tenant_id, since, account_id) where not filled;
-- No trail: it follows from the posts and from whom somebody follows, which have it.
select platform.adopt_untold('content.timelines', 'smile_content');

create table content.timeline_entries (
  tenant_id    uuid        not null,
  account_id   uuid        not null,
  published_at timestamptz not null,
  post_id      uuid        not null,
  primary key (tenant_id, account_id, published_at, post_id),
  foreign key (tenant_id, account_id) references content.timelines (tenant_id, account_id)
);
-- No trail: as the timelines.
select platform.adopt_untold('content.timeline_entries', 'smile_content');

-- What is to be put into timelines: a post, or, of a reader, all that they follow since. Whoever publishes or follows adds
-- a row, and waits for nobody; where no timeline is kept, not even that.
create sequence content.timeline_changes_seq;
grant usage on sequence content.timeline_changes_seq to smile_content, smile_social, smile_community;
create table content.timeline_changes (
  tenant_id  uuid   not null,
  seq        bigint not null default nextval('content.timeline_changes_seq'),
  post_id    uuid,
  account_id uuid,
  primary key (tenant_id, seq),
  constraint timeline_changes_of_one check (num_nonnulls(post_id, account_id) = 1)
);
create index timeline_changes_of_reader on content.timeline_changes (tenant_id, account_id) where account_id is not null;
-- No trail: gone as soon as it is put in.
select platform.adopt_untold('content.timeline_changes', 'smile_content');
grant usage on schema content to smile_social, smile_community;
grant select on content.timelines to smile_social, smile_community;
grant insert on content.timeline_changes to smile_social, smile_community;

set local lock_timeout = '2s';

create function content.mark_shown_post() returns trigger
  language plpgsql
as $$
begin
  insert into content.timeline_changes (tenant_id, post_id)
  select new.tenant_id, new.id
  where exists (select from content.timelines as t where t.tenant_id = new.tenant_id);
  return null;
end
$$;
create trigger mark_shown_new after insert on content.posts
  for each row when (new.state = 'published' and new.standing = 'visible' and new.audience <> 'author')
  execute function content.mark_shown_post();
create trigger mark_shown after update of state, standing, audience, group_id, published_at on content.posts
  for each row when (
    new.state = 'published' and new.standing = 'visible' and new.audience <> 'author'
    and (
      (old.state, old.standing, old.audience) is distinct from (new.state, new.standing, new.audience)
      or (old.group_id, old.published_at) is distinct from (new.group_id, new.published_at)
    )
  )
  execute function content.mark_shown_post();

create function content.mark_tagged_post() returns trigger
  language plpgsql
as $$
begin
  insert into content.timeline_changes (tenant_id, post_id)
  select new.tenant_id, new.post_id
  where exists (select from content.timelines as t where t.tenant_id = new.tenant_id);
  return null;
end
$$;
create trigger mark_tagged after insert or update of tag_id on content.post_tags
  for each row when (new.published_at is not null) execute function content.mark_tagged_post();

-- Whoever has one source more may be shown what was published long ago. One source less shows nothing new.
create function content.mark_reader() returns trigger
  language plpgsql
as $$
begin
  insert into content.timeline_changes (tenant_id, account_id)
  select new.tenant_id, new.account_id
  where exists (
    select from content.timelines as t where t.tenant_id = new.tenant_id and t.account_id = new.account_id
  );
  return null;
end
$$;
create trigger mark_reader after insert on social.follows for each row execute function content.mark_reader();
create trigger mark_reader after insert on social.ties for each row execute function content.mark_reader();
create trigger mark_reader after insert or update of tag_id, account_id on content.tag_follows
  for each row execute function content.mark_reader();
create trigger mark_reader_of_new after insert on community.members
  for each row when (new.state = 'member') execute function content.mark_reader();
create trigger mark_reader after update of state on community.members
  for each row when (new.state = 'member' and old.state <> 'member') execute function content.mark_reader();

-- For whom a timeline is kept: whoever was active of late.
grant usage on schema identity, social, community to smile_content;
grant select on identity.profile_cards to smile_content;
