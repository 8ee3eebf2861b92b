//! The one binary.

fn main() -> color_eyre::eyre::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    tokio::runtime::Runtime::new()?.block_on(guestlist::cli::run_console(args.get(1).cloned(), args.get(2).and_then(|n| n.parse().ok())))
}
