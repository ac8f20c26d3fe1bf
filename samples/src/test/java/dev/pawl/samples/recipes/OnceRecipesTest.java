package dev.pawl.samples.recipes;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Debounce;
import dev.pawl.RunHandle;
import dev.pawl.Task;
import dev.pawl.TriggerOutcome;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "Once, however often it is asked for" and "When it has become quiet". */
class OnceRecipesTest {
  record Event(String id, String text) {}

  record Draft(String id, String text) {}

  final List<String> done = Collections.synchronizedList(new ArrayList<>());

  final Task<Event, Void> handleEvent =
      Task.define("handle-event", Event.class, Void.class)
          .run(
              (event, run) -> {
                done.add(event.text());
                return null;
              });

  final Task<Draft, Void> saveDraft =
      Task.define("save-draft", Draft.class, Void.class)
          .run(
              (draft, run) -> {
                done.add(draft.text());
                return null;
              });

  @RegisterExtension
  final PawlExtension pawl = PawlExtension.inMemory().register(handleEvent, saveDraft);

  private RunHandle<Void> received(TestEngine engine, Event event) {
    return engine
        .tasks()
        .trigger(handleEvent, event, options().idempotencyKey(event.id()).idempotencyKeyTtl("7d"));
  }

  private void typed(TestEngine engine, Draft draft) {
    Debounce quiet = Debounce.key(draft.id()).delay("2s").maxDelay("1m").trailing();
    engine.tasks().trigger(saveDraft, draft, options().debounce(quiet));
  }

  @Test
  void anEventThatIsDeliveredTwiceIsHandledOnce(TestEngine engine) {
    RunHandle<Void> first = received(engine, new Event("evt_1", "paid"));
    engine.settle();
    engine.crash();
    RunHandle<Void> again = received(engine, new Event("evt_1", "paid"));
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.outcome()).isEqualTo(TriggerOutcome.DEDUPLICATED);
    engine.settle();
    assertThat(done).containsExactly("paid");
  }

  @Test
  void afterSevenDaysTheKeyIsFree(TestEngine engine) {
    received(engine, new Event("evt_1", "paid"));
    engine.advance(Duration.ofDays(7));
    assertThat(received(engine, new Event("evt_1", "paid")).outcome())
        .isEqualTo(TriggerOutcome.CREATED);
    engine.settle();
  }

  @Test
  void theLastDraftIsSavedWhenTheWriterPauses(TestEngine engine) {
    for (String text : List.of("H", "He", "Hello")) {
      typed(engine, new Draft("draft-1", text));
      engine.advance(Duration.ofSeconds(1));
    }
    assertThat(done).isEmpty();
    engine.advance(Duration.ofSeconds(1));
    assertThat(done).containsExactly("Hello");
  }

  @Test
  void aWriterWhoNeverPausesIsSavedOnceAMinute(TestEngine engine) {
    for (int second = 0; second < 90; second++) {
      typed(engine, new Draft("draft-1", "second " + second));
      engine.advance(Duration.ofSeconds(1));
    }
    assertThat(done).hasSize(1);
  }
}
