package dev.flint.cli.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.Cli;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.registry.server.RegistryServer;
import dev.flint.testing.Command;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Progress of pulls in a real terminal, and where there is none. */
@Timeout(240)
final class ProgressIT {
  private static final int SIZE = 2 << 20;

  /** A pull that takes some seconds, and one that is ended before it is over. */
  private static final String SOME_SECONDS = "400K";

  private static final String LONG = "60K";

  /** A pull that could be drawn for two seconds, which nobody looks at. */
  private static final String TWO_SECONDS = "1M";

  @TempDir static Path shared;
  @TempDir Path folder;

  private static RegistryServer registry;
  private static String reference;
  private static String layer;

  @BeforeAll
  static void push() throws IOException {
    registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), shared.resolve("data"));
    reference = "127.0.0.1:" + registry.address().getPort() + "/p/d:1";
    Cli developer = new Cli(Files.createDirectory(shared.resolve("developer")));
    byte[] bytes = new byte[SIZE];
    new Random(SIZE).nextBytes(bytes);
    try (OciLayout store = OciLayout.openOrCreate(developer.store())) {
      Document image =
          TestImages.handMade(
              store, MediaType.OCI_LAYER_TAR, bytes, TestImages.config(Digest.sha256(bytes)));
      layer = Manifest.of(image).layers().get(0).digest().encoded();
      new LayoutImages(store).tag(Reference.parse(reference), image);
    }
    developer.run("push", reference).ok();
  }

  @AfterAll
  static void stop() throws IOException {
    registry.close();
  }

  private Path raw() {
    return folder.resolve("raw");
  }

  private Map<String, String> env() {
    Map<String, String> env = new TreeMap<>();
    env.put("HOME", folder.toString());
    env.put("PATH", Distribution.built().launcher().getParent() + ":/usr/bin:/bin");
    env.put("JAVA_HOME", System.getProperty("java.home", ""));
    return env;
  }

  private Tmux terminal(int columns) {
    return Tmux.start(folder, columns, env(), raw());
  }

  private static String pull(String rate) {
    return "flint pull --limit-rate " + rate + " " + reference;
  }

  private static boolean isLine(String row) {
    return row.matches("(" + layer.substring(0, 8) + "|total ).* [0-9]+%.*");
  }

  /** Two lines at the end: one of the layer, one of all together, both within the window. */
  private static boolean showsProgress(List<String> rows, int columns) {
    int end = rows.size();
    return end > 2
        && rows.get(end - 2).startsWith(layer.substring(0, 8))
        && rows.get(end - 1).startsWith("total ")
        && isLine(rows.get(end - 2))
        && isLine(rows.get(end - 1))
        && rows.get(end - 1).length() < columns;
  }

  private static long lines(List<String> rows) {
    return rows.stream().filter(ProgressIT::isLine).count();
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 80, 200})
  void aLineForEachBlobAndATotalWhichLeaveNothingBehind(int columns) {
    try (Tmux terminal = terminal(columns)) {
      terminal.type(pull(SOME_SECONDS));
      List<String> rows = terminal.await(now -> showsProgress(now, columns));
      assertEquals(2, lines(rows), rows.toString());
      terminal.await(
          now -> showsProgress(now, columns) && now.get(now.size() - 1).contains("left"));
      rows = terminal.awaitPrompt();
      assertEquals(0, lines(rows), rows.toString());
      String all = String.join("", rows);
      assertTrue(all.contains(layer.substring(0, 12) + "  2.0 MiB in "), all);
      assertTrue(all.contains("total  2.0 MiB in ") && all.contains("  2 items"), all);
      assertTrue(all.contains(reference + "@sha256:"), all);
      assertTrue(terminal.isAsItWas());
    }
  }

  @Test
  void aWindowOfAnotherSizeIsFilledAnew() {
    try (Tmux terminal = terminal(200)) {
      // At the end of a full window, where people are. Of one that is nearly empty, tmux puts the
      // uppermost rows out of reach, though there is room below.
      terminal.type("seq 40; " + pull(LONG));
      terminal.await(rows -> showsProgress(rows, 200) && rows.get(rows.size() - 1).contains("["));
      for (int columns : new int[] {40, 120, 33, 80}) {
        terminal.resize(columns);
        List<String> rows =
            terminal.await(now -> showsProgress(now, columns) && isOf(now, columns));
        assertEquals(2, lines(rows), columns + ": " + String.join("\n", rows));
      }
      terminal.interrupt();
      List<String> rows = terminal.awaitPrompt();
      assertEquals(0, lines(rows), rows.toString());
    }
  }

  /** A bar where there is room for one. */
  private static boolean isOf(List<String> rows, int columns) {
    return rows.get(rows.size() - 1).contains("[") == columns >= 80;
  }

  @Test
  void controlCGivesTheTerminalBack() throws IOException {
    try (Tmux terminal = terminal(80)) {
      terminal.type("stty -a >~/before");
      terminal.awaitPrompt();
      terminal.type(pull(LONG) + "; echo exit $?");
      terminal.await(rows -> showsProgress(rows, 80));
      terminal.interrupt();
      List<String> rows = terminal.awaitPrompt();
      assertEquals(0, lines(rows), rows.toString());
      assertFalse(String.join("", rows).contains("%"), rows.toString());
      assertTrue(terminal.isAsItWas());
      terminal.type("stty -a >~/after; flint images -q | wc -l >~/images; echo over");
      terminal.await(now -> now.contains("over"));
    }
    assertEquals(
        Files.readString(folder.resolve("before")), Files.readString(folder.resolve("after")));
    assertEquals("0", Files.readString(folder.resolve("images")).strip());
  }

  @Test
  void aSignalGivesTheTerminalBack() throws IOException {
    try (Tmux terminal = terminal(80)) {
      terminal.type(pull(LONG) + " & echo $! >~/pid; wait; echo exit $?");
      terminal.await(rows -> showsProgress(rows, 80));
      Command.run("kill", "-TERM", Files.readString(folder.resolve("pid")).strip()).ok();
      List<String> rows = terminal.await(now -> now.contains("exit 0"));
      assertEquals(0, lines(rows), rows.toString());
      assertTrue(terminal.isAsItWas());
    }
  }

  @Test
  void anErrorStandsOnALineOfItsOwn() throws IOException {
    try (Tmux terminal = terminal(80)) {
      // The disk is full after 1 MiB of it.
      terminal.type("ulimit -f 2048; " + pull("300K") + "; echo exit $?");
      terminal.await(rows -> showsProgress(rows, 80));
      List<String> rows = terminal.await(now -> now.contains("exit 3"));
      assertEquals(0, lines(rows), rows.toString());
      assertTrue(rows.stream().anyMatch(row -> row.startsWith("flint: ")), rows.toString());
      assertTrue(terminal.isAsItWas());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TERM=dumb %s",
        "env -u TERM %s",
        "CI=true %s",
        "%s 2>&1 | cat",
        "%s --progress plain",
        "%s 2>aside; cat aside"
      })
  void whereNobodyDrawsThereAreWholeLines(String how) throws IOException {
    try (Tmux terminal = terminal(200)) {
      terminal.type(how.formatted(pull(TWO_SECONDS)) + "; echo over");
      List<String> rows = terminal.await(now -> now.contains("over"));
      assertTrue(rows.stream().anyMatch(row -> row.startsWith("total  2.0 MiB in ")), rows + "");
    }
    assertFalse(Files.readString(raw()).contains("\u001b"), "plain text only");
  }

  @Test
  void drawsInNoColour() throws IOException {
    try (Tmux terminal = terminal(80)) {
      terminal.type("NO_COLOR=1 " + pull(SOME_SECONDS));
      terminal.await(rows -> showsProgress(rows, 80));
      terminal.awaitPrompt();
    }
    String said = Files.readString(raw());
    assertTrue(said.contains("\u001b[J"), "it did draw");
    assertFalse(said.matches("(?s).*\u001b\\[[0-9;]*m.*"), said);
  }

  @Test
  void programsGetEventsAndNothingElse() throws Exception {
    Launch launch = new Launch(folder);
    Launch.Result pulled =
        launch.run(
            Distribution.built().launcher(),
            "pull",
            "--progress",
            "json",
            "--limit-rate",
            SOME_SECONDS,
            reference);
    assertEquals(0, pulled.exit(), pulled.err());
    assertTrue(pulled.out().startsWith(reference + "@sha256:"), pulled.out());
    List<JsonObject> events = events(pulled.err());
    JsonObject last = events.get(events.size() - 1);
    assertEquals("total", last.requiredString("event"));
    assertEquals(last.integer("totalBytes"), last.integer("bytes"));
    TreeSet<String> kinds = new TreeSet<>();
    long before = 0;
    for (JsonObject event : events) {
      kinds.add(event.requiredString("event"));
      long time = event.integer("ms").orElseThrow();
      assertTrue(time >= before, pulled.err());
      before = time;
    }
    assertEquals(List.of("advanced", "finished", "started", "total"), List.copyOf(kinds));

    Launch.Result failed =
        launch.run(
            Distribution.built().launcher(), "pull", "--progress", "json", reference + "-missing");
    JsonObject error = events(failed.err()).get(0);
    assertEquals("error", error.requiredString("event"));
    assertEquals("NOT_FOUND", error.requiredString("code"));
    assertEquals(failed.exit(), error.integer("exitCode").orElseThrow());
  }

  private static List<JsonObject> events(String text) throws IOException {
    List<JsonObject> events = new ArrayList<>();
    for (String line : text.lines().toList()) {
      events.add(JsonObject.parse(line.getBytes(UTF_8), "event"));
    }
    return events;
  }
}
