//! Link codes.
