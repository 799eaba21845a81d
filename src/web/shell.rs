//! The frame of a page for whoever asks: where they are, where they can go.

use std::future::Future;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use entity::ids::{ClinicianId, OdsCode, OrgCode};
use maud::Markup;

use super::caller::Caller;
use crate::{
    domain::access::{Actor, ClinicianScope, Grant, LmcScope, PracticeScope, Role, Target},
    error::AppError,
    href,
    state::AppState,
    ui::{
        day,
        href::Href,
        layout::{self, Memory, NavItem, Page, SignedIn},
        sections::Section,
        sheet::Sheet,
    },
};

/// Where a page belongs; decides navigation and the line in the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A clinician's own pages.
    Clinician {
        /// Where.
        practice: OdsCode,
        /// Whose.
        clinician: ClinicianId,
        /// "Dr A · Alder Lane Surgery".
        title: String,
    },
    /// A practice manager's pages.
    Practice {
        /// Which.
        practice: OdsCode,
        /// Its name.
        name: String,
    },
    /// An LMC officer's pages.
    Lmc {
        /// Which.
        lmc: OrgCode,
        /// Its name.
        name: String,
    },
    /// Releases.
    Releases {
        /// The reader's organisation and role.
        title: String,
    },
    /// The administrator's pages.
    Service,
    /// None of them.
    Nowhere,
}

impl Place {
    /// Where pages of a role belong, by the name of its organisation.
    pub fn of_grant(grant: &Grant, name: String) -> Option<Self> {
        let code = &grant.organisation;
        Some(match grant.role {
            Role::PracticeManager => Self::Practice { practice: code.try_into().ok()?, name },
            Role::LmcOfficer => Self::Lmc { lmc: code.clone(), name },
            Role::IcbAnalyst => Self::Releases { title: name },
            Role::Administrator => Self::Service,
        })
    }

    fn title(&self) -> Option<String> {
        match self {
            Self::Clinician { title, .. } | Self::Releases { title } => Some(title.clone()),
            Self::Practice { name, .. } => Some(format!("{name} · Practice manager")),
            Self::Lmc { name, .. } => Some(format!("{name} · Officer")),
            Self::Service => Some("Administrator".to_owned()),
            Self::Nowhere => None,
        }
    }

    fn nav(&self, current: Section) -> Vec<NavItem> {
        let item = |href: Href, section: Section| NavItem::of(href, section, current);
        match self {
            Self::Clinician { practice, clinician, .. } => {
                let practice_href = href!("/practices").seg(practice);
                let own = practice_href.clone().seg("clinicians").seg(clinician);
                vec![
                    item(own.clone(), Section::MyDay),
                    item(practice_href.clone().seg("transfers").seg("new"), Section::Transfers),
                    item(own.seg("weeks"), Section::MyWeeks),
                    item(practice_href.seg("today"), Section::Practice),
                ]
            }
            Self::Practice { practice, .. } => {
                let base = href!("/practices").seg(practice);
                vec![
                    item(base.clone(), Section::ThisWeek),
                    item(base.clone().seg("capacity"), Section::Capacity),
                    item(base.clone().seg("divert"), Section::Divert),
                    item(base.clone().seg("imports"), Section::Imports),
                    item(base.clone().seg("actions"), Section::Actions),
                    item(base.clone().seg("letters"), Section::Letters),
                    item(base.clone().seg("transfers"), Section::Transfers),
                    item(base.clone().seg("sharing"), Section::Sharing),
                    item(base.seg("people"), Section::People),
                ]
            }
            Self::Lmc { lmc, .. } => {
                let base = href!("/lmc").seg(lmc);
                vec![
                    item(base.clone(), Section::Area),
                    item(base.clone().seg("practices"), Section::Practices),
                    item(base.clone().seg("letters"), Section::Letters),
                    item(base.clone().seg("templates"), Section::Templates),
                    item(base.clone().seg("transfers"), Section::Transfers),
                    item(base.clone().seg("questions"), Section::Questions),
                    item(base.seg("office"), Section::Office),
                    item(href!("/releases"), Section::Releases),
                ]
            }
            Self::Releases { .. } => vec![
                item(href!("/releases/latest"), Section::LatestRelease),
                item(href!("/releases/england"), Section::England),
                item(href!("/releases"), Section::AllReleases),
                item(href!("/releases/how-to-read"), Section::HowToRead),
            ],
            Self::Service => vec![
                item(href!("/admin/people"), Section::People),
                item(href!("/admin/organisations"), Section::Organisations),
                item(href!("/admin/happened"), Section::WhatHappened),
                item(href!("/admin/clock"), Section::Clock),
            ],
            Self::Nowhere => Vec::new(),
        }
    }
}

