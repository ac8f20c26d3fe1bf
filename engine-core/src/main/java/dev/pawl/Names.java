package dev.pawl;

/**
 * The rule for names of tasks, queues, lanes and machines. Letters and digits are those of ASCII:
 * others have several spellings that look alike, and which characters count as letters changes from
 * one Java to the next, so that a stored run could lose its task.
 */
final class Names {
  private static final int MAX_LENGTH = 128;

  private Names() {}

  /**
   * Returns the name, or refuses it.
   *
   * @throws InvalidOptionException quoting the name, if it is empty, longer than 128 characters, or
   *     holds anything but letters, digits and {@code _ - . / :}
   */
  static String check(String what, String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH || !name.chars().allMatch(Names::allowed)) {
      throw new InvalidOptionException(
          "the "
              + what
              + " "
              + Text.quote(name)
              + " must be 1 to "
              + MAX_LENGTH
              + " ASCII letters, digits and _ - . / :");
    }
    return name;
  }

  private static boolean allowed(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_-./:".indexOf(c) >= 0;
  }
}
