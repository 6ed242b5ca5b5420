-- expand: the marketplace: what people offer, what they ask about it, and what they say afterwards.

-- Who may see whom, which categories there are, and what a file is, is asked of the contexts that know it; who hangs a
-- file holds it.
grant usage on schema identity, content, social to smile_marketplace;
grant select on identity.personal_details to smile_marketplace;
grant select on social.barriers to smile_marketplace;
grant select on content.categories to smile_marketplace;
grant select, update (unused_since) on content.media to smile_marketplace;

-- Which step leads where; the same for every tenant, and the same as core's.
create table marketplace.listing_steps (
  from_state text not null,
  step       text not null,
  to_state   text not null,
  primary key (from_state, step, to_state)
);
insert into marketplace.listing_steps (from_state, step, to_state) values
  ('draft', 'publish', 'published'),
  ('published', 'reserve', 'published'),
  ('published', 'reserve', 'reserved'),
  ('published', 'release', 'published'),
  ('published', 'sell', 'published'),
  ('published', 'expire', 'expired'),
  ('published', 'withdraw', 'withdrawn'),
  ('published', 'take_off', 'withdrawn'),
  ('reserved', 'release', 'published'),
  ('reserved', 'sell', 'reserved'),
  ('reserved', 'sell', 'sold'),
  ('reserved', 'take_off', 'withdrawn'),
  ('sold', 'take_off', 'withdrawn'),
  ('expired', 'publish', 'published'),
  ('expired', 'sell', 'expired'),
  ('expired', 'withdraw', 'withdrawn'),
  ('expired', 'take_off', 'withdrawn'),
  ('withdrawn', 'publish', 'published'),
  ('withdrawn', 'release', 'withdrawn'),
  ('withdrawn', 'sell', 'withdrawn');
grant select on marketplace.listing_steps to smile_marketplace;

create table marketplace.listings (
  tenant_id       uuid        not null references tenancy.tenants (id),
  id              uuid        not null,
  seller_id       uuid        not null,
  kind            text        not null check (kind in ('product', 'service', 'job', 'partnership', 'investment')),
  title           text        not null check (platform.is_line(title, 1, 200)),
  description     text        not null check (platform.is_prose(description, 1, 10000)),
  price_amount    platform.amount,
  price_currency  platform.currency,
  salary_min      platform.amount,
  salary_max      platform.amount,
  salary_currency platform.currency,
  negotiable      boolean     not null,
  condition       text        check (condition in ('new', 'like_new', 'good', 'fair', 'for_parts')),
  quantity        integer     check (quantity between 1 and 10000),
  city            text        check (platform.is_line(city, 1, 80)),
  country         platform.country,
  remote          boolean     not null,
  category_id     uuid,
  pictures        uuid[]      not null default '{}' check (cardinality(pictures) <= 10),
  days            integer     check (days between 1 and 365),
  state           text        not null check (state in (
    'draft', 'published', 'reserved', 'sold', 'expired', 'withdrawn'
  )),
  -- How many there are; of what is not used up, there is no number.
  stock           integer     generated always as (
    case when kind in ('product', 'job') then coalesce(quantity, 1) end
  ) stored,
  -- How many are kept for somebody, and how many somebody has.
  reserved        integer     not null default 0 check (reserved >= 0),
  sold            integer     not null default 0 check (sold >= 0),
  published_at    timestamptz,
  expires_at      timestamptz,
  -- Why staff took it off.
  taken_off       text        check (platform.is_line(taken_off, 1, 500)),
  -- When its seller was erased: nothing that they wrote is left then.
  erased_at       timestamptz,
  version         bigint      not null check (version > 0),
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, seller_id) references identity.personal_details (tenant_id, id),
  constraint listings_category foreign key (tenant_id, category_id) references content.categories (tenant_id, id),
  constraint listings_price check (
    platform.is_money(price_amount, price_currency)
    and (kind <> 'job' or price_amount is null)
    and (kind not in ('product', 'service') or negotiable or price_amount is not null)
  ),
  constraint listings_salary check (
    num_nonnulls(salary_min, salary_max, salary_currency) in (0, 3)
    and (salary_min is null or kind = 'job' and salary_min <= salary_max)
  ),
  constraint listings_condition check ((kind = 'product') = (condition is not null)),
  constraint listings_quantity check (quantity is null or kind in ('product', 'job')),
  constraint listings_place check (city is null or country is not null),
  constraint listings_published check (
    (published_at is null) = (expires_at is null) and (state <> 'draft') = (published_at is not null)
    and expires_at > published_at
  ),
  -- Never more than there is.
  constraint listings_stock check (case when stock is null then reserved = 0 else reserved + sold <= stock end),
  constraint listings_left check (
    case state
      when 'draft' then reserved = 0 and sold = 0
      when 'published' then stock is null or reserved + sold < stock
      when 'reserved' then stock is not null and reserved > 0 and reserved + sold = stock
      when 'sold' then stock is not null and sold = stock
      else reserved = 0 or taken_off is not null
    end
  ),
  constraint listings_taken_off check (taken_off is null or state = 'withdrawn'),
  constraint listings_erased check (
    erased_at is null
    or title = '[erased]' and description = '[erased]' and state = 'withdrawn' and kind = 'partnership'
      and num_nonnulls(price_amount, city, country, category_id) = 0 and cardinality(pictures) = 0
  )
);
create index listings_shown on marketplace.listings (tenant_id, published_at desc, id desc)
  where state in ('published', 'reserved', 'sold');
