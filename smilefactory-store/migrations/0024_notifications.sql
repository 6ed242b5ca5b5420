-- expand: notifications, how people want to be told, and the mails that tell them.

-- What of others is asked when something is told: whether it may still be.
grant select on content.posts, content.comments, content.post_reviewers to smile_messaging;
grant select on social.connection_requests to smile_messaging;

-- How far somebody has read, and the last notification they got. Whoever tells somebody something holds this row: so ids
-- of one person grow in the order in which they are seen, and nobody reads past one that is not there yet.
create table messaging.notification_reads (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  last_id    uuid        not null default '00000000-0000-0000-0000-000000000000',
  read_id    uuid        not null default '00000000-0000-0000-0000-000000000000',
  read_at    timestamptz,
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  constraint notification_reads_reached check (read_id <= last_id)
) with (fillfactor = 70);

create table messaging.notifications (
  tenant_id       uuid    not null,
  -- Made when it was told or last grew: its place in the list.
  id              uuid    not null,
  account_id      uuid    not null,
  kind            text    not null check (kind in (
    'connection_requested', 'connection_accepted', 'introduction_asked', 'introduction_granted', 'followed',
    'message_received', 'message_requested', 'message_replied', 'message_reacted', 'conversation_invited',
    'conversation_joined', 'conversation_requested', 'mentioned', 'post_commented', 'comment_replied', 'post_reacted',
    'comment_reacted', 'post_approved', 'post_changes_requested', 'post_published', 'review_asked', 'case_decided',
    'appeal_decided', 'match_suggested', 'request_waiting', 'request_expiring', 'messages_unread', 'review_due',
    'group_invited', 'group_requested', 'group_joined', 'inquiry_received', 'inquiry_replied', 'inquiry_agreed',
    'inquiry_completed', 'inquiry_cancelled', 'listing_reviewed', 'event_invited', 'registration_requested',
    'registration_approved', 'seat_offered', 'event_cancelled', 'event_moved', 'event_tomorrow', 'event_soon',
    'group_event'
  )),
  -- What it happened to: what is unread of the same kind about the same thing grows.
  subject_id      uuid    not null,
  -- Who did it, the last first.
  actors          uuid[]  not null default '{}' check (cardinality(actors) <= 100),
  -- Where it leads. What is told may go before who was told: nothing refers to it by key.
  person_id       uuid,
  post_id         uuid,
  comment_id      uuid,
  conversation_id uuid,
  message_id      uuid,
  request_id      uuid,
  case_id         uuid,
  group_id        uuid,
  details         jsonb   not null check (jsonb_typeof(details) = 'object' and octet_length(details::text) <= 4096),
  -- Whether it is shown in the app; some are told by mail only.
  in_app          boolean not null,
  -- When it was read before those that came earlier.
  read_at         timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references messaging.notification_reads (tenant_id, account_id),
  constraint notifications_id_is_v7 check (platform.is_uuid_v7(id)),
  constraint notifications_comment_of_a_post check (comment_id is null or post_id is not null),
  constraint notifications_message_of_a_conversation check (message_id is null or conversation_id is not null)
) partition by range (id);
create index notifications_of_an_account on messaging.notifications (tenant_id, account_id, id desc);
create index notifications_by_kind on messaging.notifications (tenant_id, account_id, kind, id desc);
create index notifications_growing on messaging.notifications (tenant_id, account_id, subject_id, kind, id)
  where read_at is null;

-- The facts that were told: one that is handled again tells nothing more.
create table messaging.notified_facts (
  tenant_id uuid not null,
  fact_id   uuid not null,
  primary key (tenant_id, fact_id)
);

