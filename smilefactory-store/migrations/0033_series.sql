-- expand: events that repeat, events of groups, and files at events.

set local lock_timeout = '2s';

-- An event that is more than once: what its events are like, and by which rule they are made ahead. What clocks show is
-- in it as it was said; which instants that is follows from it for each event.
create table event.series (
  tenant_id    uuid        not null references tenancy.tenants (id),
  id           uuid        not null,
  -- Nobody, once they are erased.
  created_by   uuid,
  rule         text        not null
    check (rule ~ '^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*$' and char_length(rule) <= 400),
  -- When it is for the first time.
  first        timestamp   not null
    check (date_trunc('minute', first) = first and extract(year from first) between 2000 and 2099),
  -- The event as core writes it.
  template     jsonb       not null check (jsonb_typeof(template) = 'object'),
  published_at timestamptz,
  -- Until when its events are made; nothing once there are no more to make.
  made_until   timestamptz,
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, created_by) references identity.personal_details (tenant_id, id)
);
create index series_to_make on event.series (tenant_id, made_until, id) where made_until is not null;
create index series_of_an_account on event.series (tenant_id, created_by) where created_by is not null;
select platform.adopt('event.series', 'smile_event', array['template']);

alter table event.events
  add column series_id  uuid,
  -- When the rule says that it begins.
  add column recurrence timestamp,
  -- Whether it was changed apart from its series.
  add column exception  boolean not null default false,
  add column group_id   uuid,
  add constraint events_series foreign key (tenant_id, series_id) references event.series (tenant_id, id),
  add constraint events_group foreign key (tenant_id, group_id) references community.groups (tenant_id, id),
  add constraint events_of_a_series
    check ((series_id is null) = (recurrence is null) and (series_id is not null or not exception)),
  -- No time of a series is made twice, whoever makes it; looked at when a statement is over, since all of them move
  -- at once.
  add constraint events_recurrence_key unique (tenant_id, series_id, recurrence) deferrable initially immediate;
create index events_of_a_series on event.events (tenant_id, series_id, starts_at, id) where series_id is not null;
create index events_of_a_group on event.events (tenant_id, group_id, starts_at, id) where group_id is not null;

-- Who makes events in a group: the same as core says.
alter table community.role_permissions drop constraint role_permissions_permission_check;
alter table community.role_permissions add constraint role_permissions_permission_check check (permission in (
  'change_group', 'archive_group', 'assign_roles', 'make_codes', 'invite', 'approve_members', 'remove_members',
  'ban_members', 'moderate_posts', 'make_events'
));
insert into community.role_permissions (role, permission) values
  ('owner', 'make_events'),
  ('admin', 'make_events'),
  ('moderator', 'make_events');

grant usage on schema community to smile_event;
grant select on community.groups to smile_event;
-- Whoever registers holds that they belong to the group: nobody leaves meanwhile.
grant select, update on community.members to smile_event;

-- Whether a group shows its event to somebody: a public one to everybody, all others to their members, and to those who
-- organise it.
create function event.is_shown_by_group(of_group uuid, of_event uuid, looker uuid) returns boolean
  language sql stable
begin atomic
  select exists (
      select
      from community.groups as g
      where g.tenant_id = tenancy.current_tenant() and g.id = of_group and g.visibility = 'public'
    )
    or exists (
      select
      from community.members as m
      where m.tenant_id = tenancy.current_tenant()
        and m.group_id = of_group
        and m.account_id = looker
        and m.state = 'member'
    )
    or exists (
      select
      from event.organisers as o
      where o.tenant_id = tenancy.current_tenant() and o.event_id = of_event and o.account_id = looker
    );
end;

-- What people at an event are given is somewhere else, or a file of whoever gives it.
alter table event.resources
  alter column link drop not null,
  add column media_id uuid,
  add constraint resources_media_fkey foreign key (tenant_id, media_id) references content.media (tenant_id, id),
  add constraint resources_one_of check (num_nonnulls(link, media_id) = 1);
