package dev.pawl.architecture.broken;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/** Lets whoever writes the data decide which class is made of it. */
public final class LetsDataChooseAClass {
  private LetsDataChooseAClass() {}

  static Class<?> byName(String name) throws ClassNotFoundException {
    return Class.forName(name);
  }

  static Object serialized(InputStream in) throws IOException, ClassNotFoundException {
    return new ObjectInputStream(in).readObject();
  }

  static JsonMapper typed() {
    return JsonMapper.builder()
        .activateDefaultTyping(
            BasicPolymorphicTypeValidator.builder().build(), DefaultTyping.NON_FINAL)
        .build();
  }
}
