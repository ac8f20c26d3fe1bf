package dev.pawl.samples.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Retention;
import dev.pawl.RunStatus;
import dev.pawl.h2.H2Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir Path folder;

  private static RunnerConfig config(String args) throws UsageException {
    return RunnerConfig.of(CommandLine.parse(args.split(" ")));
  }

  private String file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("runner.yaml"), yaml).toString();
  }

  @Test
  void storeAndTasksAreEnough() throws UsageException {
    RunnerConfig config = config("--store s --tasks t.jar");
    assertThat(config.address().isLoopbackAddress()).isTrue();
    assertThat(config.port()).isEqualTo(7295);
    assertThat(config.durability()).isEqualTo(H2Store.Durability.POWER);
    assertThat(config.stopTime()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.retention()).hasToString(Retention.defaults().toString());
    assertThatThrownBy(() -> config("--tasks t.jar")).hasMessageContaining("--store");
    assertThatThrownBy(() -> config("--store s")).hasMessageContaining("--tasks");
  }

  @Test
  void aFileGivesAllOfThem() throws Exception {
    String file =
        file(
            """
            store: jobs
            tasks: [a.jar, b.jar]
            host: 127.0.0.2
            port: 80
            hosts: Jobs.Example
            maxConcurrency: 5
            durability: PROCESS
            retention: 7d
            stopTime: 90s
            maxBodyBytes: 2048
            """);
    RunnerConfig config = config("--config " + file);
    assertThat(config.store()).isEqualTo(Path.of("jobs"));
    assertThat(config.tasks()).containsExactly(Path.of("a.jar"), Path.of("b.jar"));
    assertThat(config.address().getHostAddress()).isEqualTo("127.0.0.2");
    assertThat(config.port()).isEqualTo(80);
    assertThat(config.hosts()).containsExactly("jobs.example");
    assertThat(config.maxConcurrency()).isEqualTo(5);
    assertThat(config.durability()).isEqualTo(H2Store.Durability.PROCESS);
    assertThat(config.retention().time(RunStatus.FAILED)).isEqualTo(Duration.ofDays(7));
    assertThat(config.stopTime()).isEqualTo(Duration.ofSeconds(90));
    assertThat(config.maxBodyBytes()).isEqualTo(2048);
    RunnerConfig other =
        config("--config " + file + " --port 81 --tasks c.jar --retention forever");
    assertThat(other.port()).as("the command line wins").isEqualTo(81);
    assertThat(other.tasks()).containsExactly(Path.of("c.jar"));
    assertThat(other.retention().time(RunStatus.FAILED)).isNull();
    assertThat(other.maxConcurrency()).isEqualTo(5);
  }

  @Test
  void anUnknownKeyIsRefusedWithThoseThatAreKnown() throws IOException {
    String file = file("store: s\nmaxConcurency: 5\n");
    assertThatThrownBy(() -> config("--config " + file))
        .hasMessageContaining("maxConcurency")
        .hasMessageContaining(Setting.keys());
    String twice = file("store: s\nstore: t\n");
    assertThatThrownBy(() -> config("--config " + twice)).isInstanceOf(UsageException.class);
    String list = file("- store\n");
    assertThatThrownBy(() -> config("--config " + list)).isInstanceOf(UsageException.class);
    String nested = file("store: {a: b}\n");
    assertThatThrownBy(() -> config("--config " + nested)).isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> config("--config no-such-file")).isInstanceOf(UsageException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "--port 65536", "--port x", "--max-concurrency 0", "--durability MEMORY", "--retention 0s",
    "--retention soon", "--stop-time 0s", "--stop-time 2h", "--max-body-bytes 1", "--hots a",
    "--port", "--port 1 --port 2", "--host no.such.host.invalid"
  })
  void whatMakesNoSenseIsRefused(String args) {
    assertThatThrownBy(() -> config("--store s --tasks t.jar " + args))
        .isInstanceOf(UsageException.class);
  }

  @Test
  void aJarWithoutTasksIsRefused() throws IOException {
    Path jar = folder.resolve("empty.jar");
    assertThatThrownBy(() -> TaskJars.load(List.of(jar)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no jar");
    Files.writeString(jar, "no jar either");
    assertThatThrownBy(() -> TaskJars.load(List.of(jar))).isInstanceOf(UsageException.class);
  }
}
