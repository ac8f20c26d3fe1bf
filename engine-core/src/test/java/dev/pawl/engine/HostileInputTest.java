package dev.pawl.engine;

import static dev.pawl.IdempotencyKey.Scope.GLOBAL;
import static dev.pawl.TriggerOptions.options;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.BatchOptions;
import dev.pawl.CancelOptions;
import dev.pawl.Debounce;
import dev.pawl.EventSubscription;
import dev.pawl.Health;
import dev.pawl.IdempotencyKey;
import dev.pawl.InvalidOptionException;
import dev.pawl.InvalidPayloadException;
import dev.pawl.NotFoundException;
import dev.pawl.PawlException;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.Queue;
import dev.pawl.Refusals;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TaskKey;
import dev.pawl.testing.TestEngine;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What users of the host type into it arrives here as names, keys, labels and payloads. It is
 * stored as it is or refused, and the engine goes on.
 */
class HostileInputTest extends EngineTest {
  private static final int DEEP = 100_000;

  private static final List<String> TEXTS =
      List.of(
          "'; DROP TABLE run; --",
          "\" OR 1=1 --",
          "x;INIT=RUNSCRIPT FROM 'evil.sql'",
          "../../../etc/passwd",
          "..\\..\\windows",
          "${jndi:ldap://localhost/a}",
          "%s%n{}{}",
          "a\r\n2030-01-01 ERROR forged",
          "\0",
          "a\0b",
          "\u0001\u001b[31m",
          "\u2028\u2029\u0085",
          "\u202egnp.exe",
          "\ud800",
          "\udfff\ud800",
          "\ufffe\uffff",
          "ａ\u00e9e\u0301",
          "[\"java.lang.Thread\",{}]",
          "{\"@class\":\"java.lang.Thread\"}",
          " ",
          "%",
          "_",
          "null");

  private final Task<Object, Object> echo =
      Task.define("echo", Object.class, Object.class)
          .retry(Retry.none())
          .run((payload, run) -> payload);

  private final Task<String, String> refuser =
      Task.define("refuser", String.class, String.class)
          .retry(Retry.none())
          .run(
              (payload, run) -> {
                throw new IllegalStateException(payload);
              });

  private final Task<String, Object> bomb =
      Task.define("bomb", String.class, Object.class)
          .retry(Retry.exponential().maxAttempts(3))
          .run((payload, run) -> nested(DEEP));

  private final TestEngine engine = start(echo, refuser, bomb);

  @AfterEach
  void close() {
    assertThat(engine.health().status()).isEqualTo(Health.Status.UP);
    engine.close();
  }

  @Test
  void aNameIsTakenAsItIsOrRefusedOnOneLine() {
    TEXTS.forEach(this::takeOrRefuseAsName);
  }

  private void takeOrRefuseAsName(String text) {
    takenOrRefused(
        () -> assertThat(TaskKey.of(text, String.class, String.class).id()).isEqualTo(text));
    takenOrRefused(() -> assertThat(Queue.named(text).name()).isEqualTo(text));
    takenOrRefused(() -> engine.tasks().trigger(echo, 1, options().machine(text)));
    takenOrRefused(() -> engine.tasks().trigger(echo, 1, options().region(text)));
    takenOrRefused(() -> engine.tasks().trigger(text, 1));
    takenOrRefused(() -> engine.runs().retrieve(text));
    takenOrRefused(() -> engine.batch().retrieve(text));
    takenOrRefused(() -> engine.queues().retrieve(text));
    takenOrRefused(() -> engine.queues().pause(text));
    takenOrRefused(() -> engine.runs().list(RunQuery.all().after(text)));
    takenOrRefused(() -> options().delay(text));
  }

  private static void takenOrRefused(Runnable call) {
    try {
      call.run();
    } catch (PawlException e) {
      Refusals.requireReadable(e);
    }
  }

  @Test
  void whatMayBeAnyTextIsStoredAsItIs() {
    List<Stored> all = new ArrayList<>();
    for (String text : TEXTS) {
      String name = UTF_8.newEncoder().canEncode(text) ? text : "name"; // of a property: see below
      RunHandle<Object> handle =
          engine
              .tasks()
              .trigger(
                  echo,
                  Map.of(name, text),
                  options()
                      .concurrencyKey(text)
                      .tags(text, text + "2")
                      .idempotencyKey(text)
                      .metadata(Map.of(name, List.of(text))));
      RunHandle<Object> delayed =
          engine.tasks().trigger(echo, text, options().debounce(debounce(text)));
      engine.runs().cancel(delayed.id(), CancelOptions.defaults().reason(text));
      RunHandle<String> failed = engine.tasks().trigger(refuser, text);
      all.add(new Stored(text, name, handle, delayed, failed));
    }
    engine.settle();
    all.forEach(this::requireStored);
    engine.crash();
    all.forEach(this::requireStored);
  }

  private record Stored(
      String text,
      String name,
      RunHandle<Object> echoed,
      RunHandle<Object> delayed,
      RunHandle<String> failed) {}

