-- expand: posts, the publishing workflow, earlier versions.

-- Which step leads where, and as whom it may be taken. The same for every tenant, and the same as core's.
create table content.post_steps (
  from_state   text    not null,
  to_state     text    not null,
  step         text    not null,
  takers       text[]  not null,
  needs_reason boolean not null default false,
  -- Where the community reviews posts, it is for staff.
  unreviewed   boolean not null default false,
  primary key (from_state, to_state)
);
insert into content.post_steps (from_state, to_state, step, takers, needs_reason, unreviewed) values
  ('draft', 'in_review', 'submit', '{author}', false, false),
  ('draft', 'scheduled', 'schedule', '{author,staff}', false, true),
  ('draft', 'published', 'publish', '{author,staff}', false, true),
  ('draft', 'archived', 'archive', '{author,staff}', false, false),
  ('in_review', 'changes_requested', 'request_changes', '{staff}', true, false),
  ('in_review', 'approved', 'approve', '{staff}', false, false),
  ('in_review', 'archived', 'archive', '{author,staff}', false, false),
  ('changes_requested', 'in_review', 'submit', '{author}', false, false),
  ('changes_requested', 'scheduled', 'schedule', '{author,staff}', false, true),
  ('changes_requested', 'published', 'publish', '{author,staff}', false, true),
  ('changes_requested', 'archived', 'archive', '{author,staff}', false, false),
  ('approved', 'changes_requested', 'request_changes', '{staff}', true, false),
  ('approved', 'scheduled', 'schedule', '{author,staff}', false, false),
  ('approved', 'published', 'publish', '{author,staff}', false, false),
  ('approved', 'archived', 'archive', '{author,staff}', false, false),
  ('scheduled', 'scheduled', 'schedule', '{author,staff}', false, false),
  ('scheduled', 'published', 'publish', '{author,staff,system}', false, false),
  ('scheduled', 'archived', 'archive', '{author,staff}', false, false),
  ('published', 'archived', 'archive', '{author,staff}', false, false);
grant select on content.post_steps to smile_content;

create table content.posts (
  tenant_id       uuid        not null references tenancy.tenants (id),
  id              uuid        not null,
  author_id       uuid        not null,
  kind            text        not null check (kind in (
    'post', 'article', 'announcement', 'discussion', 'opportunity', 'question', 'poll', 'success_story', 'event_post'
  )),
  title           text        check (platform.is_line(title, 1, 200)),
  summary         text        check (platform.is_prose(summary, 1, 300)),
  body            text        not null check (platform.is_prose(body, 1, 100000)),
  -- What the body was rendered to, by which version of the rules, and the SHA-256 of what was rendered.
  body_html       text        not null,
  body_text       text        not null,
  renderer        smallint    not null check (renderer > 0),
  body_digest     bytea       not null check (octet_length(body_digest) = 32),
  tags            text[]      not null default '{}' check (platform.is_line_set(tags, 1, 30, 10)),
  language        platform.language,
  categories      uuid[]      not null default '{}' check (cardinality(categories) <= 3),
  attachments     uuid[]      not null default '{}' check (cardinality(attachments) <= 5),
  opportunity_of  text        check (opportunity_of in (
    'funding', 'grant', 'job', 'internship', 'partnership', 'challenge', 'training', 'other'
  )),
  deadline        timestamptz,
  apply_at        text        check (platform.is_link(apply_at)),
  award_amount    platform.amount,
  award_currency  platform.currency,
  poll_options    text[]      check (
    platform.is_line_set(poll_options, 1, 120, 10) and cardinality(poll_options) >= 2
  ),
  poll_several    boolean,
  poll_closes_at  timestamptz,
  starts_at       timestamptz,
  ends_at         timestamptz,
  place           text        check (platform.is_line(place, 1, 200)),
  join_at         text        check (platform.is_link(join_at)),
  state           text        not null check (state in (
    'draft', 'in_review', 'changes_requested', 'approved', 'scheduled', 'published', 'archived'
  )),
  -- What moderation thinks of it.
  standing        text        not null default 'visible' check (standing in ('visible', 'held', 'removed', 'erased')),
  published_at    timestamptz,
  scheduled_for   timestamptz,
  -- When its author was erased: nothing that they wrote is left then.
  erased_at       timestamptz,
  -- The group it was posted in, and who sees it because of that: the group's members where it is not public, and its author
  -- alone where the group's moderators took it off.
  group_id        uuid,
  audience        text        not null default 'everybody' check (audience in ('everybody', 'members', 'author')),
  extra           jsonb       not null default '{}'
    check (jsonb_typeof(extra) = 'object' and octet_length(extra::text) <= 16384),
  version         bigint      not null check (version > 0),
  text_version    bigint      not null check (text_version between 1 and version),
  text_saved_at   timestamptz not null,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, author_id) references identity.personal_details (tenant_id, id),
  constraint posts_title_needed check (kind = 'post' or title is not null),
  constraint posts_body_length check (kind = 'article' or char_length(body) <= 10000),
  constraint posts_opportunity check (
    (kind = 'opportunity') = (opportunity_of is not null)
    and (kind = 'opportunity' or num_nonnulls(deadline, apply_at, award_amount, award_currency) = 0)
    and platform.is_money(award_amount, award_currency)
  ),
  constraint posts_poll check (
    (kind = 'poll') = (poll_options is not null)
    and (kind = 'poll') = (poll_several is not null)
    and (kind = 'poll' or poll_closes_at is null)
  ),
  constraint posts_invitation check (
    (kind = 'event_post') = (starts_at is not null)
    and (kind = 'event_post') = (num_nonnulls(place, join_at) > 0)
    and (ends_at is null or starts_at is not null and ends_at > starts_at)
  ),
  constraint posts_audience check (group_id is not null or audience = 'everybody'),
  constraint posts_published_at check (state <> 'published' or published_at is not null),
  constraint posts_scheduled_for check ((state = 'scheduled') = (scheduled_for is not null)),
  constraint posts_erased check (
    case when erased_at is null then standing <> 'erased'
    else standing in ('erased', 'removed') and kind = 'post' and num_nonnulls(title, summary, language) = 0
      and body = '[erased]' and cardinality(tags) + cardinality(categories) + cardinality(attachments) = 0
      and extra = '{}'
    end
  )
);
create index posts_published on content.posts (tenant_id, published_at desc, id desc)
  where state = 'published' and standing = 'visible' and audience = 'everybody';
