//! Records of single organisations name the next one up and no more: what is above that is looked up.

use entity::ids::{LocalDate, OrgCode};

use super::{
    OrganisationKind::{self, Icb, Practice, Region, SubIcb},
    statement::Statement,
    tree::{Slot, Tree, Value, said},
};

/// The statements of a file, with the ICB and the region of each practice of which it says the sub-ICB location alone. They
/// are those that the file says of that location, or that are known of it.
pub fn completed(tree: &Tree, mut statements: Vec<Statement>, on: LocalDate) -> Vec<Statement> {
    let bare = |one: &Statement| {
        one.kind == Practice && matches!(one.parents.get(&SubIcb), Some(Some(_))) && !one.parents.contains_key(&Icb)
    };
    if !statements.iter().any(bare) {
        return statements;
    }
    let areas: Vec<Statement> = statements.iter().filter(|one| matches!(one.kind, SubIcb | Icb)).cloned().collect();
    let above = |code: &OrgCode, kind: OrganisationKind| {
        let stated = areas.iter().find(|area| area.code == *code).and_then(|area| area.parents.get(&kind));
        stated.cloned().flatten().or_else(|| parent(tree, code, kind, on))
    };
    for practice in statements.iter_mut().filter(|one| bare(one)) {
        let Some(Some(sub_icb)) = practice.parents.get(&SubIcb) else { continue };
        let Some(icb) = above(sub_icb, Icb) else { continue };
        let region = above(&icb, Region);
        practice.parents.insert(Icb, Some(icb));
        if let Some(region) = region {
            practice.parents.entry(Region).or_insert(Some(region));
        }
    }
    statements
}

fn parent(tree: &Tree, code: &OrgCode, kind: OrganisationKind, on: LocalDate) -> Option<OrgCode> {
    match said(tree.known(code)?.slot(Slot::Parent(kind)), on)?.value {
        Value::Parent(Some(id)) => tree.code(id).cloned(),
        _ => None,
    }
}
