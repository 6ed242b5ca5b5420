-- expand: what people are to each other: connections and requests, follows, blocks, mutes.

-- Serves what two people do with each other: whoever changes anything between them takes it first, and looks then. It is
-- held to the end of the transaction.
create function social.lock_pair(a uuid, b uuid) returns void
  language sql volatile
  return pg_advisory_xact_lock(
    hashtextextended(concat_ws(' ', 'social.pair', tenancy.current_tenant(), least(a, b), greatest(a, b)), 0)
  );

-- Two people who are connected, whoever asked: one row, the lower id first.
create table social.connections (
  tenant_id    uuid        not null references tenancy.tenants (id),
  low_id       uuid        not null,
  high_id      uuid        not null,
  type         text        not null check (type in ('professional', 'mentorship', 'collaboration', 'friendship')),
  requested_by uuid        not null,
  since        timestamptz not null,
  primary key (tenant_id, low_id, high_id),
  foreign key (tenant_id, low_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, high_id) references identity.personal_details (tenant_id, id),
  constraint connections_of_two check (low_id < high_id),
  constraint connections_requested_by_one check (requested_by in (low_id, high_id))
);
select platform.adopt('social.connections', 'smile_social');
-- A connection is made and ended; as what two people are connected is what they agreed on.
revoke update on social.connections from smile_social;

create table social.connection_requests (
  tenant_id   uuid        not null references tenancy.tenants (id),
  id          uuid        not null,
  from_id     uuid        not null,
  to_id       uuid        not null,
  -- The two, whoever asks.
  low_id      uuid        generated always as (least(from_id, to_id)) stored,
  high_id     uuid        generated always as (greatest(from_id, to_id)) stored,
  type        text        not null check (type in ('professional', 'mentorship', 'collaboration', 'friendship')),
  message     text        not null check (platform.is_prose(message, 20, 1000)),
  -- Which kind the one who is asked was of: so many of one kind are asked in a week.
  to_kind     text        not null check (to_kind in (
    'innovator', 'business_investor', 'mentor', 'corporate_partner', 'government_official', 'academic_researcher',
    'service_provider', 'community_member'
  )),
  state       text        not null check (state in ('pending', 'accepted', 'declined', 'withdrawn', 'expired')),
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  answered_at timestamptz,
  version     bigint      not null check (version > 0),
  primary key (tenant_id, id),
  foreign key (tenant_id, from_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, to_id) references identity.personal_details (tenant_id, id),
  constraint connection_requests_of_two check (from_id <> to_id),
  constraint connection_requests_expiry check (expires_at > created_at),
  constraint connection_requests_answered check ((state = 'pending') = (answered_at is null))
);
-- Of two people one request waits, whoever of them sent it.
create unique index connection_requests_pending_key on social.connection_requests (tenant_id, low_id, high_id)
  where state = 'pending';
create index connection_requests_of_two on social.connection_requests (tenant_id, low_id, high_id);
create index connection_requests_received on social.connection_requests (tenant_id, to_id, id desc);
create index connection_requests_sent on social.connection_requests (tenant_id, from_id, id desc);
create index connection_requests_due on social.connection_requests (tenant_id, expires_at, id) where state = 'pending';
-- What somebody wrote is in the row, from which it can be erased: the trail does not repeat it.
select platform.adopt('social.connection_requests', 'smile_social', array['message']);
revoke delete on social.connection_requests from smile_social;

-- Somebody wants to know what somebody else does.
create table social.follows (
  tenant_id  uuid        not null references tenancy.tenants (id),
  account_id uuid        not null,
  other_id   uuid        not null,
  at         timestamptz not null,
  primary key (tenant_id, account_id, other_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, other_id) references identity.personal_details (tenant_id, id),
  constraint follows_of_another check (account_id <> other_id)
);
create index follows_by_time on social.follows (tenant_id, account_id, at desc, other_id desc);
create index follows_of_by_time on social.follows (tenant_id, other_id, at desc, account_id desc);
select platform.adopt('social.follows', 'smile_social');
revoke update on social.follows from smile_social;