create index listings_by_price on marketplace.listings (tenant_id, price_currency, price_amount, id)
  where state in ('published', 'reserved', 'sold') and price_amount is not null;
create index listings_by_end on marketplace.listings (tenant_id, expires_at, id) where state = 'published';
create index listings_by_seller on marketplace.listings (tenant_id, seller_id, id desc);
create index listings_by_category on marketplace.listings (tenant_id, category_id, published_at desc, id desc)
  where category_id is not null;
-- What was written is in the row, from which it can be erased: the trail does not repeat it.
select platform.adopt('marketplace.listings', 'smile_marketplace', array['title', 'description', 'city', 'taken_off']);

-- A listing begins as a draft; all else are steps. Only a superuser brings listings along as they were elsewhere.
create function marketplace.guard_entry() returns trigger
  language plpgsql
as $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    raise exception 'a % begins at its beginning', tg_argv[0]
      using errcode = 'check_violation', constraint = tg_argv[1], schema = tg_table_schema, table = tg_table_name;
  end if;
  return null;
end
$$;
create trigger guard_entry after insert on marketplace.listings
  for each row when (new.state <> 'draft')
  execute function marketplace.guard_entry('listing', 'listings_begun');

-- The steps hold whoever writes: one that is not in the table is refused.
create function marketplace.guard_step() returns trigger
  language plpgsql
as $$
begin
  if not exists (
    select from marketplace.listing_steps where from_state = old.state and to_state = new.state
  ) then
    raise exception 'a listing does not go from % to %', old.state, new.state
      using errcode = 'check_violation', constraint = 'listings_step', schema = tg_table_schema, table = tg_table_name;
  end if;
  return new;
end
$$;
create trigger guard_step before update of state on marketplace.listings
  for each row when (old.state is distinct from new.state and new.erased_at is null)
  execute function marketplace.guard_step();

-- A listing stands in a category of the marketplace; it may stay in one that was archived since.
create function marketplace.guard_category() returns trigger
  language plpgsql
as $$
begin
  if not exists (
    select
    from content.categories as c
    where c.tenant_id = new.tenant_id and c.id = new.category_id and c.tab = 'marketplace' and c.archived_at is null
  ) then
    raise exception 'a listing stands in a category of the marketplace'
      using errcode = 'foreign_key_violation', constraint = 'listings_category', schema = tg_table_schema,
        table = tg_table_name;
  end if;
  return null;
