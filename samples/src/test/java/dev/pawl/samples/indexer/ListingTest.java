package dev.pawl.samples.indexer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingTest {
  @TempDir Path folder;

  @Test
  void filesAndFoldersAreNamedInOrder() throws Exception {
    for (String name : new String[] {"b", "a", "c"}) {
      Files.createFile(folder.resolve(name + ".txt"));
      Files.createDirectory(folder.resolve(name));
    }
    Listing listing = Listing.of(folder, Path.of("/elsewhere"));
    assertThat(listing.files()).containsExactly("a.txt", "b.txt", "c.txt");
    assertThat(listing.folders()).containsExactly("a", "b", "c");
  }

  @Test
  void whatToolsMakeAndTheStoreAndLinksAreLeftOut() throws Exception {
    for (String name : Listing.SKIPPED) {
      Files.createDirectory(folder.resolve(name));
    }
    Path store = Files.createDirectory(folder.resolve("store"));
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Path file = Files.createFile(folder.resolve("file"));
    Files.createSymbolicLink(folder.resolve("link-to-folder"), kept);
    Files.createSymbolicLink(folder.resolve("link-to-file"), file);
    Files.createSymbolicLink(folder.resolve("link-to-nothing"), folder.resolve("nothing"));
    Listing listing = Listing.of(folder, store);
    assertThat(listing.folders()).containsExactly("kept");
    assertThat(listing.files()).containsExactly("file");
  }

  @Test
  void whatIsNoFolderIsRefused() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    assertThatThrownBy(() -> Listing.of(link, folder)).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> Listing.of(folder.resolve("gone"), folder))
        .isInstanceOf(NoSuchFileException.class);
  }
}
