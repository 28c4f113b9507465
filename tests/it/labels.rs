//! Labels that mean something elsewhere — markup, formulas, quotes, line breaks — stay words in everything that is written.

use crate::support::scratch::Scratch;
use std::fmt::Write as _;

const CONTROL: &str = "=cmd|' /C calc'!A0";
const TREATED: &str = "</script><script>alert('arm')</script> æøå \"ÆØÅ\"";
const JOB: &str = "<script>alert('state')</script>, \"job\"\næøå";
const BENEFIT: &str = "+benefit & <b>bold</b> | *star*";
const STRATUM: &str = "@<img src=x onerror=alert('stratum')>";
const LEVEL: &str = "-<svg onload=alert('level')>";
const OUTCOME: &str = "<script>alert('outcome')</script> \"i job\" æøå";
const TITLE: &str = "</title><script>alert('title')</script> På \"rette\" vej\n& <!-- 'videre'";

/// Text as a TOML string.
fn quoted(text: &str) -> String {
    let safe = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", safe.replace('\n', "\\n"))
}

/// Text as a CSV cell.
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Forty persons, half of them in a job from some week on.
fn trial(language: &str) -> Scratch {
    let mut persons = "person,arm,site,group\n".to_owned();
    let mut spells = "person,start,end,state\n".to_owned();
    for i in 0..40 {
        let arm = if i % 2 == 0 { CONTROL } else { TREATED };
        let site = if i < 20 { STRATUM } else { "=1+1" };
        let level = if i % 4 < 2 { LEVEL } else { "æ;\"ø\"" };
        let _ = writeln!(persons, "p{i},{},{},{}", cell(arm), cell(site), cell(level));
        let start = 2 + i % 5;
        let _ = writeln!(spells, "p{i},1,{},{}", start - 1, cell(BENEFIT));
        let state = if i % 3 == 0 { BENEFIT } else { JOB };
        let _ = writeln!(spells, "p{i},{start},8,{}", cell(state));
    }
    let study = format!(
        "[study]\nname = {title}\ntitle = {title}\nauthor = {title}\nhorizon = 6\nlanguage = \"{language}\"\n\
         [arms]\ncontrol = {control}\ntreatment = {treated}\n\
         [labels]\nemployment = {outcome}\n\
         [persons]\nfile = \"persons.csv\"\nid = \"person\"\narm = \"arm\"\nstrata = \"site\"\n\
         subgroups = [\"group\", \"site\"]\n\
         [spells]\nfile = \"spells.csv\"\nperson = \"person\"\nstart = \"start\"\nend = \"end\"\nstate = \"state\"\n\
         overlap = [{job}, {benefit}]\n\
         [outcomes.employment]\nkind = \"weeks_in\"\nstates = {job}\n\
         [outcomes.leaving]\nkind = \"exit\"\nfrom = {benefit}\nto = [{job}]\n\
         [outcomes.again]\nkind = \"exit\"\nfrom = {benefit}\nto = [{job}]\nat_risk = \"all\"\n\
         [[analysis]]\nname = \"main\"\noutcomes = [\"employment\", \"leaving\", \"again\"]\nsubgroups = [\"group\", \"site\"]\n\
         [resampling]\nreplicates = 99\n[disclosure]\nmin_cell = 1\n",
        title = quoted(TITLE),
        control = quoted(CONTROL),
        treated = quoted(TREATED),
        outcome = quoted(OUTCOME),
        job = quoted(JOB),
        benefit = quoted(BENEFIT),
    );
    Scratch::with(&[
        ("study.toml", &study),
        ("persons.csv", &persons),
        ("spells.csv", &spells),
    ])
}

/// What no written file may hold outside the bundle: any of the labels as markup.
const LIVE: [&str; 8] = [
    "<script>alert",
    "</script><",
    "<img",
    "<svg onload",
    "<b>bold",
    "</title><script",
    "onerror=alert('stratum')>",
    "<!--",
];

fn assert_inert(what: &str, text: &str) {
    for live in LIVE {
        assert!(!text.contains(live), "{what} holds `{live}`");
    }
}