end
$$;
create trigger guard_new_category after insert on marketplace.listings
  for each row when (new.category_id is not null) execute function marketplace.guard_category();
create trigger guard_category after update of category_id on marketplace.listings
  for each row when (new.category_id is not null and new.category_id is distinct from old.category_id)
  execute function marketplace.guard_category();

-- Which files are pictures of a listing, in the order its seller gave.
create table marketplace.listing_pictures (
  tenant_id  uuid     not null,
  listing_id uuid     not null,
  place      smallint not null check (place between 1 and 10),
  media_id   uuid     not null,
  primary key (tenant_id, listing_id, place),
  constraint listing_pictures_media_key unique (tenant_id, listing_id, media_id),
  foreign key (tenant_id, listing_id) references marketplace.listings (tenant_id, id),
  constraint listing_pictures_media_fkey foreign key (tenant_id, media_id) references content.media (tenant_id, id)
);
create index listing_pictures_of_a_file on marketplace.listing_pictures (tenant_id, media_id, listing_id);
-- No trail: what a listing names as its pictures is in its own.
select platform.adopt_untold('marketplace.listing_pictures', 'smile_marketplace');

-- What a listing names as its pictures hangs on it, in that order: looked at when the transaction is committed.
create function marketplace.demand_pictures() returns trigger
  language plpgsql
as $$
declare
  named uuid[] := (select pictures from marketplace.listings where tenant_id = new.tenant_id and id = new.id);
  hung  uuid[] := (
    select coalesce(array_agg(media_id order by place), '{}')
    from marketplace.listing_pictures
    where tenant_id = new.tenant_id and listing_id = new.id
  );
begin
  if named is distinct from hung and named is not null then
    raise exception 'a listing names pictures that do not hang on it'
      using errcode = 'foreign_key_violation', constraint = 'listing_pictures_media_fkey',
        schema = tg_table_schema, table = tg_table_name;
  end if;
  return null;
end
$$;
create constraint trigger demand_pictures after insert or update of pictures on marketplace.listings
  deferrable initially deferred
  for each row execute function marketplace.demand_pictures();

-- The collector of files asks this; whatever needed files before still does.
grant usage on schema marketplace to smile_content;
grant select on marketplace.listing_pictures to smile_content;
alter function content.is_file_used(uuid, uuid) rename to is_file_used_outside_the_marketplace;
create function content.is_file_used(tenant uuid, file uuid) returns boolean
  language sql stable
begin atomic
  select content.is_file_used_outside_the_marketplace(tenant, file)
    or exists (select from marketplace.listing_pictures as p where p.tenant_id = tenant and p.media_id = file);
end;

-- What one person did with a listing: whether they saved it, and on which day they last viewed it.
create table marketplace.listing_actions (
  tenant_id  uuid    not null,
  listing_id uuid    not null,
  account_id uuid    not null,
  saved_at   timestamptz,
  viewed_on  date,
  -- On how many days they viewed it.
  views      integer not null default 0 check (views >= 0),
  primary key (tenant_id, listing_id, account_id),
  foreign key (tenant_id, listing_id) references marketplace.listings (tenant_id, id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id),
  constraint listing_actions_views check ((viewed_on is null) = (views = 0)),
  constraint listing_actions_something check (num_nonnulls(saved_at, viewed_on) > 0)
);
create index listing_actions_saved on marketplace.listing_actions (tenant_id, account_id, saved_at desc, listing_id desc)
  where saved_at is not null;
-- What one person did: to be erased with them.
create index listing_actions_by_account on marketplace.listing_actions (tenant_id, account_id, listing_id);

