package dev.pawl.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OneLineTest {
  private static final String FORGED = "x\r\nERROR forged\u2028ERROR forged";

  @Test
  void whatBreaksNoLineIsLoggedAsItIs() {
    Exception plain = new Exception("plain", new IllegalStateException("too"));
    assertThat(OneLine.of(plain)).isSameAs(plain);
    assertThat(OneLine.of(new Exception())).hasMessage(null);
    assertThat(OneLine.text("é\t").equals("é\\u0009")).isTrue();
  }

  @Test
  void noMessageOfAChainCanForgeAnEntry() {
    Exception suppressed = new Exception(FORGED);
    Exception cause = new IllegalStateException("cause " + FORGED);
    Exception thrown = new Exception("plain", cause);
    thrown.addSuppressed(suppressed);

    Throwable shown = OneLine.of(thrown);

    StringWriter printed = new StringWriter();
    shown.printStackTrace(new PrintWriter(printed));
    assertThat(printed.toString().lines()).noneMatch(line -> line.startsWith("ERROR"));
    assertThat(printed.toString())
        .doesNotContain("\u2028")
        .contains("IllegalStateException: cause x\\u000d\\u000aERROR forged\\u2028ERROR");
    assertThat(shown.getStackTrace()).isEqualTo(thrown.getStackTrace());
    assertThat(shown.getSuppressed()).hasSize(1);
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void circlesAndExceptionsThatThrowAreShownToo() {
    Exception a = new Exception(FORGED);
    Exception b = new Exception(FORGED, a);
    a.initCause(b);
    a.addSuppressed(b);
    b.addSuppressed(a);
    assertThat(OneLine.of(a).toString()).doesNotContain("\n");
    Exception throwing =
        new Exception() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new IllegalStateException("no message");
          }
        };
    assertThat(OneLine.of(throwing)).hasMessage(throwing.getClass().getName());
  }
}
