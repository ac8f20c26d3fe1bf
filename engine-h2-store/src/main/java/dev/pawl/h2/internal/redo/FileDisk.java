package dev.pawl.h2.internal.redo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of the file system.
 *
 * <p>Writes go through {@link RandomAccessFile} and forces through an asynchronous channel, because
 * neither closes its file when the thread is interrupted, as an ordinary channel does; and the
 * channel can force the data alone, where the other would force times of access too.
 */
public final class FileDisk implements Disk {
  private final Path folder;

  public FileDisk(Path folder) {
    this.folder = folder;
  }

  @Override
  public List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public OpenFile create(String name) throws IOException {
    Path file = folder.resolve(name);
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    RandomAccessFile writing = new RandomAccessFile(file.toFile(), "rw");
    AsynchronousFileChannel forcing = null;
    try {
      forcing = AsynchronousFileChannel.open(file, StandardOpenOption.WRITE);
      return new Opened(writing, forcing);
    } finally {
      if (forcing == null) {
        writing.close();
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public byte[] read(String name) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(folder.resolve(name).toFile(), "r")) {
      if (in.length() > Integer.MAX_VALUE - Long.BYTES) {
        throw new IOException(name + " is longer than any that this library writes");
      }
      byte[] bytes = new byte[(int) in.length()];
      in.readFully(bytes);
      return bytes;
    }
  }

  @Override
  public void truncate(String name, long size) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
      file.setLength(size);
      file.getFD().sync();
    }
  }

  @Override
  public void force(String name) throws IOException {
    // Never makes the file: it may have been deleted just now.
    try (AsynchronousFileChannel file =
        AsynchronousFileChannel.open(folder.resolve(name), StandardOpenOption.WRITE)) {
      file.force(true);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
  }

  @Override
  public void forceFolder() throws IOException {
    forceFolder(folder);
  }

  /** Forces which files there are in a folder; where that cannot be done it need not be. */
  public static void forceFolder(Path folder) throws IOException {
    if (!folder.getFileSystem().getSeparator().equals("/")) {
      return; // Windows does not open folders, and keeps their entries in its own journal
    }
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public String place(String name) {
    return folder.resolve(name).toString();
  }

  private record Opened(RandomAccessFile writing, AsynchronousFileChannel forcing)
      implements OpenFile {
    @Override
    public void write(long at, byte[] bytes, int length) throws IOException {
      writing.seek(at);
      writing.write(bytes, 0, length);
    }

    @Override
    public void force() throws IOException {
      forcing.force(false);
    }

    @Override
    public void truncate(long size) throws IOException {
      writing.setLength(size);
    }

    @Override
    public void close() throws IOException {
      try (writing) {
        forcing.close();
      }
    }
  }
}
