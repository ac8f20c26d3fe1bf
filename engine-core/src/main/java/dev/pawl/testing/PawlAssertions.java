package dev.pawl.testing;

import dev.pawl.Run;

/**
 * The entrance to assertions about runs; needs AssertJ. Import it statically beside AssertJ's own
 * {@code assertThat}.
 */
public final class PawlAssertions {
  private PawlAssertions() {}

  /** Asserts something about a run as it was when it was read. */
  public static RunAssert assertThat(Run<?> actual) {
    return new RunAssert(actual);
  }
}