  private void requireStored(Stored stored) {
    String text = stored.text;
    Object payload = Map.of(stored.name, text);
    Run<Object> run = engine.runs().retrieve(stored.echoed);
    assertThat(run.output()).isEqualTo(payload);
    assertThat(run.concurrencyKey()).isEqualTo(text);
    assertThat(run.tags()).containsExactly(text, text + "2");
    assertThat(run.idempotencyKey()).isEqualTo(text);
    assertThat(run.metadata()).isEqualTo(Map.of(stored.name, List.of(text)));
    assertThat(engine.runs().retrieve(stored.delayed).error().message()).isEqualTo(text);
    assertThat(engine.runs().retrieve(stored.failed).error().message()).isEqualTo(text);
    for (RunQuery query :
        List.of(
            RunQuery.all().tags(text),
            RunQuery.all().concurrencyKey(text),
            RunQuery.all().idempotencyKey(text))) {
      assertThat(engine.runs().list(query).items()).extracting(Run::id).containsExactly(run.id());
    }
    assertThat(engine.tasks().trigger(echo, payload, options().idempotencyKey(text)).id())
        .isEqualTo(run.id());
  }

  @Test
  void aNameThatJsonCannotReadAgainIsRefusedWhenItIsWritten() {
    Map<String, Object> broken = Map.of("half \ud800", 1);
    assertThatThrownBy(() -> engine.tasks().trigger(echo, broken))
        .isInstanceOfSatisfying(InvalidPayloadException.class, Refusals::requireReadable);
    assertThatThrownBy(() -> engine.tasks().trigger(echo, 1, options().metadata(broken)))
        .isInstanceOfSatisfying(InvalidOptionException.class, Refusals::requireReadable);
    assertThatThrownBy(() -> engine.tasks().trigger("refuser", broken))
        .isInstanceOfSatisfying(InvalidPayloadException.class, Refusals::requireReadable);
  }

  @Test
  void keysThatNobodyCanTellApartInUtf8AreDifferentKeys() {
    List<String> keys =
        List.of("?", "\ud800", "\udbff", "\udc00", "\ufffd", "\ud83d\ude00", "\ud83d?");
    List<String> ids = new ArrayList<>();
    for (String key : keys) {
      ids.add(engine.tasks().trigger(echo, key, options().idempotencyKey(key)).id());
    }
    assertThat(ids).doesNotHaveDuplicates();
    for (int i = 0; i < keys.size(); i++) {
      RunHandle<Object> again =
          engine.tasks().trigger(echo, keys.get(i), options().idempotencyKey(keys.get(i)));
      assertThat(again.id()).isEqualTo(ids.get(i));
    }
    assertThat(engine.idempotencyKeys().reset("echo", IdempotencyKey.of("\ud800").scope(GLOBAL)))
        .isEqualTo(1);
  }

  @Test
  void aKeyThatIsTooLongIsRefusedHoweverLongItIs() {
    List<String> parts = new ArrayList<>(Collections.nCopies(4_096, "x".repeat(1 << 20)));
    parts.add("three"); // together 2^32 characters and five
    assertThatThrownBy(() -> IdempotencyKey.of(parts.toArray(String[]::new)))
        .isInstanceOf(InvalidOptionException.class);
    String endless = "x".repeat(10_000_000);
    for (Runnable call :
        List.<Runnable>of(
            () -> options().idempotencyKey(endless),
            () -> BatchOptions.batchOptions().idempotencyKey(endless),
            () -> options().concurrencyKey(endless),
            () -> Debounce.key(endless),
            () -> options().queue(endless),
            () -> options().delay(endless),
            () -> CancelOptions.defaults().reason(endless),
            () -> engine.tasks().trigger(echo, 1, options().tags(endless)),
            () -> engine.tasks().trigger(echo, 1, options().metadata(Map.of(endless, 1))),
            () -> engine.tasks().trigger(echo, 1, options().metadata(Map.of("k", endless))))) {
      assertThatThrownBy(call::run)
          .isInstanceOfSatisfying(InvalidOptionException.class, Refusals::requireReadable);
    }
    assertThatThrownBy(() -> engine.runs().retrieve(endless))
        .isInstanceOfSatisfying(NotFoundException.class, Refusals::requireReadable);
  }

  @Test
  void aBombOfDepthIsRefusedWhereverItIsStored() {
    Object deep = nested(DEEP);
    assertThatThrownBy(() -> engine.tasks().trigger(echo, deep))
        .isInstanceOf(InvalidPayloadException.class);
    assertThatThrownBy(() -> engine.tasks().trigger("echo", deep))
        .isInstanceOf(InvalidPayloadException.class);
    assertThatThrownBy(() -> engine.tasks().batchTrigger(echo, List.of(1, deep)))
        .isInstanceOf(PawlException.class);
    assertThatThrownBy(() -> engine.tasks().trigger(echo, 1, options().metadata(Map.of("m", deep))))
        .isInstanceOf(InvalidOptionException.class);
    assertThat(engine.runs().list(RunQuery.all()).items()).isEmpty();

    RunHandle<Object> handle = engine.tasks().trigger(echo, 1);
    for (Consumer<dev.pawl.Metadata> change :
        List.<Consumer<dev.pawl.Metadata>>of(
            metadata -> metadata.set("k", deep),
            metadata -> metadata.append("k", deep),
            metadata -> metadata.set("$" + ".k".repeat(DEEP), 1),
            metadata -> metadata.delete("$" + ".k".repeat(DEEP)),
            metadata -> metadata.set("$" + ".k".repeat(390), nested(390)),
            metadata -> metadata.replace(Map.of("k", deep)))) {
      assertThatThrownBy(() -> change.accept(engine.runs().metadata(handle.id())))
          .isInstanceOf(InvalidOptionException.class);
    }
    assertThat(engine.runs().retrieve(handle).metadata()).isEmpty();
  }

