-- expand: which notifications may be told; after every context that is asked for it.

grant usage on schema event to smile_messaging;
grant select on event.events, event.organisers, event.registrations to smile_messaging;

-- What may be told to whom it was told, as things are now: nothing of people whom they blocked or muted, or who blocked
-- them, or who were erased; nothing about what is gone, taken off, or no longer theirs to see; what leads to a group, to
-- who still belongs to it or is still invited; that somebody asks to be let in, to who may answer; what leads to an event, to who
-- sees it, and of a group that is not public only to its members. Each condition is a sub-select that gives at most one
-- row by a key: that is looked up for each notification, while an `exists` could become a hash of a whole table.
-- `offset 0` has them planned once, and not again for each month.
create view messaging.told_notifications with (security_invoker = true) as
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
grant select on messaging.told_notifications to smile_messaging;