-- Somebody wants neither to see somebody else nor to be seen by them.
create table social.blocks (
  tenant_id  uuid        not null references tenancy.tenants (id),
  account_id uuid        not null,
  other_id   uuid        not null,
  at         timestamptz not null,
  primary key (tenant_id, account_id, other_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, other_id) references identity.personal_details (tenant_id, id),
  constraint blocks_of_another check (account_id <> other_id)
);
create index blocks_by_time on social.blocks (tenant_id, account_id, at desc, other_id desc);
create index blocks_of_somebody on social.blocks (tenant_id, other_id);
select platform.adopt('social.blocks', 'smile_social');
revoke update on social.blocks from smile_social;

-- Somebody does not want to be shown what somebody else does.
create table social.mutes (
  tenant_id  uuid        not null references tenancy.tenants (id),
  account_id uuid        not null,
  other_id   uuid        not null,
  at         timestamptz not null,
  primary key (tenant_id, account_id, other_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, other_id) references identity.personal_details (tenant_id, id),
  constraint mutes_of_another check (account_id <> other_id)
);
create index mutes_by_time on social.mutes (tenant_id, account_id, at desc, other_id desc);
create index mutes_of_somebody on social.mutes (tenant_id, other_id);
select platform.adopt('social.mutes', 'smile_social');
revoke update on social.mutes from smile_social;

-- Connections as lists read them: a row for each of the two, with what lists are ordered by.
create table social.ties (
  tenant_id    uuid             not null,
  account_id   uuid             not null,
  other_id     uuid             not null,
  type         text             not null,
  since        timestamptz      not null,
  -- The name of the other, in the order of its characters.
  name_key     text             collate "C" not null,
  -- How strong the connection is, as a number that only compares; nothing is known at first.
  strength_key double precision not null default '-Infinity',
  primary key (tenant_id, account_id, other_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, other_id) references identity.personal_details (tenant_id, id)
);
create index ties_by_name on social.ties (tenant_id, account_id, name_key, other_id);
create index ties_by_strength on social.ties (tenant_id, account_id, strength_key desc, other_id desc);
create index ties_by_time on social.ties (tenant_id, account_id, since desc, other_id desc);

-- What keeps people out of each other's lists: a block for both of them, a mute for who muted.
create table social.barriers (
  tenant_id uuid    not null,
  viewer_id uuid    not null,
  other_id  uuid    not null,
  -- Whether one of them blocked the other; otherwise the viewer only muted them.
  blocked   boolean not null,
  primary key (tenant_id, viewer_id, other_id),
  foreign key (tenant_id, viewer_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, other_id) references identity.personal_details (tenant_id, id)
);

-- No trail: both follow from tables that have it.
select platform.adopt_untold('social.ties', 'smile_social');
select platform.adopt_untold('social.barriers', 'smile_social');

-- Last name, then first name, whatever their capitals. What stands between them comes before every character of a name.
create function social.name_key(first_name text, last_name text) returns text
  language sql immutable parallel safe
  return lower(last_name) || chr(1) || lower(first_name);

-- Whoever puts a name into a list and whoever changes it wait for each other; those who only read it do not.
create function social.hold_name(tenant uuid, account uuid) returns void
  language sql volatile
  return pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'social.name', tenant, account), 0));
create function social.share_name(tenant uuid, account uuid) returns void
  language sql volatile
  return pg_advisory_xact_lock_shared(hashtextextended(concat_ws(' ', 'social.name', tenant, account), 0));

-- Ties are those of the connections there are.
create function social.keep_ties() returns trigger
  language plpgsql
as $$
begin
  if tg_op = 'DELETE' then
    delete from social.ties
    where tenant_id = old.tenant_id
      and (account_id, other_id) in ((old.low_id, old.high_id), (old.high_id, old.low_id));
    return null;
  end if;
  perform social.share_name(new.tenant_id, new.low_id);
  perform social.share_name(new.tenant_id, new.high_id);
  insert into social.ties (tenant_id, account_id, other_id, type, since, name_key)
  select new.tenant_id, ends.account_id, ends.other_id, new.type, new.since, social.name_key(a.first_name, a.last_name)
  from (values (new.low_id, new.high_id), (new.high_id, new.low_id)) as ends (account_id, other_id)
  join identity.personal_details as a on a.tenant_id = new.tenant_id and a.id = ends.other_id;
  return null;
