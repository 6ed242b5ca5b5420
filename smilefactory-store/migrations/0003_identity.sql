-- expand: accounts, sessions, proofs of email addresses.

create table identity.personal_details (
  tenant_id         uuid             not null references tenancy.tenants (id),
  id                uuid             not null,
  email             platform.email   not null,
  email_verified_at timestamptz,
  password_hash     text             not null check (char_length(password_hash) between 1 and 255),
  first_name        text             not null check (platform.is_line(first_name, 2, 50)),
  last_name         text             not null check (platform.is_line(last_name, 2, 50)),
  -- Encrypted: key id, nonce, ciphertext.
  phone             bytea            check (octet_length(phone) between 57 and 200),
  gender            text             check (platform.is_line(gender, 1, 40)),
  bio               text             check (platform.is_prose(bio, 1, 500)),
  role              text             not null default 'member' check (role in ('member', 'moderator', 'admin')),
  profile_kind      text             check (profile_kind in (
    'innovator', 'business_investor', 'mentor', 'corporate_partner', 'government_official', 'academic_researcher',
    'service_provider', 'community_member'
  )),
  profile_state     text             not null default 'draft'
    check (profile_state in ('draft', 'incomplete', 'complete', 'suspended')),
  visibility        text             not null default 'public'
    check (visibility in ('public', 'connections_only', 'private')),
  completion        platform.percent not null default 0,
  verified_at       timestamptz,
  last_login_at     timestamptz,
  extra             jsonb            not null default '{}'
    check (jsonb_typeof(extra) = 'object' and octet_length(extra::text) <= 16384),
  version           bigint           not null check (version > 0),
  created_at        timestamptz      not null,
  updated_at        timestamptz      not null,
  primary key (tenant_id, id),
  constraint personal_details_email_key unique (tenant_id, email),
  constraint personal_details_shown_has_kind check (profile_state in ('draft', 'suspended') or profile_kind is not null)
);
create index personal_details_by_kind on identity.personal_details (tenant_id, profile_kind, id desc);
create index personal_details_by_age on identity.personal_details (tenant_id, created_at desc, id desc);
select platform.adopt('identity.personal_details', 'smile_identity', array['password_hash', 'phone']);

create table identity.sessions (
  tenant_id    uuid        not null,
  id           uuid        not null,
  account_id   uuid        not null,
  token_digest bytea       not null check (octet_length(token_digest) = 32),
  created_at   timestamptz not null,
  expires_at   timestamptz not null check (expires_at > created_at),
  primary key (tenant_id, id),
  constraint sessions_token_key unique (tenant_id, token_digest),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id) on delete cascade
);
create index sessions_of_an_account on identity.sessions (tenant_id, account_id, id desc);
create index sessions_by_expiry on identity.sessions (tenant_id, expires_at);
select platform.adopt('identity.sessions', 'smile_identity', array['token_digest']);

-- Tokens on their way to an email address; each works once.
create table identity.email_verifications (
  tenant_id    uuid           not null,
  id           uuid           not null,
  account_id   uuid           not null,
  email        platform.email not null,
  token_digest bytea          not null check (octet_length(token_digest) = 32),
  created_at   timestamptz    not null,
  expires_at   timestamptz    not null check (expires_at > created_at),
  primary key (tenant_id, id),
  constraint email_verifications_token_key unique (tenant_id, token_digest),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id) on delete cascade
);
create index email_verifications_of_an_account on identity.email_verifications (tenant_id, account_id, id desc);
select platform.adopt('identity.email_verifications', 'smile_identity', array['token_digest']);
