package dev.pawl.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AbortRunException;
import dev.pawl.RunHandle;
import dev.pawl.RunResult;
import dev.pawl.Task;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "Start it now, and have its result". */
class ResultRecipesTest {
  static final Task<String, Integer> COUNT_WORDS =
      Task.define("count-words", String.class, Integer.class)
          .run(
              (text, run) -> {
                if (text.isBlank()) {
                  throw new AbortRunException("no words");
                }
                return text.split(" ").length;
              });

  @RegisterExtension
  static final PawlExtension pawl = PawlExtension.inMemory().register(COUNT_WORDS);

  private static String answer(TestEngine engine, String text) throws InterruptedException {
    RunHandle<Integer> handle = engine.tasks().trigger(COUNT_WORDS, text);
    return switch (handle.await(Duration.ofSeconds(30))) {
      case RunResult.Ok<Integer> ok -> ok.output() + " words";
      case RunResult.Failed<Integer> failed -> failed.status() + ": " + failed.error().message();
    };
  }

  @Test
  void aCallerWaitsForTheResult(TestEngine engine) throws InterruptedException {
    assertThat(answer(engine, "to be or not")).isEqualTo("4 words");
    assertThat(answer(engine, " ")).isEqualTo("FAILED: no words");
  }

  @Test
  void orIsCalledBack(TestEngine engine) throws Exception {
    CompletableFuture<Integer> found = new CompletableFuture<>();
    RunHandle<Integer> handle = engine.tasks().trigger(COUNT_WORDS, "to be");
    handle.completion().thenAccept(result -> found.complete(result.unwrap()));
    assertThat(found.get(20, TimeUnit.SECONDS)).isEqualTo(2);
  }
}