end
$$;
create trigger keep_ties after insert or delete on social.connections
  for each row execute function social.keep_ties();

set local lock_timeout = '2s';
-- A new name moves somebody in every list they are in. Whom somebody is tied to is tied to them.
create function social.keep_name() returns trigger
  language plpgsql
as $$
begin
  perform social.hold_name(new.tenant_id, new.id);
  update social.ties as t
  set name_key = social.name_key(new.first_name, new.last_name)
  from social.ties as own
  where own.tenant_id = new.tenant_id and own.account_id = new.id
    and t.tenant_id = new.tenant_id and t.account_id = own.other_id and t.other_id = new.id;
  return null;
end
$$;
create trigger keep_name after update of first_name, last_name on identity.personal_details
  for each row when ((old.first_name, old.last_name) is distinct from (new.first_name, new.last_name))
  execute function social.keep_name();
grant usage on schema identity to smile_social;
grant select (tenant_id, id, first_name, last_name) on identity.personal_details to smile_social;
grant usage on schema social to smile_identity;
grant select, update (name_key) on social.ties to smile_identity;

-- Barriers are those of the blocks and mutes there are: made anew for the two, in both directions, whichever of them
-- changed.
create function social.keep_barriers() returns trigger
  language plpgsql
as $$
declare
  of_tenant constant uuid := coalesce(new.tenant_id, old.tenant_id);
  one       constant uuid := coalesce(new.account_id, old.account_id);
  other     constant uuid := coalesce(new.other_id, old.other_id);
begin
  perform social.lock_pair(one, other);
  delete from social.barriers
  where tenant_id = of_tenant and (viewer_id, other_id) in ((one, other), (other, one));
  insert into social.barriers (tenant_id, viewer_id, other_id, blocked)
  select of_tenant, ends.viewer_id, ends.other_id, said.blocked
  from (values (one, other), (other, one)) as ends (viewer_id, other_id)
  cross join lateral (
    select
      exists (
        select
        from social.blocks as b
        where b.tenant_id = of_tenant and (b.account_id, b.other_id) in ((one, other), (other, one))
      ) as blocked,
      exists (
        select
        from social.mutes as m
        where m.tenant_id = of_tenant and m.account_id = ends.viewer_id and m.other_id = ends.other_id
      ) as muted
  ) as said
  where said.blocked or said.muted;
  return null;
end
$$;
create trigger keep_barriers after insert or delete on social.blocks
  for each row execute function social.keep_barriers();
create trigger keep_barriers after insert or delete on social.mutes
  for each row execute function social.keep_barriers();

-- Who of these people is in a group that the viewer is in, too. There are no groups yet; the context that brings them
-- replaces this, and everything that goes by the class knows of them.
create function social.shared_groups(viewer uuid, owners uuid[]) returns table (account_id uuid)
  language sql stable
begin atomic
  select owner from unnest(owners) as owner where viewer is null and owner is null;
end;

-- What the viewer is to each of these people: the one answer that everything shown to somebody is shown by. Whether they
-- are staff is decided by who asks.
create function social.viewer_classes(viewer uuid, owners uuid[]) returns table (owner_id uuid, class text)
  language sql stable
begin atomic
  select asked.owner_id,
    case
      when viewer is null then 'public'
      when asked.owner_id = viewer then 'owner'
      when barrier.blocked then 'blocked'
      when tie.other_id is not null then 'connection'
      when shared.account_id is not null then 'group'
      else 'member'
    end
  from (select distinct owner as owner_id from unnest(owners) as owner) as asked
  left join social.barriers as barrier
    on barrier.tenant_id = tenancy.current_tenant() and barrier.viewer_id = viewer and barrier.other_id = asked.owner_id
  left join social.ties as tie
    on tie.tenant_id = tenancy.current_tenant() and tie.account_id = viewer and tie.other_id = asked.owner_id
  left join (select distinct found.account_id from social.shared_groups(viewer, owners) as found) as shared
    on shared.account_id = asked.owner_id;
end;

