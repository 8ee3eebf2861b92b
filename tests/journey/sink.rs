//! The same mails taken by a server that others wrote: Postfix's smtp-sink, where it is installed.

use crate::home::Home;
use crate::move_in;
use std::collections::BTreeSet;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = "/usr/sbin/smtp-sink";

/// The server, for as long as this lives.
struct Sink {
    process: Child,
    route: String,
    mails: tempfile::TempDir,
}

impl Sink {
    fn start() -> Self {
        let mails = tempfile::tempdir().unwrap();
        // It gives up its rights before it writes.
        std::fs::set_permissions(mails.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(PROGRAM);
        if rustix::process::geteuid().is_root() {
            command.args(["-u", "nobody"]);
        }
        let template = mails.path().join("mail.");
        command.arg("-d").arg(template).arg(address.to_string()).arg("100");
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < end, "{PROGRAM} does not listen on {address}");
            std::thread::yield_now();
        }
        let route = format!("smtp://{address}?tls=none");
        Self { process, route, mails }
    }

    fn taken(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.mails.path()).unwrap();
        let texts = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        texts.map(|text| String::from_utf8_lossy(&text).into_owned()).collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn after<'a>(text: &'a str, header: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(header)).unwrap_or_default().trim()
}

#[test]
fn another_server_takes_every_mail_once() {
    if !Path::new(PROGRAM).exists() {
        // Past the test runner's capture: whoever reads the result must know what it does not say.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: {PROGRAM} is not installed (Debian: postfix); no mail was sent to a server of others"
        );
        return;
    }
    let sink = Sink::start();
    let mut home = Home::new();
    home.mails_by(&sink.route);
    move_in(&home);
    home.set(&[("send_hold", "0s"), ("batch_size", "20"), ("batch_interval", "1s")]);
    let wanted = "status:not_sent website:outlet";
    let rows = home.list(wanted);
    home.succeed(&["send", "--filter", wanted, "--yes"]);
    let summary = home.json(&["dispatch", "--until-idle", "--json"]);
    assert_eq!(
        (&summary["sent"], &summary["batches"]),
        (&rows.len().into(), &rows.len().div_ceil(20).into())
    );
    let taken = sink.taken();
    let ids: BTreeSet<&str> = taken.iter().map(|mail| after(mail, "Message-ID: ")).collect();
    let to: BTreeSet<&str> = taken.iter().map(|mail| after(mail, "X-Rcpt-Args: ")).collect();
    assert_eq!((taken.len(), ids.len(), to.len()), (rows.len(), rows.len(), rows.len()));
    for row in rows {
        let sent = home.json(&["show", &row["id"].to_string(), "--json"]);
        assert_eq!((&sent["status"], &sent["attempts"][0]["code"]), (&"sent".into(), &250.into()));
    }
    assert_eq!(home.list(wanted).len(), 0);
}