#[test]
fn labels_with_markup_formulas_and_line_breaks_are_words_in_every_file() {
    for (language, not_cleared) in [
        ("da", "Ikke godkendt til offentliggørelse"),
        ("en", "Not cleared for release"),
    ] {
        let scratch = trial(language);
        let said = scratch.run(&["run", "study.toml", "--out", "result"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(said.out.contains("æøå"), "{}", said.out);
        let lines = said.out.lines().count();
        assert!(lines < 40 && !said.out.contains('\r'), "{}", said.out);

        let page = scratch.read("result/report.html");
        let (shown, bundle) = page
            .split_once("<script type=\"application/json\" id=\"bundle\">\n")
            .expect("a bundle in the page");
        assert_inert("the page", shown);
        assert!(!shown.contains("<script"), "the page has a script");
        // An early version could not enforce `min_cell`: its results say so wherever they are told.
        let early = scratch.read("result/bundle.json");
        let early = early.replace("\"cleared\":true", "\"cleared\":false");
        scratch.write("early.json", &early);
        for format in ["html", "md"] {
            let said = scratch.run(&["report", "early.json", "--format", format]);
            assert!(said.out.contains(not_cleared), "{format}");
        }
        let said_early = scratch
            .run(&["report", "early.json", "--format", "csv"])
            .out;
        assert!(said_early.contains("not cleared for release"));
        assert!(shown.contains("&lt;script&gt;alert(&#39;outcome&#39;)&lt;/script&gt;"));
        assert!(shown.contains("=cmd|&#39; /C calc&#39;!A0"));
        let (bundle, end) = bundle
            .split_once("</script>")
            .expect("the end of the bundle");
        assert!(!bundle.contains('<'), "a bundle in a page has no `<`");
        assert_eq!(end, "\n</body>\n</html>\n");

        let mut figures = 0;
        for (name, bytes) in scratch.files() {
            if std::path::Path::new(&name)
                .extension()
                .is_some_and(|e| e == "svg")
            {
                let text = String::from_utf8(bytes).expect("UTF-8");
                assert_inert(&name, &text);
                assert!(text.contains("æøå"), "{name}");
                let rest = text
                    .replace("&amp;", "")
                    .replace("&lt;", "")
                    .replace("&gt;", "");
                let rest = rest.replace("&quot;", "").replace("&#39;", "");
                assert!(!rest.contains('&'), "{name} has an entity of its own");
                figures += 1;
            }
        }
        assert!(figures >= 3, "{figures} figures");

        for name in ["result/estimates.csv", "result/accounting.csv"] {
            let text = scratch.read(name);
            let mut reader = csv_cells(&text);
            let cells: Vec<String> = reader.by_ref().collect();
            let formula = cells.iter().find(|cell| {
                cell.starts_with(['=', '+', '-', '@'])
                    && cell.len() > 1
                    && cell.parse::<f64>().is_err()
            });
            assert_eq!(formula, None, "{name}");
            assert!(
                cells.iter().any(|cell| cell == &format!("'{CONTROL}")),
                "{name}"
            );
        }
        let estimates: Vec<String> = csv_cells(&scratch.read("result/estimates.csv")).collect();
        for label in [TREATED, JOB] {
            assert!(estimates.iter().any(|cell| cell == label), "{label}");
        }

        let said = scratch.run(&["report", "result", "--format", "md"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        // Behind a backslash `<` is a letter.
        assert_inert("the Markdown", &said.out.replace("\\<", ""));
        let tables = said.out.lines().filter(|line| line.starts_with('|'));
        for line in tables {
            assert!(line.ends_with('|'), "a line of a table is broken: {line}");
        }
        assert!(
            said.out.contains("\\<script\\>alert('outcome')"),
            "{}",
            said.out
        );
    }
}

/// The cells of a CSV text, quotes undone.
fn csv_cells(text: &str) -> impl Iterator<Item = String> {
    let mut cells = vec![String::new()];
    let mut inside = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let last = cells.last_mut().expect("a cell");
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                last.push('"');
            }
            '"' => inside = !inside,
            ',' | '\n' if !inside => cells.push(String::new()),
            c => last.push(c),
        }
    }
    cells.into_iter()
}
