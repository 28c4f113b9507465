# English. Each message stands on one line; a test keeps the two languages on the same keys and arguments.

## Units
unit-week-one = { $n } week
unit-week-other = { $n } weeks
unit-day-one = { $n } day
unit-day-other = { $n } days
unit-hours-one = { $n } hour
unit-hours-other = { $n } hours
unit-events-one = { $n } event
unit-events-other = { $n } events
unit-dkk-one = DKK { $n }
unit-dkk-other = DKK { $n }
unit-points-one = { $n } percentage point
unit-points-other = { $n } percentage points
axis-week = weeks
axis-day = days
axis-hours = hours
axis-events = events
axis-dkk = DKK
axis-points = percentage points
axis-percent = %
million = million
billion = billion

## Headline
headline-phrase = { $who } have on average { $clause } than { $control } over { $horizon }{ $interval }.
headline-label = { $label }: { $who } have on average had { $amount } { $direction } than { $control } over { $horizon }{ $interval }.
headline-exit = { $label }: { $who } have on average had { $amount } { $direction } before exit than { $control } within { $horizon }{ $interval }.
headline-share = { $label }: the share is on average { $amount } { $direction } for { $who } than for { $control } over { $horizon }{ $interval }.
headline-zero = { $label }: the difference between { $who } and { $control } is on average { $amount } over { $horizon }{ $interval }.
headline-undefined = { $label }: the difference between { $who } and { $control } over { $horizon } cannot be computed ({ $reason }).
headline-hidden = { $label }: the difference between { $who } and { $control } over { $horizon } is not shown ({ $reason }).
headline-not-applicable = { $label }: a difference between { $who } and { $control } over { $horizon } does not apply ({ $reason }).
headline-missing = { $label }: the difference between { $who } and { $control } over { $horizon } is not among the results.
headline-synthetic = Made-up data (synthetic register). { $sentence }
who-lot = persons offered the programme by lot
who-lot-arm = persons offered the programme by lot ({ $arm })
who-group = persons in the treatment group
who-group-arm = persons in the treatment group ({ $arm })
control-group = the control group
direction-more = more
direction-less = less
direction-share-more = larger
direction-share-less = smaller
clause-weeks = spent { $amount } { $phrase }
clause-other = had { $amount } { $phrase }
interval-shown = ({ $level }% confidence interval: { $low } to { $high })
interval-missing = ({ $level }% confidence interval cannot be computed: { $reason })
interval-missing-plain = (without a confidence interval)
verdict-significant = The difference is statistically significant.
verdict-not-significant = The difference is not statistically significant.
verdict-significant-adjusted = The difference is statistically significant when it is taken into account that several differences were examined (adjusted p-value).
verdict-not-significant-adjusted = The difference is not statistically significant when it is taken into account that several differences were examined (adjusted p-value).
verdict-none = There is no p-value, so it is not settled whether the difference is statistically significant.
disagree-covers-zero = The confidence interval says otherwise than the p-value: it covers zero.
disagree-excludes-zero = The confidence interval says otherwise than the p-value: it does not cover zero.
descriptive = The comparison is descriptive: the groups are not compared as they were formed by lot.

## Reasons
reason-none = no reason was given
reason-hidden = to protect persons

## Summary
synthetic-mark = MADE-UP DATA (synthetic register)
not-cleared-mark = NOT CLEARED FOR RELEASE: small cells are not suppressed
summary-persons = Persons
summary-total = { $n } in all
summary-strata = Strata
summary-clusters = Clusters
summary-followed = Followed to { $week }
summary-replicates = Uncertainty
summary-scheme = { $n } replicates ({ $scheme }), seed { $seed }
summary-no-scheme = no replicates; analytic standard errors
scheme-bootstrap = bootstrap of persons
scheme-bootstrap_rao_wu = bootstrap of persons, Rao-Wu
column-outcome = Outcome
column-measure = Measure
column-arm = Group
column-estimate = Difference
column-interval = { $level }% interval
column-p = p
summary-more-rows = … and { $n } more
summary-warnings = Warnings
summary-more-warnings = … and { $n } more
cell-undefined = cannot be computed
cell-hidden = not shown
cell-not_applicable = does not apply
cell-missing = missing
cell-to = { $low } to { $high }

## Measures (names of estimands)
estimand-weekly_mean = weekly mean
estimand-weekly_mean-share = weekly share
estimand-weekly_difference = weekly effect
estimand-weekly_difference-plain = weekly difference (descriptive)
estimand-cumulative_mean = accumulated mean
estimand-cumulative_effect = accumulated effect
estimand-cumulative_effect-plain = accumulated difference (descriptive)
estimand-period_mean = share of the period
estimand-period_difference = effect on the share
estimand-period_difference-plain = difference in share (descriptive)
estimand-hazard = exit rate (hazard)
estimand-hazard_difference = effect on the exit rate
estimand-hazard_difference-plain = difference in exit rate (descriptive)
estimand-cumulative_hazard = accumulated exit rate
estimand-survival = share not yet exited
estimand-survival_difference = effect on the share not yet exited
estimand-survival_difference-plain = difference in share not yet exited (descriptive)
estimand-median_time = median time to exit
estimand-cumulative_incidence = share exited
estimand-cumulative_incidence_difference = effect on the share exited
estimand-cumulative_incidence_difference-plain = difference in share exited (descriptive)
estimand-restricted_mean = mean time before exit
estimand-restricted_mean_difference = effect on time before exit
estimand-restricted_mean_difference-plain = difference in time before exit (descriptive)
estimand-logrank = log-rank test

## Figures
axis-weeks = Weeks after the start of the trial
axis-days = Days after the start of the trial
axis-first-assignment = (week 1 = the week of assignment)
axis-first-next = (week 1 = the week after assignment)
title-weekly-share = { $label }: share by week
title-weekly-mean = { $label }: mean per person and week
title-effect = { $label }: accumulated effect
title-difference = { $label }: accumulated difference (descriptive)
title-period-effect = { $label }: effect on the share since the start
title-period-difference = { $label }: difference in the share since the start (descriptive)
title-survival = { $label }: share not yet exited
title-incidence = { $label }: exit to { $destination }
title-versus = { $title }, { $arm } v { $control }
y-share = Share ({ $unit })
y-mean = Mean ({ $unit })
y-effect = Effect ({ $unit })
y-difference = Difference ({ $unit })
legend-target = Required: { $n }
legend-interval = { $level }% confidence interval (pointwise)
legend-band = { $level }% confidence band (simultaneous)
legend-effect = Effect
legend-difference = Difference
note-persons = Persons: { $list }.
note-person = { $arm } { $n }
note-interval = Confidence interval: { $kind }, { $n } replicates, seed { $seed }.
note-interval-analytic = Confidence interval: normal, analytic standard error.
interval-normal = normal
interval-percentile = percentile
interval-basic = basic
note-descriptive = The comparison is descriptive.
note-gaps = Weeks without a number are not drawn.
note-empty = There are no numbers to draw.
note-source = Source: { $name }. Computed with rettevej.
describe-line = { $arm }: { $first } in { $start }, { $last } in { $end }.
describe-week = week { $n }
describe-day = day { $n }
