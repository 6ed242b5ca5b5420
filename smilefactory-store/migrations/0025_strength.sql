-- expand: how strong connections are, and who is named to those who look for a way to somebody.

set local lock_timeout = '2s';

-- The formulas of core (social/strength.rs).

-- What one interaction adds.
create function social.interaction_key(weight double precision, at timestamptz) returns double precision
  language sql immutable strict parallel safe
  return platform.decay_key(weight, at, 90);

-- How much is answered, 0 to 1. The difference of two infinities is no number, which is greater than all others.
create function social.reciprocity(low_to_high double precision, high_to_low double precision)
  returns double precision
  language sql immutable strict parallel safe
  return case when abs(low_to_high - high_to_low) <= 40 then exp(-abs(low_to_high - high_to_low)) else 0 end;

-- What connections are put in order by.
create function social.strength_key(
  low_to_high double precision, high_to_low double precision, mutual integer
) returns double precision
  language sql immutable strict parallel safe
  return platform.log_add(low_to_high, high_to_low)
    + ln(0.25 + 0.75 * (
      2 * social.reciprocity(low_to_high, high_to_low) / (1 + social.reciprocity(low_to_high, high_to_low))
    ))
    + ln(1 + 0.5::double precision * mutual / (4 + mutual));

-- How strong it is at a time, 0 to 1.
create function social.strength_at(strength_key double precision, at timestamptz) returns double precision
  language sql immutable strict parallel safe
  return case
    when strength_key = '-Infinity' then 0
    else 1 / (1 + exp(least(700, greatest(-700,
      ln(10::double precision) + ln(2::double precision) / 90 * (extract(epoch from at)::double precision / 86400)
        - strength_key
    ))))
  end;

-- What one person did with another, each thing once, however often it is told. A row for each message and comment, so
-- that the sums can be made anew when they are to be weighed otherwise; the facts tell what was done, and a trail would
-- say nothing new.
create table social.interactions (
  tenant_id  uuid        not null,
  from_id    uuid        not null,
  to_id      uuid        not null,
  kind       text        not null check (kind in ('connection', 'message', 'comment', 'reaction', 'event', 'group')),
  -- The message, the comment, what was reacted to, the event, the group; of a connection, the fact that it was made.
  subject_id uuid        not null,
  at         timestamptz not null,
  primary key (tenant_id, from_id, to_id, kind, subject_id),
  foreign key (tenant_id, from_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, to_id) references identity.personal_details (tenant_id, id),
  constraint interactions_of_two check (from_id <> to_id)
);
create index interactions_by_age on social.interactions (tenant_id, at);

-- The sums of two people, and what was forgotten of them, which is part of the sums.
create table social.pair_strengths (
  tenant_id        uuid             not null,
  low_id           uuid             not null,
  high_id          uuid             not null,
  low_to_high      double precision not null default '-Infinity' check (low_to_high < 'Infinity'),
  high_to_low      double precision not null default '-Infinity' check (high_to_low < 'Infinity'),
  old_low_to_high  double precision not null default '-Infinity' check (old_low_to_high < 'Infinity'),
  old_high_to_low  double precision not null default '-Infinity' check (old_high_to_low < 'Infinity'),
  -- How many people both are connected with; of whom one must not know from the other it says nothing.
  mutual           integer          not null default 0 check (mutual >= 0),
  mutual_at        timestamptz,
  strength_key     double precision not null
    generated always as (social.strength_key(low_to_high, high_to_low, mutual)) stored,
  primary key (tenant_id, low_id, high_id),
  foreign key (tenant_id, low_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, high_id) references identity.personal_details (tenant_id, id),
  constraint pair_strengths_of_two check (low_id < high_id)
) with (fillfactor = 70);
-- Somebody's pairs, whichever of the two they are: to be erased with them.
create index pair_strengths_of_the_higher on social.pair_strengths (tenant_id, high_id, low_id);

-- No trail: what is summed up can be summed up again.
select platform.adopt_untold('social.interactions', 'smile_social');
select platform.adopt_untold('social.pair_strengths', 'smile_social');

-- What the sums of these pairs must be, when each kind is worth so much. Read at one instant, that of the statement that
-- asks.
create function social.expected_strengths(
  tenant uuid, low uuid[], high uuid[], kinds text[], worth double precision[]
) returns table (low_id uuid, high_id uuid, low_to_high double precision, high_to_low double precision)
  language sql stable
begin atomic
  with pairs as (
    select asked.low_id, asked.high_id from unnest(low, high) as asked (low_id, high_id)
  ), done as (
    select p.low_id, p.high_id, true as upwards, i.kind, i.at
    from pairs as p
    join social.interactions as i on i.tenant_id = tenant and i.from_id = p.low_id and i.to_id = p.high_id
    union all
    select p.low_id, p.high_id, false, i.kind, i.at
    from pairs as p
    join social.interactions as i on i.tenant_id = tenant and i.from_id = p.high_id and i.to_id = p.low_id
  ), weighed as (
    select d.low_id, d.high_id, d.upwards, k.key,
      max(k.key) over (partition by d.low_id, d.high_id, d.upwards) as most
    from done as d
    join unnest(kinds, worth) as w (kind, weight) on w.kind = d.kind
    cross join lateral (select social.interaction_key(w.weight, d.at) as key) as k
    where k.key > '-Infinity'
  ), summed as (
    select w.low_id, w.high_id,
      max(w.most) filter (where w.upwards)
        + ln(sum(exp(greatest(w.key - w.most, -700))) filter (where w.upwards)) as low_to_high,
      max(w.most) filter (where not w.upwards)
        + ln(sum(exp(greatest(w.key - w.most, -700))) filter (where not w.upwards)) as high_to_low
    from weighed as w
    group by w.low_id, w.high_id
  )
  select s.low_id, s.high_id,
    platform.log_add(s.old_low_to_high, coalesce(summed.low_to_high, '-Infinity')),
    platform.log_add(s.old_high_to_low, coalesce(summed.high_to_low, '-Infinity'))
  from pairs as p
  join social.pair_strengths as s on s.tenant_id = tenant and s.low_id = p.low_id and s.high_id = p.high_id
  left join summed on summed.low_id = s.low_id and summed.high_id = s.high_id;
