package dev.flint.capstan;

import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the one disk of an image directory by looking into its files. */
final class DiskFinder {
  private static final String REMEDY = "name the disk file with flint import --disk FILE REF";

  private final Path repository;

  DiskFinder(Path repository) {
    this.repository = repository;
  }

  CapstanDisk find(CapstanName name, Path directory) throws IOException {
    Enclosure enclosure;
    Path real;
    try {
      enclosure = new Enclosure(repository.toRealPath());
      real = enclosure.follow(directory);
    } catch (NoSuchFileException e) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "no image " + name + " in the Capstan repository: there is no " + e.getFile(),
          "set --capstan-root or CAPSTAN_ROOT, or " + REMEDY,
          e);
    }
    if (!Files.isDirectory(real)) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, "no image " + name + ": " + real + " is not a directory", REMEDY);
    }
    return new Search(name, real, enclosure).run();
  }

  /** One look into one directory. */
  private static final class Search {
    private final CapstanName name;
    private final Path directory;
    private final Enclosure enclosure;
    private final Map<Path, DiskInfo> disks = new LinkedHashMap<>();
    private final List<FlintException> refused = new ArrayList<>();
    private final List<String> passedOver = new ArrayList<>();

    Search(CapstanName name, Path directory, Enclosure enclosure) {
      this.name = name;
      this.directory = directory;
      this.enclosure = enclosure;
    }

    CapstanDisk run() throws IOException {
      for (Path file : files()) {
        look(file);
      }
      if (disks.size() > 1) {
        List<String> candidates =
            disks.keySet().stream().map(file -> String.valueOf(file.getFileName())).toList();
        throw new FlintException(
            ErrorCode.USAGE,
            "several disks in image %s: %s in %s"
                .formatted(name, String.join(", ", candidates), directory),
            REMEDY);
      }
      for (Map.Entry<Path, DiskInfo> disk : disks.entrySet()) {
        IndexFile index = IndexFile.read(directory.resolve(IndexFile.NAME), enclosure);
        String note =
            Stream.concat(
                    Stream.of(index.note()).filter(line -> !line.isEmpty()),
                    refused.stream().map(refusal -> "passing over " + refusal.getMessage()))
                .collect(Collectors.joining("; "));
        return new CapstanDisk(name, disk.getKey(), disk.getValue(), index.index(), note);
      }
      if (refused.size() == 1) {
        throw refused.get(0);
      }
      String seen =
          Stream.concat(passedOver.stream(), refused.stream().map(FlintException::getMessage))
              .collect(Collectors.joining(", "));
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "no disk in image %s: looked at %s in %s"
              .formatted(name, seen.isEmpty() ? "an empty directory" : seen, directory),
          REMEDY);
    }

    private List<Path> files() throws IOException {
      List<Path> files = new ArrayList<>(Entries.of(directory));
      files.removeIf(
          entry -> {
            String file = entry.getFileName().toString();
            return file.startsWith(".") || file.endsWith(".cache") || file.equals(IndexFile.NAME);
          });
      return files;
    }

    private void look(Path file) throws IOException {
      Path real;
      try {
        real = enclosure.follow(file);
      } catch (NoSuchFileException e) {
        passedOver.add(file.getFileName() + " (a broken link)");
        return;
      }
      if (Files.isDirectory(real)) {
        // A namespace below the image; its disks are others' images.
        return;
      }
      if (!Files.isRegularFile(real)) {
        passedOver.add(file.getFileName() + " (not a regular file)");
        return;
      }
      // Reading by the resolved path also makes a link and its target one candidate.
      try (FileChannel channel =
          FileChannel.open(real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        DiskInfo info = DiskProbe.probe(channel, real.toString());
        if (info.format() == DiskFormat.RAW && !info.bootSector()) {
          passedOver.add(file.getFileName() + " (no known format, no boot sector)");
        } else {
          disks.put(real, info);
        }
      } catch (FlintException e) {
        if (file.getFileName().toString().startsWith(name.base() + ".")) {
          throw e;
        }
        refused.add(e);
      }
    }
  }
}
