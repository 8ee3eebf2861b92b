//! Which way the mail goes: the one route of all dispatchers, and what this machine needs to use it.

use super::shop::Shop;
use crate::domain::actor::Actor;
use crate::domain::time::Moment;
use crate::domain::transmission::Wait;
use crate::mail::route::Route;
use crate::mail::secret::{Secret, SecretSource};
use crate::mail::smtp::{Phase, Session, Terms, connect};
use crate::mail::template::Templates;
use crate::store::{Store, StoreError};
use tokio::sync::Mutex;

/// The route in this machine's own configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteChoice {
    /// Nobody chose one: this is the outbox folder that serves until somebody does. It gives way to the shared route.
    Default(Route),
    /// The configuration names it.
    Named(Route),
}

impl RouteChoice {
    /// The route itself.
    pub const fn route(&self) -> &Route {
        match self {
            Self::Default(route) | Self::Named(route) => route,
        }
    }
}

/// What this machine brings to send with.
#[derive(Debug)]
pub struct Post {
    /// The route in its configuration.
    pub route: RouteChoice,
    /// Whether a plain connection may leave this machine.
    pub insecure: bool,
    /// Where the secret of the SMTP account comes from.
    pub secret: Option<SecretSource>,
    /// What connections are made with.
    pub terms: Terms,
    /// What mails are written from.
    pub templates: Templates,
}

/// The route in use.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) route: Route,
    /// As attempts keep it.
    pub(super) name: String,
    /// The shared route as it was read; nothing while none was chosen.
    pub(super) shared: Option<String>,
    /// The secret, once it was fetched; forgotten when the server does not take it.
    secret: Mutex<Option<Secret>>,
}

impl Line {
    fn new(route: Route, shared: Option<String>) -> Self {
        Self {
            name: route.to_string(),
            route,
            shared,
            secret: Mutex::new(None),
        }
    }

    /// The line that this machine may use now, or why it may not. A route that its configuration names becomes the shared one while
    /// there is none.
    pub(super) async fn choose(post: &Post, store: &Store, shop: &Shop, now: Moment) -> Result<Result<Self, Wait>, StoreError> {
        let own = match &post.route {
            RouteChoice::Named(own) => own,
            RouteChoice::Default(own) => return Ok(by_shared(post, own, shop.shared_route())),
        };
        let shared = match shop.shared_route() {
            Some(shared) => shared.to_owned(),
            None => store.adopt_route(&own.to_string(), &Actor::Dispatcher, now).await?,
        };
        let same = Route::parse(&shared, true).is_ok_and(|shared| shared == *own);
        Ok(if same {
            Ok(Self::new(own.clone(), Some(shared)))
        } else {
            Err(Wait::OtherRoute {
                shared,
                own: own.to_string(),
            })
        })
    }

    /// Whether it is still the one that was chosen.
    pub(super) fn is_for(&self, shop: &Shop) -> bool {
        self.shared.as_deref() == shop.shared_route()
    }

    /// A new connection that may send; in words why there is none, when it is the server's word.
    pub(super) async fn connect(&self, post: &Post) -> Result<Session, String> {
        let Route::Smtp(route) = &self.route else {
            return Err("the route is a folder".to_owned());
        };
        let secret = match (&route.user, &post.secret) {
            (Some(_), Some(source)) => Some(self.secret(source).await?),
            _ => None,
        };
        match connect(route, secret.as_ref(), &post.terms).await {
            Ok(session) => Ok(session),
            Err(refusal) => {
                if refusal.phase == Phase::Auth {
                    *self.secret.lock().await = None;
                }
                Err(refusal.to_string())
            }
        }
    }

    /// Fetched once: a password command may ask somebody.
    async fn secret(&self, source: &SecretSource) -> Result<Secret, String> {
        let mut known = self.secret.lock().await;
        if let Some(secret) = &*known {
            return Ok(secret.clone());
        }
        let secret = source.resolve().await.map_err(|error| error.to_string())?;
        *known = Some(secret.clone());
        Ok(secret)
    }
}

/// A machine whose configuration names no route goes by the shared one; the bare word `folder` means its own.
fn by_shared(post: &Post, own: &Route, shared: Option<&str>) -> Result<Line, Wait> {
    let kept = shared.map(str::to_owned);
    match shared {
        None | Some("folder") => Ok(Line::new(own.clone(), kept)),
        Some(text) => match Route::parse(text, post.insecure) {
            Ok(route) => Ok(Line::new(route, kept)),
            Err(_) => Err(Wait::OtherRoute {
                shared: text.to_owned(),
                own: own.to_string(),
            }),
        },
    }
}
