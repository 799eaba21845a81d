//! Why a workbook cannot be taken as a whole.

use super::REGISTER;

/// The largest file.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Why a file cannot be taken as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Bytes of something else.
    #[error("This is not a spreadsheet in the .xlsx format, or it is damaged. Save it as .xlsx and choose it again")]
    NotAWorkbook,
    /// The format before .xlsx, or a workbook with a password.
    #[error("This is an older .xls file, or it is locked with a password. Save it as .xlsx without a password")]
    OldOrLocked,
    /// More bytes than a register has, packed or unpacked.
    #[error("This file is larger than a register can be ({} MB). Download the register again and fill in that file", MOST_BYTES / 1024 / 1024)]
    TooBig,
    /// More rows than are read.
    #[error("This file has more rows than can be taken at once (10,000)")]
    TooManyRows,
    /// A workbook that was not downloaded here.
    #[error("This spreadsheet was not downloaded from Headroom. Download the register and fill in that file")]
    AnotherWorkbook,
    /// Of another practice.
    #[error("This spreadsheet is of another practice. Download your own register and fill in that file")]
    AnotherPractice,
    /// Columns were taken out or renamed.
    #[error("The sheet {REGISTER} lacks the column {0}. Put its heading back, or download the register again")]
    ColumnMissing(&'static str),
    /// A heading stands twice.
    #[error("The sheet {REGISTER} has the column {0} twice. Keep one of them")]
    ColumnTwice(&'static str),
}
