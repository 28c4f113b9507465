# Dansk. Hver besked står på én linje; en prøve holder de to sprog på samme nøgler og argumenter.

## Enheder
unit-week-one = { $n } uge
unit-week-other = { $n } uger
unit-day-one = { $n } dag
unit-day-other = { $n } dage
unit-hours-one = { $n } time
unit-hours-other = { $n } timer
unit-events-one = { $n } hændelse
unit-events-other = { $n } hændelser
unit-dkk-one = { $n } kr.
unit-dkk-other = { $n } kr.
unit-points-one = { $n } procentpoint
unit-points-other = { $n } procentpoint
axis-week = uger
axis-day = dage
axis-hours = timer
axis-events = hændelser
axis-dkk = kr.
axis-points = procentpoint
axis-percent = pct.
million = mio.
billion = mia.

## Overskriften
headline-phrase = { $who } har i gennemsnit { $clause } end { $control } over { $horizon }{ $interval }.
headline-label = { $label }: { $who } har i gennemsnit haft { $amount } { $direction } end { $control } over { $horizon }{ $interval }.
headline-exit = { $label }: { $who } har i gennemsnit haft { $amount } { $direction } før afgang end { $control } inden for { $horizon }{ $interval }.
headline-share = { $label }: andelen er for { $who } i gennemsnit { $amount } { $direction } end for { $control } over { $horizon }{ $interval }.
headline-zero = { $label }: forskellen mellem { $who } og { $control } er i gennemsnit { $amount } over { $horizon }{ $interval }.
headline-undefined = { $label }: forskellen mellem { $who } og { $control } over { $horizon } kan ikke beregnes ({ $reason }).
headline-hidden = { $label }: forskellen mellem { $who } og { $control } over { $horizon } vises ikke ({ $reason }).
headline-not-applicable = { $label }: en forskel mellem { $who } og { $control } over { $horizon } opgøres ikke ({ $reason }).
headline-missing = { $label }: forskellen mellem { $who } og { $control } over { $horizon } står ikke i resultaterne.
headline-synthetic = Opdigtede data (syntetisk register). { $sentence }
who-lot = personer, der ved lodtrækning fik tilbudt indsatsen,
who-lot-arm = personer, der ved lodtrækning fik tilbudt indsatsen ({ $arm }),
who-group = personer i deltagergruppen
who-group-arm = personer i deltagergruppen ({ $arm })
control-group = kontrolgruppen
direction-more = mere
direction-less = mindre
direction-share-more = større
direction-share-less = mindre
clause-weeks = været { $amount } { $phrase }
clause-other = haft { $amount } { $phrase }
interval-shown = ({ $level } pct.-konfidensinterval: { $low } til { $high })
interval-missing = ({ $level } pct.-konfidensinterval kan ikke beregnes: { $reason })
interval-missing-plain = (uden konfidensinterval)
verdict-significant = Forskellen er statistisk signifikant.
verdict-not-significant = Forskellen er ikke statistisk signifikant.
verdict-significant-adjusted = Forskellen er statistisk signifikant, når der tages højde for, at flere forskelle er undersøgt (justeret p-værdi).
verdict-not-significant-adjusted = Forskellen er ikke statistisk signifikant, når der tages højde for, at flere forskelle er undersøgt (justeret p-værdi).
verdict-none = Der er ingen p-værdi, så det er ikke afgjort, om forskellen er statistisk signifikant.
disagree-covers-zero = Konfidensintervallet siger noget andet end p-værdien: det omfatter nul.
disagree-excludes-zero = Konfidensintervallet siger noget andet end p-værdien: det omfatter ikke nul.
descriptive = Sammenligningen er beskrivende: grupperne er ikke sammenlignet, som de blev dannet ved lodtrækningen.

## Årsager
reason-none = årsagen er ikke angivet
reason-hidden = af hensyn til diskretion