-- What changed and is not counted yet, and the counts. Whoever reads a count adds what is not counted yet, so that it is
-- right at once; the order of what most people saved is a moment behind.
create sequence marketplace.stat_deltas_seq;
grant usage on sequence marketplace.stat_deltas_seq to smile_marketplace;
create table marketplace.listing_stat_deltas (
  tenant_id  uuid   not null,
  seq        bigint not null default nextval('marketplace.stat_deltas_seq'),
  listing_id uuid   not null,
  views      bigint not null default 0,
  saves      bigint not null default 0,
  inquiries  bigint not null default 0,
  primary key (tenant_id, seq)
);
create index listing_stat_deltas_of_listing on marketplace.listing_stat_deltas (tenant_id, listing_id);
create table marketplace.listing_stats (
  tenant_id  uuid   not null,
  listing_id uuid   not null,
  views      bigint not null default 0,
  saves      bigint not null default 0,
  inquiries  bigint not null default 0,
  primary key (tenant_id, listing_id)
) with (fillfactor = 70);
create index listing_stats_by_saves on marketplace.listing_stats (tenant_id, saves desc, listing_id desc);

-- No trail: what is counted can be counted again.
select platform.adopt_untold('marketplace.listing_actions', 'smile_marketplace');
select platform.adopt_untold('marketplace.listing_stat_deltas', 'smile_marketplace');
select platform.adopt_untold('marketplace.listing_stats', 'smile_marketplace');

-- Every listing has its counts, so that an order by them has every listing.
create function marketplace.begin_stats() returns trigger
  language plpgsql
as $$
begin
  insert into marketplace.listing_stats (tenant_id, listing_id) values (new.tenant_id, new.id);
  return null;
end
$$;
create trigger begin_stats after insert on marketplace.listings
  for each row execute function marketplace.begin_stats();

create function marketplace.count_action() returns trigger
  language plpgsql
as $$
declare
  of_views constant integer := coalesce(new.views, 0) - coalesce(old.views, 0);
  of_saves constant integer := (new.saved_at is not null)::integer - (old.saved_at is not null)::integer;
begin
  if (of_views, of_saves) <> (0, 0) then
    insert into marketplace.listing_stat_deltas (tenant_id, listing_id, views, saves)
    values (
      coalesce(new.tenant_id, old.tenant_id), coalesce(new.listing_id, old.listing_id), of_views, of_saves
    );
  end if;
  return null;
end
$$;
create trigger count_stats after insert or update or delete on marketplace.listing_actions
  for each row execute function marketplace.count_action();

-- With a listing goes what was done with it. A foreign key that cascades would act as the owner of the table, whom
-- row-level security binds otherwise.
create function marketplace.forget_listing() returns trigger
  language plpgsql
as $$
begin
  delete from marketplace.listing_pictures where tenant_id = old.tenant_id and listing_id = old.id;
  delete from marketplace.listing_actions where tenant_id = old.tenant_id and listing_id = old.id;
  delete from marketplace.listing_stat_deltas where tenant_id = old.tenant_id and listing_id = old.id;
  delete from marketplace.listing_stats where tenant_id = old.tenant_id and listing_id = old.id;
  delete from marketplace.listing_documents where tenant_id = old.tenant_id and listing_id = old.id;
  return old;
end
$$;
create trigger forget before delete on marketplace.listings
  for each row execute function marketplace.forget_listing();

-- What is searched: a row for each listing that is shown, and for no other. An index cannot serve a search through a
-- policy, so a function does it that names the current tenant itself (0012_search.sql says more).
create table marketplace.listing_documents (
  tenant_id    uuid        not null,
  listing_id   uuid        not null,
  published_at timestamptz not null,
  document     tsvector    not null,
  primary key (tenant_id, listing_id)
);
create index listing_documents_by_words on marketplace.listing_documents using gin (tenant_id, document);
create index listing_documents_by_age on marketplace.listing_documents (tenant_id, published_at desc, listing_id desc);
-- No trail: every row follows from one of marketplace.listings, which has it.
select platform.adopt_untold('marketplace.listing_documents', 'smile_marketplace');
create policy searched on marketplace.listing_documents for select to smile_search using (true);
grant usage on schema marketplace to smile_search;
grant select on marketplace.listing_documents to smile_search;

create function marketplace.keep_document() returns trigger
  language plpgsql
