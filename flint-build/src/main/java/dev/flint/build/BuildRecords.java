package dev.flint.build;

import dev.flint.build.file.Kind;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Platform;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What was built of which inputs: a small file for each build file, kind and platform, beside the
 * store. Losing one costs building once more. Thread-safe; of several processes the last one wins.
 */
public final class BuildRecords {
  private static final int VERSION = 1;
  private static final int MAX_BYTES = 64 * 1024;

  private final Path folder;

  /** Kept in a folder, which is made when it is needed. */
  public BuildRecords(Path folder) {
    this.folder = folder;
  }

  /** The record of a variant; one that cannot be understood is none. */
  Optional<BuildRecord> find(Path buildFile, Kind kind, Platform platform) throws IOException {
    Path file = file(buildFile, kind, platform);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES);
    }
    try {
      JsonObject json = JsonObject.parse(bytes, "build record " + file);
      if (json.integer("version").orElse(0) != VERSION) {
        return Optional.empty();
      }
      return Optional.of(
          new BuildRecord(
              json.requiredString("look"),
              json.requiredString("content"),
              Descriptor.of(json.object("manifest").orElseThrow(() -> json.missing("manifest")))));
    } catch (FlintException e) {
      return Optional.empty();
    }
  }

  /** Replaces the record of a variant. */
  void put(Path buildFile, Kind kind, Platform platform, BuildRecord record) throws IOException {
    JsonObject json =
        JsonObject.empty()
            .with("version", VERSION)
            .with("file", buildFile.toString())
            .with("variant", kind.id() + " " + platform)
            .with("look", record.look())
            .with("content", record.content())
            .with("manifest", record.manifest().json());
    Files.createDirectories(folder);
    Path file = file(buildFile, kind, platform);
    // Of a process's own, and found again by its number: what a killed one leaves does not grow.
    Path temporary = folder.resolve(file.getFileName() + "." + ProcessHandle.current().pid());
    AtomicFile.write(file, json.bytes(), temporary);
  }

  private Path file(Path buildFile, Kind kind, Platform platform) {
    String key = buildFile + "\n" + kind.id() + "\n" + platform;
    return folder.resolve(Digest.sha256(key.getBytes(StandardCharsets.UTF_8)).encoded() + ".json");
  }
}
