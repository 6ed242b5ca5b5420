//! Where events are listed from, and counted: all that whoever looks is shown, or what they have to do with themselves.

/// Calls a macro with the condition of whichever is asked for, as a literal, behind what else it is given. In the
/// condition `$1` is the tenant, `$2` whose own things they are, `$3` whom barriers are about, `$4` whether staff looks.
macro_rules! each_source {
    ($own:expr, $then:ident!($($given:ident),*)) => {
        match $own {
            None => $then!(
                $($given),*,
                r#"
                e.state <> 'draft'
                and (
                  e.visibility = 'public'
                  or (e.visibility = 'members' and ($4 or $2::uuid is not null))
                  or exists (
                    select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $2
                  )
                  or exists (
                    select
                    from event.registrations r
                    where r.tenant_id = $1 and r.event_id = e.id and r.account_id = $2 and r.state <> 'cancelled'
                  )
                )
                and (e.group_id is null or event.is_shown_by_group(e.group_id, e.id, $2))
                and not exists (
                  select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = e.created_by
                )
                "#
            ),
            Some(smilefactory_core::event::OwnEvents::Organising) => $then!(
                $($given),*,
                r#"
                $3::uuid is not distinct from $3 and $4::boolean is not null
                and e.id in (select o.event_id from event.organisers o where o.tenant_id = $1 and o.account_id = $2)
                "#
            ),
            Some(smilefactory_core::event::OwnEvents::Registered) => $then!(
                $($given),*,
                r#"
                $4::boolean is not null
                and e.state <> 'draft'
                and e.id in (
                  select r.event_id
                  from event.registrations r
                  where r.tenant_id = $1 and r.account_id = $2 and r.state not in ('declined', 'cancelled')
                )
                and (e.group_id is null or event.is_shown_by_group(e.group_id, e.id, $2))
                and not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = e.created_by and b.blocked
                )
                "#
            ),
        }
    };
}
pub(super) use each_source;
