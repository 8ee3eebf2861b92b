//! The code in an invitation's link, and the key it is derived from.
//!
//! A code is 26 signs of a 128-bit HMAC-SHA-256 tag (RFC 2104) over the invitation's number and its generation, then the number
//! itself. The database keeps neither key nor code, so that a copy of it opens no link; *New link* raises the generation, after which
//! the old code is dead. Letters and digits only, with one spelling: a link survives every mail program, and no two codes are the same.

#[cfg(test)]
mod tests;

use super::ids::InvitationId;
use hmac::digest::{Key, KeyInit};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt;

/// 32 signs, so five bits each; without `i`, `l`, `o` and `u`, which are misread for others.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 128 bits in signs of five: the last sign has two bits to spare, which are zero.
const TAG_SIGNS: usize = 26;
const TAG_BYTES: usize = 16;
/// The largest number has 63 bits.
const LONGEST_ID: usize = 13;

/// Labels keep the uses of one key apart: what one yields says nothing about the others.
const LABEL_CODE: &[u8] = b"guestlist link code v1\0";
const LABEL_HASH: &[u8] = b"guestlist keyed hash v1\0";
const LABEL_FINGERPRINT: &[u8] = b"guestlist key fingerprint v1\0";

/// The secret that all links are derived from. It lives in a file of its own, never in the database, and is never printed.
#[derive(Clone)]
pub struct LinkKey([u8; 32]);

impl LinkKey {
    /// From 32 bytes that nobody can guess.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From the 64 hexadecimal digits of a key file; blanks around them do not count. `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.trim().as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            for digit in pair {
                *byte = *byte << 4 | u8::try_from(char::from(*digit).to_digit(16)?).ok()?;
            }
        }
        Some(Self(bytes))
    }

    /// The key as its file keeps it: 64 lowercase hexadecimal digits. A secret: for the key file only.
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// 16 hexadecimal digits that tell this key from others and give nothing of it away: a database remembers whose links it holds.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::new().chain_update(LABEL_FINGERPRINT).chain_update(self.0).finalize();
        hex(digest.get(..8).unwrap_or_default())
    }

    /// HMAC-SHA-256 under this key. A key shorter than the hash's block is padded with zeros (RFC 2104 section 2), done here so that
    /// nothing can fail.
    fn mac(&self, label: &[u8]) -> Hmac<Sha256> {
        let mut block = Key::<Hmac<Sha256>>::default();
        for (padded, byte) in block.iter_mut().zip(self.0) {
            *padded = byte;
        }
        Hmac::<Sha256>::new(&block).chain_update(label)
    }
}

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkKey(redacted)")
    }
}

/// A hash of `text` that only the key's holder can compute, for what must be recognised but not kept: imported codes, identities in the
/// activity log and on the suppression list. `label` keeps the uses apart.
pub fn keyed_hash(key: &LinkKey, label: &str, text: &str) -> [u8; 32] {
    key.mac(LABEL_HASH)
        .chain_update((label.len() as u64).to_be_bytes())
        .chain_update(label)
        .chain_update(text)
        .finalize()
        .into_bytes()
        .into()
}

/// The code of one invitation's link, well-formed; whether it opens anything is told by [`LinkCode::matches`].
#[derive(Clone, PartialEq, Eq)]
pub struct LinkCode {
    text: String,
    tag: [u8; TAG_BYTES],
    id: InvitationId,
}

impl LinkCode {
    /// The code of an invitation's link. Stored invitations are numbered from 1; the code of any other number is never taken by
    /// [`LinkCode::parse`].
    pub fn derive(key: &LinkKey, id: InvitationId, generation: u32) -> Self {
        let full: [u8; 32] = mac_of(key, id, generation).finalize().into_bytes().into();
        let mut tag = [0; TAG_BYTES];
        for (kept, byte) in tag.iter_mut().zip(full) {
            *kept = byte;
        }
        Self {
            text: format!("{}{}", spell_tag(tag), spell_number(id.0.unsigned_abs())),
            tag,
            id,
        }
    }

    /// Reads a code in its one spelling: no capitals, no blanks, no leading zero before the number, no bits set that carry nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let (tag_signs, id_signs) = text.split_at_checked(TAG_SIGNS)?;
        if id_signs.is_empty() || id_signs.len() > LONGEST_ID || id_signs.starts_with('0') {
            return None;
        }
        let number = id_signs
            .bytes()
            .try_fold(0_u128, |number, sign| Some(number << 5 | u128::from(value(sign)?)))?;
        let id = InvitationId(i64::try_from(number).ok()?);
        Some(Self {
            text: text.to_owned(),
            tag: read_tag(tag_signs)?,
            id,
        })
    }

    /// The invitation it claims to open; a claim until [`LinkCode::matches`] says so.
    pub const fn invitation_id(&self) -> InvitationId {
        self.id
    }

    /// Whether it was derived with this key and generation. Takes the same time whichever byte differs.
    pub fn matches(&self, key: &LinkKey, generation: u32) -> bool {
        mac_of(key, self.id, generation).verify_truncated_left(&self.tag).is_ok()
    }

    /// The code for the link. A secret: whoever has it can register.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkCode(of invitation {})", self.id)
    }
}

fn mac_of(key: &LinkKey, id: InvitationId, generation: u32) -> Hmac<Sha256> {
    key.mac(LABEL_CODE)
        .chain_update(id.0.to_be_bytes())
        .chain_update(generation.to_be_bytes())
}

/// The code within what a person hands over: the `invitation` parameter of a link, else the last part of its path, else the text
/// itself, without blanks or brackets around it. Whether that is a code is not asked here: older links carry other ones.
pub fn code_in(text: &str) -> &str {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"' | '\'' | '(' | ')' | ',' | '.'));
    let (link, _) = text.split_once('#').unwrap_or((text, ""));
    let (path, query) = link.split_once('?').unwrap_or((link, link));
    if let Some(code) = query.split('&').find_map(|pair| pair.strip_prefix("invitation=")) {
        return code;
    }
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

/// The last sign carries three bits of the tag above two bits to spare.
fn spell_tag(tag: [u8; TAG_BYTES]) -> String {
    let bits = u128::from_be_bytes(tag);
    let mut spelled: String = (1..TAG_SIGNS).map(|place| sign(bits >> (128 - 5 * place))).collect();
    spelled.push(sign(bits << 2));
    spelled
}

fn read_tag(signs: &str) -> Option<[u8; TAG_BYTES]> {
    let (last, leading) = signs.as_bytes().split_last()?;
    let bits = leading
        .iter()
        .try_fold(0_u128, |bits, sign| Some(bits << 5 | u128::from(value(*sign)?)))?;
    let last = value(*last)?;
    (last.trailing_zeros() >= 2).then(|| (bits << 3 | u128::from(last >> 2)).to_be_bytes())
}

fn spell_number(number: u64) -> String {
    let signs = (64 - number.leading_zeros()).div_ceil(5).max(1);
    (0..signs).rev().map(|place| sign(u128::from(number) >> (5 * place))).collect()
}

/// The sign of the lowest five bits.
fn sign(bits: u128) -> char {
    ALPHABET.get((bits & 31) as usize).copied().map_or('0', char::from)
}

fn value(sign: u8) -> Option<u8> {
    ALPHABET
        .iter()
        .position(|known| *known == sign)
        .and_then(|place| u8::try_from(place).ok())
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}
