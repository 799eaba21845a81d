//! Organisations by what a person remembers of them: a code, or words of a name.

use super::{
    OrganisationKind,
    view::{OrganisationOn, View},
};

impl View {
    /// Open organisations whose code is the text or whose name has all of its words, the likeliest first; of one kind, or
    /// of any. Nothing is looked for where the text is blank.
    pub fn find(&self, text: &str, kind: Option<OrganisationKind>, most: usize) -> Vec<&OrganisationOn> {
        let text = text.trim().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() {
            return Vec::new();
        }
        let kinds = OrganisationKind::ALL.into_iter().filter(|one| kind.is_none_or(|kind| kind == *one));
        let mut found: Vec<(u8, &OrganisationOn)> = kinds
            .flat_map(|kind| self.of_kind(kind))
            .filter_map(|one| Some((closeness(one, &text, &words)?, one)))
            .collect();
        found.sort_by(|(close, one), (other_close, other)| {
            (close, size(one.kind), &one.name, &one.code).cmp(&(
                other_close,
                size(other.kind),
                &other.name,
                &other.code,
            ))
        });
        found.into_iter().map(|(_, one)| one).take(most).collect()
    }
}

/// Areas before the practices in them.
fn size(kind: OrganisationKind) -> u8 {
    match kind {
        OrganisationKind::Lmc => 0,
        OrganisationKind::Icb => 1,
        OrganisationKind::Region => 2,
        OrganisationKind::SubIcb => 3,
        OrganisationKind::Pcn => 4,
        OrganisationKind::Practice => 5,
    }
}

fn closeness(one: &OrganisationOn, text: &str, words: &[&str]) -> Option<u8> {
    let (code, name) = (one.code.as_str().to_lowercase(), one.name.to_lowercase());
    if code == text || name == text {
        Some(0)
    } else if name.starts_with(text) || code.starts_with(text) {
        Some(1)
    } else {
        words.iter().all(|word| name.contains(word) || code.contains(word)).then_some(2)
    }
}
