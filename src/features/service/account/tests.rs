//! Pages read by a real parser.

use uuid::Uuid;

use super::{
    organisation_view::{Added, Organisation, organisation},
    passkey_view::{self, NewPasskey, PasskeyLine, Prove, Remove},
    second_factor_view::{self as view, Offer, State},
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
        passkey_instead: Some(crate::href!("/account/passkeys/new")),
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
fn passkeys_are_listed_added_and_removed_on_pages_of_one_main_button() {
    let errors = [FieldError::new("current", "Not right")];
    let at: chrono::DateTime<chrono::Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
    let line = PasskeyLine { id: Uuid::nil(), name: "Blue key".to_owned(), added: at, last_used: None };
    for app in [None, Some((at, 7))] {
        for unusable in [None, Some("Not here")] {
            let passkeys = vec![line.clone(), line.clone()];
            let sheet = view::standing(&State { app, passkeys, unusable, done: "passkey-added" });
            holds(&sheet);
            let page = read(&sheet);
            assert_eq!(texts(&page, "a[href^='/account/passkeys/remove?passkey=']").len(), 2);
            assert_eq!(texts(&page, "a[href='/account/passkeys/new']").len(), usize::from(unusable.is_none()));
        }
    }
    for (has_password, unusable) in [(true, None), (false, None), (true, Some("Not here"))] {
        holds(&passkey_view::new(&NewPasskey { name: "Blue key", has_password, unusable, errors: &[] }));
        holds(&passkey_view::remove(&Remove { line: line.clone(), has_password, errors: &errors }));
    }
    let page = read(&passkey_view::make("Blue key", ("{\"rp\":1}", "sealed")));
    assert_eq!(texts(&page, "form[data-passkey=new][data-options='{\"rp\":1}'][action='/account/passkeys']").len(), 1);
    for (has_app, passkey) in [(true, None), (true, Some(("{}", "sealed"))), (false, Some(("{}", "sealed")))] {
        let field = if has_app { "code" } else { "passkey" };
        let errors = [FieldError::new(field, "Not right")];
        let sheet = passkey_view::prove(&Prove { to: "/account", has_app, passkey, errors: &errors });
        holds(&sheet);
        let forms = usize::from(has_app) + usize::from(passkey.is_some());
        assert_eq!(texts(&read(&sheet), "form[action='/account/prove'] input[name=to]").len(), forms);
    }
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
