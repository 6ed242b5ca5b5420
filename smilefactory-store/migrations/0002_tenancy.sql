-- expand: organisations that run a community.

create table tenancy.tenants (
  id         uuid          primary key,
  slug       platform.slug not null,
  name       text          not null check (platform.is_line(name, 2, 120)),
  plan       text          not null check (plan in ('free', 'community', 'enterprise')),
  settings   jsonb         not null default '{}' check (jsonb_typeof(settings) = 'object'),
  version    bigint        not null check (version > 0),
  created_at timestamptz   not null,
  updated_at timestamptz   not null,
  constraint tenants_slug_key unique (slug)
);
alter table tenancy.tenants enable row level security;
alter table tenancy.tenants force row level security;
create policy own on tenancy.tenants to smile_context
  using (id = (select tenancy.current_tenant()))
  with check (id = (select tenancy.current_tenant()));
-- Who runs the installation sees every tenant, and nothing else of them.
create policy operated on tenancy.tenants to smile_operator using (true) with check (true);
grant select, update on tenancy.tenants to smile_tenancy;
grant select on tenancy.tenants to smile_context;
grant select, insert, update on tenancy.tenants to smile_operator;
create trigger audit after insert or update or delete on tenancy.tenants
  for each row execute function platform.record_change();

-- The keys that a tenant's fields are encrypted with, each wrapped by the installation's master key.
create table tenancy.data_keys (
  tenant_id  uuid        not null references tenancy.tenants (id),
  id         uuid        not null,
  master_key text        not null check (char_length(master_key) between 1 and 60),
  wrapped    bytea       not null check (octet_length(wrapped) between 48 and 200),
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
select platform.adopt('tenancy.data_keys', 'smile_tenancy', array['wrapped']);
revoke delete on tenancy.data_keys from smile_tenancy;
-- Every context reads and writes encrypted fields of its tenant.
grant select on tenancy.data_keys to smile_context;
grant insert on tenancy.data_keys to smile_operator;
