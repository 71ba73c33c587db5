package dev.flint.agent.containerd;

import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A launch plan of a container, as a document and back.
 *
 * @param streams a FIFO for input, files for output
 * @param network how it is put into a network of CNI; null without one
 * @param hosts what is added to its names
 * @param words whether it has a file for its last words
 * @param peer whose namespaces it has; null if it has its own
 */
record ContainerPlan(
    String id,
    JsonObject spec,
    List<RootMount> rootfs,
    ExecStreams streams,
    int stopSignal,
    @Nullable JsonObject network,
    List<String> hosts,
    boolean words,
    @Nullable Peer peer) {
  /** What the kernel takes as the options of a mount, less what containerd leaves itself. */
  private static final int MAX_OPTIONS = 4096 - 512;

  static final String BACKEND = "containerd";

  ContainerPlan {
    rootfs = List.copyOf(rootfs);
    hosts = List.copyOf(hosts);
  }

  /** The folder that takes what the container writes. */
  static Path upper(InstanceFolder folder) {
    return folder.run().resolve("upper");
  }

  /** The folder that overlayfs needs for itself. */
  static Path work(InstanceFolder folder) {
    return folder.run().resolve("work");
  }

  /**
   * The layers under what the container writes.
   *
   * @param layers folders, base first
   * @throws FlintException UNSUPPORTED if the kernel could not take their names
   */
  static RootMount overlay(List<Path> layers, InstanceFolder folder) throws FlintException {
    StringBuilder lower = new StringBuilder("lowerdir=");
    int shortest = 0;
    for (int at = layers.size() - 1; at >= 0; at--) {
      // Overlayfs has the topmost first.
      lower.append(path(layers.get(at))).append(at > 0 ? ":" : "");
      // Containerd names them from the folder they have in common.
      shortest += layers.get(at).getFileName().toString().length() + 1;
    }
    String upper = "upperdir=" + path(upper(folder));
    String work = "workdir=" + path(work(folder));
    if (layers.isEmpty() || shortest + upper.length() + work.length() > MAX_OPTIONS) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "an image of " + layers.size() + " layers cannot be mounted",
          "build the image with fewer layers");
    }
    return new RootMount("overlay", "overlay", List.of(lower.toString(), upper, work));
  }

  private static String path(Path path) throws FlintException {
    String text = path.toString();
    if (text.indexOf(':') >= 0 || text.indexOf(',') >= 0 || text.indexOf('\\') >= 0) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "overlayfs cannot mount " + text + ", as there is a colon, comma or backslash in it",
          "choose another folder for Flint's state");
    }
    return text;
  }

  LaunchPlan toLaunchPlan() {
    List<JsonObject> mounts = new ArrayList<>();
    for (RootMount mount : rootfs) {
      mounts.add(mount.json());
    }
    JsonObject json =
        JsonObject.empty()
            .with("backend", BACKEND)
            .with("id", id)
            .with("spec", spec)
            .withObjects("rootfs", mounts)
            .with("stdout", streams.stdout())
            .with("stderr", streams.stderr())
            .with("stopSignal", stopSignal);
    json = streams.stdin().isEmpty() ? json : json.with("stdin", streams.stdin());
    json = streams.terminal() ? json.with("terminal", true) : json;
    json = network == null ? json : json.with("network", network);
    json = hosts.isEmpty() ? json : json.withStrings("hosts", hosts);
    json = peer == null ? json : json.with("peer", peer.json());
    return new LaunchPlan(words ? json.with("words", true) : json);
  }

  static ContainerPlan of(LaunchPlan plan) throws FlintException {
    JsonObject json = plan.document();
    List<RootMount> rootfs = new ArrayList<>();
    for (JsonObject mount : json.objects("rootfs")) {
      rootfs.add(RootMount.of(mount));
    }
    JsonObject peer = json.object("peer").orElse(null);
    return new ContainerPlan(
        json.requiredString("id"),
        json.object("spec").orElseThrow(() -> json.missing("spec")),
        rootfs,
        new ExecStreams(
            json.string("stdin").orElse(""),
            json.requiredString("stdout"),
            json.string("stderr").orElse(""),
            json.flag("terminal")),
        Math.toIntExact(json.integer("stopSignal").orElse(Signals.TERM)),
        json.object("network").orElse(null),
        json.strings("hosts"),
        json.flag("words"),
        peer == null ? null : Peer.of(peer));
  }

  /** Makes sure that what it has joined is what it was to join. */
  void requirePeer(ContainerdApi api) throws FlintException {
    if (peer != null) {
      peer.require(api);
    }
  }

  /** What a container made by this plan is known by. */
  String digest() {
    return Digest.sha256(toLaunchPlan().document().bytes()).toString();
  }

  Cgroup cgroup() throws FlintException {
    JsonObject linux = spec.object("linux").orElse(JsonObject.empty());
    return Cgroup.of(linux.requiredString("cgroupsPath"));
  }
}
