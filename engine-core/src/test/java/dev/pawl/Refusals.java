package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;

/** What every refusal of a caller's text must be like, whatever the text is. */
public final class Refusals {
  private static final int LONGEST_MESSAGE = 2_000;

  private Refusals() {}

  /** Its message says something, on one line, and does not repeat a text of any length. */
  public static void requireReadable(PawlException refusal) {
    String message = refusal.getMessage();
    assertThat(message).isNotBlank();
    assertThat(message.length()).as("length of a message").isLessThan(LONGEST_MESSAGE);
    assertThat(message.chars().noneMatch(Character::isISOControl))
        .as("a message on one line: %s", message)
        .isTrue();
  }
}
