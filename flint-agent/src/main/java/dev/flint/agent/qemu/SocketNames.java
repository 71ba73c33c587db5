package dev.flint.agent.qemu;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The sockets of an instance, in a folder that it shares with others. */
record SocketNames(InstanceFolder folder) {
  /** The longest path of a socket in bytes, from unix(7), less its NUL. */
  private static final int MAX_PATH = 107;

  private static final int HASH_DIGITS = 16;

  /** A socket's path; with a hash for the instance's name if that is too long. */
  Path of(String what) {
    String id = folder.id().text();
    Path path = folder.sockets().resolve(id + "." + what);
    if (path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH) {
      return path;
    }
    // No name of an instance starts like this.
    String hash = Digest.sha256(id.getBytes(StandardCharsets.UTF_8)).encoded();
    return folder.sockets().resolve("_" + hash.substring(0, HASH_DIGITS) + "." + what);
  }
}
