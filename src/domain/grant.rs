//! Which roles can be given where, and which exclude each other.

use entity::ids::{OdsCode, OrgCode};

use super::{
    access::{Grant, Role},
    organisation::{OrganisationKind, PracticeOn, View},
};

/// Where an administrator's role is held.
pub const SERVICE: &str = "england";

/// The organisation in which a role is to be held, if it is one of the right kind in the tree.
///
/// # Errors
/// A sentence for the person who typed the code.
pub fn organisation_for(role: Role, text: &str, tree: &View) -> Result<OrgCode, &'static str> {
    let text = text.trim();
    let Some(kind) = role.held_in() else {
        return match text {
            "" | SERVICE => SERVICE.parse().map_err(|_| "Leave the organisation empty"),
            _ => Err("This role looks after the whole service: leave the organisation empty"),
        };
    };
    let found = match kind {
        OrganisationKind::Practice => open_practice(text, tree).or_else(|| of_kind(text, kind, tree)),
        _ => of_kind(text, kind, tree),
    };
    found.ok_or(match kind {
        OrganisationKind::Practice => "Enter the code of an open practice, such as F84006",
        OrganisationKind::Lmc => "Enter the short name of an LMC, such as newham",
        _ => "Enter the code of an ICB, such as QMJ",
    })
}

fn open_practice(text: &str, tree: &View) -> Option<OrgCode> {
    let code = text.to_ascii_uppercase().parse::<OdsCode>().ok()?;
    tree.practice(&code).is_some_and(PracticeOn::is_open).then(|| code.into())
}

/// Codes are taken as they are written in the tree; people type them in any case. A whole name that only one has is as
/// good as its code.
fn of_kind(text: &str, kind: OrganisationKind, tree: &View) -> Option<OrgCode> {
    let by_code = tree.of_kind(kind).find(|found| found.code.as_str().eq_ignore_ascii_case(text));
    let by_name = || {
        let mut named = tree.of_kind(kind).filter(|found| found.name.eq_ignore_ascii_case(text));
        named.next().filter(|_| named.next().is_none())
    };
    by_code.or_else(by_name).map(|found| found.code.clone())
}

/// Why no organisation was taken, with those that may have been meant, or with where codes can be found.
pub fn suggestions(role: Role, text: &str, tree: &View) -> String {
    let Some(kind) = role.held_in() else {
        return String::new();
    };
    near(role, text, tree).map_or_else(
        || {
            format!(
                ". `headroom organisations find NAME --kind {kind}` finds codes by names, and so does the page \
                 Organisations"
            )
        },
        |near| format!(". {near}"),
    )
}

/// Those that may have been meant, as a question; nothing where none is near.
pub fn near(role: Role, text: &str, tree: &View) -> Option<String> {
    /// Organisations that are named.
    const MOST: usize = 5;
    let found = tree.find(text, Some(role.held_in()?), MOST);
    let near: Vec<String> = found.into_iter().map(|found| format!("{} ({})", found.code, found.name)).collect();
    (!near.is_empty()).then(|| format!("Did you mean {}?", near.join(", ")))
}

/// Whether a role would let one person see both what practices show their LMC and what an ICB may see. Only a declared
/// conflict of interests, put on record by an administrator, allows both.
pub fn conflicts(held: &[Grant], role: Role) -> bool {
    let sides = || held.iter().filter_map(|grant| grant.role.side());
    role.side().is_some_and(|side| sides().any(|other| other != side))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(roles: &[Role]) -> Vec<Grant> {
        roles.iter().map(|role| Grant { role: *role, organisation: "X1".parse().unwrap() }).collect()
    }

    #[test]
    fn an_icb_role_excludes_practice_and_lmc_roles_in_both_directions() {
        for near in [Role::PracticeManager, Role::LmcOfficer] {
            assert!(conflicts(&holds(&[Role::Administrator, near]), Role::IcbAnalyst));
            assert!(conflicts(&holds(&[Role::IcbAnalyst]), near));
        }
        assert!(!conflicts(&holds(&[Role::PracticeManager]), Role::LmcOfficer));
        assert!(!conflicts(&holds(&[Role::IcbAnalyst]), Role::IcbAnalyst));
        assert!(!conflicts(&holds(&Role::ALL), Role::Administrator));
        assert!(!conflicts(&[], Role::IcbAnalyst));
    }
}
