package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.pawl.Engine;
import dev.pawl.RunQuery;
import dev.pawl.h2.H2Store;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The log of an application has no logo of a library of ours, unless the application wants it. */
class JooqBannerTest {
  /** An application that logs everything, and lists its runs. */
  static final class Application {
    private Application() {}

    public static void main(String[] arguments) {
      for (String property : arguments) {
        System.setProperty(property, "false");
      }
      ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
      try (Engine engine = Engine.builder().store(H2Store.inMemory()).start()) {
        engine.runs().list(RunQuery.all());
      }
    }
  }

  private static String logged(String... properties) throws Exception {
    Process child =
        ChildJvm.of(Application.class, "128m", properties)
            .redirectError(ProcessBuilder.Redirect.PIPE)
            .redirectErrorStream(true)
            .start();
    String log = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(log).isZero();
    return log;
  }

  @Test
  void theFirstListLeavesNoLogoAndNoTipInTheLog() throws Exception {
    assertThat(logged()).contains("started: store memory").doesNotContainIgnoringCase("jooq");
  }

  @Test
  void anApplicationThatWantsTheLogoGetsIt() throws Exception {
    assertThat(logged("org.jooq.no-logo")).contains("Thank you for using jOOQ");
  }
}
