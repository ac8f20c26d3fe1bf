package dev.pawl.internal.metrics;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls what belongs to the application: a registry with its filters, the handlers of observations.
 * What it throws must neither end the loop nor change a run; the first of it is logged.
 */
final class Guard {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");

  private final AtomicBoolean logged = new AtomicBoolean();

  void run(Runnable call) {
    get(
        () -> {
          call.run();
          return true;
        },
        false);
  }

  /** What a call returns; {@code otherwise} where it throws. */
  <T> T get(Supplier<T> call, T otherwise) {
    try {
      return call.get();
    } catch (OutOfMemoryError e) {
      return otherwise; // to log it would need what there is not
    } catch (Throwable e) {
      if (logged.compareAndSet(false, true)) {
        log.warn(
            "a meter or observation registry has thrown; what it was told is lost, and nothing more"
                + " is logged of it",
            e);
      }
      return otherwise;
    }
  }
}
