package dev.pawl.h2;

import static dev.pawl.RunStatus.COMPLETED;
import static dev.pawl.RunStatus.CRASHED;
import static dev.pawl.RunStatus.FAILED;

import dev.pawl.AttemptInfo;
import dev.pawl.Engine;
import dev.pawl.Run;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.h2.KillLog.Event;
import dev.pawl.h2.KillLog.Kind;
import dev.pawl.h2.KillScript.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Compares what the killed processes wrote down with what the store holds in the end. */
final class KillCheck {
  /** A run as the store holds it. */
  private record Stored(
      String id,
      String task,
      Work work,
      String parent,
      RunStatus status,
      Object output,
      List<AttemptInfo> attempts) {
    static Stored of(Run<?> run) {
      return new Stored(
          run.id(),
          run.taskId(),
          run.payload(Work.class),
          run.parentId(),
          run.status(),
          run.output(),
          run.attempts());
    }

    @Override
    public String toString() {
      return id
          + " of "
          + task
          + " ("
          + work
          + "), "
          + attempts.stream().map(AttemptInfo::status).toList()
          + " and "
          + status
          + " with "
          + output
          + ", child of "
          + parent;
    }

    RunStatus attempt(int number) {
      return number <= attempts.size() ? attempts.get(number - 1).status() : null;
    }
  }

  /** One attempt of a run. */
  private record Attempt(String run, int number) {
    static Attempt of(Event event) {
      return new Attempt(event.field(1), (int) event.number(2));
    }
  }

  private final List<Event> log;
  private final Map<String, Stored> runs = new HashMap<>();
  private final Map<String, TreeMap<Integer, List<String>>> children = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private int resumed;
  private int retired;

  private KillCheck(List<Event> log) {
    this.log = log;
  }

  /** Checks everything; the engine is open and executes nothing. */
  static KillCheck of(List<Event> log, Engine engine) {
    KillCheck check = new KillCheck(log);
    check.read(engine);
    check.acknowledged();
    check.runs.values().forEach(check::run);
    check.bodies();
    check.observations();
    return check;
  }

  /** What went wrong; empty where nothing did. */
  List<String> problems() {
    return problems;
  }

  long acknowledgedTriggers() {
    return count(Kind.ACKNOWLEDGED);
  }

  long crashedAttempts() {
    return runs.values().stream()
        .flatMap(run -> run.attempts.stream())
        .filter(attempt -> attempt.status() == CRASHED)
        .count();
  }

  /** How often a body was entered again as the same attempt. */
  int resumed() {
    return resumed;
  }

  /** How many runs have been deleted because their time was over. */
  int retired() {
    return retired;
  }

  @Override
  public String toString() {
    return acknowledgedTriggers()
        + " of "
        + count(Kind.INTENT)
        + " triggers acknowledged, "
        + runs.size()
        + " runs and "
        + retired
        + " deleted, of them "
        + count(CRASHED)
        + " CRASHED and "
        + count(FAILED)
        + " FAILED, "
        + crashedAttempts()
        + " crashed attempts, "
        + resumed
        + " resumed attempts, "
        + count(Kind.ENTERED)
        + " bodies entered, "
        + problems.size()
        + " problems";
  }

  private long count(Kind kind) {
    return log.stream().filter(event -> event.kind() == kind).count();
  }

  private long count(RunStatus status) {
    return runs.values().stream().filter(run -> run.status == status).count();
  }

  private void read(Engine engine) {
    engine.runs().stream(RunQuery.all()).map(Stored::of).forEach(run -> runs.put(run.id, run));
    for (Stored run : runs.values()) {
      if (run.parent != null) {
        children
            .computeIfAbsent(run.parent, parent -> new TreeMap<>())
            .computeIfAbsent(run.work.step(), step -> new ArrayList<>())
            .add(run.id);
      }
    }
  }

  /** Every acknowledged trigger's run is there as it was asked for; no other root run is. */
  private void acknowledged() {
    Set<String> attempted = lastAttempts();
    Map<Long, String> intents = new HashMap<>();
    for (Event event : log) {
      if (event.kind() == Kind.INTENT) {
        intents.put(event.number(1), event.field(0));
      } else if (event.kind() == Kind.ACKNOWLEDGED) {
        Work work = KillScript.work(event.field(0), event.number(1));
        Stored run = runs.get(event.field(2));
        if (run == null && event.field(0).equals(KillScript.RETIRING)) {
          retired++;
          if (!attempted.contains(event.field(2))) {
            problem("was deleted before its last attempt: " + event);
          }
        } else if (run == null) {
          problem("lost: " + event);
        } else if (!run.task.equals(event.field(0)) || !run.work.equals(work)) {
          problem("altered: " + event + ", but it is " + run);
        }
      }
    }
    Set<Long> numbers = new HashSet<>();
    for (Stored run : runs.values()) {
      if (run.parent == null) {
        if (!run.task.equals(intents.get(run.work.number()))) {
          problem("triggered by nobody: " + run);
        } else if (!numbers.add(run.work.number())) {
          problem("triggered once, but there twice: " + run);
        }
      }
    }
  }

