package dev.flint.agent.containerd;

import dev.flint.agent.cni.NameFiles;
import dev.flint.agent.instance.Extras;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.oci.foreign.Fifo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Files of a run that its container sees: where it finds names, and where it leaves its last words.
 * They are mounted one by one, so nothing in the container can put something else in their place.
 */
final class ContainerFiles {
  /** As much as a kubelet takes, of the end. */
  private static final int MOST_WORDS = 4096;

  private ContainerFiles() {}

  private static Path words(Path run) {
    return run.resolve("last-words");
  }

  /** A FIFO for what is typed to the container, which does not see it. */
  static Path stdin(Path run) {
    return run.toAbsolutePath().resolve("stdin");
  }

  /** All mounts of an instance: these below what else is asked for. */
  static List<Mount> mounts(InstanceSpec spec, InstanceFolder folder) {
    Path run = folder.run();
    List<Mount> all = new ArrayList<>();
    Extras extras = spec.extras();
    if (spec.network() instanceof Network.Cni) {
      all.addAll(NameFiles.mounts(run));
    } else if (spec.network() instanceof Network.Joined joined
        && NameFiles.areIn(other(folder, joined))) {
      all.addAll(NameFiles.mounts(other(folder, joined)));
    } else if (!extras.hosts().isEmpty()) {
      all.add(NameFiles.hostsMount(run));
    }
    all.addAll(spec.mounts());
    if (!extras.wordsFile().isEmpty() && !isTaken(spec.mounts(), extras.wordsFile())) {
      all.add(new Mount(words(run), extras.wordsFile(), false, Mount.Kind.COPY));
    }
    return all;
  }

  /** The run of a container that is known by its instance, as this one is. */
  private static Path other(InstanceFolder folder, Network.Joined joined) {
    return new InstanceFolder(
            joined.instance(),
            folder.root().resolveSibling(joined.instance().text()),
            folder.sockets())
        .run();
  }

  private static boolean isTaken(List<Mount> mounts, String target) {
    for (Mount mount : mounts) {
      if (mount.target().equals(target)) {
        return true;
      }
    }
    return false;
  }

  /** Makes them, before the container is made; those of a network are made by it. */
  static void prepare(ContainerPlan plan, Path run) throws IOException {
    if (!plan.hosts().isEmpty() && plan.network() == null) {
      Files.createDirectories(run);
      NameFiles.writeHosts(run, plan.hosts());
    }
    if (!plan.streams().stdin().isEmpty()) {
      Files.createDirectories(run);
      Files.deleteIfExists(stdin(run));
      Fifo.make(stdin(run));
    }
    if (plan.words()) {
      Files.createDirectories(run);
      Files.write(words(run), new byte[0]);
      // Whoever the container runs as; the folders above are root's.
      Files.setPosixFilePermissions(words(run), PosixFilePermissions.fromString("rw-rw-rw-"));
    }
  }

  /** Adds what a network does not know of, once the container is in it. */
  static void complete(ContainerPlan plan, Path run) throws IOException {
    if (!plan.hosts().isEmpty() && plan.network() != null) {
      NameFiles.addHosts(run, plan.hosts());
    }
  }

  /** What the container has said; why that cannot be read, in the kubelet's words. */
  static String lastWords(Path run) {
    Path file = words(run);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer bytes = ByteBuffer.allocate(MOST_WORDS);
      long from = Math.max(0, channel.size() - MOST_WORDS);
      while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
        // Until it is full or the file ends.
      }
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      return "Error on reading termination log " + file + ": " + e.getMessage();
    }
  }

  static void remove(Path run) throws IOException {
    Files.deleteIfExists(words(run));
    Files.deleteIfExists(stdin(run));
    NameFiles.removeHosts(run);
  }
}
