package dev.flint.oci.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.json.JsonListing;
import dev.flint.oci.json.JsonObject;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written as YAML is the same JSON to readers of others, of YAML 1.1 and of 1.2. */
class YamlPeersIT {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final Path PYYAML = Path.of("/usr/lib/python3/dist-packages/yaml/__init__.py");
  private static final Path JS_YAML =
      Path.of("/usr/local/share/flint-test/lint/node_modules/js-yaml/index.js");

  private static final List<String> TRAPS =
      List.of(
          "no",
          "Yes",
          "ON",
          "off",
          "y",
          "N",
          "null",
          "Null",
          "~",
          "",
          " ",
          "true",
          "False",
          "1e3",
          "1E3",
          "e3",
          "0x1F",
          "0o17",
          "017",
          "0b101",
          "08",
          "1_000",
          "+1",
          "-0",
          ".5",
          "5.",
          ".inf",
          "-.INF",
          ".nan",
          "NaN",
          "Infinity",
          "2026-11-22",
          "2026-11-22T06:00:00Z",
          "12:30",
          "1:2:3",
          "a:b",
          "a: b",
          "a:",
          ":a",
          "a #b",
          "a#b",
          "#a",
          "-",
          "- a",
          "--- a",
          "---",
          "...",
          "?",
          "? a",
          "!a",
          "&a",
          "*a",
          "%a",
          "@a",
          "`a",
          "'a",
          "\"a",
          "a'b\"c",
          "|",
          ">",
          "{a: b}",
          "[a]",
          "a, b",
          "<<",
          "=",
          "a\nb",
          "a\n",
          "\na",
          "a\r\nb",
          "\ta",
          "a\t",
          " a",
          "a ",
          "a\\nb",
          "\u0000",
          "\u0007",
          "\u001b[31m",
          "\u007f",
          "\u0085",
          "\u00a0",
          "\u2028",
          "\u2029",
          "\u202e",
          "\ufeff",
          "\uffff",
          "é",
          "日本",
          "\ud83d\ude00",
          "x".repeat(200),
          "a b ".repeat(60));

  @TempDir Path folder;

  @Test
  void readsTheSameInYaml11AndIn12() throws IOException {
    List<JsonObject> all = new ArrayList<>();
    for (String trap : TRAPS) {
      all.add(JsonObject.empty().with(trap, trap).withStrings("list", List.of(trap, "a", trap)));
    }
    SplittableRandom random = new SplittableRandom(12);
    for (int round = 0; round < 2000; round++) {
      all.add(
          JsonObject.empty()
              .with("text", text(random))
              .with(text(random), random.nextLong(1L << 53))
              .withObjects("items", List.of(JsonObject.empty().with("k" + text(random), true))));
    }
    JsonObject json = JsonObject.empty().with("schema", "all/v1").withObjects("all", all);
    Path yaml = folder.resolve("all.yaml");
    try (Writer out = Files.newBufferedWriter(yaml)) {
      YamlWriter.write(new JsonListing(json, "", List.of()), out);
    }
    Peers.requireFile(List.of(PYYAML));
    assertSame(
        json,
        Command.run(
            Peers.requireFile(List.of(PYTHON)),
            "-c",
            "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)",
            yaml));
    assertSame(
        json,
        Command.run(
            "node",
            "-e",
            "const fs = require('fs');"
                + " const yaml = require(process.argv[1]);"
                + " fs.writeSync(1, JSON.stringify(yaml.load(fs.readFileSync(process.argv[2], 'utf8'))));",
            Peers.requireFile(List.of(JS_YAML)),
            yaml));
  }

  private static void assertSame(JsonObject json, Command.Result read) throws IOException {
    byte[] bytes = read.ok().out().getBytes(StandardCharsets.UTF_8);
    List<JsonObject> wanted = json.objects("all");
    List<JsonObject> there = JsonObject.parse(bytes, "what was read").objects("all");
    for (int i = 0; i < wanted.size(); i++) {
      JsonObject one = wanted.get(i);
      assertEquals(one.names().size(), there.get(i).names().size(), one::toString);
      for (String name : one.names()) {
        assertEquals(one.member(name), there.get(i).member(name), one::toString);
      }
    }
    assertEquals(wanted.size(), there.size());
  }

  private static String text(SplittableRandom random) {
    int[] points =
        "ab: -[]{}&*!|>'\"%@#,?\n  01.<~\t\\ux\r\u0000\u001b\u0085\u2028é😀_e+yno"
            .codePoints()
            .toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(random.nextInt(20) == 0 ? 300 : 8); i > 0; i--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }
}
