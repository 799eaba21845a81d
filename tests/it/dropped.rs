//! A phone disconnects and its request is dropped, wherever it stands: what is acknowledged afterwards is kept, and no
//! transaction stays open. The naive way, planted here, must fail the same check.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::{Duration, Instant},
};

use entity::{contact, ids::ContactId};
use headroom::error::AppError;
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait};
use uuid::Uuid;

use crate::support::{
    counting::{id_of, insert, practice},
    databases::{Kind, Place, TestDb, begin, both_databases, connect, run},
};

/// How many requests are dropped.
const DROPS: u32 = 400;

/// Works on a request for up to `micros` and drops it, as axum does when a phone leaves. tokio's timers know whole
/// milliseconds only, and a BEGIN takes less: so this one looks at the clock whenever anything happens.
async fn drop_within<T>(micros: u64, request: impl Future<Output = T>) -> Option<T> {
    let end = Instant::now() + Duration::from_micros(rand::random_range(0..micros));
    let mut request = pin!(request);
    poll_fn(|cx| match request.as_mut().poll(cx) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending if Instant::now() >= end => Poll::Ready(None),
        Poll::Pending => {
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await
}

both_databases!(dropped_requests_lose_nothing, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    let mut kept = Vec::new();
    let mut cut = 0;
    for n in 0..DROPS {
        if n % 2 == 0 {
            let request = writer.count(&me.permit, vec![me.contact()]);
            cut += u32::from(drop_within(1_000, request).await.is_none());
        } else {
            let request = writer.write(&me.permit, touch);
            cut += u32::from(drop_within(1_000, request).await.is_none());
        }
        let op = me.contact();
        kept.push(id_of(&op));
        writer.count(&me.permit, vec![op]).await.unwrap();
        writer.write(&me.permit, touch).await.unwrap();
    }
    assert!(cut > DROPS / 10, "only {cut} requests were cut short");
    let missing = missing(test.db.schema(), &kept).await;
    assert_eq!(missing, 0, "{missing} of {DROPS} acknowledged contacts are gone");
    assert_eq!(test.open_transactions().await, 0);
    assert_eq!(test.tallies().await, test.recount().await);
});

/// The control. Upstream: a BEGIN that is cancelled in flight gives its connection back to the pool with an open
/// transaction (sqlx 0.9.0). Should this test fail one day, sqlx is mended and `writer` may be simpler.
#[test]
fn the_naive_way_loses_acknowledged_writes_on_postgres() {
    run(Kind::Postgres, |test: TestDb| async move {
        let Place::Postgres(url) = &test.place else { unreachable!() };
        let pool = connect(url, 5).await;
        let me = test.counter(&practice()).await;
        let mut kept = Vec::new();
        for _ in 0..DROPS {
            let naive = async {
                let tx = begin(&pool).await?;
                insert(&tx, &me.contact()).await;
                tx.commit().await
            };
            drop(drop_within(1_000, naive).await);
            let op = me.contact();
            kept.push(id_of(&op));
            insert(&pool, &op).await;
        }
        let open = test.open_transactions().await;
        pool.close().await.unwrap();
        let lost = missing(test.db.schema(), &kept).await;
        println!("control: {lost} of {DROPS} acknowledged writes lost, {open} transactions open");
        assert!(lost > 0 || open > 0, "the check does not see what it is there to see");
    });
}

fn touch(tx: &headroom::writer::Tx) -> futures::future::BoxFuture<'_, Result<(), AppError>> {
    Box::pin(async move {
        tx.conn().execute_unprepared("UPDATE clinician SET label = 'Dr C'").await?;
        Ok(())
    })
}

async fn missing(conn: &DatabaseConnection, kept: &[Uuid]) -> usize {
    let stored = contact::Entity::find().all(conn).await.unwrap();
    let stored: std::collections::HashSet<ContactId> = stored.iter().map(|row| row.id).collect();
    kept.iter().filter(|id| !stored.contains(&ContactId(**id))).count()
}
