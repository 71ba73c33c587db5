package dev.flint.agent;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent keeps all it knows, and the sockets that belong to it.
 *
 * @param root absolute
 * @param sockets a folder with a short path, a different one for each root
 */
public record StateFolder(Path root, Path sockets) {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /** Where logind keeps what it deletes when its user has logged out. */
  private static final Path UNTIL_LOGOUT = Path.of("/run/user");

  /** In the root: the path of the sockets' folder. */
  private static final String SOCKETS = "sockets";

  /**
   * The folders for a root. Its sockets stay where its last agent had them, so that clients find
   * them whatever their environment says.
   *
   * @param env of the process: new sockets go below {@code XDG_RUNTIME_DIR}, unless that is a
   *     folder which ends with a login, else {@code /run} for root, else {@code /tmp}
   */
  public static StateFolder of(Path root, Map<String, String> env) throws IOException {
    Path absolute = root.toAbsolutePath().normalize();
    String key =
        Digest.sha256(absolute.toString().getBytes(StandardCharsets.UTF_8))
            .encoded()
            .substring(0, 12);
    String name = "flint-" + key;
    Path kept = keptSockets(absolute, name);
    return new StateFolder(absolute, kept == null ? runtimeFolder(env).resolve(name) : kept);
  }

  /** Not those of a folder that this one is a copy of, nor where there can be none any more. */
  private static @Nullable Path keptSockets(Path root, String name) {
    try {
      String text = Files.readString(root.resolve(SOCKETS), StandardCharsets.UTF_8);
      Path kept = text.indexOf('\0') < 0 ? Path.of(text) : Path.of("");
      Path parent = kept.getParent();
      boolean usable = kept.isAbsolute() && kept.endsWith(name) && parent != null;
      return usable && Files.isWritable(parent) ? kept : null;
    } catch (IOException e) {
      // No agent was here yet.
      return null;
    }
  }

  /** Has those who come later find the sockets. For the one agent. */
  void keepSockets() throws IOException {
    Path file = root.resolve(SOCKETS);
    // On a full disk an agent that was here before still starts: it makes room.
    AtomicFile.update(
        file,
        sockets.toString().getBytes(StandardCharsets.UTF_8),
        file.resolveSibling(SOCKETS + ".new"));
  }

  /** The folders of a user's own agent. */
  public static StateFolder usual(Map<String, String> env) throws IOException {
    return of(FlintHome.of(env).resolve("agent"), env);
  }

  private static Path runtimeFolder(Map<String, String> env) {
    String runtime = env.getOrDefault("XDG_RUNTIME_DIR", "");
    // It may name a folder that is gone, or somebody else's, as after su.
    if (!runtime.isEmpty()
        && Files.isWritable(Path.of(runtime))
        && !Path.of(runtime).normalize().startsWith(UNTIL_LOGOUT)) {
      return Path.of(runtime);
    }
    Path run = Path.of("/run");
    return Files.isWritable(run) ? run : Path.of("/tmp");
  }

  /** The folder of the instances. */
  public Path instances() {
    return root.resolve("instances");
  }

  /** The folder of one instance, which need not exist. */
  public InstanceFolder folder(InstanceId id) {
    return new InstanceFolder(id, instances().resolve(id.text()), sockets);
  }

  /** The folder of unpacked images. */
  public Path images() {
    return root.resolve("images");
  }

  /** The folder of what pods are gone back to. */
  public Path updates() {
    return root.resolve("updates");
  }

  /** The folder of pod files as they were when they were well. */
  public Path podFiles() {
    return root.resolve("pod-files");
  }

  /** The folder of why pods have failed. */
  public Path failures() {
    return root.resolve("failures");
  }

  /** What an agent writes about itself. */
  public Path log() {
    return root.resolve("agent.log");
  }

  /** Held by the one agent. */
  public Path lock() {
    return root.resolve("agent.lock");
  }

  /** Whether an agent has it now, be it that it does not listen yet. */
  public boolean isTaken() throws IOException {
    if (!Files.exists(lock())) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(lock(), StandardOpenOption.WRITE)) {
      return channel.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      // An agent of this process.
      return true;
    }
  }

  /** Where the agent listens. */
  public Path socket() {
    return sockets.resolve("agent.sock");
  }

  /** Removes the agent's socket, and the folder of sockets if it was the last one. */
  void removeSockets() throws IOException {
    Files.deleteIfExists(socket());
    try {
      Files.deleteIfExists(sockets);
    } catch (DirectoryNotEmptyException e) {
      // Those of guests that go on running.
    }
  }

  /**
   * Makes the folders, for their owner alone.
   *
   * @throws FlintException POLICY if the sockets' folder is somebody else's
   */
  public void create() throws IOException {
    Files.createDirectories(root);
    Files.setPosixFilePermissions(root, OWNER_ONLY);
    try {
      Files.createDirectory(sockets, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      // Anyone may make folders in /tmp.
      PosixFileAttributes there =
          Files.readAttributes(sockets, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!there.isDirectory()
          || !there.permissions().equals(OWNER_ONLY)
          || !there.owner().equals(Files.getOwner(root))) {
        throw new FlintException(
            ErrorCode.POLICY,
            sockets + " is there and is not a folder for its owner alone",
            "remove it, or set XDG_RUNTIME_DIR");
      }
    }
  }
}
