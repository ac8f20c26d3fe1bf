package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.Task;
import dev.pawl.testing.InMemoryStore;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Micrometer is for those who have it: the engine does without. */
class WithoutMicrometerTest {
  /** What an application does; loaded where there is no Micrometer. */
  public static final class Application implements Callable<String> {
    @Override
    public String call() throws InterruptedException {
      try {
        Class.forName("io.micrometer.core.instrument.MeterRegistry");
        return "Micrometer is there";
      } catch (ClassNotFoundException e) {
        // as it is meant to be
      }
      Task<String, String> echo =
          Task.define("echo", String.class, String.class).run((text, run) -> text);
      try (Engine engine =
          Engine.builder().store(new InMemoryStore()).register(echo).maxConcurrency(5).start()) {
        return engine.tasks().trigger(echo, "done").await(Duration.ofSeconds(30)).unwrap();
      }
    }
  }

  @Test
  void anEngineRunsWhereThereIsNoMicrometer() throws Exception {
    List<URL> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.contains("micrometer") && !entry.contains("prometheus")) {
        classPath.add(url(entry));
      }
    }
    try (URLClassLoader without =
        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Object application =
          without.loadClass(Application.class.getName()).getDeclaredConstructor().newInstance();
      assertThat(((Callable<?>) application).call()).isEqualTo("done");
    }
  }

  private static URL url(String entry) throws MalformedURLException {
    return Path.of(entry).toUri().toURL();
  }
}
