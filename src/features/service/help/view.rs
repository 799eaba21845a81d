//! Help, as markup.

use maud::{Markup, html};

use crate::{
    error::AppError,
    href,
    ui::{parts, sheet::Sheet, table},
};

/// Help for one role.
#[derive(Debug)]
pub(super) struct Topic {
    /// In the address.
    pub(super) code: &'static str,
    /// What it is called.
    pub(super) title: &'static str,
    /// The first time.
    pub(super) first: &'static [&'static str],
    /// From then on.
    pub(super) then: &'static [(&'static str, &'static str)],
}

/// What counts as one contact, as NHS England and GPC England define it for appointment data.
pub(super) const COUNTS: [(&str, &str); 6] = [
    ("You see, ring or visit a patient, or meet by video", "one"),
    ("You and a patient answer each other online until it is settled", "one"),
    ("A call turns into a visit the same day, by you", "one"),
    ("You speak with a parent, carer or care home about a patient", "one"),
    ("A round of eight at a care home, or a group of eight", "eight: one for each patient"),
    ("The duty doctor reads a request, a colleague rings later", "two: one for each clinician"),
];

/// What does not.
pub(super) const NOT: [(&str, &str); 4] = [
    ("Letters, results, prescriptions, referrals and administration", "none: tap them as work, beside the limit"),
    ("The patient did not attend", "none: imports of appointments show it apart"),
    ("Supervision, training and meetings about a case", "none"),
    ("Reception tells somebody where to go", "none"),
];

