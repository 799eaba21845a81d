//! The rows of the decision table, each a type of its own that a function can ask for.

use super::{
    AccountScope, ClinicianScope, LedgerScope, LmcScope, OrganisationScope, Permission, PracticeScope, ServiceScope,
};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident => $scope:ty),+ $(,)?) => {
        /// The rows of the decision table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[$doc])* $name,)+
        }

        impl Action {
            /// Every action, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
        }

        $($(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl Permission for $name {
            const ACTION: Action = Action::$name;
            type Scope = $scope;
        })+
    };
}

permissions! {
    /// See one clinician's own count.
    SeeOwnDay => ClinicianScope,
    /// Record, undo or set one clinician's contacts.
    RecordContacts => ClinicianScope,
    /// Make and end the secret addresses that count for oneself.
    KeepTapAddresses => ClinicianScope,
    /// Be told in one's own browsers that one's day is at the limit.
    HearOwnLimit => ClinicianScope,
    /// Erase one clinician's own counts.
    EraseCounts => ClinicianScope,
    /// Enter a number from the appointment book.
    EnterDaySheet => ClinicianScope,
    /// Enter numbers from the appointment book for the practice's clinicians.
    EnterDaySheets => PracticeScope,
    /// See the practice's total and divert state.
    SeePracticeTotal => PracticeScope,
    /// See each clinician's count.
    SeeCapacity => PracticeScope,
    /// Set the practice's limits.
    SetLimits => PracticeScope,
    /// Take in appointment extracts, and choose which source counts.
    ImportAppointments => PracticeScope,
    /// See the large view of the day: labels and what each has left.
    SeeDisplay => PracticeScope,
    /// See the reception desk: script, directory, where patients were sent.
    SeeDesk => PracticeScope,
    /// Count where patients were sent.
    CountDiverts => PracticeScope,
    /// See the practice's diverts, their history and the record of a day.
    SeeDiverts => PracticeScope,
    /// Start and end a divert, record messages, keep the directory, the script and the rule.
    RunDivert => PracticeScope,
    /// Make display links and revoke them.
    ManageDisplays => PracticeScope,
    /// See the practice's register, history and what others see of it.
    SeeRegister => PracticeScope,
    /// Record a status, a weekly answer, or answer what the LMC entered.
    RecordStatus => PracticeScope,
    /// Answer a week's return with "nothing changed", as the link in a reminder does.
    AnswerWeek => PracticeScope,
    /// Log work that a provider passed on, and correct an entry.
    LogTransfers => PracticeScope,
    /// See the practice's log of transferred work and what came of it.
    SeeTransfers => PracticeScope,
    /// See the practice's letters and the wording it uses.
    SeeLetters => PracticeScope,
    /// Record letters and replies, keep the practice's own wording.
    WriteLetters => PracticeScope,
    /// See and change the wording an LMC offers its practices.
    EditLmcLetters => LmcScope,
    /// Publish template notices for an LMC's practices, correct and withdraw them, see who served one.
    PublishTemplates => LmcScope,
    /// Add items to the menu of an LMC's practices, change and end them.
    EditLocalItems => LmcScope,
    /// Put questions to a week's return.
    AskQuestions => LmcScope,
    /// See what practices that share have answered.
    SeeQuestionResults => LmcScope,
    /// Say how the LMC's office can be reached, for readers of releases.
    PublishOffice => LmcScope,
    /// Give or withdraw consent.
    SetSharing => PracticeScope,
    /// Add clinicians, make enrolment links, revoke devices.
    ManageClinicians => PracticeScope,
    /// Let in and take out those who manage the practice.
    ManageManagers => PracticeScope,
    /// See an LMC's area.
    SeeLmcArea => LmcScope,
    /// See the transferred work of practices that share.
    SeeAreaTransfers => LmcScope,
    /// Write joint letters and keep what came of them, and say whom to write to and what holds in the area.
    RunTransferDesk => LmcScope,
    /// Say when the LMC met, so that changes of its area count from there.
    SetMeeting => LmcScope,
    /// Bring in practices of the area: decide about those that ask, and propose who manages one.
    BringIn => LmcScope,
    /// See one practice's register as its LMC.
    SeePracticeAsLmc => PracticeScope,
    /// Enter what a practice said by telephone.
    EnterByTelephone => PracticeScope,
    /// Make and revoke keys for programs that act for an organisation.
    ManageKeys => OrganisationScope,
    /// Make, try and end webhooks of a practice.
    ManageWebhooks => PracticeScope,
    /// Be told in one's own browsers that somebody at the practice is at the limit.
    HearOfLimits => PracticeScope,
    /// See what happened in an organisation, and download it.
    SeeWhatHappened => OrganisationScope,
    /// Download everything that is kept of a practice.
    DownloadRecord => PracticeScope,
    /// Read releases.
    ReadReleases => LedgerScope,
    /// Sign in, sign out, use a link: everybody may.
    SignIn => AccountScope,
    /// See what one's own key is and how far it goes.
    SeeOwnKey => AccountScope,
    /// See one's own account and roles.
    SeeAccount => AccountScope,
    /// Change one's own password, end where one is signed in.
    KeepAccount => AccountScope,
    /// Choose whether reminders come by mail.
    SetMail => AccountScope,
    /// See one's own total across the places of one's device, each read with a permit of its own.
    SeeOwnTotal => AccountScope,
    /// Look after people and organisations.
    Administer => ServiceScope,
}
