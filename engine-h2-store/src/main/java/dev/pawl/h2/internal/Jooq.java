package dev.pawl.h2.internal;

import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.RenderNameCase;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/**
 * jOOQ, as this store uses it. At its first use jOOQ writes its logo and a tip of the day into the
 * log; in a library that is somebody else's log. It can be kept from that by system properties
 * alone, so they are set, unless the application has done so itself, either way.
 */
final class Jooq {
  static {
    quiet("org.jooq.no-logo");
    quiet("org.jooq.no-tips");
  }

  static final Settings SETTINGS =
      new Settings()
          .withRenderQuotedNames(RenderQuotedNames.EXPLICIT_DEFAULT_UNQUOTED)
          .withRenderNameCase(RenderNameCase.LOWER_IF_UNQUOTED)
          .withExecuteLogging(false);

  private Jooq() {}

  private static void quiet(String property) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, "true");
    }
  }

  /** On a reader's connection. */
  static DSLContext on(Statements statements) {
    return DSL.using(statements.connection(), SQLDialect.H2, SETTINGS);
  }
}
