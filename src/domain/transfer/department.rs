//! Where in a provider work comes from: treatment functions of the NHS Data Dictionary and places of our own.

use std::sync::LazyLock;

use serde::Deserialize;

static LISTED: LazyLock<Result<Vec<Department>, String>> =
    LazyLock::new(|| read(include_str!("../../assets/transfers/departments.csv")));

/// A specialty or a place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Department {
    /// Treatment function code, or one of ours.
    pub code: String,
    /// As people say it.
    pub name: String,
    /// What it belongs to.
    pub group: String,
    /// Other names of it, apart by semicolons: as registers of practices have them.
    also: String,
}

impl Department {
    /// Whether a pathway of that name is one of this department, however it is written: "Ear, nose & throat".
    pub fn is_called(&self, pathway: &str) -> bool {
        let wanted = plain(pathway);
        !wanted.is_empty()
            && std::iter::once(self.name.as_str()).chain(self.also.split(';')).any(|name| plain(name) == wanted)
    }
}

/// The words of a name that tell it from others.
fn plain(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let words = lower.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !matches!(*word, "" | "and" | "the"));
    words.map(str::to_owned).collect()
}

/// Reads a list.
///
/// # Errors
/// The first line that is none, a code that stands twice, or that there is nothing.
pub fn read(csv: &str) -> Result<Vec<Department>, String> {
    let rows = csv::Reader::from_reader(csv.as_bytes()).into_deserialize();
    let all: Vec<Department> = rows.collect::<Result<_, _>>().map_err(|error: csv::Error| error.to_string())?;
    super::lists::whole(all.iter().map(|one| (one.code.as_str(), one.name.as_str())))?;
    Ok(all)
}

/// The list that comes with this version.
///
/// # Errors
/// What is wrong with it. A service does not start with a broken one.
pub fn built_in() -> Result<&'static [Department], &'static str> {
    LISTED.as_deref().map_err(String::as_str)
}

/// All of them; [`built_in`] is asked at the start.
pub fn listed() -> &'static [Department] {
    built_in().unwrap_or(&[])
}

/// One by its code.
pub fn of_code(code: &str) -> Option<&'static Department> {
    listed().iter().find(|department| department.code == code)
}

/// The first that a pathway of that name belongs to.
pub fn of_pathway(pathway: &str) -> Option<&'static Department> {
    listed().iter().find(|department| department.is_called(pathway))
}

/// What a page calls it; nothing where none was named.
pub fn name(code: Option<&str>) -> Option<&'static str> {
    code.and_then(of_code).map(|department| department.name.as_str())
}
