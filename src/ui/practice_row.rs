//! One practice as its LMC sees it. The LMC's page and the practice's own preview of it call the same function, so that
//! they cannot differ.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use super::{
    parts::small,
    register,
    table::{numbers, table, words},
};
use crate::domain::register::{Ground, Line, heard_on};

/// What an LMC is told of one practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeRow {
    /// Its code.
    pub code: OdsCode,
    /// Its name.
    pub name: String,
    /// When it was last heard from; nothing if it never was.
    pub heard_on: Option<LocalDate>,
    /// What it does, as far as an LMC may see it.
    pub lines: Vec<Line>,
}

impl PracticeRow {
    /// What an LMC sees of a practice that consents. `answered` are the days on which it answered a week. Of a practice
    /// that does not consent, an LMC sees the rows it entered itself: hand in those alone, and no answers.
    pub fn seen_by_lmc(
        code: &OdsCode,
        name: &str,
        ground: &Ground<'_>,
        answered: &[LocalDate],
    ) -> Self {
        Self {
            code: code.clone(),
            name: name.to_owned(),
            heard_on: heard_on(ground.rows, answered),
            lines: ground.seen_by_lmc(),
        }
    }
}

/// The practice in a box of its own, under a third-level heading.
pub fn practice_row(row: &PracticeRow) -> Markup {
    let caption = format!("What {} does", row.name);
    let rows: Vec<Vec<Markup>> = row.lines.iter().map(cells).collect();
    html! {
        article .hr-card {
            h3 { (row.name) " " (small(row.code.as_str())) }
            p .hr-card__q {
                @match row.heard_on {
                    Some(day) => { "Heard from on " (day.written()) },
                    None => { "Not heard from yet" },
                }
            }
            @if rows.is_empty() {
                p .hr-small { "No item is recorded that can be shown." }
            } @else {
                (table(&caption, &[words("Item"), words("State"), numbers("Since")], &rows))
            }
        }
    }
}

fn cells(line: &Line) -> Vec<Markup> {
    vec![
        register::name_with_source(line),
        register::state(line),
        html! { (register::when(line)) },
    ]
}

#[cfg(test)]
mod tests {
    use entity::ids::{StatusId, SubjectId};
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        catalogue::Status,
        register::{Entry, Source, When},
    };

    #[test]
    fn a_row_says_the_item_its_state_and_who_said_so() {
        let row = PracticeRow {
            code: "Z90001".parse().unwrap(),
            name: "Alder <Lane>".to_owned(),
            heard_on: LocalDate::new(2026, 11, 20),
            lines: vec![Line {
                item: "voluntary-services".parse().unwrap(),
                title: "Voluntary services".to_owned(),
                subject: Some((SubjectId(Uuid::now_v7()), "ECGs".to_owned())),
                entry: Some(Entry {
                    id: StatusId(Uuid::now_v7()),
                    status: Status::PausingFrom,
                    tag: "Notice served".to_owned(),
                    when: When::Ends(LocalDate::new(2026, 12, 1).unwrap()),
                    about: true,
                    notice_served_on: LocalDate::new(2026, 9, 1),
                    source: Source::Telephone,
                }),
            }],
        };
        let page = practice_row(&row).into_string();
        for text in [
            "Alder &lt;Lane&gt;",
            "Heard from on 20 November 2026",
            "Voluntary services: ECGs",
            "told by telephone, not confirmed yet",
            "Notice served",
            "ends about Dec 2026",
        ] {
            assert!(page.contains(text), "{text} in {page}");
        }
    }
}
