package dev.pawl;

/** Where a batch stands. Derived from its runs, so it never lags behind them. */
public enum BatchStatus {
  /** It lacks items still, or one of its runs has not ended. */
  PENDING,
  /** It has all its items, and each of its runs has ended, well or not. */
  COMPLETED,
  /** Its stream broke off; the runs that it has stay and go on. */
  ABORTED
}
