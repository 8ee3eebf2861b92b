//! The mail room against a server that fails in every way a server can, in every phase.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "support/smtp_server.rs"]
mod smtp_server;

use guestlist::domain::time::Moment;
use guestlist::mail::message::{Mail, MailName, message_id};
use guestlist::mail::recipient::Recipient;
use guestlist::mail::route::{Route, SmtpRoute};
use guestlist::mail::secret::Secret;
use guestlist::mail::smtp::{self, Fault as Whose, HelloName, Phase, Refusal, RefusalKind, Reply, Session, Terms, Timeouts, Trust};
use guestlist::mail::template::{Templates, Variables};
use rstest::rstest;
use smtp_server::{Fault, Protection, Script, SmtpServer, Step};
use std::time::Duration;

const FROM: &str = "sales@shop.example";
const MAIL: &[u8] = b"Subject: hello\r\n\r\n.dots\r\n..\r\n.\r\nend";

/// Long enough for a busy machine, short enough to notice.
const PATIENT: Duration = Duration::from_secs(30);
const IMPATIENT: Duration = Duration::from_millis(60);

fn terms() -> Terms {
    let trust = Trust::only([SmtpServer::authority()]).unwrap();
    Terms {
        hello: HelloName::new("desk.example"),
        timeouts: Timeouts::all(PATIENT),
        trust,
    }
}

fn route(server: &SmtpServer) -> SmtpRoute {
    let Route::Smtp(route) = Route::parse(&server.route(), false).unwrap() else {
        unreachable!()
    };
    route
}

fn to(address: &str) -> Recipient {
    Recipient::new(address, !address.is_ascii()).unwrap()
}

async fn session(server: &SmtpServer, terms: &Terms) -> Result<Session, Refusal> {
    smtp::connect(&route(server), None, terms).await
}

async fn send(session: &mut Session, address: &str) -> Result<Reply, Refusal> {
    session.envelope(FROM, &to(address)).await?;
    session.body(MAIL).await
}

#[tokio::test]
async fn mails_go_over_one_connection_as_they_were_written() {
    let server = SmtpServer::start(Script::new()).await;
    let mut session = session(&server, &terms()).await.unwrap();
    for address in ["ann@shop.example", "bob@shop.example"] {
        let reply = send(&mut session, address).await.unwrap();
        assert_eq!((reply.code, reply.enhanced.as_deref()), (250, Some("2.0.0")));
        assert!(session.reusable() && session.alive().await);
    }
    assert_eq!(session.sent(), 2);
    session.quit().await;
    let seen = server.until(|seen| seen.open == 0).await;
    assert_eq!((seen.connections, seen.mails.len()), (1, 2));
    assert_eq!((seen.mails[1].from.as_str(), seen.mails[1].to.as_str()), (FROM, "bob@shop.example"));
    assert_eq!(seen.mails[0].data, [MAIL, b"\r\n"].concat());
    assert_eq!(
        seen.commands
            .iter()
            .map(|line| line.split(' ').next().unwrap())
            .collect::<Vec<_>>()
            .join(" "),
        "EHLO MAIL RCPT DATA MAIL RCPT DATA QUIT"
    );
}

