//! A database with mails that wait, and dispatchers that send them to the test's own server.

use crate::smtp_server::{SmtpServer, Taken};
use guestlist::dispatch::{DispatchError, Dispatcher, Mode, Post, RouteChoice, Summary};
use guestlist::domain::actor::Actor;
use guestlist::domain::clock::{Clock, SystemClock};
use guestlist::domain::create::{NewInvitations, Verdict};
use guestlist::domain::delivery::Delivery;
use guestlist::domain::email::EmailAddress;
use guestlist::domain::ids::{GroupId, InvitationId, SenderId, WebsiteId};
use guestlist::domain::invitation::{Detail, Row};
use guestlist::domain::settings::{Scope, Setting};
use guestlist::domain::time::Moment;
use guestlist::mail::route::Route;
use guestlist::mail::smtp::{HelloName, Terms, Timeouts, Trust};
use guestlist::mail::template::Templates;
use guestlist::store::{ActContext, OpenOptions, RulesAt, Store};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The database of one test.
pub(crate) struct PostRoom {
    pub(crate) dir: TempDir,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Opens the database in `folder`, making it where it is missing.
pub(crate) async fn open(folder: &Path) -> Store {
    let options = OpenOptions {
        path: folder.join("guestlist.db"),
        key_file: folder.join("key"),
        create: true,
        read_only: false,
    };
    Store::open(&options).await.unwrap()
}

/// What a machine sends with that reaches `route`.
pub(crate) fn post(route: RouteChoice) -> Post {
    let trust = Trust::only([SmtpServer::authority()]).unwrap();
    let terms = Terms {
        hello: HelloName::new("desk.example"),
        timeouts: Timeouts::all(Duration::from_secs(20)),
        trust,
    };
    Post {
        route,
        insecure: false,
        secret: None,
        terms,
        templates: Templates::default(),
    }
}

pub(crate) fn named(route: &str) -> Post {
    post(RouteChoice::Named(Route::parse(route, false).unwrap()))
}

/// The `n`th address, from 1.
pub(crate) fn address(n: usize) -> String {
    format!("guest{n}@friends.example")
}

pub(crate) fn operator() -> ActContext {
    ActContext {
        by: Actor::Operator("anna".to_owned()),
        filter: None,
        reason: None,
        hold: Duration::ZERO,
    }
}

impl PostRoom {
    /// A new shop whose limits hold nothing back.
    pub(crate) async fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock)).await
    }

    pub(crate) async fn with_clock(clock: Arc<dyn Clock>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).await;
        store.seed().await.unwrap();
        let room = Self { dir, store, clock };
        room.set(Setting::BatchSize, "100000").await;
        room.set(Setting::BatchInterval, "1s").await;
        room
    }

    pub(crate) async fn set(&self, setting: Setting, value: &str) {
        let value = setting.check(value).unwrap();
        self.store
            .set_setting(setting, Scope::Global, &value, &Actor::Dispatcher, self.now())
            .await
            .unwrap();
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    pub(crate) fn rules(&self) -> RulesAt {
        RulesAt {
            now: self.now(),
            cooling_since: self.now().minus(Duration::from_hours(24)),
        }
    }

    /// Invites `count` people, whose mails are queued; gives the invitations in order.
    pub(crate) async fn invite(&self, count: usize) -> Vec<InvitationId> {
        self.invite_all((1..=count).map(address), Duration::ZERO).await
    }

    pub(crate) async fn invite_all(&self, addresses: impl IntoIterator<Item = String>, hold: Duration) -> Vec<InvitationId> {
        let addresses: Vec<EmailAddress> = addresses.into_iter().map(|text| EmailAddress::parse(&text).unwrap()).collect();
        let verdicts = vec![Verdict::Ready; addresses.len()];
        let new = NewInvitations {
            addresses,
            sender: SenderId(1),
            group: GroupId(1),
            inviter: None,
            message: "Come along!".to_owned(),
            send: true,
            override_cooldown: false,
        };
        let why = ActContext { hold, ..operator() };
        let (_, created) = self
            .store
            .create(&new, WebsiteId(1), verdicts, None, &why, self.rules())
            .await
            .unwrap();
        created.created.into_iter().filter_map(|(id, _)| id).collect()
    }

    pub(crate) fn dispatcher(&self, post: Post) -> Dispatcher {
        Dispatcher::new(self.store.clone(), Arc::clone(&self.clock), post, "test")
    }

    /// Runs a dispatcher until idle.
    pub(crate) async fn dispatch(&self, server: &SmtpServer) -> Result<Summary, DispatchError> {
        self.dispatcher(named(&server.route()))
            .run(Mode::UntilIdle, &CancellationToken::new())
            .await
    }

    /// Starts one that goes on until it is told to stop.
    pub(crate) fn start(&self, post: Post, mode: Mode) -> (JoinHandle<Result<Summary, DispatchError>>, CancellationToken) {
        let (dispatcher, stop) = (self.dispatcher(post), CancellationToken::new());
        let token = stop.clone();
        (tokio::spawn(async move { dispatcher.run(mode, &token).await }), stop)
    }

    pub(crate) async fn detail(&self, id: InvitationId) -> Detail {
        self.store.detail(id).await.unwrap().unwrap()
    }

    pub(crate) async fn row(&self, id: InvitationId) -> Row {
        self.store.rows(&[id]).await.unwrap().remove(0)
    }

    pub(crate) async fn counts(&self) -> BTreeMap<Delivery, u64> {
        self.store.delivery_counts().await.unwrap()
    }
}

/// The Message-ID of a mail the server took, without its brackets.
pub(crate) fn message_id(taken: &Taken) -> String {
    let text = String::from_utf8_lossy(&taken.data).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap_or_default();
    line.trim().trim_matches(['<', '>']).to_owned()
}
