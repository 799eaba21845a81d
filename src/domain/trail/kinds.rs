//! The table of sentences: a line for each kind of act. A test holds it to the events of the code, and each field to the
//! struct of its event.

use super::{About, Kind, Sets};

const fn kind(name: &'static str, about: About, title: &'static str, says: &'static str) -> Kind {
    Kind { name, about, title, says, sets: None }
}

impl Kind {
    const fn sets(mut self, of: &'static [&'static str], to: &'static str) -> Self {
        self.sets = Some(Sets { of, to });
        self
    }
}

use About::{
    Actions, Appointments, Clinicians, Counting, Divert, Downloads, Keys, Letters, LmcWork, People, Published, Sharing,
    SigningIn, Transfers, Upkeep,
};

/// Every kind of act.
pub const KINDS: &[Kind] = &[
    // What a practice decides.
    kind("status.recorded", Actions, "Status recorded", "Recorded for {item}{subject? ({subject})|}: {value}, from {effective_on}")
        .sets(&["item", "subject"], "{value}, from {effective_on}"),
    kind("status.answered", Actions, "Entry of the LMC answered", "Answered what the LMC had entered: {answer}"),
    kind("status.entered-by-telephone", Actions, "Status entered by telephone", "Entered what the practice said by telephone about {item}{subject? ({subject})|}"),
    kind("week.answered", Actions, "Week answered", "Answered the week that ended on {week_ending}: nothing changed"),
    kind("question.answered", Actions, "Question answered", "Answered a question of the LMC"),
    kind("outcome.recorded", Actions, "Outcome recorded", "{corrects?Corrected|Recorded} an outcome for {item}{subject? ({subject})|}: response {response}, outcome {ending}"),
    kind("network.noted", Actions, "Network scheme noted", "Noted how the practice leans on the network scheme"),
    // Notices and letters.
    kind("notice.recorded", Letters, "Notice recorded", "Recorded notice on {subject}, served on {served_on}, that ends on {ends_on}"),
    kind("notice.changed", Letters, "Notice followed up", "Noted of a notice: {event}, on {on}"),
    kind("letter.sent", Letters, "Letter recorded", "Recorded that the letter “{kind}” was sent by {how}{transfers? about {transfers} item(s) of work|}"),
    kind("letter.event", Letters, "Letter followed up", "Noted of a letter: {event}"),
    kind("letter-wording.written", Letters, "Wording of a letter changed", "{own?Wrote|Gave up} wording of its own for the letter “{kind}” (version {version})"),
    kind("calendar-feed.made", Letters, "Calendar address made", "Made an address for a calendar program"),
    kind("calendar-feed.revoked", Letters, "Calendar address ended", "Ended the address for a calendar program of {person}"),
    // Limits and counts.
    kind("limit.set", Counting, "Limit set", "Set the limit of {clinician?{clinician}|the practice} from {effective_on}{last_on? to {last_on}|}: {full_day} contacts a day, {one_session} in one session{duty_day?, {duty_day} on a duty day|}")
        .sets(&["clinician"], "{full_day} a day, {one_session} in one session"),
    kind("limit.told", Counting, "At the limit", "Said that {clinician} is at the limit of {day}"),
    kind("rota.set", Counting, "Usual week set", "Set the usual week of {clinician} from {effective_on}"),
    kind("source.chosen", Counting, "Source chosen", "Chose what counts for {clinician} from {effective_on}: {source}")
        .sets(&["clinician"], "{source}, from {effective_on}"),
    kind("day-sheet.entered", Counting, "Numbers entered", "Entered numbers from the appointment book for {day}: {clinicians} clinician(s)"),
    kind("contacts.anchored", Counting, "Counts sealed", "Sealed what was counted, so that a later change shows"),
    kind("day.folded", Counting, "Day kept as totals", "Kept the totals of {day}, but no longer who had counted them"),
    kind("counts.erased", Counting, "Counts erased", "Erased a clinician’s own counts"),
    // Diverts.
    kind("divert.started", Divert, "Divert started", "Started a divert; ground: {ground}"),
    kind("divert.ended", Divert, "Divert ended", "Ended a divert"),
    kind("divert-rule.set", Divert, "Divert rule set", "Set when a divert is suggested, from {effective_on}: at {percent}%{clinicians? and {clinicians} clinician(s)|}")
        .sets(&[], "at {percent}%{clinicians? and {clinicians} clinician(s)|}"),
    kind("divert-message.sent", Divert, "Message of a divert recorded", "Recorded a message about a divert ({kind}), by {how}"),
    kind("divert-message.answered", Divert, "Answer to a message recorded", "Recorded the answer to a message about a divert: {answer}"),
    kind("divert-place.written", Divert, "Place changed", "{listed?Listed|Took off the list} a place to send patients to: {place}"),
    kind("divert-text.written", Divert, "Text changed", "Changed the text “{kind}” (version {version})"),
    // Appointments.
    kind("appointments.imported", Appointments, "Appointment file taken in", "{takes_back?Took back an appointment file|Took in an appointment file of {system}}: {rows} row(s), {slots} slot(s), {refused} refused"),
    kind("appointments.matched", Appointments, "Columns matched", "Said how files of {system} are read: {columns} column(s), {holders} holder(s), {types} type(s)"),
    kind("published-appointments.imported", Published, "Published appointments taken in", "Took in published appointments: {practices} practice(s), {appointments} appointment(s)"),
    // Transferred work.
    kind("transfer.logged", Transfers, "Transferred work logged", "{corrects?Corrected|Logged} an item of transferred work ({category}) that came on {came_on}: {outcome}"),
    kind("transfers.imported", Transfers, "Sheet of transferred work taken in", "Took in a sheet of transferred work from {first_day} to {last_day}: {items} item(s), {there} there before, {refused} refused"),
    // Who sees what.
    kind("sharing.changed", Sharing, "Sharing changed", "{given?Gave|Withdrew} consent to the {purpose}{shown_from?, shown from {shown_from}|}")
        .sets(&["purpose"], "{given?shared|not shared}"),
    kind("evidence.made", Downloads, "Evidence pack made", "Made an evidence pack of {from} to {to}{whole? with what otherwise stays in the practice|}: {files} file(s)"),
    kind("audit.exported", Downloads, "This list downloaded", "Downloaded what happened{narrowed?, narrowed down|}: {rows} row(s)"),
    kind("data.exported", Downloads, "Whole record downloaded", "Downloaded everything that is kept of the practice: {tables} table(s), {rows} row(s)"),
    kind("record.taken-in", Downloads, "Record taken in", "Took in the record of the practice from another Headroom: {tables} table(s), {rows} row(s)"),
    kind("list.exported", Downloads, "List of practices downloaded", "Downloaded the list of practices{narrowed?, narrowed down|}: {rows} practice(s)"),
    kind("account.exported", Downloads, "Account downloaded", "Downloaded what is kept about their own account"),
    // Clinicians, phones, screens.
    kind("clinician.added", Clinicians, "Clinician added", "Added {clinician} ({staff_group})"),
    kind("clinician.left", Clinicians, "Last day set", "{left_on?Set the last day of {clinician}: {left_on}|Noted that {clinician} stays}")
        .sets(&["clinician"], "{left_on?{left_on}|no last day}"),
    kind("enrolment-link.made", Clinicians, "Link for a phone made", "Made a link that enrols a phone of {clinician}"),
    kind("device.enrolled", Clinicians, "Phone enrolled", "Enrolled a phone or computer of {clinician}{with_pin? with a PIN|}"),
    kind("device.revoked", Clinicians, "Phone signed out by the practice", "Signed out a phone or computer of {clinician}"),
    kind("device.signed-out", Clinicians, "Phone signed out", "Signed out the phone or computer of {clinician} themselves"),
    kind("device.pin-refused", Clinicians, "Wrong PIN", "A wrong PIN was typed on the phone or computer of {device}"),
    kind("display.made", Clinicians, "Screen link made", "Made a link for a screen{desk? at the desk|}: {display}"),
    kind("display.opened", Clinicians, "Screen opened", "Opened the screen {display}"),
    kind("display.revoked", Clinicians, "Screen ended", "Ended the screen {display}"),
    kind("tap-address.made", Clinicians, "One-tap address made", "Made the one-tap address {address} of {clinician}"),
    kind("tap-address.revoked", Clinicians, "One-tap address ended", "Ended the one-tap address {address} of {clinician}"),
    kind("push.asked", Clinicians, "Notifications asked for", "Asked to be told in {browser} when {clinician?{clinician} is|somebody is} at the limit"),
    kind("push.ended", Clinicians, "Notifications ended", "Ended that {browser} is told when {clinician?{clinician} is|somebody is} at the limit"),
    kind("key.made", Keys, "Key made", "Made the key {key} for a program: {scopes}, for {days} days"),
    kind("key.revoked", Keys, "Key ended", "Ended the key {key} of a program"),
    kind("webhook.made", Keys, "Webhook made", "Made the webhook {webhook}: {events}"),
    kind("webhook.tested", Keys, "Webhook tried", "Sent a test to the webhook {webhook}"),
    kind("webhook.stopped", Keys, "Webhook given up", "The webhook {webhook} was given up: its program took nothing for a day"),
    kind("webhook.started", Keys, "Webhook told again", "Had the webhook {webhook} told again"),
    kind("webhook.revoked", Keys, "Webhook ended", "Ended the webhook {webhook}"),
    // What an LMC does for its practices.
    kind("question.asked", LmcWork, "Question asked", "Put a question to the week that ends on {week_ending}"),
    kind("template.published", LmcWork, "Template notice published", "Published a template notice (version {version})"),
    kind("template.withdrawn", LmcWork, "Template notice withdrawn", "Withdrew a template notice (version {version})"),
    kind("lmc.office-published", LmcWork, "Office published", "Changed how the office can be reached"),
    kind("meeting.set", LmcWork, "Meeting set", "Set the day of the last meeting: {met_on}").sets(&[], "{met_on}"),
    kind("local_duty.added", LmcWork, "Local duty changed", "{takes_back?Took back|Added} a duty that holds in the area"),
    kind("local_item.added", LmcWork, "Local item changed", "Wrote version {version} of the local item {item}"),
    kind("good_example.added", LmcWork, "Good example changed", "{takes_back?Took back|Added} a good example"),
    kind("transfer_route.set", LmcWork, "Route set", "Said whom to write to about transferred work"),
    kind("joint_letter.sent", LmcWork, "Joint letter recorded", "Recorded the joint letter “{kind}” (step {step}) about {items} item(s) of {practices} practice(s)"),
    kind("joint_letter.event", LmcWork, "Joint letter followed up", "Noted of a joint letter: {event}"),
    // People.
    kind("person.added", People, "Person added", "Added {person}{with_password? with a password|}"),
    kind("person.renamed", People, "Name changed", "{person} changed what they are called"),
    kind("person.disabled", People, "Person shut out", "Shut out {person} and signed them out everywhere"),
    kind("person.enabled", People, "Person let in again", "Let {person} in again"),
    kind("role.given", People, "Role given", "Gave {person} the role of {role} in {organisation}{declared_conflict?, with a declared conflict of interests|}"),
    kind("role.revoked", People, "Role ended", "Ended a role of {person}"),
    kind("joining.asked", People, "Somebody asked to join", "Somebody asked to manage the practice here"),
    kind("joining.sent", People, "Link to a practice sent", "Sent a link to an address that the LMC holds for a practice, about somebody {asked_for?who asked|whom it proposes}"),
    kind("joining.declined", People, "Joining declined", "Declined somebody who was to manage a practice, or took the link back"),
    kind("manager.admitted", People, "Manager let in", "Let {person} in to manage the practice{joining?, who was asked about|}"),
    kind("manager.removed", People, "Manager taken out", "Took {person} out of those who manage the practice"),
    kind("successor.taken", People, "Practice taken over", "Followed {from} to {to}, which took over: {people} person(s) came, {asked} asked about"),
    kind("setup.offered", People, "Set-up offered", "Offered the set-up of the first administrator"),
    kind("setup.done", People, "Set-up done", "Set up {person} as the first administrator"),
    kind("mail.chosen", People, "Reminders by mail chosen", "{wanted?Wants reminders by mail|Wants no reminders by mail}: {person}")
        .sets(&["person"], "{wanted?by mail|not by mail}"),
    // Signing in.
    kind("session.opened", SigningIn, "Signed in", "{person} signed in ({kind}){identity? by their organisation|}"),
    kind("session.refused", SigningIn, "Sign-in refused", "A sign-in was refused{person?: {person}|, for an address that nobody has}"),
    kind("session.ended", SigningIn, "Signed out", "{person} signed out"),
    kind("session.ended-by-owner", SigningIn, "Sign-ins ended", "{person} ended {sessions} sign-in(s) of their own"),
    kind("password-link.made", SigningIn, "Password link made", "Made a link with which {person} sets a password"),
    kind("password.set", SigningIn, "Password set", "{person} set a password"),
    kind("password.changed", SigningIn, "Password changed", "{person} changed their password"),
    kind("password.asked-for", SigningIn, "New password asked for", "A new password was asked for{person?: {person}|, for an address that nobody has}"),
    kind("second-factor.confirmed", SigningIn, "Authenticator app set up", "{person} set up an authenticator app"),
    kind("second-factor.removed", SigningIn, "Second factor removed", "Removed the second factor of {person}{passkeys?, {passkeys} passkey(s) with it|}"),
    kind("second-factor.refused", SigningIn, "Wrong second factor", "A wrong code or passkey for {person}"),
    kind("second-factor.proven", SigningIn, "Second factor given", "{person} gave their second factor again"),
    kind("passkey.added", SigningIn, "Passkey added", "{person} added a passkey"),
    kind("passkey.removed", SigningIn, "Passkey removed", "{person} removed a passkey"),
    kind("passkey.counter-back", SigningIn, "Passkey refused", "A passkey of {person} was refused: there may be a copy of it"),
    kind("recovery-code.used", SigningIn, "Recovery code used", "{person} used a recovery code"),
    kind("outside-identity.added", SigningIn, "Organisation’s sign-in added", "{person} added the sign-in of their organisation"),
    kind("outside-identity.removed", SigningIn, "Organisation’s sign-in removed", "{person} removed the sign-in of their organisation"),
    // The service.
    kind("organisations.imported", Published, "Organisations taken in", "Took in organisations from {files} file(s)"),
    kind("catalogue.imported", Published, "Menu taken in", "Took in edition {edition} of the menu for {jurisdiction}, from {valid_from}: {items} item(s)"),
    kind("release.made", Published, "Release made", "Made release {number}, published on {published_on}"),
    kind("release-correction.recorded", Published, "Correction recorded", "Recorded a correction of a release: {note}"),
    kind("release-correction.taken-back", Published, "Correction taken back", "Took back a correction of a release"),
    kind("demo.seeded", Upkeep, "Demo made", "Made the invented county: {practices} practice(s), {clinicians} clinician(s)"),
    kind("clock.confirmed", Upkeep, "Clock confirmed", "Confirmed the clock"),
    kind("master-key.replaced", Upkeep, "Master key replaced", "Replaced the master key (number {number})"),
    kind("rows.written", Upkeep, "Rows kept", "Kept rows of: {row_digests}"),
    kind("rows.adopted", Upkeep, "Older rows sealed", "Sealed rows of an older version of Headroom: {row_digests}"),
];
