//! Why the provider let nobody in.

/// Why the provider let nobody in. For the log; it repeats nothing that names a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderFault {
    /// It does not answer, answers nonsense, or does not know us: nobody can sign in by it now.
    #[error("the organisation's sign-in cannot be used: {0}")]
    Away(String),
    /// It answered, and its answer lets this one in not.
    #[error("an answer of the organisation's sign-in was refused: {0}")]
    Refused(String),
}
