-- expand: erasing people: who asked for it, how far it is, and what takes their words out of what is only ever added to.

create table identity.erasures (
  tenant_id       uuid        not null,
  account_id      uuid        not null,
  asked_at        timestamptz not null,
  revocable_until timestamptz not null check (revocable_until >= asked_at),
  due_at          timestamptz not null check (due_at >= revocable_until),
  -- What is done next. Each stage is carried out in batches, and goes on behind the last row that was looked at.
  stage           text        not null default 'asked' check (stage in (
    'asked', 'posts', 'comments', 'messages', 'archive', 'deeds', 'moderation', 'files', 'account', 'answers', 'facts',
    'trail', 'done'
  )),
  behind          uuid,
  done_at         timestamptz,
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  constraint erasures_done check ((stage = 'done') = (done_at is not null))
);
create index erasures_due on identity.erasures (tenant_id, due_at, account_id) where stage <> 'done';
select platform.adopt('identity.erasures', 'smile_identity');

-- Of somebody who was erased the row is kept, so that what refers to it refers to somebody; and nothing in it.
set local lock_timeout = '2s';
alter table identity.personal_details add column erased_at timestamptz;
alter table identity.personal_details add constraint personal_details_erased check (
  erased_at is null
  or email = ('erased-' || id || '@erased.invalid') and password_hash = '!' and first_name = 'Erased'
    and last_name = 'Person' and num_nonnulls(phone, gender, bio, profile_kind) = 0 and extra = '{}' and role = 'member'
) not valid;

-- What takes words out of tables that the service only adds to, the trail and the outbox among them, is a role of its own.
-- Nobody logs in as it; it owns the functions below, which do this and nothing else, in the current tenant.
do $$
begin
  if not exists (select from pg_roles where rolname = 'smile_eraser') then
    create role smile_eraser nologin nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
end
$$;
grant smile_context to smile_eraser;
grant usage on schema content, identity, social to smile_eraser;
grant select on content.posts, content.comments, content.moderation_cases, content.post_tags, content.tag_follows
  to smile_eraser;
grant select, delete on content.post_versions, content.tags to smile_eraser;
grant select, update (reason) on content.post_moves to smile_eraser;
grant select, update (note, text_as_reported) on content.reports to smile_eraser;
grant select, update (note) on content.moderation_log to smile_eraser;
grant select (tenant_id, id, erased_at) on identity.personal_details to smile_eraser;
grant select, delete on social.connection_requests to smile_eraser;
grant select, update (body) on platform.outbox to smile_eraser;
grant update (before, after) on platform.audit to smile_eraser;
create policy erased on platform.audit for update to smile_eraser
  using (tenant_id = (select tenancy.current_tenant()))
  with check (tenant_id = (select tenancy.current_tenant()));

-- The earlier versions of these posts, and why steps were taken with them: only where their author was erased.
create function content.erase_history(posts uuid[]) returns void
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  erased uuid[] := (
    select coalesce(array_agg(p.id), '{}')
    from content.posts as p
    where p.tenant_id = tenancy.current_tenant() and p.id = any (posts) and p.erased_at is not null
  );
begin
  delete from content.post_versions as v where v.tenant_id = tenancy.current_tenant() and v.post_id = any (erased);
  update content.post_moves as m
    set reason = null
    where m.tenant_id = tenancy.current_tenant() and m.post_id = any (erased) and m.reason is not null;
end
$$;

-- What was said in moderation by somebody, or of what they wrote: the texts that were reported, notes, appeals in the log.
-- Decisions and their reasons are the community's and stay. At most `most` rows; says how many there were.
create function content.erase_from_moderation(account uuid, most integer) returns bigint
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  reported bigint;
  noted    bigint;
