//! The invented county of the demo is written, some practices at a time. The people come last: who finds them finds
//! everything.

use entity::ids::{NotAnId, OrgCode, PersonId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::{
        access::{CliAuthority, Role},
        organisation::Dated,
    },
    error::AppError,
    state::AppState,
    store::{
        demo::{
            self, AnswerRow, ClinicianRow, ConsentRow, ContactRow, DeviceRow, DivertEndRow, DivertStartRow,
            GoodExampleRow, JointLetterEventRow, JointLetterRow, LetterEventRow, LetterRow, LimitRow, MeetingRow,
            NetworkNoteRow, NoticeEventRow, NoticeRow, OriginRow, QuestionAnswerRow, QuestionRow, RotaRow, SheetRow,
            StatusRow, SubjectRow, TallyMarkRow, TemplateRow, TransferLetterRow, TransferRouteRow, TransferRow,
            VoidRow, WeekRow, WorkedRow,
        },
        organisations, people,
    },
};

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Seeded {
    /// Practices.
    pub practices: usize,
    /// Clinicians.
    pub clinicians: usize,
    /// Numbers on day sheets.
    pub sheets: usize,
    /// Contacts.
    pub contacts: usize,
    /// Rows of the register.
    pub statuses: usize,
}

impl Event for Seeded {
    const NAME: &'static str = "demo.seeded";
}

/// Rows of some practices.
#[derive(Debug, Default)]
pub struct Rows {
    /// Of the practices.
    pub clinicians: Vec<ClinicianRow>,
    /// Their phones.
    pub devices: Vec<DeviceRow>,
    /// Own limits.
    pub limits: Vec<LimitRow>,
    /// What the register names.
    pub subjects: Vec<SubjectRow>,
    /// The register.
    pub statuses: Vec<StatusRow>,
    /// Notices.
    pub notices: Vec<NoticeRow>,
    /// What came of them.
    pub replies: Vec<NoticeEventRow>,
    /// The templates they came from.
    pub origins: Vec<OriginRow>,
    /// What a practice noted for itself about the network scheme.
    pub notes: Vec<NetworkNoteRow>,
    /// Answers to the LMC's questions.
    pub said: Vec<QuestionAnswerRow>,
    /// Answers to what the LMC entered.
    pub answers: Vec<AnswerRow>,
    /// Sharing.
    pub consents: Vec<ConsentRow>,
    /// Work that providers passed on.
    pub transfers: Vec<TransferRow>,
    /// Letters about it.
    pub letters: Vec<LetterRow>,
    /// Which items each is about.
    pub about: Vec<TransferLetterRow>,
    /// What came of them.
    pub came: Vec<LetterEventRow>,
    /// Weeks that were answered.
    pub weeks: Vec<WeekRow>,
    /// Day sheets.
    pub sheets: Vec<SheetRow>,
    /// What was worked.
    pub sessions: Vec<WorkedRow>,
    /// Contacts.
    pub contacts: Vec<ContactRow>,
    /// Voids of some.
    pub voids: Vec<VoidRow>,
    /// The rota.
    pub rota: Vec<RotaRow>,
    /// Diverts that began.
    pub starts: Vec<DivertStartRow>,
    /// Diverts that ended.
    pub ends: Vec<DivertEndRow>,
    /// Where patients were sent.
    pub sent: Vec<TallyMarkRow>,
}

/// What practices of one LMC have together; answers belong to the question.
#[derive(Debug)]
pub struct Together {
    /// A template notice.
    pub template: TemplateRow,
    /// The last meeting.
    pub meeting: MeetingRow,
    /// The question of the week.
    pub question: QuestionRow,
    /// Questions about a draft of the network scheme, closed by now.
    pub network: Vec<QuestionRow>,
    /// A letter about what repeats, and what came.
    pub letter: JointLetterRow,
    /// What came of it.
    pub came: JointLetterEventRow,
    /// Where that was solved.
    pub example: GoodExampleRow,
    /// Whom to write to.
    pub route: TransferRouteRow,
}

