//! Pages of an LMC's questions.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    domain::question::{
        Answer, AnswerFigure, LEAST_NUMBERS, LONGEST_OPTION, LONGEST_WORDING, MOST, OPTIONS, Question, QuestionKind,
        Results, Spread, Stage,
    },
    error::FieldError,
    ui::{
        figures,
        form::{self, Button, Choice, Field},
        href::Href,
        parts::{self, TagKind, small, tag},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// One question in the list.
pub(super) struct Line<'a> {
    pub(super) question: &'a Question,
    pub(super) results: Results,
}

pub(super) fn list(base: &Href, lines: &[Line<'_>], today: LocalDate) -> Sheet {
    let mut weeks: Vec<LocalDate> = lines.iter().map(|line| line.question.week_ending).collect();
    weeks.dedup();
    Sheet::new(Section::Questions, "Questions").content(html! {
        (parts::lede(&html! {
            "Up to six short questions a week, shown to your practices with their weekly return. Each can be skipped."
        }))
        (parts::actions(&html! {
            (form::button_link(Button::Primary, "New question", &base.clone().seg("new")))
            (form::button_link(Button::Secondary, "Questions about a draft network scheme", &base.clone().seg("network")))
        }))
        @if lines.is_empty() { (parts::panel("Your questions", &html! { p { "You have asked none." } })) }
        @for week in weeks {
            @let of_week: Vec<&Line<'_>> = lines.iter().filter(|line| line.question.week_ending == week).collect();
            (parts::panel(&format!("Week to {}", week.written()), &html! {
                (rows(base, &of_week, week, today))
                p .hr-small .nhsuk-u-margin-bottom-0 { (of_week.len()) " of " (MOST) " questions." }
            }))
        }
    })
}

fn rows(base: &Href, lines: &[&Line<'_>], week: LocalDate, today: LocalDate) -> Markup {
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|line| {
            let question = line.question;
            vec![
                html! {
                    a href=(base.clone().seg(question.id)) { (question.wording) }
                    br; (stage(question, today)) " " (small(&dates(question)))
                },
                html! { (line.results.rate()) },
            ]
        })
        .collect();
    table(&format!("Questions of the week to {}", week.written()), &[words("Question"), words("Answers")], &rows)
}

fn stage(question: &Question, today: LocalDate) -> Markup {
    match question.stage(today) {
        Stage::Ahead => tag(TagKind::Quiet, "Not open yet"),
        Stage::Open => tag(TagKind::Run, "Open"),
        Stage::Closed => tag(TagKind::Quiet, "Closed"),
    }
}

fn dates(question: &Question) -> String {
    let (opens, closes) = (question.opens_on.short(), question.closes_on.short());
    format!("{opens} to {closes}")
}

/// One question with what an LMC may read of its answers.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) question: Question,
    pub(super) results: Results,
    /// By the name of the practice; nothing of texts, which are shown without names. Who skipped it is a number.
    pub(super) named: Vec<(OdsCode, String, Answer)>,
    /// Whose answers are read, named or not: each is told so.
    pub(super) told: Vec<OdsCode>,
}

pub(super) fn one(base: &Href, read: &Read, today: LocalDate) -> Sheet {
    let question = &read.question;
    Sheet::new(Section::Questions, &question.wording).back(base, "Questions").content(html! {
        (parts::lede(&html! { (stage(question, today)) " Week to " (question.week_ending.written()) ", open " (dates(question)) "." }))
        (parts::two_columns(
            &html! {
                (parts::panel("Answers", &html! {
                    p { strong { (read.results.rate()) } }
                    (figure(&read.results))
                }))
                (named(read))
            },
            &who(read),
        ))
    })
}

fn who(read: &Read) -> Markup {
    parts::panel(
        "What is counted",
        &html! {
            p {
                (read.results.sharing) " of " (read.results.all) " practices share their record with you: "
                (read.results.answered) " of them answered, " (read.results.skipped) " skipped the question, "
                (read.results.waiting()) " did neither; " (read.results.not_sharing())
                " do not share, and of those nothing is counted, whatever they answered."
            }
            p { "Which practices skipped it is not shown, only how many." }
            @if read.question.kind == QuestionKind::Text { p { "Texts are shown without the practice’s name, in the order of the alphabet." } }
            p { "Each practice whose answer is shown sees that you looked today." }
            p .nhsuk-u-margin-bottom-0 { "No ICB, release or other reader sees any of this." }
        },
    )
}

