//! One file of a form or a body, of which no more is kept than is ever taken.

use axum::{
    RequestExt,
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use futures::{Stream, TryStreamExt};

use crate::{error::AppError, state::AppState};

/// Bytes that are read; what lies beyond what is kept is counted and dropped.
const MOST_READ: usize = 32 * 1024 * 1024;

fn cut_off<E>(_: E) -> AppError {
    AppError::Malformed("the file was cut off, is larger than is taken here, or is not a form".into())
}

/// The field `file` of a form, or one byte more than `most`, so that a larger one is told apart; nothing where none was
/// chosen.
///
/// # Errors
/// [`AppError::Malformed`] where it was cut off, or is no form.
pub async fn of_form(app: &AppState, request: Request, most: usize) -> Result<Option<Vec<u8>>, AppError> {
    let mut form = Multipart::from_request(request, app).await.map_err(cut_off)?;
    while let Some(field) = form.next_field().await.map_err(cut_off)? {
        if field.name() == Some("file") {
            return kept(field.map_err(cut_off), most).await;
        }
    }
    Ok(None)
}

/// The same, or the body itself where it says that it is one of these kinds.
///
/// # Errors
/// As [`of_form`].
pub async fn of_form_or_body(
    app: &AppState,
    request: Request,
    (kinds, most): (&[&str], usize),
) -> Result<Option<Vec<u8>>, AppError> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kinds.contains(&kind) {
        return kept(request.into_limited_body().into_data_stream().map_err(cut_off), most).await;
    }
    of_form(app, request, most).await
}

async fn kept(
    mut bytes: impl Stream<Item = Result<Bytes, AppError>> + Unpin,
    most: usize,
) -> Result<Option<Vec<u8>>, AppError> {
    let (mut kept, mut read, most) = (Vec::new(), 0_usize, most.saturating_add(1));
    while let Some(some) = bytes.try_next().await? {
        read = read.saturating_add(some.len());
        let room = most.saturating_sub(kept.len()).min(some.len());
        kept.extend(some.iter().take(room));
        if read > MOST_READ {
            break;
        }
    }
    Ok((!kept.is_empty()).then_some(kept))
}
