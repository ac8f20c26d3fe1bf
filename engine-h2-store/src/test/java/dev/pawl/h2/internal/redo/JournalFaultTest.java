package dev.pawl.h2.internal.redo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Disks that fail, and files that were damaged: nothing acknowledged is lost, nothing is silent.
 */
class JournalFaultTest {
  @TempDir Path temp;

  private static final int GROUPS = 40;

  private static RedoJournal open(RecordingDisk disk) throws IOException {
    return RedoJournal.open(
        Found.in(disk, JournalScript.FIRST_BOOT, false), JournalScript.settings(true));
  }

  private static long lastSeq(RecordingDisk disk) {
    return JournalScript.verified(Found.in(disk, JournalScript.SECOND_BOOT, false));
  }

  /** Appends until it succeeds, always the same group, and says how often it failed. */
  private static int appendStubbornly(RedoJournal journal, long seq) {
    for (int failures = 0; failures < 100; failures++) {
      try {
        journal.append(seq, JournalScript.group(seq));
        assertThat(journal.inDoubt()).isFalse();
        return failures;
      } catch (IOException e) {
        assertThat(journal.lastSeq()).isEqualTo(seq - 1);
      }
    }
    throw new AssertionError("group " + seq + " was never appended");
  }

  /** How many operations the scenario takes on a sound disk. */
  private static int operationsOfTheScenario() throws IOException {
    RecordingDisk disk = new RecordingDisk();
    RedoJournal journal = open(disk);
    disk.failing((index, kind) -> false);
    for (long seq = 1; seq <= GROUPS; seq++) {
      journal.append(seq, JournalScript.group(seq));
    }
    return disk.attempted();
  }

