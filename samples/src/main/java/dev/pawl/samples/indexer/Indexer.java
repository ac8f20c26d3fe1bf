package dev.pawl.samples.indexer;

/** Holds the place of the sample's main class. */
public final class Indexer {
  private Indexer() {}

  /** Says hello to the folder it was given. */
  public static void main(String[] args) {
    System.out.println("hello " + String.join(" ", args));
  }
}
