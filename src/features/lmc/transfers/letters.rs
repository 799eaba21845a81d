//! Joint letters: written from the wording that holds, kept as sent, followed.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, RowId};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    desk_view::{Wanted, base},
    letter_view::{self, OneView},
    read,
};
use crate::{
    domain::{
        access::{LmcScope, Permit, RunTransferDesk, SeeAreaTransfers},
        letter::{
            self, ReplyState, Template, Value,
            book::{LetterBook, LetterKind, Shape, UsualRecipient},
        },
        organisation::OrganisationKind,
        transfer::{
            ProviderRef,
            book::TransferBook,
            desk::{self, GoodExample, JointLetter, UNWRITTEN},
            letter::{LetterBefore, history, joint_figures},
        },
        working_day::WorkingDays,
    },
    error::AppError,
    operations::{
        follow_joint_letter::FollowJointLetter,
        send_joint_letter::{SendJointLetter, kinds},
    },
    state::AppState,
    store::{area_transfers, joint_letters, letters, transfer_desk},
    ui::{filled::Filled, href::Href, sheet::Sheet},
    web::{
        caller::Caller,
        doors::FormPage,
        forms::{InPath, SavedQuery},
        shell,
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct KindQuery {
    #[serde(default)]
    kind: String,
}

fn known(kind: &str) -> Result<&'static LetterKind, AppError> {
    kinds().find(|one| one.code == kind).ok_or(AppError::NotFound)
}

/// The form, with the letter as far as figures, duties and dates can write it.
pub(super) async fn fresh(
    permit: Permit<RunTransferDesk>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<KindQuery>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, AppError> {
    let (scope, today) = (permit.scope(), app.clock.today());
    let kind = known(&query.kind)?;
    let provider = read::provider(&app, scope, &wanted.provider).await?;
    let draft = Draft::read(&app, scope, kind, (provider, &wanted)).await?;
    let filled = Filled::fresh([
        ("id", Uuid::now_v7().to_string()),
        ("kind", kind.code.clone()),
        ("provider", draft.provider.key.clone()),
        ("department", wanted.department.clone()),
        ("category", wanted.category.clone()),
        ("from", draft.period.0.to_string()),
        ("to", draft.period.1.to_string()),
        ("recipient", draft.recipient(&app, scope, kind).await?),
        ("text", draft.text()?),
        ("sent_on", today.to_string()),
        ("reply_due_on", draft.reply_by.map(|day| day.to_string()).unwrap_or_default()),
    ]);
    let sheet = LetterForm::page(&app, scope, &filled).await?;
    shell::show(&app, &caller, scope, sheet).await
}

/// The page with the form of a letter.
#[derive(Debug)]
pub(super) struct LetterForm;

impl FormPage<SendJointLetter> for LetterForm {
    async fn page(app: &AppState, scope: &LmcScope, filled: &Filled) -> Result<Sheet, AppError> {
        let kind = known(filled.text("kind"))?;
        let provider = read::provider(app, scope, filled.text("provider")).await?;
        Ok(letter_view::form(scope.lmc(), kind, &provider, filled))
    }

    fn after(scope: &LmcScope, done: &RowId) -> Href {
        base(scope.lmc()).seg("letters").seg(done).query("saved", 1)
    }
}

/// What a letter is written from.
struct Draft {
    template: Template,
    provider: ProviderRef,
    period: area_transfers::Period,
    reply_by: Option<LocalDate>,
    /// Whom the LMC's own rule says to write to.
    routed: Option<String>,
    values: BTreeMap<String, String>,
}

impl Draft {
    async fn read(
        app: &AppState,
        scope: &LmcScope,
        kind: &'static LetterKind,
        (provider, wanted): (ProviderRef, &Wanted),
    ) -> Result<Self, AppError> {
        let (at, today) = (app.db.read(scope), app.clock.today());
        let (period, narrowed) = read::asked(wanted, today)?;
        let organisations = app.organisations().await?;
        let sharing = read::sharing(app, scope, &organisations).await?;
        let counted = area_transfers::counted(at, &sharing, period, &narrowed).await?;
        let book = app.transfer_book_of_lmc(scope).await?;
        let wordings = letters::lmc_wordings(at).await?;
        let national = kind.wording();
        let wording = letter::nearest(&national, wordings.get(&kind.code).and_then(|all| all.last()), None);
        let template = Template::parse(wording.text.as_deref().unwrap_or_default(), kind.form)
            .map_err(|error| AppError::Fault(format!("{}: {error}", kind.code)))?;
        let days = WorkingDays::england().map_err(|why| AppError::Fault(why.to_owned()))?;
        let step = kind.transfers.and_then(|about| about.step).and_then(|step| book.step(step));
        let reply_by = step.and_then(|step| step.reply_within).map(|n| days.after(today, n).day);
        let (department, category) = (narrowed.department.as_deref(), narrowed.category.as_deref());
        let examples = transfer_desk::examples(at).await?;
        let mut fitting = examples.iter().rev();
        let example = fitting.find(|one| one.category.is_none() || one.category.as_deref() == category);
        let rules = transfer_desk::routes(at).await?;
        let route = desk::route(&rules, Some(&provider.key), category);
        let routed = route.and_then(|route| route.recipient.clone());
        let all = joint_letters::of_lmc(at).await?;
        let name = organisations.name_of(scope.lmc());
        let values = [
            ("figures", joint_figures(&book, (&provider.name, department, category), counted, period)),
            ("history", history(&before(&all, &provider, today))),
            ("duty", duty(&book, category, today)),
            ("lmc", name.clone()),
            ("practice", name),
            ("ods", scope.lmc().to_string()),
            ("date", today.written()),
            ("recipient", provider.name.clone()),
            ("acknowledge_by", days.after(today, book.acknowledge_within).day.written()),
            ("reply_by", reply_by.map(LocalDate::written).unwrap_or_default()),
            ("good_example", example.map(GoodExample::cited).unwrap_or_default()),
            ("answer_to", "to our office".to_owned()),
            ("signed", "The officers".to_owned()),
        ];
        let filled = values.into_iter().filter(|(_, text)| !text.is_empty());
        let values = filled.map(|(code, text)| (code.to_owned(), text)).collect();
        Ok(Self { template, provider, period, reply_by, routed, values })
    }

    async fn recipient(&self, app: &AppState, scope: &LmcScope, kind: &LetterKind) -> Result<String, AppError> {
        if kind.who == UsualRecipient::Icb {
            let organisations = app.organisations().await?;
            let members = organisations.practices_in(OrganisationKind::Lmc, scope.lmc());
            let icb = members.iter().find_map(|practice| practice.icb.as_ref());
            return Ok(icb.map(|icb| organisations.name_of(icb)).unwrap_or_default());
        }
        Ok(self.routed.clone().unwrap_or_else(|| format!("{}, {}", kind.to, self.provider.name)))
    }

    /// Subject and paragraphs; what nobody can write from figures is left open and said.
    fn text(&self) -> Result<String, AppError> {
        let book = LetterBook::built_in().map_err(|broken| AppError::Fault(broken.to_owned()))?;
        let mut values: BTreeMap<String, Value> =
            self.values.iter().map(|(code, text)| (code.clone(), Value::known(text))).collect();
        for (code, _) in self.template.fields() {
            let Some(field) = book.field(code).filter(|_| !values.contains_key(code)) else { continue };
            let text = match (field.start.as_str(), field.shape) {
                // A duty that nobody has to cite is no gap in the letter.
                ("", Shape::FromLog) => String::new(),
                ("", _) => format!("{UNWRITTEN}{}]", field.label),
                (start, _) => start.to_owned(),
            };
            values.insert(code.to_owned(), Value::known(&text));
        }
        let merged = self.template.merge(&values).map_err(|unfilled| AppError::Fault(unfilled.to_string()))?;
        let body = merged.body.replace("\n\n\n\n", "\n\n");
        Ok(format!("{}\n\n{}", merged.subject, body.trim()))
    }
}

/// The duty that the kind of work proposes today, with where it stands.
fn duty(book: &TransferBook, category: Option<&str>, today: LocalDate) -> String {
    let proposed = category.and_then(|code| book.category(code)).and_then(|kind| book.proposed(kind, today));
    proposed.map(|cited| format!("{} {}.", cited.duty.text, cited.source())).unwrap_or_default()
}

/// What this LMC wrote to the provider before, the oldest first.
fn before(all: &[JointLetter], provider: &ProviderRef, today: LocalDate) -> Vec<LetterBefore> {
    let theirs = all.iter().rev().filter(|one| one.letter.provider.key == provider.key);
    theirs
        .map(|one| LetterBefore {
            step: one.letter.step,
            recipient: one.letter.recipient.clone(),
            sent_on: one.letter.sent_on,
            stands: one.standing(today),
        })
        .filter(|letter| letter.stands != ReplyState::InError)
        .collect()
}

#[derive(Debug, Deserialize)]
pub(super) struct OnePath {
    letter: String,
}

async fn find(app: &AppState, scope: &LmcScope, id: &str) -> Result<JointLetter, AppError> {
    let id: RowId = id.parse().map_err(|_| AppError::NotFound)?;
    let all = joint_letters::of_lmc(app.db.read(scope)).await?;
    all.into_iter().find(|one| one.letter.id == id).ok_or(AppError::NotFound)
}

async fn drawn(
    app: &AppState,
    scope: &LmcScope,
    (id, filled): (&str, &Filled),
    saved: bool,
) -> Result<Sheet, AppError> {
    let letter = find(app, scope, id).await?;
    let book = app.transfer_book_of_lmc(scope).await?;
    let view = OneView { lmc: scope.lmc(), book: &book, letter: &letter, filled, today: app.clock.today(), saved };
    Ok(letter_view::one(&view))
}

/// One letter and what came of it.
pub(super) async fn one(
    permit: Permit<SeeAreaTransfers>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
    Query(query): Query<SavedQuery>,
) -> Result<Response, AppError> {
    let filled = Filled::fresh([("id", Uuid::now_v7().to_string()), ("happened_on", app.clock.today().to_string())]);
    let sheet = drawn(&app, permit.scope(), (&path.letter, &filled), query.saved.is_some()).await?;
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// The same page, when what came cannot be taken.
#[derive(Debug)]
pub(super) struct Came;

impl FormPage<FollowJointLetter> for Came {
    async fn page(app: &AppState, scope: &LmcScope, filled: &Filled) -> Result<Sheet, AppError> {
        drawn(app, scope, (filled.text("letter"), filled), false).await
    }

    fn after(scope: &LmcScope, letter: &RowId) -> Href {
        base(scope.lmc()).seg("letters").seg(letter).query("saved", 1)
    }
}
