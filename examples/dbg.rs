//! temp
use rettevej::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let roots = vec![(
        "shared".to_string(),
        std::path::PathBuf::from("../shared/data"),
    )];
    let c = match study::read(
        std::path::Path::new(&a[1]),
        &study::ReadOptions {
            roots,
            ..Default::default()
        },
    ) {
        Ok(c) => c,
        Err(e) => {
            eprintln!("{e}");
            return;
        }
    };
    let mut s = c.study;
    if let Some(b) = a.get(2) {
        s.resampling.replicates = b.parse().unwrap();
    }
    let t0 = std::time::Instant::now();
    let t = match trial::read(&s) {
        Ok(t) => t,
        Err(e) => {
            eprintln!("{e}");
            return;
        }
    };
    eprintln!("read+check {:?}", t0.elapsed());
    let (r, tm) = match evaluate::evaluate(
        &s,
        &t.trial,
        &evaluate::Options::default(),
        &evaluate::Silent,
    ) {
        Ok(t) => t,
        Err(e) => {
            eprintln!("{e}");
            return;
        }
    };
    eprintln!("{:?} rows {} total {:?}", tm, r.rows.len(), t0.elapsed());
    for f in &r.findings {
        eprintln!("{f}");
    }
    let cl = disclosure::clear(r, &s);
    std::fs::write(&a[3], results::csv::estimates(&cl)).unwrap();
}
