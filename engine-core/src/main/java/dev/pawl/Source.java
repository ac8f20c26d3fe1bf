package dev.pawl;

import java.util.Iterator;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Iterators and streams as sources that are iterated once. */
final class Source {
  private Source() {}

  static <T extends @Nullable Object> Iterable<T> of(Iterator<T> iterator) {
    Objects.requireNonNull(iterator);
    return () -> iterator;
  }

  static <T extends @Nullable Object> Iterable<T> of(Stream<T> stream) {
    Objects.requireNonNull(stream);
    return () -> new Closing<>(stream, stream.iterator());
  }

  /** The iterator of a stream, which closes it. */
  private record Closing<T extends @Nullable Object>(Stream<T> stream, Iterator<T> elements)
      implements Iterator<T>, AutoCloseable {
    @Override
    public boolean hasNext() {
      return elements.hasNext();
    }

    @Override
    public T next() {
      return elements.next();
    }

    @Override
    public void close() {
      stream.close();
    }
  }
}
