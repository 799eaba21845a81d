//! A letter as a file: tagged PDF, Word, plain text.

use axum::response::Response;

use crate::{
    domain::letter::{self, Form, Paper},
    error::AppError,
    exchange::{
        docx,
        pdf::{LetterData, paragraphs},
    },
    state::AppState,
    web::download,
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
            Self::Pdf => (download::PDF, "pdf"),
            Self::Word => ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
            Self::Text => ("text/plain; charset=utf-8", "txt"),
        }
    }
}

/// The file, to be kept. A text message is text alone.
pub(super) async fn answer(app: &AppState, paper: &Paper<'_>, kind: &str, file: File) -> Result<Response, AppError> {
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
    Ok(download::file(mime, &name, bytes))
}

async fn pdf(app: &AppState, paper: &Paper<'_>) -> Result<Vec<u8>, AppError> {
    let data = LetterData::of(paper);
    download::made(app, move || data.render()).await
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
    docx::write(&docx::Letter { head: &head, subject: paper.subject, paragraphs: &paragraphs(paper.body) })
        .map_err(|failed| AppError::Fault(failed.to_string()))
}