create index posts_published_by_kind on content.posts (tenant_id, kind, published_at desc, id desc)
  where state = 'published' and standing = 'visible' and audience = 'everybody';
create index posts_published_by_author on content.posts (tenant_id, author_id, published_at desc, id desc)
  where state = 'published' and standing = 'visible' and audience = 'everybody';
create index posts_of_a_group on content.posts (tenant_id, group_id, published_at desc, id desc)
  where group_id is not null and state = 'published' and standing = 'visible' and audience <> 'author';
create index posts_by_author on content.posts (tenant_id, author_id, id desc);
create index posts_by_state on content.posts (tenant_id, state, id desc) where state <> 'published';
create index posts_due on content.posts (tenant_id, scheduled_for, id) where state = 'scheduled';
create index posts_by_renderer on content.posts (tenant_id, renderer, id);
-- What was written is kept in the versions, where it can be redacted, and not once more in the trail.
select platform.adopt('content.posts', 'smile_content', array[
  'title', 'summary', 'body', 'body_html', 'body_text', 'tags', 'apply_at', 'poll_options', 'place', 'join_at'
]);

-- A post begins as a draft that nothing has happened to; all else are steps. Only a superuser brings posts along as they
-- were elsewhere.
create function content.guard_post_entry() returns trigger
  language plpgsql
as $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    raise exception 'a post begins as a draft'
      using errcode = 'check_violation', constraint = 'posts_begun', schema = tg_table_schema, table = tg_table_name;
  end if;
  return null;
end
$$;
create trigger guard_entry after insert on content.posts
  for each row
  when (new.state <> 'draft' or new.standing <> 'visible' or new.published_at is not null)
  execute function content.guard_post_entry();

-- The workflow holds whoever writes: a step that is not in the table is refused.
create function content.guard_post_step() returns trigger
  language plpgsql
as $$
begin
  if not exists (select from content.post_steps where from_state = old.state and to_state = new.state) then
    raise exception 'a post does not go from % to %', old.state, new.state
      using errcode = 'check_violation', constraint = 'posts_step', schema = tg_table_schema, table = tg_table_name;
  end if;
  return new;
end
$$;
create trigger guard_step before update of state on content.posts
  for each row when (old.state is distinct from new.state) execute function content.guard_post_step();

-- Who took which step, when and why: one row a step, under the version of the post after it. Nobody changes it.
create table content.post_moves (
  tenant_id  uuid        not null,
  post_id    uuid        not null,
  version    bigint      not null check (version > 0),
  step       text        not null,
  from_state text        not null,
  to_state   text        not null,
  taker      text        not null check (taker in ('author', 'staff', 'system')),
  account_id uuid,
  at         timestamptz not null,
  reason     text        check (platform.is_line(reason, 1, 500)),
  primary key (tenant_id, post_id, version),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id) on delete cascade,
  constraint post_moves_system check ((taker = 'system') = (account_id is null))
);
select platform.adopt('content.post_moves', 'smile_content', array['reason']);
revoke update, delete on content.post_moves from smile_content;

