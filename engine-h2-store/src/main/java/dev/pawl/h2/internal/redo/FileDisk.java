package dev.pawl.h2.internal.redo;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
  /** H2's asynchronous file system. */
  public static final String H2_SCHEME = "async";

  private final Path folder;
  private final LinkOption[] links;

  public FileDisk(Path folder) {
    this(folder, new LinkOption[0]);
  }

  private FileDisk(Path folder, LinkOption... links) {
    this.folder = folder;
    this.links = links;
  }

  @Override
  public List<String> names() throws IOException {
    if (!Files.isDirectory(folder, links)) {
      throw new NoSuchFileException(folder.toString());
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(folder.resolve(name), links);
  }

  @Override
  public boolean isMissing(String name) {
    return Files.notExists(folder.resolve(name), links);
  }

  @Override
  public boolean isFile(String name) {
    return Files.isRegularFile(folder.resolve(name), links);
  }

  @Override
  public boolean isAccessible(String name) {
    Path file = folder.resolve(name);
    return Files.isReadable(file) && Files.isWritable(file);
  }

  @Override
  public long size(String name) throws IOException {
    return Files.size(folder.resolve(name));
  }

  @Override
  public OpenFile create(String name) throws IOException {
    Path file = Files.createFile(folder.resolve(name)); // follows no link, opens nothing there is
    Opened opened = null;
    try {
      opened = opened(file);
      return opened;
    } finally {
      if (opened == null) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Opened opened(Path file) throws IOException {
    RandomAccessFile writing = new RandomAccessFile(file.toFile(), "rw");
    AsynchronousFileChannel forcing = null;
    try {
      forcing = AsynchronousFileChannel.open(file, StandardOpenOption.WRITE);
      return new Opened(writing, forcing);
    } finally {
      if (forcing == null) {
        writing.close();
      }
    }
  }

  @Override
  public InputStream open(String name) throws IOException {
    requireThere(name);
    try {
      return new FileInputStream(folder.resolve(name).toFile());
    } catch (FileNotFoundException e) {
      requireThere(name); // it was deleted just now; otherwise e says something else
      throw e;
    }
  }

  private void requireThere(String name) throws NoSuchFileException {
    if (!isFile(name)) {
      throw new NoSuchFileException(place(name));
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
  public void rename(String from, String to) throws IOException {
    Files.move(
        folder.resolve(from),
        folder.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
  }

  /** {@inheritDoc} Where that cannot be done it need not be. */
  @Override
  public void forceFolder() throws IOException {
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
  public boolean makeFolder(String name) throws IOException {
    Path made = folder.resolve(name);
    try {
      Files.createDirectory(made);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(made + " is no folder of this store's; move it away", e);
      }
      return false;
    }
  }

  @Override
  public Disk folder(String name) {
    return new FileDisk(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * {@inheritDoc} On H2's asynchronous file system: on every other of its own, an interrupt of a
   * thread that is in file I/O closes the channel, and so the database.
   */
  @Override
  public String h2Name(String name) {
    return H2_SCHEME + ":" + folder.resolve(name);
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