fn figure(results: &Results) -> Markup {
    match &results.figure {
        AnswerFigure::Counts(counts) => {
            let rows: Vec<Vec<Markup>> =
                counts.iter().map(|(answer, n)| vec![html! { (answer) }, html! { (n) }]).collect();
            table("Answers", &[words("Answer"), numbers("Practices")], &rows)
        }
        AnswerFigure::Spread(Some(spread)) => median(spread),
        AnswerFigure::Spread(None) => html! {
            p { "A median and a range are shown from " (LEAST_NUMBERS) " answers on." }
        },
        AnswerFigure::Texts(texts) => html! {
            @if texts.is_empty() { p { "No text yet." } }
            @else { ul { @for text in texts { li { (text) } } } }
        },
    }
}

fn median(spread: &Spread) -> Markup {
    let range = html! { "median; from " (spread.least) " to " (spread.most) };
    figures::big_number(&spread.median.to_string(), &range)
}

fn named(read: &Read) -> Markup {
    let rows: Vec<Vec<Markup>> = read
        .named
        .iter()
        .map(|(_, name, answer)| vec![html! { (name) }, html! { (read.question.words(answer)) }])
        .collect();
    html! {
        @if !rows.is_empty() {
            (parts::panel("What each has answered", &table(
                "What practices that share have answered",
                &[words("Practice"), words("Answer")],
                &rows,
            )))
        }
    }
}

/// The form of a question, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct QuestionForm {
    pub(super) id: String,
    pub(super) week_ending: String,
    pub(super) opens_on: String,
    pub(super) closes_on: String,
    pub(super) kind: String,
    pub(super) wording: String,
    pub(super) option: Vec<String>,
}

pub(super) fn form(base: &Href, typed: &QuestionForm, errors: &[FieldError]) -> Sheet {
    Sheet::new(Section::Questions, "New question").back(base, "Questions").errors(errors).content(html! {
        (parts::lede(&html! {
            "Practices see it with their weekly return until it closes, and who will see their answer. A question that is asked cannot be changed."
        }))
        (parts::panel("The question", &html! {
            form method="post" action=(base) novalidate {
                (form::hidden("id", &typed.id))
                (what(typed, errors))
                (when((&typed.week_ending, &typed.opens_on, &typed.closes_on), errors))
                (form::button(Button::Primary, "Ask it"))
            }
        }))
    })
}

fn what(typed: &QuestionForm, errors: &[FieldError]) -> Markup {
    let kinds: Vec<Choice<'_>> =
        QuestionKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.title(), &typed.kind)).collect();
    let labels: Vec<(String, String)> =
        (1..=OPTIONS.1).map(|at| (format!("option-{at}"), format!("Option {at}"))).collect();
    html! {
        (form::text(&Field::new("wording", "Question").hint("Short and in plain words. No patient data, and nothing that asks what a practice means to refuse.").value(&typed.wording).maxlength(LONGEST_WORDING).errors(errors).required()))
        (form::radios(&Field::new("kind", "What is asked for").errors(errors).required(), &kinds))
        (form::fieldset("Options, for a choice", &html! {
            @for (at, (id, label)) in labels.iter().enumerate() {
                // The first has the field's name as its id, so that an error summary can lead to it.
                @let field = if at == 0 { Field::new("option", label).errors(errors) } else { Field::new("option", label).id(id) };
                (form::text(&field.value(typed.option.get(at).map_or("", String::as_str)).maxlength(LONGEST_OPTION)))
            }
        }))
    }
}

/// The days: week, first, last.
pub(super) fn when((week_ending, opens_on, closes_on): (&str, &str, &str), errors: &[FieldError]) -> Markup {
    html! {
        (form::date(&Field::new("week_ending", "Week ending").hint("A Friday.").value(week_ending).errors(errors).required()))
        (form::date(&Field::new("opens_on", "Opens on").value(opens_on).errors(errors).required()))
        (form::date(&Field::new("closes_on", "Closes on").hint("The last day on which it can be answered.").value(closes_on).errors(errors).required()))
    }
}
