-- expand: who looked at whose profile, and how much people do.

-- Who looked at a profile: one row a viewer, who counts once a day.
create table identity.profile_views (
  tenant_id  uuid    not null,
  account_id uuid    not null,
  viewer_id  uuid    not null,
  -- The last day, in UTC.
  viewed_on  date    not null,
  -- On how many days.
  views      integer not null default 1 check (views > 0),
  primary key (tenant_id, account_id, viewer_id),
  constraint profile_views_profile foreign key (tenant_id, account_id)
    references identity.profiles (tenant_id, account_id) on delete cascade,
  foreign key (tenant_id, viewer_id) references identity.personal_details (tenant_id, id) on delete cascade,
  constraint profile_views_others check (viewer_id <> account_id)
);
create index profile_views_of_a_viewer on identity.profile_views (tenant_id, viewer_id);

-- How much somebody did on a day, counted from the facts that tell of it: the contexts that they come from are not asked.
create table identity.activity_days (
  tenant_id  uuid    not null,
  account_id uuid    not null,
  day        date    not null,
  actions    integer not null check (actions > 0),
  primary key (tenant_id, account_id, day),
  foreign key (tenant_id, account_id) references identity.personal_details (tenant_id, id) on delete cascade
);
create index activity_days_by_age on identity.activity_days (tenant_id, day);

-- Whose level may fall by itself, when days go by in which they do nothing.
create index community_member_profiles_active on identity.community_member_profiles (tenant_id, account_id)
  where participation <> 'observer';

-- No trail: a row for every reader of every profile, and days that are counted from facts. The level that comes of it is in the trail of the profiles.
select platform.adopt_untold('identity.profile_views', 'smile_identity');
select platform.adopt_untold('identity.activity_days', 'smile_identity');
