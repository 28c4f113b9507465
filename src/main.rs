//! Parse, run, exit code.

/// The allocator of musl takes half as long again for a whole run.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    rettevej::cli::main()
}
