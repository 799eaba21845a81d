//! A letter as a file: tagged PDF, Word, plain text.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    domain::letter::{self, Paper, book::Form},
    error::AppError,
    exchange::{
        docx,
        pdf::{self, Template},
    },
    state::AppState,
};

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum File {
    Pdf,
    Word,
    Text,
}

impl File {
    /// By the last part of its address.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "letter.pdf" => Some(Self::Pdf),
            "letter.docx" => Some(Self::Word),
            "letter.txt" => Some(Self::Text),
            _ => None,
        }
    }

    fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Pdf => ("application/pdf", "pdf"),
            Self::Word => (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "docx",
            ),
            Self::Text => ("text/plain; charset=utf-8", "txt"),
        }
    }
}

#[derive(Debug, Serialize)]
struct Data {
    form: &'static str,
    practice: String,
    ods: String,
    dated: String,
    recipient: String,
    subject: String,
    paragraphs: Vec<Vec<String>>,
}

/// The paragraphs, each as its lines.
pub(super) fn paragraphs(body: &str) -> Vec<Vec<String>> {
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

/// The file, to be kept. A text message is text alone.
pub(super) async fn answer(
    app: &AppState,
    paper: &Paper<'_>,
    kind: &str,
    file: File,
) -> Result<Response, AppError> {
    if paper.form == Form::Sms && file != File::Text {
        return Err(AppError::NotFound);
    }
    let bytes = match file {
        File::Pdf => pdf(app, paper).await?,
        File::Word => word(paper)?,
        File::Text => letter::plain_text(paper).into_bytes(),
    };
    let (mime, ending) = file.kind();
    let name = format!("{kind}-{}-{}.{ending}", paper.ods, paper.dated_on);
    Ok((
        [
            (header::CONTENT_TYPE, mime.to_owned()),
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}\""),
            ),
        ],
        bytes,
    )
        .into_response())
}

async fn pdf(app: &AppState, paper: &Paper<'_>) -> Result<Vec<u8>, AppError> {
    let data = Data {
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
    };
    // Setting a page takes a core for a while: one at a time beside the hashing of passwords.
    let turn = app.hashing.acquire().await;
    let made = tokio::task::spawn_blocking(move || pdf::render(Template::Letter, &data)).await;
    drop(turn);
    made.map_err(|error| AppError::Fault(error.to_string()))?
        .map_err(|failed| AppError::Fault(failed.to_string()))
}

fn word(paper: &Paper<'_>) -> Result<Vec<u8>, AppError> {
    let head = match paper.form {
        Form::Letter => vec![
            format!("{} ({})", paper.practice, paper.ods),
            paper.dated_on.written(),
            format!("To: {}", paper.recipient),
        ],
        Form::Poster | Form::Sms => Vec::new(),
    };
    docx::write(&docx::Letter {
        head: &head,
        subject: paper.subject,
        paragraphs: &paragraphs(paper.body),
    })
    .map_err(|failed| AppError::Fault(failed.to_string()))
}
