package dev.pawl.internal.loop;

import dev.pawl.internal.lifecycle.RunCommand;
import java.util.List;
import java.util.Set;

/** Tasks that become known while the engine runs. */
final class Registrations {
  private final EngineState engine;
  private final Transitions transitions;
  private final QueueSettings queueSettings;

  Registrations(EngineState engine, Transitions transitions, QueueSettings queueSettings) {
    this.engine = engine;
    this.transitions = transitions;
    this.queueSettings = queueSettings;
  }

  void register(Turn turn, Command.Register command) {
    queueSettings.declareByTasks(turn, command.queues());
    engine.registered.addAll(command.taskIds());
    if (engine.reported != null) {
      engine.reported.removeAll(command.taskIds());
    }
    for (String taskId : command.taskIds()) {
      for (LiveRun run : List.copyOf(engine.held.getOrDefault(taskId, Set.of()))) {
        transitions.move(turn, run, new RunCommand.Release());
      }
    }
    turn.tell(command.reply(), true); // known here from now on, whatever the store does
  }
}
