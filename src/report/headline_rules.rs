//! The rules of the headline sentence, one by one: what is planted, and the whole sentence a reader sees in Danish and
//! in English. Read this file to know what the report says.

use super::headline::headline_of;
use super::planted::{Planted, contrast, outcome};
use crate::results::{Row, Status};
use crate::study::model::Words;
use crate::units::Language;

struct Rule {
    what: &'static str,
    plant: fn(&mut Planted),
    da: &'static str,
    en: &'static str,
}

/// Accumulated weeks in employment at week 64: estimate, lower and upper limit, p.
fn weeks(numbers: [f64; 4]) -> Row {
    contrast("cumulative_effect", "employment", 64, numbers)
}

/// Another outcome in place of employment.
fn only(planted: &mut Planted, name: &str, kind: &str, unit: &str, row: Row) {
    name.clone_into(&mut planted.headline);
    planted.outcomes = vec![outcome(name, kind, unit)];
    planted.rows = vec![row];
}

/// The study's own phrases for more and less.
fn phrases(planted: &mut Planted) {
    let label = planted.labels.words.entry("employment".to_owned());
    let label = label.or_default();
    for (language, more, less) in [
        ("da", "mere i beskæftigelse", "mindre i beskæftigelse"),
        ("en", "more in employment", "less in employment"),
    ] {
        label.more.insert(language.to_owned(), more.to_owned());
        label.less.insert(language.to_owned(), less.to_owned());
    }
}

fn without_number(status: Status, reason: &str) -> Row {
    let mut row = weeks([0.0; 4]);
    (row.estimate, row.conf_low, row.conf_high, row.p_value) = (None, None, None, None);
    (row.status, row.reason) = (status, reason.into());
    row
}

