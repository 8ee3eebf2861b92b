//! The mail itself: its text, its form, and the ways it leaves the house.
