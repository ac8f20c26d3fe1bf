package dev.pawl.internal.metrics;

import java.util.Locale;

/** The keys of tags, and values that several meters share. */
final class Names {
  static final String TASK = "task";
  static final String QUEUE = "queue";
  static final String KIND = "kind";
  static final String OUTCOME = "outcome";
  static final String STATUS = "status";
  static final String REASON = "reason";

  /** The tag of a batch whose items are of several tasks. */
  static final String SEVERAL = "several";

  static final String REJECTED = "rejected";

  private Names() {}

  /** An enum's constant as the value of a tag. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
