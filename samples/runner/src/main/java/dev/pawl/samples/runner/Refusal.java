package dev.pawl.samples.runner;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a request is not done: what its answer says. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String type;
  private final String detail;
  private final transient @Nullable Duration retryAfter;

  Refusal(int status, String type, @Nullable String detail) {
    this(status, type, detail, null);
  }

  /**
   * A refusal.
   *
   * @param type what programs look at
   * @param detail what people read; null where the type has to do
   * @param retryAfter when it may pass; null where that is not known
   */
  Refusal(int status, String type, @Nullable String detail, @Nullable Duration retryAfter) {
    super(detail, null, false, false);
    this.status = status;
    this.type = type;
    this.detail = detail == null ? type : detail;
    this.retryAfter = retryAfter;
  }

  static Refusal badRequest(String detail) {
    return new Refusal(400, "bad-request", detail);
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** The body of the answer. */
  Object body() {
    return new Body(new What(type, detail));
  }

  private record Body(What error) {}

  private record What(String type, String message) {}
}
