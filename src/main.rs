//! Parse, run, exit code.

fn main() -> std::process::ExitCode {
    rettevej::cli::main()
}