as $$
declare
  words constant regconfig := content.words_of(null);
begin
  if new.state not in ('published', 'reserved', 'sold') then
    delete from marketplace.listing_documents where tenant_id = new.tenant_id and listing_id = new.id;
    return null;
  end if;
  insert into marketplace.listing_documents (tenant_id, listing_id, published_at, document)
  values (
    new.tenant_id, new.id, new.published_at,
    content.weighed(new.title, words, 'A') || content.weighed(new.description, words, 'C')
  )
  on conflict (tenant_id, listing_id) do update
  set published_at = excluded.published_at, document = excluded.document;
  return null;
end
$$;
create trigger keep_document after insert or update of state, published_at, title, description on marketplace.listings
  for each row execute function marketplace.keep_document();

-- The newest `most` listings with these words.
create function marketplace.listings_with_words(words text, most integer) returns setof uuid
  language sql stable security definer
begin atomic
  select d.listing_id
  from marketplace.listing_documents as d
  where d.tenant_id = tenancy.current_tenant() and d.document @@ content.post_query(words, null)
  order by d.published_at desc, d.listing_id desc
  limit most;
end;
revoke execute on function marketplace.listings_with_words from public;
grant execute on function marketplace.listings_with_words to smile_marketplace;
grant create on schema marketplace to smile_search;
grant smile_search to current_user;
alter function marketplace.listings_with_words owner to smile_search;
revoke smile_search from current_user;
revoke create on schema marketplace from smile_search;

-- What somebody asks about a listing. Whoever takes a step locks the listing first, then the inquiry, and looks then.
create table marketplace.inquiries (
  tenant_id      uuid        not null references tenancy.tenants (id),
  id             uuid        not null,
  listing_id     uuid        not null,
  seller_id      uuid        not null,
  buyer_id       uuid        not null,
  state          text        not null check (state in ('initiated', 'negotiating', 'agreed', 'completed', 'cancelled')),
  price_amount   platform.amount,
  price_currency platform.currency,
  offered_by     uuid,
  seller_agrees  boolean     not null,
  buyer_agrees   boolean     not null,
  kept_until     timestamptz,
  answered_at    timestamptz,
  closed_at      timestamptz,
  cancelled_by   uuid,
  version        bigint      not null check (version > 0),
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, listing_id) references marketplace.listings (tenant_id, id),
  foreign key (tenant_id, seller_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, buyer_id) references identity.personal_details (tenant_id, id),
  constraint inquiries_of_two check (seller_id <> buyer_id),
  constraint inquiries_price check (platform.is_money(price_amount, price_currency)),
  constraint inquiries_offered check (offered_by is null or offered_by in (seller_id, buyer_id) and price_amount is not null),
  constraint inquiries_agreed check (
    case
      when state in ('agreed', 'completed') then seller_agrees and buyer_agrees
      when state in ('initiated', 'negotiating') then not (seller_agrees and buyer_agrees)
      else true
    end
  ),
  constraint inquiries_kept check ((state = 'agreed') = (kept_until is not null)),
  constraint inquiries_answered check (
    case state when 'initiated' then answered_at is null when 'cancelled' then true else answered_at is not null end
  ),
  constraint inquiries_closed check ((state in ('completed', 'cancelled')) = (closed_at is not null)),
  constraint inquiries_cancelled check (
    cancelled_by is null or state = 'cancelled' and cancelled_by in (seller_id, buyer_id)
  )
);
-- About one listing somebody asks once at a time.
create unique index inquiries_open_key on marketplace.inquiries (tenant_id, listing_id, buyer_id)
  where state in ('initiated', 'negotiating', 'agreed');
create index inquiries_of_listing on marketplace.inquiries (tenant_id, listing_id, id desc);
create index inquiries_of_seller on marketplace.inquiries (tenant_id, seller_id, id desc);
create index inquiries_of_buyer on marketplace.inquiries (tenant_id, buyer_id, id desc);
-- What is open of one person, to be ended when they are erased.
create index inquiries_open_of_seller on marketplace.inquiries (tenant_id, seller_id, id)
  where state in ('initiated', 'negotiating', 'agreed');
