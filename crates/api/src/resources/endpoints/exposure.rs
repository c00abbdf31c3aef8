//! What a change does to where an endpoint's credentials go.

/// It, by what goes elsewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exposure {
    /// Requests go to another scheme, host or port.
    pub(super) origin_changes: bool,
    /// Tokens are asked for at another scheme, host or port.
    pub(super) token_origin_changes: bool,
    /// The secret is sent as it is, to an origin that has not had it so before.
    pub(super) shows_secret: bool,
}

impl Exposure {
    /// Whether requests go to another scheme, host or port.
    pub(crate) const fn origin_changes(self) -> bool {
        self.origin_changes
    }

    /// Whether the secret in `auth`, or what it is exchanged for, goes to another origin.
    pub(crate) const fn moves_auth(self) -> bool {
        self.origin_changes || self.token_origin_changes
    }
}
