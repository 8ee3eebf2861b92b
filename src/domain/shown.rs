//! Shown.