  /** The runs whose bodies were entered for the last time that there can be. */
  private Set<String> lastAttempts() {
    Set<String> attempted = new HashSet<>();
    for (Event event : log) {
      if (event.kind() == Kind.ENTERED && event.number(2) == KillScript.DOOMED_ATTEMPTS) {
        attempted.add(event.field(1));
      }
    }
    return attempted;
  }

  private void run(Stored run) {
    boolean explained =
        run.status == COMPLETED
            || (run.status == FAILED && run.task.equals(KillScript.DOOMED))
            || (run.status == CRASHED && KillScript.CRASHING.contains(run.task));
    if (!explained) {
      problem("must not end so: " + run);
    }
    attempts(run);
    if (run.status == COMPLETED) {
      children(run);
      if (!run.output.equals(expected(run))) {
        problem("must have returned " + expected(run) + ": " + run);
      }
    }
  }

  private long expected(Stored run) {
    List<String> child = children.getOrDefault(run.id, new TreeMap<>()).get(0);
    boolean childCrashed =
        run.task.equals(KillScript.RISKY)
            && child != null
            && runs.get(child.getFirst()).status == CRASHED;
    return childCrashed ? KillScript.CHILD_CRASHED : KillScript.output(run.task, run.work);
  }

  private void attempts(Stored run) {
    List<Integer> numbers = run.attempts.stream().map(AttemptInfo::number).toList();
    if (!numbers.equals(IntStream.rangeClosed(1, numbers.size()).boxed().toList())) {
      problem("has attempts " + numbers + ": " + run);
    }
    for (AttemptInfo attempt : run.attempts) {
      boolean last = attempt == run.attempts.getLast();
      boolean explained =
          last
              ? attempt.status() == run.status
              : attempt.status() == CRASHED
                  || (attempt.status() == FAILED && KillScript.FAILING.contains(run.task));
      if (!explained) {
        problem("attempt " + attempt.number() + " must not be " + attempt.status() + ": " + run);
      }
    }
  }

  /** Each step of a parent has one child over all lives. */
  private void children(Stored run) {
    TreeMap<Integer, List<String>> steps = children.getOrDefault(run.id, new TreeMap<>());
    if (!steps.keySet().equals(KillScript.steps(run.task, run.work))) {
      problem("has children for steps " + steps.keySet() + ": " + run);
    }
    steps.forEach(
        (step, ids) -> {
          if (ids.size() != 1) {
            problem("has children " + ids + " for step " + step + ": " + run);
          }
        });
  }

  /** When bodies were entered and returned. */
  private void bodies() {
    Map<Attempt, Integer> enteredLast = new HashMap<>();
    Map<String, String> childOfStep = new HashMap<>();
    Set<Attempt> returned = new HashSet<>();
    Set<String> seen = new HashSet<>();
    for (Event event : log) {
      switch (event.kind()) {
        case SEEN -> seen.add(event.field(0));
        case ENTERED -> {
          Stored run = runs.get(event.field(1));
          if (run == null) {
            if (!event.field(0).equals(KillScript.RETIRING)) {
              problem("its run is not there: " + event);
            }
            continue;
          }
          Integer before = enteredLast.put(Attempt.of(event), event.life());
          if (before != null) {
            entersAgain(event, run, before);
          }
          if (seen.contains(run.id)) {
            problem("was run again after its parent had its result: " + event);
          }
          if (run.parent != null) {
            String other = childOfStep.put(event.field(3) + " " + event.field(4), run.id);
            if (other != null && !other.equals(run.id)) {
              problem("its step was run before, as " + other + ": " + event);
            }
          }
        }
        case RETURNED -> {
          if (!returned.add(Attempt.of(event))) {
            problem("has returned before: " + event);
          }
          Stored run = runs.get(event.field(1));
          RunStatus status = run == null ? null : run.attempt((int) event.number(2));
          if (status != COMPLETED && status != CRASHED) {
            problem("returned, but its attempt is " + status + ": " + event);
          }
        }
        default -> {}
      }
    }
    for (Stored run : runs.values()) {
      if (run.status == COMPLETED && !returned.contains(new Attempt(run.id, run.attempts.size()))) {
        problem("completed, but its body has not returned: " + run);
      }
    }
  }

  /** A body may be entered again as the same attempt by a new life, and only to resume waits. */
  private void entersAgain(Event event, Stored run, int lifeBefore) {
    resumed++;
    if (lifeBefore == event.life()) {
      problem("was entered twice in one life: " + event);
    }
    if (KillScript.steps(run.task, run.work).isEmpty()) {
      problem("has nothing to wait for, but was resumed: " + event);
    }
  }

  private void observations() {
    for (Event event : log) {
      if (event.kind() == Kind.MOST && event.number(1) > KillScript.limit(event.field(0))) {
        problem("a limit was exceeded: " + event);
      } else if (event.kind() == Kind.PROBLEM) {
        problem(event.toString());
      }
    }
  }

  private void problem(String what) {
    problems.add(what);
  }
}
