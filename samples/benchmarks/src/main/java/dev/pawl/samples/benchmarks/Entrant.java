package dev.pawl.samples.benchmarks;

import dev.pawl.h2.H2Store;

/** Who takes part, with what survives once a trigger has returned. */
enum Entrant {
  PAWL_PROCESS("Pawl, PROCESS", "kill -9"),
  PAWL_POWER("Pawl, POWER", "power loss"),
  PAWL_MEMORY("Pawl, memory", "nothing"),
  DB_SCHEDULER("db-scheduler, H2", "kill -9"),
  JOBRUNR("JobRunr, H2", "kill -9"),
  QUARTZ("Quartz, H2", "kill -9"),
  DBOS("DBOS, PostgreSQL", "power loss"),
  DB_SCHEDULER_POSTGRES("db-scheduler, PostgreSQL", "power loss"),
  TEMPORAL("Temporal test server", "nothing"),
  EXECUTOR("virtual threads alone", "nothing");

  private final String title;
  private final String survives;

  Entrant(String title, String survives) {
    this.title = title;
    this.survives = survives;
  }

  String title() {
    return title;
  }

  /** What an acknowledged trigger survives. */
  String survives() {
    return survives;
  }

  boolean isPawl() {
    return name().startsWith("PAWL");
  }

  boolean needsPostgres() {
    return this == DBOS || this == DB_SCHEDULER_POSTGRES;
  }

  /** Whether it is a peer, and its triggers survive what this mode of Pawl's survives. */
  boolean promisesAsMuchAs(Entrant pawl) {
    return !isPawl()
        && this != EXECUTOR
        && (survives.equals(pawl.survives)
            || pawl.survives.equals("nothing")
            || survives.equals("power loss"));
  }

  Contender open(Setting setting) throws Exception {
    return switch (this) {
      case PAWL_PROCESS, PAWL_POWER, PAWL_MEMORY -> PawlContender.open(store(setting), setting);
      case DB_SCHEDULER, DB_SCHEDULER_POSTGRES ->
          new DbSchedulerContender(setting, needsPostgres());
      case JOBRUNR -> new JobRunrContender(setting);
      case QUARTZ -> new QuartzContender(setting);
      case DBOS -> new DbosContender(setting);
      case EXECUTOR -> new ExecutorContender();
      case TEMPORAL -> throw new UnsupportedOperationException("only in P13");
    };
  }

  /** The store of a Pawl entrant. */
  H2Store store(Setting setting) {
    return switch (this) {
      case PAWL_PROCESS -> H2Store.file(setting.folder()).durability(H2Store.Durability.PROCESS);
      case PAWL_POWER -> H2Store.file(setting.folder());
      case PAWL_MEMORY -> H2Store.inMemory();
      default -> throw new IllegalArgumentException(this + " has no store of Pawl's");
    };
  }
}
