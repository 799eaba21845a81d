//! Closed sets of values that are stored and sent as text.

/// An enum stored and sent as a stable text code.
macro_rules! codes {
    ($what:literal, $why:literal, $(#[$doc:meta])* $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $code:tt),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, utoipa::ToSchema,
        )]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant,)+
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(|error: entity::ids::NotAnId| serde::de::Error::custom(error.sentence()))
            }
        }

        impl $name {
            /// Every value, in the order a person reads them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable text code.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = entity::ids::NotAnId;
            fn from_str(text: &str) -> Result<Self, entity::ids::NotAnId> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str() == text)
                    .ok_or(entity::ids::NotAnId { what: $what, why: $why })
            }
        }
    };
}
pub(super) use codes;