  /** A full disk, or a failed force, at every single operation, once and three times in a row. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aFailureAtAnyOperationLosesNothing(int times) throws Exception {
    int operations = operationsOfTheScenario();
    assertThat(operations).isGreaterThan(2 * GROUPS);
    int failures = 0;
    for (int at = 0; at < operations; at++) {
      RecordingDisk disk = new RecordingDisk();
      RedoJournal journal = open(disk);
      int failing = at;
      disk.failing((index, kind) -> index >= failing && index < failing + times);
      for (long seq = 1; seq <= GROUPS; seq++) {
        failures += appendStubbornly(journal, seq);
        if (seq % 10 == 0) {
          // Certain already: on the disk, whatever is not forced.
          assertThat(lastSeq(disk.afterRestartWithNothingUnforced())).isEqualTo(seq);
        }
      }
      assertThat(lastSeq(disk.afterRestartWithNothingUnforced())).isEqualTo(GROUPS);
      assertThat(lastSeq(disk)).isEqualTo(GROUPS);
    }
    assertThat(failures).isGreaterThan(operations / 2);
  }

  @Test
  void afterAFailedForceTheGroupIsWrittenToANewFile() throws Exception {
    RecordingDisk disk = new RecordingDisk();
    RedoJournal journal = open(disk);
    journal.append(1, JournalScript.group(1));
    disk.failing((index, kind) -> kind == Recording.Kind.FORCE && index < 3);
    assertThatThrownBy(() -> journal.append(2, JournalScript.group(2)))
        .isInstanceOf(IOException.class);
    assertThat(journal.inDoubt()).isTrue();
    // It may be there after all, and is whole then.
    assertThat(lastSeq(disk.copy())).isEqualTo(2);
    assertThat(lastSeq(disk.afterRestartWithNothingUnforced())).isEqualTo(1);
    int files = disk.names().size();
    disk.failing((index, kind) -> false);
    journal.append(2, JournalScript.group(2));
    assertThat(disk.names()).hasSize(files + 1);
    journal.append(3, JournalScript.group(3));
    assertThat(lastSeq(disk.afterRestartWithNothingUnforced())).isEqualTo(3);
  }

  @Test
  void aFullDiskIsNoticedBeforeTheGroupIsWritten() throws Exception {
    RecordingDisk disk = new RecordingDisk();
    RedoJournal journal = open(disk);
    long seq = 0;
    disk.capacity(200_000);
    IOException full = null;
    while (full == null) {
      try {
        journal.append(seq + 1, JournalScript.group(seq + 1));
        seq++;
      } catch (IOException e) {
        full = e;
      }
    }
    assertThat(journal.inDoubt()).isFalse();
    assertThat(lastSeq(disk.copy())).isEqualTo(seq);
    disk.capacity(Long.MAX_VALUE);
    // It is certainly not there, so another group can take its number.
    journal.append(seq + 1, JournalScript.group(seq + 1));
    assertThat(lastSeq(disk)).isEqualTo(seq + 1);
  }

  /** As where the process has one handle left, and a file needs two. */
  @Test
  void aFileThatWasMadeAndNotOpenedIsNotInTheWayForEver() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("journal"));
    FileDisk disk = new FileDisk(folder);
    RedoJournal journal =
        RedoJournal.open(
            Found.in(disk, JournalScript.FIRST_BOOT, false), JournalScript.settings(true));
    Files.createFile(folder.resolve(Segment.name(1)));
    int failures = 0;
    for (long seq = 1; seq <= GROUPS; ) {
      try {
        journal.append(seq, JournalScript.group(seq));
        seq++;
      } catch (IOException e) {
        assertThat(++failures).isEqualTo(1);
      }
    }
    assertThat(failures).isEqualTo(1);
    assertThat(JournalScript.verified(Found.in(disk, JournalScript.SECOND_BOOT, false)))
        .isEqualTo(GROUPS);
  }

  /** Its file is in use by somebody else, or the disk cannot be written for a moment. */
  @Test
  void aFileThatCannotBeDroppedLeavesNoGap() throws Exception {
    RecordingDisk disk = new RecordingDisk();
    RedoJournal journal = open(disk);
    for (long seq = 1; seq <= 4 * GROUPS; seq++) {
      journal.append(seq, JournalScript.group(seq));
    }
    assertThat(journal.files()).isGreaterThan(4);
    disk.failing((index, kind) -> kind == Recording.Kind.DELETE && index == 0);
    assertThatThrownBy(() -> journal.dropThrough(2 * GROUPS)).isInstanceOf(IOException.class);
    journal.dropThrough(3 * GROUPS);
    assertThat(lastSeq(disk)).isEqualTo(4 * GROUPS);
    assertThat(disk.names()).hasSize(journal.files());
  }

  /** What a damage does to a file. */
  enum Damage {
    BIT,
    ZEROED_SECTOR,
    CUT;

    byte[] done(byte[] sound, Random random) {
      byte[] damaged = sound.clone();
      int at = random.nextInt(sound.length);
      return switch (this) {
        case BIT -> {
          damaged[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
          yield damaged;
        }
        case ZEROED_SECTOR -> {
          int from = at / 512 * 512;
          Arrays.fill(damaged, from, Math.min(from + 512, damaged.length), (byte) 0);
          yield damaged;
        }
        case CUT -> Arrays.copyOf(damaged, at);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void noDamageIsSilent(Damage damage) throws Exception {
    damage(damage, 600, 1);
  }

  @ParameterizedTest
  @EnumSource
  @EnabledIfSystemProperty(named = "pawl.long", matches = "true")
  void noneOfTenThousandDamagesIsSilent(Damage damage) throws Exception {
    damage(damage, 10_000, System.nanoTime());
  }

  /**
   * The journal of a store that was closed. Whoever opens it compares its last group with that of
   * the database, so a journal that ends too early is noticed there; here it must never end too
   * late, or hold anything else than was written.
   */
  private static void damage(Damage damage, int count, long seed) throws Exception {
    JournalScript script = new JournalScript(true, 4);
    script.live(2, 30);
    RedoJournal closing = open(script.disk);
    closing.append(61, JournalScript.group(61));
    closing.closeClean(OptionalInt.empty());
    Random random = new Random(seed);
    int refused = 0;
    int shorter = 0;
    for (int i = 0; i < count; i++) {
      RecordingDisk disk = script.disk.copy();
      String name = disk.names().get(random.nextInt(disk.names().size()));
      byte[] sound = disk.read(name);
      byte[] damaged = damage.done(sound, random);
      disk.damage(name, damaged);
      try {
        Found found = Found.in(disk, JournalScript.FIRST_BOOT, false);
        long last = JournalScript.verified(found);
        assertThat(last).isLessThanOrEqualTo(61);
        shorter += last < 61 ? 1 : 0;
      } catch (StoreException e) {
        refused++;
        assertThat(e).hasMessageContaining(".redo").hasMessageContaining("salvaging");
      }
    }
    assertThat(refused + shorter).isGreaterThan(count / 3);
    System.out.println(damage + ": " + count + ", refused " + refused + ", shorter " + shorter);
  }

  @Test
  void aDamageIsNamedByFileAndPlace() throws Exception {
    RecordingDisk disk = new RecordingDisk();
    RedoJournal journal = open(disk);
    for (long seq = 1; seq <= 3; seq++) {
      journal.append(seq, JournalScript.group(seq));
    }
    String name = disk.names().getFirst();
    byte[] file = disk.read(name);
    file[SegmentHeader.SIZE + Frame.HEAD + 5] ^= 1;
    disk.damage(name, file);
    assertThatThrownBy(() -> Found.in(disk, JournalScript.FIRST_BOOT, false))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("recorded/" + name)
        .hasMessageContaining("byte " + SegmentHeader.SIZE)
        .hasMessageContaining("group 1 is damaged")
        .hasMessageContaining("H2Store.salvaging()");
    assertThat(disk.read(name)).isEqualTo(file);
    assertThat(Found.in(disk, JournalScript.FIRST_BOOT, true).lastSeq()).isZero();
  }

  @Test
  void aMissingFileIsNoticed() throws Exception {
    JournalScript script = new JournalScript(true, 9).neverDropping();
    script.live(3, 40);
    int removable = script.disk.names().size();
    assertThat(removable).isGreaterThan(4);
    for (int i = 1; i < removable - 1; i++) {
      RecordingDisk disk = script.disk.copy();
      disk.delete(disk.names().stream().sorted().toList().get(i));
      assertThatThrownBy(() -> Found.in(disk, JournalScript.FIRST_BOOT, false))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("missing");
    }
  }

  /** A payload may look like a record, or be one of another file. */
  @Test
  void bytesOfAnotherFileDoNotPassForRecords() throws Exception {
    RecordingDisk disk = new RecordingDisk();
    RedoJournal journal = open(disk);
    journal.append(1, JournalScript.group(1));
    RecordingDisk other = new RecordingDisk();
    RedoJournal otherJournal = open(other);
    otherJournal.append(1, JournalScript.group(1));
    otherJournal.append(2, JournalScript.group(2));
    String name = disk.names().getFirst();
    byte[] mixed = other.read(other.names().getFirst());
    byte[] own = disk.read(name);
    int end = Segment.read(name, own, (seq, file, from, to) -> {}).orElseThrow().end();
    System.arraycopy(own, 0, mixed, 0, end);
    disk.damage(name, mixed);
    assertThat(lastSeq(disk)).isEqualTo(1);
  }
}