-- Who decides whether somebody is staff. Nobody logs in as it; it owns the function below and reads nothing else.
do $$
begin
  if not exists (select from pg_roles where rolname = 'smile_referee') then
    create role smile_referee nologin nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
end
$$;
grant smile_context to smile_referee;
grant usage on schema identity to smile_referee;
grant select (tenant_id, id, role) on identity.personal_details to smile_referee;

-- Whether somebody is staff. Who has which role is another context's: the function runs as a role of its own, to which
-- the rows of the current tenant are shown.
create function content.is_staff(account uuid) returns boolean
  language sql stable security definer
begin atomic
  select exists (
    select
    from identity.personal_details as p
    where p.tenant_id = tenancy.current_tenant() and p.id = account and p.role in ('moderator', 'admin')
  );
end;
revoke execute on function content.is_staff from public;
grant execute on function content.is_staff to smile_content;
grant create on schema content to smile_referee;
grant smile_referee to current_user;
alter function content.is_staff owner to smile_referee;
revoke smile_referee from current_user;
revoke create on schema content from smile_referee;

-- Whether the current tenant's posts must be approved before they are published.
create function content.reviews_posts() returns boolean
  language sql stable
begin atomic
  select coalesce((t.settings ->> 'posts_need_review')::boolean, false)
  from tenancy.tenants as t
  where t.id = tenancy.current_tenant();
end;

-- Who is said to have taken a step may take it: the author is the author, staff is staff, nobody reviews what they
-- wrote, and who acts is who is said to.
create function content.guard_post_move() returns trigger
  language plpgsql
as $$
declare
  edge      content.post_steps;
  is_own    constant boolean := exists (
    select from content.posts as p
    where p.tenant_id = new.tenant_id and p.id = new.post_id and p.author_id = new.account_id
  );
  may       boolean;
begin
  select * into edge
  from content.post_steps as s
  where s.from_state = new.from_state and s.to_state = new.to_state and s.step = new.step;
  may := edge.step is not null
    and new.taker = any (edge.takers)
    and (new.reason is not null or not edge.needs_reason)
    and case new.taker
      when 'author' then is_own and not (edge.unreviewed and content.reviews_posts())
      -- What staff may do as authors they do as authors.
      when 'staff' then content.is_staff(new.account_id)
        and (not is_own or edge.unreviewed and content.reviews_posts())
      else true
    end
    and (
      new.account_id is null
      or platform.current_actor() is null
      or platform.current_actor() in ('system', 'anonymous', new.account_id::text)
    );
  if not coalesce(may, false) then
    raise exception 'a % does not take the step % from % to % like this', new.taker, new.step, new.from_state, new.to_state
      using errcode = 'check_violation', constraint = 'post_moves_step', schema = tg_table_schema, table = tg_table_name;
  end if;
  return null;
end
$$;
create trigger guard_move after insert on content.post_moves
  for each row execute function content.guard_post_move();

-- No step without its row: looked at when the transaction is committed.
create function content.demand_post_move() returns trigger
  language plpgsql
as $$
begin
  if not exists (
    select
    from content.post_moves
    where tenant_id = new.tenant_id
      and post_id = new.id
      and version = new.version
      and from_state = old.state
      and to_state = new.state
  ) then
    raise exception 'a post went from % to %, and nobody says who took the step', old.state, new.state
      using errcode = 'check_violation', constraint = 'posts_step_told', schema = tg_table_schema, table = tg_table_name;
  end if;
  -- The platform publishes what is due, and nothing before.
  if old.scheduled_for > new.updated_at and exists (
    select
    from content.post_moves
    where tenant_id = new.tenant_id and post_id = new.id and version = new.version and taker = 'system'
  ) then
    raise exception 'a post is published before its time'
      using errcode = 'check_violation', constraint = 'posts_step_due', schema = tg_table_schema, table = tg_table_name;
  end if;
  return null;
end
$$;
create constraint trigger demand_move after update of state on content.posts
  deferrable initially deferred
  for each row when (old.state is distinct from new.state) execute function content.demand_post_move();

-- Reviewers, and until when they are to look.
create table content.post_reviewers (
  tenant_id   uuid        not null,
  post_id     uuid        not null,
  reviewer_id uuid        not null,
  asked_by    uuid        not null,
  asked_at    timestamptz not null,
  due_at      timestamptz not null check (due_at > asked_at),
  primary key (tenant_id, post_id, reviewer_id),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id) on delete cascade,
  foreign key (tenant_id, reviewer_id) references identity.personal_details (tenant_id, id)
);
create index post_reviewers_by_due on content.post_reviewers (tenant_id, reviewer_id, due_at, post_id);
select platform.adopt('content.post_reviewers', 'smile_content');

