-- expand: conversations, who belongs to them, and what is said in them.

-- Whom somebody may write to, and what lies between two people, is asked of the contexts that know it; files are uploaded
-- as all files are, and who hangs one holds it.
grant usage on schema identity, content, social to smile_messaging;
grant select on identity.personal_details, identity.profiles to smile_messaging;
grant select on social.ties, social.barriers to smile_messaging;
grant select, update (unused_since) on content.media to smile_messaging;

-- Conversations: of two people, who have one and no more, or of a group.
create table messaging.conversations (
  tenant_id       uuid        not null references tenancy.tenants (id),
  id              uuid        not null,
  kind            text        not null check (kind in ('direct', 'group')),
  -- Between whom a direct one is.
  low_id          uuid,
  high_id         uuid,
  title           text        check (platform.is_line(title, 1, 120)),
  -- From where on those read who join.
  history         text        not null check (history in ('start', 'joining')),
  approval        boolean     not null,
  member_limit    integer     not null check (member_limit between 2 and 1000),
  -- How many take part, and how many of them own it: counted where they are saved.
  members         integer     not null default 0 check (members >= 0),
  owners          integer     not null default 0 constraint conversations_owners check (owners between 0 and members),
  -- Whether more than 100 took part at a time. It stays so.
  large           boolean     not null default false constraint conversations_large check (large or members <= 100),
  -- The number of the last message. Whoever sends one holds this row, and takes the next.
  last_seq        bigint      not null default 0 check (last_seq >= 0),
  -- Refers to messages by no key: months of them go.
  last_message_id uuid,
  active_at       timestamptz not null,
  attached_bytes  bigint      not null default 0 check (attached_bytes between 0 and 104857600),
  -- Nobody, once they are erased.
  created_by      uuid,
  version         bigint      not null check (version > 0),
  created_at      timestamptz not null,
  constraint conversations_pair_key unique (tenant_id, low_id, high_id),
  foreign key (tenant_id, low_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, high_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, created_by) references identity.personal_details (tenant_id, id),
  constraint conversations_shape check (
    case kind
      when 'direct' then
        num_nulls(low_id, high_id) = 0 and low_id < high_id and title is null and history = 'start' and not approval
        and member_limit = 2 and owners = 0
      else num_nonnulls(low_id, high_id) = 0 and title is not null
    end
  ),
  constraint conversations_full check (members <= member_limit),
  constraint conversations_owned check (kind = 'direct' or members = 0 or owners > 0),
  constraint conversations_last_message check ((last_seq = 0) = (last_message_id is null))
) with (fillfactor = 70);
-- Made after the other key: of two that look alike, as on a small table all do, the planner takes the later.
alter table messaging.conversations add primary key (tenant_id, id);
select platform.adopt('messaging.conversations', 'smile_messaging', array['title']);
revoke delete on messaging.conversations from smile_messaging;
-- The trail has what is set for a group. What changes with each message is told as facts.
drop trigger audit on messaging.conversations;
create trigger audit after insert or delete or update of title, history, approval, member_limit on messaging.conversations
  for each row execute function platform.record_change('key=id', 'title');

-- It stays what it was begun as, and its numbers go forward, whoever writes.
create function messaging.guard_conversation() returns trigger
  language plpgsql
as $$
begin
  raise exception 'a conversation is between whom it was, and its numbers go forward'
    using errcode = 'check_violation', constraint = 'conversations_course', schema = tg_table_schema,
      table = tg_table_name;
end
$$;
create trigger guard_course before update on messaging.conversations
  for each row
  when (
    (old.id, old.kind, old.low_id, old.high_id) is distinct from (new.id, new.kind, new.low_id, new.high_id)
    or new.last_seq < old.last_seq
    or (old.large and not new.large)
  )
  execute function messaging.guard_conversation();

