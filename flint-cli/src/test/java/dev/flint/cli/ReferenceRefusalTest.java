package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.registry.testing.FaultServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** References that are none: wrong usage, before anything is asked or written. */
class ReferenceRefusalTest {
  @TempDir Path home;

  /** A1, A2, A3. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HOST/Upper:1",
        "HOST/../x:1",
        "HOST/a//b:1",
        "HOST/a/",
        "HOST/a b:1",
        "HOST/a:1\n",
        "HOST/a\u0001:1",
        "HOST/a:.x",
        "HOST/a:-x",
        "HOST/a:LONG",
        "HOST/a@sha256:",
        "HOST/a@sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "HOST/a@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85",
        "HOST/a@md5:d41d8cd98f00b204e9800998ecf8427e",
      })
  void nobodyIsAskedForWhatCannotBe(String reference) throws IOException {
    try (FaultServer server = FaultServer.start(x -> x.reply(200, "", new byte[0]))) {
      Cli user = new Cli(home);
      String text = reference.replace("HOST", server.host()).replace("LONG", "x".repeat(129));
      for (String verb : List.of("pull", "push", "tags", "digest", "unpack")) {
        user.run(verb, text).fails(2);
      }
      assertEquals(List.of(), server.requests());
      assertFalse(Files.exists(user.store()));
    }
  }

  /** A6. */
  @ParameterizedTest
  @CsvSource({
    "localhost:0/x:1, port",
    "localhost:99999/x:1, port",
    "user@localhost:5000/x:1, user name",
    "http://localhost:5000/x:1, --plain-http",
    "https://localhost:5000/x:1, scheme",
  })
  void theHintSaysWhatBelongsElsewhere(String reference, String hint) {
    for (String verb : List.of("pull", "push")) {
      Cli.Result result = new Cli(home).run(verb, reference).fails(2);
      assertTrue(result.err().contains(hint), result.err());
    }
  }
}