create index inquiries_open_of_buyer on marketplace.inquiries (tenant_id, buyer_id, id)
  where state in ('initiated', 'negotiating', 'agreed');
create index inquiries_lapsing on marketplace.inquiries (tenant_id, kept_until, id) where state = 'agreed';
select platform.adopt('marketplace.inquiries', 'smile_marketplace');
revoke delete on marketplace.inquiries from smile_marketplace;

create trigger guard_entry after insert on marketplace.inquiries
  for each row when (new.state <> 'initiated')
  execute function marketplace.guard_entry('inquiry', 'inquiries_begun');

create function marketplace.guard_inquiry() returns trigger
  language plpgsql
as $$
begin
  if (old.state, new.state) not in (
    ('initiated', 'negotiating'), ('initiated', 'agreed'), ('initiated', 'cancelled'), ('negotiating', 'agreed'),
    ('negotiating', 'cancelled'), ('agreed', 'completed'), ('agreed', 'cancelled')
  ) then
    raise exception 'an inquiry does not go from % to %', old.state, new.state
      using errcode = 'check_violation', constraint = 'inquiries_step', schema = tg_table_schema, table = tg_table_name;
  end if;
  return new;
end
$$;
create trigger guard_step before update of state on marketplace.inquiries
  for each row when (old.state is distinct from new.state) execute function marketplace.guard_inquiry();

create function marketplace.count_inquiry() returns trigger
  language plpgsql
as $$
begin
  insert into marketplace.listing_stat_deltas (tenant_id, listing_id, inquiries)
  values (new.tenant_id, new.listing_id, 1);
  return null;
end
$$;
create trigger count_stats after insert on marketplace.inquiries
  for each row execute function marketplace.count_inquiry();

-- What was said and done, step by step. What is said is encrypted, bound to its row; nobody changes it, but it is emptied
-- when who said it is erased.
create table marketplace.inquiry_entries (
  tenant_id      uuid        not null,
  id             uuid        not null,
  inquiry_id     uuid        not null,
  number         bigint      not null check (number > 0),
  step           text        not null check (step in ('ask', 'say', 'offer', 'agree', 'complete', 'cancel', 'lapse')),
  by_id          uuid,
  message        bytea,
  price_amount   platform.amount,
  price_currency platform.currency,
  at             timestamptz not null,
  primary key (tenant_id, id),
  constraint inquiry_entries_number_key unique (tenant_id, inquiry_id, number),
  foreign key (tenant_id, inquiry_id) references marketplace.inquiries (tenant_id, id),
  foreign key (tenant_id, by_id) references identity.personal_details (tenant_id, id),
  constraint inquiry_entries_price check (platform.is_money(price_amount, price_currency)),
  constraint inquiry_entries_lapse check ((step = 'lapse') = (by_id is null))
);
create index inquiry_entries_by_account on marketplace.inquiry_entries (tenant_id, by_id, id);
-- No trail: what people say to each other is for nobody else to read, and that something was said is told as facts.
select platform.adopt_untold('marketplace.inquiry_entries', 'smile_marketplace');
revoke delete on marketplace.inquiry_entries from smile_marketplace;

-- What the two of a completed inquiry say about each other.
create table marketplace.reviews (
  tenant_id      uuid        not null,
  inquiry_id     uuid        not null,
  by_id          uuid        not null,
  of_id          uuid        not null,
  listing_id     uuid        not null,
  of_seller      boolean     not null,
  stars          smallint    not null check (stars between 1 and 5),
  text           text        check (platform.is_prose(text, 1, 2000)),
  editable_until timestamptz not null,
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  primary key (tenant_id, inquiry_id, by_id),
  foreign key (tenant_id, inquiry_id) references marketplace.inquiries (tenant_id, id),
  foreign key (tenant_id, listing_id) references marketplace.listings (tenant_id, id),
  foreign key (tenant_id, by_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, of_id) references identity.personal_details (tenant_id, id),
  constraint reviews_of_another check (by_id <> of_id)
);
create index reviews_of_somebody on marketplace.reviews (tenant_id, of_id, created_at desc, inquiry_id desc);
create index reviews_by_somebody on marketplace.reviews (tenant_id, by_id, created_at desc, inquiry_id desc);
select platform.adopt('marketplace.reviews', 'smile_marketplace', array['text']);