#[tokio::test]
async fn an_invitation_comes_from_the_template_to_the_server_as_it_was_built() {
    let variables = Variables {
        url: "https://shop.example/customer/account/login/?invitation=A1b2".to_owned(),
        message: Some("Come along!\n.\n.. and bring friends".to_owned()),
        inviter_name: Some("Ann".to_owned()),
        store_name: "Maison".to_owned(),
        website_url: "https://shop.example/".to_owned(),
        sender: "Maison".to_owned(),
        group: "VIP".to_owned(),
        ..Variables::default()
    };
    let words = Templates::default().render(&variables, "en", "default").unwrap();
    let mail = Mail {
        from_name: MailName::parse("Maison").unwrap(),
        from_address: FROM.to_owned(),
        reply_to: FROM.to_owned(),
        to: to("bob@shop.example"),
        message_id: message_id([1; 16], "shop.example"),
        date: Moment(1_772_366_400_000_000),
        subject: words.subject,
        text: words.text,
        html: words.html,
        list_unsubscribe_mailto: FROM.to_owned(),
        unsubscribe_url: None,
        feedback_id: None,
    };
    let bytes = mail.to_bytes().unwrap();
    let server = SmtpServer::start(Script::new().offering("PIPELINING")).await;
    let mut session = session(&server, &terms()).await.unwrap();
    session.envelope(FROM, &mail.to).await.unwrap();
    session.body(&bytes).await.unwrap();
    assert_eq!(
        String::from_utf8_lossy(&server.seen().mails[0].data),
        String::from_utf8_lossy(&bytes)
    );
}

/// One way to fail.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    PutsOff,
    Refuses,
    ShutsDown,
    Closes,
    HalfSays,
    Hangs,
    Misplaced,
    Garbage,
}

impl Way {
    fn fault(self, step: Step) -> Fault {
        let fault = Fault::at(step);
        match self {
            Self::PutsOff => fault.says("451 4.3.0 later"),
            Self::Refuses => fault.says("554 5.7.1 no"),
            Self::ShutsDown => fault.says_and_closes("421 4.3.2 closing"),
            Self::Closes => fault,
            Self::HalfSays => fault.half_says("250-2.0.0 al"),
            Self::Hangs => fault.hangs(),
            Self::Misplaced => fault.says(misplaced(step)),
            Self::Garbage => fault.says("moo"),
        }
    }

    fn kind(self, step: Step) -> RefusalKind {
        let reply = |code, enhanced: &str, text: &str| Reply {
            code,
            enhanced: Some(enhanced.to_owned()),
            text: format!("{enhanced} {text}"),
        };
        match self {
            Self::PutsOff => RefusalKind::Transient(reply(451, "4.3.0", "later")),
            Self::Refuses => RefusalKind::Permanent(reply(554, "5.7.1", "no")),
            Self::ShutsDown => RefusalKind::Transient(reply(421, "4.3.2", "closing")),
            Self::Closes => RefusalKind::Broken("the server closed the connection".to_owned()),
            Self::HalfSays => RefusalKind::Broken("the server closed the connection in the middle of its reply: 250-2.0.0 al".to_owned()),
            Self::Hangs => RefusalKind::TimedOut(IMPATIENT),
            Self::Misplaced => {
                let (code, text) = misplaced(step).split_once(' ').unwrap();
                RefusalKind::Unexpected(Reply {
                    code: code.parse().unwrap(),
                    enhanced: None,
                    text: text.to_owned(),
                })
            }
            Self::Garbage => RefusalKind::Garbage("moo".to_owned()),
        }
    }
}

/// A whole and positive reply of a class that has no place at this step.
fn misplaced(step: Step) -> &'static str {
    if step == Step::Data { "250 fine" } else { "354 go on" }
}

fn impatient_at(step: Step) -> Timeouts {
    let mut limits = Timeouts::all(PATIENT);
    match step {
        Step::Banner => limits.banner = IMPATIENT,
        Step::Ehlo => limits.ehlo = IMPATIENT,
        Step::MailFrom => limits.mail = IMPATIENT,
        Step::Rcpt => limits.rcpt = IMPATIENT,
        Step::Data => limits.data = IMPATIENT,
        _ => limits.dot = IMPATIENT,
    }
    limits
}

