//! Where somebody is led: home, or on to where they wanted to go.

use serde::Deserialize;

use super::shell;
use crate::{
    domain::access::{Actor, Grant, Role},
    href,
    ui::href::Href,
};

/// Where somebody belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// One page.
    At(Href),
    /// The page of roles: several to choose from, or none any more.
    Choose,
    /// Nobody is signed in.
    Front,
}

impl Home {
    /// The address of it.
    pub fn href(&self) -> Href {
        match self {
            Self::At(href) => href.clone(),
            Self::Choose => href!("/roles"),
            Self::Front => href!("/"),
        }
    }
}

/// The first page of a role.
pub fn of_grant(grant: &Grant) -> Href {
    match grant.role {
        Role::PracticeManager => href!("/practices").seg(&grant.organisation),
        Role::LmcOfficer => href!("/lmc").seg(&grant.organisation),
        Role::IcbAnalyst => href!("/releases/latest"),
        Role::Administrator => href!("/admin/people"),
    }
}

/// The home of whoever asks. Two roles with the same first page are one home.
pub fn of(actor: &Actor) -> Home {
    match actor {
        Actor::Stranger | Actor::Program { .. } | Actor::TapAddress { .. } => Home::Front,
        Actor::Device { practice, clinician, .. } => {
            Home::At(href!("/practices").seg(practice).seg("clinicians").seg(clinician))
        }
        Actor::Display { practice, desk, .. } => {
            let page = if *desk { "desk" } else { "display" };
            Home::At(href!("/practices").seg(practice).seg(page))
        }
        Actor::Person { grants, .. } => {
            let mut pages: Vec<Href> = grants.iter().map(of_grant).collect();
            pages.dedup();
            match <[Href; 1]>::try_from(pages) {
                Ok([only]) => Home::At(only),
                Err(_) => Home::Choose,
            }
        }
    }
}

/// Where to go afterwards, in the address of a page that asks who somebody is.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    /// As it was sent.
    #[serde(default)]
    pub next: String,
}

/// The address to lead on to: one of ours, and not a page that only asks who somebody is.
pub fn onward(next: &str) -> Option<Href> {
    shell::own_path(next).filter(|href| !["/sign-in", "/unlock"].iter().any(|asking| href.as_str().starts_with(asking)))
}

#[cfg(test)]
mod tests {
    use entity::ids::{ClinicianId, DeviceId, PersonId};
    use uuid::Uuid;

    use super::*;

    fn home(grants: &[(Role, &str)]) -> String {
        let actor = Actor::Person {
            id: PersonId(Uuid::nil()),
            grants: grants
                .iter()
                .map(|(role, organisation)| Grant { role: *role, organisation: organisation.parse().unwrap() })
                .collect(),
        };
        of(&actor).href().to_string()
    }

    #[test]
    fn one_role_leads_home_and_several_to_the_choice() {
        assert_eq!(home(&[(Role::PracticeManager, "Z90001")]), "/practices/Z90001");
        assert_eq!(home(&[(Role::LmcOfficer, "wyre")]), "/lmc/wyre");
        assert_eq!(home(&[(Role::Administrator, "england")]), "/admin/people");
        assert_eq!(home(&[(Role::IcbAnalyst, "QA1"), (Role::IcbAnalyst, "QA2")]), "/releases/latest");
        assert_eq!(home(&[(Role::PracticeManager, "Z90001"), (Role::PracticeManager, "Z90002")]), "/roles");
        assert_eq!(home(&[]), "/roles");
    }

    #[test]
    fn a_device_leads_to_its_clinician_and_a_stranger_to_the_front() {
        let device = Actor::Device {
            id: DeviceId(Uuid::nil()),
            practice: "Z90001".parse().unwrap(),
            clinician: ClinicianId(Uuid::nil()),
        };
        let expected = format!("/practices/Z90001/clinicians/{}", Uuid::nil());
        assert_eq!(of(&device).href().as_str(), expected);
        assert_eq!(of(&Actor::Stranger), Home::Front);
    }

    #[test]
    fn signing_in_leads_on_to_pages_of_our_own_only() {
        assert_eq!(onward("/lmc/wyre?day=1").unwrap().as_str(), "/lmc/wyre?day=1");
        for elsewhere in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/sign-in?next=/x",
            "/unlock",
            "lmc",
        ] {
            assert_eq!(onward(elsewhere), None, "{elsewhere}");
        }
    }
}
