package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Engine;
import dev.pawl.EngineBuilder;
import dev.pawl.Explanation;
import dev.pawl.InvalidOptionException;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.internal.api.Probe;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MachineTest {
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();

  private final Task<String, String> task =
      Task.define("task", String.class, String.class)
          .run(
              (payload, run) -> {
                gates.computeIfAbsent(payload, key -> new Gate()).pass();
                return payload;
              });

  private final Task<String, String> child =
      Task.define("child", String.class, String.class)
          .machine("small")
          .concurrencyLimit(0)
          .run((payload, run) -> payload);

  private final Task<String, String> parent =
      Task.define("parent", String.class, String.class)
          .machine("large")
          .run((payload, run) -> run.triggerAndWait(child, payload).unwrap());

  private TestEngine engine =
      start(builder -> builder.machine("small", 1).machine("large", 3).machineCapacity(4));

  private TestEngine start(UnaryOperator<EngineBuilder> settings) {
    return TestEngine.start(
        new InMemoryStore(), builder -> settings.apply(builder.register(task, child, parent)));
  }

  private void restart(UnaryOperator<EngineBuilder> settings) {
    engine.close();
    engine = start(settings);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private RunHandle<String> trigger(String payload, String machine) {
    RunHandle<String> handle = engine.tasks().trigger(task, payload, options().machine(machine));
    engine.settle();
    return handle;
  }

  private void finish(String payload) {
    gates.get(payload).open();
    engine.settle();
  }

  private List<String> executing() {
    return engine.runs().stream(RunQuery.all().statuses(RunStatus.EXECUTING))
        .map(run -> run.payload(String.class))
        .sorted()
        .toList();
  }

  @Test
  void theWeightsOfWhatExecutesNeverExceedTheCapacity() {
    trigger("a", "large");
    trigger("b", "small");
    trigger("c", "small");
    assertThat(executing()).isEqualTo(List.of("a", "b"));
    finish("b");
    assertThat(executing()).isEqualTo(List.of("a", "c"));
    assertThat(Probe.of(engine.present()).figures().weight()).isEqualTo(4);
  }

  @Test
  void aHeavyRunIsWaitedForAndWhatAsksForNoMachineIsNotHeldUp() {
    trigger("a", "small");
    trigger("b", "small");
    trigger("heavy", "large");
    trigger("c", "small");
    engine.tasks().trigger(task, "plain", options().queue("other"));
    engine.tasks().trigger(task, "later", options());
    engine.settle();
    assertThat(executing())
        .as("inside of one sub-queue the order holds, whatever a run weighs")
        .doesNotContain("later");
    assertThat(executing()).isEqualTo(List.of("a", "b", "plain"));
    finish("a");
    assertThat(executing()).isEqualTo(List.of("b", "heavy", "plain"));
    finish("b");
    assertThat(executing()).isEqualTo(List.of("c", "heavy", "later", "plain"));
  }

  @Test
  void explainTellsWhichRunWaitsForCapacityAndWhichForAHeavierOne() {
    trigger("a", "small");
    trigger("b", "small");
    RunHandle<String> heavy = trigger("heavy", "large");
    assertThat(why(heavy))
        .isEqualTo(
            Map.of(
                "queue",
                "task/task",
                "limit",
                4,
                "executing",
                2,
                "weight",
                3,
                "code",
                Explanation.Code.MACHINE_CAPACITY));
    RunHandle<String> light =
        engine.tasks().trigger(task, "light", options().machine("small").queue("other"));
    engine.settle();
    assertThat(why(light))
        .isEqualTo(
            Map.of(
                "queue",
                "other",
                "limit",
                4,
                "executing",
                2,
                "weight",
                1,
                "code",
                Explanation.Code.CAPACITY_RESERVED));
    assertThat(engine.runs().explain(heavy.id()).toString())
        .contains("its machine weighs 3, and of the engine's capacity 2 of 4 is taken");
  }

  private Map<String, Object> why(RunHandle<?> handle) {
    Explanation.Reason reason = engine.runs().explain(handle.id()).reasons().getFirst();
    Map<String, Object> all = new HashMap<>(reason.data());
    all.put("code", reason.code());
    return all;
  }

  @Test
  void aParkedRunWeighsNothing() {
    engine.tasks().trigger(parent, "p");
    engine.settle();
    assertThat(Probe.of(engine.present()).figures().weight()).isZero();
    trigger("a", "large");
    engine.queues().setLimit("task/child", 1);
    engine.settle();
    assertThat(executing()).as("the parent waits for room to go on").isEqualTo(List.of("a"));
    finish("a");
    engine.settle();
    assertThat(engine.runs().stream(RunQuery.all().statuses(RunStatus.COMPLETED))).hasSize(3);
    assertThat(Probe.of(engine.present()).figures().weight()).isZero();
  }

  @Test
  void anUnknownMachineIsRefusedWhereThereArePresets() {
    assertThatThrownBy(() -> trigger("a", "huge"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("\"huge\"")
        .hasMessageContaining("large, small");
    assertThat(engine.runs().stream(RunQuery.all())).isEmpty();
  }

  @Test
  void aMachineIsALabelWhereThereAreNoPresets() {
    restart(builder -> builder.machineCapacity(1));
    RunHandle<String> a = trigger("a", "huge");
    trigger("b", "huge");
    assertThat(executing()).hasSize(2);
    assertThat(engine.runs().retrieve(a).machine()).isEqualTo("huge");
  }

  @Test
  void presetsWithoutACapacityBoundNothing() {
    restart(
        builder -> builder.machine("huge", 1_000_000_000).machine("small", 1).machine("large", 2));
    for (String payload : List.of("a", "b", "c")) {
      trigger(payload, "huge");
    }
    assertThat(executing()).hasSize(3);
  }

  @Test
  void aRunOnAMachineThatIsGoneGoesOnAndWeighsAsMuchAsTheHeaviest() {
    InMemoryStore store = new InMemoryStore();
    TestEngine before =
        TestEngine.start(
            store, builder -> builder.register(task).machine("old", 1).machineCapacity(1));
    before.pause();
    RunHandle<String> old = before.tasks().trigger(task, "a", options().machine("old"));
    RunHandle<String> also = before.tasks().trigger(task, "b", options().machine("old"));
    before.close();
    try (TestEngine after =
        TestEngine.start(
            store, builder -> builder.register(task).machine("new", 3).machineCapacity(4))) {
      after.settle();
      assertThat(after.runs().retrieve(old).status()).isEqualTo(RunStatus.EXECUTING);
      assertThat(after.runs().retrieve(also).status()).isEqualTo(RunStatus.QUEUED);
      assertThatThrownBy(() -> after.runs().replay(old.id()))
          .isInstanceOf(InvalidOptionException.class);
    }
  }

  @Test
  void whatCannotBeAMachineIsRefused() {
    EngineBuilder builder = Engine.builder().store(new InMemoryStore());
    assertThatThrownBy(() -> builder.machine("", 1)).isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> builder.machine("m", 0)).isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> builder.machineCapacity(0)).isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> builder.machine("m", 5).machineCapacity(4).open())
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("would never start");
  }
}