/// One topic a role.
pub(super) const TOPICS: [Topic; 6] = [
    Topic {
        code: "clinician",
        title: "For clinicians",
        first: &[
            "Your practice manager gives you a link or a QR code. Open it on your own phone or on the computer you work at, and choose “Enrol this device”. You need no password.",
            "Add the page to your home screen, so that it is one touch away.",
        ],
        then: &[
            ("After each contact", "Tap +1. The number under it is what is left before your limit today."),
            ("A wrong tap", "Undo takes back the last one. “Several at once” adds a clinic that is over."),
            ("No signal", "Go on tapping. The phone keeps taps and sends them when it can; each counts once."),
            (
                "At the limit",
                "Nothing stops. Contact 26 is counted like any other; say with one tap why it could not wait.",
            ),
            (
                "To be told when you get there",
                "Under My day, “Tell me in this browser” shows a notification on this device. It names the practice, and is taken back with one press.",
            ),
            (
                "Work beside patients",
                "Letters, results and the like have buttons of their own. They never count towards 25.",
            ),
            ("Who sees it", "You and your practice. Nobody outside sees one clinician’s figures."),
        ],
    },
    Topic {
        code: "desk",
        title: "At the desk, beside the clinical system",
        first: &[
            "Under My day, “small window” opens a window 240 pixels wide. In Chrome and Edge it stays on top of the clinical system, for as long as My day stays open; in Firefox and Safari it is an ordinary small window. What you tap in it is kept like any other tap.",
            "Under My day, “one-tap addresses” makes a secret address for a key, a watch or a tag. It is shown once. Whoever has it can count for you at that practice, so treat it like a key.",
        ],
        then: &[
            (
                "Keys",
                "On My day and in the small window: + counts, u undoes, 1 to 4 say that the last one was in person, by telephone, online or a home visit, 5 that it was complex, and ? lists them. “Keys and signals” switches them off.",
            ),
            (
                "Stream Deck",
                "Use an action that sends an HTTP request, such as one of the web request plugins: method POST, the address, no body. The action “Website” only opens the address, and that counts nothing. The answer is a line such as “11 left of 25”.",
            ),
            (
                "iPhone and Apple Watch",
                "In Shortcuts add “Get Contents of URL”: the address, method POST. Add “Show Notification” to see what is left. Put the shortcut on the home screen, the watch, or the Action button.",
            ),
            (
                "A tag (NFC)",
                "On an iPhone make an automation in Shortcuts that runs this shortcut when the tag is read. A tag that holds the address itself opens a page with a button: one touch more, and nothing is counted before it.",
            ),
            (
                "From a program",
                "curl -X POST and the address counts one; ?kind=telephone at its end says the kind. Each POST is a contact, unless it has a header Idempotency-Key that was sent before. Up to 60 a minute.",
            ),
            (
                "It is lost, or somebody else has it",
                "End it under “one-tap addresses”. It ends too when the device on which you made it is signed out or its 90 days are over.",
            ),
        ],
    },
    Topic {
        code: "manager",
        title: "For practice managers",
        first: &[
            "Open “People” and add each clinician by a label, such as “Dr A”. Make a link for each phone.",
            "Open “Capacity” and look at the limit: 25 a day and 13 for one session unless the practice decides otherwise.",
            "Open “Who sees this” and decide whether your LMC sees your practice. You can change your mind at any time.",
            "Open “Actions” and record what the practice has paused, withdrawn from, deferred or given notice on.",
        ],
        then: &[
            ("Once a week", "“This week” lists what is due. If nothing changed, one press answers the return."),
            (
                "When the practice is full",
                "“Divert” says where routine demand goes and has the texts for it. Urgent need is still assessed the same day.",
            ),
            (
                "A letter or a notice",
                "Each has a draft with the practice’s name and the dates worked out. You send it; Headroom keeps the date and reminds you.",
            ),
            (
                "Work that a hospital passed on",
                "Log it under “Transfers”: provider, kind, what you did. Never a patient’s name.",
            ),
            (
                "A clinician who does not tap",
                "Take in the appointment report of your clinical system under “Imports”, or write the day’s number on the day sheet.",
            ),
            ("Somebody leaves or loses a phone", "End the device under “People”. What it counted stays."),
        ],
    },
    Topic {
        code: "lmc",
        title: "For LMC officers",
        first: &[
            "Set up an authenticator app or a passkey: your role opens with a password and one of them.",
            "Open “Office” and write the address and telephone number that practices see.",
            "Ask a first question of your practices under “Questions”, or note by telephone what a practice tells you.",
        ],
        then: &[
            (
                "The area",
                "You see practices that agreed to share, from the day they agreed. A practice that does not share is not shown as doing nothing: it is not heard from.",
            ),
            ("Who looked", "Each time you open one practice’s page, the practice sees that you did."),
            (
                "Transferred work",
                "The desk shows the same work passed on to several practices. Write one joint letter for all of them.",
            ),
            ("Before a meeting", "The meeting sheet is one page of what changed since the last one."),
        ],
    },
    Topic {
        code: "icb",
        title: "For ICB analysts",
        first: &[
            "Set up an authenticator app or a passkey: your role opens with a password and one of them.",
            "Read “How to read this” before you quote a figure.",
        ],
        then: &[
            (
                "What you get",
                "A release every fourth Thursday: counts for whole ICBs, with a little noise that stays the same however often you look.",
            ),
            ("What you never get", "A practice, a network, or a figure from which one could be worked out."),
            ("Likely range", "The true figure is in it nineteen times in twenty. Quote the range with the figure."),
        ],
    },
    Topic {
        code: "administrator",
        title: "For administrators",
        first: &[
            "Take in the files of NHS England under “Organisations”. Roles are held in organisations.",
            "Add people and their roles under “People”. Each gets a link to choose a password, by mail where a mail server is set up.",
            "Keep the keys and a backup of the database apart from the machine. docs/OPERATIONS.md of Headroom says how.",
        ],
        then: &[
            (
                "Every month",
                "Take in NHS England’s new practice mapping. What opened, closed, moved or was renamed is recorded with its day.",
            ),
            (
                "Somebody lost their phone",
                "Remove their second factor under “People”. They set up another when they sign in.",
            ),
            (
                "The clock",
                "If the machine’s clock jumps, nothing is deleted, mailed or published until you confirm it under “Clock”.",
            ),
            ("What you do not see", "No practice’s figures."),
        ],
    },
];

