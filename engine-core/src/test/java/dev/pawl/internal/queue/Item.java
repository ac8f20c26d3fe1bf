package dev.pawl.internal.queue;

/** A run that only stands in queues. */
final class Item extends Ready {
  private final long id;
  private final long order;

  private final int weight;

  Item(long id, long order) {
    this(id, order, 0);
  }

  Item(long id, long order, int weight) {
    this.id = id;
    this.order = order;
    this.weight = weight;
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
  public int weight() {
    return weight;
  }

  @Override
  public String toString() {
    return "item " + id + " (order " + order + ", weight " + weight + ")";
  }
}
