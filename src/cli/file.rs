//! A file that a command is given: how it is called.

use std::path::Path;

/// Its name without its folder.
pub(super) fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