-- Who belongs to a conversation, as what, how far they are, and how they keep it for themselves.
create table messaging.members (
  tenant_id       uuid        not null,
  conversation_id uuid        not null,
  account_id      uuid        not null,
  role            text        not null check (role in ('owner', 'admin', 'member')),
  state           text        not null
    check (state in ('active', 'request', 'requested', 'declined', 'left', 'removed')),
  -- The first message that is for them.
  from_seq        bigint      not null default 1 check (from_seq > 0),
  delivered_seq   bigint      not null default 0,
  read_seq        bigint      not null default 0 check (read_seq >= 0),
  receipts        boolean     not null default true,
  muted_until     timestamptz,
  archived_at     timestamptz,
  pinned_at       timestamptz,
  archived        boolean     not null generated always as (archived_at is not null) stored,
  pinned          boolean     not null generated always as (pinned_at is not null) stored,
  -- Where it stands in their list. Of a large one that is kept with the conversation, for all of them.
  active_at       timestamptz,
  invited_by      uuid,
  joined_at       timestamptz,
  created_at      timestamptz not null,
  primary key (tenant_id, conversation_id, account_id),
  constraint members_conversation foreign key (tenant_id, conversation_id)
    references messaging.conversations (tenant_id, id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, invited_by) references identity.personal_details (tenant_id, id),
  -- What was read got there.
  constraint members_read_is_delivered check (delivered_seq >= read_seq),
  constraint members_joined check (state <> 'active' or joined_at is not null)
) with (fillfactor = 80);
create index members_inbox on messaging.members
  (tenant_id, account_id, state, archived, pinned desc, active_at desc, conversation_id desc)
  where active_at is not null;
-- Of large ones somebody has few, and all of them are looked at.
create index members_of_large on messaging.members (tenant_id, account_id, state, archived, conversation_id)
  where active_at is null;
create index members_of_an_account on messaging.members (tenant_id, account_id, state, conversation_id);
select platform.adopt('messaging.members', 'smile_messaging');
revoke delete on messaging.members from smile_messaging;
-- The trail has who belonged to what. How far somebody read is told as facts, and how they keep it is theirs.
drop trigger audit on messaging.members;
create trigger audit after insert or delete or update of role, state, from_seq, invited_by, joined_at on messaging.members
  for each row execute function platform.record_change('key=conversation_id,account_id');

-- What somebody got and read once they got and read, whoever writes.
create function messaging.guard_watermarks() returns trigger
  language plpgsql
as $$
begin
  raise exception 'a watermark goes forward'
    using errcode = 'check_violation', constraint = 'members_watermarks', schema = tg_table_schema,
      table = tg_table_name;
end
$$;
create trigger guard_watermarks before update of delivered_seq, read_seq on messaging.members
  for each row
  when (new.delivered_seq < old.delivered_seq or new.read_seq < old.read_seq)
  execute function messaging.guard_watermarks();

-- How somebody belongs to a conversation becomes only what core lets it become.
create function messaging.guard_member_state() returns trigger
  language plpgsql
as $$
declare
  known constant boolean := case old.state
    when 'active' then new.state in ('left', 'removed')
    when 'request' then new.state in ('active', 'declined', 'removed')
    when 'requested' then new.state in ('active', 'declined')
    when 'declined' then new.state in ('active', 'requested')
    when 'left' then new.state in ('active', 'request', 'requested')
    else new.state in ('active', 'request')
  end;
begin
  if not known then
    raise exception 'a member who is % does not become %', old.state, new.state
      using errcode = 'check_violation', constraint = 'members_steps', schema = tg_table_schema, table = tg_table_name;
  end if;
  return new;
end
$$;
create trigger guard_state before update of state on messaging.members
  for each row when (old.state <> new.state) execute function messaging.guard_member_state();

-- Counts who takes part and who owns: in the row that whoever comes or goes holds, so that no two count past each other.
-- Where a conversation grows large, its place in the lists is kept with itself from then on.
create function messaging.count_members() returns trigger
  language plpgsql
as $$
declare
  of_tenant constant uuid    := coalesce(new.tenant_id, old.tenant_id);
  of_whom   constant uuid    := coalesce(new.conversation_id, old.conversation_id);
  joined    constant integer := coalesce((new.state = 'active')::integer, 0) - coalesce((old.state = 'active')::integer, 0);
  owning    constant integer := coalesce((new.state = 'active' and new.role = 'owner')::integer, 0)
    - coalesce((old.state = 'active' and old.role = 'owner')::integer, 0);
  grown     boolean;
begin
  if joined = 0 and owning = 0 then
    return null;
  end if;
  update messaging.conversations as c
    set members = c.members + joined, owners = c.owners + owning, large = c.large or c.members + joined > 100
    where c.tenant_id = of_tenant and c.id = of_whom
    returning c.members > 100 and c.members - joined <= 100 into grown;
  if grown then
    update messaging.members as m
      set active_at = null
      where m.tenant_id = of_tenant and m.conversation_id = of_whom and m.active_at is not null;
  end if;
  return null;
