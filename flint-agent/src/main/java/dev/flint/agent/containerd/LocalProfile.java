package dev.flint.agent.containerd;

import dev.flint.agent.backend.ConfigRefused;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Seccomp profiles that an administrator has put on the host, in the words of a runtime spec. */
final class LocalProfile {
  private static final int MAX_BYTES = 1 << 20;

  private LocalProfile() {}

  /**
   * Reads one.
   *
   * @param folder where they are
   * @param name a relative path in it, without {@code ..}; links are the administrator's
   * @throws ConfigRefused if there is none
   * @throws FlintException PROTOCOL if it is no profile
   */
  static JsonObject read(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new ConfigRefused(
          "there is no seccomp profile " + file, "put the profile there, as JSON");
    }
    if (bytes.length > MAX_BYTES) {
      throw new ConfigRefused("the seccomp profile " + file + " has more than 1 MiB", "");
    }
    JsonObject profile = JsonObject.parse(bytes, "seccomp profile " + file);
    profile.requiredString("defaultAction");
    return profile;
  }
}
