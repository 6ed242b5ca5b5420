//! Which community somebody means who is not logged in.

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::scope::Scope;
use smilefactory_core::tenancy::Tenant;
use smilefactory_core::text::Slug;
use smilefactory_store::Store;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::request_id;
use crate::openapi::header_parameter;
use crate::problem::{ApiError, Code};
use crate::state::AppState;

/// The header that names the community.
const TENANT: &str = "smilefactory-tenant";

/// The community that somebody means who is not logged in: the one that the header `Smilefactory-Tenant` names,
/// else the one that the host name begins with, else the server's own, else the only one there is.
#[derive(Clone, Debug)]
pub struct Community {
    /// The community.
    pub tenant: Tenant,
    /// Nobody in particular, in this community.
    pub scope: Scope,
}

impl FromRequestParts<AppState> for Community {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let tenant = find(parts, state).await?;
        tracing::Span::current().record("tenant", tracing::field::display(tenant.id));
        let scope = Scope::anonymous(tenant.id, request_id(&parts.extensions)?);
        Ok(Self { tenant, scope })
    }
}

async fn find(parts: &Parts, state: &AppState) -> Result<Tenant, ApiError> {
    let header =
        |name| parts.headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let operator = state.store.operator();
    if parts.headers.contains_key(TENANT) {
        let slug = header(TENANT).and_then(|slug| slug.parse::<Slug>().ok());
        return match slug {
            Some(slug) => operator.find_by_slug(&slug).await?,
            None => None,
        }
        .ok_or_else(|| ApiError::not_found("community"));
    }
    let host = header(HOST.as_str()).or(parts.uri.host());
    if let Some(slug) = host.and_then(first_label)
        && let Some(tenant) = operator.find_by_slug(&slug).await?
    {
        return Ok(tenant);
    }
    if let Some(slug) = &state.options.default_tenant {
        return operator.find_by_slug(slug).await?.ok_or_else(|| ApiError::not_found("community"));
    }
    only(&state.store)
        .await?
        .ok_or_else(|| ApiError::new(Code::NotFound, "name the community in the header Smilefactory-Tenant"))
}

/// The first label of a host name that has several: `acme` of `acme.example.org:443`.
fn first_label(host: &str) -> Option<Slug> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let (label, rest) = name.split_once('.')?;
    // An IP address is no name.
    let is_name = rest.contains(|c: char| c.is_ascii_alphabetic());
    label.parse().ok().filter(|_| is_name)
}

/// The tenant, when there is no other.
async fn only(store: &Store) -> Result<Option<Tenant>, ApiError> {
    let mut tenants = store.operator().list(&PageRequest::first(PageSize::default())).await?.items;
    Ok(tenants.pop().filter(|_| tenants.is_empty()))
}

impl IntoParams for Community {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![header_parameter(
            "Smilefactory-Tenant",
            "The community that is meant, by its name in addresses. Without it the host name's first label says so, \
             else it is the server's own.",
            "demo",
            false,
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::first_label;

    #[test]
    fn a_community_is_named_by_a_host_name_of_several_labels() {
        let label = |host| first_label(host).map(|slug| slug.to_string());
        assert_eq!(label("acme.example.org:443").as_deref(), Some("acme"));
        for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "", "."] {
            assert_eq!(label(host), None, "{host}");
        }
    }
}