impl Place {
    /// The way to a section of this place, under the name of the place; to its first page where it has no such section.
    fn section(&self, current: Section) -> NavItem {
        let label = match self {
            Self::Practice { name, .. } | Self::Lmc { name, .. } => name.clone(),
            _ => self.title().unwrap_or_default(),
        };
        let sections = self.nav(current);
        let found = sections
            .iter()
            .find(|item| item.current && !item.href.as_str().starts_with("/releases"))
            .or(sections.first());
        NavItem { href: found.map_or_else(|| href!("/"), |item| item.href.clone()), label, current: false }
    }
}

/// What has a place that follows from it alone.
pub trait Placed: Sync {
    /// The place of whoever may read it.
    ///
    /// # Errors
    /// Where the database cannot be read.
    fn place(&self, app: &AppState) -> impl Future<Output = Result<Place, AppError>> + Send;
}

impl Placed for PracticeScope {
    async fn place(&self, app: &AppState) -> Result<Place, AppError> {
        practice_place(app, self.practice()).await
    }
}

impl Placed for LmcScope {
    async fn place(&self, app: &AppState) -> Result<Place, AppError> {
        lmc_place(app, self.lmc()).await
    }
}

/// A practice manager's place, by the practice's name.
///
/// # Errors
/// Where the database cannot be read.
pub async fn practice_place(app: &AppState, practice: &OdsCode) -> Result<Place, AppError> {
    Ok(Place::Practice { practice: practice.clone(), name: practice_name(app, practice).await? })
}

/// A clinician's own place, by their label and the practice's name.
///
/// # Errors
/// Where the database cannot be read.
pub async fn clinician_place(app: &AppState, scope: &ClinicianScope, label: &str) -> Result<Place, AppError> {
    let (practice, clinician) = (scope.practice().clone(), scope.clinician());
    let title = format!("{label} · {}", practice_name(app, &practice).await?);
    Ok(Place::Clinician { practice, clinician, title })
}

/// The practice's name as of today; its code where no name is known.
///
/// # Errors
/// Where the database cannot be read.
pub async fn practice_name(app: &AppState, practice: &OdsCode) -> Result<String, AppError> {
    Ok(app.organisations().await?.name_of(&practice.into()))
}

/// An LMC officer's place, by the LMC's name.
///
/// # Errors
/// Where the database cannot be read.
pub async fn lmc_place(app: &AppState, lmc: &OrgCode) -> Result<Place, AppError> {
    let name = app.organisations().await?.name_of(lmc);
    Ok(Place::Lmc { lmc: lmc.clone(), name })
}

/// What the paper of an officer's page says. Its figures are in no release.
const LMC_ONLY: &str =
    "LMC only. This page may hold figures that are in no release; the meeting sheet holds those that are.";

/// A page for whoever asks; 422 where something is wrong with its form.
pub fn page(app: &AppState, caller: &Caller, place: &Place, sheet: Sheet) -> Response {
    let status = if sheet.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, framed(app, caller, place, sheet)).into_response()
}

