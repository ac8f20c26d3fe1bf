package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunError;
import dev.pawl.spi.WaitRow;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecTest {
  private static final RunError ERROR =
      new RunError(
          RunError.Code.EXCEPTION,
          "java.lang.Exception",
          "boom",
          "at x",
          RunError.of(RunError.Code.CANCELED, "why"));

  @Test
  void errorsComeBack() throws SQLException {
    assertThat(ErrorCodec.decode(ErrorCodec.encode(ERROR))).isEqualTo(ERROR);
  }

  @Test
  void aChainThatIsTooLongIsCut() throws SQLException {
    RunError error = null;
    for (int i = 0; i < 2 * ErrorCodec.MAX_LINKS; i++) {
      error = new RunError(RunError.Code.EXCEPTION, "t" + i, "", "", error);
    }
    RunError decoded = ErrorCodec.decode(ErrorCodec.encode(error));
    int links = 0;
    for (RunError link = decoded; link != null; link = link.cause()) {
      links++;
    }
    assertThat(links).isEqualTo(ErrorCodec.MAX_LINKS);
    assertThat(decoded.type()).isEqualTo(error.type());
  }

  @Test
  void damagedErrorsAreRefused() {
    byte[] sound = ErrorCodec.encode(ERROR);
    for (int length = 0; length < sound.length; length++) {
      byte[] cut = Arrays.copyOf(sound, length);
      assertThatThrownBy(() -> ErrorCodec.decode(cut)).isInstanceOf(SQLException.class);
    }
    Random random = new Random(3);
    for (int i = 0; i < 1_000; i++) {
      byte[] noise = new byte[random.nextInt(100)];
      random.nextBytes(noise);
      assertThatThrownBy(() -> ErrorCodec.decode(noise)).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void waitsComeBackAndDamagedOnesAreRefused() throws SQLException {
    List<WaitRow> waits =
        List.of(
            new WaitRow(3, WaitRow.Kind.RUN, 5, Long.MAX_VALUE),
            new WaitRow(4, WaitRow.Kind.BATCH, Long.MIN_VALUE, -1));
    byte[] bytes = OldRows.waits(waits);
    assertThat(WaitCodec.decode(bytes)).isEqualTo(waits);
    assertThatThrownBy(() -> WaitCodec.decode(new byte[20])).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> WaitCodec.decode(new byte[21])).isInstanceOf(SQLException.class);
  }
}