begin
  with theirs as (
    select r.id
    from content.moderation_cases as c
    join content.reports as r on r.tenant_id = c.tenant_id and r.case_id = c.id
    where c.tenant_id = tenancy.current_tenant() and c.author_id = account
      and (r.text_as_reported <> '[erased]' or r.note is not null)
    union
    select r.id
    from content.reports as r
    where r.tenant_id = tenancy.current_tenant() and r.reporter_id = account and r.note is not null
    limit most
  )
  update content.reports as r
    set note = null,
      text_as_reported = case
        when exists (
          select
          from content.moderation_cases as c
          where c.tenant_id = tenancy.current_tenant() and c.id = r.case_id and c.author_id = account
        ) then '[erased]'
        else r.text_as_reported
      end
    from theirs
    where r.tenant_id = tenancy.current_tenant() and r.id = theirs.id;
  get diagnostics reported = row_count;
  with theirs as (
    select l.id
    from content.moderation_cases as c
    join content.moderation_log as l on l.tenant_id = c.tenant_id and l.case_id = c.id
    where c.tenant_id = tenancy.current_tenant() and c.author_id = account and l.note is not null
      and l.step in ('screened', 'appealed')
    limit most
  )
  update content.moderation_log as l
    set note = null
    from theirs
    where l.tenant_id = tenancy.current_tenant() and l.id = theirs.id;
  get diagnostics noted = row_count;
  return reported + noted;
end
$$;

-- The texts of a version that was redacted, in the reports that quote it: those filed while it was what people read.
create function content.redact_reports(post uuid, version bigint) returns bigint
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  redacted content.post_versions := (
    select v
    from content.post_versions as v
    where v.tenant_id = tenancy.current_tenant() and v.post_id = post and v.number = version and v.text is null
  );
  replaced timestamptz := (
    select min(v.saved_at)
    from content.post_versions as v
    where v.tenant_id = tenancy.current_tenant() and v.post_id = post and v.number > version
  );
  found    bigint;
begin
  replaced := coalesce(replaced, (
    select p.text_saved_at from content.posts as p where p.tenant_id = tenancy.current_tenant() and p.id = post
  ));
  update content.reports as r
    set text_as_reported = '[redacted]', note = null
    where r.tenant_id = tenancy.current_tenant() and r.post_id = post and redacted.post_id is not null
      and r.filed_at between redacted.saved_at and replaced;
  get diagnostics found = row_count;
  return found;
end
$$;

-- The requests that somebody who was erased sent another, or was sent by them: what was said in them is said to nobody.
create function social.erase_requests(erased uuid, other uuid) returns bigint
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  deleted bigint;
begin
  delete from social.connection_requests as r
    where r.tenant_id = tenancy.current_tenant()
      and r.low_id = least(erased, other)
      and r.high_id = greatest(erased, other)
      and exists (
        select
        from identity.personal_details as a
        where a.tenant_id = r.tenant_id and a.id = erased and a.erased_at is not null
      );
  get diagnostics deleted = row_count;
  return deleted;
end
$$;

-- Words that only somebody who was erased ever used.
create function content.forget_unused_tags(words text[]) returns bigint
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  forgotten bigint;
begin
  delete from content.tags as t
    where t.tenant_id = tenancy.current_tenant()
      and t.folded = any (select content.fold_tag(word) collate "C" from unnest(words) as word)
      and t.alias_of is null
      and t.merging_into is null
      and not exists (select from content.post_tags as p where p.tenant_id = t.tenant_id and p.tag_id = t.id)
      and not exists (select from content.tag_follows as f where f.tenant_id = t.tenant_id and f.tag_id = t.id)
      and not exists (
        select from content.tags as o
        where o.tenant_id = t.tenant_id and (o.alias_of = t.id or o.merging_into = t.id)
      );
  get diagnostics forgotten = row_count;
  return forgotten;
end
$$;