/// A page of the manager of a practice, or of an officer of an LMC.
///
/// # Errors
/// Where the database cannot be read.
pub async fn show(app: &AppState, caller: &Caller, scope: &impl Placed, sheet: Sheet) -> Result<Response, AppError> {
    Ok(page(app, caller, &scope.place(app).await?, sheet))
}

/// A page outside every place: the way in, help, an account, links that work no more. Whoever has one place keeps its way around.
pub fn outside(app: &AppState, caller: &Caller, sheet: Sheet) -> Response {
    let place = own_place(app, caller).unwrap_or(Place::Nowhere);
    page(app, caller, &place, sheet)
}

/// The one place of whoever asks; nothing for whoever has several or none. Its name is one that is known already.
pub fn own_place(app: &AppState, caller: &Caller) -> Option<Place> {
    let organisations = app.organisations.kept();
    let name = |code: &OrgCode| organisations.as_ref().map_or_else(|| code.to_string(), |all| all.name_of(code));
    match &caller.actor {
        Actor::Device { practice, clinician, .. } => {
            Some(Place::Clinician { practice: practice.clone(), clinician: *clinician, title: name(&practice.into()) })
        }
        Actor::Person { grants, .. } => match grants.as_slice() {
            [only] => Place::of_grant(only, name(&only.organisation)),
            _ => None,
        },
        Actor::Display { .. } | Actor::Program { .. } | Actor::TapAddress { .. } | Actor::Stranger => None,
    }
}

/// A whole page. Printed, an officer's page says that it is the LMC's own.
fn framed(app: &AppState, caller: &Caller, place: &Place, sheet: Sheet) -> Markup {
    let is_lmc_only = matches!(place, Place::Lmc { .. }) && !sheet.handout && sheet.section != Section::Elsewhere;
    let title = place.title();
    let outbox = match &caller.actor {
        Actor::Device { .. } => caller
            .own_clinicians()
            .iter()
            .map(|own| day::contacts(own.scope().practice(), own.scope().clinician()))
            .collect(),
        Actor::Person { .. } => match place {
            Place::Clinician { practice, clinician, .. } => vec![day::contacts(practice, *clinician)],
            _ => Vec::new(),
        },
        Actor::Display { .. } | Actor::Program { .. } | Actor::TapAddress { .. } | Actor::Stranger => Vec::new(),
    };
    layout::page(&Page {
        title: &sheet.title(),
        place: title.as_deref(),
        others: others(app, caller, place, sheet.section),
        nav: place.nav(sheet.section),
        demo: app.demo,
        small: sheet.small,
        wide: !matches!(place, Place::Clinician { .. }),
        signed_in: match caller.actor {
            Actor::Person { .. } => SignedIn::Person,
            Actor::Device { .. } | Actor::Display { .. } => SignedIn::Device,
            Actor::Program { .. } | Actor::TapAddress { .. } | Actor::Stranger => SignedIn::Nobody,
        },
        // Where work is logged, and nowhere else: a release is the same for every reader, to the byte.
        by: matches!(place, Place::Practice { .. } | Place::Clinician { .. }).then(|| caller.actor.id()),
        sign_out_below: sign_out_below(caller, place),
        said: sheet.said,
        content: sheet.main(),
        live: sheet.live,
        now: (!outbox.is_empty()).then(|| app.clock.now().to_rfc3339()),
        places: places(caller, &outbox),
        outbox,
        // A device that waits for its PIN is still enrolled.
        memory: if caller.actor == Actor::Stranger && !caller.waits_for_pin() { Memory::Forget } else { Memory::Keep },
        print_note: is_lmc_only.then_some(LMC_ONLY),
    })
}

/// A clinician's own pages offer it in the footer, away from the thumb; it asks before it ends what only the practice
/// can give again.
fn sign_out_below(caller: &Caller, place: &Place) -> Option<&'static str> {
    match (&caller.actor, place) {
        (Actor::Device { .. }, _) => Some("Sign out this device"),
        (Actor::Person { .. }, Place::Clinician { .. }) => Some("Sign out"),
        _ => None,
    }
}

