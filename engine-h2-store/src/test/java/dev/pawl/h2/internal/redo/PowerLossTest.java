package dev.pawl.h2.internal.redo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a power loss leaves of a journal at any moment, with every sector that was not forced there
 * or not. Forced groups are all there; without forcing there is a whole earlier state; no image is
 * refused, and each can be written on.
 */
class PowerLossTest {
  private static final double[] KEPT = {0, 0.25, 0.5, 0.75, 0.95};
  private static final int IMAGES_OF_A_SCRIPT = 50;

  @ParameterizedTest
  @CsvSource({"true,512", "true,4096", "false,512", "false,4096"})
  void anyImageHoldsWhatWasPromised(boolean forced, int sector) throws Exception {
    examine(forced, sector, 250, 1);
  }

  @ParameterizedTest
  @CsvSource({"true,512", "true,4096", "false,512", "false,4096"})
  @EnabledIfSystemProperty(named = "pawl.long", matches = "true")
  void tensOfThousandsOfImagesHoldWhatWasPromised(boolean forced, int sector) throws Exception {
    int images = Integer.getInteger("pawl.images", 20_000);
    long lost = examine(forced, sector, images, System.nanoTime());
    System.out.println(
        "power loss: "
            + images
            + " images, forced "
            + forced
            + ", sectors of "
            + sector
            + ", groups missing that were not forced: "
            + lost);
  }

  /** Otherwise the test above has not shown that forcing is what it takes. */
  @Test
  void withoutForcingSomeAcknowledgedGroupsAreMissing() throws Exception {
    assertThat(examine(false, 512, 100, 3)).isPositive();
  }

  private static long examine(boolean forced, int sector, int images, long seed) throws Exception {
    Random random = new Random(seed);
    long missing = 0;
    for (int done = 0; done < images; done += IMAGES_OF_A_SCRIPT) {
      long scriptSeed = random.nextLong();
      JournalScript script = new JournalScript(forced, scriptSeed);
      script.live(3, 25);
      for (int i = 0; i < IMAGES_OF_A_SCRIPT; i++) {
        int operations = 1 + random.nextInt(script.disk.operations());
        double kept = KEPT[random.nextInt(KEPT.length)];
        RecordingDisk image = script.disk.afterPowerLoss(operations, sector, kept, random);
        String which = "script " + scriptSeed + " after " + operations + " operations";
        missing += examineImage(script, image, operations, forced, which);
      }
    }
    return missing;
  }

  private static long examineImage(
      JournalScript script, RecordingDisk image, int operations, boolean forced, String which)
      throws Exception {
    Found found = Found.in(image, JournalScript.SECOND_BOOT, false);
    long last = JournalScript.verified(found);
    long acknowledged = script.acknowledgedAfter(operations);
    if (forced) {
      assertThat(last).as(which).isBetween(acknowledged, acknowledged + 1);
      if (!found.isEmpty()) {
        assertThat(found.firstSeq())
            .as(which)
            .isLessThanOrEqualTo(1 + script.droppedAfter(operations));
      }
    } else {
      assertThat(last).as(which).isLessThanOrEqualTo(acknowledged + 1);
    }
    // The next life goes on, and what it adds is there after the next power loss too.
    RedoJournal journal = RedoJournal.open(found, JournalScript.settings(true));
    journal.append(last + 1, JournalScript.group(last + 1));
    RecordingDisk second = image.afterRestartWithNothingUnforced();
    assertThat(JournalScript.verified(Found.in(second, JournalScript.SECOND_BOOT, false)))
        .as(which + ", gone on")
        .isEqualTo(last + 1);
    return Math.max(0, acknowledged - last);
  }
}
