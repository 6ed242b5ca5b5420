//! Who could be on a list of profiles at all, and what of them is kept from whoever looks.

use std::collections::HashMap;

use smilefactory_core::id::Id;
use uuid::Uuid;

use crate::error::Result;
use crate::repo::profile::ProfileFilter;
use crate::tx::Tx;

/// Up to so many people are read and put in order here.
const FEW: usize = 2_000;

/// Which labels are asked for: the names of the lists, and a word in each.
pub(super) struct Labels<'a> {
    pub(super) lists: Vec<&'a str>,
    pub(super) labels: Vec<&'a str>,
}

impl<'a> Labels<'a> {
    pub(super) fn of(filter: &'a ProfileFilter) -> Self {
        let wanted =
            [("skill", &filter.skill), ("interest", &filter.interest), ("language", &filter.language)];
        let (lists, labels) =
            wanted.into_iter().filter_map(|(list, label)| Some((list, label.as_deref()?))).unzip();
        Self { lists, labels }
    }
}

/// How much less than everybody's number somebody's connections are for whoever looks: as many as those they are kept
/// from.
pub(super) async fn kept_from<Mode>(tx: &mut Tx<Mode>) -> Result<HashMap<Uuid, i32>> {
    let Some(viewer) = tx.viewer() else { return Ok(HashMap::new()) };
    let rows = sqlx::query!(
        r#"
        select t.other_id as account_id, count(*) as "less!"
        from social.barriers b
        join identity.profiles x on x.tenant_id = $1 and x.account_id = b.other_id
        join social.ties t on t.tenant_id = $1 and t.account_id = b.other_id
        where b.tenant_id = $1
          and b.viewer_id = $2
          and x.state in ('incomplete', 'complete')
          and x.visibility = 'public'
          and x.connections_visibility = 'public'
        group by t.other_id
        "#,
        tx.scope().tenant.uuid(),
        viewer,
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| (row.account_id, row.less.try_into().unwrap_or(i32::MAX))).collect())
}

/// Who could be on the list at all, when few could: who has a label, is in a place or is verified, as it is asked for.
pub(super) async fn few<Mode>(tx: &mut Tx<Mode>, filter: &ProfileFilter) -> Result<Option<Vec<Uuid>>> {
    let tenant = tx.scope().tenant.uuid();
    let limit = i64::try_from(FEW).unwrap_or(i64::MAX) + 1;
    let labels = Labels::of(filter);
    for (list, label) in labels.lists.iter().zip(&labels.labels) {
        let with = sqlx::query_scalar!(
            r#"
            select account_id
            from identity.profile_labels
            where tenant_id = $1 and list = $2 and label = $3
            order by account_id desc
            limit $4
            "#,
            tenant,
            list,
            label,
            limit,
        )
        .fetch_all(tx.conn()?)
        .await?;
        if with.len() <= FEW {
            return Ok(Some(with));
        }
    }
    if let Some(country) = &filter.country {
        let there = match &filter.city {
            Some(city) => sqlx::query_scalar!(
                r#"
                select account_id
                from identity.profiles
                where tenant_id = $1 and country = $2::text and city = $3 and state in ('incomplete', 'complete')
                order by account_id desc
                limit $4
                "#,
                tenant,
                country,
                city,
                limit,
            )
            .fetch_all(tx.conn()?)
            .await?,
            None => sqlx::query_scalar!(
                r#"
                select account_id
                from identity.profiles
                where tenant_id = $1 and country = $2::text and state in ('incomplete', 'complete')
                limit $3
                "#,
                tenant,
                country,
                limit,
            )
            .fetch_all(tx.conn()?)
            .await?,
        };
        if there.len() <= FEW {
            return Ok(Some(there));
        }
    }
    if filter.verified == Some(true) {
        let verified = sqlx::query_scalar!(
            r#"
            select id
            from identity.personal_details
            where tenant_id = $1 and verified_at is not null
            order by id
            limit $2
            "#,
            tenant,
            limit,
        )
        .fetch_all(tx.conn()?)
        .await?;
        if verified.len() <= FEW {
            return Ok(Some(verified));
        }
    }
    Ok(None)
}
