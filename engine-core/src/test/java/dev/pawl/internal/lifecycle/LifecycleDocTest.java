package dev.pawl.internal.lifecycle;

import static dev.pawl.internal.lifecycle.LifecycleCases.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.internal.lifecycle.LifecycleCases.What;
import dev.pawl.internal.lifecycle.LifecycleCases.Where;
import dev.pawl.internal.lifecycle.RunState.Delayed;
import dev.pawl.internal.lifecycle.RunState.Executing;
import dev.pawl.internal.lifecycle.RunState.Queued;
import dev.pawl.internal.lifecycle.RunState.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/lifecycle.md} equal to the rules: it is written from them. */
class LifecycleDocTest {
  private static final Path DOC = Path.of("..", "docs", "lifecycle.md");
  private static final String REGENERATE =
      "mvn -pl engine-core test -Dtest=LifecycleDocTest -Dpawl.docs.write=true";

  @Test
  void theDocumentSaysWhatTheRulesSay() throws IOException {
    String expected = document();
    if (Boolean.getBoolean("pawl.docs.write")) {
      Files.createDirectories(DOC.getParent());
      Files.writeString(DOC, expected);
    }
    String committed = Files.exists(DOC) ? Files.readString(DOC).replace("\r\n", "\n") : "";
    assertThat(committed)
        .as("docs/lifecycle.md differs from the rules; regenerate it with: %s", REGENERATE)
        .isEqualTo(expected);
  }

  private static String document() {
    return """
        # The life of a run

        Written by `LifecycleDocTest` from `Lifecycle.decide` itself; do not edit. To regenerate it:

            %s

        ## Statuses

        Seven statuses are terminal, and nothing leaves them. Only `EXECUTING` holds a slot.

        ```mermaid
        stateDiagram-v2
        %s```

        ## Transitions

        What is not listed is refused. A state appears once for each case in which it answers differently.

        | From | Case | Command | To |
        |---|---|---|---|
        %s"""
        .formatted(REGENERATE, diagram(), table());
  }

  private static String table() {
    StringBuilder rows = new StringBuilder();
    for (Where from : LifecycleCases.STATES) {
      Decision previous = null;
      Class<?> kind = null;
      for (What what : LifecycleCases.COMMANDS) {
        if (Lifecycle.decide(from.state(), what.command(), NOW) instanceof Decision.To decided) {
          if (decided.equals(previous) && what.command().getClass().equals(kind)) {
            continue;
          }
          previous = decided;
          kind = what.command().getClass();
          rows.append("| `%s` | %s ".formatted(from.state().status(), from.words()))
              .append("| %s | %s |\n".formatted(what.words(), words(from.state(), decided.next())));
        }
      }
    }
    return rows.toString();
  }

  private static String words(RunState from, RunState to) {
    String status = "`" + to.status() + "`";
    if (to instanceof Executing) {
      Progress before = from.progress();
      Progress after = to.progress();
      if (after.attempt() > before.attempt()) {
        return status + ", the next attempt";
      }
      return status
          + (after.incarnation() > before.incarnation()
              ? ", the same attempt, its body entered again"
              : ", the parked body goes on");
    }
    if (to instanceof Queued queued && !from.status().equals(to.status())) {
      if (queued.repeat()) {
        return status + ", to repeat the attempt";
      }
      if (queued.expiresAt() == RunState.NEVER) {
        return status;
      }
      return status
          + (from instanceof Delayed ? ", its ttl counts from now" : ", its ttl went on counting");
    }
    return to instanceof Waiting waiting && waiting.ready()
        ? status + ", to go on once a slot is free"
        : status;
  }

  private static String diagram() {
    Map<String, Set<String>> edges = new LinkedHashMap<>();
    for (long dueAt : new long[] {NOW + 1, NOW}) {
      edge(edges, "[*]", Lifecycle.created(dueAt, 0, NOW).status().name(), "trigger");
    }
    for (Where from : LifecycleCases.STATES) {
      for (What what : LifecycleCases.COMMANDS) {
        if (Lifecycle.decide(from.state(), what.command(), NOW) instanceof Decision.To decided) {
          String command = what.words().replaceAll(",.*| with .*| to the .*", "");
          edge(edges, from.state().status().name(), decided.next().status().name(), command);
        }
      }
    }
    for (Where ended : LifecycleCases.ENDED) {
      edge(edges, ended.state().status().name(), "[*]", "");
    }
    return edges.entrySet().stream()
        .map(edge -> "    " + edge.getKey() + label(edge.getValue()) + "\n")
        .collect(Collectors.joining());
  }

  private static void edge(Map<String, Set<String>> edges, String from, String to, String label) {
    edges.computeIfAbsent(from + " --> " + to, key -> new LinkedHashSet<>()).add(label);
  }

  private static String label(Set<String> commands) {
    String joined = String.join(", ", commands);
    return joined.isEmpty() ? "" : ": " + joined;
  }
}
