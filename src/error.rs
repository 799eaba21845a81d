//! What can go wrong, as a closed set. How it is shown is a matter of `web`.

use std::borrow::Cow;

use sea_orm::{DbErr, RuntimeErr};
use uuid::Uuid;

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
        Self { field: field.into(), message: message.into() }
    }
}

/// What is wrong with the database itself, where something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Somebody else holds it, it is starting or stopping, or it gave way to another transaction.
    #[error("the database is busy or away")]
    Busy,
    /// The disk, or what may be used of it, is full.
    #[error("there is no space left for the database")]
    Full,
    /// It may be read and not written.
    #[error("the database may only be read")]
    ReadOnly,
    /// The disk does not do what it is asked.
    #[error("the disk of the database reports errors")]
    InputOutput,
    /// What is read is not what was written.
    #[error("the database is damaged")]
    Damaged,
    /// Its file is not where it was opened.
    #[error("the file of the database was moved, replaced or deleted")]
    Moved,
}

impl Trouble {
    /// Whether it passes by itself, or when somebody makes room: no reason to stop reading what is there.
    pub fn passes(self) -> bool {
        matches!(self, Self::Busy | Self::Full | Self::ReadOnly)
    }
}

/// Why a request was not carried out.
#[derive(Debug, Clone, thiserror::Error)]
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
    /// What is corrected was corrected before: a correction is of the newest entry.
    #[error("corrected before")]
    Corrected {
        /// The entry that stands, or that was taken out last.
        newest: Uuid,
    },
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
    /// The organisation's own sign-in does not answer, or not as it should. Its cause was logged.
    #[error("the organisation's sign-in cannot be used")]
    ProviderAway,
    /// The disk is full.
    #[error("no space left to store it")]
    NoSpace,
    /// The database can be neither trusted nor used until somebody looks at it, or its connection was given up.
    #[error("{0}")]
    Storage(Trouble),
    /// A fault of ours. Logged once with its cause, shown with a reference only.
    #[error("internal fault: {0}")]
    Fault(String),
}

impl AppError {
    /// One field refused.
    pub fn field(field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        FieldError::new(field, message).into()
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
            Self::Corrected { .. } => "corrected-before",
            Self::Conflict(_) => "conflict",
            Self::TooManyTries { .. } => "too-many-tries",
            Self::Unavailable { .. } => "unavailable",
            Self::ProviderAway => "provider-away",
            Self::NoSpace => "no-space",
            Self::Storage(_) => "storage",
            Self::Fault(_) => "fault",
        }
    }

    /// Every reference, for the OpenAPI document.
    pub const REFERENCES: [&'static str; 15] = [
        "not-found",
        "sign-in-first",
        "not-yours",
        "cross-site",
        "invalid-fields",
        "malformed",
        "id-reused",
        "corrected-before",
        "conflict",
        "too-many-tries",
        "unavailable",
        "provider-away",
        "no-space",
        "storage",
        "fault",
    ];
}

impl AppError {
    /// Seconds after which the same request may be sent again, where waiting helps.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooManyTries { retry_after } | Self::Unavailable { retry_after } => Some(*retry_after),
            Self::NoSpace | Self::Storage(_) => Some(RETRY_AFTER),
            _ => None,
        }
    }

    /// What is wrong with the database, where that is why.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::NoSpace => Some(Trouble::Full),
            Self::Storage(trouble) => Some(*trouble),
            _ => None,
        }
    }
}

/// Seconds to wait for room, or for whoever mends a disk: the service works again within one.
const RETRY_AFTER: u32 = 5;

impl From<FieldError> for AppError {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

impl From<Trouble> for AppError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Busy => Self::Unavailable { retry_after: 2 },
            Trouble::Full => Self::NoSpace,
            other => Self::Storage(other),
        }
    }
}

impl From<DbErr> for AppError {
    fn from(error: DbErr) -> Self {
        match trouble(&error) {
            Some(trouble) => trouble.into(),
            None if is_of_no_character(&error) => Self::Malformed("a text has a character that is none".into()),
            None => Self::Fault(error.to_string()),
        }
    }
}

