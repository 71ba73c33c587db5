package dev.flint.cli.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.Cli;
import dev.flint.oci.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code flint registry serve} refuses before it serves. */
final class ServeOptionsTest {
  @TempDir Path folder;

  private Cli.Result serve(String options) {
    List<String> words = new ArrayList<>(List.of("registry", "serve", "--listen", "127.0.0.1:0"));
    words.addAll(List.of(options.split(" ", -1)));
    return new Cli(folder).run(words.toArray(new String[0]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--cert x",
        "--key x",
        "--anonymous-pull",
        "--min-chunk -1",
        "--upstream registry.example.com",
        "--upstream ftp://registry.example.com",
        "--upstream https://",
        "--upstream https://registry.example.com/prefix",
        "--upstream https://user:secret@registry.example.com",
        "--upstream https://h/?q=secret",
        "--upstream https://[",
      })
  void refusesOptionsThatMeanNothing(String options) {
    Cli.Result result = serve(options).fails(ErrorCode.USAGE.exitCode());
    assertTrue(!result.err().contains("secret"), result.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--htpasswd FILE", "--cert FILE --key FILE", "--htpasswd MISSING"})
  void refusesFilesThatAreNotWhatTheyShouldBe(String options) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "user:secret\n");
    Cli.Result result =
        serve(options.replace("FILE", file.toString()).replace("MISSING", file + ".missing"))
            .fails(ErrorCode.LOCAL_IO.exitCode());
    assertTrue(!result.err().contains("secret"), result.err());
  }
}
