package dev.flint.agent.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.image.ImageCollector.Collected;
import dev.flint.agent.image.ImageCollector.Wish;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.StoreLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCollectorTest {
  private static final long ALL = Long.MAX_VALUE;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir private Path folder;
  private Cache cache;

  @BeforeEach
  void cache() {
    cache = new Cache(folder);
  }

  private Collected collect(long bytes, String... keep) throws IOException {
    return collect(new Wish(bytes, 0, Duration.ZERO, List.of(keep)));
  }

  private Collected collect(Wish wish) throws IOException {
    return new ImageCollector(cache.state, cache.images, Clock.systemUTC())
        .collect(wish)
        .orElseThrow();
  }

  @Test
  void forAFetchThatCannotHaveItsRoomNothingIsRemoved() throws IOException {
    cache.instance("one", cache.layers("lan.x/box:1", DAY, "base"));
    cache.layers("lan.x/other:1", DAY.multipliedBy(2), "base", "other", "both");
    cache.layers("lan.x/another:1", DAY, "both");
    cache.disk("lan.x/disk:1", HOUR);
    cache.disk("lan.x/pod:1", DAY);
    long unused = Cache.DISK_BYTES + 2000;
    List<String> keep = List.of("lan.x/pod:1");
    Collected none = collect(new Wish(0, unused + 1, Duration.ZERO, keep));
    assertEquals(new Collected(0, 0, List.of(), unused), none);
    Collected some = collect(new Wish(1, unused + 1, Duration.ZERO, keep));
    assertEquals(1, some.images(), "what the fetch cannot have is not what else is wanted");
    assertEquals(1000, some.bytes());
    Collected all = collect(new Wish(0, unused - 1000, Duration.ZERO, keep));
    assertEquals(unused - 1000, all.bytes());
    assertEquals(-1, all.possible());
    assertTrue(cache.isHere("lan.x/box:1"));
    assertTrue(cache.isHere("lan.x/pod:1"));
  }

  @Test
  void anInstanceWithoutAnImageKeepsNoneAndIsNotInTheWay() throws IOException {
    Path instances = cache.state.resolve("instances");
    Files.createDirectories(instances.resolve("made-just-now"));
    Files.createFile(instances.resolve("file"));
    cache.disk("lan.x/disk:1", DAY);
    assertEquals(1, collect(ALL).images());
  }

  @Test
  void removesTheLeastRecentlyUsedUntilThereIsRoom() throws IOException {
    cache.disk("lan.x/new:1", HOUR);
    cache.disk("lan.x/old:1", DAY);
    cache.disk("lan.x/oldest:1", DAY.multipliedBy(2));
    Collected done = collect(Cache.DISK_BYTES + 1);
    assertEquals(2, done.images());
    assertEquals(2L * Cache.DISK_BYTES, done.bytes());
    assertTrue(done.names().contains("lan.x/oldest:1"), done::toString);
    assertTrue(cache.isHere("lan.x/new:1"));
    assertFalse(cache.isHere("lan.x/old:1"));
    assertEquals(Cache.DISK_BYTES, cache.bytesLeft());
  }

  @Test
  void keepsWhatInstancesPodsAndFetchesUse() throws IOException {
    cache.instance("stopped", cache.disk("lan.x/disk:1", DAY));
    cache.instance("default_web_app", cache.layers("lan.x/box:1", DAY, "base", "box"));
    cache.layers("lan.x/other:1", DAY, "base", "other");
    cache.disk("lan.x/pod:latest", DAY);
    cache.layers("lan.x/idle:1", DAY, "idle", "fetching");
    try (FetchIntent intent =
        FetchIntent.declare(
            cache.images,
            cache.known,
            Set.of(UnpackedContent.layerKey(Cache.digest("layer fetching"))))) {
      Collected done = collect(ALL, "lan.x/pod", "no reference at all");
      assertEquals(2, done.images(), done::toString);
    }
    assertTrue(cache.isHere("lan.x/disk:1"));
    assertTrue(cache.isHere("lan.x/box:1"));
    assertTrue(cache.isHere("lan.x/pod:latest"));
    assertFalse(cache.isHere("lan.x/other:1"));
    assertFalse(Files.exists(cache.layer("other")));
    assertTrue(Files.exists(cache.layer("fetching")));
    assertFalse(Files.exists(cache.layer("idle")));
    collect(ALL, "lan.x/pod");
    assertFalse(Files.exists(cache.layer("fetching")), "the fetch has ended");
  }

  @Test
  void keepsWhatIsReachedByAnotherPath() throws IOException {
    Path link =
        Files.createSymbolicLink(folder.resolveSibling(folder.getFileName() + "-l"), folder);
    try {
      new Cache(link).instance("one", new Cache(link).disk("lan.x/disk:1", DAY));
      collect(ALL);
      assertTrue(cache.isHere("lan.x/disk:1"));
    } finally {
      Files.delete(link);
    }
  }

  @Test
  void removesNothingIfItCannotKnowWhatIsInUse() throws IOException {
    Path document = cache.instance("damaged", cache.disk("lan.x/disk:1", DAY));
    Files.writeString(document, "{", StandardCharsets.UTF_8);
    cache.disk("lan.x/other:1", DAY);
    assertThrows(FlintException.class, () -> collect(ALL));
    assertTrue(cache.isHere("lan.x/disk:1"));
    assertTrue(cache.isHere("lan.x/other:1"));
  }

  @Test
  void goesOnWhereAKilledOneEnded() throws IOException {
    cache.disk("lan.x/unnamed:1", DAY);
    for (KnownImages.Entry entry : cache.known.all()) {
      Files.delete(entry.file());
    }
    Path aside = Files.createDirectories(Leftovers.removed(cache.images).resolve("1"));
    Files.write(aside.resolve("file"), new byte[5000]);
    Collected done = collect(ALL);
    assertEquals(5000 + Cache.DISK_BYTES, done.bytes());
    assertEquals(0, cache.bytesLeft());
  }

  @Test
  void namesGoBeforeWhatTheyLeadTo() throws IOException {
    cache.layers("lan.x/box:1", DAY, "one", "two");
    // So that it fails half way.
    Path inTheWay = Files.createFile(Leftovers.removed(cache.images));
    assertThrows(IOException.class, () -> collect(ALL));
    assertFalse(cache.isHere("lan.x/box:1"));
    assertTrue(cache.known.all().isEmpty());
    assertTrue(Files.exists(cache.layer("one")));
    Files.delete(inTheWay);
    assertEquals(2000, collect(ALL).bytes());
    assertEquals(0, cache.bytesLeft());
  }

  @Test
  void removesWhatKilledFetchesLeft() throws IOException {
    try (OciLayout store = OciLayout.openOrCreate(cache.images.resolve("store"))) {
      store.put(new byte[3000]);
    }
    Path disks = Files.createDirectories(cache.images.resolve(UnpackedContent.DISKS));
    Path old = Files.write(disks.resolve(".abc.new.flint-partial"), new byte[100]);
    Path young = Files.write(disks.resolve(".def.new.flint-partial"), new byte[100]);
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(DAY)));
    Path layer = cache.layer("half");
    Path unfinished = layer.resolveSibling("." + layer.getFileName() + ".unfinished");
    Files.createDirectories(unfinished);
    Files.write(unfinished.resolve("file"), new byte[10]);
    assertEquals(3110, collect(1).bytes());
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(young), "its fetch may go on");
    assertFalse(Files.exists(unfinished));
  }

  @Test
  void whatIsHeldIsThereAndWhatIsGoneCannotBeHeld() throws IOException {
    PreparedImage image = cache.disk("lan.x/disk:1", DAY);
    try (StoreLock.Hold hold = cache.known.hold(image)) {
      // Another process would wait; within one, a second lock of a file is refused.
      assertThrows(IOException.class, () -> collect(ALL));
      assertTrue(KnownImages.isThere(image));
    }
    collect(ALL);
    FlintException e = assertThrows(FlintException.class, () -> cache.known.hold(image));
    assertEquals(ErrorCode.NOT_FOUND, e.code());
  }

  @Test
  void whereThereAreNoImagesNothingIsRemoved() throws IOException {
    assertEquals(0, collect(ALL).images());
  }
}
