package dev.pawl.samples.recipes;

import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.RunHandle;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.Verification;
import dev.pawl.h2.H2Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** "Change code while runs are stored". */
class ChangedCodeRecipesTest {
  record Order(String number, int cents, String vatId) {}

  static final Task<Order, String> BILL_ORDER =
      Task.define("bill-order", Order.class, String.class)
          .run((order, run) -> order.number() + ": " + order.cents());

  record Bill(String number, int cents, @Nullable String currency) {}

  static final Task<Bill, String> CREATE_BILL =
      Task.define("bill-order", Bill.class, String.class) // was BILL_ORDER: the id stays
          .run(
              (bill, run) -> {
                String currency = bill.currency() == null ? "EUR" : bill.currency();
                return bill.number() + ": " + bill.cents() + " " + currency;
              });

  static final Task<String, String> BILL_BY_NUMBER =
      Task.define("bill-order", String.class, String.class).run((number, run) -> number);

  @TempDir Path folder;

  private final List<String> alerts = new ArrayList<>();

  private String storedByTheOldCode() {
    try (Engine old =
        Engine.builder().store(H2Store.file(folder.resolve("jobs"))).register(BILL_ORDER).open()) {
      return old.tasks().trigger(BILL_ORDER, new Order("A-1", 500, "DE1")).id();
    }
  }

  private Verification check(Path backup, Task<?, ?>... tasks) {
    Verification found = Engine.builder().store(H2Store.file(backup)).register(tasks).verify();
    for (Verification.Problem problem : found.problems()) {
      alerts.add(problem.kind() + " " + problem.runId() + ": " + problem.message());
    }
    return found;
  }

  @Test
  void renamedCodeRunsWhatTheOldOneHasStored() throws InterruptedException {
    String runId = storedByTheOldCode();
    Path jobs = folder.resolve("jobs");
    assertThat(check(jobs, CREATE_BILL).isClean()).isTrue();
    try (Engine engine = Engine.builder().store(H2Store.file(jobs)).register(CREATE_BILL).start()) {
      RunHandle<String> handle = engine.runs().handle(runId, CREATE_BILL);
      RunResult<String> result = handle.await(Duration.ofSeconds(20));
      assertThat(result.unwrap()).isEqualTo("A-1: 500 EUR");
    }
  }

  @Test
  void whatTheNewCodeCannotReadIsFoundBeforeADeploy() {
    String runId = storedByTheOldCode();
    assertThat(check(folder.resolve("jobs"), BILL_BY_NUMBER).isClean()).isFalse();
    assertThat(alerts).singleElement().asString().startsWith("UNREADABLE_PAYLOAD " + runId);
  }

  @Test
  void aRunWhoseTaskIsMissingWaitsForIt() throws InterruptedException {
    String runId = storedByTheOldCode();
    Path jobs = folder.resolve("jobs");
    assertThat(check(jobs).counts()).containsOnlyKeys(Verification.Kind.UNKNOWN_TASK);
    try (Engine engine = Engine.builder().store(H2Store.file(jobs)).start()) {
      assertThat(engine.runs().retrieve(runId)).hasStatus(RunStatus.PENDING_VERSION);
      engine.register(CREATE_BILL);
      assertThat(engine.runs().await(runId, Duration.ofSeconds(20)).ok()).isTrue();
    }
  }
}
