//! The one filter language.