#[rstest]
#[tokio::test]
async fn every_fault_in_every_phase_is_told_exactly(
    #[values((Step::Banner, Phase::Banner), (Step::Ehlo, Phase::Ehlo), (Step::MailFrom, Phase::MailFrom), (Step::Rcpt, Phase::Rcpt), (Step::Data, Phase::Data), (Step::Dot, Phase::Dot))]
    place: (Step, Phase),
    #[values(
        Way::PutsOff,
        Way::Refuses,
        Way::ShutsDown,
        Way::Closes,
        Way::HalfSays,
        Way::Hangs,
        Way::Misplaced,
        Way::Garbage
    )]
    way: Way,
    #[values("HELP", "PIPELINING")] offer: &str,
) {
    let (step, phase) = place;
    let server = SmtpServer::start(Script::new().offering(offer).fault(way.fault(step).times(1))).await;
    let terms = Terms {
        timeouts: if way == Way::Hangs {
            impatient_at(step)
        } else {
            Timeouts::all(PATIENT)
        },
        ..terms()
    };
    let before_mail = matches!(step, Step::Banner | Step::Ehlo);
    let (refusal, session) = match session(&server, &terms).await {
        Err(refusal) => (refusal, None),
        Ok(mut session) => (send(&mut session, "ann@shop.example").await.unwrap_err(), Some(session)),
    };
    assert_eq!(
        refusal,
        Refusal {
            phase,
            kind: way.kind(step)
        }
    );
    assert_eq!(session.is_none(), before_mail);

    let plain_no = matches!(way, Way::PutsOff | Way::Refuses | Way::ShutsDown);
    assert_eq!(refusal.after_dot(), step == Step::Dot && !plain_no, "in doubt");
    assert_eq!(refusal.permanent(), way == Way::Refuses, "permanent");
    let of_route = before_mail || step == Step::MailFrom || (way == Way::ShutsDown && step != Step::Dot);
    assert_eq!(refusal.fault(), if of_route { Whose::Route } else { Whose::Mail });
    assert!(server.seen().mails.is_empty());

    if let Some(mut session) = session {
        let clean_no = matches!(way, Way::PutsOff | Way::Refuses) && step != Step::MailFrom;
        assert_eq!((session.reusable(), session.sent()), (clean_no, 0), "reusable");
        // A session that is spent says so and says nothing to the server; one that is not takes the next mail.
        assert_eq!(send(&mut session, "bob@shop.example").await.is_ok(), clean_no);
        assert_eq!(server.seen().mails.len(), usize::from(clean_no));
        assert_eq!(
            server.seen().commands.iter().filter(|line| *line == "RSET").count(),
            usize::from(clean_no)
        );
    }
}

#[rstest]
#[case::closes(Fault::at(Step::Body), None)]
#[case::refuses(Fault::at(Step::Body).says_and_closes("552 5.3.4 too big"), Some(552))]
#[tokio::test]
async fn a_server_that_gives_up_within_the_mail_leaves_no_doubt(#[case] fault: Fault, #[case] code: Option<u16>) {
    let server = SmtpServer::start(Script::new().fault(fault)).await;
    let mut session = session(&server, &terms()).await.unwrap();
    session.envelope(FROM, &to("ann@shop.example")).await.unwrap();
    // More than the network holds, so that the server's act always comes before the end of the mail.
    let refusal = session
        .body(&b"Another line of a very long mail.\r\n".repeat(1_000_000))
        .await
        .unwrap_err();
    assert_eq!(
        (refusal.phase, refusal.after_dot(), session.reusable()),
        (Phase::Body, false, false),
        "{refusal}"
    );
    assert!(refusal.reply().is_none_or(|reply| Some(reply.code) == code));
}

#[tokio::test]
async fn a_mail_taken_without_a_receipt_is_in_doubt() {
    let server = SmtpServer::start(Script::new().fault(Fault::at(Step::Dot).of("ann@shop.example").keeps_the_mail())).await;
    let mut session = session(&server, &terms()).await.unwrap();
    assert!(send(&mut session, "ann@shop.example").await.unwrap_err().after_dot());
    assert_eq!(server.seen().mails.len(), 1);
    assert!(!session.alive().await);
}

