//! One run of a dispatcher: what to claim, whom to lend which connection, when to wait, when to end.

mod conclude;

use super::deliver::{Done, Room, deliver};
use super::lease::Lease;
use super::line::Line;
use super::pool::Pool;
use super::recorder::Recorder;
use super::refusals::Refusals;
use super::shop::Shop;
use super::{DispatchError, Dispatcher, Mode, Summary};
use crate::domain::delivery::Delivery;
use crate::domain::ids::BatchId;
use crate::domain::time::Moment;
use crate::domain::transmission::Wait;
use crate::store::StoreError;
use crate::store::transmit::{Claim, ClaimedMail, Limits, Order};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Mails claimed ahead for each connection: enough that none waits for the database, few enough to leave some to other dispatchers.
const AHEAD: usize = 16;

/// How often it is looked whether others changed something: cheap, and seldom enough for an idle machine.
const TICK: Duration = Duration::from_secs(1);

/// The same while mails are in hand, so that a pause is felt.
const BUSY_TICK: Duration = Duration::from_millis(300);

/// How often dead dispatchers are looked for.
const RECOVER: Duration = Duration::from_secs(5);

/// How long a console stays registered without anything to do, and how long a connection limit of the server's is remembered.
const A_WHILE: Duration = Duration::from_mins(1);

const FAR: Moment = Moment(i64::MAX);

pub(super) struct Run {
    house: Dispatcher,
    mode: Mode,
    shutdown: CancellationToken,
    room: Arc<Room>,
    recorder: JoinHandle<()>,
    lease: Option<Lease>,
    shop: Option<Arc<Shop>>,
    /// Whether somebody may have changed it.
    shop_is_old: bool,
    line: Option<Arc<Line>>,
    /// Claimed, and not begun.
    hand: VecDeque<ClaimedMail>,
    busy: JoinSet<Done>,
    pool: Pool,
    refusals: Refusals,
    summary: Summary,
    batches: BTreeSet<BatchId>,
    /// When to ask for mails again, and why not before.
    ask_at: Moment,
    why: Option<Wait>,
    /// After the breaker's time one mail is tried alone.
    probing: bool,
    /// The server takes no more connections than these, until then.
    ceiling: Option<(usize, Instant)>,
    last_taken: Option<Instant>,
    seen: i64,
    next_tick: Instant,
    next_recovery: Instant,
    idle_since: Instant,
}

impl Run {
    pub(super) fn new(house: Dispatcher, mode: Mode, shutdown: CancellationToken) -> Self {
        let (sender, recorder) = Recorder::start(house.store.clone());
        let room = Room {
            key: house.store.key().clone(),
            clock: Arc::clone(&house.clock),
            post: Arc::clone(&house.post),
            recorder: sender,
            stop: CancellationToken::new(),
        };
        let now = Instant::now();
        Self {
            house,
            mode,
            shutdown,
            room: Arc::new(room),
            recorder,
            lease: None,
            shop: None,
            shop_is_old: true,
            line: None,
            hand: VecDeque::new(),
            busy: JoinSet::new(),
            pool: Pool::default(),
            refusals: Refusals::default(),
            summary: Summary::default(),
            batches: BTreeSet::new(),
            ask_at: Moment(i64::MIN),
            why: None,
            probing: false,
            ceiling: None,
            last_taken: None,
            seen: 0,
            next_tick: now,
            next_recovery: now,
            idle_since: now,
        }
    }

    pub(super) async fn run(mut self) -> Result<Summary, DispatchError> {
        let worked = self.work().await;
        let ended = self.wind_down().await;
        let (stands, summary) = (worked?, ended?);
        match stands {
            None => Ok(summary),
            Some(why) => Err(DispatchError::Stands { why, summary }),
        }
    }

    /// Works until the end of the mode; gives why it stands, where that is why it ends.
    async fn work(&mut self) -> Result<Option<Wait>, DispatchError> {
        if self.mode != Mode::Console {
            self.register().await?;
        }
        while !self.shutdown.is_cancelled() {
            if Instant::now() >= self.next_tick {
                self.tick().await?;
            }
            if self.may_ask() && self.now() >= self.ask_at {
                self.ask().await?;
            }
            self.hand_out();
            if self.busy.is_empty() && self.hand.is_empty() && self.mode == Mode::UntilIdle {
                match self.verdict().await? {
                    Verdict::GoOn => {}
                    Verdict::Done => return Ok(None),
                    Verdict::Stands(why) => return Ok(Some(why)),
                }
            }
            self.wait().await?;
        }
        Ok(None)
    }

    fn now(&self) -> Moment {
        self.house.clock.now()
    }

    async fn register(&mut self) -> Result<(), StoreError> {
        if self.lease.is_none() {
            let watch = self.mode == Mode::Watch;
            self.lease = Some(Lease::take(&self.house.store, &self.house.clock, &self.house.name, watch).await?);
        }
        Ok(())
    }

