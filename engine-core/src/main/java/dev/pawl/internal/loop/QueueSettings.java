package dev.pawl.internal.loop;

import dev.pawl.Queue;
import dev.pawl.spi.QueueRow;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Changes the settings of queues: in memory, where they take effect at the next start, and stored
 * with the turn. What is declared and what is set at run time are kept apart: a declaration that is
 * made again and again, as each trigger with {@code queue("name", 10)} makes one, must not undo
 * what an operator has set meanwhile.
 */
final class QueueSettings {
  private final EngineState engine;

  QueueSettings(EngineState engine) {
    this.engine = engine;
  }

  /**
   * Declares the queues of tasks. A task's own queue has exactly what the task says, so that a
   * limit that is gone from its code is gone; a shared queue keeps what this declaration leaves
   * open.
   */
  void declareByTasks(Turn turn, List<Queue> queues) {
    for (Queue queue : queues) {
      engine.declaredQueues.add(queue.name());
      declare(turn, queue);
    }
  }

  /**
   * Declares a queue: what the declaration sets replaces what was declared before. Written only
   * where it differs, since each trigger may bring one.
   */
  void declare(Turn turn, Queue queue) {
    if (!queue.setsAnything()) {
      return;
    }
    put(
        turn,
        queue.name(),
        row ->
            row.declared(
                queue.concurrencyLimit().orElse(row.declaredLimit()),
                queue.totalLimit().orElse(row.declaredTotalLimit()),
                queue.maxQueued().orElse(row.maxQueued())));
  }

  /** Changes a queue that exists. */
  void change(Turn turn, Command.ChangeQueue command) {
    boolean known = engine.knowsQueue(command.queue());
    if (known) {
      put(turn, command.queue(), command.change());
    }
    turn.answer(command.reply(), known);
  }

  private void put(Turn turn, String name, UnaryOperator<QueueRow> change) {
    QueueRow present = engine.queueRow(name);
    QueueRow changed = change.apply(present);
    if (!changed.equals(present)) {
      engine.queueRows.put(name, changed);
      engine.queues.configure(
          name, changed.concurrencyLimit(), changed.totalLimit(), changed.paused());
      turn.queue(changed);
    }
  }
}
