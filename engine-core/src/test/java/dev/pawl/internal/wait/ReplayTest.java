package dev.pawl.internal.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.internal.wait.JournalEntry.Call;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static final Call MAIL = new Call("TRIGGER", "mail", 1);
  private static final Call OTHER_MAIL = new Call("TRIGGER", "mail", 2);
  private static final Call WAITED_MAIL = new Call("TRIGGER_AND_WAIT", "mail", 1);
  private static final Call BILL = new Call("TRIGGER", "bill", 1);

  @Test
  void anEmptyJournalHasNothingToGive() {
    Replay replay = new Replay(List.of());
    assertThat(replay.take(MAIL)).isNull();
    assertThat(replay.firstUnused()).isNull();
  }

  @Test
  void theOrderAmongDifferentCallsDoesNotMatter() {
    JournalEntry mail = entry(0, MAIL);
    JournalEntry bill = entry(1, BILL);
    JournalEntry waited = entry(2, WAITED_MAIL);
    Replay replay = new Replay(List.of(mail, bill, waited));
    assertThat(replay.take(WAITED_MAIL)).isEqualTo(waited);
    assertThat(replay.take(BILL)).isEqualTo(bill);
    assertThat(replay.take(MAIL)).isEqualTo(mail);
  }

  @Test
  void equalCallsAreGivenTheirEntriesInOrder() {
    JournalEntry first = entry(0, MAIL);
    JournalEntry second = entry(2, MAIL);
    Replay replay = new Replay(List.of(first, entry(1, BILL), second));
    assertThat(replay.take(MAIL)).isEqualTo(first);
    assertThat(replay.take(MAIL)).isEqualTo(second);
    assertThat(replay.take(MAIL)).isNull();
  }

  @Test
  void aCallThatDiffersInKindTaskOrPayloadIsAnotherCall() {
    Replay replay = new Replay(List.of(entry(0, MAIL)));
    assertThat(replay.take(OTHER_MAIL)).isNull();
    assertThat(replay.take(WAITED_MAIL)).isNull();
    assertThat(replay.take(BILL)).isNull();
    assertThat(replay.take(MAIL)).isNotNull();
  }

  @Test
  void theFirstUnusedEntryIsTheFirstThatWasNotTaken() {
    JournalEntry mail = entry(3, MAIL);
    JournalEntry bill = entry(5, BILL);
    JournalEntry other = entry(8, OTHER_MAIL);
    Replay replay = new Replay(List.of(mail, bill, other));
    assertThat(replay.firstUnused()).isEqualTo(mail);
    replay.take(BILL);
    assertThat(replay.firstUnused()).isEqualTo(mail);
    replay.take(MAIL);
    assertThat(replay.firstUnused()).isEqualTo(other);
    replay.take(BILL);
    assertThat(replay.firstUnused()).isEqualTo(other);
    replay.take(OTHER_MAIL);
    assertThat(replay.firstUnused()).isNull();
  }

  @Test
  void aCallShowsWhatWasCalled() {
    assertThat(WAITED_MAIL).hasToString("TRIGGER_AND_WAIT of \"mail\"");
  }

  private static JournalEntry entry(int seq, Call call) {
    return new JournalEntry(seq, call);
  }
}
