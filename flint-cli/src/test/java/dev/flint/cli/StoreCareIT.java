package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.StoreModel.Name;
import dev.flint.cli.StoreModel.There;
import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Digest;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.server.RegistryServer;
import dev.flint.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code flint store gc} and {@code fsck --repair} run over and over beside four processes that
 * pull, push, import, tag, unpack and remove images of one store, and are killed (SIGKILL) at
 * random moments like those. What each process did says what must be there. The choices come from
 * one seed; how the processes interleave does not.
 */
class StoreCareIT {
  private static final long SEED = Long.getLong("flint.seed", 42);

  /** How often gc must have freed something while the others never paused. */
  private static final int COLLECTED = 3;

  private static final int WORKERS = 4;
  private static final Duration LENGTH = Duration.ofSeconds(60);

  @TempDir Path folder;
  private RegistryServer registry;
  private Cli device;

  /** Since when the test runs, by {@code System.nanoTime}. */
  private long start;

  @BeforeEach
  void prepare() throws IOException {
    registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder.resolve("registry"));
    device = new Cli(Files.createDirectory(folder.resolve("device")));
    // Which makes the store.
    device.run("store", "gc").ok();
    Cli publisher = new Cli(Files.createDirectory(folder.resolve("publisher")));
    for (int i = 0; i < StoreWorker.IMAGES; i++) {
      Path disk = folder.resolve("disk" + i);
      makeDisk(disk, i);
      for (int worker = 0; worker < WORKERS; worker++) {
        String ref = repository(worker) + ":v" + i;
        publisher.run("import", "--disk", disk.toString(), ref).ok();
        publisher.run("push", ref).ok();
      }
    }
  }

  /** Most of each disk is in the others too. */
  private static void makeDisk(Path disk, int number) throws IOException {
    DemoGuest.writeRaw(disk, "/hello.so");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      byte[] noise = new byte[2 << 20];
      new Random(SEED).nextBytes(noise);
      file.seek(file.length());
      file.write(noise);
      noise = new byte[1 << 20];
      new Random(SEED + 1 + number).nextBytes(noise);
      file.write(noise);
    }
  }

  @AfterEach
  void stopRegistry() throws IOException {
    registry.close();
  }

  private String repository(int worker) {
    return "localhost:" + registry.address().getPort() + "/care/w" + worker;
  }

  private boolean isOver() {
    return System.nanoTime() - start > LENGTH.toNanos();
  }

  @Test
  void nothingThatIsReferencedIsEverLost() throws Exception {
    start = System.nanoTime();
    List<StoreModel> models = new ArrayList<>();
    CountDownLatch ended = new CountDownLatch(WORKERS);
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Future<?>> all = new ArrayList<>();
    try {
      for (int i = 0; i < WORKERS; i++) {
        int worker = i;
        StoreModel model = new StoreModel();
        models.add(model);
        all.add(
            threads.submit(
                () -> {
                  try {
                    work(worker, model);
                  } finally {
                    ended.countDown();
                  }
                  return null;
                }));
      }
      all.add(
          threads.submit(
              () -> {
                check(ended);
                return null;
              }));
      int collected = collect(ended);
      for (Future<?> one : all) {
        one.get();
      }
      System.out.println("seed " + SEED + ", collected " + collected + " times");
      assertTrue(collected >= COLLECTED, "collected " + collected + " times");
    } finally {
      Files.writeString(folder.resolve("stop"), "");
      threads.shutdown();
      threads.awaitTermination(2, TimeUnit.MINUTES);
    }
    checkAgainst(models);
    checkThatAllCanGo();
  }

  /** Runs a worker, again whenever it was killed. */
  private void work(int worker, StoreModel model) throws Exception {
    Random random = new Random(SEED + 100L * worker);
    int steps = 0;
    while (!isOver()) {
      Process process =
          ChildJvm.start("96m", StoreWorker.class, folder, repository(worker), random.nextLong());
      // So that it dies between two lines, or between two steps of what it does.
      int lines = 6 + random.nextInt(30);
      long moment = random.nextLong(400);
      String[] begun = {};
      try (BufferedReader said =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        String line = said.readLine();
        while (line != null) {
          String[] words = line.split(" ", 3);
          if (words.length < 3) {
            // Killed while it said so.
            break;
          }
          if (words[0].equals("begin")) {
            begun = line.split(" ");
          } else {
            model.ended(begun[1], begun[2], begun[3], Integer.parseInt(words[1]), words[2]);
            begun = new String[0];
            steps++;
          }
          if (--lines == 0 || (isOver() && begun.length == 0)) {
            process.waitFor(moment, TimeUnit.MILLISECONDS);
            // Not the process itself: that would close what it said.
            process.toHandle().destroyForcibly();
          }
          line = said.readLine();
        }
      } finally {
        process.destroyForcibly().waitFor();
      }
      if (begun.length == 4) {
        model.killed(begun[1], begun[2], begun[3]);
      }
    }
    assertTrue(steps > 0, "worker " + worker + " came to nothing");
  }

  /** Collects until the workers have ended; returns how often that came to its end. */
  private int collect(CountDownLatch ended) throws Exception {
    Random random = new Random(SEED);
    int collected = 0;
    while (!ended.await(0, TimeUnit.SECONDS)) {
      Path orphan = addOrphan(collected);
      if (runOnce(random, "store", "gc", "--min-age", "0s", "--partials", "0s")) {
        assertFalse(Files.exists(orphan), device::childLog);
        collected++;
      }
    }
    return collected;
  }

  private Path addOrphan(int number) throws IOException {
    byte[] bytes = ("orphan " + number).getBytes(StandardCharsets.UTF_8);
    Path blobs = Files.createDirectories(device.store().resolve("blobs/sha256"));
    Path whole = Files.write(folder.resolve("orphan"), bytes);
    return Files.move(
        whole, blobs.resolve(Digest.sha256(bytes).encoded()), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Checks until the workers have ended. */
  private void check(CountDownLatch ended) throws Exception {
    Random random = new Random(SEED + 1);
    while (!ended.await(0, TimeUnit.SECONDS)) {
      runOnce(random, "store", "fsck", "--repair");
    }
  }

  /** Runs a command, perhaps to its end; returns whether it came to that. */
  private boolean runOnce(Random random, String... command) throws Exception {
    Process process = device.start(List.of("-XX:+UseSerialGC", "-Xmx96m"), command);
    boolean kill = random.nextInt(4) == 0;
    long moment = random.nextLong(1500);
    if (kill && !process.waitFor(moment, TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
      return false;
    }
    assertEquals(0, process.waitFor(), device::childLog);
    return true;
  }

  private static JsonObject result(String json) throws IOException {
    return JsonObject.parse(json.getBytes(StandardCharsets.UTF_8), "result");
  }

  private void checkAgainst(List<StoreModel> models) throws Exception {
    device.run("store", "fsck").ok();
    Set<String> there = new HashSet<>(device.run("-q", "images").ok().lines().toList());
    there.remove("");
    Set<String> explained = new HashSet<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      for (Map.Entry<String, Name> entry : models.get(worker).names().entrySet()) {
        String ref = repository(worker) + ":" + entry.getKey();
        Name name = entry.getValue();
        if (name.there() != There.MAYBE) {
          assertEquals(name.there() == There.YES, there.contains(ref), ref + " " + there);
        }
        if (there.contains(ref)) {
          Path disk = folder.resolve("at-the-end");
          device.run("unpack", ref, "--to", disk.toString(), "--force").ok();
          assertTrue(name.images().contains(Integer.valueOf(StoreWorker.is(disk, folder))), ref);
          device.run("push", ref).ok();
          explained.add(ref);
        }
      }
    }
    assertEquals(there, explained);
  }

  /** And nothing is kept that nobody needs. */
  private void checkThatAllCanGo() throws Exception {
    for (String ref : device.run("-q", "images").ok().lines().toList()) {
      if (!ref.isEmpty()) {
        device.run("rmi", ref).ok();
      }
    }
    device.run("store", "gc", "--min-age", "0s", "--partials", "0s").ok();
    String json = device.run("store", "du", "-o", "json").ok();
    JsonObject totals = result(json).object("totals").orElseThrow();
    assertEquals(0, totals.integer("storeBytes").orElseThrow(), json);
  }
}
