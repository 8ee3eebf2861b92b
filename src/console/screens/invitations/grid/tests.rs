#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use crate::console::pilot::row;
use proptest::prelude::*;

/// What a desk would answer, over plain rows in the order of the grid.
fn answer(all: &[Row], from: &PageFrom, limit: usize) -> Page {
    let at = |id: InvitationId| all.iter().position(|row| row.id == id);
    let range = match from {
        PageFrom::Start => 0..limit,
        PageFrom::End => all.len().saturating_sub(limit)..all.len(),
        PageFrom::After(place) => all
            .iter()
            .position(|row| row.id < place.id)
            .map_or(all.len()..all.len(), |at| at..at + limit),
        PageFrom::Before(place) => {
            let end = all.iter().rposition(|row| row.id > place.id).map_or(0, |at| at + 1);
            end.saturating_sub(limit)..end
        }
        PageFrom::Around(id) => at(*id).map_or(0..limit, |at| at.saturating_sub(limit / 2)..at.saturating_sub(limit / 2) + limit),
    };
    let range = range.start.min(all.len())..range.end.min(all.len());
    Page {
        rows: all.get(range.clone()).unwrap().to_vec(),
        at_start: range.start == 0,
        at_end: range.end == all.len(),
    }
}

fn settle(grid: &mut Grid, all: &[Row], next: &mut u64) {
    for _ in 0..50 {
        let mut asked = None;
        grid.prefetch(Sort::default(), |from, limit| {
            *next += 1;
            asked = Some(answer(all, &from, limit));
            RequestId(*next)
        });
        match asked {
            Some(page) => grid.receive(page, Some(all.len() as u64)),
            None => return,
        }
    }
}

fn load(grid: &mut Grid, all: &[Row], land: Land, next: &mut u64) {
    *next += 1;
    let (from, limit) = grid.page_for(land);
    grid.asked(RequestId(*next), land);
    grid.receive(answer(all, &from, limit), Some(all.len() as u64));
    settle(grid, all, next);
}

fn rows(count: i64) -> Vec<Row> {
    (1..=count).rev().map(row).collect()
}

#[test]
fn rows_that_arrive_above_do_not_move_the_row_under_the_cursor() {
    let (mut grid, mut next) = (Grid::default(), 0);
    grid.resize(10);
    load(&mut grid, &rows(100), Land::First, &mut next);
    grid.go(5);
    let line = grid.cursor_line();
    load(&mut grid, &rows(103), Land::Stay, &mut next);
    assert_eq!((grid.current().unwrap().id, grid.cursor_line()), (InvitationId(95), line));
    assert_eq!(grid.position(), Some(9));
}

#[test]
fn a_row_that_goes_hands_the_cursor_to_its_neighbour() {
    let (mut grid, mut next) = (Grid::default(), 0);
    grid.resize(10);
    let mut all = rows(100);
    load(&mut grid, &all, Land::First, &mut next);
    grid.go(20);
    all.retain(|row| row.id != InvitationId(80));
    load(&mut grid, &all, Land::Stay, &mut next);
    assert_eq!(grid.current().unwrap().id, InvitationId(79));
}

#[test]
fn a_move_beyond_what_is_at_hand_goes_on_when_the_rows_are_here() {
    let (mut grid, mut next) = (Grid::default(), 0);
    grid.resize(10);
    let all = rows(1000);
    let (from, limit) = grid.page_for(Land::First);
    grid.asked(RequestId(1), Land::First);
    grid.receive(answer(&all, &from, limit), Some(1000));
    grid.go(49);
    grid.go(5);
    assert_eq!(grid.current().unwrap().id, InvitationId(951));
    settle(&mut grid, &all, &mut next);
    assert_eq!(grid.current().unwrap().id, InvitationId(946));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_cursor_is_where_a_plain_list_would_have_it(count in 0_i64..400, height in 1_usize..30, keys in prop::collection::vec(0_u8..8, 0..60)) {
        let all = rows(count);
        let (mut grid, mut next) = (Grid::default(), 0);
        grid.resize(height);
        load(&mut grid, &all, Land::First, &mut next);
        let last = (count - 1).max(0);
        let page = height.saturating_sub(1).max(1) as i64;
        let mut model = 0_i64;
        for key in keys {
            match key {
                0 => { grid.go(-1); model -= 1; }
                1 => { grid.go(1); model += 1; }
                2 => { grid.go_screens(-1); model -= page; }
                3 => { grid.go_screens(1); model += page; }
                4 => { if !grid.jump(Land::First) { load(&mut grid, &all, Land::First, &mut next); } model = 0; }
                5 => { if !grid.jump(Land::Last) { load(&mut grid, &all, Land::Last, &mut next); } model = last; }
                6 => load(&mut grid, &all, Land::Stay, &mut next),
                _ => grid.resize(height),
            }
            settle(&mut grid, &all, &mut next);
            model = model.clamp(0, last);
            prop_assert_eq!(grid.current().map(|row| row.id.0), (count > 0).then_some(count - model));
            prop_assert!(grid.visible().len() <= height && grid.cursor_line() < height);
            prop_assert_eq!(grid.visible().len(), height.min(all.len()));
            prop_assert!(grid.rows.len() <= height * (4 * KEPT_SCREENS + 2));
        }
    }
}
