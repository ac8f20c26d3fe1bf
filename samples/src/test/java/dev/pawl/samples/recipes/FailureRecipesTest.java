package dev.pawl.samples.recipes;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AbortRunException;
import dev.pawl.BulkResult;
import dev.pawl.CancelResult;
import dev.pawl.Explanation;
import dev.pawl.Retry;
import dev.pawl.RetryAfterException;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "Try again, or give up", "Stop what takes too long" and "After a fix". */
class FailureRecipesTest {
  record Response(int status, Duration retryAfter) {}

  final Deque<Response> responses = new ArrayDeque<>();
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  final AtomicBoolean closed = new AtomicBoolean();
  final CountDownLatch never = new CountDownLatch(1);

  private Response post(String url) {
    asked.add(url);
    return responses.size() > 1 ? responses.removeFirst() : responses.getFirst();
  }

  private static Response status(int status) {
    return new Response(status, Duration.ZERO);
  }

  final Task<String, Integer> callHook =
      Task.define("call-hook", String.class, Integer.class)
          .retry(
              Retry.exponential()
                  .maxAttempts(6)
                  .minTimeout(Duration.ofSeconds(10))
                  .maxTimeout(Duration.ofHours(1)))
          .run(
              (url, run) -> {
                Response response = post(url);
                if (response.status() == 429) {
                  throw new RetryAfterException(response.retryAfter());
                }
                if (response.status() == 410) {
                  throw new AbortRunException("nobody is there any more");
                }
                if (response.status() >= 500) {
                  throw new IllegalStateException("answered " + response.status());
                }
                return response.status();
              });

  final Task<String, Void> crawl =
      Task.define("crawl", String.class, Void.class)
          .maxDuration("10m")
          .run(
              (site, run) -> {
                run.onCancel(() -> closed.set(true)); // close what an interrupt does not end
                never.await();
                return null;
              });

  @RegisterExtension final PawlExtension pawl = PawlExtension.inMemory().register(callHook, crawl);

  @Test
  void whatMaySucceedLaterIsTriedAgain(TestEngine engine) {
    responses.addAll(List.of(status(503), status(500), status(200)));
    RunHandle<Integer> handle = engine.tasks().trigger(callHook, "https://example.com");
    engine.advance(Duration.ofMinutes(5));
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasAttempts(3);
    assertThat(asked).hasSize(3).containsOnly("https://example.com");
  }

  @Test
  void whatCannotSucceedIsNot(TestEngine engine) {
    responses.add(status(410));
    RunHandle<Integer> handle = engine.tasks().trigger(callHook, "https://example.com");
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).isFailed().hasAttempts(1);
  }

  @Test
  void theOtherSideSaysWhen(TestEngine engine) {
    responses.addAll(List.of(new Response(429, Duration.ofMinutes(30)), status(200)));
    RunHandle<Integer> handle = engine.tasks().trigger(callHook, "https://example.com");
    engine.advance(Duration.ofMinutes(30).minusSeconds(1));
    assertThat(engine.runs().retrieve(handle)).isRetrying();
    engine.advance(Duration.ofSeconds(1));
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasAttempts(2);
  }

  @Test
  void whatTakesTooLongIsEnded(TestEngine engine) {
    RunHandle<Void> handle = engine.tasks().trigger(crawl, "example.com");
    engine.advance(Duration.ofMinutes(10));
    assertThat(engine.runs().retrieve(handle)).hasStatus(RunStatus.TIMED_OUT).hasAttempts(1);
    assertThat(closed).isTrue();
  }

  @Test
  void whatNobodyWantsAnyMoreIsCanceled(TestEngine engine) {
    RunHandle<Void> handle =
        engine.tasks().trigger(crawl, "example.com", options().tags("customer-42"));
    engine.settle();
    CancelResult result = engine.runs().cancel(handle.id());
    assertThat(result.status()).isEqualTo(RunStatus.CANCELED);
    engine.settle();
    assertThat(closed).isTrue();
  }

  @Test
  void allOfACustomerAreCanceled(TestEngine engine) throws InterruptedException {
    RunHandle<Void> hers =
        engine.tasks().trigger(crawl, "a", options().tags("customer-42").delay("1h"));
    RunHandle<Void> his =
        engine.tasks().trigger(crawl, "b", options().tags("customer-43").delay("1h"));
    BulkResult canceled = engine.runs().cancelAll(RunQuery.all().tags("customer-42")).await();
    assertThat(canceled.succeeded()).isEqualTo(1);
    assertThat(engine.runs().retrieve(hers)).isCanceled();
    assertThat(engine.runs().retrieve(his)).isDelayed();
  }

  @Test
  void whatFailedIsDoneAgainAfterAFix(TestEngine engine) throws InterruptedException {
    responses.add(status(500));
    RunHandle<Integer> failed = engine.tasks().trigger(callHook, "https://example.com");
    engine.advance(Duration.ofHours(6));
    assertThat(engine.runs().retrieve(failed)).isFailed().hasAttempts(6);
    responses.clear();
    responses.add(status(200));
    BulkResult replayed =
        engine
            .runs()
            .replayAll(RunQuery.all().tasks("call-hook").statuses(RunStatus.FAILED).period("24h"))
            .await();
    assertThat(replayed.succeeded()).isEqualTo(1);
    engine.settle();
    assertThat(engine.runs().count(RunQuery.all().statuses(RunStatus.COMPLETED))).isEqualTo(1);
  }

  @Test
  void aRunSaysWhyItDoesNotRun(TestEngine engine) {
    responses.add(status(200));
    engine.queues().pause("task/call-hook");
    String runId = engine.tasks().trigger(callHook, "https://example.com").id();
    Explanation why = engine.runs().explain(runId);
    if (why.has(Explanation.Code.QUEUE_PAUSED)) {
      engine.queues().resume("task/call-hook");
    }
    engine.settle();
    assertThat(engine.runs().retrieve(runId)).isCompleted();
  }
}
