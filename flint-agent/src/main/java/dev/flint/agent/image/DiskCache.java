package dev.flint.agent.image;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.PreparedImage.Disk;
import dev.flint.oci.Digest;
import dev.flint.oci.delta.DiskSeed;
import dev.flint.oci.delta.Seed;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.image.DiskPull;
import dev.flint.oci.image.DiskPull.Pulled;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.AtomicFile;
import dev.flint.oci.store.FreeSpace;
import dev.flint.oci.store.OutputFile;
import dev.flint.oci.store.PatientLock;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.ImageSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Disks by the digest of their own bytes, whatever image they came in, for reading only. A new one
 * is written as it arrives, takes from the others what they have, and is there when it is whole.
 */
final class DiskCache {
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final int BUFFER = 128 * 1024;
  private static final String SUFFIX = UnpackedContent.DISK_SUFFIX;

  /** More would take longer to read than they save. */
  private static final int MAX_SEEDS = 4;

  private final Path folder;
  private final DiskPull pull;

  DiskCache(Path images, DiskPull pull) {
    this.folder = images.resolve(UnpackedContent.DISKS);
    this.pull = pull;
  }

  /** A disk, and what it took to get it. */
  record Got(Disk disk, Fetched fetched) {}

  /** The disk of an image, which is fetched if it is not there. */
  Got get(ImageSource source, DiskImage image, ProgressListener progress) throws IOException {
    Files.createDirectories(folder);
    Optional<Digest> announced = image.diskDigest();
    if (announced.isPresent() && Files.isRegularFile(file(announced.get()))) {
      return new Got(found(announced.get()), Fetched.NOTHING);
    }
    String manifest = image.manifest().document().digest().encoded();
    try (FileChannel lock =
            FileChannel.open(
                folder.resolve(manifest + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held =
            PatientLock.acquire(lock, PATIENCE)
                .orElseThrow(
                    () ->
                        new FlintException(
                            ErrorCode.LOCAL_IO,
                            "another process has fetched the image for " + PATIENCE,
                            "wait for it to end, or end it"))) {
      if (held.isValid() && announced.isPresent() && Files.isRegularFile(file(announced.get()))) {
        return new Got(found(announced.get()), Fetched.NOTHING);
      }
      return fetch(source, image, folder.resolve(manifest + ".new"), progress);
    } finally {
      Files.deleteIfExists(folder.resolve(manifest + ".lock"));
    }
  }

  /** What the image needs of what is unpacked here, as far as it says so. */
  static Set<String> keys(DiskImage image) throws IOException {
    Optional<Digest> announced = image.diskDigest();
    return announced.isPresent() ? Set.of(UnpackedContent.diskKey(announced.get())) : Set.of();
  }

  /** The disk of an image, if it is here under the digest the image announces. */
  Optional<PreparedImage.Content> here(DiskImage image) throws IOException {
    Optional<Digest> announced = image.diskDigest();
    return announced.isPresent() && Files.isRegularFile(file(announced.get()))
        ? Optional.of(found(announced.get()))
        : Optional.empty();
  }

  private Got fetch(ImageSource source, DiskImage image, Path aside, ProgressListener progress)
      throws IOException {
    FreeSpace space = new FreeSpace();
    Pulled pulled;
    Digest digest;
    try (OutputFile file = OutputFile.resume(aside, true);
        Seeds seeds = Seeds.of(folder)) {
      try {
        pulled =
            pull.pull(
                source,
                image,
                file.channel(),
                seeds.seeds(),
                progress,
                bytes -> space.require(folder, bytes));
      } catch (FlintException e) {
        if (e.code() == ErrorCode.NETWORK) {
          file.keep();
        }
        throw e;
      }
      Optional<Digest> announced = image.diskDigest();
      digest = announced.isPresent() ? announced.get() : digestOf(file.channel());
      file.publish();
    }
    Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("r--r--r--"));
    AtomicFile.publish(aside, file(digest));
    return new Got(disk(digest, pulled.disk()), pulled.fetched());
  }

  private Disk found(Digest digest) throws IOException {
    try (FileChannel channel = FileChannel.open(file(digest))) {
      return disk(digest, DiskProbe.probe(channel, "disk " + digest));
    }
  }

  private Disk disk(Digest digest, DiskInfo info) {
    return new Disk(file(digest), info.format(), digest, info.virtualSize());
  }

  private Path file(Digest digest) {
    return folder.resolveSibling(UnpackedContent.diskKey(digest));
  }

  private static Digest digestOf(FileChannel file) throws IOException {
    MessageDigest hasher = Digest.sha256Hasher();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long position = 0;
    for (int n = file.read(buffer, position); n > 0; n = file.read(buffer, position)) {
      hasher.update(buffer.array(), 0, n);
      position += n;
      buffer.clear();
    }
    return Digest.of(hasher.digest());
  }

  /** Disks that are there, newest first, open. */
  private record Seeds(List<FileChannel> channels) implements Closeable {
    static Seeds of(Path folder) throws IOException {
      List<Path> disks = new ArrayList<>();
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
        files.forEach(disks::add);
      }
      disks.sort((a, b) -> Long.compare(b.toFile().lastModified(), a.toFile().lastModified()));
      Seeds seeds = new Seeds(new ArrayList<>());
      for (Path disk : disks.subList(0, Math.min(MAX_SEEDS, disks.size()))) {
        try {
          seeds.channels.add(FileChannel.open(disk));
        } catch (NoSuchFileException e) {
          // Removed to make room just now.
        }
      }
      return seeds;
    }

    List<Seed> seeds() {
      return channels.stream().<Seed>map(DiskSeed::new).toList();
    }

    @Override
    public void close() throws IOException {
      for (FileChannel channel : channels) {
        channel.close();
      }
    }
  }
}
