package dev.pawl;

/** A listener's registration; see {@link Engine#onEvent}. */
public interface EventSubscription extends AutoCloseable {
  /** How many events the listener was called with, whether it returned or threw. */
  long delivered();

  /** How many events it was not called with, because too many waited for it. */
  long dropped();

  /** How many times it threw. */
  long failures();

  /** Ends it: the listener is called for no further event, except for one that it is in. */
  @Override
  void close();
}
