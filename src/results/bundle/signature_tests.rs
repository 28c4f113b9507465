//! Signatures against those of another program, and what is refused.

use super::*;
use minisign::KeyPair;

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reference/minisign");
    std::fs::read_to_string(folder.join(name)).expect("a fixture")
}

fn no_password() -> Result<String> {
    Err(unusable("there is nobody to ask"))
}

#[test]
fn signatures_of_another_program_hold() {
    let key = public_key(&fixture("fixture.pub")).expect("a key");
    for (name, comment) in [
        ("hashed.minisig", "made by minisign 0.11 for a test"),
        ("legacy.minisig", "legacy form"),
    ] {
        let said = signed(&fixture("signed.txt"), Some(&fixture(name)), &key);
        let number = "D8884F5271606A83".to_owned();
        let comment = comment.to_owned();
        assert_eq!(
            said,
            Signed::Holds {
                key: number,
                comment
            }
        );
    }
}

#[test]
fn with_a_key_of_another_program_a_bundle_is_signed() {
    let key = SigningKey::parse(&fixture("fixture.key"), &no_password).expect("a key");
    let signature = key.sign("a bundle").expect("signed");
    let public = public_key("RWSDamBxUk+I2CE/k0GFqbXSIj4nhw2sGLzpHzshKWTx0ecQWbjR/RA1");
    let public = public.expect("a key");
    assert!(matches!(
        signed("a bundle", Some(&signature), &public),
        Signed::Holds { .. }
    ));
    assert!(matches!(
        signed("a bundlf", Some(&signature), &public),
        Signed::Broken(_)
    ));
    assert_eq!(signed("a bundle", None, &public), Signed::Absent);
}

#[test]
fn a_locked_key_opens_with_its_password_alone() {
    let pair = KeyPair::generate_encrypted_keypair(Some("open".to_owned())).expect("a pair");
    let text = pair.sk.to_box(None).expect("boxed").into_string();
    assert!(SigningKey::parse(&text, &|| Ok("open".to_owned())).is_ok());
    let refused = |password: &dyn Fn() -> Result<String>| {
        let error = SigningKey::parse(&text, password).err().expect("refused");
        assert_eq!(error.class, Class::Usage);
        error.to_string()
    };
    assert!(refused(&|| Ok("shut".to_owned())).contains("does not open it"));
    assert!(refused(&no_password).contains("nobody"));
}

#[test]
fn a_signature_of_another_key_does_not_hold() {
    let other = KeyPair::generate_unencrypted_keypair().expect("a pair");
    let said = signed(
        &fixture("signed.txt"),
        Some(&fixture("hashed.minisig")),
        &other.pk,
    );
    assert_eq!(said, Signed::Broken("it was made with another key"));
}

#[test]
fn no_byte_of_a_signature_or_a_key_can_be_another_and_none_breaks_the_program() {
    let (text, signature) = (fixture("signed.txt"), fixture("hashed.minisig"));
    let key = public_key(&fixture("fixture.pub")).expect("a key");
    // The first line is a remark that nobody signed.
    let start = signature.find('\n').expect("lines") + 1;
    for place in 0..signature.len() {
        let mut bytes = signature.clone().into_bytes();
        bytes[place] ^= 4;
        let Ok(altered) = String::from_utf8(bytes) else {
            continue;
        };
        let said = signed(&text, Some(&altered), &key);
        let blank = signature.as_bytes()[place] == b'\n';
        if place >= start && !blank {
            assert!(matches!(said, Signed::Broken(_)), "byte {place}");
        }
        let _ = signed(&text, Some(&signature[..place]), &key);
    }
    let secret = fixture("fixture.key");
    for place in 0..secret.len() {
        let mut bytes = secret.clone().into_bytes();
        bytes[place] ^= 4;
        if let Ok(key) = SigningKey::parse(&String::from_utf8_lossy(&bytes), &no_password) {
            let _ = key.sign("a bundle");
        }
    }
    for given in ["", "x", "RWSD", "/nowhere", "\u{feff}", &"æ".repeat(28)] {
        assert!(public_key(given).is_err(), "{given}");
    }
}

#[test]
fn what_a_comment_holds_cannot_reach_the_terminal() {
    assert_eq!(plain("a\u{1b}[2Jb\u{202e}c\nd"), "a?[2Jb?c?d");
    assert!(!plain("from 010180-1234").contains("1234"));
}

#[test]
fn a_page_carries_a_signature_and_gives_it_back() {
    let page = signed_page("<body>\n</body>\n</html>\n".to_owned(), "a\nb\n");
    assert_eq!(signature_inside(&page), Some("a\nb\n"));
    let safe = signed_page("<body></body>".to_owned(), "</script>");
    assert_eq!(signature_inside(&safe), None);
}
