//! A page as its view draws it, before the frame of whoever reads it: what it is called, where it belongs, what is wrong
//! with its form. The window's title, the summary of what is wrong and the status of the answer follow from one list of
//! errors, so that none of them can be forgotten.

use maud::{Markup, html};

use super::{form, href::Href, layout::Said, parts, sections::Section};
use crate::error::FieldError;

/// A page before its frame.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The part of its place that it belongs to.
    pub section: Section,
    /// The stream that keeps it true.
    pub live: Option<Href>,
    /// Where a script has its say.
    pub said: Said,
    /// Whether it may be handed round when it is printed: made of releases alone.
    pub handout: bool,
    /// Whether it is a small window, without header and navigation.
    pub small: bool,
    title: String,
    heading: Option<String>,
    back: Option<Markup>,
    refused: bool,
    /// What is wrong with its form, where something is.
    summary: Option<Markup>,
    done: Option<String>,
    content: Markup,
}

impl Sheet {
    /// A page of a section under a title, which is also its heading.
    pub fn new(section: Section, title: impl Into<String>) -> Self {
        let title = title.into();
        Self {
            section,
            live: None,
            said: Said::Above,
            handout: false,
            small: false,
            heading: Some(title.clone()),
            title,
            back: None,
            refused: false,
            summary: None,
            done: None,
            content: html! {},
        }
    }

    /// A page that belongs to no section.
    pub fn outside(title: impl Into<String>) -> Self {
        Self::new(Section::Elsewhere, title)
    }

    /// A heading that differs from the window's title.
    #[must_use]
    pub fn heading(self, heading: impl Into<String>) -> Self {
        Self { heading: Some(heading.into()), ..self }
    }

    /// The content has a heading of its own.
    #[must_use]
    pub fn own_heading(self) -> Self {
        Self { heading: None, ..self }
    }

    /// The page it was reached from, and what that is called.
    #[must_use]
    pub fn back(self, href: &Href, to: &str) -> Self {
        Self { back: Some(parts::back_link(href, to)), ..self }
    }

    /// What is wrong with its form; nothing is wrong where there are none.
    #[must_use]
    pub fn errors(self, errors: &[FieldError]) -> Self {
        let summary = (!errors.is_empty()).then(|| form::error_summary(errors));
        Self { refused: self.refused || summary.is_some(), summary, ..self }
    }

    /// What was sent cannot be taken, and the page itself says why.
    #[must_use]
    pub fn refused(self) -> Self {
        Self { refused: true, ..self }
    }

    /// What has just been done, where something was.
    #[must_use]
    pub fn done(self, said: Option<&str>) -> Self {
        Self { done: said.map(str::to_owned), ..self }
    }

    /// The stream that keeps it true.
    #[must_use]
    pub fn live(self, stream: impl Into<Option<Href>>) -> Self {
        Self { live: stream.into(), ..self }
    }

    /// Something on it must not move: what a script has to say stands in the content's own places.
    #[must_use]
    pub fn steady(self) -> Self {
        Self { said: Said::Below, ..self }
    }

    /// It may be handed round when it is printed.
    #[must_use]
    pub fn handout(self) -> Self {
        Self { handout: true, ..self }
    }

    /// It is a small window beside another program.
    #[must_use]
    pub fn small(self) -> Self {
        Self { small: true, ..self }
    }

    /// What stands under its heading.
    #[must_use]
    pub fn content(self, content: Markup) -> Self {
        Self { content, ..self }
    }

    /// Something that stands above all of it.
    #[must_use]
    pub fn above(self, said: &Markup) -> Self {
        let content = html! { (said) (self.content) };
        Self { content, ..self }
    }

    /// Whether what was sent cannot be taken.
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    /// The window's title.
    pub fn title(&self) -> String {
        if self.is_refused() { format!("Error: {}", self.title) } else { self.title.clone() }
    }

    /// The main part of the page.
    pub fn main(&self) -> Markup {
        html! {
            @if let Some(back) = &self.back { (back) }
            @if let Some(summary) = &self.summary { (summary) }
            @if let Some(heading) = &self.heading { (parts::heading(heading)) }
            @if let Some(done) = &self.done { (parts::inset(&html! { p { (done) } })) }
            (self.content)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
