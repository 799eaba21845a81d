//! What a setting that cannot be used says to whoever gave it.

use std::io;

/// A setting that cannot be used, with the way to mend it.
#[derive(Debug, thiserror::Error)]
pub enum BadSetting {
    /// The settings file.
    #[error("the settings file {file} cannot be used: {why}")]
    File {
        /// Path as given.
        file: String,
        /// Reason with line and column where it is a matter of form.
        why: String,
    },
    /// One setting.
    #[error("{name} is {value:?}: {why}")]
    Value {
        /// Flag.
        name: &'static str,
        /// As given; passwords are cut out.
        value: String,
        /// What would be right.
        why: &'static str,
    },
    /// A key file.
    #[error("the key file {file} cannot be used: {why}")]
    Key {
        /// Path.
        file: String,
        /// Reason.
        why: String,
    },
    /// The data folder.
    #[error("the data folder {folder} cannot be used: {why}")]
    Folder {
        /// Path.
        folder: String,
        /// Reason.
        why: io::Error,
    },
}
