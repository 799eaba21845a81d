//! The audit chain holds, shows a single flipped bit, survives erasure, and stays one chain on two nodes.

use entity::{audit_event, ids::OrgCode};
use futures::future::join_all;
use headroom::{
    audit::{self, Event, Why},
    clock::Clock,
    live::Live,
    writer::Writer,
};
use sea_orm::{EntityTrait, QueryOrder};
use serde::Serialize;

use crate::support::{
    counting::{Counter, noon, practice},
    databases::{Kind, TestDb, both_databases},
};

#[derive(Serialize)]
struct Noted {
    n: u32,
}

impl Event for Noted {
    const NAME: &'static str = "test.noted";
}

async fn note(writer: &Writer, me: &Counter, n: u32) {
    let organisation: OrgCode = (&me.practice).into();
    let written =
        writer.write(&me.permit, move |tx| Box::pin(async move { Ok(tx.audit(&organisation, &Noted { n }).await?) }));
    written.await.unwrap();
}

both_databases!(a_chain_written_by_two_nodes_holds, |test: TestDb| async move {
    let nodes =
        [test.db.clone(), test.other_node().await].map(|db| Writer::start(db, Live::default(), Clock::system()));
    let here = test.counter(&practice()).await;
    let there = test.counter(&"Z90002".parse().unwrap()).await;
    let tasks = (0..60).map(|n: u32| {
        let writer = nodes[usize::from(n.is_multiple_of(2))].clone();
        let me = if n.is_multiple_of(3) { here.clone() } else { there.clone() };
        tokio::spawn(async move { note(&writer, &me, n).await })
    });
    for done in join_all(tasks).await {
        done.unwrap();
    }
    assert_eq!(audit::verify(test.db.unscoped()).await.unwrap(), (60, vec![]));
});

both_databases!(a_flipped_bit_is_found, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    for n in 0..5 {
        note(&writer, &me, n).await;
    }
    // A thief has the file, and no trigger stops them.
    let disarm: &[&str] = match test.kind() {
        Kind::Sqlite => &["DROP TRIGGER audit_event_no_update"],
        Kind::Postgres => &["ALTER TABLE audit_event DISABLE TRIGGER ALL"],
    };
    test.transaction(disarm).await.unwrap();
    let columns = ["actor", "event", "detail", "salt", "detail_hash", "previous_hash", "hash"];
    for column in columns {
        let old = test.column(&format!("SELECT {column} FROM audit_event WHERE seq = 3")).await;
        let old = old.first().unwrap();
        let mut bytes = old.clone().into_bytes();
        // The lowest bit of one letter.
        bytes[0] ^= 1;
        let new = String::from_utf8(bytes).unwrap();
        set(&test, column, &new).await;
        let (_, broken) = audit::verify(test.db.unscoped()).await.unwrap();
        assert_eq!(broken.len(), 1, "{column}");
        assert_eq!((broken[0].organisation.as_str(), broken[0].seq), ("Z90001", 3), "{column}");
        assert!(matches!(broken[0].why, Why::Changed(_)), "{column}: {}", broken[0]);
        set(&test, column, old).await;
    }
    test.transaction(&["UPDATE audit_event SET recorded_at = '2026-11-21T00:00:00+00:00' WHERE seq = 2"])
        .await
        .unwrap();
    let (_, broken) = audit::verify(test.db.unscoped()).await.unwrap();
    assert_eq!(broken.first().map(|broken| broken.seq), Some(2));
});

async fn set(test: &TestDb, column: &str, value: &str) {
    let value = value.replace('\'', "''");
    let update = format!("UPDATE audit_event SET {column} = '{value}' WHERE seq = 3");
    test.transaction(&[&update]).await.unwrap();
}

both_databases!(a_cut_tail_is_found, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    for n in 0..3 {
        note(&writer, &me, n).await;
    }
    let cut: &[&str] = match test.kind() {
        Kind::Sqlite => &["DROP TRIGGER audit_event_no_delete", "DELETE FROM audit_event WHERE seq = 3"],
        Kind::Postgres => &["ALTER TABLE audit_event DISABLE TRIGGER ALL", "DELETE FROM audit_event WHERE seq = 3"],
    };
    test.transaction(cut).await.unwrap();
    let (_, broken) = audit::verify(test.db.unscoped()).await.unwrap();
    assert_eq!(broken.first().map(|broken| (broken.seq, broken.why)), Some((3, Why::CutOff)));
});

both_databases!(erased_detail_leaves_a_chain_that_holds, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    for n in 0..3 {
        note(&writer, &me, n).await;
    }
    let erase = "UPDATE audit_event SET detail = NULL, salt = NULL WHERE seq = 2";
    test.transaction(&[erase]).await.expect_err("without the gate");
    let gate = "INSERT INTO retention_gate (id) VALUES ('00000000-0000-0000-0000-000000000001')";
    let close = "DELETE FROM retention_gate";
    for forbidden in [
        "UPDATE audit_event SET detail = NULL, salt = NULL, actor = 'nobody' WHERE seq = 2",
        "UPDATE audit_event SET detail = NULL WHERE seq = 2",
        "UPDATE audit_event SET detail = 'something else', salt = NULL WHERE seq = 2",
        "UPDATE audit_event SET detail = NULL, salt = NULL, hash = 'x' WHERE seq = 2",
        "UPDATE audit_event SET detail = NULL, salt = NULL, seq = 9 WHERE seq = 3",
        "DELETE FROM audit_event WHERE seq = 2",
    ] {
        let refused = test.transaction(&[gate, forbidden, close]).await;
        assert!(refused.unwrap_err().to_string().contains("append-only"), "{forbidden}");
    }
    test.transaction(&[gate, erase, close]).await.unwrap();
    let events =
        audit_event::Entity::find().order_by_asc(audit_event::Column::Seq).all(test.db.unscoped()).await.unwrap();
    let kept: Vec<bool> = events.iter().map(|event| event.detail.is_some()).collect();
    assert_eq!(kept, [true, false, true]);
    assert_eq!(audit::verify(test.db.unscoped()).await.unwrap(), (3, vec![]));
    assert_eq!(noon(), events[0].recorded_at);
});
