package dev.pawl.samples.readme;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.samples.readme.FirstMinute.SEND_EMAIL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AbortRunException;
import dev.pawl.BatchResult;
import dev.pawl.Queue;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.Task;
import dev.pawl.samples.readme.FirstMinute.Email;
import dev.pawl.samples.readme.FirstMinute.Receipt;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The examples of README.md, which {@code DocumentedCodeTest} compares with this file. */
class ReadmeTest {
  private static final Logger log = LoggerFactory.getLogger(ReadmeTest.class);

  record Items(List<String> names) {}

  record Card(String number) {}

  record Parcel(String content) {}

  record Order(Items items, Card card, Email email, List<Parcel> parcels) {}

  record Payment(String of) {}

  record Label(String text) {}

  record Summary(Payment paid, List<Label> labels) {}

  static final Task<Items, Integer> RESERVE =
      Task.define("reserve", Items.class, Integer.class).run((items, run) -> items.names().size());

  static final Task<Card, Payment> CHARGE =
      Task.define("charge", Card.class, Payment.class)
          .run(
              (card, run) -> {
                if (card.number().isEmpty()) {
                  throw new AbortRunException("no card");
                }
                return new Payment(card.number());
              });

  static final Task<Parcel, Label> PRINT_LABEL =
      Task.define("print-label", Parcel.class, Label.class)
          .run((parcel, run) -> new Label("label of " + parcel.content()));

  static final Task<Order, Summary> FULFIL =
      Task.define("fulfil-order", Order.class, Summary.class)
          .queue(Queue.named("orders").concurrencyLimit(10))
          .run(
              (order, run) -> {
                run.trigger(RESERVE, order.items()); // fire and forget
                Payment paid =
                    run.triggerAndWait(CHARGE, order.card()).unwrap(); // throws if it failed

                switch (run.triggerAndWait(
                    SEND_EMAIL, order.email())) { // a value, never an exception
                  case RunResult.Ok<Receipt> ok -> log.info("sent {}", ok.output());
                  case RunResult.Failed<Receipt> failed ->
                      log.warn("{}: {}", failed.status(), failed.error().message());
                }

                BatchResult<Label> labels =
                    run.batchTriggerAndWait(PRINT_LABEL, order.parcels()); // in input order
                return new Summary(paid, labels.unwrap());
              });

  @Test
  void anOrderIsFulfilled() {
    try (TestEngine engine = TestEngine.start(FULFIL, RESERVE, CHARGE, SEND_EMAIL, PRINT_LABEL)) {
      Order order =
          new Order(
              new Items(List.of("tea")),
              new Card("42"),
              new Email("ada@example.com", "Ada"),
              List.of(new Parcel("tea"), new Parcel("milk")));
      RunHandle<Summary> handle = engine.tasks().trigger(FULFIL, order);
      engine.settle();
      assertThat(engine.runs().retrieve(handle).output())
          .isEqualTo(
              new Summary(
                  new Payment("42"),
                  List.of(new Label("label of tea"), new Label("label of milk"))));
      assertThat(engine.runs().stream(RunQuery.all())).hasSize(6);
    }
  }

  static final Task<String, String> REMIND =
      Task.define("remind", String.class, String.class).run((name, run) -> "reminded " + name);

  @Test
  void remindsAfterADay() {
    try (TestEngine engine = TestEngine.start(REMIND)) {
      RunHandle<String> handle = engine.tasks().trigger(REMIND, "ada", options().delay("24h"));
      engine.advance(Duration.ofHours(24));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("reminded ada");
    }
  }
}
