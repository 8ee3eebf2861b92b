//! A shop in a temporary folder: its desk, its clock, and naive recounts to compare with.

use guestlist::desk::{Desk, Machine, Progress};
use guestlist::dispatch::RouteChoice;
use guestlist::domain::clock::{Clock, ManualClock};
use guestlist::domain::create::NewInvitations;
use guestlist::domain::email::EmailAddress;
use guestlist::domain::filter::Filter;
use guestlist::domain::ids::{GroupId, InvitationId, SenderId};
use guestlist::domain::invitation::{Row, Sort};
use guestlist::domain::plan::{Act, TakeIn};
use guestlist::domain::time::Moment;
use guestlist::mail::route::Route;
use guestlist::store::OpenOptions;
use roaring::RoaringTreemap;
use sqlx::Row as _;
use std::sync::Arc;
use tempfile::TempDir;

/// 2026-05-20T12:00:00Z.
pub(crate) const NOW: Moment = Moment(1_779_278_400_000_000);

pub(crate) struct Shop {
    pub(crate) desk: Desk,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) folder: TempDir,
}

pub(crate) const SEND: Act = Act::Send(TakeIn {
    resend: false,
    restore: false,
    cooling_down: false,
});

impl Shop {
    pub(crate) async fn new() -> Self {
        Self::at(NOW).await
    }

    pub(crate) async fn at(now: Moment) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(now));
        let desk = Self::open(&folder, Arc::<ManualClock>::clone(&clock)).await;
        Self { desk, clock, folder }
    }

    pub(crate) async fn open(folder: &TempDir, clock: Arc<dyn Clock>) -> Desk {
        let options = OpenOptions {
            path: folder.path().join("shop.db"),
            key_file: folder.path().join("links.key"),
            create: true,
            read_only: false,
        };
        let machine = Machine {
            operator: "anna".to_owned(),
            host: "desk".to_owned(),
            route: RouteChoice::Default(Route::Folder(folder.path().join("outbox"))),
            secret: None,
            insecure: false,
            templates: None,
        };
        Desk::open(&options, machine, clock).await.unwrap()
    }

    /// Invites these addresses as staff, without sending.
    pub(crate) async fn invite(&self, addresses: &[&str]) -> Vec<InvitationId> {
        let new = NewInvitations {
            addresses: addresses.iter().map(|text| EmailAddress::parse(text).unwrap()).collect(),
            sender: SenderId(1),
            group: GroupId(1),
            inviter: None,
            message: "Join us!".to_owned(),
            send: false,
            override_cooldown: false,
        };
        let (_, created) = self.desk.invite(&new).await.unwrap();
        created.created.into_iter().filter_map(|(id, _)| id).collect()
    }

    pub(crate) async fn invite_many(&self, count: usize) -> Vec<InvitationId> {
        let addresses: Vec<String> = (1..=count).map(|nth| format!("friend{nth}@example.com")).collect();
        self.invite(&addresses.iter().map(String::as_str).collect::<Vec<_>>()).await
    }

    pub(crate) async fn row(&self, id: InvitationId) -> Row {
        self.desk.rows(&[id]).await.unwrap().remove(0)
    }

    pub(crate) async fn all(&self) -> Vec<Row> {
        self.desk
            .page(&Filter::all(), Sort::default(), guestlist::desk::PageFrom::Start, 1_000_000)
            .await
            .unwrap()
            .rows
    }

    pub(crate) async fn act(&self, act: Act, ids: &RoaringTreemap) -> guestlist::desk::Applied {
        let plan = self.desk.plan(act, ids, &Progress::default()).await.unwrap();
        self.desk
            .apply(&plan, &guestlist::desk::ActContext::default(), &Progress::default())
            .await
            .unwrap()
    }

    /// The sums that are kept must be what a recount of the rows gives.
    pub(crate) async fn check_sums(&self) {
        let path = self.folder.path().join("shop.db");
        let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
        for (kept, counted) in [
            (
                "SELECT website_id, group_id, status, n FROM tally WHERE n <> 0 ORDER BY 1, 2, 3",
                "SELECT website_id, group_id, status, count(*) FROM invitation GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            ),
            (
                "SELECT basis, sum(sent), sum(accepted), sum(discarded) FROM day_sum GROUP BY 1 HAVING sum(sent) + sum(accepted) + sum(discarded) > 0 ORDER BY 1",
                "SELECT 0, count(*), ifnull(sum(status = 2), 0), ifnull(sum(status = 3), 0) FROM invitation WHERE sent_at IS NOT NULL HAVING count(*) > 0
                 UNION ALL SELECT 1, ifnull(sum(sent_at IS NOT NULL), 0), ifnull(sum(registered_at IS NOT NULL AND status = 2), 0),
                     ifnull(sum(discarded_at IS NOT NULL AND status = 3), 0) FROM invitation
                 HAVING sum(sent_at IS NOT NULL) + sum(registered_at IS NOT NULL AND status = 2) + sum(discarded_at IS NOT NULL AND status = 3) > 0",
            ),
        ] {
            let mut read = Vec::new();
            for sql in [kept, counted] {
                let rows = sqlx::query(sql).fetch_all(&pool).await.unwrap();
                read.push(rows.iter().map(|row| (0..4).map(|column| row.get::<i64, _>(column)).collect::<Vec<_>>()).collect::<Vec<_>>());
            }
            let (kept_rows, counted_rows) = (read.first(), read.last());
            assert_eq!(kept_rows, counted_rows, "{kept}");
        }
        pool.close().await;
    }
}

pub(crate) fn ids(list: &[InvitationId]) -> RoaringTreemap {
    list.iter().map(|id| id.0.unsigned_abs()).collect()
}
