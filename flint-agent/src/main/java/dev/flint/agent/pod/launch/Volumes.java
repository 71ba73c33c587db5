package dev.flint.agent.pod.launch;

import dev.flint.agent.instance.FolderTree;
import dev.flint.agent.pod.ConfigObject;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.VolumeSpec;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The volumes of pods on this device: a folder per pod, named by its uid, with mode 0700, so that
 * files in it may have the modes that containers need. Those with a Secret lie in a place of their
 * own, best in memory. All calls may be repeated. Calls about one pod come one after the other.
 */
public final class Volumes {
  /** Of a token that belongs to somebody, as the kubelet has it. */
  private static final int TOKEN_MODE = 0600;

  private final Path plain;
  private final Path secret;
  private final MemoryVolumes memory;

  /**
   * @param plain a folder for all volumes but those with Secrets and those in memory
   * @param secret a folder for those, on tmpfs if there is one; it may be lost at a reboot
   */
  public Volumes(Path plain, Path secret) {
    this(plain, secret, new HostMounts(Path.of("/proc")));
  }

  /** With mounts of others. */
  Volumes(Path plain, Path secret, Mounts mounts) {
    this.plain = plain;
    this.secret = secret;
    this.memory = new MemoryVolumes(mounts);
  }

  /**
   * Makes all volumes of a pod, or brings those made of other objects up to date.
   *
   * @return where each is, by name
   * @throws FlintException NOT_FOUND if an object, key or path of the host is missing
   */
  public Map<String, Path> prepare(PodSpec pod, ConfigObjects objects, HostFacts host)
      throws IOException {
    Map<String, Path> out = new LinkedHashMap<>();
    VolumeOwner owner = VolumeOwner.of(pod);
    for (VolumeSpec volume : pod.volumes()) {
      if (volume instanceof VolumeSpec.EmptyDir empty && empty.memory()) {
        // First: what else is missing comes by itself, and what began before a reboot needs it.
        empty(empty, pod, host, owner);
      }
    }
    for (VolumeSpec volume : pod.volumes()) {
      if (volume instanceof VolumeSpec.HostPath hostPath) {
        out.put(volume.name(), HostPathCheck.check(hostPath, pod.name().name()));
      } else if (volume instanceof VolumeSpec.Files files) {
        Path root = home(files.secret() ? secret : plain, pod).resolve(volume.name());
        new AtomicFolder(root, owner).write(content(files, pod, objects, host, owner));
        out.put(volume.name(), root);
      } else {
        out.put(volume.name(), empty((VolumeSpec.EmptyDir) volume, pod, host, owner));
      }
    }
    return out;
  }

  /** Whether one in memory is not there, so that what was in it is lost, if there was any. */
  public boolean haveLostMemory(PodSpec pod) throws IOException {
    for (VolumeSpec volume : pod.volumes()) {
      if (volume instanceof VolumeSpec.EmptyDir empty
          && empty.memory()
          && !memory.isThere(secret.resolve(pod.uid()).resolve(volume.name()))) {
        return true;
      }
    }
    return false;
  }

