//! Markup components: values in, markup out. Knows no axum and no sea-orm.
