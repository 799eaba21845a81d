//! What of an answer of ODS's ORD interface is read.

use serde::{Deserialize, de::IgnoredAny};

/// One answer; what is not needed is not kept.
#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(rename = "Organisation")]
    pub(super) one: Option<Organisation>,
    /// The answer to a search.
    #[serde(rename = "Organisations")]
    pub(super) found: Option<IgnoredAny>,
    /// What FHIR calls itself.
    #[serde(rename = "resourceType")]
    pub(super) fhir: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Organisation {
    pub(super) name: Option<String>,
    pub(super) org_id: Option<OrgId>,
    pub(super) status: Option<String>,
    #[serde(default)]
    pub(super) date: Vec<Period>,
    pub(super) geo_loc: Option<GeoLoc>,
    #[serde(default)]
    pub(super) roles: Roles,
    #[serde(default)]
    pub(super) rels: Rels,
    #[serde(default)]
    pub(super) succs: Succs,
}

#[derive(Deserialize)]
pub(super) struct OrgId {
    pub(super) extension: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Period {
    pub(super) r#type: String,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GeoLoc {
    pub(super) location: Option<Location>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Location {
    pub(super) country: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Roles {
    #[serde(default)]
    pub(super) role: Vec<Role>,
}

#[derive(Deserialize)]
pub(super) struct Role {
    pub(super) id: String,
    #[serde(rename = "Status")]
    pub(super) status: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Rels {
    #[serde(default)]
    pub(super) rel: Vec<Rel>,
}

#[derive(Deserialize)]
pub(super) struct Rel {
    pub(super) id: String,
    #[serde(rename = "Status")]
    pub(super) status: Option<String>,
    #[serde(rename = "Target")]
    pub(super) target: Target,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Succs {
    #[serde(default)]
    pub(super) succ: Vec<Succ>,
}

/// One that came after this organisation, or before it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Succ {
    pub(super) r#type: String,
    pub(super) target: Target,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Target {
    pub(super) org_id: OrgId,
    pub(super) primary_role_id: Option<RoleId>,
}

#[derive(Deserialize)]
pub(super) struct RoleId {
    pub(super) id: String,
}
