//! Which columns are drawn and how wide: all that fit, the dearest first, and the rest by scrolling sideways.

use crate::domain::invitation::Column;

/// What one column may take, in terminal columns.
#[derive(Debug, Clone, Copy)]
struct Measure {
    least: u16,
    /// How wide it is at its best.
    most: u16,
    /// Which goes first when there is no room: the highest number.
    rank: u8,
}

const fn measure(column: Column) -> Measure {
    let (least, most, rank) = match column {
        Column::Id => (9, 10, 0),
        Column::Email => (20, 40, 1),
        Column::Status => (12, 24, 2),
        Column::Sent => (10, 16, 3),
        Column::Registered => (10, 16, 4),
        Column::Website => (7, 14, 5),
        Column::Invitee => (14, 36, 6),
        Column::Group => (8, 20, 7),
        Column::Inviter => (14, 34, 8),
        Column::Sender => (8, 16, 9),
        Column::Created | Column::LastSent | Column::Expires => (10, 16, 10),
        Column::TimesSent => (10, 10, 11),
        Column::Delivery => (12, 44, 12),
    };
    Measure { least, most, rank }
}

/// In which order spare room is given away: dates in full first, then addresses, then words.
const GENEROSITY: [Column; 15] = [
    Column::Sent,
    Column::Registered,
    Column::Email,
    Column::Invitee,
    Column::Delivery,
    Column::Group,
    Column::Website,
    Column::Created,
    Column::LastSent,
    Column::Expires,
    Column::Inviter,
    Column::Status,
    Column::Sender,
    Column::Id,
    Column::TimesSent,
];

/// The columns that always stay when scrolling sideways.
const fn stays(column: Column) -> bool {
    matches!(column, Column::Id | Column::Email)
}

/// What is drawn of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// The columns with their widths, from left to right; one blank stands between two.
    pub(super) columns: Vec<(Column, u16)>,
    /// How many are left out to the left by scrolling.
    pub(super) before: usize,
    /// How many are left out for want of room.
    pub(super) after: usize,
}

/// Fits `shown` into `width` columns of the terminal, after scrolling sideways by `scrolled` columns. At rest the dearest columns
/// come; the first step sideways shows them in their order from the first on, and each further one leaves one more out.
pub(super) fn plan(shown: &[Column], scrolled: usize, width: u16) -> Plan {
    let scrolls: Vec<Column> = shown.iter().copied().filter(|column| !stays(*column)).collect();
    let before = scrolled.saturating_sub(1).min(scrolls.len().saturating_sub(1));
    let left: Vec<Column> = scrolls.iter().copied().skip(before).collect();
    let mut wanted: Vec<Column> = shown.iter().copied().filter(|column| stays(*column)).collect();
    let pinned = wanted.len();
    let mut candidates = left.clone();
    if scrolled == 0 {
        candidates.sort_by_key(|column| measure(*column).rank);
    }
    let mut used: u16 = wanted.iter().map(|column| measure(*column).least + 1).sum();
    for column in candidates {
        let least = measure(column).least + 1;
        if used + least > width + 1 {
            if scrolled > 0 {
                break;
            }
            continue;
        }
        used += least;
        wanted.push(column);
    }
    let after = left.len() - (wanted.len() - pinned);
    let mut columns: Vec<(Column, u16)> = shown
        .iter()
        .copied()
        .filter(|column| wanted.contains(column))
        .map(|column| (column, measure(column).least))
        .collect();
    spread(&mut columns, (width + 1).saturating_sub(used));
    Plan { columns, before, after }
}

/// Gives spare room away.
fn spread(columns: &mut [(Column, u16)], mut spare: u16) {
    for generous in GENEROSITY {
        if let Some((column, width)) = columns.iter_mut().find(|(column, _)| *column == generous) {
            let more = spare.min(measure(*column).most.saturating_sub(*width));
            // A date is either whole or a day: anything between would be cut.
            let is_date = matches!(
                column,
                Column::Sent | Column::Registered | Column::Created | Column::LastSent | Column::Expires
            );
            if is_date && more < 6 {
                continue;
            }
            *width += more;
            spare -= more;
        }
    }
}

/// How far sideways scrolling goes: until the last column is seen.
pub(super) fn furthest(shown: &[Column], width: u16) -> usize {
    (0..=shown.len())
        .find(|scrolled| plan(shown, *scrolled, width).after == 0)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(width: u16, scrolled: usize) -> Vec<Column> {
        plan(&Column::NINE_FIELDS, scrolled, width)
            .columns
            .into_iter()
            .map(|(column, _)| column)
            .collect()
    }

    #[test]
    fn eighty_columns_hold_what_matters_and_scrolling_brings_the_rest() {
        assert_eq!(
            drawn(75, 0),
            [
                Column::Id,
                Column::Email,
                Column::Sent,
                Column::Registered,
                Column::Status,
                Column::Website
            ]
        );
        assert_eq!(plan(&Column::NINE_FIELDS, 0, 75).after, 2);
        assert!(drawn(75, 1).contains(&Column::Invitee));
        let furthest = furthest(&Column::NINE_FIELDS, 75);
        assert!(drawn(75, furthest).contains(&Column::Group) && drawn(75, furthest).contains(&Column::Status));
        assert!(!drawn(75, furthest - 1).contains(&Column::Group));
    }

    #[test]
    fn a_hundred_and_sixteen_hold_all_nine_fields() {
        let plan = plan(&Column::NINE_FIELDS, 0, 116);
        assert_eq!((plan.columns.len(), plan.before, plan.after), (8, 0, 0));
    }

    proptest! {
        #[test]
        fn columns_never_need_more_room_than_there_is(width in 30_u16..300, scrolled in 0_usize..20, mask in 0_u32..(1 << 15)) {
            let shown: Vec<Column> =
                Column::ALL.into_iter().enumerate().filter(|(at, column)| stays(*column) || mask & (1 << at) != 0).map(|(_, column)| column).collect();
            let plan = plan(&shown, scrolled, width);
            let used: u16 = plan.columns.iter().map(|(_, width)| width + 1).sum();
            prop_assert!(used <= width + 1);
        }
    }
}
