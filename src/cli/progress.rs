//! A bar on standard error while long work runs, where somebody can see it.

use crate::desk::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::future::Future;
use std::io::IsTerminal;
use std::time::Duration;

/// How often the bar is drawn.
const DRAWN_EVERY: Duration = Duration::from_millis(100);

/// Does `work` and shows how far it is.
pub(super) async fn shown<T>(what: &'static str, progress: &Progress, work: impl Future<Output = T>) -> T {
    if !std::io::stderr().is_terminal() {
        return work.await;
    }
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent}%") {
        bar.set_style(style);
    }
    bar.set_message(what);
    let watching = tokio::spawn(draw(bar.clone(), progress.clone()));
    let done = work.await;
    watching.abort();
    bar.finish_and_clear();
    done
}

async fn draw(bar: ProgressBar, progress: Progress) {
    loop {
        let (done, total) = progress.snapshot();
        bar.set_length(total);
        bar.set_position(done);
        tokio::time::sleep(DRAWN_EVERY).await;
    }
}
