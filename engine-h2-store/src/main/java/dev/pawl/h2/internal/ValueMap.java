package dev.pawl.h2.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Large values of a store in memory. */
final class ValueMap implements ValueKeeper {
  private final Map<Long, byte[]> values = new ConcurrentHashMap<>();

  @Override
  public boolean write(long key, byte[] value) {
    return values.putIfAbsent(key, value.clone()) == null;
  }

  @Override
  public InputStream open(long key) throws NoSuchFileException {
    byte[] value = values.get(key);
    if (value == null) {
      throw new NoSuchFileException("large value " + key);
    }
    return new ByteArrayInputStream(value);
  }

  @Override
  public void delete(long key) {
    values.remove(key);
  }

  @Override
  public long bytes() {
    return values.values().stream().mapToLong(value -> value.length).sum();
  }

  @Override
  public void copyAll(BackupFolder to) throws IOException {
    throw new IOException("values in memory are not backed up");
  }

  @Override
  public List<Long> keys() {
    return List.copyOf(values.keySet());
  }
}