#[tokio::test]
async fn an_idle_connection_that_the_server_closed_is_noticed_before_it_is_used() {
    let server = SmtpServer::start(Script::new().fault(Fault::at(Step::Dot).nth(1).says_and_closes("250 2.0.0 taken, and bye"))).await;
    let mut session = session(&server, &terms()).await.unwrap();
    assert!(send(&mut session, "ann@shop.example").await.is_ok());
    server.until(|seen| seen.open == 0).await;
    assert!(session.reusable() && !session.alive().await);
}

#[tokio::test]
async fn a_dropped_call_leaves_a_session_that_takes_nothing() {
    let server = SmtpServer::start(Script::new().fault(Fault::at(Step::Rcpt).hangs())).await;
    let mut session = session(&server, &terms()).await.unwrap();
    let ann = to("ann@shop.example");
    tokio::select! {
        _ = session.envelope(FROM, &ann) => unreachable!("the server hangs"),
        _ = server.until(|seen| seen.hanging == 1) => {}
    }
    server.release();
    assert!(!session.reusable());
    assert!(session.body(MAIL).await.is_err());
    assert!(server.seen().mails.is_empty());
}

#[tokio::test]
async fn a_mail_called_off_after_354_is_never_taken() {
    let server = SmtpServer::start(Script::new()).await;
    let mut session = session(&server, &terms()).await.unwrap();
    session.envelope(FROM, &to("ann@shop.example")).await.unwrap();
    assert!(!session.reusable());
    session.quit().await;
    assert!(server.until(|seen| seen.open == 0).await.mails.is_empty());
}

#[tokio::test]
async fn a_recipient_outside_ascii_needs_a_server_that_takes_it() {
    let server = SmtpServer::start(Script::new()).await;
    let mut first = session(&server, &terms()).await.unwrap();
    let refusal = send(&mut first, "änn@shop.example").await.unwrap_err();
    assert_eq!(
        (refusal.phase, refusal.fault(), refusal.permanent()),
        (Phase::Rcpt, Whose::Mail, true)
    );
    assert!(send(&mut first, "bob@shop.example").await.is_ok(), "nothing was said to the server");
    server.follow(Script::new().offering("SMTPUTF8"));
    let mut second = session(&server, &terms()).await.unwrap();
    assert!(send(&mut second, "änn@shop.example").await.is_ok());
    let seen = server.seen();
    assert_eq!(seen.mails[1].to, "änn@shop.example");
    assert!(seen.commands.contains(&format!("MAIL FROM:<{FROM}> BODY=8BITMIME SMTPUTF8")));
    assert_eq!((seen.mails[1].connection, seen.most_open), (2, 2));
    assert!(seen.mails[0].at <= seen.mails[1].at);
}

#[rstest]
#[case("AUTH PLAIN LOGIN", "AUTH PLAIN")]
#[case("AUTH LOGIN", "AUTH LOGIN")]
#[tokio::test]
async fn a_user_logs_in(
    #[case] offer: &str,
    #[case] command: &str,
    #[values(Protection::None, Protection::StartTls, Protection::Implicit)] protection: Protection,
) {
    let server = SmtpServer::start(Script::new().offering(offer).login("joe", "hunter2").protected(protection)).await;
    let route = SmtpRoute {
        user: Some("joe".to_owned()),
        ..route(&server)
    };
    let mut session = smtp::connect(&route, Some(&Secret::new("hunter2")), &terms()).await.unwrap();
    assert!(send(&mut session, "ann@shop.example").await.is_ok());
    assert!(server.seen().commands.iter().any(|line| line.starts_with(command)));

    let greeting = smtp::probe(&route, Some(&Secret::new("hunter2")), &terms()).await.unwrap();
    assert_eq!(greeting.to_string(), "220 test.example ESMTP");
    let refusal = smtp::probe(&route, Some(&Secret::new("wrong")), &terms()).await.unwrap_err();
    assert_eq!(
        (refusal.phase, refusal.reply().unwrap().code, refusal.fault()),
        (Phase::Auth, 535, Whose::Route)
    );
    let refusal = smtp::probe(&route, None, &terms()).await.unwrap_err();
    assert!(refusal.to_string().contains("mail.password_file"), "{refusal}");
}

