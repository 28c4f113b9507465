# Danish. Formulas, standard errors and sources of the method cards; in English they stand on the cards themselves.
card-weekly_mean-formula = m_t = Σ_i F_it y_it / Σ_i F_it; forskel = deltagergruppe − kontrolgruppe
card-weekly_mean-error = √(n / (n − 1) Σ ψ_i^2), ψ_i = F_it (y_it − m_t) / Σ F_it (Neyman); klynger: ψ lægges sammen i klyngen, G / (G − 1)
card-weekly_mean-source = Neyman 1923; linearisering: Särndal, Swensson og Wretman 1992, kap. 5
card-cumulative_mean-formula = M_T = Σ_t≤T Σ_i F_it y_it / Σ_i F_it; effekt = deltagergruppe − kontrolgruppe
card-cumulative_mean-error = √(n / (n − 1) Σ ψ_i(T)^2), ψ_i(T) = Σ_t≤T F_it (y_it − m_t) / n_t (Neyman på personernes summer, når alle følges); klynger: ψ lægges sammen i klyngen, G / (G − 1)
card-cumulative_mean-source = Neyman 1923; de danske evalueringers ugeopgørelse, lagt sammen
card-period_mean-formula = r_T = Σ_t≤T num_t / Σ_t≤T den_t (tæller og nævner); forskel = deltagergruppe − kontrolgruppe
card-period_mean-error = √(n / (n − 1) Σ ψ_i^2), ψ_i = (num_i − r den_i) / Σ den, personens summer over uge 1 til T; klynger: ψ lægges sammen i klyngen, G / (G − 1)
card-period_mean-source = Särndal, Swensson og Wretman 1992, kap. 5
card-hazard-formula = h_t = d_t / n_t; forskel = deltagergruppe − kontrolgruppe
card-hazard-error = √(h (1 − h) / n), som summen af kvadrerede personbidrag; klynger: ψ lægges sammen i klyngen, G / (G − 1)
card-hazard-source = Kalbfleisch og Prentice 2002, kap. 1 (diskret tid)
card-cumulative_hazard-formula = H(t) = Σ_s≤t d_s / n_s
card-cumulative_hazard-error = √(Σ d (n − d) / n^3), som summen af kvadrerede personbidrag; klynger: ψ lægges sammen i klyngen, G / (G − 1)
card-cumulative_hazard-source = Nelson 1972; Aalen 1978; Klein 1991 om variansen, når flere afgår i samme uge
card-survival-formula = S(t) = Π_s≤t (1 − d_s / n_s); forskel = deltagergruppe − kontrolgruppe
card-survival-error = Greenwood: S √(Σ d / (n (n − d))), som summen af kvadrerede personbidrag; klynger: ψ lægges sammen i klyngen, G / (G − 1)
card-survival-source = Kaplan og Meier 1958; Greenwood 1926
card-cumulative_incidence-formula = F_k(t) = Σ_s≤t S(s − 1) d_ks / n_s; forskel = deltagergruppe − kontrolgruppe
card-cumulative_incidence-error = infinitesimal jackknife: √(Σ ψ_i(t)^2); klynger: ψ lægges sammen i klyngen, G / (G − 1)
card-cumulative_incidence-source = Aalen og Johansen 1978; R survival, vignetten om infinitesimal jackknife
card-cumulative_incidence_aalen-formula = F_k(t) = Σ_s≤t S(s − 1) d_ks / n_s
card-cumulative_incidence_aalen-error = √(Σ_s≤t (1 − (F(t) − F(s)) / S(s))^2 v_ks + ((F(t) − F(s)) / S(s))^2 v_os), v = S(s − 1)^2 d / n^2 (1 − (d − 1) / (n − 1)), k dette mål for afgangen, o de andre; ingen med klynger
card-cumulative_incidence_aalen-source = Aalen 1978; Gray 1988; R cmprsk, cuminc; SAS, proc lifetest med eventcode
card-restricted_mean-formula = RM(h) = Σ_t<h S(t), fra t = 0; forskel = deltagergruppe − kontrolgruppe
card-restricted_mean-error = √(Σ ψ_i^2), ψ_i = Σ_t<h ψ_Si(t), i Greenwoods form; klynger: ψ lægges sammen i klyngen, G / (G − 1)
card-restricted_mean-source = Irwin 1949; Klein og Moeschberger 2003, ligning 4.5.3
card-median_time-formula = det mindste t med S(t) ≤ 0,5
card-median_time-error = ingen: medianen er ikke glat; kun grænser fra gentagne udtrækninger
card-median_time-source = Kaplan og Meier 1958
card-logrank-formula = χ^2 = (O − E)′ V^− (O − E), O − E = Σ_t (d_g − d n_g / n), V hypergeometrisk med flere afgange i samme uge; når alle forløb er med eller der er klynger, er V summen over personer eller klynger i af kvadrerede dele Σ_t (dN_i − d / n Y_i) (1[g] − n_g / n)
card-logrank-error = ingen: en χ^2-størrelse med p-værdi
card-logrank-source = Mantel 1966; Kalbfleisch og Prentice 2002, afsnit 1.4; Lin og Wei 1989 om den robuste form
card-gray-formula = χ^2 = (O − E)′ V^− (O − E), O − E = Σ_t (d_g − d R_g / R), R_g = n_g (1 − F_g(t − 1)) / S_g(t − 1)
card-gray-error = ingen: en χ^2-størrelse med p-værdi
card-gray-source = Gray 1988; R cmprsk, cuminc
card-log_hazard_ratio-formula = de b, der gør Σ_t (Σ_g d_g b_g − d ln(Σ_g n_g exp(b_g))) størst, b = 0 for kontrolgruppen
card-log_hazard_ratio-error = den inverse af informationen Σ_t d (diag(p) − p p′), p_g = n_g exp(b_g) / Σ_g n_g exp(b_g); når alle forløb er med eller der er klynger, Lin og Weis sandwich
card-log_hazard_ratio-source = Cox 1972; Breslow 1974; Prentice m.fl. 1978; Lin og Wei 1989
card-level_effect-formula = som forskellen på niveauet; båndet er det for en kurve, hvis uger er niveauerne, fra de samme udtrækninger (sup-t, eller den fælles rang for percentil- og bca-grænser). Uden udtrækninger: estimat ± c `std_error` med (2 Φ(c) − 1)^k = konfidensniveauet for k niveauer; går klynger på tværs af niveauer, Bonferroni
card-level_effect-error = den for forskellen på niveauet
card-level_effect-source = Montiel Olea og Plagborg-Møller 2019 om sup-t; Šidák 1967
card-shrunken_effect-formula = B d + (1 − B) m, B = τ^2 / (τ^2 + v), m niveauernes gennemsnit, τ deres spredning
card-shrunken_effect-error = √(B v + (1 − B)^2 Var(m)): givet spredningen τ, hvis egen usikkerhed ikke er med
card-shrunken_effect-source = Morris 1983, JASA 78, 47-55; Raudenbush og Bryk 1985, J. Educ. Stat. 10, 75-98; som blup(rma(method = "PM")) i R-pakken metafor
card-effect_against_rest-formula = d − Σ w_k d_k / Σ w_k over de andre niveauer, w_k personerne i de to grupper ved lodtrækningen; bånd over niveauerne som for `level_effect`
card-effect_against_rest-error = √(Σ c^2 v), c vægtene i kontrasten, v niveauernes varianser, da de ikke har personer fælles; går klynger på tværs af niveauer, udtrækningernes standardafvigelse
card-effect_against_rest-source = interaktionskontrast med faste vægte
card-equal_effects-formula = Q = Σ w (d − m)^2, w = 1 / v, m vægtet med w; χ^2 med k − 1 frihedsgrader. Ved permutation: hver permutations Q, over de niveauer, der har en standardfejl i den
card-equal_effects-error = ingen; `mc_p` på rækken med permutationer
card-equal_effects-source = Cochran 1954, Biometrics 10, 101-129
card-significant_levels-formula = antal af k niveauer med p < 1 − konfidensniveauet; forventet k (1 − konfidensniveauet); P(X ≥ antallet), X binomial. Kun positive forskelle: det halve af 1 − konfidensniveauet
card-significant_levels-error = ingen
card-significant_levels-source = binomialfordelingen, når niveauerne er uafhængige og intet niveau er anderledes
card-mean_of_levels-formula = Σ w d / Σ w, w = 1 / (v + τ^2)
card-mean_of_levels-error = 1 / √(Σ 1 / (v + τ^2)), givet spredningen τ
card-mean_of_levels-source = Paule og Mandel 1982, J. Res. Natl. Bur. Stand. 87, 377-385
card-spread_of_levels-formula = det τ, hvor Σ (d − m)^2 / (v + τ^2) = k − 1; 0, hvor summen allerede er mindre ved 0
card-spread_of_levels-error = ingen; intervallet er de τ, hvor summen er en sandsynlig χ^2-værdi (Q-profil)
card-spread_of_levels-source = Paule og Mandel 1982; Viechtbauer 2007, Stat. Med. 26, 37-52 om grænserne
card-moderated_effect-formula = koefficienten på D × m i mindste kvadraters regression af ugens udfald på D, m, D × m, lagt sammen over ugerne; med stratadummyer, medmindre `adjustment` er none, med kovariater ved ancova, med egne hældninger i hver gruppe ved lin; personer med en værdi
card-moderated_effect-error = HC2: √(Σ (r z)^2 e^2 / (1 − h)), ved ancova og lin som valgt; CR2 over klynger
card-moderated_effect-source = MacKinnon og White 1985 om HC2; Frisch og Waugh 1933, Lovell 1963 om dummyerne
card-answer_share-formula = antal / n, n dem, der har besvaret spørgsmålet
card-answer_share-error = √(Σ (v − m)^2 / (n (n − 1))); over klynger g: √(G / (G − 1) Σ_g (Σ (v − m) / n)^2), den indre sum over personerne i g
card-answer_share-source = Neyman 1923
card-answer_mean-formula = Σ antal × tal / n
card-answer_mean-error = som for `answer_share`
card-answer_mean-source = Neyman 1923
card-answered-formula = antal / personer i gruppen
card-answered-error = som for `answer_share`
card-answered-source = Neyman 1923
card-answers_equal-formula = Pearsons Σ (O − E)^2 / E uden kontinuitetskorrektion, over svar, som nogen har givet; række `exact`: Fishers test, sandsynligheden for tabeller med samme summer, der ikke er mere sandsynlige, så vidt alle svar på nær to har højst ti millioner tabeller; række `permutation`: andelen af permutationer, hvis størrelse når den, af alle ved lodtrækningen, med strata og klynger
card-answers_equal-error = ingen; `mc_p` på rækkerne med permutationer
card-answers_equal-source = Pearson 1900; Fisher 1935; Freeman og Halton 1951; som chisq.test(correct = FALSE) og fisher.test i R
card-take_up-formula = gennemsnittet af D_i(t) blandt dem, der følges i uge t; forskellen, som `adjustment` siger
card-take_up-error = HC2, over klynger CR2
card-take_up-source = Angrist, Imbens og Rubin 1996
card-take_up_sources-formula = antal / personer ved lodtrækningen
card-take_up_sources-error = √(s (1 − s) / (n − 1))
card-take_up_sources-source = ingen
card-against_target-formula = `period_mean` − kravet; tosidet p
card-against_target-error = den for `period_mean`
card-against_target-source = ingen
card-first_stage_f-formula = (forskellen i deltagelse / dens standardfejl)^2
card-first_stage_f-error = ingen
card-first_stage_f-source = Staiger og Stock 1997; med robuste standardfejl er den Montiel Oleas og Pfluegers effektive F fra 2013 (ét instrument)
card-late-formula = forskellen i udfaldet i uge t / forskellen i deltagelse til og med uge t; ved ancova to-trins mindste kvadrater med loddet som instrument
card-late-error = den for ψ_Y − forholdet × ψ_D, over |forskellen i deltagelse|; ψ som for forskellene
card-late-source = Wald 1940; Imbens og Angrist 1994; Angrist, Imbens og Rubin 1996
card-anderson_rubin-formula = alle b med |dY − b dD| ≤ q SE(dY − b dD); et interval, et interval med en åben ende, alt undtagen et interval eller alle tal, hvilket `reason` siger
card-anderson_rubin-error = ingen; `p_value` er den for ingen effekt
card-anderson_rubin-source = Anderson og Rubin 1949; Andrews, Stock og Sun 2019
card-balance_mean-formula = m_a = Σ x / n_a; `balance_gap` = m_1 − m_0
card-balance_mean-error = s / √n; for forskellen √(s_1^2 / n_1 + s_0^2 / n_0)
card-balance_mean-source = Neyman 1923
card-balance_difference-formula = Σ h_s (m_s1 − m_s0) / Σ h_s, h_s = n_s1 n_s0 / n_s; p fra t-fordelingen med n − strata − 1 frihedsgrader (klynger: Satterthwaites)
card-balance_difference-error = HC2; CR2 over klynger, hvor de er trukket lod om
card-balance_difference-source = MacKinnon og White 1985; Samii og Aronow 2012 (HC2 uden strata er Neymans standardfejl)
card-balance_standardised-formula = (m_1 − m_0) / √((s_1^2 + s_0^2) / 2)
card-balance_standardised-error = ingen
card-balance_standardised-source = Imbens og Rubin 2015, afsnit 14.2
card-balance_test-formula = d^2 = T′ C^− T; T = Σ (x − m_s) over deltagergruppens enheder; C dens eksakte kovarians, når loddet trækkes igen inden for strata, Σ h_s S_s; manglende værdier er 0 med egen indikator, faktorer dummyer, klynger deres summer og størrelser. p fra χ^2 med rang(C) frihedsgrader; række `permutation`: fra lod trukket igen. Alle grupper: Σ_a T_a′ S^− T_a / n_a, S samlet inden for strata
card-balance_test-error = `mc_p`: √(p (1 − p) / (1 + B)); ingen, hvor alle tildelinger er regnet igennem
card-balance_test-source = Hansen og Bowers 2008, Statistical Science 23, 219-236 (R: RItools::xBalance); Phipson og Smyth 2010
card-balance_count-formula = p = P(X ≥ k), X binomial med antallet af forskelle og 1 − konfidensniveauet, som om de var uafhængige
card-balance_count-error = ingen
card-balance_count-source = binomialfordelingen
card-sample_ratio-formula = to grupper: eksakt binomial p; flere: χ^2 = (O − E)′ V^− (O − E) med V = Σ n_s (diag(p_s) − p_s p_s′). Række `quotas`: strata, hvor en gruppe hverken har det antal, der rundes ned eller op til, som en fuldstændig lodtrækning giver
card-sample_ratio-error = ingen
card-sample_ratio-source = Fabijan m.fl. 2019 (KDD) om skæve gruppestørrelser
card-followed_share-formula = som `balance_mean` og `balance_difference`, af 1 for den, der følges til periodens slutning
card-followed_share-error = HC2; CR2 over klynger, hvor de er trukket lod om
card-followed_share-source = som `balance_difference`
card-net_benefit-formula = NB_k = Σ_l s_kl p_l A_l over linjerne l, A_l = Σ værdi × (Q_deltagere − Q_kontrol) over perioderne, værdi = opregning × prisniveau × nettoafgiftsfaktor × diskontering × refunderet andel, s = +1 modtager, −1 betaler; samfundet: summen af alle parter minus (skatteforvridningsfaktor − 1) × det offentliges nettoudlæg; uden parametersæt er faktorerne 1, og der diskonteres ikke
card-net_benefit-error = √(c′ V c + Σ s_p^2 (A^2 + var A)), V kovariansen af personernes mængder, c hvad de er værd, s_p de usikre prisers standardfejl, uafhængige af personerne
card-net_benefit-source = samfundsregnskab efter part som i Boardman m.fl., Cost-Benefit Analysis (5. udg. 2018), kap. 3; samme udtrækning af personer for effekt og penge
card-total_net_benefit-formula = n_deltagere NB_k
card-total_net_benefit-error = n_deltagere gange den for `net_benefit`
card-total_net_benefit-source = samfundsregnskab efter part som i Boardman m.fl., Cost-Benefit Analysis (5. udg. 2018), kap. 3; samme udtrækning af personer for effekt og penge
card-net_benefit_per_treated-formula = NB_k / (andel, der tog imod, i deltagergruppen − andel i kontrolgruppen)
card-net_benefit_per_treated-error = lineariseret; intervallet er fra udtrækningernes forhold, eller Fiellers ved normale intervaller, intet hvor intervallet for forskellen i deltagelse dækker 0
card-net_benefit_per_treated-source = Bloom, Evaluation Review 8 (1984) 225-246: tilbuddet alene ændrer ingens regnskab
card-ledger_line-formula = M_l = p_l A_l (se `net_benefit`); positiv: mere af den i deltagergruppen, hvem der end betaler
card-ledger_line-error = som for `net_benefit`
card-ledger_line-source = samfundsregnskab efter part som i Boardman m.fl., Cost-Benefit Analysis (5. udg. 2018), kap. 3; samme udtrækning af personer for effekt og penge
card-break_even_price-formula = indsatsen: NB_samfund uden dens linjer; en linje: p^* = −A / b, A samfundets nettogevinst uden linjen, b hvad en enhed af dens pris lægger til
card-break_even_price-error = lineariseret: sd(A + p^* b) / |b|; intervallet ved inversion: udtrækningernes priser, eller Fiellers grænser ved normale intervaller, intet hvor intervallet for b dækker 0
card-break_even_price-source = Fieller, J. R. Stat. Soc. B 16 (1954) 175-185; Briggs, O'Brien og Blackhouse, Annu. Rev. Public Health 23 (2002) 377-401
card-surplus_share-formula = #(udtrækninger med NB_k > 0) / B
card-surplus_share-error = ingen
card-surplus_share-source = vist ved siden af intervallet, fordi læsere spørger efter den; den lægger intet til det
card-programme_cost-formula = C = Σ_l p_l A_l over de ressourcelinjer, der hører til indsatsen
card-programme_cost-error = som for `net_benefit`
card-programme_cost-source = samfundsregnskab efter part som i Boardman m.fl., Cost-Benefit Analysis (5. udg. 2018), kap. 3; samme udtrækning af personer for effekt og penge
card-outlay-formula = −Σ_l s p_l A_l for kommunen, over indsatsens linjer og refusionen af dem
card-outlay-error = som for `net_benefit`
card-outlay-source = kommunal businesscase: udlæg, besparelse og tilbagebetaling som i kommunernes vejledninger
card-saving-formula = Σ_l s p_l A_l for kommunen, over alle andre linjer
card-saving-error = som for `net_benefit`
card-saving-source = kommunal businesscase: udlæg, besparelse og tilbagebetaling som i kommunernes vejledninger
card-break_even_effect-formula = E^* = −A / v, A samfundets nettogevinst uden effektens linjer, v hvad en enhed lægger til i gennemsnit over deltagersidens uger
card-break_even_effect-error = sd(A) / v, v taget som sikker
card-break_even_effect-source = samfundsregnskab efter part som i Boardman m.fl., Cost-Benefit Analysis (5. udg. 2018), kap. 3; samme udtrækning af personer for effekt og penge
card-benefit_cost_ratio-formula = (NB_samfund + omkostning med forvridning) / C: samfundets regnskab uden indsatsens linjer over `programme_cost`
card-benefit_cost_ratio-error = lineariseret; intervallet er fra udtrækningernes forhold, eller Fiellers ved normale intervaller, intet hvor intervallet for det, der divideres med, dækker 0
card-benefit_cost_ratio-source = Fieller, J. R. Stat. Soc. B 16 (1954) 175-185; Briggs, O'Brien og Blackhouse, Annu. Rev. Public Health 23 (2002) 377-401
card-mvpf-formula = MVPF = NB_deltager / (−NB_offentlig); uendelig, hvor det offentlige ikke taber og deltagerne vinder, ikke defineret, hvor ingen af delene gælder
card-mvpf-error = lineariseret; intervallet er fra udtrækningernes forhold, eller Fiellers ved normale intervaller, intet hvor intervallet for det, der divideres med, dækker 0
card-mvpf-source = Hendren og Sprung-Keyser, Q. J. Econ. 135 (2020) 1209-1318
card-cost_per_unit-formula = C / E, E den akkumulerede effekt, ikke diskonteret
card-cost_per_unit-error = lineariseret; intervallet er fra udtrækningernes forhold, eller Fiellers ved normale intervaller, intet hvor intervallet for det, der divideres med, dækker 0
card-cost_per_unit-source = Fieller, J. R. Stat. Soc. B 16 (1954) 175-185; Briggs, O'Brien og Blackhouse, Annu. Rev. Public Health 23 (2002) 377-401
card-cost_effectiveness_ratio-formula = −NB_offentlig / E; kun en pris, hvor begge er positive
card-cost_effectiveness_ratio-error = lineariseret; intervallet er fra udtrækningernes forhold, eller Fiellers ved normale intervaller, intet hvor intervallet for det, der divideres med, dækker 0
card-cost_effectiveness_ratio-source = Fieller, J. R. Stat. Soc. B 16 (1954) 175-185; Briggs, O'Brien og Blackhouse, Annu. Rev. Public Health 23 (2002) 377-401
card-net_benefit_at_low_price-formula = NB_samfund med p_l = lav; alt andet uændret
card-net_benefit_at_low_price-error = som for `net_benefit`, den pris taget som sikker
card-net_benefit_at_low_price-source = samfundsregnskab efter part som i Boardman m.fl., Cost-Benefit Analysis (5. udg. 2018), kap. 3; samme udtrækning af personer for effekt og penge
card-net_benefit_at_high_price-formula = NB_samfund med p_l = høj; alt andet uændret
card-net_benefit_at_high_price-error = som for `net_benefit`, den pris taget som sikker
card-net_benefit_at_high_price-source = samfundsregnskab efter part som i Boardman m.fl., Cost-Benefit Analysis (5. udg. 2018), kap. 3; samme udtrækning af personer for effekt og penge
card-net_benefit_beyond-formula = NB_k + Σ_w d(w) f(w) × grundugernes gennemsnit pr. uge, over senere uger w; f = 1 (`constant`) eller faldende i en ret linje til 0 (`fade_out`); indsatsens egne linjer fortsætter ikke
card-net_benefit_beyond-error = som for `net_benefit`; intet er lagt til for antagelsen
card-net_benefit_beyond-source = en antagelse, vist ved siden af regnskabet uden den
card-cumulative_net_benefit-formula = NB_k over de perioder, der er slut til da
card-cumulative_net_benefit-error = som for `net_benefit`; båndet er over perioderne i ét regnskab
card-cumulative_net_benefit-source = samfundsregnskab efter part som i Boardman m.fl., Cost-Benefit Analysis (5. udg. 2018), kap. 3; samme udtrækning af personer for effekt og penge
card-acceptability-formula = #(udtrækninger med k E − omkostning > 0) / B; en kvadrant: efter fortegnene for E og omkostning, hvor præcis 0 hverken er bedre eller dyrere
card-acceptability-error = ingen
card-acceptability-source = acceptabilitetskurve: van Hout m.fl., Health Econ. 3 (1994) 309-319; plan: Black, Med. Decis. Making 10 (1990) 212-214
card-value_of_information-formula = gennemsnit af max(NB, 0) over udtrækningerne − max(gennemsnit af NB, 0); forsøg, priser: NB med det andet på dets gennemsnit over udtrækningerne
card-value_of_information-error = Monte Carlo-fejl: hvor meget et andet frø ville flytte den
card-value_of_information-source = forventet værdi af fuld viden: Claxton, J. Health Econ. 18 (1999) 341-364
card-highest_price-formula = 20 pct.-fraktilen over udtrækningerne af den pris, hvor NB_samfund = 0
card-highest_price-error = Monte Carlo-fejl: hvor meget et andet frø ville flytte den
card-highest_price-source = inversion på udtrækningerne af effekt og priser
card-break_even_week-formula = mindste T med NB_k(t) ≥ 0 for alle t ≥ T; grænserne er fraktiler over udtrækningerne, hvor aldrig tæller som senere end hver uge
card-break_even_week-error = ingen
card-break_even_week-source = inversion på udtrækningerne af regnskabet uge for uge
card-accounts_balance-formula = Σ_k NB_k − (frembragte ressourcer − forbrugte ressourcer), k parterne, ud fra de tal, der er vist
card-accounts_balance-error = ingen
card-accounts_balance-source = overførsler går ud: Boardman m.fl., Cost-Benefit Analysis (5. udg. 2018), kap. 3