create index resources_of_a_file on event.resources (tenant_id, media_id, event_id) where media_id is not null;
grant usage on schema content to smile_event;
grant select, update (unused_since) on content.media to smile_event;

-- The collector of files asks this, too; whatever needed files before still does.
grant usage on schema event to smile_content;
grant select on event.resources to smile_content;
alter function content.is_file_used(uuid, uuid) rename to is_file_used_outside_of_events;
create function content.is_file_used(tenant uuid, file uuid) returns boolean
  language sql stable
begin atomic
  select content.is_file_used_outside_of_events(tenant, file)
    or exists (select from event.resources as r where r.tenant_id = tenant and r.media_id = file);
end;

-- Members of a group are told of its events.
alter table messaging.notifications drop constraint notifications_kind_check;
alter table messaging.notifications add constraint notifications_kind_check check (kind in (
  'connection_requested', 'connection_accepted', 'introduction_asked', 'introduction_granted', 'followed',
  'message_received', 'message_requested', 'message_replied', 'message_reacted', 'conversation_invited',
  'conversation_joined', 'conversation_requested', 'mentioned', 'post_commented', 'comment_replied', 'post_reacted',
  'comment_reacted', 'post_approved', 'post_changes_requested', 'post_published', 'review_asked', 'case_decided',
  'appeal_decided', 'match_suggested', 'request_waiting', 'request_expiring', 'messages_unread', 'review_due',
  'group_invited', 'group_requested', 'group_joined', 'inquiry_received', 'inquiry_replied', 'inquiry_agreed',
  'inquiry_completed', 'inquiry_cancelled', 'listing_reviewed', 'event_invited', 'registration_requested',
  'registration_approved', 'seat_offered', 'event_cancelled', 'event_moved', 'event_tomorrow', 'event_soon',
  'group_event'
));
alter table messaging.notification_preferences drop constraint notification_preferences_kind_check;
alter table messaging.notification_preferences add constraint notification_preferences_kind_check check (kind in (
  'connection_requested', 'connection_accepted', 'introduction_asked', 'introduction_granted', 'followed',
  'message_received', 'message_requested', 'message_replied', 'message_reacted', 'conversation_invited',
  'conversation_joined', 'conversation_requested', 'mentioned', 'post_commented', 'comment_replied', 'post_reacted',
  'comment_reacted', 'post_approved', 'post_changes_requested', 'post_published', 'review_asked', 'case_decided',
  'appeal_decided', 'match_suggested', 'request_waiting', 'request_expiring', 'messages_unread', 'review_due',
  'group_invited', 'group_requested', 'group_joined', 'inquiry_received', 'inquiry_replied', 'inquiry_agreed',
  'inquiry_completed', 'inquiry_cancelled', 'listing_reviewed', 'event_invited', 'registration_requested',
  'registration_approved', 'seat_offered', 'event_cancelled', 'event_moved', 'event_tomorrow', 'event_soon',
  'group_event'
));

-- As before, and of an event of a group that is not public only to its members.
create or replace view messaging.told_notifications with (security_invoker = true) as
select n.tenant_id, n.id, n.account_id, n.kind, n.subject_id, seen.actors, n.person_id, n.post_id, n.comment_id,
  n.conversation_id, n.message_id, n.request_id, n.case_id, n.details, n.in_app, n.read_at, n.group_id
