package dev.pawl.internal.loop;

import dev.pawl.Health;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.PawlException;
import dev.pawl.StoreUnavailableException;
import dev.pawl.spi.Changes;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what turns decide into the store, with patience: when a commit fails, memory is ahead of
 * the store by exactly that turn's changes, so they are kept and tried again until they are stored.
 * What a turn must read before it can go on is read with the same patience.
 */
final class Commits {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final RunStore store;
  private final Mailbox mailbox;
  private final List<Command> deferred;
  private final Vitals vitals;
  private final Closing closing;
  private final Tally tally;

  /** How many commands are taken from the mailbox at once. */
  private final int most;

  Commits(
      RunStore store,
      Mailbox mailbox,
      List<Command> deferred,
      Vitals vitals,
      Closing closing,
      Tally tally,
      int most) {
    this.store = store;
    this.mailbox = mailbox;
    this.deferred = deferred;
    this.vitals = vitals;
    this.closing = closing;
    this.tally = tally;
    this.most = most;
  }

  /**
   * Stores what a turn has changed; returns when it is stored.
   *
   * @throws StoreException if it cannot be stored, and this was to be the last turn
   */
  void store(Turn turn, Changes changes) {
    turn.committing();
    long began = tally.counts() ? System.nanoTime() : 0;
    try {
      store.commit(changes);
    } catch (StoreException e) {
      tally.commitFailed();
      storeLater(turn, changes, e);
    }
    if (tally.counts()) {
      tally.committed(changes, System.nanoTime() - began);
    }
  }

  /**
   * Reads what a turn cannot go on without, after that has failed; returns when it is read. While
   * it cannot be, the engine is as it is while nothing can be stored.
   *
   * @throws StoreException if it cannot be read, and this was to be the last turn
   */
  <T> T readLater(Turn turn, Supplier<T> read, StoreException first) {
    if (closing.isStopAsked()) {
      throw first; // nobody would ask it to stop again
    }
    log.error("the store cannot be read; refusing calls until it can", first);
    turn.outcomeUnknown(
        new OutcomeUnknownException(
            "the store failed before a commit ("
                + first.getMessage()
                + "); whether the call will take effect is not known, and repeating it with the"
                + " same idempotency key is safe",
            first));
    return later(read, first, "read");
  }

  private void storeLater(Turn turn, Changes changes, StoreException first) {
    if (closing.isStopAsked()) {
      throw first; // nobody would ask it to stop again; what is not stored is recovered
    }
    log.error("the store cannot be written; refusing calls until it can", first);
    turn.outcomeUnknown(
        new OutcomeUnknownException(
            "the store failed in the middle of a commit ("
                + first.getMessage()
                + "); whether the call took effect is not known, and repeating it with the same"
                + " idempotency key is safe",
            first));
    later(
        () -> {
          try {
            store.commit(changes);
            return true;
          } catch (StoreException e) {
            tally.commitFailed();
            throw e;
          }
        },
        first,
        "written");
  }

  /**
   * Tries until it works. Calls are refused meanwhile, and whatever cannot be refused is kept for
   * the next turn.
   */
  private <T> T later(Supplier<T> what, StoreException first, String done) {
    StoreException reason = first;
    List<Command> waiting = new ArrayList<>(deferred);
    deferred.clear();
    while (true) {
      vitals.health = new Health(Health.Status.STORE_UNAVAILABLE, reason.getMessage());
      mailbox.take(waiting, most, RETRY_NANOS);
      if (vitals.crashed) {
        deferred.addAll(waiting);
      }
      vitals.requireNotCrashed();
      keepOrRefuse(
          waiting,
          new StoreUnavailableException(
              "the store cannot be " + done + " at present: " + reason.getMessage(), reason));
      waiting.clear();
      try {
        T result = what.get();
        vitals.health = Vitals.UP;
        log.info("the store can be {} again", done);
        return result;
      } catch (StoreException e) {
        reason = e;
      }
    }
  }

  private void keepOrRefuse(List<Command> commands, PawlException unavailable) {
    for (Command command : commands) {
      switch (command) {
        case Command.Stop stop -> {
          deferred.addAll(commands); // refused with everything else
          closing.stopNow();
          throw unavailable;
        }
        case Command.Drain drain -> deferred.add(drain);
        case Command.CutOff cutOff -> deferred.add(cutOff);
        case Command.Call<?> call -> call.refuse(unavailable);
        default -> deferred.add(command);
      }
    }
  }
}
