//! What can be wrong with an address, in words short enough to stand beside it in a list.

use serde::Serialize;

/// Why a text is not a mail address, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct AddressError {
    /// What is wrong.
    pub kind: AddressFault,
    /// Where it stands in the text as given, in characters from its start; the text's length where something is missing at the end.
    pub at: usize,
}

/// What is wrong with an address. The message is what staff read after "malformed: ".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// Nothing but blanks.
    #[error("nothing there")]
    Empty,
    /// White space between its first and last letter.
    #[error("a blank inside")]
    Blank,
    /// A control character.
    #[error("a control character inside")]
    Control,
    /// A bidi, zero-width or other character that draws nothing.
    #[error("an invisible character inside")]
    Invisible,
    /// No `@`.
    #[error("no @ sign")]
    NoAt,
    /// More than one `@` outside quotes.
    #[error("two @ signs")]
    TwoAts,
    /// It starts with `@`.
    #[error("nothing before the @")]
    NoLocal,
    /// It ends with `@`.
    #[error("nothing after the @")]
    NoDomain,
    /// The local part starts with a dot.
    #[error("starts with a dot")]
    StartsWithDot,
    /// The local part ends with a dot.
    #[error("a dot before the @")]
    DotBeforeAt,
    /// The domain starts with a dot.
    #[error("a dot after the @")]
    DotAfterAt,
    /// The domain ends with a dot.
    #[error("ends with a dot")]
    EndsWithDot,
    /// Two dots with nothing between them.
    #[error("two dots in a row")]
    TwoDots,
    /// A visible character that may not stand there.
    #[error("{0} is not allowed there")]
    Character(char),
    /// A quoted local part without its closing quote.
    #[error("a quote that is never closed")]
    OpenQuote,
    /// `user@[192.0.2.1]`.
    #[error("an IP address instead of a domain")]
    AddressLiteral,
    /// A single label such as `localhost`.
    #[error("the domain has no dot")]
    DomainWithoutDot,
    /// The last label is a number, as in a bare IP address.
    #[error("the domain ends in a number")]
    NumericDomain,
    /// A label starts or ends with a hyphen.
    #[error("a hyphen at the edge of a domain part")]
    HyphenAtEdge,
    /// A label is longer than DNS takes.
    #[error("a domain part longer than 63 bytes")]
    LabelTooLong,
    /// UTS #46 refuses the domain.
    #[error("not a valid domain")]
    DomainInvalid,
    /// The local part is longer than RFC 5321 takes.
    #[error("more than 64 bytes before the @")]
    LocalTooLong,
    /// The address is longer than RFC 5321 takes.
    #[error("longer than 254 bytes")]
    TooLong,
}

impl Serialize for AddressError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