#[tokio::test]
async fn a_login_that_is_not_offered_or_refused_is_the_routes_fault() {
    let server = SmtpServer::start(Script::new().login("joe", "hunter2")).await;
    let route = SmtpRoute {
        user: Some("joe".to_owned()),
        ..route(&server)
    };
    let refusal = smtp::probe(&route, Some(&Secret::new("hunter2")), &terms()).await.unwrap_err();
    assert!(matches!((refusal.phase, &refusal.kind), (Phase::Auth, RefusalKind::Unmet(_))));
    server.follow(
        Script::new()
            .offering("AUTH PLAIN")
            .login("joe", "hunter2")
            .fault(Fault::at(Step::Auth).says("454 4.7.0 later")),
    );
    let refusal = smtp::probe(&route, Some(&Secret::new("hunter2")), &terms()).await.unwrap_err();
    assert_eq!(
        (refusal.phase, refusal.permanent(), refusal.fault()),
        (Phase::Auth, false, Whose::Route)
    );
}

#[tokio::test]
async fn a_server_nobody_vouches_for_gets_nothing() {
    let server = SmtpServer::start(Script::new().protected(Protection::Implicit)).await;
    let stranger = Terms {
        trust: Trust::of_machine().unwrap(),
        ..terms()
    };
    let refusal = session(&server, &stranger).await.unwrap_err();
    assert_eq!(
        (refusal.phase, refusal.fault(), refusal.permanent()),
        (Phase::Tls, Whose::Route, false),
        "{refusal}"
    );
    assert!(server.seen().commands.is_empty());
}

#[rstest]
#[case(Script::new(), Phase::Tls)]
#[case(Script::new().protected(Protection::StartTls).fault(Fault::at(Step::StartTls).says("454 4.7.0 no key")), Phase::Tls)]
#[case(Script::new().protected(Protection::StartTls).fault(Fault::at(Step::StartTls).says("220 go\r\n250 injected")), Phase::Tls)]
#[tokio::test]
async fn without_starttls_nothing_is_sent(#[case] script: Script, #[case] phase: Phase) {
    let server = SmtpServer::start(script).await;
    let port = route(&server).port;
    let Route::Smtp(route) = Route::parse(&format!("smtp://localhost:{port}"), false).unwrap() else {
        unreachable!()
    };
    let refusal = smtp::connect(&route, None, &terms()).await.unwrap_err();
    assert_eq!((refusal.phase, refusal.fault()), (phase, Whose::Route), "{refusal}");
    assert!(
        server
            .seen()
            .commands
            .iter()
            .all(|line| line.starts_with("EHLO") || line == "STARTTLS")
    );
}

#[tokio::test]
async fn a_port_without_a_server_is_the_routes_fault() {
    let server = SmtpServer::start(Script::new()).await;
    let mut route = route(&server);
    drop(server);
    route.port = 1;
    let refusal = smtp::probe(&route, None, &terms()).await.unwrap_err();
    assert_eq!(
        (refusal.phase, refusal.fault(), refusal.permanent()),
        (Phase::Connect, Whose::Route, false)
    );
}

#[tokio::test]
async fn a_connection_that_cannot_be_reset_is_given_up() {
    let script = Script::new()
        .fault(Fault::at(Step::Rcpt).nth(1).says("550 5.1.1 no such user"))
        .fault(Fault::at(Step::Reset).says("421 4.3.2 closing"));
    let server = SmtpServer::start(script).await;
    let mut session = session(&server, &terms()).await.unwrap();
    assert_eq!(send(&mut session, "ann@shop.example").await.unwrap_err().phase, Phase::Rcpt);
    let refusal = send(&mut session, "bob@shop.example").await.unwrap_err();
    assert_eq!(
        (refusal.phase, refusal.fault(), session.reusable()),
        (Phase::Reset, Whose::Route, false)
    );
}
