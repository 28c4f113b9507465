
## Priced again
cba-title = The money with other prices
cba-before = Before
cba-now = Now
cba-change = Change
cba-accounts = Net benefit per person ({ $unit }): { $arm } compared with { $reference }
cba-lines = What each line adds to society's net benefit per person ({ $unit }): { $arm } compared with { $reference }
cba-what = What changed
cba-same = same
cba-new = new line
cba-gone = line is gone
cba-value = price { $old } → { $new }
cba-unit = unit { $old } → { $new }
cba-year = price year { $old } → { $new }
cba-basis = { $old } → { $new }
cba-flow = { $old } → { $new }
cba-quantity = counts { $old } → { $new }
cba-arms = groups { $old } → { $new }
cba-programme = cost of the programme: { $old } → { $new }
cba-source = source
cba-yes = yes
cba-no = no
cba-all-arms = all
cba-normal = Priced again from the quantities in the result: the intervals are normal intervals from their covariance, not from replicates.
cba-none-before = The result had no prices: there is nothing to compare with.
cba-other-currency = The prices were in { $old } and are now in { $new }: amounts are not compared.
cba-nothing-changed = The prices are those of the result.