end
$$;
create trigger count_new after insert or delete on messaging.members
  for each row execute function messaging.count_members();
create trigger count_changed after update of role, state on messaging.members
  for each row when ((old.role, old.state) is distinct from (new.role, new.state))
  execute function messaging.count_members();

-- What is said, in partitions by month on the id. Numbers of a conversation are given by its own row, one after the other;
-- a key of them would need the id in it, and hold nothing. What a message answers may have gone with its month.
create table messaging.messages (
  tenant_id       uuid        not null,
  id              uuid        not null,
  conversation_id uuid        not null,
  seq             bigint      not null check (seq > 0),
  -- Nobody, once they are erased.
  sender_id       uuid,
  -- Encrypted: version, key id, nonce, ciphertext, tag. Nothing, once it is deleted.
  body            bytea       check (octet_length(body) between 58 and 20057),
  reply_to        uuid        check (reply_to <> id),
  thread_id       uuid        check (thread_id <> id),
  replies         integer     not null default 0 check (replies >= 0),
  files           smallint    not null default 0 check (files between 0 and 10),
  sent_at         timestamptz not null,
  edited_at       timestamptz,
  deleted_at      timestamptz,
  deleted_by      uuid,
  version         bigint      not null check (version > 0),
  primary key (tenant_id, id),
  foreign key (tenant_id, conversation_id) references messaging.conversations (tenant_id, id),
  foreign key (tenant_id, sender_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, deleted_by) references identity.personal_details (tenant_id, id),
  -- Senders make ids themselves, of this day: so it lies in a month that is there.
  constraint messages_id_of_its_time check (
    platform.is_uuid_v7(id)
    and platform.uuid_v7_millis(id) between floor(extract(epoch from sent_at) * 1000) - 86400000
      and floor(extract(epoch from sent_at) * 1000) + 300000
  ),
  constraint messages_content check (
    case when deleted_at is null then body is not null or files > 0
    else body is null and files = 0
    end
  ),
  constraint messages_deleted check (deleted_at is not null or deleted_by is null),
  constraint messages_erased check (sender_id is not null or deleted_at is not null)
) partition by range (id);
create index messages_of_a_conversation on messaging.messages (tenant_id, conversation_id, seq);
create index messages_of_a_thread on messaging.messages (tenant_id, thread_id, seq) where thread_id is not null;
create index messages_by_sender on messaging.messages (tenant_id, sender_id, id) where sender_id is not null;

-- It stays what was said there and then by this one; and what is deleted is gone.
create function messaging.guard_message() returns trigger
  language plpgsql
as $$
begin
  raise exception 'a message stays where it was sent, and what is deleted stays deleted'
    using errcode = 'check_violation', constraint = 'messages_course', schema = tg_table_schema, table = tg_table_name;
end
$$;
create trigger guard_course before update on messaging.messages
  for each row
  when (
    (old.id, old.conversation_id, old.seq, old.reply_to, old.thread_id, old.sent_at)
      is distinct from (new.id, new.conversation_id, new.seq, new.reply_to, new.thread_id, new.sent_at)
    or new.sender_id <> old.sender_id
    or (old.sender_id is null and new.sender_id is not null)
    or (old.deleted_at is not null and new.deleted_at is distinct from old.deleted_at)
  )
  execute function messaging.guard_message();

-- What messages are found by: digests of their words under a key of the tenant's, other ones in each conversation.
create table messaging.message_words (
  tenant_id  uuid  not null,
  message_id uuid  not null check (platform.is_uuid_v7(message_id)),
  word       bytea not null check (octet_length(word) = 16),
  primary key (tenant_id, message_id, word)
) partition by range (message_id);
create index message_words_by_word on messaging.message_words (tenant_id, word, message_id);

