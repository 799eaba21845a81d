//! What providers passed on to practices of an area.

use std::{cmp::Reverse, collections::BTreeMap};

use entity::{ids::LocalDate, transfer};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, QuerySelect, QueryTrait, TryGetableMany,
    sea_query::{Alias, CommonTableExpression, Expr, ExprTrait, Query, SelectStatement, SimpleExpr, UnionType},
};

use super::{Narrowed, Period, count, seen};
use crate::{
    db::Scoped,
    domain::{
        access::LmcScope,
        transfer::{
            ProviderRef,
            desk::{LEAST_ITEMS, LEAST_PRACTICES, Repeat},
        },
    },
    store::sharing::Sharing,
};

/// Patterns that are shown at once.
const MOST_REPEATS: usize = 100;
/// Providers that are shown at once; kinds are fewer.
const MOST_LINES: usize = 200;

/// What providers passed on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassedOn {
    /// The same work of one provider from several practices, those that came most first.
    pub repeats: Vec<Repeat>,
    /// Each provider, those that pass on most first.
    pub providers: Vec<ProviderLine>,
    /// By the code of the kind.
    pub kinds: BTreeMap<String, KindLine>,
}

/// Items of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLine {
    /// The provider, under the name that a practice wrote.
    pub provider: ProviderRef,
    /// How many.
    pub items: u32,
    /// From how many practices.
    pub practices: u32,
}

/// Items of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindLine {
    /// How many.
    pub items: u32,
    /// From how many practices.
    pub practices: u32,
}

/// What is asked about by provider and by kind, and the same work among it. The items are looked through once and summed
/// by practice and work; the database sums these sums too, because handing over a row for each practice takes longer.
pub async fn passed_on<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    sharing: &Sharing,
    period: Period,
    narrowed: &Narrowed,
) -> Result<PassedOn, DbErr> {
    let mut found = PassedOn::default();
    if sharing.is_empty() {
        return Ok(found);
    }
    let mut lines = lines(By::Work);
    lines.union(UnionType::All, self::lines(By::Provider)).union(UnionType::All, self::lines(By::Kind));
    let came = by_practice_and_work(sharing, period, narrowed);
    lines.with_cte(came);
    let rows = at.conn.query_all(&lines).await?;
    for row in &rows {
        found.add(Line::try_get_many_by_index(row)?);
    }
    let by_work = |same: &Repeat| (same.provider.key.clone(), same.department.clone(), same.category.clone());
    found.repeats.sort_by_cached_key(|same| (Reverse(same.items), by_work(same)));
    found.repeats.truncate(MOST_REPEATS);
    found.providers.sort_by_cached_key(|line| (Reverse(line.items), line.provider.key.clone()));
    found.providers.truncate(MOST_LINES);
    Ok(found)
}

/// What a line sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Work,
    Provider,
    Kind,
}

const WORK: [&str; 3] = ["provider", "department", "category"];

impl By {
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Work => &WORK,
            Self::Provider => &["provider"],
            Self::Kind => &["category"],
        }
    }
}

/// Provider, department, kind, the provider's name, practices, items, the newest day. What a line does not sum by is empty.
type Line = (Option<String>, Option<String>, Option<String>, String, i64, i64, LocalDate);

/// The name under which the sums by practice and work stand at the head of the statement.
const CAME: &str = "came";

fn column(name: &'static str) -> Expr {
    Expr::col(Alias::new(name))
}

fn whole(sum: SimpleExpr) -> SimpleExpr {
    sum.cast_as(Alias::new("BIGINT"))
}

fn by_practice_and_work(sharing: &Sharing, period: Period, narrowed: &Narrowed) -> CommonTableExpression {
    let mut items = seen(sharing, period, narrowed)
        .select_only()
        .column(transfer::Column::Practice)
        .column_as(transfer::Column::ProviderName.max(), "name")
        .column_as(transfer::Column::Id.count(), "items")
        .column_as(transfer::Column::CameOn.max(), "last");
    for part in [transfer::Column::Provider, transfer::Column::Department, transfer::Column::Category] {
        items = items.column(part).group_by(part);
    }
    let mut came = CommonTableExpression::new();
    came.table_name(Alias::new(CAME)).query(items.group_by(transfer::Column::Practice).into_query());
    came
}

/// One line for each that occurs.
fn lines(by: By) -> SelectStatement {
    let mut lines = Query::select();
    for part in WORK {
        if by.columns().contains(&part) {
            lines.expr(column(part)).add_group_by([column(part)]);
        } else {
            lines.expr(Expr::val(None::<String>));
        }
    }
    lines
        .expr(column("name").max())
        .expr(column("practice").count())
        .expr(whole(column("items").sum()))
        .expr(column("last").max());
    if by == By::Work {
        // Each row is one practice's already.
        lines
            .from(Alias::new(CAME))
            .and_having(column("items").sum().gte(LEAST_ITEMS))
            .and_having(column("practice").count().gte(LEAST_PRACTICES));
        return lines;
    }
    let mut of_practices = Query::select();
    of_practices
        .column(Alias::new("practice"))
        .expr_as(column("name").max(), Alias::new("name"))
        .expr_as(column("items").sum(), Alias::new("items"))
        .expr_as(column("last").max(), Alias::new("last"))
        .from(Alias::new(CAME))
        .add_group_by([column("practice")]);
    for part in by.columns() {
        of_practices.expr(column(part)).add_group_by([column(part)]);
    }
    lines.from_subquery(of_practices, Alias::new("of_practices"));
    lines
}

impl PassedOn {
    fn add(&mut self, (provider, department, category, name, practices, items, last): Line) {
        let (practices, items) = (count(practices), count(items));
        match (provider, category) {
            (Some(key), Some(category)) => {
                let provider = ProviderRef { key, name };
                self.repeats.push(Repeat { provider, department, category, items, practices, last });
            }
            (Some(key), None) => {
                self.providers.push(ProviderLine { provider: ProviderRef { key, name }, items, practices });
            }
            (None, Some(kind)) => drop(self.kinds.insert(kind, KindLine { items, practices })),
            (None, None) => {}
        }
    }
}
