package dev.flint.agent.pod.watch;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A copy of each pod file as it was when it was last well, for an agent that begins with one that
 * is broken. Confined to one thread.
 */
public final class PodCopies {
  private static final String NEW = ".new";

  private final Path folder;
  private final Consumer<String> warnings;
  private String said = "";

  /**
   * Kept in a folder, which need not be there.
   *
   * @param warnings is told what cannot be kept
   */
  public PodCopies(Path folder, Consumer<String> warnings) {
    this.folder = folder;
    this.warnings = warnings;
  }

  /**
   * Keeps a file that is well, if it is not kept already.
   *
   * @return false if it cannot be now
   */
  boolean keep(Path file, byte[] bytes) {
    Path copy = copy(file);
    try {
      // There may be Secrets in it.
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      AtomicFile.update(copy, bytes, folder.resolve(copy.getFileName() + NEW));
      said = "";
      return true;
    } catch (IOException e) {
      warn("no copy of pod file " + file.getFileName() + " can be kept: " + FlintException.line(e));
      return false;
    }
  }

  /** What was in a file when it was last well; nothing if nobody knows. */
  FileContent find(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(copy(file));
      FileContent kept = FileContent.read(bytes, String.valueOf(file.getFileName()));
      if (kept.pods().isEmpty() && kept.objects().isEmpty()) {
        return FileContent.EMPTY;
      }
      return new FileContent(
          kept.pods(), kept.objects(), List.of("what it said when it was last well still holds"));
    } catch (NoSuchFileException e) {
      return FileContent.EMPTY;
    } catch (IOException e) {
      warn(
          "the copy of pod file "
              + file.getFileName()
              + " cannot be read: "
              + FlintException.line(e));
      return FileContent.EMPTY;
    }
  }

  /** Has the copy of a file that was moved go with it. */
  void move(Path from, Path to) {
    try {
      if (Files.exists(copy(from))) {
        AtomicFile.publish(copy(from), copy(to));
      }
    } catch (IOException e) {
      warn("the copy of pod file " + from.getFileName() + " is left: " + FlintException.line(e));
    }
  }

  /** Forgets all files but these. */
  void keepOnly(Collection<Path> files) {
    Set<Path> wanted = new HashSet<>();
    for (Path file : files) {
      wanted.add(copy(file));
    }
    try {
      for (Path copy : all()) {
        if (!wanted.contains(copy)) {
          Files.deleteIfExists(copy);
        }
      }
    } catch (IOException e) {
      warn("copies of pod files that are gone are left: " + FlintException.line(e));
    }
  }

  private List<Path> all() throws IOException {
    List<Path> all = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        entries.forEach(all::add);
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return all;
  }

  /** Each second would be too often. */
  private void warn(String text) {
    if (!text.equals(said)) {
      said = text;
      warnings.accept(text);
    }
  }

  /** By its whole path: a file of another folder is another one. */
  private Path copy(Path file) {
    byte[] path = file.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
    return folder.resolve(Digest.sha256(path).encoded());
  }
}
