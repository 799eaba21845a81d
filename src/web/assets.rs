//! Stylesheets and scripts out of the binary, under addresses that change with their content.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{error::AppError, ui::assets};

/// One asset. Its address holds a digest of its bytes, so it may be kept for ever.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = assets::find(&name) else {
        return AppError::NotFound.into_response();
    };
    let kept = [
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ETAG, asset.etag),
        (header::CONTENT_TYPE, asset.content_type),
    ];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|seen| seen.as_bytes() == asset.etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, asset.bytes.into_owned()).into_response()
}