/// What counts, where the rest is explained, and how to look for it; what was found stands first.
pub(super) fn index(find: &Markup, has_looked: bool) -> Sheet {
    let rows = |lines: &[(&'static str, &'static str)]| -> Vec<Vec<Markup>> {
        lines.iter().map(|(what, counts)| vec![html! { (what) }, html! { (counts) }]).collect()
    };
    let columns = [table::words("What happens"), table::words("Contacts")];
    let topics = html! {
        ul .nhsuk-list {
            @for topic in &TOPICS { li { a href=(href!("/help").seg(topic.code)) { (topic.title) } } }
            li { a href="/who-sees-what" { "Who can see what" } }
            li { a href="/api" { "The API, for programs" } }
        }
    };
    Sheet::outside("What counts as a contact").content(html! {
        (parts::lede(&html! { "One clinician and one patient, or whoever speaks for the patient: in the room, by telephone, by video, online or at home." }))
        @if has_looked { (parts::panel("Found", find)) }
        (parts::two_columns(
            &html! {
                (parts::panel("It counts", &table::table("What counts as a contact", &columns, &rows(&COUNTS))))
                (parts::panel("It does not", &table::table("What does not count as a contact", &columns, &rows(&NOT))))
            },
            &html! {
                (parts::panel("How it works for you", &topics))
                @if !has_looked { (parts::panel("Find", find)) }
                (parts::panel("Why 25", &html! {
                    p { "The European and British doctors’ organisations UEMO and BMA call 25 contacts a day the most that one clinician can see safely. It is not in the contract. Headroom counts and tells; it stops nobody." }
                }))
            },
        ))
        p .hr-small { "Contacts as NHS England and GPC England define them for appointment data." }
    })
}

/// What one role does here.
pub(super) fn topic(topic: &Topic) -> Sheet {
    Sheet::outside(topic.title).back(&href!("/help"), "Help").content(html! {
        (parts::panel("The first time", &html! {
            ol .nhsuk-list.nhsuk-list--number { @for step in topic.first { li { (step) } } }
        }))
        (parts::panel("From then on", &html! {
            dl .nhsuk-summary-list {
                @for (what, how) in topic.then {
                    div .nhsuk-summary-list__row {
                        dt .nhsuk-summary-list__key { (what) }
                        dd .nhsuk-summary-list__value { (how) }
                    }
                }
            }
        }))
        p { a href="/help" { "What counts as a contact" } }
    })
}

/// A refusal of the API: its reference, what happened, and what a program does about it.
type Problem = (&'static str, &'static str, &'static str);

/// Every refusal.
pub(super) const PROBLEMS: [Problem; AppError::REFERENCES.len()] = [
    (
        "not-found",
        "There is no such thing, or it is not yours",
        "Both are answered alike. Look at the address and at whom the token or the key is of.",
    ),
    (
        "sign-in-first",
        "Nobody is signed in",
        "Send a token of POST /api/v1/session or a key. A token lives ten minutes; a key ends on the day it was made for.",
    ),
    (
        "not-yours",
        "This role, device or key may not do that",
        "The document of the API names the scope that each operation takes.",
    ),
    (
        "cross-site",
        "Another site asked",
        "Pages write only from their own site. A program sends no cookie and no Origin of another site.",
    ),
    (
        "invalid-fields",
        "Something in the body cannot be taken",
        "“errors” has each field at fault with a sentence. Nothing was written.",
    ),
    ("malformed", "The request cannot be read", "It is no JSON, has two Host headers, is too large, or was cut off."),
    (
        "id-reused",
        "This id was used for something else",
        "Make a new id for each thing. The same id with the same content is taken as sent again.",
    ),
    (
        "corrected-before",
        "Somebody corrected this entry meanwhile",
        "“newest” is the entry that stands now. Look at it and correct that one.",
    ),
    ("conflict", "It stands otherwise by now", "The sentence says how. Ask again for what stands, and decide anew."),
    ("too-many-tries", "Too many requests or tries", "Retry-After says in how many seconds to ask again."),
    (
        "unavailable",
        "Busy, or the database cannot be used just now",
        "Nothing was written. Send it again after Retry-After; the same id cannot count twice.",
    ),
    ("provider-away", "The organisation’s own sign-in does not answer", "Try again later, or sign in with a password."),
    (
        "no-space",
        "The disk is full",
        "Nothing was written. Whoever looks after the machine makes room; send it again afterwards.",
    ),
    (
        "storage",
        "The database is damaged, or was moved",
        "Whoever looks after the machine finds the reason in its log.",
    ),
    ("fault", "A mistake of ours", "The log has it under the id of the request. Nothing was written."),
];

/// What a refusal means.
pub(super) fn problem((reference, what, then): &Problem) -> Sheet {
    Sheet::outside(*what).content(html! {
        p { "A program was answered with " code .hr-code { "/problems/" (reference) } "." }
        p { (then) }
    })
}
