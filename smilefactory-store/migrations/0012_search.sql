-- expand: search of posts.
--
-- Row-level security lets an index serve a condition only if its operator is known to leak nothing, which those of full
-- text and of similarity are not. So posts are searched by two functions that run as a role of their own: it may read
-- the documents of all tenants, nobody logs in as it, and the functions give the current tenant's posts only.

do $$
begin
  if not exists (select from pg_roles where rolname = 'smile_search') then
    create role smile_search nologin nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
end
$$;

-- Words are reduced to their stems in the languages below, and left as they are in all others. There are no lists of
-- words to leave out: the embedded database has none, and a search for "The Who" finds something.
do $$
declare
  lang text;
begin
  foreach lang in array array['arabic', 'dutch', 'english', 'french', 'german', 'italian', 'portuguese', 'russian', 'spanish', 'turkish']
  loop
    execute format('create text search dictionary content.%I (template = pg_catalog.snowball, language = %L)', lang || '_stems', lang);
    execute format('create text search configuration content.%I (copy = pg_catalog.simple)', lang || '_words');
    execute format(
      'alter text search configuration content.%I alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part with content.%I',
      lang || '_words', lang || '_stems'
    );
  end loop;
end
$$;

-- Without a language a text counts as English.
create function content.words_of(language text) returns regconfig
  language sql immutable parallel safe
  return case split_part(coalesce(language, 'en'), '-', 1)
    when 'ar' then 'content.arabic_words'::regconfig
    when 'de' then 'content.german_words'::regconfig
    when 'en' then 'content.english_words'::regconfig
    when 'es' then 'content.spanish_words'::regconfig
    when 'fr' then 'content.french_words'::regconfig
    when 'it' then 'content.italian_words'::regconfig
    when 'nl' then 'content.dutch_words'::regconfig
    when 'pt' then 'content.portuguese_words'::regconfig
    when 'ru' then 'content.russian_words'::regconfig
    when 'tr' then 'content.turkish_words'::regconfig
    else 'pg_catalog.simple'::regconfig
  end;

-- What is searched for: the stems of its words, or the words as they are, so that a text in another language than the
-- searcher's is found by its own words. Quotes, `or` and `-` mean what they mean on the web.
create function content.post_query(words text, language text) returns tsquery
  language sql immutable parallel safe
  return websearch_to_tsquery(content.words_of(language), words) || websearch_to_tsquery('pg_catalog.simple', words);

create function content.weighed(words text, config regconfig, weight "char") returns tsvector
  language sql immutable parallel safe
  return setweight(
    to_tsvector(config, coalesce(words, '')) || to_tsvector('pg_catalog.simple', coalesce(words, '')), weight
  );

-- What is searched: a row for each post that everybody may see, and for no other.
create table content.post_documents (
  tenant_id    uuid        not null,
  post_id      uuid        not null,
  author_id    uuid        not null,
  kind         text        not null,
  tags         text[]      not null,
  published_at timestamptz not null,
  document     tsvector    not null,
  -- Title, tags and summary, for words that are spelled a little differently.
  headline     text        not null,
  primary key (tenant_id, post_id),
  foreign key (tenant_id, post_id) references content.posts (tenant_id, id) on delete cascade
);
create index post_documents_by_words on content.post_documents using gin (tenant_id, document);
create index post_documents_by_spelling on content.post_documents using gin (tenant_id, headline gin_trgm_ops);

-- Of a word that most posts have, the newest are found soonest in their order.
create index post_documents_by_age on content.post_documents (tenant_id, published_at desc, post_id desc);

-- No trail: every row follows from one of content.posts, which has it.
select platform.adopt_untold('content.post_documents', 'smile_content');
create policy searched on content.post_documents for select to smile_search using (true);
grant usage on schema content, tenancy to smile_search;
grant select on content.post_documents to smile_search;

-- Keeps the document with the post, in the same transaction: what is taken off is not found from then on.
create function content.keep_post_document() returns trigger
  language plpgsql
as $$
declare
  words regconfig := content.words_of(new.language);
begin
  if new.state <> 'published' or new.standing <> 'visible' or new.audience <> 'everybody' then
    delete from content.post_documents where tenant_id = new.tenant_id and post_id = new.id;
    return null;
  end if;
  insert into content.post_documents (tenant_id, post_id, author_id, kind, tags, published_at, document, headline)
  values (
    new.tenant_id, new.id, new.author_id, new.kind, new.tags, new.published_at,
    content.weighed(new.title, words, 'A')
      || content.weighed(array_to_string(new.tags, ' '), words, 'A')
      || content.weighed(new.summary, words, 'B')
      || content.weighed(new.body_text, words, 'C'),
    lower(concat_ws(' ', new.title, array_to_string(new.tags, ' '), new.summary, left(new.body_text, 200)))
  )
  on conflict (tenant_id, post_id) do update
  set kind = excluded.kind, tags = excluded.tags, published_at = excluded.published_at, document = excluded.document,
    headline = excluded.headline;
  return null;
end
$$;
create trigger keep_document after insert or update of
  state, standing, audience, published_at, kind, title, tags, summary, body_text, language on content.posts
  for each row execute function content.keep_post_document();

-- By which tags and categories posts are found: the same row as in the list of a tag or category.
create policy searched on content.post_tags for select to smile_search using (true);
create policy searched on content.post_categories for select to smile_search using (true);
grant select on content.post_tags, content.post_categories to smile_search;

-- The best of the newest `most` posts with these words; best first, in ten-thousandths.
create function content.posts_by_words(
  query tsquery, of_author uuid, of_kind text, of_tag uuid, of_category uuid, published_from timestamptz,
  published_before timestamptz, most integer
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
    order by d.published_at desc, d.post_id desc
    limit most
  ) found;
end;

-- The newest `most` posts with words that are spelled almost like these; most alike first, in ten-thousandths.
create function content.posts_by_spelling(
  words text, of_author uuid, of_kind text, of_tag uuid, of_category uuid, published_from timestamptz,
  published_before timestamptz, most integer
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
    order by d.published_at desc, d.post_id desc
    limit most
  ) found;
end;

revoke execute on function content.posts_by_words, content.posts_by_spelling from public;
grant execute on function content.posts_by_words, content.posts_by_spelling to smile_content;

-- The functions run as the role that may search. Their owner must be able to become it, and it to own them, for as long
-- as this takes.
grant create on schema content to smile_search;
grant smile_search to current_user;
alter function content.posts_by_words owner to smile_search;
alter function content.posts_by_spelling owner to smile_search;
revoke smile_search from current_user;
revoke create on schema content from smile_search;
