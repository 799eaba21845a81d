//! Releases as files, in the bytes they were first served in: what a digest was printed for stays what is served, whatever
//! a later version of this program would write.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use entity::{ids::NotAnId, release, release_file};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    db::Scoped,
    domain::{
        access::{EverywhereScope, LedgerScope},
        digest,
    },
};

/// The forms in which a release can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// One line an area and series.
    Csv,
    /// The same as a spreadsheet.
    Xlsx,
    /// To read and to print.
    Pdf,
    /// For programs.
    Json,
}

impl Form {
    /// All, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Xlsx, Self::Pdf, Self::Json];

    /// What stands behind the dot.
    pub fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
            Self::Json => "json",
        }
    }

    /// As people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Xlsx => "Excel",
            Self::Pdf => "PDF",
            Self::Json => "JSON",
        }
    }
}

impl FromStr for Form {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let found = Self::ALL.into_iter().find(|form| form.code() == text);
        found.ok_or(NotAnId { what: "a form of a release", why: "it is csv, xlsx, pdf or json" })
    }
}

/// A file with its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Which form.
    pub form: Form,
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl File {
    /// A file and the digest of it.
    pub fn new(form: Form, bytes: Vec<u8>) -> Self {
        Self { form, sha256: digest::file(&bytes), bytes }
    }
}

fn key(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn form(text: &str) -> Result<Form, DbErr> {
    text.parse().map_err(|error: NotAnId| DbErr::Type(error.to_string()))
}

/// The forms that are kept of a release and their digests, in the order of the page.
pub async fn digests<C: ConnectionTrait>(
    at: Scoped<'_, C, LedgerScope>,
    number: u32,
) -> Result<Vec<(Form, String)>, DbErr> {
    let mut found = release_file::Entity::find()
        .select_only()
        .columns([release_file::Column::Form, release_file::Column::Sha256])
        .filter(release_file::Column::Number.eq(key(number)))
        .into_tuple::<(String, String)>()
        .all(at.conn)
        .await?
        .into_iter()
        .map(|(text, sha256)| Ok((form(&text)?, sha256)))
        .collect::<Result<Vec<_>, DbErr>>()?;
    found.sort();
    Ok(found)
}

/// One file, where it is kept.
pub async fn one<C: ConnectionTrait>(
    at: Scoped<'_, C, LedgerScope>,
    number: u32,
    form: Form,
) -> Result<Option<File>, DbErr> {
    let row = release_file::Entity::find_by_id((key(number), form.code().to_owned())).one(at.conn).await?;
    Ok(row.map(|row| File { form, sha256: row.sha256, bytes: row.bytes }))
}

/// Releases of which a file is missing, oldest first.
pub async fn missing<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<Vec<u32>, DbErr> {
    let kept: Vec<(i32, String)> = release_file::Entity::find()
        .select_only()
        .columns([release_file::Column::Number, release_file::Column::Form])
        .into_tuple()
        .all(at.conn)
        .await?;
    let all: Vec<i32> = release::Entity::find()
        .select_only()
        .column(release::Column::Number)
        .order_by_asc(release::Column::Number)
        .into_tuple()
        .all(at.conn)
        .await?;
    let whole = |number: i32| kept.iter().filter(|(of, _)| *of == number).count() == Form::ALL.len();
    Ok(all.into_iter().filter(|number| !whole(*number)).filter_map(|number| u32::try_from(number).ok()).collect())
}

/// Keeps a file; the first one stands.
pub async fn add(conn: &impl ConnectionTrait, number: u32, file: File, now: DateTime<Utc>) -> Result<(), DbErr> {
    release_file::Entity::insert(release_file::ActiveModel {
        number: Set(key(number)),
        form: Set(file.form.code().to_owned()),
        sha256: Set(file.sha256),
        bytes: Set(file.bytes),
        recorded_at: Set(now),
    })
    .on_conflict_do_nothing_on([release_file::Column::Number, release_file::Column::Form])
    .exec_without_returning(conn)
    .await?;
    Ok(())
}

/// How many files hold, and the first whose bytes are not those of its digest.
pub async fn verify<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<(u32, Option<String>), DbErr> {
    let names: Vec<(i32, String)> = release_file::Entity::find()
        .select_only()
        .columns([release_file::Column::Number, release_file::Column::Form])
        .order_by_asc(release_file::Column::Number)
        .into_tuple()
        .all(at.conn)
        .await?;
    let mut checked: u32 = 0;
    for name in names {
        // One at a time: together they are as large as the releases of years.
        let row = release_file::Entity::find_by_id(name.clone()).one(at.conn).await?;
        if row.is_none_or(|row| row.sha256 != digest::file(&row.bytes)) {
            return Ok((checked, Some(format!("{}.{}", name.0, name.1))));
        }
        checked = checked.saturating_add(1);
    }
    Ok((checked, None))
}