-- A review is of the two of an inquiry that was completed.
create function marketplace.guard_review() returns trigger
  language plpgsql
as $$
begin
  if not exists (
    select
    from marketplace.inquiries as i
    where i.tenant_id = new.tenant_id and i.id = new.inquiry_id and i.listing_id = new.listing_id
      and i.state = 'completed'
      and case when new.of_seller then (new.by_id, new.of_id) = (i.buyer_id, i.seller_id)
        else (new.by_id, new.of_id) = (i.seller_id, i.buyer_id) end
  ) then
    raise exception 'a review is of the two of a completed inquiry'
      using errcode = 'check_violation', constraint = 'reviews_completed', schema = tg_table_schema,
        table = tg_table_name;
  end if;
  return null;
end
$$;
create trigger guard_review after insert or update on marketplace.reviews
  for each row execute function marketplace.guard_review();

-- How somebody is as a seller: counted where it happens. Of one seller little happens at once.
create table marketplace.seller_stats (
  tenant_id      uuid   not null,
  account_id     uuid   not null,
  completed      bigint not null default 0,
  reviews        bigint not null default 0,
  stars          bigint not null default 0,
  answered       bigint not null default 0,
  answer_seconds bigint not null default 0,
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id)
) with (fillfactor = 70);
-- No trail: what is counted can be counted again.
select platform.adopt_untold('marketplace.seller_stats', 'smile_marketplace');

create function marketplace.count_seller(
  tenant uuid, seller uuid, of_completed bigint, of_reviews bigint, of_stars bigint, of_answered bigint, of_seconds bigint
) returns void
  language sql volatile
begin atomic
  insert into marketplace.seller_stats as s
    (tenant_id, account_id, completed, reviews, stars, answered, answer_seconds)
  values (tenant, seller, of_completed, of_reviews, of_stars, of_answered, of_seconds)
  on conflict (tenant_id, account_id) do update
  set completed = s.completed + excluded.completed, reviews = s.reviews + excluded.reviews,
    stars = s.stars + excluded.stars, answered = s.answered + excluded.answered,
    answer_seconds = s.answer_seconds + excluded.answer_seconds;
end;

create function marketplace.count_step() returns trigger
  language plpgsql
as $$
declare
  is_done     constant boolean := new.state = 'completed' and old.state <> 'completed';
  is_answered constant boolean := new.answered_at is not null and old.answered_at is null;
begin
  if is_done or is_answered then
    perform marketplace.count_seller(
      new.tenant_id, new.seller_id, is_done::integer, 0, 0, is_answered::integer,
      case when is_answered
        then greatest(0, floor(extract(epoch from new.answered_at - new.created_at)))::bigint else 0 end
    );
  end if;
  return null;
end
$$;
create trigger count_seller after update on marketplace.inquiries
  for each row execute function marketplace.count_step();

create function marketplace.count_review() returns trigger
  language plpgsql
as $$
begin
  if coalesce(new.of_seller, old.of_seller) then
    perform marketplace.count_seller(
      coalesce(new.tenant_id, old.tenant_id), coalesce(new.of_id, old.of_id), 0,
      (new.by_id is not null)::integer - (old.by_id is not null)::integer,
      coalesce(new.stars, 0) - coalesce(old.stars, 0), 0, 0
    );
  end if;
  return null;
end
$$;
create trigger count_seller after insert or update or delete on marketplace.reviews
  for each row execute function marketplace.count_review();
