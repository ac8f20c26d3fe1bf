package dev.pawl.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AbortRunException;
import dev.pawl.RunError;
import java.io.PrintWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("serial") // these exceptions travel nowhere
class ErrorsTest {
  private static final int MAX_CHARS = 1_000;
  private final Errors errors = new Errors(MAX_CHARS);

  @Test
  void anExceptionIsStoredWithClassMessageTraceAndCauses() {
    RunError error = errors.of(new IllegalStateException("no", new ArithmeticException("zero")));
    assertThat(error.code()).isEqualTo(RunError.Code.EXCEPTION);
    assertThat(error.type()).isEqualTo("java.lang.IllegalStateException");
    assertThat(error.message()).isEqualTo("no");
    assertThat(
            new Errors(16_384)
                .of(new IllegalStateException("no", new ArithmeticException("zero")))
                .stackTrace())
        .contains("java.lang.IllegalStateException: no", "ErrorsTest", "Caused by:", "zero");
    assertThat(error.cause().type()).isEqualTo("java.lang.ArithmeticException");
    assertThat(error.cause().message()).isEqualTo("zero");
    assertThat(error.cause().cause()).isNull();
  }

  @Test
  void anAbortIsToldFromOtherExceptions() {
    assertThat(errors.of(new AbortRunException("stop")).code()).isEqualTo(RunError.Code.ABORTED);
    assertThat(errors.of(new RuntimeException(new AbortRunException("stop"))).code())
        .isEqualTo(RunError.Code.EXCEPTION);
    assertThat(errors.of(RunError.Code.PAYLOAD_UNREADABLE, new RuntimeException()).code())
        .isEqualTo(RunError.Code.PAYLOAD_UNREADABLE);
  }

  @Test
  void noMessageIsAnEmptyOne() {
    assertThat(errors.of(new RuntimeException()).message()).isEmpty();
    assertThat(errors.of(new RuntimeException((String) null)).summary())
        .isEqualTo("java.lang.RuntimeException");
  }

  @Test
  void hugeTextsAreCut() {
    RunError error = errors.of(new RuntimeException("x".repeat(1 << 20)));
    assertThat(error.message()).hasSize(MAX_CHARS);
    assertThat(error.stackTrace()).hasSize(MAX_CHARS);
  }

  @Test
  void aCutLeavesNoHalfOfACharacter() {
    RunError error = errors.of(new RuntimeException("x" + "\ud83d\ude80".repeat(MAX_CHARS)));
    assertThat(error.message()).hasSize(MAX_CHARS - 1).endsWith("\ud83d\ude80");
    assertThat(error.stackTrace().codePoints().noneMatch(ErrorsTest::isHalf)).isTrue();
  }

  private static boolean isHalf(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }

  @Test
  void aChainOfCausesIsBounded() {
    Throwable chain = new RuntimeException("0");
    for (int i = 1; i < 30_000; i++) {
      chain = new RuntimeException(Integer.toString(i), chain);
    }
    RunError error = errors.of(chain);
    assertThat(error.message()).isEqualTo("29999");
    assertThat(depth(error)).isEqualTo(11);
  }

  @Test
  void aCycleOfCausesEnds() {
    RuntimeException a = new RuntimeException("a");
    RuntimeException b = new RuntimeException("b", a);
    a.initCause(b);
    RunError error = errors.of(a);
    assertThat(error.cause().message()).isEqualTo("b");
    assertThat(error.cause().cause()).isNull();
  }

  @Test
  void anExceptionThatIsItsOwnCauseEnds() {
    class Narcissus extends RuntimeException {
      @Override
      public synchronized Throwable getCause() {
        return this;
      }
    }
    assertThat(errors.of(new Narcissus()).cause()).isNull();
  }

  @Test
  void causesThatNeverEndAreBoundedAndLeaveTheMessage() {
    class Hydra extends RuntimeException {
      Hydra() {
        super("head");
      }

      @Override
      public synchronized Throwable getCause() {
        return new Hydra();
      }
    }
    RunError error = errors.of(new Hydra());
    assertThat(error.message()).isEqualTo("head");
    assertThat(depth(error)).isEqualTo(11);
  }

  static List<Throwable> badManners() {
    return List.of(
        new IllegalStateException(),
        new AssertionError(),
        new StackOverflowError(),
        new OutOfMemoryError(),
        new NoClassDefFoundError());
  }

  @ParameterizedTest
  @MethodSource("badManners")
  void aMessageThatThrowsIsReplaced(Throwable bad) {
    class Mute extends RuntimeException {
      @Override
      public String getMessage() {
        throw sneaky(bad);
      }
    }
    RunError error = errors.of(new Mute());
    assertThat(error.type()).isEqualTo(Mute.class.getName());
    assertThat(error.message()).contains("getMessage", bad.getClass().getName());
    assertThat(error.stackTrace()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("badManners")
  void aCauseThatThrowsIsLeftOut(Throwable bad) {
    class Orphan extends RuntimeException {
      Orphan() {
        super("alone");
      }

      @Override
      public synchronized Throwable getCause() {
        throw sneaky(bad);
      }
    }
    RunError error = errors.of(new Orphan());
    assertThat(error.message()).isEqualTo("alone");
    assertThat(error.cause()).isNull();
  }

  @ParameterizedTest
  @MethodSource("badManners")
  void aTraceThatThrowsIsReplaced(Throwable bad) {
    class Untraceable extends RuntimeException {
      Untraceable() {
        super("here");
      }

      @Override
      public void printStackTrace(PrintWriter out) {
        throw sneaky(bad);
      }
    }
    RunError error = errors.of(new Untraceable());
    assertThat(error.message()).isEqualTo("here");
    assertThat(error.stackTrace()).contains(bad.getClass().getName());
  }

  @Test
  void everyErrorOfTheMachineIsStored() {
    assertThat(errors.of(new StackOverflowError()).type())
        .isEqualTo("java.lang.StackOverflowError");
    assertThat(errors.of(new OutOfMemoryError("heap")).message()).isEqualTo("heap");
  }

  private static int depth(RunError error) {
    int depth = 0;
    for (RunError e = error; e != null; e = e.cause()) {
      depth++;
    }
    return depth;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