-- How people want to be told, where it is not as usual.
create table messaging.notification_preferences (
  tenant_id  uuid    not null,
  account_id uuid    not null,
  kind       text    not null check (kind in (
    'connection_requested', 'connection_accepted', 'introduction_asked', 'introduction_granted', 'followed',
    'message_received', 'message_requested', 'message_replied', 'message_reacted', 'conversation_invited',
    'conversation_joined', 'conversation_requested', 'mentioned', 'post_commented', 'comment_replied', 'post_reacted',
    'comment_reacted', 'post_approved', 'post_changes_requested', 'post_published', 'review_asked', 'case_decided',
    'appeal_decided', 'match_suggested', 'request_waiting', 'request_expiring', 'messages_unread', 'review_due',
    'group_invited', 'group_requested', 'group_joined', 'inquiry_received', 'inquiry_replied', 'inquiry_agreed',
    'inquiry_completed', 'inquiry_cancelled', 'listing_reviewed', 'event_invited', 'registration_requested',
    'registration_approved', 'seat_offered', 'event_cancelled', 'event_moved', 'event_tomorrow', 'event_soon',
    'group_event'
  )),
  in_app     boolean not null,
  mail       text    not null check (mail in ('now', 'hourly', 'daily', 'weekly', 'never')),
  primary key (tenant_id, account_id, kind),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  constraint notification_preferences_always_told
    check (in_app or kind not in ('case_decided', 'appeal_decided'))
);
select platform.adopt('messaging.notification_preferences', 'smile_messaging');

-- Mails that are due. One that gathers what happened is there once for a person and time; one that is sent at once says
-- what it tells. Its id is the mail's, however often it is tried.
create table messaging.digests (
  tenant_id  uuid        not null,
  id         uuid        not null,
  account_id uuid        not null,
  period     text        not null check (period in ('now', 'hourly', 'daily', 'weekly')),
  kind       text,
  subject_id uuid,
  due_at     timestamptz not null,
  state      text        not null check (state in ('waiting', 'sent', 'empty', 'given_up')),
  attempts   integer     not null default 0 check (attempts >= 0),
  -- When it is tried next; while somebody tries, when they are given up for lost.
  try_at     timestamptz not null,
  error      text        check (platform.is_line(error, 1, 500)),
  done_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  constraint digests_tells check ((period = 'now') = (kind is not null) and (kind is null) = (subject_id is null)),
  constraint digests_done check ((state = 'waiting') = (done_at is null))
);
create unique index digests_period_key on messaging.digests (tenant_id, period, due_at, account_id)
  where period <> 'now';
create unique index digests_telling_key on messaging.digests (tenant_id, account_id, kind, subject_id)
  where period = 'now' and state = 'waiting';
create index digests_waiting on messaging.digests (tenant_id, try_at, id) where state = 'waiting';
create index digests_by_age on messaging.digests (tenant_id, done_at, id) where state <> 'waiting';

-- What somebody is reminded of when its time has come, if it is still so.
create table messaging.reminders (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  kind       text        not null check (kind in (
    'request_waiting', 'request_expiring', 'messages_unread', 'review_due', 'event_tomorrow', 'event_soon'
  )),
  subject_id uuid        not null,
  due_at     timestamptz not null,
  primary key (tenant_id, account_id, kind, subject_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id)
);
create index reminders_due on messaging.reminders (tenant_id, due_at, account_id, kind, subject_id);

-- No trail: what is told follows from facts, and is read by one person.
select platform.adopt_untold('messaging.notification_reads', 'smile_messaging');
select platform.adopt_untold('messaging.notifications', 'smile_messaging');
select platform.adopt_untold('messaging.notified_facts', 'smile_messaging');
select platform.adopt_untold('messaging.digests', 'smile_messaging');
select platform.adopt_untold('messaging.reminders', 'smile_messaging');

-- What was read once was read, and what was told is not told before it.
create function messaging.guard_notification_reads() returns trigger
  language plpgsql
as $$
begin
  raise exception 'a watermark goes forward'
    using errcode = 'check_violation', constraint = 'notification_reads_forward', schema = tg_table_schema,
      table = tg_table_name;
end
$$;
create trigger guard_notification_reads before update on messaging.notification_reads
  for each row
  when (new.read_id < old.read_id or new.last_id < old.last_id)
  execute function messaging.guard_notification_reads();

-- Everything that one person did: what they are given when they ask for their data.
set local lock_timeout = '2s';
create index post_actions_of_an_account on content.post_actions (tenant_id, account_id, post_id);
create index comment_actions_of_an_account on content.comment_actions (tenant_id, account_id, comment_id);

-- A notification is of use for a year. What it tells stays where it happened: no archive is made of it.
insert into platform.partitioned_tables (name, kept_months, archived) values ('messaging.notifications', 12, false);

-- The month before this one and the six after it, like those of messages.
do $$
begin
  for ahead in -1 .. 6 loop
    perform platform.add_month_partition(
      'messaging.notifications',
      (date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead))::date
    );
  end loop;
end
$$;
