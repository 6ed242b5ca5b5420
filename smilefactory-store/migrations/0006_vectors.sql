-- expand: vectors of profiles and posts, the models they are of, and whom people do not want to be shown again.

-- The models whose vectors are kept. The same for all tenants: two vectors can be compared only when they are of
-- the same model, and every change of a model that changes a vector makes it another model.
create table ai.models (
  id         text    primary key check (id ~ '^[!-~]{1,100}$'),
  dimensions integer not null check (dimensions between 1 and 4000),
  distance   text    not null check (distance = 'cosine'),
  -- What the index computes with: half the bits find the same neighbours in half the space, where the machine is
  -- quick at them. The vectors themselves keep all their bits.
  index_type text    not null check (index_type in ('vector', 'halfvec')),
  -- The one that searches use; while another one takes its place, both have vectors.
  current    boolean not null default false,
  constraint models_dimensions_key unique (id, dimensions),
  -- An index over whole vectors holds no more.
  constraint models_index_type check (index_type = 'halfvec' or dimensions <= 2000)
);
create unique index models_current_key on ai.models (current) where current;
grant select on ai.models to smile_ai;
grant usage on schema ai to smile_operator;
grant select, update on ai.models to smile_operator;

-- The vectors: of the text of a target one, or one a part of it.
create table ai.embeddings (
  tenant_id      uuid        not null references tenancy.tenants (id),
  model_id       text        not null,
  target_kind    text        not null check (target_kind in ('profile', 'post')),
  target_id      uuid        not null,
  chunk          smallint    not null default 0 check (chunk between 0 and 99),
  -- What sort of target: the kind of the profile, the kind of the post.
  facet          text        not null check (platform.is_line(facet, 1, 60)),
  -- SHA-256 of the text, by which version of the rules it was written, from which version of the target.
  digest         bytea       not null check (octet_length(digest) = 32),
  text_version   smallint    not null check (text_version > 0),
  source_version bigint      not null check (source_version > 0),
  embedding      vector      not null,
  dimensions     integer     not null generated always as (vector_dims(embedding)) stored,
  embedded_at    timestamptz not null,
  primary key (tenant_id, model_id, target_kind, target_id, chunk),
  -- As many dimensions as the model has.
  constraint embeddings_of_model foreign key (model_id, dimensions) references ai.models (id, dimensions),
  constraint embeddings_unit_length check (abs(vector_norm(embedding) - 1) <= 0.001)
);
create index embeddings_by_facet on ai.embeddings (tenant_id, model_id, target_kind, facet, target_id);
-- The trail says that a vector changed, not all its numbers.
select platform.adopt('ai.embeddings', 'smile_ai', array['embedding']);

-- Adds a model, and for each kind of target an index over its vectors; says whether it was new. Who runs the
-- installation may, without owning the table: the function runs as its owner. While it runs, no vector is written.
create function ai.register_model(model text, model_dimensions integer) returns boolean
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- The extension is where its installation put it.
  extension text := (select extnamespace::regnamespace::text from pg_extension where extname = 'vector');
  -- Half precision is emulated, some hundred times slower, where PostgreSQL is compiled to WebAssembly.
  index_type text := case when version() ~ 'wasm' then 'vector' else 'halfvec' end;
  kind text;
begin
  insert into ai.models (id, dimensions, distance, index_type)
  values (model, model_dimensions, 'cosine', index_type)
  on conflict (id) do nothing;
  if not found then
    if not exists (select from ai.models where id = model and dimensions = model_dimensions) then
      raise exception 'the model % is known with other dimensions', model
        using errcode = 'check_violation', constraint = 'models_dimensions', table = 'models';
    end if;
    return false;
  end if;
  foreach kind in array array['profile', 'post'] loop
    execute format(
      'create index %I on ai.embeddings using hnsw ((embedding::%s.%s(%s)) %s.%s)'
      ' where model_id = %L and target_kind = %L',
      'embeddings_near_' || left(md5(model), 12) || '_' || kind,
      extension, index_type, model_dimensions, extension, index_type || '_cosine_ops',
      model, kind
    );
  end loop;
  return true;
end
$$;
revoke execute on function ai.register_model from public;
grant execute on function ai.register_model to smile_operator;

-- The model that needs nothing: words and groups of letters, hashed.
select ai.register_model('hashed-1/384', 384);
update ai.models set current = true where id = 'hashed-1/384';

-- Whom somebody does not want to be shown again.
create table ai.dismissals (
  tenant_id    uuid        not null,
  account_id   uuid        not null,
  candidate_id uuid        not null,
  at           timestamptz not null,
  primary key (tenant_id, account_id, candidate_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id) on delete cascade,
  foreign key (tenant_id, candidate_id) references identity.personal_details (tenant_id, id) on delete cascade,
  constraint dismissals_of_another check (account_id <> candidate_id)
);
create index dismissals_of_a_candidate on ai.dismissals (tenant_id, candidate_id);
select platform.adopt('ai.dismissals', 'smile_ai');
