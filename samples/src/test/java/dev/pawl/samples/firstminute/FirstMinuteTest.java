package dev.pawl.samples.firstminute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.Run;
import dev.pawl.RunQuery;
import dev.pawl.h2.H2Store;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstMinuteTest {
  @Test
  void theMailIsSentAndItsRunIsKept(@TempDir Path folder) throws Exception {
    FirstMinute.main(new String[] {folder.toString()});
    try (Engine engine =
        Engine.builder().store(H2Store.file(folder)).register(FirstMinute.SEND_EMAIL).open()) {
      List<Run<?>> runs = engine.runs().list(RunQuery.all()).items();
      assertThat(runs).hasSize(1);
      assertThat(runs.getFirst().payload(FirstMinute.Email.class))
          .isEqualTo(new FirstMinute.Email("ada@example.com", "Ada"));
      assertThat((Object) runs.getFirst().output()).isEqualTo(new FirstMinute.Receipt("message-1"));
    }
  }
}
