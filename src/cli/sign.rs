//! The key a result is signed with, and where its password comes from: the terminal or a file, never the environment, which
//! other programs can read and logs keep.

use super::rooms::SigningKey;
use super::stop::Stop;
use crate::error::{Class, Diagnostic, Error};
use crate::results::codes;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct SigningArguments {
    /// Sign the bundle with this secret key of minisign
    #[arg(long, value_name = "KEYFILE")]
    sign: Option<PathBuf>,
    /// File whose first line is the password of the key; default: asked on the terminal, when the key has one
    #[arg(long, value_name = "FILE", requires = "sign")]
    password_file: Option<PathBuf>,
}

impl SigningArguments {
    /// Whether a signature is asked for; nobody is asked for a password yet.
    pub fn is_asked(&self) -> bool {
        self.sign.is_some()
    }

    /// The key, unlocked; `None` without `--sign`.
    pub fn key(&self) -> Result<Option<SigningKey>, Stop> {
        let Some(file) = &self.sign else {
            return Ok(None);
        };
        let password = || match &self.password_file {
            Some(file) => {
                let text = std::fs::read_to_string(file);
                let text = text.map_err(|_| refused("the file of its password cannot be read"))?;
                Ok(text.lines().next().unwrap_or_default().to_owned())
            }
            None => rpassword::prompt_password("password of the signing key: ")
                .map_err(|_| refused("it has a password, and there is no terminal to ask on")),
        };
        Ok(Some(SigningKey::read(file, &password)?))
    }
}

fn refused(why: &str) -> Error {
    let message = format!("the signing key cannot be used: {why}");
    let hint = "give the password as the first line of a file, with --password-file";
    Error::one(
        Class::Usage,
        Diagnostic::error(codes::SIGNING_KEY, message, hint),
    )
}
