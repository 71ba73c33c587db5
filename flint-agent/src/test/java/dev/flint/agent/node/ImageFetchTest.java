package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.PullCredentials;
import dev.flint.agent.pod.PullPolicy;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFetchTest {
  @TempDir private Path folder;

  private ImageFetch fetch(String script, String... rules) {
    ChildProgram child =
        new ChildProgram(List.of("/bin/sh", "-c", script, "sh"), folder.resolve("images"));
    FetchCount count = new FetchCount();
    ImageSpace space =
        new ImageSpace(child, folder, new ImageSpace.Rule(100, 100, 0), count, line -> {});
    return new ImageFetch(child, List.of(rules), space, count, line -> {});
  }

  private static PreparedImage image(List<Path> layers) {
    return new PreparedImage(
        Digest.sha256("m".getBytes(StandardCharsets.UTF_8)),
        ImageConfig.of(JsonObject.empty()),
        new PreparedImage.Layers(layers));
  }

  @Test
  void asksNobodyForAPinnedImageUnlessItIsGone() throws Exception {
    Path layer = Files.createDirectory(folder.resolve("layer"));
    Path document = folder.resolve("document");
    Files.write(document, ImageDocument.write(image(List.of())).bytes());
    Path asked = folder.resolve("asked");
    ImageFetch fetch = fetch("echo \"$@\" >" + asked + "; cat " + document);
    PreparedImage pinned = image(List.of(layer));
    assertSame(pinned, fetch.get("lan:1/web:1", pinned, PullCredentials.NONE));
    assertFalse(Files.exists(asked));
    Files.delete(layer);
    fetch.get("lan:1/web:1", pinned, PullCredentials.NONE);
    String said = Files.readString(asked).strip();
    assertTrue(said.endsWith("--pull missing -- lan:1/web@" + pinned.manifest()), said);
  }

  /** Each child is another Java; a hundred pods may come at once. */
  @Test
  void manyAreFetchedTwoAtATime() throws Exception {
    Path document = folder.resolve("document");
    Files.write(document, ImageDocument.write(image(List.of())).bytes());
    Path running = Files.createDirectory(folder.resolve("running"));
    Path seen = folder.resolve("seen");
    ImageFetch fetch =
        fetch(
            // The first waits for another one, however long that takes to begin.
            """
            mkdir %1$s/$$; ls %1$s | wc -l >>%2$s; sleep 0.1
            i=0; until grep -q '[2-9]' %2$s || [ $i = 100 ]; do i=$((i+1)); sleep 0.1; done
            rmdir %1$s/$$; cat %3$s
            """
                .formatted(running, seen, document));
    ExecutorService pods = Executors.newFixedThreadPool(12);
    try {
      List<Callable<PreparedImage>> wishes = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String name = "lan/web:" + i;
        wishes.add(() -> fetch.get(name, PullPolicy.ALWAYS));
      }
      for (Future<PreparedImage> image : pods.invokeAll(wishes)) {
        image.get();
      }
    } finally {
      pods.shutdown();
    }
    List<Integer> counts = new ArrayList<>();
    for (String line : Files.readAllLines(seen)) {
      counts.add(Integer.valueOf(line.strip()));
    }
    assertEquals(12, counts.size());
    assertEquals(2, Collections.max(counts));
  }

  @Test
  void countsWhatTheChildSaysItTook() throws Exception {
    JsonObject document =
        ImageDocument.write(image(List.of()))
            .with("fetched", JsonObject.empty().with("fetchedBytes", 10L).with("reusedBytes", 90L));
    Path file = folder.resolve("document");
    Files.write(file, document.bytes());
    ImageFetch fetch = fetch("cat " + file);
    assertEquals(
        Digest.sha256("m".getBytes(StandardCharsets.UTF_8)),
        fetch.get("lan/web:1", PullPolicy.ALWAYS).manifest());
    fetch.get("lan/web:1", PullPolicy.ALWAYS);
    FetchTotals totals = fetch.totals();
    assertEquals(2, totals.fetches());
    assertEquals(0, totals.failures());
    assertEquals(20, totals.fetchedBytes());
    assertEquals(180, totals.reusedBytes());
    assertTrue(totals.nanos() > 0);
  }

  @Test
  void credentialsReachTheChildWhereNobodyElseSeesThem() throws Exception {
    Path document = folder.resolve("document");
    Files.write(document, ImageDocument.write(image(List.of())).bytes());
    Path told = folder.resolve("told");
    Path asked = folder.resolve("asked");
    ImageFetch fetch =
        fetch(
            "echo \"$@\" >" + asked + "; env >>" + asked + "; cat >" + told + "; cat " + document);
    PullCredentials credentials =
        PullCredentials.NONE
            .with(
                "default/s 1",
                Pods.object(
                    ConfigKind.SECRET,
                    "metadata: {name: s}\nstringData: {.dockercfg: '{\"lan\":{\"auth\":\"x\"}}'}"))
            .orElseThrow();
    fetch.get("lan/web:1", PullPolicy.ALWAYS, credentials);
    assertEquals(
        "{\"secrets\":[{\"id\":\"default/s 1\",\"auths\":{\"lan\":{\"auth\":\"x\"}}}]}",
        Files.readString(told).strip());
    String seen = Files.readString(asked);
    assertTrue(seen.contains("--pull-secrets -- lan/web:1"), seen);
    assertFalse(seen.contains("auth"), seen);
  }

  @Test
  void countsFailures() {
    ImageFetch fetch = fetch("echo 'flint: no such image' >&2; exit 4");
    FlintException e =
        assertThrows(FlintException.class, () -> fetch.get("lan/web:1", PullPolicy.ALWAYS));
    assertEquals("no such image", e.getMessage());
    assertEquals(4, e.code().exitCode());
    assertEquals(1, fetch.totals().failures());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rm \"$3\"/fetch*.err",
        "printf '\\377\\n\\n' >&2",
        "head -c 100000 /dev/zero | tr '\\0' '\\n' >&2"
      })
  void whatTheChildSaidMayBeGoneOrAnything(String script) {
    ImageFetch fetch = fetch(script + "; echo '{\"missingBytes\":5}'; exit 4");
    ChildFailure e =
        assertThrows(ChildFailure.class, () -> fetch.get("lan/web:1", PullPolicy.ALWAYS));
    assertEquals(4, e.code().exitCode());
    assertEquals(5, e.missingBytes());
    assertEquals(
        script.startsWith("printf") ? "\uFFFD" : "image lan/web:1 could not be fetched",
        e.getMessage());
  }

  @Test
  void doesNotCountWhatMayNotBePulled() {
    ImageFetch fetch = fetch("exit 0");
    FlintException e =
        assertThrows(FlintException.class, () -> fetch.get("lan/web:1", PullPolicy.NEVER));
    assertEquals(ErrorCode.NOT_FOUND, e.code());
    assertEquals(FetchTotals.NONE, fetch.totals());
  }

  @Test
  void tellsWhyAnImageIsNotAdmitted() {
    ImageFetch fetch =
        fetch("echo '{\"reason\":\"ImageNotAdmitted\"}'; echo 'flint: no' >&2; exit 10");
    ChildFailure e =
        assertThrows(ChildFailure.class, () -> fetch.get("lan/web:1", PullPolicy.ALWAYS));
    assertEquals("ImageNotAdmitted", e.reason());
    assertEquals("no", e.getMessage());
  }

  @Test
  void withRulesTheChildIsAskedAlsoForWhatIsHere() throws Exception {
    PreparedImage image =
        new PreparedImage(
            Digest.sha256("m".getBytes(StandardCharsets.UTF_8)),
            ImageConfig.of(JsonObject.empty()),
            new PreparedImage.Layers(List.of()));
    String name = Digest.sha256("lan/web:1".getBytes(StandardCharsets.UTF_8)).encoded();
    Path names = Files.createDirectories(folder.resolve("images/names"));
    Files.write(
        names.resolve(name + ".json"),
        JsonObject.empty().with("image", ImageDocument.write(image)).bytes());
    assertEquals(image.manifest(), fetch("exit 1").get("lan/web:1", PullPolicy.NEVER).manifest());
    Path args = folder.resolve("args");
    ImageFetch strict = fetch("echo \"$@\" >" + args + "; exit 10", "--admit-digest-only");
    for (PullPolicy policy : PullPolicy.values()) {
      assertThrows(ChildFailure.class, () -> strict.get("lan/web:1", policy));
    }
    assertEquals(
        "prepare-image --images "
            + folder.resolve("images")
            + " --pull never --admit-digest-only -- lan/web:1\n",
        Files.readString(args, StandardCharsets.UTF_8));
  }

  @Test
  void aFetchWithoutRoomHasRoomMade() throws Exception {
    Path args = folder.resolve("args");
    Path images = Files.createDirectories(folder.resolve("images"));
    ImageFetch fetch =
        fetch(
            "case $1 in prepare-image) echo '{\"missingBytes\":77}'; exit 3;; esac; "
                + "echo \"$@\" >"
                + args
                + ".new; mv "
                + args
                + ".new "
                + args
                + "; echo '{\"images\":1,\"bytes\":99,\"names\":[]}'");
    InstanceStore store = new InstanceStore(folder.resolve("i"), folder.resolve("s"));
    store.open();
    try (Supervisor nobody = new Supervisor(store, Map.of(), Clock.systemUTC(), line -> {})) {
      fetch.space().look(List.of(), nobody);
      assertThrows(FlintException.class, () -> fetch.get("lan/web:1", PullPolicy.ALWAYS));
      fetch.space().look(List.of(), nobody);
      Containerd.await("room is made", () -> fetch.totals().freedBytes() == 99);
    }
    assertEquals(
        "collect-images --state " + folder + " --free 0 --fetch 77 --min-age 0\n",
        Files.readString(args, StandardCharsets.UTF_8));
    assertTrue(Files.isDirectory(images));
  }
}