from messaging.notifications as n
cross join lateral (
  select
    array(
      select done.actor
      from unnest(n.actors) with ordinality as done (actor, place)
      where coalesce((
        select false
        from social.barriers as b
        where b.tenant_id = n.tenant_id and b.viewer_id = n.account_id and b.other_id = done.actor
      ), true)
        and coalesce((
          select a.erased_at is null
          from identity.personal_details as a
          where a.tenant_id = n.tenant_id and a.id = done.actor
        ), false)
      order by done.place
    ) as actors,
    (n.person_id is null or coalesce((
      select false
      from social.barriers as b
      where b.tenant_id = n.tenant_id and b.viewer_id = n.account_id and b.other_id = n.person_id
    ), true))
    and (n.post_id is null or (
      select p.author_id = n.account_id
        or (
          p.state = 'published' and p.standing = 'visible'
          and (p.audience = 'everybody' or p.audience = 'members' and coalesce((
            select m.state = 'member'
            from community.members as m
            where m.tenant_id = p.tenant_id and m.group_id = p.group_id and m.account_id = n.account_id
          ), false))
          and coalesce((
            select not b.blocked
            from social.barriers as b
            where b.tenant_id = p.tenant_id and b.viewer_id = n.account_id and b.other_id = p.author_id
          ), true)
        )
        or coalesce((
          select true
          from content.post_reviewers as r
          where r.tenant_id = p.tenant_id and r.post_id = p.id and r.reviewer_id = n.account_id
        ), false)
      from content.posts as p
      where p.tenant_id = n.tenant_id and p.id = n.post_id
    ))
    and (n.comment_id is null or n.comment_id <> n.subject_id or (
      select c.deleted_at is null and (c.standing = 'visible' or c.author_id = n.account_id)
      from content.comments as c
      where c.tenant_id = n.tenant_id and c.id = n.comment_id
    ))
    and (n.conversation_id is null or (
      select (m.state = 'active' or (m.state = 'request' and n.kind in ('message_requested', 'conversation_invited')))
        and (c.kind = 'group' or coalesce((
          select not b.blocked
          from social.barriers as b
          where b.tenant_id = n.tenant_id
            and b.viewer_id = n.account_id
            and b.other_id = case n.account_id when c.low_id then c.high_id else c.low_id end
        ), true))
      from messaging.members as m
      join messaging.conversations as c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
      where m.tenant_id = n.tenant_id and m.conversation_id = n.conversation_id and m.account_id = n.account_id
    ))
    and (n.message_id is null or (
      select said.deleted_at is null
      from messaging.messages as said
      where said.tenant_id = n.tenant_id and said.id = n.message_id
    ))
    and (n.request_id is null or (
      select r.state = 'pending'
      from social.connection_requests as r
      where r.tenant_id = n.tenant_id and r.id = n.request_id
    ))
    and (n.group_id is null or (
      select case n.kind
          when 'group_requested' then m.state = 'member' and coalesce((
            select true
            from community.role_permissions as may
            where may.role = m.role and may.permission = 'approve_members'
          ), false)
          else m.state in ('member', 'invited')
        end
      from community.members as m
      where m.tenant_id = n.tenant_id and m.group_id = n.group_id and m.account_id = n.account_id
    ))
    and (
      n.kind not in (
        'event_invited', 'registration_requested', 'registration_approved', 'seat_offered', 'event_cancelled',
        'event_moved', 'event_tomorrow', 'event_soon', 'group_event'
      )
      or coalesce((
        select true
        from event.organisers as o
        where o.tenant_id = n.tenant_id and o.event_id = n.subject_id and o.account_id = n.account_id
      ), false)
      or n.kind <> 'registration_requested' and coalesce((
        select e.state <> 'draft'
          and (e.visibility <> 'private' or coalesce((
            select r.state <> 'cancelled'
            from event.registrations as r
            where r.tenant_id = e.tenant_id and r.event_id = e.id and r.account_id = n.account_id
          ), false))
          and (
            e.group_id is null
            or coalesce((
              select g.visibility = 'public'
              from community.groups as g
              where g.tenant_id = e.tenant_id and g.id = e.group_id
            ), false)
            or coalesce((
              select m.state = 'member'
              from community.members as m
              where m.tenant_id = e.tenant_id and m.group_id = e.group_id and m.account_id = n.account_id
            ), false)
          )
          and coalesce((
            select not b.blocked
            from social.barriers as b
            where b.tenant_id = e.tenant_id and b.viewer_id = n.account_id and b.other_id = e.created_by
          ), true)
        from event.events as e
        where e.tenant_id = n.tenant_id and e.id = n.subject_id
      ), false)
    ) as shown
  offset 0
) as seen
where seen.shown and (cardinality(seen.actors) > 0 or cardinality(n.actors) = 0);
