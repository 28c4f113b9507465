"""The family of T4 in the order of the peers' arrays; needs no package, so that the command can read it."""
SITES = 18
GROUPS = [f"stratum={h + 1}" for h in range(SITES)] + ["sex=F", "sex=M", "age_group=<40", "age_group=>=40"]
