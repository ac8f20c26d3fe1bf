package dev.pawl.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One history: an engine's settings, and what happens to it, all of it by a seed.
 *
 * @param seed what the settings follow from
 * @param operations what happens
 */
record History(long seed, List<Operation> operations) {
  private static final List<Operation.Kind> KINDS = new ArrayList<>();

  static {
    for (Operation.Kind kind : Operation.Kind.values()) {
      for (int i = 0; i < kind.weight(); i++) {
        KINDS.add(kind);
      }
    }
  }

  /** What came of a history. */
  record Played(List<String> violations, int operations, int turns, int lives, long hash) {
    boolean isSound() {
      return violations.isEmpty();
    }
  }

  /** The history of a seed. */
  static History of(long seed, int operations) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Operation> all = new ArrayList<>(operations);
    for (int i = 0; i < operations; i++) {
      all.add(new Operation(KINDS.get(random.nextInt(KINDS.size())), random.nextLong()));
    }
    return new History(seed, all);
  }

  /** Plays it, up to the first violation. */
  Played play() {
    World world = new World(Settings.of(new SplittableRandom(~seed)));
    Player player = new Player(world);
    int done = 0;
    for (Operation operation : operations) {
      player.play(operation);
      done++;
      if (!world.invariants().hold()) {
        break;
      }
    }
    if (world.invariants().hold()) {
      player.finish();
    }
    return new Played(world.invariants().take(), done, world.turns(), world.lives(), world.hash());
  }

  /** A history that breaks the same invariant, with as few operations as can be found. */
  History shrunk() {
    String invariant = broken(play());
    List<Operation> left = operations;
    for (int size = Math.max(1, left.size() / 2); size > 0; size /= 2) {
      for (int from = 0; from < left.size(); ) {
        List<Operation> fewer = new ArrayList<>(left.subList(0, from));
        fewer.addAll(left.subList(Math.min(left.size(), from + size), left.size()));
        if (broken(new History(seed, fewer).play()).equals(invariant)) {
          left = fewer;
        } else {
          from += size;
        }
      }
    }
    return new History(seed, left);
  }

  private static String broken(Played played) {
    String first = played.isSound() ? "" : played.violations().getFirst();
    return first.substring(0, Math.max(0, first.indexOf(':')));
  }
}
