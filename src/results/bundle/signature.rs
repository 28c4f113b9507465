//! Signatures in the form of minisign: who made a bundle, where the seal only tells that nobody altered it.
//!
//! What is signed are the bytes of `bundle.json`, so that the plain minisign tool can tell too. A report carries the
//! signature behind the bundle inside it. No message names a key, a file of one, or what was wrong inside it.

use crate::error::{Class, Diagnostic, Error, Result};
use crate::results::codes;
use ct_codecs::{Base64, Decoder as _};
pub use minisign::PublicKey;
use minisign::{SecretKey, SecretKeyBox, SignatureBox};
use std::fmt::Write as _;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// Name of the signature beside `bundle.json`.
pub const SIGNATURE_FILE: &str = "bundle.json.minisig";

/// The same where a site lets out texts only.
pub const SIGNATURE_TEXT: &str = "bundle.minisig.txt";

/// How the element of a page begins that carries a signature, and how it ends.
const ELEMENT: (&str, &str) = (
    "<script type=\"text/plain\" id=\"signature\">\n",
    "</script>\n",
);

/// How the second line of a key begins that is locked with a password, in base64.
const LOCKED: &str = "RWRTY";

/// Bytes of a secret key, with its algorithms and checksum.
const SECRET_BYTES: usize = 158;

/// No key and no signature is longer.
const LONGEST: u64 = 16 * 1024;

/// A secret key, unlocked.
pub struct SigningKey {
    secret: SecretKey,
    public: PublicKey,
}

/// What a signature says of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// It was made of these bytes with the secret half of the key.
    Holds {
        /// The number of the key.
        key: String,
        /// What the signer had signed with it.
        comment: String,
    },
    /// It was not; why.
    Broken(&'static str),
    /// There is none.
    Absent,
}

impl SigningKey {
    /// Reads a secret key; `password` is asked only when it is locked.
    ///
    /// # Errors
    /// Class [`Class::Usage`] when it is no key, or the password does not open it.
    pub fn read(path: &Path, password: &dyn Fn() -> Result<String>) -> Result<Self> {
        let text = text_of(path).ok_or_else(|| unusable("it cannot be read"))?;
        Self::parse(&text, password)
    }

    fn parse(text: &str, password: &dyn Fn() -> Result<String>) -> Result<Self> {
        let not_one = || unusable("it is no secret key of minisign");
        let line = text.lines().nth(1).unwrap_or_default().trim();
        let secret = if line.starts_with(LOCKED) {
            let boxed = SecretKeyBox::from(text.to_owned());
            (boxed.into_secret_key(Some(password()?)))
                .map_err(|_| unusable("the password does not open it"))?
        } else {
            // Without a password some programs leave the checksum out, which the crate does not forgive.
            let bytes = Base64::decode_to_vec(line, None).map_err(|_| not_one())?;
            let fits = bytes.len() == SECRET_BYTES && bytes.starts_with(b"Ed\0\0");
            (fits.then(|| SecretKey::from_bytes(&bytes).ok()).flatten()).ok_or_else(not_one)?
        };
        let public = PublicKey::from_secret_key(&secret).map_err(|_| not_one())?;
        Ok(Self { secret, public })
    }

    /// The text of the signature of a bundle.
    ///
    /// # Errors
    /// Class [`Class::Usage`] when the two halves of the key do not belong together.
    pub fn sign(&self, json: &str) -> Result<String> {
        // Of the bundle, not of the moment: the clock of a closed machine proves nothing.
        let trusted = concat!("rettevej ", env!("CARGO_PKG_VERSION"), ", bundle.json");
        let signature = minisign::sign(
            Some(&self.public),
            &self.secret,
            Cursor::new(json.as_bytes()),
            Some(trusted),
            Some("signature of bundle.json, also inside report.html"),
        );
        let signature = signature.map_err(|_| unusable("its two halves do not belong together"))?;
        Ok(signature.into_string())
    }
}

