/** The store that keeps runs in an H2 database file. */
@SuppressWarnings("module") // a name that ends in a digit: it is H2's
module dev.pawl.h2 {
  requires transitive dev.pawl;
  requires static transitive org.jspecify;
  requires java.sql;
  requires com.h2database;
  requires org.jooq;
  requires org.slf4j;

  exports dev.pawl.h2;
  // H2 creates the file system class of this package by reflection.
  exports dev.pawl.h2.internal to
      com.h2database;
}
