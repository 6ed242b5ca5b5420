-- expand: moderation: cases, reports, the log, strikes, suspensions, appeals.

create table content.moderation_cases (
  tenant_id       uuid        not null references tenancy.tenants (id),
  id              uuid        not null,
  -- What it is about: exactly one of these.
  post_id         uuid,
  comment_id      uuid,
  profile_id      uuid,
  author_id       uuid        not null,
  origin          text        not null check (origin in ('reports', 'screening')),
  state           text        not null check (state in ('open', 'decided', 'appealed', 'closed')),
  reports         integer     not null default 0 check (reports between 0 and 65535),
  weight          integer     not null default 0 check (weight between 0 and 65535),
  -- Its place in the queue, as core's priorities have it.
  band            smallint    not null generated always as (
    case when weight >= 100 then 0 when weight >= 40 then 1 when weight >= 10 then 2 else 3 end
  ) stored,
  assignee_id     uuid,
  decision        text        check (decision in ('approve', 'remove', 'warn', 'suspend')),
  decision_reason text        check (platform.is_line(decision_reason, 1, 500)),
  decided_by      uuid,
  decided_at      timestamptz,
  opened_at       timestamptz not null,
  due_at          timestamptz not null,
  version         bigint      not null check (version > 0),
  primary key (tenant_id, id),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id),
  foreign key (tenant_id, comment_id) references content.comments (tenant_id, id),
  foreign key (tenant_id, profile_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, author_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, assignee_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, decided_by) references identity.personal_details (tenant_id, id),
  constraint moderation_cases_subject check (num_nonnulls(post_id, comment_id, profile_id) = 1),
  constraint moderation_cases_profile_of_author check (profile_id = author_id),
  constraint moderation_cases_decided
    check (num_nulls(decision, decision_reason, decided_by, decided_at) in (0, 4)),
  constraint moderation_cases_state
    check (state = 'closed' or (state = 'open') = (decision is null)),
  -- Nobody moderates what is their own, and a profile is not removed.
  constraint moderation_cases_by_others check (decided_by <> author_id and assignee_id <> author_id),
  constraint moderation_cases_removable check (decision <> 'remove' or profile_id is null)
);
-- One open case a subject.
create unique index moderation_cases_post_key on content.moderation_cases (tenant_id, post_id) where state = 'open';
create unique index moderation_cases_comment_key on content.moderation_cases (tenant_id, comment_id)
  where state = 'open';
create unique index moderation_cases_profile_key on content.moderation_cases (tenant_id, profile_id)
  where state = 'open';
create index moderation_cases_in_queue on content.moderation_cases (tenant_id, state, band, due_at, id);
create index moderation_cases_by_assignee on content.moderation_cases (tenant_id, assignee_id, state, band, due_at, id)
  where assignee_id is not null;
create index moderation_cases_by_author on content.moderation_cases (tenant_id, author_id, id desc);
select platform.adopt('content.moderation_cases', 'smile_content');
revoke delete on content.moderation_cases from smile_content;

create table content.reports (
  tenant_id        uuid        not null,
  id               uuid        not null,
  case_id          uuid        not null,
  reporter_id      uuid        not null,
  post_id          uuid,
  comment_id       uuid,
  profile_id       uuid,
  reason           text        not null check (reason in (
    'spam', 'harassment', 'hate', 'violence', 'sexual', 'misinformation', 'illegal', 'impersonation', 'off_topic',
    'other'
  )),
  note             text        check (platform.is_prose(note, 1, 1000)),
  -- What the reporter read, whatever has become of it since.
  text_as_reported text        not null check (char_length(text_as_reported) between 1 and 110000),
  weight           integer     not null check (weight between 0 and 100),
  filed_at         timestamptz not null,
  state            text        not null check (state in ('open', 'retracted', 'upheld', 'dismissed')),
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references content.moderation_cases (tenant_id, id),
  foreign key (tenant_id, reporter_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id),
  foreign key (tenant_id, comment_id) references content.comments (tenant_id, id),
  foreign key (tenant_id, profile_id) references identity.personal_details (tenant_id, id),
  constraint reports_subject check (num_nonnulls(post_id, comment_id, profile_id) = 1),
  constraint reports_of_another check (profile_id <> reporter_id)
);
-- One live report a reporter and subject.
create unique index reports_post_key on content.reports (tenant_id, reporter_id, post_id) where state = 'open';
create unique index reports_comment_key on content.reports (tenant_id, reporter_id, comment_id) where state = 'open';
create unique index reports_profile_key on content.reports (tenant_id, reporter_id, profile_id) where state = 'open';
create index reports_of_a_case on content.reports (tenant_id, case_id, id desc);
create index reports_of_a_post on content.reports (tenant_id, post_id, filed_at) where post_id is not null;
create index reports_by_reporter on content.reports (tenant_id, reporter_id, id desc);
-- What people said, and what was said of them, is in the row, from which it can be erased: the trail does not repeat it.
select platform.adopt('content.reports', 'smile_content', array['text_as_reported', 'note']);
-- What was reported stays as it was reported; only what became of it changes.
revoke update, delete on content.reports from smile_content;
grant update (state) on content.reports to smile_content;

