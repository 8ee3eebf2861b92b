//! A filter from the command line, and mistakes in it pointed at where they stand.

use super::Failure;
use crate::desk::Desk;
use crate::domain::filter::{Filter, Mistake};
use crate::domain::shown::Shown;
use std::fmt::Write;

/// The filter, where it is one and its names exist.
pub(super) async fn read(desk: &Desk, text: &str) -> Result<Filter, Failure> {
    let filter = super::args::filter(text).map_err(Failure::Usage)?;
    if filter.asks_selection() {
        return Err(Failure::Usage("is:selected is only known in the console".to_owned()));
    }
    desk.check_names(&filter).await.map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(filter)
}

/// The filter, and below it each mistake under its place.
pub(super) fn pointed(text: &str, mistakes: &[Mistake]) -> String {
    let mut told = String::from("the filter is not understood");
    for mistake in mistakes {
        let before = Shown::new(text.get(..mistake.span.start).unwrap_or(text)).width();
        let wide = Shown::new(text.get(mistake.span.clone()).unwrap_or_default()).width().max(1);
        let _ = write!(
            told,
            "\n  {}\n  {}{} {mistake}",
            Shown::new(text),
            " ".repeat(before),
            "^".repeat(wide)
        );
    }
    told
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_mistake_is_pointed_at_where_it_stands() {
        let told = crate::cli::args::filter("ann statsu:sent").map_err(|told| told.lines().nth(2).map(str::to_owned));
        assert!(matches!(told, Err(Some(line)) if line.starts_with("      ^^^^^^")));
    }
}
