//! Help is looked through by anybody: its own lines, and the actions of the menu, which lead on to where one records them.

use headroom::domain::access::Role;

use crate::support::{
    app::TestApp,
    databases::{TestDb, both_databases},
};

both_databases!(help_and_actions_are_found_by_their_words, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let stranger = app.stranger();
    let page = stranger.get("/help?find=stream+deck").await;
    assert!(page.is(200).body.contains("At the desk, beside the clinical system: Stream Deck"), "{}", page.body);
    let catalogue = app.state.catalogue().await.unwrap();
    let item = catalogue.items_on(app.state.clock.today()).next().unwrap();
    let asked = format!("/help?find={}", item.title.split_whitespace().collect::<Vec<_>>().join("+"));
    let link = |practice: &str| format!("/practices/{practice}/actions/{}\"", item.code);
    let page = stranger.get(&asked).await;
    assert!(page.is(200).body.contains("<h3 class=\"nhsuk-heading-s\">Actions</h3>"), "{}", page.body);
    assert!(!page.body.contains("/practices/"), "{}", page.body);
    // Whoever manages a practice is led to its own page, and that opens.
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let page = manager.get(&asked).await;
    assert!(page.is(200).body.contains(&link("Z90001")), "{}", page.body);
    manager.get(link("Z90001").trim_end_matches('"')).await.is(200);
    // Letters are found by what they say, and the practice's own are looked through where they are kept.
    let page = stranger.get("/help?find=notice+service").await;
    assert!(page.is(200).body.contains("<h3 class=\"nhsuk-heading-s\">Letters</h3>"), "{}", page.body);
    assert!(!page.body.contains("letters your practice sent"), "{}", page.body);
    let page = manager.get("/help?find=notice+service").await;
    let new = "/practices/Z90001/letters/new?kind=notice-on-service";
    assert!(page.is(200).body.contains(new), "{}", page.body);
    assert!(page.body.contains("/practices/Z90001/letters?find=notice%20service"), "{}", page.body);
    manager.get(new).await.is(200);
    let before = test.content_without(&["session"]).await;
    for (asked, said) in [
        ("/help?find=zzz+nonsense", "Nothing in help, among the actions or among the letters has all of these words."),
        ("/help?find=%3Cscript%3E%22x", "value=\"&lt;script&gt;&quot;x\""),
        ("/help?find=+", "How it works for you"),
        ("/help?find=%00%F0%9F%98%80", "Nothing in help"),
    ] {
        let page = stranger.get(asked).await;
        assert!(page.is(200).body.contains(said) && !page.body.contains("<script>\""), "{asked}: {}", page.body);
    }
    let long = "long+".repeat(2_000);
    assert!(stranger.get(&format!("/help?find={long}")).await.status.as_u16() < 500);
    assert_eq!(test.content_without(&["session"]).await, before, "looking changes nothing");
});
