package dev.pawl.internal.queue;

/** A run that only stands in queues. */
final class Item extends Ready {
  private final long id;
  private final long order;

  Item(long id, long order) {
    this.id = id;
    this.order = order;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public long order() {
    return order;
  }

  @Override
  public String toString() {
    return "item " + id + " (order " + order + ")";
  }
}
