//! Why a document could not be set.

/// Why there is no document. Its parts are ours, so this is a fault of ours. It is logged, so it says nothing of the
/// text: what the writer says may repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// A font inside the binary cannot be read.
    #[error("the document could not be set: its fonts cannot be read")]
    Fonts,
    /// The writer does not know the standard or the size of the page.
    #[error("the document could not be set: the writer does not take its settings")]
    Settings,
    /// The writer found what PDF/UA-1 does not allow.
    #[error("the document could not be set: {mistakes} mistake(s) against PDF/UA-1")]
    Refused {
        /// How many.
        mistakes: usize,
    },
}
