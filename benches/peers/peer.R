#!/usr/bin/env Rscript
# The tasks in R. Needs base R, survival and boot; reads with data.table and tests with coin where they are there.
#   --impl lib   what R users pick: boot (strata, multicore), survfit refitted by boot, coin
#   --impl base  hand-vectorised base R with mclapply: tabulate, rmultinom, crossprod
# One line of JSON, as the Python peers.
started <- proc.time()[[3]]
av <- commandArgs(TRUE)
opt <- list(task = "T1", data = ".", replicates = "-1", impl = "lib", threads = "2", seed = "1")
for (i in seq(1, length(av), 2)) opt[[sub("^--", "", av[i])]] <- av[i + 1]
suppressMessages({ library(survival); library(boot); library(parallel) })
table_reader <- suppressMessages(requireNamespace("data.table", quietly = TRUE))
if (opt$task == "T4" && opt$impl == "lib") suppressMessages(library(coin))
B <- as.integer(opt$replicates)
if (B < 0) B <- c(T1 = 0L, T2 = 2000L, T3 = 1000L, T4 = 10000L, T5 = 10000L)[[opt$task]]
nt <- as.integer(opt$threads)
if (table_reader) data.table::setDTthreads(nt)
RNGkind("L'Ecuyer-CMRG"); set.seed(as.integer(opt$seed))
STATES <- c("cash_benefit", "employment", "education", "activation", "sickness", "self_support")
W <- 64L; H <- 18L
seconds <- list(); last <- started
lap <- function(part) { now <- proc.time()[[3]]; seconds[[part]] <<- now - last + if (is.null(seconds[[part]])) 0 else seconds[[part]]; last <<- now }
lap("imports")

read <- function(name, classes) {
  path <- file.path(opt$data, name)
  if (table_reader) data.table::fread(path, nThread = nt, data.table = FALSE) else read.csv(path, colClasses = classes)
}
P <- read("persons.csv", c("integer", "character", "integer", "character", "integer", "character"))
S <- read("spells.csv", c("integer", "integer", "integer", "character", "integer"))
n <- nrow(P)
stopifnot(!anyDuplicated(P$person_id), all(P$arm %in% c("treatment", "control")), all(P$stratum %in% 1:H))
S$row <- match(S$person_id, P$person_id); S$st <- match(S$state, STATES)
stopifnot(!anyNA(S$row), !anyNA(S$st))
if (is.unsorted(S$row)) S <- S[order(S$row, S$start_week), ]
first <- c(TRUE, S$row[-1] != S$row[-nrow(S)]); final <- c(first[-1], TRUE)
stopifnot(sum(first) == n, all(S$start_week[first] == 1L), all(S$end_week[final] == W), all(S$start_week <= S$end_week),
          all((S$start_week[-1] == S$end_week[-nrow(S)] + 1L)[!first[-1]]))
z <- as.integer(P$arm == "treatment"); h <- P$stratum; trt <- which(z == 1L); ctl <- which(z == 0L)
female <- as.integer(P$sex == "F"); cell <- z * H + h
lap("load")

E <- S[S$st == 2L, ]
accumulated <- function() {
  A <- matrix(0, n, W)
  for (t in 1:W) A[E$row[E$start_week <= t & E$end_week >= t], t] <- 1
  for (t in 2:W) A[, t] <- A[, t - 1L] + A[, t]
  A
}
acc64 <- function() { a <- numeric(n); x <- rowsum(E$end_week - E$start_week + 1, E$row); a[as.integer(rownames(x))] <- x; a }
sums <- function(x, p) apply(as.matrix(x), 2, quantile, probs = p, names = FALSE)
chunks <- function(B, k) { x <- rep(B %/% k, k); if (B %% k) x[seq_len(B %% k)] <- x[seq_len(B %% k)] + 1L; x[x > 0] }
cores <- list(parallel = if (nt > 1) "multicore" else "no", ncpus = nt)
boot_in <- function(...) do.call(boot, c(list(...), cores))
r <- list()

