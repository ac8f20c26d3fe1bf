package dev.pawl.h2;

import java.util.List;

/** Processes that work on a store and are killed, one after the other. */
public interface Kills {
  /** Kills so many processes; ends sooner where something is wrong. */
  void run(int count) throws Exception;

  /** How many were killed so far. */
  int kills();

  /** What was lost, broken, or did not open; nothing, one hopes. */
  List<String> problems();
}