/// Whether an error is the database's own trouble, and not what it was asked.
pub fn trouble(error: &DbErr) -> Option<Trouble> {
    use sea_orm::sqlx::Error;
    match cause(error) {
        Some(Error::Database(database)) => trouble_of(&database.code()?),
        Some(
            Error::PoolTimedOut
            | Error::PoolClosed
            | Error::Io(_)
            | Error::Tls(_)
            | Error::Protocol(_)
            | Error::BeginFailed
            | Error::WorkerCrashed,
        ) => Some(Trouble::Busy),
        Some(_) => None,
        None => matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)).then_some(Trouble::Busy),
    }
}

/// Whether PostgreSQL was asked about a text that no row of it can have: one with a NUL. Who asks wrote it, and SQLite
/// finds nothing.
fn is_of_no_character(error: &DbErr) -> bool {
    matches!(cause(error), Some(sea_orm::sqlx::Error::Database(database)) if database.code().as_deref() == Some("22021"))
}

/// Whether PostgreSQL ended this transaction so that another one could go on: nothing was done, and it may go again.
pub fn gave_way(error: &DbErr) -> bool {
    let Some(sea_orm::sqlx::Error::Database(database)) = cause(error) else {
        return false;
    };
    matches!(database.code().as_deref(), Some("40001" | "40P01"))
}

fn cause(error: &DbErr) -> Option<&sea_orm::sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

/// PostgreSQL's codes have five places; SQLite's are numbers whose last byte is the family.
fn trouble_of(code: &str) -> Option<Trouble> {
    if code.len() == 5 {
        return trouble_of_postgres(code);
    }
    let code: u32 = code.parse().ok()?;
    match code & 0xff {
        // Of the families of "busy" this one alone says that the sight of the connection is stale.
        5 if code == BUSY_SNAPSHOT => Some(Trouble::InputOutput),
        // Busy, locked, interrupted.
        5 | 6 | 9 => Some(Trouble::Busy),
        8 => Some(Trouble::ReadOnly),
        // No memory, input or output, cannot be opened, a lock's protocol.
        7 | 10 | 14 | 15 => Some(Trouble::InputOutput),
        // Corrupt, not a database.
        11 | 26 => Some(Trouble::Damaged),
        13 => Some(Trouble::Full),
        _ => None,
    }
}

const BUSY_SNAPSHOT: u32 = 517;

fn trouble_of_postgres(code: &str) -> Option<Trouble> {
    match code {
        "53100" => Some(Trouble::Full),
        // A standby, or a primary that was demoted.
        "25006" => Some(Trouble::ReadOnly),
        "57P04" => Some(Trouble::InputOutput),
        "XX001" | "XX002" => Some(Trouble::Damaged),
        // A lock that did not come, a statement or a pause that was ended.
        "55P03" | "57014" | "25P03" => Some(Trouble::Busy),
        _ => match &code.as_bytes()[..2] {
            // Connections, memory and connections in all, deadlocks and the like, stopping and starting.
            b"08" | b"53" | b"40" | b"57" => Some(Trouble::Busy),
            // The system under the server.
            b"58" => Some(Trouble::InputOutput),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_the_database_is_one_kind_of_trouble() {
        let kinds = [
            (Trouble::Busy, "5 261 6 262 9"),
            (Trouble::Full, "13"),
            (Trouble::ReadOnly, "8 264 520 776 1032 1288 1544"),
            (Trouble::InputOutput, "10 266 522 778 1034 1290 1546 1802 4106 5898 8714 7 14 270 526 15 517"),
            (Trouble::Damaged, "11 267 523 779 26"),
            (
                Trouble::Busy,
                "08000 08003 08006 08P01 40001 40P01 53200 53300 53400 55P03 57014 57P01 57P02 57P03 25P03",
            ),
            (Trouble::Full, "53100"),
            (Trouble::ReadOnly, "25006"),
            (Trouble::InputOutput, "58030 58P01 57P04"),
            (Trouble::Damaged, "XX001 XX002"),
        ];
        for (kind, codes) in kinds {
            for code in codes.split(' ') {
                assert_eq!(trouble_of(code), Some(kind), "{code}");
                let error = AppError::from(kind);
                assert!(error.retry_after().is_some(), "{code}");
                assert!(AppError::REFERENCES.contains(&error.reference()));
            }
        }
        // What was asked was wrong: a constraint, a missing table, a row too many.
        for code in ["1", "19", "2067", "787", "23505", "23503", "42P01", "22001", "é"] {
            assert_eq!(trouble_of(code), None, "{code}");
        }
    }
}