## Oversigten
synthetic-mark = OPDIGTEDE DATA (syntetisk register)
not-cleared-mark = IKKE GODKENDT TIL UDLEVERING: små celler er ikke undertrykt
summary-persons = Personer
summary-total = i alt { $n }
summary-strata = Strata
summary-clusters = Klynger
summary-followed = Fulgt til { $week }
summary-replicates = Usikkerhed
summary-scheme = { $n } gentagne udtrækninger ({ $scheme }), frø { $seed }
summary-no-scheme = ingen gentagne udtrækninger; analytiske standardfejl
scheme-bootstrap = bootstrap af personer
scheme-bootstrap_rao_wu = bootstrap af personer, Rao-Wu
column-outcome = Udfald
column-measure = Mål
column-arm = Gruppe
column-estimate = Forskel
column-interval = { $level } pct.-interval
column-p = p
summary-more-rows = … og { $n } til
summary-warnings = Advarsler
summary-more-warnings = … og { $n } til
cell-undefined = kan ikke beregnes
cell-hidden = vises ikke
cell-not_applicable = opgøres ikke
cell-missing = mangler
cell-to = { $low } til { $high }

## Mål (navne på estimander)
estimand-weekly_mean = gennemsnit pr. uge
estimand-weekly_mean-share = andel pr. uge
estimand-weekly_difference = effekt pr. uge
estimand-weekly_difference-plain = forskel pr. uge (beskrivende)
estimand-cumulative_mean = akkumuleret gennemsnit
estimand-cumulative_effect = akkumuleret effekt
estimand-cumulative_effect-plain = akkumuleret forskel (beskrivende)
estimand-period_mean = andel i perioden
estimand-period_difference = effekt på andel
estimand-period_difference-plain = forskel i andel (beskrivende)
estimand-hazard = afgangsrate (hazard)
estimand-hazard_difference = effekt på afgangsraten
estimand-hazard_difference-plain = forskel i afgangsrate (beskrivende)
estimand-cumulative_hazard = akkumuleret afgangsrate
estimand-survival = andel, der endnu ikke er afgået
estimand-survival_difference = effekt på andel, der endnu ikke er afgået
estimand-survival_difference-plain = forskel i andel, der endnu ikke er afgået (beskrivende)
estimand-median_time = mediantid til afgang
estimand-cumulative_incidence = andel afgået
estimand-cumulative_incidence_difference = effekt på andel afgået
estimand-cumulative_incidence_difference-plain = forskel i andel afgået (beskrivende)
estimand-restricted_mean = gennemsnitlig tid før afgang
estimand-restricted_mean_difference = effekt på tid før afgang
estimand-restricted_mean_difference-plain = forskel i tid før afgang (beskrivende)
estimand-logrank = log-rank-test

## Figurer
axis-weeks = Uger efter forsøgets start
axis-days = Dage efter forsøgets start
axis-first-assignment = (uge 1 = ugen for lodtrækningen)
axis-first-next = (uge 1 = ugen efter lodtrækningen)
title-weekly-share = { $label }: andel pr. uge
title-weekly-mean = { $label }: gennemsnit pr. person pr. uge
title-effect = { $label }: akkumuleret effekt
title-difference = { $label }: akkumuleret forskel (beskrivende)
title-period-effect = { $label }: effekt på andelen siden start
title-period-difference = { $label }: forskel i andelen siden start (beskrivende)
title-survival = { $label }: andel, der endnu ikke er afgået
title-incidence = { $label }: afgang til { $destination }
title-versus = { $title }, { $arm } mod { $control }
y-share = Andel ({ $unit })
y-mean = Gennemsnit ({ $unit })
y-effect = Effekt ({ $unit })
y-difference = Forskel ({ $unit })
legend-target = Krav: { $n }
legend-interval = { $level } pct.-konfidensinterval (punktvist)
legend-band = { $level } pct.-konfidensbånd (simultant)
legend-effect = Effekt
legend-difference = Forskel
note-persons = Personer: { $list }.
note-person = { $arm } { $n }
note-interval = Konfidensinterval: { $kind }, { $n } gentagne udtrækninger, frø { $seed }.
note-interval-analytic = Konfidensinterval: normal, analytisk standardfejl.
interval-normal = normal
interval-percentile = percentil
interval-basic = basic
note-descriptive = Sammenligningen er beskrivende.
note-gaps = Uger uden tal er ikke tegnet.
note-empty = Der er ingen tal at tegne.
note-source = Kilde: { $name }. Beregnet med rettevej.
describe-line = { $arm }: { $first } i { $start }, { $last } i { $end }.
describe-week = uge { $n }
describe-day = dag { $n }
