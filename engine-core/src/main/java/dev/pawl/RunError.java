package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * Why a run, or one of its attempts, ended without an output: always a value with a message,
 * whoever ended it.
 *
 * @param code what kind of end it was
 * @param type the class name of what the body threw; for an end that the engine decided, the name
 *     of {@code code}
 * @param message what went wrong; at most 16 KiB; empty where the exception had none
 * @param stackTrace the stack trace as text; at most 16 KiB; empty for an end that the engine
 *     decided
 * @param cause the error behind this one, or null
 */
public record RunError(
    Code code, String type, String message, String stackTrace, @Nullable RunError cause) {

  /** The kinds of ends. */
  public enum Code {
    /** The body threw. */
    EXCEPTION,
    /** The body threw an {@link AbortRunException}. */
    ABORTED,
    /** The run was cancelled; the message is the reason. */
    CANCELED,
    /** The time to live passed before the first start. */
    EXPIRED,
    /** An attempt took longer than allowed. */
    TIMED_OUT,
    /** The process died during the attempt. */
    CRASHED,
    /** The body's output could not be encoded, or is too large. */
    OUTPUT_NOT_STORABLE,
    /** The stored payload no longer reads as the task's payload type, or its checksum is wrong. */
    PAYLOAD_UNREADABLE
  }

  /** An error that the engine decided. */
  public static RunError of(Code code, String message) {
    return new RunError(code, code.name(), message, "", null);
  }

  /** The first line of the error: type and message. */
  public String summary() {
    return message.isEmpty() ? type : type + ": " + message;
  }
}
