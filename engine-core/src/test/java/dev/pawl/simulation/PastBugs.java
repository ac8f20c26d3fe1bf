package dev.pawl.simulation;

import java.util.List;

/** Bugs that this engine has had, as the simulation or a reader found them. */
@SuppressWarnings("StringConcatToTextBlock") // pieces of lines, whose indentation counts
final class PastBugs {
  private PastBugs() {}

  /** All of them. */
  static final List<Bug> BUGS =
      List.of(
          new Bug(
              "the last turn forgets what runs wait for",
              "loop/Attempts",
              "finisher.leave(turn, run,",
              "finisher.dismiss(turn, run,"),
          new Bug(
              "a stream is carried on without a look for cycles",
              "loop/BatchCalls",
              "PawlException cycle = batch.awaited ?",
              "PawlException cycle = batch.size < 0 ?"),
          new Bug(
              "whoever asks again after an exhausted heap is noted down twice",
              "loop/Rebuild",
              "    forgetObservers(repeated);\n",
              ""),
          new Bug(
              "a run that has lapsed uses up the turn of its key",
              "loop/Attempts",
              "      finisher.finish(turn, run, end, null, Expiry.error(run)); //",
              """
                    engine.queues.start();
                    finisher.finish(turn, run, end, null, Expiry.error(run)); //"""),
          new Bug(
              "an awaited run that is moved loses the place of its parent",
              "loop/Runs",
              "run.queueTime = parent == null ? to.dueAt() : parent.queueTime;",
              "run.queueTime = to.dueAt();"),
          new Bug(
              "a wait for a batch whose only source waits for the caller is accepted",
              "loop/Triggers",
              "PawlException cycle = streamCycle(caller, open);",
              "PawlException cycle = null;"),
          new Bug(
              "a run that is several items of a batch is brought back as often",
              "loop/LiveRuns",
              "for (Long id : new LinkedHashSet<>(ids)) {",
              "for (Long id : ids) {"),
          new Bug(
              "whoever streams a batch may wait for a run that waits for its end",
              "loop/WaitGraph",
              "engine.openByParent.getOrDefault(run.id(), Set.of())",
              "Set.<Long>of()"),
          new Bug(
              "a batch that is to be carried on seems to have a source",
              "loop/WaitGraph",
              "? batch.dormant && run.waits.size() == 1",
              "? false"),
          new Bug(
              "a run waits for a closed batch with an item that waits for it",
              "loop/Recovery",
              "    waits.endCycles(cycles, loaded.stream().map(Loaded::run).toList());\n",
              ""),
          new Bug(
              "the key of an aborted batch still names it",
              "loop/Bindings",
              "return batch == null || batch.state() == BatchRow.State.ABORTED ? null : bound;",
              "return batch == null ? null : bound;"));
}
