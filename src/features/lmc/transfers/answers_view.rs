//! Answers on pathways, as an area's practices logged them: by provider and department, whoever paused what.

use entity::ids::OrgCode;
use maud::{Markup, html};

use super::desk_view::{AnswerLine, Desk, base, part};
use crate::ui::{
    parts::{self, small},
    table::{numbers, table, words},
};

/// Pathways before "more".
const FEW: usize = 10;

/// The panel's content; nothing where no answer was logged.
pub(super) fn answers(lmc: &OrgCode, desk: &Desk) -> Option<Markup> {
    if desk.answers.is_empty() {
        return None;
    }
    let (first, more) = desk.answers.split_at_checked(FEW).unwrap_or((&desk.answers, &[]));
    let columns = [words("Pathway"), numbers("Answers")];
    let rows = |some: &[AnswerLine]| some.iter().map(|one| row(lmc, one)).collect::<Vec<_>>();
    Some(html! {
        p { "Replies to advice that came late or were none, and referrals that came back, by provider and department. Reported by practices that opened their log, unverified; which practice paused a pathway is in its register." }
        (table("Answers by provider and department", &columns, &rows(first)))
        @if !more.is_empty() {
            (parts::details(&format!("{} more", more.len()), &table("More answers", &columns, &rows(more))))
        }
        (crate::ui::answers::duties(&desk.book, &desk.book.answer_duties(desk.period.1)))
    })
}

fn row(lmc: &OrgCode, line: &AnswerLine) -> Vec<Markup> {
    let provider = base(lmc).seg("provider").query("provider", &line.provider.key);
    let practices = if line.practices == 1 { "1 practice".to_owned() } else { format!("{} practices", line.practices) };
    vec![
        html! {
            (part(line.department.as_deref())) br; span .hr-small { a href=(provider) { (line.provider.name) } }
            @for (label, _, n) in &line.kinds { br; (small(&format!("{label}: {n}"))) }
        },
        html! { (line.items) br; (small(&practices)) },
    ]
}
