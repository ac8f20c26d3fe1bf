package dev.pawl.architecture.broken;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Reads the wall clock in every way there is; none with "synchronized (this)", says this comment.
 */
public final class ReadsTheWallClock {
  /** How many accesses below have to be reported. */
  public static final int WAYS = 8;

  private ReadsTheWallClock() {}

  static Instant now() {
    return Instant.now();
  }

  static Supplier<Instant> later() {
    return Instant::now;
  }

  static LocalDateTime local() {
    return LocalDateTime.now(ZoneOffset.UTC);
  }

  static Clock clock() {
    return Clock.systemUTC();
  }

  static long millis() {
    return System.currentTimeMillis();
  }

  @SuppressWarnings("JavaUtilDate") // the very thing to be found
  static Date date() {
    return new Date();
  }

  static void sleep() throws InterruptedException {
    Thread.sleep(1);
    TimeUnit.MILLISECONDS.sleep(1);
  }
}