create function social.viewer_class(viewer uuid, owner uuid) returns text
  language sql stable
begin atomic
  select found.class from social.viewer_classes(viewer, array[owner]) as found;
end;

-- The search of posts leaves out, before it takes the newest, what its viewer is not shown; of one author, whom they
-- muted themselves is not left out.
grant usage on schema social to smile_search;
grant select on social.barriers to smile_search;
create policy searched on social.barriers for select to smile_search using (true);
drop function content.posts_by_words (tsquery, uuid, text, uuid, uuid, timestamptz, timestamptz, integer);
drop function content.posts_by_spelling (text, uuid, text, uuid, uuid, timestamptz, timestamptz, integer);

-- The best of the newest `most` posts with these words; best first, in ten-thousandths.
create function content.posts_by_words(
  query tsquery, of_author uuid, of_kind text, of_tag uuid, of_category uuid, published_from timestamptz,
  published_before timestamptz, viewer uuid, most integer
)
  returns table (post_id uuid, rank integer)
  language sql stable security definer
begin atomic
  select found.post_id, round(10000 * ts_rank_cd(found.document, query, 1))::integer
  from (
    select d.post_id, d.document
    from content.post_documents d
    where d.tenant_id = tenancy.current_tenant()
      and d.document @@ query
      and (of_author is null or d.author_id = of_author)
      and (of_kind is null or d.kind = of_kind)
      and (published_from is null or d.published_at >= published_from)
      and (published_before is null or d.published_at < published_before)
      and (of_tag is null or exists (
        select from content.post_tags l
        where l.tenant_id = tenancy.current_tenant() and l.post_id = d.post_id and l.tag_id = of_tag
      ))
      and (of_category is null or exists (
        select from content.post_categories l
        where l.tenant_id = tenancy.current_tenant() and l.post_id = d.post_id and l.category_id = of_category
      ))
      and not exists (
        select
        from social.barriers b
        where b.tenant_id = tenancy.current_tenant()
          and b.viewer_id = viewer
          and b.other_id = d.author_id
          and (b.blocked or of_author is null)
      )
    order by d.published_at desc, d.post_id desc
    limit most
  ) found;
end;

-- The newest `most` posts with words that are spelled almost like these; most alike first, in ten-thousandths.
create function content.posts_by_spelling(
  words text, of_author uuid, of_kind text, of_tag uuid, of_category uuid, published_from timestamptz,
  published_before timestamptz, viewer uuid, most integer
)
  returns table (post_id uuid, rank integer)
  language sql stable security definer
  set pg_trgm.word_similarity_threshold = 0.4
begin atomic
  select found.post_id, round(10000 * word_similarity(lower(words), found.headline))::integer
  from (
    select d.post_id, d.headline
    from content.post_documents d
    where d.tenant_id = tenancy.current_tenant()
      and lower(words) <% d.headline
      and (of_author is null or d.author_id = of_author)
      and (of_kind is null or d.kind = of_kind)
      and (published_from is null or d.published_at >= published_from)
      and (published_before is null or d.published_at < published_before)
      and (of_tag is null or exists (
        select from content.post_tags l
        where l.tenant_id = tenancy.current_tenant() and l.post_id = d.post_id and l.tag_id = of_tag
      ))
      and (of_category is null or exists (
        select from content.post_categories l
        where l.tenant_id = tenancy.current_tenant() and l.post_id = d.post_id and l.category_id = of_category
      ))
      and not exists (
        select
        from social.barriers b
        where b.tenant_id = tenancy.current_tenant()
          and b.viewer_id = viewer
          and b.other_id = d.author_id
          and (b.blocked or of_author is null)
      )
    order by d.published_at desc, d.post_id desc
    limit most
  ) found;
end;

revoke execute on function content.posts_by_words, content.posts_by_spelling from public;
grant execute on function content.posts_by_words, content.posts_by_spelling to smile_content;

-- They run as the role that may search, as in 0012.
grant create on schema content to smile_search;
grant smile_search to current_user;
alter function content.posts_by_words owner to smile_search;
alter function content.posts_by_spelling owner to smile_search;
revoke smile_search from current_user;
revoke create on schema content from smile_search;