  private Path empty(VolumeSpec.EmptyDir volume, PodSpec pod, HostFacts host, VolumeOwner owner)
      throws IOException {
    Path root =
        volume.memory()
            ? memory.make(home(secret, pod).resolve(volume.name()), volume, pod, host)
            : home(plain, pod).resolve(volume.name());
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      scratch(root, owner);
    }
    return root;
  }

  /** An empty folder that all may write to, there as a whole or not at all. */
  private static void scratch(Path root, VolumeOwner owner) throws IOException {
    // No volume has such a name.
    Path next = root.resolveSibling("." + root.getFileName());
    Files.deleteIfExists(next);
    Files.createDirectory(next);
    Files.setPosixFilePermissions(next, AtomicFolder.permissions(0777));
    owner.giveFolder(next, true);
    Files.move(next, root, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Forgets the volumes of a pod whose containers are gone; paths of the host stay. */
  public void remove(String uid) throws IOException {
    for (Path parent : List.of(plain, secret)) {
      Path home = parent.resolve(uid);
      if (Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
        delete(home);
      }
    }
  }

  /**
   * Forgets the volumes of all pods but these.
   *
   * @param warnings is told what is left, and why
   */
  public void keepOnly(Set<String> uids, Consumer<String> warnings) {
    for (Path parent : List.of(plain, secret)) {
      if (!Files.isDirectory(parent)) {
        continue;
      }
      try (DirectoryStream<Path> homes = Files.newDirectoryStream(parent)) {
        for (Path home : homes) {
          if (!uids.contains(String.valueOf(home.getFileName()))) {
            forget(home, warnings);
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        warnings.accept("volumes in " + parent + " are left: " + e.getMessage());
      }
    }
  }

  private void delete(Path home) throws IOException {
    memory.release(home);
    FolderTree.delete(home);
  }

  private void forget(Path home, Consumer<String> warnings) {
    try {
      delete(home);
    } catch (IOException | DirectoryIteratorException e) {
      warnings.accept("volumes of a pod that is gone are left: " + home + ": " + e.getMessage());
    }
  }

  private static Path home(Path parent, PodSpec pod) throws IOException {
    Path home = parent.resolve(pod.uid());
    Files.createDirectories(home);
    Files.setPosixFilePermissions(home, AtomicFolder.permissions(0700));
    return home;
  }

  private static FileSet content(
      VolumeSpec.Files volume,
      PodSpec pod,
      ConfigObjects objects,
      HostFacts host,
      VolumeOwner owner)
      throws FlintException {
    FileSet out = new FileSet();
    for (VolumeSpec.Projection source : volume.sources()) {
      if (source instanceof VolumeSpec.Downward downward) {
        String text = DownwardText.of(downward.source(), new PodValues(pod, host));
        int mode = downward.mode() < 0 ? volume.mode() : downward.mode();
        out.add(downward.path(), text.getBytes(StandardCharsets.UTF_8), mode);
      } else if (source instanceof VolumeSpec.Token token) {
        int mode = owner.isSaid() ? TOKEN_MODE : volume.mode();
        out.add(token.path(), token(token, volume, pod, objects), mode, owner.user());
      } else {
        keys((VolumeSpec.Keys) source, volume, pod, objects, out);
      }
    }
    return out;
  }

  private static byte[] token(
      VolumeSpec.Token token, VolumeSpec.Files volume, PodSpec pod, ConfigObjects objects)
      throws FlintException {
    Optional<String> text = objects.token(token);
    if (text.isEmpty()) {
      throw missing(
          "token of serviceaccount \"" + pod.access().serviceAccount() + "\"",
          volume,
          pod,
          objects.whyNot(token));
    }
    return text.get().getBytes(StandardCharsets.UTF_8);
  }

  private static void keys(
      VolumeSpec.Keys source,
      VolumeSpec.Files volume,
      PodSpec pod,
      ConfigObjects objects,
      FileSet out)
      throws FlintException {
    ObjectName name = new ObjectName(pod.name().namespace(), source.name());
    String what = source.kind().word() + " \"" + source.name() + "\"";
    Optional<ConfigObject> object = objects.find(source.kind(), name);
    if (object.isEmpty()) {
      if (source.optional() && objects.isAbsent(source.kind(), name)) {
        return;
      }
      throw missing(what, volume, pod, objects.whyNot(source.kind(), name));
    }
    if (source.items().isEmpty()) {
      for (String key : object.get().keys()) {
        out.add(key, object.get().bytes(key).orElseThrow(), volume.mode());
      }
    }
    for (VolumeSpec.Item item : source.items()) {
      Optional<byte[]> bytes = object.get().bytes(item.key());
      if (bytes.isPresent()) {
        out.add(item.path(), bytes.get(), item.mode() < 0 ? volume.mode() : item.mode());
      } else if (!source.optional()) {
        throw missing(what, volume, pod, "has no key \"" + item.key() + "\"");
      }
    }
  }

  private static FlintException missing(
      String what, VolumeSpec.Files volume, PodSpec pod, String problem) {
    return new FlintException(
        ErrorCode.NOT_FOUND,
        "pod " + pod.name().name() + ": volume " + volume.name() + ": " + what + " " + problem);
  }
}
