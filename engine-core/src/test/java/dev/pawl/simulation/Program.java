package dev.pawl.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a body does: the payload of its run is its number, from which everything follows, so that
 * each entrance of the body does the same.
 *
 * @param number what it follows from
 * @param depth how many ancestors its run has, so that lineages end
 */
record Program(long number, int depth) {
  private static final int DEEPEST = 2;

  /** What a body does on the way to its end. */
  enum Kind {
    TRIGGER,
    TRIGGER_AND_WAIT,
    BATCH,
    BATCH_AND_WAIT,
    STREAM,
    STREAM_AND_WAIT,
    AWAIT,
    FORK,
    METADATA,
    TAGS,
    WORK
  }

  /** One thing that it does; how follows from the seed. */
  record Act(Kind kind, long seed) {
    SplittableRandom random() {
      return new SplittableRandom(seed);
    }
  }

  /** How it ends. */
  enum Ending {
    RETURN,
    FAIL_AT_FIRST,
    FAIL,
    ABORT,
    RETRY_LATER,
    UNREADABLE,
    HANG
  }

  private static final Kind[] LEAF_KINDS = {Kind.METADATA, Kind.TAGS, Kind.WORK, Kind.WORK};

  private static final Kind[] KINDS = {
    Kind.TRIGGER,
    Kind.TRIGGER,
    Kind.TRIGGER_AND_WAIT,
    Kind.TRIGGER_AND_WAIT,
    Kind.TRIGGER_AND_WAIT,
    Kind.BATCH,
    Kind.BATCH_AND_WAIT,
    Kind.BATCH_AND_WAIT,
    Kind.STREAM,
    Kind.STREAM_AND_WAIT,
    Kind.STREAM_AND_WAIT,
    Kind.AWAIT,
    Kind.AWAIT,
    Kind.AWAIT,
    Kind.FORK,
    Kind.FORK,
    Kind.METADATA,
    Kind.TAGS,
    Kind.WORK
  };

  /** What it does, in order. */
  List<Act> acts() {
    SplittableRandom random = new SplittableRandom(number);
    int acts = random.nextInt(depth == 0 ? 4 : 2);
    Kind[] kinds = depth >= DEEPEST ? LEAF_KINDS : KINDS;
    List<Act> all = new ArrayList<>(acts);
    for (int i = 0; i < acts; i++) {
      all.add(new Act(kinds[random.nextInt(kinds.length)], random.nextLong()));
    }
    return all;
  }

  /** How it ends. */
  Ending ending() {
    int chance = new SplittableRandom(~number).nextInt(100);
    if (chance < 62) {
      return Ending.RETURN;
    } else if (chance < 74) {
      return Ending.FAIL_AT_FIRST;
    } else if (chance < 82) {
      return Ending.FAIL;
    } else if (chance < 86) {
      return Ending.ABORT;
    } else if (chance < 90) {
      return Ending.RETRY_LATER;
    } else if (chance < 93) {
      return Ending.UNREADABLE;
    }
    return Ending.HANG;
  }

  /** Whether it goes on for a while after it was told to end. */
  boolean isStubborn() {
    return new SplittableRandom(number + 1).nextInt(3) == 0;
  }

  /** What a child does that is made by an act. */
  Program child(SplittableRandom random) {
    return new Program(random.nextLong(), depth + 1);
  }
}
