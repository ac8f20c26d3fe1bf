package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.pawl.Engine;
import dev.pawl.InvalidOptionException;
import dev.pawl.Queue;
import dev.pawl.Task;
import dev.pawl.TypeRef;
import dev.pawl.fixtures.EngineLog;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a task is said when it is registered, not when its first run fails. */
class RegistrationTest {
  interface Shape {}

  abstract static class Base {}

  static final class NoWayIn {
    private final int sum;

    NoWayIn(int one, int other) {
      sum = one + other;
    }

    public int getSum() {
      return sum;
    }
  }

  record Strict(String name) {
    Strict {
      Objects.requireNonNull(name);
    }
  }

  record HasShape(String name, Shape shape) {}

  record HasShapes(Map<String, List<Shape>> shapes) {}

  record HasNoWayIn(HasShapeOrNot inner) {}

  record HasShapeOrNot(Optional<NoWayIn> noWayIn) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
  sealed interface Named permits Circle {}

  record Circle(int radius) implements Named {}

  record Tree(Named shape, Map<String, List<Named>> more, Optional<Named> one, List<Tree> below) {}

  /** What is only written does no harm. */
  record Computing(int side) {
    public Shape getShape() {
      return new Shape() {};
    }
  }

  record Generic<T>(T value, List<T> more) {}

  enum Color {
    RED
  }

  private static <I> Task<I, String> taking(TypeRef<I> type) {
    return Task.define("takes", type, TypeRef.of(String.class)).run((value, run) -> "");
  }

  @ParameterizedTest
  @ValueSource(classes = {Shape.class, Base.class, NoWayIn.class})
  void aTypeThatCannotBeReadIsRefusedByTaskAndType(Class<?> type) {
    InMemoryStore store = new InMemoryStore();
    assertThatThrownBy(
            () -> Engine.builder().store(store).register(taking(TypeRef.of(type))).open())
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("\"takes\"")
        .hasMessageContaining("payload type")
        .hasMessageContaining(type.getSimpleName());
    Task<String, ?> makes =
        Task.define("makes", TypeRef.of(String.class), TypeRef.of(type)).run((text, run) -> null);
    try (TestEngine engine = TestEngine.start(store, builder -> builder)) {
      assertThatThrownBy(() -> engine.register(makes))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("output type")
          .hasMessageContaining(type.getSimpleName());
    }
  }

  @Test
  void aPartThatCannotBeReadIsRefusedByItsPlace() {
    Map<Class<?>, String> places =
        Map.of(
            HasShape.class, "HasShape.shape is of type " + Shape.class.getName(),
            HasShapes.class, "HasShapes.shapes[][] is of type",
            HasNoWayIn.class, "HasNoWayIn.inner.noWayIn is of type " + NoWayIn.class.getName());
    places.forEach(
        (type, place) ->
            assertThatThrownBy(() -> TestEngine.start(taking(TypeRef.of(type))).close())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("payload type")
                .hasMessageContaining(place));
  }

  @Test
  void whatReadsAndWritesIsTaken() {
    List<TypeRef<?>> types =
        List.of(
            TypeRef.of(String.class),
            TypeRef.of(Void.class),
            TypeRef.of(Object.class),
            TypeRef.of(Integer.class),
            TypeRef.of(byte[].class),
            TypeRef.of(Instant.class),
            TypeRef.of(Duration.class),
            TypeRef.of(Color.class),
            TypeRef.of(Strict.class),
            TypeRef.of(Tree.class),
            TypeRef.of(Computing.class),
            TypeRef.of(Named.class),
            new TypeRef<Generic<Strict>>() {},
            new TypeRef<Map<String, List<Optional<Color>>>>() {});
    for (TypeRef<?> type : types) {
      assertThatCode(() -> TestEngine.start(taking(type)).close())
          .as(type.toString())
          .doesNotThrowAnyException();
    }
  }

  /** A codec that notes what it is asked. */
  private static final class Noting implements PayloadCodec {
    private final List<Type> bound = new ArrayList<>();

    @Override
    public void bind(Type type) {
      bound.add(type);
    }

    @Override
    public byte[] encode(Object value, Type type) {
      return String.valueOf(value).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public Object decode(byte[] bytes, Type type) {
      return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  @Test
  void aCodecIsAskedOnceForEachType() {
    Noting codec = new Noting();
    Task<Integer, String> task =
        Task.define("task", Integer.class, String.class).run((number, run) -> "x");
    try (TestEngine engine =
        TestEngine.start(new InMemoryStore(), builder -> builder.codec(codec).register(task))) {
      engine.tasks().trigger(task, 1);
      engine.tasks().trigger(task, 2);
      engine.settle();
      assertThat(codec.bound).containsExactly(Integer.class, String.class);
    }
  }

  private static List<String> warnings(Task<?, ?>... tasks) {
    try (EngineLog log = EngineLog.open()) {
      TestEngine.start(new InMemoryStore(), builder -> builder.maxConcurrency(10).register(tasks))
          .close();
      return log.takeUnexpected(message -> false);
    }
  }

  private static Task.Definition<String, String> define(String id) {
    return Task.define(id, String.class, String.class);
  }

  @Test
  void whatIsMostLikelyNotMeantIsAWarningAndNoMore() {
    assertThat(
            warnings(
                define("a").ttl(Duration.ofMillis(30)).run((text, run) -> text),
                define("b")
                    .queue(Queue.named("wide").concurrencyLimit(11))
                    .run((text, run) -> text),
                define("c")
                    .queue(Queue.named("shared").concurrencyLimit(3))
                    .run((text, run) -> text),
                define("d")
                    .queue(Queue.named("shared").concurrencyLimit(4))
                    .run((text, run) -> text),
                define("e")
                    .queue(Queue.named("shut").concurrencyLimit(0))
                    .run((text, run) -> text)))
        .satisfiesExactly(
            warning -> assertThat(warning).contains("\"a\"", "PT0.03S"),
            warning -> assertThat(warning).contains("\"b\"", "\"wide\"", "maxConcurrency 10"),
            warning -> assertThat(warning).contains("\"d\"", "\"shared\"", "\"c\""),
            warning -> assertThat(warning).contains("\"e\"", "\"shut\"", "limit 0"));
    assertThat(
            warnings(
                define("a").ttl(Duration.ofSeconds(1)).run((text, run) -> text),
                define("b").ttl(Duration.ZERO).run((text, run) -> text),
                define("c").queue(Queue.named("q").concurrencyLimit(10)).run((text, run) -> text),
                define("d").queue(Queue.named("q").concurrencyLimit(10)).run((text, run) -> text)))
        .isEmpty();
  }

  @Test
  void whatIsAddedLaterIsComparedWithWhatIsThere() {
    Task<String, String> first =
        define("c").queue(Queue.named("shared").concurrencyLimit(3)).run((text, run) -> text);
    Task<String, String> later =
        define("d").queue(Queue.named("shared").concurrencyLimit(4)).run((text, run) -> text);
    try (TestEngine engine = TestEngine.start(first);
        EngineLog log = EngineLog.open()) {
      engine.register(later);
      assertThat(log.takeUnexpected(message -> false))
          .singleElement()
          .asString()
          .contains("\"d\"", "\"shared\"", "\"c\"");
    }
  }
}
