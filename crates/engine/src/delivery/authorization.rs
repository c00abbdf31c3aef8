//! What a request shows to its receiver's gateway, beside its signature.

use std::{fmt, sync::Arc};

use nuncio_domain::{EndpointAuth, Secret, bearer};
use nuncio_store::{EndpointKey, Sending};
use zeroize::Zeroizing;

use crate::delivery::{
    courier::Courier,
    render::AuthHeader,
    send::Failure,
    tokens::{Token, TokenForRequest, TokenQuery},
};

/// The credentials of one request.
#[derive(Default)]
pub(crate) struct Authorization {
    header: Option<(Arc<EndpointAuth>, Zeroizing<String>)>,
    token: Option<TokenForRequest>,
}

impl Authorization {
    fn fixed(auth: &Arc<EndpointAuth>, value: Zeroizing<String>) -> Self {
        Self {
            header: Some((Arc::clone(auth), value)),
            token: None,
        }
    }

    fn by_token(auth: &Arc<EndpointAuth>, token: TokenForRequest) -> Self {
        Self {
            header: Some((Arc::clone(auth), bearer(&token.token.secret))),
            token: Some(token),
        }
    }

    /// The header to send.
    pub(crate) fn header(&self) -> Option<AuthHeader<'_>> {
        let (auth, value) = self.header.as_ref()?;
        Some(AuthHeader {
            name: auth.header_name(),
            value,
        })
    }

    /// Whether getting it took time, in which the endpoint may have changed.
    pub(crate) fn waited(&self) -> bool {
        self.token.as_ref().is_some_and(|token| token.waited)
    }

    /// The token that it carries, which no log may hold.
    pub(crate) fn token(&self) -> Option<&Secret> {
        self.token.as_ref().map(|token| &token.token.secret)
    }

    fn used(&self) -> Option<(&Arc<Token>, bool)> {
        let token = self.token.as_ref()?;
        Some((&token.token, token.is_fresh))
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[authorization]")
    }
}

impl Courier {
    /// What a request to this endpoint carries.
    ///
    /// # Errors
    /// When there is no token for it.
    pub(crate) async fn authorize(
        &self,
        key: EndpointKey,
        sending: &Sending,
    ) -> Result<Authorization, Failure> {
        let Some(auth) = &sending.endpoint.auth else {
            return Ok(Authorization::default());
        };
        if let Some(value) = auth.fixed_value() {
            return Ok(Authorization::fixed(auth, value));
        }
        // In a box: few endpoints have one, and what it takes would make every attempt's future large.
        let token = Box::pin(self.tokens.token(self.query(key, sending))).await?;
        Ok(Authorization::by_token(auth, token))
    }

    /// What to try once more after the receiver answered 401; `None` where that would not help: the credentials never
    /// change, or the token was new.
    ///
    /// # Errors
    /// When there is no new token.
    pub(crate) async fn authorize_again(
        &self,
        key: EndpointKey,
        sending: &Sending,
        refused: &Authorization,
    ) -> Result<Option<Authorization>, Failure> {
        let (Some(auth), Some((token, is_fresh))) = (&sending.endpoint.auth, refused.used()) else {
            return Ok(None);
        };
        if is_fresh {
            let now = self.clock.steady();
            self.tokens.note_refused_when_fresh(key, now).await;
            return Ok(None);
        }
        let query = self.query(key, sending);
        let renewed = self.tokens.renewed(query, token).await?;
        let is_another = !Arc::ptr_eq(&renewed.token, token);
        Ok(is_another.then(|| Authorization::by_token(auth, renewed)))
    }

    fn query<'a>(&'a self, key: EndpointKey, sending: &'a Sending) -> TokenQuery<'a> {
        TokenQuery {
            key,
            sending,
            transport: &*self.transport,
            clock: &*self.clock,
            entropy: &*self.entropy,
            user_agent: &self.user_agent,
        }
    }
}
