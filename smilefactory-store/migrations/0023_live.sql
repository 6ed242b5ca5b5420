-- expand: the live stream: which log it is, and signs of life that are nobody's to keep.

-- Which log it is. Numbers of transactions mean something in one database only: a dump that was loaded elsewhere, a copy
-- of the database and one that was wound back to an earlier time each go on with numbers that were given out before. The
-- server's own identity, its timeline (the first eight digits of what it writes its log into) and the database tell them
-- apart.
create function platform.log_epoch() returns bigint
  language sql volatile
  return (
    select hashtextextended(
      concat_ws(
        '/', system.system_identifier, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), database.oid
      ),
      0
    )
    from pg_control_system() as system, pg_database as database
    where database.datname = current_database()
  );

-- What one tenant told since somebody last looked.
create index outbox_of_a_tenant on platform.outbox (tenant_id, xid, seq);

-- Who listens, one row a stream. It is written again as long as the stream lasts; one that is not any more has ended
-- without saying so. A crash of the database empties these tables, and the next sign of life fills them.
create unlogged table messaging.presence (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  stream_id  uuid        not null,
  since      timestamptz not null,
  seen_at    timestamptz not null,
  primary key (tenant_id, account_id, stream_id)
);
create index presence_by_age on messaging.presence (tenant_id, seen_at, account_id);

-- Who writes something at the moment.
create unlogged table messaging.typing (
  tenant_id       uuid        not null,
  conversation_id uuid        not null,
  account_id      uuid        not null,
  until           timestamptz not null,
  primary key (tenant_id, conversation_id, account_id)
);
create index typing_by_age on messaging.typing (tenant_id, until, conversation_id, account_id);

-- What is left of one person, to be erased with them.
create index typing_of_an_account on messaging.typing (tenant_id, account_id);

-- No trail: nobody asks later who typed.
select platform.adopt_untold('messaging.presence', 'smile_messaging');
select platform.adopt_untold('messaging.typing', 'smile_messaging');

-- Who does not want to be seen, nor sees others then. Without a row, somebody is seen.
create table messaging.presence_preferences (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  shown      boolean     not null,
  updated_at timestamptz not null,
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id) on delete cascade
);
select platform.adopt('messaging.presence_preferences', 'smile_messaging');