    /// What is done every now and then, whatever else goes on.
    async fn tick(&mut self) -> Result<(), DispatchError> {
        let now = Instant::now();
        let busy = !self.busy.is_empty() || !self.hand.is_empty();
        self.next_tick = now + if busy { BUSY_TICK } else { TICK };
        self.pool.tidy();
        if self.ceiling.is_some_and(|(_, until)| until <= now) {
            self.ceiling = None;
        }
        if now >= self.next_recovery {
            self.next_recovery = now + RECOVER;
            self.recover().await?;
        }
        let seen = self.house.store.data_version().await?;
        if seen != self.seen {
            self.seen = seen;
            self.shop_is_old = true;
            self.ask_at = Moment(i64::MIN);
            if !self.hand.is_empty() && self.house.store.standstill(self.now()).await?.is_some() {
                self.give_back().await?;
            }
        }
        if busy {
            self.idle_since = now;
        } else if self.mode == Mode::Console && now.duration_since(self.idle_since) >= A_WHILE {
            self.retire().await?;
        }
        Ok(())
    }

    /// Takes up what dead dispatchers left, and settles doubts where the setting says how.
    async fn recover(&mut self) -> Result<(), StoreError> {
        let store = &self.house.store;
        let found = store.recover(self.lease.as_ref().map(|lease| lease.id), self.now()).await?;
        if found.queued + found.in_doubt > 0 {
            tracing::warn!(
                queued = found.queued,
                in_doubt = found.in_doubt,
                "took up the mails of a dispatcher that died"
            );
        }
        self.summary.in_doubt += found.in_doubt;
        store.settle_by_setting(self.now()).await?;
        Ok(())
    }

    async fn shop(&mut self) -> Result<Arc<Shop>, StoreError> {
        if let Some(shop) = self.shop.as_ref().filter(|_| !self.shop_is_old) {
            return Ok(Arc::clone(shop));
        }
        let shop = Arc::new(Shop::read(&self.house.store).await?);
        self.shop_is_old = false;
        self.shop = Some(Arc::clone(&shop));
        Ok(shop)
    }

    fn connections(&self) -> usize {
        let set = self.shop.as_ref().map_or(1, |shop| shop.settings.connections());
        let most = self.ceiling.map_or(set, |(most, _)| most.min(set));
        if self.probing { 1 } else { most.max(1) }
    }

    fn may_ask(&self) -> bool {
        if self.probing {
            self.hand.is_empty() && self.busy.is_empty()
        } else {
            self.hand.len() < self.connections()
        }
    }

    fn rest(&mut self, why: Option<Wait>, until: Option<Moment>) {
        if why.is_some() && why != self.why {
            tracing::info!(?why, "nothing goes out now");
        }
        self.why = why;
        self.ask_at = until.unwrap_or(FAR);
    }

    /// Asks for mails, and takes those it gets in hand. Nothing is written where nothing is due.
    async fn ask(&mut self) -> Result<(), DispatchError> {
        let (store, now) = (self.house.store.clone(), self.now());
        if let Some((why, until)) = self.hindrance(now).await? {
            self.rest(why, until);
            return Ok(());
        }
        let shop = self.shop().await?;
        let line = match self.line(&shop).await? {
            Ok(line) => line,
            Err(why) => {
                self.rest(Some(why), None);
                return Ok(());
            }
        };
        self.probing = store.breaker().await?.is_some();
        if !self.may_ask() {
            return Ok(());
        }
        self.register().await?;
        let Some(lease) = &self.lease else { return Ok(()) };
        let most = if self.probing {
            1
        } else {
            (self.connections() * AHEAD).saturating_sub(self.hand.len())
        };
        let limits = Limits::from_settings(&shop.settings);
        let order = Order {
            dispatcher: lease.id,
            route: &line.name,
            shared: line.shared.as_deref(),
            most,
            limits: &limits,
            now,
        };
        let claim = store.claim(&order).await?;
        self.answered(claim);
        Ok(())
    }

    /// What keeps it from asking, as far as that can be seen without writing: nothing is due, all stands, or another one sends.
    async fn hindrance(&mut self, now: Moment) -> Result<Option<(Option<Wait>, Option<Moment>)>, StoreError> {
        let store = &self.house.store;
        let due = store.next_due().await?;
        if due.is_none_or(|due| due > now) {
            return Ok(Some((None, due)));
        }
        if let Some((why, until)) = store.standstill(now).await? {
            return Ok(Some((Some(why), until)));
        }
        let leaves_it = self.mode == Mode::Console && store.is_watched(now).await?;
        Ok(leaves_it.then(|| (None, Some(now.plus(RECOVER)))))
    }

