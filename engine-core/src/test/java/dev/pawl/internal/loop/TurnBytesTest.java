package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Limits;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.StoreUnavailableException;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.internal.loop.Command.Triggered;
import dev.pawl.spi.Changes;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.testing.InMemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A commit is bounded by the bytes that it stores, too: a thousand large payloads are several. */
class TurnBytesTest {
  private static final int PAYLOAD = 1_000;

  /** How many runs each commit has stored. */
  private final List<Integer> stored = new ArrayList<>();

  /** How many of the next commits that store runs fail. */
  private int failures;

  private final RunStore store = recording(new InMemoryStore().open());

  private RunStore recording(RunStore into) {
    return Intercepted.store(
        into,
        (method, arguments) -> {
          if (method.equals("commit")) {
            int runs = ((Changes) arguments[0]).runs().size();
            if (runs > 0 && failures-- > 0) {
              throw new StoreException("the disk is full", null);
            }
            if (runs > 0) {
              stored.add(runs);
            }
          }
        });
  }

  private List<Command.Trigger> posted(Loop loop, int count) {
    List<Command.Trigger> triggers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Command.Trigger trigger = BareLoop.trigger(0, new byte[PAYLOAD]);
      loop.post(trigger);
      triggers.add(trigger);
    }
    return triggers;
  }

  private static void end(Loop loop) {
    loop.call(new Command.Stop(new Reply<>()));
    loop.join();
  }

  @Test
  void callsThatWouldMakeACommitTooLargeAreLeftToTheNextInTheirOrder() {
    Loop loop = BareLoop.over(store, Limits.defaults().maxTurnBytes(3 * PAYLOAD));
    List<Command.Trigger> triggers = posted(loop, 10);
    loop.open();
    List<Long> ids = triggers.stream().map(each -> each.reply().await().runId()).toList();
    end(loop);
    assertThat(stored).containsExactly(3, 3, 3, 1);
    assertThat(ids).isSorted();
  }

  @Test
  void aCallThatIsLargerIsACommitOfItsOwn() {
    Loop loop = BareLoop.over(store, Limits.defaults().maxTurnBytes(1));
    List<Command.Trigger> triggers = posted(loop, 3);
    loop.open();
    triggers.forEach(each -> each.reply().await());
    end(loop);
    assertThat(stored).containsExactly(1, 1, 1);
  }

  /** As those are that stand in the mailbox. */
  @Test
  void whatWasLeftIsRefusedWhenTheStoreFails() {
    Loop loop = BareLoop.over(store, Limits.defaults().maxTurnBytes(2 * PAYLOAD));
    List<Command.Trigger> triggers = posted(loop, 4);
    failures = 1;
    loop.open();
    assertThat(triggers.stream().map(TurnBytesTest::answer))
        .containsExactly(
            OutcomeUnknownException.class,
            OutcomeUnknownException.class,
            StoreUnavailableException.class,
            StoreUnavailableException.class);
    end(loop);
    assertThat(stored).containsExactly(2);
  }

  private static Class<?> answer(Command.Trigger trigger) {
    return trigger
        .reply()
        .future()
        .handle(
            (Triggered done, Throwable failure) ->
                failure instanceof CompletionException wrapped
                    ? wrapped.getCause().getClass()
                    : failure == null ? Triggered.class : failure.getClass())
        .join();
  }
}
