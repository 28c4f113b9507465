//! The error codes of this room: `RV05xx` opening a bundle, `RV07xx` writing the output folder.

use crate::error::CodeCard;

pub(crate) const NO_BUNDLE: &str = "RV0501";
pub(crate) const NOT_A_BUNDLE: &str = "RV0502";
pub(crate) const NEWER_BUNDLE: &str = "RV0503";
pub(crate) const DAMAGED_BUNDLE: &str = "RV0504";
pub(crate) const SIGNING_KEY: &str = "RV0522";
pub(crate) const PUBLIC_KEY: &str = "RV0523";
pub(crate) const SIGNATURE_FILE: &str = "RV0524";
pub(crate) const NO_PARENT: &str = "RV0701";
pub(crate) const NOT_OURS: &str = "RV0702";
pub(crate) const EXISTS: &str = "RV0703";
pub(crate) const CANNOT_WRITE: &str = "RV0704";
pub(crate) const BAD_NAME: &str = "RV0705";
pub(crate) const CANNOT_MAKE: &str = "RV0706";

/// What `explain` says of each.
pub const CODES: &[CodeCard] = &[
    CodeCard {
        code: NO_BUNDLE,
        title: "no bundle there",
        cause: "The path is neither a folder with a bundle.json nor a file that can be read.",
        cure: "Give the folder that `run` wrote, its bundle.json or bundle.txt, or its report.html.",
    },
    CodeCard {
        code: NOT_A_BUNDLE,
        title: "not a bundle",
        cause: "The file is neither JSON nor a report that carries a bundle, or its first keys do not say that this program made it.",
        cure: "Give the folder that `run` wrote, its bundle.json or bundle.txt, or its report.html; a study file goes to `run` or `validate`.",
    },
    CodeCard {
        code: NEWER_BUNDLE,
        title: "bundle of a newer version",
        cause: "The bundle has a newer major schema; reading it here could misread its numbers.",
        cure: "Open it with the version that made it, or a later one.",
    },
    CodeCard {
        code: DAMAGED_BUNDLE,
        title: "damaged bundle",
        cause: "The file begins as a bundle, but a key is missing, a column has the wrong length, or a value is of the \
                wrong kind. It was cut off or edited.",
        cure: "Take the file again from where it was made, or run the study again.",
    },
    CodeCard {
        code: SIGNING_KEY,
        title: "a signing key that cannot be used",
        cause: "The file after --sign cannot be read, is no secret key of minisign, or its password does not open it. Nothing \
                was read and nothing written. What the file is called and holds is not told, on purpose.",
        cure: "Give the secret key that `minisign -G` made. Its password is asked on the terminal; a script gives it as the \
               first line of the file after --password-file.",
    },
    CodeCard {
        code: PUBLIC_KEY,
        title: "not a public key",
        cause: "What stands after --signature is neither a file with a public key of minisign nor such a key.",
        cure: "Give the file that ends in .pub, or the line of 56 letters in it.",
    },
    CodeCard {
        code: SIGNATURE_FILE,
        title: "a signature that cannot be read",
        cause: "The file after --signature-file is not there, or is no text of a few lines.",
        cure: "Name the file that ends in .minisig; a report carries its signature inside.",
    },
    CodeCard {
        code: NO_PARENT,
        title: "the output folder has nowhere to stand",
        cause: "The folder in which the result would stand does not exist, or the path has no name of its own.",
        cure: "Make the folder, or choose another place with --out.",
    },
    CodeCard {
        code: NOT_OURS,
        title: "something else stands there",
        cause: "The output path is a file, or a folder that holds other things than a result of this program; it is \
                never replaced, with --force or without.",
        cure: "Choose another place with --out, or move what stands there.",
    },
    CodeCard {
        code: EXISTS,
        title: "a result stands there already",
        cause: "The output folder holds an earlier result, or the output file exists, and neither is replaced unasked.",
        cure: "Give --force to replace it, or choose another place with --out.",
    },
    CodeCard {
        code: CANNOT_WRITE,
        title: "the result could not be written",
        cause: "The disk is full, the place is read-only, or a file there is in use. Nothing of the new result is left \
                behind, and an earlier result is as it was.",
        cure: "Make room or give write access, or choose another place with --out, and run again.",
    },
    CodeCard {
        code: BAD_NAME,
        title: "a figure with an unusable name",
        cause: "Two figures have the same file name, or one has a name that is not a plain file name.",
        cure: "Rename one of the outcomes or analyses they are named after.",
    },
    CodeCard {
        code: CANNOT_MAKE,
        title: "a file of the result could not be made",
        cause: "A picture of a figure or the workbook could not be encoded. The numbers are not at fault; nothing was written.",
        cure: "Shorten very long labels in the study, and report the message: this should not happen.",
    },
];
