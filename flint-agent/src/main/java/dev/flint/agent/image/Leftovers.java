package dev.flint.agent.image;

import dev.flint.agent.instance.FolderTree;
import dev.flint.agent.rootfs.LayerFolders;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What killed processes left among the images, and what nobody went on fetching for an hour. */
final class Leftovers {
  private static final Duration AGE = Duration.ofHours(1);
  private static final String NEW = ".new";
  private static final String PARTIAL = ".flint-partial";

  private final Path images;
  private final InstantSource clock;

  Leftovers(Path images, InstantSource clock) {
    this.images = images;
    this.clock = clock;
  }

  /** Where content is moved to before it is deleted. */
  static Path removed(Path images) {
    return images.resolve("removed");
  }

  /** Removes them, and returns about how many bytes they were. */
  long remove() throws IOException {
    long freed = 0;
    Path removed = removed(images);
    if (Files.isDirectory(removed)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(removed)) {
        for (Path entry : entries) {
          freed += UnpackedContent.bytes(entry);
          FolderTree.delete(entry);
        }
      }
    }
    return freed + disks() + layers() + blobs() + reports();
  }

  private long disks() throws IOException {
    Path folder = images.resolve(UnpackedContent.DISKS);
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    long freed = 0;
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, "{*" + NEW + ",.*" + NEW + PARTIAL + "}")) {
      for (Path file : files) {
        if (isOld(file)) {
          freed += deleteUnlocked(file);
        }
      }
    }
    return freed;
  }

  /** A disk in the making, unless its fetch holds its lock. */
  private static long deleteUnlocked(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    int start = name.startsWith(".") ? 1 : 0;
    String manifest = name.substring(start, name.indexOf(NEW));
    Path lockFile = file.resolveSibling(manifest + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return 0;
      }
      long bytes = UnpackedContent.bytes(file);
      Files.deleteIfExists(file);
      Files.deleteIfExists(lockFile);
      return bytes;
    }
  }

  private long layers() throws IOException {
    Path folder = images.resolve(UnpackedContent.LAYERS);
    long freed = 0;
    for (Path unfinished : new LayerFolders(folder).unfinished()) {
      long bytes = UnpackedContent.bytes(unfinished);
      freed += LayerFolders.deleteUnfinished(unfinished) ? bytes : 0;
    }
    return freed;
  }

  private long blobs() throws IOException {
    Path store = images.resolve("store");
    if (!Files.isDirectory(store)) {
      return 0;
    }
    try (OciLayout layout = OciLayout.openOrCreate(store)) {
      return new GarbageCollector(layout).clear(AGE).orElse(0L);
    }
  }

  /** What fetches said, whose agent was killed. */
  private long reports() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(images, "fetch*.err")) {
      for (Path file : files) {
        if (isOld(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
    return 0;
  }

  private boolean isOld(Path file) throws IOException {
    try {
      return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
          .toInstant()
          .isBefore(clock.instant().minus(AGE));
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