end;

-- How many people both of each of these pairs are connected with, of those who hide it from nobody whom they know; none,
-- where the two are not connected or one of them hides whom they know: then neither learns of anybody from the other.
create function social.expected_mutuals(tenant uuid, low uuid[], high uuid[])
  returns table (low_id uuid, high_id uuid, mutual integer)
  language sql stable
begin atomic
  select asked.low_id, asked.high_id, coalesce(known.people, 0)::integer
  from unnest(low, high) as asked (low_id, high_id)
  left join lateral (
    select count(*) as people
    from social.ties as one
    join social.ties as other
      on other.tenant_id = tenant and other.account_id = asked.high_id and other.other_id = one.other_id
    join identity.profiles as shown on shown.tenant_id = tenant and shown.account_id = one.other_id
    where one.tenant_id = tenant
      and one.account_id = asked.low_id
      and shown.connections_visibility <> 'private'
      and shown.visibility <> 'private'
      and shown.state in ('incomplete', 'complete')
      and exists (
        select
        from social.ties as tie
        where tie.tenant_id = tenant and tie.account_id = asked.low_id and tie.other_id = asked.high_id
      )
      and 2 = (
        select count(*)
        from identity.profiles as open
        where open.tenant_id = tenant
          and open.account_id in (asked.low_id, asked.high_id)
          and open.connections_visibility <> 'private'
      )
  ) as known on true;
end;

-- Whether two sums are the same, but for the order in which they were summed up.
create function social.is_about(a double precision, b double precision) returns boolean
  language sql immutable strict parallel safe
  return a = b or abs(a - b) <= 1e-9;

-- A connection that is made again is as strong as what there is of it. What is summed up at the same moment is not seen
-- here, and finds the tie once the connection itself is summed up.
create function social.recall_strength() returns trigger
  language plpgsql
as $$
begin
  new.strength_key := coalesce(
    (
      select p.strength_key
      from social.pair_strengths as p
      where p.tenant_id = new.tenant_id
        and p.low_id = least(new.account_id, new.other_id)
        and p.high_id = greatest(new.account_id, new.other_id)
    ),
    new.strength_key
  );
  return new;
end
$$;
create trigger recall_strength before insert on social.ties
  for each row execute function social.recall_strength();

-- Keeps the order of the two people's lists with their sums, whoever changes them.
create function social.keep_strength() returns trigger
  language plpgsql
as $$
begin
  update social.ties
  set strength_key = new.strength_key
  where tenant_id = new.tenant_id
    and (account_id, other_id) in ((new.low_id, new.high_id), (new.high_id, new.low_id))
    and strength_key <> new.strength_key;
  return null;
end
$$;
create trigger keep_strength after insert or update on social.pair_strengths
  for each row execute function social.keep_strength();

-- What varies in a network, and whom two people have in common, is read from what people show.
grant select on identity.profiles, identity.innovator_profiles, identity.business_investor_profiles,
  identity.mentor_profiles to smile_social;
grant select (verified_at, erased_at) on identity.personal_details to smile_social;

-- Whether somebody is named to those whom they could introduce to another; without a row they are asked.
create table social.introduction_choices (
  tenant_id  uuid        not null references tenancy.tenants (id),
  account_id uuid        not null,
  consent    text        not null check (consent in ('always', 'ask', 'never')),
  chosen_at  timestamptz not null,
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id)
);
select platform.adopt('social.introduction_choices', 'smile_social');

-- Whether somebody introduces one person to another, which one of the two asked.
create table social.introduction_consents (
  tenant_id     uuid        not null references tenancy.tenants (id),
  id            uuid        not null,
  asker_id      uuid        not null,
  introducer_id uuid        not null,
  target_id     uuid        not null,
  message       text        not null check (platform.is_prose(message, 20, 1000)),
  state         text        not null check (state in ('asked', 'granted', 'declined')),
  asked_at      timestamptz not null,
  answered_at   timestamptz,
  version       bigint      not null check (version > 0),
  primary key (tenant_id, id),
  constraint introduction_consents_key unique (tenant_id, asker_id, target_id, introducer_id),
  foreign key (tenant_id, asker_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, introducer_id) references identity.personal_details (tenant_id, id),
  foreign key (tenant_id, target_id) references identity.personal_details (tenant_id, id),
  constraint introduction_consents_of_three
    check (asker_id <> introducer_id and asker_id <> target_id and introducer_id <> target_id),
  constraint introduction_consents_answered check ((state = 'asked') = (answered_at is null))
);
create index introduction_consents_received on social.introduction_consents
  (tenant_id, introducer_id, asked_at desc, id desc);
create index introduction_consents_about on social.introduction_consents (tenant_id, target_id);
create index introduction_consents_waiting on social.introduction_consents (tenant_id, asker_id, asked_at)
  where state = 'asked';
select platform.adopt('social.introduction_consents', 'smile_social', array['message']);