/// A public key, from its file or as the line of base64 in it.
///
/// # Errors
/// Class [`Class::Usage`] when it is neither.
pub fn public_key(given: &str) -> Result<PublicKey> {
    let text = text_of(Path::new(given)).unwrap_or_else(|| given.to_owned());
    let line = text.lines().rev().map(str::trim).find(|l| !l.is_empty());
    let key = line.and_then(|line| PublicKey::from_base64(line).ok());
    key.filter(|key| key.to_bytes().starts_with(b"Ed"))
        .ok_or_else(|| {
            Error::one(
                Class::Usage,
                Diagnostic::error(
                    codes::PUBLIC_KEY,
                    "what is given as public key is none of minisign",
                    "give the file that ends in .pub, or the line of 56 letters in it",
                ),
            )
        })
}

/// Holds the text of a signature against the text of a bundle.
pub fn signed(json: &str, signature: Option<&str>, key: &PublicKey) -> Signed {
    let Some(signature) = signature else {
        return Signed::Absent;
    };
    // The crate counts on 64 bytes in the second signature, and leaves what stands behind the first.
    let holds = |line: usize, count: usize| {
        let line = signature.lines().nth(line).map(str::trim);
        let bytes = Base64::decode_to_vec(line.unwrap_or_default(), None);
        bytes.is_ok_and(|bytes| bytes.len() == count)
    };
    let Some(boxed) = (holds(1, 74) && holds(3, 64))
        .then(|| SignatureBox::from_string(signature).ok())
        .flatten()
    else {
        return Signed::Broken("it is no signature of minisign");
    };
    if boxed.keynum() != key.keynum() {
        return Signed::Broken("it was made with another key");
    }
    if minisign::verify(key, &boxed, Cursor::new(json.as_bytes()), true, false, true).is_err() {
        return Signed::Broken("the bundle or the signature was altered");
    }
    let mut number = String::new();
    for byte in key.keynum().iter().rev() {
        let _ = write!(number, "{byte:02X}");
    }
    Signed::Holds {
        key: number,
        comment: plain(&boxed.trusted_comment().unwrap_or_default()),
    }
}

/// The signature of the bundle at a path: inside the report, or beside the file under its name and `.minisig`.
pub fn signature_at(path: &Path) -> Option<String> {
    if path.is_dir() {
        return [SIGNATURE_FILE, SIGNATURE_TEXT]
            .iter()
            .find_map(|name| text_of(&path.join(name)));
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".minisig");
    let inside = || signature_inside(&std::fs::read_to_string(path).ok()?).map(str::to_owned);
    let named_text = || text_of(&path.with_extension("minisig.txt"));
    inside()
        .or_else(|| text_of(&PathBuf::from(beside)))
        .or_else(named_text)
}

/// The text of a signature that was named.
///
/// # Errors
/// Class [`Class::Usage`] when it cannot be read.
pub fn signature_file(path: &Path) -> Result<String> {
    text_of(path).ok_or_else(|| {
        Error::one(
            Class::Usage,
            Diagnostic::error(
                codes::SIGNATURE_FILE,
                "the file of the signature cannot be read",
                "name the file that ends in .minisig",
            ),
        )
    })
}

/// The signature that a page carries.
pub fn signature_inside(page: &str) -> Option<&str> {
    let (_, rest) = page.rsplit_once(ELEMENT.0)?;
    Some(rest.split_once(ELEMENT.1)?.0)
}

/// A page with a signature behind the bundle in it; a text that could end its element is left out.
#[must_use]
pub fn signed_page(mut page: String, signature: &str) -> String {
    let end = page.rfind("</body>").filter(|_| !signature.contains('<'));
    if let Some(end) = end {
        page.insert_str(end, &format!("{}{signature}{}", ELEMENT.0, ELEMENT.1));
    }
    page
}

fn text_of(path: &Path) -> Option<String> {
    let size = std::fs::metadata(path).ok()?;
    let fits = size.is_file() && size.len() <= LONGEST;
    fits.then(|| std::fs::read_to_string(path).ok()).flatten()
}

/// On one line, with nothing that moves a cursor or turns the direction of writing.
fn plain(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let plain = |c: char| {
        if c.is_control() || turns(c) { '?' } else { c }
    };
    let text: String = text.chars().map(plain).collect();
    crate::error::discreet(&text).into_owned()
}

fn unusable(why: &str) -> Error {
    let hint =
        "give the secret key of minisign, and its password on the terminal or with --password-file";
    let message = format!("the signing key cannot be used: {why}");
    Error::one(
        Class::Usage,
        Diagnostic::error(codes::SIGNING_KEY, message, hint),
    )
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