/// Somebody who signs in: address, name, role, and where.
pub type Account = (PersonId, &'static str, &'static str, Role, &'static str);

/// Writes the tree of organisations.
///
/// # Errors
/// Where the database cannot be written.
pub async fn seed_organisations(
    app: &AppState,
    by: CliAuthority,
    (on, facts): (entity::ids::LocalDate, Vec<Dated>),
) -> Result<(), AppError> {
    app.writer
        .write(&by, move |tx| {
            Box::pin(async move {
                let import = organisations::Import { source: "demo", effective_on: on, file_sha256: String::new() };
                organisations::append(tx.conn(), &import, &facts, tx.now()).await?;
                Ok(())
            })
        })
        .await
}

/// Writes what practices of one LMC have together.
///
/// # Errors
/// As [`seed_organisations`].
pub async fn seed_together(app: &AppState, by: CliAuthority, together: Together) -> Result<(), AppError> {
    app.writer
        .write(&by, move |tx| {
            Box::pin(async move {
                demo::add(tx.conn(), vec![together.template]).await?;
                demo::add(tx.conn(), vec![together.meeting]).await?;
                demo::add(tx.conn(), vec![together.question]).await?;
                demo::add(tx.conn(), together.network).await?;
                demo::add(tx.conn(), vec![together.letter]).await?;
                demo::add(tx.conn(), vec![together.came]).await?;
                demo::add(tx.conn(), vec![together.example]).await?;
                Ok(demo::add(tx.conn(), vec![together.route]).await?)
            })
        })
        .await
}

/// Writes rows of some practices.
///
/// # Errors
/// As [`seed_organisations`].
pub async fn seed_practices(app: &AppState, by: CliAuthority, rows: Rows) -> Result<(), AppError> {
    app.writer
        .write(&by, move |tx| {
            Box::pin(async move {
                let conn = tx.conn();
                demo::add(conn, rows.clinicians).await?;
                demo::add(conn, rows.devices).await?;
                demo::add(conn, rows.limits).await?;
                demo::add(conn, rows.subjects).await?;
                demo::add(conn, rows.statuses).await?;
                demo::add(conn, rows.notes).await?;
                demo::add(conn, rows.notices).await?;
                demo::add(conn, rows.replies).await?;
                demo::add(conn, rows.origins).await?;
                demo::add(conn, rows.said).await?;
                demo::add(conn, rows.answers).await?;
                demo::add(conn, rows.consents).await?;
                demo::add(conn, rows.weeks).await?;
                demo::add(conn, rows.transfers).await?;
                demo::add(conn, rows.letters).await?;
                demo::add(conn, rows.about).await?;
                demo::add(conn, rows.came).await?;
                demo::add(conn, rows.sheets).await?;
                demo::add(conn, rows.sessions).await?;
                demo::add_contacts(conn, rows.contacts, rows.voids).await?;
                demo::add(conn, rows.rota).await?;
                demo::add(conn, rows.starts).await?;
                demo::add(conn, rows.ends).await?;
                Ok(demo::add_tally_marks(conn, rows.sent).await?)
            })
        })
        .await
}

/// Writes who signs in, each with the same password.
///
/// # Errors
/// As [`seed_organisations`].
pub async fn seed_people(
    app: &AppState,
    by: CliAuthority,
    (accounts, hash): (Vec<Account>, String),
    seeded: Seeded,
) -> Result<(), AppError> {
    app.writer
        .write(&by, move |tx| {
            Box::pin(async move {
                let bad = |error: NotAnId| AppError::Fault(error.to_string());
                for (id, email, name, role, place) in accounts {
                    let place: OrgCode = place.parse().map_err(bad)?;
                    let hash = Some(hash.clone());
                    people::add_person(tx.conn(), id, email, name, hash, tx.now()).await?;
                    people::add_grant(tx.conn(), id, role, &place, tx.now()).await?;
                }
                let england: OrgCode = "england".parse().map_err(bad)?;
                Ok(tx.audit(&england, &seeded).await?)
            })
        })
        .await
}