-- What happened, in order. Entries are added, and neither changed nor taken away. The actor is no foreign key: the
-- log outlives accounts.
create table content.moderation_log (
  tenant_id uuid        not null,
  id        uuid        not null,
  case_id   uuid        not null,
  number    integer     not null check (number between 1 and 65535),
  step      text        not null check (step in (
    'reported', 'retracted', 'screened', 'assigned', 'decided', 'struck', 'suspended', 'appealed', 'appeal_decided',
    'revoked', 'expired', 'reinstated'
  )),
  actor_id  uuid,
  detail    text        check (platform.is_line(detail, 1, 100)),
  note      text        check (platform.is_prose(note, 1, 2000)),
  at        timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references content.moderation_cases (tenant_id, id),
  constraint moderation_log_number_key unique (tenant_id, case_id, number)
);
create index moderation_log_in_order on content.moderation_log (tenant_id, at desc, number desc, id desc);
select platform.adopt('content.moderation_log', 'smile_content', array['note']);
revoke update, delete on content.moderation_log from smile_content;

create table content.strikes (
  tenant_id  uuid        not null,
  id         uuid        not null,
  account_id uuid        not null,
  case_id    uuid        not null,
  issued_at  timestamptz not null,
  expires_at timestamptz not null check (expires_at > issued_at),
  ended_at   timestamptz,
  ending     text        check (ending in ('expired', 'revoked')),
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, case_id) references content.moderation_cases (tenant_id, id),
  constraint strikes_case_key unique (tenant_id, case_id),
  constraint strikes_ended check ((ended_at is null) = (ending is null))
);
create index strikes_of_an_account on content.strikes (tenant_id, account_id, id desc);
create index strikes_due on content.strikes (tenant_id, expires_at) where ended_at is null;
select platform.adopt('content.strikes', 'smile_content');
revoke delete on content.strikes from smile_content;

-- Why somebody is suspended. Whoever has several reasons is suspended until the last of them is lifted.
create table content.suspensions (
  tenant_id    uuid        not null,
  case_id      uuid        not null,
  account_id   uuid        not null,
  cause        text        not null check (cause in ('decision', 'strikes')),
  suspended_at timestamptz not null,
  lifted_at    timestamptz,
  primary key (tenant_id, case_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, case_id) references content.moderation_cases (tenant_id, id)
);
create unique index suspensions_by_strikes_key on content.suspensions (tenant_id, account_id)
  where cause = 'strikes' and lifted_at is null;
create index suspensions_of_an_account on content.suspensions (tenant_id, account_id) where lifted_at is null;
select platform.adopt('content.suspensions', 'smile_content');
revoke delete on content.suspensions from smile_content;

-- One appeal a case, ruled on by somebody else than who decided.
create table content.appeals (
  tenant_id     uuid        not null,
  case_id       uuid        not null,
  author_id     uuid        not null,
  body          text        not null check (platform.is_prose(body, 1, 2000)),
  against_id    uuid        not null,
  filed_at      timestamptz not null,
  ruling        text        check (ruling in ('uphold', 'overturn')),
  ruling_reason text        check (platform.is_line(ruling_reason, 1, 500)),
  ruled_by      uuid,
  ruled_at      timestamptz,
  primary key (tenant_id, case_id),
  foreign key (tenant_id, case_id) references content.moderation_cases (tenant_id, id),
  foreign key (tenant_id, author_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, ruled_by) references identity.personal_details (tenant_id, id),
  constraint appeals_ruled check (num_nulls(ruling, ruling_reason, ruled_by, ruled_at) in (0, 4)),
  constraint appeals_ruled_by_another check (ruled_by not in (against_id, author_id))
);
select platform.adopt('content.appeals', 'smile_content', array['body']);
revoke delete on content.appeals from smile_content;
