package dev.flint.cli.help;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.cli.Cli;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong usage is one line, with what may have been meant. */
class UsageErrorsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "imges | unknown command: flint imges; did you mean images? see flint --help",
        "Images | unknown command: flint Images; did you mean images? see flint --help",
        "regis | unknown command: flint regis; did you mean registry? see flint --help",
        "-q pul x:1 | unknown command: flint pul; did you mean pull? see flint --help",
        "cp a b | unknown command: flint cp; did you mean copy? see flint --help",
        "whoami | unknown command: flint whoami; did you mean auth explain? see flint --help",
        "start web | unknown command: flint start; did you mean restart? see flint --help",
        "xyzzy | unknown command: flint xyzzy; see flint --help",
        "manifest gett x | unknown command: flint manifest gett; did you mean get?"
            + " see flint manifest --help",
        "help manifest gett | unknown command: flint manifest gett; did you mean get?"
            + " see flint manifest --help",
        "help imges | unknown command: flint imges; did you mean images? see flint --help",
        "pull --unpak x:1 | unknown option: --unpak; did you mean --unpack? see flint pull --help",
        "pull --no-plain-htp x:1 | unknown option: --no-plain-htp; did you mean --no-plain-http?"
            + " see flint pull --help",
        "images --outptu=json | unknown option: --outptu; did you mean --output?"
            + " see flint images --help",
        "ps --format=json | unknown option: --format; did you mean --output? see flint ps --help",
        "kill --format x | unknown option: --format; see flint kill --help",
        "--quite images | unknown option: --quite; did you mean --quiet? see flint --help",
        "images -z | unknown option: -z; see flint images --help",
        "images -o jsno | invalid value for option '--output': expected table, json, yaml or a"
            + " template with {{...}}: jsno; did you mean json? see flint images --help",
        "images more | unexpected argument: more; see flint images --help",
        "pull | missing required parameter: 'REF'; see flint pull --help",
        "save x:1 | missing required option: '--to=FILE'; see flint save --help",
      })
  void tellsWhatMayHaveBeenMeant(String line, String message) {
    assertEquals(
        "flint: " + message + "\n", new Cli(folder).run(line.split(" ", -1)).fails(2).err());
  }

  @Test
  void aNameInCapitalsStaysOne() {
    Cli user = new Cli(folder).with("SOURCE_DATE_EPOCH", "x");
    assertEquals(
        "flint: SOURCE_DATE_EPOCH is not a number of seconds: x; see flint import --help\n",
        user.run("import", "--disk", "x", "x:1").fails(2).err());
  }
}