create function content.instant(at timestamptz) returns text
  language sql stable parallel safe
  return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- A post's text as its author sends it.
create function content.text_of_post(post content.posts) returns jsonb
  language sql stable parallel safe
  return jsonb_strip_nulls(jsonb_build_object(
    'kind', post.kind,
    'title', post.title,
    'summary', post.summary,
    'body', post.body,
    'tags', to_jsonb(post.tags),
    'language', post.language,
    'categories', to_jsonb(post.categories),
    'attachments', to_jsonb(post.attachments),
    'opportunity', case when post.opportunity_of is not null then jsonb_build_object(
      'of', post.opportunity_of,
      'deadline', content.instant(post.deadline),
      'apply_at', post.apply_at,
      'award', case when post.award_amount is not null then
        jsonb_build_object('amount', post.award_amount::text, 'currency', post.award_currency) end
    ) end,
    'poll', case when post.poll_options is not null then jsonb_build_object(
      'options', to_jsonb(post.poll_options),
      'several', post.poll_several,
      'closes_at', content.instant(post.poll_closes_at)
    ) end,
    'invitation', case when post.starts_at is not null then jsonb_build_object(
      'starts_at', content.instant(post.starts_at),
      'ends_at', content.instant(post.ends_at),
      'place', post.place,
      'join_at', post.join_at
    ) end
  ));

-- Every earlier version, whole. A redacted one has no text any more; that it was there, and what its digest was, stays.
create table content.post_versions (
  tenant_id        uuid        not null,
  post_id          uuid        not null,
  number           bigint      not null check (number > 0),
  saved_at         timestamptz not null,
  text             jsonb,
  digest           bytea       not null check (octet_length(digest) = 32),
  redacted_at      timestamptz,
  redacted_by      uuid,
  redaction_reason text        check (platform.is_line(redaction_reason, 1, 500)),
  primary key (tenant_id, post_id, number),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id) on delete cascade,
  constraint post_versions_redacted check (
    num_nonnulls(redacted_at, redacted_by, redaction_reason) = case when text is null then 3 else 0 end
  )
);
-- A redacted text must not live on in the trail.
select platform.adopt('content.post_versions', 'smile_content', array['text', 'redaction_reason']);
revoke delete on content.post_versions from smile_content;

create function content.digest_of_text(text jsonb) returns bytea
  language sql immutable parallel safe
  return sha256(convert_to(text::text, 'UTF8'));

-- Keeps the version before, whoever writes, whenever a member of the text changes.
create function content.keep_post_version() returns trigger
  language plpgsql
as $$
declare
  before jsonb := content.text_of_post(old);
begin
  -- Of somebody who is erased nothing is kept.
  if before = content.text_of_post(new) or new.erased_at is not null then
    new.text_version := old.text_version;
    new.text_saved_at := old.text_saved_at;
    return new;
  end if;
  insert into content.post_versions (tenant_id, post_id, number, saved_at, text, digest)
  values (old.tenant_id, old.id, old.text_version, old.text_saved_at, before, content.digest_of_text(before));
  new.text_version := new.version;
  new.text_saved_at := new.updated_at;
  return new;
end
$$;
create trigger keep_version before update on content.posts
  for each row execute function content.keep_post_version();

-- What is redacted stays redacted, and nothing else of a version changes.
create function content.guard_post_version() returns trigger
  language plpgsql
as $$
begin
  if (new.post_id, new.number, new.saved_at, new.digest)
      is distinct from (old.post_id, old.number, old.saved_at, old.digest)
    or new.text is distinct from old.text and new.text is not null
    or old.text is null and (new.redacted_at, new.redacted_by, new.redaction_reason)
      is distinct from (old.redacted_at, old.redacted_by, old.redaction_reason)
  then
    raise exception 'a version is redacted once, and changed in no other way'
      using errcode = 'check_violation', constraint = 'post_versions_kept', schema = tg_table_schema, table = tg_table_name;
  end if;
  return new;
end
$$;
create trigger guard_version before update on content.post_versions
  for each row execute function content.guard_post_version();

-- Votes: what somebody chose, by the places of the answers.
create table content.poll_votes (
  tenant_id  uuid        not null,
  post_id    uuid        not null,
  account_id uuid        not null,
  choices    smallint[]  not null check (
    cardinality(choices) between 1 and 10 and 0 <= all (choices) and 10 > all (choices)
  ),
  voted_at   timestamptz not null,
  primary key (tenant_id, post_id, account_id),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id) on delete cascade
);
create index poll_votes_by_account on content.poll_votes (tenant_id, account_id, post_id);
select platform.adopt('content.poll_votes', 'smile_content');
