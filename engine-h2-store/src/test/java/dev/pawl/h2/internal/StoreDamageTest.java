package dev.pawl.h2.internal;

import static dev.pawl.h2.internal.JournaledStores.BOOT;
import static dev.pawl.h2.internal.JournaledStores.NEXT_BOOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.h2.internal.redo.RecordingDisk;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoredRun;
import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files of a store that was closed, each with a bit flipped, a sector zeroed, or its end missing:
 * the opening is refused, or everything is there all the same, or a value is found to be damaged by
 * its checksum. Never is anything else there without a word. The copy from which a database is made
 * again after a power loss is damaged as well.
 */
class StoreDamageTest {
  private static final int GROUPS = 40;
  private static final int SHORT = 60;
  private static final int LONG = 10_000;

  @TempDir Path temp;

  /** Which file is damaged. */
  enum Damaged {
    DATABASE("pawl\\.mv\\.db"),
    JOURNAL("pawl-\\d+\\.redo"),
    COPY("pawl-copy-\\d+-.*"),
    VALUE(".*\\.value");

    private final String pattern;

    Damaged(String pattern) {
      this.pattern = pattern;
    }
  }

  /** What came of a damage. */
  private enum Outcome {
    REFUSED,
    REPAIRED,
    VALUE_DAMAGED,
    SILENT
  }

  @ParameterizedTest
  @EnumSource
  void noDamageOfAnyFileIsSilent(Damaged damaged) throws Exception {
    Random random = new Random(5);
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    try (StoreScript script = new StoreScript(temp, RedoMode.FORCED, 11)) {
      script.live(2, GROUPS / 2);
      int count = Boolean.getBoolean("pawl.long") ? LONG : SHORT;
      for (int i = 0; i < count; i++) {
        RecordingDisk disk = script.disk.copy();
        String what = damage(disk, damaged, random);
        Outcome outcome = opened(script, disk, damaged);
        assertThat(outcome).as(what).isNotEqualTo(Outcome.SILENT);
        outcomes.merge(outcome, 1, Integer::sum);
      }
    }
    System.out.println("damaged " + damaged + ": " + outcomes);
  }

  private static String damage(RecordingDisk disk, Damaged damaged, Random random)
      throws IOException {
    RecordingDisk folder = damaged == Damaged.VALUE ? disk.folder("pawl.values") : disk;
    List<String> names =
        folder.names().stream().filter(name -> name.matches(damaged.pattern)).toList();
    String name = names.get(random.nextInt(names.size()));
    byte[] bytes = folder.read(name);
    int at = random.nextInt(bytes.length);
    int kind = random.nextInt(4);
    switch (kind) {
      case 0 ->
          Arrays.fill(
              bytes, at / 512 * 512, Math.min(bytes.length, at / 512 * 512 + 512), (byte) 0);
      case 1 -> bytes = Arrays.copyOf(bytes, at);
      default -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    folder.damage(name, bytes);
    return name + ", damage " + kind + " at " + at;
  }

  private Outcome opened(StoreScript script, RecordingDisk disk, Damaged damaged)
      throws IOException {
    // A copy is needed only where the database is not there.
    UUID boot = damaged == Damaged.COPY ? NEXT_BOOT : BOOT;
    if (damaged == Damaged.COPY) {
      disk.delete("pawl.mv.db");
    }
    try (H2RunStore store =
        JournaledStores.open(temp, RedoMode.FORCED, StoreScript.SMALL, boot, disk)) {
      if (damaged == Damaged.VALUE && hasDamagedValue(store)) {
        return Outcome.VALUE_DAMAGED;
      }
      List<String> differences = Everything.of(store).differences(script.after(GROUPS));
      return differences.isEmpty() ? Outcome.REPAIRED : Outcome.SILENT;
    } catch (StoreException e) {
      assertThat(e.getMessage()).contains("recorded/");
      return Outcome.REFUSED;
    }
  }

  /** As whoever reads a value finds out. */
  private static boolean hasDamagedValue(H2RunStore store) throws IOException {
    for (StoredRun run : store.runs(RunFilter.ALL, Long.MAX_VALUE, 1_000)) {
      StoredValue payload = run.run().payload();
      if (payload.isLarge()) {
        try (InputStream in = store.openLarge(payload)) {
          byte[] bytes = in.readAllBytes();
          if (bytes.length != payload.size() || StoredValue.checksum(bytes) != payload.crc32c()) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
