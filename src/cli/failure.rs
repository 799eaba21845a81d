//! What went wrong with a command.

use crate::config::BadSetting;

/// Why a command failed, in a sentence for whoever typed it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// A setting.
    #[error(transparent)]
    Setting(#[from] BadSetting),
    /// The database.
    #[error("the database cannot be used: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// Anything of the service itself.
    #[error(transparent)]
    App(#[from] crate::error::AppError),
    /// The network.
    #[error("cannot listen on {address}: {why}{}", if_taken(.why))]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// Why not.
        why: std::io::Error,
    },
    /// A file or folder.
    #[error("{file}: {why}")]
    File {
        /// Which.
        file: String,
        /// Why not.
        why: std::io::Error,
    },
    /// What the command found or was told.
    #[error("{0}")]
    Said(String),
}

/// The likeliest reason is an earlier `serve`.
fn if_taken(why: &std::io::Error) -> &'static str {
    match why.kind() {
        std::io::ErrorKind::AddrInUse => ". Perhaps Headroom runs already; --listen 127.0.0.1:8026 takes another port",
        _ => "",
    }
}
