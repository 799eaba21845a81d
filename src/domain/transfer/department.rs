//! Where in a provider work comes from: treatment functions of the NHS Data Dictionary and places of our own.

use std::sync::LazyLock;

use serde::Deserialize;

static LISTED: LazyLock<Vec<Department>> = LazyLock::new(|| {
    let rows = csv::Reader::from_reader(include_str!("../../assets/transfers/departments.csv").as_bytes());
    rows.into_deserialize().collect::<Result<_, _>>().unwrap_or_default()
});

/// A specialty or a place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Department {
    /// Treatment function code, or one of ours.
    pub code: String,
    /// As people say it.
    pub name: String,
    /// What it belongs to.
    pub group: String,
}

/// All of them.
pub fn listed() -> &'static [Department] {
    &LISTED
}

/// One by its code.
pub fn of_code(code: &str) -> Option<&'static Department> {
    LISTED.iter().find(|department| department.code == code)
}

/// What a page calls it; nothing where none was named.
pub fn name(code: Option<&str>) -> Option<&'static str> {
    code.and_then(of_code).map(|department| department.name.as_str())
}
