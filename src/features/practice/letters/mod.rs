//! Letters: written from a template, looked at, recorded as sent; replies; the wordings of a practice and of its LMC.
//!
//! A letter belongs to the practice that wrote it. No LMC and no ICB has a route to it.

use axum::response::{IntoResponse, Response};
use entity::ids::{LocalDate, OdsCode, OrgCode, RowId};
use maud::Markup;

use crate::{
    domain::{
        access::{EditLmcLetters, PracticeScope, SeeLetters, WriteLetters},
        action,
        catalogue::Catalogue,
        letter::{
            self, Level, Wording,
            book::{Book, Kind},
        },
    },
    error::AppError,
    href,
    state::AppState,
    store::letters::{self, Versions},
    ui::href::Href,
    web::{
        caller::Caller,
        routes::Routes,
        shell::{self, Sheet},
    },
};

pub mod api;
mod area;
mod draft;
mod letter_pages;
mod own;
mod paper;
mod register;
mod register_pages;
mod wording_pages;
mod write;
mod write_pages;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/letters", SeeLetters, register::page)
        .get("/practices/{ods}/letters/new", WriteLetters, write::blank)
        .post("/practices/{ods}/letters/new", WriteLetters, write::step)
        .get("/practices/{ods}/letters/wording/{kind}", SeeLetters, own::page)
        .post("/practices/{ods}/letters/wording/{kind}", WriteLetters, own::change)
        .get("/practices/{ods}/letters/{letter}", SeeLetters, register::one)
        .get("/practices/{ods}/letters/{letter}/{file}", SeeLetters, register::file)
        .post("/practices/{ods}/letters/{letter}/events", WriteLetters, register::happened)
        .get("/lmc/{lmc}/letters", EditLmcLetters, area::list)
        .get("/lmc/{lmc}/letters/{kind}", EditLmcLetters, area::page)
        .post("/lmc/{lmc}/letters/{kind}", EditLmcLetters, area::change);
    api::routes(routes)
}

fn base(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("letters")
}

fn letter_href(practice: &OdsCode, id: RowId) -> Href {
    base(practice).seg(id)
}

fn book() -> Result<&'static Book, AppError> {
    Book::built_in().map_err(|broken| AppError::Fault(broken.to_owned()))
}

fn known_kind(code: &str) -> Result<&'static Kind, AppError> {
    book()?.kind(code).ok_or(AppError::NotFound)
}

/// Whether a kind may be written: not where its item conflicts with the contract today.
fn may_be_written(catalogue: &Catalogue, kind: &Kind, today: LocalDate) -> bool {
    let item = kind.item.as_ref();
    item.and_then(|code| catalogue.item(code)).is_none_or(|item| action::may_leave(item, today))
}

/// Every wording that a practice can have of a letter.
#[derive(Debug)]
struct Wordings {
    own: Versions,
    lmc: Versions,
    of: Option<OrgCode>,
}

impl Wordings {
    async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let at = app.db.read(scope);
        let of = app.lmc_of(scope.practice()).await?;
        let lmc = match &of {
            Some(lmc) => letters::lmc_wordings_of(at, lmc).await?,
            None => Versions::new(),
        };
        Ok(Self { own: letters::own_wordings(at).await?, lmc, of })
    }

    /// What the practice would use had it no wording of its own.
    fn beneath(&self, kind: &Kind) -> Wording {
        letter::nearest(&kind.wording(), newest(&self.lmc, kind), None).clone()
    }

    /// The wording that holds.
    fn holds(&self, kind: &Kind) -> Wording {
        let (lmc, own) = (newest(&self.lmc, kind), newest(&self.own, kind));
        letter::nearest(&kind.wording(), lmc, own).clone()
    }

    /// A wording by its level and version: a letter keeps the one it was begun from.
    fn version(&self, kind: &Kind, level: Level, version: i32) -> Option<Wording> {
        let all = match level {
            Level::National => {
                return Some(kind.wording()).filter(|wording| wording.version == version);
            }
            Level::Lmc => &self.lmc,
            Level::Practice => &self.own,
        };
        let mut all = all.get(&kind.code)?.iter();
        all.find(|wording| wording.version == version && wording.text.is_some()).cloned()
    }
}

fn newest<'a>(versions: &'a Versions, kind: &Kind) -> Option<&'a Wording> {
    versions.get(&kind.code)?.last()
}

/// The practice's name as of today; its code where no name is known.
async fn name(app: &AppState, practice: &OdsCode) -> Result<String, AppError> {
    let organisations = app.organisations().await?;
    Ok(organisations.practice(practice).map_or_else(|| practice.to_string(), |known| known.name.to_string()))
}

async fn show(
    app: &AppState,
    caller: &Caller,
    practice: &OdsCode,
    title: &str,
    content: Markup,
) -> Result<Response, AppError> {
    let place = shell::practice_place(app, practice).await?;
    let sheet = Sheet { title, current: "Letters", live: None, content };
    Ok(shell::page(app, caller, &place, sheet).into_response())
}