/// The other places of the same kind that a person may go to: an LMC office serves several LMCs, a manager may run two
/// practices. Each leads to the same section there, with what is shown there decided there.
fn others(app: &AppState, caller: &Caller, place: &Place, current: Section) -> Vec<NavItem> {
    let (role, here) = match place {
        Place::Lmc { lmc, .. } => (Role::LmcOfficer, lmc.clone()),
        Place::Practice { practice, .. } => (Role::PracticeManager, practice.into()),
        Place::Clinician { .. } | Place::Releases { .. } | Place::Service | Place::Nowhere => {
            return Vec::new();
        }
    };
    let organisations = app.organisations.kept();
    let name = |code: &OrgCode| organisations.as_ref().map_or_else(|| code.to_string(), |all| all.name_of(code));
    let mut others: Vec<NavItem> = caller
        .grants()
        .iter()
        .filter(|grant| grant.role == role && grant.organisation != here)
        .filter_map(|grant| {
            let (name, code) = (name(&grant.organisation), grant.organisation.clone());
            let there = match place {
                Place::Lmc { .. } => Place::Lmc { lmc: code, name },
                _ => Place::Practice { practice: (&code).try_into().ok()?, name },
            };
            Some(there.section(current))
        })
        .collect();
    others.sort_by(|one, other| one.label.cmp(&other.label));
    others
}

/// On a device, where the taps of each of its places go, also of those that wait for their PIN: what waits for any other
/// is of a place that is gone.
fn places(caller: &Caller, outbox: &[Href]) -> Option<Vec<Href>> {
    match &caller.actor {
        Actor::Device { .. } if caller.enrolments.is_empty() => Some(outbox.to_vec()),
        Actor::Device { .. } => Some(
            caller.enrolments.iter().map(|enrolment| day::contacts(&enrolment.practice, enrolment.clinician)).collect(),
        ),
        Actor::Person { .. }
        | Actor::Display { .. }
        | Actor::Program { .. }
        | Actor::TapAddress { .. }
        | Actor::Stranger => None,
    }
}

/// The sign-in page, which leads on to where somebody wanted to go.
pub fn sign_in_then(path: &str) -> String {
    if path == "/" { "/sign-in".to_owned() } else { href!("/sign-in").query("next", path).as_str().to_owned() }
}

/// The page that asks a device for its PIN, which leads on to where somebody wanted to go.
pub fn unlock_then(path: &str) -> String {
    href!("/unlock").query("next", path).as_str().to_owned()
}

/// The page of the clinician's day that an address under it belongs to; the start page for any other.
pub fn day_of(path: &str) -> &str {
    let day = path.match_indices('/').nth(4).map_or(path, |(at, _)| path.get(..at).unwrap_or(path));
    let parts: Vec<&str> = day.split('/').collect();
    match parts.as_slice() {
        ["", "practices", _, "clinicians", _] => day,
        _ => "/",
    }
}

/// What a page under a practice is about: the clinician it names, else the practice.
pub fn target_of(path: &str) -> Option<Target> {
    let mut parts = path.split(['/', '?', '#']).skip(1);
    let practice = (parts.next() == Some("practices")).then(|| parts.next()?.parse().ok()).flatten()?;
    Some(match (parts.next(), parts.next().map(str::parse)) {
        (Some("clinicians"), Some(Ok(clinician))) => Target::Clinician(practice, clinician),
        _ => Target::Practice(practice),
    })
}

/// A path to lead on to after signing in: one of ours, or nothing.
pub fn own_path(text: &str) -> Option<Href> {
    let plain = text.starts_with('/') && !text.starts_with("//") && !text.contains(['\\', '\n', '\r']);
    plain.then(|| Href::new(text).ok()).flatten()
}