  @Test
  void anOutputThatIsABombFailsItsRunForGood() {
    RunHandle<Object> handle = engine.tasks().trigger(bomb, "x");
    engine.settle();
    Run<Object> run = engine.runs().retrieve(handle);
    assertThat(run.status()).isEqualTo(RunStatus.FAILED);
    assertThat(run.attempts()).hasSize(1);
  }

  @Test
  void metadataTakesNoNumberThatItCouldNotGiveBack() {
    RunHandle<Object> handle =
        engine.tasks().trigger(echo, 1, options().metadata(Map.of("list", List.of(1, 2, 2.0))));
    for (Object number :
        List.of(
            new BigDecimal("1e400"),
            new BigDecimal("-1e1000000000"),
            Double.NaN,
            Float.NEGATIVE_INFINITY,
            BigInteger.TEN.pow(20_000))) {
      assertThatThrownBy(
              () -> engine.tasks().trigger(echo, 1, options().metadata(Map.of("n", number))))
          .isInstanceOf(InvalidOptionException.class);
      for (Consumer<dev.pawl.Metadata> change :
          List.<Consumer<dev.pawl.Metadata>>of(
              metadata -> metadata.set("n", number),
              metadata -> metadata.append("list", List.of(number)),
              metadata -> metadata.remove("list", number),
              metadata -> metadata.increment("list", (Number) number),
              metadata -> metadata.replace(Map.of("n", Map.of("n", number))))) {
        assertThatThrownBy(() -> change.accept(engine.runs().metadata(handle.id())))
            .isInstanceOf(InvalidOptionException.class);
      }
    }
    engine.runs().metadata(handle.id()).remove("list", 2);
    assertThat(engine.runs().retrieve(handle).metadata()).isEqualTo(Map.of("list", List.of(1)));
  }

  @Test
  void hugeValuesAreStoredAsTheyAreUpToTheLimit() {
    List<Object> values =
        List.of(
            "x".repeat(10_000_000),
            "\ud800".repeat(100_000),
            BigInteger.ONE.shiftLeft(100_000),
            Collections.nCopies(200_000, List.of()));
    List<RunHandle<Object>> handles = new ArrayList<>();
    values.forEach(value -> handles.add(engine.tasks().trigger(echo, value)));
    engine.settle();
    engine.crash();
    for (int i = 0; i < values.size(); i++) {
      assertThat(engine.runs().retrieve(handles.get(i)).output().equals(values.get(i)))
          .as("value %s", i)
          .isTrue();
    }
    assertThatThrownBy(() -> engine.tasks().trigger(echo, "x".repeat(11_000_000)))
        .isInstanceOf(PayloadTooLargeException.class);
  }

  /** With all of what a log prints, the exceptions too. */
  @Test
  void nothingThatIsThrownCanForgeALineOfTheLog() {
    String forged = "x\r\n2030-01-01 ERROR forged\u2028ERROR forged";
    Task<String, String> hooked =
        Task.define("hooked", String.class, String.class)
            .hooks(
                hooks ->
                    hooks.onStart((payload, run) -> fail(payload)).onTerminal(run -> fail(forged)))
            .run((payload, run) -> payload);
    try (LoggedLines log = LoggedLines.open()) {
      engine.register(hooked);
      EventSubscription subscription = engine.onEvent(event -> fail(forged));
      engine.tasks().trigger(hooked, forged);
      engine.settle();
      subscription.close();
      List<String> lines = log.lines();
      assertThat(lines).as("what was logged").anyMatch(line -> line.contains("has thrown"));
      assertThat(lines).noneMatch(line -> line.startsWith("2030") || line.startsWith("ERROR"));
      assertThat(lines).noneMatch(line -> line.chars().anyMatch(c -> c == '\r' || c == '\u2028'));
    }
  }

  private static void fail(String why) {
    throw new IllegalStateException(why);
  }

  private static Debounce debounce(String key) {
    return Debounce.key(key.isBlank() ? key + "." : key).delay(Duration.ofHours(1));
  }

  private static Object nested(int depth) {
    Object nested = List.of();
    for (int i = 1; i < depth; i++) {
      List<Object> around = new ArrayList<>(); // its hash is not asked for, which would be deep too
      around.add(nested);
      nested = around;
    }
    return nested;
  }
}