const RULES: &[Rule] = &[
    Rule {
        what: "adjusted by regression: it says for what",
        plant: |p| {
            phrases(p);
            p.covariates = vec!["alder".to_owned(), "tidligere_job".to_owned()];
            p.rows.push(weeks([0.4, -0.3, 1.1, 0.26]));
        },
        da: "Personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit været 0,4 uger mere i beskæftigelse \
             end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: −0,3 til 1,1). Forskellen er ikke statistisk \
             signifikant. Forskellen er justeret for alder, tidligere job.",
        en: "Persons offered the programme by lot have on average spent 0.4 weeks more in employment than the control \
             group over 64 weeks (95% confidence interval: −0.3 to 1.1). The difference is not statistically \
             significant. The difference is adjusted for alder, tidligere job.",
    },
    Rule {
        what: "positive, not significant; the study gives its phrase",
        plant: |p| {
            phrases(p);
            p.rows.push(weeks([0.4, -0.3, 1.1, 0.26]));
        },
        da: "Personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit været 0,4 uger mere i beskæftigelse \
             end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: −0,3 til 1,1). Forskellen er ikke statistisk \
             signifikant.",
        en: "Persons offered the programme by lot have on average spent 0.4 weeks more in employment than the control \
             group over 64 weeks (95% confidence interval: −0.3 to 1.1). The difference is not statistically \
             significant.",
    },
    Rule {
        what: "positive, significant; without a phrase the label opens the sentence",
        plant: |p| p.rows.push(weeks([0.4, 0.1, 0.7, 0.01])),
        da: "Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 0,4 uger mere \
             end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: 0,1 til 0,7). Forskellen er statistisk \
             signifikant.",
        en: "Employment: persons offered the programme by lot have on average had 0.4 weeks more than the control group \
             over 64 weeks (95% confidence interval: 0.1 to 0.7). The difference is statistically significant.",
    },
    Rule {
        what: "negative reads less, with the study's phrase, and the amount has no minus",
        plant: |p| {
            phrases(p);
            p.rows.push(weeks([-1.25, -2.0, -0.5, 0.001]));
        },
        da: "Personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit været 1,3 uger mindre i \
             beskæftigelse end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: −2,0 til −0,5). Forskellen er \
             statistisk signifikant.",
        en: "Persons offered the programme by lot have on average spent 1.3 weeks less in employment than the control \
             group over 64 weeks (95% confidence interval: −2.0 to −0.5). The difference is statistically significant.",
    },
    Rule {
        what: "negative, not significant, without a phrase",
        plant: |p| p.rows.push(weeks([-0.4, -1.1, 0.3, 0.26])),
        da: "Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 0,4 uger mindre \
             end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: −1,1 til 0,3). Forskellen er ikke statistisk \
             signifikant.",
        en: "Employment: persons offered the programme by lot have on average had 0.4 weeks less than the control group \
             over 64 weeks (95% confidence interval: −1.1 to 0.3). The difference is not statistically significant.",
    },
    Rule {
        what: "exactly zero has no direction, whatever the study's phrases",
        plant: |p| {
            phrases(p);
            p.rows.push(weeks([0.0, -0.7, 0.7, 1.0]));
        },
        da: "Beskæftigelse: forskellen mellem personer, der ved lodtrækning fik tilbudt indsatsen, og kontrolgruppen er \
             i gennemsnit 0,0 uger over 64 uger (95 pct.-konfidensinterval: −0,7 til 0,7). Forskellen er ikke \
             statistisk signifikant.",
        en: "Employment: the difference between persons offered the programme by lot and the control group is on average \
             0.0 weeks over 64 weeks (95% confidence interval: −0.7 to 0.7). The difference is not statistically \
             significant.",
    },
    Rule {
        what: "what is shown as zero has no direction either",
        plant: |p| p.rows.push(weeks([-0.001, -0.7, 0.7, 0.99])),
        da: "Beskæftigelse: forskellen mellem personer, der ved lodtrækning fik tilbudt indsatsen, og kontrolgruppen er \
             i gennemsnit 0,0 uger over 64 uger (95 pct.-konfidensinterval: −0,7 til 0,7). Forskellen er ikke \
             statistisk signifikant.",
        en: "Employment: the difference between persons offered the programme by lot and the control group is on average \
             0.0 weeks over 64 weeks (95% confidence interval: −0.7 to 0.7). The difference is not statistically \
             significant.",
    },
    Rule {
        what: "significant by p, but the interval covers zero",
        plant: |p| p.rows.push(weeks([0.4, -0.1, 0.8, 0.049])),
        da: "Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 0,4 uger mere \
             end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: −0,1 til 0,8). Forskellen er statistisk \
             signifikant. Konfidensintervallet siger noget andet end p-værdien: det omfatter nul.",
        en: "Employment: persons offered the programme by lot have on average had 0.4 weeks more than the control group \
             over 64 weeks (95% confidence interval: −0.1 to 0.8). The difference is statistically significant. The \
             confidence interval says otherwise than the p-value: it covers zero.",
    },
    Rule {
        what: "not significant by p, which lies on the limit, but the interval does not cover zero",
        plant: |p| p.rows.push(weeks([0.4, 0.1, 0.8, 0.05])),
        da: "Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 0,4 uger mere \
             end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: 0,1 til 0,8). Forskellen er ikke statistisk \
             signifikant. Konfidensintervallet siger noget andet end p-værdien: det omfatter ikke nul.",
        en: "Employment: persons offered the programme by lot have on average had 0.4 weeks more than the control group \
             over 64 weeks (95% confidence interval: 0.1 to 0.8). The difference is not statistically significant. The \
             confidence interval says otherwise than the p-value: it does not cover zero.",
    },
    Rule {
        what: "with a family the adjusted p decides, and the sentence says so",
        plant: |p| {
            let mut row = weeks([0.4, -0.1, 0.9, 0.13]);
            row.p_adjusted = Some(0.4);
            p.rows.push(row);
        },
        da: "Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 0,4 uger mere \
             end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: −0,1 til 0,9). Forskellen er ikke statistisk \
             signifikant, når der tages højde for, at flere forskelle er undersøgt (justeret p-værdi).",
        en: "Employment: persons offered the programme by lot have on average had 0.4 weeks more than the control group \
             over 64 weeks (95% confidence interval: −0.1 to 0.9). The difference is not statistically significant when \
             it is taken into account that several differences were examined (adjusted p-value).",
    },
    Rule {
        what: "with a family, significant alone and not together: the interval is not adjusted",
        plant: |p| {
            let mut row = weeks([0.4, 0.1, 0.7, 0.01]);
            row.p_adjusted = Some(0.2);
            p.rows.push(row);
        },
        da: "Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 0,4 uger mere \
             end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: 0,1 til 0,7). Forskellen er ikke statistisk \
             signifikant, når der tages højde for, at flere forskelle er undersøgt (justeret p-værdi). \
             Konfidensintervallet er ikke justeret på samme måde og siger noget andet: det omfatter ikke nul.",
        en: "Employment: persons offered the programme by lot have on average had 0.4 weeks more than the control group \
             over 64 weeks (95% confidence interval: 0.1 to 0.7). The difference is not statistically significant when \
             it is taken into account that several differences were examined (adjusted p-value). The confidence \
             interval is not adjusted in the same way and says otherwise: it does not cover zero.",
    },
    Rule {
        what: "with a family, significant together too",
        plant: |p| {
            let mut row = weeks([0.4, 0.1, 0.7, 0.001]);
            row.p_adjusted = Some(0.02);
            p.rows.push(row);
        },
        da: "Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 0,4 uger mere \
             end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: 0,1 til 0,7). Forskellen er statistisk \
             signifikant, når der tages højde for, at flere forskelle er undersøgt (justeret p-værdi).",
        en: "Employment: persons offered the programme by lot have on average had 0.4 weeks more than the control group \
             over 64 weeks (95% confidence interval: 0.1 to 0.7). The difference is statistically significant when it \
             is taken into account that several differences were examined (adjusted p-value).",
    },
    Rule {
        what: "a missing interval is said with its reason; the p-value still decides",
        plant: |p| {
            let mut row = weeks([0.4, 0.0, 0.0, 0.3]);
            (row.conf_low, row.conf_high) = (None, None);
            row.reason = "no interval: undefined in more than 1 % of the replicates".into();
            p.rows.push(row);
        },
        da: "Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 0,4 uger mere \
             end kontrolgruppen over 64 uger (95 pct.-konfidensinterval kan ikke beregnes: over 1 pct. af de gentagne \
             udtrækninger giver intet tal). Forskellen er ikke statistisk signifikant.",
        en: "Employment: persons offered the programme by lot have on average had 0.4 weeks more than the control group \
             over 64 weeks (95% confidence interval cannot be computed: more than 1% of the replicates give no number). \
             The difference is not statistically significant.",
    },
    Rule {
        what: "a missing interval without a reason",
        plant: |p| {
            let mut row = weeks([0.4, 0.0, 0.0, 0.3]);
            (row.conf_low, row.conf_high) = (None, None);
            p.rows.push(row);
        },
        da: "Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 0,4 uger mere \
             end kontrolgruppen over 64 uger (uden konfidensinterval). Forskellen er ikke statistisk signifikant.",
        en: "Employment: persons offered the programme by lot have on average had 0.4 weeks more than the control group \
             over 64 weeks (without a confidence interval). The difference is not statistically significant.",
    },
    Rule {
        what: "a missing standard error: neither interval nor verdict",
        plant: |p| {
            let mut row = weeks([0.4, 0.0, 0.0, 0.0]);
            (row.conf_low, row.conf_high, row.p_value) = (None, None, None);
            row.reason = "no interval: no standard error".into();
            p.rows.push(row);
        },
        da: "Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 0,4 uger mere \
             end kontrolgruppen over 64 uger (95 pct.-konfidensinterval kan ikke beregnes: der er ingen standardfejl). \
             Der er ingen p-værdi, så det er ikke afgjort, om forskellen er statistisk signifikant.",
        en: "Employment: persons offered the programme by lot have on average had 0.4 weeks more than the control group \
             over 64 weeks (95% confidence interval cannot be computed: no standard error). There is no p-value, so it \
             is not settled whether the difference is statistically significant.",
    },
    Rule {
        what: "undefined says so and why",
        plant: |p| {
            let why = "from the first week in which nobody of the group is followed";
            p.rows.push(without_number(Status::Undefined, why));
        },
        da: "Beskæftigelse: forskellen mellem personer, der ved lodtrækning fik tilbudt indsatsen, og kontrolgruppen \
             over 64 uger kan ikke beregnes (fra den første uge, hvor ingen i gruppen følges).",
        en: "Employment: the difference between persons offered the programme by lot and the control group over 64 weeks \
             cannot be computed (from the first week in which nobody of the group is followed).",
    },
    Rule {
        what: "hidden says so and why",
        plant: |p| p.rows.push(without_number(Status::Hidden, "")),
        da: "Beskæftigelse: forskellen mellem personer, der ved lodtrækning fik tilbudt indsatsen, og kontrolgruppen \
             over 64 uger vises ikke (af hensyn til diskretion).",
        en: "Employment: the difference between persons offered the programme by lot and the control group over 64 weeks \
             is not shown (to protect persons).",
    },
    Rule {
        what: "what does not apply says so",
        plant: |p| p.rows.push(without_number(Status::NotApplicable, "")),
        da: "Beskæftigelse: en forskel mellem personer, der ved lodtrækning fik tilbudt indsatsen, og kontrolgruppen \
             over 64 uger opgøres ikke (årsagen er ikke angivet).",
        en: "Employment: a difference between persons offered the programme by lot and the control group over 64 weeks \
             does not apply (no reason was given).",
    },
    Rule {
        what: "a number that is not among the results is not invented",
        plant: |_| {},
        da: "Beskæftigelse: forskellen mellem personer, der ved lodtrækning fik tilbudt indsatsen, og kontrolgruppen \
             over 64 uger står ikke i resultaterne.",
        en: "Employment: the difference between persons offered the programme by lot and the control group over 64 weeks \
             is not among the results.",
    },
    Rule {
        what: "of several treatment arms the one meant is named",
        plant: |p| {
            p.facts.arms.push("tilbud 2".to_owned());
            p.facts.persons.push(10);
            p.rows.push(weeks([0.4, 0.1, 0.7, 0.01]));
        },
        da: "Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen (deltager), har i gennemsnit haft 0,4 \
             uger mere end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: 0,1 til 0,7). Forskellen er \
             statistisk signifikant.",
        en: "Employment: persons offered the programme by lot (deltager) have on average had 0.4 weeks more than the \
             control group over 64 weeks (95% confidence interval: 0.1 to 0.7). The difference is statistically \
             significant.",
    },
    Rule {
        what: "shares differ in percentage points, and are described, not compared as drawn by lot",
        plant: |p| {
            let row = contrast(
                "period_difference",
                "meetings",
                64,
                [0.701, 0.68, 0.722, 0.0],
            );
            only(p, "meetings", "share_among", "share", row);
        },
        da: "Meetings: andelen af ugerne er for personer i deltagergruppen i gennemsnit 70,1 procentpoint større end \
             for kontrolgruppen over 64 uger (95 pct.-konfidensinterval: 68,0 til 72,2). Forskellen er statistisk \
             signifikant. Sammenligningen er beskrivende: grupperne er ikke sammenlignet, som de blev dannet ved \
             lodtrækningen.",
        en: "Meetings: the share of weeks is on average 70.1 percentage points larger for persons in the treatment group \
             than for the control group over 64 weeks (95% confidence interval: 68.0 to 72.2). The difference is \
             statistically significant. The comparison is descriptive: the groups are not compared as they were formed \
             by lot.",
    },
    Rule {
        what: "a smaller share",
        plant: |p| {
            let row = contrast(
                "period_difference",
                "meetings",
                64,
                [-0.02, -0.05, 0.01, 0.2],
            );
            only(p, "meetings", "share_among", "share", row);
        },
        da: "Meetings: andelen af ugerne er for personer i deltagergruppen i gennemsnit 2,0 procentpoint mindre end for \
             kontrolgruppen over 64 uger (95 pct.-konfidensinterval: −5,0 til 1,0). Forskellen er ikke statistisk \
             signifikant. Sammenligningen er beskrivende: grupperne er ikke sammenlignet, som de blev dannet ved \
             lodtrækningen.",
        en: "Meetings: the share of weeks is on average 2.0 percentage points smaller for persons in the treatment group \
             than for the control group over 64 weeks (95% confidence interval: −5.0 to 1.0). The difference is not \
             statistically significant. The comparison is descriptive: the groups are not compared as they were formed \
             by lot.",
    },
    Rule {
        what: "an exit tells the time before it",
        plant: |p| {
            let row = contrast(
                "restricted_mean_difference",
                "exit",
                64,
                [-3.0, -4.1, -1.9, 0.0],
            );
            only(p, "exit", "exit", "week", row);
        },
        da: "Exit: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 3,0 uger mindre før afgang \
             end kontrolgruppen inden for 64 uger (95 pct.-konfidensinterval: −4,1 til −1,9). Forskellen er statistisk \
             signifikant.",
        en: "Exit: persons offered the programme by lot have on average had 3.0 weeks less before exit than the control \
             group within 64 weeks (95% confidence interval: −4.1 to −1.9). The difference is statistically significant.",
    },
    Rule {
        what: "leaving again and again has no time before exit: the rates are tested, and described",
        plant: |p| {
            let mut row = contrast("logrank", "exit", 64, [0.09, 0.0, 0.0, 0.769]);
            (row.week, row.conf_low, row.conf_high) = (None, None, None);
            row.unit = "chi-square".into();
            only(p, "exit", "exit", "week", row);
            p.outcomes[0].randomised = false;
        },
        da: "Exit: afgangsraterne for personer i deltagergruppen og kontrolgruppen er sammenlignet over 64 uger med en \
             log-rank-test (teststørrelse 0,09, p-værdi 0,769). Forskellen er ikke statistisk signifikant. \
             Sammenligningen er beskrivende: grupperne er ikke sammenlignet, som de blev dannet ved lodtrækningen.",
        en: "Exit: the exit rates of persons in the treatment group and the control group are compared over 64 weeks by \
             a log-rank test (test statistic 0.09, p-value 0.769). The difference is not statistically significant. The \
             comparison is descriptive: the groups are not compared as they were formed by lot.",
    },
    Rule {
        what: "an amount has the study's unit, and large numbers their separators",
        plant: |p| {
            let row = contrast(
                "cumulative_effect",
                "wage",
                64,
                [1234.4, -200.0, 2668.8, 0.09],
            );
            only(p, "wage", "amount", "kr.", row);
        },
        da: "Wage: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 1.234 kr. mere end \
             kontrolgruppen over 64 uger (95 pct.-konfidensinterval: −200 til 2.669). Forskellen er ikke statistisk \
             signifikant.",
        en: "Wage: persons offered the programme by lot have on average had DKK 1,234 more than the control group over \
             64 weeks (95% confidence interval: −200 to 2,669). The difference is not statistically significant.",
    },
    Rule {
        what: "an amount without a unit in the study is in units, also in Danish",
        plant: |p| {
            let row = contrast("cumulative_effect", "points", 64, [2.4, 1.2, 3.6, 0.001]);
            only(p, "points", "amount", "units", row);
        },
        da: "Points: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 2,4 enheder mere end \
             kontrolgruppen over 64 uger (95 pct.-konfidensinterval: 1,2 til 3,6). Forskellen er statistisk signifikant.",
        en: "Points: persons offered the programme by lot have on average had 2.4 units more than the control group over \
             64 weeks (95% confidence interval: 1.2 to 3.6). The difference is statistically significant.",
    },
    Rule {
        what: "made-up data are said first",
        plant: |p| {
            p.synthetic = true;
            p.horizon = 1;
            let row = contrast("cumulative_effect", "employment", 1, [0.4, 0.1, 0.7, 0.01]);
            p.rows.push(row);
        },
        da: "Opdigtede data (syntetisk register). Beskæftigelse: personer, der ved lodtrækning fik tilbudt indsatsen, \
             har i gennemsnit haft 0,4 uger mere end kontrolgruppen over 1 uge (95 pct.-konfidensinterval: 0,1 til \
             0,7). Forskellen er statistisk signifikant.",
        en: "Made-up data (synthetic register). Employment: persons offered the programme by lot have on average had 0.4 \
             weeks more than the control group over 1 week (95% confidence interval: 0.1 to 0.7). The difference is \
             statistically significant.",
    },
];

fn sentence(rule: &Rule, language: Language) -> String {
    let mut planted = Planted::new(language);
    let words = Words {
        da: Some("beskæftigelse".to_owned()),
        en: Some("employment".to_owned()),
        ..Words::default()
    };
    planted.labels.words.insert("employment".to_owned(), words);
    (rule.plant)(&mut planted);
    headline_of(&planted.view())
}

#[test]
fn every_rule_has_its_danish_sentence() {
    for rule in RULES {
        assert_eq!(sentence(rule, Language::Da), rule.da, "{}", rule.what);
    }
}

#[test]
fn every_rule_has_its_english_sentence() {
    for rule in RULES {
        assert_eq!(sentence(rule, Language::En), rule.en, "{}", rule.what);
    }
}

#[test]
fn no_sentence_promises_more_than_its_row() {
    for rule in RULES {
        for text in [rule.da, rule.en] {
            let lower = text.to_lowercase();
            for banned in [
                "effekt",
                "effect",
                "tend",
                "sandsynlig",
                "probab",
                "virke",
                "work",
            ] {
                assert!(!lower.contains(banned), "`{banned}` in {text}");
            }
        }
    }
}
