//! What can go wrong, as a closed set. How it is shown is a matter of `web`.

use std::borrow::Cow;

use sea_orm::{DbErr, RuntimeErr};

/// One thing wrong with one field of a form or body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field as sent.
    pub field: Cow<'static, str>,
    /// A sentence for the person who filled it in.
    pub message: Cow<'static, str>,
}

impl FieldError {
    /// A message for a field.
    pub fn new(field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is nothing there, or nothing for this reader.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in.
    #[error("sign in first")]
    SignInFirst,
    /// Signed in, but not this person's to do.
    #[error("not yours to do")]
    NotYours,
    /// A request that another site may have caused.
    #[error("cross-site request refused")]
    CrossSite,
    /// Fields that cannot be taken as they are.
    #[error("{} field(s) refused", .0.len())]
    Invalid(Vec<FieldError>),
    /// The body or path is not of the expected form.
    #[error("malformed request: {0}")]
    Malformed(Cow<'static, str>),
    /// The same id was used for something else before.
    #[error("this id was used for something else")]
    IdReused,
    /// The state does not allow it.
    #[error("{0}")]
    Conflict(&'static str),
    /// Too many tries in a short time.
    #[error("too many tries")]
    TooManyTries {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The database is busy or away.
    #[error("temporarily unavailable")]
    Unavailable {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The disk is full.
    #[error("no space left to store it")]
    NoSpace,
    /// A fault of ours. Logged once with its cause, shown with a reference only.
    #[error("internal fault: {0}")]
    Fault(String),
}

impl AppError {
    /// One field refused.
    pub fn field(
        field: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// The closed set of machine-readable references, shown as the problem's `type`.
    pub fn reference(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::SignInFirst => "sign-in-first",
            Self::NotYours => "not-yours",
            Self::CrossSite => "cross-site",
            Self::Invalid(_) => "invalid-fields",
            Self::Malformed(_) => "malformed",
            Self::IdReused => "id-reused",
            Self::Conflict(_) => "conflict",
            Self::TooManyTries { .. } => "too-many-tries",
            Self::Unavailable { .. } => "unavailable",
            Self::NoSpace => "no-space",
            Self::Fault(_) => "fault",
        }
    }

    /// Every reference, for the OpenAPI document.
    pub const REFERENCES: [&'static str; 12] = [
        "not-found",
        "sign-in-first",
        "not-yours",
        "cross-site",
        "invalid-fields",
        "malformed",
        "id-reused",
        "conflict",
        "too-many-tries",
        "unavailable",
        "no-space",
        "fault",
    ];
}

impl From<DbErr> for AppError {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable { retry_after: 2 },
            DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => from_sqlx(cause, &error),
            _ => Self::Fault(error.to_string()),
        }
    }
}

/// Whether PostgreSQL ended this transaction so that another one could go on: nothing was done, and it may go again.
pub fn is_deadlock(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) =
        error
    else {
        return false;
    };
    cause
        .as_database_error()
        .and_then(sea_orm::sqlx::error::DatabaseError::code)
        .is_some_and(|code| code == "40P01")
}

/// SQLite: 5 busy, 6 locked, 8 read-only, 13 full. PostgreSQL: 53100 disk full, 57P0x shutting down, 40001 and 40P01
/// to be tried again.
fn from_sqlx(cause: &sea_orm::sqlx::Error, error: &DbErr) -> AppError {
    use sea_orm::sqlx::Error;
    match cause {
        Error::Database(database) => match database.code().as_deref() {
            Some("13" | "53100") => AppError::NoSpace,
            Some(
                "5" | "6" | "8" | "517" | "261" | "40001" | "40P01" | "57P01" | "57P02" | "57P03",
            ) => AppError::Unavailable { retry_after: 2 },
            _ => AppError::Fault(error.to_string()),
        },
        Error::PoolTimedOut | Error::PoolClosed | Error::Io(_) | Error::WorkerCrashed => {
            AppError::Unavailable { retry_after: 2 }
        }
        _ => AppError::Fault(error.to_string()),
    }
}
