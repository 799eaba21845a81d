//! One file of a form or a body, of which no more is kept than is ever taken.

use axum::{
    RequestExt,
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use futures::{Stream, StreamExt, TryStreamExt, stream};

use crate::error::AppError;

/// Bytes that are read; what lies beyond what is kept is counted and dropped.
const MOST_READ: usize = 32 * 1024 * 1024;

fn cut_off<E>(_: E) -> AppError {
    AppError::Malformed("the file was cut off, is larger than is taken here, or is not a form".into())
}

/// A form with files, of which what comes is taken a piece at a time: left alone, the reader of forms keeps in memory whatever
/// is there already, a whole file of somebody whose network is faster than the disk.
///
/// # Errors
/// [`AppError::Malformed`] where it is no form.
pub async fn form(request: Request) -> Result<Multipart, AppError> {
    let request = request.map(|body| {
        let pieces = (body.into_data_stream(), false);
        Body::from_stream(stream::unfold(pieces, async |(mut pieces, has_given)| {
            // What has nothing ready now is asked again when what it gave was read.
            if has_given {
                tokio::task::yield_now().await;
            }
            pieces.next().await.map(|piece| (piece, (pieces, true)))
        }))
    });
    Multipart::from_request(request, &()).await.map_err(cut_off)
}

/// The field `file` of a form, or one byte more than `most`, so that a larger one is told apart; nothing where none was
/// chosen.
///
/// # Errors
/// [`AppError::Malformed`] where it was cut off, or is no form.
pub async fn of_form(request: Request, most: usize) -> Result<Option<Vec<u8>>, AppError> {
    let mut form = form(request).await?;
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
pub async fn of_form_or_body(request: Request, (kinds, most): (&[&str], usize)) -> Result<Option<Vec<u8>>, AppError> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kinds.contains(&kind) {
        return kept(request.into_limited_body().into_data_stream().map_err(cut_off), most).await;
    }
    of_form(request, most).await
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

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    /// Of a body that is there as a whole no more is taken than what was asked for.
    #[tokio::test]
    async fn a_form_is_read_a_piece_at_a_time() {
        let taken = Arc::new(AtomicUsize::new(0));
        let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
        let pieces = stream::iter([Bytes::from(head)]).chain(stream::repeat(Bytes::from(vec![b'x'; 1 << 16])).take(20));
        let pieces = pieces.chain(stream::iter([Bytes::from("\r\n--edge--\r\n")])).inspect({
            let taken = Arc::clone(&taken);
            move |_| {
                taken.fetch_add(1, Ordering::Relaxed);
            }
        });
        let body = Body::from_stream(pieces.map(Ok::<_, std::convert::Infallible>));
        let request = Request::post("/").header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
        let mut form = form(request.body(body).unwrap()).await.unwrap();
        let mut field = form.next_field().await.unwrap().unwrap();
        let mut bytes = 0;
        while let Some(some) = field.chunk().await.unwrap() {
            bytes += some.len();
            let most = 4 + bytes / (1 << 16);
            assert!(taken.load(Ordering::Relaxed) <= most, "{most}");
        }
        assert_eq!(bytes, 20 << 16);
    }
}