-- A row of the trail without anything that somebody said: which row, who and when is left, and words of the platform's own.
create function platform.without_words(image jsonb) returns jsonb
  language sql immutable parallel safe
  return (
    select jsonb_object_agg(
      member.key,
      case
        when jsonb_typeof(member.value) = 'null'
          or member.key ~ '(^|_)(id|at|on|until|by|version|number|depth|position)$'
          or member.key in (
            'action', 'cause', 'decision', 'ending', 'from_state', 'kind', 'media_type', 'origin', 'profile_kind',
            'profile_state', 'reaction', 'role', 'ruling', 'stage', 'standing', 'state', 'step', 'tab', 'taker', 'to_kind', 'to_state',
            'type', 'visibility'
          )
        then member.value
        else '"erased"'
      end
    )
    from jsonb_each(image) as member
  );

create function platform.mentions(image jsonb, account uuid) returns boolean
  language sql immutable parallel safe
  return exists (select from jsonb_each_text(image) as member where member.value = account::text);

-- Takes somebody's words out of the entries of the trail behind one, at most `most` of them; says behind which to go on,
-- or nothing at the end. What concerns somebody is what names them, and all rows of what they posted.
create function platform.erase_from_trail(account uuid, behind uuid, most integer) returns uuid
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  posts text[] := (
    select coalesce(array_agg(p.id::text), '{}')
    from content.posts as p
    where p.tenant_id = tenancy.current_tenant() and p.author_id = account
  );
  batch uuid[];
  last  uuid;
begin
  batch := array(
    select a.id
    from platform.audit as a
    where a.tenant_id = tenancy.current_tenant() and a.id > behind
    order by a.id
    limit most
  );
  last := batch[cardinality(batch)];
  update platform.audit as a
    set before = platform.without_words(a.before), after = platform.without_words(a.after)
    where a.tenant_id = tenancy.current_tenant()
      and a.id > behind
      and a.id <= last
      and (
        string_to_array(a.row_key, '/') && (array[account::text] || posts)
        or platform.mentions(a.before, account)
        or platform.mentions(a.after, account)
      );
  -- What is written from here on has none of their words, the notes of how far this is among it.
  return case when cardinality(batch) = most then last end;
end
$$;

-- The same with the reasons that facts tell.
create function platform.erase_from_outbox(account uuid, behind uuid, most integer) returns uuid
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  batch uuid[];
  last  uuid;
begin
  batch := array(
    select o.id
    from platform.outbox as o
    where o.tenant_id = tenancy.current_tenant() and o.id > behind
    order by o.id
    limit most
  );
  last := batch[cardinality(batch)];
  update platform.outbox as o
    set body = jsonb_set(o.body, '{reason}', '"erased"')
    where o.tenant_id = tenancy.current_tenant()
      and o.id > behind
      and o.id <= last
      and jsonb_typeof(o.body -> 'reason') = 'string'
      and (
        o.actor = account::text
        or o.subject = account
        or platform.mentions(o.body, account)
        or exists (
          select
          from content.posts as p
          where p.tenant_id = tenancy.current_tenant() and p.id = o.subject and p.author_id = account
        )
      );
  -- What is written from here on has none of their words, the notes of how far this is among it.
  return case when cardinality(batch) = most then last end;
end
$$;

revoke execute on function content.erase_history, content.erase_from_moderation, content.redact_reports,
  content.forget_unused_tags, social.erase_requests, platform.erase_from_trail, platform.erase_from_outbox from public;
grant execute on function content.erase_history, content.erase_from_moderation, content.redact_reports,
  content.forget_unused_tags to smile_content;
grant execute on function social.erase_requests to smile_social;
grant execute on function platform.erase_from_trail, platform.erase_from_outbox to smile_service;

grant create on schema content, platform, social to smile_eraser;
grant smile_eraser to current_user;
alter function content.erase_history owner to smile_eraser;
alter function content.erase_from_moderation owner to smile_eraser;
alter function content.redact_reports owner to smile_eraser;
alter function content.forget_unused_tags owner to smile_eraser;
alter function social.erase_requests owner to smile_eraser;
alter function platform.erase_from_trail owner to smile_eraser;
alter function platform.erase_from_outbox owner to smile_eraser;
revoke smile_eraser from current_user;
revoke create on schema content, platform, social from smile_eraser;