    fn answered(&mut self, claim: Claim) {
        match claim {
            Claim::Mails(mails) => {
                for mail in &mails {
                    if self.batches.insert(mail.batch) {
                        tracing::info!(batch = mail.batch.0, "a batch goes out");
                        // Templates that were corrected count from here on.
                        self.house.post.templates.reload();
                    }
                }
                self.hand.extend(mails);
                self.why = None;
                self.ask_at = Moment(i64::MIN);
            }
            // Without a moment it is what is in flight that holds the others back.
            Claim::Wait(why, until) => self.rest(Some(why), Some(until.unwrap_or(self.now().plus(TICK)))),
            Claim::Nothing => self.rest(None, None),
            Claim::RouteChanged => {
                self.shop_is_old = true;
                self.ask_at = Moment(i64::MIN);
            }
        }
    }

    async fn line(&mut self, shop: &Arc<Shop>) -> Result<Result<Arc<Line>, Wait>, StoreError> {
        if let Some(line) = self.line.as_ref().filter(|line| line.is_for(shop)) {
            return Ok(Ok(Arc::clone(line)));
        }
        // Connections of another route serve no more; mails in hand go back, since their attempts name that route.
        self.give_back_quietly().await;
        self.pool.close().await;
        let chosen = Line::choose(&self.house.post, &self.house.store, shop, self.now()).await?;
        // It may just have become the shared one.
        self.shop_is_old = true;
        let chosen = chosen.map(Arc::new);
        self.line = chosen.as_ref().ok().cloned();
        Ok(chosen)
    }

    /// Starts as many deliveries as there may be connections.
    fn hand_out(&mut self) {
        while self.busy.len() < self.connections() {
            let (Some(shop), Some(line)) = (&self.shop, &self.line) else {
                return;
            };
            let (shop, line) = (Arc::clone(shop), Arc::clone(line));
            let Some(mail) = self.hand.pop_front() else { return };
            self.busy.spawn(deliver(Arc::clone(&self.room), line, shop, mail, self.pool.take()));
        }
    }

    /// Whether a run until idle is at its end, now that nothing is in its hand.
    async fn verdict(&mut self) -> Result<Verdict, StoreError> {
        let helpless = matches!(
            self.why,
            Some(Wait::Paused { .. } | Wait::Disabled | Wait::Breaker { .. } | Wait::OtherRoute { .. })
        );
        if self.why.is_some() && !helpless && !matches!(self.why, Some(Wait::Retry { .. })) || self.ask_at == Moment(i64::MIN) {
            return Ok(Verdict::GoOn);
        }
        let pending = self.house.store.pending(self.now()).await?;
        Ok(match &self.why {
            _ if pending.active == 0 && pending.deferred_due == 0 => Verdict::Done,
            Some(why) if helpless => Verdict::Stands(why.clone()),
            _ => Verdict::GoOn,
        })
    }

    /// Waits for whatever comes first: a mail's end, news, the next look, the shutdown.
    async fn wait(&mut self) -> Result<(), DispatchError> {
        let mut until = self.next_tick;
        if self.may_ask() {
            // A clock that stands still must not make this spin.
            let to_ask = self.ask_at.since(self.now()).max(Duration::from_millis(1));
            until = Instant::now().checked_add(to_ask).map_or(until, |at| at.min(until));
        }
        let done = tokio::select! {
            done = self.busy.join_next(), if !self.busy.is_empty() => done,
            () = self.shutdown.cancelled() => None,
            () = self.house.nudge.notified() => {
                self.ask_at = Moment(i64::MIN);
                None
            }
            () = tokio::time::sleep_until(until) => None,
        };
        match done {
            Some(Ok(done)) => self.settle(done).await,
            // Its mail is queued or in doubt, as far as it came, once this dispatcher has retired.
            Some(Err(error)) => Err(DispatchError::Broken(error.to_string())),
            None => Ok(()),
        }
    }

    async fn retire(&mut self) -> Result<(), StoreError> {
        match self.lease.take() {
            Some(lease) => lease.give_up(&self.house.store, &self.house.clock).await,
            None => Ok(()),
        }
    }

    /// Finishes what is under way, gives the rest back, and takes leave of the servers.
    async fn wind_down(mut self) -> Result<Summary, DispatchError> {
        self.room.stop.cancel();
        self.give_back_quietly().await;
        while let Some(done) = self.busy.join_next().await {
            let Ok(done) = done else { continue };
            if let Err(error) = self.settle(done).await {
                tracing::warn!(%error, "the end of a mail could not be written");
            }
        }
        self.pool.close().await;
        self.retire().await?;
        let counts = self.house.store.delivery_counts().await?;
        drop(self.room);
        // The recorder ends with its last sender, which was in the room.
        let _ = self.recorder.await;
        let queued = counts.get(&Delivery::Queued).copied().unwrap_or(0);
        Ok(Summary {
            queued,
            batches: self.batches.len() as u64,
            ..self.summary
        })
    }
}

/// Whether a run until idle goes on.
enum Verdict {
    GoOn,
    Done,
    Stands(Wait),
}
