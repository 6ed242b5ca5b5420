-- expand: media: files that people upload, and the posts they hang on.

-- Names that are safe to save on any machine, and end as files of this type do; the same as core's.
create function content.is_file_name(name text, media_type text) returns boolean
  language sql immutable parallel safe
  return platform.is_line(name, 1, 200)
    and name !~ '[/\\:*?"<>|\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]'
    and name !~ '^\.'
    and name !~* '^(con|prn|aux|nul|com[0-9]|lpt[0-9])\.'
    and name ~* case media_type
      when 'image/jpeg' then '\.jpe?g$'
      when 'image/png' then '\.png$'
      when 'image/webp' then '\.webp$'
      when 'image/gif' then '\.gif$'
      when 'video/mp4' then '\.mp4$'
      when 'application/pdf' then '\.pdf$'
    end;

-- Contents that lie in the blob store, each once a tenant, found by its SHA-256. The row is claimed before the content
-- is written and goes in the transaction that deletes the content: content without a row is never pointed at.
create table content.blobs (
  tenant_id  uuid        not null references tenancy.tenants (id),
  digest     bytea       not null check (octet_length(digest) = 32),
  size       integer     not null check (size between 1 and 104857600),
  claimed_at timestamptz not null,
  primary key (tenant_id, digest)
);
create index blobs_by_age on content.blobs (tenant_id, claimed_at);
select platform.adopt('content.blobs', 'smile_content');

create table content.media (
  tenant_id    uuid        not null references tenancy.tenants (id),
  id           uuid        not null,
  owner_id     uuid        not null,
  file_name    text        not null,
  media_type   text        not null check (media_type in (
    'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'video/mp4', 'application/pdf'
  )),
  size         integer     not null check (size between 1 and 104857600),
  state        text        not null check (state in ('pending', 'ready')),
  digest       bytea,
  width        integer     check (width between 1 and 65535),
  height       integer     check (height between 1 and 65535),
  created_at   timestamptz not null,
  finalised_at timestamptz,
  -- Since when it hangs on nothing; as long as it does, the time says nothing.
  unused_since timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, owner_id) references identity.personal_details (tenant_id, id),
  -- Who points at content keeps it: the row of a blob goes only when nobody does.
  constraint media_blob_fkey foreign key (tenant_id, digest) references content.blobs (tenant_id, digest),
  constraint media_file_name check (content.is_file_name(file_name, media_type)),
  constraint media_ready check (
    (state = 'ready') = (digest is not null) and (state = 'ready') = (finalised_at is not null)
    and (state = 'ready') = (unused_since is not null)
  ),
  constraint media_dimensions check (
    (width is not null) = (state = 'ready' and starts_with(media_type, 'image/'))
    and (width is null) = (height is null)
  )
);
create index media_by_owner on content.media (tenant_id, owner_id, id desc);
create index media_by_digest on content.media (tenant_id, digest);
create index media_awaited on content.media (tenant_id, created_at) where state = 'pending';
create index media_by_use on content.media (tenant_id, unused_since, id) where state = 'ready';
select platform.adopt('content.media', 'smile_content');

-- Which files hang on a post, in the order its author gave.
create table content.post_attachments (
  tenant_id uuid     not null,
  post_id   uuid     not null,
  place     smallint not null check (place between 1 and 5),
  media_id  uuid     not null,
  primary key (tenant_id, post_id, place),
  constraint post_attachments_media_key unique (tenant_id, post_id, media_id),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id) on delete cascade,
  constraint post_attachments_media_fkey foreign key (tenant_id, media_id) references content.media (tenant_id, id)
);
create index post_attachments_of_a_file on content.post_attachments (tenant_id, media_id, post_id);
select platform.adopt('content.post_attachments', 'smile_content');

-- Which files an earlier version of a post names: they are kept as long as its text is, so that it can be brought back
-- whole.
create table content.post_version_attachments (
  tenant_id uuid   not null,
  post_id   uuid   not null,
  number    bigint not null,
  media_id  uuid   not null,
  primary key (tenant_id, post_id, number, media_id),
  foreign key (tenant_id, post_id, number) references content.post_versions (tenant_id, post_id, number) on delete cascade,
  constraint post_version_attachments_media_fkey foreign key (tenant_id, media_id) references content.media (tenant_id, id)
);
create index post_version_attachments_of_a_file on content.post_version_attachments (tenant_id, media_id, post_id);
-- No trail: written by the trigger below from what the version says.
select platform.adopt_untold('content.post_version_attachments', 'smile_content');

create function content.keep_version_attachments() returns trigger
  language plpgsql
as $$
begin
  if new.text is null then
    with let_go as (
      delete from content.post_version_attachments
      where tenant_id = new.tenant_id and post_id = new.post_id and number = new.number
      returning media_id
    )
    update content.media as m
      set unused_since = greatest(m.unused_since, new.redacted_at)
      from let_go
      where m.tenant_id = new.tenant_id and m.id = let_go.media_id;
  else
    insert into content.post_version_attachments (tenant_id, post_id, number, media_id)
    select distinct new.tenant_id, new.post_id, new.number, named::uuid
    from jsonb_array_elements_text(coalesce(new.text -> 'attachments', '[]')) as named;
  end if;
  return null;
end
$$;
create trigger keep_attachments after insert or update of text on content.post_versions
  for each row execute function content.keep_version_attachments();

-- Whether something needs a file. Whoever hangs files on something else says so here.
create function content.is_file_used(tenant uuid, file uuid) returns boolean
  language sql stable
begin atomic
  select exists (select from content.post_attachments as a where a.tenant_id = tenant and a.media_id = file)
    or exists (select from content.post_version_attachments as v where v.tenant_id = tenant and v.media_id = file);
end;

-- What a post names as its attachments hangs on it, in that order: looked at when the transaction is committed.
create function content.demand_attachments() returns trigger
  language plpgsql
as $$
declare
  named    uuid[] := (select attachments from content.posts where tenant_id = new.tenant_id and id = new.id);
  attached uuid[] := (
    select coalesce(array_agg(media_id order by place), '{}')
    from content.post_attachments
    where tenant_id = new.tenant_id and post_id = new.id
  );
begin
  if named is distinct from attached and named is not null then
    raise exception 'a post names files that do not hang on it'
      using errcode = 'foreign_key_violation', constraint = 'post_attachments_media_fkey',
        schema = tg_table_schema, table = tg_table_name;
  end if;
  return null;
end
$$;
create constraint trigger demand_attachments after insert or update of attachments on content.posts
  deferrable initially deferred
  for each row execute function content.demand_attachments();