-- Which files hang on a message, in the order its sender gave, and where that was said: so that who may read a file is
-- known without its message. Like reactions they outlive the month of the message, and are tidied up after it.
create table messaging.attachments (
  tenant_id       uuid     not null,
  message_id      uuid     not null,
  place           smallint not null check (place between 1 and 10),
  media_id        uuid     not null,
  conversation_id uuid     not null,
  seq             bigint   not null check (seq > 0),
  sender_id       uuid,
  size            integer  not null check (size between 1 and 10485760),
  primary key (tenant_id, message_id, place),
  constraint attachments_media_key unique (tenant_id, message_id, media_id),
  constraint attachments_media_fkey foreign key (tenant_id, media_id) references content.media (tenant_id, id),
  foreign key (tenant_id, conversation_id) references messaging.conversations (tenant_id, id),
  foreign key (tenant_id, sender_id) references identity.personal_details (tenant_id, id)
);
create index attachments_of_a_file on messaging.attachments (tenant_id, media_id, message_id);

-- The collector of files asks this; the context that files are of may therefore look.
grant usage on schema messaging to smile_content;
grant select on messaging.attachments to smile_content;
create or replace function content.is_file_used(tenant uuid, file uuid) returns boolean
  language sql stable
begin atomic
  select exists (select from content.post_attachments as a where a.tenant_id = tenant and a.media_id = file)
    or exists (select from content.post_version_attachments as v where v.tenant_id = tenant and v.media_id = file)
    or exists (select from messaging.attachments as m where m.tenant_id = tenant and m.media_id = file);
end;

create table messaging.reactions (
  tenant_id  uuid        not null,
  message_id uuid        not null,
  account_id uuid        not null,
  reaction   text        not null check (reaction in ('like', 'insightful', 'support', 'celebrate')),
  reacted_at timestamptz not null,
  primary key (tenant_id, message_id, account_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id)
);
create index reactions_of_a_message on messaging.reactions (tenant_id, message_id, reacted_at desc, account_id desc);
-- What one person did: to be erased with them.
create index reactions_by_account on messaging.reactions (tenant_id, account_id, message_id);

-- How much somebody sent on a day to people they are not connected with.
create table messaging.stranger_messages (
  tenant_id  uuid    not null,
  account_id uuid    not null,
  -- In UTC.
  day        date    not null,
  sent       integer not null check (sent > 0),
  primary key (tenant_id, account_id, day),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id)
);
create index stranger_messages_by_age on messaging.stranger_messages (tenant_id, day, account_id);

-- No trail: what people say to each other is for nobody else to read, and that something was said is told as facts.
select platform.adopt_untold('messaging.messages', 'smile_messaging');
select platform.adopt_untold('messaging.message_words', 'smile_messaging');
select platform.adopt_untold('messaging.attachments', 'smile_messaging');
select platform.adopt_untold('messaging.reactions', 'smile_messaging');
select platform.adopt_untold('messaging.stranger_messages', 'smile_messaging');
-- A message is deleted by emptying it.
revoke delete on messaging.messages from smile_messaging;

-- Codes that groups are joined with, of which only a digest is kept.
create table messaging.invitations (
  tenant_id       uuid        not null,
  id              uuid        not null,
  conversation_id uuid        not null,
  made_by         uuid        not null,
  code_digest     bytea       not null check (octet_length(code_digest) = 32),
  max_uses        integer     not null check (max_uses between 1 and 1000),
  uses            integer     not null default 0,
  created_at      timestamptz not null,
  expires_at      timestamptz not null,
  revoked_at      timestamptz,
  primary key (tenant_id, id),
  constraint invitations_code_key unique (tenant_id, code_digest),
  foreign key (tenant_id, conversation_id) references messaging.conversations (tenant_id, id),
  foreign key (tenant_id, made_by) references identity.personal_details (tenant_id, id),
  constraint invitations_uses check (uses between 0 and max_uses),
  constraint invitations_good_for check (
    expires_at > created_at and expires_at <= created_at + interval '720 hours'
  )
);
create index invitations_of_a_conversation on messaging.invitations (tenant_id, conversation_id, id desc);
select platform.adopt('messaging.invitations', 'smile_messaging', array['code_digest']);
revoke delete on messaging.invitations from smile_messaging;

-- The month before this one and the six after it, as far ahead as the server keeps them. Ids are of the day they are sent
-- on: none goes further back.
do $$
declare
  this_month constant timestamp := date_trunc('month', now() at time zone 'UTC');
begin
  for ahead in -1 .. 6 loop
    perform platform.add_month_partition('messaging.messages', (this_month + make_interval(months => ahead))::date);
    perform platform.add_month_partition('messaging.message_words', (this_month + make_interval(months => ahead))::date);
  end loop;
end
$$;
