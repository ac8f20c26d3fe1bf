package dev.pawl.internal.loop;

import dev.pawl.RunError;
import dev.pawl.spi.Micros;

/** What an expired run ends with. */
final class Expiry {
  private Expiry() {}

  static RunError error(LiveRun run) {
    return RunError.of(
        RunError.Code.EXPIRED,
        "the run was not started within its ttl of " + Micros.duration(run.ttl));
  }
}
