//! How many rows a clinician's day has beside those that its tallies tell: they bound what one phone can write.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::support::*;

migration!(DayRows, "m028_day_rows", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "day_rows",
            vec![
                code("practice"),
                id("clinician"),
                day("day"),
                code("what"),
                big_number("n"),
            ],
            &["practice", "clinician", "day", "what"],
        ))
        .await?;
    let connection = manager.get_connection();
    // What was taken back so far, and the strokes.
    connection
        .execute_unprepared(
            "INSERT INTO day_rows (practice, clinician, day, what, n) \
             SELECT c.practice, c.clinician, c.day, 'taken-back', count(*) FROM contact_void v \
             JOIN contact c ON c.practice = v.practice AND c.id = v.contact AND c.clinician = v.clinician \
             GROUP BY c.practice, c.clinician, c.day",
        )
        .await?;
    connection
        .execute_unprepared(
            "INSERT INTO day_rows (practice, clinician, day, what, n) \
             SELECT practice, clinician, day, source, count(*) FROM tick GROUP BY practice, clinician, day, source",
        )
        .await?;
    Ok(())
}
