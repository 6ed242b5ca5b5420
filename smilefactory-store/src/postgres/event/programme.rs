//! What happens at events, and what people there are given.

use smilefactory_core::collection::List;
use smilefactory_core::event::{
    Programme, ProgrammeInput, ProgrammeSessionInput, Resource, ResourceDraft, SpeakerInput, SponsorInput,
    WallTime,
};
use smilefactory_core::id::{AccountId, EventId, Id, MediaId, ResourceId};

use super::super::repository;
use crate::error::Result;
use crate::postgres::row::RowOf;
use crate::repo::event::{ReadProgrammes, WriteProgrammes};
use crate::tx::ReadWrite;

repository! {
    /// What happens at events, and what people there are given.
    Programmes = programmes
}

impl<Mode> ReadProgrammes for Programmes<'_, Mode> {
    async fn get(&mut self, event: EventId) -> Result<Programme> {
        let tenant = self.0.scope().tenant.uuid();
        let sessions = sqlx::query!(
            r#"
            select title, about, starts, ends, room, speakers
            from event.programme_sessions
            where tenant_id = $1 and event_id = $2
            order by place
            "#,
            tenant,
            event.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let speakers = sqlx::query!(
            r#"
            select name, account_id, title, about, link
            from event.programme_speakers
            where tenant_id = $1 and event_id = $2
            order by place
            "#,
            tenant,
            event.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let sponsors = sqlx::query!(
            r#"
            select name, level, link
            from event.programme_sponsors
            where tenant_id = $1 and event_id = $2
            order by place
            "#,
            tenant,
            event.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let wall = |shown| WallTime::new(shown).map(|wall| wall.to_string()).unwrap_or_default();
        let input = ProgrammeInput {
            sessions: sessions
                .into_iter()
                .map(|row| ProgrammeSessionInput {
                    title: row.title,
                    about: row.about,
                    starts: wall(row.starts),
                    ends: wall(row.ends),
                    room: row.room,
                    speakers: row.speakers,
                })
                .collect(),
            speakers: speakers
                .into_iter()
                .map(|row| SpeakerInput {
                    name: row.name,
                    account: row.account_id.map(|account| account.to_string()),
                    title: row.title,
                    about: row.about,
                    link: row.link,
                })
                .collect(),
            sponsors: sponsors
                .into_iter()
                .map(|row| SponsorInput { name: row.name, level: row.level, link: row.link })
                .collect(),
        };
        RowOf { table: "event.programme_sessions", id: event.uuid() }.field("title", input)
    }

    async fn resources(&mut self, event: EventId) -> Result<Vec<Resource>> {
        let rows = sqlx::query!(
            r#"
            select id, title, link, media_id, phase, audience, added_at
            from event.resources
            where tenant_id = $1 and event_id = $2
            order by id
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            event.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let resources = rows.into_iter().map(|row| {
            let of = RowOf { table: "event.resources", id: row.id };
            Ok(Resource {
                id: ResourceId::from_uuid(row.id),
                event,
                added_at: row.added_at,
                draft: ResourceDraft {
                    title: of.parse("title", &row.title)?,
                    link: of.parse_opt("link", row.link.as_deref())?,
                    file: row.media_id.map(MediaId::from_uuid),
                    phase: of.parse("phase", &row.phase)?,
                    audience: of.parse("audience", &row.audience)?,
                },
            })
        });
        resources.collect()
    }

    async fn events_with(&mut self, file: MediaId) -> Result<Vec<EventId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select distinct event_id
            from event.resources
            where tenant_id = $1 and media_id = $2
            order by event_id
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            file.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(ids.into_iter().map(EventId::from_uuid).collect())
    }

    async fn anybody_checked_in(&mut self, event: EventId) -> Result<bool> {
        let found = sqlx::query_scalar!(
            r#"
            select exists (
              select from event.registrations where tenant_id = $1 and event_id = $2 and state = 'checked_in'
            ) as "found!"
            "#,
            self.0.scope().tenant.uuid(),
            event.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(found)
    }
}

impl WriteProgrammes for Programmes<'_, ReadWrite> {
    async fn set(&mut self, event: EventId, programme: &Programme) -> Result<()> {
        let (tenant, event) = (self.0.scope().tenant.uuid(), event.uuid());
        sqlx::query!(
            "delete from event.programme_sessions where tenant_id = $1 and event_id = $2",
            tenant,
            event
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            "delete from event.programme_speakers where tenant_id = $1 and event_id = $2",
            tenant,
            event
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            "delete from event.programme_sponsors where tenant_id = $1 and event_id = $2",
            tenant,
            event
        )
        .execute(self.0.conn()?)
        .await?;
        let place = |n: usize| i16::try_from(n).unwrap_or(i16::MAX);
        for (n, session) in programme.sessions.iter().enumerate() {
            let speakers: Vec<String> = session.speakers.iter().map(ToString::to_string).collect();
            sqlx::query!(
                r#"
                insert into event.programme_sessions (tenant_id, event_id, place, title, about, starts, ends, room, speakers)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                "#,
                tenant,
                event,
                place(n),
                session.title.as_str(),
                session.about.as_ref().map(AsRef::<str>::as_ref),
                session.starts.get(),
                session.ends.get(),
                session.room.as_ref().map(AsRef::<str>::as_ref),
                &speakers,
            )
            .execute(self.0.conn()?)
            .await?;
        }
        for (n, speaker) in programme.speakers.iter().enumerate() {
            sqlx::query!(
                r#"
                insert into event.programme_speakers (tenant_id, event_id, place, name, account_id, title, about, link)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
                "#,
                tenant,
                event,
                place(n),
                speaker.name.as_str(),
                speaker.account.map(Id::uuid),
                speaker.title.as_ref().map(AsRef::<str>::as_ref),
                speaker.about.as_ref().map(AsRef::<str>::as_ref),
                speaker.link.as_ref().map(AsRef::<str>::as_ref),
            )
            .execute(self.0.conn()?)
            .await?;
        }
        for (n, sponsor) in programme.sponsors.iter().enumerate() {
            sqlx::query!(
                r#"
                insert into event.programme_sponsors (tenant_id, event_id, place, name, level, link)
                values ($1, $2, $3, $4, $5, $6)
                "#,
                tenant,
                event,
                place(n),
                sponsor.name.as_str(),
                sponsor.level.as_ref().map(AsRef::<str>::as_ref),
                sponsor.link.as_ref().map(AsRef::<str>::as_ref),
            )
            .execute(self.0.conn()?)
            .await?;
        }
        Ok(())
    }

    async fn clear(&mut self, event: EventId) -> Result<()> {
        let now = self.0.now();
        let nothing =
            Programme { sessions: List::default(), speakers: List::default(), sponsors: List::default() };
        self.set(event, &nothing).await?;
        sqlx::query!(
            r#"
            with gone as (
              delete from event.resources where tenant_id = $1 and event_id = $2 returning media_id
            )
            update content.media as m
            set unused_since = greatest(m.unused_since, $3)
            from gone
            where m.tenant_id = $1 and m.id = gone.media_id
            "#,
            self.0.scope().tenant.uuid(),
            event.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn forget_speaker(&mut self, account: AccountId, most: u16) -> Result<u64> {
        let forgotten = sqlx::query!(
            r#"
            with gone as (
              delete from event.programme_speakers as s
              using (
                select event_id, place
                from event.programme_speakers
                where tenant_id = $1 and account_id = $2
                order by event_id, place
                limit $3
                for update
              ) as of_them
              where s.tenant_id = $1 and s.event_id = of_them.event_id and s.place = of_them.place
              returning s.event_id, s.name
            ), unnamed as (
              update event.programme_sessions as p
              set speakers = coalesce(
                (
                  select array_agg(s.name order by s.n)
                  from unnest(p.speakers) with ordinality as s (name, n)
                  where not exists (select from gone where gone.event_id = p.event_id and gone.name = s.name)
                ),
                '{}'
              )
              where p.tenant_id = $1
                and exists (select from gone where gone.event_id = p.event_id and gone.name = any(p.speakers))
            )
            select count(*) as "gone!" from gone
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            i64::from(most),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u64::try_from(forgotten.gone).unwrap_or_default())
    }

    async fn add_resource(&mut self, resource: &Resource) -> Result<()> {
        sqlx::query!(
            r#"
            insert into event.resources (tenant_id, id, event_id, title, link, media_id, phase, audience, added_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            "#,
            self.0.scope().tenant.uuid(),
            resource.id.uuid(),
            resource.event.uuid(),
            resource.draft.title.as_str(),
            resource.draft.link.as_ref().map(smilefactory_core::text::Link::as_str),
            resource.draft.file.map(Id::uuid),
            resource.draft.phase.as_str(),
            resource.draft.audience.as_str(),
            resource.added_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn delete_resource(&mut self, event: EventId, resource: ResourceId) -> Result<bool> {
        let now = self.0.now();
        // A file that it was stays with its owner for a while.
        let deleted = sqlx::query!(
            r#"
            with gone as (
              delete from event.resources where tenant_id = $1 and event_id = $2 and id = $3 returning media_id
            ), let_go as (
              update content.media as m
              set unused_since = greatest(m.unused_since, $4)
              from gone
              where m.tenant_id = $1 and m.id = gone.media_id
            )
            select count(*) as "gone!" from gone
            "#,
            self.0.scope().tenant.uuid(),
            event.uuid(),
            resource.uuid(),
            now,
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(deleted.gone > 0)
    }

    async fn hold_file(&mut self, file: MediaId, owner: AccountId) -> Result<bool> {
        let fit = sqlx::query_scalar!(
            r#"
            select id
            from content.media
            where tenant_id = $1 and id = $2 and owner_id = $3 and state = 'ready'
            for key share
            "#,
            self.0.scope().tenant.uuid(),
            file.uuid(),
            owner.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(fit.is_some())
    }

    async fn erase_files(&mut self, account: AccountId, most: u16) -> Result<u64> {
        let now = self.0.now();
        let erased = sqlx::query!(
            r#"
            with gone as (
              delete from event.resources as r
              where r.tenant_id = $1
                and r.id in (
                  select of_them.id
                  from event.resources as of_them
                  join content.media as m on m.tenant_id = $1 and m.id = of_them.media_id
                  where of_them.tenant_id = $1 and m.owner_id = $2
                  limit $3
                )
              returning r.media_id
            ), let_go as (
              update content.media as m
              set unused_since = greatest(m.unused_since, $4)
              from gone
              where m.tenant_id = $1 and m.id = gone.media_id
            )
            select count(*) as "gone!" from gone
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            i64::from(most),
            now,
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u64::try_from(erased.gone).unwrap_or_default())
    }
}