if (opt$task == "T1") {
  cur <- integer(n); a <- integer(n)
  from <- split(E$row, factor(E$start_week, 1:W)); to <- split(E$row, factor(E$end_week, 1:W))
  m <- list(t = trt, c = ctl); o <- lapply(m, function(i) list(s = numeric(W), A = numeric(W), v = numeric(W)))
  for (t in 1:W) {
    cur[from[[t]]] <- 1L; a <- a + cur
    for (k in c("t", "c")) { i <- m[[k]]; x <- a[i]; o[[k]]$s[t] <- mean(cur[i]); o[[k]]$A[t] <- mean(x); o[[k]]$v[t] <- var(x) / length(i) }
    cur[to[[t]]] <- 0L
  }
  r <- list(share_t = o$t$s, share_c = o$c$s, diff = o$t$s - o$c$s, acc = o$t$A - o$c$A, se_acc = sqrt(o$t$v + o$c$v))
  lap("fixed")
} else if (opt$task == "T2") {
  A <- accumulated(); est <- colMeans(A[trt, ]) - colMeans(A[ctl, ])
  if (opt$impl == "lib") {
    lap("fixed")
    R <- boot_in(seq_len(n), function(d, i) colMeans(A[i[trt], ]) - colMeans(A[i[ctl], ]), R = B, strata = cell)$t
  } else {
    M <- A * (z / length(trt) - (1 - z) / length(ctl)); o <- order(cell); M <- M[o, ]; cl <- cell[o]
    nc <- tabulate(cl, 2L * H); off <- c(0, cumsum(nc))[cl]; sz <- nc[cl]; k <- max(1L, min(50L, as.integer(4e6 / n)))
    lap("fixed")
    R <- do.call(rbind, mclapply(chunks(B, ceiling(B / k)), function(b) {
      counts <- vapply(seq_len(b), function(j) as.double(tabulate(as.integer(off + runif(n) * sz) + 1L, n)), numeric(n))
      crossprod(counts, M)
    }, mc.cores = nt))
  }
  q <- sums(R, c(.025, .975)); se <- apply(R, 2, sd); ok <- se > 0
  dev <- abs(sweep(sweep(R[, ok, drop = FALSE], 2, est[ok]), 2, se[ok], "/"))
  crit <- quantile(do.call(pmax, as.data.frame(dev)), .95, names = FALSE)
  r <- list(acc = est, lo = q[1, ], hi = q[2, ], se = se, supt_crit = crit, band_lo = est - crit * se, band_hi = est + crit * se)
  lap("loop")
} else if (opt$task == "T3") {
  f <- S[S$start_week == 1L & S$st == 1L, ]; tt <- integer(n); tt[f$row] <- f$end_week; i <- which(tt > 0)
  D <- data.frame(t = tt, e = as.integer(tt < W), arm = z, h = h)[i, ]
  curves <- function(sf) {
    s <- summary(sf, times = 1:64, extend = TRUE); k <- length(s$time) / 2; hz <- s$n.event / s$n.risk
    list(c = hz[1:63], t = hz[k + 1:63], Sc = s$surv[1:63], St = s$surv[k + 1:63])
  }
  sf <- survfit(Surv(t, e) ~ arm, data = D); x <- curves(sf)
  r <- list(haz_t = x$t, haz_c = x$c, km_t = x$St, km_c = x$Sc, na_t = cumsum(x$t), na_c = cumsum(x$c))
  means <- summary(sf, rmean = 64)$table; k <- grep("rmean", colnames(means))[1]
  r$rmst_c <- means[[1, k]]; r$rmst_t <- means[[2, k]]
  r$haz_diff <- x$t - x$c; r$rmst_diff <- r$rmst_t - r$rmst_c
  r$logrank_chi2 <- survdiff(Surv(t, e) ~ arm + strata(h), data = D)$chisq
  lap("fixed")
  if (opt$impl == "lib") {
    one <- function(d, i) { y <- curves(survfit(Surv(t, e) ~ arm, data = d[i, ], se.fit = FALSE)); c(y$t - y$c, sum(y$St) - sum(y$Sc)) }
    R <- boot_in(D, one, R = B, strata = D$arm * H + D$h)$t
  } else {
    drawn <- function(k) {
      s <- 0; for (g in 1:H) { p <- tabulate(tt[z == k & h == g] + 1L, W + 1L); s <- s + rmultinom(B, sum(p), p) }
      hz <- s[2:64, ] / apply(s[65:1, ], 2, cumsum)[64:2, ]
      list(hz, 1 + colSums(exp(apply(log1p(-hz), 2, cumsum))))
    }
    y <- mclapply(c(1L, 0L), drawn, mc.cores = nt); R <- cbind(t(y[[1]][[1]] - y[[2]][[1]]), y[[1]][[2]] - y[[2]][[2]])
  }
  q <- sums(R, c(.025, .975))
  r$haz_diff_lo <- q[1, 1:63]; r$haz_diff_hi <- q[2, 1:63]; r$rmst_diff_lo <- q[1, 64]; r$rmst_diff_hi <- q[2, 64]
  lap("loop")
} else if (opt$task == "T4") {
  a <- acc64(); member <- cbind(outer(h, 1:H, "=="), female == 1, female == 0, P$age < 40, P$age >= 40) * 1
  if (opt$impl == "lib") {
    # coin standardises by the permutation variance, not by Welch's: its family p-values are of another statistic.
    D <- data.frame(a = a, arm = factor(z, levels = c(1, 0)), h = factor(h)); Y <- as.data.frame(member * a)
    names(Y) <- paste0("g", seq_along(Y)); form <- as.formula(paste(paste(names(Y), collapse = " + "), "~ arm | h"))
    lap("fixed")
    dist <- do.call(approximate, c(list(nresample = B), cores))
    p1 <- as.numeric(pvalue(oneway_test(a ~ arm | h, data = D, distribution = dist)))
    it <- independence_test(form, data = cbind(Y, D), teststat = "maximum", distribution = dist)
    r <- list(diff64 = mean(a[trt]) - mean(a[ctl]), p = p1,
              coin_single = as.vector(pvalue(it, method = "single-step")), coin_stepdown = as.vector(pvalue(it, method = "step-down")))
  } else {
    o <- order(h); F <- cbind(member * a, member * a^2, member, a)[o, ]; zz <- z[o]; ho <- h[o]; tot <- colSums(F)
    k <- ncol(member)
    welch <- function(s) {
      s <- rbind(s); rp <- function(v) matrix(v, nrow(s), k, byrow = TRUE)
      s1 <- s[, 1:k, drop = FALSE]; s2 <- s[, k + 1:k, drop = FALSE]; n1 <- s[, 2 * k + 1:k, drop = FALSE]
      c1 <- rp(tot[1:k]) - s1; c2 <- rp(tot[k + 1:k]) - s2; n0 <- rp(tot[2 * k + 1:k]) - n1; m1 <- s1 / n1; m0 <- c1 / n0
      v <- (s2 - n1 * m1^2) / (n1 - 1) / n1 + (c2 - n0 * m0^2) / (n0 - 1) / n0
      x <- (m1 - m0) / sqrt(pmax(v, 1e-300)); x[v <= 1e-15] <- 0; x
    }
    obs <- drop(crossprod(F, zz)); ts <- drop(welch(obs)); seen <- abs(ts); n1 <- length(trt); n0 <- length(ctl)
    lap("fixed")
    per <- max(1L, min(200L, as.integer(4e6 / n)))
    R <- do.call(rbind, mclapply(chunks(B, ceiling(B / per)), function(b) {
      Z <- vapply(seq_len(b), function(j) as.double(zz[order(ho, runif(n), method = "radix")]), numeric(n))
      s <- crossprod(Z, F); cbind(s[, 3 * k + 1], welch(s))
    }, mc.cores = nt))
    of <- function(x) x / n1 - (tot[3 * k + 1] - x) / n0
    d0 <- of(obs[3 * k + 1]); Ta <- abs(R[, -1]); od <- order(-seen); mx <- 0; ps <- numeric(k)
    for (j in k:1) { mx <- pmax(mx, Ta[, od[j]]); ps[j] <- (1 + sum(mx >= seen[od[j]] - 1e-12)) / (1 + B) }
    down <- numeric(k); down[od] <- cummax(ps)
    r <- list(diff64 = unname(d0), p = (1 + sum(abs(of(R[, 1])) >= abs(d0) - 1e-12)) / (1 + B), t_obs = unname(ts),
              p_single = sapply(seen, function(x) (1 + sum(mx >= x - 1e-12)) / (1 + B)), p_stepdown = down)
  }
  lap("loop")
} else if (opt$task == "T5") {
  a <- acc64(); est <- mean(a[trt]) - mean(a[ctl]); w <- z / length(trt) - (1 - z) / length(ctl)
  l <- (a - ave(a, cell)) * w; skew <- sum(l^3) / (6 * sum(l^2)^1.5)
  lap("fixed")
  if (opt$impl == "lib") {
    stat <- function(d, i) { y <- d[i, 1]; t <- d[i, 2] == 1; mean(y[t]) - mean(y[!t]) }
    both <- cbind(a, z); b <- boot_in(both, stat, R = B, strata = cell)
    lap("loop")
    ci <- boot.ci(b, type = "bca", L = empinf(data = both, statistic = stat, type = "jack", strata = cell, stype = "i"))
    r <- list(est = est, lo = ci$bca[4], hi = ci$bca[5])
    lap("fixed")
  } else {
    by_cell <- split(a * w, cell)
    th <- unlist(mclapply(chunks(B, ceiling(B / 250)), function(b) {
      s <- 0; for (g in by_cell) s <- s + colSums(matrix(g[sample.int(length(g), b * length(g), TRUE)], ncol = b)); s
    }, mc.cores = nt))
    z0 <- qnorm((mean(th < est - 1e-12) + mean(th <= est + 1e-12)) / 2); za <- z0 + qnorm(c(.025, .975))
    q <- quantile(th, pnorm(z0 + za / (1 - skew * za)), names = FALSE)
    r <- list(est = est, z0 = z0, a = skew, lo = q[1], hi = q[2])
    lap("loop")
  }
}

number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "null")
json <- function(x) {
  if (is.list(x)) paste0("{", paste0('"', names(x), '": ', vapply(x, json, ""), collapse = ", "), "}")
  else if (is.character(x)) paste0('"', x, '"')
  else if (length(x) == 1) number(x)
  else paste0("[", paste(number(x), collapse = ", "), "]")
}
status <- tryCatch(readLines("/proc/self/status"), error = function(e) "VmHWM: 0")
peak <- as.numeric(gsub("[^0-9]", "", grep("VmHWM", status, value = TRUE))) / 1024
cat(json(list(task = opt$task, n = n, replicates = B, seconds = seconds, peak_mb = peak,
              reader = if (table_reader) "data.table" else "read.csv", results = r)), "\n")
