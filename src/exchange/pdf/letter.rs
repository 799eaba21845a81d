//! A letter or a poster as its template reads it.

use serde::Serialize;

use super::{Failed, Template, render};
use crate::domain::letter::{Paper, book::Form};

/// What the template of a letter is given. It owns its texts, so that it can go to a thread that may block.
#[derive(Debug, Clone, Serialize)]
pub struct LetterData {
    form: &'static str,
    practice: String,
    ods: String,
    dated: String,
    recipient: String,
    subject: String,
    paragraphs: Vec<Vec<String>>,
}

impl LetterData {
    /// A letter as it goes out.
    pub fn of(paper: &Paper<'_>) -> Self {
        Self {
            form: match paper.form {
                Form::Poster => "poster",
                Form::Letter | Form::Sms => "letter",
            },
            practice: paper.practice.to_owned(),
            ods: paper.ods.to_owned(),
            dated: paper.dated_on.written(),
            recipient: paper.recipient.to_owned(),
            subject: paper.subject.to_owned(),
            paragraphs: paragraphs(paper.body),
        }
    }

    /// Sets it: see [`render`].
    ///
    /// # Errors
    /// As [`render`].
    pub fn render(&self) -> Result<Vec<u8>, Failed> {
        render(Template::Letter, self)
    }
}

/// The paragraphs of a letter, each as its lines.
pub fn paragraphs(body: &str) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    for line in body.lines() {
        match all.last_mut() {
            Some(lines) if !line.trim().is_empty() => lines.push(line.to_owned()),
            Some(lines) if lines.is_empty() => {}
            _ => all.push(Vec::new()),
        }
    }
    all.retain(|lines| !lines.is_empty());
    all
}
