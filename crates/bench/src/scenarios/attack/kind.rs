//! The kinds of attack, and how many strangers make one.

use clap::ValueEnum;
use serde::Serialize;

/// A kind of attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(super) enum Kind {
    /// None, to compare with.
    Calm,
    /// Connections that send nothing.
    IdleConnections,
    /// Heads of 380 KB that never end.
    Heads,
    /// Sign-ins with 2 MB of body that never end.
    SignIns,
    /// Events with 2 MB of body and a wrong key.
    WrongKeys,
    /// Batches of 16 MB, with a right key, of which the last byte is missing.
    Batches,
    /// Events that cost much to check against their schema.
    Schemas,
    /// A tenant's key that presses the test button.
    Tests,
}

impl Kind {
    pub(super) const ALL: [Self; 8] = [
        Self::Calm,
        Self::IdleConnections,
        Self::Heads,
        Self::SignIns,
        Self::WrongKeys,
        Self::Batches,
        Self::Schemas,
        Self::Tests,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::IdleConnections => "idle_connections",
            Self::Heads => "heads",
            Self::SignIns => "sign_ins",
            Self::WrongKeys => "wrong_keys",
            Self::Batches => "batches",
            Self::Schemas => "schemas",
            Self::Tests => "tests",
        }
    }

    /// How many strangers there are at full size.
    pub(super) const fn strangers(self) -> u32 {
        match self {
            Self::Calm => 0,
            Self::IdleConnections => 5_000,
            Self::Heads => 500,
            Self::SignIns | Self::WrongKeys => 900,
            Self::Batches => 60,
            Self::Schemas | Self::Tests => 16,
        }
    }

    /// Whether it needs nothing of the server, and can be aimed at anybody.
    pub(super) const fn suits_a_bystander(self) -> bool {
        match self {
            Self::IdleConnections | Self::Heads | Self::SignIns | Self::WrongKeys => true,
            Self::Calm | Self::Batches | Self::Schemas | Self::Tests => false,
        }
    }
}
