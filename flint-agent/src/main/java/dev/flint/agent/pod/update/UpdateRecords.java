package dev.flint.agent.pod.update;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.ObjectName;
import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The records of all pods, a file for each, which is there as a whole or not at all. Only the agent
 * writes; other processes may ask what is kept.
 */
public final class UpdateRecords {
  private static final String SUFFIX = ".json";
  private static final String BROKEN = ".broken";

  private final Path folder;

  /** Kept in a folder, which need not be there. */
  public UpdateRecords(Path folder) {
    this.folder = folder;
  }

  /**
   * What is kept of a pod.
   *
   * @throws FlintException PROTOCOL if its file cannot be understood
   */
  public UpdateRecord read(ObjectName name) throws IOException {
    Path file = file(name);
    try {
      return UpdateDocument.read(document(file));
    } catch (NoSuchFileException e) {
      return UpdateRecord.none(name);
    } catch (FlintException e) {
      throw broken(file, e);
    }
  }

  /**
   * Moves a record that cannot be understood out of the way, for people to look at.
   *
   * @return where it is
   */
  public Path moveAside(ObjectName name) throws IOException {
    Path file = file(name);
    Path aside = file.resolveSibling(file.getFileName() + BROKEN);
    AtomicFile.publish(file, aside);
    return aside;
  }

  /** Keeps it in place of what was kept of this pod. */
  public void keep(UpdateRecord record) throws IOException {
    if (record.equals(UpdateRecord.none(record.name()))) {
      remove(record.name());
      return;
    }
    Files.createDirectories(folder);
    Path file = file(record.name());
    AtomicFile.write(
        file,
        UpdateDocument.write(record).bytes(),
        file.resolveSibling(file.getFileName() + ".new"));
  }

  /** Forgets a pod. */
  public void remove(ObjectName name) throws IOException {
    if (Files.deleteIfExists(file(name))) {
      AtomicFile.syncFolder(folder);
    }
  }

  /** Forgets all pods but these. */
  public void keepOnly(Set<ObjectName> names) throws IOException {
    Set<Path> wanted = new HashSet<>();
    for (ObjectName name : names) {
      wanted.add(file(name));
    }
    for (Path file : files()) {
      if (!wanted.contains(file)) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * The images that a pod may be brought up from without its registry: those of what is gone back
   * to, and of what is being tried. They and their content must stay.
   *
   * @throws IOException if a record cannot be read; then nobody knows
   */
  public List<PreparedImage> keptImages() throws IOException {
    List<PreparedImage> kept = new ArrayList<>();
    for (Path file : files()) {
      try {
        JsonObject record = document(file);
        for (String member : List.of("good", "trial")) {
          JsonObject pod = record.object(member).orElse(JsonObject.empty());
          kept.addAll(UpdateDocument.images(pod).values());
        }
      } catch (NoSuchFileException e) {
        // Its pod was removed just now.
      } catch (FlintException e) {
        throw broken(file, e);
      }
    }
    return kept;
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          if (String.valueOf(entry.getFileName()).endsWith(SUFFIX)) {
            files.add(entry);
          }
        }
      }
    }
    return files;
  }

  private static JsonObject document(Path file) throws IOException {
    return JsonObject.parse(Files.readAllBytes(file), "it");
  }

  private static FlintException broken(Path file, FlintException e) {
    return new FlintException(
        e.code(), "record of a pod " + file + ": " + e.getMessage(), "remove it", e);
  }

  /** A name and namespace together may be longer than a file's name. */
  private Path file(ObjectName name) {
    byte[] text = name.toString().getBytes(StandardCharsets.UTF_8);
    return folder.resolve(Digest.sha256(text).encoded() + SUFFIX);
  }
}
