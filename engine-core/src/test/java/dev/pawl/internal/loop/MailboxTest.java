package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.EngineClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MailboxTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(15);

  private final Mailbox mailbox = new Mailbox(2, true);
  private final List<Thread> threads = new ArrayList<>();

  @AfterEach
  void noThreadIsLeft() throws InterruptedException {
    mailbox.close();
    assertAllThreadsEnd();
  }

  @Test
  void commandsComeOutInTheOrderInWhichTheyWentIn() {
    Command a = put();
    Command b = put();
    assertThat(take(10, LONG)).containsExactly(a, b);
    assertThat(mailbox.close()).isEmpty();
  }

  @Test
  void noMoreAreTakenThanAskedFor() {
    Command a = put();
    Command b = put();
    assertThat(take(1, LONG)).containsExactly(a);
    assertThat(take(1, LONG)).containsExactly(b);
  }

  @Test
  void takingWithoutTimeToWaitReturnsAtOnce() {
    assertThat(take(10, 0)).isEmpty();
    assertThat(take(10, -1)).isEmpty();
    assertThat(take(10, 1)).isEmpty();
  }

  @Test
  void aTakerIsWokenByACommand() throws Exception {
    CompletableFuture<List<Command>> taken = new CompletableFuture<>();
    parked(() -> taken.complete(take(10, LONG)));
    Command a = put();
    assertThat(taken.get()).containsExactly(a);
  }

  @Test
  void aTakerIsWokenByAPoke() throws Exception {
    CompletableFuture<List<Command>> taken = new CompletableFuture<>();
    parked(() -> taken.complete(take(10, LONG)));
    mailbox.poke();
    assertThat(taken.get()).isEmpty();
  }

  @Test
  void aPokeBeforeTheTakeCountsOnce() throws Exception {
    mailbox.poke();
    mailbox.poke();
    assertThat(take(10, LONG)).isEmpty();
    CompletableFuture<List<Command>> taken = new CompletableFuture<>();
    parked(() -> taken.complete(take(10, LONG)));
    assertThat(taken).isNotDone();
    mailbox.poke();
    assertThat(taken.get()).isEmpty();
  }

  @Test
  void anInterruptedTakerJustReturns() throws Exception {
    CompletableFuture<List<Command>> taken = new CompletableFuture<>();
    parked(() -> taken.complete(take(10, LONG))).interrupt();
    assertThat(taken.get()).isEmpty();
  }

  @Test
  void aCallerWaitsWhileItIsFullAndGoesOnWhenThereIsRoom() throws Exception {
    Command a = put();
    Command b = put();
    Command c = command();
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    parked(
        () -> {
          mailbox.put(c);
          done.complete(true);
        });
    assertThat(done).isNotDone();
    assertThat(take(1, LONG)).containsExactly(a);
    assertThat(done.get()).isTrue();
    assertThat(take(10, LONG)).containsExactly(b, c);
  }

  @Test
  void itNeverHoldsMoreThanItsCapacity() throws Exception {
    put();
    put();
    List<CompletableFuture<Boolean>> done = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      CompletableFuture<Boolean> one = new CompletableFuture<>();
      done.add(one);
      parked(
          () -> {
            mailbox.put(command());
            one.complete(true);
          });
    }
    int taken = 0;
    while (taken < 6) {
      List<Command> some = take(10, LONG);
      assertThat(some).hasSizeBetween(1, 2);
      taken += some.size();
    }
    for (CompletableFuture<Boolean> one : done) {
      assertThat(one.get()).isTrue();
    }
  }

  @Test
  void anInterruptedCallerStillPutsItsCommandAndKeepsItsFlag() throws Exception {
    put();
    put();
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread caller =
        parked(
            () -> {
              mailbox.put(command());
              flag.complete(Thread.currentThread().isInterrupted());
            });
    caller.interrupt();
    assertThat(take(1, LONG)).hasSize(1);
    assertThat(flag.get()).isTrue();
    assertThat(take(10, LONG)).hasSize(2);
  }

  @Test
  void closingReturnsWhatIsLeftAndRefusesWhoWaits() throws Exception {
    Command a = put();
    Command b = put();
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    for (int i = 0; i < 2; i++) {
      parked(
          () -> {
            try {
              mailbox.put(command());
            } catch (EngineClosedException e) {
              refused.complete(e);
            }
          });
    }
    assertThat(mailbox.close()).containsExactly(a, b);
    assertThat(refused.get()).isInstanceOf(EngineClosedException.class);
    assertAllThreadsEnd();
    assertThat(mailbox.close()).isEmpty();
  }

  @Test
  void aClosedMailboxRefusesEveryCommand() {
    assertThat(mailbox.close()).isEmpty();
    assertThatThrownBy(this::put).isInstanceOf(EngineClosedException.class);
    assertThat(take(10, 0)).isEmpty();
    assertThat(mailbox.close()).isEmpty();
  }

  private void assertAllThreadsEnd() throws InterruptedException {
    for (Thread thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(10))).as("the caller goes on").isTrue();
    }
  }

  private Command put() {
    Command command = command();
    mailbox.put(command);
    return command;
  }

  private List<Command> take(int max, long waitNanos) {
    List<Command> taken = new ArrayList<>();
    mailbox.take(taken, max, waitNanos);
    return taken;
  }

  private static Command command() {
    return new Command.Pause(true, new Reply<>());
  }

  /** Starts a thread and returns once it waits for something. */
  private Thread parked(Runnable body) {
    Thread thread = Thread.ofPlatform().daemon().start(body);
    threads.add(thread);
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(thread.isAlive()).isTrue();
      Thread.onSpinWait();
    }
    return thread;
  }
}
