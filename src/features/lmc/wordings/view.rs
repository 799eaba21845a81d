//! The letters of an LMC, with the wording of each.

use entity::ids::OrgCode;
use maud::{Markup, html};

use crate::{
    domain::letter::book::LetterKind,
    href,
    store::letters::Versions,
    ui::{
        href::Href,
        parts,
        sections::Section,
        sheet::Sheet,
        table::{table, words},
    },
};

pub(super) fn base(lmc: &OrgCode) -> Href {
    href!("/lmc").seg(lmc).seg("letters")
}

/// Every letter of an LMC.
pub(super) fn list(base: &Href, kinds: &[LetterKind], all: &Versions) -> Sheet {
    let rows: Vec<Vec<Markup>> = kinds
        .iter()
        .map(|kind| {
            let newest = all.get(&kind.code).and_then(|versions| versions.last());
            vec![
                html! { a href=(base.clone().seg(&kind.code)) { (kind.title) } br; (parts::small(&kind.to)) },
                html! {
                    @match newest.filter(|newest| newest.text.is_some()) {
                        Some(own) => { "LMC version " (own.version) ", " (own.effective_on.short()) }
                        None => { "National version " (kind.version) }
                    }
                },
            ]
        })
        .collect();
    Sheet::new(Section::Letters, "Letters").content(html! {
        (parts::lede(&html! {
            "The wording you offer your practices. Each practice decides alone whether it writes a letter and in which words; you do not see its letters."
        }))
        (table("Letters and their wording", &[words("Letter"), words("Wording now")], &rows))
    })
}
