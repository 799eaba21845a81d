//! The page and the file, for an organisation and for the service.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use sha2::{Digest, Sha256};

use super::{
    lines::{self, Known},
    read::{self, Asked},
    view::{self, Happenings, Lines, Typed},
};
use crate::{
    domain::{
        access::{Administer, By, Grant, Permit, Role, SeeWhatHappened, ServiceScope},
        calendar, digest,
    },
    error::{AppError, FieldError},
    exchange::plain_csv,
    href,
    operations::record_export::{self, AuditExported},
    state::AppState,
    store::trail::Chained,
    ui::{happened_link, href::Href},
    web::{
        caller::Caller,
        download::{self, Spool},
        forms::Form,
        shell::{self, Place},
    },
};

/// Lines of one file.
const MOST_LINES: u64 = 500_000;
/// Events that are looked at for one file.
const MOST_LOOKED: u64 = 2_000_000;
const COLUMNS: [&str; 7] = ["number", "when", "who", "kind", "what", "from", "to"];

/// Whose it is, and where its page stands.
struct Whose {
    role: Role,
    place: Place,
    at: Href,
    code: Option<String>,
    /// What it is called, and what its file is.
    name: String,
    stem: String,
}

impl Whose {
    async fn of_organisation(app: &AppState, permit: &Permit<SeeWhatHappened>) -> Result<Self, AppError> {
        let (role, organisation) = (permit.scope().role(), permit.scope().organisation());
        let name = app.organisations().await?.name_of(organisation);
        let grant = Grant { role, organisation: organisation.clone() };
        let place = Place::of_grant(&grant, name.clone()).unwrap_or(Place::Nowhere);
        let stem = format!("what-happened-{}", organisation.as_str().to_lowercase());
        let code = Some(organisation.to_string());
        Ok(Self { role, place, at: happened_link::page_of(organisation), code, name, stem })
    }

    fn of_service() -> Self {
        Self {
            role: Role::Administrator,
            place: Place::Service,
            at: href!("/admin/happened"),
            code: None,
            name: "the service".to_owned(),
            stem: "what-happened".to_owned(),
        }
    }
}

pub(super) async fn of_organisation(
    permit: Permit<SeeWhatHappened>,
    caller: Caller,
    State(app): State<AppState>,
    Query(typed): Query<Typed>,
) -> Result<Response, AppError> {
    let whose = Whose::of_organisation(&app, &permit).await?;
    show(&app, &caller, permit.scope(), &whose, (&typed, Vec::new())).await
}

pub(super) async fn of_service(
    permit: Permit<Administer>,
    caller: Caller,
    State(app): State<AppState>,
    Query(typed): Query<Typed>,
) -> Result<Response, AppError> {
    show(&app, &caller, permit.scope(), &Whose::of_service(), (&typed, Vec::new())).await
}

async fn show<S: Chained>(
    app: &AppState,
    caller: &Caller,
    scope: &S,
    whose: &Whose,
    (typed, mut errors): (&Typed, Vec<FieldError>),
) -> Result<Response, AppError> {
    let at = app.db.read(scope);
    let actors = read::actors(at).await?;
    let found = match Asked::read(typed, &actors) {
        Ok(asked) => lines::page(app, at, &asked, typed.before).await?,
        Err(mistakes) => {
            errors.extend(mistakes);
            Lines::default()
        }
    };
    let who: Vec<&str> = actors.keys().map(String::as_str).collect();
    let sheet = view::happenings(&Happenings {
        role: whose.role,
        organisation: whose.code.as_deref(),
        at: &whose.at,
        name: &whose.name,
        typed,
        who: &who,
        found: &found,
        today: app.clock.today(),
        errors: &errors,
    });
    Ok(shell::page(app, caller, &whose.place, sheet))
}

pub(super) async fn file_of_organisation(
    permit: Permit<SeeWhatHappened>,
    caller: Caller,
    State(app): State<AppState>,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let whose = Whose::of_organisation(&app, &permit).await?;
    file(&app, &caller, &By::from(&permit), &whose, &typed).await
}

pub(super) async fn file_of_service(
    permit: Permit<Administer>,
    caller: Caller,
    State(app): State<AppState>,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let by: By<ServiceScope> = By::from(&permit);
    file(&app, &caller, &by, &Whose::of_service(), &typed).await
}

/// Makes the file, keeps that it was made, and hands it over.
async fn file<S: Chained + Clone + Send + 'static>(
    app: &AppState,
    caller: &Caller,
    by: &By<S>,
    whose: &Whose,
    typed: &Typed,
) -> Result<Response, AppError> {
    let at = app.db.read(by.scope());
    record_export::not_too_often::<AuditExported, _, _>(app, at).await?;
    let asked = match Asked::read(typed, &read::actors(at).await?) {
        Ok(asked) => asked,
        Err(errors) => return show(app, caller, by.scope(), whose, (typed, errors)).await,
    };
    let turn = app.exports.begin(by.scope().chain()?.as_str())?;
    let Some((spool, rows, sha256)) = written(app, by.scope(), &asked).await? else {
        let says = "This is more than one file holds. Choose fewer days, and download the rest after it";
        return show(app, caller, by.scope(), whose, (typed, vec![FieldError::new("from", says)])).await;
    };
    let told = AuditExported { narrowed: typed.is_narrowed(), rows, sha256 };
    record_export::audit_exported(app, by, told).await?;
    download::spooled(download::CSV, &format!("{}-{}.csv", whose.stem, app.clock.today()), spool, turn).await
}

/// The file, its lines and its digest; nothing where it would be too long.
async fn written<S: Chained>(
    app: &AppState,
    scope: &S,
    asked: &Asked,
) -> Result<Option<(Spool, u64, String)>, AppError> {
    let at = app.db.read(scope);
    let (mut part, mut known) = (asked.part(at).await?, Known::of(app).await?);
    let (mut spool, mut digest) = (Spool::new(app)?, Sha256::new());
    let head = plain_csv::write(COLUMNS, []);
    digest.update(&head);
    spool.write(&head).await?;
    let (mut rows, mut looked) = (0_u64, 0_u64);
    while let Some((lines, last)) = lines::next(app, at, (asked, &mut known), part).await? {
        part.after = last;
        looked = looked.saturating_add(lines::PIECE);
        rows = rows.saturating_add(u64::try_from(lines.len()).unwrap_or(u64::MAX));
        if rows > MOST_LINES || looked > MOST_LOOKED {
            return Ok(None);
        }
        let piece = plain_csv::rows(lines.into_iter().map(|line| {
            let text = |text: Option<String>| text.unwrap_or_default();
            let at = calendar::london_stamp(line.at);
            [line.seq.to_string(), at, line.who, line.kind, line.what, text(line.from), text(line.to)]
        }));
        digest.update(&piece);
        spool.write(&piece).await?;
    }
    Ok(Some((spool, rows, digest::hexed(&digest.finalize()))))
}
