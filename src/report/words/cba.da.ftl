
## Priced again
cba-title = Regnskabet med andre priser
cba-before = Før
cba-now = Nu
cba-change = Ændring
cba-accounts = Nettogevinst pr. person ({ $unit }): { $arm } sammenlignet med { $reference }
cba-lines = Hvad hver linje lægger til samfundets nettogevinst pr. person ({ $unit }): { $arm } sammenlignet med { $reference }
cba-what = Hvad der er ændret
cba-same = uændret
cba-new = ny linje
cba-gone = linjen er væk
cba-value = pris { $old } → { $new }
cba-unit = enhed { $old } → { $new }
cba-year = prisår { $old } → { $new }
cba-basis = { $old } → { $new }
cba-flow = { $old } → { $new }
cba-quantity = tæller { $old } → { $new }
cba-arms = grupper { $old } → { $new }
cba-programme = udgift til indsatsen: { $old } → { $new }
cba-source = kilde
cba-yes = ja
cba-no = nej
cba-all-arms = alle
cba-normal = Regnet igen ud fra resultatets mængder: intervallerne er normalintervaller ud fra mængdernes kovarians, ikke ud fra gentagne udtrækninger.
cba-none-before = Resultatet havde ingen priser: der er intet at sammenligne med.
cba-other-currency = Priserne var i { $old } og er nu i { $new }: beløb sammenlignes ikke.
cba-nothing-changed = Priserne er dem, resultatet har.
