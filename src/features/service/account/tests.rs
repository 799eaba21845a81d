//! Pages read by a real parser.

use uuid::Uuid;

use super::{
    organisation_view::{Added, Organisation, organisation},
    second_factor_view::{self as view, Offer},
};
use crate::{
    error::FieldError,
    ui::sheet::tests::{holds, read, texts},
};

#[test]
fn an_app_is_offered_as_a_picture_and_as_a_key_and_codes_are_shown_whole() {
    let errors = [FieldError::new("code", "Not now")];
    let offer = Offer {
        id: Uuid::nil(),
        address: "otpauth://totp/Headroom:a%40b.uk?secret=ABCD&issuer=Headroom",
        typed: "ABCD EFGH",
        has_one: true,
        is_needed: true,
        has_password: true,
        errors: &errors,
    };
    let sheet = view::offer(&offer);
    holds(&sheet);
    let page = read(&sheet);
    assert_eq!(texts(&page, "#authenticator-key"), ["ABCD EFGH"]);
    assert_eq!(texts(&page, "svg.hr-qr").len(), 1);
    let page = read(&view::confirmed(&["AAAA-BBBB".to_owned(), "CCCC-DDDD".to_owned()]));
    assert_eq!(texts(&page, "#recovery-codes"), ["AAAA-BBBB\nCCCC-DDDD"]);
}

#[test]
fn the_organisations_sign_in_is_added_and_removed_on_one_page() {
    let errors = [FieldError::new("current", "Not right")];
    let at: chrono::DateTime<chrono::Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
    let added = |works: bool| Added { id: Uuid::nil(), at, last_used: works.then_some(at), works };
    for has_password in [true, false] {
        for added in [vec![], vec![added(true)], vec![added(false), added(false)]] {
            let offers = usize::from(!added.iter().any(|added| added.works));
            let removes = added.len();
            let shown =
                Organisation { words: "Sign in with NHSmail", has_password, added, done: "added", errors: &errors };
            let sheet = organisation(&shown);
            holds(&sheet);
            let page = read(&sheet);
            assert_eq!(texts(&page, "form[action='/account/organisation']").len(), offers);
            assert_eq!(texts(&page, "form[action='/account/organisation/remove']").len(), removes);
        }
    }
}
