package dev.flint.registry.testing;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/** What a test's user keeps secret, and must stand in no text that anybody could get to read. */
public final class Secrets {
  private final List<String> texts;

  private Secrets(List<String> texts) {
    this.texts = texts;
  }

  /** Passwords and tokens, also as parts of longer ones. */
  public static Secrets of(String... texts) {
    return new Secrets(List.of(texts));
  }

  /** These and the header of an account. */
  public Secrets andBasic(String username, String password) {
    List<String> more = new ArrayList<>(texts);
    more.add(password);
    more.add(
        Base64.getEncoder()
            .encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8)));
    return new Secrets(more);
  }

  /** Expects a failure in whose words, causes and stack trace there is no secret. */
  public FlintException assertFails(ErrorCode code, Executable action) {
    FlintException e = OneLine.assertFails(code, action);
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    assertAbsentIn(trace, e.remedy());
    return e;
  }

  /** Fails if a text of these shows a secret. */
  public void assertAbsentIn(Object... things) {
    for (Object thing : things) {
      for (String secret : texts) {
        Assertions.assertFalse(
            thing.toString().contains(secret), () -> "shows " + secret + ": " + thing);
      }
    }
  }
}
