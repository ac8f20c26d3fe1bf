package dev.pawl.samples.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The token that clients have to show. Kept as a hash only, so that no dump of an object has it.
 */
final class SecretKey {
  /** The environment variable that has it: other users can read an argument, not this. */
  static final String VARIABLE = "PAWL_SECRET_KEY";

  private static final int MIN_LENGTH = 16;
  private static final String SCHEME = "Bearer ";

  private final byte[] hash;

  private SecretKey(String key) {
    this.hash = sha256(key);
  }

  /**
   * The key of an environment; null where it has none.
   *
   * @throws UsageException if it is too short to be a secret; an empty one is most likely a
   *     variable that somebody forgot to fill
   */
  static @Nullable SecretKey of(Map<String, String> environment) throws UsageException {
    String key = environment.get(VARIABLE);
    if (key == null) {
      return null;
    }
    if (key.length() < MIN_LENGTH || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new UsageException(
          VARIABLE
              + " must have at least "
              + MIN_LENGTH
              + " characters, printable ones of ASCII without blanks");
    }
    return new SecretKey(key);
  }

  /** Whether a header {@code Authorization} shows it. Takes the same time for every wrong key. */
  boolean isShownBy(@Nullable String authorization) {
    return authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(hash, sha256(authorization.substring(SCHEME.length()).strip()));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
